"""How long cars are parked: lognormal mixtures by hour of arrival, cut at 48 h."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.demand.vocabulary import LONGEST_STAY_H

Bands = dict[str, list[list[float]]]  # "from-to" hours of arrival: rows [weight, median h, sigma]

_Z = np.linspace(-9.0, 9.0, 9 * 512 + 1)
_CDF = np.array([0.5 * math.erfc(-z / math.sqrt(2)) for z in _Z])


def normal_cdf(z: NDArray[np.float64]) -> NDArray[np.float64]:
    """Standard normal distribution function, from a table; off by less than 1e-6."""
    return np.asarray(np.interp(z, _Z, _CDF))


def band_hours(band: str) -> range:
    """The hours of a day that a band covers.

    >>> list(band_hours("20-24"))
    [20, 21, 22, 23]
    """
    first, last = map(int, band.split("-"))
    return range(first, last)


def stay_h(
    bands: Bands, hour: NDArray[np.intp], part: NDArray[np.float64], normal: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Stays for arrivals in the given hours of the day. [h]

    part : uniform [0, 1), picks the component; normal : standard normal, places the stay within it
    """
    stay = np.empty(len(hour))
    for band, rows in bands.items():
        hours = band_hours(band)
        at = (hour >= hours.start) & (hour < hours.stop)
        weight, median, sigma = np.array(rows, float).T
        component = np.searchsorted(np.cumsum(weight)[:-1], part[at], side="right")
        stay[at] = median[component] * np.exp(sigma[component] * normal[at])
    return np.minimum(stay, LONGEST_STAY_H)


def stays_longer_share(rows: list[list[float]], hours: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of cars still parked so long after arrival, for one band. [share]"""
    share = np.zeros(hours.shape)
    log = np.log(np.maximum(hours, 1e-12))
    for weight, median, sigma in rows:
        share += weight * (1 - normal_cdf((log - math.log(median)) / sigma))
    return np.where(hours < LONGEST_STAY_H, share, 0.0)


def mean_cut_h(rows: list[list[float]], cut_h: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean of the smaller of stay and `cut_h`, for one band. [h]

    Closed form: a lognormal below a has the partial mean exp(mu + sigma^2 / 2) Phi((ln a - mu - sigma^2) / sigma).
    """
    cut = np.minimum(cut_h, LONGEST_STAY_H)
    log, mean = np.log(np.maximum(cut, 1e-12)), np.zeros(cut.shape)
    for weight, median, sigma in rows:
        z = (log - math.log(median)) / sigma
        below = median * math.exp(sigma**2 / 2) * normal_cdf(z - sigma)
        mean += weight * (below + cut * (1 - normal_cdf(z)))
    return mean
