"""Papers as workbooks, for officers who sort, filter and count: one table a sheet, after a sheet about the paper.

XlsxWriter writes them, and they are zipped again for the same bytes on every system and without the clock's time. Every
text is written as text, so that the library never guesses what a record means.
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
from p2ptrack.formats.xlsx import sheets
from p2ptrack.formats.xlsx.sheets import CellStyle, CellValue, SheetRow, WorkbookSheet, count_units
from p2ptrack.model.wording import Wording
from p2ptrack.reports.document import Document

DEFAULT_FONT: Mapping[str, object] = MappingProxyType({"font_name": "Arial", "font_size": 11, "font_scheme": "none"})

_NAVY_COLOUR, _TINT_COLOUR, _LINK_COLOUR, _LINE_COLOUR = "#17365D", "#EEF2F7", "#0B4F9E", "#A6B2C2"
_CELL_STYLE = {"valign": "top", "text_wrap": True}
_DAY_STYLE = {**_CELL_STYLE, "align": "left", "num_format": "[$-809]d mmmm yyyy"}
_HEAD_STYLE = {"bold": True, "bg_color": _TINT_COLOUR, "bottom": 1, "bottom_color": _LINE_COLOUR}
_GUARD = {"quote_prefix": True}  # a cell stays text when somebody edits it
_OVERFLOW_STYLE = {"valign": "top", "text_wrap": False}  # text continues over the empty cells beside it
_STAR_FORMAT = '"*"'

CELL_STYLES: Mapping[tuple[CellStyle, bool], Mapping[str, object]] = {
    ("text", False): _CELL_STYLE,
    ("guarded", False): {**_CELL_STYLE, **_GUARD},
    ("number", False): _CELL_STYLE,
    ("number", True): {**_CELL_STYLE, "num_format": f"General{_STAR_FORMAT}"},
    ("day", False): _DAY_STYLE,
    ("day", True): {**_DAY_STYLE, "num_format": f"{_DAY_STYLE['num_format']}{_STAR_FORMAT}"},
    ("head", False): {**_CELL_STYLE, **_HEAD_STYLE},
    ("title", False): {**_OVERFLOW_STYLE, "bold": True, "font_size": 16, "font_color": _NAVY_COLOUR, **_GUARD},
    ("line", False): {**_OVERFLOW_STYLE, **_GUARD},
    ("strong", False): {**_OVERFLOW_STYLE, "bold": True},
    ("link", False): {**_CELL_STYLE, "underline": 1, "font_color": _LINK_COLOUR},
}
"""XlsxWriter's format of each kind of cell, without and with the star of an inferred value."""

_WORKSHEET_FOLDER = "xl/worksheets/"
_PAGE_MARK, _PAGE_COUNT_MARK = "\x01", "\x02"
_A4_PAPER = 9
_MARGINS = {"left": 0.6, "right": 0.6, "top": 0.8, "bottom": 0.8}
_EDGE_OPTIONS = {"margin": 0.4}
_MAX_EDGE_UNITS, _MAX_COLUMN_TITLE_UNITS = 80, 255
_LINE_HEIGHT, _TITLE_HEIGHT, _MAX_ROW_HEIGHT = 14.25, 24.0, 409.0
_CHARACTERS_PER_DIGIT = 1.2  # of Arial, in the width of a figure
_WRAP_LOSS = 3  # characters that a line loses to a word that no longer fits
_FIXED_HEIGHT = re.compile(rb'(<row [^>]*) customHeight="1"')
_PICTURE_CODE = re.compile(r"&&(?=G|\[Picture])")


@dataclass(frozen=True, slots=True)
class WorkbookContext:
    """What the sheets of a workbook share: cell formats, and the header and footer of printed pages."""

    formats: Mapping[tuple[CellStyle, bool], Any]
    header: str
    footer: str


def write(document: Document, options: FormatOptions) -> bytes:
    """Return the paper as a workbook."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "default_format_properties": dict(DEFAULT_FONT)}) as workbook:
        cell_formats = {key: workbook.add_format(cell_style) for key, cell_style in CELL_STYLES.items()}
        context = WorkbookContext(cell_formats, *_format_edges(document, options.wording))
        for sheet in sheets.build_sheets(document, options.wording):
            _write_worksheet(workbook.add_worksheet(sheet.name), sheet, context)
    files = unzip_files(out.getvalue())
    for name, data in files.items():
        # XlsxWriter fixes every height that it writes. Without this mark, rows still adapt to their text.
        if name.startswith(_WORKSHEET_FOLDER):
            files[name] = _FIXED_HEIGHT.sub(rb"\1", data)
    return zip_files(files | build_properties(document))


def _format_edges(document: Document, wording: Wording) -> tuple[str, str]:
    """Return the header and footer in Excel's codes."""
    page_counter = escape_edge_text(wording("page_of", page=_PAGE_MARK, pages=_PAGE_COUNT_MARK))
    page_counter = page_counter.replace(_PAGE_MARK, "&P").replace(_PAGE_COUNT_MARK, "&N")
    header = f"&L{escape_edge_text(document.title)}&R{escape_edge_text(format_status_mark(document, wording))}"
    return header, f"&L{escape_edge_text(' · '.join(document.heading))}&R{page_counter}"


