"""The grid of actions by phase: a row for each recommendation, the actions of a phase below each other in its cell."""

from __future__ import annotations

import pytest

from p2ptrack.reports.document import Document
from tests.papers.builders import paper_of, table_of, text_of

PHASES = "[{id: P1, title: One}, {id: P2, title: Two}, {id: P3, title: Three}]"
PROGRAMME = f"title: T\nsources: [{{id: alpha, title: Alpha review}}]\nphases: {PHASES}\n"
R1, R2 = "{id: R1, title: First}", "{id: R2, title: Second}"


def action(id_: str, phase: str, recommendation: str = "R1", more: str = "") -> str:
    return f"{{id: {id_}, title: Do, recommendations: {recommendation}, phase: {phase}{more}}}"


def grid(*records: str) -> Document:
    return paper_of("action-plan", R1, R2, *records, programme=PROGRAMME)


@pytest.mark.parametrize(
    ("records", "columns", "rows"),
    [
        (
            (action("A1", "P1"), action("A2", "P2"), action("A4", "P1", "R2")),
            ["P1", "P2"],
            [("First (R1)", "- Do (A1)", "- Do (A2)"), ("Second (R2)", "- Do (A4)", "")],
        ),
        (
            (action("A1", "P1"), action("A2", "P1"), action("A3", "P2", "R2")),
            ["P1", "P2"],
            [("First (R1)", "- Do (A1)\n- Do (A2)", ""), ("Second (R2)", "", "- Do (A3)")],
        ),
        (
            (
                action("A1", "P1", more=", source: {id: alpha, ref: '2'}"),
                action("A2", "P3", more=", source: {id: alpha, ref: '1'}"),
                action("A3", "P1", "R2"),
            ),
            ["P1", "P3"],
            [("First (R1)", "- Do (A1)", "- Do (A2)"), ("Second (R2)", "- Do (A3)", "")],
        ),
    ],
)
def test_rows_of_the_grid(records: tuple[str, ...], columns: list[str], rows: list[tuple[str, ...]]) -> None:
    table = table_of(grid(*records), "grid")
    assert [(row.group, *(text_of(cell.content) for cell in row.cells)) for row in table.rows] == rows
    assert [column.key for column in table.columns] == [f"phases:{column}" for column in columns]


def test_a_grid_of_many_phases_is_on_a_landscape_page() -> None:
    few, many = (grid(*(action(f"A{n}", f"P{n}") for n in range(1, last + 1))) for last in (2, 3))
    assert [table_of(paper, "grid").landscape for paper in (few, many)] == [False, True]


def test_an_action_in_the_grid_states_that_it_is_late() -> None:
    late = action("A1", "P1", more=", target: 31 December 2022")
    rows = table_of(grid(late, action("A2", "P1", "R2")), "grid").rows
    assert text_of(rows[0].cells[0].content) == "- Do (A1)\n12 days overdue"
