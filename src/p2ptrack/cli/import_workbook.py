"""Import of p2ptrack's own workbooks: plan, check, show, and write what the register accepts; list all the rest."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.redaction import Audience
from p2ptrack.cli.import_files import confirm_writing
from p2ptrack.cli.options import ImportOptions, resolve_date
from p2ptrack.cli.register import find_register_folder, resolve_as_of
from p2ptrack.cli.terminal import print_text, show_progress
from p2ptrack.diagnostics import Problem, Severity
from p2ptrack.errors import OperationError
from p2ptrack.formats.export import REGISTER_PURPOSE
from p2ptrack.formats.own_workbook import ANSWERS_PURPOSE
from p2ptrack.imports.collected_answers import plan_answers
from p2ptrack.imports.own_workbook import OwnWorkbook, read_own_workbook
from p2ptrack.imports.workbook_edits import PlannedEdit, PlannedRecord, WorkbookPlan, plan_workbook
from p2ptrack.model.schema import file_field_order
from p2ptrack.phrases import find_first_sentence, join_words, pluralise, quote
from p2ptrack.pipeline import AnswerOptions, check_changes, open_answer_case
from p2ptrack.queries.export import build_export
from p2ptrack.store import yaml
from p2ptrack.store.editing import (
    RecordChange,
    advise_to_commit,
    find_free_id,
    format_diff,
    list_committed_ids,
    lock_register,
    make_file_name,
    read_record_file,
)
from p2ptrack.store.writing import write_register_files
from p2ptrack.store.yaml.edit import EditRefused, apply_edits, format_record
from p2ptrack.store.yaml.parser import YamlValue

_MAX_SHOWN_FILES = 20
_MAX_LISTED = 200


def import_workbook(options: ImportOptions, path: Path, data: bytes) -> int:
    """Take over what was edited or answered in a workbook of p2ptrack. Return 1 when something was not taken over."""
    workbook = read_own_workbook(data, path.name)
    root, as_of = find_register_folder(options.register), resolve_as_of(options.register)
    with lock_register(root):
        register = _Register(root, as_of, open_answer_case(root, as_of, AnswerOptions(today=resolve_date(None))))
        _require_same_register(workbook, register, path.name)
        with show_progress("Comparing with the register"):
            plan = _PLANNERS[workbook.purpose](workbook, register)
            edits = [*plan.edits, *(conflict.edit for conflict in plan.conflicts if options.overwrite)]
            changes = _make_files(register, edits, plan)
        _print_plan(plan, overwrite=options.overwrite)
        _write(options, root, changes, path.name)
    return 1 if plan.refused or (plan.conflicts and not options.overwrite) else 0


@dataclass(frozen=True, slots=True)
class _Register:
    """The register that a workbook is compared with, as officers see it."""

    root: Path
    as_of: date
    case: Case

    def read_values(self, id_: str) -> Mapping[str, YamlValue]:
        """Return the fields of a record as its file has them."""
        path = self.case.register.paths[id_]
        value = yaml.read(read_record_file(self.root, path), path).value
        if value is None:
            raise OperationError(f"{path} has an error, so nothing is imported. To see it: p2ptrack check {path}")
        return value


def _require_same_register(workbook: OwnWorkbook, register: _Register, name: str) -> None:
    programme = register.case.register.programme
    organisation, title, commit = (str(workbook.head.get(key, "")) for key in ("organisation", "title", "commit"))
    if workbook.purpose not in _PLANNERS:
        raise OperationError(f"{name} was written by a later version of p2ptrack. Install that version.")
    if (organisation, title) != (programme.organisation or "", programme.title) and not _has_commit(register, commit):
        raise OperationError(
            f"{name} is from another register: {quote(title)}. This one is {quote(programme.title)}. "
            "Choose its folder with --root."
        )


def _has_commit(register: _Register, commit: str) -> bool:
    from p2ptrack.store.git.process import run_git

    is_id = re.fullmatch(r"[0-9a-f]{40,64}", commit)
    return bool(is_id) and run_git(register.root, "cat-file", "-e", f"{commit}^{{commit}}").exit_code == 0


def _open_audience_case(workbook: OwnWorkbook, register: _Register) -> Case:
    """Return the register now as the workbook's audience may see it."""
    try:
        audience = Audience(str(workbook.head.get("audience")))
    except ValueError:
        raise OperationError("The workbook does not say for whom it was written. Export it again.") from None
    return open_answer_case(register.root, register.as_of, AnswerOptions(audience, resolve_date(None)))


def _plan_register(workbook: OwnWorkbook, register: _Register) -> WorkbookPlan:
    exported = build_export(_open_audience_case(workbook, register))
    return plan_workbook(workbook, register.case, exported, build_export(register.case), register.read_values)


def _plan_answers(workbook: OwnWorkbook, register: _Register) -> WorkbookPlan:
    return plan_answers(workbook, register.case, _open_audience_case(workbook, register), register.read_values)


_PLANNERS = {REGISTER_PURPOSE: _plan_register, ANSWERS_PURPOSE: _plan_answers}


