"""Closing a record: its status, and everything that the status needs."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import typer

from p2ptrack.analysis.facts import find_missing_decision_fields, status_label
from p2ptrack.cli.edit_input import ask_until_right, clean_text, keep_given, print_line
from p2ptrack.cli.options import ClosureAnswers, EditOptions
from p2ptrack.cli.record_edits import (
    EditTarget,
    change_record,
    describe_errors_of,
    is_finished,
    open_target,
    read_values,
)
from p2ptrack.errors import UsageError
from p2ptrack.model.dates import format_long_date
from p2ptrack.model.fields import CLOSED_STATUSES, Status
from p2ptrack.model.records import TrackedRecord
from p2ptrack.model.recurrence import find_following_day, format_every
from p2ptrack.phrases import join_words, quote
from p2ptrack.pipeline import judge_changes
from p2ptrack.store.editing import read_record_file
from p2ptrack.store.yaml.edit import AppendEntry, Edit, SetField, apply_edits
from p2ptrack.store.yaml.parser import YamlValue

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
        asked = (
            ask_until_right(question, partial(_describe_closing_errors, target, answers, "status"))
            if options.can_ask
            else ""
        )
        answers = replace(answers, status=asked or default.value)
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
    entry = keep_given(due=record.target.raw, done=done, evidence=evidence, link=answers.link)
    edits: list[Edit] = [AppendEntry(("periods",), entry)]
    code = change_record(options, target, lambda _: edits, f"{record.id}: close the period to {record.target.raw}")
    if not options.dry_run:
        print_line(f"{record.id} is next due on {format_long_date(find_following_day(record.target, record.every))}.")
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
    case = judge_changes(target.root, target.as_of, {target.path: after})
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
        edits.append(AppendEntry(("evidence",), keep_given(title=answers.evidence, link=answers.link)))
    if answers.superseded_by:
        edits.append(SetField(("superseded_by",), list(answers.superseded_by)))
    if answers.verified_by:
        edits.append(SetField(("verified",), keep_given(by=answers.verified_by, on=day)))
    decided = keep_given(
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
    case = judge_changes(target.root, target.as_of, {target.path: apply_edits(data, [SetField(("status",), word)])})
    record = case.register.by_id.get(target.record.id)
    return isinstance(record, TrackedRecord) and record.status in {Status.COMPLETE, Status.VERIFIED}
