"""C101 to C110: how records leave the list, and whether what they say of it agrees."""

from __future__ import annotations

from collections.abc import Iterator

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import Setting, cleared
from p2ptrack.analysis.rules.grouping import each_or_all
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.analysis.rules.wording import joined, listed
from p2ptrack.problem import Severity
from p2ptrack.records.dates import long_day
from p2ptrack.records.fields import NEEDS_DECISION, Status
from p2ptrack.records.kinds import Tracked
from p2ptrack.records.parts import Decided, Update
from p2ptrack.records.register import update_day

_DONE = frozenset({Status.COMPLETE, Status.VERIFIED, Status.EMBEDDED})


def said(status: Status | None) -> str:
    """Return a status as a sentence has it."""
    if status is Status.RISK_ACCEPTED:
        return "accepted as a risk"
    return status.value.replace("_", " ") if status else "not stated"


_ALWAYS = {"on": "when", "by": "who decided", "reason": "why"}
_CARRIED_ON = {"continuing_owner": "who carries it on"}
_UNTIL_REVIEWED = (Status.ON_HOLD, Status.RISK_ACCEPTED)


def _undecided(case: Case) -> Iterator[Finding]:
    for record in case.in_status(*NEEDS_DECISION):
        missing = _missing(record)
        if missing:
            untold = joined(list(missing.values()), "or")
            message = f"{record.id} is {said(record.status)}; the register does not say {untold}."
            fix = f"decided: {{{', '.join(f'{field}: …' for field in missing)}}}"
            yield Finding(record.id, "decided" if record.decided else "status", message, fix)


def _missing(record: Tracked) -> dict[str, str]:
    decided = record.decided or Decided()
    asked = _ALWAYS | (_CARRIED_ON if record.status is Status.EMBEDDED else {})
    return {field: words for field, words in asked.items() if not _is_given(decided, field)}


def _is_given(decided: Decided, field: str) -> bool:
    """Whether a part of a decision is there; the meeting that took it says who, and when."""
    return getattr(decided, field) is not None or (field in {"on", "by"} and decided.meeting is not None)


def _superseded_by_nothing(case: Case) -> Iterator[Finding]:
    for record in case.in_status(Status.SUPERSEDED):
        if not record.superseded_by:
            message = f"{record.id} is superseded, and nothing says by what."
            yield Finding(record.id, "status", message, "superseded_by: the record that takes over")


def _superseded_in_part(case: Case) -> Iterator[Finding]:
    for record in case.stating("superseded_by"):
        if record.superseded_by and record.status is not Status.SUPERSEDED:
            others = listed(record.superseded_by)
            message = f"{record.id} names {others} as taking over, and its status is {said(record.status)}."
            yield Finding(
                record.id, "superseded_by", message, "status: superseded with decided, or see_also for the other record"
            )


def _not_the_newest(case: Case) -> Iterator[Finding]:
    for record in case.stating("updates.status"):
        last = newest(case, record) if record.updates else None
        if last is None or last.status is None or last.status in {record.status, case.status(record)}:
            continue
        message = f"The status of {record.id} is {said(record.status)}, and its newest update says {said(last.status)}."
        at = record.updates.index(last)
        yield Finding(
            record.id,
            f"updates[{at}].status",
            message,
            f"status: {last.status.value} at the top, or the status as it is",
        )


def newest(case: Case, record: Tracked) -> Update | None:
    """Return the update with the latest day; of those without a day only one that stands alone can be the newest."""
    dated = [
        (day.latest, update) for update in record.updates if (day := update_day(case.register, update)) and day.latest
    ]
    if dated:
        return max(dated, key=lambda pair: pair[0])[1]
    return record.updates[0] if len(record.updates) == 1 else None


def _open_milestones(case: Case) -> Iterator[Finding]:
    for record in case.stating("milestones"):
        if record.milestones and record.status in _DONE:
            still = [at for at, step in enumerate(record.milestones) if step.done is None]
            for at in still:
                message = f"{record.id} is {said(record.status)}, and “{record.milestones[at].title}” is not done."
                yield Finding(
                    record.id, f"milestones[{at}]", message, "done: the day, or a status that is not complete"
                )


def _unfinished_below(case: Case) -> Iterator[Finding]:
    for record in case.stating("depends_on"):
        if record.depends_on and record.status in _DONE:
            still = [id_ for id_ in record.depends_on if id_ in case.facts and case.facts[id_].unfinished]
            if still:
                message = f"{record.id} is {said(record.status)}, and what it depends on is not: {listed(still)}."
                yield Finding(
                    record.id, "depends_on", message, "the status as it is, or only what it really depends on"
                )


def _still_waiting(case: Case) -> Iterator[Finding]:
    setting = Setting(case.register, case.as_of, {})
    for record in case.stating("blocked_by"):
        if record.status in _DONE and any(not cleared(blocker, setting) for blocker in record.blocked_by):
            message = f"{record.id} is {said(record.status)}, and still says that it waits for something."
            yield Finding(record.id, "blocked_by", message, "no blocked_by, or cleared on the programme's dependency")


