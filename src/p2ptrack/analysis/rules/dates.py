"""T101 to T111: targets, review dates, starts and milestones, against the day and against each other."""

from __future__ import annotations

from collections.abc import Iterator

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import deadline_of
from p2ptrack.analysis.rules.grouping import all_together, before, each_or_all
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.analysis.rules.wording import counted
from p2ptrack.problem import Severity
from p2ptrack.records.dates import long_day
from p2ptrack.records.fields import Status
from p2ptrack.records.kinds import Tracked
from p2ptrack.records.register import update_day


def _counted_to_review(record: Tracked) -> bool:
    return bool(record.target and record.target.ongoing and record.review_by)


def _overdue(case: Case) -> Iterator[Finding]:
    found = (_late(case, record) for record in case.having("overdue") if not _counted_to_review(record))
    yield from each_or_all(found, "are past their target", "is:overdue")


def _late(case: Case, record: Tracked) -> Finding:
    deadline, days = deadline_of(record), case.facts[record.id].days_overdue
    due = long_day(deadline) if deadline else ""
    message = f"{record.id} was due by {due}, {counted(days or 0, 'day')} ago, and is not finished."
    return Finding(record.id, "target", message, "status: complete with completed_on, or a revised date in revisions")


def _due_soon(case: Case) -> Iterator[Finding]:
    due = sorted(case.having("due_soon"), key=lambda record: case.facts[record.id].days_to_target or 0)
    if due:
        first = deadline_of(due[0])
        within = f"within {counted(case.policy.due_soon_days, 'day')}"
        when = f", the first on {long_day(first)}" if first else ""
        ids = [record.id for record in case.having("due_soon")]
        yield all_together(
            ids, f"are due {within}{when}", "an update, so that the next paper can say how they stand", "is:due-soon"
        )


def _no_target(case: Case) -> Iterator[Finding]:
    fix = "target: a date such as 31 March 2023 (or On-going, with review_by)"
    found = (
        Finding(record.id, "target" if record.target else "", f"{record.id} is unfinished and has no target.", fix)
        for record in case.having("no_target")
    )
    yield from each_or_all(found, "are unfinished and have no target", "is:no-target")


def _ongoing_without_review(case: Case) -> Iterator[Finding]:
    found = (
        Finding(
            record.id,
            "target",
            f"{record.id} goes on without an end, and no date says when it is looked at again.",
            _REVIEW,
        )
        for record in case.having("unfinished")
        if record.target and record.target.ongoing and record.target.latest is None and record.review_by is None
    )
    yield from each_or_all(found, "are ongoing and have no review date")


_REVIEW = "review_by: the day on which somebody looks at it again"


def _review_passed(case: Case) -> Iterator[Finding]:
    found = (
        Finding(
            record.id,
            "review_by",
            f"{record.id} was to be reviewed by {long_day(day)}.",
            "an update, and the next review_by",
        )
        for record in case.stating("review_by")
        if case.facts[record.id].unfinished
        and record.review_by
        and (day := record.review_by.latest)
        and day < case.as_of
    )
    yield from each_or_all(found, "are past their review date")


def _target_before_start(case: Case) -> Iterator[Finding]:
    for record in case.stating("start"):
        if record.start and record.target and before(record.target, record.start):
            message = f"The target of {record.id} ({record.target.raw}) is before its start ({record.start.raw})."
            yield Finding(record.id, "target", message, "a target after the start, or the right start")


def _start_passed(case: Case) -> Iterator[Finding]:
    found = (
        Finding(record.id, "status", f"{record.id} was to start by {long_day(day)} and is not started.", _STARTED)
        for record in case.stating("start")
        if record.status is Status.NOT_STARTED and record.start and (day := record.start.latest) and day < case.as_of
    )
    yield from each_or_all(found, "are not started and past their start")


_STARTED = "status: in_progress, or a later start"


def _started_early(case: Case) -> Iterator[Finding]:
    for record in case.stating("start"):
        start = record.start if record.status is Status.IN_PROGRESS else None
        if start and start.earliest and start.earliest > case.as_of:
            message = f"{record.id} is in progress, and its start is {start.raw}."
            yield Finding(record.id, "start", message, "the day on which it began")


def _milestone_passed(case: Case) -> Iterator[Finding]:
    found = (
        Finding(record.id, f"milestones[{at}]", f"{record.id}: “{step.title}” was due by {long_day(day)}.", _STEP_DONE)
        for record in case.stating("milestones")
        if case.facts[record.id].unfinished
        for at, step in enumerate(record.milestones)
        if step.done is None and step.due and (day := step.due.latest) and day < case.as_of
    )
    yield from each_or_all(found, "have a milestone that is past its date")


