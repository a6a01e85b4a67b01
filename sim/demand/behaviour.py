"""How drivers behave once they look for a charger; values in `configs/behaviour/`."""

from __future__ import annotations

from dataclasses import dataclass

from sim.demand.requests import USE_CASES
from sim.demand.settings_checks import infinite_values
from sim.demand.vocabulary import PARKED_USE_CASES
from sim.errors import DataError
from sim.parameter import bounds_broken, parameter


@dataclass(frozen=True)
class Behaviour:
    """Reach, tries and patience of drivers, by use case.

    Where cars park to charge (kerbside, destination, work, retail) drivers walk to where they were going, and drive on
    when all points are taken. At a hub they drive there, queue, and give up.
    """

    current: dict[str, str] = parameter(
        unit="", meaning="AC or DC points serve the use case", source="definition", confidence="-", choices=("AC", "DC")
    )
    walk_median_m: dict[str, float] = parameter(
        unit="m", meaning="median of the longest walk drivers accept, lognormal",
        source="kerbside S60 (7.7 min at 80 m/min); rest assumption", confidence="M", low="x 0.65", high="x 1.3",
        above=0,
    )  # fmt: skip
    walk_sigma: float = parameter(
        unit="-", meaning="sigma of the lognormal of the longest walk", source="S60", confidence="B", at_least=0
    )
    walk_detour_factor: float = parameter(
        unit="-", meaning="way on foot / straight line", source="assumption", confidence="M", low=1.2, high=1.4,
        at_least=1,
    )  # fmt: skip
    walk_speed_kmh: float = parameter(
        unit="km/h", meaning="speed on foot between point and place", source="S60 (80 m/min)", confidence="B", low=4.0,
        high=5.5, above=0,
    )  # fmt: skip
    drive_reach_km: float = parameter(
        unit="km", meaning="longest drive to a hub", source="assumption", confidence="M", low=2.5, high=6.0, above=0
    )
    drive_detour_factor: float = parameter(
        unit="-", meaning="way by car / straight line", source="assumption", confidence="M", low=1.2, high=1.5,
        at_least=1,
    )  # fmt: skip
    drive_speed_kmh: float = parameter(
        unit="km/h", meaning="mean speed on the way to the next choice", source="assumption", confidence="M", low=15,
        high=30, above=0,
    )  # fmt: skip
    search_min: float = parameter(
        unit="min", meaning="time lost at a full station before driving on", source="assumption", confidence="M",
        low=0.5, high=4, at_least=0,
    )  # fmt: skip
    tries: dict[str, int] = parameter(
        unit="stations", meaning="stations a driver tries before giving up", source="assumption", confidence="M",
        at_least=1, at_most=10,
    )  # fmt: skip
    balk_at: dict[str, int] = parameter(
        unit="drivers", meaning="queue at which a driver drives on, where cars park to charge; 0 = nobody queues",
        source="assumption: who parks to charge drives on", confidence="M", at_least=0,
    )  # fmt: skip
    hub_balk_wait_min: float = parameter(
        unit="min", meaning="expected wait above which a driver does not join the queue of a hub",
        source="assumption", confidence="M", low=5, high=30, at_least=0,
    )  # fmt: skip
    hub_stay_min: float = parameter(
        unit="min", meaning="stay at a hub that drivers reckon with when they judge a queue",
        source="assumption: mean hub stay of the demand in 2030, 0.545 h", confidence="M", low=25, high=40, above=0,
    )  # fmt: skip
    hub_patience_min: float = parameter(
        unit="min", meaning="mean of the exponential longest wait in the queue of a hub", source="assumption",
        confidence="M", low=5, high=30, above=0,
    )  # fmt: skip
    informed_share: dict[str, float] = parameter(
        unit="share", meaning="drivers who see on arrival which stations have a free point; 0 = all drive up blind",
        source="assumption", confidence="M", low=0, high=0.8, at_least=0, at_most=1,
    )  # fmt: skip
    restart_min: float = parameter(
        unit="min", meaning="time that a failed start of charging takes at the point", source="assumption",
        confidence="M", low=1, high=5, at_least=0,
    )  # fmt: skip
    way_m_per_eur: dict[str, float] = parameter(
        unit="m/EUR", meaning="longer way to a station that drivers accept to save one euro; 0 = price does not count",
        source="assumption", confidence="M", low=0, high="walk 270, hub 2000", at_least=0,
    )  # fmt: skip

    def __post_init__(self) -> None:
        problems = bounds_broken(self, "behaviour.") + list(infinite_values(self, "behaviour."))
        for key, table, wanted in (
            ("current", self.current, USE_CASES),
            ("tries", self.tries, USE_CASES),
            ("informed_share", self.informed_share, USE_CASES),
            ("way_m_per_eur", self.way_m_per_eur, USE_CASES),
            ("walk_median_m", self.walk_median_m, PARKED_USE_CASES),
            ("balk_at", self.balk_at, PARKED_USE_CASES),
        ):
            missing, unknown = set(wanted) - set(table), set(table) - set(wanted)
            if missing:
                problems.append(f"behaviour.{key}: {', '.join(sorted(missing))} missing; give one value per use case")
            if unknown:
                problems.append(f"behaviour.{key}: {', '.join(sorted(unknown))} unknown; known are {', '.join(wanted)}")
        if problems:
            raise DataError(problems)
