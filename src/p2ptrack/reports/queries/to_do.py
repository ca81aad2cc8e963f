"""What somebody should write into a record next."""

from __future__ import annotations

from collections.abc import Iterator

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import get_deadline
from p2ptrack.records.fields import STATUSES_NEEDING_DECISION, Status
from p2ptrack.records.kinds import TrackedRecord


def next_steps(case: Case, record: TrackedRecord) -> tuple[str, ...]:
    """Return what is missing or late, each with the field that it goes into; of a closed record only its decision."""
    return (
        *_closure_steps(case, record),
        *(_steps_while_open(case, record) if case.facts[record.id].unfinished else ()),
    )


def _steps_while_open(case: Case, record: TrackedRecord) -> Iterator[str]:
    facts = case.facts[record.id]
    if facts.overdue:
        yield "Report what happened (updates), and that it is complete or when it will be (revisions)."
    if facts.no_owner:
        yield "Name the accountable officer (accountable)."
    elif len(record.accountable) > 1:
        yield "Name one accountable officer (accountable); the others are supporting."
    if facts.no_target:
        yield "Give it a target (target), or say when it will be looked at again (review_by)."
    elif get_deadline(record) is None:
        yield "Say when it will be looked at again (review_by)."
    if record.status is None:
        yield "State its status (status)."
    if facts.no_recent_update:
        yield "Report how it stands (updates)."


def _closure_steps(case: Case, record: TrackedRecord) -> Iterator[str]:
    if case.facts[record.id].awaiting_verification:
        yield "Have somebody other than the accountable officer confirm it (verified: by, on)."
    missing_fields = _missing_decision_fields(record)
    if missing_fields:
        yield f"Record the decision whole (decided: {', '.join(missing_fields)})."


def _missing_decision_fields(record: TrackedRecord) -> list[str]:
    """Return what is missing of the decision that a status needs (design, section 2)."""
    if record.status not in STATUSES_NEEDING_DECISION:
        return []
    decided = record.decided
    required = {"on": decided and decided.on, "by": decided and decided.by, "reason": decided and decided.reason}
    if record.status is Status.EMBEDDED:
        required["continuing_owner"] = decided and decided.continuing_owner
    return [name for name, value in required.items() if not value]
