"""The case: one frozen value that is the input of every rule, query and paper.

It also records what was removed for an audience and which files have errors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field, replace
from datetime import date
from itertools import chain
from operator import attrgetter, itemgetter
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from p2ptrack.analysis.facts import (
    FactContext,
    RecordFacts,
    compute_facts,
    get_effective_status,
    suppress_unknown_facts,
)
from p2ptrack.analysis.links import Links, build_links
from p2ptrack.diagnostics import Problem, Severity
from p2ptrack.model.fields import Extent, Status
from p2ptrack.model.kinds import is_record_path, kind_of
from p2ptrack.model.programme import Meeting, Policy, Programme, RatingLevel
from p2ptrack.model.records import Record, TrackedRecord
from p2ptrack.model.recurrence import find_next_target
from p2ptrack.model.register import Register, resolve_update_date
from p2ptrack.model.schema import record_fields_to_json
from p2ptrack.model.validation import KEY_SUFFIX
from p2ptrack.values import compile_on_use, dataclass

if TYPE_CHECKING:
    from p2ptrack.model.history import PublicationIdentity, PublishedRecords, RecordVersion, RegisterHistory


@dataclass(frozen=True, slots=True)
class RedactedItem:
    """An exempt item: a whole record, or a field or an entry of one.

    `sources` are the ids of the sources whose papers would print it (empty text: any), so that a paper counts its own.
    """

    kind: str
    sources: frozenset[str]
    paragraphs: tuple[str, ...]
    is_whole_record: bool = False


@dataclass(frozen=True, slots=True)
class ExemptTag:
    """The exemption that a text falls under: of which record, and the paragraphs of the law.

    With `covers_facts` it covers more than text: all of the record, or a choice or date from which facts follow.
    """

    record_id: str
    paragraphs: tuple[str, ...]
    covers_facts: bool = False


@dataclass(frozen=True, slots=True)
class Redactions:
    """What was removed from a register for the public, or tagged as exempt in it for members and officers.

    `notice_paragraphs` are the paragraphs for each record of which a part is missing; `fields` the fields that it is
    missing from; `addressed` the recommendations and parts that a redacted record answers, which are not gaps. `tags`
    are the exemptions that tagged text refers to by number. `newer_ids` are records that are exempt only in other
    commits or in the files of the folder; `uncertain_ids` may be exempt there.
    """

    items: tuple[RedactedItem, ...] = ()
    notice_paragraphs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fields: Mapping[str, frozenset[str]] = field(default_factory=dict)
    addressed: frozenset[str] = frozenset()
    tags: tuple[ExemptTag, ...] = ()
    uncertain_ids: tuple[str, ...] = ()
    newer_ids: tuple[str, ...] = ()

    def is_redacted(self, id_: str, *fields: str) -> bool:
        """Whether one of these fields of a record was redacted, wholly or in part."""
        return not self.fields.get(id_, frozenset()).isdisjoint(fields)


@dataclass(frozen=True, slots=True)
class ExemptContent:
    """What is exempt of a record: all of it, or parts of it by their paths, which the public is not given."""

    is_whole: bool = False
    parts: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Return the mark beside the record's id: *exempt* or *partly exempt*."""
        return "exempt" if self.is_whole else "partly exempt"


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Who an answer is for, what is exempt of the records in it by id, and how many records it leaves out.

    `audience` is the value of an `Audience`. `incomplete_records` are those in the answer of which a part is left out.
    """

    audience: str = "officers"
    exempt: Mapping[str, ExemptContent] = field(default_factory=dict)
    omitted_records: int = 0
    incomplete_records: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return the audience and what is left out, as every JSON answer has them."""
        omitted = {"records": self.omitted_records, "parts_of_records": self.incomplete_records}
        return {"audience": str(self.audience), "left_out": omitted}

    def describe_record(self, id_: str) -> dict[str, Any]:
        """Return what is exempt of a record, as every JSON answer has it."""
        content = self.exempt.get(id_)
        return {
            "exempt": content is not None and content.is_whole,
            "partly_exempt": content is not None and not content.is_whole,
            "exempt_parts": list(content.parts) if content else [],
        }


_READING_CODE = compile_on_use(r"[DSY][0-9]+")
_FOLDER_CODE = compile_on_use(r"D[0-9]+")


