"""C101 to C110: decisions, and statuses that disagree. C111 to C121: completion dates, evidence and verification.

C131: completion in another year. C137: reasons.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import (
    find_missing_decision_fields,
    find_missing_verification_fields,
    get_deadline,
    is_cleared,
    is_consistent,
    is_same_target,
    is_verified_by_owner,
)
from p2ptrack.analysis.rules.dates import is_far_from_other_dates
from p2ptrack.analysis.rules.rule import (
    ERROR,
    NOTE,
    WARNING,
    Finding,
    describe_status,
    example,
    fix,
    report_date_order,
    report_past_dates,
    report_records,
    rule,
    why,
)
from p2ptrack.analysis.rules.update_texts import CLOSURE_PROPOSAL, iter_newest_updates
from p2ptrack.model.advice import is_placeholder, is_vacant
from p2ptrack.model.dates import CouncilDate, format_long_date
from p2ptrack.model.fields import OPEN_STATUSES, STATUSES_NEEDING_DECISION, Status
from p2ptrack.model.kinds import kind_of
from p2ptrack.model.records import Record, TrackedRecord
from p2ptrack.model.register import resolve_update_date
from p2ptrack.phrases import fold_text, join_ids, join_words, pluralise, quote
from p2ptrack.values import compile_on_use

_COMPLETE_STATUSES = (Status.COMPLETE, Status.VERIFIED)
_FINISHED_STATUSES = frozenset({*_COMPLETE_STATUSES, Status.EMBEDDED})
_UNVERIFIED = "are complete but not yet verified"
_SUSPENDED_STATUSES = (Status.ON_HOLD, Status.RISK_ACCEPTED)
_DECISION_FIELDS = {
    "on": "date",
    "by": "decision maker",
    "reason": "reason",
    "continuing_owner": "continuing owner",
    "review_by": "review date",
}
_VERIFICATION_FIELDS = {"by": "verifier", "on": "date"}


@rule("C101", WARNING, "Status without a complete decision", absent=("decided",))
@why("Somebody must decide, on a date and for a reason, that a record is closed or put on hold.")
@example("{status: embedded, decided: {on: 2023-01-12}}")
@fix("Add the date (`on:`), the decision maker (`by:`) and the reason under `decided:`.")
def _check_incomplete_decision(case: Case) -> Iterator[Finding]:
    for record in case.with_status(*STATUSES_NEEDING_DECISION):
        missing = _list_missing_decision_fields(record)
        if missing:
            missing += ["review_by"] if _lacks_review_date(record) else []
            words = join_words([_DECISION_FIELDS[field] for field in missing], "or")
            message = f"{record.id} is {describe_status(record.status)}, but its decision has no {words}."
            field = "decided" if record.decided else "status"
            yield Finding(record.id, field, message, _format_decision_fix(record, missing))


def _list_missing_decision_fields(record: TrackedRecord) -> list[str]:
    """Return the fields that a decision needs and does not state. N107 reports placeholders."""
    missing = find_missing_decision_fields(record)
    return [field for field in missing if record.decided is None or getattr(record.decided, field) is None]


def _lacks_review_date(record: TrackedRecord) -> bool:
    return record.status in _SUSPENDED_STATUSES and not (record.decided and record.decided.review_by)


def _format_decision_fix(record: TrackedRecord, missing: list[str]) -> str:
    if record.decided is not None:
        return f"Add {join_words([f'`{field}:`' for field in missing])} under `decided:`."
    lines = [f"  {field}: >-" if field == "reason" else f"  {field}:" for field in missing]
    return "\n".join(("Add the decision, and complete each line:", "decided:", *lines))


_NO_REASON = compile_on_use(
    r"(?:(?:an? |the |this )?(?:extension|extra time|(?:more|additional|further) time|new (?:date|target|deadline))"
    r"(?: (?:is|was|were|to be))?(?: (?:agreed|granted|needed|required|requested))?"
    r"|delay(?:s|ed)?|slippage|slipped|late|overdue|rescheduled|deferred|re-?profiled"
    r"|(?:is |was |work |still )*not (?:yet )?(?:completed?|done|finished|implemented|needed|required|met)"
    r"(?: (?:in|on) time)?|(?:to )?(?:allow|ensure) completion|ongoing|in progress"
    r"|as (?:above|agreed|before|discussed|instructed|per (?:committee|discussion|the committee|the meeting)|requested)"
    r"|see (?:above|below|e-?mail|minutes?|update)|(?:the |target |due )*(?:date|deadline|target) "
    r"(?:changed|extended|missed|moved|passed|revised)|revised (?:date|target|timescale|deadline)"
    r"|decision (?:made|taken)|closed?|(?:risk |is )?accepted|agreed|approved|noted|withdrawn|on hold|paused"
    r"|other|misc|various(?: reasons)?"
    r"|(?:operational|business|various|other|local|internal|management) (?:reasons?|needs?|decision))"
)
"""Whole texts that only state a decision or a delay, without a reason."""


@rule("C137", NOTE, "Reason without an explanation")
@why("The committee asks why. That something is late or decided is not a reason.")
@example("revisions: [{from: Mar-23, to: Jun-23, reason: Extension required.}]")
@fix("Write what caused it.")
def _check_empty_reasons(case: Case) -> Iterator[Finding]:
    for record, fields in case.register.search_records("empty reasons", _find_empty_reasons):
        reasons = dict(_iter_reasons(record))
        for field in fields:
            message = f"The reason of {record.id} ({quote(reasons[field])}) does not say why."
            yield Finding(record.id, field, message, words=reasons[field])


def _find_empty_reasons(record: Record) -> list[str]:
    # N107 reports placeholders.
    return [
        field
        for field, reason in _iter_reasons(record)
        if _NO_REASON.fullmatch(fold_text(reason)) and not is_placeholder(reason)
    ]


def _iter_reasons(record: Record) -> Iterator[tuple[str, str]]:
    """Yield the reasons for target changes and for the decision on a record, with their field paths."""
    if isinstance(record, TrackedRecord):
        for index, revision in enumerate(record.revisions):
            if revision.reason:
                yield f"revisions[{index}].reason", revision.reason
        if record.decided and record.decided.reason:
            yield "decided.reason", record.decided.reason


@rule("C102", WARNING, "Superseded without a replacement", absent=("superseded_by",))
@why("The original request would be lost without explanation.")
@example("status: superseded   # and no superseded_by")
@fix("Add the id of the record that replaces it under `superseded_by:`.")
def _check_missing_replacement(case: Case) -> Iterator[Finding]:
    records = (record for record in case.with_status(Status.SUPERSEDED) if not record.superseded_by)
    return report_records(case, records, "{id} is superseded, but its replacement is not recorded.", "status")


@rule("C103", WARNING, "Replaced but not superseded", absent=("status",))
@why("Two records would report on the same work.")
@example("{status: in_progress, superseded_by: [A29]}")
@fix("Change the status to superseded and add `decided:`, or use `see_also:` if the other record is only related.")
def _check_superseded_status(case: Case) -> Iterator[Finding]:
    for record in case.with_field("superseded_by"):
        if record.superseded_by and record.status is not Status.SUPERSEDED:
            subject = f"{record.id} is replaced by {join_ids(record.superseded_by)}"
            yield Finding(record.id, "superseded_by", f"{subject}, but its status is {describe_status(record.status)}.")


@rule("C104", WARNING, "Status differs from the newest update", absent=("status",))
@why("Papers print the status of the record, and one of the two is out of date.")
@example("{status: in_progress, updates: [{date: 2023-01-12, status: complete, text: Done.}]}")
@fix("Change the status of the record, or correct the status in the update.")
def _check_newest_update_status(case: Case) -> Iterator[Finding]:
    for record in case.with_field("updates.status"):
        newest = case.links.find_newest_update(record)
        current = (record.status, case.get_status(record))
        if newest and newest.status and not any(is_consistent(newest.status, status) for status in current):
            subject = f"The status of {record.id} is {describe_status(record.status)}"
            message = f"{subject}, but its newest update has the status {describe_status(newest.status)}."
            also = " and add `completed_on:`" if newest.status in _COMPLETE_STATUSES and not record.completed_on else ""
            advice = f"Correct the update, or change the status of the record to {newest.status.value}{also}."
            yield Finding(record.id, f"updates[{record.updates.index(newest)}].status", message, advice)


@rule("C105", WARNING, "Complete with an open milestone")
@why("Either the milestone was reached or the work is not complete.")
@example("{status: complete, milestones: [{title: Board meets}]}")
@fix("Add `done:` with the date on which it was reached, or correct the status.")
def _check_open_milestones(case: Case) -> Iterator[Finding]:
    for record in case.with_field("milestones"):
        for index, milestone in enumerate(record.milestones if record.status in _FINISHED_STATUSES else ()):
            if milestone.done is None:
                subject = f"{record.id} is {describe_status(record.status)}, but its milestone {quote(milestone.title)}"
                yield Finding(record.id, f"milestones[{index}]", f"{subject} is not done.")


@rule(
    "C106",
    WARNING,
    "Complete before something it depends on",
    summary="are finished before something they depend on",
)
@why("Work cannot be finished before the work that it depends on.")
@example("{status: complete, depends_on: [A14]}   # A14 is in progress")
@fix("Correct the status, or list only the records that it really depends on.")
def _check_unfinished_dependencies(case: Case) -> Iterator[Finding]:
    for record in case.with_field("depends_on"):
        if record.status in _FINISHED_STATUSES:
            open_ids = [id_ for id_ in record.depends_on if id_ in case.facts and case.facts[id_].unfinished]
            if open_ids:
                subject = f"{record.id} is {describe_status(record.status)}, but it depends on open records"
                yield Finding(record.id, "depends_on", f"{subject}: {join_ids(open_ids)}.")


@rule("C107", WARNING, "Finished but still waiting", summary="are finished but still waiting for something")
@why("Finished work does not wait for anything.")
@example("{status: complete, blocked_by: [union-consultation]}")
@fix("Add `cleared:` to the dependency in the programme, or remove the entry from `blocked_by`.")
def _check_blocked_but_done(case: Case) -> Iterator[Finding]:
    for record in case.with_field("blocked_by"):
        if record.status not in _FINISHED_STATUSES:
            continue
        waiting = [blocker for blocker in record.blocked_by if not is_cleared(blocker, case.register, case.as_of)]
        if waiting:
            message = f"{record.id} is {describe_status(record.status)}, but it is still waiting for something."
            has_cause = any(blocker.id is None for blocker in waiting)
            advice = "Remove what it no longer waits for from `blocked_by`." if has_cause else ""
            yield Finding(record.id, "blocked_by", message, advice)


@rule("C108", WARNING, "Decision due for review")
@why("A risk is accepted, or work is put on hold, only until the review date.")
@example("{status: risk_accepted, decided: {review_by: 2022-09-30}}")
@fix("Record the result of the review, or set a new review date under `review_by:`.")
def _check_decision_review_passed(case: Case) -> Iterator[Finding]:
    message = "{id} is {status}, and the decision was due for review by {date}."
    records = case.with_status(*STATUSES_NEEDING_DECISION)
    return report_past_dates(case, records, "decided.review_by", "decided.review_by", message)


@rule("C109", NOTE, "Decision that takes effect later", summary="have a status that takes effect later")
@why("Until that date it counts as in progress, whatever its status is.")
@example("{status: superseded, decided: {on: 31 March 2023}}   # and it is January")
@fix("Correct the date under `decided:` if it is wrong.")
def _check_future_decision(case: Case) -> Iterator[Finding]:
    for record in case.with_field("decided"):
        if record.decided and record.decided.on and record.status is not case.get_status(record):
            subject = f"{record.id} counts as in progress until {record.decided.on.raw}"
            yield Finding(record.id, "decided.on", f"{subject}. From then on it is {describe_status(record.status)}.")


@rule(
    "C110",
    NOTE,
    "Decision without a review date",
    summary="are on hold or accepted as a risk without a review date",
    absent=("decided",),
)
@why("Work that is put aside without a review date is forgotten.")
@example("{status: on_hold, decided: {on: 2022-11-01, by: Board, reason: No capacity.}}")
@fix("Add `review_by:` under `decided:`, with the date of the next review.")
def _check_missing_decision_review(case: Case) -> Iterator[Finding]:
    # C101 asks for the review date too where it asks for other parts of the decision.
    records = (
        record
        for record in case.with_status(*_SUSPENDED_STATUSES)
        if _lacks_review_date(record) and not _list_missing_decision_fields(record)
    )
    return report_records(case, records, "{id} is {status} and has no review date.", "decided", "status")


@rule("C111", ERROR, "Verified by the responsible officer")
@why("Verification means that somebody else confirms the work.")
@example("{accountable: Head of Procurement, verified: {by: Head of Procurement, on: 2023-01-12}}")
@fix("Name somebody other than the responsible officer, once they have verified the work.")
def _check_verified_by_owner(case: Case) -> Iterator[Finding]:
    for record in case.with_field("verified"):
        verifier = record.verified.by if record.verified else None
        if verifier and not is_vacant(verifier) and is_verified_by_owner(record, case.register):
            message = f"{record.id} is verified by {verifier}, who is also its responsible officer."
            yield Finding(record.id, "verified.by", message)


@rule(
    "C112",
    WARNING,
    "Complete without a completion date",
    summary="are complete and have no completion date",
    absent=("completed_on", "verified"),
)
@why("Without the date nobody can see whether it was on time.")
@example("status: complete   # and no completed_on")
@fix("Add the completion date under `completed_on:`.")
def _check_missing_completion_date(case: Case) -> Iterator[Finding]:
    # C117 and C120 ask for the completion date too.
    far_ahead = _find_far_ahead(case)
    records = (
        record
        for record in case.with_status(*_COMPLETE_STATUSES)
        if record.completed_on is None and "on" not in _list_missing_verification(record) and record.id not in far_ahead
    )
    return report_records(case, records, "{id} is marked {status} but has no completion date.", "status")


@rule("C113", WARNING, "Future date for something already done")
@why("What has not happened yet cannot be recorded as done.")
@example("{status: complete, completed_on: 2032-01-12}")
@fix("Correct the date. Use `target` for a planned one.")
def _check_future_dates(case: Case) -> Iterator[Finding]:
    findings = [
        Finding(record.id, field, f"The {name} of {record.id} ({day.raw}) is after {format_long_date(case.as_of)}.")
        for record in case.with_any_field(*_PAST_FIELDS)
        for field, name, day in _iter_future_dates(record, case.as_of)
    ]
    # At an earlier date the register rightly holds work that was completed since.
    yield from findings if findings and not is_earlier_position(case) else ()


_PAST_FIELDS = ("completed_on", "verified", "response", "evidence", "milestones", "blocked_by", "revisions")


def _iter_future_dates(record: TrackedRecord, as_of: date) -> Iterator[tuple[str, str, CouncilDate]]:
    """Yield the dates of past events of a record that are after a day, with their field paths and names."""
    dates = [
        ("completed_on", "completion date", record.completed_on),
        ("verified.on", "verification date", record.verified.on if record.verified else None),
        ("response.on", "date of the response", record.response.on if record.response else None),
        *((f"evidence[{i}].date", "date of the evidence", entry.date) for i, entry in enumerate(record.evidence)),
        *((f"milestones[{i}].done", "date of a milestone", entry.done) for i, entry in enumerate(record.milestones)),
        *(
            (f"blocked_by[{i}].since", "beginning of the wait", entry.since)
            for i, entry in enumerate(record.blocked_by)
        ),
    ]
    for index, revision in enumerate(record.revisions):
        revision_days = (revision.request_date, revision.decision_date)
        days = {revision.field_of(day): day for day in revision_days if day and _is_after(day, as_of)}
        if days and not is_same_target(revision.from_, revision.to):
            dates += [(f"revisions[{index}].{name}", "date of a target change", day) for name, day in days.items()]
    return ((field, name, day) for field, name, day in dates if day and _is_after(day, as_of))


def _is_after(day: CouncilDate, as_of: date) -> bool:
    return day.earliest is not None and day.earliest > as_of


def is_completed_in_future(case: Case, record: TrackedRecord) -> bool:
    """Whether a record has a completion date after the date of the check."""
    day = record.completed_on.earliest if record.completed_on else None
    return day is not None and day > case.as_of


@rule("C131", WARNING, "Completion in another year than its update or evidence")
@why("The day and the month agree and the year does not, so one of the years is mistyped.")
@example("{completed_on: 3 November 2021, updates: [{date: 3 November 2022, text: The report went to the board.}]}")
@fix("Correct the year that is wrong.")
def _check_year_of_completion(case: Case) -> Iterator[Finding]:
    for record in case.with_field("completed_on"):
        done = record.completed_on
        is_exact = done and done.earliest == done.latest and not record.every
        is_month_end = bool(done and done.latest and (done.latest + timedelta(days=1)).day == 1)  # as of many reports
        if done and done.latest and is_exact and not (is_month_end or is_completed_in_future(case, record)):
            dates = [resolve_update_date(case.register, update) for update in record.updates]
            days = {day.latest: day.raw for day in (*dates, *(evidence.date for evidence in record.evidence)) if day}
            same_day = [raw for day, raw in days.items() if day and _get_month_day(day) == _get_month_day(done.latest)]
            if same_day and done.latest.year not in {day.year for day in days if day}:
                message = f"{record.id} was completed on {done.raw}, but an update or evidence is dated {same_day[0]}."
                yield Finding(record.id, "completed_on", message)


def _get_month_day(day: date) -> tuple[int, int]:
    return day.month, day.day


@rule("C114", WARNING, "Completed before it started")
@why("One of the two dates is wrong.")
@example("{start: June 2022, completed_on: 2022-03-31}")
@fix("Correct the date that is wrong.")
def _check_completed_before_start(case: Case) -> Iterator[Finding]:
    message = "The completion date of {id} ({first}) is before its start date ({second})."
    return report_date_order(case, "completed_on", "start", "completed_on", message)


@rule("C115", WARNING, "Completion date but not complete", absent=("status",))
@why("Papers count the record as open.")
@example("{status: in_progress, completed_on: 2022-12-09}")
@fix("Change the status to complete, or correct `completed_on`.")
def _check_completed_without_status(case: Case) -> Iterator[Finding]:
    for record in case.with_field("completed_on"):
        if case.facts[record.id].unfinished and record.completed_on and not is_completed_in_future(case, record):
            subject = f"{record.id} has the completion date {record.completed_on.raw}"
            yield Finding(record.id, "completed_on", f"{subject}, but its status is {describe_status(record.status)}.")


@rule(
    "C116",
    WARNING,
    "Complete without evidence",
    summary="are complete, but have no evidence",
    absent=("evidence",),
)
@why("Nobody can verify that it was done. The policy requires verification, or nearly all others have evidence.")
@example("status: complete   # and no evidence")
@fix("Add the title, link and date of each document under `evidence:`.")
def _check_missing_evidence(case: Case) -> Iterator[Finding]:
    complete = case.with_status(*_COMPLETE_STATUSES)
    total = Counter(kind_of(record).name for record in complete)
    missing = Counter(kind_of(record).name for record in complete if not record.evidence)
    kinds = {kind for kind in total if total[kind] - missing[kind] >= _MANY_WITH_EVIDENCE * missing[kind]}
    records = (record for record in complete if not record.evidence)
    records = (record for record in records if kind_of(record).name in {*case.policy.verification, *kinds})
    return report_records(case, records, "{id} is {status} but has no evidence.", "status")


_MANY_WITH_EVIDENCE = 4
"""With this many records with evidence for each record without, the council normally keeps evidence."""


@rule("C117", WARNING, "Incomplete verification", absent=("verified",))
@why("A record counts as verified only when the verifier and the date are recorded.")
@example("verified: {by: Chief Internal Auditor}")
@fix("Add the verifier (`by:`) and the date (`on:`) under `verified:`.")
def _check_incomplete_verification(case: Case) -> Iterator[Finding]:
    records = (*case.with_field("verified"), *case.with_status(Status.VERIFIED))
    for record in {record.id: record for record in records}.values():
        missing = _list_missing_verification(record)
        if missing:
            words = join_words([_VERIFICATION_FIELDS[field] for field in missing], "or")
            message = f"The verification of {record.id} has no {words}."
            field = "verified" if record.verified else "status"
            yield Finding(record.id, field, message, _format_verification_fix(record, missing))


def _list_missing_verification(record: TrackedRecord) -> list[str]:
    """Return the fields that a verification does not state. N107 reports placeholders."""
    missing = find_missing_verification_fields(record)
    return [field for field in missing if record.verified is None or getattr(record.verified, field) is None]


def _format_verification_fix(record: TrackedRecord, missing: list[str]) -> str:
    needs_completion = "on" in missing and record.completed_on is None and record.status in _COMPLETE_STATUSES
    if record.verified is None:
        lines = ["verified:", "  by:", "  on:", *(["completed_on:"] if needs_completion else [])]
        return "\n".join(("Add the verification, and complete each line:", *lines))
    also = ", and add the completion date under `completed_on:`" if needs_completion else ""
    return f"Add {join_words([f'`{field}:`' for field in missing])} under `verified:`{also}."


@rule("C118", WARNING, "Verified before it was completed")
@why("Work must be complete before it can be verified.")
@example("{completed_on: 2023-01-10, verified: {by: Auditor, on: 2022-12-01}}")
@fix("Correct the date that is wrong.")
def _check_verified_before_completion(case: Case) -> Iterator[Finding]:
    message = "The verification date of {id} ({first}) is before its completion date ({second})."
    return report_date_order(case, "verified.on", "completed_on", "verified.on", message)


@rule(
    "C119",
    NOTE,
    "Complete but not yet verified",
    summary=_UNVERIFIED,
    query="is:awaiting-verification",
    absent=("verified",),
)
@why("Management reports that it is complete, but nobody else has confirmed it.")
@example("status: complete   # and no verified")
@fix("Add `by:`, `on:` and `method:` under `verified:` once it is verified.")
def _check_awaiting_verification(case: Case) -> Iterator[Finding]:
    # C117 and N107 report a verification that is incomplete, and C111 one by the responsible officer.
    records = (
        record
        for record in case.with_fact("awaiting_verification")
        if not _list_missing_verification(record)
        and not (record.verified and is_vacant(record.verified.by or ""))
        and not is_verified_by_owner(record, case.register)
    )
    return report_records(case, records, "{id} is complete but not yet verified.", "status")


_FAR_AHEAD_DAYS = 90


@rule("C120", WARNING, "Complete long before the target date", absent=("completed_on", "verified"))
@why("Work that ends months early is rare. Often the status or the target date is wrong.")
@example("{status: complete, target: Dec-23}   # and it is January, and no completed_on")
@fix("Correct the status. If the work is finished, add the completion date under `completed_on:`.")
def _check_complete_far_ahead(case: Case) -> Iterator[Finding]:
    days_by_id = _find_far_ahead(case)
    for record in case.with_status(Status.COMPLETE) if days_by_id else ():
        days = days_by_id.get(record.id)
        if days and record.target:
            months = pluralise(round(days / _DAYS_IN_MONTH), "month")
            subject = f"{record.id} is marked {describe_status(record.status)}"
            message = f"{subject}, but its target date ({record.target.raw}) is still {months} ahead."
            yield Finding(record.id, "status", message)


_DAYS_IN_MONTH = 30.44


def _find_far_ahead(case: Case) -> dict[str, int]:
    """Return by how many days the targets of complete records are far ahead, by id, where nothing explains it.

    A completion date or a verification explains it. So does a check at an earlier date than the newest update.
    """
    days_by_id = {
        record.id: (deadline - case.as_of).days
        for record in case.with_status(Status.COMPLETE)
        if (deadline := get_deadline(record)) and record.completed_on is None and record.verified is None
    }
    far_ahead = {
        id_: days
        for id_, days in days_by_id.items()
        if days > _FAR_AHEAD_DAYS and not _has_far_target(case, case.register.by_id[id_])
    }
    return {} if far_ahead and is_earlier_position(case) else far_ahead


_MIN_REPORTING = 4


def is_earlier_position(case: Case) -> bool:
    """Whether the register is checked as at a date before its newest updates.

    If only one record has a later update and several others report, its date is mistyped, and T111 reports it.
    """
    later_ids, all_ids = set[str](), set[str]()
    for record in case.with_field("updates"):
        for update in record.updates:
            day = resolve_update_date(case.register, update)
            if day and day.latest:
                all_ids.add(record.id)
                later_ids |= {record.id} if day.latest > case.as_of else set()
    return len(later_ids) > 1 or (bool(later_ids) and len(all_ids) < _MIN_REPORTING)


def _has_far_target(case: Case, record: Record) -> bool:
    return isinstance(record, TrackedRecord) and is_far_from_other_dates(case, record, record.target)


@rule("C121", WARNING, "Proposed for closure while work goes on")
@why("A committee cannot close work that the register shows as open.")
@example("{status: in_progress, updates: [{date: 2023-01-12, text: Proposed for closure.}]}")
@fix(
    "If the work is finished, change the status to complete and add `completed_on:`. "
    "Otherwise say in a new update what is left to do."
)
def _check_closure_proposals(case: Case) -> Iterator[Finding]:
    for record, _, field, _ in iter_newest_updates(case, CLOSURE_PROPOSAL):
        if case.get_status(record) in OPEN_STATUSES:
            proposal = f"The newest update of {record.id} proposes to close it"
            yield Finding(record.id, field, f"{proposal}, but its status is {describe_status(record.status)}.")
