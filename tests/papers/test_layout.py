"""A clerk's order of sections and columns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from p2ptrack.errors import OperationError
from p2ptrack.model.programme import Layout, Wording
from p2ptrack.reports.context import ReportParts, add_part_letters, apply_layout, check_layout_names, drop_empty_columns
from p2ptrack.reports.document import Cell, Column, Notice, Row, Section, Table, make_paragraph
from tests.papers.builders import document_of

PARTS = ReportParts(("first", "second", "inner"), {"t": ("a", "b", "many")}, lettered_sections=("first", "second"))
COLUMNS = (Column("a", "A"), Column("b", "B"), Column("many:1", "M1"), Column("many:2", "M2"))
TABLE = Table("t", "T", COLUMNS, (Row((Cell("a"), Cell("b"), Cell(1), Cell(2))),))
OTHER = Table("u", "U", COLUMNS[:1], (Row((Cell("x"),)),))
FIRST = Section("first", "First", (TABLE, OTHER, Section("R1", "A record", ()), Section("inner", "Inner", ())))
SECOND = Section("second", "Second", (Notice((TABLE,)),))
WHOLE = document_of(make_paragraph("before"), FIRST, SECOND)


def test_without_a_layout_nothing_moves() -> None:
    assert apply_layout(WHOLE, Layout(), "report", PARTS) == WHOLE


def test_a_section_is_landscape_with_its_table_and_what_closes_the_paper_goes_on_below_it() -> None:
    plan = Section("plan", "Plan", (make_paragraph("before"), replace(TABLE, landscape=True)))
    empty = Section("empty", "Empty", (replace(OTHER, rows=(), landscape=True),), landscape=True)
    sections = (FIRST, plan, Section("key", "Key", ()), SECOND, empty, Section("glossary", "Glossary", (OTHER,)))
    arranged = apply_layout(document_of(*sections), Layout(), "report", PARTS)
    assert [block.landscape for block in arranged.blocks if isinstance(block, Section)] == [
        False, True, True, False, False, False
    ]  # fmt: skip


def test_sections_follow_the_layout_and_others_are_left_out() -> None:
    swapped = apply_layout(WHOLE, Layout({"report": ("second", "first")}), "report", PARTS)
    assert [getattr(block, "key", "") for block in swapped.blocks] == ["", "second", "first"]
    first = swapped.blocks[2]
    assert isinstance(first, Section)
    assert [getattr(block, "key", "") for block in first.blocks] == ["t", "u", "R1"]


def test_a_paper_follows_its_own_name_first() -> None:
    layout = Layout({"report": ("second",), "a-paper": ("first", "inner")})
    assert apply_layout(WHOLE, layout, "report", PARTS).blocks == (make_paragraph("before"), FIRST)


def test_columns_follow_the_layout_with_their_cells() -> None:
    layout = Layout(columns={"t": ("many", "a")})
    expected = Table("t", "T", (*COLUMNS[2:], COLUMNS[0]), (Row((Cell(1), Cell(2), Cell("a"))),))
    arranged = apply_layout(document_of(TABLE, OTHER, Notice((TABLE,))), layout, "report", PARTS)
    assert arranged.blocks == (expected, OTHER, Notice((expected,)))


def test_columns_that_no_row_fills_are_left_out() -> None:
    table = Table("t", "T", COLUMNS[:3], (Row((Cell(), Cell(), Cell(0))),))
    assert [column.key for column in drop_empty_columns(table, frozenset({"a"})).columns] == ["a", "many:1"]


def test_main_parts_have_letters_where_there_is_more_than_one() -> None:
    words = Wording({"part": "Part $letter: $title"})
    titles = [block.title for block in add_part_letters(WHOLE, PARTS, words).blocks if isinstance(block, Section)]
    assert titles == ["Part A: First", "Part B: Second"]
    alone = document_of(FIRST)
    assert add_part_letters(alone, PARTS, words) == alone


@pytest.mark.parametrize(
    ("layout", "message"),
    [
        (Layout({"report": ("frist",)}), "“frist” is not a section of report. Use first."),
        (Layout(columns={"t": ("mny",)}), "“mny” is not a column of t. Use many."),
        (Layout(columns={"t": ("zzz",)}), "“zzz” is not a column of t. Use a, b or many."),
    ],
)
def test_an_unknown_name_is_reported_with_a_suggestion(layout: Layout, message: str) -> None:
    with pytest.raises(OperationError) as stopped:
        apply_layout(WHOLE, layout, "report", PARTS)
    assert str(stopped.value) == f"templates/layout.yaml: {message}"


def test_an_unknown_paper_or_table_is_reported() -> None:
    with pytest.raises(OperationError) as paper:
        check_layout_names(Layout({"action-plam": ()}), ("action-plan",), ())
    assert str(paper.value) == "templates/layout.yaml: “action-plam” is not a paper. Use action-plan."
    with pytest.raises(OperationError) as table:
        check_layout_names(Layout(columns={"follow_ups": ()}), (), ("follow-ups", "grid"))
    assert str(table.value) == "templates/layout.yaml: “follow_ups” is not a table. Use follow-ups."


def test_a_table_whose_columns_are_all_empty_still_states_which_records_there_are() -> None:
    table = Table("t", "T", COLUMNS[:1], (Row((Cell("a"),)),))
    assert apply_layout(document_of(table), Layout(columns={"t": ("b", "many")}), "report", PARTS).blocks == (table,)


def test_a_table_without_columns_is_refused() -> None:
    with pytest.raises(OperationError, match=r"t has no columns\. Name its columns, such as a and b"):
        apply_layout(WHOLE, Layout(columns={"t": ()}), "report", PARTS)
