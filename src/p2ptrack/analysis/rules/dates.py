"""T101 to T111: targets, review dates, starts and milestones, against the day and against each other."""

from __future__ import annotations

from collections.abc import Iterator

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import get_deadline
from p2ptrack.analysis.rules.rule import (
    Finding,
    Rule,
    is_before,
    join_ids,
    join_words,
    pluralise,
    summarise_if_many,
    summarise_records,
)
from p2ptrack.diagnostics import Severity
from p2ptrack.model.dates import format_long_date
from p2ptrack.model.fields import Status
from p2ptrack.model.records import TrackedRecord
from p2ptrack.model.register import resolve_update_date


def _is_counted_to_review(record: TrackedRecord) -> bool:
    return bool(record.target and record.target.ongoing and record.review_by)


def _check_overdue(case: Case) -> Iterator[Finding]:
    findings = (
        _report_overdue(case, record) for record in case.with_fact("overdue") if not _is_counted_to_review(record)
    )
    yield from summarise_if_many(findings, "are past their target", "is:overdue")


def _report_overdue(case: Case, record: TrackedRecord) -> Finding:
    deadline, days = get_deadline(record), case.facts[record.id].days_overdue
    due = format_long_date(deadline) if deadline else ""
    message = f"{record.id} was due by {due}, {pluralise(days or 0, 'day')} ago, and is not finished."
    return Finding(record.id, "target", message, "status: complete with completed_on, or a revised date in revisions")


def _check_due_soon(case: Case) -> Iterator[Finding]:
    records = sorted(case.with_fact("due_soon"), key=lambda record: case.facts[record.id].days_to_target or 0)
    if records:
        first_deadline = get_deadline(records[0])
        period = f"within {pluralise(case.policy.due_soon_days, 'day')}"
        first_due = f", the first on {format_long_date(first_deadline)}" if first_deadline else ""
        ids = [record.id for record in case.with_fact("due_soon")]
        yield summarise_records(
            ids,
            f"are due {period}{first_due}",
            "an update, so that the next paper can say how they stand",
            "is:due-soon",
        )


def _check_missing_target(case: Case) -> Iterator[Finding]:
    fix = "target: a date such as 31 March 2023 (or On-going, with review_by)"
    findings = (
        Finding(record.id, "target" if record.target else "", f"{record.id} is unfinished and has no target.", fix)
        for record in case.with_fact("no_target")
    )
    yield from summarise_if_many(findings, "are unfinished and have no target", "is:no-target")


def _check_ongoing_without_review(case: Case) -> Iterator[Finding]:
    findings = (
        Finding(
            record.id,
            "target",
            f"{record.id} goes on without an end, and no date says when it is looked at again.",
            _REVIEW_FIX,
        )
        for record in case.with_fact("unfinished")
        if record.target and record.target.ongoing and record.target.latest is None and record.review_by is None
    )
    yield from summarise_if_many(findings, "are ongoing and have no review date")


_REVIEW_FIX = "review_by: the day on which somebody looks at it again"


def _check_review_passed(case: Case) -> Iterator[Finding]:
    findings = (
        Finding(
            record.id,
            "review_by",
            f"{record.id} was to be reviewed by {format_long_date(day)}.",
            "an update, and the next review_by",
        )
        for record in case.with_field("review_by")
        if case.facts[record.id].unfinished
        and record.review_by
        and (day := record.review_by.latest)
        and day < case.as_of
    )
    yield from summarise_if_many(findings, "are past their review date")


def _check_target_before_start(case: Case) -> Iterator[Finding]:
    for record in case.with_field("start"):
        if record.start and record.target and is_before(record.target, record.start):
            message = f"The target of {record.id} ({record.target.raw}) is before its start ({record.start.raw})."
            yield Finding(record.id, "target", message, "a target after the start, or the right start")


def _check_start_passed(case: Case) -> Iterator[Finding]:
    findings = (
        Finding(
            record.id, "status", f"{record.id} was to start by {format_long_date(day)} and is not started.", _START_FIX
        )
        for record in case.with_field("start")
        if record.status is Status.NOT_STARTED and record.start and (day := record.start.latest) and day < case.as_of
    )
    yield from summarise_if_many(findings, "are not started and past their start")


_START_FIX = "status: in_progress, or a later start"


def _check_started_early(case: Case) -> Iterator[Finding]:
    for record in case.with_field("start"):
        start = record.start if record.status is Status.IN_PROGRESS else None
        if start and start.earliest and start.earliest > case.as_of:
            message = f"{record.id} is in progress, and its start is {start.raw}."
            yield Finding(record.id, "start", message, "the day on which it began")


