"""T101 to T112: target, start and review dates and milestones. T141 to T151: target changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache

from pydantic import BaseModel

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import (
    changes_target,
    effective_revisions,
    get_deadline,
    is_effective,
    is_first_target,
    is_rewording,
    is_same_target,
)
from p2ptrack.analysis.rules.rule import (
    ANY_FIELD,
    NOTE,
    WARNING,
    Finding,
    example,
    fix,
    get_top_field,
    report_date_order,
    report_past_dates,
    report_records,
    rule,
    why,
)
from p2ptrack.model.advice import is_vacant
from p2ptrack.model.dates import CouncilDate, Precision, format_long_date, is_before
from p2ptrack.model.fields import STATUSES_NEEDING_DECISION, Category, Decision, Status
from p2ptrack.model.records import ProcurementExemption, Record, TargetRevision, TrackedRecord
from p2ptrack.model.register import SEPARATOR, resolve_update_date
from p2ptrack.model.schema import walk
from p2ptrack.phrases import format_shift, format_times, join_words, pluralise, quote

# Dates decades away from every other date of their record and of the programme: usually a mistyped year.


_DAYS_IN_YEAR = 365.25
_FAR_YEARS = 15
_FAR_YEARS_OF_A_YEAR = 30
"""A plan for *2050* is ordinary where a plan for *31 March 2050* is not."""

_LIKELY_YEARS = 5


def is_far_from_other_dates(case: Case, record: Record, council_date: CouncilDate | None) -> bool:
    """Whether a date is decades from the date of the check, from the programme and from the record's other dates."""
    day = council_date.latest if council_date else None
    if day is None or council_date is None:
        return False
    limit = _FAR_YEARS_OF_A_YEAR if council_date.precision is Precision.YEAR else _FAR_YEARS
    if _count_years(day, case.as_of) <= limit:
        return False
    known_days = [case.as_of, *_iter_days(case.register.programme), *_iter_days(record)]
    near_days = [other for other in known_days if other != day and _count_years(other, case.as_of) <= _FAR_YEARS]
    return all(_count_years(day, other) > limit for other in near_days)


def suggest_year(case: Case, day: date) -> int | None:
    """Return a year near the date of the check that has two digits swapped, or another century."""
    this_year, digits = case.as_of.year, sorted(str(day.year))
    years = range(this_year - _LIKELY_YEARS, this_year + _LIKELY_YEARS + 1)
    likely_years = [year for year in years if sorted(str(year)) == digits or year % 100 == day.year % 100]
    return min(likely_years, key=lambda year: abs(year - this_year), default=None)


def _count_years(first: date, second: date) -> float:
    return abs((first - second).days) / _DAYS_IN_YEAR


def _iter_days(model: BaseModel) -> Iterator[date]:
    return (value.latest for _, value, _ in walk(model) if isinstance(value, CouncilDate) and value.latest)


@rule("T101", WARNING, "Overdue", summary="are overdue", query="is:overdue")
@why("A committee first looks for what is late and by how long.")
@example("target: Jan-23   # and it is February")
@fix("Change the status to complete and add `completed_on:`, or add a target change under `revisions:`.")
def _check_overdue(case: Case) -> Iterator[Finding]:
    for record in case.with_fact("overdue"):
        deadline, days = get_deadline(record), case.facts[record.id].days_overdue
        is_ongoing_until_review = record.target and record.target.ongoing and record.review_by
        if is_ongoing_until_review or is_far_from_other_dates(case, record, record.target):
            continue  # T105 and C108 report a passed review date, and T112 an impossible year
        if deadline and days and deadline != get_passed_review(case, record):
            message = f"{record.id} was due by {format_long_date(deadline)} and is {pluralise(days, 'day')} overdue."
            period_fix = (
                f"Record the period with `p2ptrack close {record.id}`, or add a target change under `revisions:`."
            )
            yield Finding(record.id, "target", message, period_fix if record.every else "")


