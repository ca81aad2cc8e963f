"""T121 to T128: the phases of the programme, and the records that start and end in them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.rules.grouping import is_before, summarise_if_many, summarise_records
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.problem import Severity
from p2ptrack.records.kinds import Action, TrackedRecord
from p2ptrack.records.programme import Phase


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
