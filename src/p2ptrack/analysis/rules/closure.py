"""C101 to C110: how records leave the list, and whether what they say of it agrees."""

from __future__ import annotations

from collections.abc import Iterator

from p2ptrack.analysis.case import Case, find_latest_update_date
from p2ptrack.analysis.facts import FactContext, is_cleared
from p2ptrack.analysis.rules.rule import (
    Finding,
    Rule,
    is_before,
    join_ids,
    join_words,
    summarise_if_many,
    summarise_records,
)
from p2ptrack.diagnostics import Severity
from p2ptrack.model.dates import format_long_date
from p2ptrack.model.fields import STATUSES_NEEDING_DECISION, Status, normalise_word
from p2ptrack.model.records import StatusDecision, TrackedRecord, Update, Verification, kind_of
from p2ptrack.model.register import resolve_update_date

_FINISHED_STATUSES = frozenset({Status.COMPLETE, Status.VERIFIED, Status.EMBEDDED})


def format_status(status: Status | None) -> str:
    """Return a status as a sentence has it."""
    if status is Status.RISK_ACCEPTED:
        return "accepted as a risk"
    return status.value.replace("_", " ") if status else "not stated"


_DECISION_FIELDS = {"on": "when", "by": "who decided", "reason": "why"}
_EMBEDDED_DECISION_FIELDS = {"continuing_owner": "who carries it on"}
_REVIEWED_STATUSES = (Status.ON_HOLD, Status.RISK_ACCEPTED)


def _check_incomplete_decision(case: Case) -> Iterator[Finding]:
    for record in case.with_status(*STATUSES_NEEDING_DECISION):
        missing = _find_missing_decision_fields(record)
        if missing:
            missing_words = join_words(list(missing.values()), "or")
            message = f"{record.id} is {format_status(record.status)}; the register does not say {missing_words}."
            fix = f"decided: {{{', '.join(f'{field}: …' for field in missing)}}}"
            yield Finding(record.id, "decided" if record.decided else "status", message, fix)


def _find_missing_decision_fields(record: TrackedRecord) -> dict[str, str]:
    decided = record.decided or StatusDecision()
    required_fields = _DECISION_FIELDS | (_EMBEDDED_DECISION_FIELDS if record.status is Status.EMBEDDED else {})
    return {field: words for field, words in required_fields.items() if not _has_decision_field(decided, field)}


def _has_decision_field(decided: StatusDecision, field: str) -> bool:
    """Whether a part of a decision is there; the meeting that took it says who, and when."""
    return getattr(decided, field) is not None or (field in {"on", "by"} and decided.meeting is not None)


def _check_missing_replacement(case: Case) -> Iterator[Finding]:
    for record in case.with_status(Status.SUPERSEDED):
        if not record.superseded_by:
            message = f"{record.id} is superseded, and nothing says by what."
            yield Finding(record.id, "status", message, "superseded_by: the record that takes over")


def _check_superseded_status(case: Case) -> Iterator[Finding]:
    for record in case.with_field("superseded_by"):
        if record.superseded_by and record.status is not Status.SUPERSEDED:
            replacements = join_ids(record.superseded_by)
            message = (
                f"{record.id} names {replacements} as taking over, and its status is {format_status(record.status)}."
            )
            yield Finding(
                record.id, "superseded_by", message, "status: superseded with decided, or see_also for the other record"
            )


def _check_newest_update_status(case: Case) -> Iterator[Finding]:
    for record in case.with_field("updates.status"):
        latest = find_newest_update(case, record) if record.updates else None
        if latest is None or latest.status is None or latest.status in {record.status, case.get_status(record)}:
            continue
        message = f"The status of {record.id} is {format_status(record.status)}, and its newest update says {format_status(latest.status)}."
        index = record.updates.index(latest)
        yield Finding(
            record.id,
            f"updates[{index}].status",
            message,
            f"status: {latest.status.value} at the top, or the status as it is",
        )


def find_newest_update(case: Case, record: TrackedRecord) -> Update | None:
    """Return the update with the latest day; of those without a day only one that stands alone can be the newest."""
    dated_updates = [
        (day.latest, update)
        for update in record.updates
        if (day := resolve_update_date(case.register, update)) and day.latest
    ]
    if dated_updates:
        return max(dated_updates, key=lambda pair: pair[0])[1]
    return record.updates[0] if len(record.updates) == 1 else None


