"""The words of the calendar, and what folding makes alike."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from p2ptrack.model.dates import build_date_reference, format_long_date, month_name, normalise_text

HERE = Path(__file__).parent


def test_a_long_day_is_british_and_has_no_leading_nought() -> None:
    assert format_long_date(date(2023, 6, 30)) == "30 June 2023"
    assert format_long_date(date(2023, 1, 1)) == "1 January 2023"


def test_months_have_their_names() -> None:
    assert [month_name(month) for month in (1, 6, 12)] == ["January", "June", "December"]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  CBT\u00a0Phase   2 ", "cbt phase 2"),
        ("Sept 21 \u2013 Sept 22", "sept 21 - sept 22"),
        ("2023\u204424", "2023/24"),
        ("2023 / 24", "2023/24"),
        ("Sept \u201921", "sept '21"),
        ("on\u2011going.", "on-going"),
        ("Mar\u00ad-\u200b23", "mar-23"),
        ("", ""),
    ],
)
def test_folding_makes_alike_what_people_call_the_same(text: str, folded: str) -> None:
    assert normalise_text(text) == folded


def test_the_documentation_is_made_by_the_parser() -> None:
    lines = build_date_reference().splitlines()

    assert lines[0] == "| As written | Earliest \u2026 latest | What it is |"
    expected = (HERE / "documented.txt").read_text("utf-8").splitlines()
    assert len(expected) > 8
    assert [line for line in expected if line not in lines] == []


def test_every_line_of_the_documentation_has_three_cells() -> None:
    lines = [line for line in build_date_reference().splitlines() if line.startswith("|")]

    assert len(lines) > 80
    assert {line.count(" | ") for line in lines} == {2}
