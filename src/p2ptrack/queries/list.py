"""`list`: records by any field or fact, in any columns, in groups, or by a saved view. `views`: the saved views."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from p2ptrack.analysis.case import Case, build_json_answer, serialise_records
from p2ptrack.analysis.exemptions import compute_exemption_facts
from p2ptrack.analysis.facts import FACT_NAMES
from p2ptrack.analysis.filters import (
    find_field,
    has_amount,
    list_group_keys,
    list_inner_names,
    list_unused_values,
    resolve_name,
    select_records,
)
from p2ptrack.errors import UsageError
from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.kinds import Kind, Kinds, kind_of
from p2ptrack.model.records import ProcurementExemption, Record
from p2ptrack.model.schema import FieldSpec, iter_values, list_fields
from p2ptrack.phrases import did_you_mean, fold_text, humanise, natural_key, pluralise, quote
from p2ptrack.queries.answer import (
    format_field_value,
    format_word,
    inferred_key,
    list_unreadable,
    make_answer,
    make_export,
    status_cell,
)
from p2ptrack.reports.document import Block, Cell, Column, Document, Row, Table, Width, make_paragraph
from p2ptrack.values import dataclass

DEFAULT_COLUMNS = ("id", "title", "status", "target", "accountable")
EXEMPTION_COLUMNS = ("id", "title", "type", "value", "supplier", "approved_on")
_WIDTHS: dict[str, Width] = {"id": "narrow", "title": "wide", "text": "wide", "origin_text": "wide"}


@dataclass(frozen=True, slots=True)
class ListOptions:
    """The options of `list` and `contracts`: filters, the order, and the columns if not the usual ones.

    The first filter of `list` may be a kind. Among them, `by:FIELD` groups the records and `@NAME` is replaced by a
    view of the programme.
    """

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

    Raises `UsageError` for a view, kind, field, fact, date or column that does not exist, with the nearest that does.
    """
    options = _expand_views(case, options)
    selection = _select(case, options)
    by, kind, words, records = selection.by, selection.kind, selection.filters, selection.records
    if options.sort:
        records = sort_by_field(case, records, options.sort)
    kinds = case.register.kinds
    list_columns = [_find_column(name, kinds) for name in options.columns or _list_usual_columns(kind, words, kinds)]
    models = {type(record) for record in records}
    columns = tuple(_name_column(list_column.column, models) for list_column in list_columns)
    rows = {
        record.id: Row(tuple(list_column.build_cell(case, record) for list_column in list_columns), key=record.id)
        for record in records
    }
    table = Table("records", pluralise(len(records), "record"), columns, tuple(rows.values()), empty="None.")
    groups = _group_records(case, records, by) if by else {}
    tables = tuple(
        replace(table, caption=f"{label}: {len(ids)}", rows=tuple(rows[id_] for id_ in ids))
        for label, ids in groups.items()
    )
    has_inferred_cell = any(cell.starred for row in rows.values() for cell in row.cells)
    key = (inferred_key(),) if has_inferred_cell else ()
    has_marks = any(list_column.can_be_inferred for list_column in list_columns)
    exported = _add_group_column(table, groups, rows) if by else table
    return make_answer(
        case,
        "list",
        "Records",
        (*(tables or (table,)), *key, *list_unreadable(case)),
        lambda: _serialise(case, records, groups if by else None),
        export=lambda: make_export(case, exported, has_marks=has_marks),
    )


