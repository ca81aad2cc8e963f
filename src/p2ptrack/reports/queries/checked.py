"""`check`: every fault of every file and what the rules find, as a document; the terminal has a form of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from p2ptrack.analysis.as_data import SCHEMA_VERSION
from p2ptrack.problem import Problem, Severity, as_data, count
from p2ptrack.reports.document import Cell, Column, Document, Fact, Row, Table, line
from p2ptrack.reports.queries.telling import counted

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


@dataclass(frozen=True, slots=True)
class Looked:
    """What was looked at: how many files count, how many of them are records, and what is wrong."""

    as_of: date
    file_count: int
    record_count: int
    problems: tuple[Problem, ...]


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


def summary(looked: Looked) -> str:
    """Return what was looked at and how much is wrong, in one sentence."""
    seen = f"{counted(looked.file_count, 'file')}, {counted(looked.record_count, 'record')}"
    return f"{seen}: {_found(looked.problems)}."


def _found(problems: Sequence[Problem]) -> str:
    numbers = [(count(problems, severity), severity.value) for severity in Severity]
    return ", ".join(counted(number, word) for number, word in numbers if number) or "nothing is wrong"


def advice(looked: Looked) -> str:
    """Return what follows, and where to read more; nothing when nothing is wrong."""
    ranks = list(Severity)
    first = min(looked.problems, key=lambda problem: ranks.index(problem.severity), default=None)
    if first is None:
        return ""
    stops = "Errors stop every paper." if first.severity is Severity.ERROR else "Nothing here stops a paper."
    return f"{stops} Why it matters: p2ptrack rule {first.code}"
