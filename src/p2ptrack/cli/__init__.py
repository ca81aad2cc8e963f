"""The shell around the program: commands, the clock, printing and exit codes."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

__all__ = ["entry_point", "main"]


_GC_THRESHOLDS = (200_000, 50, 100)


def entry_point() -> NoReturn:
    """Be the program: run the command that was asked for, and end.

    The machine takes back all memory at once. Python would first give back each record by itself, which takes a tenth
    of the time of reading it.
    """
    code = main()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
    os._exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code (design, section 4). No traceback reaches the user."""
    # A command makes much, throws little away and ends: looking for rubbish as often as a server does takes a tenth of
    # the time of starting, so it begins before anything large is imported.
    gc.set_threshold(*_GC_THRESHOLDS)
    # What another program has pydantic do with its models must not be done to ours, nor be looked for at each start.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from p2ptrack.cli.contents import run_command_line
    from p2ptrack.cli.exits import run_safely

    return run_safely(lambda: run_command_line(sys.argv[1:] if arguments is None else arguments))
