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

from p2ptrack.formats.look import Look
from p2ptrack.formats.plain import labelled, scalar, words
from p2ptrack.problem import visible
from p2ptrack.records.dates import CouncilDate
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
    tables,
    walk,
)

_FORMULA = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
Value = str | int
Record = dict[str, Value]


def write(document: Document, _look: Look) -> bytes:
    """Return the document's tables as CSV."""
    found = tables(document)
    records = list(_records(found) if found else _lines(document))
    keys = list(dict.fromkeys(key for each in [*_headings(found), *records] for key in each))
    out = io.StringIO(newline="")
    sheet = csv.DictWriter(out, keys, restval="", lineterminator="\r\n")
    sheet.writeheader()
    sheet.writerows(records)
    return out.getvalue().encode("utf-8-sig", "replace")


def _headings(found: tuple[Table, ...]) -> Iterator[Record]:
    """Yield every table's headings, so that an empty table still has its line of them."""
    for table in found:
        which: Record = {"table": ""} if len(found) > 1 else {}
        yield {**which, **{column.key: "" for column in table.columns}}


def _records(found: tuple[Table, ...]) -> Iterator[Record]:
    for table in found:
        for row in table.rows:
            if row.role != "detail":
                which: Record = {"table": table.key} if len(found) > 1 else {}
                yield {**which, **_record(table, row)}


def _record(table: Table, row: Row) -> Record:
    record: Record = {column.key: _value(cell.content) for column, cell in zip(table.columns, row.cells, strict=True)}
    if row.group:
        record["group"] = text(row.group)
    readings = [column.key for column, cell in zip(table.columns, row.cells, strict=True) if cell.starred]
    if readings:
        record["inferred"] = " ".join(readings)
    return record


def _lines(document: Document) -> Iterator[Record]:
    """Yield a document without a table line by line: its part, what a line is about, and what it says."""
    for block in document.blocks:
        part = block.title if isinstance(block, Section) else ""
        for inner in walk((block,)):
            yield from ({"part": text(part), **said} for said in _line(inner))


def _line(block: Block) -> Iterator[Record]:
    match block:
        case Facts():
            yield from map(_fact, block.rows)
        case Paragraph():
            yield {"label": "", "text": text(words(block.spans))}
        case Prose():
            yield {"label": "", "text": text(block.markdown)}


def _fact(row: Fact) -> Record:
    told = [labelled(row.value, row.spans), *(words(spans) for spans in row.lines)]
    return {"label": text(row.label), "text": text(" ".join(filter(None, told)))}


def _value(content: Scalar | Ref | tuple[Block, ...]) -> Value:
    """Return a cell's value: numbers stay numbers, days are ISO 8601, council dates as they were written."""
    match content:
        case int():
            return content
        case CouncilDate():
            return text(content.raw)
        case date():
            return content.isoformat()
        case tuple():
            return text("\n".join(_said(content)))
        case _:
            return text(scalar(content))


def _said(blocks: Iterable[Block]) -> Iterator[str]:
    for block in walk(tuple(blocks)):
        match block:
            case Paragraph():
                yield words(block.spans)
            case Prose():
                yield block.markdown.strip()
            case Facts():
                yield from (f"{row.label}: {labelled(row.value, row.spans)}" for row in block.rows)


def text(value: str) -> str:
    """Return text that no spreadsheet takes for a formula and no terminal for an order."""
    shown = "\n".join(map(visible, value.splitlines()))
    return f"'{shown}" if shown.startswith(_FORMULA) else shown
