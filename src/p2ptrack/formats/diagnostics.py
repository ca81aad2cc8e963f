"""Problems as an officer reads them in a terminal, and as GitHub shows them beside the line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from p2ptrack.diagnostics import Problem, Severity, format_problem
from p2ptrack.formats.plain import FormatOptions
from p2ptrack.formats.text import style_text, wrap_text

_SEVERITY_STYLES = {Severity.ERROR: "bad", Severity.WARNING: "warn", Severity.NOTE: "quiet"}
_WORKFLOW_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def format_text(problems: Sequence[Problem], summary: Sequence[str], options: FormatOptions) -> bytes:
    """Return the problems file by file, then the closing sentences `told`."""
    lines: list[str] = []
    for _, file_problems in groupby(problems, key=lambda problem: problem.path):
        for problem in file_problems:
            first_line, *other_lines = format_problem(problem, options.width).split("\n")
            lines += [style_text(first_line, _SEVERITY_STYLES[problem.severity], options.colour), *other_lines, ""]
    for sentence in summary:
        lines += wrap_text(sentence, options.width)
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def format_github(problems: Sequence[Problem], folder: str) -> bytes:
    """Return workflow commands that make GitHub show each problem beside its line; `folder` leads to the register."""
    return "".join(f"{line}\n" for line in _iter_annotations(problems, folder)).encode("utf-8", "replace")


def _iter_annotations(problems: Sequence[Problem], folder: str) -> Iterator[str]:
    for problem in problems:
        location = problem.location
        position = {
            "file": folder + problem.path,
            "line": location.line if location else 1,
            "col": location.column if location else 1,
        }
        properties = ",".join(
            f"{name}={_escape_property(str(value))}" for name, value in {**position, "title": problem.code}.items()
        )
        message = problem.message + (f"\nFix: {problem.fix}" if problem.fix else "")
        yield f"::{_WORKFLOW_COMMANDS[problem.severity]} {properties}::{_escape_message(message)}"


def _escape_message(text: str) -> str:
    """Escape as the runner reads it back (actions/toolkit, `command.ts`)."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_message(text).replace(":", "%3A").replace(",", "%2C")