_STEP_DONE = "done: the day on which it was reached, or a later due"


def _milestone_after_target(case: Case) -> Iterator[Finding]:
    for record in case.stating("milestones"):
        deadline = deadline_of(record) if record.milestones else None
        for at, step in enumerate(record.milestones):
            if deadline and step.due and step.due.earliest and step.due.earliest > deadline:
                message = f"{record.id}: “{step.title}” is due {step.due.raw}, after the target ({long_day(deadline)})."
                yield Finding(
                    record.id, f"milestones[{at}].due", message, "a due date up to the target, or a revised target"
                )


def _updates_to_come(case: Case) -> Iterator[Finding]:
    ids = [
        record.id
        for record in case.tracked()
        if case.facts[record.id].days_since_update == 0
        for update in record.updates
        if (day := update.date or update_day(case.register, update)) and day.earliest and day.earliest > case.as_of
    ]
    if ids:
        together = f"have an update dated after {long_day(case.as_of)}, the day that the register is judged on"
        yield all_together(ids, together, "the day of the update; or judge on a later day with --as-of")


RULES: tuple[Rule, ...] = (
    Rule(
        code="T101",
        severity=Severity.WARNING,
        title="Past its target",
        why="A committee asks first what is late, and for how long.",
        example="target: Jan-23   # and it is February",
        fix="Complete it, or revise the date with its reason in revisions.",
        find=_overdue,
    ),
    Rule(
        code="T102",
        severity=Severity.NOTE,
        title="Due soon",
        why="What falls due before the papers close can still be reported on.",
        example="target: Jan-23   # and it is 12 January 2023",
        fix="An update that says how it stands.",
        find=_due_soon,
    ),
    Rule(
        code="T103",
        severity=Severity.WARNING,
        title="Unfinished without a target",
        why="Without a target nobody can say that it is late, or that it is on time.",
        example="status: in_progress   # and no target",
        fix="A target, however vague: early 2023/24 will do.",
        find=_no_target,
    ),
    Rule(
        code="T104",
        severity=Severity.WARNING,
        title="Ongoing without a review date",
        why="Work without an end is never late; a review date is what stops it being forgotten.",
        example="target: On-going   # and no review_by",
        fix="review_by: the day on which somebody looks at it again.",
        find=_ongoing_without_review,
    ),
    Rule(
        code="T105",
        severity=Severity.WARNING,
        title="Past its review date",
        why="Somebody promised to look at it again by then.",
        example="review_by: 30 September 2022",
        fix="An update that says what the review found, and the next review_by.",
        find=_review_passed,
    ),
    Rule(
        code="T106",
        severity=Severity.WARNING,
        title="Due before it starts",
        why="One of the two dates is wrong.",
        example="{start: June 2023, target: Mar-23}",
        fix="Put right the one that is wrong.",
        find=_target_before_start,
    ),
    Rule(
        code="T107",
        severity=Severity.WARNING,
        title="Not started although its start has passed",
        why="Late starts are the first sign of late ends.",
        example="{status: not_started, start: June 2022}",
        fix="The status, or a later start.",
        find=_start_passed,
    ),
    Rule(
        code="T108",
        severity=Severity.NOTE,
        title="In progress before its start",
        why="The start or the status is out of date.",
        example="{status: in_progress, start: June 2024}",
        fix="The day on which it began.",
        find=_started_early,
    ),
    Rule(
        code="T109",
        severity=Severity.WARNING,
        title="A milestone that has passed",
        why="It was reached and nobody wrote it down, or it is late and so may be the target.",
        example="milestones: [{title: Register cleansed, due: June 2022}]",
        fix="done: the day; or a later due.",
        find=_milestone_passed,
    ),
    Rule(
        code="T110",
        severity=Severity.WARNING,
        title="A milestone after the target",
        why="A step on the way cannot come after the end.",
        example="{target: Mar-23, milestones: [{title: Board meets, due: May 2023}]}",
        fix="An earlier due, or a revised target.",
        find=_milestone_after_target,
    ),
    Rule(
        code="T111",
        severity=Severity.NOTE,
        title="Updates from after the day",
        why="Judged on an old day, the register knows what nobody knew then; judged today, the date is a slip.",
        example="updates: [{date: 2032-01-12, text: Done.}]",
        fix="The right date. For the register as it stood, an earlier commit.",
        find=_updates_to_come,
    ),
)