def get_passed_review(case: Case, record: TrackedRecord) -> date | None:
    """Return the day by which a decision to put work on hold was to be reviewed, if it has passed: C108 reports it."""
    review = record.decided.review_by if record.decided and record.status in STATUSES_NEEDING_DECISION else None
    return review.latest if review and review.latest and review.latest < case.as_of else None


_DUE_SOON_FIX = (
    "When it is done, change the status to complete and add `completed_on:`. "
    "If it needs more time, add a target change under `revisions:`."
)


@rule("T102", NOTE, "Due soon", summary="are due soon", query="is:due-soon")
@why("You can still report on work that falls due before the papers are published.")
@example("target: Jan-23   # and it is 12 January 2023")
@fix(_DUE_SOON_FIX)
def _check_due_soon(case: Case) -> Iterator[Finding]:
    for record in case.with_fact("due_soon"):
        deadline = get_deadline(record)
        if deadline:
            days = (deadline - case.as_of).days
            remaining = f"in {pluralise(days, 'day')}" if days else "today"
            message = f"{record.id} is due by {format_long_date(deadline)}, {remaining}."
            age = case.facts[record.id].days_since_update
            is_reported = age is not None and age <= case.policy.due_soon_days
            update = "" if is_reported else "Add an update with the current position. "
            yield Finding(record.id, "target", message, update + _DUE_SOON_FIX)


@rule("T103", WARNING, "Open without a target date", summary="are open and have no target date", query="is:no-target")
@why("Without a target date nobody can see whether it is late or on time.")
@example("status: in_progress   # and no target")
@fix("Add the target date under `target:`, however vague. If the work has no end, use On-going and `review_by:`.")
def _check_missing_target(case: Case) -> Iterator[Finding]:
    return report_records(case, case.with_fact("no_target"), "{id} is open and has no target date.", "target")


@rule(
    "T104",
    WARNING,
    "Ongoing without a review date",
    summary="are ongoing and have no review date",
    absent=("review_by",),
)
@why("Ongoing work is never overdue. A review date stops it being forgotten.")
@example("target: On-going   # and no review_by")
@fix("Add the date of the next review under `review_by:`.")
def _check_ongoing_without_review(case: Case) -> Iterator[Finding]:
    candidates = (record for record in case.with_fact("unfinished") if record.review_by is None)
    records = (record for record in candidates if record.target and record.target.ongoing and not record.target.latest)
    return report_records(case, records, "{id} is ongoing and has no review date.", "target")


@rule("T105", WARNING, "Review date passed", summary="are past their review date")
@why("A review was promised by that date.")
@example("review_by: 30 September 2022")
@fix("Add an update with the result of the review, and change `review_by` to the next review date.")
def _check_review_date_passed(case: Case) -> Iterator[Finding]:
    candidates = (record for record in case.with_field("review_by") if case.facts[record.id].unfinished)
    records = (record for record in candidates if get_passed_review(case, record) is None)  # C108 reports those
    return report_past_dates(case, records, "review_by", "review_by", "{id} was due for review by {date}.")


@rule("T106", WARNING, "Target date before the start date")
@why("One of the two dates is wrong.")
@example("{start: June 2023, target: Mar-23}")
@fix("Correct the date that is wrong.")
def _check_target_before_start(case: Case) -> Iterator[Finding]:
    message = "The target date of {id} ({first}) is before its start date ({second})."
    return report_date_order(case, "target", "start", "target", message)


@rule("T107", WARNING, "Not started after its start date", summary="are past their start date and have not started")
@why("A late start is the first sign of a late finish.")
@example("{status: not_started, start: June 2022}")
@fix("Change the status to in_progress, or change `start` to a later date.")
def _check_start_passed(case: Case) -> Iterator[Finding]:
    message = "{id} was due to start by {date} and has not started."
    return report_past_dates(case, case.with_status(Status.NOT_STARTED), "start", "status", message)


