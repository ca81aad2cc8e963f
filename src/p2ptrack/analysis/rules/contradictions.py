"""C122 to C130, C132 to C136, T156 to T159 and T161: contradictions within a record, and between two.

C122 to C124, T157 and T158 compare the newest update or the request with the fields. Only clear statements count:
councils would turn off a rule that guesses.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import get_deadline, get_original_target, is_same_target, is_verified_by_owner
from p2ptrack.analysis.links import addressed_recommendations, list_addressed
from p2ptrack.analysis.rules.closure import is_completed_in_future
from p2ptrack.analysis.rules.rule import (
    NOTE,
    WARNING,
    Finding,
    describe_status,
    example,
    fix,
    report_date_order,
    rule,
    why,
)
from p2ptrack.analysis.rules.update_texts import (
    EXPECTED_DATE,
    FINISHED,
    FINISHED_STATUSES,
    LATE,
    OPEN_WORK,
    OWNER_LEFT,
    STARTED,
    WAITING,
    find_requested_date,
    get_updates,
    has_closure_proposal,
    is_reported_finished,
    is_reported_late,
    iter_newest_updates,
    list_expected_dates,
    list_past_events,
    list_waiting_clauses,
)
from p2ptrack.model.dates import CouncilDate, DateRejection, format_long_date, is_before, parse_date
from p2ptrack.model.fields import OPEN_STATUSES, Acceptance, Category, Decision, Status
from p2ptrack.model.money import AMOUNT_IN_TEXT, POUNDS, Money, format_amount, read_amount_in_text
from p2ptrack.model.records import Action, FollowUp, Record, TrackedRecord, Update
from p2ptrack.model.register import format_meeting_title, resolve_update_date
from p2ptrack.phrases import edit_distance, fold_text, quote
from p2ptrack.values import compile_on_use, dataclass

_DONE_STATUSES = frozenset({Status.COMPLETE, Status.VERIFIED, Status.EMBEDDED, Status.CLOSED})


@rule("C122", WARNING, "Reported as finished but open", summary="are reported as finished, but are open")
@why("Papers count as open, and perhaps as overdue, what the update says is finished.")
@example("{status: in_progress, updates: [{date: 2023-01-12, text: This has been fully implemented.}]}")
@fix(
    "If the work is finished, change the status to complete and add `completed_on:`. "
    "Otherwise say in a new update what is left to do."
)
def _check_finished_but_open(case: Case) -> Iterator[Finding]:
    for record, _, field, text in iter_newest_updates(case, FINISHED):
        # C115 asks the same question of a completion date.
        is_open = case.get_status(record) in OPEN_STATUSES and not record.every and record.completed_on is None
        if is_open and not has_closure_proposal(text):  # C121 reports proposals
            subject = f"The newest update of {record.id} says that the work is finished"
            yield Finding(record.id, field, f"{subject}, but its status is {describe_status(record.status)}.")


@rule("C123", WARNING, "Closed while work goes on", summary="are closed, but report work that goes on")
@why("Papers no longer show the rest of the work, and nobody has to finish it.")
@example("{status: complete, updates: [{date: 2023-01-12, text: Two of the nine sites are still to be inspected.}]}")
@fix("If work goes on, change the status to in_progress. Otherwise say in a new update that it is finished.")
def _check_open_work(case: Case) -> Iterator[Finding]:
    for record, update, field, _ in iter_newest_updates(case, OPEN_WORK):
        is_finished = case.get_status(record) in FINISHED_STATUSES and not record.every
        if is_finished and not _is_before_closure(case, record, update):
            subject = f"{record.id} is {describe_status(record.status)}"
            yield Finding(record.id, field, f"{subject}, but its newest update says that work goes on.")


def _is_before_closure(case: Case, record: TrackedRecord, update: Update) -> bool:
    """Whether an update was made before the work was completed or closed, so that it may mention remaining work."""
    day = resolve_update_date(case.register, update)
    closed_on = record.completed_on or (record.decided.on if record.decided else None)
    return is_before(day, closed_on)


@rule("C124", NOTE, "Not started but reported as begun", summary="are not started, but report work")
@why("Papers show that nothing has been done.")
@example("{status: not_started, updates: [{date: 2023-01-12, text: The new form is being tested.}]}")
@fix("Change the status to in_progress, if work has begun.")
def _check_started(case: Case) -> Iterator[Finding]:
    for record, _, field, _ in iter_newest_updates(case, STARTED):
        if record.status is Status.NOT_STARTED:
            yield Finding(record.id, field, f"{record.id} is not started, but its newest update reports work.")


@rule("C125", WARNING, "Closed before it was completed")
@why("A committee cannot close work that is not yet done.")
@example("{status: complete, completed_on: 2023-01-20, decided: {on: 2023-01-12, by: Audit Committee}}")
@fix("Correct the date that is wrong.")
def _check_closed_before_completion(case: Case) -> Iterator[Finding]:
    message = "The decision to close {id} ({first}) is before its completion date ({second})."
    for finding in report_date_order(case, "decided.on", "completed_on", "decided.on", message):
        record = case.register.by_id[finding.record]
        is_done = isinstance(record, TrackedRecord) and record.status in _DONE_STATUSES
        if isinstance(record, TrackedRecord) and is_done and not is_completed_in_future(case, record):
            yield finding


@rule("C126", NOTE, "Decision on an open record")
@why("A decision closes work or puts it on hold, but the status shows neither.")
@example("{status: in_progress, decided: {on: 2023-01-12, by: Audit Committee, reason: No longer needed.}}")
@fix("Write the status that was decided. If nothing was closed, report it in an update and leave `decided` out.")
def _check_decision_on_open(case: Case) -> Iterator[Finding]:
    for record in case.with_field("decided"):
        if record.decided and record.status in OPEN_STATUSES - {Status.ON_HOLD}:
            message = f"{record.id} has a decision to close it, but its status is {describe_status(record.status)}."
            yield Finding(record.id, "decided", message)


_REFUSES = compile_on_use(
    r"^(?:not (?:accepted|agreed|supported)(?! in full)|rejected|declined)\b"
    r"|\b(?:disagrees?|rejects?|(?:do|does|did|is|are|was|has) not (?:been )?(?:accept|agree|support)\w*)\b"
)
_AGREES = compile_on_use(
    r"^(?:(?!not |never )[\w']+ ){0,3}(?:accepts?|agrees?|accepted|agreed)\b(?! in part| partially|,? but)"
)


@rule("C129", WARNING, "Answer that contradicts its text", summary="have an answer that contradicts its text")
@why("Papers print both, and one of them is wrong.")
@example("{acceptance: accepted, response: {text: The council disagrees with this recommendation.}}")
@fix("Correct `acceptance`, or the text of the response.")
def _check_answer(case: Case) -> Iterator[Finding]:
    for record in case.register.with_field("acceptance"):
        text = fold_text(record.response.text or "") if record.response else ""
        refuses = _REFUSES.search(text) is not None
        is_accepted = record.acceptance is Acceptance.ACCEPTED
        agrees = record.acceptance is Acceptance.NOT_ACCEPTED and _AGREES.search(text) is not None and not refuses
        if agrees or (is_accepted and refuses):
            answer = "accepted" if is_accepted else "not accepted"
            message = f"{record.id} is {answer}, but the text of its response says otherwise."
            yield Finding(record.id, "acceptance", message)


# Dates before the request: the meeting that raised a record, otherwise the document that it comes from.


_MAX_EARLIER = timedelta(days=31)
"""Reports are often written some weeks after the findings are agreed, and the first actions taken."""

_MAX_EARLIER_SHARE = 5
"""If more than one record in five is dated before its document, the document lists older requests."""


@dataclass(frozen=True, slots=True)
class _Request:
    """Who asked for records and when, and those of them whose first target is much earlier."""

    date: CouncilDate
    place: str
    records: tuple[TrackedRecord, ...]
    early: tuple[tuple[TrackedRecord, CouncilDate], ...]


def _find_requests(case: Case) -> tuple[_Request, ...]:
    """Return the requests of tracked records that are dated, without those that most target dates are earlier than."""
    records_by_links: dict[tuple[tuple[str, ...], str | None, tuple[str, ...]], list[TrackedRecord]] = {}
    for record in case.tracked():
        raised = record.raised if isinstance(record, FollowUp) else ()
        links = record.recommendations if isinstance(record, Action) else ()
        key = (raised, record.source.id if record.source else None, links)
        records_by_links.setdefault(key, []).append(record)
    requests: dict[str, list[_Request]] = defaultdict(list)
    targets_by_place: Counter[str] = Counter()
    for (raised, source, links), records in records_by_links.items():
        if place := _find_place(case, raised, source, links):
            # Where a meeting asked for it, nothing can be due before.
            tolerance = _MAX_EARLIER if source or links else timedelta()
            targets = [(record, day) for record in records if (day := get_original_target(record, case.policy))]
            early = [entry for entry in targets if _is_much_earlier(entry[1], place[0], tolerance)]
            requests[place[1]].append(_Request(*place, tuple(records), tuple(early)))
            targets_by_place[place[1]] += sum(day.latest is not None for _, day in targets)
    return tuple(
        request
        for place, of_place in requests.items()
        if not _are_usual(sum(len(request.early) for request in of_place), targets_by_place[place])
        for request in of_place
    )


def _are_usual(early: int, total: int) -> bool:
    """Whether more than one date, and more than one in five, is much earlier than the request."""
    return early > max(1, total // _MAX_EARLIER_SHARE)


def _find_place(
    case: Case, raised: tuple[str, ...], source: str | None, links: tuple[str, ...]
) -> tuple[CouncilDate, str] | None:
    """Return the date and the name of the first meeting that raised a record, otherwise of a document."""
    meetings = [meeting for id_ in raised if (meeting := case.register.find_meeting(id_)) and meeting.date.latest]
    if meetings:
        first = min(meetings, key=lambda meeting: meeting.date.latest or date.max)
        return first.date, format_meeting_title(first)
    owners = map(case.register.by_id.get, list_addressed(links))
    for id_ in (source, *(owner.source.id for owner in owners if owner and owner.source)):
        document = case.register.find_source(id_) if id_ else None
        if document and document.date:
            return document.date, document.title
    return None


def _is_much_earlier(
    first: CouncilDate | None, second: CouncilDate | None, tolerance: timedelta = _MAX_EARLIER
) -> bool:
    if not (first and first.latest and second and second.earliest):
        return False
    return first.latest + tolerance < second.earliest


@rule("T156", WARNING, "Target date, completion or response before the request")
@why("Nothing can be due, done or answered before somebody asked for it. Usually one of the dates has the wrong year.")
@example("{raised: AC-2022-10, target: June 2022}")
@fix("Correct the date that is wrong.")
def _check_dates_before_request(case: Case) -> Iterator[Finding]:
    for request in _find_requests(case):
        targets = {record.id: day for record, day in request.early}
        for record in request.records:
            day = targets.get(record.id) or record.completed_on
            if day and not record.every and (record.id in targets or _is_much_earlier(day, request.date)):
                name = "target" if record.id in targets else "completion"
                origin = f"{request.date.raw}, {request.place}"
                message = f"The {name} date of {record.id} ({day.raw}) is before it was requested ({origin})."
                place = "revisions[0].from" if day is not record.target else "target"
                yield Finding(record.id, place if name == "target" else "completed_on", message)
    yield from _find_early_responses(case)


def _find_early_responses(case: Case) -> Iterator[Finding]:
    responses: dict[str, list[tuple[str, CouncilDate, CouncilDate]]] = defaultdict(list)
    for record in case.register.with_field("response"):
        source = case.register.find_source(record.source.id) if record.source else None
        if source and source.date and record.response and record.response.on:
            responses[source.title].append((record.id, record.response.on, source.date))
    for title, dates in responses.items():
        early = sum(_is_much_earlier(responded, requested) for _, responded, requested in dates)
        is_usual = _are_usual(early, sum(responded.latest is not None for _, responded, _ in dates))
        for id_, responded, requested in () if is_usual else dates:
            if _is_much_earlier(responded, requested):
                message = (
                    f"The response of {id_} ({responded.raw}) is before it was requested ({requested.raw}, {title})."
                )
                yield Finding(id_, "response.on", message)


@rule("C127", WARNING, "Evidence older than the request")
@why("A document from before the request cannot show that the work was done.")
@example("{raised: AC-2022-10, evidence: [{title: The plan, date: March 2021}]}")
@fix("Correct the date, or name evidence of the work itself.")
def _check_old_evidence(case: Case) -> Iterator[Finding]:
    records = case.with_field("evidence.date")
    requests = {r.id: request.date for request in _find_requests(case) for r in request.records} if records else {}
    for record in records:
        requested = requests.get(record.id)
        # Work that was done before the request was recorded has older evidence.
        started = record.start or (None if is_before(record.completed_on, requested) else requested)
        for index, evidence in enumerate(record.evidence):
            if evidence.date and started and _is_much_earlier(evidence.date, started):
                subject = f"{record.id}: the evidence {quote(evidence.title or '')} is dated {evidence.date.raw}"
                event = "the work began" if record.start else "it was requested"
                yield Finding(record.id, f"evidence[{index}].date", f"{subject}, before {event} ({started.raw}).")


@rule("C130", WARNING, "Evidence later than the verification")
@why("Nobody can have verified the work from a document that did not exist yet.")
@example("{verified: {by: Internal audit, on: 2023-01-12}, evidence: [{title: The plan, date: 2023-03-01}]}")
@fix("Correct the date that is wrong, or name the evidence that was verified.")
def _check_evidence_after_verification(case: Case) -> Iterator[Finding]:
    for record in case.with_field("verified"):
        verified_on = record.verified.on if record.verified else None
        later = [index for index, item in enumerate(record.evidence) if is_before(verified_on, item.date)]
        if later and len(later) == len(record.evidence) and verified_on:
            evidence = record.evidence[later[0]]
            subject = f"{record.id} was verified on {verified_on.raw}, before its evidence"
            message = f"{subject} {quote(evidence.title or '')} ({evidence.date.raw if evidence.date else ''})."
            yield Finding(record.id, f"evidence[{later[0]}].date", message)


_UNIT = compile_on_use(r"\b(?:team|unit|services?|office|department|section|division|group|directorate)\b")
_NO_SERVICE_TEXT = """\
a acting an and assistant chief corporate department deputy director directorate directors division executive for group
head heads in interim lead leader manager of office officer principal s section senior service services strategic team
the to unit
"""
_NO_SERVICE = frozenset(_NO_SERVICE_TEXT.split())
"""Words of posts and teams that do not identify their service."""


@rule("C128", WARNING, "Verified by the responsible officer's own service")
@why("Verification means that somebody outside the service confirms the work.")
@example("{accountable: Head of Licensing, verified: {by: Licensing Team, on: 2023-01-12}}")
@fix("Name a verifier outside the service, such as internal audit, once they have verified the work.")
def _check_verified_by_service(case: Case) -> Iterator[Finding]:
    for record in case.with_field("verified"):
        verifier = fold_text(record.verified.by or "") if record.verified else ""
        service = _name_service(verifier) if _UNIT.search(verifier) else frozenset()
        owner = next(
            (owner for owner in record.accountable if service and _name_service(fold_text(owner)) == service), ""
        )
        if owner and record.verified and not is_verified_by_owner(record, case.register):  # C111 reports that
            message = (
                f"{record.id} is verified by {record.verified.by}, the service of its responsible officer ({owner})."
            )
            yield Finding(record.id, "verified.by", message)


def _name_service(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W\d_]+", text)) - _NO_SERVICE


# Target dates compared with the text of updates and requests, and extensions approved by their requester.


_RECENT_CHANGE = timedelta(days=92)


@rule("T157", WARNING, "Reported late without a target change", summary="are reported late without a target change")
@why("The committee sees the old target date, and nobody has approved the delay.")
@example("{target: Mar-23, updates: [{date: 2023-01-12, text: The work is delayed to June 2023.}]}")
@fix("Add a target change under `revisions:`. If the target date can still be met, say so in a new update.")
def _check_reported_delay(case: Case) -> Iterator[Finding]:
    for record, update, field, text in iter_newest_updates(case, LATE, EXPECTED_DATE):
        is_open = case.facts[record.id].unfinished and not record.every
        deadline = get_deadline(record) if is_open else None
        later = _find_later_date(text, deadline) if deadline else ""
        is_late = bool(later) or (is_reported_late(text) and not is_reported_finished(text))
        if deadline and is_late and not _has_recent_change(case, record, update):
            statement = f"gives {later}, after its target date ({format_long_date(deadline)})"
            statement = statement if later else "says that it is late, and its target date has not changed"
            yield Finding(record.id, field, f"The newest update of {record.id} {statement}.")


def _has_recent_change(case: Case, record: TrackedRecord, update: Update) -> bool:
    """Whether an update may refer to a target change: one of the same time, or one without a date."""
    reported = resolve_update_date(case.register, update)
    first_day = reported.earliest if reported else None
    return any(
        day is None or day.latest is None or first_day is None or day.latest >= first_day - _RECENT_CHANGE
        for revision in record.revisions
        for day in (revision.last_date,)
        if revision.decision is not Decision.REFUSED and not is_same_target(revision.from_, revision.to)
    )


def _find_later_date(text: str, deadline: date) -> str:
    """Return the latest of the dates at which an update expects the end of the work, if it is after the target."""
    days = [(day.earliest, day.raw) for raw in list_expected_dates(text) if (day := _read(raw)) and day.earliest]
    last = max(days, default=None)
    return last[1] if last and last[0] > deadline else ""


def _read(raw: str) -> CouncilDate | None:
    outcome = parse_date(raw.removeprefix("the "))
    return None if isinstance(outcome, DateRejection) else outcome


@rule("T158", NOTE, "Target date later than the request asks")
@why("The request names a date, and the target date is later without a target change.")
@example("{origin_text: Publish the plan by March 2023., target: Jun-23}")
@fix("Correct the target date, or add the target change under `revisions:`.")
def _check_requested_date(case: Case) -> Iterator[Finding]:
    dates_by_record = case.register.search_records(
        "requested date", lambda r: filter(None, [find_requested_date(r.origin_text or "")]), "origin_text"
    )
    requested = {record.id: date for record, (raw,) in dates_by_record if (date := _read(raw))}
    texts = (
        {record.id for record in case.register.with_field("origin_text") if record.origin_text} if requested else set()
    )
    answers: dict[str, list[tuple[TrackedRecord, CouncilDate]]] = defaultdict(list)
    for record in case.with_field("target") if requested else ():
        ids = [id_ for id_ in (record.id, *addressed_recommendations(record)) if id_ in texts]
        target = get_original_target(record, case.policy)
        if target and len(ids) == 1 and ids[0] in requested:
            answers[ids[0]].append((record, target))
    for id_, records in answers.items():
        # If one action is in time, the later ones may do what the request does not ask for.
        for record, target in records if all(is_before(requested[id_], target) for _, target in records) else ():
            opening = f"{record.id} is requested" if id_ == record.id else f"{id_} is to be carried out"
            subject = "its target date" if id_ == record.id else f"the target date of {record.id}"
            message = f"{opening} by {requested[id_].raw}, but {subject} is {target.raw}."
            yield Finding(record.id, "target" if target is record.target else "revisions[0].from", message)


def _fold_post(text: str) -> str:
    return fold_text(text).removeprefix("the ")


@rule("T159", WARNING, "Extension approved by the officer who requested it")
@why("Nobody may approve their own request.")
@example("revisions: [{from: Mar-23, to: Jun-23, requested_by: Head of HR, approved_by: Head of HR}]")
@fix("Write who approved it. If nobody else did, write `decision: requested` and leave `approved_by` out.")
def _check_own_extension(case: Case) -> Iterator[Finding]:
    for record in case.with_field("revisions.approved_by"):
        for index, revision in enumerate(record.revisions):
            requesters = (revision.requested_by,) if revision.requested_by else record.accountable
            approver = _fold_post(revision.approved_by or "")
            is_change = revision.category is not Category.CORRECTION and revision.decision is not Decision.REFUSED
            if approver and is_change and approver in map(_fold_post, requesters):
                role = "requested it" if revision.requested_by else "is responsible for the work"
                message = f"{record.id}: {revision.approved_by} approved this extension and {role}."
                yield Finding(record.id, f"revisions[{index}].approved_by", message)


@rule("T161", WARNING, "Update that reports an event after its own date")
@why("Nobody can report what has not happened yet. One of the two dates is wrong.")
@example("updates: [{date: 2023-01-12, text: Adopted at the meeting on 15 February 2023.}]")
@fix("Correct the date that is wrong.")
def _check_events_after_update(case: Case) -> Iterator[Finding]:
    for record, _ in case.register.search_records("past events", _iter_past_events, "updates"):
        for index, update in enumerate(get_updates(record)):
            events = list_past_events(update.text) if update.text else ()
            day = resolve_update_date(case.register, update) if events else None
            later = next((raw for raw in events if is_before(day, _read(raw))), "")
            if later and day:
                message = f"This update of {record.id} is dated {day.raw}, but reports what was done on {later}."
                yield Finding(record.id, f"updates[{index}].text", message, words=later)


def _iter_past_events(record: Record) -> Iterator[str]:
    return chain.from_iterable(list_past_events(update.text or "") for update in get_updates(record))


# Two statements that cannot both be right: years, officers, amounts and evidence.


_UNDONE_STATUSES = frozenset({Status.RISK_ACCEPTED, Status.WITHDRAWN, Status.NOT_IMPLEMENTED})


@rule("C132", WARNING, "Work stopped by the responsible officer alone")
@why("The officer who should do the work cannot decide alone that it is not done and that the risk stays.")
@example("{accountable: Head of ICT, status: risk_accepted, decided: {on: 2023-01-12, by: Head of ICT, reason: Cost.}}")
@fix("Name under `by:` who decided it as well. If nobody did, change the status to open until somebody else decides.")
def _check_decided_by_owner(case: Case) -> Iterator[Finding]:
    for record in case.with_field("decided"):
        decision = record.decided if record.status in _UNDONE_STATUSES else None
        maker = decision.by if decision and not decision.meeting else None
        if maker and _fold_post(maker) in map(_fold_post, record.accountable):
            subject = f"{record.id} is {describe_status(record.status)} by decision of {maker}"
            yield Finding(record.id, "decided.by", f"{subject}, who is also its responsible officer.")


@rule("C133", NOTE, "Waiting for something that is cleared")
@why(
    "Either the update or the date on which the dependency was cleared is wrong, and the work may be able to continue."
)
@example("{blocked_by: [new-store], updates: [{date: 2023-01-12, text: Waiting for the new store.}]}")
@fix("Say in a new update what the work waits for now, or correct `cleared:` of the dependency in the programme.")
def _check_waiting_for_cleared(case: Case) -> Iterator[Finding]:
    for record, update, _, text in iter_newest_updates(case, WAITING):
        is_open = case.facts[record.id].unfinished
        reported = resolve_update_date(case.register, update) if is_open else None
        clauses = " ".join(list_waiting_clauses(text))
        for index, blocker in enumerate(record.blocked_by if reported else ()):
            dependency = case.register.find_dependency(blocker.id)
            if dependency and is_before(dependency.cleared, reported) and _share_words(dependency.title, clauses):
                cleared = dependency.cleared.raw if dependency.cleared else ""
                subject = f"{record.id} is reported as waiting for {quote(dependency.title)}"
                yield Finding(record.id, f"blocked_by[{index}]", f"{subject}, which was cleared on {cleared}.")


_LONG_WORD = compile_on_use(r"[^\W\d_]{4,40}")


def _share_words(*texts: str) -> bool:
    """Whether two texts have a word of four letters or more in common."""
    first, second = (set(_LONG_WORD.findall(fold_text(text))) for text in texts)
    return bool(first & second)


@rule(
    "C136",
    WARNING,
    "Responsible officer reported to have left",
    summary=("have an officer who is reported to have left"),
)
@why("Nobody answers for the work.")
@example("updates: [{date: 2023-01-12, text: The action owner has left and the work will be reassigned.}]")
@fix("Name the officer who answers for it now under `accountable:`. If the job title stays, report that in an update.")
def _check_owner_left(case: Case) -> Iterator[Finding]:
    for record, _, field, _ in iter_newest_updates(case, OWNER_LEFT):
        if case.facts[record.id].unfinished:
            owner = record.accountable[0]
            message = f"The newest update of {record.id} reports that its responsible officer ({owner}) has left."
            yield Finding(record.id, field, message)


@rule("C135", NOTE, "Same document as evidence for different things")
@why("The address was probably copied, and the document for one of the records is missing.")
@example('evidence: [{title: Web page, link: "https://example.org/list-05"}]   # in A01 it is an attendance list')
@fix("Correct the link that is wrong. If it is the same document, give it the same title in each record.")
def _check_shared_links(case: Case) -> Iterator[Finding]:
    first_uses: dict[str, tuple[str, str]] = {}
    for record in case.with_field("evidence.link"):
        for index, evidence in enumerate(record.evidence):
            if evidence.link and evidence.title and _names_document(evidence.link):
                id_, title = first_uses.setdefault(evidence.link, (record.id, evidence.title))
                if id_ != record.id and not _share_words(title, evidence.title):
                    message = (
                        f"{record.id} has the same document as {id_} under another title: "
                        f"{quote(evidence.title)} and {quote(title)}."
                    )
                    yield Finding(record.id, f"evidence[{index}].link", message, related=(id_,))


def _names_document(link: str) -> bool:
    """Whether an address leads to one document, and not to a site or a folder."""
    *folders, name = link.partition("://")[2].split("/")
    return bool(name and folders and (folders[1:] or "." in name))


# Amounts: a field compared with the record's own texts.


_AMOUNTS = compile_on_use(AMOUNT_IN_TEXT)
_LIMIT_BEFORE = compile_on_use(
    r"\b(?:about|above|around|below|cap|ceiling|exceed\w*|least|limit|most|nearly|or|over|some|than|threshold|to|under)"
    r"(?: of)? $|approx\w*\.? $"
)
_MAX_BEFORE_AMOUNT = 20
_MIN_DIGITS = 2


@rule("C134", WARNING, "Amount that differs from the text")
@why("The figures differ only by swapped digits or an extra zero, so one of them is mistyped.")
@example('{value: 48000, reason_text: "The price is £84,000 for one year."}')
@fix("Correct the amount that is wrong.")
def _check_amounts(case: Case) -> Iterator[Finding]:
    for record in case.register.search_texts("pounds", lambda text: "£" in text):
        text, amounts = case.register.text_of(record.id), _list_amounts(record)
        amounts_in_text = [read_amount_in_text(match.group()) for match in _AMOUNTS.finditer(text)] if amounts else []
        for name, amount in amounts.items():
            slips = [other for other in amounts_in_text if _is_slip(amount, other)]
            if slips and amount not in amounts_in_text and not _is_limit(text, slips[0]):
                subject = f"{record.id} has {format_amount(amount)} in `{name}`"
                yield Finding(record.id, name, f"{subject}, and its text has {format_amount(slips[0])}.")


def _list_amounts(record: Record) -> dict[str, Decimal]:
    """Return the amounts in pounds of a record's own fields."""
    names = ("value", *sorted(record.declared_names))
    values = ((name, getattr(record, name, None)) for name in names)
    return {name: value.amount for name, value in values if isinstance(value, Money) and value.currency == POUNDS}


def _is_slip(first: Decimal, second: Decimal) -> bool:
    """Whether one amount is the other with two digits swapped, or with more or fewer zeros."""
    digits, others = (f"{amount.normalize():f}".replace(".", "").strip("0") for amount in (first, second))
    same_length = f"{first:.2f}".find(".") == f"{second:.2f}".find(".")
    is_swapped = same_length and edit_distance(digits, others, 1) == 1 and sorted(digits) == sorted(others)
    return first != second and len(digits) >= _MIN_DIGITS and (digits == others or is_swapped)


def _is_limit(text: str, amount: Decimal) -> bool:
    """Whether a text names an amount as a limit or an estimate: *above £250,000*, *about £185,000*."""
    matches = (match for match in _AMOUNTS.finditer(text) if read_amount_in_text(match.group()) == amount)
    starts = (text[max(match.start() - _MAX_BEFORE_AMOUNT, 0) : match.start()] for match in matches)
    return any(_LIMIT_BEFORE.search(before.casefold()) for before in starts)
