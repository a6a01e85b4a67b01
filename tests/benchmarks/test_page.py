"""The page of benchmarks is made from what was recorded."""

from __future__ import annotations

from tests.benchmarks.conftest import Row, benchmarks_page


def test_the_page_counts_targets_and_shows_what_missed_failed_or_was_left_out():
    rows = [
        Row("a", "at most 1", "0.5", "b 2", True),
        Row("c", "at least 1", "0.5", "-", False),
        Row("d", "-", "3", "-", None),
    ]
    page = benchmarks_page(rows, failed=1, skipped=["Skipped: the C loop: no compiler"])
    assert "1 of 2 targets met." in page
    assert "| a | at most 1 | 0.5 | b 2 | met |" in page and "| c | at least 1 | 0.5 | - | **missed** |" in page
    assert "| d | - | 3 | - | - |" in page
    assert "* 1 benchmarks failed" in page and "* Left out: the C loop: no compiler." in page