def _check_milestone_passed(case: Case) -> Iterator[Finding]:
    findings = (
        Finding(
            record.id,
            f"milestones[{index}]",
            f"{record.id}: “{milestone.title}” was due by {format_long_date(day)}.",
            _MILESTONE_FIX,
        )
        for record in case.with_field("milestones")
        if case.facts[record.id].unfinished
        for index, milestone in enumerate(record.milestones)
        if milestone.done is None and milestone.due and (day := milestone.due.latest) and day < case.as_of
    )
    yield from summarise_if_many(findings, "have a milestone that is past its date")


_MILESTONE_FIX = "done: the day on which it was reached, or a later due"


def _check_milestone_after_target(case: Case) -> Iterator[Finding]:
    for record in case.with_field("milestones"):
        deadline = get_deadline(record) if record.milestones else None
        for index, milestone in enumerate(record.milestones):
            if deadline and milestone.due and milestone.due.earliest and milestone.due.earliest > deadline:
                message = f"{record.id}: “{milestone.title}” is due {milestone.due.raw}, after the target ({format_long_date(deadline)})."
                yield Finding(
                    record.id, f"milestones[{index}].due", message, "a due date up to the target, or a revised target"
                )


def _check_future_updates(case: Case) -> Iterator[Finding]:
    ids = [
        record.id
        for record in case.tracked()
        if case.facts[record.id].days_since_update == 0
        for update in record.updates
        if (day := update.date or resolve_update_date(case.register, update))
        and day.earliest
        and day.earliest > case.as_of
    ]
    if ids:
        phrase = f"have an update dated after {format_long_date(case.as_of)}, the day that the register is judged on"
        yield summarise_records(ids, phrase, "the day of the update; or judge on a later day with --as-of")


RULES: tuple[Rule, ...] = (
    Rule(
        code="T101",
        severity=Severity.WARNING,
        title="Past its target",
        why="A committee asks first what is late, and for how long.",
        example="target: Jan-23   # and it is February",
        fix="Complete it, or revise the date with its reason in revisions.",
        check=_check_overdue,
    ),
    Rule(
        code="T102",
        severity=Severity.NOTE,
        title="Due soon",
        why="What falls due before the papers close can still be reported on.",
        example="target: Jan-23   # and it is 12 January 2023",
        fix="An update that says how it stands.",
        check=_check_due_soon,
    ),
    Rule(
        code="T103",
        severity=Severity.WARNING,
        title="Unfinished without a target",
        why="Without a target nobody can say that it is late, or that it is on time.",
        example="status: in_progress   # and no target",
        fix="A target, however vague: early 2023/24 will do.",
        check=_check_missing_target,
    ),
    Rule(
        code="T104",
        severity=Severity.WARNING,
        title="Ongoing without a review date",
        why="Work without an end is never late; a review date is what stops it being forgotten.",
        example="target: On-going   # and no review_by",
        fix="review_by: the day on which somebody looks at it again.",
        check=_check_ongoing_without_review,
    ),
    Rule(
        code="T105",
        severity=Severity.WARNING,
        title="Past its review date",
        why="Somebody promised to look at it again by then.",
        example="review_by: 30 September 2022",
        fix="An update that says what the review found, and the next review_by.",
        check=_check_review_passed,
    ),
    Rule(
        code="T106",
        severity=Severity.WARNING,
        title="Due before it starts",
        why="One of the two dates is wrong.",
        example="{start: June 2023, target: Mar-23}",
        fix="Put right the one that is wrong.",
        check=_check_target_before_start,
    ),
    Rule(
        code="T107",
        severity=Severity.WARNING,
        title="Not started although its start has passed",
        why="Late starts are the first sign of late ends.",
        example="{status: not_started, start: June 2022}",
        fix="The status, or a later start.",
        check=_check_start_passed,
    ),
    Rule(
        code="T108",
        severity=Severity.NOTE,
        title="In progress before its start",
        why="The start or the status is out of date.",
        example="{status: in_progress, start: June 2024}",
        fix="The day on which it began.",
        check=_check_started_early,
    ),
    Rule(
        code="T109",
        severity=Severity.WARNING,
        title="A milestone that has passed",
        why="It was reached and nobody wrote it down, or it is late and so may be the target.",
        example="milestones: [{title: Register cleansed, due: June 2022}]",
        fix="done: the day; or a later due.",
        check=_check_milestone_passed,
    ),
    Rule(
        code="T110",
        severity=Severity.WARNING,
        title="A milestone after the target",
        why="A step on the way cannot come after the end.",
        example="{target: Mar-23, milestones: [{title: Board meets, due: May 2023}]}",
        fix="An earlier due, or a revised target.",
        check=_check_milestone_after_target,
    ),
    Rule(
        code="T111",
        severity=Severity.NOTE,
        title="Updates from after the day",
        why="Judged on an old day, the register knows what nobody knew then; judged today, the date is a slip.",
        example="updates: [{date: 2032-01-12, text: Done.}]",
        fix="The right date. For the register as it stood, an earlier commit.",
        check=_check_future_updates,
    ),
)