def _decision_review_passed(case: Case) -> Iterator[Finding]:
    for record in case.stating("decided"):
        when = record.decided.review_by if record.decided and record.status in NEEDS_DECISION else None
        if when and when.latest and when.latest < case.as_of:
            message = (
                f"{record.id} is {said(record.status)}, and that was to be looked at again by {long_day(when.latest)}."
            )
            yield Finding(
                record.id, "decided.review_by", message, "the decision that was taken then, or a new review_by"
            )


def _not_yet(case: Case) -> Iterator[Finding]:
    found = (
        Finding(
            record.id,
            "decided.on",
            f"{record.id} counts as in progress until {record.decided.on.raw}; then it is {said(record.status)}.",
            "another day in decided, if this is not the one",
        )
        for record in case.stating("decided")
        if record.decided and record.decided.on and record.status is not case.status(record)
    )
    yield from each_or_all(found, "have a status that is decided for a later day")


def _no_review(case: Case) -> Iterator[Finding]:
    found = (
        Finding(
            record.id,
            "decided" if record.decided else "status",
            f"{record.id} is {said(record.status)}, and no day says when that is looked at again.",
            "decided: {review_by: the day}",
        )
        for record in case.in_status(*_UNTIL_REVIEWED)
        if record.decided is None or record.decided.review_by is None
    )
    yield from each_or_all(found, "are on hold or accepted as a risk, and no day says when that is looked at again")


RULES: tuple[Rule, ...] = (
    Rule(
        code="C101",
        severity=Severity.WARNING,
        title="Off the list without a whole decision",
        why="An item may leave the list only when somebody decided it, on a day, for a reason.",
        example="{status: embedded, decided: {on: 2023-01-12}}",
        fix="decided, with what the message names.",
        find=_undecided,
    ),
    Rule(
        code="C102",
        severity=Severity.WARNING,
        title="Superseded by nothing",
        why="What was asked for would be lost without a word.",
        example="status: superseded   # and no superseded_by",
        fix="superseded_by: the record that takes over.",
        find=_superseded_by_nothing,
    ),
    Rule(
        code="C103",
        severity=Severity.WARNING,
        title="Something takes over, and the status does not say so",
        why="Two records would report on the same work.",
        example="{status: in_progress, superseded_by: [A29]}",
        fix="status: superseded with decided, or see_also.",
        find=_superseded_in_part,
    ),
    Rule(
        code="C104",
        severity=Severity.WARNING,
        title="The status is not the newest update's",
        why="One of the two was forgotten, and papers print the one at the top.",
        example="{status: in_progress, updates: [{date: 2023-01-12, status: complete, text: Done.}]}",
        fix="The newest status at the top.",
        find=_not_the_newest,
    ),
    Rule(
        code="C105",
        severity=Severity.WARNING,
        title="Complete, with a milestone that is not done",
        why="Either the step was reached or the record is not complete.",
        example="{status: complete, milestones: [{title: Board meets}]}",
        fix="done: the day; or the status as it is.",
        find=_open_milestones,
    ),
    Rule(
        code="C106",
        severity=Severity.WARNING,
        title="Complete, while what it depends on is not",
        why="It could not be finished before what it rests on.",
        example="{status: complete, depends_on: [A14]}   # A14 is in progress",
        fix="The status as it is, or only what it really depends on.",
        find=_unfinished_below,
    ),
    Rule(
        code="C107",
        severity=Severity.WARNING,
        title="Finished, and still waiting",
        why="A finished record waits for nothing.",
        example="{status: complete, blocked_by: [union-consultation]}",
        fix="No blocked_by, or cleared on the dependency.",
        find=_still_waiting,
    ),
    Rule(
        code="C108",
        severity=Severity.WARNING,
        title="A decision that is due to be looked at again",
        why="A risk is accepted, or work put on hold, until a day.",
        example="{status: risk_accepted, decided: {review_by: 2022-09-30}}",
        fix="What was decided then, or a new review_by.",
        find=_decision_review_passed,
    ),
    Rule(
        code="C109",
        severity=Severity.NOTE,
        title="Decided for a later day",
        why="Until then it counts as in progress, whatever the status says.",
        example="{status: superseded, decided: {on: 31 March 2023}}   # and it is January",
        fix="Another day in decided, if this is not the one.",
        find=_not_yet,
    ),
    Rule(
        code="C110",
        severity=Severity.NOTE,
        title="On hold or accepted as a risk, without a day to look again",
        why="What is put aside without a day is forgotten.",
        example="{status: on_hold, decided: {on: 2022-11-01, by: Board, reason: No capacity.}}",
        fix="decided.review_by: the day on which somebody looks at it again.",
        find=_no_review,
    ),
)