def _check_open_milestones(case: Case) -> Iterator[Finding]:
    for record in case.with_field("milestones"):
        if record.milestones and record.status in _FINISHED_STATUSES:
            open_indices = [index for index, milestone in enumerate(record.milestones) if milestone.done is None]
            for index in open_indices:
                message = f"{record.id} is {format_status(record.status)}, and “{record.milestones[index].title}” is not done."
                yield Finding(
                    record.id, f"milestones[{index}]", message, "done: the day, or a status that is not complete"
                )


def _check_unfinished_dependencies(case: Case) -> Iterator[Finding]:
    for record in case.with_field("depends_on"):
        if record.depends_on and record.status in _FINISHED_STATUSES:
            unfinished_ids = [id_ for id_ in record.depends_on if id_ in case.facts and case.facts[id_].unfinished]
            if unfinished_ids:
                message = f"{record.id} is {format_status(record.status)}, and what it depends on is not: {join_ids(unfinished_ids)}."
                yield Finding(
                    record.id, "depends_on", message, "the status as it is, or only what it really depends on"
                )


def _check_blocked_but_done(case: Case) -> Iterator[Finding]:
    context = FactContext(case.register, case.as_of, {})
    for record in case.with_field("blocked_by"):
        if record.status in _FINISHED_STATUSES and any(
            not is_cleared(blocker, context) for blocker in record.blocked_by
        ):
            message = f"{record.id} is {format_status(record.status)}, and still says that it waits for something."
            yield Finding(record.id, "blocked_by", message, "no blocked_by, or cleared on the programme's dependency")


def _check_decision_review_passed(case: Case) -> Iterator[Finding]:
    for record in case.with_field("decided"):
        review_date = (
            record.decided.review_by if record.decided and record.status in STATUSES_NEEDING_DECISION else None
        )
        if review_date and review_date.latest and review_date.latest < case.as_of:
            message = f"{record.id} is {format_status(record.status)}, and that was to be looked at again by {format_long_date(review_date.latest)}."
            yield Finding(
                record.id, "decided.review_by", message, "the decision that was taken then, or a new review_by"
            )


def _check_future_decision(case: Case) -> Iterator[Finding]:
    findings = (
        Finding(
            record.id,
            "decided.on",
            f"{record.id} counts as in progress until {record.decided.on.raw}; then it is {format_status(record.status)}.",
            "another day in decided, if this is not the one",
        )
        for record in case.with_field("decided")
        if record.decided and record.decided.on and record.status is not case.get_status(record)
    )
    yield from summarise_if_many(findings, "have a status that is decided for a later day")


def _check_missing_decision_review(case: Case) -> Iterator[Finding]:
    findings = (
        Finding(
            record.id,
            "decided" if record.decided else "status",
            f"{record.id} is {format_status(record.status)}, and no day says when that is looked at again.",
            "decided: {review_by: the day}",
        )
        for record in case.with_status(*_REVIEWED_STATUSES)
        if record.decided is None or record.decided.review_by is None
    )
    yield from summarise_if_many(
        findings, "are on hold or accepted as a risk, and no day says when that is looked at again"
    )


