"""Papers as workbooks, for officers who sort, filter and count: one table a sheet, after a sheet about the paper.

Numbers are numbers and days are days. XlsxWriter writes them, and they are zipped again for the same bytes on every
system and without the clock's time. Every text is written as text, so that the library never guesses what it means.
"""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import count, zip_longest
from types import MappingProxyType
from typing import Any, Literal

import xlsxwriter
from xlsxwriter.utility import xl_range

from p2ptrack.formats.office import (
    build_properties,
    format_status_mark,
    list_reproduction_facts,
    unzip_files,
    zip_files,
)
from p2ptrack.formats.pasted_text import strip_unprintable
from p2ptrack.formats.prose import format_prose
from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.programme import Wording
from p2ptrack.reports import document as doc
from p2ptrack.reports.document import Document, FormatOptions, collapse_whitespace, format_scalar, format_spans
from p2ptrack.values import dataclass

FORMULA_PREFIXES = tuple("=+-@\t\uff1d\uff0b\uff0d\uff20")
"""What a spreadsheet may read as the beginning of a formula when somebody edits the cell."""
MAX_SHEET_NAME_UNITS = 31

_RESERVED_NAME = "history"  # Excel uses it for a sheet of its own
_NUMBER_AFTER = re.compile(r": [0-9,]+$")
_FORBIDDEN_CHARACTERS = re.compile(r"[\[\]:*?/\\\s]+")
_COLUMN_WIDTHS = {"narrow": 12.0, "medium": 24.0, "wide": 60.0}
_ABOUT_WIDTHS = (28.0, 90.0)
_TEXT_WIDTHS = (40.0, 12.0, 100.0)
_FIRST_EXCEL_DATE = date(1900, 3, 1)  # Excel's days before it are wrong by one
_BULLET = "\u2022"

CellStyle = Literal["text", "guarded", "number", "amount", "day", "head", "title", "line", "strong", "link"]


@dataclass(frozen=True, slots=True)
class CellValue:
    """One cell: text, a number or a day. `sheet` is the target of a link."""

    content: str | int | Decimal | date
    style: CellStyle = "text"
    starred: bool = False
    sheet: str = ""


SheetRow = tuple[CellValue, ...]


@dataclass(frozen=True, slots=True)
class WorkbookSheet:
    """One sheet. A table has its column titles in the first row, and `frozen_columns` stay in view."""

    name: str
    title: str
    widths: tuple[float, ...]
    rows: tuple[SheetRow, ...]
    is_table: bool = True
    frozen_columns: int = 0


def build_sheets(document: doc.Document, wording: Wording) -> tuple[WorkbookSheet, ...]:
    """Return the sheets of a workbook in their order, with unique names."""
    used_names = {_RESERVED_NAME}
    about_name = _make_sheet_name(wording("sheet_about"), used_names)
    text_name = _make_sheet_name(wording("sheet_text"), used_names)
    sheets: list[WorkbookSheet] = []
    references: dict[int, str] = {}
    for table in (*([document.records] if document.records else []), *doc.list_tables(document)):
        sheet = _build_table_sheet(table, _make_sheet_name(_find_title(table, wording), used_names), wording)
        sheets.append(sheet)
        references[id(table)] = wording("sheet_on", sheet=sheet.name)
    text_rows = tuple(_iter_text_rows(document.blocks, (), references))
    if text_rows:
        sheets.append(_build_text_sheet(text_name, text_rows, wording))
    return (_build_about_sheet(about_name, document, sheets, wording), *sheets)


def _find_title(table: doc.Table, wording: Wording) -> str:
    """Return what the wording calls a table: itself or its section; of any other, its caption without its number."""
    key = table.key.replace("-", "_")
    keys = (f"sheet_{key}", f"section_{key}", key)
    words = (wording(name) for name in keys if name in wording.templates)
    return next(words, _NUMBER_AFTER.sub("", table.caption) or table.key)


