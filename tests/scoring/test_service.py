"""Who was served, who was lost and why: the six drivers of conftest.py, by hand."""

import dataclasses

import numpy as np
import pytest

from sim.demand.requests import USE_CASES
from sim.scoring.scorecard import KPIS
from sim.scoring.service import NOT_STATION, lost_kwh_by_cell, requests_by_cell, verdict_by_demand
from sim.simulation.sessions import Outcome

REASONS = ("lost_balked", "lost_reneged", "lost_no_choice", "lost_out_of_order", "lost_start_failed", "unfinished")
NAN = float("nan")


def test_requests_belong_to_the_district_of_their_cell_and_the_station_of_the_last_try(six_drivers, values):
    assert values(six_drivers, "requests", "city") == {"city": 6}
    assert values(six_drivers, "requests", "district") == {"A": 2, "B": 4}
    # 0 and 1 end at s0, 2 at s1, 3 and 4 at s2; 5 has no station
    assert values(six_drivers, "requests", "station") == {"s0": 2, "s1": 1, "s2": 2}
    assert values(six_drivers, "requests", "use_case") == dict(kerbside=2, destination=1, work=1, retail=0, hub=2)
    assert values(six_drivers, "requests", "priority") == {"priority": 2, "rest": 4}


def test_served_drivers_are_counted_by_scope(six_drivers, values):
    assert values(six_drivers, "served", "city") == {"city": 3}  # 0, 1, 3
    assert values(six_drivers, "served", "district") == {"A": 1, "B": 2}
    assert values(six_drivers, "served", "station") == {"s0": 2, "s1": 0, "s2": 1}
    assert values(six_drivers, "served", "use_case") == dict(kerbside=1, destination=1, work=0, retail=0, hub=1)


def test_served_share_has_no_value_where_nobody_asks(six_drivers, values):
    assert values(six_drivers, "served_share", "city") == {"city": 0.5}
    assert values(six_drivers, "served_share", "station") == {"s0": 1, "s1": 0, "s2": 0.5}
    expected = dict(kerbside=0.5, destination=1, work=0, retail=NAN, hub=0.5)
    assert values(six_drivers, "served_share", "use_case") == pytest.approx(expected, nan_ok=True)


def test_each_lost_driver_is_lost_for_the_reason_of_the_last_try(six_drivers, values):
    assert values(six_drivers, "lost", "district") == {"A": 1, "B": 2}
    assert values(six_drivers, "lost_balked", "use_case") == dict(kerbside=1, destination=0, work=0, retail=0, hub=0)
    assert values(six_drivers, "lost_reneged", "use_case") == dict(kerbside=0, destination=0, work=0, retail=0, hub=1)
    assert values(six_drivers, "lost_no_choice", "district") == {"A": 1, "B": 0}


@pytest.mark.parametrize(
    ("kpi", "outcome"),
    [
        ("lost_out_of_order", Outcome.OUT_OF_ORDER),
        ("lost_start_failed", Outcome.START_FAILED),
        ("unfinished", Outcome.UNFINISHED),
    ],
)
def test_the_rarer_reasons_are_counted_too(run_of, values, kpi, outcome):
    run = run_of([dict(outcome=outcome), dict(outcome=outcome, cell=1), dict(start=1500, end=1600)])
    assert values(run, kpi, "city") == {"city": 2}
    assert values(run, kpi, "district") == {"A": 1, "B": 1}
    assert values(run, "lost", "city") == {"city": 2}


def test_a_session_that_a_failure_cuts_short_is_served(run_of, values):
    run = run_of([dict(outcome=Outcome.CUT_SHORT, start=1500, end=1510, energy=2)])
    assert values(run, "served", "city") == {"city": 1}
    assert values(run, "energy_sold_kwh", "city") == {"city": 2}


def test_energy_wanted_is_sold_or_lost_or_left_behind_by_served_drivers(six_drivers, values):
    assert values(six_drivers, "energy_wanted_kwh", "city") == {"city": 144}  # 11 + 30 + 8 + 50 + 40 + 5
    assert values(six_drivers, "energy_sold_kwh", "city") == {"city": 83}  # 11 + 22 + 50; driver 1 leaves 8 short
    assert values(six_drivers, "energy_lost_kwh", "city") == {"city": 53}  # 8 + 40 + 5
    assert values(six_drivers, "energy_sold_kwh", "station") == {"s0": 33, "s1": 0, "s2": 50}
    assert values(six_drivers, "energy_sold_kwh", "district") == {"A": 11, "B": 72}  # where the driver starts
    assert values(six_drivers, "energy_lost_kwh", "priority") == {"priority": 5, "rest": 48}


def test_waits_are_those_of_served_drivers(six_drivers, values):
    # served wait 0, 0 and 6 min; driver 4 waited 15 min in vain and is not counted
    assert values(six_drivers, "mean_wait_min", "city") == {"city": 2}
    # 95 % of the way through three: position 1.9, so 0 + 0.9 x 6
    assert values(six_drivers, "p95_wait_min", "city")["city"] == pytest.approx(5.4)
    expected = dict(kerbside=0, destination=0, work=NAN, retail=NAN, hub=6)
    assert values(six_drivers, "mean_wait_min", "use_case") == pytest.approx(expected, nan_ok=True)
    assert values(six_drivers, "p95_wait_min", "use_case") == pytest.approx(expected, nan_ok=True)
    assert values(six_drivers, "mean_wait_min", "station") == pytest.approx({"s0": 0, "s1": NAN, "s2": 6}, nan_ok=True)


