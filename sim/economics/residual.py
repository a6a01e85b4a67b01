"""What equipment is still worth when the appraisal ends."""

from __future__ import annotations

from collections.abc import Callable

from sim.registry import Registry

RESIDUAL_RULES: Registry[Callable[[float, float], float]] = Registry("residual rule")


@RESIDUAL_RULES.register()
def straight_line(age_years: float, lifetime_years: float) -> float:
    """Worth falls evenly to nothing over the lifetime. [share of the capital cost]

    >>> straight_line(9, 12)
    0.25
    """
    return max(0.0, 1 - age_years / lifetime_years)


@RESIDUAL_RULES.register()
def nothing(age_years: float, lifetime_years: float) -> float:
    """Worth nothing: contracts end and columns go. [share of the capital cost]"""
    return 0.0
