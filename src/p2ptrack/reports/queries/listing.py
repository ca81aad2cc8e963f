"""`list`: any records by any field or fact, in any columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from p2ptrack.analysis.as_data import records_as_data
from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import FACT_NAMES
from p2ptrack.analysis.filters import SHORT_NAMES, select, sorted_by
from p2ptrack.errors import WrongUsage
from p2ptrack.records.dates import CouncilDate
from p2ptrack.records.kinds import Record, kind_of
from p2ptrack.records.paths import Leaf, leaves, values_at
from p2ptrack.reports.document import Cell, Column, Document, Row, Table, Width, line
from p2ptrack.reports.numbers import counted
from p2ptrack.reports.queries.answer import Answer, position
from p2ptrack.reports.queries.answer_words import status_cell, word

USUAL = ("id", "title", "status", "target", "accountable")


@dataclass(frozen=True, slots=True)
class Listing:
    """What is asked: filter words, the first of which may be a kind; the order; the columns, else the usual ones."""

    words: tuple[str, ...] = ()
    sort: str = ""
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Shown:
    """A column and how its cell is read from a record."""

    column: Column
    cell: Callable[[Case, Record], Cell]


def listing(case: Case, asked: Listing) -> Document:
    """Return the records for which every filter holds.

    Raises `WrongUsage` for a kind, field, fact, date or column that is none, with the nearest.
    """
    kind = asked.words[0] if asked.words and ":" not in asked.words[0] else None
    records = select(case, asked.words[1:] if kind else asked.words, kind)
    if asked.sort:
        records = sorted_by(case, records, asked.sort)
    shown = [_shown(name) for name in asked.columns or USUAL]
    rows = tuple(Row(tuple(each.cell(case, record) for each in shown), key=record.id) for record in records)
    table = Table("records", counted(len(records), "record"), tuple(each.column for each in shown), rows, empty="None.")
    key = [line("* not in the source: read from its words.", role="key")] if _starred(rows) else []
    data = Answer(lambda: records_as_data(case, records))
    return Document("list", "Records", case.as_of, (table, *key), meta=position(case), data=data)


def _starred(rows: tuple[Row, ...]) -> bool:
    return any(cell.starred for row in rows for cell in row.cells)


def _shown(written: str) -> _Shown:
    name = SHORT_NAMES.get(written, written.replace("-", "_"))
    if name == "kind":
        return _Shown(Column("kind", "Kind"), lambda _, record: Cell(kind_of(record).singular))
    if name == "path":
        return _Shown(Column("path", "File", width="wide"), lambda case, record: Cell(case.register.path(record.id)))
    if name in FACT_NAMES:
        return _Shown(Column(name, word(name), "right", "narrow"), lambda case, record: _fact(case, record, name))
    leaf = leaves().get(name)
    if leaf is None:
        near = get_close_matches(name, (*leaves(), *FACT_NAMES, *SHORT_NAMES), n=1)
        raise WrongUsage(f"There is no field “{written}” to show.{f' Did you mean {near[0]}?' if near else ''}")
    return _field(name, leaf)


_WIDTHS: dict[str, Width] = {"id": "narrow", "title": "wide", "text": "wide", "origin_text": "wide"}


def _field(name: str, leaf: Leaf) -> _Shown:
    column = Column(name, leaf.title, width=_WIDTHS.get(leaf.path[-1], "medium"), header=name == "id")
    if name == "status":
        return _Shown(column, status_cell)
    return _Shown(column, lambda _, record: _value(record, leaf))


def _fact(case: Case, record: Record, name: str) -> Cell:
    value = getattr(case.facts.get(record.id), name, None)
    if isinstance(value, bool):
        return Cell("yes" if value else "no")
    return Cell(value)


def _value(record: Record, leaf: Leaf) -> Cell:
    values = list(values_at(record, leaf.path))
    starred = leaf.path[0] in record.inferred and bool(values)
    if len(values) == 1 and isinstance(values[0], CouncilDate):
        return Cell(values[0], starred=starred or values[0].inferred)
    return Cell(", ".join(map(_told, values)) or None, starred=starred)


def _told(value: Any) -> str:
    if isinstance(value, StrEnum):
        return word(value.value)
    return value.printed() if isinstance(value, CouncilDate) else str(value)
