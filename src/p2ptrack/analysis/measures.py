"""The measures that screens, papers and rules share, each with its records."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import (
    count_days_late,
    get_deadline,
    get_original_target,
    has_target,
    is_cleared,
    is_done,
    is_verified,
)
from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.fields import CLOSED_STATUSES, Acceptance, Status
from p2ptrack.model.records import Action, Blocker, Recommendation, TrackedRecord
from p2ptrack.phrases import natural_key
from p2ptrack.values import dataclass

TrackedRecords = tuple[TrackedRecord, ...]
GetTarget = Callable[[TrackedRecord], CouncilDate | None]
MIN_FOR_SHARE = 10
"""With fewer records, no share is given, only the number."""
AGE_LIMITS = (30, 90, 180, 365)
"""The last day of each age group of overdue records, except the longest."""
_ENDED_STATUSES = CLOSED_STATUSES - {Status.COMPLETE, Status.VERIFIED, Status.NOT_IMPLEMENTED}
"""Statuses that do not show whether the work was done."""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Records that a measure leaves out, for one reason: a stable word such as `no_target`."""

    reason: str
    records: TrackedRecords


@dataclass(frozen=True, slots=True)
class Measure:
    """The records that a measure counts, those that it counts them out of, and those without the information.

    `excluded` do not have the information; that of `unreadable` is withheld or could not be read. `exclusions` are the
    excluded records by reason, where a measure has reasons.
    """

    records: TrackedRecords
    out_of: TrackedRecords
    excluded: TrackedRecords = ()
    unreadable: TrackedRecords = ()
    exclusions: tuple[Exclusion, ...] = ()

    @property
    def percent(self) -> str:
        """Return the share in whole percent, `0`, `100` and `<1` included; nothing of fewer than ten records.

        Only all of them are 100%, and only none are 0%.
        """
        number, total = len(self.records), len(self.out_of)
        if total < MIN_FOR_SHARE:
            return ""
        percent = min(round(100 * number / total), 99) if number < total else 100
        return "<1" if number and not percent else str(percent)


@dataclass(frozen=True, slots=True)
class OpenDependency:
    """A dependency that is not cleared, the records that wait for it, and their first blocker.

    `index` is its position in the dependencies of the programme, None for a cause that a record describes.
    """

    index: int | None
    blocker: Blocker
    title: str
    owner: str | None
    since: CouncilDate | None
    expected: CouncilDate | None
    records: TrackedRecords


