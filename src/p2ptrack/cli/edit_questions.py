"""Questions of the editing commands. A wrong answer is asked again, so that the other answers are not lost."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TextIO

import typer

from p2ptrack.cli.edit_values import clean_text
from p2ptrack.cli.terminal import terminal_style, write_notice, write_output
from p2ptrack.diagnostics import Problem, escape_control_characters, format_problem

_NAME = re.compile("[a-z_]+")


def ask(question: str) -> str:
    """Return the answer to a question. Enter alone is an empty answer."""
    answer: str = typer.prompt(question, default="", show_default=False)
    return answer.strip()


def ask_text(stream: TextIO | None = None) -> str:
    """Return lines that are typed, up to two empty ones in a row or the end of the input."""
    lines: list[str] = []
    for line in stream or sys.stdin:
        lines.append(line.rstrip("\n"))
        if lines[-2:] == ["", ""]:
            break
    return clean_text("\n".join(lines))


def ask_until_right(
    question: str, list_errors: Callable[[str], Sequence[str]], read: Callable[[str], str] = ask
) -> str:
    """Return an answer without errors, or an empty one: the errors of another are printed, and it is asked again."""
    while answer := read(question):
        errors = list_errors(answer)
        if not errors:
            break
        for error in errors:
            write_notice(error)
        write_notice("Your other answers are kept. Please answer this question again.")
    return answer


def describe_problems_of(problems: Iterable[Problem], name: str) -> list[str]:
    """Return the problems in a field with this name, in the record or in an entry of a list, as they are printed."""
    return [describe_problem(problem) for problem in problems if name in _NAME.findall(problem.field)]


def print_problems(problems: Iterable[Problem]) -> None:
    """Write problems to standard error."""
    for problem in problems:
        write_notice(describe_problem(problem))


def describe_problem(problem: Problem) -> str:
    """Return a problem as the terminal shows it."""
    return format_problem(problem, terminal_style().width)


def print_line(text: str) -> None:
    """Print text that may hold anything."""
    lines = (escape_control_characters(line) for line in text.split("\n"))
    write_output("".join(f"{line}\n" for line in lines).encode(), as_text=True)
