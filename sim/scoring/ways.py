"""Where sessions end up: from the district where a driver starts to look to the district of the station."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.demand.requests import USE_CASES
from sim.scoring.groups import Floats, group_count
from sim.scoring.run import Run, look_up


@dataclass(frozen=True)
class Ways:
    """Counts of one replication or several; u use cases, d districts in the order of `city.districts`.

    requests : u x d, wishes to charge that arise in each district
    sessions : u x d x d, those served, by the district where they arise and that of their station
    """

    requests: Floats
    sessions: Floats

    def __add__(self, other: Ways) -> Ways:
        return Ways(self.requests + other.requests, self.sessions + other.sessions)

    @property
    def shares(self) -> Floats:
        """Of the requests of each use case and district, those that end as a session in each district. [share]"""
        requests = np.broadcast_to(self.requests[:, :, None], self.sessions.shape)
        return np.asarray(
            np.divide(self.sessions, requests, out=np.zeros_like(self.sessions), where=requests > 0)
        )  # fmt: skip


def ways_between_districts(run: Run) -> Ways:
    """Requests of the measured days and the sessions that came of them, by district of driver and station."""
    uses, districts = len(USE_CASES), run.survey.size("district")
    start = look_up(run.survey.cell_codes["district"], run.requests.cell)
    pair = run.requests.use_case.astype(np.intp) * districts + start
    requests = group_count(pair[run.measured], uses * districts).reshape(uses, districts)
    served = run.measured & run.served
    end = look_up(run.survey.station_codes["district"], run.sessions.station)
    sessions = group_count((pair * districts + end)[served], uses * districts**2)
    return Ways(requests, sessions.reshape(uses, districts, districts))