class Measures:
    """The measures of some tracked records, by default of all in the register.

    Lists keep the order of the records unless stated otherwise.
    """

    def __init__(self, case: Case, records: Iterable[TrackedRecord] | None = None) -> None:
        self.case = case
        self.records = case.tracked() if records is None else tuple(records)
        self._ids = {record.id for record in self.records}
        self.open = self._with_fact("unfinished")
        self.dated: TrackedRecords = tuple(
            record for record in self.open if case.facts[record.id].days_to_target is not None
        )
        """The open records with a deadline: only these can be due or overdue."""

    def sort_by_deadline(self) -> TrackedRecords:
        """Return the open records with a deadline, the earliest first."""
        return self._sort(self.dated)

    def overdue(self) -> Measure:
        """Return the open records whose deadline has passed, the longest overdue first."""
        return self._overdue

    @cached_property
    def _overdue(self) -> Measure:
        return self._measure_dated(lambda days: days < 0)

    def due_within(self, days: int) -> Measure:
        """Return the open records whose deadline is today or at most `days` away, the first due first."""
        return self._measure_dated(lambda days_left: 0 <= days_left <= days)

    def overdue_by_age(self) -> tuple[TrackedRecords, ...]:
        """Return the overdue records in groups, the least overdue first: one for each of `AGE_LIMITS`, and the rest."""
        groups: list[list[TrackedRecord]] = [[] for _ in range(len(AGE_LIMITS) + 1)]
        for record in reversed(self.overdue().records):
            groups[bisect_left(AGE_LIMITS, -self._days_left(record))].append(record)
        return tuple(map(tuple, groups))

    def implemented_by_original_target(self) -> Measure:
        """Return the records that were done by their first target date, of those whose first target date has passed."""
        return self._measure_implemented(lambda record: get_original_target(record, self.case.policy), "revisions")

    def implemented_by_current_target(self) -> Measure:
        """Return the records that were done by their target date, of those whose target date has passed."""
        return self._measure_implemented(lambda record: record.target)

    def _measure_implemented(self, get_target: GetTarget, *fields: str) -> Measure:
        """Return the measure for a target date.

        A record that ended without being done counts as not done by its date. Where it is not stated whether it was
        done, or when, the record is excluded.
        """
        unreadable = self._unreadable(self.records, "status", "target", "completed_on", *fields)
        groups: dict[str, list[TrackedRecord]] = {}
        for record in self.records:
            if record not in unreadable:
                groups.setdefault(self._classify_implementation(record, get_target(record)), []).append(record)
        exclusions = tuple(
            Exclusion(reason, tuple(groups[reason]))
            for reason in ("no_target", "ended", "no_completion")
            if reason in groups
        )
        in_time = {record.id for record in groups.get("in_time", ())}
        passed = in_time | {record.id for record in groups.get("not_in_time", ())}
        return Measure(
            tuple(record for record in self.records if record.id in in_time),
            tuple(record for record in self.records if record.id in passed),
            tuple(record for exclusion in exclusions for record in exclusion.records),
            unreadable,
            exclusions,
        )

    def _classify_implementation(self, record: TrackedRecord, target: CouncilDate | None) -> str:
        status = self.case.get_status(record)
        if target is None or target.latest is None:
            return "no_target"
        if target.latest >= self.case.as_of:
            return "not_due"
        if status in _ENDED_STATUSES:
            return "ended"
        if not is_done(status):
            return "not_in_time"
        days_late = count_days_late(record, target)
        if days_late is None:
            return "no_completion"
        return "not_in_time" if days_late else "in_time"

    def no_target(self) -> Measure:
        """Return the open records without a target; an ongoing one is a target."""
        return Measure(self._with_fact("no_target"), self.open, unreadable=self._unreadable(self.open, "target"))

    def ongoing_without_review(self) -> Measure:
        """Return the open records whose target is ongoing and that have no review date."""
        ongoing = tuple(record for record in self.open if record.target and record.target.ongoing)
        unreadable = self._unreadable(ongoing, "review_by")
        records = tuple(record for record in ongoing if get_deadline(record) is None and record not in unreadable)
        return Measure(records, ongoing, unreadable=unreadable)

    def no_owner(self) -> Measure:
        """Return the records without a responsible officer, closed ones included."""
        return Measure(
            self._with_fact("no_owner"), self.records, unreadable=self._unreadable(self.records, "accountable")
        )

    def several_owners(self) -> Measure:
        """Return the records that name more than one responsible officer."""
        return self._select(lambda record: len(record.accountable) > 1)

    def no_status(self) -> Measure:
        """Return the records without a status."""
        unreadable = self._unreadable(self.records, "status")
        records = tuple(record for record in self.records if record.status is None and record not in unreadable)
        return Measure(records, self.records, unreadable=unreadable)

    def no_recent_update(self) -> Measure:
        """Return the open records without a recent update, or without any; the age of undated updates is not known."""
        unreadable = self._unreadable(self.open, "updates")
        unknown = self._within(self.case.with_unknown_fact("no_recent_update"))
        undated = tuple(record for record in unknown if record not in unreadable)
        exclusions = (Exclusion("undated_update", undated),) if undated else ()
        return Measure(self._with_fact("no_recent_update"), self.open, undated, unreadable, exclusions)

    def target_changed(self, times: int = 1) -> Measure:
        """Return the records whose target has changed at least `times` times."""
        changed = self._select(lambda record: self.case.facts[record.id].times_moved >= times)
        unreadable = _without(self._unreadable(self.records, "revisions"), changed.records)
        return replace(changed, out_of=_without(self.records, unreadable), unreadable=unreadable)

    def target_extended(self) -> Measure:
        """Return the open records whose target changed to a later date, of those that state a target."""
        extended = tuple(record for record in self.open if self.case.facts[record.id].slipped)
        return Measure(extended, tuple(record for record in self.open if record.target is not None))

    def due_to_close(self) -> Measure:
        """Return the records with a closed status that takes effect on a future day."""
        return Measure(tuple(r for r in self._scheduled if r.status in CLOSED_STATUSES), self.records)

    def due_on_hold(self) -> Measure:
        """Return the records that are to be on hold from a future day."""
        return Measure(tuple(r for r in self._scheduled if r.status is Status.ON_HOLD), self.records)

    @cached_property
    def _scheduled(self) -> TrackedRecords:
        return tuple(record for record in self.records if record.decided and is_scheduled(self.case, record))

    def to_be_verified(self) -> Measure:
        """Return the completed records that still need verification by the policy."""
        waiting = self._with_fact("awaiting_verification")
        ids = {record.id for record in waiting}
        complete = tuple(r for r in self.records if r.status is Status.COMPLETE or r.id in ids)
        return Measure(waiting, complete)

    def verified(self) -> Measure:
        """Return the records that somebody other than their officer has verified, of those whose work is done."""
        done = tuple(record for record in self.records if is_done(self.case.get_status(record)))
        unreadable = self._unreadable(done, "verified", "accountable")
        readable = _without(done, unreadable)
        records = tuple(r for r in readable if is_verified(r, self.case.register, self.case.as_of))
        return Measure(records, readable, unreadable=unreadable)

    def past_phase(self) -> Measure:
        """Return the open records whose end phase has ended; where no end phase is recorded, that is not known."""
        return Measure(
            self._with_fact("past_phase"), self.open, self._within(self.case.with_unknown_fact("past_phase"))
        )

    def waiting(self) -> Measure:
        """Return the open records that wait for a dependency outside the register."""
        return Measure(self._with_fact("waiting"), self.open)

    def open_dependencies(self) -> tuple[OpenDependency, ...]:
        """Return what the open records wait for and what is not cleared, in the order of the records."""
        return find_open_dependencies(self.case, self.waiting().records)

    def same_deliverable(self) -> tuple[TrackedRecords, ...]:
        """Return the groups of open records that ask for the same deliverable.

        A closed or complete record is finished: it does not wait for the deliverable.
        """
        open_by_id = {record.id: record for record in self.open}
        groups = (
            tuple(open_by_id[id_] for id_ in group if id_ in open_by_id) for group in self.case.links.deliverable_groups
        )
        return tuple(group for group in groups if len(group) > 1)

    def at_risk(self, late: Iterable[TrackedRecord]) -> Mapping[str, tuple[str, ...]]:
        """Return the ids of the open records that depend on these, each with the ids that it depends on."""
        causes: dict[str, list[str]] = {}
        for record in late:
            for dependent in find_open_dependents(self.case, record.id):
                causes.setdefault(dependent.id, []).append(record.id)
        return {id_: tuple(ids) for id_, ids in causes.items()}

    def _measure_dated(self, predicate: Callable[[int], bool]) -> Measure:
        records = self._sort(record for record in self.dated if predicate(self._days_left(record)))
        return Measure(records, self.dated, *self._undated)

    @cached_property
    def _undated(self) -> tuple[TrackedRecords, TrackedRecords, tuple[Exclusion, ...]]:
        """The open records without a deadline: those without a date, those whose date was not read, and the reasons."""
        dated_ids = {record.id for record in self.dated}
        undated = tuple(record for record in self.open if record.id not in dated_ids)
        unreadable_ids = {record.id for record in self._unreadable(undated, "target", "review_by", "status")}
        excluded = tuple(record for record in undated if record.id not in unreadable_ids)
        unreadable = tuple(record for record in undated if record.id in unreadable_ids)
        reasons = {
            "no_target": tuple(r for r in excluded if not has_target(r)),
            "no_review": tuple(r for r in excluded if has_target(r)),
        }
        return excluded, unreadable, tuple(Exclusion(reason, group) for reason, group in reasons.items() if group)

    def _sort(self, records: Iterable[TrackedRecord]) -> TrackedRecords:
        return tuple(sorted(records, key=lambda record: (self._days_left(record), natural_key(record.id))))

    def _select(self, predicate: Callable[[TrackedRecord], bool]) -> Measure:
        return Measure(tuple(record for record in self.records if predicate(record)), self.records)

    def _unreadable(self, records: TrackedRecords, *fields: str) -> TrackedRecords:
        """Return the records of which one of these fields was redacted or could not be read."""
        if not self.case.redactions.fields and not self.case.register.unreadable_fields:
            return ()
        return tuple(record for record in records if self.case.is_unknown(record.id, *fields))

    def _with_fact(self, fact: str) -> TrackedRecords:
        return self._within(self.case.with_fact(fact))

    def _within(self, records: TrackedRecords) -> TrackedRecords:
        if self.records is self.case.tracked():
            return records
        return tuple(record for record in records if record.id in self._ids)

    def _days_left(self, record: TrackedRecord) -> int:
        return self.case.facts[record.id].days_to_target or 0