def _make_sheet_name(title: str, used_names: set[str]) -> str:
    """Return a name that Excel accepts and that no other sheet has. Excel ignores case."""
    base_name = _FORBIDDEN_CHARACTERS.sub(" ", strip_unprintable(title)).strip(" '") or "Sheet"
    base_name = base_name[:1].upper() + base_name[1:]
    name = truncate_text(base_name, MAX_SHEET_NAME_UNITS).rstrip(" '")
    numbers = count(2)
    while name.casefold() in used_names:
        suffix = f" {next(numbers)}"
        name = truncate_text(base_name, MAX_SHEET_NAME_UNITS - len(suffix)).rstrip(" '") + suffix
    used_names.add(name.casefold())
    return name


def _build_about_sheet(
    name: str, document: doc.Document, other_sheets: Iterable[WorkbookSheet], wording: Wording
) -> WorkbookSheet:
    """Return the first sheet: title, date and notices, links to the other sheets, and how to make the workbook."""
    lines = (*document.heading, document.draft, document.notice)
    rows: list[SheetRow] = [
        (make_text(document.title, "title"),),
        *((make_text(line, "line"),) for line in lines if line),
        *map(_make_fact_row, document.meta),
        (),
        (make_text(wording("sheet_sheets"), "strong"),),
        *((CellValue(sheet.name, "link", sheet=sheet.name), make_text(sheet.title)) for sheet in other_sheets),
        (),
    ]
    if document.provenance:
        rows.append((make_text(wording("remake"), "strong"),))
        rows += map(_make_fact_row, list_reproduction_facts(document, document.provenance, wording))
    return WorkbookSheet(name, document.title, _ABOUT_WIDTHS, tuple(rows), is_table=False)


def _make_fact_row(row: doc.Fact) -> SheetRow:
    has_more = row.spans or row.lines or row.blocks
    return make_text(row.label), make_text(_format_fact(row)) if has_more else make_value(row.value)


def _build_table_sheet(table: doc.Table, name: str, wording: Wording) -> WorkbookSheet:
    columns, rows = table.columns, [tuple(map(make_cell_value, row.cells)) for row in table.rows]
    has_groups = any(row.group for row in table.rows)
    if has_groups:
        columns = (doc.Column("group", wording("sheet_group"), width="medium"), *columns)
        rows = [(make_text(row.group), *cells) for row, cells in zip(table.rows, rows, strict=True)]
    titles = tuple(make_text(column.title, "head") for column in columns)
    widths = tuple(_COLUMN_WIDTHS[column.width] for column in columns)
    split_rows = [part for row in rows for part in _split_row(row, widths)] or [(make_text(table.empty),)]
    frozen_columns = int(has_groups) + 1 if table.columns[0].header else 0
    return WorkbookSheet(name, table.caption, widths, (titles, *split_rows), frozen_columns=frozen_columns)


def _build_text_sheet(name: str, text_rows: Iterable[SheetRow], wording: Wording) -> WorkbookSheet:
    titles = tuple(make_text(wording(key), "head") for key in ("sheet_part", "sheet_record", "sheet_text"))
    rows = (part for row in text_rows for part in _split_row(row, _TEXT_WIDTHS))
    return WorkbookSheet(name, wording("sheet_text"), _TEXT_WIDTHS, (titles, *rows))


def _iter_text_rows(
    blocks: Iterable[doc.Block], sections: tuple[doc.Section, ...], references: Mapping[int, str]
) -> Iterator[SheetRow]:
    """Yield the text between the tables: the section, the record and the text.

    `references` are the words that name the sheet of each table, by the identity of the table.
    """
    for block in blocks:
        match block:
            case doc.Section() if block.blocks:
                yield from _iter_text_rows(block.blocks, (*sections, block), references)
            case doc.Section():
                yield _make_text_row((*sections, block), "")
            case doc.Notice():
                yield from _iter_text_rows(block.blocks, sections, references)
            case doc.Table():
                if block.picture:
                    yield _make_text_row(sections, block.picture.summary)
                yield _make_text_row(sections, f"{block.caption}: {references[id(block)]}")
            case _:
                yield from (_make_text_row(sections, line) for line in iter_lines(block))