def sort_by_field(case: Case, records: tuple[Record, ...], typed_name: str) -> tuple[Record, ...]:
    """Return the records in the order of a field or fact; records that do not have it come last.

    `not.` before the name reverses the order. Raises `UsageError` for a name that has no order.
    """
    stripped_name, kinds = typed_name.strip(), case.register.kinds
    if stripped_name[:1] in {"-", "+", "\u2212", "\u2013"}:
        prefix = "" if stripped_name[0] == "+" else "not."
        raise UsageError(f"{quote(typed_name)} is not a field or a fact. Write --sort {prefix}{stripped_name[1:]}")
    if order := _ORDER_WORD.fullmatch(stripped_name):
        prefix = "not." if order[2].startswith("d") else ""
        raise UsageError(f"{quote(typed_name)} is not a field or a fact. Write --sort {prefix}{order[1]}")
    if re.search(r"[,;]", stripped_name):
        first = re.split(r"[,;]", stripped_name)[0].strip()
        raise UsageError(f"{quote(typed_name)} has several fields. Sort by one of them: --sort {first}")
    is_reversed = stripped_name.casefold().startswith("not.")
    name = resolve_name(stripped_name[len("not.") :] if is_reversed else stripped_name)
    field_spec = None if name in FACT_NAMES else find_field(name, kinds)
    if field_spec is not None and has_amount(name, field_spec, kinds):
        field_spec = find_field(f"{name}.amount", kinds)
    if field_spec is not None and field_spec.type == "group":
        raise UsageError(
            f"{quote(name)} holds several fields. Sort by one of them: {', '.join(list_inner_names(name, kinds))}."
        )

    def get_sort_value(record: Record) -> Any:
        if field_spec is None:
            return getattr(case.facts.get(record.id), name, None)
        first_value = next(iter(iter_values(record, field_spec.path)), None)
        return None if first_value is None else _make_sort_key(field_spec, first_value)

    with_value = [record for record in records if get_sort_value(record) is not None]
    without_value = [record for record in records if get_sort_value(record) is None]
    return (*sorted(with_value, key=get_sort_value, reverse=is_reversed), *without_value)


def _make_sort_key(field_spec: FieldSpec, value: Any) -> Any:
    if field_spec.choices:
        return field_spec.choices.index(value)
    if isinstance(value, CouncilDate):
        return value.latest
    return natural_key(value) if isinstance(value, str) else value


_ORDER_WORD = re.compile(r"(.+?)[ .:_](desc(?:ending)?|asc(?:ending)?)", re.IGNORECASE)


def _serialise(case: Case, records: tuple[Record, ...], groups: Mapping[str, list[str]] | None) -> dict[str, Any]:
    answer = serialise_records(case, records, compute_exemption_facts(case))
    if groups is None:
        return answer
    return {
        **answer,
        "groups": [{"value": None if label == NO_GROUP else label, "ids": ids} for label, ids in groups.items()],
    }


@dataclass(frozen=True, slots=True)
class SelectedRecords:
    """What the words after a command select: the field to group by (or none), the kind, the filters, the records."""

    by: str
    kind: str | None
    filters: tuple[str, ...]
    records: tuple[Record, ...]


def select_by_words(case: Case, words: tuple[str, ...]) -> SelectedRecords:
    """Return the records that match every word; each view of the programme is replaced by its words.

    Raises `UsageError` as `build_list` does.
    """
    return _select(case, _expand_views(case, ListOptions(words)))


def _select(case: Case, options: ListOptions) -> SelectedRecords:
    by, terms = _split_grouping(options.terms)
    kind, filters = _split_kind(terms, case.register.kinds)
    return SelectedRecords(by, kind, filters, select_records(case, filters, kind))


def list_notices(case: Case, options: ListOptions) -> tuple[str, ...]:
    """Return the sentences about filters that are right and match nothing, because no record has the value."""
    _, terms = _split_grouping(_expand_views(case, options).terms)
    return list_unused_values(case, _split_kind(terms, case.register.kinds)[1])


# Saved views, as the programme has them: the words that follow `p2ptrack list`.


def _expand_views(case: Case, options: ListOptions) -> ListOptions:
    """Return the options with the words of each view in its place. What is typed beside a view counts before it."""
    terms, sort, columns = list[str](), options.sort, options.columns
    is_grouped = any(map(_is_grouping, options.terms))
    for term in options.terms:
        words = _read_view(case, term[1:]) if term.startswith("@") else iter((term,))
        for word in words:
            name, _, value = word.partition("=")
            if name == "--sort":
                sort = sort or value or next(words, "")
            elif name == "--columns":
                names = value or next(words, "")
                columns = columns or tuple(column.strip() for column in names.split(","))
            elif not (is_grouped and term.startswith("@") and _is_grouping(word)):
                terms.append(word)
    # A kind comes first, also if it comes from a view that is not first.
    terms.sort(key=lambda term: case.register.kinds.find(term) is None)
    return ListOptions(tuple(terms), sort, columns)


def _read_view(case: Case, typed_name: str) -> Iterator[str]:
    views = {fold_text(name): text for name, text in case.register.programme.views.items()}
    text = views.get(fold_text(typed_name))
    if text is None:
        hint = did_you_mean(typed_name, case.register.programme.views)
        raise UsageError(
            f"There is no view {quote('@' + typed_name)}.{hint} Views are saved under `views:` in data/programme.yaml."
        )
    try:
        return iter(shlex.split(text))
    except ValueError:
        raise UsageError(
            f"The view @{typed_name} in data/programme.yaml has a quotation mark or an apostrophe that is not closed. "
            'Put the value in quotes, such as owner:"Director of Children\'s Services".'
        ) from None


