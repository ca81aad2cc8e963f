"""T141 to T150: the ledger of moved targets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import effective_moves, is_effective
from p2ptrack.analysis.rules.grouping import before, each_or_all
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.analysis.rules.wording import joined
from p2ptrack.problem import Severity
from p2ptrack.records.dates import CouncilDate
from p2ptrack.records.fields import Category, Decision
from p2ptrack.records.kinds import Tracked
from p2ptrack.records.parts import Revision

_Entry = tuple[Tracked, int, Revision]


def _moved(case: Case) -> Iterator[Tracked]:
    return (record for record in case.stating("revisions") if record.revisions)


def _entries(case: Case) -> Iterator[_Entry]:
    return ((record, at, revision) for record in _moved(case) for at, revision in enumerate(record.revisions))


def _same(one: CouncilDate | None, other: CouncilDate) -> bool:
    """Whether two dates are counted to the same day, however they are written; TBC is as good as none."""
    return _counted(one) == _counted(other)


def _counted(when: CouncilDate | None) -> tuple[date | None, bool]:
    return (when.latest, when.ongoing) if when else (None, False)


def _untold(case: Case) -> Iterator[Finding]:
    for record, at, revision in _entries(case):
        missing = [words for words, value in (("when", revision.date), ("why", revision.reason)) if not value]
        if missing and revision.decision is not Decision.REFUSED:
            moved = f"{record.id} moved from {revision.from_.raw} to {revision.to.raw}"
            message = f"{moved}, and nobody says {joined(missing, 'or')}."
            fix = ", ".join({"when": "date: the day", "why": "reason: one sentence"}[word] for word in missing)
            yield Finding(record.id, f"revisions[{at}]", message, fix)


def _broken_chain(case: Case) -> Iterator[Finding]:
    for record in _moved(case):
        current: CouncilDate | None = None
        for at, revision in enumerate(record.revisions):
            if current is not None and not _same(revision.from_, current):
                message = (
                    f"{record.id} moves from {revision.from_.raw} here, and the entry before left it at {current.raw}."
                )
                yield Finding(
                    record.id,
                    f"revisions[{at}].from",
                    message,
                    f"from: {current.raw}, or the missing entry between them",
                )
            if is_effective(revision, case.policy):
                current = revision.to


def _not_the_last(case: Case) -> Iterator[Finding]:
    for record in _moved(case):
        last = _standing(case, record)
        if not _same(record.target, last):
            has = f"has the target {record.target.raw}" if record.target else "has no target"
            message = f"{record.id} {has}; by its revisions it should be {last.raw}."
            yield Finding(
                record.id,
                "target" if record.target else "revisions",
                message,
                f"target: {last.raw}, or the entry that is missing in revisions",
            )


def _standing(case: Case, record: Tracked) -> CouncilDate:
    """Return the target that the ledger comes to: the last that moved it, else the one it was to be moved from."""
    moving = [revision.to for revision in record.revisions if is_effective(revision, case.policy)]
    return moving[-1] if moving else record.revisions[0].from_


def _often(case: Case) -> Iterator[Finding]:
    found = (_moves(case, record) for record in _moved(case) if case.facts[record.id].times_moved > 1)
    yield from each_or_all(found, "have a target that has moved more than once", "is:slipped")


def _moves(case: Case, record: Tracked) -> Finding:
    facts = case.facts[record.id]
    by = f", by {facts.days_moved} days in all" if facts.days_moved is not None else ""
    first = effective_moves(record, case.policy)[0].from_.raw
    message = f"The target of {record.id} has moved {facts.times_moved} times{by}; it was {first}."
    return Finding(record.id, "revisions", message, "a target that will hold, and what has changed so that it will")


def _undecided(case: Case) -> Iterator[Finding]:
    for record, at, revision in _entries(case):
        if revision.decision is Decision.REQUESTED:
            asker = f" by {revision.requested_by}" if revision.requested_by else ""
            message = f"An extension of {record.id} to {revision.to.raw} was asked for{asker} and is not decided."
            yield Finding(record.id, f"revisions[{at}].decision", message, "granted or refused, with approved_by")


def _too_late(case: Case) -> Iterator[Finding]:
    found = (
        Finding(
            record.id,
            f"revisions[{at}].date",
            f"{record.id} was due {revision.from_.raw}; its extension is dated after that, {revision.date.raw}.",
            "the right date, if it was asked for earlier",
        )
        for record, at, revision in _entries(case)
        if revision.date and before(revision.from_, revision.date) and revision.category is not Category.CORRECTION
    )
    yield from each_or_all(found, "were extended after their target had passed")


def _by_nobody(case: Case) -> Iterator[Finding]:
    if not case.policy.extensions_need_approval:
        return
    for record, at, revision in _entries(case):
        open_ = revision.decision in {Decision.REQUESTED, Decision.REFUSED} or revision.category is Category.CORRECTION
        if not open_ and revision.approved_by is None:
            message = (
                f"{record.id} moved to {revision.to.raw}, and nobody is named who approved it, as the policy asks."
            )
            yield Finding(
                record.id, f"revisions[{at}]", message, "approved_by: who approved it, or decision: requested"
            )


def _nowhere(case: Case) -> Iterator[Finding]:
    for record, at, revision in _entries(case):
        if _same(revision.from_, revision.to) and revision.category is not Category.CORRECTION:
            both = f"{revision.from_.raw} and {revision.to.raw}"
            message = f"{record.id}: {both} are counted to the same day, so nothing moved."
            yield Finding(record.id, f"revisions[{at}].to", message, "the date it moved to, or category: correction")


def _out_of_order(case: Case) -> Iterator[Finding]:
    for record in _moved(case):
        earlier: CouncilDate | None = None
        for at, revision in enumerate(record.revisions):
            if before(revision.date, earlier):
                message = f"{record.id}: this entry is older than the one before it."
                yield Finding(
                    record.id, f"revisions[{at}].date", message, "the entries oldest first, or the right date"
                )
            earlier = revision.date or earlier


RULES: tuple[Rule, ...] = (
    Rule(
        code="T141",
        severity=Severity.WARNING,
        title="A moved target without a date or a reason",
        why="When and why a date moved is the first thing an auditor asks.",
        example="revisions: [{from: Mar-23, to: Jun-23}]",
        fix="date and reason, one sentence.",
        find=_untold,
    ),
    Rule(
        code="T142",
        severity=Severity.WARNING,
        title="A ledger with a missing entry",
        why="Each entry starts where the one before it ended; where it does not, a move was not written down.",
        example="revisions: [{from: Mar-23, to: Jun-23}, {from: Jul-23, to: Sep-23}]",
        fix="The missing entry, or the right from.",
        find=_broken_chain,
    ),
    Rule(
        code="T143",
        severity=Severity.WARNING,
        title="A target that the ledger does not come to",
        why="Either the target was moved without an entry, or an entry that is not granted was acted on.",
        example="{target: Sep-23, revisions: [{from: Mar-23, to: Jun-23}]}",
        fix="The target that the last granted entry gives, or the missing entry.",
        find=_not_the_last,
    ),
    Rule(
        code="T144",
        severity=Severity.NOTE,
        title="Moved more than once",
        why="A date that moves again and again is not a plan.",
        example="revisions: [{from: Mar-23, to: Jun-23}, {from: Jun-23, to: Sep-23}]",
        fix="What has changed, so that this one will hold.",
        find=_often,
    ),
    Rule(
        code="T145",
        severity=Severity.WARNING,
        title="An extension that is not decided",
        why="Until somebody decides, the old date stands.",
        example="revisions: [{from: Mar-23, to: Jun-23, decision: requested}]",
        fix="granted or refused, with approved_by.",
        find=_undecided,
    ),
    Rule(
        code="T146",
        severity=Severity.NOTE,
        title="Extended after the date had passed",
        why="It was late before anybody asked.",
        example="revisions: [{from: Mar-23, to: Jun-23, date: 2023-04-12}]",
        fix="The right date, if it was asked for earlier.",
        find=_too_late,
    ),
    Rule(
        code="T147",
        severity=Severity.WARNING,
        title="An extension that nobody approved",
        why="The policy asks for approval (extensions_need_approval), and without it the old date stands.",
        example="revisions: [{from: Mar-23, to: Jun-23, reason: Supplier late.}]",
        fix="approved_by, or decision: requested.",
        find=_by_nobody,
    ),
    Rule(
        code="T148",
        severity=Severity.NOTE,
        title="A move that moves nothing",
        why="Two ways to write one day are not an extension.",
        example="revisions: [{from: Mar-23, to: 31 March 2023}]",
        fix="The date it moved to, or category: correction.",
        find=_nowhere,
    ),
    Rule(
        code="T149",
        severity=Severity.WARNING,
        title="A ledger out of order",
        why="The last entry is taken for the one that stands.",
        example="revisions: [{date: 2023-05-01, from: Mar-23, to: Jun-23}, {date: 2023-04-01, from: Jun-23, to: TBC}]",
        fix="The entries oldest first.",
        find=_out_of_order,
    ),
)
