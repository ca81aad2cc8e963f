"""The register: the programme and every record that could be read, and an index of their fields."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import date
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from p2ptrack.model.contracts import ContractTable
from p2ptrack.model.dates import Anchor, Anchors, CouncilDate, month_name
from p2ptrack.model.fields import Model, ValidationContext
from p2ptrack.model.kinds import KINDS, Kind, Kinds, kind_of
from p2ptrack.model.programme import Dependency, Directorate, Meeting, Phase, Programme, SourceDocument
from p2ptrack.model.records import FollowUp, Recommendation, Record, TrackedRecord, Update
from p2ptrack.model.schema import (
    FieldSpec,
    ModelClass,
    ReferenceMarker,
    field_names,
    flatten_fields,
    list_fields,
    validate,
)
from p2ptrack.phrases import fold_text, natural_key
from p2ptrack.values import dataclass


@dataclass(frozen=True, slots=True)
class FieldIndex:
    """What all records hold together, gathered in one pass, so that a rule looks only at the few it needs.

    `text_by_id` joins all the text of each record (of the programme under the empty id), in no particular order and
    without the names of fields. `references` are the texts of the fields that carry each marker. `records_by_field`
    are the records that state a field, or have an entry that does: `phase_end`, `updates.see`.
    """

    text_by_id: Mapping[str, str]
    references: Mapping[ReferenceMarker, frozenset[str]]
    records_by_field: Mapping[str, tuple[Record, ...]]


def build_field_index(programme: Programme, records: Iterable[Record]) -> FieldIndex:
    """Return the index of a programme and its records."""
    text_by_id: dict[str, str] = {}
    # By the field itself: markers are equal by their values, and comparing those a hundred thousand times is slow.
    references: defaultdict[FieldSpec, set[str]] = defaultdict(set)
    records_by_field: defaultdict[str, list[Record]] = defaultdict(list)
    for id_, model in (("", programme), *((record.id, record) for record in records)):
        texts: list[str] = []
        _collect_texts(model, type(model), texts, references)
        text_by_id[id_] = "\n".join(texts)
        if isinstance(model, Record):
            for name in _list_stated_names(model):
                records_by_field[name].append(model)
    names_by_marker: dict[ReferenceMarker, frozenset[str]] = {}
    for field_spec, names in references.items():
        if field_spec.marker:
            names_by_marker[field_spec.marker] = names_by_marker.get(field_spec.marker, frozenset()) | names
    return FieldIndex(text_by_id, names_by_marker, {name: tuple(matches) for name, matches in records_by_field.items()})


def _collect_texts(
    model: BaseModel,
    owner: FieldSpec | type[BaseModel],
    texts: list[str],
    references: defaultdict[FieldSpec, set[str]],
) -> None:
    """Add the texts of a model, and by their fields those that name something: `schema.walk` without the places.

    `owner` has the fields of the model: the field that holds it, or its class.
    """
    values = model.__dict__
    for field_spec in _select_stated(owner, frozenset(model.model_fields_set)):
        _collect_value(values[field_spec.attribute], field_spec, texts, references)


def _collect_value(
    value: Any, field_spec: FieldSpec, texts: list[str], references: defaultdict[FieldSpec, set[str]]
) -> None:
    value_type = value.__class__
    if value_type is str:
        if value:
            texts.append(value)
            if field_spec.marker is not None:
                references[field_spec].add(value)
    elif value_type is tuple or value_type is dict:
        for entry in value if value_type is tuple else value.values():
            _collect_value(entry, field_spec, texts, references)
    elif value_type is CouncilDate:
        if not value.raw.isascii():
            texts.append(value.raw)
    elif field_spec.fields and value is not None:
        _collect_texts(value, field_spec, texts, references)


# Ten thousand records state a few hundred sets of fields, of the forty that each may have.
@lru_cache(maxsize=4096)
def _select_stated(owner: FieldSpec | type[BaseModel], stated: frozenset[str]) -> tuple[FieldSpec, ...]:
    fields = owner.fields if isinstance(owner, FieldSpec) else list_fields(owner)
    return tuple(field_spec for field_spec in fields if field_spec.attribute in stated)


def _list_stated_names(record: Record) -> set[str]:
    """Return the names of the fields that a record or an entry of it states: `phase_end`, `updates.see`."""
    stated = frozenset(record.model_fields_set)
    names = set(stated)
    for field_spec in _select_stated(type(record), stated):
        if field_spec.is_list and field_spec.model:
            for entry in getattr(record, field_spec.attribute):
                names |= _prefix_names(field_spec.attribute, frozenset(entry.model_fields_set))
    return names


@lru_cache(maxsize=4096)
def _prefix_names(prefix: str, names: frozenset[str]) -> frozenset[str]:
    return frozenset(f"{prefix}.{name}" for name in names)


PROGRAMME_PATH = "data/programme.yaml"
RecordT = TypeVar("RecordT", bound=Record)
ModelT = TypeVar("ModelT", bound=Model)


@dataclass(frozen=True, slots=True)
class Register:
    """The programme and all records. `paths` are relative to the register's folder, with `/`, by id.

    `broken_ids` are the ids of files that could not be read, so that a link to one of them is not a link to nothing.
    `broken_titles` are their titles, as far as they can be found.
    `unread_fields` are the fields of each record that could not be read and those that they may have been, so that
    none of them counts as absent (see `list_possible_fields`); `unread_folders` the folders with files that could not
    be read at all.
    `file_count` is the number of record files. `contracts` is the contracts register, empty where there is none.
    """

    programme: Programme
    records: tuple[Record, ...] = ()
    paths: Mapping[str, str] = field(default_factory=dict)
    broken_ids: frozenset[str] = frozenset()
    file_count: int = 0
    unread_fields: Mapping[str, frozenset[str]] = field(default_factory=dict)
    unread_folders: frozenset[str] = frozenset()
    broken_titles: frozenset[str] = frozenset()
    contracts: ContractTable = field(default_factory=ContractTable)
    by_id: Mapping[str, Record] = field(init=False, repr=False, compare=False)
    _records_by_type: dict[type[Record], tuple[Any, ...]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    _field_indexes: list[FieldIndex] = field(init=False, repr=False, compare=False, default_factory=list)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", MappingProxyType({record.id: record for record in self.records}))

    @property
    def kinds(self) -> Kinds:
        """Return the kinds of record that the register has."""
        return self.programme.kinds

    def of_type(self, model: type[RecordT]) -> tuple[RecordT, ...]:
        """Return the records of a model, or of its subclasses, in the order of their ids."""
        if model not in self._records_by_type:
            self._records_by_type[model] = tuple(record for record in self.records if isinstance(record, model))
        return self._records_by_type[model]

    def tracked_records(self) -> tuple[TrackedRecord, ...]:
        """Return the actions and follow-ups."""
        return self.of_type(TrackedRecord)

    def with_field(self, name: str) -> tuple[Record, ...]:
        """Return the records that state a field or have an entry that does: `phase_end`, `updates.see`."""
        return self.field_index().records_by_field.get(name, ())

    def field_index(self) -> FieldIndex:
        """Return the index of all fields, built when it is first needed."""
        if not self._field_indexes:
            self._field_indexes.append(build_field_index(self.programme, self.records))
        return self._field_indexes[0]

    def of_kind(self, kind: Kind) -> tuple[Record, ...]:
        """Return the records of a kind."""
        return tuple(record for record in self.records if kind_of(record) == kind)

    def path_of(self, id_: str) -> str:
        """Return the file of a record, or the programme's file for any other id."""
        return self.paths.get(id_, PROGRAMME_PATH)

    def is_unread(self, id_: str, *fields: str) -> bool:
        """Whether one of these fields of a record could not be read, so that it may hold anything."""
        return not self.unread_fields.get(id_, frozenset()).isdisjoint(fields)

    def may_hide(self, model: type[Record], field_name: str) -> bool:
        """Whether a record of a model may state a field in what could not be read, so that its absence proves nothing.

        It may be a field of an entry: `updates.covers`. The empty name stands for any field.
        """
        if any(kind.folder in self.unread_folders for kind in self.kinds if issubclass(kind.model, model)):
            return True
        return any(
            isinstance(self.by_id.get(id_), model) and (not field_name or _may_include(names, field_name))
            for id_, names in self.unread_fields.items()
        )

    def iter_parts(self) -> Iterator[tuple[str, Recommendation]]:
        """Yield the id of every part of a recommendation, with the recommendation."""
        for recommendation in self.of_type(Recommendation):
            for part in recommendation.parts:
                yield part.id, recommendation

    def find_source(self, id_: str) -> SourceDocument | None:
        """Return the source with this id."""
        return next((source for source in self.programme.sources if source.id == id_), None)

    def find_phase(self, id_: str | None) -> Phase | None:
        """Return the phase with this id."""
        return next((phase for phase in self.programme.phases if phase.id == id_), None)

    def find_meeting(self, id_: str | None) -> Meeting | None:
        """Return the meeting with this id."""
        return next((meeting for meeting in self.programme.meetings if meeting.id == id_), None)

    def find_directorate(self, name: str | None) -> Directorate | None:
        """Return the directorate with this id or title, in any spelling."""
        folded = fold_text(name or "")
        entries = self.programme.directorates
        return next((entry for entry in entries if folded in {fold_text(entry.id or ""), fold_text(entry.title)}), None)

    def format_directorate(self, name: str) -> str:
        """Return the title of the directorate that a record names, or the name as it is written."""
        directorate = self.find_directorate(name)
        return directorate.title if directorate else name

    def find_dependency(self, id_: str | None) -> Dependency | None:
        """Return the dependency with this id."""
        return next((dependency for dependency in self.programme.dependencies if dependency.id == id_), None)


