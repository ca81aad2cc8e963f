"""The rating of a record: always computed, never typed; which word and colour it has is the council's policy."""

from __future__ import annotations

from p2ptrack.analysis.case import Case
from p2ptrack.records.kinds import TrackedRecord
from p2ptrack.records.programme import RatingLevel


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
