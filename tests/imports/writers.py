"""Trackers written in each format."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO
from pathlib import Path
from xml.sax.saxutils import escape

import docx
import openpyxl
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

Table = Sequence[Sequence[str]]


def write_csv(rows: Table, delimiter: str = ",") -> bytes:
    stream = StringIO()
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    return stream.getvalue().encode()


def write_xlsx(rows: Table) -> bytes:
    workbook = openpyxl.Workbook()
    worksheet = workbook.active
    assert worksheet is not None
    for row in rows:
        worksheet.append(list(row))
    stream = BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def write_docx(rows: Table) -> bytes:
    document = docx.Document()
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    for cells, row in zip(table.rows, rows, strict=True):
        for cell, text in zip(cells.cells, row, strict=True):
            cell.text = text
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def write_long_docx(rows: Table) -> bytes:
    """Write a table of many rows, for which python-docx takes minutes."""
    cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>".format
    lines = ("".join(cell(escape(text)) for text in row) for row in rows)
    table = "".join(f"<w:tr>{line}</w:tr>" for line in lines)
    document = docx.Document()
    document.element.body.insert(0, parse_xml(f"<w:tbl {nsdecls('w')}>{table}</w:tbl>"))
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def write_html(rows: Table) -> bytes:
    lines = ("".join(f"<td>{cell.replace(chr(10), '<br>')}</td>" for cell in row) for row in rows)
    return ("<meta charset=utf-8><table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>").encode()


WRITERS = {"csv": write_csv, "xlsx": write_xlsx, "docx": write_docx, "html": write_html}


TRACKER = [
    ["Ref", "Recommendation", "Lead", "Status", "Due date", "RAG", "Progress"],
    ["1", "Do X with “quotes”. Then rest.", "Head of IT / J Smith", "In progress", "31/06/2023", "Amber", "Begun."],
    ["2", "Do Y.", "JS", "Not yet due", "14 Aug", "Red", "n/a"],
    ["3", "Do Z", "Finance Director", "Implemented", "31/03/2024 (was 31/12/2023)", "", "Done: # all of it"],
    ["4", "Do W", "Head of Housing and Regeneration", "Open", "Complete", "", ""],
]


def write_examples(folder: Path) -> None:
    """Write the files that the examples of the help and the README name."""
    (folder / "tracker.xlsx").write_bytes(write_xlsx(TRACKER))
    (folder / "tracker.csv").write_bytes(write_csv(TRACKER))
    (folder / "register.xlsx").write_bytes(
        write_xlsx(
            [
                ["Reference", "Title", "Supplier", "Start date", "End date", "Value"],
                ["C1", "Lift maintenance", "Example Lifts Ltd", "1 April 2022", "31 March 2027", "£48,000"],
            ]
        )
    )
    (folder / "follow-ups.docx").write_bytes(write_docx(TRACKER))
    (folder / "imports").mkdir()
    (folder / "imports/tracker.yaml").write_text("kind: action\ncolumns:\n  - {heading: RAG, field: priority}\n")