def test_every_try_at_a_station_counts_for_its_blocking_probability(six_drivers, values):
    # s0: 0 and 1 find a free point. s1: 1 and 2 do not. s2: 3 waits, 4 gives up
    assert values(six_drivers, "blocking_probability", "station") == {"s0": 0, "s1": 1, "s2": 1}
    assert values(six_drivers, "blocking_probability", "city")["city"] == pytest.approx(4 / 6)
    assert values(six_drivers, "blocking_probability", "district") == {"A": 0, "B": 1}  # where the station stands
    # kerbside 0 of 0, 2; destination 1 of 2 tries; work has no try
    expected = dict(kerbside=0.5, destination=0.5, work=NAN, retail=NAN, hub=1)
    assert values(six_drivers, "blocking_probability", "use_case") == pytest.approx(expected, nan_ok=True)


def test_only_arrivals_in_the_measured_days_count(run_of, values):
    # the days run from 1440 to 11520: 1439.9 is too early, 1440 is in, 11519.9 is in, 11520 is too late
    run = run_of(
        [dict(arrival=t, start=t, end=t + 60, energy=7, need=7, way=100) for t in (1439.9, 1440, 11519.9, 11520)]
    )
    assert values(run, "requests", "city") == {"city": 2}
    assert values(run, "served", "station") == {"s0": 2, "s1": 0, "s2": 0}
    # what a late arrival gets after the end still counts: the request decides
    assert values(run, "energy_sold_kwh", "city") == {"city": 14}
    early = run_of([dict(arrival=1400, outcome=Outcome.BALKED), dict(arrival=1500, start=1500, end=1560)])
    assert values(early, "blocking_probability", "station")["s0"] == 0
    assert values(early, "energy_lost_kwh", "city") == {"city": 0}


def test_counts_are_per_week_however_long_is_measured(run_of, survey, values):
    run = run_of([dict(arrival=t, start=t, end=t + 60, energy=7) for t in (1500, 12000)], on=survey(days=14))
    assert values(run, "requests", "city") == {"city": 1}
    assert values(run, "energy_sold_kwh", "city") == {"city": 7}


@pytest.mark.parametrize("seed", range(3))
def test_served_and_lost_make_up_the_requests_in_every_scope(random_run, seed):
    run = random_run(seed)
    for scope in KPIS.facts["requests"]["scopes"]:
        requests, served, lost = (KPIS[kpi](run, scope) for kpi in ("requests", "served", "lost"))
        assert requests.sum() > 0
        np.testing.assert_array_equal(served + lost, requests)
    for scope in NOT_STATION:
        np.testing.assert_array_equal(sum(KPIS[kpi](run, scope) for kpi in REASONS), KPIS["lost"](run, scope))


@pytest.mark.parametrize("kpi", ["requests", "served", *REASONS, "energy_wanted_kwh", "energy_lost_kwh"])
@pytest.mark.parametrize("scope", ["district", "use_case", "priority"])
def test_parts_add_up_to_the_city(random_run, kpi, scope):
    run = random_run()
    assert KPIS[kpi](run, scope).sum() == pytest.approx(KPIS[kpi](run, "city")[0])


def test_requests_of_all_stations_are_those_of_the_city_without_the_drivers_without_choice(random_run):
    run = random_run()
    assert (
        KPIS["requests"](run, "station").sum()
        == (KPIS["requests"](run, "city") - KPIS["lost_no_choice"](run, "city"))[0]
    )


def test_lost_energy_and_requests_by_cell(six_drivers):
    assert lost_kwh_by_cell(six_drivers).tolist() == [5, 8, 40]
    assert requests_by_cell(six_drivers).tolist() == [2, 2, 2]


def test_the_verdict_by_use_case_and_district_holds_what_was_served(six_drivers):
    table = verdict_by_demand(six_drivers)
    assert len(table) == len(USE_CASES) * 2
    served = table[table["requests"] > 0].to_dict("records")
    assert served == [
        dict(use_case="kerbside", district_id="A", requests=1, energy_kwh=11),
        dict(use_case="destination", district_id="B", requests=1, energy_kwh=22),
        dict(use_case="hub", district_id="B", requests=1, energy_kwh=50),
    ]


def test_no_requests_at_all_give_zeros_and_no_means(run_of, values):
    run = run_of([])
    assert values(run, "requests", "district") == {"A": 0, "B": 0}
    for kpi in ("served_share", "mean_wait_min", "p95_wait_min", "blocking_probability"):
        assert values(run, kpi, "city") == pytest.approx({"city": NAN}, nan_ok=True)


def test_a_town_without_stations_loses_everyone(run_of, survey, town, values):
    bare = dataclasses.replace(town, stations=town.stations.iloc[:0])
    run = run_of([dict(choices=(), outcome=Outcome.NO_CHOICE, need=9)], on=survey(bare))
    assert values(run, "lost", "city") == {"city": 1}
    assert values(run, "energy_lost_kwh", "district") == {"A": 9, "B": 0}
    assert values(run, "served", "station") == {}
    assert values(run, "blocking_probability", "city") == pytest.approx({"city": NAN}, nan_ok=True)
