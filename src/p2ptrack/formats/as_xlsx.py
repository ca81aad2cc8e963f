"""Papers as a workbook: what officers sort, filter and count. One table a sheet; the first sheet says what it is.

Written without a library for Excel: the file holds nothing of the clock, and text of a record is
kept in the table of texts, where nothing is ever a formula.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element

from p2ptrack.formats.archive import Part, Relation, package
from p2ptrack.formats.closed import standing
from p2ptrack.formats.excel.sheets import Sheet, sheets
from p2ptrack.formats.excel.styles import MAIN, style_sheet
from p2ptrack.formats.excel.worksheets import Edges, Strings, area, quoted, worksheet
from p2ptrack.formats.look import Look
from p2ptrack.formats.xml_parts import OFFICE, as_bytes, node
from p2ptrack.records.words import Words
from p2ptrack.reports.document import Document

_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PAGE, _PAGES = "\x01", "\x02"
_MOST_AT_EDGE = 80


def write(document: Document, look: Look) -> bytes:
    """Return the paper as a workbook."""
    found = sheets(document, look.words)
    strings = Strings()
    edges = _edges(document, look.words)
    written = [worksheet(sheet, strings, edges, first=at == 0) for at, sheet in enumerate(found)]
    names = [f"sheet{at}" for at, _ in enumerate(found, 1)]
    parts = [
        *(_part("worksheet", f"worksheets/{name}", root) for name, root in zip(names, written, strict=True)),
        _part("sharedStrings", "sharedStrings", strings.part()),
        _part("styles", "styles", style_sheet()),
    ]
    relations = (
        *(Relation(name, "worksheet", f"worksheets/{name}.xml") for name in names),
        *(Relation(name, name, f"{name}.xml") for name in ("sharedStrings", "styles")),
    )
    return package(document, _part("sheet.main", "workbook", _workbook(found), relations), parts)


def _part(kind: str, name: str, root: Element, relations: tuple[Relation, ...] = ()) -> Part:
    return Part(f"xl/{name}.xml", f"{_KIND}.{kind}+xml", as_bytes(root), relations)


def _workbook(found: Iterable[Sheet]) -> Element:
    named = list(enumerate(found, 1))
    members = (node("sheet", {"name": sheet.name, "sheetId": at, "r:id": f"sheet{at}"}) for at, sheet in named)
    tables = [(at - 1, sheet) for at, sheet in named if sheet.table]
    heads = (_defined("_xlnm.Print_Titles", at, f"{quoted(sheet.name)}!$1:$1") for at, sheet in tables)
    filters = (_defined("_xlnm._FilterDatabase", at, _fixed(sheet), hidden=1) for at, sheet in tables)
    return node(
        "workbook",
        {"xmlns": MAIN, "xmlns:r": OFFICE},
        node("bookViews", None, node("workbookView")),
        node("sheets", None, *members),
        node("definedNames", None, *filters, *heads) if tables else None,
    )


def _defined(name: str, sheet: int, where: str, hidden: int | None = None) -> Element:
    return node("definedName", {"name": name, "localSheetId": sheet, "hidden": hidden}, where)


def _fixed(sheet: Sheet) -> str:
    """Return the filtered cells as a reference that does not move."""
    last = area(sheet).partition(":")[2]
    letters = last.rstrip("0123456789")
    return f"{quoted(sheet.name)}!$A$1:${letters}${last[len(letters) :]}"


def _edges(document: Document, words: Words) -> Edges:
    """Return the head and foot of printed pages. `&` begins Excel's own signs there, so each of ours is doubled."""
    page = _plain(words("page_of", page=_PAGE, pages=_PAGES))
    page = page.replace(_PAGE, "&P").replace(_PAGES, "&N")
    left = _plain(" · ".join(document.heading))
    return Edges(f"&L{_plain(document.title)}&R{_plain(standing(document, words))}", f"&L{left}&R{page}")


def _plain(text: str) -> str:
    return text[:_MOST_AT_EDGE].replace("&", "&&")
