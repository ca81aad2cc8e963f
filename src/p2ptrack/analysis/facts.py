"""The facts of a record on a day: overdue, due soon, slipped, waiting and so on.

Facts are computed and never typed into a record. Limits in days are inclusive. None means that the register does not
hold the information that the fact needs.
"""

from __future__ import annotations

import re
import types
from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from itertools import product
from typing import Any, NamedTuple, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from p2ptrack.analysis.links import normalise_roles, split_owners
from p2ptrack.model.advice import has_meaning, has_name
from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.dates.council_date import FIRST_YEAR, LAST_YEAR, Precision
from p2ptrack.model.fields import CLOSED_STATUSES, OPEN_STATUSES, STATUSES_NEEDING_DECISION, Category, Decision, Status
from p2ptrack.model.kinds import kind_of
from p2ptrack.model.programme import Policy
from p2ptrack.model.records import (
    Action,
    Blocker,
    ExemptMarking,
    StatusDecision,
    TargetRevision,
    TrackedRecord,
    Update,
    Verification,
)
from p2ptrack.model.register import Register, resolve_update_date
from p2ptrack.phrases import humanise, normalise_word
from p2ptrack.values import compile_on_use, dataclass


class RecordFacts(NamedTuple):
    """The facts of a tracked record, in the order of the JSON contract."""

    unfinished: bool
    closed: bool
    overdue: bool
    days_overdue: int | None
    due_soon: bool
    days_to_target: int | None
    slipped: bool
    times_moved: int
    days_moved: int | None
    no_target: bool
    no_recent_update: bool | None
    days_since_update: int | None
    waiting: bool
    no_owner: bool
    past_phase: bool | None
    awaiting_verification: bool
    days_late_at_completion: int | None


FACT_NAMES: tuple[str, ...] = RecordFacts._fields
FLAG_NAMES: tuple[str, ...] = tuple(
    name for name, hint in get_type_hints(RecordFacts).items() if hint in {bool, bool | None}
)
"""Facts that are true or false; the filter `is:` takes these, with `-` for `_`."""


@dataclass(frozen=True, slots=True)
class FactContext:
    """The register and the day that facts are computed for.

    `covering_dates` are the dates of the updates in other records that cover a record, by the id of the covered one.
    """

    register: Register
    as_of: date
    covering_dates: Mapping[str, tuple[CouncilDate | None, ...]]

    @property
    def policy(self) -> Policy:
        """Return the council's policy."""
        return self.register.programme.policy


def compute_facts(record: TrackedRecord, context: FactContext) -> RecordFacts:
    """Return every fact of a record on the day of the context."""
    policy, status = context.policy, get_effective_status(record, context.as_of)
    done = is_done(status)
    closed = _is_accepted(record, context) if done else status in CLOSED_STATUSES
    unfinished = not closed and not done
    deadline = get_deadline(record) if unfinished else None
    days_to_target = (deadline - context.as_of).days if deadline else None
    revisions = effective_revisions(record, policy)
    days_moved = _count_all_days_moved(revisions) if revisions else 0
    days_since_update = _count_days_since_update(record, context)
    has_update = bool(record.updates) or record.id in context.covering_dates
    days_late = count_days_late_at_completion(record) if done else None
    return RecordFacts(
        unfinished=unfinished,
        closed=closed,
        overdue=days_to_target is not None and days_to_target < 0,
        days_overdue=max(0, -days_to_target) if days_to_target is not None else None,
        due_soon=days_to_target is not None and 0 <= days_to_target <= policy.due_soon_days,
        days_to_target=days_to_target,
        slipped=days_moved > 0 if days_moved is not None else _has_slipped(revisions),
        times_moved=len(revisions),
        days_moved=days_moved,
        no_target=unfinished and not has_target(record),
        no_recent_update=_lacks_recent_update(unfinished, has_update, days_since_update, policy.no_recent_update_days),
        days_since_update=days_since_update,
        waiting=unfinished
        and bool(record.blocked_by)
        and not all(is_cleared(blocker, context.register, context.as_of) for blocker in record.blocked_by),
        no_owner=not any(map(has_name, record.accountable)),
        past_phase=_is_past_phase(record, unfinished, context),
        awaiting_verification=done and not closed,
        days_late_at_completion=days_late,
    )


def count_days_late_at_completion(record: TrackedRecord) -> int | None:
    """Return how many days after its target a record was completed: 0 when on time, None when not known."""
    return count_days_late(record, record.target)


