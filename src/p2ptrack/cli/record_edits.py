"""What the editing commands do: ask for what is missing, change the file, check the result, and save it or nothing."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import typer

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import has_target, status_label
from p2ptrack.cli.edit_input import (
    ask_text,
    ask_until_right,
    clean_text,
    describe_problem,
    describe_problems_of,
    expand_short_forms,
    keep_given,
    nest_fields,
    parse_values,
    print_line,
    print_problems,
    require_kind,
)
from p2ptrack.cli.options import EditOptions, ExtensionAnswers, UpdateAnswers
from p2ptrack.cli.register import find_register_folder, resolve_as_of
from p2ptrack.cli.support_files import build_modeline, has_modeline
from p2ptrack.cli.terminal import write_output
from p2ptrack.diagnostics import Problem, Severity
from p2ptrack.errors import CheckFailed, OperationError, UsageError
from p2ptrack.model.dates import CouncilDate, DateRejection, format_long_date, parse_date
from p2ptrack.model.fields import CLOSED_STATUSES, Decision, Status, is_file_id
from p2ptrack.model.kinds import Kind, kind_of
from p2ptrack.model.records import ProcurementExemption, Record, TrackedRecord
from p2ptrack.model.register import build_anchors
from p2ptrack.model.schema import file_field_order, list_fields
from p2ptrack.phrases import did_you_mean, find_equal_ids, join_words, quote
from p2ptrack.pipeline import check_changes, find_problems_of_changes, open_case
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
class EditTarget:
    """The record that a command changes."""

    root: Path
    as_of: date
    case: Case
    record: Record
    path: str

    @property
    def tracked(self) -> TrackedRecord:
        """The record, which must be a tracked one. Raises `UsageError` for a recommendation or an exemption."""
        if isinstance(self.record, ProcurementExemption):
            raise UsageError(
                f"{self.record.id} is an exemption, which has no status, updates or target date, so change it with: "
                f"p2ptrack edit {self.record.id}"
            )
        if kind_of(self.record).is_declared and not isinstance(self.record, TrackedRecord):
            raise UsageError(
                f"{self.record.id} is a record of {kind_of(self.record).plural}, which are not tracked, so change it "
                f"with: p2ptrack edit {self.record.id}"
            )
        if not isinstance(self.record, TrackedRecord):
            raise UsageError(
                f"{self.record.id} is a {kind_of(self.record).singular}, which has no progress of its own. "
                "Name the action that answers it."
            )
        return self.record


def open_target(options: EditOptions, id_: str) -> EditTarget:
    """Return the record with an id. Raises `UsageError` for none, and `OperationError` for one with an error."""
    root = find_register_folder(options.register)
    as_of = resolve_as_of(options.register)
    case = open_case(root, as_of)
    ids = find_equal_ids(id_, case.register.paths)
    if len(ids) != 1:
        if id_ in case.register.broken_ids:
            raise OperationError(f"{id_} has an error, so it is not changed. To see it: p2ptrack check {id_}")
        raise UsageError(f"There is no record {quote(id_)}.{did_you_mean(id_, case.register.paths)}")
    record = case.register.by_id[ids[0]]
    return EditTarget(root, as_of, case, record, case.register.paths[record.id])


def add_record(options: EditOptions, kind_word: str, title: str, values: Sequence[str]) -> int:
    """Write the file of a new record, and print its id."""
    root = find_register_folder(options.register)
    as_of = resolve_as_of(options.register)
    kind = require_kind(kind_word, open_case(root, as_of).register.kinds)
    fields = parse_values(kind, values)
    if options.can_ask:
        title, fields = _ask_fields(root, as_of, kind, {"title": title, **fields})
    if not title:
        example = "Temporary care beds" if issubclass(kind.model, ProcurementExemption) else "Open a supplier portal"
        raise UsageError(f'Say what the record is about: p2ptrack add {kind.word} --title "{example}"')
    with lock_register(root):
        id_, change = _make_record(root, open_case(root, as_of), kind, title, fields)
        _save(options, root, as_of, change, f"{id_}: add")
    if not options.dry_run:
        write_output(f"{id_}\n".encode(), as_text=True)
    return 0


def _make_record(
    root: Path, case: Case, kind: Kind, title: str, fields: Mapping[str, YamlValue]
) -> tuple[str, RecordChange]:
    """Return the id of a new record and its file. Raises `UsageError` for an id that it cannot have."""
    own_ids = [record.id for record in case.register.records if kind_of(record) == kind]
    used_ids = {*case.register.paths, *case.register.broken_ids, *list_committed_ids(root)}
    id_ = str(fields.get("id", "")) or find_free_id(kind, own_ids, used_ids)
    if not is_file_id(id_):
        advice = f"Use letters, digits and dots, such as {kind.example_id}, or leave it out."
        raise UsageError(f"{quote(id_)} cannot be the id of a record. {advice}")
    if id_.casefold() in {used.casefold() for used in used_ids}:
        raise UsageError(f"The id {quote(id_)} is or was used. Choose another, or leave it out.")
    path = f"data/{kind.folder}/{make_file_name(id_, title)}"
    order = file_field_order(kind.model)
    groups = nest_fields(expand_short_forms(kind, {**fields, "id": id_, "title": title}, {}))
    data = format_record(dict(sorted(groups.items(), key=lambda item: order.index(item[0])))).encode()
    if own_ids and has_modeline(read_record_file(root, case.register.paths[own_ids[-1]])):
        data = build_modeline(path, case.register.kinds) + data
    return id_, RecordChange(path, None, data)


_ASKED_FIELDS = (
    *("recommendations", "raised", "accountable", "target", "status", "source", "origin_text"),
    *("type", "value", "supplier", "reason", "approved_by", "approved_on"),
)
_MAX_CHOICES = 10


def _list_asked_fields(kind: Kind) -> tuple[str, ...]:
    """Return the fields that are asked for: of a declared kind its own, and who answers for it."""
    if not kind.is_declared:
        return _ASKED_FIELDS
    declared = (field.name for field in list_fields(kind.model) if field.declared)
    return (*declared, *(("accountable", "status") if kind.is_tracked else ()))


def _ask_fields(
    root: Path, as_of: date, kind: Kind, given: Mapping[str, YamlValue]
) -> tuple[str, dict[str, YamlValue]]:
    """Return the title and the fields with answers for the usual ones. An empty answer leaves a field out."""
    case = open_case(root, as_of)
    specs = {field.name: field for field in list_fields(kind.model)}
    answers = {name: value for name, value in given.items() if value}

    def read(name: str, answer: str) -> YamlValue:
        is_list = name == "recommendations" or (specs[name].declared and specs[name].is_list)
        return [part.strip() for part in answer.split(",")] if is_list else answer

    def list_errors(name: str, answer: str) -> list[str]:
        fields = {name: read(name, answer)}
        _, change = _make_record(root, case, kind, str(fields.pop("title", "New record")), fields)
        return describe_problems_of(find_new_errors(root, as_of, change), name)

    for name in ("title", *_list_asked_fields(kind)):
        if name in specs and name not in answers:
            words = specs[name].choices
            choices = f": {join_words(words, 'or')}" if 0 < len(words) <= _MAX_CHOICES else ""
            question = "Title" if name == "title" else f"{specs[name].title}{choices} (Enter to leave it out)"
            if answer := ask_until_right(question, partial(list_errors, name)):
                answers[name] = read(name, answer)
    return str(answers.pop("title", "")), answers


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
    return change_record(options, target, lambda _: edits, f"{record.id}: update")


def _ask_update(target: EditTarget, answers: UpdateAnswers) -> UpdateAnswers:
    record = target.tracked
    today = format_long_date(target.as_of)
    print_line(_describe(target))
    last = record.updates[-1] if record.updates else None
    print_line(f"Last update: {_describe_update(last) if last else 'none'}")

    def list_errors(name: str, answer: str) -> list[str]:
        entry: dict[str, YamlValue] = {"date": today, "text": "x", name: answer}
        edits: list[Edit] = [AppendEntry(("updates",), entry)]
        return describe_errors_of(target, [*edits, SetField(("status",), answer)] if name == "status" else edits, name)

    print_line("What has happened since? (finish with two empty lines)")
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
        print_line(_describe(target))
        answers = _ask_extension(target, answers)
    if not answers.reason:
        raise UsageError(f"Write after --reason why {record.id} needs until {answers.target}, in a sentence.")
    return change_record(
        options, target, lambda values: _plan_extension(target, answers, values), f"{record.id}: target"
    )


def _ask_extension(target: EditTarget, answers: ExtensionAnswers) -> ExtensionAnswers:
    values = read_values(read_record_file(target.root, target.path), target.path)

    def list_errors(name: str, answer: str) -> list[str]:
        given: Mapping[str, Any] = {"reason": "x", name: answer}
        return describe_errors_of(target, _plan_extension(target, replace(answers, **given), values), name)

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
        granted = keep_given(decision=Decision.GRANTED.value, decided_on=format_long_date(target.as_of), **decided)
        return [*(SetField(("revisions", pending, name), value) for name, value in granted.items()), *set_target]
    decision = None if takes_effect else Decision.REQUESTED
    if is_approved:
        decision = Decision.GRANTED
    details = keep_given(
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


def edit_record(options: EditOptions, id_: str, values: Sequence[str]) -> int:
    """Set fields of a record or, without any, open its file in an editor."""
    target = open_target(options, id_)
    if values:
        fields = parse_values(kind_of(target.record), values)
        kind = kind_of(target.record)

        def plan(written: Mapping[str, YamlValue]) -> list[Edit]:
            expanded = expand_short_forms(kind, fields, written)
            return [SetField(tuple(name.split(".")), value) for name, value in expanded.items()]

        return change_record(options, target, plan, f"{target.record.id}: edit")
    if not options.can_ask:
        raise UsageError(f"Say what to set: p2ptrack edit {target.record.id} --set FIELD=VALUE")
    before = data = read_record_file(target.root, target.path)
    while True:
        data = run_editor(data, Path(target.path).name)
        problems = _find_new_problems(target.root, target.as_of, RecordChange(target.path, before, data))
        errors = [problem for problem in problems if problem.severity is Severity.ERROR]
        if not errors:
            break
        print_problems(errors)
        if not typer.confirm("Edit again? Otherwise nothing is changed.", default=True):
            raise typer.Abort
    with lock_register(target.root):
        if read_record_file(target.root, target.path) != before:
            raise CheckFailed(f"{target.path} was changed in the meantime, so your version was not saved.")
        change = RecordChange(target.path, before, data)
        return _save(options, target.root, target.as_of, change, f"{target.record.id}: edit")


def change_record(
    options: EditOptions, target: EditTarget, plan: Callable[[Mapping[str, YamlValue]], Sequence[Edit]], message: str
) -> int:
    """Apply edits to a record's file as it is now, and save the result. `plan` gets the file's fields as written."""
    with lock_register(target.root):
        before = read_record_file(target.root, target.path)
        values = read_values(before, target.path)
        after = apply_edits(before, plan(values), file_field_order(type(target.record)))
        change = RecordChange(target.path, before, after)
        return _save(options, target.root, target.as_of, change, message)


def read_values(data: bytes, path: str) -> Mapping[str, YamlValue]:
    """Return the fields of a record's file as written. Raises `OperationError` where it cannot be read."""
    value = yaml.read(data, path).value
    if value is None:
        raise OperationError(f"{path} has an error, so it is not changed. To see it: p2ptrack check {path}")
    return value


