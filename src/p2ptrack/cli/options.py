"""The options that several commands share, declared once.

Nothing that reads a register is imported here or beside a command's own options: a slip of the pen is
told before that is loaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from typer import Option

from p2ptrack.cli.usage import nearest
from p2ptrack.errors import WrongUsage
from p2ptrack.formats import FORMATS, Format

QUERY_FORMATS = ("text", "json", "csv", "md")

Root = Annotated[
    Path | None,
    Option("--root", metavar="DIR", envvar="P2PTRACK_ROOT", help="The register's folder; else the nearest upwards."),
]
AsOf = Annotated[
    str | None,
    Option("--as-of", metavar="DATE", help="Judge on this day, such as 2023-03-31 or 31 March 2023; else today."),
]
At = Annotated[
    str | None,
    Option("--at", metavar="WHEN", help="As it stood at a commit, a tag, a date or a meeting, by its id."),
]
FormatName = Annotated[str, Option("--format", metavar="FORMAT", help=f"One of {', '.join(QUERY_FORMATS)}.")]


@dataclass(frozen=True, slots=True)
class Reading:
    """Which register, the day to judge it on, and the moment to read it at, as they were typed."""

    root: Path | None
    as_of: str | None
    at: str | None = None


def query_format(name: str) -> Format:
    """Return the format of an answer. Raises `WrongUsage` for a name that is none of them."""
    return FORMATS[one_of(name, QUERY_FORMATS, "format")]


def one_of(name: str, names: tuple[str, ...], what: str) -> str:
    """Return the name if it is among the names. Raises `WrongUsage` with the nearest and all of them."""
    if name in names:
        return name
    raise WrongUsage(f"There is no {what} “{name}”.{nearest(name, names)} Write one of {', '.join(names)}.")


def whole_number(written: str, option: str) -> int:
    """Return an option's number. Raises `WrongUsage` for what is no whole number of days."""
    if not (written.isascii() and written.isdecimal()):
        raise WrongUsage(f"{option} needs a whole number of days, and “{written}” is not one. Write {option} 30")
    return int(written)