def _make_files(register: _Register, edits: list[PlannedEdit], plan: WorkbookPlan) -> dict[str, RecordChange]:
    """Return the changed files by their paths.

    An edit that the register would not accept is left out and listed, with the error that it would cause.
    """
    records = list(plan.records)
    before = _find_errors(register, {})
    while True:
        changes, applied = _apply(register, edits, plan)
        named = _name_records(register, records)
        changes |= {path: RecordChange(path, None, _format(id_, record)) for path, (id_, record) in named.items()}
        errors = _find_errors(register, {path: change.after for path, change in changes.items()}) if changes else {}
        new = [problem for key, problem in errors.items() if key not in before]
        if not new:
            return changes
        wrong_edits = {
            edit.place: problem for edit in applied if (problem := _find_cause(register, edit, applied, new))
        }
        wrong_records = {
            record.place: problem for path, (_, record) in named.items() for problem in new if problem.path == path
        }
        if not wrong_edits and not wrong_records:
            raise OperationError(f"Nothing was imported. The register would have an error: {new[0].message}")
        plan.refused += [f"{place}: {problem.message}" for place, problem in (wrong_edits | wrong_records).items()]
        edits = [edit for edit in applied if edit.place not in wrong_edits]
        records = [record for record in records if record.place not in wrong_records]


def _find_errors(register: _Register, files: Mapping[str, bytes]) -> dict[tuple[str, str, str], Problem]:
    problems = check_changes(register.root, register.as_of, files)[0].problems
    errors = (problem for problem in problems if problem.severity is Severity.ERROR)
    return {(problem.path, problem.code, problem.message): problem for problem in errors}


def _find_cause(
    register: _Register, edit: PlannedEdit, edits: Iterable[PlannedEdit], problems: Iterable[Problem]
) -> Problem | None:
    """Return the error that an edit causes: one in its field, or one that no edit of the file has in its field."""
    path = register.case.register.paths[edit.record_id]
    fields = {other.field for other in edits if other.record_id == edit.record_id}
    for problem in problems:
        name = re.split(r"[.\[]", problem.field)[0]
        if problem.path == path and (name == edit.field or name not in fields):
            return problem
    return None


def _apply(
    register: _Register, edits: Iterable[PlannedEdit], plan: WorkbookPlan
) -> tuple[dict[str, RecordChange], list[PlannedEdit]]:
    """Return the files as the edits change them, and the edits that could be made; the others are listed."""
    before: dict[str, bytes] = {}
    after: dict[str, bytes] = {}
    applied = []
    for edit in edits:
        path = register.case.register.paths[edit.record_id]
        data = before.setdefault(path, read_record_file(register.root, path))
        order = file_field_order(type(register.case.register.by_id[edit.record_id]))
        try:
            after[path] = apply_edits(after.get(path, data), edit.edits, order)
            applied.append(edit)
        except EditRefused as error:
            plan.refused.append(f"{edit.place}: {error}")
    changes = {path: RecordChange(path, before[path], data) for path, data in after.items() if data != before[path]}
    return changes, applied


def _name_records(register: _Register, records: Iterable[PlannedRecord]) -> dict[str, tuple[str, PlannedRecord]]:
    """Return the new records with their ids, by the paths of their files."""
    known = register.case.register
    used = {*known.paths, *known.broken_ids, *list_committed_ids(register.root)}
    named = {}
    for record in records:
        id_ = find_free_id(record.kind, [existing.id for existing in known.of_kind(record.kind)], used)
        used.add(id_)
        title = str(record.values.get("title") or find_first_sentence(str(record.values["origin_text"])))
        named[f"data/{record.kind.folder}/{make_file_name(id_, title)}"] = (id_, record)
    return named


def _format(id_: str, record: PlannedRecord) -> bytes:
    order = {name: index for index, name in enumerate(file_field_order(record.kind.model))}
    values: dict[str, YamlValue] = {"id": id_, **dict(sorted(record.values.items(), key=lambda item: order[item[0]]))}
    return format_record(values).encode()


def _print_plan(plan: WorkbookPlan, *, overwrite: bool) -> None:
    """Print what is not taken over, and why."""
    _print_list("", plan.notes)
    if plan.removed_rows:
        rows = join_words(plan.removed_rows[:_MAX_LISTED])
        print_text(f"Rows removed from the workbook. Their records are not changed: {rows}.")
    _print_list("Not imported:", plan.refused)
    if plan.conflicts and not overwrite:
        _print_list(
            "Also changed in the register, so not imported:", [conflict.to_text() for conflict in plan.conflicts]
        )
        print_text("To use the workbook's values instead, add --overwrite.")


def _print_list(heading: str, lines: Sequence[str]) -> None:
    if lines and heading:
        print_text(heading)
    for line in lines[:_MAX_LISTED]:
        print_text(f"  {line}" if heading else line)
    if len(lines) > _MAX_LISTED:
        print_text(f"  and {len(lines) - _MAX_LISTED} more")


def _write(options: ImportOptions, root: Path, changes: Mapping[str, RecordChange], name: str) -> None:
    for change in [*changes.values()][:_MAX_SHOWN_FILES]:
        for line in format_diff(change):
            print_text(line)
    if len(changes) > _MAX_SHOWN_FILES:
        print_text(f"and {pluralise(len(changes) - _MAX_SHOWN_FILES, 'other file')}")
    if not changes:
        print_text("Nothing to import: the register already has all of it.")
        return
    new = sum(change.before is None for change in changes.values())
    counts = ((new, "new record"), (len(changes) - new, "changed record"))
    records = join_words([pluralise(count, noun) for count, noun in counts if count])
    if not confirm_writing(options, records):
        return
    write_register_files(root, {path: change.after for path, change in changes.items()}, "Nothing was imported.")
    print_text(f"Written: {records}.")
    if advice := advise_to_commit(root, f"git add data && git commit -m {shlex.quote(f'Import {name}')}"):
        print_text(advice)
