"""What `import sim` offers."""

from __future__ import annotations

import sim

PUBLIC = {
    "City", "Requests", "Sessions", "Plan", "Problem", "Study", "StudyResult", "read_city",
    "draw_requests", "simulate", "score", "find_plan", "run_study", "SimError",
}  # fmt: skip


def test_the_public_names_are_those_of_the_architecture() -> None:
    assert set(sim.__all__) == PUBLIC


def test_every_public_name_is_there_and_says_what_it_is() -> None:
    for name in sim.__all__:
        assert (getattr(sim, name).__doc__ or "").strip(), name
