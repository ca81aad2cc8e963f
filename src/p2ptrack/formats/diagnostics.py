"""Problems as a terminal prints them, and as GitHub shows them beside the line."""

from __future__ import annotations

from collections.abc import Sequence

from p2ptrack.diagnostics import Problem, Severity, format_problem
from p2ptrack.formats.plain import FormatOptions
from p2ptrack.formats.text import style_text, wrap_text

_SEVERITY_STYLES = {Severity.ERROR: "bad", Severity.WARNING: "warn", Severity.NOTE: "quiet"}
_WORKFLOW_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def format_text(problems: Sequence[Problem], summary: Sequence[str], options: FormatOptions) -> bytes:
    """Return the problems in their order, then the sentences of the summary."""
    lines: list[str] = []
    for problem in problems:
        header, *details = format_problem(problem, options.width).split("\n")
        lines += [style_text(header, _SEVERITY_STYLES[problem.severity], options.colour), *details, ""]
    for sentence in summary:
        lines += wrap_text(sentence, options.width)
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def format_github(problems: Sequence[Problem], folder: str) -> bytes:
    """Return workflow commands that make GitHub show each problem beside its line.

    `folder` is the path from the top of the repository to the register, empty or with `/` at its end.
    """
    return "".join(f"{_format_annotation(problem, folder)}\n" for problem in problems).encode("utf-8", "replace")


def _format_annotation(problem: Problem, folder: str) -> str:
    line, column = (problem.location.line, problem.location.column) if problem.location else (1, 1)
    file, title = _escape_property(folder + problem.path), _escape_property(problem.code)
    message = _escape_message(problem.message + (f"\nFix: {problem.fix}" if problem.fix else ""))
    command = _WORKFLOW_COMMANDS[problem.severity]
    return f"::{command} file={file},line={line},col={column},title={title}::{message}"


def _escape_message(text: str) -> str:
    """Escape what the runner unescapes (actions/toolkit, `command.ts`)."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_message(text).replace(":", "%3A").replace(",", "%2C")
