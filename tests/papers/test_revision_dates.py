"""A target change states when it was requested and when it was decided; `date` is another name for one of them."""

from __future__ import annotations

import pytest

from p2ptrack.reports.record_blocks import format_revisions
from tests.papers.builders import context_of
from tests.support import case_of


@pytest.mark.parametrize(
    ("dates", "text"),
    [
        ("date: 1 March 2023", "Mar-23 to Jun-23 (1 March 2023)"),
        ("decided_on: 1 March 2023", "Mar-23 to Jun-23 (1 March 2023)"),
        ("requested_on: 1 March 2023", "Mar-23 to Jun-23 (requested 1 March 2023)"),
        ("decision: requested, date: 1 March 2023", "Mar-23 to Jun-23 (requested, 1 March 2023)"),
        ("decision: requested, requested_on: 1 March 2023", "Mar-23 to Jun-23 (requested, 1 March 2023)"),
        (
            "decision: granted, requested_on: 1 March 2023, decided_on: 18 March 2023, approved_by: Board",
            "Mar-23 to Jun-23 (requested 1 March 2023, granted, 18 March 2023, Board)",
        ),
        (
            "decision: granted, date: 1 March 2023, decided_on: 18 March 2023",
            "Mar-23 to Jun-23 (requested 1 March 2023, granted, 18 March 2023)",
        ),
        (
            "decision: refused, requested_on: 1 March 2023, date: 18 March 2023",
            "Mar-23 to Jun-23 (requested 1 March 2023, refused, 18 March 2023)",
        ),
    ],
)
def test_papers_print_both_dates(dates: str, text: str) -> None:
    case = case_of(f"{{id: A01, title: x, revisions: {{from: Mar-23, to: Jun-23, {dates}}}}}")
    ((line, *_),) = format_revisions(context_of(case), case.tracked()[0])
    assert str(line).replace(" (by 31 March 2023)", "").replace(" (by 30 June 2023)", "") == text