@dataclass(frozen=True, slots=True)
class UnreadableFile:
    """A file or folder with errors: the id that its name begins with, the fields with an error, and the codes."""

    path: str
    id: str = ""
    fields: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()

    @classmethod
    def from_path(cls, path: str, fields: Iterable[str] = (), codes: Iterable[str] = ()) -> UnreadableFile:
        """Return the file at a path, with its fields and codes each once and in order."""
        return cls(path, _find_id(path), tuple(sorted(set(fields))), tuple(sorted(set(codes))))

    def to_json(self) -> dict[str, Any]:
        """Return the file as in the JSON contract. Only a record's file has an id. The public gets no path or id."""
        names = {"path": self.path or None, "id": self.id or None}
        return {**names, "fields": list(self.fields), "codes": list(self.codes)}


def find_unreadable(problems: Iterable[Problem]) -> tuple[UnreadableFile, ...]:
    """Return the files that were not read, or not all of them, in the order of their paths."""
    problems_by_path: dict[str, list[Problem]] = {}
    for problem in problems:
        if _hides_data(problem):
            problems_by_path.setdefault(problem.path, []).append(problem)
    return tuple(
        UnreadableFile.from_path(
            path,
            (problem.field.removesuffix(KEY_SUFFIX) for problem in file_problems if problem.field),
            (problem.code for problem in file_problems),
        )
        for path, file_problems in sorted(problems_by_path.items())
    )


def _hides_data(problem: Problem) -> bool:
    """Whether something was not read: an error, or a warning about a field of an old revision that is left out."""
    if not _READING_CODE.fullmatch(problem.code):
        return False
    return problem.severity is Severity.ERROR or (bool(problem.field) and not _FOLDER_CODE.fullmatch(problem.code))


def _find_id(path: str) -> str:
    file = PurePosixPath(path)
    return file.stem.partition("-")[0] if is_record_path(path) else ""


SCHEMA_VERSION = 1
Facts: TypeAlias = Mapping[str, Mapping[str, Any]]
"""The facts of records by id, each by its name."""


@dataclass(frozen=True, slots=True)
class RegisterProvenance:
    """Where the register came from: the version of p2ptrack, and the commit when there is one.

    `published_meetings` are the meetings whose papers were published from that commit, each with the publication before
    it, which its papers name. `last_publication` is the one before any other paper.
    """

    version: str
    commit: str = ""
    modified: bool = False
    published_meetings: Mapping[str, PublicationIdentity | None] = field(default_factory=dict)
    last_publication: PublicationIdentity | None = None

    def is_publication_for(self, meeting: Meeting | None) -> bool:
        """Whether papers made from here are the published papers of a meeting."""
        return meeting is not None and not self.modified and meeting.id in self.published_meetings

    def find_publication_before(self, meeting: Meeting | None) -> PublicationIdentity | None:
        """Return the publication before the papers of a meeting."""
        if meeting is not None and self.is_publication_for(meeting):
            return self.published_meetings[meeting.id]
        return self.last_publication


