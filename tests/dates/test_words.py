"""Names of the calendar, normalised text, and the page of dates."""

from __future__ import annotations

from datetime import date

import pytest

from p2ptrack.model.dates import format_long_date, month_name, normalise_text
from tools.date_page import page


def test_a_long_date_has_no_leading_zero() -> None:
    assert format_long_date(date(2023, 6, 30)) == "30 June 2023"
    assert format_long_date(date(2023, 1, 1)) == "1 January 2023"


def test_months_have_their_names() -> None:
    assert [month_name(month) for month in (1, 6, 12)] == ["January", "June", "December"]


@pytest.mark.parametrize(
    ("text", "normalised"),
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
def test_spellings_that_people_call_the_same_are_normalised(text: str, normalised: str) -> None:
    assert normalise_text(text) == normalised


def test_the_page_of_dates_has_what_the_parser_makes_of_its_examples() -> None:
    rows = [line.strip("| ").split(" | ") for line in page().splitlines() if line.startswith("| `")]
    assert len(rows) > 80
    assert {len(row) for row in rows} == {3}
    cells = {row[0]: row[1] for row in rows}
    assert cells["`2023-03`, `03/2023`"] == "1 March 2023 … 31 March 2023"
    assert cells["`On-going`, `Ongoing`, `Continuous`"] == "no deadline, ongoing"
    assert cells["`31 March 2023, then on-going`"] == "31 March 2023, and ongoing"
    assert cells["`AC-2023-03`"] == "1 March 2023 … 31 March 2023"
    assert cells['`{raw: "the next formal Board meeting", means: none}`'] == "no deadline"
    assert cells["`2011-12`"].startswith("“2011-12” can mean ")
