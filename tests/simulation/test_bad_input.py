"""Input that is bad or odd: a clear error or a defined result, the same in every engine.

Two drivers, A at 0 and B at 1, each 10 kWh at 60 kW, one station of one point, unless a case says otherwise. More of
what is refused stands in `test_workload.py`, more odd workloads on which the engines agree in `test_engines_agree.py`.
"""

from __future__ import annotations

from math import inf, nan

import numpy as np
import pytest

from sim.errors import DataError, UnknownName
from sim.simulation.events import FAIL, LIMIT, REPAIR
from sim.simulation.workload import make_workload

PLAIN = dict(arrival_min=[0, 1], choices=[0, 0], energy_kwh=10, power_kw=60, points=[1])

REFUSED = {
    "a negative time": (dict(arrival_min=[-1, 0]), "request 0: arrival_min: not allowed (-1)"),
    "a time that is not a number": (dict(arrival_min=[0, nan]), "request 1: arrival_min: not allowed (nan)"),
    "an endless time": (dict(arrival_min=[0, inf]), "request 1: arrival_min: not allowed (inf)"),
    "times out of order": (dict(arrival_min=[1, 0]), "request 1: arrival_min: before the request above it (0)"),
    "a negative patience": (dict(patience_min=[5, -1]), "request 1: patience_min: not allowed (-1)"),
    "a patience that is not a number": (dict(patience_min=nan), "patience_min: not allowed (nan"),
    "a negative stay": (dict(longest_min=-1), "longest_min: not allowed (-1"),
    "a negative detour": (dict(detour_min=-1), "detour_min: not allowed (-1"),
    "a choice beyond the last station": (dict(choices=[0, 1]), "request 1: choices: no such station (1)"),
    "a choice below -1": (dict(choices=[0, -2]), "request 1: choice 0: choices: not allowed (-2)"),
    "a choice that 32 bits would wrap": (dict(choices=[0, 2**32]), "request 1: choice 0: choices: not allowed"),
    "half a choice": (dict(choices=[0, 0.5]), "request 1: choice 0: choices: not allowed (0.5)"),
    "a negative energy": (dict(energy_kwh=-1), "energy_kwh: not allowed (-1"),
    "an endless energy": (dict(energy_kwh=inf), "energy_kwh: not allowed (inf"),
    "a negative power": (dict(power_kw=-1), "power_kw: not allowed (-1"),
    "a negative number of points": (dict(points=[-1]), "station 0: points: not allowed (-1)"),
    "a negative limit": (dict(site=[0], limit_kw=[-1]), "site 0: limit_kw: not allowed (-1)"),
    "a site that is not there": (dict(site=[1], limit_kw=[9]), "station 0: site: no such site (1)"),
    "a point that is not there": (
        dict(change_min=[1], change_kind=[FAIL], change_of=[1]), "change 0: change_of: no such site or point (1)",
    ),
    "a kind of change that is not there": (
        dict(change_min=[1], change_kind=[7], change_of=[0]), "change 0: change_kind: not allowed (7)",
    ),
    "words": (dict(energy_kwh=["much", "little"]), "energy_kwh: not numbers in rows of one length (['much',"),
    "rows of several lengths": (dict(choices=[[0, 0], [0]]), "choices: not numbers in rows of one length ([[0, 0],"),
    "one number of points": (dict(points=3), "points: has shape (); give a row for each station"),
    "choices in three dimensions": (dict(choices=[[[0]], [[0]]]), "choices: has shape (2, 1, 1); give a row for each"),
    "a row too many": (dict(patience_min=[1, 2, 3]), "patience_min: has shape (3,); give numbers of shape (2,)"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_is_refused_with_where_what_and_what_to_do(run, case):
    columns, message = REFUSED[case]
    with pytest.raises(DataError) as refused:
        run(make_workload(**{**PLAIN, **columns}))
    [problem] = refused.value.problems
    assert message in problem and "; " in problem


def test_all_problems_are_told_at_once_and_an_unknown_column_with_the_nearest_name(run):
    with pytest.raises(DataError) as refused:
        run(make_workload(**{**PLAIN, "arrival_min": [nan, -1], "energy_kwh": -3, "points": [-1]}))
    assert len(refused.value.problems) == 3
    with pytest.raises(UnknownName, match="did you mean 'power_kw'"):
        run(make_workload(**PLAIN, power_kwh=3))


# Outcome, plug-in and plug-out of A and B
DEFINED = {
    "zero points": (dict(points=[0]), ("out_of_order", nan, 0), ("out_of_order", nan, 1)),
    "no choice": (dict(choices=[-1, -1]), ("no_choice", nan, 0), ("no_choice", nan, 1)),
    "a limit of 0": (dict(site=[0], limit_kw=[0]), ("unfinished", 0, nan), ("unfinished", nan, nan)),
    "a limit of 0 and a longest stay": (
        dict(site=[0], limit_kw=[0], longest_min=5), ("served", 0, 5), ("served", 5, 10),
    ),
    "no power": (dict(power_kw=0), ("unfinished", 0, nan), ("unfinished", nan, nan)),
    "no energy": (dict(energy_kwh=0), ("served", 0, 0), ("served", 1, 1)),
    "endless patience": (dict(patience_min=inf), ("served", 0, 10), ("served", 10, 20)),
    "no patience": (dict(patience_min=0), ("served", 0, 10), ("reneged", nan, 1)),
    "an endless stay": (dict(overstay_min=inf, patience_min=5), ("unfinished", 0, nan), ("reneged", nan, 6)),
    "an endless stay and patience": (dict(overstay_min=inf), ("unfinished", 0, nan), ("unfinished", nan, nan)),
    "a stay of 0": (dict(longest_min=0), ("served", 0, 0), ("served", 1, 1)),
    "an endless limit": (dict(site=[0], limit_kw=[inf]), ("served", 0, 10), ("served", 10, 20)),
    "a repair of what works": (
        dict(change_min=[5], change_kind=[REPAIR], change_of=[0]), ("served", 0, 10), ("served", 10, 20),
    ),
    "a failure that nobody mends": (
        dict(change_min=[5], change_kind=[FAIL], change_of=[0]), ("cut_short", 0, 5), ("unfinished", nan, nan),
    ),
    "a limit after everything": (
        dict(site=[0], limit_kw=[60], change_min=[99], change_kind=[LIMIT], change_of=[0]),
        ("served", 0, 10), ("served", 10, 20),
    ),
    "starts that fail at no cost": (dict(failed_starts=2), ("start_failed", nan, 0), ("start_failed", nan, 1)),
}  # fmt: skip


@pytest.mark.parametrize("case", DEFINED)
def test_odd_input_has_a_defined_result(run, case):
    columns, *expected = DEFINED[case]
    frame = run(make_workload(**{**PLAIN, **columns})).frame()
    assert frame["outcome"].tolist() == [outcome for outcome, _, _ in expected]
    np.testing.assert_array_equal(frame[["start_min", "end_min"]], [times for _, *times in expected])


@pytest.mark.parametrize("points", [[], [0], [3]])
def test_no_requests_are_no_sessions(run, points):
    sessions = run(
        make_workload(arrival_min=[], choices=np.zeros((0, 2), int), energy_kwh=[], power_kw=[], points=points)
    )
    assert len(sessions) == len(sessions.frame()) == 0
