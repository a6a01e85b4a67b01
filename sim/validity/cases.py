"""All cases, in the order of the page: importing this module registers them.

A new case is a function in one of these modules; a new module is one more name here.
"""

from __future__ import annotations

from sim.validity import stations  # isort: skip
from sim.validity import mechanics  # isort: skip
from sim.validity import hamburg  # isort: skip
from sim.validity import laws  # isort: skip
from sim.validity import dortmund  # isort: skip

__all__ = ["EXACT_SEEDS", "dortmund", "hamburg", "laws", "mechanics", "stations"]

EXACT_SEEDS = range(50)
