"""The sheets of a workbook: what it is, each table, and the text between the tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from p2ptrack.formats.excel.cell_text import format_fact, iter_lines
from p2ptrack.formats.excel.cut import count_units, split_text, truncate_text
from p2ptrack.formats.excel.values import CellValue, make_cell_value, make_text, make_value
from p2ptrack.formats.remake import list_reproduction_facts
from p2ptrack.formats.safe_text import strip_unprintable
from p2ptrack.records.words import Wording
from p2ptrack.reports.document import Block, Column, Document, Fact, Notice, Row, Section, Table, list_tables

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
