"""Progress bars on standard error, for work that lasts longer than a second."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Timer

_DELAY = 1.0
"""Seconds before a progress bar appears: most work ends sooner."""


@contextmanager
def show_progress(description: str, total: int | None = None) -> Iterator[Callable[[], None]]:
    """Show a progress bar on standard error while work lasts, and yield the function that advances it by one step.

    It appears only in a terminal that can move its cursor, and only after a second. Without a total it shows that the
    work goes on. It has no colour where NO_COLOR is set.
    """
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    count = (MofNCompleteColumn(),) if total else ()
    columns = TextColumn("{task.description}", markup=False), BarColumn(), *count, TimeElapsedColumn()
    console = Console(stderr=True)
    progress = Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False)
    task = progress.add_task(description, total=total)
    timer = Timer(_DELAY, progress.start)
    timer.daemon = True
    timer.start()
    try:
        yield lambda: progress.advance(task)
    finally:
        timer.cancel()
        timer.join()
        progress.stop()