def count_days_late(record: TrackedRecord, target: CouncilDate | None) -> int | None:
    """Return how many days after a target date a record was completed: 0 when on time, None when not known.

    A completion that is vague counts only when all its days are on one side of the target: *October 2026* is late for
    a target of 30 September by 1 day at least, and not known for one of 15 October.
    """
    done, deadline = record.completed_on, target.latest if target else None
    if done is None or done.earliest is None or done.latest is None or deadline is None:
        return None
    if done.earliest > deadline:
        return (done.earliest - deadline).days
    return 0 if done.latest <= deadline else None


def get_effective_status(record: TrackedRecord, as_of: date) -> Status | None:
    """Return the status on a day: a decided status counts as in progress before `decided.on`.

    A vague `decided.on` counts from its last day. Without a date the status applies already.
    """
    status = record.status
    if status not in STATUSES_NEEDING_DECISION or record.decided is None or record.decided.on is None:
        return status
    last_day = record.decided.on.latest
    return Status.IN_PROGRESS if last_day is not None and as_of < last_day else status


def is_consistent(first: Status | None, second: Status | None) -> bool:
    """Whether two statuses can hold at once: `open` only means that work is not finished, `closed` only that it is."""
    pair = {first, second}
    finished = CLOSED_STATUSES | {Status.COMPLETE}
    agrees = (Status.OPEN in pair and pair <= OPEN_STATUSES) or (Status.CLOSED in pair and pair <= finished)
    return first is second or agrees


def status_label(status: Status | None) -> str:
    """Return the name of a status; a record without one is never called *not started*."""
    return humanise(status.value) if status else "No status"


def find_missing_decision_fields(record: TrackedRecord) -> tuple[str, ...]:
    """Return the fields of `decided` that the record's status needs and lacks.

    The meeting that took a decision answers who decided and when. A placeholder such as `TBC` counts as missing.
    """
    if record.status not in STATUSES_NEEDING_DECISION:
        return ()
    decided = record.decided or StatusDecision()
    required = ["reason"] if decided.meeting else ["on", "by", "reason"]
    if record.status is Status.EMBEDDED:
        required.append("continuing_owner")
    present = {
        "on": decided.on is not None,
        "by": has_name(decided.by),
        "reason": has_meaning(decided.reason),
        "continuing_owner": has_name(decided.continuing_owner),
    }
    return tuple(name for name in required if not present[name])


def find_missing_verification_fields(record: TrackedRecord) -> tuple[str, ...]:
    """Return the fields of `verified` that are missing, once a record has it or calls itself verified.

    A placeholder such as `TBC` counts as missing.
    """
    if record.verified is None and record.status is not Status.VERIFIED:
        return ()
    verified = record.verified or Verification()
    present = {"by": has_name(verified.by), "on": verified.on is not None}
    return tuple(name for name, is_present in present.items() if not is_present)


def is_done(status: Status | None) -> bool:
    """Whether management reports the work as done. The word *verified* is only a claim until a verifier is named."""
    return status is Status.COMPLETE or status is Status.VERIFIED


def _is_accepted(record: TrackedRecord, context: FactContext) -> bool:
    """Whether a record whose work is done is closed: it has been verified, or its kind needs no verification."""
    if kind_of(record).name not in context.policy.verification:
        return True
    return is_verified(record, context.register, context.as_of)


def is_verified(record: TrackedRecord, register: Register, as_of: date) -> bool:
    """Whether somebody other than the responsible officer had verified a record by a day."""
    verified = record.verified
    if verified is None or not has_name(verified.by) or verified.on is None:
        return False
    is_current = verified.on.latest is None or verified.on.latest <= as_of
    return is_current and not is_verified_by_owner(record, register)


def is_verified_by_owner(record: TrackedRecord, register: Register) -> bool:
    """Whether the responsible officer, or one of several in one text, verified the record: that is no verification."""
    verifier = record.verified.by if record.verified else None
    if not verifier:
        return False
    roles = normalise_roles(register.programme.roles)
    names = (name for text in record.accountable for name in (text, *split_owners(text, roles), *_DUTIES.split(text)))
    word = normalise_word(_ARTICLE.sub("", verifier))
    return word in _OWNER_WORDS or word in {normalise_word(_ARTICLE.sub("", name)) for name in names}