@dataclass(frozen=True, slots=True)
class Case:
    """The register with its facts at a position date.

    `problems` are those of reading; rules find the others. `facts` holds every tracked record. `redactions` records
    what an audience does not see of the register, and `disclosure` what an answer states about that. `history` comes
    from git and is None until something needs it. Without it, `deleted_records` are those whose files are committed and
    no longer in the folder. `published_records` are those of the last published papers. `provenance` is set where an
    answer names the commit.
    """

    register: Register
    as_of: date
    links: Links
    facts: Mapping[str, RecordFacts]
    problems: tuple[Problem, ...] = ()
    redactions: Redactions = field(default_factory=Redactions)
    history: RegisterHistory | None = None
    deleted_records: tuple[RecordVersion, ...] = ()
    published_records: PublishedRecords | None = None
    disclosure: Disclosure = field(default_factory=Disclosure)
    provenance: RegisterProvenance | None = None
    _cache: dict[str, tuple[TrackedRecord, ...]] = field(init=False, repr=False, compare=False, default_factory=dict)

    @property
    def policy(self) -> Policy:
        """Return the council's policy."""
        return self.register.programme.policy

    def tracked(self) -> tuple[TrackedRecord, ...]:
        """Return the actions and follow-ups in the order of their ids."""
        return self.register.tracked_records()

    def with_fact(self, fact: str) -> tuple[TrackedRecord, ...]:
        """Return the tracked records that have a fact; those for which it is unknown are not among them."""
        get_fact = attrgetter(fact)
        pairs = zip(self.tracked(), self.facts.values(), strict=True)
        return self._get_cached(f"is:{fact}", lambda: (record for record, facts in pairs if get_fact(facts) is True))

    def with_field(self, name: str) -> tuple[TrackedRecord, ...]:
        """Return the tracked records that state a field, or an entry of one: `start`, `updates.see`."""
        return self._get_cached(
            name, lambda: (record for record in self.register.with_field(name) if isinstance(record, TrackedRecord))
        )

    def with_any_field(self, *names: str) -> tuple[TrackedRecord, ...]:
        """Return the tracked records that state any of these fields."""
        ids = {record.id for name in names for record in self.with_field(name)}
        return tuple(record for record in self.tracked() if record.id in ids)

    def with_status(self, *statuses: Status) -> tuple[TrackedRecord, ...]:
        """Return the tracked records that state one of these statuses."""
        groups = self.register.compute_once("records by status", self._group_by_status)
        entries = sorted(chain.from_iterable(groups.get(status, ()) for status in statuses), key=itemgetter(0))
        return tuple(record for _, record in entries)

    def _group_by_status(self) -> Mapping[Status, list[tuple[int, TrackedRecord]]]:
        groups: dict[Status, list[tuple[int, TrackedRecord]]] = {}
        for index, record in enumerate(self.with_field("status")):
            if record.status:
                groups.setdefault(record.status, []).append((index, record))
        return groups

    def _get_cached(self, key: str, compute: Callable[[], Iterator[TrackedRecord]]) -> tuple[TrackedRecord, ...]:
        if key not in self._cache:
            self._cache[key] = tuple(compute())
        return self._cache[key]

    def with_unknown_fact(self, fact: str) -> tuple[TrackedRecord, ...]:
        """Return the tracked records for which a fact is unknown."""
        get_fact, pairs = attrgetter(fact), zip(self.tracked(), self.facts.values(), strict=True)
        return tuple(record for record, facts in pairs if get_fact(facts) is None)

    def is_unknown(self, id_: str, *fields: str) -> bool:
        """Whether one of these fields of a record was redacted or could not be read, so that it may have a value."""
        return self.redactions.is_redacted(id_, *fields) or self.register.is_unreadable(id_, *fields)

    def get_status(self, record: TrackedRecord) -> Status | None:
        """Return the status at the position date; None when none is stated."""
        return get_effective_status(record, self.as_of)


def make_case(
    register: Register,
    as_of: date,
    problems: tuple[Problem, ...] = (),
    redactions: Redactions | None = None,
) -> Case:
    """Link the register and compute every fact at a position date, of fields that were read and not redacted alone."""
    register = _move_targets(register, as_of)
    links, redactions = build_links(register), redactions or Redactions()
    facts = _compute_all_facts(register, as_of, links, redactions)
    return Case(register, as_of, links, facts, problems, redactions)


def move_case(case: Case, as_of: date) -> Case:
    """Return the same register with its facts at another position date."""
    register = _move_targets(case.register, as_of)
    facts = _compute_all_facts(register, as_of, case.links, case.redactions)
    return replace(case, register=register, as_of=as_of, facts=facts)


def _move_targets(register: Register, as_of: date) -> Register:
    """Return the register in which recurring duties have their next target dates at a position date."""
    moved: dict[str, Record] = {}
    for record in register.tracked_records():
        if record.periods and record.every:
            target = find_next_target(record.target, record.every, record.periods, as_of)
            if target != record.target:
                moved[record.id] = record.model_copy(update={"target": target})
    if not moved:
        return register
    return replace(register, records=tuple(moved.get(record.id, record) for record in register.records))


def _compute_all_facts(
    register: Register, as_of: date, links: Links, redactions: Redactions
) -> Mapping[str, RecordFacts]:
    context = make_fact_context(register, as_of, links)
    facts = {record.id: compute_facts(record, context) for record in register.tracked_records()}
    for id_ in {*register.unreadable_fields, *redactions.fields} & facts.keys():
        record, withheld = register.by_id[id_], redactions.fields.get(id_, frozenset())
        if isinstance(record, TrackedRecord):
            unknown = withheld | register.unreadable_fields.get(id_, frozenset())
            known_facts = suppress_unknown_facts(record, facts[id_], context, unknown)
            if "status" not in withheld:  # with a status that could not be read it stays in the lists of open records
                known_facts = known_facts._replace(unfinished=facts[id_].unfinished)
            facts[id_] = known_facts
    return facts


