"""check: what is wrong with the register, and what to write instead."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from p2ptrack.cli.opened import Reading
from p2ptrack.cli.options import QUERY_FORMATS, AsOf, Root, one_of
from p2ptrack.cli.screen import look, put, show
from p2ptrack.errors import WrongUsage
from p2ptrack.formats import FORMATS, problems
from p2ptrack.pipeline import check as check_register
from p2ptrack.problem import Problem, Severity
from p2ptrack.reports.queries.checked import Looked, advice, checked, summary

CHECK_FORMATS = (*QUERY_FORMATS, "github")


def check(
    *,
    paths: Annotated[
        list[Path] | None, Argument(metavar="[PATH]...", help="Tell only of these files or folders.")
    ] = None,
    strict: Annotated[bool, Option("--strict", help="Exit with 1 for warnings too.")] = False,
    format_: Annotated[
        str, Option("--format", metavar="FORMAT", help=f"One of {', '.join(CHECK_FORMATS)} (annotations).")
    ] = "text",
    root: Root = None,
    as_of: AsOf = None,
) -> int:
    """Print every problem; exit with 1 when one of them is an error."""
    format_name = one_of(format_, CHECK_FORMATS, "format")
    reading = Reading(root, as_of)
    folder, day = reading.folder(), reading.day()
    found = check_register(folder, day)
    wanted = [_within(path, folder) for path in paths or ()]
    told = tuple(p for p in found.problems if not wanted or _asked(p, wanted))
    _print(Looked(day, found.file_count, found.record_count, told), format_name, folder)
    return int(any(_counts(problem, strict) for problem in told))


def _counts(problem: Problem, strict: bool) -> bool:
    return problem.severity is Severity.ERROR or (strict and problem.severity is Severity.WARNING)


def _within(path: Path, folder: Path) -> str:
    """Return a path as problems have it. Raises `WrongUsage` when nothing is there."""
    found = next((place for place in (path, folder / path) if place.exists() or place.is_symlink()), None)
    if found is None:
        raise WrongUsage(f"There is no file or folder {path}. Name one of the register's, such as data/actions.")
    relative = os.path.relpath(found.parent.resolve() / found.name, folder.resolve())
    return Path(relative).as_posix()


def _asked(problem: Problem, wanted: list[str]) -> bool:
    return any(path in {".", problem.path} or problem.path.startswith(f"{path}/") for path in wanted)


def _print(looked: Looked, format_name: str, folder: Path) -> None:
    match format_name:
        case "text":
            told = [each for each in (summary(looked), advice(looked)) if each]
            put(problems.text(looked.problems, told, look()), as_text=True)
        case "github":
            put(problems.github(looked.problems, _lead(folder)))
        case _:
            show(checked(looked), FORMATS[format_name])


def _lead(folder: Path) -> str:
    """Return what leads from here to the register, for GitHub shows files by their place in the repository."""
    try:
        lead = Path(os.path.relpath(folder)).as_posix()
    except ValueError:  # on another drive of Windows
        lead = folder.as_posix()
    return "" if lead == "." else f"{lead}/"
