"""The case: one frozen value that every rule and every report is a function of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from p2ptrack.analysis.audience import Audience, Redactions
from p2ptrack.analysis.facts import FactContext, RecordFacts, compute_facts, get_effective_status
from p2ptrack.analysis.links import Links, build_links
from p2ptrack.diagnostics import Problem
from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.fields import Extent, Status
from p2ptrack.model.programme import Meeting, Policy, RatingLevel
from p2ptrack.model.records import Record, TrackedRecord, kind_of
from p2ptrack.model.register import Register, resolve_update_date
from p2ptrack.model.schema import record_fields_to_json
from p2ptrack.model.wording import Layout, Wording

if TYPE_CHECKING:
    from p2ptrack.model.history import RecordVersion, RegisterHistory


@dataclass(frozen=True, slots=True)
class RegisterProvenance:
    """Where the register came from: the version of p2ptrack, and the commit where there is one.

    `published` are the meetings whose papers were sealed at that commit.
    """

    version: str
    commit: str = ""
    modified: bool = False
    published_meetings: tuple[str, ...] = ()

    def is_publication_for(self, meeting: Meeting | None) -> bool:
        """Whether a meeting's papers are published as they are made from here."""
        return meeting is not None and not self.modified and meeting.id in self.published_meetings


@dataclass(frozen=True, slots=True)
class Case:
    """The register, judged on a day.

    `problems` are those of reading; what the rules find is asked of the rules. `facts` holds every
    tracked record; `meeting` is the one that a paper is for; `report` the key of the paper's entry.
    The register is what the `audience` sees of it, and `withheld` counts what was taken out for that.
    `history` is what git has; None where nothing asked for it. Without it, `deleted_records` are those whose files are
    committed and no longer in the folder.
    """

    register: Register
    as_of: date
    links: Links
    facts: Mapping[str, RecordFacts]
    problems: tuple[Problem, ...] = ()
    wording: Wording = field(default_factory=Wording)
    layout: Layout = field(default_factory=Layout)
    provenance: RegisterProvenance = field(default_factory=lambda: RegisterProvenance(""))
    meeting: Meeting | None = None
    report: str = ""
    audience: Audience = Audience.OFFICERS
    redactions: Redactions = field(default_factory=Redactions)
    history: RegisterHistory | None = None
    deleted_records: tuple[RecordVersion, ...] = ()
    _cache: dict[str, tuple[TrackedRecord, ...]] = field(init=False, repr=False, compare=False, default_factory=dict)

    @property
    def policy(self) -> Policy:
        """Return the council's policy."""
        return self.register.programme.policy

    def tracked(self) -> tuple[TrackedRecord, ...]:
        """Return the actions and follow-ups in the order of their ids."""
        return self.register.tracked_records()

    def with_fact(self, fact: str) -> tuple[TrackedRecord, ...]:
        """Return the tracked records that have a fact; those of which it cannot be told are not among them."""
        get_fact = attrgetter(fact)
        pairs = zip(self.tracked(), self.facts.values(), strict=True)
        return self._get_cached(f"is:{fact}", lambda: (record for record, facts in pairs if get_fact(facts) is True))

    def with_field(self, name: str) -> tuple[TrackedRecord, ...]:
        """Return the tracked records that state a field, or one of its entries does: `start`, `updates.see`."""
        return self._get_cached(
            name, lambda: (record for record in self.register.with_field(name) if isinstance(record, TrackedRecord))
        )

    def with_status(self, *statuses: Status) -> tuple[TrackedRecord, ...]:
        """Return the tracked records whose status, as they state it, is one of these."""
        return self._get_cached(
            f"status:{statuses}", lambda: (record for record in self.with_field("status") if record.status in statuses)
        )

    def _get_cached(self, key: str, compute: Callable[[], Iterator[TrackedRecord]]) -> tuple[TrackedRecord, ...]:
        if key not in self._cache:
            self._cache[key] = tuple(compute())
        return self._cache[key]

    def with_unknown_fact(self, fact: str) -> tuple[TrackedRecord, ...]:
        """Return the tracked records of which a fact cannot be told."""
        return tuple(record for record in self.tracked() if getattr(self.facts[record.id], fact) is None)

    def get_status(self, record: TrackedRecord) -> Status | None:
        """Return the status on the day of the case; None where none is stated."""
        return get_effective_status(record, self.as_of)


def make_case(register: Register, as_of: date, problems: tuple[Problem, ...] = ()) -> Case:
    """Link the register and work out every fact on a day."""
    links = build_links(register)
    context = FactContext(register, as_of, _collect_cover_dates(register, links))
    facts = {record.id: compute_facts(record, context) for record in register.tracked_records()}
    return Case(register, as_of, links, facts, problems)


def _collect_cover_dates(register: Register, links: Links) -> Mapping[str, tuple[CouncilDate | None, ...]]:
    """Return when others reported on a record; a heading alone says nothing about it."""
    return {
        id_: tuple(
            resolve_update_date(register, reference.update)
            for reference in references
            if reference.extent is not Extent.HEADING_ONLY
        )
        for id_, references in links.covered_by.items()
        if any(reference.extent is not Extent.HEADING_ONLY for reference in references)
    }


def find_latest_update_date(case: Case) -> date | None:
    """Return the last day of the newest update in the register; None where no update has a day."""
    dates = (resolve_update_date(case.register, update) for record in case.tracked() for update in record.updates)
    return max(
        (update_date.latest for update_date in dates if update_date is not None and update_date.latest is not None),
        default=None,
    )


# Records and facts as the JSON contract has them (design, section 4).


SCHEMA_VERSION = 1


def serialise_record(case: Case, record: Record) -> dict[str, Any]:
    """Return one record: what it says, where it stands and what follows from it. A recommendation has no facts."""
    data = {
        "id": record.id,
        "kind": kind_of(record).name,
        "title": record.title,
        "path": case.register.path_of(record.id),
        "fields": record_fields_to_json(record),
    }
    facts = case.facts.get(record.id)
    return data if facts is None else {**data, "facts": facts._asdict()}


def build_json_answer(case: Case, **lists: Any) -> dict[str, Any]:
    """Return the object that every JSON answer is: the version of the contract, the day, and what it lists."""
    return {"schema_version": SCHEMA_VERSION, "as_of": case.as_of.isoformat(), **lists}


def serialise_records(case: Case, records: Iterable[Record]) -> dict[str, Any]:
    """Return the answer of `list`, `overdue` and `show`."""
    return build_json_answer(case, records=[serialise_record(case, record) for record in records])


# The rating of a record: always computed, never typed; which word and colour it has is the council's policy.


def rate_record(case: Case, record: TrackedRecord) -> RatingLevel:
    """Return how a record stands on the day of the case.

    At risk is what waits for something outside, or is past the phase that it was to end in; without a
    target there is nothing to rate against.
    """
    facts = case.facts[record.id]
    if not facts.unfinished:
        return "complete"
    if facts.overdue:
        return "overdue"
    if facts.no_target:
        return "not_rated"
    return "at_risk" if facts.waiting or facts.past_phase else "on_track"
