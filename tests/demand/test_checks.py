"""The printed checks see what is right and what is wrong."""

import dataclasses

from sim.demand.checks import demand_checks


def by_name(expected):
    return demand_checks(expected).set_index("check")


def test_dortmund_in_2025_lies_within_the_band(expect):
    table = by_name(expect(2025))
    row = table.loc["public requests a day"]
    assert round(row["low"]) == 900 and round(row["high"]) == 2200
    assert round(row["value"]) == 1298
    assert table["passed"].all()


def test_no_band_of_requests_is_known_for_later_years(expect):
    row = by_name(expect(2030)).loc["public requests a day"]
    assert row["low"] != row["low"] and row["passed"]
    assert "2025 only" in row["note"]


def test_twice_the_requests_for_the_same_energy_are_found_out(expect):
    base = expect(2025)
    twice = dataclasses.replace(base, requests_bev=2 * base.requests_bev, requests_phev=2 * base.requests_phev)
    table = by_name(twice)
    assert not table.loc["public requests a day", "passed"]
    assert not table.loc["energy per request", "passed"]


def test_a_city_that_asks_for_nothing_fails(expect):
    base = expect(2025)
    nothing = dataclasses.replace(base, requests_bev=0 * base.requests_bev, requests_phev=0 * base.requests_phev)
    assert not by_name(nothing).loc["public requests a day", "passed"]
    assert not by_name(nothing).loc["energy per request", "passed"]
