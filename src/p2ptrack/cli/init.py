"""init: a register that works at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Argument

from p2ptrack.cli.screen import put

Folder = Annotated[Path, Argument(metavar="DIR", help="Where to start it; else here.")]


def init(*, folder: Folder = Path()) -> int:
    """Start a register."""
    from p2ptrack.cli.clock import day
    from p2ptrack.store.scaffold import scaffold

    files = "".join(f"  {path}\n" for path in scaffold(folder, day(None)))
    where = "" if folder == Path() else f"cd {folder}, then "
    told = f"A register is started:\n{files}Next: {where}p2ptrack status. Change a file, then p2ptrack check.\n"
    put(told.encode(), as_text=True)
    return 0
