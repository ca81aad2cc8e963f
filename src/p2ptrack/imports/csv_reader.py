"""Read a CSV file: its encoding, its separator, and a quotation mark that is never closed."""

from __future__ import annotations

import codecs
import csv
from io import StringIO

from p2ptrack.errors import OperationError
from p2ptrack.imports.grid import Grid, GridCell, GridRow, ImportedFile, TextCleaner

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_MAX_FIELD = 1_000_000


def decode_text(data: bytes, stated: str = "") -> str:
    """Return a text by its byte order mark, the encoding that it states, UTF-8, and otherwise windows-1252."""
    encodings = [name for mark, name in _MARKS if data.startswith(mark)] or [stated, "utf-8"]
    for encoding in filter(None, encodings):
        try:
            return data.decode(encoding)
        except (UnicodeError, LookupError):
            continue
    return data.decode("cp1252", "replace")


def read_csv(data: bytes, name: str) -> ImportedFile:
    """Return the file as one grid. Raises `OperationError` where a quotation mark is not closed."""
    text = decode_text(data)
    delimiter = _find_delimiter(text)
    cleaner = TextCleaner()
    csv.field_size_limit(_MAX_FIELD)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows, start = [], 1
    try:
        for number, values in enumerate(reader, 1):
            rows.append(GridRow(number, tuple(GridCell(cleaner.make_paragraphs(value)) for value in values)))
            start = reader.line_num + 1
    except csv.Error as error:
        problem = "the quotation marks do not match"
        if "field limit" in str(error):
            problem = f"a cell has more than {_MAX_FIELD:,} characters, perhaps because a quotation mark is not closed"
        raise OperationError(f"{name} cannot be read: in line {start} {problem}. Correct that line.") from None
    return ImportedFile((Grid(name, tuple(rows)),), tuple(cleaner.list_notes()))


def _find_delimiter(text: str) -> str:
    """Return the separator that divides the first lines into the most equal numbers of cells."""
    sample = text[:20_000]
    best, best_score = ",", 0
    for delimiter in (",", ";", "\t", "|"):
        try:
            widths = [len(row) for row in csv.reader(StringIO(sample), delimiter=delimiter) if row]
        except csv.Error:
            continue
        width = max(set(widths), key=lambda width: (widths.count(width) * (width > 1), width), default=1)
        score = widths.count(width) * width if width > 1 else 0
        if score > best_score:
            best, best_score = delimiter, score
    return best
