"""Read a workbook: each cell as Excel shows it, not as it is stored. Macros are not run, links not followed."""

from __future__ import annotations

import json
import re
import warnings
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from p2ptrack.errors import OperationError
from p2ptrack.formats.editable_workbook import ANSWER_HEADINGS, BASE_SHEET, BASE_VERSION, digest_text, make_cell_text
from p2ptrack.imports.grid import (
    DAMAGE,
    CellKind,
    Grid,
    GridCell,
    GridRow,
    ImportedFile,
    TextCleaner,
    check_package,
    read_with,
)
from p2ptrack.model.dates import format_long_date
from p2ptrack.model.dates.council_date import month_name, weekday_name
from p2ptrack.phrases import pluralise, quote


def read_xlsx(data: bytes) -> ImportedFile:
    """Return the worksheets of a workbook. A damaged one raises one of `DAMAGE` of the module `files`."""
    from openpyxl.reader.excel import ExcelReader

    with _without_warnings():
        package = ExcelReader(BytesIO(data), data_only=True, keep_links=False)
        package.read()
    reader = _WorkbookReader()
    grids: list[Grid] = []
    with ZipFile(BytesIO(data)) as archive:
        parts = {sheet.name: relation.target for sheet, relation in package.parser.find_sheets()}
        for worksheet in package.wb.worksheets:
            grids += reader.read_worksheet(
                worksheet, _find_formulas_without_value(archive.read(parts[worksheet.title]))
            )
    return ImportedFile(tuple(grids), (*reader.notes, *reader.cleaner.list_notes()))


