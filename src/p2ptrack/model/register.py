"""The register: the programme and every record that could be read, as one frozen value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar

from pydantic import BaseModel, ValidationError

from p2ptrack.model.dates import Anchor, Anchors, CouncilDate, month_name
from p2ptrack.model.fields import Model, ValidationContext
from p2ptrack.model.programme import Dependency, Meeting, Phase, Programme, SourceDocument
from p2ptrack.model.records import KINDS, Kind, Recommendation, Record, TrackedRecord, Update, kind_of
from p2ptrack.model.schema import ReferenceMarker, text_field_markers
from p2ptrack.phrases import natural_key

# What a register says, found in one walk through all of it.
#
# A walk through thousands of records costs the same whatever is looked for: each has to come from memory. So what rules
# ask of every record is gathered at once, and only where the answer is yes do they look at a record by itself.


_RecordsByField: TypeAlias = defaultdict[str, list[Record]]


@dataclass(frozen=True, slots=True)
class FieldIndex:
    """What all records say together.

    `texts` holds all the text of each record (of the programme under the empty id) in one, in no particular order and
    without the names of fields; `named` the texts of the fields that carry each mark; `stating` the records that state
    a field, or one of whose entries does: `phase_end`, `updates.see`.
    """

    text_by_id: Mapping[str, str]
    references: Mapping[ReferenceMarker, frozenset[str]]
    records_by_field: Mapping[str, tuple[Record, ...]]


def build_field_index(programme: BaseModel, records: Iterable[Record]) -> FieldIndex:
    """Return what a programme and its records say."""
    indexer = _FieldIndexer()
    text_by_id = {"": indexer.collect_text(programme, None)}
    for record in records:
        indexer.record = record
        text_by_id[record.id] = indexer.collect_text(record, indexer.record_fields)
    entry_fields = {
        f"{name}.{inner_name}": matches
        for name, inner_fields in indexer.entry_fields.items()
        for inner_name, matches in inner_fields.items()
    }
    references = {marker: frozenset(matches) for marker, matches in indexer.references.items() if matches}
    return FieldIndex(
        text_by_id,
        references,
        {name: tuple(matches) for name, matches in (indexer.record_fields | entry_fields).items()},
    )


class _FieldIndexer:
    __slots__ = ("_text_fields", "_text_parts", "entry_fields", "record", "record_fields", "references")

    def __init__(self) -> None:
        self.record_fields: _RecordsByField = defaultdict(list)
        self.entry_fields: defaultdict[str, _RecordsByField] = defaultdict(lambda: defaultdict(list))
        self.references: dict[ReferenceMarker, set[str]] = {}
        self.record: Record | None = None
        self._text_parts: list[str] = []
        self._text_fields: dict[type[BaseModel], dict[str, set[str] | None]] = {}

    def collect_text(self, model: BaseModel, records_by_field: _RecordsByField | None) -> str:
        self._text_parts.clear()
        self._index_model(model, records_by_field)
        return "\n".join(self._text_parts)

    def _index_model(self, model: BaseModel, records_by_field: _RecordsByField | None) -> None:
        values, record = model.__dict__, self.record
        fields = self._text_fields.get(model.__class__) or self._find_text_fields(type(model))
        for name in model.model_fields_set:
            if records_by_field is not None:
                matches = records_by_field[name]
                if record is not None and not (matches and matches[-1] is record):
                    matches.append(record)
            if name in fields:
                value = values[name]
                if value:
                    is_entry_list = records_by_field is self.record_fields and value.__class__ is tuple
                    self._index_value(value, fields[name], self.entry_fields[name] if is_entry_list else None)

    def _index_value(self, value: Any, references: set[str] | None, records_by_field: _RecordsByField | None) -> None:
        value_type = value.__class__
        if value_type is str:
            self._text_parts.append(value)
            if references is not None:
                references.add(value)
        elif value_type is tuple or value_type is dict:
            for item in value if value_type is tuple else value.values():
                self._index_value(item, references, records_by_field)
        else:
            self._index_model(value, records_by_field)

    def _find_text_fields(self, model: type[BaseModel]) -> dict[str, set[str] | None]:
        """Return the fields that may hold text, with the set that is for their own texts where they carry a mark."""
        markers = text_field_markers(model)
        text_fields = {
            name: self.references.setdefault(marker, set()) if marker else None for name, marker in markers.items()
        }
        self._text_fields[model] = text_fields
        return text_fields


PROGRAMME_PATH = "data/programme.yaml"
RecordT = TypeVar("RecordT", bound=Record)
ModelT = TypeVar("ModelT", bound=Model)


@dataclass(frozen=True, slots=True)
class Register:
    """Everything that the files say. `paths` are relative to the register's folder, with `/`.

    `broken` holds the ids of files that are there and could not be read, so that a link to one of
    them is not told as a link to nothing; `file_count` counts the files that count.
    """

    programme: Programme
    records: tuple[Record, ...] = ()
    paths: Mapping[str, str] = field(default_factory=dict)
    broken_ids: frozenset[str] = frozenset()
    file_count: int = 0
    by_id: Mapping[str, Record] = field(init=False, repr=False, compare=False)
    _records_by_type: dict[type[Record], tuple[Any, ...]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    _field_indexes: list[FieldIndex] = field(init=False, repr=False, compare=False, default_factory=list)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", MappingProxyType({record.id: record for record in self.records}))

    def of_type(self, model: type[RecordT]) -> tuple[RecordT, ...]:
        """Return the records of a kind (or of several, as `TrackedRecord`), in the order of their ids."""
        if model not in self._records_by_type:
            self._records_by_type[model] = tuple(record for record in self.records if isinstance(record, model))
        return self._records_by_type[model]

    def tracked_records(self) -> tuple[TrackedRecord, ...]:
        """Return the actions and follow-ups."""
        return self.of_type(TrackedRecord)

    def with_field(self, name: str) -> tuple[Record, ...]:
        """Return the records that state a field, or one of its entries does: `phase_end`, `updates.see`.

        Most fields stand in few records; what looks for one need not go through all of them.
        """
        return self.field_index().records_by_field.get(name, ())

    def field_index(self) -> FieldIndex:
        """Return what all records say together, for what looks for a few of them."""
        if not self._field_indexes:
            self._field_indexes.append(build_field_index(self.programme, self.records))
        return self._field_indexes[0]

    def of_kind(self, kind: Kind) -> tuple[Record, ...]:
        """Return the records of a row of the table of kinds."""
        return tuple(record for record in self.records if kind_of(record) is kind)

    def path_of(self, id_: str) -> str:
        """Return the file of a record, or the programme's for an id that is none."""
        return self.paths.get(id_, PROGRAMME_PATH)

    def iter_parts(self) -> Iterator[tuple[str, Recommendation]]:
        """Yield the id of every part of a recommendation, with the recommendation."""
        for recommendation in self.of_type(Recommendation):
            for part in recommendation.parts:
                yield part.id, recommendation

    def find_source(self, id_: str) -> SourceDocument | None:
        """Return the source of this id."""
        return next((source for source in self.programme.sources if source.id == id_), None)

    def find_phase(self, id_: str | None) -> Phase | None:
        """Return the phase of this id."""
        return next((phase for phase in self.programme.phases if phase.id == id_), None)

    def find_meeting(self, id_: str | None) -> Meeting | None:
        """Return the meeting of this id."""
        return next((meeting for meeting in self.programme.meetings if meeting.id == id_), None)

    def find_dependency(self, id_: str | None) -> Dependency | None:
        """Return the dependency of this id."""
        return next((dependency for dependency in self.programme.dependencies if dependency.id == id_), None)


