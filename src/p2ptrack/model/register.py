"""The register: the programme and every record that could be read, and an index of their fields."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from datetime import date
from functools import cache, lru_cache
from itertools import chain
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from p2ptrack.model.contracts import ContractTable
from p2ptrack.model.dates import Anchor, Anchors, CouncilDate, month_name
from p2ptrack.model.fields import (
    DirectorateMarker,
    IdMarker,
    Model,
    ReferenceTarget,
    RoleMarker,
    ValidationContext,
)
from p2ptrack.model.kinds import KINDS, Kind, Kinds, kind_of
from p2ptrack.model.programme import Dependency, Directorate, Meeting, Phase, Programme, SourceDocument
from p2ptrack.model.records import FollowUp, Recommendation, Record, TrackedRecord, Update
from p2ptrack.model.schema import (
    FieldSpec,
    ModelClass,
    ReferenceMarker,
    flatten_fields,
    list_fields,
    validate,
)
from p2ptrack.phrases import fold_text, natural_key
from p2ptrack.values import dataclass


class Survey(NamedTuple):
    """A summary of one record: all that rules need of most records. It depends only on the file and the programme.

    `content` is the id of its file's content, where an earlier run made it. `fields` are the names of the fields that
    it or an entry of it states, `years` those of its dates, and `names` the texts that name something, each after the
    name of its marker. `findings` are what searches of its texts found, by the name of the search. Texts are joined by
    `SEPARATOR`, which no file may contain: thousands of lists would take longer to read again.
    """

    content: str
    fields: str
    years: str
    names: str
    findings: dict[str, str]


SEPARATOR = "\x7f"


@dataclass(frozen=True, slots=True)
class CachedSurveys:
    """The surveys of an earlier run by id, each with its record, and the names of its searches."""

    by_id: Mapping[str, tuple[Record, Survey]] = field(default_factory=dict)
    searches: frozenset[str] = frozenset()


_MARKERS: Mapping[str, ReferenceMarker] = {
    "post": RoleMarker(),
    "directorate": DirectorateMarker(),
    **{target: IdMarker(target) for target in get_args(ReferenceTarget)},
}
"""The markers of fields that name something, by what that is."""


@dataclass(frozen=True, slots=True)
class FieldIndex:
    """An index of all records by their fields, so that a rule reads only the few that it needs.

    `references` are the texts of the fields that carry each marker. `records_by_field` are the records that state a
    field, or have an entry that does: `phase_end`, `updates.see`.
    """

    references: Mapping[ReferenceMarker, frozenset[str]]
    records_by_field: Mapping[str, tuple[Record, ...]]


@dataclass(frozen=True, slots=True)
class _Contents:
    """The texts of a record or the programme, those that name something by their fields, and the years of its dates."""

    texts: list[str] = field(default_factory=list)
    # By the field itself: to compare markers by their values a hundred thousand times is slow.
    names: defaultdict[FieldSpec, list[str]] = field(default_factory=lambda: defaultdict(list))
    years: set[int] = field(default_factory=set)

    def iter_names(self) -> Iterator[tuple[str, str]]:
        """Yield the texts that name something, each after the name of its marker."""
        return ((_find_marker_name(field_spec), name) for field_spec, names in self.names.items() for name in names)


def _collect_contents(model: BaseModel) -> _Contents:
    contents = _Contents()
    _collect_texts(model, type(model), contents)
    return contents


def _collect_texts(model: BaseModel, owner: FieldSpec | type[BaseModel], contents: _Contents) -> None:
    """Add the contents of a model: `schema.walk` without the places.

    `owner` has the fields of the model: the field that holds it, or its class.
    """
    values = model.__dict__
    for field_spec in _select_present(owner, frozenset(model.model_fields_set)):
        _collect_value(values[field_spec.attribute], field_spec, contents)


def _collect_value(value: Any, field_spec: FieldSpec, contents: _Contents) -> None:
    value_type = value.__class__
    if value_type is str:
        if value:
            contents.texts.append(value)
            if field_spec.marker is not None:
                contents.names[field_spec].append(value)
    elif value_type is tuple or value_type is dict:
        for entry in value if value_type is tuple else value.values():
            _collect_value(entry, field_spec, contents)
    elif value_type is CouncilDate:
        if not value.raw.isascii():
            contents.texts.append(value.raw)
        if value.latest:
            contents.years.add(value.latest.year)
    elif field_spec.fields and value is not None:
        _collect_texts(value, field_spec, contents)


# Ten thousand records state a few hundred sets of fields, of the forty that each may have.
@lru_cache(maxsize=4096)
def _select_present(owner: FieldSpec | type[BaseModel], present: frozenset[str]) -> tuple[FieldSpec, ...]:
    fields = owner.fields if isinstance(owner, FieldSpec) else list_fields(owner)
    return tuple(field_spec for field_spec in fields if field_spec.attribute in present)


def _list_present_names(record: Record) -> set[str]:
    """Return the names of the fields that a record or an entry of it states: `phase_end`, `updates.see`."""
    present = frozenset(record.model_fields_set)
    names = set(present)
    for field_spec in _select_present(type(record), present):
        if field_spec.is_list and field_spec.model:
            for entry in getattr(record, field_spec.attribute):
                names |= _prefix_names(field_spec.attribute, frozenset(entry.model_fields_set))
    return names


@cache
def _find_marker_name(field_spec: FieldSpec) -> str:
    return next(name for name, marker in _MARKERS.items() if marker == field_spec.marker)


@lru_cache(maxsize=4096)
def _prefix_names(prefix: str, names: frozenset[str]) -> frozenset[str]:
    return frozenset(f"{prefix}.{name}" for name in names)


PROGRAMME_PATH = "data/programme.yaml"
T = TypeVar("T")
RecordT = TypeVar("RecordT", bound=Record)
ModelT = TypeVar("ModelT", bound=Model)
EntryT = TypeVar("EntryT", SourceDocument, Phase, Meeting, Dependency)


@dataclass(frozen=True, slots=True)
class Register:
    """The programme and all records. `paths` are relative to the register's folder, with `/`, by id.

    `broken_ids` are the ids of files that could not be read, so that a link to one of them is not a link to nothing.
    `broken_titles` are their titles, as far as they can be found. `unreadable_fields` are the fields of each record
    that could not be read and those that they may have been, so that none of them counts as absent (see
    `list_possible_fields`); `unreadable_folders` the folders with files that could not be read at all. `file_count` is
    the number of record files. `contracts` is the contracts register, empty where there is none. `cached_surveys` are
    those of an earlier run, for files with the same contents.
    """

    programme: Programme
    records: tuple[Record, ...] = ()
    paths: Mapping[str, str] = field(default_factory=dict)
    broken_ids: frozenset[str] = frozenset()
    file_count: int = 0
    unreadable_fields: Mapping[str, frozenset[str]] = field(default_factory=dict)
    unreadable_folders: frozenset[str] = frozenset()
    broken_titles: frozenset[str] = frozenset()
    contracts: ContractTable = field(default_factory=ContractTable)
    by_id: Mapping[str, Record] = field(init=False, repr=False, compare=False)
    _records_by_type: dict[type[Record], tuple[Any, ...]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    cached_surveys: CachedSurveys = field(default_factory=CachedSurveys, repr=False, compare=False)
    _cache: dict[str, Any] = field(init=False, repr=False, compare=False, default_factory=dict)
    _searches: set[str] = field(init=False, repr=False, compare=False, default_factory=set)
    _texts: dict[str, str] = field(init=False, repr=False, compare=False, default_factory=dict)

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
        return self.compute_once("field index", self._build_field_index)

    def _build_field_index(self) -> FieldIndex:
        names_by_marker: defaultdict[str, set[str]] = defaultdict(set)
        for marker, name in self._collect_contents("").iter_names():
            names_by_marker[marker].add(name)
        records_by_field: defaultdict[str, list[Record]] = defaultdict(list)
        # Most records state the same fields as some others, and many name the same things.
        lists_by_fields: dict[str, list[list[Record]]] = {}
        for record, survey in self.list_surveys():
            lists = lists_by_fields.get(survey.fields)
            if lists is None:
                lists = [records_by_field[name] for name in survey.fields.split(SEPARATOR)]
                lists_by_fields[survey.fields] = lists
            for matches in lists:
                matches.append(record)
        for names in {survey.names for _, survey in self.list_surveys() if survey.names}:
            pairs = iter(names.split(SEPARATOR))
            for marker, name in zip(pairs, pairs, strict=False):
                names_by_marker[marker].add(name)
        return FieldIndex(
            {_MARKERS[marker]: frozenset(names) for marker, names in names_by_marker.items()},
            {name: tuple(records) for name, records in records_by_field.items()},
        )

    def list_surveys(self) -> tuple[tuple[Record, Survey], ...]:
        """Return each record with its survey: that of an earlier run if the record is the same."""
        return self.compute_once(
            "surveys", lambda: tuple((record, self._make_survey(record)) for record in self.records)
        )

    def _make_survey(self, record: Record) -> Survey:
        if survey := self._find_cached_survey(record):
            return survey
        contents = self._collect_contents(record.id)
        lists = (
            sorted(_list_present_names(record)),
            map(str, contents.years),
            chain.from_iterable(contents.iter_names()),
        )
        fields, years, names = map(SEPARATOR.join, lists)
        return Survey("", fields, years, names, {})

    def _find_cached_survey(self, record: Record) -> Survey | None:
        survey = self.cached_surveys.by_id.get(record.id)
        return survey[1] if survey is not None and survey[0] is record else None

    def _collect_contents(self, id_: str) -> _Contents:
        contents = _collect_contents(self.by_id[id_] if id_ else self.programme)
        self._texts[id_] = "\n".join(contents.texts)
        return contents

    def text_of(self, id_: str) -> str:
        """Return all the text of a record, or of the programme for the empty id, without the names of fields.

        Its texts are in no particular order, each on lines of its own.
        """
        if id_ not in self._texts:
            self._collect_contents(id_)
        return self._texts[id_]

    def iter_texts(self) -> Iterator[str]:
        """Yield all the text of the programme, then that of each record."""
        return map(self.text_of, ("", *self.by_id))

    def search_records(
        self, name: str, find: Callable[[Record], Iterable[str]], field_name: str = ""
    ) -> tuple[tuple[Record, list[str]], ...]:
        """Return the records in which a search finds something, and what it finds.

        The results are kept under the name, so `find` must depend only on the record's file, the programme and the
        code. With the name of a field, only the records that state the field are searched.
        """

        def search() -> Iterator[tuple[Record, list[str]]]:
            for record, survey in self._list_unsearched(name, field_name):
                if words := SEPARATOR.join(find(record)):
                    survey.findings[name] = words
            for record, survey in self._list_surveys_with_field(field_name):
                if words := survey.findings.get(name, ""):
                    yield record, words.split(SEPARATOR)

        return self.compute_once(f"search {name}", lambda: tuple(search()))

    def search_texts(self, name: str, matches: Callable[[str], object]) -> tuple[Record, ...]:
        """Return the records in whose text something matches: a search of all the text of each, which is kept too."""

        def search() -> Iterator[Record]:
            for record, survey in self._list_unsearched(name):
                if matches(self.text_of(record.id)):
                    survey.findings[name] = "yes"
            return (record for record, survey in self.list_surveys() if name in survey.findings)

        return self.compute_once(f"search {name}", lambda: tuple(search()))

    def _list_surveys_with_field(self, field_name: str) -> tuple[tuple[Record, Survey], ...]:
        """Return the records that state a field, and perhaps others that state one with a longer name."""
        pairs = self.list_surveys()
        if not field_name:
            return pairs
        return self.compute_once(
            f"surveys with {field_name}", lambda: tuple(pair for pair in pairs if field_name in pair[1].fields)
        )

    def _list_unsearched(self, name: str, field_name: str = "") -> Iterable[tuple[Record, Survey]]:
        """Return the records in which no earlier run made a search of this name."""
        self._searches.add(name)
        pairs = self._list_surveys_with_field(field_name)
        if name not in self.cached_surveys.searches:
            return pairs
        new_ids = self.compute_once(
            "new ids", lambda: {record.id for record, survey in self.list_surveys() if not survey.content}
        )
        return [pair for pair in pairs if pair[0].id in new_ids] if new_ids else ()

    def list_searches(self) -> frozenset[str]:
        """Return the names of the searches that were made of every record."""
        return frozenset(self._searches)

    def compute_once(self, name: str, compute: Callable[[], T]) -> T:
        """Return the value with this name, which is computed when it is first needed."""
        if name not in self._cache:
            self._cache[name] = compute()
        value: T = self._cache[name]
        return value

    def of_kind(self, kind: Kind) -> tuple[Record, ...]:
        """Return the records of a kind."""
        return tuple(record for record in self.records if kind_of(record) == kind)

    def path_of(self, id_: str) -> str:
        """Return the file of a record, or the programme's file for any other id."""
        return self.paths.get(id_, PROGRAMME_PATH)

    def is_unreadable(self, id_: str, *fields: str) -> bool:
        """Whether one of these fields of a record could not be read, so that it may have a value."""
        return not self.unreadable_fields.get(id_, frozenset()).isdisjoint(fields)

    def may_hide(self, model: type[Record], field_name: str) -> bool:
        """Whether a record of a model may have a field in a part that could not be read.

        It may be a field of an entry: `updates.covers`. The empty name stands for any field.
        """
        if not (self.unreadable_folders or self.unreadable_fields):
            return False
        if any(kind.folder in self.unreadable_folders for kind in self.kinds if issubclass(kind.model, model)):
            return True
        return any(
            isinstance(self.by_id.get(id_), model) and (not field_name or _may_include(names, field_name))
            for id_, names in self.unreadable_fields.items()
        )

    def iter_parts(self) -> Iterator[tuple[str, Recommendation]]:
        """Yield the id of every part of a recommendation, with the recommendation."""
        for recommendation in self.of_type(Recommendation):
            for part in recommendation.parts:
                yield part.id, recommendation

    def find_source(self, id_: str) -> SourceDocument | None:
        """Return the source with this id."""
        return self._find_entry(self.programme.sources, id_)

    def find_phase(self, id_: str | None) -> Phase | None:
        """Return the phase with this id."""
        return self._find_entry(self.programme.phases, id_)

    def find_meeting(self, id_: str | None) -> Meeting | None:
        """Return the meeting with this id."""
        return self._find_entry(self.programme.meetings, id_)

    def _find_entry(self, entries: tuple[EntryT, ...], id_: str | None) -> EntryT | None:
        if id_ is None or not entries:
            return None
        by_id: dict[str, EntryT] = self.compute_once(
            entries[0].__class__.__name__, lambda: {entry.id: entry for entry in reversed(entries)}
        )
        return by_id.get(id_)

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
        return self._find_entry(self.programme.dependencies, id_)


