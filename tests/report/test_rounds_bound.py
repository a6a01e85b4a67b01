"""The sentence on what the street could serve at most."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd

from sim.report.sections import rounds_bound
from sim.report.words import words_of


def result_with(**columns: list[Any]) -> Any:
    planning = SimpleNamespace(objective="energy_served")
    rounds = pd.DataFrame({"kept": [False, True], **columns})
    return SimpleNamespace(rounds=rounds, study=SimpleNamespace(planning=planning))


def test_the_page_says_how_far_the_kept_plan_is_from_the_bound_of_the_street_and_that_it_is_heuristic() -> None:
    result = result_with(street_bound=[1150.0, 1150.0], street_gap=[0.5, 0.15])
    said = str(rounds_bound(result, words_of("en")))
    assert "heuristic" in said
    assert "15.0 % below" in said
    assert "1,150 kWh" in said
    assert "heuristisch" in str(rounds_bound(result, words_of("de")))


def test_without_a_bound_the_page_says_nothing_of_it() -> None:
    assert str(rounds_bound(result_with(street_bound=[float("nan")] * 2), words_of("en"))) == ""
    assert str(rounds_bound(result_with(), words_of("en"))) == ""