@contextmanager
def _without_warnings() -> Iterator[None]:
    """Suppress the library's warnings about parts of a workbook that are not read, such as drawings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _find_formulas_without_value(part: bytes) -> frozenset[str]:
    """Return the cells of a worksheet's XML whose formula has no stored value.

    The library gives either formulas or values, and to read a workbook twice takes twice as long.
    """
    if not _FORMULA.search(part):
        return frozenset()
    cells = (cell for cell in part.split(b"<c ") if _FORMULA.search(cell) and not _STORED_VALUE.search(cell))
    return frozenset(match[1].decode() for cell in cells if (match := _COORDINATE.search(cell)))


_FORMULA = re.compile(rb"<f[ />]")
_STORED_VALUE = re.compile(rb'<v[^>]*>[^<]|^[^>]* t="str"')
"""A value, or a text, which can be empty."""
_COORDINATE = re.compile(rb'\br="([A-Z]{1,3}\d{1,7})"')


@dataclass(frozen=True, slots=True)
class _Style:
    """How cells look: their number format, colour, and if they are bold or struck through."""

    number_format: str
    fill: str
    is_bold: bool
    is_struck_through: bool


class _WorkbookReader:
    """Reads worksheets one after another, and collects notes about them."""

    def __init__(self) -> None:
        self.cleaner = TextCleaner()
        self.notes: list[str] = []
        self.errors: list[str] = []
        self.struck_through: list[str] = []
        self._styles: dict[Any, _Style] = {}

    def _find_style(self, cell: Any) -> _Style:
        """Return the style of a cell. A workbook has few, and the library takes long to look one up."""
        style = self._styles.get(cell._style)
        if style is None:
            font = cell.font if cell.has_style else None
            style = _Style(cell.number_format, _read_fill(cell), bool(font and font.b), bool(font and font.strike))
            self._styles[copy(cell._style)] = style
        return style

    def read_worksheet(self, worksheet: Any, formulas: frozenset[str]) -> Iterator[Grid]:
        """Yield the one grid of a worksheet. `formulas` are the cells whose formula has no stored value."""
        title = worksheet.title
        if worksheet.sheet_state != "visible":
            yield Grid(title, (), title, "a hidden worksheet")
            return
        if worksheet._pivots:
            self.notes.append(f"The worksheet {quote(title)} has a pivot table.")
        repeats = _find_merged(worksheet)
        rows: list[GridRow] = []
        without_value: list[str] = []
        self.errors, self.struck_through = [], []
        beyond = 0
        hidden_rows = {number for number, dimension in worksheet.row_dimensions.items() if dimension.hidden}
        for number, cells in sorted(self._list_rows(worksheet, formulas, repeats, without_value).items()):
            if rows and number > rows[-1].number + 1:
                rows.append(GridRow(number - 1, ()))
            beyond += sum(column > _MAX_COLUMNS for column in cells)
            width = min(max(cells), _MAX_COLUMNS)
            row = tuple(cells.get(column, _EMPTY) for column in range(1, width + 1))
            rows.append(GridRow(number, row, number in hidden_rows))
        if beyond:
            self.notes.append(
                f"The worksheet {quote(title)} has {pluralise(beyond, 'cell')} beyond column {_MAX_COLUMNS}, not read."
            )
        advice = ". Open and save the workbook in Excel, then import it again."
        self._note_cells(title, without_value, "formula", "without a stored value", advice)
        self._note_cells(title, self.struck_through, "cell", "struck through", ", imported as written.")
        self._note_cells(title, self.errors, "formula", "with an error", ", read as empty.")
        hidden = frozenset(_find_hidden_columns(worksheet))
        yield Grid(title, tuple(rows), title, "" if any(not row.is_empty for row in rows) else "empty", hidden)

    def _note_cells(self, title: str, cells: list[str], noun: str, problem: str, end: str) -> None:
        if cells:
            cells_text = ", ".join(cells[:10])
            self.notes.append(
                f"The worksheet {quote(title)} has {pluralise(len(cells), noun)} {problem} ({cells_text}){end}"
            )

    def _list_rows(
        self,
        worksheet: Any,
        formulas: frozenset[str],
        repeats: dict[tuple[int, int], tuple[int, int, int, int]],
        without_value: list[str],
    ) -> dict[int, dict[int, GridCell]]:
        """Return the cells that have something, by row and column. The size that a worksheet states can be millions."""
        rows: dict[int, dict[int, GridCell]] = defaultdict(dict)
        for place, cell in [*worksheet._cells.items()]:
            if cell.value is None:
                if cell.coordinate in formulas:
                    without_value.append(cell.coordinate)
                elif place not in repeats and not self._find_style(cell).fill and not cell.comment:
                    continue
            rows[place[0]][place[1]] = self._read_cell(worksheet, cell, repeats)
        return rows

    def _read_cell(
        self, worksheet: Any, cell: Any, repeats: dict[tuple[int, int], tuple[int, int, int, int]]
    ) -> GridCell:
        place = (cell.row, cell.column)
        merged = repeats.get(place)
        if merged is not None and merged[:2] != place:
            first = worksheet.cell(*merged[:2])
            return GridCell(
                self.cleaner.make_paragraphs(format_cell_value(first.value, first.number_format)), is_repeat=True
            )
        value, style = cell.value, self._find_style(cell)
        kind = CellKind.TEXT
        if isinstance(value, datetime | date):
            kind = CellKind.DAY
        elif isinstance(value, int | float) and not isinstance(value, bool):
            kind = CellKind.NUMBER
        text = format_cell_value(value, style.number_format) if value is not None else ""
        if text and style.is_struck_through:
            self.struck_through.append(cell.coordinate)
        if cell.data_type == "e":
            self.errors.append(f"{cell.coordinate}: {text}")
            text = ""
        return GridCell(
            self.cleaner.make_paragraphs(text),
            kind,
            colspan=merged[3] if merged else 1,
            rowspan=merged[2] if merged else 1,
            is_bold=style.is_bold,
            comment=self.cleaner.clean(cell.comment.text) if cell.comment else "",
            fill=style.fill,
            number=f"{value:.15g}" if kind is CellKind.NUMBER else "",
            link=_read_link(cell),
        )


def _read_link(cell: Any) -> str:
    address = cell.hyperlink.target if cell.hyperlink else None
    return address if address and re.match(r"(?:https?|mailto):\S+$", address) else ""


def _find_merged(worksheet: Any) -> dict[tuple[int, int], tuple[int, int, int, int]]:
    """Return for each place of a merged cell its first row and column and how many rows and columns it covers."""
    places = {}
    for merged in worksheet.merged_cells.ranges:
        shape = (merged.min_row, merged.min_col, merged.size["rows"], merged.size["columns"])
        if shape[2] * shape[3] <= _MAX_MERGED:
            for row in range(merged.min_row, merged.max_row + 1):
                for column in range(merged.min_col, merged.max_col + 1):
                    places[row, column] = shape
    return places


_MAX_MERGED = 100_000
_MAX_COLUMNS = 500
_EMPTY = GridCell()


def _find_hidden_columns(worksheet: Any) -> Iterator[int]:
    """Yield the hidden columns, counted from 0."""
    for dimension in worksheet.column_dimensions.values():
        if dimension.hidden:
            yield from range((dimension.min or 1) - 1, min(dimension.max or 1, worksheet.max_column))


def _read_fill(cell: Any) -> str:
    """Return the colour of a cell: six hexadecimal digits, or a colour of the theme or palette; empty without one."""
    if not cell.has_style or cell.fill is None or cell.fill.fill_type != "solid":
        return ""
    colour = cell.fill.fgColor
    if colour.type == "theme":
        return f"theme {colour.theme} {colour.tint:.2f}" if colour.theme or colour.tint else ""
    if colour.type == "indexed":
        return f"index {colour.indexed}"
    text = str(colour.rgb)[-6:]
    return "" if text in {"000000", "FFFFFF"} else text


def format_cell_value(value: Any, number_format: str) -> str:
    """Return a value as Excel shows it in this number format. A day is always written with the day before the month.

    Formats beyond dates, decimals, thousands and per cent show the value as it is stored.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime | date):
        return _format_day(value, number_format)
    if isinstance(value, time | timedelta):
        return str(value)
    if isinstance(value, int | float):
        return _format_number(value, number_format)
    return str(value)