def _may_include(unreadable_names: frozenset[str], field_name: str) -> bool:
    """Whether a field is among those that could not be read, or is in a list of which no part could be read."""
    top, _, inner = field_name.partition(".")
    if not inner or top not in unreadable_names:
        return top in unreadable_names
    has_only_parts = any(name.startswith(f"{top}.") for name in unreadable_names)
    return not has_only_parts or not unreadable_names.isdisjoint((field_name, f"{top}.*"))


def sort_records(records: Iterable[RecordT], kinds: Kinds) -> tuple[RecordT, ...]:
    """Return records as people list them: recommendations, actions, follow-ups and so on, each by id."""
    by_kind: dict[str, list[RecordT]] = {kind.name: [] for kind in kinds}
    for record in records:
        by_kind.setdefault(kind_of(record).name, []).append(record)
    declared_groups = [by_kind.pop(kind.name) for kind in kinds]
    others = list(chain.from_iterable(by_kind.values()))
    return tuple(chain.from_iterable(sorted(group, key=_get_id_key) for group in (*declared_groups, others)))


def _get_id_key(record: Record) -> tuple[tuple[int, int, str], ...]:
    return natural_key(record.id)


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
    """Return the last day of the first of the meetings that asked for a record."""
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
    folded ids of records that newer commits deleted. With `has_unreadable_files`, a missing record may be in a file or
    folder that was not read.
    """

    register: Register
    states: tuple[RecordState, ...] = ()
    removed_ids: frozenset[str] = frozenset()
    has_unreadable_files: bool = False


# Names of fields of records and of the programme together, for readers of files that may have either.

TOP_LEVEL_MODELS: tuple[ModelClass, ...] = (Programme, *(kind.model for kind in KINDS))


@cache
def programme_field_specs() -> dict[str, FieldSpec]:
    """Return the fields of the programme by dotted name: `meetings.papers_due`."""
    return {".".join(spec.path): spec for spec in flatten_fields(list_fields(Programme))}


@cache
def component_list_fields() -> frozenset[str]:
    """Return the fields of records and of the programme that hold a list of groups, such as `updates`."""
    fields = (field for model in TOP_LEVEL_MODELS for field in list_fields(model))
    return frozenset(field.name for field in fields if field.is_list and field.model)


@cache
def entry_field_names() -> dict[str, frozenset[str]]:
    """Return the names of the fields of an entry, for each field of records that holds a list of groups."""
    fields = (field for kind in KINDS for field in list_fields(kind.model))
    return {
        field.name: frozenset(inner.name for inner in field.fields) for field in fields if field.is_list and field.model
    }
