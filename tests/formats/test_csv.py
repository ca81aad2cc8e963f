from __future__ import annotations

import csv
import io

import pytest

from p2ptrack.formats.csv import escape_text
from p2ptrack.reports.document import Cell, Column, Fact, Facts, Prose, Ref, Row, Section, Table, make_paragraph
from tests.formats.sample import DAY, PAPER, PROGRESS, TABLE, query, when, written


def test_one_table_is_one_line_of_headings_and_a_line_a_row() -> None:
    assert written("csv", query(make_paragraph("Told"), TABLE)) == (
        "\ufeffid,title,target,days,inferred\r\n"
        "F03,Make social value mainstream,Jan-23,19,target\r\n"
        "F06,Hold officers to account for sign-off of contracts,2023-01-12,0,\r\n"
    )


def test_with_several_tables_the_first_column_names_the_table() -> None:
    assert written("csv", query(PROGRESS, TABLE)) == (
        "\ufefftable,what,all,id,title,target,days,inferred\r\n"
        "progress,R1 Strategic value,8,,,,,\r\n"
        "progress,All actions,33,,,,,\r\n"
        "due,,,F03,Make social value mainstream,Jan-23,19,target\r\n"
        "due,,,F06,Hold officers to account for sign-off of contracts,2023-01-12,0,\r\n"
    )


def test_an_empty_table_keeps_its_headings() -> None:
    assert written("csv", query(Table("due", "Due", TABLE.columns, ()))) == "\ufeffid,title,target,days\r\n"


def test_a_document_without_tables_is_written_line_by_line() -> None:
    facts = Facts((Fact("Target", when("early 2023/24"), ("as read",), lines=(("more",),)), Fact("Owner", None)))
    document = query(make_paragraph("Told"), Section("dates", "Dates", (Prose("Words,\nof a record"), facts)))
    assert written("csv", document) == (
        "\ufeffpart,label,text\r\n"
        ",,Told\r\n"
        'Dates,,"Words, of a record"\r\n'
        'Dates,Target,"early 2023/24 (by 30 June 2023); as read more"\r\n'
        "Dates,Owner,\r\n"
    )


def test_blocks_in_cells_and_groups_are_written() -> None:
    blocks = (make_paragraph("One"), Prose("two\n"), Facts((Fact("Owner", "Head"),)))
    columns = (Column("a", "A"), Column("b", "B"), Column("c", "C"))
    table = Table("grid", "Grid", columns, (Row((Cell(blocks), Cell(Ref("A01")), Cell(None)), group="R1"),))
    rows = list(csv.DictReader(io.StringIO(written("csv", query(table)).removeprefix("\ufeff"), newline="")))
    assert rows == [{"a": "One\ntwo\nOwner: Head", "b": "A01", "c": "", "group": "R1"}]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_no_cell_is_a_formula(start: str) -> None:
    assert escape_text(f"{start}1+1") == f"'{start}1+1"
    assert escape_text(f"a{start}1") == f"a{start}1"


def test_a_value_keeps_its_words_and_never_divides_a_line() -> None:
    texts = ("£5\xa0000", "procure\xadment", "\U0001f469\u200d\U0001f4bc", "x;=1+1", 'a "b"', "\u200eleft", "one\ttwo")
    table = Table("t", "T", (Column("a", "A"), Column("b", "B")), tuple(Row((Cell(text), Cell(1))) for text in texts))
    lines = written("csv", query(table)).split("\r\n")
    assert lines[1:-1] == [
        "£5 000,1",
        "procurement,1",
        "\U0001f469\u200d\U0001f4bc,1",
        '"x;=1+1",1',
        '"a ""b""",1',
        "\u200eleft,1",
        '"one\ttwo",1',
    ]


def test_a_formula_behind_a_tab_is_text_and_numbers_stay_numbers() -> None:
    table = Table("t", "T", (Column("a", "A"), Column("b", "B")), (Row((Cell("\t=1\x1b[0m"), Cell(-5))),))
    assert written("csv", query(table)) == '\ufeffa,b\r\n"\'\t=1[0m",-5\r\n'


def test_a_paper_is_written_as_its_tables() -> None:
    assert written("csv", PAPER).splitlines()[0] == "\ufeffid,title,target,days,inferred"
    assert DAY.isoformat() in written("csv", PAPER)
