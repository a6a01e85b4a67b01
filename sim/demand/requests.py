"""Requests: every wish to charge in public, before any station is looked at."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

USE_CASES = ("kerbside", "destination", "work", "retail", "hub")
VEHICLES = ("small", "medium", "large", "top", "phev")


@dataclass(frozen=True)
class Requests:
    """n requests in order of arrival; independent of stations, so plans are compared on the same requests.

    arrival_min  : n f8, since the start of the run (see `sim.clock`) [min]
    use_case     : n i1, index into `USE_CASES`
    cell         : n i4, row of `city.cells` where the driver starts to look
    x_m, y_m     : n f8, the point in that cell, EPSG:25832 [m]
    vehicle      : n i1, index into `VEHICLES`
    battery_kwh  : n f8, usable [kWh]
    soc_arrival, soc_target : n f8, state of charge [share]
    need_kwh     : n f8, wanted at the meter [kWh]
    ac_kw, dc_kw : n f8, the car's limits; dc_kw is 0 for cars without DC [kW]
    stay_min     : n f8, parking time from plug-in; inf at a hub [min]
    idle_min     : n f8, from full to plug-out at a hub; inf elsewhere (the car stays for its parking time) [min]
    patience_min : n f8, longest wait in one queue [min]
    reach_m      : n f8, longest way to a station: walking where the car parks to charge, driving to a hub [m]
    informed     : n bool, sees on arrival which stations have a free point; left out = nobody
    start_luck   : n x t f8, uniform [0, 1) for each station tried: how often charging fails to start there
                   (`sim.demand.luck`); left out, t = 0: no start fails
    """

    arrival_min: NDArray[np.float64]
    use_case: NDArray[np.int8]
    cell: NDArray[np.int32]
    x_m: NDArray[np.float64]
    y_m: NDArray[np.float64]
    vehicle: NDArray[np.int8]
    battery_kwh: NDArray[np.float64]
    soc_arrival: NDArray[np.float64]
    soc_target: NDArray[np.float64]
    need_kwh: NDArray[np.float64]
    ac_kw: NDArray[np.float64]
    dc_kw: NDArray[np.float64]
    stay_min: NDArray[np.float64]
    idle_min: NDArray[np.float64]
    patience_min: NDArray[np.float64]
    reach_m: NDArray[np.float64]
    informed: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, bool))
    start_luck: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 0)))

    def __post_init__(self) -> None:
        if not self.informed.size:
            object.__setattr__(self, "informed", np.zeros(len(self), bool))
        if not self.start_luck.size:
            object.__setattr__(self, "start_luck", np.empty((len(self), 0)))

    def __len__(self) -> int:
        return len(self.arrival_min)