RULES: tuple[Rule, ...] = (
    Rule(
        code="C101",
        severity=Severity.WARNING,
        title="Off the list without a whole decision",
        why="An item may leave the list only when somebody decided it, on a day, for a reason.",
        example="{status: embedded, decided: {on: 2023-01-12}}",
        fix="decided, with what the message names.",
        check=_check_incomplete_decision,
    ),
    Rule(
        code="C102",
        severity=Severity.WARNING,
        title="Superseded by nothing",
        why="What was asked for would be lost without a word.",
        example="status: superseded   # and no superseded_by",
        fix="superseded_by: the record that takes over.",
        check=_check_missing_replacement,
    ),
    Rule(
        code="C103",
        severity=Severity.WARNING,
        title="Something takes over, and the status does not say so",
        why="Two records would report on the same work.",
        example="{status: in_progress, superseded_by: [A29]}",
        fix="status: superseded with decided, or see_also.",
        check=_check_superseded_status,
    ),
    Rule(
        code="C104",
        severity=Severity.WARNING,
        title="The status is not the newest update's",
        why="One of the two was forgotten, and papers print the one at the top.",
        example="{status: in_progress, updates: [{date: 2023-01-12, status: complete, text: Done.}]}",
        fix="The newest status at the top.",
        check=_check_newest_update_status,
    ),
    Rule(
        code="C105",
        severity=Severity.WARNING,
        title="Complete, with a milestone that is not done",
        why="Either the step was reached or the record is not complete.",
        example="{status: complete, milestones: [{title: Board meets}]}",
        fix="done: the day; or the status as it is.",
        check=_check_open_milestones,
    ),
    Rule(
        code="C106",
        severity=Severity.WARNING,
        title="Complete, while what it depends on is not",
        why="It could not be finished before what it rests on.",
        example="{status: complete, depends_on: [A14]}   # A14 is in progress",
        fix="The status as it is, or only what it really depends on.",
        check=_check_unfinished_dependencies,
    ),
    Rule(
        code="C107",
        severity=Severity.WARNING,
        title="Finished, and still waiting",
        why="A finished record waits for nothing.",
        example="{status: complete, blocked_by: [union-consultation]}",
        fix="No blocked_by, or cleared on the dependency.",
        check=_check_blocked_but_done,
    ),
    Rule(
        code="C108",
        severity=Severity.WARNING,
        title="A decision that is due to be looked at again",
        why="A risk is accepted, or work put on hold, until a day.",
        example="{status: risk_accepted, decided: {review_by: 2022-09-30}}",
        fix="What was decided then, or a new review_by.",
        check=_check_decision_review_passed,
    ),
    Rule(
        code="C109",
        severity=Severity.NOTE,
        title="Decided for a later day",
        why="Until then it counts as in progress, whatever the status says.",
        example="{status: superseded, decided: {on: 31 March 2023}}   # and it is January",
        fix="Another day in decided, if this is not the one.",
        check=_check_future_decision,
    ),
    Rule(
        code="C110",
        severity=Severity.NOTE,
        title="On hold or accepted as a risk, without a day to look again",
        why="What is put aside without a day is forgotten.",
        example="{status: on_hold, decided: {on: 2022-11-01, by: Board, reason: No capacity.}}",
        fix="decided.review_by: the day on which somebody looks at it again.",
        check=_check_missing_decision_review,
    ),
)


# C111 to C119: completion days, evidence and verification.


_COMPLETE_STATUSES = frozenset({Status.COMPLETE, Status.VERIFIED})


def _check_verified_by_owner(case: Case) -> Iterator[Finding]:
    for record in case.with_field("verified"):
        verifier = record.verified.by if record.verified else None
        if verifier and normalise_word(verifier) in {normalise_word(owner) for owner in record.accountable}:
            message = f"{record.id} is verified by {verifier}, who is also its accountable officer."
            yield Finding(record.id, "verified.by", message, "somebody other than the accountable officer")


def _check_missing_completion_date(case: Case) -> Iterator[Finding]:
    findings = (
        Finding(
            record.id,
            "status",
            f"{record.id} is {format_status(record.status)}, and no day says since when.",
            "completed_on: the day",
        )
        for record in case.with_status(*_COMPLETE_STATUSES)
        if record.completed_on is None
    )
    yield from summarise_if_many(findings, "are complete and do not say since when")


def _check_future_completion(case: Case) -> Iterator[Finding]:
    future_records = [record for record in case.with_field("completed_on") if _is_completed_in_future(case, record)]
    latest_update = find_latest_update_date(case) if future_records else None
    # Judged on an old day, a register rightly holds what was completed since.
    if latest_update is None or latest_update <= case.as_of:
        for record in future_records:
            completion_date = record.completed_on.raw if record.completed_on else ""
            message = f"The completion of {record.id} ({completion_date}) is after {format_long_date(case.as_of)}."
            yield Finding(
                record.id, "completed_on", message, "the day on which it was completed, or target for a day to come"
            )


def _is_completed_in_future(case: Case, record: TrackedRecord) -> bool:
    day = record.completed_on.earliest if record.completed_on else None
    return day is not None and day > case.as_of


def _check_completed_before_start(case: Case) -> Iterator[Finding]:
    for record in case.with_field("completed_on"):
        if record.completed_on and record.start and is_before(record.completed_on, record.start):
            message = (
                f"The completion of {record.id} ({record.completed_on.raw}) is before its start ({record.start.raw})."
            )
            yield Finding(record.id, "completed_on", message, "the right one of the two")


def _check_completed_without_status(case: Case) -> Iterator[Finding]:
    for record in case.with_field("completed_on"):
        if case.facts[record.id].unfinished and record.completed_on and not _is_completed_in_future(case, record):
            status = format_status(record.status)
            message = f"{record.id} has a day of completion ({record.completed_on.raw}), and its status is {status}."
            yield Finding(record.id, "completed_on", message, "status: complete, or no completed_on")


