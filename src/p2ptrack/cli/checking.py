"""The work of check: which problems are asked for, and how they are printed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from p2ptrack.cli.opened import folder
from p2ptrack.cli.options import Reading
from p2ptrack.cli.past import judged_on, stood, tell_past
from p2ptrack.cli.screen import look, put, show
from p2ptrack.errors import WrongUsage
from p2ptrack.formats import FORMATS, problems
from p2ptrack.pipeline import check as check_register
from p2ptrack.problem import Problem, Severity
from p2ptrack.reports.queries.looked import Looked, advice, summary

if TYPE_CHECKING:
    from p2ptrack.store.git.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for: of which files, whether warnings count, the format, and whether git is asked too."""

    paths: tuple[Path, ...]
    strict: bool
    format: str
    history: bool = False


def check(wanted: Wanted, reading: Reading) -> int:
    """Print every problem and return 1 when one of them is an error."""
    root = folder(reading)
    then = stood(reading, root, strict=True)
    on = judged_on(reading, then)
    found = check_register(root, on, then, history=wanted.history)
    if then is not None:
        tell_past(then)
    places = [_within(path, root) if then is None else _within_then(path, root, then) for path in wanted.paths]
    told = tuple(problem for problem in found.problems if not places or _asked(problem, places))
    _print(Looked(on, found.file_count, found.record_count, told), wanted.format, root)
    return int(any(_counts(problem, wanted.strict) for problem in told))


def _counts(problem: Problem, strict: bool) -> bool:
    return problem.severity is Severity.ERROR or (strict and problem.severity is Severity.WARNING)


def _within(path: Path, root: Path) -> str:
    """Return a path as problems have it. Raises `WrongUsage` when nothing is there."""
    found = next((place for place in (path, root / path) if place.exists() or place.is_symlink()), None)
    if found is None:
        raise WrongUsage(f"There is no file or folder {path}. Name one of the register's, such as data/actions.")
    relative = Path(os.path.relpath(found.parent.resolve() / found.name, root.resolve())).as_posix()
    if relative.startswith("../"):
        raise WrongUsage(f"{path} is not a part of the register in {root}. Name one of its files or folders.")
    return relative


def _within_then(path: Path, root: Path, then: Snapshot) -> str:
    """Return a path as problems have it. Raises `WrongUsage` when nothing was there then."""
    for place in (Path.cwd() / path, root.resolve() / path):
        found = Path(os.path.relpath(place, root.resolve())).as_posix()
        if found == "." or any(file == found or file.startswith(f"{found}/") for file in then.source.files):
            return found
    raise WrongUsage(f"There was no file or folder {path} at the commit {then.short}. Name another, or none.")


def _asked(problem: Problem, wanted: list[str]) -> bool:
    return any(path in {".", problem.path} or problem.path.startswith(f"{path}/") for path in wanted)


def _print(looked: Looked, format_name: str, root: Path) -> None:
    match format_name:
        case "text":
            told = [each for each in (summary(looked), advice(looked)) if each]
            put(problems.text(looked.problems, told, look()), as_text=True)
        case "github":
            put(problems.github(looked.problems, _lead(root)))
        case _:
            from p2ptrack.reports.queries.checked import checked

            show(checked(looked), FORMATS[format_name])


def _lead(root: Path) -> str:
    """Return what leads from here to the register, for GitHub shows files by their place in the repository."""
    try:
        lead = Path(os.path.relpath(root)).as_posix()
    except ValueError:  # on another drive of Windows
        lead = root.as_posix()
    return "" if lead == "." else f"{lead}/"
