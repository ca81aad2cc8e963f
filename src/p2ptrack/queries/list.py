"""`list`: any records by any field or fact, in any columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from p2ptrack.analysis.case import Case, serialise_records
from p2ptrack.analysis.facts import FACT_NAMES
from p2ptrack.analysis.filters import FIELD_ALIASES, select_records, sort_records
from p2ptrack.errors import UsageError
from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.records import Record, kind_of
from p2ptrack.model.schema import FieldSpec, iter_values, record_field_specs
from p2ptrack.queries.answer import LazyData, position_facts
from p2ptrack.reports.document import Cell, Column, Document, Row, Table, Width, make_paragraph
from p2ptrack.reports.phrases import humanise, pluralise, status_cell

DEFAULT_COLUMNS = ("id", "title", "status", "target", "accountable")


@dataclass(frozen=True, slots=True)
class ListOptions:
    """What is asked: filter words, the first of which may be a kind; the order; the columns, else the usual ones."""

    terms: tuple[str, ...] = ()
    sort: str = ""
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _RecordColumn:
    """A column and how its cell is read from a record."""

    column: Column
    build_cell: Callable[[Case, Record], Cell]


def build_list(case: Case, options: ListOptions) -> Document:
    """Return the records for which every filter holds.

    Raises `UsageError` for a kind, field, fact, date or column that is none, with the nearest.
    """
    kind = options.terms[0] if options.terms and ":" not in options.terms[0] else None
    records = select_records(case, options.terms[1:] if kind else options.terms, kind)
    if options.sort:
        records = sort_records(case, records, options.sort)
    list_columns = [_find_column(name) for name in options.columns or DEFAULT_COLUMNS]
    rows = tuple(
        Row(tuple(list_column.build_cell(case, record) for list_column in list_columns), key=record.id)
        for record in records
    )
    table = Table(
        "records",
        pluralise(len(records), "record"),
        tuple(list_column.column for list_column in list_columns),
        rows,
        empty="None.",
    )
    key_lines = (
        [make_paragraph("* not in the source: read from its words.", role="key")] if _has_inferred_cell(rows) else []
    )
    data = LazyData(lambda: serialise_records(case, records))
    return Document("list", "Records", case.as_of, (table, *key_lines), meta=position_facts(case), data=data)


def _has_inferred_cell(rows: tuple[Row, ...]) -> bool:
    return any(cell.starred for row in rows for cell in row.cells)


def _find_column(typed_name: str) -> _RecordColumn:
    name = FIELD_ALIASES.get(typed_name, typed_name.replace("-", "_"))
    if name == "kind":
        return _RecordColumn(Column("kind", "Kind"), lambda _, record: Cell(kind_of(record).singular))
    if name == "path":
        return _RecordColumn(
            Column("path", "File", width="wide"), lambda case, record: Cell(case.register.path_of(record.id))
        )
    if name in FACT_NAMES:
        return _RecordColumn(
            Column(name, humanise(name), "right", "narrow"), lambda case, record: _fact_cell(case, record, name)
        )
    info = record_field_specs().get(name)
    if info is None:
        suggestions = get_close_matches(name, (*record_field_specs(), *FACT_NAMES, *FIELD_ALIASES), n=1)
        raise UsageError(
            f"There is no field “{typed_name}” to show.{f' Did you mean {suggestions[0]}?' if suggestions else ''}"
        )
    return _field_column(name, info)


_WIDTHS: dict[str, Width] = {"id": "narrow", "title": "wide", "text": "wide", "origin_text": "wide"}


def _field_column(name: str, info: FieldSpec) -> _RecordColumn:
    column = Column(name, info.title, width=_WIDTHS.get(info.path[-1], "medium"), header=name == "id")
    if name == "status":
        return _RecordColumn(column, status_cell)
    return _RecordColumn(column, lambda _, record: _value_cell(record, info))


def _fact_cell(case: Case, record: Record, name: str) -> Cell:
    value = getattr(case.facts.get(record.id), name, None)
    if isinstance(value, bool):
        return Cell("yes" if value else "no")
    return Cell(value)


def _value_cell(record: Record, info: FieldSpec) -> Cell:
    values = list(iter_values(record, info.path))
    starred = info.path[0] in record.inferred and bool(values)
    if len(values) == 1 and isinstance(values[0], CouncilDate):
        return Cell(values[0], starred=starred or values[0].inferred)
    return Cell(", ".join(map(_format_value, values)) or None, starred=starred)


def _format_value(value: Any) -> str:
    if isinstance(value, StrEnum):
        return humanise(value.value)
    return value.to_text() if isinstance(value, CouncilDate) else str(value)
