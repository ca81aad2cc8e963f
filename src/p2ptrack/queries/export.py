"""The register as plain tables for other programs: records, their lists, links, meetings and the position.

The tables follow the declared fields, so a new field is exported without a change here. A date has two columns: as the
council wrote it, and its last day, by which it can be sorted and compared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, get_type_hints

from pydantic import BaseModel

from p2ptrack.analysis.case import Case, UnreadableFile, find_unreadable
from p2ptrack.analysis.exemptions import FACTS, compute_exemption_facts
from p2ptrack.analysis.facts import RecordFacts
from p2ptrack.analysis.filters import select_records
from p2ptrack.diagnostics import Problem
from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.fields import IdMarker
from p2ptrack.model.kinds import Kinds, kind_of
from p2ptrack.model.programme import Meeting
from p2ptrack.model.records import Record, TrackedRecord
from p2ptrack.model.recurrence import find_series_start
from p2ptrack.model.schema import FieldSpec, list_fields, list_references
from p2ptrack.phrases import humanise
from p2ptrack.values import dataclass

ExportValue = str | int | bool | date | None
_TYPES = {"flag": "boolean", "number": "integer", "date": "string"}
_MEETING_FIELDS = ("id", "title", "date", "papers_due")


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """A column: its name, its type in the words of a data package, and what it means.

    `path` leads to the field that its cells are of, for a new row that is imported; empty where a cell is calculated or
    holds several things. In existing rows, only unprotected columns can be changed. `is_list` is a list of texts.
    """

    name: str
    type: str
    description: str
    path: tuple[str, ...] = ()
    is_protected: bool = True
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class ExportTable:
    """A table with a value, or None, for each column of each row. The rows of other tables name a record's id.

    What is edited in a workbook of an editable table can be imported.
    """

    name: str
    title: str
    columns: tuple[ExportColumn, ...]
    rows: tuple[tuple[ExportValue, ...], ...]
    key: tuple[str, ...]
    refers_to_records: bool = False
    is_editable: bool = False


@dataclass(frozen=True, slots=True)
class Export:
    """The tables of a register for an audience, as at a day, and the files that it lacks, wholly or in part."""

    title: str
    organisation: str
    as_of: date
    audience: str
    tables: tuple[ExportTable, ...]
    commit: str = ""
    unreadable: tuple[UnreadableFile, ...] = ()


def build_export(case: Case, terms: Sequence[str] = ()) -> Export:
    """Return the records that match every filter as tables. Raises `UsageError` for a filter that does not exist."""
    return build_export_of(case, select_records(case, terms))


def build_export_of(case: Case, records: Sequence[Record]) -> Export:
    """Return some records of a case as tables."""
    audience = str(case.disclosure.audience)
    fields = _list_record_fields(audience, case.register.kinds)
    tables = [_build_records(case, records, [field for field in fields if not _is_table(field)])]
    tables += [_build_entries(records, field) for field in fields if _is_table(field)]
    unreadable = find_unreadable(case.problems)
    tables += [
        _build_links(records),
        _build_meetings(case),
        _build_position(case, records),
        _build_unreadable(unreadable),
    ]
    programme = case.register.programme
    commit = case.provenance.commit if case.provenance else ""
    return Export(
        programme.title, programme.organisation or "", case.as_of, audience, tuple(tables), commit, unreadable
    )


_FOR_OFFICERS = frozenset({"exempt", "note"})
"""Fields that only officers are given: why a text is exempt, and their notes."""
_EXEMPT_COLUMN = ExportColumn("has_exempt", "boolean", "Whether the public may not see some of it.")
_SERIES_COLUMN = ExportColumn("series_start", "date", "The first due date of a duty that recurs.")
_FILE_COLUMN = ExportColumn("file", "string", "The record's file in the register.")


def _list_record_fields(audience: str, kinds: Kinds) -> list[FieldSpec]:
    """Return the fields that some kind of record has, once each."""
    fields = {field.name: field for kind in kinds for field in list_fields(kind.model)}
    return [field for name, field in fields.items() if audience == "officers" or name not in _FOR_OFFICERS]


def _is_table(field: FieldSpec) -> bool:
    return field.is_list and field.model is not None and len(field.fields) > 1


def _build_records(case: Case, records: Sequence[Record], fields: Sequence[FieldSpec]) -> ExportTable:
    cells = [cell for field in fields for cell in _list_cells(field)]
    facts, audience = get_type_hints(RecordFacts), str(case.disclosure.audience)
    types = {name: "boolean" if hint in {bool, bool | None} else "integer" for name, hint in facts.items()}
    exemption_facts = compute_exemption_facts(case)
    is_public, is_for_officers = audience == "public", audience == "officers"
    columns = (
        ExportColumn("kind", "string", "What kind of record it is."),
        *(cell.column for cell in cells),
        *(ExportColumn(name, type_, f"{humanise(name)}, calculated.") for name, type_ in types.items()),
        _SERIES_COLUMN,
        *(ExportColumn(name, "boolean", fact.meaning) for name, fact in FACTS.items()),
        *(() if is_public else (_EXEMPT_COLUMN,)),
        *((_FILE_COLUMN,) if is_for_officers else ()),
    )
    rows = tuple(
        (
            kind_of(record).name,
            *(cell.read(record) for cell in cells),
            *(getattr(case.facts.get(record.id), name, None) for name in facts),
            find_series_start(record.target, record.every) if isinstance(record, TrackedRecord) else None,
            *(exemption_facts.get(record.id, {}).get(name) for name in FACTS),
            *(() if is_public else (record.id in case.disclosure.exempt,)),
            *((case.register.path_of(record.id),) if is_for_officers else ()),
        )
        for record in records
    )
    return ExportTable("records", "Records", columns, rows, ("id",), is_editable=True)


@dataclass(frozen=True, slots=True)
class _Cell:
    """A column and the place of its value in a record or an entry. `as_day` gives the last day of a date.

    With `due_name` only records whose target date has that name in their files have a value.
    """

    column: ExportColumn
    attributes: tuple[str, ...]
    as_day: bool = False
    due_name: str = ""

    def read(self, model: BaseModel) -> ExportValue:
        if self.due_name and not (isinstance(model, TrackedRecord) and model.due_name == self.due_name):
            return None
        values: list[Any] = [model]
        for attribute in self.attributes:
            values = [
                item for value in values if value is not None for item in _as_items(getattr(value, attribute, None))
            ]
        texts = [_format_value(value, as_day=self.as_day) for value in values if value is not None]
        if len(texts) == 1:
            return texts[0]
        return "; ".join(str(text) for text in texts if text is not None) or None


def _as_items(value: Any) -> Iterable[Any]:
    return value if isinstance(value, tuple) else (value,)


def _format_value(value: Any, *, as_day: bool) -> ExportValue:
    if isinstance(value, CouncilDate):
        return value.latest if as_day else value.raw
    if isinstance(value, dict):
        return "; ".join(f"{name}: {entry}" for name, entry in value.items()) or None
    if isinstance(value, bool | int):
        return value
    return str(value) or None


_PROTECTED = ("id", "source", "origin_text", "inferred", "restated", "truncated", "exempt", "covers")
"""Columns about a record's source, about its fields and about what is withheld: these are changed only in the file."""
_PROTECTED_PATHS = (("revisions", "from"), ("parts", "id"))
"""The first `from` is the original target date."""