def record_sort_key(record: Record) -> tuple[int, tuple[tuple[int, int, str], ...]]:
    """Order records as people list them: recommendations, actions, follow-ups, each by id."""
    return KINDS.index(kind_of(record)), natural_key(record.id)


def format_meeting_title(meeting: Meeting) -> str:
    """Return what people call a meeting: its own title, else month, year and body."""
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
        Anchor(phase.id, "phase", phase.title, phase.end) for phase in phases if phase.end and not phase.end.unresolved
    )
    days = (
        Anchor(meeting.id, "meeting", format_meeting_title(meeting), meeting.date)
        for meeting in meetings
        if not meeting.date.unresolved
    )
    return Anchors((*ends, *days))


def build_anchors_from_values(values: Mapping[str, Any]) -> Anchors:
    """Return the phases and meetings of a programme that is still plain data, for its own dates to name.

    What is faulty, or hangs on another phase or meeting itself, is left out.
    """
    return _make_anchors(
        _iter_valid_entries(Phase, values.get("phases")), _iter_valid_entries(Meeting, values.get("meetings"))
    )


def _iter_valid_entries(model: type[ModelT], entries: Any) -> Iterator[ModelT]:
    for entry in entries if isinstance(entries, list) else [entries]:
        try:
            yield model.model_validate(entry, context=ValidationContext())
        except ValidationError:
            continue


def resolve_update_date(register: Register, update: Update) -> CouncilDate | None:
    """Return when an update was made: its own date, else its meeting's, else its source's, else not known."""
    if update.date:
        return update.date
    if update.meeting and (meeting := register.find_meeting(update.meeting)):
        return meeting.date
    source = register.find_source(update.source.id) if update.source else None
    return source.date if source else None


# What is known today of a register whose past is shown: what is exempt by now is told by nothing else.


@dataclass(frozen=True, slots=True)
class CurrentRegister:
    """Today's register, and what is known beside it.

    `gone` are the records that it has no longer, by their folded ids, as they stood last. With `unread` there are
    files or folders that are not read, so that a record which is not there may be in them.
    """

    register: Register
    removed_records: Mapping[str, Record] = field(default_factory=dict)
    has_unread_files: bool = False
