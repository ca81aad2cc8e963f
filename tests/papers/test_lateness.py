"""Every paper states in words, beside the target, whether it has passed at the position date."""

from __future__ import annotations

import pytest

from tests.papers.builders import paper_of, section_of, table_of, text_of

PROGRAMME = """\
title: T
phases: [{id: P1, title: Phase 1, start: Sept 21, end: Sept 22}]
meetings: [{id: AC-2022-12, body: Audit Committee, date: 2022-12-15}]
"""


@pytest.mark.parametrize(
    ("fields", "target"),
    [
        ("status: in_progress, target: 31 December 2022", "31 December 2022, 12 days overdue"),
        ("status: in_progress, target: 11 January 2023", "11 January 2023, 1 day overdue"),
        ("status: in_progress, target: 12 January 2023", "12 January 2023"),
        ("status: in_progress, target: December 2022", "December 2022, 12 days overdue"),
        ("target: AC-2022-12", "15 December 2022 (Audit Committee), 28 days overdue"),
        ("target: P1", "September 2022 (end of Phase 1), 104 days overdue"),
        ("target: Ongoing, review_by: 10 January 2023", "Ongoing; review by 10 January 2023, 2 days overdue"),
        ("target: 10 January 2023, review_by: 1 March 2023", "10 January 2023, 2 days overdue; review by 1 March 2023"),
        ("target: TBC", "TBC"),
        ("status: complete, target: 20 December 2022, completed_on: 21 December 2022",
         "20 December 2022, completed 1 day late"),
        ("status: complete, target: 20 December 2022, completed_on: 2022-12-20", "20 December 2022"),
        ("status: complete, target: 1 December 2022", "1 December 2022"),
    ],
)  # fmt: skip
def test_a_target_states_whether_it_has_passed(fields: str, target: str) -> None:
    table = table_of(paper_of("audit-follow-up", f"{{id: F1, title: Do, {fields}}}", programme=PROGRAMME), "follow-ups")
    assert text_of(table.rows[0].cells[-1].content) == target
    plan = paper_of("action-plan", f"{{id: A1, title: Do, {fields}}}", programme=PROGRAMME)
    assert text_of(table_of(plan, "plan").rows[0].cells[-1].content) == target
    assert f"Target {target}" in text_of(section_of(plan, "update").blocks[0])


@pytest.mark.parametrize(
    ("done", "text"),
    [
        ("12 October 2022", "12 October 2022, 12 days after its target"),
        ("1 October 2022", "1 October 2022, 1 day after its target"),
        ("30 September 2022", "30 September 2022, on time"),
        ("2022", "2022 (by 31 December 2022)"),
    ],
)
def test_a_completion_states_whether_it_was_on_time(done: str, text: str) -> None:
    record = f"{{id: A1, title: Do, status: complete, target: 30 September 2022, completed_on: {done}}}"
    assert f"Completed: {text}" in text_of(section_of(paper_of("action-plan", record), "update"))
