"""T121 to T128: phases. T131 to T138: meetings, what they decided and received, and dependencies.

T152 to T155, T160: duties that recur.
L111 to L114: the order of dependent records.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import get_deadline, status_label
from p2ptrack.analysis.links import find_cycles
from p2ptrack.analysis.rules.closure import is_earlier_position
from p2ptrack.analysis.rules.rule import (
    ERROR,
    NOTE,
    WARNING,
    Finding,
    example,
    fix,
    iter_open_dependencies,
    report_date_order,
    report_records,
    rule,
    why,
)
from p2ptrack.model.dates import CouncilDate, Precision, format_long_date, is_before
from p2ptrack.model.fields import Decision, Status
from p2ptrack.model.programme import Meeting, Phase
from p2ptrack.model.records import Action, TrackedRecord
from p2ptrack.model.recurrence import format_every, is_due_day, list_missed_days
from p2ptrack.model.register import format_meeting_title
from p2ptrack.phrases import fold_text, join_ids, join_words, quote
from p2ptrack.values import compile_on_use


def _iter_actions_with(case: Case, field: str) -> Iterator[Action]:
    return (record for record in case.register.with_field(field) if isinstance(record, Action))


@rule("T121", WARNING, "Target date before the phase starts")
@why("Either the target date or the phase is wrong.")
@example("{phase: P2, target: June 2021}")
@fix("Correct the target date or the phase.")
def _check_target_before_phase(case: Case) -> Iterator[Finding]:
    message = "{id} is due {first}, before the start of {phase}, the phase it starts in."
    return report_date_order(case, "target", "phase.start", "target", message)


@rule("T122", WARNING, "Target date after the phase ends")
@why("The target date means that the work will run on after its phase.")
@example("{phase_end: P1, target: early 2023/24}")
@fix("Correct the target date or `phase_end`.")
def _check_target_after_phase(case: Case) -> Iterator[Finding]:
    message = "{id} is due {second}, after the end of {phase_end}, the phase it ends in."
    return report_date_order(case, "phase_end.end", "target", "target", message)


@rule("T123", WARNING, "Open after its phase ended", summary="are past the end of their phase", query="is:past-phase")
@why("The phase was planned to include it.")
@example("{phase_end: P1, status: in_progress}   # and P1 is over")
@fix(
    "Change the status to complete and add `completed_on:`, or change `phase_end` to the phase in which it will finish."
)
def _check_past_phase(case: Case) -> Iterator[Finding]:
    message = "{id} was due to finish in {phase_end}, which has ended."
    return report_records(case, case.with_fact("past_phase"), message, "phase_end")


_ENDED_PHASE = "are open, started in a phase that has ended and have no end phase"


@rule("T124", NOTE, "No end phase recorded", summary=_ENDED_PHASE, absent=("phase_end", "status"))
@why("The register does not show whether the work is late or was planned to continue.")
@example("{phase: P1, status: in_progress}   # P1 is over, no phase_end")
@fix("Add `phase_end:` with the phase in which the work is due to finish, if it is known.")
def _check_missing_phase_end(case: Case) -> Iterator[Finding]:
    phases = [phase for phase in case.register.programme.phases if not phase.is_reversed]  # T127 reports those
    ended_ids = {phase.id for phase in phases if phase.end and phase.end.latest and phase.end.latest < case.as_of}
    records = (
        record
        for record in _iter_actions_with(case, "phase")
        if record.phase in ended_ids and record.phase_end is None and case.facts[record.id].unfinished
    )
    message = "{id} is open and started in {phase}, which has ended. No end phase is recorded."
    return report_records(case, records, message, "phase")


@rule("T125", WARNING, "Ends in a phase before the one it starts in")
@why("The two phases are often entered the wrong way round.")
@example("{phase: P3, phase_end: P1}")
@fix("Correct `phase` or `phase_end`.")
def _check_reversed_phases(case: Case) -> Iterator[Finding]:
    for record in _iter_actions_with(case, "phase_end"):
        first, last = case.register.find_phase(record.phase), case.register.find_phase(record.phase_end)
        if first and last and first is not last and is_before(last.end, first.start):
            message = f"{record.id} starts in {first.title} but ends in {last.title}, which is earlier."
            yield Finding(record.id, "phase_end", message)


@rule("T126", NOTE, "Started before its phase", summary="have a start date before the phase they start in")
@why("It started before the programme planned it. This can be true, but it can also be a mistake.")
@example("{phase: P1, start: 31 August 2021}   # P1 begins in Sept 21")
@fix("Correct the start date or the phase. Change nothing if the source gives both.")
def _check_started_before_phase(case: Case) -> Iterator[Finding]:
    message = "The start date of {id} ({first}) is before {phase}, the phase it starts in."
    return report_date_order(case, "start", "phase.start", "start", message)


@rule("T127", ERROR, "Phase that ends before it starts")
@why("Every target date and calculation that uses the phase would be wrong.")
@example("phases: [{id: P1, title: CBT Phase 1, start: Sept 22, end: Sept 21}]")
@fix("Correct the start or the end of the phase.")
def _check_phase_ends_before_start(case: Case) -> Iterator[Finding]:
    for index, phase in enumerate(case.register.programme.phases):
        if phase.start and phase.end and phase.is_reversed:
            message = f"{phase.title} ends {phase.end.raw}, before it starts ({phase.start.raw})."
            yield Finding("", f"phases[{index}].end", message)


@rule("T128", NOTE, "Phases that overlap or leave a gap")
@why("Work that starts in between belongs to two phases or to none.")
@example("phases: [{id: P1, title: One, end: Sept 22}, {id: P2, title: Two, start: Jan 23}]")
@fix("Correct the dates so that one phase follows the other. Change nothing if the source gives these dates.")
def _check_phase_gaps(case: Case) -> Iterator[Finding]:
    for index, (earlier, later) in enumerate(pairwise(case.register.programme.phases)):
        mismatch = _describe_mismatch(earlier, later)
        if mismatch:
            yield Finding("", f"phases[{index + 1}].start", f"{earlier.title} and {later.title} {mismatch}.")


def _describe_mismatch(earlier: Phase, later: Phase) -> str:
    """Return how two phases overlap or leave a gap. They may share a month, because each may have half of it."""
    if is_before(later.start, earlier.end):
        return "overlap"
    if earlier.end and earlier.end.latest and later.start and later.start.earliest:
        has_gap = later.start.earliest - earlier.end.latest > timedelta(days=1)
        return "leave a gap between them" if has_gap else ""
    return ""


@rule("T131", NOTE, "Meeting without an exact date")
@why("Work that is due at the meeting counts as due at the end of the month.")
@example("meetings: [{id: AC-2023-03, body: Audit Committee, date: Mar-23}]")
@fix("Enter the exact date when it is known.")
def _check_meeting_without_date(case: Case) -> Iterator[Finding]:
    for index, meeting in enumerate(case.register.programme.meetings):
        latest = meeting.date.latest
        if meeting.date.precision is not Precision.DAY and (latest is None or latest >= case.as_of):
            effect = f" Work due at this meeting counts as due by {format_long_date(latest)}." if latest else ""
            message = f"{format_meeting_title(meeting)} has no exact date.{effect}"
            yield Finding("", f"meetings[{index}].date", message)


@rule("T132", WARNING, "Papers due after the meeting")
@why("Papers are due and the agenda is published before the meeting.")
@example("meetings: [{id: M1, date: 2023-03-20, papers_due: 2023-03-27}]")
@fix("Correct this date or the date of the meeting.")
def _check_late_papers(case: Case) -> Iterator[Finding]:
    for index, meeting in enumerate(case.register.programme.meetings):
        for field in ("papers_due", "agenda_published"):
            if is_before(meeting.date, getattr(meeting, field)):
                message = f"{format_meeting_title(meeting)} is on {meeting.date.raw}, but `{field}` is after that date."
                yield Finding("", f"meetings[{index}].{field}", message)


_MAX_LATER = timedelta(days=31)


@rule("T136", WARNING, "Decision on another day than its meeting")
@why("A meeting makes its decisions on the day it is held. One of the two dates, or the meeting, is wrong.")
@example("decided: {on: 2022-10-03, meeting: AC-2022-10-17}")
@fix("Correct the date or the meeting.")
def _check_decision_days(case: Case) -> Iterator[Finding]:
    for record, field, name, _, meeting, day in _iter_decisions(case):
        if meeting is None:
            continue
        first, last = meeting.date.earliest, meeting.date.latest
        is_later = name == "decided_on" and day and day.earliest and last and day.earliest > last + _MAX_LATER
        title = format_meeting_title(meeting)
        if day and (is_later or is_before(day, meeting.date)):
            message = f"{record.id}: the decision is dated {day.raw}, but {title} was on {meeting.date.raw}."
            yield Finding(record.id, f"{field}.{name}", message)
        elif day is None and first and first > case.as_of:
            message = f"{record.id}: the decision is of {title}, which has not been held yet ({meeting.date.raw})."
            yield Finding(record.id, f"{field}.meeting", message, _NOT_HELD_FIX)


_NOT_HELD_FIX = "Leave it out until the meeting has decided, or name the meeting that did."


def _iter_decisions(
    case: Case,
) -> Iterator[tuple[TrackedRecord, str, str, str, Meeting | None, CouncilDate | None]]:
    """Yield each decision: its record and field, the name of its date, the decision maker, its meeting and its date.

    The date of a decision to close is that on which it takes effect, which can be long after the meeting. Decisions of
    a meeting that is not in the programme are left out: L101 reports them.
    """
    for record in case.with_field("decided"):
        decided = record.decided
        if decided and (decided.meeting is None or case.register.find_meeting(decided.meeting)):
            yield record, "decided", "on", decided.by or "", case.register.find_meeting(decided.meeting), decided.on
    for record in case.with_field("revisions"):
        for index, revision in enumerate(record.revisions):
            meeting = case.register.find_meeting(revision.meeting)
            if (meeting or revision.meeting is None) and revision.decision is not Decision.REQUESTED:
                day = revision.decision_date
                name = revision.field_of(day) if day else "decided_on"
                yield record, f"revisions[{index}]", name, revision.approved_by or "", meeting, day


@rule("T137", NOTE, "Update after the meeting that it was reported to")
@why("A meeting cannot have received what was written later.")
@example("updates: [{date: 2022-12-01, meeting: AC-2022-10-17, text: Two quotes came.}]")
@fix("Correct the date or the meeting.")
def _check_update_days(case: Case) -> Iterator[Finding]:
    for record in case.with_field("updates.meeting"):
        for index, update in enumerate(record.updates):
            meeting = case.register.find_meeting(update.meeting)
            last = meeting.date.latest if meeting else None
            update_day = update.date.earliest if update.date else None
            if meeting and last and update_day and update.date and update_day > last + _MINUTES_WRITTEN:
                title = format_meeting_title(meeting)
                message = f"An update of {record.id} is dated {update.date.raw}, after {title} ({meeting.date.raw})."
                yield Finding(record.id, f"updates[{index}].meeting", message)


_MINUTES_WRITTEN = timedelta(days=14)
"""Minutes are written, and copied into the register, some days after a meeting."""


@rule("T138", WARNING, "Decision of another body than its meeting")
@why("The minutes of the meeting will not show the decision.")
@example("decided: {by: Cabinet, meeting: AC-2022-10-17}   # a meeting of the Audit Committee")
@fix("Correct who decided, or name the meeting of that body. Add it to the programme if it is not there.")
def _check_deciding_body(case: Case) -> Iterator[Finding]:
    posts = {fold_text(role) for role in case.register.programme.roles}
    bodies = [meeting.body for meeting in case.register.programme.meetings if meeting.body]
    for record, field, _, decider, meeting, _ in _iter_decisions(case):
        own_bodies = [meeting.body or decider] if meeting else bodies
        pattern = _BODY if meeting else _BODY_THAT_MEETS
        is_body = pattern.search(fold_text(decider)) is not None and fold_text(decider) not in posts
        if is_body and own_bodies and not any(_is_same_body(decider, body) for body in own_bodies):
            contradiction = "the programme has no meeting of that body"
            if meeting:
                contradiction = f"its meeting ({format_meeting_title(meeting)}) is of another body"
            message = f"{record.id}: the decision is by {decider}, but {contradiction}."
            yield Finding(record.id, f"{field}.{'by' if field == 'decided' else 'approved_by'}", message)


_BODY_THAT_MEETS = compile_on_use(r"\b(?:cabinet|committee|council|panel|scrutiny)\b")
_BODY = compile_on_use(
    r"\b(?:assembly|authority|board|cabinet|commission|committee|council|executive|forum|group|meeting|ministers?|office"
    r"|panel|scrutiny|secretariat|team|trustees|governors)\b"
)
_SMALL_WORDS = frozenset({"a", "and", "for", "full", "members", "of", "the", "to"})


def _is_same_body(body: str, other_body: str) -> bool:
    """Whether two names can be of one body: *Audit Committee*, *A&G Committee* and *AGC* of a longer name."""
    words, names = _collect_words(body), _collect_words(other_body)
    initials = "".join(word[0] for word in fold_text(other_body).split() if word.isalpha() and word not in _SMALL_WORDS)
    long_words = {word for word in words if len(word) > 1}
    return long_words <= names or names <= words or initials in words


def _collect_words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W\d_]+", fold_text(text))) - _SMALL_WORDS


@rule("T133", WARNING, "Dependency overdue")
@why("Either it is resolved and work can continue, or the records that wait for it will be late.")
@example("dependencies: [{id: union-consultation, title: Consultation, expected: Dec-22}]")
@fix("Add `cleared:` with the date on which it was resolved, or change `expected` to a later date.")
def _check_overdue_dependency(case: Case) -> Iterator[Finding]:
    for field, dependency, ids in iter_open_dependencies(case):
        day = dependency.expected.latest if dependency.expected else None
        if day and day < case.as_of:
            subject = f"{quote(dependency.title)} is not resolved. It was expected by {format_long_date(day)}"
            message = f"{subject}. Waiting for it: {join_ids(ids)}."
            yield Finding("", f"{field}.expected", message, related=ids)


@rule("T134", WARNING, "Due before a dependency is expected")
@why("The target date cannot be met if the dependency is resolved when it is expected.")
@example("{blocked_by: [procurement-regulations], target: mid-2023}   # expected during 2024")
@fix("Add a target change under `revisions:`, or an update that explains what can be done without waiting.")
def _check_due_before_expected(case: Case) -> Iterator[Finding]:
    for _, dependency, _ in iter_open_dependencies(case):
        expected = dependency.expected
        for record in dependency.records:
            deadline = get_deadline(record)
            if deadline and expected and expected.latest and deadline < expected.latest:
                index = [blocker.id for blocker in record.blocked_by].index(dependency.blocker.id)
                subject = f"{record.id} is due by {format_long_date(deadline)} but waits for {quote(dependency.title)}"
                yield Finding(record.id, f"blocked_by[{index}]", f"{subject}, expected {expected.raw}.")


@rule("T135", NOTE, "Dependency without an expected date")
@why("Without a date nobody can see which target dates are at risk.")
@example("dependencies: [{id: ids-resourcing, title: IDS resourcing}]")
@fix("Add `expected:` with a date, however vague, and `since:` with the date on which the wait began.")
def _check_missing_expected_date(case: Case) -> Iterator[Finding]:
    for field, dependency, ids in iter_open_dependencies(case):
        if dependency.expected is None:
            message = f"{quote(dependency.title)} has no expected date. Waiting for it: {join_ids(ids)}."
            yield Finding("", field, message, related=ids)


# Duties that recur.


@rule("T152", WARNING, "Recurring duty without a date", absent=("target", "every"))
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


@rule("T153", WARNING, "Missed period of a recurring duty")
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
    "The next due date follows the last period, so a wrong date changes it. If a period has two entries, one "
    "may belong to another period."
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


@rule("T160", WARNING, "Recurring duty marked complete")
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


# Records that depend on one another.


_ABANDONED_PHRASES = {
    Status.ON_HOLD: "is on hold",
    Status.SUPERSEDED: "has been superseded",
    Status.WITHDRAWN: "has been withdrawn",
    Status.RISK_ACCEPTED: "will not be done because its risk is accepted",
    Status.NOT_IMPLEMENTED: "ended without being done",
}


def _iter_dependencies(case: Case) -> Iterator[tuple[TrackedRecord, str, TrackedRecord]]:
    """Yield each open record, a record that it depends on and the path of the link. L103 reports cycles."""
    circles = [set(cycle) for cycle in find_cycles(case.register, "depends_on")]
    for record in case.with_field("depends_on"):
        if case.facts[record.id].unfinished:
            for index, id_ in enumerate(record.depends_on):
                dependency = case.register.by_id.get(id_)
                is_circular = bool(circles) and any({record.id, id_} <= circle for circle in circles)
                if isinstance(dependency, TrackedRecord) and dependency is not record and not is_circular:
                    yield record, f"depends_on[{index}]", dependency


@rule("L111", WARNING, "Due before something it depends on", summary="are due before something they depend on")
@why("It cannot be finished before the work that it depends on.")
@example("{depends_on: [F05], target: Mar-23}   # F05 is due Apr-23")
@fix("Change the target date of one of the two records.")
def _check_due_before_dependency(case: Case) -> Iterator[Finding]:
    for record, field, dependency in _iter_dependencies(case):
        own_deadline, dependency_deadline = get_deadline(record), get_deadline(dependency)
        is_earlier = own_deadline and dependency_deadline and own_deadline < dependency_deadline
        if is_earlier and record.target and dependency.target and case.facts[dependency.id].unfinished:
            subject = f"{record.id} (due {record.target.raw}) depends on {dependency.id}"
            yield Finding(record.id, field, f"{subject}, which is due later ({dependency.target.raw}).")


@rule("L112", WARNING, "Depends on something without a target date", summary="have a dependency without a target date")
@why("A target date cannot be relied on if it depends on work without one.")
@example("{depends_on: [A14], target: Mar-23}   # A14 has no target")
@fix("Add a target date to the record that it depends on.")
def _check_dependency_without_target(case: Case) -> Iterator[Finding]:
    for record, field, dependency in _iter_dependencies(case):
        if get_deadline(record) and record.target and case.facts[dependency.id].no_target:
            message = f"{record.id} (due {record.target.raw}) depends on {dependency.id}, which has no target date."
            yield Finding(record.id, field, message)


@rule(
    "L113",
    WARNING,
    "Depends on something that will not be delivered",
    summary="have a dependency that will not be delivered",
)
@why("Work that is withdrawn, superseded, on hold or not implemented will not be there to build on.")
@example("depends_on: [A11]   # A11 was superseded")
@fix("Replace the link with the id of the record that it depends on now. If there is none, remove the link.")
def _check_abandoned_dependency(case: Case) -> Iterator[Finding]:
    for record, field, dependency in _iter_dependencies(case):
        status = case.get_status(dependency)
        if status in _ABANDONED_PHRASES:
            message = f"{record.id} depends on {dependency.id}, which {_ABANDONED_PHRASES[status]}."
            replacements = dependency.superseded_by if status is Status.SUPERSEDED else ()
            advice = f"Depend on {join_words(replacements, 'or')} instead." if replacements else ""
            yield Finding(record.id, field, message, advice)


@rule(
    "L114",
    NOTE,
    "One deliverable with different target dates",
    summary="have another target date than the same deliverable in other records",
    absent=("same_deliverable_as",),
)
@why("A single report cannot be due on two dates.")
@example("same_deliverable_as: [F08]   # F08 is due later")
@fix("Give the records the same target date, or remove `same_deliverable_as` if they are separate pieces of work.")
def _check_shared_deliverable_targets(case: Case) -> Iterator[Finding]:
    for group in case.links.deliverable_groups:
        records = [case.register.by_id.get(id_) for id_ in group]
        dated_records = [record for record in records if isinstance(record, TrackedRecord) and record.target]
        if len({get_deadline(record) for record in dated_records}) > 1:
            targets = join_words([f"{record.id} {record.target.raw}" for record in dated_records if record.target][:8])
            message = f"{join_ids(group)} are the same deliverable but have different target dates: {targets}."
            yield Finding(group[0], "", message, related=group[1:])
