from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from sim.economics.project import Project, appraised_years, yearly_service
from sim.economics.settings import Economics
from sim.errors import DataError

MEANING = "requests served with the plan [1/week]"


def test_service_holds_until_the_next_year_given(two_sites: Project, round_economics: Economics) -> None:
    table = yearly_service(two_sites, round_economics)
    # 700 kWh a week more at the kerb = 36,500 a year throughout; 2,100 at the hub = 109,500 from 2028
    energy = table.pivot_table(index="year", columns="use_case", values="energy_kwh", aggfunc="sum").fillna(0.0)
    assert energy["kerbside"].tolist() == pytest.approx([36500.0] * 4)
    assert energy["hub"].tolist() == pytest.approx([0.0, 0.0, 109500.0, 109500.0])


def test_requests_served_either_way_are_kept_and_the_rest_is_gained(
    two_sites: Project, round_economics: Economics
) -> None:
    doubled = dataclasses.replace(round_economics, energy_factor=2.0)
    kerbside = yearly_service(two_sites, doubled).query("use_case == 'kerbside'").iloc[0]
    assert kerbside["kept"] == pytest.approx(3650.0)  # the factor leaves what is served today alone
    assert kerbside["gained"] == pytest.approx(7300.0)


def test_the_appraisal_begins_with_the_first_building(two_sites: Project, round_economics: Economics) -> None:
    assert list(appraised_years(two_sites, round_economics)) == [2026, 2027, 2028, 2029]


def test_minutes_may_be_missing_where_nobody_is_served(two_sites: Project) -> None:
    assert two_sites.service["walk_min_as_is"].tolist() == [12.0, 12.0, 0.0]


def test_missing_minutes_of_served_requests_are_refused(two_sites: Project) -> None:
    service = two_sites.service.assign(walk_min_plan=[float("nan"), 6.0, 0.0])
    with pytest.raises(
        DataError, match=r"service: row 1 \(2026, kerbside, AC\): walk_min_plan: is empty; give a number"
    ):
        Project(two_sites.plan, two_sites.technologies, service)


def test_all_that_is_wrong_with_the_tables_is_said_at_once(two_sites: Project) -> None:
    plan = two_sites.plan.assign(points_added=[4.5, -1])
    technologies = two_sites.technologies.assign(lifetime_years=[0.0, 10.0], current=["AC", "direct"])
    service = pd.concat([two_sites.service, two_sites.service.iloc[:1]], ignore_index=True).drop(columns="served_plan")
    with pytest.raises(DataError) as error:
        Project(plan, technologies, service)
    assert error.value.problems == [
        "plan: row 1 (a, ac_22, 2026): points_added: is not a whole number (4.5); give one [points]",
        "plan: row 2 (b, dc_150, 2028): points_added: is out of bounds (-1); must be 0 or more [points]",
        "technologies: row 2 (dc_150): current: is not known ('direct'); must be one of AC, DC",
        "technologies: row 1 (ac_22): lifetime_years: is out of bounds (0); must be 1 or more [a]",
        f"service: served_plan: column is missing (found: {', '.join(service.columns)}); add it: {MEANING}",
        "service: row 1, row 4: year, use_case, current: '2026, kerbside, AC' is given 2 times; give each row its own",
    ]


def test_what_the_plan_needs_must_be_given(two_sites: Project) -> None:
    with pytest.raises(DataError) as error:
        Project(two_sites.plan, two_sites.technologies.iloc[:1], two_sites.service.iloc[:1])
    assert error.value.problems == [
        "technologies: dc_150: the plan builds it, but it has no row; add one",
        "service: 2028: points are built, but no service is given for this year; simulate it",
    ]
    with pytest.raises(DataError, match="service: no row; give the service of at least the first year of building"):
        Project(two_sites.plan, two_sites.technologies, two_sites.service.iloc[:0])


def test_years_that_do_not_fit_are_explained(two_sites: Project, round_economics: Economics) -> None:
    late = dataclasses.replace(round_economics, base_year=2027, horizon_years=2)
    with pytest.raises(DataError) as error:
        appraised_years(two_sites, late)
    assert error.value.problems == [
        "economics.base_year (2027) must not be later than the first year of building (2026)",
        "economics.horizon_years (2) ends with 2027, before the phases 2028; give more years or leave them out",
    ]
