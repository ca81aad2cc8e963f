"""What update, extend and close do: ask for what is missing, and plan the changes of a record."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import typer

from p2ptrack.analysis.facts import find_missing_decision_fields, has_target, status_label
from p2ptrack.cli.options import ClosureAnswers, EditOptions, ExtensionAnswers, UpdateAnswers
from p2ptrack.cli.record_edits import (
    EditTarget,
    ask_text,
    ask_until_right,
    change_record,
    clean_text,
    describe_problems_of,
    drop_empty,
    find_new_errors,
    open_target,
    read_values,
)
from p2ptrack.cli.terminal import print_text
from p2ptrack.errors import UsageError
from p2ptrack.model.dates import CouncilDate, DateRejection, format_long_date, parse_date
from p2ptrack.model.fields import CLOSED_STATUSES, Decision, Status
from p2ptrack.model.records import TrackedRecord
from p2ptrack.model.recurrence import find_following_day, format_every
from p2ptrack.model.register import build_anchors
from p2ptrack.model.schema import file_field_order
from p2ptrack.phrases import join_words, quote
from p2ptrack.pipeline import build_changed_case
from p2ptrack.store.editing import (
    RecordChange,
    read_record_file,
)
from p2ptrack.store.yaml.edit import AppendEntry, Edit, SetField, apply_edits
from p2ptrack.store.yaml.parser import YamlValue


def update_record(options: EditOptions, id_: str, answers: UpdateAnswers) -> int:
    """Add an update to a record, with its new status if there is one."""
    target = open_target(options, id_)
    record = target.tracked
    if answers.text == "-":
        answers = replace(answers, text=sys.stdin.read())
    if options.can_ask and not answers.text.strip():
        answers = _ask_update(target, answers)
    text = clean_text(answers.text)
    if not text and not answers.status:
        raise UsageError(f'Say what has happened: p2ptrack update {record.id} --text "Two suppliers tested it."')
    entry = drop_empty(
        date=answers.date or format_long_date(target.as_of),
        meeting=answers.meeting,
        status=answers.status,
        by=answers.by,
        text=text,
    )
    edits: list[Edit] = [AppendEntry(("updates",), entry)]
    if answers.status:
        edits.append(SetField(("status",), answers.status))
    return change_record(options, target, lambda _: edits, f"{record.id}: update")


def _ask_update(target: EditTarget, answers: UpdateAnswers) -> UpdateAnswers:
    record = target.tracked
    today = format_long_date(target.as_of)
    print_text(_describe(target))
    last = record.updates[-1] if record.updates else None
    print_text(f"Last update: {_describe_update(last) if last else 'none'}")

    def list_errors(name: str, answer: str) -> list[str]:
        entry: dict[str, YamlValue] = {"date": today, "text": "x", name: answer}
        edits: list[Edit] = [AppendEntry(("updates",), entry)]
        return describe_errors_of(target, [*edits, SetField(("status",), answer)] if name == "status" else edits, name)

    print_text("What has happened since? (finish with two empty lines)")
    text = ask_until_right("", partial(list_errors, "text"), lambda _: ask_text())
    status = answers.status or ask_until_right(
        f"Status [{status_label(record.status).casefold()}]", partial(list_errors, "status")
    )
    day = answers.date or ask_until_right(f"Date of this update [{today}]", partial(list_errors, "date"))
    return replace(answers, text=text, status=status, date=day)


def describe_errors_of(target: EditTarget, edits: Sequence[Edit], name: str) -> list[str]:
    """Return the errors that edits to a record would cause in the fields with a name."""
    before = read_record_file(target.root, target.path)
    change = RecordChange(target.path, before, apply_edits(before, edits, file_field_order(type(target.record))))
    return describe_problems_of(find_new_errors(target.root, target.as_of, change), name)


def extend_record(options: EditOptions, id_: str, answers: ExtensionAnswers) -> int:
    """Record a request for another target date or, with an approval, the change of the target date."""
    target = open_target(options, id_)
    record = target.tracked
    if record.target is None:
        raise UsageError(
            f"{record.id} has no target date to change. Give it one: "
            f"p2ptrack edit {record.id} --set {shlex.quote(f'{record.due_name}={answers.target}')}"
        )
    _require_extendable(target, answers)
    if options.can_ask:
        print_text(_describe(target))
        answers = _ask_extension(target, answers)
    if not answers.reason:
        raise UsageError(f"Write after --reason why {record.id} needs until {answers.target}, in a sentence.")
    return change_record(
        options, target, lambda values: _plan_extension(target, answers, values), f"{record.id}: target"
    )


def _ask_extension(target: EditTarget, answers: ExtensionAnswers) -> ExtensionAnswers:
    values = read_values(read_record_file(target.root, target.path), target.path)

    def list_errors(name: str, answer: str) -> list[str]:
        changes: Mapping[str, Any] = {"reason": "x", name: answer}
        return describe_errors_of(target, _plan_extension(target, replace(answers, **changes), values), name)

    reason = answers.reason or ask_until_right("Reason for the new target date", partial(list_errors, "reason"))
    if answers.approved_by or answers.meeting:
        return replace(answers, reason=reason)
    question = "Approved by (Enter if it is not approved yet)"
    return replace(answers, reason=reason, approved_by=ask_until_right(question, partial(list_errors, "approved_by")))


def _require_extendable(target: EditTarget, answers: ExtensionAnswers) -> None:
    """Raise `UsageError` if there is nothing to request: the record is done, or the date is already requested."""
    record = target.tracked
    new_target = _require_date(target, answers.target)
    if is_finished(record):
        raise UsageError(
            f"{record.id} is {status_label(record.status).casefold()}, so its target date cannot be changed."
        )
    if record.target and (record.target.earliest, record.target.latest) == (new_target.earliest, new_target.latest):
        raise UsageError(f"{record.id} has the target date {record.target.raw} already. Give another date.")
    if _find_pending_request(target, answers.target) is not None and not (answers.approved_by or answers.meeting):
        raise UsageError(
            f"The extension of {record.id} to {answers.target} is requested already. "
            "To grant it, add --approved-by or --meeting."
        )


def is_finished(record: TrackedRecord) -> bool:
    """Whether a record is complete or closed."""
    return record.status is Status.COMPLETE or record.status in CLOSED_STATUSES


def _plan_extension(target: EditTarget, answers: ExtensionAnswers, values: Mapping[str, YamlValue]) -> list[Edit]:
    """Return the edits: a pending request for the same date is granted, anything else is a new entry."""
    is_approved = bool(answers.approved_by or answers.meeting)
    due_name = target.tracked.due_name
    is_first = not has_target(target.tracked)  # a date instead of TBC is a first target, not an extension
    takes_effect = is_approved or is_first or not target.case.policy.extensions_need_approval
    decided = {
        "approved_by": answers.approved_by or _find_body(target, answers.meeting),
        "meeting": answers.meeting,
        "minute": answers.minute,
    }
    set_target: list[Edit] = [SetField((due_name,), answers.target)] if takes_effect else []
    pending = _find_pending_request(target, answers.target)
    if is_approved and pending is not None:
        granted = drop_empty(decision=Decision.GRANTED.value, decided_on=format_long_date(target.as_of), **decided)
        return [*(SetField(("revisions", pending, name), value) for name, value in granted.items()), *set_target]
    decision = None if takes_effect else Decision.REQUESTED
    if is_approved:
        decision = Decision.GRANTED
    details = drop_empty(
        to=answers.target,
        **{"requested_on" if decision is Decision.REQUESTED else "decided_on": format_long_date(target.as_of)},
        reason=clean_text(answers.reason),
        category=answers.category,
        decision=decision.value if decision else "",
        requested_by=answers.requested_by,
        **decided,
    )
    return [AppendEntry(("revisions",), {"from": values[due_name], **details}), *set_target]


def _find_body(target: EditTarget, meeting_id: str) -> str:
    """Return the committee whose meeting approved a target change; nothing where the programme does not name it."""
    meetings = target.case.register.programme.meetings
    return next((meeting.body or "" for meeting in meetings if meeting.id == meeting_id), "")


def _find_pending_request(target: EditTarget, new_target: str) -> int | None:
    """Return the number of the undecided request for this date."""
    parsed = _require_date(target, new_target)
    for index, revision in enumerate(target.tracked.revisions):
        if revision.decision is Decision.REQUESTED and revision.to.latest == parsed.latest:
            return index
    return None


def _require_date(target: EditTarget, text: str) -> CouncilDate:
    parsed = parse_date(text, build_anchors(target.case.register.programme), target.case.as_of)
    if isinstance(parsed, DateRejection):
        raise UsageError(f"{quote(text)}: {parsed.message} Fix: {parsed.fix}")
    return parsed


def _describe(target: EditTarget) -> str:
    record = target.tracked
    due = f"target {record.target.raw}" if record.target else "no target date"
    return f"{record.id}  {record.title}  ({status_label(record.status).casefold()}, {due})"


def _describe_update(update: object) -> str:
    day = getattr(update, "date", None)
    text = (getattr(update, "text", None) or "").strip().split("\n")[0]
    return " ".join(part for part in (f"{day.raw}:" if day else "", text) if part)


_DECISION_FLAGS = {
    "on": "--on",
    "by": "--decided-by",
    "reason": "--reason",
    "continuing_owner": "--continuing-owner",
    "superseded_by": "--superseded-by",
    "verified_by": "--verified-by",
}
_QUESTIONS = {
    "on": "When it was decided",
    "by": "Who decided it (a post, not a name)",
    "reason": "Why it is closed",
    "continuing_owner": "Who continues the work (a post, not a name)",
    "superseded_by": "The id of the record that replaces it",
    "verified_by": "Who checked that it was done (a post, not a name)",
}


def close_record(options: EditOptions, id_: str, answers: ClosureAnswers) -> int:
    """Close a record: set its status and everything that the status needs."""
    target = open_target(options, id_)
    record = target.tracked
    if not answers.status and not answers.verified_by and record.status in CLOSED_STATUSES:
        raise UsageError(
            f"{record.id} is closed already, as {status_label(record.status).casefold()}. "
            "To close it in another way, give --status."
        )
    if record.every and answers.status in {"", Status.COMPLETE.value} and not answers.verified_by:
        return _close_period(options, target, answers)
    if not answers.status:
        default = Status.VERIFIED if answers.verified_by else Status.COMPLETE
        question = f"How is it closed? [{default.value}]"
        questions = (
            ask_until_right(question, partial(_describe_closing_errors, target, answers, "status"))
            if options.can_ask
            else ""
        )
        answers = replace(answers, status=questions or default.value)
    if options.can_ask and not answers.evidence and not record.evidence:
        question = "Evidence that it was done (Enter to leave it out)"
        answers = replace(
            answers, evidence=ask_until_right(question, partial(_describe_closing_errors, target, answers, "evidence"))
        )
    if answers.link and not answers.evidence:
        raise UsageError(
            '--link is the place of the evidence. Also say what it is: --evidence "Report on the measures"'
        )
    answers = _complete_closure(options, target, answers)
    return change_record(options, target, lambda values: _plan_closure(target, answers, values), f"{record.id}: close")


def _close_period(options: EditOptions, target: EditTarget, answers: ClosureAnswers) -> int:
    """Record the current period of a duty that recurs as done. Its target moves on to the next by itself."""
    record = target.tracked
    if record.target is None or record.target.latest is None or record.every is None:
        raise UsageError(f"{record.id} has no target date, so it is not clear which period is done. Set target first.")
    if any(period.due.latest == record.target.latest for period in record.periods):
        raise UsageError(f"The period of {record.id} that was due by {record.target.raw} is recorded already.")
    evidence = answers.evidence
    if options.can_ask and not evidence:
        day = format_long_date(record.target.latest)
        question = f"Evidence for the period that was due on {day}"
        evidence = ask_until_right(question, partial(_describe_closing_errors, target, answers, "evidence"))
    if not evidence:
        raise UsageError(
            f"{record.id} recurs {format_every(record.every)}. Say what shows that this period is done: "
            '--evidence "Report". To end it for good, give --status, for example: --status withdrawn'
        )
    done = answers.on or format_long_date(target.as_of)
    entry = drop_empty(due=record.target.raw, done=done, evidence=evidence, link=answers.link)
    edits: list[Edit] = [AppendEntry(("periods",), entry)]
    code = change_record(options, target, lambda _: edits, f"{record.id}: close the period to {record.target.raw}")
    if not options.dry_run:
        print_text(f"{record.id} is next due on {format_long_date(find_following_day(record.target, record.every))}.")
    return code


def _complete_closure(options: EditOptions, target: EditTarget, answers: ClosureAnswers) -> ClosureAnswers:
    """Return the answers with what the status still needs. Raises `UsageError` if no questions can be asked."""
    while missing := _find_missing(target, answers):
        if not options.can_ask:
            flags = join_words([_DECISION_FLAGS[name] for name in missing])
            raise UsageError(f"To close {target.record.id} as {answers.status}, also give {flags}.")
        name = missing[0]
        answer = ask_until_right(_QUESTIONS[name], partial(_describe_closing_errors, target, answers, name))
        if not answer:
            raise typer.Abort
        answers = _answer(answers, name, answer)
    return answers


def _describe_closing_errors(target: EditTarget, answers: ClosureAnswers, name: str, answer: str) -> list[str]:
    """Return what is wrong with an answer: the errors that it would cause, or that the status closes nothing."""
    answers = _answer(answers, name, answer)
    if name == "status":
        try:
            _find_missing(target, answers)
        except UsageError as error:
            return [str(error)]
    values = read_values(read_record_file(target.root, target.path), target.path)
    field = {"verified_by": "by"}.get(name, name)
    return describe_errors_of(target, _plan_closure(target, answers, values), field)


def _answer(answers: ClosureAnswers, name: str, answer: str) -> ClosureAnswers:
    if name == "superseded_by":
        return replace(answers, superseded_by=[answer])
    fields: Mapping[str, Any] = {"decided_by" if name == "by" else name: answer}
    return replace(answers, **fields)


def _find_missing(target: EditTarget, answers: ClosureAnswers) -> tuple[str, ...]:
    """Return what the record would still lack, by the same functions as `check`."""
    data = read_record_file(target.root, target.path)
    values = read_values(data, target.path)
    after = apply_edits(data, _plan_closure(target, answers, values))
    case = build_changed_case(target.root, target.as_of, {target.path: after})
    record = case.register.by_id.get(target.record.id)
    if not isinstance(record, TrackedRecord) or record.status is None:
        return ()  # the word for the status is wrong, and the check reports it
    if not is_finished(record):
        raise UsageError(
            f"The status {quote(answers.status)} does not close a record. "
            f"To report it: p2ptrack update {record.id} --status {shlex.quote(answers.status)}"
        )
    missing = find_missing_decision_fields(record)
    if record.status is Status.SUPERSEDED and not record.superseded_by:
        missing = ("superseded_by", *missing)
    if record.status is Status.VERIFIED and not (record.verified and record.verified.by):
        missing = ("verified_by", *missing)
    return missing


def _plan_closure(target: EditTarget, answers: ClosureAnswers, values: Mapping[str, YamlValue]) -> list[Edit]:
    day = answers.on or format_long_date(target.as_of)
    edits: list[Edit] = [SetField(("status",), answers.status)]
    is_done = _is_done(target, answers.status)
    if is_done and "completed_on" not in values:
        edits.append(SetField(("completed_on",), day))
    if answers.evidence:
        edits.append(AppendEntry(("evidence",), drop_empty(title=answers.evidence, link=answers.link)))
    if answers.superseded_by:
        edits.append(SetField(("superseded_by",), list(answers.superseded_by)))
    if answers.verified_by:
        edits.append(SetField(("verified",), drop_empty(by=answers.verified_by, on=day)))
    decided = drop_empty(
        on="" if is_done else day,
        by=answers.decided_by,
        meeting=answers.meeting,
        reason=clean_text(answers.reason),
        continuing_owner=answers.continuing_owner,
    )
    if isinstance(values.get("decided"), dict):
        edits += [SetField(("decided", name), value) for name, value in decided.items()]
    elif decided:
        edits.append(SetField(("decided",), decided))
    return edits


def _is_done(target: EditTarget, word: str) -> bool:
    """Whether a word for a status means that the work was done."""
    data = read_record_file(target.root, target.path)
    case = build_changed_case(
        target.root, target.as_of, {target.path: apply_edits(data, [SetField(("status",), word)])}
    )
    record = case.register.by_id.get(target.record.id)
    return isinstance(record, TrackedRecord) and record.status in {Status.COMPLETE, Status.VERIFIED}
