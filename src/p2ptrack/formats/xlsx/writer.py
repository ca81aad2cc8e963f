"""Papers as a workbook: what officers sort, filter and count. One table a sheet; the first sheet says what it is.

Written by XlsxWriter and packed anew: the same bytes on every system, and properties that hold nothing of the clock.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_range

from p2ptrack.formats.html.markdown import strip_unprintable
from p2ptrack.formats.office.package import build_properties, format_status_mark, unzip_files, zip_files
from p2ptrack.formats.plain import FormatOptions
from p2ptrack.formats.xlsx.sheets import (
    CellStyle,
    CellValue,
    SheetRow,
    WorkbookSheet,
    build_sheets,
    count_units,
    truncate_text,
)
from p2ptrack.model.wording import Wording
from p2ptrack.reports.document import Document

# How the cells of a workbook look: one row of `CELL_STYLES` for each sort of cell, in the words of XlsxWriter.


DEFAULT_FONT: Mapping[str, object] = MappingProxyType({"font_name": "Arial", "font_size": 11, "font_scheme": "none"})

_NAVY_COLOUR, _TINT_COLOUR, _LINK_COLOUR, _LINE_COLOUR = "#17365D", "#EEF2F7", "#0B4F9E", "#A6B2C2"
_DATE_FORMAT, _NUMBER_FORMAT = "[$-809]d mmmm yyyy", "General"
_STAR_FORMAT = '"*"'
_CELL_STYLE = {"valign": "top", "text_wrap": True}
_QUOTED_STYLE = {**_CELL_STYLE, "quote_prefix": True}  # stays text when somebody edits it
_OVERFLOW_STYLE = {"valign": "top", "text_wrap": False}  # over the empty cells beside it

CELL_STYLES: Mapping[tuple[CellStyle, bool], Mapping[str, object]] = {
    ("text", False): _CELL_STYLE,
    ("guarded", False): _QUOTED_STYLE,
    ("number", False): _CELL_STYLE,
    ("number", True): {**_CELL_STYLE, "num_format": _NUMBER_FORMAT + _STAR_FORMAT},
    ("day", False): {**_CELL_STYLE, "align": "left", "num_format": _DATE_FORMAT},
    ("day", True): {**_CELL_STYLE, "align": "left", "num_format": _DATE_FORMAT + _STAR_FORMAT},
    ("head", False): {**_CELL_STYLE, "bold": True, "bg_color": _TINT_COLOUR, "bottom": 1, "bottom_color": _LINE_COLOUR},
    ("title", False): {
        **_OVERFLOW_STYLE,
        "bold": True,
        "font_size": 16,
        "font_color": _NAVY_COLOUR,
        "quote_prefix": True,
    },
    ("line", False): {**_OVERFLOW_STYLE, "quote_prefix": True},
    ("strong", False): {**_OVERFLOW_STYLE, "bold": True},
    ("link", False): {**_CELL_STYLE, "underline": 1, "font_color": _LINK_COLOUR},
}


# Sheets through XlsxWriter. Every text is written as text: the library is never left to guess what a record means.


_A4_PAPER = 9
_MARGINS = {"left": 0.6, "right": 0.6, "top": 0.8, "bottom": 0.8}
_EDGE_OPTIONS = {"margin": 0.4}
_MAX_EDGE_UNITS, _MAX_COLUMN_TITLE_UNITS = 80, 255
_LINE_HEIGHT, _TITLE_HEIGHT, _MAX_ROW_HEIGHT = 14.25, 24.0, 409.0
_CHARACTERS_PER_DIGIT, _WRAP_LOSS = 1.2, 3
"""Signs of Arial that a figure's width holds, and those that a line loses to a word that no longer fits."""

_FIXED_HEIGHT = re.compile(rb'(<row [^>]*) customHeight="1"')
_PICTURE_CODE = re.compile(r"&&(?=G|\[Picture])")


@dataclass(frozen=True, slots=True)
class WorkbookContext:
    """What the sheets of a workbook have in common: the looks of cells, the head and foot of printed pages."""

    formats: Mapping[tuple[CellStyle, bool], Any]
    header: str
    footer: str


def escape_edge_text(text: str) -> str:
    """Return words for a head or foot. `&` begins Excel's own signs there, so each of ours is doubled."""
    candidates = (_escape_ampersands(truncate_text(text, length)) for length in range(_MAX_EDGE_UNITS, -1, -1))
    return next(candidate for candidate in candidates if count_units(candidate) <= _MAX_EDGE_UNITS)


def _escape_ampersands(text: str) -> str:
    """Return the text as itself. XlsxWriter takes `&&G` for a picture: the colour, black as ever, parts the two."""
    return _PICTURE_CODE.sub("&&&K000000", text.replace("&", "&&"))


