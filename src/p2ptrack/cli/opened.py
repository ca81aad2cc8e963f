"""What every command that reads a register does first, and what it must not keep to itself."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from p2ptrack.analysis.case import Case, newest_update
from p2ptrack.cli.options import Reading, query_format
from p2ptrack.cli.past import judged_on, stood, tell_past
from p2ptrack.cli.screen import say, show
from p2ptrack.pipeline import open_case
from p2ptrack.records.dates import long_day
from p2ptrack.store.folder import RECORD_FOLDERS, find_root

if TYPE_CHECKING:
    from p2ptrack.reports.document import Document
    from p2ptrack.store.git.snapshot import Snapshot


def folder(reading: Reading) -> Path:
    """Return the register's folder. Raises `CannotGoOn` when there is none."""
    return find_root(reading.root, Path.cwd())


def answer(reading: Reading, format_: str, query: Callable[[Case], Document]) -> Case:
    """Open the register, print what a query says of it, and return the case."""
    written = query_format(format_)
    root = folder(reading)
    then = stood(reading, root)
    case = open_case(root, judged_on(reading, then), then)
    gc.freeze()  # what was read stays until the end; to search it for garbage takes longer than to answer
    tell_limits(case, then)
    show(query(case), written)
    return case


def tell_limits(case: Case, then: Snapshot | None = None) -> None:
    """Say on standard error what the answer leaves out, and when it is today's register judged at an old date."""
    if then is not None:
        tell_past(then)
    see = f"See: p2ptrack check{f' --at {then.short}' if then else ''}"
    broken = case.register.file_count - len(case.register.records)
    if broken:
        told = "1 file cannot be read as a record, so it is" if broken == 1 else _several(broken)
        say(f"{told} not in this answer. {see}")
    for path in sorted({problem.path for problem in case.problems if problem.path in RECORD_FOLDERS}):
        say(f"{path} cannot be read, so no record in it is in this answer. {see}")
    newest = newest_update(case)
    if then is None and newest is not None and case.as_of < newest:
        say(
            f"This is today's register judged at an old date: its newest update is of {long_day(newest)}. "
            "For the register as it was then, write --at instead of --as-of."
        )


def _several(number: int) -> str:
    return f"{number} files cannot be read as records, so they are"
