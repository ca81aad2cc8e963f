"""The sheets of a workbook: what it is, each table, and the text between the tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Literal

from markdown_it.tree import SyntaxTreeNode

from p2ptrack.formats.html.markdown import parse_markdown, strip_unprintable
from p2ptrack.formats.office.package import list_reproduction_facts
from p2ptrack.formats.plain import collapse_whitespace, format_scalar, join_spans
from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.wording import Wording
from p2ptrack.reports.document import (
    Block,
    Bullets,
    Cell,
    Column,
    Document,
    Fact,
    Facts,
    Notice,
    Paragraph,
    Prose,
    Ref,
    Row,
    Scalar,
    Section,
    Table,
    list_tables,
)

# Blocks as plain lines: what a cell of a workbook can hold.


_BULLET = "\u2022"


def format_blocks(blocks: Iterable[Block]) -> str:
    """Return the blocks in words, a line for each paragraph, item or fact."""
    return "\n".join(line for block in blocks for line in iter_lines(block))


def iter_lines(block: Block) -> Iterator[str]:
    """Yield a block line by line."""
    match block:
        case Paragraph():
            yield collapse_whitespace(join_spans(block.spans))
        case Prose():
            yield from iter_prose_lines(block.markdown)
        case Bullets():
            yield from _iter_items((format_blocks(item) for item in block.items), 1 if block.ordered else None)
        case Facts():
            yield from (line for row in block.rows for line in f"{row.label}: {format_fact(row)}".split("\n"))
        case Notice():
            yield from (line for inner in block.blocks for line in iter_lines(inner))
        case Section():
            yield from (block.title, *(line for inner in block.blocks for line in iter_lines(inner)))
        case Table():
            yield from (" | ".join(map(_format_cell, row.cells)) for row in block.rows)


def format_fact(row: Fact) -> str:
    """Return what a fact says beside its label."""
    value = " ".join(filter(None, (format_scalar(row.value), join_spans(row.spans))))
    return "\n".join(map(collapse_whitespace, (value, *map(join_spans, row.lines)))).strip()


def _format_cell(cell: Cell) -> str:
    content = cell.content
    return (
        collapse_whitespace(format_blocks(content) if isinstance(content, tuple) else format_scalar(content))
        + "*" * cell.starred
    )


def _iter_items(items: Iterable[str], start: int | None) -> Iterator[str]:
    for number, item in enumerate(items, start or 0):
        first, *rest = item.split("\n")
        yield f"{_BULLET if start is None else f'{number}.'} {first}"
        yield from (f"   {line}" for line in rest)


def iter_prose_lines(markdown: str) -> Iterator[str]:
    """Yield the words of a record without the marks of Markdown; a link is followed by its address."""
    return _iter_child_lines(parse_markdown(markdown))


def _iter_child_lines(parent: SyntaxTreeNode) -> Iterator[str]:
    return (line for child in parent.children for line in _iter_node_lines(child))


def _iter_node_lines(syntax_node: SyntaxTreeNode) -> Iterator[str]:
    match syntax_node.type:
        case "paragraph" | "heading":
            yield from "".join(map(_format_inline, syntax_node.children)).split("\n")
        case "bullet_list" | "ordered_list":
            start = int(syntax_node.attrs.get("start", 1)) if syntax_node.type == "ordered_list" else None
            yield from _iter_items(("\n".join(_iter_child_lines(item)) for item in syntax_node.children), start)
        case "fence" | "code_block":
            yield from syntax_node.content.rstrip("\n").split("\n")
        case _:
            yield from _iter_child_lines(syntax_node)


def _format_inline(syntax_node: SyntaxTreeNode) -> str:
    match syntax_node.type:
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "link":
            text, url = "".join(map(_format_inline, syntax_node.children)), str(syntax_node.attrs.get("href", ""))
            return text if text == url else f"{text} ({url})"
        case "text" | "code_inline" | "image":
            return syntax_node.content
        case _:
            return "".join(map(_format_inline, syntax_node.children))


# Text cut to the lengths that Excel takes. It counts in UTF-16, where a sign beyond Unicode's first plane is two.


def count_units(text: str) -> int:
    """Return how long Excel finds the text."""
    return len(text.encode("utf-16-le")) // 2


def split_text(text: str, limit: int) -> Iterator[str]:
    """Yield the text in pieces of at most `most` units; no sign is cut in two."""
    while text:
        piece = text.encode("utf-16-le")[: 2 * limit].decode("utf-16-le", "ignore")
        yield piece
        text = text[len(piece) :]


def truncate_text(text: str, limit: int) -> str:
    """Return as much of the text as fits."""
    return next(split_text(text, limit), "")


# What stands in a cell of a workbook, and how it looks.


CellStyle = Literal["text", "guarded", "number", "day", "head", "title", "line", "strong", "link"]
FORMULA_PREFIXES = tuple("=+-@\t\uff1d\uff0b\uff0d\uff20")
"""What a spreadsheet may take for the beginning of a formula when somebody edits the cell."""

_FIRST_EXCEL_DATE = date(1900, 3, 1)


@dataclass(frozen=True, slots=True)
class CellValue:
    """One cell: text, a number or a day. `sheet` is where a link leads to."""

    content: str | int | date
    style: CellStyle = "text"
    starred: bool = False
    sheet: str = ""


def make_value(content: Scalar | Ref | tuple[Block, ...], *, starred: bool = False) -> CellValue:
    """Return a cell's value: numbers and days keep their types, and a vague date stays as it was written.

    The star of a reading is printed by the number format, so that the cell can still be counted with.
    """
    day = _find_exact_day(content)
    if day is not None:
        return CellValue(day, "day", starred)
    if isinstance(content, int):
        return CellValue(content, "number", starred)
    text = format_blocks(content) if isinstance(content, tuple) else format_scalar(content)
    return make_text(text + "*" * starred)


def make_cell_value(cell: Cell) -> CellValue:
    """Return the value of a cell of a table."""
    return make_value(cell.content, starred=cell.starred)


def make_text(content: str, style: CellStyle = "text") -> CellValue:
    """Return text that stays text, whatever it begins with."""
    printable_text = strip_unprintable(content)
    return CellValue(
        printable_text, "guarded" if style == "text" and printable_text.startswith(FORMULA_PREFIXES) else style
    )


def _find_exact_day(content: object) -> date | None:
    """Return the one day that a date means, where Excel can count it; Excel's own 1900 is wrong until March."""
    day = content
    if isinstance(content, CouncilDate):
        is_exact = (
            content.precision == "day" and not content.ongoing and not content.inferred and content.anchor is None
        )
        day = content.earliest if is_exact else None
    return day if isinstance(day, date) and day >= _FIRST_EXCEL_DATE else None


