"""The grid of actions by phase: a row for each recommendation, or for each row of the source where records name one."""

from __future__ import annotations

import pytest

from p2ptrack.reports.document import Document, Paragraph
from tests.papers.builders import paper_of, section_of, table_of, text_of

PROGRAMME = """\
title: T
sources: [{id: zebra, title: Zebra review}, {id: alpha, title: Alpha review}]
phases: [{id: P1, title: One}, {id: P2, title: Two}]
"""
R1, R2 = "{id: R1, title: First}", "{id: R2, title: Second}"


def action(id_: str, phase: str, ref: str = "", recommendation: str = "R1") -> str:
    source = f", source: {{id: {ref.split(maxsplit=1)[0]}, ref: '{ref.split()[1]}'}}" if ref else ""
    return f"{{id: {id_}, title: Do, recommendations: {recommendation}, phase: {phase}{source}}}"


def grid(*records: str) -> Document:
    return paper_of("action-plan", R1, R2, *records, programme=PROGRAMME)


@pytest.mark.parametrize(
    ("records", "rows"),
    [
        (
            (action("A1", "P1"), action("A2", "P2")),
            [("R1 First", "A1 Do", "A2 Do")],
        ),
        (
            (action("A1", "P1"), action("A2", "P1"), action("A3", "P2", recommendation="R2")),
            [("R1 First", "A1 Do\nA2 Do", ""), ("R2 Second", "", "A3 Do")],
        ),
        (
            (action("A1", "P1", "zebra 2"), action("A2", "P2", "zebra 2"), action("A3", "P2", "zebra 1")),
            [("R1 First", "1", "", "A3 Do"), ("R1 First", "2", "A1 Do", "A2 Do")],
        ),
        (
            (action("A1", "P1"), action("A2", "P1", "zebra 1"), action("A3", "P2")),
            [("R1 First", "1", "A2 Do", ""), ("R1 First", "", "A1 Do", "A3 Do")],
        ),
        (
            (action("A1", "P1", "alpha 1"), action("A2", "P1", "zebra 1")),
            [("R1 First", "Zebra review 1", "A2 Do", ""), ("R1 First", "Alpha review 1", "A1 Do", "")],
        ),
    ],
)
def test_rows_of_the_grid(records: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    paper = grid(*records)
    table = table_of(paper, "grid")
    assert [(row.group, *(text_of(cell.content) for cell in row.cells)) for row in table.rows] == rows
    has_source = any("source" in record for record in records)
    assert [column.key for column in table.columns] == [*["row"] * has_source, "phases:P1", "phases:P2"]
    assert isinstance(section_of(paper, "grid").blocks[0], Paragraph) == has_source
