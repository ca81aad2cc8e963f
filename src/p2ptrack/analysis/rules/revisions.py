"""T141 to T150: the ledger of moved targets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import effective_revisions, is_effective
from p2ptrack.analysis.rules.rule import Finding, Rule, is_before, join_words, summarise_if_many
from p2ptrack.diagnostics import Severity
from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.fields import Category, Decision
from p2ptrack.model.records import TargetRevision, TrackedRecord

_IndexedRevision = tuple[TrackedRecord, int, TargetRevision]


def _iter_revised_records(case: Case) -> Iterator[TrackedRecord]:
    return (record for record in case.with_field("revisions") if record.revisions)


def _iter_revisions(case: Case) -> Iterator[_IndexedRevision]:
    return (
        (record, index, revision)
        for record in _iter_revised_records(case)
        for index, revision in enumerate(record.revisions)
    )


def _is_same_date(first: CouncilDate | None, second: CouncilDate) -> bool:
    """Whether two dates are counted to the same day, however they are written; TBC is as good as none."""
    return _get_date_key(first) == _get_date_key(second)


def _get_date_key(council_date: CouncilDate | None) -> tuple[date | None, bool]:
    return (council_date.latest, council_date.ongoing) if council_date else (None, False)


def _check_incomplete_revision(case: Case) -> Iterator[Finding]:
    for record, index, revision in _iter_revisions(case):
        missing = [words for words, value in (("when", revision.date), ("why", revision.reason)) if not value]
        if missing and revision.decision is not Decision.REFUSED:
            change_text = f"{record.id} moved from {revision.from_.raw} to {revision.to.raw}"
            message = f"{change_text}, and nobody says {join_words(missing, 'or')}."
            fix = ", ".join({"when": "date: the day", "why": "reason: one sentence"}[word] for word in missing)
            yield Finding(record.id, f"revisions[{index}]", message, fix)


def _check_broken_chain(case: Case) -> Iterator[Finding]:
    for record in _iter_revised_records(case):
        current: CouncilDate | None = None
        for index, revision in enumerate(record.revisions):
            if current is not None and not _is_same_date(revision.from_, current):
                message = (
                    f"{record.id} moves from {revision.from_.raw} here, and the entry before left it at {current.raw}."
                )
                yield Finding(
                    record.id,
                    f"revisions[{index}].from",
                    message,
                    f"from: {current.raw}, or the missing entry between them",
                )
            if is_effective(revision, case.policy):
                current = revision.to


def _check_target_against_revisions(case: Case) -> Iterator[Finding]:
    for record in _iter_revised_records(case):
        expected = _resolve_target(case, record)
        if not _is_same_date(record.target, expected):
            actual_text = f"has the target {record.target.raw}" if record.target else "has no target"
            message = f"{record.id} {actual_text}; by its revisions it should be {expected.raw}."
            yield Finding(
                record.id,
                "target" if record.target else "revisions",
                message,
                f"target: {expected.raw}, or the entry that is missing in revisions",
            )


def _resolve_target(case: Case, record: TrackedRecord) -> CouncilDate:
    """Return the target that the ledger comes to: the last that moved it, else the one it was to be moved from."""
    new_targets = [revision.to for revision in record.revisions if is_effective(revision, case.policy)]
    return new_targets[-1] if new_targets else record.revisions[0].from_


def _check_repeated_moves(case: Case) -> Iterator[Finding]:
    findings = (
        _report_repeated_moves(case, record)
        for record in _iter_revised_records(case)
        if case.facts[record.id].times_moved > 1
    )
    yield from summarise_if_many(findings, "have a target that has moved more than once", "is:slipped")


def _report_repeated_moves(case: Case, record: TrackedRecord) -> Finding:
    facts = case.facts[record.id]
    total_text = f", by {facts.days_moved} days in all" if facts.days_moved is not None else ""
    original = effective_revisions(record, case.policy)[0].from_.raw
    message = f"The target of {record.id} has moved {facts.times_moved} times{total_text}; it was {original}."
    return Finding(record.id, "revisions", message, "a target that will hold, and what has changed so that it will")


def _check_undecided_extension(case: Case) -> Iterator[Finding]:
    for record, index, revision in _iter_revisions(case):
        if revision.decision is Decision.REQUESTED:
            requester = f" by {revision.requested_by}" if revision.requested_by else ""
            message = f"An extension of {record.id} to {revision.to.raw} was asked for{requester} and is not decided."
            yield Finding(record.id, f"revisions[{index}].decision", message, "granted or refused, with approved_by")


def _check_late_extension(case: Case) -> Iterator[Finding]:
    findings = (
        Finding(
            record.id,
            f"revisions[{index}].date",
            f"{record.id} was due {revision.from_.raw}; its extension is dated after that, {revision.date.raw}.",
            "the right date, if it was asked for earlier",
        )
        for record, index, revision in _iter_revisions(case)
        if revision.date and is_before(revision.from_, revision.date) and revision.category is not Category.CORRECTION
    )
    yield from summarise_if_many(findings, "were extended after their target had passed")


def _check_unapproved_extension(case: Case) -> Iterator[Finding]:
    if not case.policy.extensions_need_approval:
        return
    for record, index, revision in _iter_revisions(case):
        needs_no_approval = (
            revision.decision in {Decision.REQUESTED, Decision.REFUSED} or revision.category is Category.CORRECTION
        )
        if not needs_no_approval and revision.approved_by is None:
            message = (
                f"{record.id} moved to {revision.to.raw}, and nobody is named who approved it, as the policy asks."
            )
            yield Finding(
                record.id, f"revisions[{index}]", message, "approved_by: who approved it, or decision: requested"
            )


def _check_empty_move(case: Case) -> Iterator[Finding]:
    for record, index, revision in _iter_revisions(case):
        if _is_same_date(revision.from_, revision.to) and revision.category is not Category.CORRECTION:
            dates = f"{revision.from_.raw} and {revision.to.raw}"
            message = f"{record.id}: {dates} are counted to the same day, so nothing moved."
            yield Finding(record.id, f"revisions[{index}].to", message, "the date it moved to, or category: correction")


def _check_revision_order(case: Case) -> Iterator[Finding]:
    for record in _iter_revised_records(case):
        earlier: CouncilDate | None = None
        for index, revision in enumerate(record.revisions):
            if is_before(revision.date, earlier):
                message = f"{record.id}: this entry is older than the one before it."
                yield Finding(
                    record.id, f"revisions[{index}].date", message, "the entries oldest first, or the right date"
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
        check=_check_incomplete_revision,
    ),
    Rule(
        code="T142",
        severity=Severity.WARNING,
        title="A ledger with a missing entry",
        why="Each entry starts where the one before it ended; where it does not, a move was not written down.",
        example="revisions: [{from: Mar-23, to: Jun-23}, {from: Jul-23, to: Sep-23}]",
        fix="The missing entry, or the right from.",
        check=_check_broken_chain,
    ),
    Rule(
        code="T143",
        severity=Severity.WARNING,
        title="A target that the ledger does not come to",
        why="Either the target was moved without an entry, or an entry that is not granted was acted on.",
        example="{target: Sep-23, revisions: [{from: Mar-23, to: Jun-23}]}",
        fix="The target that the last granted entry gives, or the missing entry.",
        check=_check_target_against_revisions,
    ),
    Rule(
        code="T144",
        severity=Severity.NOTE,
        title="Moved more than once",
        why="A date that moves again and again is not a plan.",
        example="revisions: [{from: Mar-23, to: Jun-23}, {from: Jun-23, to: Sep-23}]",
        fix="What has changed, so that this one will hold.",
        check=_check_repeated_moves,
    ),
    Rule(
        code="T145",
        severity=Severity.WARNING,
        title="An extension that is not decided",
        why="Until somebody decides, the old date stands.",
        example="revisions: [{from: Mar-23, to: Jun-23, decision: requested}]",
        fix="granted or refused, with approved_by.",
        check=_check_undecided_extension,
    ),
    Rule(
        code="T146",
        severity=Severity.NOTE,
        title="Extended after the date had passed",
        why="It was late before anybody asked.",
        example="revisions: [{from: Mar-23, to: Jun-23, date: 2023-04-12}]",
        fix="The right date, if it was asked for earlier.",
        check=_check_late_extension,
    ),
    Rule(
        code="T147",
        severity=Severity.WARNING,
        title="An extension that nobody approved",
        why="The policy asks for approval (extensions_need_approval), and without it the old date stands.",
        example="revisions: [{from: Mar-23, to: Jun-23, reason: Supplier late.}]",
        fix="approved_by, or decision: requested.",
        check=_check_unapproved_extension,
    ),
    Rule(
        code="T148",
        severity=Severity.NOTE,
        title="A move that moves nothing",
        why="Two ways to write one day are not an extension.",
        example="revisions: [{from: Mar-23, to: 31 March 2023}]",
        fix="The date it moved to, or category: correction.",
        check=_check_empty_move,
    ),
    Rule(
        code="T149",
        severity=Severity.WARNING,
        title="A ledger out of order",
        why="The last entry is taken for the one that stands.",
        example="revisions: [{date: 2023-05-01, from: Mar-23, to: Jun-23}, {date: 2023-04-01, from: Jun-23, to: TBC}]",
        fix="The entries oldest first.",
        check=_check_revision_order,
    ),
)
