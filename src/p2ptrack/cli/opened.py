"""What every command that reads a register does first, and what it must not keep to itself."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from p2ptrack.analysis.case import Case, find_latest_update_date
from p2ptrack.cli.options import RegisterOptions, parse_query_format
from p2ptrack.cli.past import open_snapshot, resolve_position_date, warn_about_snapshot
from p2ptrack.cli.screen import print_document, write_notice
from p2ptrack.model.dates import format_long_date
from p2ptrack.pipeline import open_case
from p2ptrack.store.folder import RECORD_FOLDERS, find_root

if TYPE_CHECKING:
    from p2ptrack.reports.document import Document
    from p2ptrack.store.git.snapshot import Snapshot


def find_register_folder(register_options: RegisterOptions) -> Path:
    """Return the register's folder. Raises `CannotGoOn` when there is none."""
    return find_root(register_options.root, Path.cwd())


def print_answer(register_options: RegisterOptions, format_: str, query: Callable[[Case], Document]) -> Case:
    """Open the register, print what a query says of it, and return the case."""
    output_format = parse_query_format(format_)
    root = find_register_folder(register_options)
    snapshot = open_snapshot(register_options, root)
    case = open_case(root, resolve_position_date(register_options, snapshot), snapshot)
    gc.freeze()  # what was read stays until the end; to search it for garbage takes longer than to answer
    warn_about_limits(case, snapshot)
    print_document(query(case), output_format)
    return case


def warn_about_limits(case: Case, snapshot: Snapshot | None = None) -> None:
    """Say on standard error what the answer leaves out, and when it is today's register judged at an old date."""
    if snapshot is not None:
        warn_about_snapshot(snapshot)
    advice = f"See: p2ptrack check{f' --at {snapshot.short_commit}' if snapshot else ''}"
    unreadable_count = case.register.file_count - len(case.register.records)
    if unreadable_count:
        text = (
            "1 file cannot be read as a record, so it is"
            if unreadable_count == 1
            else _format_unreadable_files(unreadable_count)
        )
        write_notice(f"{text} not in this answer. {advice}")
    for path in sorted({problem.path for problem in case.problems if problem.path in RECORD_FOLDERS}):
        write_notice(f"{path} cannot be read, so no record in it is in this answer. {advice}")
    newest = find_latest_update_date(case)
    if snapshot is None and newest is not None and case.as_of < newest:
        write_notice(
            f"This is today's register judged at an old date: its newest update is of {format_long_date(newest)}. "
            "For the register as it was then, write --at instead of --as-of."
        )


def _format_unreadable_files(number: int) -> str:
    return f"{number} files cannot be read as records, so they are"