def _may_include(unread_names: frozenset[str], field_name: str) -> bool:
    """Whether a field is among those that could not be read, or is in a list that is unread as a whole."""
    top, _, inner = field_name.partition(".")
    if not inner or top not in unread_names:
        return top in unread_names
    has_only_parts = any(name.startswith(f"{top}.") for name in unread_names)
    return not has_only_parts or not unread_names.isdisjoint((field_name, f"{top}.*"))


def sort_records(records: Iterable[RecordT], kinds: Kinds) -> tuple[RecordT, ...]:
    """Return records as people list them: recommendations, actions, follow-ups and so on, each by id."""
    positions = {kind.name: index for index, kind in enumerate(kinds)}
    return tuple(
        sorted(
            records, key=lambda record: (positions.get(kind_of(record).name, len(positions)), natural_key(record.id))
        )
    )


def format_meeting_title(meeting: Meeting) -> str:
    """Return the title of a meeting; if it has none, its month, year and body."""
    if meeting.title:
        return meeting.title
    day = meeting.date.latest
    month_label = f"{month_name(day.month)} {day.year}" if day else meeting.date.raw
    return f"{month_label} {meeting.body}" if meeting.body else month_label


def build_anchors(programme: Programme) -> Anchors:
    """Return the phases and meetings that a date may name."""
    return _make_anchors(programme.phases, programme.meetings)