MAX_SHEET_NAME_UNITS = 31
_RESERVED_NAME = "history"  # Excel keeps it for a sheet of its own
_FORBIDDEN_CHARACTERS = re.compile(r"[\[\]:*?/\\\s]+")
_COLUMN_WIDTHS = {"narrow": 12.0, "medium": 24.0, "wide": 60.0}
_MAX_CELL_UNITS = 32_767

SheetRow = tuple[CellValue, ...]


@dataclass(frozen=True, slots=True)
class WorkbookSheet:
    """One sheet. A table has its heads in the first row; `fixed` columns stay in sight."""

    name: str
    title: str
    widths: tuple[float, ...]
    rows: tuple[SheetRow, ...]
    is_table: bool = True
    frozen_columns: int = 0


def build_sheets(document: Document, wording: Wording) -> tuple[WorkbookSheet, ...]:
    """Return the sheets of a workbook in their order; no two have the same name."""
    used_names = {_RESERVED_NAME}
    about_name, text_name = (_make_sheet_name(wording(key), used_names) for key in ("sheet_about", "sheet_text"))
    table_sheets = tuple(
        _build_table_sheet(table, _make_sheet_name(table.key, used_names), wording) for table in list_tables(document)
    )
    table_locations = {
        id(table): wording("sheet_on", sheet=sheet.name)
        for table, sheet in zip(list_tables(document), table_sheets, strict=True)
    }
    text_rows = tuple(_iter_text_rows(document.blocks, (), table_locations))
    other_sheets = (*table_sheets, _build_text_sheet(text_name, text_rows, wording)) if text_rows else table_sheets
    return (_build_about_sheet(about_name, document, other_sheets, wording), *other_sheets)


def _make_sheet_name(title: str, used_names: set[str]) -> str:
    """Return a name that Excel takes and that no other sheet has; it reads capitals as small letters."""
    base_name = _FORBIDDEN_CHARACTERS.sub(" ", strip_unprintable(title)).strip(" '") or "Sheet"
    base_name = base_name[:1].upper() + base_name[1:]
    suffixes = (f" {number}" if number > 1 else "" for number in count(1))
    candidates = (
        truncate_text(base_name, MAX_SHEET_NAME_UNITS - len(suffix)).rstrip(" '") + suffix for suffix in suffixes
    )
    name = next(candidate for candidate in candidates if candidate.casefold() not in used_names)
    used_names.add(name.casefold())
    return name


