"""A rating answers whether the work will be done in time."""

from __future__ import annotations

import pytest

from p2ptrack.analysis.case import rate_record
from tests.support import PROGRAMME, THE_DAY, case_of

RECENT = "updates: [{date: 2023-01-10, text: Begun.}]"
OLD = "updates: [{date: 2022-01-10, text: Begun.}]"


@pytest.mark.parametrize(
    ("fields", "rating"),
    [
        ("status: not_started, target: 12 January 2023", "at_risk"),
        (f"status: not_started, target: 12 January 2023, {RECENT}", "at_risk"),
        (f"status: not_started, target: 11 February 2023, {RECENT}", "at_risk"),
        (f"status: not_started, target: 12 February 2023, {RECENT}", "on_track"),
        ("status: in_progress, target: 31 January 2023", "at_risk"),
        (f"status: in_progress, target: 31 January 2023, {OLD}", "at_risk"),
        ("status: in_progress, target: 31 January 2023, updates: [{text: Undated.}]", "at_risk"),
        (f"status: in_progress, target: 31 January 2023, {RECENT}", "on_track"),
        ("target: 31 January 2023", "at_risk"),
        (f"target: 31 January 2023, {RECENT}", "on_track"),
        ("status: not_started, target: 30 June 2023", "on_track"),
        ("status: not_started, target: 11 January 2023", "overdue"),
        ("status: not_started", "not_rated"),
        ("status: complete, target: 12 January 2023", "complete"),
        (f"status: in_progress, target: 30 June 2023, {RECENT}, blocked_by: consultation", "at_risk"),
    ],
)
def test_a_record_that_is_due_soon_without_progress_is_at_risk(fields: str, rating: str) -> None:
    case = case_of(f"{{id: A01, title: a, {fields}}}")
    assert case.as_of == THE_DAY
    assert rate_record(case, case.tracked()[0]) == rating


def test_due_soon_is_as_the_policy_states() -> None:
    case = case_of(
        "{id: A01, title: a, status: not_started, target: 30 June 2023}",
        programme=PROGRAMME + "policy: {due_soon_days: 365}\n",
    )
    assert rate_record(case, case.tracked()[0]) == "at_risk"
