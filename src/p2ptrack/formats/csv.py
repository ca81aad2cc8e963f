"""CSV for spreadsheets and scripts: one rectangle, one line of headings, one value a cell.

UTF-8 with a byte order mark and CRLF line ends (RFC 4180), because Excel on Windows reads nothing
else rightly. A document with several tables says in the first column which one a row belongs to;
running text is not carried, unless there is no table at all.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date

from p2ptrack.diagnostics import escape_control_characters
from p2ptrack.formats.plain import FormatOptions, format_labelled_value, format_scalar, join_spans
from p2ptrack.model.dates import CouncilDate
from p2ptrack.reports.document import (
    Block,
    Document,
    Fact,
    Facts,
    Paragraph,
    Prose,
    Ref,
    Row,
    Scalar,
    Section,
    Table,
    list_tables,
    walk_blocks,
)

_FORMULA_PREFIXES = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
CsvValue = str | int
CsvRecord = dict[str, CsvValue]


def write(document: Document, _options: FormatOptions) -> bytes:
    """Return the document's tables as CSV."""
    document_tables = list_tables(document)
    records = list(_iter_records(document_tables) if document_tables else _iter_text_records(document))
    keys = list(dict.fromkeys(key for record in [*_iter_headings(document_tables), *records] for key in record))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, keys, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(records)
    return out.getvalue().encode("utf-8-sig", "replace")


def _iter_headings(document_tables: tuple[Table, ...]) -> Iterator[CsvRecord]:
    """Yield every table's headings, so that an empty table still has its line of them."""
    for table in document_tables:
        table_key: CsvRecord = {"table": ""} if len(document_tables) > 1 else {}
        yield {**table_key, **{column.key: "" for column in table.columns}}


def _iter_records(document_tables: tuple[Table, ...]) -> Iterator[CsvRecord]:
    for table in document_tables:
        for row in table.rows:
            if row.role != "detail":
                table_key: CsvRecord = {"table": table.key} if len(document_tables) > 1 else {}
                yield {**table_key, **_make_record(table, row)}


def _make_record(table: Table, row: Row) -> CsvRecord:
    record: CsvRecord = {
        column.key: _format_value(cell.content) for column, cell in zip(table.columns, row.cells, strict=True)
    }
    if row.group:
        record["group"] = escape_text(row.group)
    inferred_keys = [column.key for column, cell in zip(table.columns, row.cells, strict=True) if cell.starred]
    if inferred_keys:
        record["inferred"] = " ".join(inferred_keys)
    return record


def _iter_text_records(document: Document) -> Iterator[CsvRecord]:
    """Yield a document without a table line by line: its part, what a line is about, and what it says."""
    for block in document.blocks:
        part = block.title if isinstance(block, Section) else ""
        for inner in walk_blocks((block,)):
            yield from ({"part": escape_text(part), **record} for record in _iter_block_records(inner))


def _iter_block_records(block: Block) -> Iterator[CsvRecord]:
    match block:
        case Facts():
            yield from map(_make_fact_record, block.rows)
        case Paragraph():
            yield {"label": "", "text": escape_text(join_spans(block.spans))}
        case Prose():
            yield {"label": "", "text": escape_text(block.markdown)}


def _make_fact_record(row: Fact) -> CsvRecord:
    texts = [format_labelled_value(row.value, row.spans), *(join_spans(spans) for spans in row.lines)]
    return {"label": escape_text(row.label), "text": escape_text(" ".join(filter(None, texts)))}


def _format_value(content: Scalar | Ref | tuple[Block, ...]) -> CsvValue:
    """Return a cell's value: numbers stay numbers, days are ISO 8601, council dates as they were written."""
    match content:
        case int():
            return content
        case CouncilDate():
            return escape_text(content.raw)
        case date():
            return content.isoformat()
        case tuple():
            return escape_text("\n".join(_iter_text(content)))
        case _:
            return escape_text(format_scalar(content))


def _iter_text(blocks: Iterable[Block]) -> Iterator[str]:
    for block in walk_blocks(tuple(blocks)):
        match block:
            case Paragraph():
                yield join_spans(block.spans)
            case Prose():
                yield block.markdown.strip()
            case Facts():
                yield from (f"{row.label}: {format_labelled_value(row.value, row.spans)}" for row in block.rows)


def escape_text(value: str) -> str:
    """Return text that no spreadsheet takes for a formula and no terminal for an order."""
    visible_text = "\n".join(map(escape_control_characters, value.splitlines()))
    return f"'{visible_text}" if visible_text.startswith(_FORMULA_PREFIXES) else visible_text
