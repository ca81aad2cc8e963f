"""The problems of loading a register, for tests that compare whole problems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from p2ptrack.diagnostics import Location, Problem, Severity, problem_sort_key
from p2ptrack.store.folder import FolderSource
from p2ptrack.store.loader import LoadedRegister, add_locations_from, load_register_from
from p2ptrack.store.parsed_cache import open_parsed_cache
from tests.support import PROGRAMME, write_register

ACTION = "id: A01\ntitle: Review\n"


def load_register(root: Path, as_of: date | None = None) -> LoadedRegister:
    """Load the whole register from its folder as it is now. Examples in messages lie after `as_of`."""
    with open_parsed_cache(root) as cache:
        return load_register_from(FolderSource(root), as_of=as_of, cache=cache)


def add_locations(root: Path, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Return the problems of a register's folder with their locations."""
    return add_locations_from(FolderSource(root), problems)


def find_problems(root: Path, files: Mapping[str, str | bytes], programme: str = PROGRAMME) -> tuple[Problem, ...]:
    """Write a register and return the problems of loading it, with their locations and in order."""
    return problems_in(write_register(root, files, programme))


def problems_in(root: Path) -> tuple[Problem, ...]:
    return tuple(sorted(add_locations(root, load_register(root).problems), key=problem_sort_key))


def count_records(root: Path) -> tuple[int, int]:
    register = load_register(root).register
    return register.file_count, len(register.records)


def find_action_problems(root: Path, lines: str) -> tuple[Problem, ...]:
    """Return the problems of an action with these lines added; the first of them is line 3."""
    return find_problems(root, {"actions/A01.yaml": ACTION + lines})


def make_error(code: str, field: str, message: str, fix: str, path: str = "data/actions/A01.yaml") -> Problem:
    """Return an error without its location."""
    return Problem(path, code, Severity.ERROR, message, fix, field)


def drop_locations(problems: tuple[Problem, ...]) -> list[Problem]:
    return [replace(problem, location=None) for problem in problems]


def get_marked_text(problem: Problem) -> str:
    """Return the text above the caret."""
    place = problem.location or Location(0, 1, "")
    return place.excerpt[place.column - 1 : place.column - 1 + place.width]
