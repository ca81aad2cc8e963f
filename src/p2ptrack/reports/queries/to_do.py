"""What somebody should write into a record next."""

from __future__ import annotations

from collections.abc import Iterator

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import deadline_of
from p2ptrack.records.fields import NEEDS_DECISION, Status
from p2ptrack.records.kinds import Tracked


def to_do(case: Case, record: Tracked) -> tuple[str, ...]:
    """Return what is missing or late, each with the field that it goes into; of a closed record only its decision."""
    return (*_closing(case, record), *(_open(case, record) if case.facts[record.id].unfinished else ()))


def _open(case: Case, record: Tracked) -> Iterator[str]:
    facts = case.facts[record.id]
    if facts.overdue:
        yield "Report what happened (updates), and that it is complete or when it will be (revisions)."
    if facts.no_owner:
        yield "Name the accountable officer (accountable)."
    elif len(record.accountable) > 1:
        yield "Name one accountable officer (accountable); the others are supporting."
    if facts.no_target:
        yield "Give it a target (target), or say when it will be looked at again (review_by)."
    elif deadline_of(record) is None:
        yield "Say when it will be looked at again (review_by)."
    if record.status is None:
        yield "State its status (status)."
    if facts.no_recent_update:
        yield "Report how it stands (updates)."


def _closing(case: Case, record: Tracked) -> Iterator[str]:
    if case.facts[record.id].awaiting_verification:
        yield "Have somebody other than the accountable officer confirm it (verified: by, on)."
    missing = _undecided(record)
    if missing:
        yield f"Record the decision whole (decided: {', '.join(missing)})."


def _undecided(record: Tracked) -> list[str]:
    """Return what is missing of the decision that a status needs (design, section 2)."""
    if record.status not in NEEDS_DECISION:
        return []
    decided = record.decided
    wanted = {"on": decided and decided.on, "by": decided and decided.by, "reason": decided and decided.reason}
    if record.status is Status.EMBEDDED:
        wanted["continuing_owner"] = decided and decided.continuing_owner
    return [name for name, value in wanted.items() if not value]