def _build_about_sheet(
    name: str, document: Document, other_sheets: Iterable[WorkbookSheet], wording: Wording
) -> WorkbookSheet:
    """Return the first sheet: what the workbook is, where its tables are, how it can be made again."""
    heading_rows = ((make_text(line, "line"),) for line in (*document.heading, document.draft, document.notice) if line)
    provenance = document.provenance
    reproduction_rows = (
        [
            (make_text(wording("remake"), "strong"),),
            *_iter_fact_rows(list_reproduction_facts(document, provenance, wording)),
        ]
        if provenance
        else []
    )
    rows = (
        (make_text(document.title, "title"),),
        *heading_rows,
        *_iter_fact_rows(document.meta),
        (),
        (make_text(wording("sheet_sheets"), "strong"),),
        *((CellValue(sheet.name, "link", sheet=sheet.name), make_text(sheet.title)) for sheet in other_sheets),
        (),
        *reproduction_rows,
    )
    return WorkbookSheet(name, document.title, (28.0, 90.0), rows, is_table=False)


def _iter_fact_rows(rows: Iterable[Fact]) -> Iterator[SheetRow]:
    for row in rows:
        is_single = not row.spans and not row.lines
        yield make_text(row.label), make_value(row.value) if is_single else make_text(format_fact(row))


def _build_table_sheet(table: Table, name: str, wording: Wording) -> WorkbookSheet:
    has_groups = any(row.group for row in table.rows)
    group_columns = (Column("group", wording("sheet_group"), width="medium"),) if has_groups else ()
    columns = (*group_columns, *table.columns)
    titles = tuple(make_text(column.title, "head") for column in columns)
    rows = [line for row in table.rows for line in _split_row(_make_row(row, has_groups=has_groups))]
    empty_rows = () if rows else ((make_text(table.empty),),)
    widths = tuple(_COLUMN_WIDTHS[column.width] for column in columns)
    frozen_columns = len(group_columns) + 1 if table.columns[0].header else 0
    return WorkbookSheet(name, table.caption, widths, (titles, *rows, *empty_rows), frozen_columns=frozen_columns)


def _make_row(row: Row, *, has_groups: bool) -> SheetRow:
    return (*((make_text(row.group),) if has_groups else ()), *map(make_cell_value, row.cells))


def _split_row(row: SheetRow) -> Iterator[SheetRow]:
    """Yield the row, and what no cell of Excel can hold in rows under it."""
    parts = [_split_cell(cell) for cell in row]
    for index in range(max(map(len, parts), default=0)):
        yield tuple(part[index] if index < len(part) else make_text("") for part in parts)


def _split_cell(cell: CellValue) -> list[CellValue]:
    """Return a cell in pieces of what Excel takes."""
    if not isinstance(cell.content, str) or count_units(cell.content) <= _MAX_CELL_UNITS:
        return [cell]
    return [make_text(piece) for piece in split_text(cell.content, _MAX_CELL_UNITS)]


def _build_text_sheet(name: str, text_rows: Iterable[SheetRow], wording: Wording) -> WorkbookSheet:
    titles = tuple(make_text(wording(key), "head") for key in ("sheet_part", "sheet_record", "sheet_text"))
    rows = (line for row in text_rows for line in _split_row(row))
    return WorkbookSheet(name, wording("sheet_text"), (40.0, 12.0, 100.0), (titles, *rows))


def _iter_text_rows(
    blocks: Iterable[Block], sections: tuple[Section, ...], table_locations: Mapping[int, str]
) -> Iterator[SheetRow]:
    """Yield the text between the tables: in which part it stands, about which record, what it says."""
    for block in blocks:
        match block:
            case Section():
                yield from (
                    _iter_text_rows(block.blocks, (*sections, block), table_locations)
                    if block.blocks
                    else [_make_text_row((*sections, block), "")]
                )
            case Notice():
                yield from _iter_text_rows(block.blocks, sections, table_locations)
            case Table():
                yield from [_make_text_row(sections, block.picture.summary)] if block.picture else []
                yield _make_text_row(sections, f"{block.caption}: {table_locations[id(block)]}")
            case _:
                yield from (_make_text_row(sections, line) for line in iter_lines(block))


def _make_text_row(sections: tuple[Section, ...], line: str) -> SheetRow:
    part = " > ".join(section.title for section in sections)
    record = next((section.record for section in reversed(sections) if section.record), "")
    return make_text(part), make_text(record), make_text(line)
