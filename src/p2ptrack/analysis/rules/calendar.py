"""T131 to T135: meetings, and what records wait for outside the register."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import deadline_of
from p2ptrack.analysis.rules.grouping import before
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.analysis.rules.wording import listed
from p2ptrack.problem import Severity
from p2ptrack.records.dates import Precision, long_day
from p2ptrack.records.programme import Dependency
from p2ptrack.records.register import meeting_title


def _without_a_day(case: Case) -> Iterator[Finding]:
    for at, meeting in enumerate(case.register.programme.meetings):
        last = meeting.date.latest
        if meeting.date.precision is not Precision.DAY and (last is None or last >= case.as_of):
            until = f"; what is due at it is counted to {long_day(last)}" if last else ""
            message = f"The day of {meeting_title(meeting)} is not set{until}."
            yield Finding("", f"meetings[{at}].date", message, "the day, as soon as it is known")


def _papers_too_late(case: Case) -> Iterator[Finding]:
    for at, meeting in enumerate(case.register.programme.meetings):
        steps = (("papers_due", meeting.papers_due), ("agenda_published", meeting.agenda_published))
        for field, day in steps:
            if before(meeting.date, day):
                message = f"{meeting_title(meeting)} is on {meeting.date.raw}, and its {field} is after it."
                yield Finding("", f"meetings[{at}].{field}", message, "a day before the meeting")


def _waiting(case: Case) -> Mapping[str, tuple[str, ...]]:
    """Return who waits for each dependency that has not come about, unfinished records only."""
    open_ids = {dependency.id for dependency in case.register.programme.dependencies if not _cleared(case, dependency)}
    found: dict[str, list[str]] = {}
    for record in case.having("waiting"):
        for blocker in record.blocked_by:
            if blocker.id in open_ids and blocker.id is not None:
                found.setdefault(blocker.id, []).append(record.id)
    return {id_: tuple(ids) for id_, ids in found.items()}


def _cleared(case: Case, dependency: Dependency) -> bool:
    when = dependency.cleared
    return when is not None and (when.latest is None or when.latest <= case.as_of)


def _expected_by_now(case: Case) -> Iterator[Finding]:
    waiting = _waiting(case)
    for at, dependency in enumerate(case.register.programme.dependencies):
        day = dependency.expected.latest if dependency.expected else None
        if day and day < case.as_of and dependency.id in waiting:
            ids = waiting[dependency.id]
            message = (
                f"{dependency.title}: expected by {long_day(day)}, and not cleared. Waiting for it: {listed(ids)}."
            )
            yield Finding(
                "",
                f"dependencies[{at}].expected",
                message,
                "cleared: the day on which it came about, or a later expected",
            )


def _due_before_expected(case: Case) -> Iterator[Finding]:
    expected = {d.id: d for d in case.register.programme.dependencies if d.expected and not _cleared(case, d)}
    for record in case.having("waiting"):
        deadline = deadline_of(record)
        for at, blocker in enumerate(record.blocked_by):
            found = expected.get(blocker.id or "")
            if deadline and found and found.expected and found.expected.latest and deadline < found.expected.latest:
                until = f"{found.title}, expected {found.expected.raw}"
                message = f"{record.id} is due by {long_day(deadline)} and waits for {until}."
                yield Finding(
                    record.id, f"blocked_by[{at}]", message, "a revised date, or what can be done without waiting"
                )


def _expected_when(case: Case) -> Iterator[Finding]:
    waiting = _waiting(case)
    for at, dependency in enumerate(case.register.programme.dependencies):
        if dependency.id in waiting and dependency.expected is None:
            ids = waiting[dependency.id]
            message = f"Nobody says when to expect: {dependency.title}. Waiting for it: {listed(ids)}."
            yield Finding(
                "", f"dependencies[{at}]", message, "expected: a date, however vague, and since: when the waiting began"
            )


RULES: tuple[Rule, ...] = (
    Rule(
        code="T131",
        severity=Severity.NOTE,
        title="A meeting without a day",
        why="What is due for the meeting is counted to the end of its month.",
        example="meetings: [{id: AC-2023-03, body: Audit Committee, date: Mar-23}]",
        fix="The day, once it is known.",
        find=_without_a_day,
    ),
    Rule(
        code="T132",
        severity=Severity.WARNING,
        title="Papers that are due after their meeting",
        why="The clerk's dates come before the meeting's.",
        example="meetings: [{id: M1, date: 2023-03-20, papers_due: 2023-03-27}]",
        fix="A day before the meeting.",
        find=_papers_too_late,
    ),
    Rule(
        code="T133",
        severity=Severity.WARNING,
        title="Awaited, and past the day it was expected",
        why="Either it has come about and the work can go on, or the records that wait will be late.",
        example="dependencies: [{id: union-consultation, title: Consultation, expected: Dec-22}]",
        fix="cleared: the day; or a later expected.",
        find=_expected_by_now,
    ),
    Rule(
        code="T134",
        severity=Severity.WARNING,
        title="Due before what it waits for",
        why="The target cannot be kept if the waiting ends as expected.",
        example="{blocked_by: [procurement-regulations], target: mid-2023}   # expected during 2024",
        fix="A revised date, or what can be done without waiting.",
        find=_due_before_expected,
    ),
    Rule(
        code="T135",
        severity=Severity.NOTE,
        title="Awaited, and nobody says when it is expected",
        why="Without a date nobody can tell which targets are at risk.",
        example="dependencies: [{id: ids-resourcing, title: IDS resourcing}]",
        fix="expected: a date, however vague.",
        find=_expected_when,
    ),
)
