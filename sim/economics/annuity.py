"""Money at different times: present values and even yearly payments.

Payments of a year fall due at its end, investments at its start. Formulas as in any text on investment appraisal.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from sim.errors import DataError


def annuity_factor(rate: float, years: float) -> float:
    """Even payment at each year's end that is worth 1 today: r / (1 - (1 + r)^-n). [1/a]

    >>> round(annuity_factor(0.07, 10), 6)
    0.142378
    >>> annuity_factor(0.0, 10)
    0.1
    """
    _check_rate(rate)
    if not (years > 0 and math.isfinite(years)):
        raise DataError([f"annuity: years ({years}) must be more than 0 and finite"])
    if rate == 0:
        return 1 / years
    return rate / -math.expm1(-years * math.log1p(rate))


def present_value(amount_eur: ArrayLike, paid_a: ArrayLike, rate: float) -> float:
    """What payments are worth at time 0: the sum of amount (1 + r)^-t. [EUR]

    amount_eur, paid_a : payments [EUR] and when they fall due [years from time 0]; arrays of one length

    >>> present_value([110.0, 121.0], [1.0, 2.0], 0.10)
    200.0
    """
    _check_rate(rate)
    worth = np.asarray(amount_eur, float) * np.power(1 + rate, -np.asarray(paid_a, float))
    return math.fsum(np.atleast_1d(worth).tolist())


def annualise(amount_eur: float, *, rate: float, years: float) -> float:
    """Even payment at each year's end that is worth an amount today. [EUR/a]

    >>> annualise(12000.0, rate=0.0, years=12)
    1000.0
    """
    return amount_eur * annuity_factor(rate, years)


def _check_rate(rate: float) -> None:
    if not (rate > -1 and math.isfinite(rate)):
        raise DataError([f"interest rate ({rate}) must be more than -1; give a share a year, 0.03 for 3 %"])
