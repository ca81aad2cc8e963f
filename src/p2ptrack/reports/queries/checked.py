"""`check`: every fault of every file and what the rules find, as a document; the terminal has a form of its own."""

from __future__ import annotations

from p2ptrack.analysis.as_data import SCHEMA_VERSION
from p2ptrack.problem import as_data
from p2ptrack.reports.document import Cell, Column, Document, Fact, Row, Table, line
from p2ptrack.reports.queries.looked import Looked, summary

_COLUMNS = (
    Column("path", "File", width="wide", header=True),
    Column("line", "Line", "right", "narrow"),
    Column("column", "Column", "right", "narrow"),
    Column("field", "Field"),
    Column("code", "Code", width="narrow"),
    Column("severity", "Severity", width="narrow"),
    Column("message", "What is wrong", width="wide"),
    Column("fix", "Write", width="wide"),
)


def checked(looked: Looked) -> Document:
    """Return what was found, one problem a row."""
    found = [as_data(problem) for problem in looked.problems]
    rows = tuple(Row(tuple(Cell(each[column.key]) for column in _COLUMNS)) for each in found)
    return Document(
        name="check",
        title="Check",
        as_of=looked.as_of,
        blocks=(Table("problems", "Problems", _COLUMNS, rows, empty="None."), line(summary(looked))),
        meta=(Fact("Position at", looked.as_of),),
        data={
            "schema_version": SCHEMA_VERSION,
            "as_of": looked.as_of.isoformat(),
            "file_count": looked.file_count,
            "record_count": looked.record_count,
            "problems": found,
        },
    )
