"""What a phase counts for: its weight in the objective, its price of money, and what may be spent by then.

The objective is a mean week of the whole horizon: a phase counts for the years it lasts, discounted to the first
phase. The weights sum to one, so a single phase counts fully and the unit stays kWh a week. Money is discounted as
well: a euro spent later costs less.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.planning.problem import Planning

Floats = NDArray[np.float64]


def discount_factors(phases: Sequence[int], settings: Planning) -> Floats:
    """What one euro or kWh of each phase is worth in the first one. [-]"""
    years = np.array(phases, dtype=float) - phases[0]
    return np.asarray((1.0 + settings.discount_rate) ** -years)


def phase_weights(phases: Sequence[int], settings: Planning) -> Floats:
    """Share of each phase in the objective: years it lasts times discount factor, in all 1. [share]

    Source: formulation paper, sections 2 and 4 (L_t and delta_t).
    """
    lasts = np.diff(np.array(phases, dtype=float), append=phases[-1] + settings.last_phase_years)
    weights = lasts * discount_factors(phases, settings)
    return np.asarray(weights / weights.sum())


def cost_weights(phases: Sequence[int], settings: Planning) -> Floats:
    """Weight of the cost of all that is built *by* each phase: the sum is the present value of what is spent. [-]

    With C_t spent by phase t: sum_t delta_t (C_t - C_t-1) = sum_t (delta_t - delta_t+1) C_t, delta after the last 0.
    """
    return np.asarray(-np.diff(discount_factors(phases, settings), append=0.0))


def phase_budgets(phases: Sequence[int], settings: Planning) -> Floats:
    """New money of each phase: its part of the budget; one phase alone has all of it. [EUR]"""
    split = settings.budget_split if len(phases) > 1 else {}
    parts = np.array([split.get(phase, 0.0) for phase in phases] if split else [1.0] * len(phases), dtype=float)
    return np.asarray(settings.budget_eur * parts / parts.sum())


def split_problems(phases: Sequence[int], settings: Planning) -> Iterator[str]:
    """What keeps the budget from being split over several phases."""
    split = settings.budget_split
    if len(phases) < 2 or not split:
        return
    missing = [str(phase) for phase in phases if phase not in split]
    if missing:
        yield (
            f"planning.budget_split: no part for {', '.join(missing)}; give one (0 = no new money), or leave the whole "
            "split empty for equal parts"
        )
    elif not sum(split[phase] for phase in phases) > 0:
        yield "planning.budget_split: the parts of the phases are all 0; one must be above"


def spending_limits(phases: Sequence[int], settings: Planning) -> tuple[Floats, Floats]:
    """Most that may be spent by each phase in all, and most within each phase alone. [EUR, EUR]

    By the rules: `within_budget` lets leftovers carry on, `no_carry_over` does not; infinite where neither is listed.
    """
    budgets = phase_budgets(phases, settings)
    endless = np.full(len(budgets), np.inf)
    alone = budgets if "no_carry_over" in settings.rules else endless
    carried = "within_budget" in settings.rules or "no_carry_over" in settings.rules
    return np.cumsum(budgets) if carried else endless, alone
