"""The commands rules and rule: the catalogue of everything that check can find."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Annotated

from typer import Context

from p2ptrack.cli.options import FormatOption, Suggestions, argument, offer, parse_query_format, resolve_date
from p2ptrack.errors import UsageError
from p2ptrack.phrases import did_you_mean, quote
from p2ptrack.values import compile_on_use

if TYPE_CHECKING:
    from p2ptrack.analysis.rules.rule import Rule
    from p2ptrack.model.validation import ErrorCode
    from p2ptrack.reports.document import Block, Document
    from p2ptrack.store.yaml.messages import YamlErrorCode

    CatalogueEntry = ErrorCode | YamlErrorCode | Rule


_CODE_POINT = compile_on_use(r"<U\+([0-9A-F]{4})>")


def rules(*, format_: FormatOption = "text") -> int:
    """List everything that check can find."""
    from p2ptrack.cli.terminal import print_document

    output_format = parse_query_format(format_)
    print_document(build_rules(), output_format)
    return 0


@offer
def complete_codes(_ctx: Context, _incomplete: str) -> Suggestions:
    """Return the codes of problems with their titles."""
    return sorted((entry.code, entry.title) for entry in list_entries())


def rule(
    *,
    code: Annotated[str, argument("CODE", "A code from check, for example S105.", complete_codes)],
    format_: FormatOption = "text",
) -> int:
    """Explain one code from check: why it matters, an example, and how to fix it."""
    from p2ptrack.cli.terminal import print_document

    output_format = parse_query_format(format_)
    print_document(build_rule(code), output_format)
    return 0


@cache
def load_catalogue() -> Mapping[str, CatalogueEntry]:
    """Return everything that check can find, by its code and in the order of the codes."""
    entries = sorted(list_entries(), key=lambda entry: entry.code)
    return {entry.code: _with_example_fix(entry) for entry in entries}


def list_entries() -> Iterator[CatalogueEntry]:
    """Yield the errors of files, fields, papers and folders, and the rules."""
    from p2ptrack.analysis.rules import all_rules
    from p2ptrack.model.validation import ERROR_CODES
    from p2ptrack.pipeline import BROKEN_VIEW, UNKNOWN_REPORT
    from p2ptrack.store.contract_table import TABLE_ERRORS
    from p2ptrack.store.folder import FILE_ERRORS
    from p2ptrack.store.yaml.messages import YAML_ERRORS

    yield from YAML_ERRORS.values()
    yield from ERROR_CODES
    yield UNKNOWN_REPORT
    yield BROKEN_VIEW
    yield from FILE_ERRORS
    yield from TABLE_ERRORS
    yield from all_rules()


def _with_example_fix(entry: CatalogueEntry) -> CatalogueEntry:
    """Return a YAML error with the fix that its own example gets: the template of the fix has gaps to fill."""
    from p2ptrack.store.yaml import read
    from p2ptrack.store.yaml.messages import YamlErrorCode

    if not isinstance(entry, YamlErrorCode):
        return entry
    text = _CODE_POINT.sub(lambda match: chr(int(match[1], 16)), entry.example.replace("<tab>", "\t"))
    for problem in read(text.encode(), "data/actions/A01.yaml").problems:
        if problem.code == entry.code:
            return replace(entry, fix=problem.fix)
    return entry


def build_rules() -> Document:
    """Return the whole catalogue as an answer."""
    from p2ptrack.reports.document import Cell, Column, Row, Table, make_paragraph

    entries = tuple(load_catalogue().values())
    columns = (
        Column("code", "Code", width="narrow", header=True),
        Column("severity", "Severity", width="narrow"),
        Column("title", "Problem", width="wide"),
    )
    rows = tuple(
        Row((Cell(entry.code), Cell(entry.severity.value), Cell(entry.title)), key=entry.code) for entry in entries
    )
    blocks = (Table("rules", "", columns, rows), make_paragraph("For help on one of them: p2ptrack rule CODE"))
    return _rules_document("Everything that check can find", blocks, entries)


def build_rule(code: str) -> Document:
    """Return one entry of the catalogue as an answer. Raises `UsageError` for an unknown code."""
    from p2ptrack.reports.document import Fact, Facts

    entries = load_catalogue()
    entry = entries.get(code.upper())
    if entry is None:
        raise UsageError(
            f"{quote(code)} is not a code of check.{did_you_mean(code, entries)} For all of them: p2ptrack rules"
        )
    facts = (
        Fact("Severity", entry.severity.value),
        Fact("Why", entry.why),
        Fact("Example", entry.example),
        Fact("Fix", entry.fix),
    )
    return _rules_document(f"{entry.code} {entry.title}", (Facts(facts),), (entry,))


def _rules_document(title: str, blocks: tuple[Block, ...], entries: tuple[CatalogueEntry, ...]) -> Document:
    from p2ptrack.reports.document import Document

    fields = ("code", "severity", "title", "why", "example", "fix")
    data = [{field: str(getattr(entry, field)) for field in fields} for entry in entries]
    return Document("rules", title, resolve_date(None), blocks, data={"schema_version": 1, "rules": data})
