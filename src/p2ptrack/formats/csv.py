"""CSV: one table, one line of headings, and one value a cell.

It is UTF-8 with a byte order mark and CRLF line ends (RFC 4180), the only form that Excel on Windows reads correctly.
When a document has several tables, the first column names the table of each row. Text outside tables is left out unless
there is no table at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from p2ptrack.formats.pasted_text import strip_unprintable
from p2ptrack.model.dates import CouncilDate
from p2ptrack.phrases import unique
from p2ptrack.reports import document as doc
from p2ptrack.reports.document import FormatOptions, format_labelled_value, format_scalar, format_spans

_FORMULA = re.compile("\\s*[=+\\-@\uff1d\uff0b\uff0d\uff20]")
_SEPARATOR = re.compile(r'[",;\t\r\n]')
"""Separators of cells and lines; some spreadsheets expect semicolons or tabs instead of commas."""
_NO_BREAK_SPACES = str.maketrans(dict.fromkeys("\xa0\u2007\u202f", " "))
CsvValue = str | int | Decimal
CsvRecord = dict[str, CsvValue]


def write_csv(document: doc.Document, _options: FormatOptions) -> bytes:
    """Return the document's tables as CSV."""
    tables = (document.export(),) if document.export else doc.list_tables(document)
    if document.records:
        tables = (document.records, *tables)
    records = list(_iter_table_records(tables) if tables else _iter_text_records(document))
    keys = ["table"] if len(tables) > 1 else []
    keys += [column.key for table in tables for column in table.columns]
    keys += [key for record in records for key in record]
    names = unique(keys)
    lines = (names, *([record.get(name, "") for name in names] for record in records))
    return "".join(f"{','.join(map(_quote, line))}\r\n" for line in lines).encode("utf-8-sig", "replace")


def _quote(value: CsvValue) -> str:
    """Return a value, in quotation marks if it contains a separator."""
    text = str(value)
    doubled = text.replace('"', '""')
    return f'"{doubled}"' if _SEPARATOR.search(text) else text


def _iter_table_records(tables: tuple[doc.Table, ...]) -> Iterator[CsvRecord]:
    for table in tables:
        for row in table.rows:
            if row.role == "detail":
                continue
            record: CsvRecord = {"table": table.key} if len(tables) > 1 else {}
            inferred_keys = []
            for column, cell in zip(table.columns, row.cells, strict=True):
                record[column.key] = _format_value(cell.content)
                if cell.starred:
                    inferred_keys.append(column.key)
            if row.group:
                record["group"] = escape_text(row.group)
            if inferred_keys:
                record["inferred"] = " ".join(inferred_keys)
            yield record


def _format_value(content: doc.Scalar | doc.Ref | tuple[doc.Block, ...]) -> CsvValue:
    """Return a cell's value: numbers as numbers, days in ISO 8601, council dates as written."""
    match content:
        case int() | Decimal():
            return content
        case CouncilDate():
            return escape_text(content.raw)
        case date():
            return content.isoformat()
        case tuple():
            return escape_text("\n".join(line for block in doc.walk_blocks(content) for line in _iter_lines(block)))
        case _:
            return escape_text(format_scalar(content))


def _iter_lines(block: doc.Block) -> Iterator[str]:
    match block:
        case doc.Paragraph():
            yield format_spans(block.spans)
        case doc.Prose():
            yield _format_prose(block.markdown)
        case doc.Facts():
            yield from (f"{row.label}: {_format_fact(row)}" for row in block.rows)


def _format_prose(markdown: str) -> str:
    # Not at the top: answers have no markup, and the parser takes longer to load than most commands take to run.
    from p2ptrack.formats.prose import format_prose

    return format_prose(markdown)


def _format_fact(row: doc.Fact) -> str:
    """Return the value of a fact, the text about it, or its own text line by line."""
    if row.blocks:
        return "\n".join(line for block in doc.walk_blocks(row.blocks) for line in _iter_lines(block))
    texts = (format_labelled_value(row.value, row.spans), *map(format_spans, row.lines))
    return " ".join(filter(None, texts))


def _iter_text_records(document: doc.Document) -> Iterator[CsvRecord]:
    """Yield the text of a document without tables: its part, its label and its text."""
    for block in document.blocks:
        part = escape_text(block.title) if isinstance(block, doc.Section) else ""
        for inner in doc.walk_blocks((block,)):
            for label, text in _iter_labelled_texts(inner):
                yield {"part": part, "label": escape_text(label), "text": escape_text(text)}


def _iter_labelled_texts(block: doc.Block) -> Iterator[tuple[str, str]]:
    match block:
        case doc.Facts():
            yield from ((row.label, _format_fact(row)) for row in block.rows)
        case doc.Paragraph():
            yield "", format_spans(block.spans)
        case doc.Prose():
            yield "", _format_prose(block.markdown)


def escape_text(value: str) -> str:
    """Return text that a spreadsheet does not read as a formula.

    No-break spaces are plain spaces, so that a search finds the words, and characters that print nothing are left out.
    """
    text = strip_unprintable("\n".join(value.splitlines())).translate(_NO_BREAK_SPACES)
    return f"'{text}" if _FORMULA.match(text) else text
