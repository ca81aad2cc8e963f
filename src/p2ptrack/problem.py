"""A fault or a finding, as a value that is collected and never raised."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How much a problem matters. Errors stop a paper; notes never change an exit code."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file a problem stands: line and column from 1, in characters, and the line itself."""

    line: int
    column: int
    excerpt: str
    width: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a register, or that an officer should look at.

    `path` is relative to the register's folder, with `/`. `field` is written like
    `updates[1].text` and is empty where the whole file is meant. `place` is filled by the store,
    which reads the file a second time; without it the whole file is meant.
    """

    path: str
    code: str
    severity: Severity
    message: str
    fix: str
    field: str = ""
    place: Place | None = None

    def at(self, place: Place | None) -> Problem:
        """Return the same problem with its place in the file."""
        return replace(self, place=place)


_SEVERITIES = tuple(Severity)


def sort_key(problem: Problem) -> tuple[object, ...]:
    """Order problems by file, place, then code, so that two runs print the same list."""
    line, column = (problem.place.line, problem.place.column) if problem.place else (0, 0)
    return (
        problem.path,
        line,
        column,
        _SEVERITIES.index(problem.severity),
        problem.code,
        problem.field,
        problem.message,
    )


def count(problems: Iterable[Problem], severity: Severity) -> int:
    """Return how many of the problems have this severity."""
    return sum(1 for problem in problems if problem.severity is severity)


def as_data(problem: Problem) -> dict[str, Any]:
    """Return the problem as the JSON contract of `check` has it."""
    place = problem.place
    return {
        "path": problem.path,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "field": problem.field or None,
        "code": problem.code,
        "severity": problem.severity.value,
        "message": problem.message,
        "fix": problem.fix,
    }


def as_text(problem: Problem, width: int = 80) -> str:
    """Return the problem as an officer reads it: place, what is wrong, the line with a caret, the fix."""
    place = problem.place
    path = visible(problem.path)
    head = f"{path}:{place.line}:{place.column}" if place else f"{path}:1"
    lines = [f"{head}  {problem.severity.value} {problem.code}"]
    lines += _wrapped(problem.message, width)
    if place and place.excerpt.strip():
        lines += _excerpt(place, width)
    lines += _wrapped(f"Write: {problem.fix}" if problem.fix else "", width)
    return "\n".join(lines)


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(
        visible(text),
        max(width, 20),
        initial_indent="  ",
        subsequent_indent="  ",
        break_on_hyphens=False,
        break_long_words=False,
    )


def _excerpt(place: Place, width: int) -> list[str]:
    gutter = f"  {place.line:>4} | "
    room = max(width - len(gutter), 20)
    before = visible(place.excerpt[: place.column - 1])
    marked = visible(place.excerpt[place.column - 1 : place.column - 1 + place.width]) or " "
    after = visible(place.excerpt[place.column - 1 + place.width :])
    start = max(0, len(before) - room // 2) if len(before) + len(marked) > room else 0
    shown = (before + marked + after)[start : start + room]
    caret = " " * (len(before) - start) + "^" * max(1, min(len(marked), room - (len(before) - start)))
    return [gutter + shown.rstrip(), " " * (len(gutter) - 2) + "| " + caret]


_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\xa0\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    """Return text with every control or unseen character spelt out, so that a record cannot steer a terminal."""
    return _UNSEEN.sub(lambda found: f"<U+{ord(found.group()):04X}>", text)


_MOST_SHOWN = 60


def shown(text: str) -> str:
    """Return a text as a message quotes it: on one line, and cut where nobody would read on."""
    return f"“{cut(text)}”"


def cut(text: str) -> str:
    """Return a text on one line, and no more of it than somebody reads."""
    line = " ".join(text[: 20 * _MOST_SHOWN].split())
    return line if len(line) <= _MOST_SHOWN else f"{line[: _MOST_SHOWN - 1]}…"
