"""CSV for spreadsheets and scripts: one table, one line of headings, one value a cell.

UTF-8 with a byte order mark and CRLF line ends (RFC 4180), the only form that Excel on Windows reads correctly. When a
document has several tables, the first column names the table of each row. Text outside tables is left out unless there
is no table at all.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date

from p2ptrack.diagnostics import escape_control_characters
from p2ptrack.model.dates import CouncilDate
from p2ptrack.phrases import unique
from p2ptrack.reports import document as doc
from p2ptrack.reports.document import FormatOptions, format_labelled_value, format_scalar, join_spans

_FORMULA_PREFIXES = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
CsvValue = str | int
CsvRecord = dict[str, CsvValue]


def write(document: doc.Document, _options: FormatOptions) -> bytes:
    """Return the document's tables as CSV."""
    tables = (document.export(),) if document.export else doc.list_tables(document)
    records = list(_iter_table_records(tables) if tables else _iter_text_records(document))
    keys = ["table"] if len(tables) > 1 else []
    keys += [column.key for table in tables for column in table.columns]
    keys += [key for record in records for key in record]
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, unique(keys), restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(records)
    return out.getvalue().encode("utf-8-sig", "replace")


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
        case int():
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
            yield join_spans(block.spans)
        case doc.Prose():
            yield block.markdown.strip()
        case doc.Facts():
            yield from (f"{row.label}: {format_labelled_value(row.value, row.spans)}" for row in block.rows)


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
            for row in block.rows:
                texts = (format_labelled_value(row.value, row.spans), *map(join_spans, row.lines))
                yield row.label, " ".join(filter(None, texts))
        case doc.Paragraph():
            yield "", join_spans(block.spans)
        case doc.Prose():
            yield "", block.markdown


def escape_text(value: str) -> str:
    """Return text that a spreadsheet does not read as a formula, with control characters spelt out."""
    visible_text = "\n".join(map(escape_control_characters, value.splitlines()))
    return f"'{visible_text}" if visible_text.startswith(_FORMULA_PREFIXES) else visible_text
