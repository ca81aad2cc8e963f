"""The sheets of a workbook: about the paper, each table, and the text between the tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import count, zip_longest
from typing import Literal

from markdown_it.tree import SyntaxTreeNode

from p2ptrack.formats.html.markdown import parse_markdown, strip_unprintable
from p2ptrack.formats.office.package import list_reproduction_facts
from p2ptrack.formats.plain import collapse_whitespace, format_scalar, join_spans
from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.wording import Wording
from p2ptrack.reports import document as doc

FORMULA_PREFIXES = tuple("=+-@\t\uff1d\uff0b\uff0d\uff20")
"""What a spreadsheet may read as the beginning of a formula when somebody edits the cell."""
MAX_SHEET_NAME_UNITS = 31

_RESERVED_NAME = "history"  # Excel uses it for a sheet of its own
_FORBIDDEN_CHARACTERS = re.compile(r"[\[\]:*?/\\\s]+")
_COLUMN_WIDTHS = {"narrow": 12.0, "medium": 24.0, "wide": 60.0}
_ABOUT_WIDTHS = (28.0, 90.0)
_TEXT_WIDTHS = (40.0, 12.0, 100.0)
_MAX_CELL_UNITS = 32_767
_FIRST_EXCEL_DATE = date(1900, 3, 1)  # Excel's days before it are wrong by one
_BULLET = "\u2022"

CellStyle = Literal["text", "guarded", "number", "day", "head", "title", "line", "strong", "link"]


@dataclass(frozen=True, slots=True)
class CellValue:
    """One cell: text, a number or a day. `sheet` is the target of a link."""

    content: str | int | date
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
    for table in doc.list_tables(document):
        sheet = _build_table_sheet(table, _make_sheet_name(table.key, used_names), wording)
        sheets.append(sheet)
        references[id(table)] = wording("sheet_on", sheet=sheet.name)
    text_rows = tuple(_iter_text_rows(document.blocks, (), references))
    if text_rows:
        sheets.append(_build_text_sheet(text_name, text_rows, wording))
    return (_build_about_sheet(about_name, document, sheets, wording), *sheets)


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
    has_more = row.spans or row.lines
    return make_text(row.label), make_text(_format_fact(row)) if has_more else make_value(row.value)


def _build_table_sheet(table: doc.Table, name: str, wording: Wording) -> WorkbookSheet:
    columns, rows = table.columns, [tuple(map(make_cell_value, row.cells)) for row in table.rows]
    has_groups = any(row.group for row in table.rows)
    if has_groups:
        columns = (doc.Column("group", wording("sheet_group"), width="medium"), *columns)
        rows = [(make_text(row.group), *cells) for row, cells in zip(table.rows, rows, strict=True)]
    titles = tuple(make_text(column.title, "head") for column in columns)
    split_rows = [part for row in rows for part in _split_row(row)] or [(make_text(table.empty),)]
    widths = tuple(_COLUMN_WIDTHS[column.width] for column in columns)
    frozen_columns = int(has_groups) + 1 if table.columns[0].header else 0
    return WorkbookSheet(name, table.caption, widths, (titles, *split_rows), frozen_columns=frozen_columns)


def _build_text_sheet(name: str, text_rows: Iterable[SheetRow], wording: Wording) -> WorkbookSheet:
    titles = tuple(make_text(wording(key), "head") for key in ("sheet_part", "sheet_record", "sheet_text"))
    rows = (part for row in text_rows for part in _split_row(row))
    return WorkbookSheet(name, wording("sheet_text"), _TEXT_WIDTHS, (titles, *rows))


def _iter_text_rows(
    blocks: Iterable[doc.Block], sections: tuple[doc.Section, ...], references: Mapping[int, str]
) -> Iterator[SheetRow]:
    """Yield the text between the tables: the section, the record and the text.

    `references` say in words which sheet a table is on, by the identity of the table.
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


def _split_row(row: SheetRow) -> Iterator[SheetRow]:
    """Yield the row, followed by rows for text that is too long for a cell."""
    return zip_longest(*map(_split_cell, row), fillvalue=make_text(""))


def _split_cell(cell: CellValue) -> list[CellValue]:
    if not isinstance(cell.content, str) or count_units(cell.content) <= _MAX_CELL_UNITS:
        return [cell]
    return [make_text(piece) for piece in split_text(cell.content, _MAX_CELL_UNITS)]


def _format_blocks(blocks: Iterable[doc.Block]) -> str:
    """Return blocks as plain text, with a line for each paragraph, item and fact."""
    return "\n".join(line for block in blocks for line in iter_lines(block))


def iter_lines(block: doc.Block) -> Iterator[str]:
    """Yield a block as lines of plain text."""
    match block:
        case doc.Paragraph():
            yield collapse_whitespace(join_spans(block.spans))
        case doc.Prose():
            yield from _iter_node_lines(parse_markdown(block.markdown))
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
    value = " ".join(filter(None, (format_scalar(row.value), join_spans(row.spans))))
    return "\n".join(map(collapse_whitespace, (value, *map(join_spans, row.lines)))).strip()


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


def _iter_node_lines(node: SyntaxTreeNode) -> Iterator[str]:
    """Yield the text of Markdown without its markup. A link is followed by its address."""
    match node.type:
        case "paragraph" | "heading":
            yield from "".join(map(_format_inline, node.children)).split("\n")
        case "bullet_list" | "ordered_list":
            start = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else None
            yield from _iter_item_lines(("\n".join(_iter_child_lines(item)) for item in node.children), start)
        case "fence" | "code_block":
            yield from node.content.rstrip("\n").split("\n")
        case _:
            yield from _iter_child_lines(node)


def _iter_child_lines(node: SyntaxTreeNode) -> Iterator[str]:
    return (line for child in node.children for line in _iter_node_lines(child))


def _format_inline(node: SyntaxTreeNode) -> str:
    match node.type:
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "link":
            text, url = "".join(map(_format_inline, node.children)), str(node.attrs.get("href", ""))
            return text if text == url else f"{text} ({url})"
        case "text" | "code_inline" | "image":
            return node.content
        case _:
            return "".join(map(_format_inline, node.children))