_OWNER_WORDS = frozenset(
    map(normalise_word, ("self", "myself", "action owner", "lead officer", "responsible officer", "self-certified"))
)
"""What a verifier is called who is the responsible officer."""


_DUTIES = compile_on_use(r" ?(?:/|&|,|\band\b) ?")
"""What separates the duties of one post: *Clerk and RFO*."""

_ARTICLE = compile_on_use(r"^the |^(?:acting|interim) | ?\((?:acting|interim)\)$", re.IGNORECASE)


def get_deadline(record: TrackedRecord) -> date | None:
    """Return the last day of the target; for an ongoing target with a review date, the last day of that."""
    target = record.target
    if target is None:
        return None
    if target.ongoing and record.review_by is not None:
        return record.review_by.latest
    return target.latest


def has_target(record: TrackedRecord) -> bool:
    """Whether the target is a date or ongoing; `TBC` is neither."""
    target = record.target
    return target is not None and (target.ongoing or target.latest is not None)


def effective_revisions(record: TrackedRecord, policy: Policy) -> tuple[TargetRevision, ...]:
    """Return the revisions that changed the target.

    Corrections, changes that were not granted, another wording of the same date and a first target do not change it.
    """
    if not record.revisions:  # most records have none
        return ()
    return tuple(
        revision
        for revision in record.revisions
        if revision.category is not Category.CORRECTION and is_effective(revision, policy) and changes_target(revision)
    )


def get_original_target(record: TrackedRecord, policy: Policy) -> CouncilDate | None:
    """Return the target date that a record had first: before the first change of it that counts."""
    revisions = effective_revisions(record, policy)
    return revisions[0].from_ if revisions else record.target


def is_same_target(first: CouncilDate | None, second: CouncilDate | None) -> bool:
    """Whether two targets have the same last day, however they are written. TBC counts as no target."""
    return _get_target_key(first) == _get_target_key(second)


def is_rewording(revision: TargetRevision) -> bool:
    """Whether a revision writes the same date in another way, without being called a correction."""
    return revision.category is not Category.CORRECTION and is_same_target(revision.from_, revision.to)


def is_first_target(revision: TargetRevision) -> bool:
    """Whether a revision gives a date to what had none, such as TBC: that is a first target and not a change of one."""
    return is_same_target(revision.from_, None) and not is_same_target(revision.to, None)


def changes_target(revision: TargetRevision) -> bool:
    """Whether a revision replaces one date by another, if it takes effect."""
    return not is_same_target(revision.from_, revision.to) and not is_first_target(revision)


def is_listed_change(revision: TargetRevision) -> bool:
    """Whether papers list a revision: not another wording of a date, and a first target only with a decision on it."""
    return not is_rewording(revision) and (revision.decision is not None or not is_first_target(revision))


def _get_target_key(target: CouncilDate | None) -> tuple[date | None, bool]:
    return (target.latest, target.ongoing) if target else (None, False)


def is_effective(revision: TargetRevision, policy: Policy) -> bool:
    """Whether a revision takes effect: it was granted, or it has no decision and policy requires none.

    `approved_by` without a decision means granted, unless it is a placeholder such as `TBC`. A first target extends
    nothing and needs no approval. What is only requested changes nothing, whatever the policy is.
    """
    if revision.decision is not None:
        return revision.decision is Decision.GRANTED
    return not policy.extensions_need_approval or has_name(revision.approved_by) or is_first_target(revision)


def count_days_moved(revision: TargetRevision) -> int | None:
    """Return by how many days a revision changed the last day; None where a date has none."""
    start, end = revision.from_.latest, revision.to.latest
    return (end - start).days if start and end else None


def _count_all_days_moved(revisions: tuple[TargetRevision, ...]) -> int | None:
    """Return the days from the first date to the last one: where a change is missing, its days count too."""
    if any(count_days_moved(revision) is None for revision in revisions):
        return None
    first, last = revisions[0].from_.latest, revisions[-1].to.latest
    return (last - first).days if first and last else None


def _has_slipped(revisions: tuple[TargetRevision, ...]) -> bool:
    """Whether a target slipped although the number of days is not known for every change."""
    return any(
        (revision.from_.latest is not None and revision.to.latest is None) or (count_days_moved(revision) or 0) > 0
        for revision in revisions
    )


