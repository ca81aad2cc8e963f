"""`list`: records selected by any field or fact, in any columns."""

from __future__ import annotations

from collections.abc import Callable

from p2ptrack.analysis.case import Case, serialise_records
from p2ptrack.analysis.facts import FACT_NAMES
from p2ptrack.analysis.filters import find_field, list_unused_values, resolve_name, select_records, sort_records
from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.records import Record, find_kind, kind_of
from p2ptrack.model.schema import FieldSpec, iter_values
from p2ptrack.phrases import humanise, pluralise
from p2ptrack.queries.answer import (
    LazyData,
    format_field_value,
    format_word,
    inferred_key,
    list_unread,
    make_export,
    position_facts,
    status_cell,
)
from p2ptrack.queries.exempt_marks import mark_exempt_items
from p2ptrack.reports.document import Cell, Column, Document, Row, Table, Width
from p2ptrack.values import dataclass

DEFAULT_COLUMNS = ("id", "title", "status", "target", "accountable")
_WIDTHS: dict[str, Width] = {"id": "narrow", "title": "wide", "text": "wide", "origin_text": "wide"}


@dataclass(frozen=True, slots=True)
class ListOptions:
    """The options of `list`: filters (the first may be a kind), the order, and the columns if not the usual ones."""

    terms: tuple[str, ...] = ()
    sort: str = ""
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _RecordColumn:
    """A column and the function that builds its cell for a record."""

    column: Column
    build_cell: Callable[[Case, Record], Cell]
    can_be_inferred: bool = False


def build_list(case: Case, options: ListOptions) -> Document:
    """Return the records that match every filter.

    Raises `UsageError` for a kind, field, fact, date or column that does not exist, with the nearest that does.
    """
    kind, words = _split_kind(options.terms)
    records = select_records(case, words, kind)
    if options.sort:
        records = sort_records(case, records, options.sort)
    list_columns = [_find_column(name) for name in options.columns or DEFAULT_COLUMNS]
    columns = tuple(list_column.column for list_column in list_columns)
    rows = tuple(
        Row(tuple(list_column.build_cell(case, record) for list_column in list_columns), key=record.id)
        for record in records
    )
    table = Table("records", pluralise(len(records), "record"), columns, rows, empty="None.")
    has_inferred_cell = any(cell.starred for row in rows for cell in row.cells)
    key = (inferred_key(),) if has_inferred_cell else ()
    has_marks = any(list_column.can_be_inferred for list_column in list_columns)
    document = Document(
        "list",
        "Records",
        case.as_of,
        (table, *key, *list_unread(case)),
        meta=position_facts(case.as_of),
        data=LazyData(lambda: serialise_records(case, records)),
        export=lambda: make_export(case, table, has_marks=has_marks),
    )
    return mark_exempt_items(document, case.disclosure)


def list_notices(case: Case, options: ListOptions) -> tuple[str, ...]:
    """Return the sentences about filters that are right and match nothing, because no record has the value."""
    return list_unused_values(case, _split_kind(options.terms)[1])


def _split_kind(terms: tuple[str, ...]) -> tuple[str | None, tuple[str, ...]]:
    """Return the kind, where the first word is one, and the filters."""
    return (terms[0], terms[1:]) if terms and find_kind(terms[0]) else (None, terms)


def _find_column(typed_name: str) -> _RecordColumn:
    name = resolve_name(typed_name)
    if name == "kind":
        return _RecordColumn(Column("kind", "Kind"), lambda _, record: Cell(kind_of(record).singular))
    if name == "path":
        column = Column("path", "File", width="wide")
        return _RecordColumn(column, lambda case, record: Cell(case.register.path_of(record.id)))
    if name in FACT_NAMES:
        column = Column(name, humanise(name), "right", "narrow")
        return _RecordColumn(column, lambda case, record: _build_fact_cell(case, record, name))
    spec = find_field(typed_name)
    column = Column(name, spec.title, width=_WIDTHS.get(spec.path[-1], "medium"), header=name == "id")
    if name == "status":
        return _RecordColumn(column, status_cell, can_be_inferred=True)
    return _RecordColumn(
        column, lambda case, record: _build_value_cell(case, record, spec), can_be_inferred=name != "id"
    )


def _build_fact_cell(case: Case, record: Record, name: str) -> Cell:
    value = getattr(case.facts.get(record.id), name, None)
    if isinstance(value, bool):
        return Cell("yes" if value else "no")
    return Cell(value)


def _build_value_cell(case: Case, record: Record, spec: FieldSpec) -> Cell:
    values = list(iter_values(record, spec.path))
    starred = spec.path[0] in record.inferred and bool(values)
    if len(values) == 1 and isinstance(values[0], CouncilDate):
        return Cell(values[0], starred=starred or values[0].inferred)
    if spec.type == "choice":
        texts = [text for model in iter_values(record, spec.path[:-1]) if (text := format_word(model, spec.attribute))]
    else:
        texts = [format_field_value(case.register, spec, value) for value in values]
    return Cell(("; " if spec.type == "group" else ", ").join(texts) or None, starred=starred)