@rule("T108", NOTE, "In progress before its start date")
@why("The start date or the status is out of date.")
@example("{status: in_progress, start: June 2024}")
@fix("Change `start` to the date on which work began.")
def _check_early_start(case: Case) -> Iterator[Finding]:
    for record in case.with_field("start"):
        start = record.start if record.status is Status.IN_PROGRESS else None
        if start and start.earliest and start.earliest > case.as_of:
            yield Finding(record.id, "start", f"{record.id} is in progress, but its start date is {start.raw}.")


@rule("T109", WARNING, "Milestone passed", summary="have a milestone that is overdue")
@why("Either it was reached and this is not recorded, or it is late and the target date may be at risk.")
@example("milestones: [{title: Register cleansed, due: June 2022}]")
@fix("Add `done:` with the date on which it was reached, or change `due` to a later date.")
def _check_overdue_milestones(case: Case) -> Iterator[Finding]:
    for record in case.with_field("milestones"):
        for index, milestone in enumerate(record.milestones if case.facts[record.id].unfinished else ()):
            day = milestone.due.latest if milestone.due and milestone.done is None else None
            if day and day < case.as_of and day != get_deadline(record):  # T101 reports the target date
                message = f"{record.id}: the milestone {quote(milestone.title)} was due by {format_long_date(day)}."
                yield Finding(record.id, f"milestones[{index}]", message)


@rule("T110", WARNING, "Milestone after the target date")
@why("A step on the way cannot be due after the end.")
@example("{target: Mar-23, milestones: [{title: Board meets, due: May 2023}]}")
@fix("Change the `due` date of the milestone, or add a target change under `revisions:`.")
def _check_milestone_after_target(case: Case) -> Iterator[Finding]:
    for record in case.with_field("milestones"):
        deadline = get_deadline(record)
        for index, milestone in enumerate(record.milestones):
            if deadline and milestone.due and milestone.due.earliest and milestone.due.earliest > deadline:
                subject = f"{record.id}: the milestone {quote(milestone.title)} is due {milestone.due.raw}"
                message = f"{subject}, after the target date ({format_long_date(deadline)})."
                yield Finding(record.id, f"milestones[{index}].due", message)


@rule("T111", NOTE, "Update dated in the future", summary="have an update dated after the date of this check")
@why("Nobody can report what has not happened yet. If you check at today's date, it is probably a typing mistake.")
@example("updates: [{date: 2032-01-12, text: Done.}]")
@fix("Correct the date of the update, or check the register at a later date with --as-of.")
def _check_future_updates(case: Case) -> Iterator[Finding]:
    position_date = format_long_date(case.as_of)
    pairs = zip(case.tracked(), case.facts.values(), strict=True)
    for record in [record for record, facts in pairs if facts.days_since_update == 0]:
        for index, update in enumerate(record.updates):
            day = update.date or resolve_update_date(case.register, update)
            if day and day.earliest and day.earliest > case.as_of:
                field = f"updates[{index}].date" if update.date else f"updates[{index}]"
                message = f"An update of {record.id} is dated {day.raw}, after {position_date}, the date of this check."
                yield Finding(record.id, field, message)


@rule("T112", WARNING, "Date far from every other date", absent=ANY_FIELD)
@why("A date decades away is usually a mistyped year. Such a target would never be overdue.")
@example("target: 31.3.72   # and every other date is of 2023")
@fix("Correct the year.")
def _check_far_dates(case: Case) -> Iterator[Finding]:
    yield from _find_far_programme_dates(case)
    near_years = {str(case.as_of.year + distance) for distance in range(1 - _FAR_YEARS, _FAR_YEARS)}
    are_near = cache(lambda years: near_years.issuperset(years.split(SEPARATOR)))
    for record, survey in case.register.list_surveys():
        if are_near(survey.years) and not vars(record).get("every"):
            continue  # the target date of a duty that recurs may be of another year
        for field, name, council_date in _iter_checked_dates(case, record):
            if council_date.latest and is_far_from_other_dates(case, record, council_date):
                years = _describe_distance(case, council_date.latest)
                subject = f"{record.id}: the {name} is {format_long_date(council_date.latest)}, {years}"
                message = f"{subject}, and every other date is much nearer to {case.as_of.year}."
                yield Finding(record.id, field, message, _advise_on_year(case, council_date.latest))