def _check_missing_evidence(case: Case) -> Iterator[Finding]:
    findings = (
        Finding(
            record.id, "status", f"{record.id} is {format_status(record.status)}, and names no evidence.", _EVIDENCE_FIX
        )
        for record in case.with_status(*_COMPLETE_STATUSES)
        if not record.evidence and kind_of(record).name in case.policy.verification
    )
    yield from summarise_if_many(findings, "are complete, are to be verified, and name no evidence")


_EVIDENCE_FIX = "evidence: [{title: what shows it, link: where it is, date: of when}]"


def _check_incomplete_verification(case: Case) -> Iterator[Finding]:
    verified_records = (*case.with_field("verified"), *case.with_status(Status.VERIFIED))
    for record in {record.id: record for record in verified_records}.values():
        verified = record.verified or Verification()
        missing = [field for field in ("by", "on") if getattr(verified, field) is None]
        if missing:
            words = join_words([{"by": "by whom", "on": "when"}[field] for field in missing], "or")
            message = f"{record.id} is verified, and the register does not say {words}."
            fix = f"verified: {{{', '.join(f'{field}: …' for field in missing)}}}"
            yield Finding(record.id, "verified" if record.verified else "status", message, fix)


def _check_verified_before_completion(case: Case) -> Iterator[Finding]:
    for record in case.with_field("verified"):
        if record.verified and record.completed_on and is_before(record.verified.on, record.completed_on):
            message = f"The verification of {record.id} is before its completion ({record.completed_on.raw})."
            yield Finding(record.id, "verified.on", message, "the right one of the two days")


def _check_awaiting_verification(case: Case) -> Iterator[Finding]:
    ids = [record.id for record in case.with_fact("awaiting_verification")]
    if ids:
        fix = "verified: {by: …, on: …, method: …}"
        yield summarise_records(ids, "are complete and not verified yet", fix, "is:awaiting-verification")


EVIDENCE_RULES: tuple[Rule, ...] = (
    Rule(
        code="C111",
        severity=Severity.ERROR,
        title="Verified by the accountable officer",
        why="Verification is somebody else confirming that it is done.",
        example="{accountable: Head of Procurement, verified: {by: Head of Procurement, on: 2023-01-12}}",
        fix="Somebody other than the accountable officer.",
        check=_check_verified_by_owner,
    ),
    Rule(
        code="C112",
        severity=Severity.WARNING,
        title="Complete, and no day says since when",
        why="Without the day nobody can tell whether it was on time.",
        example="status: complete   # and no completed_on",
        fix="completed_on: the day.",
        check=_check_missing_completion_date,
    ),
    Rule(
        code="C113",
        severity=Severity.WARNING,
        title="Completed on a day to come",
        why="What is completed lies behind us.",
        example="{status: complete, completed_on: 2032-01-12}",
        fix="The right day, or target.",
        check=_check_future_completion,
    ),
    Rule(
        code="C114",
        severity=Severity.WARNING,
        title="Completed before it started",
        why="One of the two dates is wrong.",
        example="{start: June 2022, completed_on: 2022-03-31}",
        fix="The right one of the two.",
        check=_check_completed_before_start,
    ),
    Rule(
        code="C115",
        severity=Severity.WARNING,
        title="A day of completion, and a status that is not complete",
        why="Papers would count it as unfinished.",
        example="{status: in_progress, completed_on: 2022-12-09}",
        fix="status: complete, or no completed_on.",
        check=_check_completed_without_status,
    ),
    Rule(
        code="C116",
        severity=Severity.WARNING,
        title="Complete without evidence",
        why="The policy asks for verification, and there is nothing to verify.",
        example="status: complete   # and no evidence",
        fix="evidence, with its title and where it is.",
        check=_check_missing_evidence,
    ),
    Rule(
        code="C117",
        severity=Severity.WARNING,
        title="Verified, but by whom or when is missing",
        why="Without both it does not count as closed.",
        example="verified: {by: Chief Internal Auditor}",
        fix="by and on.",
        check=_check_incomplete_verification,
    ),
    Rule(
        code="C118",
        severity=Severity.WARNING,
        title="Verified before it was completed",
        why="What is verified must be done first.",
        example="{completed_on: 2023-01-10, verified: {by: Auditor, on: 2022-12-01}}",
        fix="The right one of the two days.",
        check=_check_verified_before_completion,
    ),
    Rule(
        code="C119",
        severity=Severity.NOTE,
        title="Complete and not verified yet",
        why="Management says so; nobody else has confirmed it.",
        example="status: complete   # and no verified",
        fix="verified, once it is.",
        check=_check_awaiting_verification,
    ),
)
