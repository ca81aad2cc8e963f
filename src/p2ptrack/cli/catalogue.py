"""Everything that check can find, from the tables of those who find it."""

from __future__ import annotations

from collections.abc import Iterator

from p2ptrack.analysis.rules import all_rules
from p2ptrack.analysis.rules.rule import Rule
from p2ptrack.cli.clock import resolve_date
from p2ptrack.cli.usage import format_suggestion
from p2ptrack.errors import UsageError
from p2ptrack.model.validation import ERROR_CODES as RECORD_FAULTS
from p2ptrack.model.validation import ErrorCode
from p2ptrack.reports.document import Block, Cell, Column, Document, Fact, Facts, Row, Table, make_paragraph
from p2ptrack.reports.paper import UNKNOWN_REPORT
from p2ptrack.store.folder import FILE_ERRORS as FOLDER_FAULTS
from p2ptrack.store.yaml.catalogue import YAML_ERRORS as FILE_FAULTS
from p2ptrack.store.yaml.catalogue import YamlErrorCode as FileFault
from p2ptrack.store.yaml.catalogue import add_example_fix

CatalogueEntry = ErrorCode | FileFault | Rule


def load_catalogue() -> dict[str, CatalogueEntry]:
    """Return every entry by its code, in the order of the codes."""
    return {entry.code: entry for entry in sorted(_entries(), key=lambda entry: entry.code)}


def _entries() -> Iterator[CatalogueEntry]:
    yield from map(add_example_fix, FILE_FAULTS.values())
    yield from RECORD_FAULTS
    yield UNKNOWN_REPORT
    yield from FOLDER_FAULTS
    yield from all_rules()


_RULE_COLUMNS = (
    Column("code", "Code", width="narrow", header=True),
    Column("severity", "Severity", width="narrow"),
    Column("title", "What it finds", width="wide"),
)


def build_rules() -> Document:
    """Return the whole catalogue as an answer."""
    entries = tuple(load_catalogue().values())
    rows = tuple(Row((Cell(e.code), Cell(e.severity.value), Cell(e.title)), key=e.code) for e in entries)
    table = Table("rules", "", _RULE_COLUMNS, rows)
    return _rules_document(
        "Everything that check can find", (table, make_paragraph("Why one matters: p2ptrack rule CODE")), entries
    )


def build_rule(code: str) -> Document:
    """Return one entry as an answer. Raises `UsageError` for a code that is none."""
    entries = load_catalogue()
    entry = entries.get(code.upper())
    if entry is None:
        raise UsageError(f"There is no code {code}.{format_suggestion(code, entries)} All of them: p2ptrack rules")
    facts = (
        Fact("Severity", entry.severity.value),
        Fact("Why", entry.why),
        Fact("Example", entry.example),
        Fact("Instead", entry.fix),
    )
    return _rules_document(f"{entry.code} {entry.title}", (Facts(facts),), (entry,))


def _rules_document(title: str, blocks: tuple[Block, ...], entries: tuple[CatalogueEntry, ...]) -> Document:
    data = {"schema_version": 1, "rules": [_entry_as_data(entry) for entry in entries]}
    return Document("rules", title, resolve_date(None), blocks, data=data)


def _entry_as_data(entry: CatalogueEntry) -> dict[str, str]:
    return {
        "code": entry.code,
        "severity": entry.severity.value,
        "title": entry.title,
        "why": entry.why,
        "example": entry.example,
        "fix": entry.fix,
    }