def _save(options: EditOptions, root: Path, as_of: date, change: RecordChange, message: str) -> int:
    """Print a change as a diff, and save it if the file has no new error. Raises `CheckFailed` if it has."""
    if change.is_empty:
        print_line(f"Nothing to change: {change.path} already has this.")
        return 0
    problems = _find_new_problems(root, as_of, change)
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    if errors:
        print_problems(errors)
        what = "this error" if len(errors) == 1 else "these errors"
        raise CheckFailed(f"Nothing was changed: the register would have {what}.")
    if options.commit and not options.dry_run:
        _require_commit(root)
    for line in format_diff(change):
        print_line(line)
    for problem in problems:
        if problem.severity is Severity.WARNING:
            print_line(describe_problem(problem))
    if options.dry_run:
        print_line("Nothing was saved.")
        return 0
    _write(root, change)
    if options.commit:
        print_line(f"Saved and committed as {commit_file(root, change.path, message)}.")
        return 0
    print_line(f"Saved. {advise_to_commit(root, format_commit_command(change.path, message))}".rstrip())
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


def find_new_errors(root: Path, as_of: date, change: RecordChange) -> list[Problem]:
    """Return the errors that the register would have because of a change."""
    return [problem for problem in _find_new_problems(root, as_of, change) if problem.severity is Severity.ERROR]


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
    before = find_problems_of_changes(root, as_of, changes)
    known = {(problem.path, problem.code, problem.message) for problem in before}
    return tuple(problem for problem in after if (problem.path, problem.code, problem.message) not in known)


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