def _without(records: TrackedRecords, others: TrackedRecords) -> TrackedRecords:
    ids = {record.id for record in others}
    return tuple(record for record in records if record.id not in ids) if ids else records


def find_open_dependencies(case: Case, waiting: TrackedRecords) -> tuple[OpenDependency, ...]:
    """Return what the waiting records wait for and what is not cleared, in the order of the records."""
    causes: dict[str, tuple[Blocker, dict[str, TrackedRecord]]] = {}
    for record in waiting:
        for blocker in record.blocked_by:
            if not is_cleared(blocker, case.register, case.as_of):
                causes.setdefault(_identify_cause(case, blocker), (blocker, {}))[1][record.id] = record
    return tuple(_build_open_dependency(case, blocker, records.values()) for blocker, records in causes.values())


def _identify_cause(case: Case, blocker: Blocker) -> str:
    """Return the key that equal blockers share: their dependency, or their words without exemption tags."""
    cause = blocker.id or blocker.cause or ""
    if not case.redactions.tags:
        return cause
    from p2ptrack.analysis.redaction.redact import remove_tags

    return remove_tags(cause)


def _build_open_dependency(case: Case, blocker: Blocker, records: Iterable[TrackedRecord]) -> OpenDependency:
    dependency = case.register.find_dependency(blocker.id)
    if dependency is None:
        title = blocker.cause or blocker.id or ""
        return OpenDependency(None, blocker, title, blocker.owner, blocker.since, None, tuple(records))
    index = case.register.programme.dependencies.index(dependency)
    return OpenDependency(
        index, blocker, dependency.title, dependency.owner, dependency.since, dependency.expected, tuple(records)
    )


