"""What the editing commands share: questions and values as typed, changing a file, checking it, saving it or nothing.

A wrong answer is asked again, so that the other answers are not lost.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TextIO

import typer

from p2ptrack.analysis.case import Case
from p2ptrack.cli.doctor import build_modeline, has_modeline
from p2ptrack.cli.options import EditOptions
from p2ptrack.cli.register import find_register_folder, resolve_as_of
from p2ptrack.cli.terminal import print_text, terminal_style, write_notice
from p2ptrack.diagnostics import Problem, Severity, format_problem
from p2ptrack.errors import CheckFailed, OperationError, UsageError
from p2ptrack.model.fields import is_file_id
from p2ptrack.model.kinds import Kind, Kinds, kind_of
from p2ptrack.model.records import ProcurementExemption, Record, TrackedRecord
from p2ptrack.model.schema import FieldSpec, field_names, file_field_order, list_fields, record_field_specs
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
from p2ptrack.store.git.repository import Repository
from p2ptrack.store.git.worktree import require_branch, require_finished_state
from p2ptrack.store.writing import write_register_files
from p2ptrack.store.yaml.edit import Edit, SetField, apply_edits, format_record
from p2ptrack.store.yaml.parser import YamlValue
from p2ptrack.values import dataclass

# Values as a record's file has them.

_LINE_END = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")


def require_kind(word: str, kinds: Kinds) -> Kind:
    """Return the kind that a word means. Raises `UsageError` with the nearest when there is none."""
    kind = kinds.find(word)
    if kind is None:
        words = [known_kind.word for known_kind in kinds]
        raise UsageError(
            f"{quote(word)} is not a kind of record.{did_you_mean(word, words)} Use {join_words(words, 'or')}."
        )
    return kind


def parse_values(kind: Kind, values: Sequence[str]) -> dict[str, YamlValue]:
    """Return the fields that `--set` gives. A field given twice is a list. Raises `UsageError` for unknown fields."""
    fields: dict[str, YamlValue] = {}
    own_names = field_names(kind.model)
    specs = {name: spec for name, spec in record_field_specs(kind.model.kinds).items() if spec.path[0] in own_names}
    for text in [part for value in values for part in _split_group(value, specs)]:
        name, separator, value = text.partition("=")
        name = name.strip()
        if not separator or not value.strip():
            raise UsageError(f"{quote(text)} is not a field and a value. Write for example: --set target=2027-03-31")
        if name not in specs:
            raise UsageError(f"{quote(name)} is not a field of {kind.plural}.{did_you_mean(name, specs)}")
        value = clean_text(value)
        if name in fields:
            earlier = fields[name]
            fields[name] = [*(earlier if isinstance(earlier, list) else [earlier]), value]
        else:
            fields[name] = value
    return fields


def _split_group(text: str, specs: Mapping[str, FieldSpec]) -> list[str]:
    """Return the fields of a group that is typed in braces, as files have it: `value={amount: 48000, vat: net}`."""
    name, _, value = text.partition("=")
    spec = specs.get(name.strip())
    if spec is None or not spec.fields or spec.is_list or not value.strip().startswith("{"):
        return [text]
    group = (yaml.read(f"group: {value.strip()}\n".encode(errors="replace"), "").value or {}).get("group")
    if not isinstance(group, dict) or not all(isinstance(inner, str) for inner in group.values()):
        return [text]
    return [f"{spec.name}.{key}={inner}" for key, inner in group.items()]


def expand_short_forms(
    kind: Kind, fields: Mapping[str, YamlValue], file_values: Mapping[str, YamlValue]
) -> dict[str, YamlValue]:
    """Return the fields with a group's main field named in full, if another field of the group is set.

    With `value: 48000` in the file, `value.vat` alone would replace the amount.
    """
    expanded = dict(fields)
    groups = {spec.name: spec for spec in list_fields(kind.model) if spec.fields and not spec.is_list}
    for name in fields:
        group, separator, _ = name.partition(".")
        text = fields.get(group, file_values.get(group))
        if separator and group in groups and isinstance(text, str) and text:
            expanded.pop(group, None)
            expanded = {f"{group}.{groups[group].fields[0].name}": text, **expanded}
    return expanded


def nest_fields(fields: Mapping[str, YamlValue]) -> dict[str, YamlValue]:
    """Return fields such as `value.vat` as groups of fields, for the file of a new record."""
    nested: dict[str, YamlValue] = {}
    for name, value in fields.items():
        *groups, last = name.split(".")
        place = nested
        for group in groups:
            inner = place.get(group)
            if not isinstance(inner, dict):
                inner = place[group] = {}
            place = inner
        place[last] = value
    return nested


def clean_text(text: str) -> str:
    """Return a text with plain line ends and without empty lines around it.

    Text pasted from Word can have other line separators, which YAML does not accept.
    """
    lines = _LINE_END.split(text)
    while lines and not lines[0].strip():
        del lines[0]
    while lines and not lines[-1].strip():
        del lines[-1]
    return "\n".join(lines)


def drop_empty(**values: str) -> dict[str, YamlValue]:
    """Return the values that were given."""
    return {name: value for name, value in values.items() if value}


_NAME = re.compile("[a-z_]+")


def ask(question: str) -> str:
    """Return the answer to a question. Enter alone is an empty answer."""
    answer: str = typer.prompt(question, default="", show_default=False)
    return answer.strip()


def ask_text(stream: TextIO | None = None) -> str:
    """Return lines that are typed, up to two empty ones in a row or the end of the input."""
    lines: list[str] = []
    for line in stream or sys.stdin:
        lines.append(line.rstrip("\n"))
        if lines[-2:] == ["", ""]:
            break
    return clean_text("\n".join(lines))


def ask_until_right(
    question: str, list_errors: Callable[[str], Sequence[str]], read: Callable[[str], str] = ask
) -> str:
    """Return an answer without errors, or an empty one. After errors, which are printed, it asks again."""
    while answer := read(question):
        errors = list_errors(answer)
        if not errors:
            break
        for error in errors:
            write_notice(error)
        write_notice("Your other answers are kept. Please answer this question again.")
    return answer


def describe_problems_of(problems: Iterable[Problem], name: str) -> list[str]:
    """Return the problems in a field with this name, in the record or in an entry of a list, as they are printed."""
    return [describe_problem(problem) for problem in problems if name in _NAME.findall(problem.field)]


def print_problems(problems: Iterable[Problem]) -> None:
    """Write problems to standard error."""
    for problem in problems:
        write_notice(describe_problem(problem))


def describe_problem(problem: Problem) -> str:
    """Return a problem as the terminal shows it."""
    return format_problem(problem, terminal_style().width)


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
        hint = did_you_mean(id_, case.register.paths)
        raise UsageError(f"There is no record {quote(id_)}.{hint} To list all records: p2ptrack list")
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
        print_text(id_)
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


_QUESTION_FIELDS = (
    *("recommendations", "raised", "accountable", "target", "status", "source", "origin_text"),
    *("type", "value", "supplier", "reason", "approved_by", "approved_on"),
)
_MAX_CHOICES = 10


def _list_question_fields(kind: Kind) -> tuple[str, ...]:
    """Return the fields that are asked for: of a declared kind its own, and who answers for it."""
    if not kind.is_declared:
        return _QUESTION_FIELDS
    declared = (field.name for field in list_fields(kind.model) if field.declared)
    return (*declared, *(("accountable", "status") if kind.is_tracked else ()))


def _ask_fields(
    root: Path, as_of: date, kind: Kind, option_values: Mapping[str, YamlValue]
) -> tuple[str, dict[str, YamlValue]]:
    """Return the title and the fields with answers for the usual ones. An empty answer leaves a field out."""
    case = open_case(root, as_of)
    specs = {field.name: field for field in list_fields(kind.model)}
    answers = {name: value for name, value in option_values.items() if value}

    def read(name: str, answer: str) -> YamlValue:
        is_list = name == "recommendations" or (specs[name].declared and specs[name].is_list)
        return [part.strip() for part in answer.split(",")] if is_list else answer

    def list_errors(name: str, answer: str) -> list[str]:
        fields = {name: read(name, answer)}
        _, change = _make_record(root, case, kind, str(fields.pop("title", "New record")), fields)
        return describe_problems_of(find_new_errors(root, as_of, change), name)

    for name in ("title", *_list_question_fields(kind)):
        if name in specs and name not in answers:
            words = specs[name].choices
            choices = f": {join_words(words, 'or')}" if 0 < len(words) <= _MAX_CHOICES else ""
            question = "Title" if name == "title" else f"{specs[name].title}{choices} (Enter to leave it out)"
            if answer := ask_until_right(question, partial(list_errors, name)):
                answers[name] = read(name, answer)
    return str(answers.pop("title", "")), answers


def edit_record(options: EditOptions, id_: str, values: Sequence[str]) -> int:
    """Set fields of a record or, without any, open its file in an editor."""
    target = open_target(options, id_)
    if values:
        fields = parse_values(kind_of(target.record), values)
        kind = kind_of(target.record)

        def plan(file_values: Mapping[str, YamlValue]) -> list[Edit]:
            expanded = expand_short_forms(kind, fields, file_values)
            return [SetField(tuple(name.split(".")), value) for name, value in expanded.items()]

        return change_record(options, target, plan, f"{target.record.id}: edit")
    if not options.can_ask:
        raise UsageError(f"Say what to set: p2ptrack edit {target.record.id} --set FIELD=VALUE")
    before = data = read_record_file(target.root, target.path)
    while True:
        data = run_editor(data, Path(target.path).name)
        errors = find_new_errors(target.root, target.as_of, RecordChange(target.path, before, data))
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
        print_text(f"Nothing to change: {change.path} already has this.")
        return 0
    problems = _find_new_problems(root, as_of, change)
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    if errors:
        print_problems(errors)
        errors_word = "this error" if len(errors) == 1 else "these errors"
        raise CheckFailed(f"Nothing was changed: the register would have {errors_word}.")
    if options.commit and not options.dry_run:
        repository = Repository.find(root)
        require_finished_state(repository, "run the command again")
        require_branch(repository)
    for line in format_diff(change):
        print_text(line)
    for problem in problems:
        if problem.severity is Severity.WARNING:
            print_text(describe_problem(problem))
    if options.dry_run:
        print_text("Nothing was saved.")
        return 0
    write_register_files(root, {change.path: change.after}, "Nothing was changed.")
    if options.commit:
        print_text(f"Saved and committed as {commit_file(root, change.path, message)}.")
        return 0
    print_text(f"Saved. {advise_to_commit(root, format_commit_command(change.path, message))}".rstrip())
    return 0


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
    known_problems = {(problem.path, problem.code, problem.message) for problem in before}
    return tuple(problem for problem in after if (problem.path, problem.code, problem.message) not in known_problems)
