"""What `check` looked at, and the two lines that it ends with. The terminal needs no more than this module."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from p2ptrack.problem import Problem, Severity, count
from p2ptrack.reports.numbers import counted


@dataclass(frozen=True, slots=True)
class Looked:
    """What was looked at: how many files count, how many of them are records, and what is wrong."""

    as_of: date
    file_count: int
    record_count: int
    problems: tuple[Problem, ...]


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