# L111 to L114: the order in which records that depend on each other are due.


_DependencyPair = tuple[TrackedRecord, int, TrackedRecord]
_ABANDONED_PHRASES = {
    Status.ON_HOLD: "is on hold",
    Status.SUPERSEDED: "has been superseded",
    Status.WITHDRAWN: "has been withdrawn",
    Status.RISK_ACCEPTED: "will not be done, its risk being accepted",
}


def _iter_dependency_pairs(case: Case) -> Iterator[_DependencyPair]:
    """Yield what an unfinished record depends on, with where in its list that stands."""
    for record in case.with_field("depends_on"):
        if record.depends_on and case.facts[record.id].unfinished:
            for index, id_ in enumerate(record.depends_on):
                dependency = case.register.by_id.get(id_)
                if isinstance(dependency, TrackedRecord) and dependency is not record:
                    yield record, index, dependency


def _check_due_before_dependency(case: Case) -> Iterator[Finding]:
    for record, index, dependency in _iter_dependency_pairs(case):
        own_deadline, dependency_deadline = get_deadline(record), get_deadline(dependency)
        if (
            case.facts[dependency.id].unfinished
            and own_deadline
            and dependency_deadline
            and own_deadline < dependency_deadline
            and record.target
            and dependency.target
        ):
            message = f"{record.id} (due {record.target.raw}) depends on {dependency.id}, which is due later ({dependency.target.raw})."
            yield Finding(
                record.id,
                f"depends_on[{index}]",
                message,
                f"a target of {record.id} that is not before {dependency.id}'s",
            )


def _check_dependency_without_target(case: Case) -> Iterator[Finding]:
    for record, index, dependency in _iter_dependency_pairs(case):
        if get_deadline(record) and record.target and case.facts[dependency.id].no_target:
            message = f"{record.id} (due {record.target.raw}) depends on {dependency.id}, which has no target."
            yield Finding(record.id, f"depends_on[{index}]", message, f"a target in {dependency.id}")


def _check_abandoned_dependency(case: Case) -> Iterator[Finding]:
    for record, index, dependency in _iter_dependency_pairs(case):
        status = case.get_status(dependency)
        if status in _ABANDONED_PHRASES:
            message = f"{record.id} depends on {dependency.id}, which {_ABANDONED_PHRASES[status]}."
            replacements = join_words(dependency.superseded_by, "or")
            fix = replacements if status is Status.SUPERSEDED and replacements else "what it depends on now, or nothing"
            yield Finding(record.id, f"depends_on[{index}]", message, fix)


def _check_shared_deliverable_targets(case: Case) -> Iterator[Finding]:
    for group in case.links.deliverable_groups:
        dated_records = [
            record
            for id_ in group
            if isinstance(record := case.register.by_id.get(id_), TrackedRecord) and record.target
        ]
        deadlines = {get_deadline(record) for record in dated_records}
        if len(deadlines) > 1:
            target_list = join_words(
                [f"{record.id} {record.target.raw}" for record in dated_records if record.target][:8], "and"
            )
            message = f"{join_ids(group)} are one piece of work with more than one target: {target_list}."
            yield Finding(group[0], "", message, "one target for all of them, or separate pieces of work")


ORDER_RULES: tuple[Rule, ...] = (
    Rule(
        code="L111",
        severity=Severity.WARNING,
        title="Due before what it depends on",
        why="It cannot be finished before what it rests on.",
        example="{depends_on: [F05], target: Mar-23}   # F05 is due Apr-23",
        fix="A later target, or an earlier one for the other record.",
        check=_check_due_before_dependency,
    ),
    Rule(
        code="L112",
        severity=Severity.WARNING,
        title="Due, and resting on something without a target",
        why="A date that rests on work without a date cannot be relied on.",
        example="{depends_on: [A14], target: Mar-23}   # A14 has no target",
        fix="A target in the other record.",
        check=_check_dependency_without_target,
    ),
    Rule(
        code="L113",
        severity=Severity.WARNING,
        title="Depends on what will not come",
        why="What was withdrawn, superseded or put on hold will not be there to build on.",
        example="depends_on: [A11]   # A11 was superseded",
        fix="What it depends on now, or nothing.",
        check=_check_abandoned_dependency,
    ),
    Rule(
        code="L114",
        severity=Severity.NOTE,
        title="One piece of work with more than one target",
        why="A single report cannot be due on two days.",
        example="same_deliverable_as: [F08]   # F08 is due later",
        fix="One target, or separate pieces of work.",
        check=_check_shared_deliverable_targets,
    ),
)
