"""Papers as a workbook: what officers sort, filter and count. One table a sheet; the first sheet says what it is.

Written by XlsxWriter and packed anew: the same bytes on every system, and properties that hold nothing of the clock.
"""

from __future__ import annotations

import io

import xlsxwriter

from p2ptrack.formats.archive import build_properties, unzip_files, zip_files
from p2ptrack.formats.closed import format_status_mark
from p2ptrack.formats.excel.sheets import build_sheets
from p2ptrack.formats.excel.styles import CELL_STYLES, DEFAULT_FONT
from p2ptrack.formats.excel.worksheets import WorkbookContext, allow_row_growth, escape_edge_text, write_worksheet
from p2ptrack.formats.look import FormatOptions
from p2ptrack.records.words import Wording
from p2ptrack.reports.document import Document

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
