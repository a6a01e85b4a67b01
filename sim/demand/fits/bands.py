"""Bands of arrival: which of them are fitted together, and a fit in words."""

from __future__ import annotations

from sim.demand.fits.goodness import LEAST_N
from sim.demand.fits.lognormals import Mixture


def pooled(bands: list[str], n: list[int]) -> list[list[str]]:
    """Bands of arrival in pools of at least `LEAST_N` sessions, as far as there are so many.

    The thinnest band joins the thinner of its neighbours, midnight being no border, until none is too thin.

    >>> pooled(["0-6", "6-11", "11-16", "16-20", "20-24"], [42, 608, 755, 540, 147])
    [['0-6', '20-24'], ['6-11'], ['11-16'], ['16-20']]
    """
    pools = [([band], count) for band, count in zip(bands, n, strict=True)]
    while len(pools) > 1 and min(count for _, count in pools) < LEAST_N:
        thin = min(range(len(pools)), key=lambda i: pools[i][1])
        other = min(((thin - 1) % len(pools), (thin + 1) % len(pools)), key=lambda i: pools[i][1])
        joined = (pools[thin][0] + pools[other][0], pools[thin][1] + pools[other][1])
        pools = [joined if i == min(thin, other) else pool for i, pool in enumerate(pools) if i != max(thin, other)]
    return [sorted(names, key=bands.index) for names, _ in pools]


def in_words(law: Mixture) -> str:
    return " + ".join(f"{weight:g} LN({median:g} h, {sigma:g})" for weight, median, sigma in law.rows)


def stay_verdict(law: Mixture, verdict: str) -> str:
    if not law.converged:
        verdict += "; not converged"
    return f"{verdict}; many equal stays" if law.heaped else verdict