def escape_edge_text(text: str) -> str:
    """Return as much of a text as a header or footer may hold, with `&` doubled because it begins Excel's codes.

    XlsxWriter reads `&&G` as a picture, so a colour code, black as always, separates the two.
    """
    limit = _MAX_EDGE_UNITS
    while True:
        escaped = _PICTURE_CODE.sub("&&&K000000", sheets.truncate_text(text, limit).replace("&", "&&"))
        if count_units(escaped) <= _MAX_EDGE_UNITS:
            return escaped
        limit -= 1


def _write_worksheet(worksheet: Any, sheet: WorkbookSheet, context: WorkbookContext) -> None:
    for column, width in enumerate(sheet.widths):
        worksheet.set_column(column, column, width)
    cell_range = xl_range(0, 0, len(sheet.rows) - 1, len(sheet.widths) - 1)
    worksheet.ignore_errors({"number_stored_as_text": cell_range})
    if sheet.is_table:
        worksheet.freeze_panes(1, sheet.frozen_columns)
        worksheet.repeat_rows(0)
        _add_table(worksheet, sheet, cell_range)
    for row, values in enumerate(sheet.rows):
        worksheet.set_row(row, estimate_row_height(values, sheet.widths))
        for column, value in enumerate(values):
            _write_cell(worksheet, row, column, value, context.formats[value.style, value.starred])
    worksheet.set_landscape()
    worksheet.set_paper(_A4_PAPER)
    worksheet.set_margins(**_MARGINS)
    worksheet.fit_to_pages(1, 0)
    worksheet.set_header(context.header, _EDGE_OPTIONS)
    worksheet.set_footer(context.footer, _EDGE_OPTIONS)


def _add_table(worksheet: Any, sheet: WorkbookSheet, cell_range: str) -> None:
    """Mark the cells up as a table, so that screen readers announce titles and sorting keeps rows together.

    Excel requires titles that are plain, not empty and unique. Otherwise the cells only get filters.
    """
    titles = [str(value.content) for value in sheet.rows[0]]
    if all(map(_is_valid_column_title, titles)) and len({*map(str.casefold, titles)}) == len(titles):
        columns = [{"header": title} for title in titles]
        worksheet.add_table(cell_range, {"style": None, "title": strip_unprintable(sheet.title), "columns": columns})
    else:
        worksheet.autofilter(cell_range)


def _is_valid_column_title(title: str) -> bool:
    return 0 < count_units(title) <= _MAX_COLUMN_TITLE_UNITS and title.isprintable() and "_x" not in title


def _write_cell(worksheet: Any, row: int, column: int, value: CellValue, cell_format: Any) -> None:
    if value.sheet:
        quoted_name = value.sheet.replace("'", "''")
        worksheet.write_url(row, column, f"internal:'{quoted_name}'!A1", cell_format, value.content)
    elif isinstance(value.content, date):
        worksheet.write_datetime(row, column, value.content, cell_format)
    elif isinstance(value.content, int):
        worksheet.write_number(row, column, value.content, cell_format)
    elif value.content:
        worksheet.write_string(row, column, value.content, cell_format)
    else:
        worksheet.write_blank(row, column, None, cell_format)


def estimate_row_height(values: SheetRow, widths: Sequence[float]) -> float:
    """Return the height of a row in points. Excel would calculate it; LibreOffice and previews do not."""
    if any(value.style == "title" for value in values):
        return _TITLE_HEIGHT
    line_counts = (_count_lines(value, width) for value, width in zip(values, widths, strict=False))
    return min(_MAX_ROW_HEIGHT, _LINE_HEIGHT * max(line_counts, default=1))


def _count_lines(value: CellValue, width: float) -> int:
    """Return how many lines a cell needs in a column `width` figures wide, rather one too many than one too few."""
    if value.style == "line" or not isinstance(value.content, str):
        return 1
    return sum(1 + int(len(text) / (width * _CHARACTERS_PER_DIGIT - _WRAP_LOSS)) for text in value.content.split("\n"))
