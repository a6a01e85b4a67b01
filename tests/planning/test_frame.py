"""What is wrong with a problem is said at the border, all at once."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml

from sim.errors import DataError
from sim.parameter import bounds_broken
from sim.planning.frame import frame_problem
from sim.planning.milp.rules import RULES
from sim.planning.problem import DemandClass, Planning
from tests.planning.cities import TECHNOLOGIES, arcs, need, settings, sites, stock, two_sites

ROOT = Path(__file__).parents[2]
DEFAULT = ROOT / "configs" / "planning" / "default.yaml"


def test_all_faults_are_reported_at_once():
    with pytest.raises(DataError) as caught:
        frame_problem(
            phases=(2030,),
            need=need(("a", "slow", "north", 1.0, 500.0), ("a", "fast", "north", 1.0, 500.0)),
            arcs=arcs(("a", "slow", "nowhere", 1.0), ("b", "slow", "n1", 1.0)),
            sites=sites(("n1", "north", 4)),
            stock=stock(("n1", "ac_99", 1)),
            technologies=TECHNOLOGIES,
            settings=settings(),
        )
    text = "\n".join(caught.value.problems)
    assert len(caught.value.problems) == 4
    for part in ("class_name: fast", "site_id: nowhere", "arcs: b/slow", "technology: ac_99"):
        assert part in text


def test_numbers_out_of_bounds_name_their_row():
    with pytest.raises(DataError, match=r"arcs: a/slow/n1: willing_share \(1.5\)"):
        frame_problem(
            phases=(2030,), need=need(("a", "slow", "north", 1.0, 500.0)), arcs=arcs(("a", "slow", "n1", 1.5)),
            sites=sites(("n1", "north", 4)), stock=stock(), technologies=TECHNOLOGIES, settings=settings(),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"objective": "energy_serve"}, "did you mean 'energy_served'"),
        ({"rules": [r for r in RULES.names() if r != "serve_within_need"]}, "serve_within_need is missing"),
        ({"equity_floor": 1.5}, "must be 1 or less"),
        ({"technologies": ["ac_2"]}, "did you mean 'ac_22'"),
    ],
)
def test_settings_that_make_no_sense_are_refused(changes, message):
    with pytest.raises(DataError, match=message):
        two_sites(**changes)


def test_the_default_settings_are_complete_and_within_their_bounds():
    values = yaml.safe_load(DEFAULT.read_text())
    classes = {name: DemandClass(**c) for name, c in values.pop("classes").items()}
    planning = Planning(classes=classes, **values)
    assert bounds_broken(planning) == []
    assert len(planning.rules) == len(set(planning.rules))
    assert set(planning.rules) == set(RULES.names()) - {"no_carry_over", "mean_way"}


def test_sites_may_carry_their_id_as_a_column_or_as_index():
    problem = two_sites()
    pd.testing.assert_frame_equal(problem.sites, sites(("n1", "north", 4), ("s1", "south", 8)).set_index("site_id"))


def test_framing_a_problem_loads_no_solver():
    code = "import sys, sim.planning.frame; print([m for m in ('pulp', 'highspy') if m in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert answer.stdout.strip() == "[]"
