"""What `check` looked at, and the two lines that it ends with. The terminal needs no more than this module."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from p2ptrack.problem import Problem, Severity, count_by_severity
from p2ptrack.reports.numbers import pluralise


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
    """Return what follows, and where to read more; nothing when nothing is wrong."""
    ranks = list(Severity)
    worst = min(summary.problems, key=lambda problem: ranks.index(problem.severity), default=None)
    if worst is None:
        return ""
    effect = "Errors stop every paper." if worst.severity is Severity.ERROR else "Nothing here stops a paper."
    return f"{effect} Why it matters: p2ptrack rule {worst.code}"
