"""What follows from a record and the day that it is judged on (design, sections 2 and 4).

Nothing here is typed by hand. Days are whole days; limits in days are inclusive; None means that the
register does not hold what it takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, get_type_hints

from p2ptrack.records.dates import CouncilDate
from p2ptrack.records.fields import CLOSED, NEEDS_DECISION, Category, Decision, Status
from p2ptrack.records.kinds import Action, Tracked, kind_of
from p2ptrack.records.parts import Blocker, Revision
from p2ptrack.records.programme import Policy
from p2ptrack.records.register import Register, update_day


class Facts(NamedTuple):
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


FACT_NAMES: tuple[str, ...] = Facts._fields
FLAG_NAMES: tuple[str, ...] = tuple(name for name, hint in get_type_hints(Facts).items() if hint in {bool, bool | None})
"""Facts that a record has or has not; `is:` takes these, with `-` for `_`."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What facts are judged against: the register, its policy, the day, and which records are told of elsewhere."""

    register: Register
    as_of: date
    told_in: Mapping[str, tuple[CouncilDate | None, ...]]

    @property
    def policy(self) -> Policy:
        """Return the council's policy."""
        return self.register.programme.policy


def facts_of(record: Tracked, setting: Setting) -> Facts:
    """Return every fact of a record on the day of the setting."""
    policy, status = setting.policy, effective_status(record, setting.as_of)
    done = status is Status.COMPLETE
    closed = status in CLOSED or (done and _is_accepted(record, setting))
    unfinished = not closed and not done
    deadline = deadline_of(record) if unfinished else None
    days = (deadline - setting.as_of).days if deadline else None
    moves = effective_moves(record, policy)
    moved = _days_moved(moves)
    since = _days_since_update(record, setting)
    told = bool(record.updates) or record.id in setting.told_in
    return Facts(
        unfinished=unfinished,
        closed=closed,
        overdue=days is not None and days < 0,
        days_overdue=max(0, -days) if days is not None else None,
        due_soon=days is not None and 0 <= days <= policy.due_soon_days,
        days_to_target=days,
        slipped=moved > 0 if moved is not None else _slipped(moves),
        times_moved=len(moves),
        days_moved=moved,
        no_target=unfinished and not has_target(record),
        no_recent_update=_not_recent(unfinished, told, since, policy.no_recent_update_days),
        days_since_update=since,
        waiting=unfinished and _is_waiting(record, setting),
        no_owner=not record.accountable,
        past_phase=_past_phase(record, unfinished, setting),
        awaiting_verification=done and not closed,
    )


def effective_status(record: Tracked, as_of: date) -> Status | None:
    """Return the status on a day: before `decided.on` a decided one still counts as in progress.

    A vague `decided.on` counts from its last day; without one the status holds already.
    """
    status = record.status
    if status not in NEEDS_DECISION or record.decided is None or record.decided.on is None:
        return status
    last = record.decided.on.latest
    return Status.IN_PROGRESS if last is not None and as_of < last else status


def _is_accepted(record: Tracked, setting: Setting) -> bool:
    """Whether what is complete needs no verifying, or has been verified."""
    if kind_of(record).name not in setting.policy.verification:
        return True
    verified = record.verified
    if verified is None or verified.by is None or verified.on is None:
        return False
    return verified.on.latest is None or verified.on.latest <= setting.as_of


def deadline_of(record: Tracked) -> date | None:
    """Return the last day of the target; an ongoing one is counted to its review date once there is one."""
    target = record.target
    if target is None:
        return None
    if target.ongoing and record.review_by is not None:
        return record.review_by.latest
    return target.latest


def has_target(record: Tracked) -> bool:
    """Whether there is a day to keep or a promise to go on; `TBC` is neither."""
    target = record.target
    return target is not None and (target.ongoing or target.latest is not None)


def effective_moves(record: Tracked, policy: Policy) -> tuple[Revision, ...]:
    """Return the revisions that moved the target; corrections and what was not granted did not."""
    if not record.revisions:
        return ()
    return tuple(r for r in record.revisions if r.category is not Category.CORRECTION and is_effective(r, policy))


def is_effective(revision: Revision, policy: Policy) -> bool:
    """Whether a revision moves the target: a granted one, or any where policy asks for no approval.

    `approved_by` without a decision means granted; a refused one never moves it.
    """
    if revision.decision is Decision.REFUSED:
        return False
    if not policy.extensions_need_approval or revision.decision is Decision.GRANTED:
        return True
    return revision.decision is None and revision.approved_by is not None


def days_between(revision: Revision) -> int | None:
    """Return by how many days a revision moved the last day; None where one of the two has none."""
    start, end = revision.from_.latest, revision.to.latest
    return (end - start).days if start and end else None


def _days_moved(moves: tuple[Revision, ...]) -> int | None:
    if not moves:
        return 0
    days = [days_between(move) for move in moves]
    return None if None in days else sum(day for day in days if day is not None)


def _slipped(moves: tuple[Revision, ...]) -> bool:
    """Whether a target slipped that has moved by no one can say how many days."""
    return any(move.from_.latest is not None and move.to.latest is None for move in moves) or any(
        (days_between(move) or 0) > 0 for move in moves
    )


def _days_since_update(record: Tracked, setting: Setting) -> int | None:
    own = [update_day(setting.register, update) for update in record.updates]
    told = setting.told_in.get(record.id, ())
    days = [day.latest for day in (*own, *told) if day is not None and day.latest is not None]
    return max(0, (setting.as_of - max(days)).days) if days else None


def _not_recent(unfinished: bool, told: bool, since: int | None, limit: int) -> bool | None:
    if not unfinished:
        return False
    if not told:
        return True
    return None if since is None else since > limit


def _is_waiting(record: Tracked, setting: Setting) -> bool:
    return bool(record.blocked_by) and not all(cleared(blocker, setting) for blocker in record.blocked_by)


def cleared(blocker: Blocker, setting: Setting) -> bool:
    """Whether what a record waits for has come about; a cause of its own never says so."""
    dependency = setting.register.dependency(blocker.id)
    when = dependency.cleared if dependency else None
    return when is not None and (when.latest is None or when.latest <= setting.as_of)


def _past_phase(record: Tracked, unfinished: bool, setting: Setting) -> bool | None:
    if not isinstance(record, Action) or not unfinished:
        return False
    if record.phase_end is None:
        return None if record.phase else False
    phase = setting.register.phase(record.phase_end)
    if phase is None or phase.end is None or phase.end.latest is None:
        return None
    return phase.end.latest < setting.as_of
