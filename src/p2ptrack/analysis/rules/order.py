"""L111 to L114: the order in which records that depend on each other are due."""

from __future__ import annotations

from collections.abc import Iterator

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import get_deadline
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.analysis.rules.wording import join_ids, join_words
from p2ptrack.problem import Severity
from p2ptrack.records.fields import Status
from p2ptrack.records.kinds import TrackedRecord

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