def make_fact_context(register: Register, as_of: date, links: Links) -> FactContext:
    """Return the inputs of facts besides the record. An update that is only a heading does not cover another record."""
    covering_updates = {
        id_: [reference.update for reference in references if reference.extent is not Extent.HEADING_ONLY]
        for id_, references in links.covered_by.items()
    }
    covering_dates = {
        id_: tuple(resolve_update_date(register, update) for update in updates)
        for id_, updates in covering_updates.items()
        if updates
    }
    return FactContext(register, as_of, covering_dates)


def find_latest_update_date(case: Case) -> date | None:
    """Return the last day of the newest update in the register; None when no update is dated."""
    dates = (resolve_update_date(case.register, update) for record in case.tracked() for update in record.updates)
    return max((day.latest for day in dates if day is not None and day.latest is not None), default=None)


def find_closing_day(record: TrackedRecord) -> date | None:
    """Return the last day that a record's closure can mean, of the dates that it states."""
    days = (part.on for part in (record.decided, record.verified) if part)
    return next((day.latest for day in (*days, record.completed_on) if day), None)


def serialise_record(case: Case, record: Record, other_facts: Facts = MappingProxyType({})) -> dict[str, Any]:
    """Return one record as the JSON contract has it: its fields and its facts. A recommendation has no facts.

    `other_facts` are those of records that are not tracked, by id.
    """
    data = {
        "id": record.id,
        "kind": kind_of(record).name,
        "title": record.title,
        "path": case.register.path_of(record.id),
        **case.disclosure.describe_record(record.id),
        "fields": record_fields_to_json(record),
    }
    tracked = case.facts.get(record.id)
    facts = other_facts.get(record.id) if tracked is None else tracked._asdict()
    return data if facts is None else {**data, "facts": facts}


def build_json_answer(case: Case, **lists: Any) -> dict[str, Any]:
    """Return the object of a JSON answer: its head, the lists, and the files that were not read."""
    provenance = case.provenance or RegisterProvenance("")
    head = build_json_head(case.register.programme, case.as_of, case.disclosure, provenance)
    return {**head, **lists, "unread": list_unreadable_as_json(case.problems)}


def build_json_head(
    programme: Programme, as_of: date, disclosure: Disclosure, provenance: RegisterProvenance
) -> dict[str, Any]:
    """Return the head of a JSON answer: the contract's version, the register, the date and the audience."""
    register = {
        "organisation": programme.organisation,
        "title": programme.title,
        "commit": provenance.commit or None,
        "modified": provenance.modified,
    }
    head = {"schema_version": SCHEMA_VERSION, "register": register, "as_of": as_of.isoformat()}
    return {**head, **disclosure.to_json()}


def list_unreadable_as_json(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Return the files that were not read, wholly or in part."""
    return [file.to_json() for file in find_unreadable(problems)]


def serialise_records(
    case: Case, records: Iterable[Record], other_facts: Facts = MappingProxyType({})
) -> dict[str, Any]:
    """Return the answer of `list`, `overdue` and `show`."""
    return build_json_answer(case, records=[serialise_record(case, record, other_facts) for record in records])


def rate_record(case: Case, record: TrackedRecord) -> RatingLevel:
    """Return the rating of a record at the position date. It is always computed; policy has its word and colour.

    A record is at risk if it waits for somebody else, is past its end phase, or is due soon without having started or a
    recent update. It is not rated without a target, or if the status or the target is not known.
    """
    facts = case.facts[record.id]
    if case.is_unknown(record.id, "status"):
        return "not_rated"
    if not facts.unfinished:
        return "complete"
    if facts.overdue:
        return "overdue"
    if facts.no_target or case.is_unknown(record.id, "target"):
        return "not_rated"
    has_progress = case.get_status(record) is not Status.NOT_STARTED and facts.no_recent_update is False
    is_doubtful = facts.due_soon and not has_progress
    return "at_risk" if facts.waiting or facts.past_phase or is_doubtful else "on_track"