def _describe_distance(case: Case, day: date) -> str:
    return f"{abs(day.year - case.as_of.year)} years {'from now' if day > case.as_of else 'ago'}"


def _advise_on_year(case: Case, day: date) -> str:
    year = suggest_year(case, day)
    return f"Correct the year, for example to {year}." if year else ""


def _find_far_programme_dates(case: Case) -> Iterator[Finding]:
    """Yield the dates of meetings, phases and dependencies that are decades away. Sources can be that old."""
    for place, value, _ in walk(case.register.programme):
        section = get_top_field(place)
        day = value.latest if isinstance(value, CouncilDate) and section in _DATED_SECTIONS else None
        if day and _count_years(day, case.as_of) > _FAR_YEARS_OF_A_YEAR:
            message = f"The date {format_long_date(day)} in `{section}` is {_describe_distance(case, day)}."
            yield Finding("", place, message, _advise_on_year(case, day))


_DATED_SECTIONS = frozenset({"meetings", "phases", "dependencies"})


NamedDate = tuple[str, str, CouncilDate | None]


def _iter_checked_dates(case: Case, record: Record) -> Iterator[tuple[str, str, CouncilDate]]:
    """Yield the dates of a record whose year is checked, with their field paths and names.

    The dates of evidence, exemptions from publication and contract ends may be decades away.
    """
    plans: list[NamedDate] = []
    events: list[NamedDate] = []
    if isinstance(record, TrackedRecord):
        plans, events = _list_planned_dates(record), _list_event_dates(record)
    elif isinstance(record, ProcurementExemption):
        plans = [
            ("approved_on", "date of the approval", record.approved_on),
            ("contract_start", "start date of the contract", record.contract_start),
            ("stop_gap_until", "end date of the stop-gap", record.stop_gap_until),
        ]
    plans += [(name, f"date in `{name}`", getattr(record, name, None)) for name in sorted(record.declared_names)]
    for field, name, council_date in plans:
        if isinstance(council_date, CouncilDate):
            yield field, name, council_date
    for field, name, council_date in events:  # C113 and T111 report those in the future
        if council_date and council_date.latest and council_date.latest < case.as_of:
            yield field, name, council_date


def _list_planned_dates(record: TrackedRecord) -> list[NamedDate]:
    """Return the planned dates of a record. The new target of a change is already its target."""
    deadlines = {record.target.latest} if record.target else set()
    dates: list[NamedDate] = [
        ("target", "target date", record.target),
        ("start", "start date", record.start),
        ("review_by", "review date", record.review_by),
    ]
    dates += [
        (f"revisions[{index}].from", "former target date", revision.from_)
        for index, revision in enumerate(record.revisions)
    ]
    dates += [
        (f"revisions[{index}].to", "new target date", revision.to)
        for index, revision in enumerate(record.revisions)
        if revision.to.latest not in deadlines
    ]
    dates += [
        (f"milestones[{index}].due", "date of a milestone", milestone.due)
        for index, milestone in enumerate(record.milestones)
    ]
    if record.decided:
        dates.append(("decided.review_by", "review date of the decision", record.decided.review_by))
    return dates


def _list_event_dates(record: TrackedRecord) -> list[NamedDate]:
    """Return the dates of events."""
    dates: list[NamedDate] = [("completed_on", "completion date", record.completed_on)]
    if record.verified:
        dates.append(("verified.on", "date of the verification", record.verified.on))
    if record.decided:
        dates.append(("decided.on", "date of the decision", record.decided.on))
    if record.response:
        dates.append(("response.on", "date of the response", record.response.on))
    dates += [
        (f"blocked_by[{index}].since", "beginning of the wait", blocker.since)
        for index, blocker in enumerate(record.blocked_by)
    ]
    dates += [
        (f"updates[{index}].date", "date of an update", update.date) for index, update in enumerate(record.updates)
    ]
    dates += [
        (f"milestones[{index}].done", "date on which a milestone was reached", milestone.done)
        for index, milestone in enumerate(record.milestones)
    ]
    return dates


