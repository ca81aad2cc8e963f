"""Read a workbook that p2ptrack wrote and somebody filled in. Only its texts are read, and all are validated."""

from __future__ import annotations

import importlib.util
import json
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from p2ptrack.errors import OperationError
from p2ptrack.formats.own_workbook import ANSWER_HEADINGS, BASE_SHEET, BASE_VERSION, digest_text, make_cell_text
from p2ptrack.imports.files import DAMAGE, INSTALL_ADVICE, check_package
from p2ptrack.imports.grid import Grid
from p2ptrack.imports.xlsx_reader import format_shown
from p2ptrack.model.dates import format_long_date
from p2ptrack.phrases import quote

_MARK = re.compile(rb"<(?:\w+:)?sheet\b[^>]*\bname=[\"']" + BASE_SHEET.encode() + rb"[\"']")
_MAX_WORKBOOK_PART = 1024 * 1024
_MAX_CELLS = 3_000_000
_MAX_HEADER_ROW = 20


@dataclass(frozen=True, slots=True)
class OwnCell:
    """The text of a cell and its place, such as B3. `fault` is the reason if it cannot be read, `iso` the day in it."""

    text: str
    place: str
    fault: str = ""
    iso: str = ""

    def matches(self, digest: str) -> bool:
        """Whether the cell still has a text with this fingerprint."""
        return (
            digest in {digest_text(self.text), digest_text(self.iso)} if self.iso else digest == digest_text(self.text)
        )


@dataclass(frozen=True, slots=True)
class OwnRow:
    """A row: its number and its cells by their headings."""

    number: int
    cells: Mapping[str, OwnCell]

    def text(self, heading: str) -> str:
        """Return the text of a cell without blanks around it."""
        cell = self.cells.get(heading)
        return cell.text.strip() if cell else ""


@dataclass(frozen=True, slots=True)
class OwnSheet:
    """A worksheet: its rows below the headings, the headings that were added and those that are gone.

    `base` has the fingerprints of the cells as they were written, by the row's key and the heading.
    """

    name: str
    rows: tuple[OwnRow, ...]
    base: Mapping[str, Mapping[str, str]]
    added: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnWorkbook:
    """A workbook of p2ptrack: its identity, its worksheets by name, and the day on which it was saved."""

    head: Mapping[str, Any]
    sheets: Mapping[str, OwnSheet]
    missing_sheets: tuple[str, ...] = ()
    saved_on: date | None = field(default=None)

    @property
    def purpose(self) -> str:
        """Return what the workbook is for."""
        return str(self.head.get("purpose"))


def is_own_workbook(data: bytes) -> bool:
    """Whether the bytes of a file are a workbook that p2ptrack wrote."""
    if not data.startswith(b"PK"):
        return False
    try:
        with ZipFile(BytesIO(data)) as package, package.open("xl/workbook.xml") as stream:
            return _MARK.search(stream.read(_MAX_WORKBOOK_PART)) is not None
    except DAMAGE:
        return False


def is_own_table(grid: Grid) -> bool:
    """Whether a table has the headings of an export or of a request for updates, with none of their other parts."""
    row = next((row for row in grid.rows if not row.is_empty), None)
    names = {cell.line for cell in row.cells} if row else set()
    return any(names >= headings for headings in _OWN_HEADINGS)


_OWN_HEADINGS = (
    frozenset({"kind", "id", "title", "source_id", "origin_text"}),
    frozenset({"record", "number"}),
    frozenset(ANSWER_HEADINGS),
)