def _count_days_since_update(record: TrackedRecord, context: FactContext) -> int | None:
    own_dates = [resolve_update_date(context.register, update) for update in record.updates]
    dates = [*own_dates, *context.covering_dates.get(record.id, ())]
    last_days = [day.latest for day in dates if day is not None and day.latest is not None]
    return max(0, (context.as_of - max(last_days)).days) if last_days else None


def _lacks_recent_update(unfinished: bool, has_update: bool, days_since_update: int | None, limit: int) -> bool | None:
    if not unfinished:
        return False
    if not has_update:
        return True
    return None if days_since_update is None else days_since_update > limit


def is_cleared(blocker: Blocker, register: Register, as_of: date) -> bool:
    """Whether a blocker has been cleared on a day; a vague date counts from its last day.

    A cause that is written in the record itself never is.
    """
    dependency = register.find_dependency(blocker.id)
    cleared_on = dependency.cleared if dependency else None
    return cleared_on is not None and (cleared_on.latest is None or cleared_on.latest <= as_of)


def _is_past_phase(record: TrackedRecord, unfinished: bool, context: FactContext) -> bool | None:
    if not isinstance(record, Action) or not unfinished:
        return False
    if record.phase_end is None:
        return None if record.phase else False
    phase = context.register.find_phase(record.phase_end)
    if phase is None or phase.is_reversed or phase.end is None or phase.end.latest is None:
        return None
    return phase.end.latest < context.as_of


# A field that was redacted, or could not be read, may have a value. Facts that depend on its value are not known.


_FACT_TYPES = {name: hint for name, hint in get_type_hints(RecordFacts).items() if name != "closed" and hint is not int}
"""The types of facts that report a gap or a delay. That a record is closed, or a count, reports neither."""
FIELDS_READ: Mapping[type[BaseModel], frozenset[str]] = {
    TargetRevision: frozenset({"from_", "to", "category", "decision", "approved_by"}),
    Update: frozenset({"date", "meeting", "source"}),
}
"""The fields of an entry that facts are computed from. Samples of the other fields too would be a thousand entries."""
_OTHER_SAMPLES: dict[type, tuple[Any, ...]] = {str: ("Head of Service",), bool: (True,), dict: ({},)}


def suppress_unknown_facts(
    record: TrackedRecord, facts: RecordFacts, context: FactContext, unknown_fields: frozenset[str]
) -> RecordFacts:
    """Return the facts, without those that a value of an unknown field could make untrue.

    The values tried come from the types of the fields, not from the redacted text, so the answer does not reveal it.
    """
    hints = get_type_hints(type(record))
    for name in sorted(unknown_fields & hints.keys()):
        current = getattr(record, name)
        for sample in _list_samples(hints[name]):
            value = (*current, *sample) if isinstance(current, tuple) else sample
            possible = compute_facts(record.model_copy(update={name: value}), context)
            unknown: dict[str, Any] = dict(_iter_unknown(facts, possible))
            facts = facts._replace(**unknown)
    return facts


def _iter_unknown(facts: RecordFacts, possible: RecordFacts) -> Iterator[tuple[str, bool | None]]:
    for name, hint in _FACT_TYPES.items():
        value = getattr(facts, name)
        if value is not None and value is not False and value != getattr(possible, name):
            yield name, None if type(None) in get_args(hint) else False


@cache
def _list_samples(hint: Any) -> tuple[Any, ...]:
    """Return values that a field of a type can have: every choice, the first and the last possible date, and a text."""
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _list_samples(args[0])
    if origin is tuple:
        return tuple((sample,) for sample in _list_samples(args[0]))
    if not isinstance(hint, type) or hint is ExemptMarking:
        return (None,)
    if issubclass(hint, BaseModel):
        return tuple(_iter_sample_models(hint))
    if hint is CouncilDate:
        days = (date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31))
        return tuple(CouncilDate(day.isoformat(), day, day, Precision.DAY) for day in days)
    return tuple(hint) if issubclass(hint, StrEnum) else _OTHER_SAMPLES.get(hint, (None,))


def _iter_sample_models(model: type[BaseModel]) -> Iterator[BaseModel]:
    hints = get_type_hints(model)
    fields_read = FIELDS_READ.get(model, hints)
    samples = (_list_samples(hint)[: None if name in fields_read else 1] for name, hint in hints.items())
    for values in product(*samples):
        yield model.model_construct(**dict(zip(hints, values, strict=True)))
