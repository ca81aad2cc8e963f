"""What reading a register finds, for tests that hold whole problems."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from p2ptrack.problem import Place, Problem, Severity, sort_key
from p2ptrack.store.load import load, placed
from tests.support import PROGRAMME, write_register

ACTION = "id: A01\ntitle: Review\n"


def told(root: Path, files: Mapping[str, str | bytes], programme: str = PROGRAMME) -> tuple[Problem, ...]:
    """Write a register and return what reading it finds, at its places and in order."""
    return told_of(write_register(root, files, programme))


def told_of(root: Path) -> tuple[Problem, ...]:
    return tuple(sorted(placed(root, load(root).problems), key=sort_key))


def counts(root: Path) -> tuple[int, int]:
    register = load(root).register
    return register.file_count, len(register.records)


def told_action(root: Path, more: str) -> tuple[Problem, ...]:
    """Return what is found in an action that says this too; its first line is line 3."""
    return told(root, {"actions/A01.yaml": ACTION + more})


def fault(code: str, field: str, message: str, fix: str, path: str = "data/actions/A01.yaml") -> Problem:
    """Return an error without its place."""
    return Problem(path, code, Severity.ERROR, message, fix, field)


def without_place(problems: tuple[Problem, ...]) -> list[Problem]:
    return [problem.at(None) for problem in problems]


def marked(problem: Problem) -> str:
    """Return what the caret stands under."""
    place = problem.place or Place(0, 1, "")
    return place.excerpt[place.column - 1 : place.column - 1 + place.width]
