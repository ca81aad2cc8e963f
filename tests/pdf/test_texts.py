"""Texts of records in a PDF: the numbers of lists, drawn tables, similar signs, and rows that run over a page."""

from __future__ import annotations

from p2ptrack.formats import FORMATS
from p2ptrack.reports.document import Cell, Column, Prose, Row, Table
from tests.papers.builders import PACKAGED_OPTIONS, document_of
from tests.pdf.matterhorn import find_errors
from tests.pdf.reading import Paper


def printed(*texts: str, rows: int = 1) -> Paper:
    columns = (Column("id", "Id", width="narrow", header=True), Column("text", "Text", width="wide"))
    table_rows = tuple(Row((Cell(f"A{number}"), Cell(tuple(map(Prose, texts))))) for number in range(rows))
    table = Table("t", "T", columns, table_rows)
    return Paper(FORMATS["pdf"].write(document_of(*map(Prose, texts), table), PACKAGED_OPTIONS))


def test_lists_keep_their_labels() -> None:
    paper = printed("3. three\n4. four", "7) seven\n9) nine", "a) one\nb) two", "1. x\n2. y")
    labels = [paper.text(label).strip() for label in paper.all("Lbl")]
    assert labels[:8] == ["3.", "4.", "7)", "9)", "a)", "b)", "1.", "2."]
    assert labels[8:16] == labels[:8]
    assert find_errors(paper) == {}


def test_tables_are_drawn_also_in_cells() -> None:
    paper = printed("Directorate\tContracts\nPlace\t40")
    cells = [paper.text(cell).strip() for cell in paper.all("TD", "TH")]
    assert [cells.count(text) for text in ("Directorate", "Contracts", "Place", "40")] == [2, 2, 2, 2]
    assert find_errors(paper) == {}


def test_signs_that_the_fonts_lack_print_as_similar_ones() -> None:
    paper = printed("Mar\u201127 \u25cf \u2714 \u2717 \U0001f534 \u5b8c")
    first = paper.text(paper.all("P")[-2])
    assert "Mar-27 \u2022 \u2713 \xd7 (red) ?" in " ".join(first.split())
    assert find_errors(paper) == {}


def test_a_row_longer_than_a_page_leaves_no_empty_page() -> None:
    paper = printed(*(f"Update {number}. " + "Words upon words and more. " * 60 for number in range(6)), rows=2)
    page_count = len(paper.pdf.pages)
    assert page_count == 6
    assert find_errors(paper) == {}
