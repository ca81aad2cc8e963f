"""Everything that check can find, from the tables of those who find it."""

from __future__ import annotations

from collections.abc import Iterator

from p2ptrack.analysis.rules import every_rule
from p2ptrack.analysis.rules.rule import Rule
from p2ptrack.cli.clock import day
from p2ptrack.cli.usage import nearest
from p2ptrack.errors import WrongUsage
from p2ptrack.records.faults import FAULTS as RECORD_FAULTS
from p2ptrack.records.faults import Fault
from p2ptrack.reports.document import Block, Cell, Column, Document, Fact, Facts, Row, Table, line
from p2ptrack.reports.unknown import UNKNOWN as UNKNOWN_REPORT
from p2ptrack.store.folder import FAULTS as FOLDER_FAULTS
from p2ptrack.store.yaml.catalogue import CODES as FILE_FAULTS
from p2ptrack.store.yaml.catalogue import Fault as FileFault
from p2ptrack.store.yaml.catalogue import with_remedy

Entry = Fault | FileFault | Rule


def catalogue() -> dict[str, Entry]:
    """Return every entry by its code, in the order of the codes."""
    return {entry.code: entry for entry in sorted(_entries(), key=lambda entry: entry.code)}


def _entries() -> Iterator[Entry]:
    yield from map(with_remedy, FILE_FAULTS.values())
    yield from RECORD_FAULTS
    yield UNKNOWN_REPORT
    yield from FOLDER_FAULTS
    yield from every_rule()


_COLUMNS = (
    Column("code", "Code", width="narrow", header=True),
    Column("severity", "Severity", width="narrow"),
    Column("title", "What it finds", width="wide"),
)


def all_rules() -> Document:
    """Return the whole catalogue as an answer."""
    entries = tuple(catalogue().values())
    rows = tuple(Row((Cell(e.code), Cell(e.severity.value), Cell(e.title)), key=e.code) for e in entries)
    table = Table("rules", "", _COLUMNS, rows)
    return _document("Everything that check can find", (table, line("Why one matters: p2ptrack rule CODE")), entries)


def one_rule(code: str) -> Document:
    """Return one entry as an answer. Raises `WrongUsage` for a code that is none."""
    entries = catalogue()
    found = entries.get(code.upper())
    if found is None:
        raise WrongUsage(f"There is no code {code}.{nearest(code, entries)} All of them: p2ptrack rules")
    facts = (
        Fact("Severity", found.severity.value),
        Fact("Why", found.why),
        Fact("Example", found.example),
        Fact("Instead", found.fix),
    )
    return _document(f"{found.code} {found.title}", (Facts(facts),), (found,))


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
