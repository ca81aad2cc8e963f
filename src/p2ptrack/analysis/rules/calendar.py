"""T131 to T135: meetings, and what records wait for outside the register."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import get_deadline
from p2ptrack.analysis.rules.grouping import is_before
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.analysis.rules.wording import join_ids
from p2ptrack.problem import Severity
from p2ptrack.records.dates import Precision, format_long_date
from p2ptrack.records.programme import Dependency
from p2ptrack.records.register import format_meeting_title


def _check_meeting_without_date(case: Case) -> Iterator[Finding]:
    for index, meeting in enumerate(case.register.programme.meetings):
        latest = meeting.date.latest
        if meeting.date.precision is not Precision.DAY and (latest is None or latest >= case.as_of):
            consequence = f"; what is due at it is counted to {format_long_date(latest)}" if latest else ""
            message = f"The day of {format_meeting_title(meeting)} is not set{consequence}."
            yield Finding("", f"meetings[{index}].date", message, "the day, as soon as it is known")


def _check_late_papers(case: Case) -> Iterator[Finding]:
    for index, meeting in enumerate(case.register.programme.meetings):
        deadlines = (("papers_due", meeting.papers_due), ("agenda_published", meeting.agenda_published))
        for field, deadline in deadlines:
            if is_before(meeting.date, deadline):
                message = f"{format_meeting_title(meeting)} is on {meeting.date.raw}, and its {field} is after it."
                yield Finding("", f"meetings[{index}].{field}", message, "a day before the meeting")


def _find_waiting_ids(case: Case) -> Mapping[str, tuple[str, ...]]:
    """Return who waits for each dependency that has not come about, unfinished records only."""
    open_ids = {
        dependency.id for dependency in case.register.programme.dependencies if not _is_cleared(case, dependency)
    }
    ids_by_dependency: dict[str, list[str]] = {}
    for record in case.with_fact("waiting"):
        for blocker in record.blocked_by:
            if blocker.id in open_ids and blocker.id is not None:
                ids_by_dependency.setdefault(blocker.id, []).append(record.id)
    return {id_: tuple(ids) for id_, ids in ids_by_dependency.items()}


def _is_cleared(case: Case, dependency: Dependency) -> bool:
    date = dependency.cleared
    return date is not None and (date.latest is None or date.latest <= case.as_of)


def _check_overdue_dependency(case: Case) -> Iterator[Finding]:
    waiting_ids = _find_waiting_ids(case)
    for index, dependency in enumerate(case.register.programme.dependencies):
        day = dependency.expected.latest if dependency.expected else None
        if day and day < case.as_of and dependency.id in waiting_ids:
            ids = waiting_ids[dependency.id]
            message = f"{dependency.title}: expected by {format_long_date(day)}, and not cleared. Waiting for it: {join_ids(ids)}."
            yield Finding(
                "",
                f"dependencies[{index}].expected",
                message,
                "cleared: the day on which it came about, or a later expected",
            )


def _check_due_before_expected(case: Case) -> Iterator[Finding]:
    expected = {
        candidate.id: candidate
        for candidate in case.register.programme.dependencies
        if candidate.expected and not _is_cleared(case, candidate)
    }
    for record in case.with_fact("waiting"):
        deadline = get_deadline(record)
        for index, blocker in enumerate(record.blocked_by):
            dependency = expected.get(blocker.id or "")
            if (
                deadline
                and dependency
                and dependency.expected
                and dependency.expected.latest
                and deadline < dependency.expected.latest
            ):
                dependency_text = f"{dependency.title}, expected {dependency.expected.raw}"
                message = f"{record.id} is due by {format_long_date(deadline)} and waits for {dependency_text}."
                yield Finding(
                    record.id, f"blocked_by[{index}]", message, "a revised date, or what can be done without waiting"
                )


def _check_missing_expected_date(case: Case) -> Iterator[Finding]:
    waiting_ids = _find_waiting_ids(case)
    for index, dependency in enumerate(case.register.programme.dependencies):
        if dependency.id in waiting_ids and dependency.expected is None:
            ids = waiting_ids[dependency.id]
            message = f"Nobody says when to expect: {dependency.title}. Waiting for it: {join_ids(ids)}."
            yield Finding(
                "",
                f"dependencies[{index}]",
                message,
                "expected: a date, however vague, and since: when the waiting began",
            )


CALENDAR_RULES: tuple[Rule, ...] = (
    Rule(
        code="T131",
        severity=Severity.NOTE,
        title="A meeting without a day",
        why="What is due for the meeting is counted to the end of its month.",
        example="meetings: [{id: AC-2023-03, body: Audit Committee, date: Mar-23}]",
        fix="The day, once it is known.",
        check=_check_meeting_without_date,
    ),
    Rule(
        code="T132",
        severity=Severity.WARNING,
        title="Papers that are due after their meeting",
        why="The clerk's dates come before the meeting's.",
        example="meetings: [{id: M1, date: 2023-03-20, papers_due: 2023-03-27}]",
        fix="A day before the meeting.",
        check=_check_late_papers,
    ),
    Rule(
        code="T133",
        severity=Severity.WARNING,
        title="Awaited, and past the day it was expected",
        why="Either it has come about and the work can go on, or the records that wait will be late.",
        example="dependencies: [{id: union-consultation, title: Consultation, expected: Dec-22}]",
        fix="cleared: the day; or a later expected.",
        check=_check_overdue_dependency,
    ),
    Rule(
        code="T134",
        severity=Severity.WARNING,
        title="Due before what it waits for",
        why="The target cannot be kept if the waiting ends as expected.",
        example="{blocked_by: [procurement-regulations], target: mid-2023}   # expected during 2024",
        fix="A revised date, or what can be done without waiting.",
        check=_check_due_before_expected,
    ),
    Rule(
        code="T135",
        severity=Severity.NOTE,
        title="Awaited, and nobody says when it is expected",
        why="Without a date nobody can tell which targets are at risk.",
        example="dependencies: [{id: ids-resourcing, title: IDS resourcing}]",
        fix="expected: a date, however vague.",
        check=_check_missing_expected_date,
    ),
)
