"""Write the documentation that is generated from the code: `make docs`. A test holds docs/ to what this makes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Protocol

from p2ptrack.analysis.rules import RULES
from p2ptrack.records.dates import documentation
from p2ptrack.records.faults import FAULTS
from p2ptrack.store.folder import FAULTS as FOLDER_FAULTS
from p2ptrack.store.yaml import CODES
from tools import command_page, field_page, filter_page

DOCS = Path(__file__).resolve().parent.parent / "docs"

DATES = """\
# Dates

A date is kept as people wrote it, and counted as the days that it can mean. It is late only after the last of them.

"""

PROBLEMS = """\
# What p2ptrack check can say

Errors must be put right: a register with errors makes no papers. Warnings and notes are for the officer to judge; a
rule that does not suit a council is turned off under `policy` in `data/programme.yaml`, with a reason.

"""


class Entry(Protocol):
    """What a fault or a rule tells of itself, wherever it is declared."""

    @property
    def code(self) -> str:
        """Its stable code."""

    @property
    def severity(self) -> str:
        """An error, a warning or a note."""

    @property
    def title(self) -> str:
        """What it is, in a few words."""

    @property
    def why(self) -> str:
        """Why it matters, in one sentence."""

    @property
    def example(self) -> str:
        """Lines of a record in which it is found."""

    @property
    def fix(self) -> str:
        """What to write instead."""


def dates() -> str:
    """Return the page of the dates that are accepted and of those that are problems."""
    return DATES + documentation()


def problems() -> str:
    """Return the page of every code: files, reading one, what a record is, and the rules."""
    parts: tuple[tuple[str, Iterable[Entry]], ...] = (
        ("Files and folders", FOLDER_FAULTS),
        ("Reading a file", CODES.values()),
        ("What a record is", FAULTS),
        ("Rules", RULES),
    )
    return PROBLEMS + "\n".join(block for heading, entries in parts for block in _part(heading, entries))


def _part(heading: str, entries: Iterable[Entry]) -> Iterator[str]:
    yield f"## {heading}\n"
    for entry in sorted(entries, key=lambda one: one.code):
        yield f"### {entry.code} {entry.title}\n\n{entry.severity.capitalize()}. {entry.why}\n"
        yield f"```text\n{entry.example}\n```\n\nWrite: {entry.fix}\n"


PAGES: dict[str, Callable[[], str]] = {
    "commands.md": command_page.page,
    "dates.md": dates,
    "fields.md": field_page.page,
    "filters.md": filter_page.page,
    "problems.md": problems,
}


def main() -> None:
    """Write every page."""
    DOCS.mkdir(exist_ok=True)
    for name, make in PAGES.items():
        (DOCS / name).write_text(make(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
