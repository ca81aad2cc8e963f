"""The shell around the program: commands, the clock, printing and exit codes."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from p2ptrack.cli.contents import run
from p2ptrack.cli.exits import outcome

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code (design, section 4). No traceback reaches the user."""
    return outcome(lambda: run(sys.argv[1:] if arguments is None else arguments))