def _make_text_row(sections: tuple[doc.Section, ...], line: str) -> SheetRow:
    part = " > ".join(section.title for section in sections)
    records = [section.record for section in sections if section.record]
    return make_text(part), make_text(records[-1] if records else ""), make_text(line)


def make_cell_value(cell: doc.Cell) -> CellValue:
    """Return the value of a cell of a table."""
    return make_value(cell.content, starred=cell.starred)


def make_value(content: doc.Scalar | doc.Ref | tuple[doc.Block, ...], *, starred: bool = False) -> CellValue:
    """Return a cell's value: numbers and days keep their types, and a vague date stays as it was written.

    The number format prints the star of an inferred number or day, so that formulas can still use the cell.
    """
    day = _find_exact_day(content)
    if day is not None:
        return CellValue(day, "day", starred)
    if isinstance(content, int):
        return CellValue(content, "number", starred)
    if isinstance(content, Decimal):
        return CellValue(content, "amount", starred)
    text = _format_blocks(content) if isinstance(content, tuple) else format_scalar(content)
    return make_text(text + "*" * starred)


def make_text(content: str, style: CellStyle = "text") -> CellValue:
    """Return text that stays text, whatever it begins with."""
    text = strip_unprintable(content)
    return CellValue(text, "guarded" if style == "text" and text.startswith(FORMULA_PREFIXES) else style)


def _find_exact_day(content: object) -> date | None:
    """Return the day that a date means, or None when it is not one day or Excel cannot count it."""
    if isinstance(content, CouncilDate):
        is_vague = content.precision != "day" or content.ongoing or content.inferred or content.anchor is not None
        content = None if is_vague else content.earliest
    return content if isinstance(content, date) and content >= _FIRST_EXCEL_DATE else None


def count_units(text: str) -> int:
    """Return the length of a text as Excel counts it: in units of UTF-16."""
    return len(text.encode("utf-16-le")) // 2


def split_text(text: str, limit: int) -> Iterator[str]:
    """Yield the text in pieces of at most `limit` units. No character is cut in two."""
    while text:
        piece = text.encode("utf-16-le")[: 2 * limit].decode("utf-16-le", "ignore")
        yield piece
        text = text[len(piece) :]


def truncate_text(text: str, limit: int) -> str:
    """Return the beginning of a text, at most `limit` units long."""
    return next(split_text(text, limit), "")


def _split_row(row: SheetRow, widths: Sequence[float]) -> Iterator[SheetRow]:
    """Yield the row, followed by rows for text that is too long for a cell or for the height of a row."""
    return zip_longest(*map(_split_cell, row, widths), fillvalue=make_text(""))


def _split_cell(cell: CellValue, width: float) -> list[CellValue]:
    if not isinstance(cell.content, str) or _count_lines(cell, width) <= _MAX_LINES:
        return [cell]
    return [make_text(piece) for piece in _split_by_height(cell.content, width)]


def _split_by_height(text: str, width: float) -> Iterator[str]:
    """Yield a text in pieces that fit into a row of the greatest height, divided between words."""
    line_width = int(width * _CHARACTERS_PER_DIGIT - _WRAP_LOSS)
    piece: list[str] = []
    line_count = 0
    for paragraph in text.split("\n"):
        for part in textwrap.wrap(paragraph, line_width * (_MAX_LINES - 1)) or [""]:
            lines = 1 + len(part) // line_width
            if piece and line_count + lines > _MAX_LINES:
                yield "\n".join(piece)
                piece, line_count = [], 0
            piece.append(part)
            line_count += lines
    yield "\n".join(piece)


def _format_blocks(blocks: Iterable[doc.Block]) -> str:
    """Return blocks as plain text, with a line for each paragraph, item and fact."""
    return "\n".join(line for block in blocks for line in iter_lines(block))


