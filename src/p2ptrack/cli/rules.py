"""rules and rule: what check can find, and why it matters."""

from __future__ import annotations

from typing import Annotated

from typer import Argument

from p2ptrack.cli.catalogue import Entry, catalogue
from p2ptrack.cli.clock import day
from p2ptrack.cli.options import FormatName, query_format
from p2ptrack.cli.screen import show
from p2ptrack.cli.usage import nearest
from p2ptrack.errors import WrongUsage
from p2ptrack.reports.document import Block, Cell, Column, Document, Fact, Facts, Row, Table, line

_COLUMNS = (
    Column("code", "Code", width="narrow", header=True),
    Column("severity", "Severity", width="narrow"),
    Column("title", "What it finds", width="wide"),
)


def rules(*, format_: FormatName = "text") -> int:
    """Print the catalogue."""
    written, entries = query_format(format_), tuple(catalogue().values())
    rows = tuple(Row((Cell(e.code), Cell(e.severity.value), Cell(e.title)), key=e.code) for e in entries)
    table = Table("rules", "", _COLUMNS, rows)
    show(
        _document("Everything that check can find", (table, line("Why one matters: p2ptrack rule CODE")), entries),
        written,
    )
    return 0


def rule(
    *,
    code: Annotated[str, Argument(metavar="CODE", help="A code of check, such as S105.")],
    format_: FormatName = "text",
) -> int:
    """Print one entry of the catalogue."""
    written, entries = query_format(format_), catalogue()
    found = entries.get(code.upper())
    if found is None:
        raise WrongUsage(f"There is no code {code}.{nearest(code, entries)} All of them: p2ptrack rules")
    facts = Facts(
        (
            Fact("Severity", found.severity.value),
            Fact("Why", found.why),
            Fact("Example", found.example),
            Fact("Instead", found.fix),
        )
    )
    show(_document(f"{found.code} {found.title}", (facts,), (found,)), written)
    return 0


def _document(title: str, blocks: tuple[Block, ...], entries: tuple[Entry, ...]) -> Document:
    data = {"schema_version": 1, "rules": [_as_data(entry) for entry in entries]}
    return Document("rules", title, day(None), blocks, data=data)


def _as_data(entry: Entry) -> dict[str, str]:
    return {
        "code": entry.code,
        "severity": entry.severity.value,
        "title": entry.title,
        "why": entry.why,
        "example": entry.example,
        "fix": entry.fix,
    }