_LITERALS = re.compile(r'\[\$([^\[\]-]*)(?:-[^\[\]]*)?\]|\[[^\[\]]*\]|"([^"]*)"|\\(.)|_.|\*.')
"""The parts of a number format besides digits: a currency, a colour or condition, text, and padding."""


def _strip_format(number_format: str) -> str:
    """Return the first part of a number format with its currency and text, and without colours and conditions."""
    first = number_format.split(";", maxsplit=1)[0]
    return _LITERALS.sub(lambda match: match[1] or match[2] or match[3] or "", first)


def _format_number(value: Any, number_format: str) -> str:
    pattern = _strip_format(number_format)
    match = re.search(r"[#0?](?:[#0?,]*[#0?])?(?:\.([0#?]+))?(,*)", pattern)
    if pattern in {"General", "@", ""} or match is None:
        return f"{value:.15g}" if isinstance(value, float) else str(value)
    is_share = "%" in pattern
    decimals = match[1] or ""
    scaled = value * (100 if is_share else 1) / 1000 ** len(match[2])  # each comma at the end shows thousands
    digits = f"{scaled:{',' if ',' in match[0].rstrip(',') else ''}.{len(decimals)}f}"
    if "#" in decimals and "0" not in decimals:
        digits = digits.rstrip("0").rstrip(".")
    width = re.sub(r"[^0]", "", match[0].partition(".")[0])
    if "." not in digits and "," not in digits:
        digits = digits.zfill(len(width))
    return pattern[: match.start()] + digits + pattern[match.end() :]


_DAY_TOKEN = re.compile(r"y{1,4}|m{1,5}|d{1,4}|h{1,2}|s{1,2}|AM/PM|A/P", re.IGNORECASE)


def _format_day(value: date, number_format: str) -> str:
    pattern = _strip_format(number_format)
    tokens = [token.casefold() for token in _DAY_TOKEN.findall(pattern)]
    letters = [token[0] for token in tokens if token[0] in "ymd"]
    months = [token for token in tokens if token.startswith("m")]
    is_month_first = letters[:2] == ["m", "d"] and len(months[0]) <= len("mm")
    if "y" not in letters or "m" not in letters or is_month_first or "h" in pattern.casefold():
        return f"{value.day:02}/{value.month:02}/{value.year}"
    return _DAY_TOKEN.sub(lambda match: _format_day_part(value, match[0].casefold()), pattern).strip()


def _format_day_part(value: date, token: str) -> str:
    name = month_name(value.month)
    parts = {
        "yyyy": f"{value.year}",
        "yy": f"{value.year % 100:02}",
        "mmmmm": name[:1],
        "mmmm": name,
        "mmm": name[:3],
        "mm": f"{value.month:02}",
        "m": f"{value.month}",
        "dddd": weekday_name(value.weekday()),
        "ddd": weekday_name(value.weekday())[:3],
        "dd": f"{value.day:02}",
        "d": f"{value.day}",
    }
    return parts.get(token, "" if token[0] in "hsa" else str(value.year))


# A workbook that p2ptrack wrote and somebody filled in. Only its texts are read, and all are validated.

_MARK = re.compile(rb"<(?:\w+:)?sheet\b[^>]*\bname=[\"']" + BASE_SHEET.encode() + rb"[\"']")
_MAX_WORKBOOK_PART = 1024 * 1024
_MAX_CELLS = 3_000_000
_MAX_HEADER_ROW = 20


@dataclass(frozen=True, slots=True)
class ReturnedCell:
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
class ReturnedRow:
    """A row: its number and its cells by their headings."""

    number: int
    cells: Mapping[str, ReturnedCell]

    def text(self, heading: str) -> str:
        """Return the text of a cell without blanks around it."""
        cell = self.cells.get(heading)
        return cell.text.strip() if cell else ""


