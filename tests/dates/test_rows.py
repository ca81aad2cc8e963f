"""Every row of the table of council dates, by exact value."""

from __future__ import annotations

from pathlib import Path

import pytest

from p2ptrack.model.dates import DATE_PATTERNS, CouncilDate, parse_date

HERE = Path(__file__).parent
CASES = [
    [cell.strip() for cell in line.split("|")]
    for line in (HERE / "accepted.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_reads_as_the_days_that_it_means(case: list[str]) -> None:
    raw, earliest, latest, precision, basis, ongoing, counted_to = [*case, ""][:7]

    read = parse_date(raw)

    assert isinstance(read, CouncilDate)
    assert read.to_json() == {
        "raw": raw,
        "earliest": earliest or None,
        "latest": latest or None,
        "precision": precision,
        "basis": basis,
        "ongoing": bool(ongoing),
    }
    assert read.to_text() == (f"{raw} (by {counted_to})" if counted_to else raw)
    assert (read.anchor, read.inferred, read.unresolved) == (None, False, False)


def test_the_table_of_cases_is_there() -> None:
    assert len(CASES) > 90


def test_every_row_has_a_name_of_its_own_a_meaning_and_examples_that_it_takes() -> None:
    assert len(DATE_PATTERNS) > 10
    assert len({row.name for row in DATE_PATTERNS}) == len(DATE_PATTERNS)
    for row in DATE_PATTERNS:
        assert row.meaning
        assert row.examples
        for example in row.examples:
            assert isinstance(parse_date(example), CouncilDate), (row.name, example)