def _is_protected(field: FieldSpec) -> bool:
    return any(name in _PROTECTED for name in field.path) or field.path in _PROTECTED_PATHS


def _list_cells(
    field: FieldSpec, prefix: str = "", attributes: tuple[str, ...] = (), *, is_in_list: bool = False
) -> Iterator[_Cell]:
    """Yield the columns of a field: one, two for a date, and those of the fields inside a group."""
    name, path = f"{prefix}{field.name}", (*attributes, field.attribute)
    due_name = field.name if field.has_role("due") else ""
    if field.model is not None and not field.is_mapping:
        for inner in field.fields:
            yield from _list_cells(inner, f"{name}_", path, is_in_list=is_in_list or field.is_list)
        return
    # A list is joined by semicolons; only a single value keeps its type.
    type_ = "string" if field.is_list or field.is_mapping else _TYPES.get(field.type, "string")
    type_ = "number" if field.declared and type_ == "integer" else type_
    names = () if field.is_mapping or is_in_list else field.path[-len(path) :]
    is_protected = not names or _is_protected(field)
    yield _Cell(ExportColumn(name, type_, field.title, names, is_protected, field.is_list), path, due_name=due_name)
    if field.type == "date":
        yield _Cell(
            ExportColumn(f"{name}_day", "date", f"{field.title}: the last day that it means"),
            path,
            as_day=True,
            due_name=due_name,
        )


