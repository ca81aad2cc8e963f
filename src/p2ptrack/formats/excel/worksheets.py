"""Sheets as SpreadsheetML (ECMA-376, part 1, section 18.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from p2ptrack.formats.excel.sheets import Line, Sheet
from p2ptrack.formats.excel.styles import MAIN, style_of
from p2ptrack.formats.excel.values import Value
from p2ptrack.formats.xml_parts import node

_LETTERS = 26
_LIKE_A_SIGN = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""What Excel would read as a sign spelt by its number (ECMA-376, part 1, section 22.9.2.19)."""

_A4 = 9
_LINE, _TITLE, _HIGHEST = 14.5, 24.0, 409.0
_SIGNS, _LOST = 1.2, 3
"""Signs of Arial that a figure's width holds, and those that a line loses to a word that no longer fits."""
_MARGINS = {"left": 0.6, "right": 0.6, "top": 0.8, "bottom": 0.8, "header": 0.4, "footer": 0.4}


@dataclass(slots=True)
class Strings:
    """The texts of a workbook, each kept once. A text is never a formula: those have an element of their own."""

    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, text: str) -> int:
        """Return the number of a text."""
        return self.numbers.setdefault(text, len(self.numbers))

    def part(self) -> Element:
        """Return the part that holds them all."""
        plain = (_LIKE_A_SIGN.sub("_x005F_", text) for text in self.numbers)
        texts = (node("si", None, node("t", {"xml:space": "preserve"}, text)) for text in plain)
        return node("sst", {"xmlns": MAIN}, *texts)


@dataclass(frozen=True, slots=True)
class Edges:
    """What stands at the head and foot of printed pages, in Excel's own signs."""

    head: str
    foot: str


def place(row: int, column: int) -> str:
    """Return a cell's name, both counted from 1: `A1`, `AB12`."""
    letters = ""
    while column:
        column, letter = divmod(column - 1, _LETTERS)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row}"


def area(sheet: Sheet) -> str:
    """Return the cells that a sheet fills."""
    return f"A1:{place(len(sheet.rows), len(sheet.widths))}"


def worksheet(sheet: Sheet, strings: Strings, edges: Edges, *, first: bool) -> Element:
    """Return a sheet in the order of parts that the standard wants."""
    fit = node("sheetPr", None, node("pageSetUpPr", {"fitToPage": 1}))
    columns = (
        node("col", {"min": at, "max": at, "width": w, "customWidth": 1}) for at, w in enumerate(sheet.widths, 1)
    )
    rows = (_row(line, (at, sheet.widths), strings) for at, line in enumerate(sheet.rows, 1))
    links = list(_links(sheet))
    return node(
        "worksheet",
        {"xmlns": MAIN},
        fit,
        node("dimension", {"ref": area(sheet)}),
        node("sheetViews", None, _view(sheet, first=first)),
        node("sheetFormatPr", {"defaultRowHeight": 15}),
        node("cols", None, *columns),
        node("sheetData", None, *rows),
        node("autoFilter", {"ref": area(sheet)}) if sheet.table else None,
        node("hyperlinks", None, *links) if links else None,
        node("pageMargins", _MARGINS),
        node("pageSetup", {"paperSize": _A4, "orientation": "landscape", "fitToWidth": 1, "fitToHeight": 0}),
        node("headerFooter", None, node("oddHeader", None, edges.head), node("oddFooter", None, edges.foot)),
        node("ignoredErrors", None, node("ignoredError", {"sqref": area(sheet), "numberStoredAsText": 1})),
    )


def _view(sheet: Sheet, *, first: bool) -> Element:
    attributes = {"tabSelected": 1 if first else None, "workbookViewId": 0}
    if not sheet.table:
        return node("sheetView", attributes)
    pane = "bottomRight" if sheet.fixed else "bottomLeft"
    still = {"xSplit": sheet.fixed or None, "ySplit": 1, "topLeftCell": place(2, sheet.fixed + 1)}
    return node("sheetView", attributes, node("pane", {**still, "activePane": pane, "state": "frozen"}))


def _row(line: Line, where: tuple[int, Sequence[float]], strings: Strings) -> Element:
    row, widths = where
    cells = (_cell(value, place(row, column), strings) for column, value in enumerate(line, 1))
    return node("row", {"r": row, "ht": height(line, widths)}, *cells)


def height(line: Line, widths: Sequence[float]) -> float:
    """Return how high a row must be for its text, in points. Excel would find out; LibreOffice and previews do not."""
    if any(value.look == "title" for value in line):
        return _TITLE
    return min(
        _HIGHEST, _LINE * max((_lines(value, width) for value, width in zip(line, widths, strict=False)), default=1)
    )


def _lines(value: Value, width: float) -> int:
    """Return how many lines a cell's text takes where a column is that many figures wide, rather one too many."""
    if value.look == "line" or isinstance(value.content, int):
        return 1
    return sum(1 + int(len(text) / (width * _SIGNS - _LOST)) for text in value.content.split("\n"))


def _cell(value: Value, where: str, strings: Strings) -> Element | None:
    style = {"r": where, "s": style_of(value)}
    if isinstance(value.content, int):
        return node("c", style, node("v", None, str(value.content)))
    if not value.content:
        return node("c", style)
    return node("c", {**style, "t": "s"}, node("v", None, str(strings.number(value.content))))


def _links(sheet: Sheet) -> Iterator[Element]:
    for row, line in enumerate(sheet.rows, 1):
        for column, value in enumerate(line, 1):
            if value.sheet:
                yield node("hyperlink", {"ref": place(row, column), "location": f"{quoted(value.sheet)}!A1"})


def quoted(name: str) -> str:
    """Return a sheet's name as references write it."""
    return "'" + name.replace("'", "''") + "'"
