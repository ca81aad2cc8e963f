"""Read the tables of a web page. Nothing that it links to is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from p2ptrack.imports.csv_reader import decode_text
from p2ptrack.imports.grid import CellParagraph, Grid, GridCell, GridRow, ImportedFile, TextCleaner

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([\w-]{1,40})", re.IGNORECASE)
_BLOCKS = frozenset({"p", "div", "li", "ul", "ol", "br", "h1", "h2", "h3", "h4", "h5", "h6", "table", "tr"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "caption"})
_LINK_WORDS = frozenset({"read more", "more", "show more", "see more", "continue reading"})
_MAX_SPAN = 1000
_MAX_DEPTH = 100


def read_html(data: bytes, name: str) -> ImportedFile:
    """Return the tables of a page. Its encoding is that of its mark, its `<meta>`, UTF-8 or windows-1252."""
    del name
    import lxml.html

    match = _CHARSET.search(data[:4096])
    text = decode_text(data, match[1].decode("ascii") if match else "").replace("\x00", "")
    parser = lxml.html.HTMLParser(huge_tree=False, no_network=True, remove_comments=True, remove_pis=True)
    root = lxml.html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*>", "", text) or "<p></p>", parser=parser)
    cleaner = TextCleaner()
    grids: list[Grid] = []
    heading = ""
    for element in root.iter():
        if element.tag in _HEADINGS:
            heading = cleaner.clean(" ".join(element.itertext()))
        elif element.tag == "table":
            grids.append(_read_table(element, f"table {len(grids) + 1}", heading, cleaner))
    return ImportedFile(tuple(grids), tuple(cleaner.list_notes()))


def _read_table(table: Any, name: str, heading: str, cleaner: TextCleaner) -> Grid:
    if any(element is not table for element in table.iter("table")):
        return Grid(name, (), heading, "a layout table, which holds other tables")
    caption = table.find("caption")
    heading = cleaner.clean(" ".join(caption.itertext())) if caption is not None else heading
    rows = []
    carried: dict[int, tuple[GridCell, int]] = {}
    for number, element in enumerate(table.iter("tr"), 1):
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
    return Grid(name, tuple(rows), heading)


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
    )


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
        yield "", "", child.tail or ""


def _make_marker(entry: Any) -> str:
    parent = entry.getparent()
    if parent is None or parent.tag != "ol":
        return "-"
    return f"{[*parent.iterchildren('li')].index(entry) + 1}."