def find_open_dependents(case: Case, id_: str) -> TrackedRecords:
    """Return the open records that depend on a record."""
    dependents = (case.register.by_id.get(source_id) for source_id in case.links.find_sources(id_, "depends_on"))
    return tuple(r for r in dependents if isinstance(r, TrackedRecord) and case.facts[r.id].unfinished)


def is_scheduled(case: Case, record: TrackedRecord) -> bool:
    """Whether the status of a record takes effect on a future day."""
    return case.get_status(record) is not record.status


def find_stage(case: Case, record: TrackedRecord) -> str:
    """Return the stage of a record: its status, or `closed` where that or its verification closes it.

    It is `not_stated` without a status, `not_read` where that has an error, and `withheld` where it is redacted.
    """
    if case.redactions.fields and case.redactions.is_redacted(record.id, "status"):
        return "withheld"
    if case.register.unreadable_fields and case.register.is_unreadable(record.id, "status"):
        return "not_read"
    status = case.get_status(record)
    if case.facts[record.id].closed:
        return "closed"
    if is_done(status):
        return "complete"
    return status.value if status else "not_stated"


@dataclass(frozen=True, slots=True)
class Gap:
    """A recommendation without an action, or a part of one; `recommendation` is the id of the whole."""

    id: str
    text: str
    recommendation: str


def find_gaps(case: Case) -> tuple[Gap, ...]:
    """Return every gap in the order of the recommendations.

    A recommendation is a gap when no action names it or a part of it. A part is a gap when it is listed in
    `unanswered`, or when an action names another part but none names this one. A recommendation that was not accepted
    needs no action. An action that is withheld counts, and so does one that could not be read.
    """
    return tuple(gap for record in case.register.of_type(Recommendation) for gap in _iter_gaps(case, record))


def _iter_gaps(case: Case, recommendation: Recommendation) -> Iterator[Gap]:
    is_unreadable = case.register.is_unreadable(recommendation.id, "acceptance")
    if recommendation.acceptance is Acceptance.NOT_ACCEPTED or is_unreadable:
        return
    addressed = {part.id for part in recommendation.parts if _is_addressed(case, part.id)}
    if not addressed and not _is_addressed(case, recommendation.id):
        yield Gap(recommendation.id, recommendation.title, recommendation.id)
        return
    for part in recommendation.parts:
        if part.id in recommendation.unanswered or (addressed and part.id not in addressed):
            yield Gap(part.id, part.text, recommendation.id)


def _is_addressed(case: Case, id_: str) -> bool:
    """Whether an action addresses a recommendation or part, or may do so in what is withheld or could not be read."""
    if id_ in case.redactions.addressed or case.links.find_actions(id_):
        return True
    return case.register.may_hide(Action, "recommendations")
