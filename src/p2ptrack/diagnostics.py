"""Problems of a register. They are values: collected, never raised, and printed with their place and fix."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from p2ptrack.phrases import join_command_words, split_command_words
from p2ptrack.values import compile_on_use, dataclass


class Severity(StrEnum):
    """How serious a problem is. Papers cannot be produced with errors. Notes never change an exit code."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Location:
    """Where a problem is in a file: line and column from 1, in characters, and the text of the line."""

    line: int
    column: int
    excerpt: str
    width: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a register, or that an officer should check.

    `path` is relative to the folder of the register, with `/`. `field` is a path such as `updates[1].text`. The store
    adds `location` when it reads the file a second time. Without a field or a location the whole file is meant. The
    first line of `fix` is a sentence, the lines after it are YAML to paste. `record` is the id of the record in which a
    rule found it, and `related` are the paths of the other files that it concerns. With `words`, the place is that of
    these words in the field. `exempt` is *exempt* or *partly exempt* where the file is that of a record with something
    exempt, which the message may quote.
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
    exempt: str = ""
    words: str = ""

    @property
    def paths(self) -> tuple[str, ...]:
        """Return every file that the problem concerns, its own first."""
        return (self.path, *self.related)


_SEVERITIES = tuple(Severity)


def problem_sort_key(problem: Problem) -> tuple[object, ...]:
    """Order problems by file, place, severity and code, so that two runs print the same list."""
    place = (problem.location.line, problem.location.column) if problem.location else (0, 0)
    severity = _SEVERITIES.index(problem.severity)
    return (problem.path, *place, severity, problem.code, problem.field, problem.message)


def count_by_severity(problems: Iterable[Problem], severity: Severity) -> int:
    """Return how many of the problems have this severity."""
    return sum(1 for problem in problems if problem.severity is severity)


def problem_to_json(problem: Problem) -> dict[str, Any]:
    """Return the problem as in the JSON of `check`."""
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
        "exempt": problem.exempt == "exempt",
        "partly_exempt": problem.exempt not in {"", "exempt"},
    }


_NARROW_WIDTH = 60
"""Below this width the place and the kind of a problem are on two lines where one is too short for both."""


def format_problem(problem: Problem, width: int = 80) -> str:
    """Return the problem as an officer reads it: place, message, the line with a caret, and the fix."""
    location = problem.location
    path = escape_control_characters(problem.path)
    header = f"{path}:{location.line}:{location.column}" if location else f"{path}:1"
    mark = f"  ({problem.exempt})" if problem.exempt else ""
    kind = f"{problem.severity.value} {problem.code}{mark}"
    is_narrow = width < _NARROW_WIDTH and len(f"{header}  {kind}") > width
    lines = [header, f"  {kind}"] if is_narrow else [f"{header}  {kind}"]
    lines += _wrap(problem.message, width)
    if location and location.excerpt.strip():
        lines += _format_excerpt(location, width)
    lines += _format_fix(problem.fix, width)
    return "\n".join(lines)


def _format_fix(fix: str, width: int) -> list[str]:
    """Return the fix: its first line wrapped, and the lines to paste as they are."""
    sentence, *block = fix.split("\n")
    lines = _wrap(f"Fix: {sentence}".rstrip(), width) if fix else []
    return lines + [f"    {escape_control_characters(line)}".rstrip() for line in block]


def _wrap(text: str, width: int) -> list[str]:
    lines = textwrap.wrap(
        join_command_words(escape_control_characters(text)),
        max(width, 20),
        initial_indent="  ",
        subsequent_indent="  ",
        break_on_hyphens=False,
        break_long_words=False,
    )
    return list(map(split_command_words, lines))


def _format_excerpt(location: Location, width: int) -> list[str]:
    """Return the line with a caret under what is wrong, shifted to the left where the line is too long."""
    gutter = f"  {location.line:>4} | "
    available = max(width - len(gutter), 20)
    start, end = location.column - 1, location.column - 1 + location.width
    before = escape_control_characters(location.excerpt[:start])
    marked = escape_control_characters(location.excerpt[start:end]) or " "
    after = escape_control_characters(location.excerpt[end:])
    hidden = max(0, len(before) - available // 2) if len(before) + len(marked) > available else 0
    indent = len(before) - hidden
    caret = " " * indent + "^" * max(1, min(len(marked), available - indent))
    text = (before + marked + after)[hidden : hidden + available]
    return [gutter + text.rstrip(), " " * (len(gutter) - 2) + "| " + caret]


_UNPRINTABLE = compile_on_use(
    "[\x00-\x1f\x7f-\xa0\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


def escape_control_characters(text: str) -> str:
    """Return text with each control or invisible character as `<U+001B>`, so that no record can control a terminal."""
    if text.isascii() and text.isprintable():
        return text
    return _UNPRINTABLE.sub(lambda match: f"<U+{ord(match.group()):04X}>", text)
