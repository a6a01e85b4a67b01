"""The search on flat arrays: its books against the state they were made from, compiled and not, always allowed."""

from dataclasses import replace

import numpy as np
import pytest

from sim.planning import annealing, kernel, moving, rebuilding
from sim.planning.check import check_plan
from sim.planning.cost import plan_table
from sim.planning.milp.plan import serve_best
from sim.planning.network import build_network
from sim.planning.planner import evaluate, propose
from sim.planning.search import _neighbours, find_build, find_start, improve
from sim.planning.state import State
from tests.planning.cities import phased_city, random_city
from tests.planning.test_phases import three_phases

BOOKS = ("level", "kw", "connected_eur", "load_kw", "spent", "added", "near")


def annealed(state, problem, steps, loop=annealing.anneal):
    """What is built and served after so many steps."""
    m, b = kernel.load_of(state), kernel.builds_of(state)
    m_kept, b_kept = kernel.twin_of(m, b)
    chance, allowance = np.random.default_rng(2), np.full(steps if len(b.level) else 0, -1.0)
    loop(
        m, b, m_kept, b_kept, _neighbours(problem, b.site_of), chance.random(5000), allowance,
        np.zeros((3, max(b.level.shape)), np.int64), -np.inf, b.level.copy(),
    )  # fmt: skip
    return m, b


@pytest.mark.parametrize("seed", range(30))
def test_after_a_search_the_books_are_those_of_the_same_builds_made_afresh(seed):
    problem = phased_city(seed, forced_sites=[])
    network = build_network(problem)
    _, b = annealed(find_start(problem, network), problem, 30)
    assert (np.diff(b.level, axis=1) >= 0).all()  # irrevocable
    fresh = State.of(problem, network)
    for q in np.flatnonzero((b.level >= 0).any(axis=1)).tolist():
        fresh.set_path(q, b.level[q])
    booked = dict(zip(BOOKS, (b.level, b.kw, b.connected_eur, b.load_kw, b.money[:, 0], *b.standing.T), strict=True))
    for name, values in booked.items():
        np.testing.assert_allclose(values, getattr(fresh, name), atol=1e-6, err_msg=name)


@pytest.mark.parametrize("seed", range(10))
def test_after_a_search_nobody_is_served_twice_and_no_place_beyond_its_capacity(seed):
    problem = random_city(seed, n_sites=8, n_points=25, budget_eur=1e6)
    network = build_network(problem)
    state = find_start(problem, network)
    m, b = annealed(state, problem, 30)
    served, limit = m.flow[:, moving.SERVED], network.flow_limit * network.flow_takes
    assert served.min() >= -1e-9
    assert served.sum() > 0
    for f, i in enumerate(m.need_of.tolist()):
        assert served[m.first[i] : f + 1].sum() <= limit[f] + 1e-9
    fresh = State.of(problem, network)
    for q in np.flatnonzero((b.level >= 0).any(axis=1)).tolist():
        fresh.set_path(q, b.level[q])
    anew = fresh.servings[0]
    takes = anew.served * network.flow_takes
    capacity = anew.spare + np.bincount(network.flow_place, takes, len(anew.spare))
    used = np.bincount(m.stand_of, served, len(capacity))
    assert (used <= capacity + 1e-9).all()
    np.testing.assert_allclose(m.stand[:, moving.SPARE], capacity - used, atol=1e-9)


def test_what_the_search_counts_is_what_it_serves_and_next_to_the_best_there_is():
    missed = []
    for seed in range(10):
        problem = random_city(seed, n_sites=8, n_points=25, budget_eur=1e6)
        network = build_network(problem)
        m, b = annealed(find_start(problem, network), problem, 30)
        worth = float((m.flow[:, moving.SERVED] * m.worth[m.need_of]).sum())
        assert m.group[:, moving.REACHED].sum() == pytest.approx(worth, rel=1e-9)
        added = {(int(q), int(t)): network.ladders[q].added[b.level[q, t]] for q, t in np.argwhere(b.level >= 0)}
        best = evaluate(problem, plan_table(problem, network, added)).certificate.objective
        assert rebuilding.value(m, b) <= best + 1e-6 * abs(best)
        missed.append((best - rebuilding.value(m, b)) / worth)
    assert np.mean(missed) < 0.01  # worth differs much more in these cities than in a real one


def test_machine_code_gives_the_same_plan_to_the_last_bit():
    pytest.importorskip("numba")
    problem = three_phases(budget_eur=600_000.0)
    state = find_start(problem, build_network(problem))
    (m, b), (m_compiled, b_compiled) = (annealed(state, problem, 40, f) for f in (annealing.anneal, kernel.compiled()))
    assert (b.level >= 0).any()
    assert (b.level == b_compiled.level).all()
    assert m.flow.tobytes() == m_compiled.flow.tobytes()
    assert b.money.tobytes() == b_compiled.money.tobytes()


def test_without_numba_the_source_runs_uncompiled(monkeypatch):
    def missing():
        raise ImportError("numba")

    monkeypatch.setattr(kernel, "compiled", missing)
    assert kernel.loop_for(10**6, 10**6) is annealing.anneal


def test_the_search_improves_the_greedy_plan_and_repeats_itself():
    problem = three_phases(budget_eur=600_000.0)
    state = find_start(problem, build_network(problem))
    greedy = propose(replace(problem, settings=replace(problem.settings, search_steps=0)))
    assert propose(problem).certificate.objective > greedy.certificate.objective
    (first, _), (second, _) = (improve(problem, state, 60) for _ in range(2))
    assert (first == second).all()


@pytest.mark.parametrize("seed", range(30))
def test_whatever_the_rules_a_proposed_plan_keeps_to_them(seed):
    problem = phased_city(seed, forced_sites=[], search_steps=40)
    assert check_plan(problem, propose(problem)) == []


def test_a_search_that_runs_out_of_time_hands_back_what_it_has():
    problem = random_city(3, n_sites=40, n_points=120, budget_eur=2e6, search_steps=2000)
    network = build_network(problem)
    assert find_build(problem, network).finished
    hasty = find_build(replace(problem, settings=replace(problem.settings, emergency_s=1e-9)), network)
    assert not hasty.finished
    assert hasty.build
    assert serve_best(problem, network).shape == network.flow_need.shape
