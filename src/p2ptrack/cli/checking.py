"""The work of check: which problems are asked for, and how they are printed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from p2ptrack.cli.opened import find_register_folder
from p2ptrack.cli.options import RegisterOptions
from p2ptrack.cli.past import open_snapshot, resolve_position_date, warn_about_snapshot
from p2ptrack.cli.screen import print_document, terminal_style, write_output
from p2ptrack.diagnostics import Problem, Severity
from p2ptrack.errors import UsageError
from p2ptrack.formats import FORMATS, diagnostics
from p2ptrack.pipeline import run_checks as check_register
from p2ptrack.queries.check import CheckSummary, format_advice, format_summary

if TYPE_CHECKING:
    from p2ptrack.store.git.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What was asked for: of which files, whether warnings count, the format, and whether git is asked too."""

    paths: tuple[Path, ...]
    strict: bool
    format: str
    history: bool = False


def run_check(options: CheckOptions, register_options: RegisterOptions) -> int:
    """Print every problem and return 1 when one of them is an error."""
    root = find_register_folder(register_options)
    snapshot = open_snapshot(register_options, root, strict=True)
    as_of = resolve_position_date(register_options, snapshot)
    result = check_register(root, as_of, snapshot, history=options.history)
    if snapshot is not None:
        warn_about_snapshot(snapshot)
    selected_paths = [
        _register_path(path, root) if snapshot is None else _snapshot_path(path, root, snapshot)
        for path in options.paths
    ]
    selected = tuple(
        problem for problem in result.problems if not selected_paths or _is_selected(problem, selected_paths)
    )
    _print_summary(CheckSummary(as_of, result.file_count, result.record_count, selected), options.format, root)
    return int(any(_is_failure(problem, options.strict) for problem in selected))


def _is_failure(problem: Problem, strict: bool) -> bool:
    return problem.severity is Severity.ERROR or (strict and problem.severity is Severity.WARNING)


def _register_path(path: Path, root: Path) -> str:
    """Return a path as problems have it. Raises `UsageError` when nothing is there."""
    existing = next(
        (candidate for candidate in (path, root / path) if candidate.exists() or candidate.is_symlink()), None
    )
    if existing is None:
        raise UsageError(f"There is no file or folder {path}. Name one of the register's, such as data/actions.")
    relative = Path(os.path.relpath(existing.parent.resolve() / existing.name, root.resolve())).as_posix()
    if relative.startswith("../"):
        raise UsageError(f"{path} is not a part of the register in {root}. Name one of its files or folders.")
    return relative


def _snapshot_path(path: Path, root: Path, snapshot: Snapshot) -> str:
    """Return a path as problems have it. Raises `UsageError` when nothing was there then."""
    for candidate in (Path.cwd() / path, root.resolve() / path):
        relative = Path(os.path.relpath(candidate, root.resolve())).as_posix()
        if relative == "." or any(
            file == relative or file.startswith(f"{relative}/") for file in snapshot.source.files
        ):
            return relative
    raise UsageError(
        f"There was no file or folder {path} at the commit {snapshot.short_commit}. Name another, or none."
    )


def _is_selected(problem: Problem, selected_paths: list[str]) -> bool:
    return any(
        selected in {".", path} or path.startswith(f"{selected}/")
        for selected in selected_paths
        for path in problem.paths
    )


def _print_summary(summary: CheckSummary, format_name: str, root: Path) -> None:
    match format_name:
        case "text":
            from p2ptrack.analysis.rules import group_findings

            lines = [line for line in (format_summary(summary), format_advice(summary)) if line]
            problems = group_findings(summary.problems)
            write_output(diagnostics.format_text(problems, lines, terminal_style()), as_text=True)
        case "github":
            write_output(diagnostics.format_github(summary.problems, _github_prefix(root)))
        case _:
            from p2ptrack.queries.check import build_check

            print_document(build_check(summary), FORMATS[format_name])


def _github_prefix(root: Path) -> str:
    """Return what leads from here to the register, for GitHub shows files by their place in the repository."""
    try:
        prefix = Path(os.path.relpath(root)).as_posix()
    except ValueError:  # on another drive of Windows
        prefix = root.as_posix()
    return "" if prefix == "." else f"{prefix}/"
