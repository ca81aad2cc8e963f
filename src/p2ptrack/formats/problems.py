"""Problems as an officer reads them in a terminal, and as GitHub shows them beside the line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from p2ptrack.formats.look import Look
from p2ptrack.formats.text_wrap import paint, wrap
from p2ptrack.problem import Problem, Severity, as_text

_STYLES = {Severity.ERROR: "bad", Severity.WARNING: "warn", Severity.NOTE: "quiet"}
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def text(problems: Sequence[Problem], told: Sequence[str], look: Look) -> bytes:
    """Return the problems file by file, then the closing sentences `told`."""
    lines: list[str] = []
    for _, of_file in groupby(problems, key=lambda problem: problem.path):
        for problem in of_file:
            head, *rest = as_text(problem, look.width).split("\n")
            lines += [paint(head, _STYLES[problem.severity], look.colour), *rest, ""]
    for sentence in told:
        lines += wrap(sentence, look.width)
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def github(problems: Sequence[Problem], folder: str) -> bytes:
    """Return workflow commands that make GitHub show each problem beside its line; `folder` leads to the register."""
    return "".join(f"{line}\n" for line in _annotations(problems, folder)).encode("utf-8", "replace")


def _annotations(problems: Sequence[Problem], folder: str) -> Iterator[str]:
    for problem in problems:
        place = problem.place
        at = {"file": folder + problem.path, "line": place.line if place else 1, "col": place.column if place else 1}
        named = ",".join(f"{name}={_property(str(value))}" for name, value in {**at, "title": problem.code}.items())
        told = problem.message + (f"\nWrite: {problem.fix}" if problem.fix else "")
        yield f"::{_COMMANDS[problem.severity]} {named}::{_message(told)}"


def _message(text: str) -> str:
    """Escape as the runner reads it back (actions/toolkit, `command.ts`)."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