def _build_entries(records: Sequence[Record], field: FieldSpec) -> ExportTable:
    cells = [cell for inner in field.fields if inner.name != "exempt" for cell in _list_cells(inner)]
    columns = (
        ExportColumn("record", "string", "The id of the record."),
        ExportColumn("number", "integer", "The place in the record's list, from 1."),
        *(cell.column for cell in cells),
    )
    rows = tuple(
        (record.id, number, *(cell.read(entry) for cell in cells))
        for record in records
        for number, entry in enumerate(getattr(record, field.attribute, ()) or (), 1)
    )
    key = ("record", "number")
    return ExportTable(field.name, field.title, columns, rows, key, refers_to_records=True, is_editable=True)


def _build_links(records: Sequence[Record]) -> ExportTable:
    columns = (
        ExportColumn("record", "string", "The id of the record."),
        ExportColumn("field", "string", "The field that names the other thing."),
        ExportColumn("target_kind", "string", "What it names: a record, a part, a meeting, a phase, a source …"),
        ExportColumn("target", "string", "Its id."),
    )
    rows = tuple(
        (record.id, place, marker.target, text)
        for record in records
        for place, text, marker in list_references(record)
        if isinstance(marker, IdMarker)
    )
    return ExportTable("links", "Links", columns, rows, ("record", "field"), refers_to_records=True)


def _build_meetings(case: Case) -> ExportTable:
    fields = [field for field in list_fields(Meeting) if field.name in _MEETING_FIELDS]
    cells = [cell for field in fields for cell in _list_cells(field)]
    rows = tuple(tuple(cell.read(meeting) for cell in cells) for meeting in case.register.programme.meetings)
    return ExportTable("meetings", "Meetings", tuple(cell.column for cell in cells), rows, ("id",))


def _build_position(case: Case, records: Sequence[Record]) -> ExportTable:
    provenance = case.provenance
    values: dict[str, ExportValue] = {
        "organisation": case.register.programme.organisation,
        "title": case.register.programme.title,
        "as_of": case.as_of,
        "audience": str(case.disclosure.audience),
        "commit": provenance.commit if provenance else None,
        "records": len(records),
        "records_left_out": case.disclosure.omitted_records,
        "files_not_read": case.register.file_count - len(case.register.records),
    }
    types = {"as_of": "date", "records": "integer", "records_left_out": "integer", "files_not_read": "integer"}
    columns = tuple(ExportColumn(name, types.get(name, "string"), humanise(name)) for name in values)
    return ExportTable("position", "Position", columns, (tuple(values.values()),), ("as_of",))


def _build_unreadable(files: Sequence[UnreadableFile]) -> ExportTable:
    columns = (
        ExportColumn("number", "integer", "The place in the list, from 1."),
        ExportColumn("path", "string", "The file that was not read, or not all of it. The public is not given it."),
        ExportColumn("id", "string", "The id that the file's name begins with. The public is not given it."),
        ExportColumn("fields", "string", "The fields that were not read."),
        ExportColumn("codes", "string", "The codes of the errors, which p2ptrack rule explains."),
    )
    rows = tuple(
        (number, file.path or None, file.id or None, "; ".join(file.fields) or None, "; ".join(file.codes))
        for number, file in enumerate(files, 1)
    )
    return ExportTable("unread", "Not read", columns, rows, ("number",))


_FINDING_COLUMNS = (
    ExportColumn("code", "string", "The code of the problem, which p2ptrack rule explains."),
    ExportColumn("severity", "string", "error, warning or note."),
    ExportColumn("title", "string", "What kind of problem it is."),
    ExportColumn("findings", "integer", "How often it was found."),
    ExportColumn("files", "integer", "In how many files it was found."),
)


def add_findings(export: Export, problems: Iterable[Problem], titles: Mapping[str, str]) -> Export:
    """Return an export with a table of how often each problem was found. `titles` are those of problems by code."""
    paths: dict[tuple[str, str], list[str]] = defaultdict(list)
    for problem in problems:
        paths[problem.code, problem.severity.value].append(problem.path)
    rows = tuple(
        (code, severity, titles.get(code, ""), len(places), len(set(places)))
        for (code, severity), places in sorted(paths.items())
    )
    findings = ExportTable("findings", "Findings", _FINDING_COLUMNS, rows, ("code", "severity"))
    return replace(export, tables=(*export.tables, findings))
