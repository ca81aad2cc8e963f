"""Sheets through XlsxWriter. Every text is written as text: the library is never left to guess what a record means."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from xlsxwriter.utility import xl_range

from p2ptrack.formats.excel.cut import beginning, units
from p2ptrack.formats.excel.sheets import Line, Sheet
from p2ptrack.formats.excel.values import Look, Value
from p2ptrack.formats.safe_text import printable

_A4 = 9
_MARGINS = {"left": 0.6, "right": 0.6, "top": 0.8, "bottom": 0.8}
_EDGE = {"margin": 0.4}
_MOST_AT_EDGE, _LONGEST_HEAD = 80, 255
_LINE, _TITLE, _HIGHEST = 14.25, 24.0, 409.0
_SIGNS, _LOST = 1.2, 3
"""Signs of Arial that a figure's width holds, and those that a line loses to a word that no longer fits."""

_FIXED_HEIGHT = re.compile(rb'(<row [^>]*) customHeight="1"')
_LIKE_A_PICTURE = re.compile(r"&&(?=G|\[Picture])")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the sheets of a workbook have in common: the looks of cells, the head and foot of printed pages."""

    formats: Mapping[tuple[Look, bool], Any]
    head: str
    foot: str


def edge(text: str) -> str:
    """Return words for a head or foot. `&` begins Excel's own signs there, so each of ours is doubled."""
    shorter = (_doubled(beginning(text, most)) for most in range(_MOST_AT_EDGE, -1, -1))
    return next(each for each in shorter if units(each) <= _MOST_AT_EDGE)


def _doubled(text: str) -> str:
    """Return the text as itself. XlsxWriter takes `&&G` for a picture: the colour, black as ever, parts the two."""
    return _LIKE_A_PICTURE.sub("&&&K000000", text.replace("&", "&&"))


def fill(made: Any, sheet: Sheet, around: Surroundings) -> None:
    """Write into a worksheet of XlsxWriter what a sheet says, and set how it is seen and printed."""
    for column, width in enumerate(sheet.widths):
        made.set_column(column, column, width)
    filled = xl_range(0, 0, len(sheet.rows) - 1, len(sheet.widths) - 1)
    made.ignore_errors({"number_stored_as_text": filled})
    if sheet.table:
        made.freeze_panes(1, sheet.fixed)
        made.repeat_rows(0)
        _mark_up(made, sheet, filled)
    for row, line in enumerate(sheet.rows):
        made.set_row(row, height(line, sheet.widths))
        for column, value in enumerate(line):
            _put(made, (row, column), value, around.formats[value.look, value.starred])
    _set_up_pages(made, around)


def _mark_up(made: Any, sheet: Sheet, filled: str) -> None:
    """Mark the cells up as a table: screen readers tell its title and heads, and sorting keeps to it.

    Excel wants each head plain, filled and unlike the others; else the cells can be filtered all the same.
    """
    heads = [str(value.content) for value in sheet.rows[0]]
    if all(map(_takes, heads)) and len({*map(str.casefold, heads)}) == len(heads):
        named = [{"header": head} for head in heads]
        made.add_table(filled, {"style": None, "title": printable(sheet.title), "columns": named})
    else:
        made.autofilter(filled)


def _takes(head: str) -> bool:
    return 0 < units(head) <= _LONGEST_HEAD and head.isprintable() and "_x" not in head


def _put(made: Any, at: tuple[int, int], value: Value, look: Any) -> None:
    if value.sheet:
        made.write_url(*at, f"internal:{quoted(value.sheet)}!A1", look, value.content)
    elif isinstance(value.content, date):
        made.write_datetime(*at, value.content, look)
    elif isinstance(value.content, int):
        made.write_number(*at, value.content, look)
    elif value.content:
        made.write_string(*at, value.content, look)
    else:
        made.write_blank(*at, None, look)


def height(line: Line, widths: Sequence[float]) -> float:
    """Return how high a row must be for its text, in points. Excel would find out; LibreOffice and previews do not."""
    if any(value.look == "title" for value in line):
        return _TITLE
    lines = (_lines(value, width) for value, width in zip(line, widths, strict=False))
    return min(_HIGHEST, _LINE * max(lines, default=1))


def _lines(value: Value, width: float) -> int:
    """Return how many lines a cell's text takes where a column is that many figures wide, rather one too many."""
    if value.look == "line" or not isinstance(value.content, str):
        return 1
    return sum(1 + int(len(text) / (width * _SIGNS - _LOST)) for text in value.content.split("\n"))


def growing(worksheet: bytes) -> bytes:
    """Return a worksheet's XML whose rows still fit themselves to their text when it is edited or sorted.

    XlsxWriter has no way to give a height but as one that somebody has fixed.
    """
    return _FIXED_HEIGHT.sub(rb"\1", worksheet)


def quoted(name: str) -> str:
    """Return a sheet's name as references write it."""
    return "'" + name.replace("'", "''") + "'"


def _set_up_pages(made: Any, around: Surroundings) -> None:
    made.set_landscape()
    made.set_paper(_A4)
    made.set_margins(**_MARGINS)
    made.fit_to_pages(1, 0)
    made.set_header(around.head, _EDGE)
    made.set_footer(around.foot, _EDGE)