@dataclass(frozen=True, slots=True)
class ReturnedSheet:
    """A worksheet: its rows below the headings, the headings that were added and those that are gone.

    `base` has the fingerprints of the cells as they were written, by the row's key and the heading.
    """

    name: str
    rows: tuple[ReturnedRow, ...]
    base: Mapping[str, Mapping[str, str]]
    added: tuple[str, ...] = ()
    missing_headings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReturnedWorkbook:
    """A workbook of p2ptrack: its identity, its worksheets by name, and the day on which it was saved."""

    head: Mapping[str, Any]
    sheets: Mapping[str, ReturnedSheet]
    missing_sheets: tuple[str, ...] = ()
    saved_on: date | None = None

    @property
    def purpose(self) -> str:
        """Return what the workbook is for."""
        return str(self.head.get("purpose"))


def is_returned_workbook(data: bytes) -> bool:
    """Whether the bytes of a file are a workbook that p2ptrack wrote."""
    if not data.startswith(b"PK"):
        return False
    try:
        with ZipFile(BytesIO(data)) as package, package.open("xl/workbook.xml") as stream:
            return _MARK.search(stream.read(_MAX_WORKBOOK_PART)) is not None
    except DAMAGE:
        return False


def is_returned_table(grid: Grid) -> bool:
    """Whether a table has the headings of an export or of a request for updates, with none of their other parts."""
    row = next((row for row in grid.rows if not row.is_empty), None)
    names = {cell.line for cell in row.cells} if row else set()
    return any(names >= headings for headings in _OWN_HEADINGS)


_OWN_HEADINGS = (
    frozenset({"kind", "id", "title", "source_id", "origin_text"}),
    frozenset({"record", "number"}),
    frozenset(ANSWER_HEADINGS),
)


def read_returned_workbook(data: bytes, name: str) -> ReturnedWorkbook:
    """Return a workbook that p2ptrack wrote. Raises `OperationError` for a damaged one, and for one of a later version.

    The limits of every import apply.
    """
    return read_with("openpyxl", lambda: _read_workbook(data, name), name, "an Excel workbook")


def _read_workbook(data: bytes, name: str) -> ReturnedWorkbook:
    import openpyxl

    with ZipFile(BytesIO(data)) as package:
        check_package(package, name)
    with _without_warnings():
        workbook = openpyxl.load_workbook(BytesIO(data), read_only=True, keep_links=False)
        return _read_worksheets(workbook, name)


def _read_worksheets(workbook: Any, name: str) -> ReturnedWorkbook:
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
    return ReturnedWorkbook(head, sheets, missing, modified.date() if modified else None)


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
) -> ReturnedSheet:
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
            rows.append(ReturnedRow(number, cells))
    missing_headings = tuple(heading for heading in headings if heading not in places.values())
    return ReturnedSheet(worksheet.title, tuple(rows), base, tuple(added), missing_headings)


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


def _read_cell(cell: Any) -> ReturnedCell:
    value, place = cell.value, cell.coordinate
    if cell.data_type == "f":
        flag = _FLAG_FORMULAS.get(str(value).upper())
        return (
            ReturnedCell(flag, place)
            if flag
            else ReturnedCell("", place, "it holds a formula. Replace it by its value")
        )
    if cell.data_type == "e":
        return ReturnedCell("", place, f"it holds the error {quote(str(value))}")
    iso = value.isoformat()[:10] if isinstance(value, datetime | date) else ""
    return ReturnedCell(_read_text(value, cell.number_format), place, iso=iso)


def _read_text(value: Any, number_format: str) -> str:
    """Return the value of a cell as people would write it."""
    if isinstance(value, bool):
        return make_cell_text(value)
    if isinstance(value, datetime | date):
        return _read_day(value, number_format)
    if isinstance(value, int | float):
        return format_cell_value(value, number_format)
    return make_cell_text(_ESCAPED.sub(lambda match: chr(int(match[1], 16)), str(value)).replace("\r", ""))


_FLAG_FORMULAS = {"=TRUE()": "true", "=FALSE()": "false"}
"""How LibreOffice saves a cell that is true or false."""
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_FORMAT_EXTRAS = re.compile(r'\[[^\]]*\]|"[^"]*"')


def _read_day(value: date, number_format: str) -> str:
    """Return a day in words. A cell that shows only the month of a date gives the month."""
    pattern = _FORMAT_EXTRAS.sub("", number_format).casefold()
    if "m" in pattern and "y" in pattern and "d" not in pattern:
        return format_cell_value(value, number_format)
    return format_long_date(value.date() if isinstance(value, datetime) else value)
