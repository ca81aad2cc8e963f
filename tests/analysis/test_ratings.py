"""The rating of a record: will it be done in time?"""

from __future__ import annotations

import pytest

from p2ptrack.analysis.case import rate_record
from tests.support import case_of

RECENT = "updates: {date: 2023-01-10, text: x}"


@pytest.mark.parametrize(
    ("fields", "rating"),
    [
        (f"status: in_progress, target: 30 September 2023, {RECENT}", "on_track"),
        (f"status: in_progress, target: 12 January 2023, {RECENT}", "on_track"),
        (f"status: not_started, target: 12 January 2023, {RECENT}", "at_risk"),
        (f"status: not_started, target: 11 February 2023, {RECENT}", "at_risk"),
        (f"status: not_started, target: 12 February 2023, {RECENT}", "on_track"),
        (f"status: on_hold, decided: {{on: 2023-01-01}}, target: 31 January 2023, {RECENT}", "at_risk"),
        (f"target: 31 January 2023, {RECENT}", "on_track"),
        ("status: in_progress, target: 30 September 2023", "at_risk"),
        ("status: in_progress, target: 30 September 2023, updates: {date: 2022-10-13, text: x}", "at_risk"),
        ("status: in_progress, target: 30 September 2023, updates: {date: 2022-10-14, text: x}", "on_track"),
        ("status: in_progress, target: 30 September 2023, updates: {text: x}", "on_track"),
        ("status: not_started, target: 30 September 2023, updates: {text: x}", "on_track"),
        (f"status: not_started, target: 11 January 2023, {RECENT}", "overdue"),
        ("status: not_started", "not_rated"),
        ("status: complete, target: 12 January 2023", "complete"),
    ],
)
def test_an_item_that_is_due_and_not_begun_is_at_risk(fields: str, rating: str) -> None:
    case = case_of(f"{{id: A1, title: Do, {fields}}}")
    assert rate_record(case, case.tracked()[0]) == rating
