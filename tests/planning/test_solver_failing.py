"""Solvers that crash, die or are ended: there is a plan all the same, it says what failed, and no file is left over."""

import os
import signal
import tempfile

import pytest

from sim.planning.milp import bound as bounding
from sim.planning.milp import solver
from sim.planning.milp.bound import side_by_side
from sim.planning.milp.model import build
from sim.planning.network import build_network
from sim.planning.planner import find_plan
from tests.planning.cities import two_sites
from tests.planning.test_phases import three_phases


def die_at_two(number):
    if number == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return 10 * number


def test_a_process_that_dies_costs_its_own_result_only():
    assert side_by_side(die_at_two, [(1,), (2,), (3,)], workers=2) == [10, None, 30]


def test_a_plan_survives_the_death_of_a_solver_and_says_which_phase_has_no_proof(monkeypatch):
    def losing_the_second(function, tasks, *, workers):
        return [None if n == 1 else function(*task) for n, task in enumerate(tasks)]

    monkeypatch.setattr(bounding, "SMALL_COLUMNS", 0)
    monkeypatch.setattr(bounding, "side_by_side", losing_the_second)
    monkeypatch.setattr(bounding.os, "cpu_count", lambda: 2)
    problem = three_phases(whole_model_columns=0)
    certificate = find_plan(problem).certificate
    network = build_network(problem)
    reach = network.group_reach[[t == 1 for _, t in network.groups]].sum()
    assert "need within reach of 2030 (its process died)" in certificate.solver
    assert [phase.status == "heuristic" for phase in certificate.phases] == [False, True, False]
    assert certificate.phases[1].bound == pytest.approx(reach)
    assert certificate.objective <= certificate.bound


@pytest.mark.parametrize("end", [KeyboardInterrupt, RuntimeError])
def test_a_solve_that_is_ended_leaves_no_file(monkeypatch, tmp_path, end):
    def ending(self, lp, filename):
        assert list(tmp_path.rglob("*"))  # the files of the solve are there until then
        raise end

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(solver.pulp.COIN_CMD, "readsol_MPS", lambda self, filename, *rest: ending(self, None, filename))
    problem = two_sites()
    lp = build(problem, build_network(problem)).lp
    with pytest.raises((KeyboardInterrupt, solver.SolverFailed)):
        solver.cbc(lp, problem.settings, {})
    assert list(tmp_path.rglob("*")) == []


def test_a_plan_leaves_no_file_in_the_working_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    find_plan(two_sites())
    assert list(tmp_path.rglob("*")) == []
