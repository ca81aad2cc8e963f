"""Measures that screens, papers and rules share."""

from __future__ import annotations

from p2ptrack.analysis.case import Case
from p2ptrack.model.fields import CLOSED_STATUSES, Status
from p2ptrack.model.records import TrackedRecord


def find_stage(case: Case, record: TrackedRecord) -> str:
    """Return the column that a record stands in; verified work and `complete` where that closes are closed."""
    status = case.get_status(record)
    if case.facts[record.id].closed or status in CLOSED_STATUSES:
        return "closed"
    return status.value if isinstance(status, Status) else "not_stated"
