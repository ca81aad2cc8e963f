"""init: a register that works at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Argument

from p2ptrack.cli.screen import write_output

FolderArgument = Annotated[Path, Argument(metavar="DIR", help="Where to start it; else here.")]


def init(*, folder: FolderArgument = Path()) -> int:
    """Start a register."""
    from p2ptrack.cli.clock import resolve_date
    from p2ptrack.store.templates import write_scaffold

    files = "".join(f"  {path}\n" for path in write_scaffold(folder, resolve_date(None)))
    change_folder = "" if folder == Path() else f"cd {folder}, then "
    text = f"A register is started:\n{files}Next: {change_folder}p2ptrack status. Change a file, then p2ptrack check.\n"
    write_output(text.encode(), as_text=True)
    return 0