# Groups of records: `by:owner`.


_GROUP_PREFIX = "by:"


def _is_grouping(term: str) -> bool:
    return term.casefold().startswith(_GROUP_PREFIX)


def _split_grouping(terms: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Return the field to group by, empty without one, and the other terms."""
    fields = [term[len(_GROUP_PREFIX) :].strip() for term in terms if _is_grouping(term)]
    if len(fields) > 1:
        raise UsageError(f"Group by one field, for example by:{fields[0] or 'owner'}")
    if fields and not fields[0]:
        raise UsageError("by: names no field. Write the field to group by, for example by:owner")
    others = tuple(term for term in terms if not _is_grouping(term))
    return (fields[0] if fields else ""), others


def _group_records(case: Case, records: tuple[Record, ...], by: str) -> dict[str, list[str]]:
    """Return the ids of the records with each value of a field; a record with several values is in several groups.

    Records without a value come last, under *Not recorded*.
    """
    list_values = find_grouping(case, by)
    labels: dict[str, str] = {}
    ids_by_key: dict[str, list[str]] = {}
    missing: list[str] = []
    for record in records:
        keys = {fold_text(label): label for label in list_values(record)}
        for key, label in keys.items():
            labels.setdefault(key, label)
            ids_by_key.setdefault(key, []).append(record.id)
        if not keys:
            missing.append(record.id)
    groups = {labels[key]: ids_by_key[key] for key in sorted(ids_by_key, key=natural_key)}
    return {**groups, NO_GROUP: missing} if missing else groups


NO_GROUP = "Not recorded"


def find_grouping(case: Case, by: str) -> Callable[[Record], list[str]]:
    """Return the function that lists a record's values of a field or fact, as they are printed."""
    name, kinds = resolve_name(by), case.register.kinds
    if name in {"id", "path", "title"}:
        raise UsageError(f"{quote(by)} is different for every record. Group by another field, for example by:owner")
    if name == "kind" or name in FACT_NAMES:
        build_cell = _find_column(name, kinds).build_cell
        return lambda record: [str(value)] if (value := build_cell(case, record).content) is not None else []
    spec = find_field(by, kinds)
    keys = list_group_keys(spec)
    if spec.type == "group" and len(keys) != 1:
        inner = ", ".join(f"by:{inner_name}" for inner_name in list_inner_names(name, kinds))
        raise UsageError(f"{quote(by)} holds several fields. Group by one of them: {inner}")
    if keys:
        spec = find_field(f"{name}.{keys[0]}", kinds)
    if spec.type == "choice":
        return lambda record: [
            text for model in iter_values(record, spec.path[:-1]) if (text := format_word(model, spec.attribute))
        ]
    return lambda record: [_format_value(case, spec, value) for value in iter_values(record, spec.path)]


def _format_value(case: Case, spec: FieldSpec, value: Any) -> str:
    """Return a value as a group is called: by its title where it is the id of a source or a phase."""
    text = format_field_value(case.register, spec, value)
    entry = case.register.find_source(text) or case.register.find_phase(text)
    return entry.title if entry else text


def _add_group_column(table: Table, groups: Mapping[str, list[str]], rows: Mapping[str, Row]) -> Table:
    """Return a table for CSV with the group of each row first. A record in several groups has several rows."""
    grouped_rows = tuple(
        replace(rows[id_], cells=(Cell(label), *rows[id_].cells)) for label, ids in groups.items() for id_ in ids
    )
    return replace(table, columns=(Column("group", "Group"), *table.columns), rows=grouped_rows)


def _split_kind(terms: tuple[str, ...], kinds: Kinds) -> tuple[str | None, tuple[str, ...]]:
    """Return the kind, where the first word is one, and the filters."""
    return (terms[0], terms[1:]) if terms and kinds.find(terms[0]) else (None, terms)


def _list_usual_columns(kind: str | None, words: tuple[str, ...], known_kinds: Kinds) -> tuple[str, ...]:
    """Return the columns of a list without `--columns`: of exemptions alone, those that they have."""
    words_for_kind = (
        [kind] if kind else [word.partition(":")[2] for word in words if word.casefold().startswith("kind:")]
    )
    found_kind = known_kinds.find(words_for_kind[0]) if len(words_for_kind) == 1 else None
    if found_kind is not None and found_kind.is_declared:
        return list_declared_columns(found_kind)
    return EXEMPTION_COLUMNS if found_kind and issubclass(found_kind.model, ProcurementExemption) else DEFAULT_COLUMNS


_MAX_DECLARED_COLUMNS = 4


def list_declared_columns(kind: Kind) -> tuple[str, ...]:
    """Return the usual columns of a declared kind: those with a role, otherwise its first fields."""
    fields = [field for field in list_fields(kind.model) if field.declared]
    due = [field.name for field in fields if field.has_role("due")] or ["target"]
    tracked = ("status", *due, "accountable") if kind.is_tracked else ()
    others = [field for field in fields if field.name not in tracked and field.name != "title"]
    first = sorted(others, key=lambda field: not any(map(field.has_role, ("group", "sum", "required"))))
    visible_columns = {field.name for field in first[: _MAX_DECLARED_COLUMNS - len(tracked) // 2]}
    return ("id", "title", *(field.name for field in others if field.name in visible_columns), *tracked)


def _name_column(column: Column, models: Iterable[type[Record]]) -> Column:
    """Return a column with the title of its field in the listed kinds, unless the kinds have different titles."""
    titles = {field.title for model in models for field in list_fields(model) if field.name == column.key}
    return replace(column, title=titles.pop()) if len(titles) == 1 else column


def _find_column(typed_name: str, kinds: Kinds) -> _RecordColumn:
    name = resolve_name(typed_name)
    if name == "kind":
        return _RecordColumn(Column("kind", "Kind"), lambda _, record: Cell(kind_of(record).singular))
    if name == "path":
        column = Column("path", "File", width="wide")
        return _RecordColumn(column, lambda case, record: Cell(case.register.path_of(record.id)))
    if name in FACT_NAMES:
        column = Column(name, humanise(name), "right", "narrow")
        return _RecordColumn(column, lambda case, record: _build_fact_cell(case, record, name))
    spec = find_field(typed_name, kinds)
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


# The answer of `views`.


@dataclass(frozen=True, slots=True)
class _SavedList:
    """A saved list. With a `problem` it cannot be shown, and `ids` are empty."""

    name: str
    words: str
    ids: tuple[str, ...] = ()
    problem: str = ""


def build_views(case: Case) -> Document:
    """Return the saved lists of the programme in the order in which they are written."""
    views = tuple(_count_view(case, name, words) for name, words in case.register.programme.views.items())
    return make_answer(
        case,
        "views",
        "Saved lists",
        (*_build_blocks(views), *list_unreadable(case)),
        lambda: build_json_answer(case, views=list(map(_serialise_view, views))),
        export=lambda: make_export(case, _build_table(views), has_marks=False, has_records=False),
    )


def _count_view(case: Case, name: str, words: str) -> _SavedList:
    try:
        selection = select_by_words(case, (f"@{name}",))
    except UsageError as error:
        return _SavedList(name, words, problem=str(error))
    return _SavedList(name, words, tuple(record.id for record in selection.records))


def _build_blocks(views: tuple[_SavedList, ...]) -> Iterator[Block]:
    yield _build_table(views)
    if not views:
        yield make_paragraph("Save a list under `views:` in data/programme.yaml, such as late: actions is:overdue")
        return
    name = next((view.name for view in views if not view.problem), views[0].name)
    # In PowerShell an @ without quotation marks has another meaning.
    yield make_paragraph(f'Next: p2ptrack list "@{name}"', role="next")


def _build_table(views: tuple[_SavedList, ...]) -> Table:
    columns = (
        Column("view", "View", header=True),
        Column("words", "Words", width="wide"),
        Column("records", "Records", "right", "narrow"),
        Column("problem", "Problem", width="wide"),
    )
    visible_columns = columns if any(view.problem for view in views) else columns[:-1]
    rows = tuple(
        Row((Cell(view.name), Cell(view.words), Cell(None if view.problem else len(view.ids)), *problem))
        for view in views
        for problem in [(Cell(view.problem or None),) if len(visible_columns) == len(columns) else ()]
    )
    return Table("views", "", visible_columns, rows, empty="There are no saved lists.")


def _serialise_view(view: _SavedList) -> dict[str, Any]:
    return {"name": view.name, "words": view.words, "ids": list(view.ids), "problem": view.problem or None}