# T141 to T150: target changes, the entries of `revisions`.


def _iter_revised_records(case: Case) -> Iterator[TrackedRecord]:
    return (record for record in case.with_field("revisions") if record.revisions)


def _list_revisions(case: Case) -> tuple[tuple[TrackedRecord, str, TargetRevision], ...]:
    """Return each target change with its record and its field path."""
    return case.register.compute_once(
        "target changes",
        lambda: tuple(
            (record, f"revisions[{index}]", revision)
            for record in case.with_field("revisions")
            for index, revision in enumerate(record.revisions)
        ),
    )


def _list_changes(case: Case) -> tuple[tuple[TrackedRecord, str, TargetRevision], ...]:
    """Return the entries whose dates differ. T148 reports the others."""
    return case.register.compute_once(
        "changed targets", lambda: tuple(entry for entry in _list_revisions(case) if not is_rewording(entry[2]))
    )


@rule("T141", WARNING, "Target change without a date or a reason")
@why("An auditor first checks when and why a target date changed.")
@example("revisions: [{from: Mar-23, to: Jun-23}]")
@fix("Add the missing `decided_on:` or `reason:` to the target change.")
def _check_incomplete_revision(case: Case) -> Iterator[Finding]:
    for record, field, revision in _list_changes(case):
        if not changes_target(revision):
            continue  # neither is needed for a correction of the wording, or for a first target
        missing = [word for word, value in (("date", revision.last_date), ("reason", revision.reason)) if not value]
        if missing and revision.decision is not Decision.REFUSED:
            subject = f"The target change of {record.id} from {revision.from_.raw} to {revision.to.raw}"
            yield Finding(record.id, field, f"{subject} has no {join_words(missing, 'or')}.")


@rule("T142", WARNING, "Missing target change")
@why("Each target change starts from the date that the one before it ended with. Otherwise a change is missing.")
@example("revisions: [{from: Mar-23, to: Jun-23}, {from: Jul-23, to: Sep-23}]")
@fix("Add the missing target change, or correct `from`.")
def _check_broken_chain(case: Case) -> Iterator[Finding]:
    for record in _iter_revised_records(case):
        current: CouncilDate | None = None
        for index, revision in enumerate(record.revisions):
            if current is not None and not is_same_target(revision.from_, current):
                start = f"This target change of {record.id} starts from {revision.from_.raw}"
                advice = f"Add the missing target change above this one, or correct `from` to {current.raw}."
                message = f"{start}, but the target date was {current.raw} before it."
                yield Finding(record.id, f"revisions[{index}].from", message, advice)
            if is_effective(revision, case.policy):
                current = revision.to


@rule("T143", WARNING, "Target date that does not match the target changes", absent=("target", "revisions"))
@why("Either the target date was changed without an entry, or an extension was applied before it was granted.")
@example("{target: Sep-23, revisions: [{from: Mar-23, to: Jun-23}]}")
@fix("Use the date of the last granted target change, or add the missing target change.")
def _check_target_against_revisions(case: Case) -> Iterator[Finding]:
    for record in _iter_revised_records(case):
        if record.target and record.target.series_start:
            continue  # the target of a later period is computed
        new_targets = [revision.to for revision in record.revisions if is_effective(revision, case.policy)]
        expected = new_targets[-1] if new_targets else record.revisions[0].from_
        has_placeholder = any(
            is_vacant(revision.approved_by or "") for revision in record.revisions if revision.approved_by
        )
        is_unapproved = any(
            _lacks_approval(case, revision) and is_same_target(record.target, revision.to)
            for revision in record.revisions
        )  # T147 reports it, and its advice corrects this too
        is_explained = has_placeholder or is_unapproved or bool(_find_early_target(record))
        if not (is_explained or is_same_target(record.target, expected)):
            actual = f"the target date {record.target.raw}" if record.target else "no target date"
            message = f"{record.id} has {actual}, but its target changes give {expected.raw}."
            advice = f"Add the missing target change, or correct the target date to {expected.raw}."
            yield Finding(record.id, "target" if record.target else "revisions", message, advice)


