"""The law in the words of papers."""

from __future__ import annotations

import pytest

from tests.papers.builders import paper_of, section_of, table_of, text_of


@pytest.mark.parametrize(
    ("law", "paragraph", "under"),
    [
        ("england", "3", "paragraph 3 of Schedule 12A to the Local Government Act 1972"),
        ("england", "[1, 2, 3]", "paragraphs 1, 2 and 3 of Schedule 12A to the Local Government Act 1972"),
        ("england", "[]", "Schedule 12A to the Local Government Act 1972"),
        ("wales", "14", "paragraph 14 of Part 4 of Schedule 12A to the Local Government Act 1972"),
        ("scotland", "[6, 8]", "paragraphs 6 and 8 of Schedule 7A to the Local Government (Scotland) Act 1973"),
    ],
)
def test_a_notice_names_the_law_and_the_paragraph(law: str, paragraph: str, under: str) -> None:
    record = f"{{id: A1, title: Open, agreed_action: No., exempt: {{paragraph: {paragraph}, fields: agreed_action}}}}"
    paper = paper_of("action-plan", record, programme=f"title: T\npolicy: {{exemption_law: {law}}}\n")
    notice = f"Part of this record is exempt from publication under {under}."
    assert text_of(section_of(paper, "updates-none").blocks) == f"No update reported.\n{notice}"


def test_what_only_a_closed_action_answers_is_no_gap() -> None:
    paper = paper_of(
        "action-plan",
        "{id: R1, title: Orders, note: Between us., parts: [{id: R1.1, text: first}, {id: R1.2, text: second}]}",
        "{id: A1, title: Closed, recommendations: R1.1, exempt: {paragraph: 3}}",
    )
    (row,) = table_of(paper, "recommendations").rows
    assert [text_of(cell.content) for cell in row.cells] == [
        "Orders (R1)",
        "Its parts:\n- R1.1 first\n- R1.2 second – no action yet\nIts actions are exempt from publication",
    ]
