"""The options that several commands share, declared once.

Nothing that reads a register is imported here or beside a command's own options: a slip of the pen is
told before that is loaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from typer import Option

from p2ptrack.cli.usage import format_suggestion
from p2ptrack.errors import UsageError
from p2ptrack.formats import FORMATS, Format

QUERY_FORMATS = ("text", "json", "csv", "md")

RootOption = Annotated[
    Path | None,
    Option("--root", metavar="DIR", envvar="P2PTRACK_ROOT", help="The register's folder; else the nearest upwards."),
]
AsOfOption = Annotated[
    str | None,
    Option("--as-of", metavar="DATE", help="Judge on this day, such as 2023-03-31 or 31 March 2023; else today."),
]
AtOption = Annotated[
    str | None,
    Option("--at", metavar="WHEN", help="As it stood at a commit, a tag, a date or a meeting, by its id."),
]
FormatOption = Annotated[str, Option("--format", metavar="FORMAT", help=f"One of {', '.join(QUERY_FORMATS)}.")]


@dataclass(frozen=True, slots=True)
class RegisterOptions:
    """Which register, the day to judge it on, and the moment to read it at, as they were typed."""

    root: Path | None
    as_of: str | None
    at: str | None = None


def parse_query_format(name: str) -> Format:
    """Return the format of an answer. Raises `UsageError` for a name that is none of them."""
    return FORMATS[require_choice(name, QUERY_FORMATS, "format")]


def require_choice(name: str, choices: tuple[str, ...], noun: str) -> str:
    """Return the name if it is among the names. Raises `UsageError` with the nearest and all of them."""
    if name in choices:
        return name
    raise UsageError(
        f"There is no {noun} “{name}”.{format_suggestion(name, choices)} Write one of {', '.join(choices)}."
    )


def parse_days(text: str, option: str) -> int:
    """Return an option's number. Raises `UsageError` for what is no whole number of days."""
    if not (text.isascii() and text.isdecimal()):
        raise UsageError(f"{option} needs a whole number of days, and “{text}” is not one. Write {option} 30")
    return int(text)
