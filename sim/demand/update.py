"""What observed sessions teach about demand: Gamma-Poisson factors by class and district, pooled over the city.

A factor says how many times the requests the model expects there really are. Before anything is observed it is 1, give
or take: the city's factor m of a class is Gamma with mean 1 and the coefficient of variation `city_cv`, a district's
factor is Gamma around m with `district_cv`. Sessions counted in a district are Poisson with mean factor x expected,
where `expected` are the sessions the model expects in that time *at those stations*: drivers who found no free point
were never counted, so they must not be expected either.

With shape a = 1 / cv^2 and m known the update is conjugate: Gamma(a, a / m) becomes Gamma(a + counted,
a / m + expected). m is not known, so it is integrated out on a grid: the counts of all districts, negative binomial
given m, say which m are likely. A district with few counts therefore leans on the others, and its interval says so.

Counts that say less than they seem to, since full stations hardly serve more when more is asked for, or since what was
to be expected is itself uncertain, enter with the share of their information (`information`): counted and expected
times that share, which leaves their ratio as it is.

Source: Gelman et al., Bayesian Data Analysis, 3rd edition 2013, sections 2.6 and 5.1.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.city.city import City
from sim.demand.expected import ExpectedDemand
from sim.demand.requests import USE_CASES

Floats = NDArray[np.float64]

LEVEL = 0.9  # of the intervals
LARGEST_LOG = math.log(100.0)  # city factors outside 1/100 to 100 are not considered
GRID = 401
WIDTH = 9.0  # of the grids, in standard deviations to each side
NEGLIGIBLE = 1e-9  # weight of a city factor that cannot matter


def updated(shape: float, rate: float, *, counted: float, expected: float) -> tuple[float, float]:
    """Gamma law of a factor after so many sessions were counted where `expected` x factor were to come: shape, rate.

    >>> shape, rate = updated(4.0, 4.0, counted=30, expected=20.0)
    >>> round(shape / rate, 4)
    1.4167
    """
    return shape + counted, rate + expected


def learnt_factors(
    counts: pd.DataFrame, *, districts: Sequence[str], city_cv: float, district_cv: float
) -> pd.DataFrame:
    """Factors by class and district: what the counts say, and what the other districts say where there are few.

    counts : class_name, district_id, sessions (counted), expected (by the model, at those stations, in that time) and
             information (share of the counts that counts, see above; 1 where left out)
    city_cv, district_cv : coefficient of variation of a city's factor, and of a district's around it, before counting

    Columns: class_name, district_id, sessions, expected, information (0 if nothing was counted), factor (mean),
    factor_low, factor_high (90 % interval), city_factor (posterior mean of the class), own_share (weight of the
    district's own counts against the city's factor).
    """
    if "information" not in counts:
        counts = counts.assign(information=1.0)
    columns = ["sessions", "expected", "information"]
    tables = []
    for class_name, rows in counts.groupby("class_name", sort=False):
        given = rows.set_index("district_id")[columns].reindex(list(districts), fill_value=0)
        counted, expected = (given[name].to_numpy(float) * given["information"].to_numpy(float) for name in columns[:2])
        shape = 1.0 / district_cv**2
        city, weight = _city_factor(counted, expected, shape=shape, city_cv=city_cv)
        shapes, rates = shape + counted, shape / city[:, None] + expected  # `updated` for each district and city factor
        table = given.reset_index()
        table.insert(0, "class_name", class_name)
        table["factor"] = weight @ (shapes / rates)
        ends = [_ends(weight, float(shapes[d]), rates[:, d]) for d in range(len(districts))]
        table["factor_low"], table["factor_high"] = np.array(ends).reshape(-1, 2).T
        table["city_factor"] = float(weight @ city)
        table["own_share"] = weight @ (expected / rates)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def rescaled(
    expected: ExpectedDemand, city: City, factors: pd.DataFrame, *, classes: Mapping[str, Sequence[str]]
) -> ExpectedDemand:
    """The expected demand with the requests and energy of each class and district times their factor.

    factors : class_name, district_id, factor; 1 where a pair is missing
    classes : use cases of each class
    """
    factor = np.ones((len(city.cells), len(USE_CASES)))
    by_class = factors.set_index(["class_name", "district_id"])["factor"].to_dict()
    for class_name, use_cases in classes.items():
        of_cell = np.array([by_class.get((class_name, district), 1.0) for district in city.cells["district_id"]])
        factor[:, [USE_CASES.index(use_case) for use_case in use_cases]] = of_cell[:, None]
    return dataclasses.replace(
        expected,
        requests_bev=expected.requests_bev * factor,
        requests_phev=expected.requests_phev * factor,
        energy_kwh=expected.energy_kwh * factor,
    )


def _city_factor(counted: Floats, expected: Floats, *, shape: float, city_cv: float) -> tuple[Floats, Floats]:
    """City factors on a grid and their posterior weights, which sum to 1; a coarse grid first, then one that fits."""
    low, high = -LARGEST_LOG, LARGEST_LOG
    prior = 1.0 / city_cv**2
    while True:
        log_m = np.linspace(low, high, GRID)
        m = np.exp(log_m)
        rate = shape / m[:, None]
        likelihood = (shape * np.log(rate) - (shape + counted) * np.log(rate + expected)).sum(axis=1)
        log_weight = prior * log_m - prior * m + likelihood  # one m from d(log m) cancels that of m^(prior - 1)
        weight = np.exp(log_weight - log_weight.max())
        weight /= weight.sum()
        middle = float(weight @ log_m)
        spread = max(math.sqrt(float(weight @ (log_m - middle) ** 2)), (high - low) / GRID)
        if WIDTH * 2 * spread > 0.5 * (high - low):
            return m, weight
        low, high = middle - WIDTH * spread, middle + WIDTH * spread


def _ends(weight: Floats, shape: float, rates: Floats) -> tuple[float, float]:
    """Ends of the central interval of a mixture of Gamma laws of one shape, on a grid of logarithms."""
    kept = weight > NEGLIGIBLE
    weight, rates = weight[kept], rates[kept]
    log_means = np.log(shape / rates)
    middle = float(weight @ log_means) / float(weight.sum())
    spread = math.sqrt(float(weight @ (log_means - middle) ** 2) / float(weight.sum()) + 1.0 / shape)
    # a Gamma law of a small shape has a long tail towards 0 on this scale
    log_factor = np.linspace(middle - WIDTH * spread * max(1.0, 1.0 / shape), middle + WIDTH * spread, 2 * GRID)
    density = weight @ np.exp(
        shape * (log_factor + np.log(rates)[:, None]) - np.exp(log_factor) * rates[:, None] - math.lgamma(shape)
    )
    below = np.concatenate([[0.0], np.cumsum(0.5 * (density[1:] + density[:-1]))])
    below /= below[-1]
    low, high = np.interp([(1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0], below, log_factor)
    return math.exp(low), math.exp(high)
