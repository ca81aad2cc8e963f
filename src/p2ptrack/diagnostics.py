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
class Location:
    """Where in a file a problem stands: line and column from 1, in characters, and the line itself."""

    line: int
    column: int
    excerpt: str
    width: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a register, or that an officer should look at.

    `path` is relative to the register's folder, with `/`. `field` is written like
    `updates[1].text` and is empty where the whole file is meant. `location` is filled by the store,
    which reads the file a second time; without it the whole file is meant. `fix` says what to do; its lines
    after the first are YAML to paste. `record` is the id of the record that a rule found it in, and `related` are the
    paths of the other files that it concerns.
    """

    path: str
    code: str
    severity: Severity
    message: str
    fix: str
    field: str = ""
    location: Location | None = None
    record: str = ""
    related: tuple[str, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """Return every file that the problem concerns, its own first."""
        return (self.path, *self.related)

    def with_location(self, location: Location | None) -> Problem:
        """Return the same problem with its place in the file."""
        return replace(self, location=location)


_SEVERITIES = tuple(Severity)


def problem_sort_key(problem: Problem) -> tuple[object, ...]:
    """Order problems by file, place, then code, so that two runs print the same list."""
    line, column = (problem.location.line, problem.location.column) if problem.location else (0, 0)
    return (
        problem.path,
        line,
        column,
        _SEVERITIES.index(problem.severity),
        problem.code,
        problem.field,
        problem.message,
    )


def count_by_severity(problems: Iterable[Problem], severity: Severity) -> int:
    """Return how many of the problems have this severity."""
    return sum(1 for problem in problems if problem.severity is severity)


def problem_to_json(problem: Problem) -> dict[str, Any]:
    """Return the problem as the JSON contract of `check` has it."""
    location = problem.location
    return {
        "path": problem.path,
        "line": location.line if location else None,
        "column": location.column if location else None,
        "field": problem.field or None,
        "code": problem.code,
        "severity": problem.severity.value,
        "message": problem.message,
        "fix": problem.fix,
    }


def format_problem(problem: Problem, width: int = 80) -> str:
    """Return the problem as an officer reads it: place, what is wrong, the line with a caret, the fix."""
    location = problem.location
    path = escape_control_characters(problem.path)
    header = f"{path}:{location.line}:{location.column}" if location else f"{path}:1"
    lines = [f"{header}  {problem.severity.value} {problem.code}"]
    lines += _wrap(problem.message, width)
    if location and location.excerpt.strip():
        lines += _format_excerpt(location, width)
    lines += _format_fix(problem.fix, width)
    return "\n".join(lines)


def _format_fix(fix: str, width: int) -> list[str]:
    """Return the advice: its first line wrapped, the lines after it as they are to be pasted."""
    sentence, *block = fix.split("\n")
    lines = _wrap(f"Fix: {sentence}".rstrip(), width) if fix else []
    return lines + [f"    {escape_control_characters(line)}".rstrip() for line in block]


def _wrap(text: str, width: int) -> list[str]:
    return textwrap.wrap(
        escape_control_characters(text),
        max(width, 20),
        initial_indent="  ",
        subsequent_indent="  ",
        break_on_hyphens=False,
        break_long_words=False,
    )


def _format_excerpt(location: Location, width: int) -> list[str]:
    gutter = f"  {location.line:>4} | "
    available_width = max(width - len(gutter), 20)
    before = escape_control_characters(location.excerpt[: location.column - 1])
    highlighted = (
        escape_control_characters(location.excerpt[location.column - 1 : location.column - 1 + location.width]) or " "
    )
    after = escape_control_characters(location.excerpt[location.column - 1 + location.width :])
    start = max(0, len(before) - available_width // 2) if len(before) + len(highlighted) > available_width else 0
    visible_text = (before + highlighted + after)[start : start + available_width]
    caret = " " * (len(before) - start) + "^" * max(1, min(len(highlighted), available_width - (len(before) - start)))
    return [gutter + visible_text.rstrip(), " " * (len(gutter) - 2) + "| " + caret]


_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\xa0\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


def escape_control_characters(text: str) -> str:
    """Return text with every control or unseen character spelt out, so that a record cannot steer a terminal."""
    return _UNPRINTABLE.sub(lambda match: f"<U+{ord(match.group()):04X}>", text)


_MAX_EXCERPT_LENGTH = 60


def quote_excerpt(text: str) -> str:
    """Return a text as a message quotes it: on one line, and cut where nobody would read on."""
    return f"“{make_excerpt(text)}”"


def make_excerpt(text: str) -> str:
    """Return a text on one line, and no more of it than somebody reads."""
    line = " ".join(text[: 20 * _MAX_EXCERPT_LENGTH].split())
    return line if len(line) <= _MAX_EXCERPT_LENGTH else f"{line[: _MAX_EXCERPT_LENGTH - 1]}…"
