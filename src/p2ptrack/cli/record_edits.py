"""What the editing commands do: ask for what is missing, change the file, check the result, and save it or nothing."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import typer

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import find_missing_decision_fields, status_label
from p2ptrack.cli.edit_values import (
    ask,
    ask_text,
    clean_text,
    expand_short_forms,
    keep_given,
    nest_fields,
    parse_values,
    require_kind,
)
from p2ptrack.cli.options import RegisterOptions
from p2ptrack.cli.register import find_register_folder, resolve_as_of
from p2ptrack.cli.support_files import build_modeline, has_modeline
from p2ptrack.cli.terminal import terminal_style, write_notice, write_output
from p2ptrack.diagnostics import Problem, Severity, escape_control_characters, format_problem
from p2ptrack.errors import CheckFailed, OperationError, UsageError
from p2ptrack.model.dates import CouncilDate, DateRejection, format_long_date, parse_date
from p2ptrack.model.fields import CLOSED_STATUSES, Decision, Status, is_file_id
from p2ptrack.model.records import Kind, ProcurementExemption, Record, TrackedRecord, kind_of
from p2ptrack.model.register import build_anchors
from p2ptrack.model.schema import file_field_order, list_fields
from p2ptrack.phrases import did_you_mean, find_equal_ids, join_words, quote
from p2ptrack.pipeline import check_changes, open_case
from p2ptrack.store import yaml
from p2ptrack.store.editing import (
    RecordChange,
    advise_to_commit,
    commit_file,
    find_free_id,
    format_commit_command,
    format_diff,
    list_committed_ids,
    lock_register,
    make_file_name,
    read_record_file,
    run_editor,
)
from p2ptrack.store.yaml.edit import AppendEntry, Edit, SetField, apply_edits, format_record
from p2ptrack.store.yaml.parser import YamlValue
from p2ptrack.values import dataclass


@dataclass(frozen=True, slots=True)
class EditOptions:
    """Where to edit, and what to do with the change. Questions are asked in a terminal only, and not with `yes`."""

    register: RegisterOptions
    dry_run: bool
    yes: bool
    commit: bool

    @property
    def can_ask(self) -> bool:
        """Whether somebody is there to answer questions."""
        return not self.yes and sys.stdin.isatty() and sys.stdout.isatty()


@dataclass(frozen=True, slots=True)
class UpdateAnswers:
    """What was given for an update."""

    text: str
    date: str
    status: str
    by: str
    meeting: str


@dataclass(frozen=True, slots=True)
class ExtensionAnswers:
    """What was given for a target change."""

    target: str
    reason: str
    category: str
    requested_by: str
    approved_by: str
    meeting: str
    minute: str


@dataclass(frozen=True, slots=True)
class ClosureAnswers:
    """What was given to close a record."""

    status: str = ""
    on: str = ""
    evidence: str = ""
    link: str = ""
    verified_by: str = ""
    decided_by: str = ""
    meeting: str = ""
    reason: str = ""
    superseded_by: tuple[str, ...] = ()
    continuing_owner: str = ""


@dataclass(frozen=True, slots=True)
class _Target:
    """The record that a command changes."""

    root: Path
    as_of: date
    case: Case
    record: Record
    path: str

    @property
    def tracked(self) -> TrackedRecord:
        """The record, which must have a progress. Raises `UsageError` for a recommendation or an exemption."""
        if isinstance(self.record, ProcurementExemption):
            raise UsageError(
                f"{self.record.id} is an exemption, which has no status, updates or target date, so change it with: "
                f"p2ptrack edit {self.record.id}"
            )
        if not isinstance(self.record, TrackedRecord):
            raise UsageError(
                f"{self.record.id} is a {kind_of(self.record).singular}, which has no progress of its own. "
                "Name the action that answers it."
            )
        return self.record


def _open_target(options: EditOptions, id_: str) -> _Target:
    root = find_register_folder(options.register)
    as_of = resolve_as_of(options.register)
    case = open_case(root, as_of)
    ids = find_equal_ids(id_, case.register.paths)
    if len(ids) != 1:
        if id_ in case.register.broken_ids:
            raise OperationError(f"{id_} has an error, so it is not changed. To see it: p2ptrack check {id_}")
        raise UsageError(f"There is no record {quote(id_)}.{did_you_mean(id_, case.register.paths)}")
    record = case.register.by_id[ids[0]]
    return _Target(root, as_of, case, record, case.register.paths[record.id])


def add_record(options: EditOptions, kind_word: str, title: str, values: Sequence[str]) -> int:
    """Write the file of a new record, and print its id."""
    root = find_register_folder(options.register)
    as_of = resolve_as_of(options.register)
    kind = require_kind(kind_word, open_case(root, as_of).register.kinds)
    fields = parse_values(kind, values)
    if options.can_ask:
        title = title or ask("Title")
        fields = _ask_fields(kind, fields)
    if not title:
        example = "Temporary care beds" if kind.model is ProcurementExemption else "Open a supplier portal"
        raise UsageError(f'Say what the record is about: p2ptrack add {kind.singular} --title "{example}"')
    with lock_register(root):
        case = open_case(root, as_of)
        own_ids = [record.id for record in case.register.records if kind_of(record) == kind]
        used_ids = {*case.register.paths, *case.register.broken_ids, *list_committed_ids(root)}
        id_ = str(fields.pop("id", "")) or find_free_id(kind, own_ids, used_ids)
        if not is_file_id(id_):
            advice = f"Use letters, digits and dots, such as {kind.example_id}, or leave it out."
            raise UsageError(f"{quote(id_)} cannot be the id of a record. {advice}")
        if id_.casefold() in {used.casefold() for used in used_ids}:
            raise UsageError(f"The id {quote(id_)} is or was used. Choose another, or leave it out.")
        path = f"data/{kind.folder}/{make_file_name(id_, title)}"
        order = file_field_order(kind.model)
        groups = nest_fields(expand_short_forms(kind, fields, {}))
        ordered = {
            "id": id_,
            "title": title,
            **dict(sorted(groups.items(), key=lambda item: order.index(item[0]))),
        }
        data = format_record(ordered).encode()
        if own_ids and has_modeline(read_record_file(root, case.register.paths[own_ids[-1]])):
            data = build_modeline(path) + data
        change = RecordChange(path, None, data)
        _save(options, root, as_of, change, f"{id_}: add")
    if not options.dry_run:
        write_output(f"{id_}\n".encode(), as_text=True)
    return 0


_ASKED_FIELDS = (
    *("recommendations", "raised", "accountable", "target", "status", "source", "origin_text"),
    *("type", "value", "supplier", "reason", "approved_by", "approved_on"),
)
_MAX_CHOICES = 10


def _ask_fields(kind: Kind, fields: Mapping[str, YamlValue]) -> dict[str, YamlValue]:
    """Return the fields with answers for the usual ones of the kind. An empty answer leaves a field out."""
    specs = {field.name: field for field in list_fields(kind.model)}
    answers = dict(fields)
    for name in _ASKED_FIELDS:
        if name in specs and name not in answers:
            words = specs[name].choices
            choices = f": {join_words(words, 'or')}" if 0 < len(words) <= _MAX_CHOICES else ""
            answer = ask(f"{specs[name].title}{choices} (Enter to leave it out)")
            if answer:
                answers[name] = [part.strip() for part in answer.split(",")] if name == "recommendations" else answer
    return answers


def update_record(options: EditOptions, id_: str, answers: UpdateAnswers) -> int:
    """Add an update to a record, with its new status if there is one."""
    target = _open_target(options, id_)
    record = target.tracked
    if answers.text == "-":
        answers = replace(answers, text=sys.stdin.read())
    if options.can_ask and not answers.text.strip():
        answers = _ask_update(target, answers)
    text = clean_text(answers.text)
    if not text and not answers.status:
        raise UsageError(f'Say what has happened: p2ptrack update {record.id} --text "Two suppliers tested it."')
    entry = keep_given(
        date=answers.date or format_long_date(target.as_of),
        meeting=answers.meeting,
        status=answers.status,
        by=answers.by,
        text=text,
    )
    edits: list[Edit] = [AppendEntry(("updates",), entry)]
    if answers.status:
        edits.append(SetField(("status",), answers.status))
    return _change(options, target, lambda _: edits, f"{record.id}: update")


def _ask_update(target: _Target, answers: UpdateAnswers) -> UpdateAnswers:
    record = target.tracked
    _print(_describe(target))
    last = record.updates[-1] if record.updates else None
    _print(f"Last update: {_describe_update(last) if last else 'none'}")
    _print("What has happened since? (finish with two empty lines)")
    text = ask_text()
    status = answers.status or ask(f"Status [{status_label(record.status).casefold()}]")
    day = answers.date or ask(f"Date of this update [{format_long_date(target.as_of)}]")
    return replace(answers, text=text, status=status, date=day)


def extend_record(options: EditOptions, id_: str, answers: ExtensionAnswers) -> int:
    """Record a request for another target date or, with an approval, the change of the target date."""
    target = _open_target(options, id_)
    record = target.tracked
    if record.target is None:
        raise UsageError(
            f"{record.id} has no target date to change. Give it one: "
            f"p2ptrack edit {record.id} --set {shlex.quote(f'target={answers.target}')}"
        )
    _require_extendable(target, answers)
    if options.can_ask:
        _print(_describe(target))
        answers = replace(answers, reason=answers.reason or ask("Reason for the new target date"))
        if not answers.approved_by and not answers.meeting:
            answers = replace(answers, approved_by=ask("Approved by (Enter if it is not approved yet)"))
    if not answers.reason:
        raise UsageError(f'Say why: p2ptrack extend {record.id} "{answers.target}" --reason "The supplier is late."')
    return _change(options, target, lambda values: _plan_extension(target, answers, values), f"{record.id}: target")


def _require_extendable(target: _Target, answers: ExtensionAnswers) -> None:
    """Raise `UsageError` where there is nothing to request: the record is done, or the date is asked for already."""
    record = target.tracked
    new_target = _require_date(target, answers.target)
    if _is_finished(record):
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


def _is_finished(record: TrackedRecord) -> bool:
    return record.status is Status.COMPLETE or record.status in CLOSED_STATUSES


def _plan_extension(target: _Target, answers: ExtensionAnswers, values: Mapping[str, YamlValue]) -> list[Edit]:
    """Return the edits: a pending request for the same date is granted, anything else is a new entry."""
    is_approved = bool(answers.approved_by or answers.meeting)
    takes_effect = is_approved or not target.case.policy.extensions_need_approval
    decided = {
        "approved_by": answers.approved_by or _find_body(target, answers.meeting),
        "meeting": answers.meeting,
        "minute": answers.minute,
    }
    set_target: list[Edit] = [SetField(("target",), answers.target)] if takes_effect else []
    pending = _find_pending_request(target, answers.target)
    if is_approved and pending is not None:
        granted = keep_given(decision=Decision.GRANTED.value, decided_on=format_long_date(target.as_of), **decided)
        return [*(SetField(("revisions", pending, name), value) for name, value in granted.items()), *set_target]
    decision = Decision.GRANTED if is_approved else None if takes_effect else Decision.REQUESTED
    details = keep_given(
        to=answers.target,
        **{"requested_on" if decision is Decision.REQUESTED else "decided_on": format_long_date(target.as_of)},
        reason=clean_text(answers.reason),
        category=answers.category,
        decision=decision.value if decision else "",
        requested_by=answers.requested_by,
        **decided,
    )
    return [AppendEntry(("revisions",), {"from": values["target"], **details}), *set_target]


def _find_body(target: _Target, meeting_id: str) -> str:
    """Return the committee whose meeting approved a target change; nothing where the programme does not name it."""
    meetings = target.case.register.programme.meetings
    return next((meeting.body or "" for meeting in meetings if meeting.id == meeting_id), "")


def _find_pending_request(target: _Target, new_target: str) -> int | None:
    """Return the number of the request for this date that nobody has decided yet."""
    parsed = _require_date(target, new_target)
    for index, revision in enumerate(target.tracked.revisions):
        if revision.decision is Decision.REQUESTED and revision.to.latest == parsed.latest:
            return index
    return None


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
    "superseded_by": "The record that replaces it, for example A29",
    "verified_by": "Who checked that it was done (a post, not a name)",
}


def close_record(options: EditOptions, id_: str, answers: ClosureAnswers) -> int:
    """Close a record: set its status and everything that the status needs."""
    target = _open_target(options, id_)
    record = target.tracked
    if not answers.status and not answers.verified_by and record.status in CLOSED_STATUSES:
        raise UsageError(
            f"{record.id} is closed already, as {status_label(record.status).casefold()}. "
            "To close it in another way, give --status."
        )
    if not answers.status:
        default = Status.VERIFIED if answers.verified_by else Status.COMPLETE
        asked = ask(f"How is it closed? [{default.value}]") if options.can_ask else ""
        answers = replace(answers, status=asked or default.value)
    if options.can_ask and not answers.evidence and not record.evidence:
        answers = replace(answers, evidence=ask("Evidence that it was done (Enter to leave it out)"))
    if answers.link and not answers.evidence:
        raise UsageError(
            '--link is the place of the evidence. Also say what it is: --evidence "Report on the measures"'
        )
    answers = _complete_closure(options, target, answers)
    return _change(options, target, lambda values: _plan_closure(target, answers, values), f"{record.id}: close")


def _complete_closure(options: EditOptions, target: _Target, answers: ClosureAnswers) -> ClosureAnswers:
    """Return the answers with what the status still needs. Raises `UsageError` where nobody can be asked."""
    while missing := _find_missing(target, answers):
        if not options.can_ask:
            flags = join_words([_DECISION_FLAGS[name] for name in missing])
            raise UsageError(f"To close {target.record.id} as {answers.status}, also give {flags}.")
        answer = ask(_QUESTIONS[missing[0]])
        if not answer:
            raise typer.Abort
        answers = _answer(answers, missing[0], answer)
    return answers


def _answer(answers: ClosureAnswers, name: str, answer: str) -> ClosureAnswers:
    if name == "superseded_by":
        return replace(answers, superseded_by=(answer,))
    fields: Mapping[str, Any] = {"decided_by" if name == "by" else name: answer}
    return replace(answers, **fields)


def _find_missing(target: _Target, answers: ClosureAnswers) -> tuple[str, ...]:
    """Return what the record would still lack, by the same judge as `check`."""
    data = read_record_file(target.root, target.path)
    values = _read_values(data, target.path)
    after = apply_edits(data, _plan_closure(target, answers, values))
    _, case = check_changes(target.root, target.as_of, {target.path: after})
    record = case.register.by_id.get(target.record.id)
    if not isinstance(record, TrackedRecord) or record.status is None:
        return ()  # the word for the status is wrong, and the check says so
    if not _is_finished(record):
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


def _plan_closure(target: _Target, answers: ClosureAnswers, values: Mapping[str, YamlValue]) -> list[Edit]:
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


def _is_done(target: _Target, word: str) -> bool:
    """Whether a word for a status means that the work was done."""
    data = read_record_file(target.root, target.path)
    _, case = check_changes(target.root, target.as_of, {target.path: apply_edits(data, [SetField(("status",), word)])})
    record = case.register.by_id.get(target.record.id)
    return isinstance(record, TrackedRecord) and record.status in {Status.COMPLETE, Status.VERIFIED}


def edit_record(options: EditOptions, id_: str, values: Sequence[str]) -> int:
    """Set fields of a record or, without any, open its file in an editor."""
    target = _open_target(options, id_)
    if values:
        fields = parse_values(kind_of(target.record), values)
        kind = kind_of(target.record)

        def plan(written: Mapping[str, YamlValue]) -> list[Edit]:
            expanded = expand_short_forms(kind, fields, written)
            return [SetField(tuple(name.split(".")), value) for name, value in expanded.items()]

        return _change(options, target, plan, f"{target.record.id}: edit")
    if not options.can_ask:
        raise UsageError(f"Say what to set: p2ptrack edit {target.record.id} --set FIELD=VALUE")
    before = data = read_record_file(target.root, target.path)
    while True:
        data = run_editor(data, Path(target.path).name)
        problems = _find_new_problems(target.root, target.as_of, RecordChange(target.path, before, data))
        errors = [problem for problem in problems if problem.severity is Severity.ERROR]
        if not errors:
            break
        _print_problems(errors)
        if not typer.confirm("Edit again? Otherwise nothing is changed.", default=True):
            raise typer.Abort
    with lock_register(target.root):
        if read_record_file(target.root, target.path) != before:
            raise CheckFailed(f"{target.path} was changed in the meantime, so your version was not saved.")
        change = RecordChange(target.path, before, data)
        return _save(options, target.root, target.as_of, change, f"{target.record.id}: edit")


def _change(
    options: EditOptions, target: _Target, plan: Callable[[Mapping[str, YamlValue]], Sequence[Edit]], message: str
) -> int:
    """Apply edits to a record's file as it is now, and save the result. `plan` gets the file's fields as written."""
    with lock_register(target.root):
        before = read_record_file(target.root, target.path)
        values = _read_values(before, target.path)
        after = apply_edits(before, plan(values), file_field_order(type(target.record)))
        change = RecordChange(target.path, before, after)
        return _save(options, target.root, target.as_of, change, message)


def _read_values(data: bytes, path: str) -> Mapping[str, YamlValue]:
    value = yaml.read(data, path).value
    if value is None:
        raise OperationError(f"{path} has an error, so it is not changed. To see it: p2ptrack check {path}")
    return value


def _save(options: EditOptions, root: Path, as_of: date, change: RecordChange, message: str) -> int:
    """Print a change as a diff, and save it if the file has no new error. Raises `CheckFailed` if it has."""
    if change.is_empty:
        _print(f"Nothing to change: {change.path} already has this.")
        return 0
    problems = _find_new_problems(root, as_of, change)
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    if errors:
        _print_problems(errors)
        what = "this error" if len(errors) == 1 else "these errors"
        raise CheckFailed(f"Nothing was changed: the register would have {what}.")
    if options.commit and not options.dry_run:
        _require_commit(root)
    for line in format_diff(change):
        _print(line)
    for problem in problems:
        if problem.severity is Severity.WARNING:
            _print(_format_problem(problem))
    if options.dry_run:
        _print("Nothing was saved.")
        return 0
    _write(root, change)
    if options.commit:
        _print(f"Saved and committed as {commit_file(root, change.path, message)}.")
        return 0
    _print(f"Saved. {advise_to_commit(root, format_commit_command(change.path, message))}".rstrip())
    return 0


def _write(root: Path, change: RecordChange) -> None:
    from p2ptrack.store.writing import write_register_files

    write_register_files(root, {change.path: change.after}, "Nothing was changed.")


def _require_commit(root: Path) -> None:
    from p2ptrack.store.git.repository import Repository
    from p2ptrack.store.git.worktree import require_branch, require_finished_state

    repository = Repository.find(root)
    require_finished_state(repository, "run the command again")
    require_branch(repository)


def _find_new_problems(root: Path, as_of: date, change: RecordChange) -> tuple[Problem, ...]:
    """Return the errors that the register would have because of a change, and the other findings in its file."""
    after = [
        problem
        for problem in check_changes(root, as_of, {change.path: change.after})[0].problems
        if problem.severity is Severity.ERROR or problem.path == change.path
    ]
    if not after:
        return ()
    changes = {} if change.before is None else {change.path: change.before}
    before = check_changes(root, as_of, changes)[0].problems
    known = {(problem.path, problem.code, problem.message) for problem in before}
    return tuple(problem for problem in after if (problem.path, problem.code, problem.message) not in known)


def _print_problems(problems: Iterable[Problem]) -> None:
    for problem in problems:
        write_notice(_format_problem(problem))


def _format_problem(problem: Problem) -> str:
    return format_problem(problem, terminal_style().width)


def _require_date(target: _Target, text: str) -> CouncilDate:
    parsed = parse_date(text, build_anchors(target.case.register.programme))
    if isinstance(parsed, DateRejection):
        raise UsageError(f"{quote(text)}: {parsed.message} Fix: {parsed.fix}")
    return parsed


def _describe(target: _Target) -> str:
    record = target.tracked
    due = f"target {record.target.raw}" if record.target else "no target date"
    return f"{record.id}  {record.title}  ({status_label(record.status).casefold()}, {due})"


def _describe_update(update: object) -> str:
    day = getattr(update, "date", None)
    text = (getattr(update, "text", None) or "").strip().split("\n")[0]
    return " ".join(part for part in (f"{day.raw}:" if day else "", text) if part)


def _print(text: str) -> None:
    lines = (escape_control_characters(line) for line in text.split("\n"))
    write_output("".join(f"{line}\n" for line in lines).encode(), as_text=True)
