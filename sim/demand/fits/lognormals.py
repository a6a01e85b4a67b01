"""Stays as a mixture of lognormals, by expectation-maximisation."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.demand.fits.goodness import ks_distance
from sim.demand.stays import mean_cut_h, stays_longer_share
from sim.demand.vocabulary import LONGEST_STAY_H

STARTS = ((0.1, 0.5), (0.1, 0.9), (0.25, 0.75), (0.3, 0.95), (0.5, 0.9), (0.5, 0.98))  # quantiles of the medians
LEAST_SIGMA = 0.08  # a narrower part is a heap of equal values, not a law
ROUNDS = 4000
NEARLY_STILL, STILL = 1e-6, 1e-9  # gain of log-likelihood for each session and round: to choose a peak, to end there
DIGITS = 3


@dataclass(frozen=True)
class Mixture:
    """Rows [weight, median h, sigma] by ascending median, rounded as they are written down.

    converged : False where the last of `ROUNDS` rounds still gained
    """

    rows: list[list[float]]
    converged: bool

    @property
    def heaped(self) -> bool:
        """Whether a part has shrunk onto equal values."""
        return any(sigma <= LEAST_SIGMA for _, _, sigma in self.rows)

    def cdf(self, hours: NDArray[np.float64]) -> NDArray[np.float64]:
        """Share of stays up to so many hours, cut at 48 h. [share]"""
        return np.asarray(1 - stays_longer_share(self.rows, np.asarray(hours, float)))

    def mean_h(self) -> float:
        return float(mean_cut_h(self.rows, np.array([float(LONGEST_STAY_H)]))[0])

    def median_h(self) -> float:
        hours = np.geomspace(1e-3, LONGEST_STAY_H, 20_001)
        return float(np.interp(0.5, self.cdf(hours), hours))

    def over_share(self, hours: float) -> float:
        return float(stays_longer_share(self.rows, np.array([hours]))[0])


def fit_lognormals(stay_h: NDArray[np.float64]) -> Mixture:
    """The mixture of two lognormals under which the stays are likeliest, of those that `STARTS` lead to.

    Likelihood has several peaks; of those the one is taken whose distribution function lies closest to what was seen,
    since that is what occupies points. Stays have passed the filter of the importer, so none reaches 48 h; where the
    fitted law goes beyond, the model cuts it there. The starts are fixed quantiles: the same stays give the same rows.
    """
    logs = np.log(stay_h)
    values, counts = np.unique(logs, return_counts=True)  # minutes repeat: thousands become hundreds
    share = counts / counts.sum()
    spread = max(float(logs.std()), LEAST_SIGMA)
    near = []
    for start in STARTS:
        parts = np.column_stack([[0.5, 0.5], np.quantile(logs, start), [spread / 1.5, spread / 1.5]])
        near.append(_climb(values, share, parts, still=NEARLY_STILL)[0])
    best = min(near, key=lambda parts: ks_distance(stay_h, Mixture(_rounded(parts), converged=False).cdf))
    parts, converged = _climb(values, share, best, still=STILL)
    return Mixture(_rounded(parts), converged)


def _climb(
    y: NDArray[np.float64], share: NDArray[np.float64], parts: NDArray[np.float64], *, still: float
) -> tuple[NDArray[np.float64], bool]:
    """Parts (weight, mean and sigma of the logarithm) after expectation and maximisation in turn, and if they stand."""
    weight, mu, sigma = parts.T
    before = -math.inf
    for _ in range(ROUNDS):
        scale = weight / (sigma * math.sqrt(2 * math.pi))
        density = scale[:, None] * np.exp(-0.5 * ((y - mu[:, None]) / sigma[:, None]) ** 2) + 1e-300
        whole = density.sum(axis=0)
        likelihood = float(share @ np.log(whole))
        if likelihood - before < still:
            return np.column_stack([weight, mu, sigma]), True
        before = likelihood
        part = density * (share / whole)
        weight = part.sum(axis=1)
        mu = part @ y / weight
        sigma = np.maximum(np.sqrt((part * (y - mu[:, None]) ** 2).sum(axis=1) / weight), LEAST_SIGMA)
    return np.column_stack([weight, mu, sigma]), False


def _rounded(found: NDArray[np.float64]) -> list[list[float]]:
    """Rows for a settings file; weights sum to 1 after rounding as well, and none is 0."""
    found = found[np.argsort(found[:, 1])]
    least = 10.0**-DIGITS
    first = min(max(round(float(found[0, 0]), DIGITS), least), 1 - least)
    weights = [first, round(1 - first, DIGITS)]
    return [
        [weight, max(round(math.exp(mu), DIGITS), least), round(float(sigma), DIGITS)]
        for weight, (_, mu, sigma) in zip(weights, found.tolist(), strict=True)
    ]
