"""L111 to L114: the order in which records that depend on each other are due."""

from __future__ import annotations

from collections.abc import Iterator

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import deadline_of
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.analysis.rules.wording import joined, listed
from p2ptrack.problem import Severity
from p2ptrack.records.fields import Status
from p2ptrack.records.kinds import Tracked

_Pair = tuple[Tracked, int, Tracked]
_WILL_NOT_COME = {
    Status.ON_HOLD: "is on hold",
    Status.SUPERSEDED: "has been superseded",
    Status.WITHDRAWN: "has been withdrawn",
    Status.RISK_ACCEPTED: "will not be done, its risk being accepted",
}


def _unfinished_pairs(case: Case) -> Iterator[_Pair]:
    """Yield what an unfinished record depends on, with where in its list that stands."""
    for record in case.stating("depends_on"):
        if record.depends_on and case.facts[record.id].unfinished:
            for at, id_ in enumerate(record.depends_on):
                other = case.register.by_id.get(id_)
                if isinstance(other, Tracked) and other is not record:
                    yield record, at, other


def _due_before(case: Case) -> Iterator[Finding]:
    for record, at, other in _unfinished_pairs(case):
        own, others = deadline_of(record), deadline_of(other)
        if case.facts[other.id].unfinished and own and others and own < others and record.target and other.target:
            message = (
                f"{record.id} (due {record.target.raw}) depends on {other.id}, which is due later ({other.target.raw})."
            )
            yield Finding(
                record.id, f"depends_on[{at}]", message, f"a target of {record.id} that is not before {other.id}'s"
            )


def _due_on_nothing(case: Case) -> Iterator[Finding]:
    for record, at, other in _unfinished_pairs(case):
        if deadline_of(record) and record.target and case.facts[other.id].no_target:
            message = f"{record.id} (due {record.target.raw}) depends on {other.id}, which has no target."
            yield Finding(record.id, f"depends_on[{at}]", message, f"a target in {other.id}")


def _on_what_will_not_come(case: Case) -> Iterator[Finding]:
    for record, at, other in _unfinished_pairs(case):
        status = case.status(other)
        if status in _WILL_NOT_COME:
            message = f"{record.id} depends on {other.id}, which {_WILL_NOT_COME[status]}."
            taken_over = joined(other.superseded_by, "or")
            fix = taken_over if status is Status.SUPERSEDED and taken_over else "what it depends on now, or nothing"
            yield Finding(record.id, f"depends_on[{at}]", message, fix)


def _one_piece_two_targets(case: Case) -> Iterator[Finding]:
    for group in case.links.groups:
        dated = [
            record for id_ in group if isinstance(record := case.register.by_id.get(id_), Tracked) and record.target
        ]
        days = {deadline_of(record) for record in dated}
        if len(days) > 1:
            said = joined([f"{record.id} {record.target.raw}" for record in dated if record.target][:8], "and")
            message = f"{listed(group)} are one piece of work with more than one target: {said}."
            yield Finding(group[0], "", message, "one target for all of them, or separate pieces of work")


RULES: tuple[Rule, ...] = (
    Rule(
        code="L111",
        severity=Severity.WARNING,
        title="Due before what it depends on",
        why="It cannot be finished before what it rests on.",
        example="{depends_on: [F05], target: Mar-23}   # F05 is due Apr-23",
        fix="A later target, or an earlier one for the other record.",
        find=_due_before,
    ),
    Rule(
        code="L112",
        severity=Severity.WARNING,
        title="Due, and resting on something without a target",
        why="A date that rests on work without a date cannot be relied on.",
        example="{depends_on: [A14], target: Mar-23}   # A14 has no target",
        fix="A target in the other record.",
        find=_due_on_nothing,
    ),
    Rule(
        code="L113",
        severity=Severity.WARNING,
        title="Depends on what will not come",
        why="What was withdrawn, superseded or put on hold will not be there to build on.",
        example="depends_on: [A11]   # A11 was superseded",
        fix="What it depends on now, or nothing.",
        find=_on_what_will_not_come,
    ),
    Rule(
        code="L114",
        severity=Severity.NOTE,
        title="One piece of work with more than one target",
        why="A single report cannot be due on two days.",
        example="same_deliverable_as: [F08]   # F08 is due later",
        fix="One target, or separate pieces of work.",
        find=_one_piece_two_targets,
    ),
)