def iter_lines(block: doc.Block) -> Iterator[str]:
    """Yield a block as lines of plain text."""
    match block:
        case doc.Paragraph():
            yield collapse_whitespace(format_spans(block.spans))
        case doc.Prose():
            yield from format_prose(block.markdown).split("\n")
        case doc.Bullets():
            yield from _iter_item_lines(map(_format_blocks, block.items), 1 if block.ordered else None)
        case doc.Facts():
            yield from (line for row in block.rows for line in f"{row.label}: {_format_fact(row)}".split("\n"))
        case doc.Notice():
            yield from (line for inner in block.blocks for line in iter_lines(inner))
        case doc.Section():
            yield from (block.title, *(line for inner in block.blocks for line in iter_lines(inner)))
        case doc.Table():
            yield from (" | ".join(map(_format_cell, row.cells)) for row in block.rows)


def _format_fact(row: doc.Fact) -> str:
    """Return the value of a fact and the text beside and below it."""
    if row.blocks:
        return _format_blocks(row.blocks)
    value = " ".join(filter(None, (format_scalar(row.value), format_spans(row.spans))))
    return "\n".join(map(collapse_whitespace, (value, *map(format_spans, row.lines)))).strip()


def _format_cell(cell: doc.Cell) -> str:
    content = cell.content
    text = _format_blocks(content) if isinstance(content, tuple) else format_scalar(content)
    return collapse_whitespace(text) + "*" * cell.starred


def _iter_item_lines(items: Iterable[str], start: int | None) -> Iterator[str]:
    """Yield the lines of a list. `start` is the first number of a numbered one."""
    for number, item in enumerate(items, start or 0):
        first, *rest = item.split("\n")
        yield f"{_BULLET if start is None else f'{number}.'} {first}"
        yield from (f"   {line}" for line in rest)


DEFAULT_FONT: Mapping[str, object] = MappingProxyType({"font_name": "Arial", "font_size": 11, "font_scheme": "none"})

_NAVY_COLOUR, _TINT_COLOUR, _LINK_COLOUR, _LINE_COLOUR = "#17365D", "#EEF2F7", "#0B4F9E", "#A6B2C2"
_CELL_STYLE = {"valign": "top", "text_wrap": True}
_BRITISH_LOCALE, _EXCEL_LOCALES = "[$-809]", {"cy": "[$-452]", "ga": "[$-83C]", "gd": "[$-491]"}
"""Excel's numbers of locales, in whose language it prints the months."""
_DAY_STYLE = {**_CELL_STYLE, "align": "left", "num_format": f"{_BRITISH_LOCALE}d mmmm yyyy"}
_HEAD_STYLE = {"bold": True, "bg_color": _TINT_COLOUR, "bottom": 1, "bottom_color": _LINE_COLOUR}
_GUARD = {"quote_prefix": True}  # a cell stays text when somebody edits it
_OVERFLOW_STYLE = {"valign": "top", "text_wrap": False}  # text continues over the empty cells beside it
_AMOUNT_FORMAT = "#,##0.00"
_STAR_FORMAT = '"*"'

CELL_STYLES: Mapping[tuple[CellStyle, bool], Mapping[str, object]] = {
    ("text", False): _CELL_STYLE,
    ("guarded", False): {**_CELL_STYLE, **_GUARD},
    ("number", False): _CELL_STYLE,
    ("number", True): {**_CELL_STYLE, "num_format": f"General{_STAR_FORMAT}"},
    ("amount", False): {**_CELL_STYLE, "num_format": _AMOUNT_FORMAT},
    ("amount", True): {**_CELL_STYLE, "num_format": f"{_AMOUNT_FORMAT}{_STAR_FORMAT}"},
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
_MAX_LINES = int(_MAX_ROW_HEIGHT / _LINE_HEIGHT)
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
        locale = _EXCEL_LOCALES.get(document.language.partition("-")[0].casefold(), _BRITISH_LOCALE)
        cell_formats = {
            key: workbook.add_format({**style, "num_format": str(style["num_format"]).replace(_BRITISH_LOCALE, locale)})
            if "num_format" in style
            else workbook.add_format(style)
            for key, style in CELL_STYLES.items()
        }
        context = WorkbookContext(cell_formats, *_format_edges(document, options.wording))
        for sheet in build_sheets(document, options.wording):
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
        escaped = _PICTURE_CODE.sub("&&&K000000", truncate_text(text, limit).replace("&", "&&"))
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
    elif isinstance(value.content, int | Decimal):
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