def _make_anchors(phases: Iterable[Phase], meetings: Iterable[Meeting]) -> Anchors:
    ends = (
        Anchor(phase.id, "phase", phase.title, phase.end, label=f"end of {phase.title}")
        for phase in phases
        if phase.end and not phase.end.unresolved
    )
    days = (
        Anchor(
            meeting.id,
            "meeting",
            format_meeting_title(meeting),
            meeting.date,
            label=meeting.title or meeting.body or "meeting",
        )
        for meeting in meetings
        if not meeting.date.unresolved
    )
    return Anchors((*ends, *days))


def build_anchors_from_values(values: Mapping[str, Any]) -> Anchors:
    """Return the phases and meetings in the plain data of a programme, for its own dates to name.

    Invalid ones are left out, and those whose date names another phase or meeting.
    """
    return _make_anchors(
        _iter_valid_entries(Phase, values.get("phases")), _iter_valid_entries(Meeting, values.get("meetings"))
    )


def _iter_valid_entries(model: type[ModelT], entries: Any) -> Iterator[ModelT]:
    for entry in entries if isinstance(entries, list) else [entries]:
        try:
            yield validate(model, entry, ValidationContext())
        except ValidationError:
            continue


def list_raising_meetings(register: Register, record: Record) -> tuple[Meeting, ...]:
    """Return the known meetings that asked for a record; several when it was held over."""
    ids = record.raised if isinstance(record, FollowUp) else ()
    return tuple(meeting for id_ in ids if (meeting := register.find_meeting(id_)))


