"""How the network is run: grid connections of its sites, and rules on how long a car may stay; in `configs/operation/`.

How often points fail and how long they stand still is a matter of the technology (`Technology.mtbf_h`, `mttr_h`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.clock import H_PER_WEEK
from sim.errors import DataError
from sim.parameter import bounds_broken, parameter

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
H_PER_DAY = 24
PROFILE_LENGTHS = (1, H_PER_DAY, H_PER_WEEK)


@dataclass(frozen=True)
class StayRule:
    """A rule that ends stays: who keeps it leaves after some hours plugged in, the hours outside the rule not counted.

    The clock of a stay runs only while the rule is in force. With 4 hours, Monday to Saturday from 8 to 20 h, who plugs
    in on Saturday at 18 h leaves on Monday at 10 h: two hours on Saturday, none at night and on Sunday, two on Monday.
    """

    technologies: list[str] = parameter(
        unit="", meaning="kinds of charge points where the rule holds; [] = nowhere", source="choice", confidence="-"
    )
    after_h: float = parameter(
        unit="h", meaning="time plugged in, counted while the rule is in force, after which drivers who heed it leave",
        source="maximum stay: 2 to 4 h are usual in German cities; fee: 4 h, S62, S63", confidence="B", low=2, high=6,
        above=0, at_most=168,
    )  # fmt: skip
    from_h: int = parameter(
        unit="h", meaning="hour of the day from which the rule is in force", source="S20: councils ask for nights "
        "to be exempt from 20 to 6 h", confidence="B", low=6, high=9, at_least=0, at_most=23,
    )  # fmt: skip
    to_h: int = parameter(
        unit="h", meaning="hour of the day until which it is; 24 = midnight", source="S20", confidence="B", low=18,
        high=22, at_least=1, at_most=24,
    )  # fmt: skip
    days: list[str] = parameter(
        unit="", meaning="days on which it is in force", source="choice", confidence="-", choices=WEEKDAYS
    )
    heeded_share: float = parameter(
        unit="share", meaning="share of drivers who leave then; the others stay as long as they like",
        source="fee: 80 % of overstayers say that they would react to the price (S62, S63); maximum stay: assumption",
        confidence="M", low=0.4, high=1, at_least=0, at_most=1,
    )  # fmt: skip

    def in_force(self) -> NDArray[np.bool_]:
        """Whether the rule is in force in each hour of the week, from Monday 0 h."""
        hour = np.arange(H_PER_WEEK)
        on_day = np.isin(hour // H_PER_DAY, [WEEKDAYS.index(day) for day in self.days])
        return np.asarray(on_day & (hour % H_PER_DAY >= self.from_h) & (hour % H_PER_DAY < self.to_h))


@dataclass(frozen=True)
class Operation:
    """Power of the sites and rules on stays; as shipped nothing binds."""

    longest_stay: StayRule
    blocking_fee: StayRule
    connection_share: float = parameter(
        unit="share", meaning="power of a station's grid connection / power of all its points, where the city does "
        "not give it, and enough for one point; stations of a site share it; from 1 on it never binds",
        source="assumption: as strong as its points; load management allows less", confidence="M", low=0.4, high=1,
        above=0,
    )  # fmt: skip
    connection_profile: list[float] = parameter(
        unit="-", meaning="factor on the power of all connections: one for all hours, 24 by hour of the day, or 168 by "
        "hour of the week from Monday 0 h", source="choice", confidence="-", at_least=0, at_most=1,
    )  # fmt: skip

    def __post_init__(self) -> None:
        problems = bounds_broken(self, "operation.")
        if len(self.connection_profile) not in PROFILE_LENGTHS:
            problems.append(
                f"operation.connection_profile has {len(self.connection_profile)} values; give 1 (all hours), "
                f"{H_PER_DAY} (hours of the day) or {H_PER_WEEK} (hours of the week)"
            )
        elif not any(self.connection_profile):
            problems.append(
                "operation.connection_profile is 0 in every hour; nobody could ever charge, give some power"
            )
        for name, rule in (("longest_stay", self.longest_stay), ("blocking_fee", self.blocking_fee)):
            key = f"operation.{name}"
            if not rule.from_h < rule.to_h:
                problems.append(f"{key}.from_h ({rule.from_h}) must be before {key}.to_h ({rule.to_h})")
            if not rule.days:
                problems.append(f"{key}.days is empty; name days, or switch the rule off with {key}.technologies=[]")
        if problems:
            raise DataError(problems)

    def factors(self) -> NDArray[np.float64]:
        """Factor on the power of all connections in each hour of the week, from Monday 0 h. [-]"""
        profile = np.array(self.connection_profile, float)
        return np.tile(profile, H_PER_WEEK // len(profile))
