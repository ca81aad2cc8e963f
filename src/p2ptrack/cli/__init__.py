"""The command line: commands, the clock, the terminal and exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

__all__ = ["entry_point", "main"]


def entry_point() -> NoReturn:
    """Console-script entry point."""
    sys.exit(main())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code. Expected errors never reach the user as a traceback."""
    # Plugins that other packages register with pydantic must not change our models, nor cost time at every start.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from p2ptrack.cli.app import run_command_line

    return run_command_line(sys.argv[1:] if arguments is None else arguments)
