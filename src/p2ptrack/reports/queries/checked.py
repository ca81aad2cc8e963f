"""`check`: every fault of every file and what the rules find, as a document; the terminal has a form of its own."""

from __future__ import annotations

from p2ptrack.analysis.as_data import SCHEMA_VERSION
from p2ptrack.problem import problem_to_json
from p2ptrack.reports.document import Cell, Column, Document, Fact, Row, Table, make_paragraph
from p2ptrack.reports.queries.looked import CheckSummary, format_summary

_PROBLEM_COLUMNS = (
    Column("path", "File", width="wide", header=True),
    Column("line", "Line", "right", "narrow"),
    Column("column", "Column", "right", "narrow"),
    Column("field", "Field"),
    Column("code", "Code", width="narrow"),
    Column("severity", "Severity", width="narrow"),
    Column("message", "What is wrong", width="wide"),
    Column("fix", "Write", width="wide"),
)


def build_check(summary: CheckSummary) -> Document:
    """Return what was found, one problem a row."""
    problem_data = [problem_to_json(problem) for problem in summary.problems]
    rows = tuple(Row(tuple(Cell(fields[column.key]) for column in _PROBLEM_COLUMNS)) for fields in problem_data)
    return Document(
        name="check",
        title="Check",
        as_of=summary.as_of,
        blocks=(
            Table("problems", "Problems", _PROBLEM_COLUMNS, rows, empty="None."),
            make_paragraph(format_summary(summary)),
        ),
        meta=(Fact("Position at", summary.as_of),),
        data={
            "schema_version": SCHEMA_VERSION,
            "as_of": summary.as_of.isoformat(),
            "file_count": summary.file_count,
            "record_count": summary.record_count,
            "problems": problem_data,
        },
    )
