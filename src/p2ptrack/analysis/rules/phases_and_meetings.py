"""T121 to T128: the phases of the programme, and the records that start and end in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import pairwise

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import get_deadline
from p2ptrack.analysis.rules.rule import Finding, Rule, is_before, join_ids, summarise_if_many, summarise_records
from p2ptrack.diagnostics import Severity
from p2ptrack.model.dates import Precision, format_long_date
from p2ptrack.model.programme import Dependency, Phase
from p2ptrack.model.records import Action, TrackedRecord
from p2ptrack.model.register import format_meeting_title


def _iter_actions_with(case: Case, field: str) -> Iterator[Action]:
    return (record for record in case.register.with_field(field) if isinstance(record, Action))


def _check_target_before_phase(case: Case) -> Iterator[Finding]:
    phases = {phase.id: phase for phase in case.register.programme.phases}
    for record in _iter_actions_with(case, "phase"):
        phase = phases.get(record.phase or "")
        if phase and record.target and is_before(record.target, phase.start):
            message = f"{record.id} is due {record.target.raw}, before {phase.title} begins, in which it starts."
            yield Finding(record.id, "target", message, "a target within its phases, or the right phase")


def _check_target_after_phase(case: Case) -> Iterator[Finding]:
    for record in _iter_actions_with(case, "phase_end"):
        phase = case.register.find_phase(record.phase_end)
        if phase and record.target and is_before(phase.end, record.target):
            message = f"{record.id} is due {record.target.raw}, after the end of {phase.title}, in which it ends."
            yield Finding(record.id, "target", message, "a target within its phases, or the right phase_end")


def _check_past_phase(case: Case) -> Iterator[Finding]:
    findings = (
        Finding(
            record.id,
            "phase_end",
            f"{record.id} was to end in {_phase_title(case, record)}, which is over.",
            _PAST_PHASE_FIX,
        )
        for record in case.with_fact("past_phase")
    )
    yield from summarise_if_many(
        findings, "are unfinished and past the phase that they were to end in", "is:past-phase"
    )


_PAST_PHASE_FIX = "status: complete, or the phase in which it will end"


def _phase_title(case: Case, record: TrackedRecord) -> str:
    phase = case.register.find_phase(record.phase_end) if isinstance(record, Action) else None
    return phase.title if phase else ""


def _check_missing_phase_end(case: Case) -> Iterator[Finding]:
    ended_ids = {
        phase.id
        for phase in case.register.programme.phases
        if phase.end and phase.end.latest and phase.end.latest < case.as_of
    }
    ids = [
        record.id
        for record in _iter_actions_with(case, "phase")
        if record.phase in ended_ids and record.phase_end is None and case.facts[record.id].unfinished
    ]
    if ids:
        possessive = "its" if len(ids) == 1 else "their"
        phrase = f"are unfinished and started in a phase that has ended; {possessive} end is not stated"
        subject = "it" if len(ids) == 1 else "each"
        yield summarise_records(
            ids, phrase, f"phase_end: the phase in which {subject} is to end, where somebody knows it"
        )


def _check_reversed_phases(case: Case) -> Iterator[Finding]:
    for record in _iter_actions_with(case, "phase_end"):
        first, last = case.register.find_phase(record.phase), case.register.find_phase(record.phase_end)
        if first and last and first is not last and is_before(last.end, first.start):
            message = f"{record.id} starts in {first.title}, and {last.title}, in which it ends, is over before that."
            yield Finding(record.id, "phase_end", message, "the two the other way round, or the right ones")


def _check_started_before_phase(case: Case) -> Iterator[Finding]:
    findings = (
        Finding(
            record.id,
            "start",
            f"The start of {record.id} ({record.start.raw}) is before {phase.title}, the phase that it starts in.",
            "the right start or phase, unless both are so in the source",
        )
        for record in _iter_actions_with(case, "start")
        if (phase := case.register.find_phase(record.phase)) and record.start and is_before(record.start, phase.start)
    )
    yield from summarise_if_many(findings, "started before the phase that they start in")


def _check_phase_ends_before_start(case: Case) -> Iterator[Finding]:
    for index, phase in enumerate(case.register.programme.phases):
        if phase.start and phase.end and is_before(phase.end, phase.start):
            message = f"{phase.title} ends {phase.end.raw}, before its start {phase.start.raw}."
            yield Finding("", f"phases[{index}].end", message, "an end that is not before the start")


def _check_phase_gaps(case: Case) -> Iterator[Finding]:
    for index, (earlier, later) in enumerate(pairwise(case.register.programme.phases)):
        mismatch = _describe_mismatch(earlier, later)
        if mismatch:
            message = f"{earlier.title} and {later.title} {mismatch}."
            yield Finding("", f"phases[{index + 1}].start", message, "dates that meet, unless the source has them so")


def _describe_mismatch(earlier: Phase, later: Phase) -> str:
    """Say how two phases fail to meet; that they share a month is no fault, because it may be its first half."""
    if is_before(later.start, earlier.end):
        return "overlap"
    if earlier.end and earlier.end.latest and later.start and later.start.earliest:
        has_gap = (later.start.earliest - earlier.end.latest) > timedelta(days=1)
        return "leave a gap between them" if has_gap else ""
    return ""


RULES: tuple[Rule, ...] = (
    Rule(
        code="T121",
        severity=Severity.WARNING,
        title="Due before its phase begins",
        why="The target, or the phase that it starts in, is wrong.",
        example="{phase: P2, target: June 2021}",
        fix="A target within its phases, or the right phase.",
        check=_check_target_before_phase,
    ),
    Rule(
        code="T122",
        severity=Severity.WARNING,
        title="Due after the phase it ends in",
        why="The target says that it will be past its phase.",
        example="{phase_end: P1, target: early 2023/24}",
        fix="A target within its phases, or the right phase_end.",
        check=_check_target_after_phase,
    ),
    Rule(
        code="T123",
        severity=Severity.WARNING,
        title="Past its phase",
        why="The phase was planned on having it.",
        example="{phase_end: P1, status: in_progress}   # and P1 is over",
        fix="Complete it, or name the phase in which it will end.",
        check=_check_past_phase,
    ),
    Rule(
        code="T124",
        severity=Severity.NOTE,
        title="Its phase has ended, its end is not stated",
        why="It may have run over or may have been planned to go on; the register cannot tell.",
        example="{phase: P1, status: in_progress}   # P1 is over, no phase_end",
        fix="phase_end, where somebody knows it.",
        check=_check_missing_phase_end,
    ),
    Rule(
        code="T125",
        severity=Severity.WARNING,
        title="Ends in a phase before the one it starts in",
        why="The two are usually swapped.",
        example="{phase: P3, phase_end: P1}",
        fix="The two the other way round.",
        check=_check_reversed_phases,
    ),
    Rule(
        code="T126",
        severity=Severity.NOTE,
        title="Began before its phase",
        why="It began before the programme planned it; often true, sometimes a slip.",
        example="{phase: P1, start: 31 August 2021}   # P1 begins in Sept 21",
        fix="The right start or phase, or nothing where the source has both.",
        check=_check_started_before_phase,
    ),
    Rule(
        code="T127",
        severity=Severity.ERROR,
        title="A phase that ends before it starts",
        why="Every target and every fact that hangs on the phase would be wrong.",
        example="phases: [{id: P1, title: CBT Phase 1, start: Sept 22, end: Sept 21}]",
        fix="The two the other way round.",
        check=_check_phase_ends_before_start,
    ),
    Rule(
        code="T128",
        severity=Severity.NOTE,
        title="Phases that overlap or leave a gap",
        why="What starts in between belongs to two phases, or to none.",
        example="phases: [{id: P1, title: One, end: Sept 22}, {id: P2, title: Two, start: Jan 23}]",
        fix="Dates that meet; a shared month is enough.",
        check=_check_phase_gaps,
    ),
)


# T131 to T135: meetings, and what records wait for outside the register.


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
