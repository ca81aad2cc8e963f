"""Workbooks as openpyxl reads them: one table a sheet, typed cells, no formulas."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date, datetime

import openpyxl
import pytest

from p2ptrack.formats.xlsx import DEFAULT_FONT, escape_edge_text, estimate_row_height, iter_lines, make_text, make_value
from p2ptrack.reports.document import (
    Bullets,
    Cell,
    Column,
    Fact,
    Facts,
    Notice,
    Prose,
    Ref,
    Row,
    Scalar,
    Section,
    Table,
    make_paragraph,
)
from tests.formats.sample import when
from tests.office.builders import (
    COLUMNS,
    CONTROLS,
    DAY,
    DUE,
    EMOJI,
    FORMULA,
    HOSTILE,
    WHOLE,
    hostile,
    parts,
    plain_words,
    words_of,
    workbook_of,
    write_format,
)
from tests.papers.builders import PACKAGED_OPTIONS, document_of, paper_of, seed_paper

WORDING = PACKAGED_OPTIONS.wording
BOOK = workbook_of(WHOLE)
PARTS = parts(write_format("xlsx", WHOLE))
MIDNIGHT, END_OF_MARCH = (datetime.fromisoformat(day) for day in ("2023-01-12", "2023-03-31"))


def rows_of(name: str) -> list[tuple[object, ...]]:
    return [tuple(cell for cell in row) for row in BOOK[name].iter_rows(values_only=True)]


def test_the_first_sheet_describes_the_workbook() -> None:
    assert BOOK.sheetnames == ["About", "Due next", "Nothing", "Text"]
    assert rows_of("About") == [
        ("A paper: on <everything> & more", None),
        ("A council", None),
        ("Audit Committee", None),
        ("Draft", None),
        ("Demonstration", None),
        ("Position at", MIDNIGHT),
        ("Source", "A paper undated"),
        (None, None),
        ("Sheets", None),
        ("Due next", "Due: 3"),
        ("Nothing", "Nothing"),
        ("Text", "Text"),
        (None, None),
        ("How to make this paper again", None),
        (WORDING("remake_as_of"), MIDNIGHT),
        ("Version of the register", "c0ffee"),
        ("Made by", "p2ptrack 1.2.3"),
        ("Command", "p2ptrack render a-paper --at c0ffee --as-of 2023-01-12"),
    ]
    links = {cell.coordinate: cell.hyperlink.location for row in BOOK["About"] for cell in row if cell.hyperlink}
    assert links == {"A10": "'Due next'!A1", "A11": "'Nothing'!A1", "A12": "'Text'!A1"}


def test_a_table_is_a_sheet_with_typed_cells() -> None:
    assert rows_of("Due next") == [
        ("Heading", "Id", "What", "Target", "Days"),
        ("One", "F03", "Social value", "Jan-23*", 19),
        ("One", "F04", "Held\nas it is", MIDNIGHT, -3),
        ("Two", "All", None, END_OF_MARCH, 16),
    ]
    sheet = BOOK["Due next"]
    assert [[cell.number_format for cell in row[3:]] for row in sheet.iter_rows(min_row=2)] == [
        ["General", "General"],
        ['[$-809]d mmmm yyyy"*"', 'General"*"'],
        ["[$-809]d mmmm yyyy", "General"],
    ]
    assert {cell.data_type for row in sheet.iter_rows(min_row=2, max_col=3) for cell in row} == {"s", "n"}


def test_column_titles_are_frozen_repeated_in_print_and_filterable() -> None:
    sheets = [BOOK[name] for name in BOOK.sheetnames]
    assert [sheet.freeze_panes for sheet in sheets] == [None, "C2", "B2", "A2"]
    assert [[item.autoFilter.ref for item in sheet.tables.values()] for sheet in sheets] == [
        [],
        ["A1:E4"],
        ["A1:D2"],
        ["A1:C20"],
    ]
    assert [sheet.print_title_rows for sheet in sheets] == [None, "$1:$1", "$1:$1", "$1:$1"]
    assert [cell.font.b for cell in BOOK["Due next"][1]] == [True] * 5
    assert [int(BOOK["Due next"].column_dimensions[letter].width) for letter in "ABCDE"] == [24, 12, 60, 24, 12]
    assert {cell.alignment.wrap_text for row in BOOK["Due next"] for cell in row} == {True}


def test_a_table_is_marked_up_with_its_heads_and_its_title() -> None:
    (table,) = BOOK["Due next"].tables.values()
    assert (table.ref, table.headerRowCount, table.tableStyleInfo.name) == ("A1:E4", 1, None)
    assert [item.name for item in table.tableColumns] == [cell.value for cell in BOOK["Due next"][1]]
    assert b'altText="Due: 3"' in PARTS["xl/tables/table1.xml"]
    assert len({sheet for name, sheet in PARTS.items() if "tables/" in name}) == 3


@pytest.mark.parametrize("head", ["A", "a", "", "two\nlines", "_x0041_", "x" * 256])
def test_tables_with_invalid_column_titles_get_filters_only(head: str) -> None:
    columns = (Column("a", "A"), Column("b", head))
    sheet = workbook_of(document_of(Table("t", "T", columns, (Row((Cell("one"), Cell("two"))),))))["T"]
    assert (list(sheet.tables), sheet.auto_filter.ref) == ([], "A1:B2")
    assert [cell.value for cell in sheet[1]] == ["A", head or None]


def test_text_between_the_tables_is_a_sheet_of_its_own() -> None:
    first, inner = "First part", "First part > Inner part"
    assert (
        rows_of("Text")
        == [
            ("Part", "Record", "Text"),
            (first, None, "Told of F03 Value and F99, urgent*"),
            (first, None, "A bold and slanted word of code."),
            (first, None, "1. one"),
            (first, None, "   • inner"),
            (first, None, "2. two"),
            (first, None, "> quoted"),
            (first, None, "1. First"),
            (first, None, "   with more"),
            (first, None, "2. Second"),
            (first, None, "Owner: Head"),
            (first, None, "since May"),
            (first, None, "Target: Mar-23 as read"),
            (first, None, "Mind the gap"),
            (inner, "F03", "Deep"),
            ("Second part", None, "Wide"),
            ("Second part", None, "Due: 3: see the sheet Due next"),
            ("Second part", None, "Nothing: see the sheet Nothing"),
            ("Third part", None, "Evidence (https://example.org/a b?c=1&d=2)"),
            ("Fourth part", None, None),
        ][: len(rows_of("Text"))]
    )
    assert rows_of("Text")[-1] == ("Fourth part", None, None)


def test_an_empty_table_keeps_its_column_titles_and_its_note() -> None:
    assert rows_of("Nothing") == [("Id", "What", "Target", "Days"), ("None.", None, None, None)]


def test_a_paper_without_blocks_has_one_sheet() -> None:
    bare = replace(WHOLE, blocks=(), provenance=None, heading=(), meta=())
    assert workbook_of(bare).sheetnames == ["About"]
    assert b"definedNames" not in parts(write_format("xlsx", bare))["xl/workbook.xml"]


def test_sheet_names_are_short_unique_and_valid() -> None:
    names = {
        "a" * 40: "A" + "a" * 30,
        "A" * 40: "A" * 29 + " 2",
        "[x]:*?/\\y": "X y",
        "''": "Sheet",
        "about": "About 2",
        "\x07": "Sheet 2",
        "b" * 30 + "'b": "B" + "b" * 29,
        "history": "History 2",
        "\U0001f600" * 20: "\U0001f600" * 15,
    }
    book = workbook_of(document_of(*(Table(key, key, COLUMNS, ()) for key in names)))
    assert book.sheetnames == ["About", *names.values(), "Text"]
    quoted = workbook_of(document_of(Table("it", "It's", COLUMNS, ())))
    links = [cell.hyperlink.location for row in quoted["About"] for cell in row if cell.hyperlink]
    assert links == ["'It''s'!A1", "'Text'!A1"]


@pytest.mark.parametrize(
    ("content", "starred", "expected"),
    [
        (DAY, False, (DAY, "day", False)),
        (DAY, True, (DAY, "day", True)),
        (when("31/03/2023"), False, (date(2023, 3, 31), "day", False)),
        (when("Mar-23"), False, ("Mar-23", "text", False)),
        (when("early 2023/24"), True, ("early 2023/24 (by 30 June 2023)*", "text", False)),
        (date(1900, 2, 28), False, ("28 February 1900", "text", False)),
        (date(1900, 3, 1), False, (date(1900, 3, 1), "day", False)),
        (0, False, (0, "number", False)),
        (-5, True, (-5, "number", True)),
        (None, False, ("", "text", False)),
        ("4.10", False, ("4.10", "text", False)),
        (Ref("A01", "A01 Register"), True, ("A01 Register*", "text", False)),
        ((make_paragraph("one"), Prose("- two\n- 3")), False, ("one\n• two\n• 3", "text", False)),
    ],
)
def test_numbers_stay_numbers_days_days_and_vague_dates_as_they_were_written(
    content: Scalar | Ref, starred: bool, expected: tuple[object, ...]
) -> None:
    output = make_value(content, starred=starred)
    assert (output.content, output.style, output.starred) == expected


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_formulas_stay_text_even_when_edited(start: str) -> None:
    table = Table("t", "T", (Column("a", f"{start}1+1"),), (Row((Cell(f"{start}1+1"),)),))
    book = workbook_of(document_of(table))
    assert [(cell.data_type, cell.value) for row in book["T"] for cell in row] == [("s", f"{start}1+1")] * 2
    assert book["T"]["A2"].quotePrefix


def test_unprintable_characters_do_not_hide_a_formula() -> None:
    assert make_text("\u202e=1+1").style == "guarded"


def test_a_hostile_paper_has_no_formula_macro_or_external_link_and_keeps_every_word() -> None:
    paper = hostile()
    output = parts(write_format("xlsx", paper))
    sheets = [data for name, data in output.items() if "worksheets/sheet" in name]
    assert len(sheets) == 3
    assert [data for data in sheets if b"<f>" in data or b"<f " in data] == []
    assert [name for name in output if b"External" in output[name]] == []
    book = openpyxl.load_workbook(io.BytesIO(write_format("xlsx", paper)))
    cells = [cell for sheet in book for row in sheet for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells if cell.value != MIDNIGHT} == {"s"}
    words_written = set(plain_words(" ".join(str(cell.value) for cell in cells)))
    assert [word for word in words_of(paper) if word not in words_written and word.isascii()] == []
    assert book.worksheets[1].max_column == 41


def test_text_too_long_for_a_row_continues_in_the_row_below() -> None:
    words = " ".join(f"word{number}" for number in range(400))
    table = Table("t", "T", (Column("a", "A"), Column("b", "B")), (Row((Cell(words), Cell("b"))),))
    sheet = workbook_of(document_of(table, Prose(words)))["T"]
    first, *rest = list(sheet.iter_rows(min_row=2, values_only=True))
    assert (first[1], len(rest) > 1, {row[1] for row in rest}) == ("b", True, {None})
    assert " ".join(str(row[0]) for row in (first, *rest)) == words
    assert max(sheet.row_dimensions[number].height for number in range(2, sheet.max_row + 1)) <= 409


def test_a_word_too_long_for_a_row_loses_nothing() -> None:
    long = "x" * 40_000 + "\U0001f600" * 20_000
    table = Table("t", "T", (Column("a", "A"),), (Row((Cell(long),)),))
    sheet = workbook_of(document_of(table))["T"]
    assert "".join(str(row[0]) for row in sheet.iter_rows(min_row=2, values_only=True)) == long


def test_a_paper_has_a_sheet_with_a_row_for_each_record() -> None:
    paper = paper_of(
        "action-plan",
        "id: A01\ntitle: One\nstatus: in_progress\ntarget: Mar-27\nupdates: [{date: 2 February 2023, text: Begun.}]",
        "id: A02\ntitle: Two\nstatus: complete\ntarget: early 2022/23\ncompleted_on: 12 October 2022",
    )
    sheet = workbook_of(paper)["Actions"]
    head, *rows = ([str(value) for value in row] for row in sheet.iter_rows(values_only=True))
    assert head == [
        "Id", "Item", "Recommendations", "Directorate", "Responsible officer", "Status", "Target", "Due by",
        "Days late", "Completed", "Completed on", "Last update", "Latest update",
    ]  # fmt: skip
    first, second = (dict(zip(head, row, strict=True)) for row in rows)
    assert [record["Id"] for record in (first, second)] == ["A01", "A02"]
    assert (first["Target"], first["Due by"]) == ("Mar-27", "2027-03-31 00:00:00")
    assert (first["Latest update"], first["Last update"]) == ("Begun.", "2023-02-02 00:00:00")
    assert (second["Completed"], second["Completed on"]) == ("12 October 2022", "2022-10-12 00:00:00")
    assert (first["Days late"], second["Days late"]) == ("None", "104")


def test_text_that_looks_like_an_escaped_character_is_kept() -> None:
    output = parts(write_format("xlsx", document_of(make_paragraph("_x0041_ _x000A_"))))["xl/sharedStrings.xml"]
    assert b">_x005F_x0041_ _x005F_x000A_</t>" in output


def test_row_heights_follow_the_text_up_to_excels_limit() -> None:
    widths = (12.0, 60.0)
    cases = (
        (),
        (make_text("a"),),
        (make_text("a"), make_text("one\ntwo")),
        (make_text("a"), make_text("w " * 100)),
        (make_text("x" * 40_000),),
    )
    assert [estimate_row_height(item, widths) for item in cases] == [14.25, 14.25, 28.5, 42.75, 409.0]
    assert estimate_row_height((make_text("w " * 100, "title"),), widths) == 24.0
    assert estimate_row_height((make_text("w " * 100, "line"),), widths) == 14.25
    assert [BOOK["Due next"].row_dimensions[row].height for row in (1, 2, 3)] == [14.25, 14.25, 28.5]


def test_workbooks_are_independent() -> None:
    write_format("xlsx", WHOLE)
    assert dict(DEFAULT_FONT) == {"font_name": "Arial", "font_size": 11, "font_scheme": "none"}
    assert b"scheme" not in PARTS["xl/styles.xml"]


def test_rows_fit_themselves_to_their_text_when_it_is_edited_or_sorted() -> None:
    sheets = [data for name, data in PARTS.items() if "worksheets/sheet" in name]
    assert len(sheets) == 4
    assert [data for data in sheets if b"customHeight" in data] == []
    assert all(len(re.findall(rb'<row [^>]* ht="[\d.]+"', data)) == data.count(b"<row ") for data in sheets)


def test_blocks_in_cells_are_written_line_by_line() -> None:
    blocks = (
        Bullets(((make_paragraph("one"), make_paragraph("more")), (make_paragraph("two"),)), ordered=True),
        Notice((Facts((Fact("Owner", "Head", ("as read",), lines=(("since",),)), Fact("None"))),)),
        Section("s", "Section", (make_paragraph("inside"),)),
        DUE,
        Prose("[Plan](https://example.org) <https://example.org/x>  \nnext `code`\n\n    block\n    two\n\n> ## said"),
    )
    assert [line for block in blocks for line in iter_lines(block)] == [
        "1. one",
        "   more",
        "2. two",
        "Owner: Head as read",
        "since",
        "None: ",
        "Section",
        "inside",
        "F03 | Social value | Jan-23* | 19",
        "F04 | Held as it is | 12 January 2023* | -3*",
        "All |  | 31 March 2023 | 16",
        "Plan (https://example.org) https://example.org/x",
        "next code",
        "block two",
        "> said",
    ]


def test_headers_and_footers_hold_no_codes_from_records() -> None:
    paper = replace(WHOLE, heading=("A&B", "&D"), draft="&P")
    output = parts(write_format("xlsx", paper))["xl/worksheets/sheet1.xml"].decode()
    assert re.findall("<odd.*?>(.*?)</odd", output) == [
        "&amp;LA paper: on &lt;everything&gt; &amp;&amp; more&amp;R&amp;&amp;P",
        "&amp;LA&amp;&amp;B · &amp;&amp;D&amp;RPage &amp;P of &amp;N",
    ]


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        ("P&G", "P&&&K000000G"),
        ("&[Picture]", "&&&K000000[Picture]"),
        ("x" * 90, "x" * 80),
        ("&" * 90, "&" * 80),
        ("\U0001f600" * 60, "\U0001f600" * 40),
    ],
)
def test_headers_and_footers_are_truncated_and_contain_no_picture_code(words: str, printed: str) -> None:
    assert escape_edge_text(words) == printed
    paper = replace(WHOLE, title=words, heading=(words,), draft=words)
    edges = [item for sheet in workbook_of(paper) for item in (sheet.oddHeader, sheet.oddFooter)]
    assert len(edges) == 8
    assert all(item and item.left.text for item in edges)


def test_control_characters_are_removed_and_emoji_kept() -> None:
    book = workbook_of(document_of(make_paragraph(CONTROLS), make_paragraph(EMOJI)))
    assert [row[2] for row in book["Text"].iter_rows(min_row=2, values_only=True)] == [
        "bell null form line next lone none end",
        EMOJI,
    ]
    assert len(HOSTILE) > 10
    assert FORMULA.startswith("=")


@pytest.mark.parametrize("name", ["action-plan", "audit-follow-up"])
def test_the_seed_papers_lose_no_word(name: str) -> None:
    paper = seed_paper(name)
    book = workbook_of(paper)
    rows = [row for sheet in book for row in sheet.iter_rows(values_only=True)]
    words_written = set(plain_words(" ".join(str(cell) for row in rows for cell in row)))
    expected = words_of(replace(paper, meta=()))
    assert len(expected) > 900
    assert [word for word in expected if word not in words_written] == []
