"""`check`: every problem in the files and every finding of the rules, as a document or as the last lines on a screen.

The terminal prints problems itself (diagnostics.py) and needs only `CheckSummary` and the two sentences from here.
"""

from __future__ import annotations

from dataclasses import field
from datetime import date

from p2ptrack.analysis.case import Disclosure, RegisterProvenance, build_json_head, list_unread_as_json
from p2ptrack.diagnostics import Problem, Severity, count_by_severity, problem_to_json
from p2ptrack.model.programme import Programme
from p2ptrack.phrases import pluralise
from p2ptrack.queries.answer import position_facts
from p2ptrack.reports.document import Cell, Column, Document, Row, Table, make_paragraph
from p2ptrack.values import dataclass

_PROBLEM_COLUMNS = (
    Column("path", "File", width="wide", header=True),
    Column("line", "Line", "right", "narrow"),
    Column("column", "Column", "right", "narrow"),
    Column("field", "Field"),
    Column("code", "Code", width="narrow"),
    Column("severity", "Severity", width="narrow"),
    Column("message", "Problem", width="wide"),
    Column("fix", "Fix", width="wide"),
    Column("exempt", "Exempt", width="narrow"),
)

_EXEMPT_CELLS = {"": None, "exempt": "true", "partly exempt": "partly"}


@dataclass(frozen=True, slots=True)
class CheckSummary:
    """The result of a check: the register, the position date, how much was checked, and the problems.

    `partly_read_count` is the number of records that have a field with an error.
    """

    programme: Programme
    as_of: date
    file_count: int
    record_count: int
    problems: tuple[Problem, ...]
    provenance: RegisterProvenance = field(default_factory=lambda: RegisterProvenance(""))
    partly_read_count: int = 0


def format_summary(summary: CheckSummary) -> str:
    """Return how much was checked and how many problems there are, in one sentence."""
    size = f"{pluralise(summary.file_count, 'file')}, {pluralise(summary.record_count, 'record')}"
    if summary.partly_read_count:
        size += f" ({summary.partly_read_count} partly read)"
    counts = [(count_by_severity(summary.problems, severity), severity.value) for severity in Severity]
    problems = ", ".join(pluralise(count, name) for count, name in counts if count)
    return f"{size}: {problems or 'no problems'}."


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


def _build_row(problem: Problem) -> Row:
    fields = problem_to_json(problem) | {"exempt": _EXEMPT_CELLS[problem.exempt]}
    return Row(tuple(Cell(fields[column.key]) for column in _PROBLEM_COLUMNS))


def build_check(summary: CheckSummary) -> Document:
    """Return the problems as a table, one a row."""
    problem_data = [problem_to_json(problem) for problem in summary.problems]
    rows = tuple(map(_build_row, summary.problems))
    return Document(
        name="check",
        title="Check",
        as_of=summary.as_of,
        blocks=(
            Table("problems", "Problems", _PROBLEM_COLUMNS, rows, empty="None."),
            make_paragraph(format_summary(summary)),
        ),
        meta=position_facts(summary.as_of),
        data={
            **build_json_head(summary.programme, summary.as_of, Disclosure(), summary.provenance),
            "file_count": summary.file_count,
            "record_count": summary.record_count,
            "problems": problem_data,
            "unread": list_unread_as_json(summary.problems),
        },
    )