def read_own_workbook(data: bytes, name: str) -> OwnWorkbook:
    """Return a workbook that p2ptrack wrote. Raises `OperationError` for a damaged one, and for one of a later version.

    The limits of every import apply.
    """
    if importlib.util.find_spec("openpyxl") is None:
        raise OperationError(f"{name} is an Excel workbook. {INSTALL_ADVICE}")
    try:
        with ZipFile(BytesIO(data)) as package:
            check_package(package, name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about parts of a workbook that are not read, such as drawings
            return _read_workbook(data, name)
    except DAMAGE as error:
        raise OperationError(f"{name} is damaged: it cannot be read as an Excel workbook.") from error


def _read_workbook(data: bytes, name: str) -> OwnWorkbook:
    import openpyxl

    workbook = openpyxl.load_workbook(BytesIO(data), read_only=True, keep_links=False)
    counter = _CellCounter(name)
    head, base = _read_base(workbook, name, counter)
    columns = head["columns"]
    sheets = {
        title: _read_sheet(workbook[title], headings, base.get(title, {}), counter)
        for title, headings in columns.items()
        if title in workbook.sheetnames
    }
    missing = tuple(title for title in columns if title not in workbook.sheetnames)
    modified = workbook.properties.modified
    return OwnWorkbook(head, sheets, missing, modified.date() if modified else None)


@dataclass(slots=True)
class _CellCounter:
    """Counts the cells that are read, and refuses more than any register needs."""

    name: str
    count: int = 0

    def iter_rows(self, worksheet: Any) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a worksheet."""
        worksheet.reset_dimensions()
        for row in worksheet.iter_rows():
            self.count += len(row) + 1
            if self.count > _MAX_CELLS:
                raise OperationError(f"{self.name} is not read: it has more than {_MAX_CELLS:,} cells.")
            yield row


def _read_base(
    workbook: Any, name: str, counter: _CellCounter
) -> tuple[Mapping[str, Any], dict[str, dict[str, dict[str, str]]]]:
    """Return the identity of the workbook, and the fingerprints by worksheet, key of the row and heading."""
    rows = counter.iter_rows(workbook[BASE_SHEET])
    try:
        head = json.loads("".join(str(cell.value) for cell in next(rows, ()) if cell.value is not None))
        is_known = head["p2ptrack"] == BASE_VERSION
        columns = {str(title): [str(heading) for heading in headings] for title, headings in head["columns"].items()}
        head = {**head, "columns": columns}
    except (*DAMAGE, StopIteration) as error:
        raise OperationError(
            f"The hidden worksheet {BASE_SHEET} of {name} was changed, so p2ptrack cannot tell what was edited. "
            "Export the workbook again and copy your changes into it."
        ) from error
    if not is_known:
        raise OperationError(f"{name} was written by a later version of p2ptrack. Install that version.")
    base: dict[str, dict[str, dict[str, str]]] = {}
    for row in rows:
        title, key, digests = ([*(str(cell.value or "") for cell in row), "", "", ""])[:3]
        base.setdefault(title, {})[key] = dict(zip(columns.get(title, ()), digests.split(), strict=False))
    return head, base


def _read_sheet(
    worksheet: Any, headings: list[str], base: Mapping[str, Mapping[str, str]], counter: _CellCounter
) -> OwnSheet:
    places: dict[int, str] = {}
    added: list[str] = []
    rows = []
    for number, row in enumerate(counter.iter_rows(worksheet), 1):
        if not places:
            places, added = _find_headings(row, headings) if number <= _MAX_HEADER_ROW else ({}, [])
            continue
        cells = {
            places[index]: _read_cell(cell)
            for index, cell in enumerate(row)
            if index in places and cell.value is not None
        }
        if any(cell.text.strip() or cell.fault for cell in cells.values()):
            rows.append(OwnRow(number, cells))
    gone = tuple(heading for heading in headings if heading not in places.values())
    return OwnSheet(worksheet.title, tuple(rows), base, tuple(added), gone)


def _find_headings(row: tuple[Any, ...], headings: list[str]) -> tuple[dict[int, str], list[str]]:
    """Return the heading of each column and the unknown ones, if most cells of a row are headings."""
    texts = [str(cell.value).strip() if cell.value is not None else "" for cell in row]
    places: dict[int, str] = {}
    added = []
    for index, text in enumerate(texts):
        if text in headings and text not in places.values():
            places[index] = text
        elif text:
            added.append(text)
    return (places, added) if len(places) > len(added) else ({}, [])


def _read_cell(cell: Any) -> OwnCell:
    value, place = cell.value, cell.coordinate
    if cell.data_type == "f":
        flag = _FLAG_FORMULAS.get(str(value).upper())
        return OwnCell(flag, place) if flag else OwnCell("", place, "it holds a formula. Replace it by its value")
    if cell.data_type == "e":
        return OwnCell("", place, f"it holds the error {quote(str(value))}")
    iso = value.isoformat()[:10] if isinstance(value, datetime | date) else ""
    return OwnCell(_read_text(value, cell.number_format), place, iso=iso)


def _read_text(value: Any, number_format: str) -> str:
    """Return the value of a cell as people would write it."""
    if isinstance(value, bool):
        return make_cell_text(value)
    if isinstance(value, datetime | date):
        return _read_day(value, number_format)
    if isinstance(value, int | float):
        return format_shown(value, number_format)
    return make_cell_text(_ESCAPED.sub(lambda match: chr(int(match[1], 16)), str(value)).replace("\r", ""))


_FLAG_FORMULAS = {"=TRUE()": "true", "=FALSE()": "false"}
"""How LibreOffice saves a cell that is true or false."""
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_FORMAT_EXTRAS = re.compile(r'\[[^\]]*\]|"[^"]*"')


def _read_day(value: date, number_format: str) -> str:
    """Return a day in words. A cell that shows only the month of a date gives the month."""
    pattern = _FORMAT_EXTRAS.sub("", number_format).casefold()
    if "m" in pattern and "y" in pattern and "d" not in pattern:
        return format_shown(value, number_format)
    return format_long_date(value.date() if isinstance(value, datetime) else value)
