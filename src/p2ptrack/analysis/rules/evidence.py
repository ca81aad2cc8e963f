"""C111 to C119: completion days, evidence and verification."""

from __future__ import annotations

from collections.abc import Iterator

from p2ptrack.analysis.case import Case, newest_update
from p2ptrack.analysis.rules.closure import said
from p2ptrack.analysis.rules.grouping import all_together, before, each_or_all
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.analysis.rules.wording import joined
from p2ptrack.problem import Severity
from p2ptrack.records.dates import long_day
from p2ptrack.records.fields import Status, fold_word
from p2ptrack.records.kinds import Tracked, kind_of
from p2ptrack.records.parts import Verified

_DONE = frozenset({Status.COMPLETE, Status.VERIFIED})


def _by_the_owner(case: Case) -> Iterator[Finding]:
    for record in case.stating("verified"):
        by = record.verified.by if record.verified else None
        if by and fold_word(by) in {fold_word(owner) for owner in record.accountable}:
            message = f"{record.id} is verified by {by}, who is also its accountable officer."
            yield Finding(record.id, "verified.by", message, "somebody other than the accountable officer")


def _no_day(case: Case) -> Iterator[Finding]:
    found = (
        Finding(
            record.id,
            "status",
            f"{record.id} is {said(record.status)}, and no day says since when.",
            "completed_on: the day",
        )
        for record in case.in_status(*_DONE)
        if record.completed_on is None
    )
    yield from each_or_all(found, "are complete and do not say since when")


def _day_to_come(case: Case) -> Iterator[Finding]:
    ahead = [record for record in case.stating("completed_on") if _is_ahead(case, record)]
    newest = newest_update(case) if ahead else None
    # Judged on an old day, a register rightly holds what was completed since.
    if newest is None or newest <= case.as_of:
        for record in ahead:
            day = record.completed_on.raw if record.completed_on else ""
            message = f"The completion of {record.id} ({day}) is after {long_day(case.as_of)}."
            yield Finding(
                record.id, "completed_on", message, "the day on which it was completed, or target for a day to come"
            )


def _is_ahead(case: Case, record: Tracked) -> bool:
    day = record.completed_on.earliest if record.completed_on else None
    return day is not None and day > case.as_of


def _done_before_start(case: Case) -> Iterator[Finding]:
    for record in case.stating("completed_on"):
        if record.completed_on and record.start and before(record.completed_on, record.start):
            message = (
                f"The completion of {record.id} ({record.completed_on.raw}) is before its start ({record.start.raw})."
            )
            yield Finding(record.id, "completed_on", message, "the right one of the two")


def _day_without_status(case: Case) -> Iterator[Finding]:
    for record in case.stating("completed_on"):
        if case.facts[record.id].unfinished and record.completed_on and not _is_ahead(case, record):
            status = said(record.status)
            message = f"{record.id} has a day of completion ({record.completed_on.raw}), and its status is {status}."
            yield Finding(record.id, "completed_on", message, "status: complete, or no completed_on")


def _no_evidence(case: Case) -> Iterator[Finding]:
    found = (
        Finding(record.id, "status", f"{record.id} is {said(record.status)}, and names no evidence.", _EVIDENCE)
        for record in case.in_status(*_DONE)
        if not record.evidence and kind_of(record).name in case.policy.verification
    )
    yield from each_or_all(found, "are complete, are to be verified, and name no evidence")


_EVIDENCE = "evidence: [{title: what shows it, link: where it is, date: of when}]"


def _half_verified(case: Case) -> Iterator[Finding]:
    said_so = (*case.stating("verified"), *case.in_status(Status.VERIFIED))
    for record in {record.id: record for record in said_so}.values():
        verified = record.verified or Verified()
        missing = [field for field in ("by", "on") if getattr(verified, field) is None]
        if missing:
            words = joined([{"by": "by whom", "on": "when"}[field] for field in missing], "or")
            message = f"{record.id} is verified, and the register does not say {words}."
            fix = f"verified: {{{', '.join(f'{field}: …' for field in missing)}}}"
            yield Finding(record.id, "verified" if record.verified else "status", message, fix)


def _verified_too_early(case: Case) -> Iterator[Finding]:
    for record in case.stating("verified"):
        if record.verified and record.completed_on and before(record.verified.on, record.completed_on):
            message = f"The verification of {record.id} is before its completion ({record.completed_on.raw})."
            yield Finding(record.id, "verified.on", message, "the right one of the two days")


def _awaiting(case: Case) -> Iterator[Finding]:
    ids = [record.id for record in case.having("awaiting_verification")]
    if ids:
        fix = "verified: {by: …, on: …, method: …}"
        yield all_together(ids, "are complete and not verified yet", fix, "is:awaiting-verification")


RULES: tuple[Rule, ...] = (
    Rule(
        code="C111",
        severity=Severity.ERROR,
        title="Verified by the accountable officer",
        why="Verification is somebody else confirming that it is done.",
        example="{accountable: Head of Procurement, verified: {by: Head of Procurement, on: 2023-01-12}}",
        fix="Somebody other than the accountable officer.",
        find=_by_the_owner,
    ),
    Rule(
        code="C112",
        severity=Severity.WARNING,
        title="Complete, and no day says since when",
        why="Without the day nobody can tell whether it was on time.",
        example="status: complete   # and no completed_on",
        fix="completed_on: the day.",
        find=_no_day,
    ),
    Rule(
        code="C113",
        severity=Severity.WARNING,
        title="Completed on a day to come",
        why="What is completed lies behind us.",
        example="{status: complete, completed_on: 2032-01-12}",
        fix="The right day, or target.",
        find=_day_to_come,
    ),
    Rule(
        code="C114",
        severity=Severity.WARNING,
        title="Completed before it started",
        why="One of the two dates is wrong.",
        example="{start: June 2022, completed_on: 2022-03-31}",
        fix="The right one of the two.",
        find=_done_before_start,
    ),
    Rule(
        code="C115",
        severity=Severity.WARNING,
        title="A day of completion, and a status that is not complete",
        why="Papers would count it as unfinished.",
        example="{status: in_progress, completed_on: 2022-12-09}",
        fix="status: complete, or no completed_on.",
        find=_day_without_status,
    ),
    Rule(
        code="C116",
        severity=Severity.WARNING,
        title="Complete without evidence",
        why="The policy asks for verification, and there is nothing to verify.",
        example="status: complete   # and no evidence",
        fix="evidence, with its title and where it is.",
        find=_no_evidence,
    ),
    Rule(
        code="C117",
        severity=Severity.WARNING,
        title="Verified, but by whom or when is missing",
        why="Without both it does not count as closed.",
        example="verified: {by: Chief Internal Auditor}",
        fix="by and on.",
        find=_half_verified,
    ),
    Rule(
        code="C118",
        severity=Severity.WARNING,
        title="Verified before it was completed",
        why="What is verified must be done first.",
        example="{completed_on: 2023-01-10, verified: {by: Auditor, on: 2022-12-01}}",
        fix="The right one of the two days.",
        find=_verified_too_early,
    ),
    Rule(
        code="C119",
        severity=Severity.NOTE,
        title="Complete and not verified yet",
        why="Management says so; nobody else has confirmed it.",
        example="status: complete   # and no verified",
        fix="verified, once it is.",
        find=_awaiting,
    ),
)