@rule("T144", NOTE, "Target changed more than once", summary="have more than one target change", query="is:slipped")
@why("A target date that changes repeatedly is not a reliable plan.")
@example("revisions: [{from: Mar-23, to: Jun-23}, {from: Jun-23, to: Sep-23}]")
@fix("Explain in the next update what has changed so that this target date will be met. This note remains.")
def _check_repeated_changes(case: Case) -> Iterator[Finding]:
    for record in _iter_revised_records(case):
        facts = case.facts[record.id]
        if facts.times_moved > 1:
            original = effective_revisions(record, case.policy)[0].from_.raw
            subject = f"The target date of {record.id} has changed {format_times(facts.times_moved)}"
            if facts.days_moved == 0:
                yield Finding(record.id, "revisions", f"{subject} and is back at the original date ({original}).")
                continue
            total = f", {format_shift(facts.days_moved)} in total" if facts.days_moved is not None else ""
            yield Finding(record.id, "revisions", f"{subject}{total} (originally {original}).")


_DECIDE_FIX = "Change `decision` to granted or refused, and add who decided under `approved_by:`."
_APPROVE_FIX = "Add `approved_by:` with the approver, or add `decision: requested` if it is not approved yet."


@rule("T145", WARNING, "Extension without a decision")
@why("The earlier target date applies until somebody decides.")
@example("revisions: [{from: Mar-23, to: Jun-23, decision: requested}]")
@fix(_DECIDE_FIX)
def _check_undecided_extension(case: Case) -> Iterator[Finding]:
    for record, field, revision in _list_changes(case):
        if revision.decision is Decision.REQUESTED:
            requester = f" by {revision.requested_by}" if revision.requested_by else ""
            subject = f"An extension of {record.id} to {revision.to.raw} was requested{requester}"
            also = ". The target date is already changed" if revision is _find_early_target(record) else ""
            advice = _DECIDE_FIX + _advise_to_apply(record, revision, "it is granted")
            yield Finding(record.id, f"{field}.decision", f"{subject} and has not been decided{also}.", advice)


def _find_early_target(record: TrackedRecord) -> TargetRevision | None:
    """Return the last target change, if it is only requested but the record already has its date: T145 reports it."""
    last = record.revisions[-1]
    is_early = last.decision is Decision.REQUESTED and is_same_target(record.target, last.to) and changes_target(last)
    return last if is_early else None


def _advise_to_apply(record: TrackedRecord, revision: TargetRevision, condition: str) -> str:
    """Return the advice to apply an extension once it is approved, where the record has another target date."""
    if is_same_target(record.target, revision.to):
        return ""
    return f" When {condition}, change `target` to {revision.to.raw}."


@rule("T146", NOTE, "Extended after the target date", summary="have an extension dated after their target date")
@why("The work was already late when the extension was requested.")
@example("revisions: [{from: Mar-23, to: Jun-23, date: 2023-04-12}]")
@fix("If the extension was requested earlier, write that date under `requested_on:`.")
def _check_late_extension(case: Case) -> Iterator[Finding]:
    for record, field, revision in _list_changes(case):
        day = revision.first_date
        if day and is_before(revision.from_, day) and revision.category is not Category.CORRECTION:
            message = f"{record.id} was due {revision.from_.raw}, but its extension is dated {day.raw}."
            yield Finding(record.id, f"{field}.{revision.field_of(day)}", message)