def write_worksheet(worksheet: Any, sheet: WorkbookSheet, context: WorkbookContext) -> None:
    """Write into a worksheet of XlsxWriter what a sheet says, and set how it is seen and printed."""
    for column, width in enumerate(sheet.widths):
        worksheet.set_column(column, column, width)
    cell_range = xl_range(0, 0, len(sheet.rows) - 1, len(sheet.widths) - 1)
    worksheet.ignore_errors({"number_stored_as_text": cell_range})
    if sheet.is_table:
        worksheet.freeze_panes(1, sheet.frozen_columns)
        worksheet.repeat_rows(0)
        _add_table(worksheet, sheet, cell_range)
    for row, line in enumerate(sheet.rows):
        worksheet.set_row(row, estimate_row_height(line, sheet.widths))
        for column, value in enumerate(line):
            _write_cell(worksheet, (row, column), value, context.formats[value.style, value.starred])
    _set_up_pages(worksheet, context)


def _add_table(worksheet: Any, sheet: WorkbookSheet, cell_range: str) -> None:
    """Mark the cells up as a table: screen readers tell its title and heads, and sorting keeps to it.

    Excel wants each head plain, filled and unlike the others; else the cells can be filtered all the same.
    """
    titles = [str(value.content) for value in sheet.rows[0]]
    if all(map(_is_valid_column_title, titles)) and len({*map(str.casefold, titles)}) == len(titles):
        columns = [{"header": title} for title in titles]
        worksheet.add_table(cell_range, {"style": None, "title": strip_unprintable(sheet.title), "columns": columns})
    else:
        worksheet.autofilter(cell_range)


def _is_valid_column_title(title: str) -> bool:
    return 0 < count_units(title) <= _MAX_COLUMN_TITLE_UNITS and title.isprintable() and "_x" not in title


def _write_cell(worksheet: Any, position: tuple[int, int], value: CellValue, cell_format: Any) -> None:
    if value.sheet:
        worksheet.write_url(*position, f"internal:{quote_sheet_name(value.sheet)}!A1", cell_format, value.content)
    elif isinstance(value.content, date):
        worksheet.write_datetime(*position, value.content, cell_format)
    elif isinstance(value.content, int):
        worksheet.write_number(*position, value.content, cell_format)
    elif value.content:
        worksheet.write_string(*position, value.content, cell_format)
    else:
        worksheet.write_blank(*position, None, cell_format)


def estimate_row_height(line: SheetRow, widths: Sequence[float]) -> float:
    """Return how high a row must be for its text, in points. Excel would find out; LibreOffice and previews do not."""
    if any(value.style == "title" for value in line):
        return _TITLE_HEIGHT
    lines = (_count_lines(value, width) for value, width in zip(line, widths, strict=False))
    return min(_MAX_ROW_HEIGHT, _LINE_HEIGHT * max(lines, default=1))


def _count_lines(value: CellValue, width: float) -> int:
    """Return how many lines a cell's text takes where a column is that many figures wide, rather one too many."""
    if value.style == "line" or not isinstance(value.content, str):
        return 1
    return sum(1 + int(len(text) / (width * _CHARACTERS_PER_DIGIT - _WRAP_LOSS)) for text in value.content.split("\n"))


def allow_row_growth(worksheet: bytes) -> bytes:
    """Return a worksheet's XML whose rows still fit themselves to their text when it is edited or sorted.

    XlsxWriter has no way to give a height but as one that somebody has fixed.
    """
    return _FIXED_HEIGHT.sub(rb"\1", worksheet)


def quote_sheet_name(name: str) -> str:
    """Return a sheet's name as references write it."""
    return "'" + name.replace("'", "''") + "'"


def _set_up_pages(worksheet: Any, context: WorkbookContext) -> None:
    worksheet.set_landscape()
    worksheet.set_paper(_A4_PAPER)
    worksheet.set_margins(**_MARGINS)
    worksheet.fit_to_pages(1, 0)
    worksheet.set_header(context.header, _EDGE_OPTIONS)
    worksheet.set_footer(context.footer, _EDGE_OPTIONS)


_WORKSHEET_FOLDER = "xl/worksheets/"
_PAGE_MARK, _PAGE_COUNT_MARK = "\x01", "\x02"


def write(document: Document, options: FormatOptions) -> bytes:
    """Return the paper as a workbook."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "default_format_properties": dict(DEFAULT_FONT)}) as workbook:
        cell_formats = {key: workbook.add_format(cell_style) for key, cell_style in CELL_STYLES.items()}
        context = WorkbookContext(
            cell_formats, _format_header(document, options.wording), _format_footer(document, options.wording)
        )
        for sheet in build_sheets(document, options.wording):
            write_worksheet(workbook.add_worksheet(sheet.name), sheet, context)
    files = unzip_files(out.getvalue())
    worksheets = {name: allow_row_growth(data) for name, data in files.items() if name.startswith(_WORKSHEET_FOLDER)}
    return zip_files(files | worksheets | build_properties(document))


def _format_header(document: Document, wording: Wording) -> str:
    return f"&L{escape_edge_text(document.title)}&R{escape_edge_text(format_status_mark(document, wording))}"


def _format_footer(document: Document, wording: Wording) -> str:
    page_counter = (
        escape_edge_text(wording("page_of", page=_PAGE_MARK, pages=_PAGE_COUNT_MARK))
        .replace(_PAGE_MARK, "&P")
        .replace(_PAGE_COUNT_MARK, "&N")
    )
    return f"&L{escape_edge_text(' · '.join(document.heading))}&R{page_counter}"
