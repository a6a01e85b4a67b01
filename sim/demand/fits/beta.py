"""Shares between 0 and 1 as a Beta law, by maximum likelihood."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

EDGE = 0.005  # shares of 0 and 1 are taken as this far inside, where a Beta law has no infinite density
NODES = 8192
ROUNDS = 100
NARROWEST = 1e4  # largest a + b: equal shares would have no end


def fit_beta(shares: NDArray[np.float64]) -> tuple[float, float]:
    """The a and b under which the shares are most likely; Newton's method from the moments."""
    x = np.clip(shares, EDGE, 1 - EDGE)
    wanted = np.array([np.log(x).mean(), np.log1p(-x).mean()])
    mean, spread = x.mean(), max(float(x.var()), 1e-6)
    law = np.maximum(np.array([mean, 1 - mean]) * max(mean * (1 - mean) / spread - 1, 0.1), 0.1)
    for _ in range(ROUNDS):
        whole = float(law.sum())
        slope = wanted - [_digamma(law[0]) - _digamma(whole), _digamma(law[1]) - _digamma(whole)]
        bend = np.diag([_trigamma(law[0]), _trigamma(law[1])]) - _trigamma(whole)
        step = np.linalg.solve(bend, slope)
        law = np.maximum(law + step, law / 4)
        if law.sum() > NARROWEST:
            law *= NARROWEST / law.sum()
            break
        if np.max(np.abs(step)) < 1e-10 * whole:
            break
    return float(law[0]), float(law[1])


def beta_cdf(a: float, b: float, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distribution function of a Beta law, by the midpoints of x = sin^2(t).

    >>> beta_cdf(1.0, 1.0, np.array([0.2, 0.5])).round(4).tolist()
    [0.2, 0.5]
    """
    edges = np.linspace(0, np.pi / 2, NODES + 1)
    t = (edges[1:] + edges[:-1]) / 2
    log = (2 * a - 1) * np.log(np.sin(t)) + (2 * b - 1) * np.log(np.cos(t))
    below = np.concatenate([[0.0], np.cumsum(np.exp(log - log.max()))])
    return np.asarray(np.interp(np.clip(x, 0, 1), np.sin(edges) ** 2, below / below[-1]))


def _digamma(x: float) -> float:
    """Derivative of the logarithm of the gamma function: recurrence up to 8, then Stirling's series."""
    shift = 0.0
    while x < 8:
        shift -= 1 / x
        x += 1
    return float(shift + np.log(x) - 1 / (2 * x) - 1 / (12 * x**2) + 1 / (120 * x**4) - 1 / (252 * x**6))


def _trigamma(x: float) -> float:
    shift = 0.0
    while x < 8:
        shift += 1 / x**2
        x += 1
    return float(shift + 1 / x + 1 / (2 * x**2) + 1 / (6 * x**3) - 1 / (30 * x**5) + 1 / (42 * x**7))
