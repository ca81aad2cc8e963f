"""`check`: every fault of every file and what the rules find, as a document; the terminal has a form of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from p2ptrack.analysis.case import SCHEMA_VERSION
from p2ptrack.diagnostics import Problem, Severity, count_by_severity, problem_to_json
from p2ptrack.reports.document import Cell, Column, Document, Fact, Row, Table, make_paragraph
from p2ptrack.reports.phrases import pluralise

# What `check` looked at, and the two lines that it ends with. The terminal needs no more than this module.


@dataclass(frozen=True, slots=True)
class CheckSummary:
    """What was looked at: how many files count, how many of them are records, and what is wrong."""

    as_of: date
    file_count: int
    record_count: int
    problems: tuple[Problem, ...]


def format_summary(summary: CheckSummary) -> str:
    """Return what was looked at and how much is wrong, in one sentence."""
    size = f"{pluralise(summary.file_count, 'file')}, {pluralise(summary.record_count, 'record')}"
    return f"{size}: {_format_severities(summary.problems)}."


def _format_severities(problems: Sequence[Problem]) -> str:
    numbers = [(count_by_severity(problems, severity), severity.value) for severity in Severity]
    return ", ".join(pluralise(number, name) for number, name in numbers if number) or "nothing is wrong"


def format_advice(summary: CheckSummary) -> str:
    """Return whether papers can be produced and where to read more; nothing when there is no problem."""
    if not summary.problems:
        return ""
    ranks = list(Severity)
    worst = min(summary.problems, key=lambda problem: ranks.index(problem.severity))
    if worst.severity is Severity.ERROR:
        effect = "Papers cannot be produced until errors are fixed."
    else:
        effect = "You can still produce papers."
    return f"{effect} For help: p2ptrack rule {worst.code}"


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