@rule("T147", WARNING, "Extension without approval")
@why("The policy requires approval (`extensions_need_approval`). Without it the earlier target date applies.")
@example("revisions: [{from: Mar-23, to: Jun-23, reason: Supplier late.}]")
@fix(_APPROVE_FIX)
def _check_unapproved_extension(case: Case) -> Iterator[Finding]:
    for record, field, revision in _list_changes(case):
        if _lacks_approval(case, revision):
            subject = f"The extension of {record.id} to {revision.to.raw} has no approver"
            advice = _APPROVE_FIX + _advise_to_apply(record, revision, "it is approved")
            yield Finding(record.id, field, f"{subject}, and the policy requires approval.", advice)


def _lacks_approval(case: Case, revision: TargetRevision) -> bool:
    """Whether the policy requires an approver for a target change that has none and is not awaiting a decision."""
    is_undecided = revision.decision in {Decision.REQUESTED, Decision.REFUSED}
    is_change = revision.approved_by is None and not is_undecided and revision.category is not Category.CORRECTION
    return is_change and not is_first_target(revision) and case.policy.extensions_need_approval


@rule("T148", NOTE, "Target change to the same date")
@why("Two ways to write the same date are not an extension.")
@example("revisions: [{from: Mar-23, to: 31 March 2023}]")
@fix("Correct the new date, or add `category: correction` if only the wording of the date changed.")
def _check_unchanged_date(case: Case) -> Iterator[Finding]:
    for record, field, revision in _list_revisions(case):
        if is_rewording(revision):
            subject = f"{record.id}: {revision.from_.raw} and {revision.to.raw} mean the same date"
            yield Finding(record.id, f"{field}.to", f"{subject}, so the target date has not changed.")


@rule("T149", WARNING, "Target changes out of order")
@why("The last entry is taken as the current target date.")
@example("revisions: [{date: 2023-05-01, from: Mar-23, to: Jun-23}, {date: 2023-04-01, from: Jun-23, to: TBC}]")
@fix("Put the oldest target change first, or correct the date.")
def _check_revision_order(case: Case) -> Iterator[Finding]:
    for record in _iter_revised_records(case):
        earlier: CouncilDate | None = None
        for index, revision in enumerate(record.revisions):
            day = revision.last_date
            if is_before(day, earlier):
                message = f"{record.id}: this target change is dated before the one above it."
                yield Finding(record.id, f"revisions[{index}].{revision.field_of(day)}", message)
            earlier = day or earlier


@rule("T150", NOTE, "Target date brought forward")
@why("Most target changes are extensions. An earlier date may be true, or the two dates may be the wrong way round.")
@example("revisions: [{from: 30 June 2023, to: 31 March 2023}]")
@fix("Correct `from` and `to` if they are the wrong way round. Otherwise change nothing.")
def _check_earlier_target(case: Case) -> Iterator[Finding]:
    for record, field, revision in _list_revisions(case):
        is_change = revision.category is not Category.CORRECTION and revision.decision is not Decision.REFUSED
        if is_change and _is_earlier(revision.to, revision.from_):
            subject = f"{record.id}: the new target date ({revision.to.raw})"
            message = f"{subject} is earlier than the date it replaces ({revision.from_.raw})."
            yield Finding(record.id, f"{field}.to", message)


@rule("T151", WARNING, "Target change decided before it was requested")
@why("One of the two dates is wrong.")
@example("revisions: [{from: Mar-23, to: Jun-23, requested_on: 2023-03-20, decided_on: 2023-03-01}]")
@fix("Correct the date that is wrong.")
def _check_decision_before_request(case: Case) -> Iterator[Finding]:
    for record, field, revision in _list_revisions(case):
        requested, decided = revision.request_date, revision.decision_date
        if requested and decided and is_before(decided, requested):
            subject = f"{record.id}: the change to {revision.to.raw} was decided ({decided.raw})"
            message = f"{subject} before it was requested ({requested.raw})."
            yield Finding(record.id, f"{field}.{revision.field_of(decided)}", message)


def _is_earlier(first: CouncilDate, second: CouncilDate) -> bool:
    """Whether a date is earlier than another. A more exact date in the same period is not earlier."""
    if not (first.earliest and first.latest and second.earliest and second.latest):
        return False
    return first.latest < second.latest and first.earliest < second.earliest
