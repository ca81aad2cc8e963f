"""Rules about duties that recur: `every` and `periods`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import status_label
from p2ptrack.analysis.rules.closure import is_earlier_position
from p2ptrack.analysis.rules.rule import NOTE, WARNING, Finding, example, fix, rule, why
from p2ptrack.model.dates import format_long_date
from p2ptrack.model.fields import Status
from p2ptrack.model.recurrence import format_every, is_due_day, list_missed_days
from p2ptrack.phrases import join_words


@rule("T152", WARNING, "Duty that recurs without a date", absent=("target", "every"))
@why("Without the first date and how often it recurs, nobody can see when it is due.")
@example("every: quarter   (without `target`)")
@fix("Add the first date under `target:` and how often it recurs under `every:`, such as `every: quarter`.")
def _check_series(case: Case) -> Iterator[Finding]:
    for record in case.with_field("every"):
        if record.target is None or record.target.latest is None:
            yield Finding(
                record.id, "every", f"{record.id} recurs {format_every(record.every or '')} but has no first date."
            )
    for record in case.with_field("periods"):
        if record.periods and record.every is None:
            yield Finding(record.id, "periods", f"{record.id} has periods but does not say how often it recurs.")


@rule("T153", WARNING, "Period of a duty that was missed")
@why("A later period is done and this one is not recorded, so nobody can see whether it was done.")
@example("{every: quarter, target: 2026-03-31, periods: [{due: 2026-06-30, done: 2026-06-28}]}")
@fix("Add the period under `periods:`. If it was left out, say why in its `note:`.")
def _check_missed(case: Case) -> Iterator[Finding]:
    for record in case.with_field("periods"):
        if record.every and record.target and (days := list_missed_days(record.target, record.every, record.periods)):
            names = join_words([format_long_date(day) for day in days])
            yield Finding(record.id, "periods", f"{record.id} has later periods but none for {names}.")


@rule("T154", NOTE, "Period that is not in the series, or is recorded twice")
@why(
    "The next due date follows the last period, so a wrong date moves it. Of two entries one may be of another period."
)
@example("{every: quarter, target: 2026-03-31, periods: [{due: 2026-05-31}]}")
@fix("Correct the date in `due`, or `target` if the series begins on another day.")
def _check_due_days(case: Case) -> Iterator[Finding]:
    for record in case.with_field("periods"):
        days: set[date] = set()
        for index, period in enumerate(record.periods):
            day = period.due.latest
            if day and day in days:
                message = f"{record.id} has two entries for the period due on {format_long_date(day)}."
                advice = "Correct the date in `due`, or put both entries together."
                yield Finding(record.id, f"periods[{index}].due", message, advice)
            elif record.every and record.target and day and not is_due_day(record.target, record.every, day):
                message = f"{record.id} recurs {format_every(record.every)}, but not on {format_long_date(day)}."
                yield Finding(record.id, f"periods[{index}].due", message)
            days |= {day} if day else set()


@rule("T155", WARNING, "Period done in the future")
@why("It counts only from that date. Until then the duty can be shown as overdue.")
@example("periods: [{due: 2026-06-30, done: 2062-06-28}]")
@fix("Correct the date in `done`.")
def _check_future_periods(case: Case) -> Iterator[Finding]:
    position_date, records = format_long_date(case.as_of), case.with_field("periods")
    # At an earlier date the register rightly holds periods that were done since.
    for record in records if records and not is_earlier_position(case) else ():
        for index, period in enumerate(record.periods):
            if period.done and period.done.earliest and period.done.earliest > case.as_of:
                message = (
                    f"A period of {record.id} is done on {period.done.raw}, after {position_date}, "
                    "the date of this check."
                )
                yield Finding(record.id, f"periods[{index}].done", message)


@rule("T160", WARNING, "Duty that recurs is complete")
@why("No later period is due, so nobody is reminded of it.")
@example("{every: quarter, status: complete}")
@fix(
    "Change the status to in_progress, and move `completed_on` into a period of `periods:` as its `done:`. "
    "If the duty has ended for good, use the status withdrawn."
)
def _check_completed_duties(case: Case) -> Iterator[Finding]:
    for record in case.with_field("every"):
        if record.status in {Status.COMPLETE, Status.VERIFIED}:
            recurs, label = format_every(record.every or ""), status_label(record.status).casefold()
            message = f"{record.id} recurs {recurs} and is {label}, so no later period is due."
            yield Finding(record.id, "status", message)
