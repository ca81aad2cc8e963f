"""The sheets of a workbook: what it is, each table, and the text between the tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from p2ptrack.formats.excel.cell_text import fact, lines
from p2ptrack.formats.excel.cut import beginning, pieces, units
from p2ptrack.formats.excel.values import Value, of_cell, text, value
from p2ptrack.formats.remake import remade
from p2ptrack.formats.safe_text import printable
from p2ptrack.records.words import Words
from p2ptrack.reports.document import Block, Column, Document, Fact, Notice, Row, Section, Table, tables

LONGEST_NAME = 31
_RESERVED = "history"  # Excel keeps it for a sheet of its own
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\s]+")
_WIDTHS = {"narrow": 12.0, "medium": 24.0, "wide": 60.0}
_LONGEST = 32_767

Line = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. A table has its heads in the first row; `fixed` columns stay in sight."""

    name: str
    title: str
    widths: tuple[float, ...]
    rows: tuple[Line, ...]
    table: bool = True
    fixed: int = 0


def sheets(document: Document, word: Words) -> tuple[Sheet, ...]:
    """Return the sheets of a workbook in their order; no two have the same name."""
    taken = {_RESERVED}
    about, written = (_name(word(key), taken) for key in ("sheet_about", "sheet_text"))
    found = tuple(_table(table, _name(table.key, taken), word) for table in tables(document))
    where = {
        id(table): word("sheet_on", sheet=sheet.name) for table, sheet in zip(tables(document), found, strict=True)
    }
    said = tuple(_said(document.blocks, (), where))
    others = (*found, _text(written, said, word)) if said else found
    return (_about(about, document, others, word), *others)


def _name(wanted: str, taken: set[str]) -> str:
    """Return a name that Excel takes and that no other sheet has; it reads capitals as small letters."""
    plain = _FORBIDDEN.sub(" ", printable(wanted)).strip(" '") or "Sheet"
    plain = plain[:1].upper() + plain[1:]
    ends = (f" {number}" if number > 1 else "" for number in count(1))
    tried = (beginning(plain, LONGEST_NAME - len(end)).rstrip(" '") + end for end in ends)
    made = next(name for name in tried if name.casefold() not in taken)
    taken.add(made.casefold())
    return made


def _about(name: str, document: Document, others: Iterable[Sheet], word: Words) -> Sheet:
    """Return the first sheet: what the workbook is, where its tables are, how it can be made again."""
    heads = ((text(line, "line"),) for line in (*document.heading, document.draft, document.notice) if line)
    made = document.provenance
    again = [(text(word("remake"), "strong"),), *_facts(remade(document, made, word))] if made else []
    rows = (
        (text(document.title, "title"),),
        *heads,
        *_facts(document.meta),
        (),
        (text(word("sheet_sheets"), "strong"),),
        *((Value(sheet.name, "link", sheet=sheet.name), text(sheet.title)) for sheet in others),
        (),
        *again,
    )
    return Sheet(name, document.title, (28.0, 90.0), rows, table=False)


def _facts(rows: Iterable[Fact]) -> Iterator[Line]:
    for row in rows:
        alone = not row.spans and not row.lines
        yield text(row.label), value(row.value) if alone else text(fact(row))


def _table(table: Table, name: str, word: Words) -> Sheet:
    grouped = any(row.group for row in table.rows)
    first = (Column("group", word("sheet_group"), width="medium"),) if grouped else ()
    columns = (*first, *table.columns)
    heads = tuple(text(column.title, "head") for column in columns)
    rows = [line for row in table.rows for line in _fitting(_row(row, grouped=grouped))]
    none = () if rows else ((text(table.empty),),)
    widths = tuple(_WIDTHS[column.width] for column in columns)
    fixed = len(first) + 1 if table.columns[0].header else 0
    return Sheet(name, table.caption, widths, (heads, *rows, *none), fixed=fixed)


def _row(row: Row, *, grouped: bool) -> Line:
    return (*((text(row.group),) if grouped else ()), *map(of_cell, row.cells))


def _fitting(row: Line) -> Iterator[Line]:
    """Yield the row, and what no cell of Excel can hold in rows under it."""
    parts = [_cut(cell) for cell in row]
    for at in range(max(map(len, parts), default=0)):
        yield tuple(each[at] if at < len(each) else text("") for each in parts)


def _cut(cell: Value) -> list[Value]:
    """Return a cell in pieces of what Excel takes."""
    if not isinstance(cell.content, str) or units(cell.content) <= _LONGEST:
        return [cell]
    return [text(piece) for piece in pieces(cell.content, _LONGEST)]


def _text(name: str, said: Iterable[Line], word: Words) -> Sheet:
    heads = tuple(text(word(key), "head") for key in ("sheet_part", "sheet_record", "sheet_text"))
    rows = (line for row in said for line in _fitting(row))
    return Sheet(name, word("sheet_text"), (40.0, 12.0, 100.0), (heads, *rows))


def _said(blocks: Iterable[Block], path: tuple[Section, ...], where: Mapping[int, str]) -> Iterator[Line]:
    """Yield the text between the tables: in which part it stands, about which record, what it says."""
    for block in blocks:
        match block:
            case Section():
                yield from _said(block.blocks, (*path, block), where) if block.blocks else [_told((*path, block), "")]
            case Notice():
                yield from _said(block.blocks, path, where)
            case Table():
                yield from [_told(path, block.picture.summary)] if block.picture else []
                yield _told(path, f"{block.caption}: {where[id(block)]}")
            case _:
                yield from (_told(path, line) for line in lines(block))


def _told(path: tuple[Section, ...], line: str) -> Line:
    part = " > ".join(section.title for section in path)
    record = next((section.record for section in reversed(path) if section.record), "")
    return text(part), text(record), text(line)
