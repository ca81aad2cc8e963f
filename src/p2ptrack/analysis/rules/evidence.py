"""C111 to C119: completion days, evidence and verification."""

from __future__ import annotations

from collections.abc import Iterator

from p2ptrack.analysis.case import Case, find_latest_update_date
from p2ptrack.analysis.rules.closure import format_status
from p2ptrack.analysis.rules.grouping import is_before, summarise_if_many, summarise_records
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.analysis.rules.wording import join_words
from p2ptrack.problem import Severity
from p2ptrack.records.dates import format_long_date
from p2ptrack.records.fields import Status, normalise_word
from p2ptrack.records.kinds import TrackedRecord, kind_of
from p2ptrack.records.parts import Verification

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
