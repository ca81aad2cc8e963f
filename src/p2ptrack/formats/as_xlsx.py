"""Papers as a workbook: what officers sort, filter and count. One table a sheet; the first sheet says what it is.

Written by XlsxWriter and packed anew: the same bytes on every system, and properties that hold nothing of the clock.
"""

from __future__ import annotations

import io

import xlsxwriter

from p2ptrack.formats.archive import packed, properties, unpacked
from p2ptrack.formats.closed import standing
from p2ptrack.formats.excel.sheets import sheets
from p2ptrack.formats.excel.styles import FONT, LOOKS
from p2ptrack.formats.excel.worksheets import Surroundings, edge, fill, growing
from p2ptrack.formats.look import Look
from p2ptrack.records.words import Words
from p2ptrack.reports.document import Document

_WORKSHEETS = "xl/worksheets/"
_PAGE, _PAGES = "\x01", "\x02"


def write(document: Document, look: Look) -> bytes:
    """Return the paper as a workbook."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "default_format_properties": dict(FONT)}) as book:
        formats = {key: book.add_format(properties) for key, properties in LOOKS.items()}
        around = Surroundings(formats, _head(document, look.words), _foot(document, look.words))
        for sheet in sheets(document, look.words):
            fill(book.add_worksheet(sheet.name), sheet, around)
    files = unpacked(out.getvalue())
    worksheets = {name: growing(data) for name, data in files.items() if name.startswith(_WORKSHEETS)}
    return packed(files | worksheets | properties(document))


def _head(document: Document, words: Words) -> str:
    return f"&L{edge(document.title)}&R{edge(standing(document, words))}"


def _foot(document: Document, words: Words) -> str:
    page = edge(words("page_of", page=_PAGE, pages=_PAGES)).replace(_PAGE, "&P").replace(_PAGES, "&N")
    return f"&L{edge(' · '.join(document.heading))}&R{page}"
