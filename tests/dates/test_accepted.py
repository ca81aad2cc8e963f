"""Accepted dates, by exact value."""

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
def test_a_date_has_the_days_that_it_can_mean(case: list[str]) -> None:
    raw, earliest, latest, precision, basis, ongoing, counts_to = [*case, ""][:7]

    parsed = parse_date(raw)

    assert isinstance(parsed, CouncilDate)
    assert parsed.to_json() == {
        "raw": raw,
        "earliest": earliest or None,
        "latest": latest or None,
        "precision": precision,
        "basis": basis,
        "ongoing": bool(ongoing),
    }
    assert parsed.to_text() == (f"{raw} (by {counts_to})" if counts_to else raw)
    assert (parsed.anchor, parsed.inferred, parsed.unresolved) == (None, False, False)


def test_the_cases_were_read() -> None:
    assert len(CASES) > 90


def test_every_pattern_has_its_own_name_a_meaning_and_examples_that_it_accepts() -> None:
    assert len(DATE_PATTERNS) > 10
    assert len({pattern.name for pattern in DATE_PATTERNS}) == len(DATE_PATTERNS)
    for pattern in DATE_PATTERNS:
        assert pattern.meaning
        assert pattern.examples
        for example in pattern.examples:
            assert isinstance(parse_date(example), CouncilDate), (pattern.name, example)
