"""Dates decades away from every other date of their record and of the programme: usually a mistyped year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from p2ptrack.analysis.case import Case
from p2ptrack.model.dates import CouncilDate, Precision
from p2ptrack.model.records import TrackedRecord
from p2ptrack.model.register import resolve_update_date

_DAYS_IN_YEAR = 365.25
_FAR_YEARS = 15
_FAR_YEARS_OF_A_YEAR = 30
"""A plan for *2050* is ordinary where a plan for *31 March 2050* is not."""

_LIKELY_YEARS = 5


def is_far_from_other_dates(case: Case, record: TrackedRecord, council_date: CouncilDate | None) -> bool:
    """Whether a date is decades from the date of the check, from the programme and from the record's other dates."""
    day = council_date.latest if council_date else None
    if day is None or council_date is None:
        return False
    limit = _FAR_YEARS_OF_A_YEAR if council_date.precision is Precision.YEAR else _FAR_YEARS
    if _count_years(day, case.as_of) <= limit:
        return False
    known_days = [case.as_of, *_iter_programme_days(case), *_iter_record_days(case, record)]
    near_days = [known for known in known_days if known != day and _count_years(known, case.as_of) <= _FAR_YEARS]
    return all(_count_years(day, known) > limit for known in near_days)


def suggest_year(case: Case, day: date) -> int | None:
    """Return the year near the date of the check with two figures in another order, or of another century."""
    this_year, digits = case.as_of.year, sorted(str(day.year))
    years = range(this_year - _LIKELY_YEARS, this_year + _LIKELY_YEARS + 1)
    likely_years = [year for year in years if sorted(str(year)) == digits or year % 100 == day.year % 100]
    return min(likely_years, key=lambda year: abs(year - this_year), default=None)


def _count_years(first: date, second: date) -> float:
    return abs((first - second).days) / _DAYS_IN_YEAR


def _iter_programme_days(case: Case) -> Iterator[date]:
    programme = case.register.programme
    dates = [
        *(meeting.date for meeting in programme.meetings),
        *(day for phase in programme.phases for day in (phase.start, phase.end)),
        *(source.date for source in programme.sources),
    ]
    return (council_date.latest for council_date in dates if council_date and council_date.latest)


def _iter_record_days(case: Case, record: TrackedRecord) -> Iterator[date]:
    dates = [
        record.start,
        record.target,
        record.review_by,
        record.completed_on,
        *(day for revision in record.revisions for day in (revision.from_, revision.to, revision.date)),
        *(resolve_update_date(case.register, update) for update in record.updates),
        *(day for milestone in record.milestones for day in (milestone.due, milestone.done)),
        record.decided and record.decided.on,
        record.verified and record.verified.on,
    ]
    return (council_date.latest for council_date in dates if council_date and council_date.latest)