def find_raised_day(register: Register, record: Record) -> date | None:
    """Return the last day that the first of the meetings that asked for a record can mean."""
    days = (meeting.date.latest for meeting in list_raising_meetings(register, record))
    return min((day for day in days if day), default=None)


def resolve_update_date(register: Register, update: Update) -> CouncilDate | None:
    """Return the date of an update: its own, otherwise its meeting's, otherwise its source's. None if not known."""
    if update.date:
        return update.date
    if update.meeting and (meeting := register.find_meeting(update.meeting)):
        return meeting.date
    source = register.find_source(update.source.id) if update.source else None
    return source.date if source else None


@dataclass(frozen=True, slots=True)
class RecordState:
    """A record as a commit left its file, of those that were exempt at some time; None where it cannot be read.

    `id` is folded. `later` are the positions of the states whose commits come from this one. With `precedes_files` the
    files in the register's folder come from it too.
    """

    id: str
    path: str
    record: Record | None
    later: frozenset[int] = frozenset()
    precedes_files: bool = True


@dataclass(frozen=True, slots=True)
class CurrentRegister:
    """The register in the folder and its exemptions in all commits, to decide what is withheld now.

    `states` are those of the records that were exempt at some time, in every commit that counts. `removed_ids` are the
    folded ids of records that newer commits deleted. With `has_unread_files`, a missing record may be in a file or
    folder that was not read.
    """

    register: Register
    states: tuple[RecordState, ...] = ()
    removed_ids: frozenset[str] = frozenset()
    has_unread_files: bool = False


# Names of fields of records and of the programme together, for readers of files that may have either.

_TOP_LEVEL_MODELS: tuple[ModelClass, ...] = (Programme, *(kind.model for kind in KINDS))


@cache
def programme_field_specs() -> dict[str, FieldSpec]:
    """Return the fields of the programme by dotted name: `meetings.papers_due`."""
    return {".".join(spec.path): spec for spec in flatten_fields(list_fields(Programme))}


@cache
def component_list_fields() -> frozenset[str]:
    """Return the fields of records and of the programme that hold a list of groups, such as `updates`."""
    fields = (field for model in _TOP_LEVEL_MODELS for field in list_fields(model))
    return frozenset(field.name for field in fields if field.is_list and field.model)


@cache
def entry_field_names() -> dict[str, frozenset[str]]:
    """Return the names of the fields of an entry, for each field of records that holds a list of groups."""
    fields = (field for kind in KINDS for field in list_fields(kind.model))
    return {
        field.name: frozenset(inner.name for inner in field.fields) for field in fields if field.is_list and field.model
    }


def _iter_all_names(fields: Sequence[FieldSpec]) -> Iterator[str]:
    for spec in fields:
        yield spec.name
        yield from _iter_all_names(spec.fields)


ALL_FIELD_NAMES = frozenset(name for model in _TOP_LEVEL_MODELS for name in _iter_all_names(list_fields(model)))
"""The names of all fields at any depth. A line that begins with one of them is probably a field."""
_COMMON_WORDS = frozenset({"area", "contracts", "note", "raised", "start", "supporting"})
TOP_LEVEL_FIELD_NAMES = frozenset(name for model in _TOP_LEVEL_MODELS for name in field_names(model)) - _COMMON_WORDS
"""The names of fields that are not indented, without those that a sentence may well begin with."""
