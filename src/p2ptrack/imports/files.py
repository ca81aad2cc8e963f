"""Recognise a file by its content, not by its name, and read it. Here are the readers of CSV files and web pages."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from p2ptrack.errors import OperationError, describe_os_error
from p2ptrack.imports.grid import (
    DAMAGE,
    LOWEST_HEADING,
    CellParagraph,
    Grid,
    GridCell,
    GridRow,
    ImportedFile,
    Outline,
    TextCleaner,
    check_package,
    format_list_number,
    read_with,
)
from p2ptrack.imports.trackers import holds_tracker

MAX_BYTES = 50 * 1024 * 1024
_START = 4096
_HTML = re.compile(
    rb"^\s*(?:<!doctype html|<html|<\?xml[^>]*>\s*<(?:!doctype )?html|<!--|<head|<body|<table|<meta)", re.IGNORECASE
)


def read_import_file(path: Path) -> bytes:
    """Return the bytes of a file. Raises `OperationError` where it cannot be read or is too large."""
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise OperationError(f"{path} cannot be read: {describe_os_error(error)}.") from None
    if len(data) > MAX_BYTES:
        raise OperationError(f"{path.name} is larger than 50 MB, the limit of an import.")
    return data


def read_grids(data: bytes, name: str) -> ImportedFile:
    """Return the grids in the bytes of a file. Raises `OperationError` for anything but Word, Excel, CSV and HTML."""
    if not data.strip(b"\x00 \r\n\t"):
        raise OperationError(f"{name} is empty.")
    _refuse_other_files(data, name)
    if data.startswith(b"PK"):
        return _read_package(data, name)
    start = data[:_START]
    if _HTML.match(start.removeprefix(b"\xef\xbb\xbf")) or (b"<table" in data[:65536].lower() and b"<" in start[:200]):
        return read_with("lxml", lambda: read_html(data), name, "a web page")
    if b"\x00" in start and not start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise OperationError(f"{name} is not a Word, Excel, CSV or HTML file.")
    return read_csv(data, name)


_OTHER_FILES = (
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "is an old Word or Excel file, or has a password. Open it, remove the password, and save it as .docx or .xlsx.",
    ),
    (b"%PDF", "is a PDF. Import the Word or Excel file that it was made from."),
    (b"{\\rtf", "is an RTF file. Open it in Word and save it as .docx."),
    (b"\x89PNG", "is a picture."),
    (b"\xff\xd8\xff", "is a picture."),
    (b"GIF8", "is a picture."),
    (b"MIME-Version:", "is a web archive. Open it in Excel or Word and save it as .xlsx or .docx."),
    (b"\x1f\x8b", "is a compressed file. Unpack it first."),
)


def _refuse_other_files(data: bytes, name: str) -> None:
    for signature, sentence in _OTHER_FILES:
        if data.lstrip()[: len(signature)] == signature or data.startswith(signature):
            raise OperationError(f"{name} {sentence}")
    if b"<?mso-application" in data[:_START]:
        raise OperationError(f"{name} is an XML file of Office 2003. Open it and save it as .xlsx or .docx.")


def _read_package(data: bytes, name: str) -> ImportedFile:
    try:
        with ZipFile(BytesIO(data)) as package:
            check_package(package, name)
            names = set(package.namelist())
    except DAMAGE as error:
        raise OperationError(f"{name} is damaged: it cannot be unpacked.") from error
    if "word/document.xml" in names:
        from p2ptrack.imports.docx_reader import read_docx

        return read_with("lxml", lambda: read_docx(data), name, "a Word document")
    if "xl/workbook.xml" in names:
        from p2ptrack.imports.xlsx_reader import read_xlsx

        return read_with("openpyxl", lambda: read_xlsx(data), name, "an Excel workbook")
    if "content.xml" in names:
        raise OperationError(f"{name} is an OpenDocument file. Save it as .docx or .xlsx.")
    if "xl/workbook.bin" in names:
        raise OperationError(f"{name} is a binary workbook (.xlsb). Save it as .xlsx.")
    raise OperationError(f"{name} is not a Word, Excel, CSV or HTML file.")


def describe_lack_of_table(path: Path, headings: str) -> str:
    """Return the error of a file without any table, with how to make one of paragraphs. `headings` are examples."""
    steps = "In Word, select the paragraphs, choose Insert, Table and Convert Text to Table, and add the headings."
    advice = f" {steps}" if path.suffix.casefold() in {".docx", ".docm"} else ""
    return (
        f"{path.name} has no table. p2ptrack reads a table with one row for each item, below headings such as "
        f"{headings}.{advice}"
    )


# CSV files: encoding, separator, quotation marks.

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_MAX_FIELD = 1_000_000


def _decode_with_fallback(data: bytes, declared_encoding: str = "") -> str:
    """Return a text by its byte order mark, the encoding that it states, UTF-8, and otherwise windows-1252."""
    encodings = [name for mark, name in _MARKS if data.startswith(mark)] or [declared_encoding, "utf-8"]
    for encoding in filter(None, encodings):
        try:
            return data.decode(encoding)
        except (UnicodeError, LookupError):
            continue
    return data.decode("cp1252", "replace")


def read_csv(data: bytes, name: str) -> ImportedFile:
    """Return the file as one grid. Raises `OperationError` where a quotation mark is not closed."""
    text = _decode_with_fallback(data)
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


# Web pages. Links are not fetched.

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([\w-]{1,40})", re.IGNORECASE)
_BLOCKS = frozenset({"p", "div", "li", "ul", "ol", "br", "h1", "h2", "h3", "h4", "h5", "h6", "table", "tr"})
_HEADINGS = {
    **{f"h{level}": level for level in range(1, 7)},
    **dict.fromkeys(("summary", "legend", "caption"), LOWEST_HEADING),
}
_LINK_WORDS = frozenset({"read more", "more", "show more", "see more", "continue reading"})
_MAX_SPAN = 1000
_MAX_DEPTH = 100


def read_html(data: bytes) -> ImportedFile:
    """Return the tables of a page. Its encoding is that of its mark, its `<meta>`, UTF-8 or windows-1252."""
    import lxml.html

    match = _CHARSET.search(data[:4096])
    text = _decode_with_fallback(data, match[1].decode("ascii") if match else "").replace("\x00", "")
    parser = lxml.html.HTMLParser(huge_tree=False, no_network=True, remove_comments=True, remove_pis=True)
    root = lxml.html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*>", "", text) or "<p></p>", parser=parser)
    cleaner = TextCleaner()
    grids: list[Grid] = []
    outline = Outline()
    texts: list[str] = []
    in_cells: set[Any] = set()
    for element in root.iter():
        if element in in_cells:
            continue
        if element.tag in _HEADINGS:
            text = cleaner.clean(" ".join(element.itertext()))
            if text and element.tag != "caption":
                outline.add(_HEADINGS[element.tag], text)
            texts.append(text)
        elif element.tag == "p" and not any(True for _ in element.iterancestors("table")):
            texts.append(cleaner.clean(" ".join(element.itertext())))
        elif element.tag == "table":
            grid = _read_table(element, f"table {len(grids) + 1}", outline, cleaner)
            grids.append(grid)
            in_cells |= {*element.iter("table")} if not grid.skip_reason else set()
        elif element.tag == "dl":
            grids.append(_read_definitions(element, f"table {len(grids) + 1}", outline, cleaner))
    return ImportedFile(tuple(grids), tuple(cleaner.list_notes()), tuple(filter(None, texts)))


def _read_definitions(terms: Any, name: str, outline: Outline, cleaner: TextCleaner) -> Grid:
    """Return a list of definitions as a grid of two columns."""
    rows: list[GridRow] = []
    for element in terms.iter("dt", "dd"):
        cell = _read_cell(element, cleaner)
        if element.tag == "dt":
            rows.append(GridRow(len(rows) + 1, (cell, GridCell())))
        elif rows:
            term, before = rows[-1].cells
            rows[-1] = GridRow(len(rows), (term, GridCell((*before.paragraphs, *cell.paragraphs), link=cell.link)))
    return Grid(name, tuple(rows), outline.heading, section=outline.section)


def _is_layout(table: Any, cleaner: TextCleaner) -> bool:
    """Whether a table is only for layout: a table inside it is a tracker or form, or it is neither itself."""
    inner = [element for element in table.iter("table") if element is not table]
    return bool(inner) and (
        any(holds_tracker(_read_rows(element, "", Outline(), cleaner)) for element in inner)
        or not holds_tracker(_read_rows(table, "", Outline(), cleaner))
    )


def _read_table(table: Any, name: str, outline: Outline, cleaner: TextCleaner) -> Grid:
    if _is_layout(table, cleaner):
        return Grid(name, (), outline.heading, "a layout table, which holds other tables")
    return _read_rows(table, name, outline, cleaner)


def _list_rows(table: Any) -> list[Any]:
    """Return the rows of a table, without those of tables inside it, with the footer last."""
    rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
    return sorted(rows, key=lambda row: row.getparent().tag == "tfoot")


def _read_rows(table: Any, name: str, outline: Outline, cleaner: TextCleaner) -> Grid:
    caption = table.find("caption")
    heading = cleaner.clean(" ".join(caption.itertext())) if caption is not None else outline.heading
    section = outline.section if caption is None else outline.heading
    rows = []
    carried: dict[int, tuple[GridCell, int]] = {}
    for number, element in enumerate(_list_rows(table), 1):
        cells: list[GridCell] = []
        for source in element.iterchildren("td", "th"):
            _carry(cells, carried)
            cell = _read_cell(source, cleaner)
            repeat = GridCell(cell.paragraphs, is_repeat=True, is_truncated=cell.is_truncated)
            for column in range(len(cells), len(cells) + cell.colspan):
                if cell.rowspan > 1:
                    carried[column] = (repeat, cell.rowspan - 1)
            cells += [cell, *[repeat] * (cell.colspan - 1)]
        _carry(cells, carried)
        rows.append(GridRow(number, tuple(cells)))
    return Grid(name, tuple(rows), heading, section=section)


def _carry(cells: list[GridCell], carried: dict[int, tuple[GridCell, int]]) -> None:
    """Add the cells of the rows above that also cover this row."""
    while (column := len(cells)) in carried:
        cell, count = carried.pop(column)
        cells.append(cell)
        if count > 1:
            carried[column] = (cell, count - 1)


def _read_cell(element: Any, cleaner: TextCleaner) -> GridCell:
    paragraphs, is_truncated = [], False
    for marker, text in _list_lines(element):
        if text.casefold().strip(" .…>»") in _LINK_WORDS:
            is_truncated = True
        elif text:
            paragraph = cleaner.make_paragraph(text)
            paragraphs.append(CellParagraph(paragraph.text, marker) if marker else paragraph)
    is_bold = element.tag == "th" or (len(element) == 1 and element[0].tag in {"b", "strong"})
    return GridCell(
        tuple(paragraphs),
        colspan=_read_span(element.get("colspan")),
        rowspan=_read_span(element.get("rowspan")),
        is_bold=is_bold,
        is_truncated=is_truncated,
        link=next((link for anchor in element.iter("a") if (link := _read_link(anchor))), ""),
    )


def _read_link(anchor: Any) -> str:
    address: str = anchor.get("href") or ""
    return address if re.match(r"(?:https?|mailto):\S+$", address) else ""


def _read_span(value: str | None) -> int:
    return min(int(value), _MAX_SPAN) if value and value.strip().isdecimal() and int(value) > 0 else 1


def _list_lines(element: Any) -> Iterator[tuple[str, str]]:
    """Yield the lines of a cell with the marker of those that are entries of a list."""
    marker, line = "", ""
    for tag, entry_marker, text in _list_tokens(element):
        if tag in _BLOCKS or tag == "a":
            is_link_word = tag == "a" and text.casefold().strip(" .…>»") in _LINK_WORDS
            if tag in _BLOCKS or is_link_word:
                yield marker, " ".join(line.split())
                marker, line = entry_marker, ""
        line += text
    yield marker, " ".join(line.split())


def _list_tokens(element: Any, depth: int = 0) -> Iterator[tuple[str, str, str]]:
    """Yield the tags and texts of a cell in order: (tag, marker of a list's entry, text)."""
    yield "", "", element.text or "" if depth == 0 else ""
    for child in element:
        if isinstance(child.tag, str) and child.tag not in {"script", "style"} and depth < _MAX_DEPTH:
            marker = _make_marker(child) if child.tag == "li" else ""
            yield child.tag, marker, child.text or ""
            yield from _list_tokens(child, depth + 1)
            if child.tag in _BLOCKS or child.tag == "a":
                yield "br" if child.tag in _BLOCKS else "", "", ""
        if child.tag == "img":
            yield "", "", child.get("alt") or ""
        yield "", "", child.tail or ""


def _make_marker(entry: Any) -> str:
    parent = entry.getparent()
    if parent is None or parent.tag != "ol":
        return "-"
    start = parent.get("start") or "1"
    count = [*parent.iterchildren("li")].index(entry) + (int(start) if start.isdecimal() else 1)
    return f"{format_list_number(count, _LIST_TYPES.get(parent.get('type') or '1', 'decimal'))}."


_LIST_TYPES = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
