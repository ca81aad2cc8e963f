"""Import of what is not a tracker: a table of contracts, which the register keeps, and p2ptrack's own workbooks.

Of a table, what changed since the one before is shown. From a workbook, what was edited or answered is planned,
checked, shown and written as far as the register accepts it, and all the rest is listed.
"""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.redaction import Audience
from p2ptrack.cli.import_files import (
    NOT_A_MAPPING,
    choose_grids,
    confirm_writing,
    print_section,
    read_mapping,
    select_changed_files,
)
from p2ptrack.cli.import_records import ask_column
from p2ptrack.cli.options import ImportOptions, resolve_date
from p2ptrack.cli.register import find_register_folder, resolve_as_of
from p2ptrack.cli.terminal import print_lines, print_text, show_progress, write_notice
from p2ptrack.diagnostics import Problem, Severity, format_problem
from p2ptrack.errors import CheckFailed, OperationError, UsageError
from p2ptrack.formats.editable_workbook import ANSWERS_PURPOSE
from p2ptrack.formats.export import REGISTER_PURPOSE
from p2ptrack.imports.cells import find_document_date
from p2ptrack.imports.collected_answers import plan_answers
from p2ptrack.imports.drafts import ImportReport
from p2ptrack.imports.files import describe_lack_of_table, read_grids
from p2ptrack.imports.grid import ImportedFile
from p2ptrack.imports.headings import fold_heading
from p2ptrack.imports.mapping import ColumnMapping
from p2ptrack.imports.register_readers import (
    CONTRACT_TARGETS,
    OMITTED,
    ContractChanges,
    ContractSheet,
    compare_tables,
    read_contract_sheet,
)
from p2ptrack.imports.workbook_edits import PlannedEdit, PlannedRecord, WorkbookPlan, plan_workbook
from p2ptrack.imports.xlsx_reader import ReturnedWorkbook, read_returned_workbook
from p2ptrack.model.contracts import (
    AS_PUBLISHED,
    CONTRACTS_FOLDER,
    CONTRACTS_PATH,
    CONTRACTS_SOURCE_PATH,
    ContractTable,
    format_table,
)
from p2ptrack.model.dates import Anchors, format_long_date
from p2ptrack.model.register import build_anchors
from p2ptrack.model.schema import file_field_order
from p2ptrack.phrases import did_you_mean, excerpt, find_first_sentence, join_words, pluralise, quote
from p2ptrack.pipeline import AnswerOptions, check_changes, open_answer_case, open_case
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
from p2ptrack.values import dataclass

MAX_CONTRACTS = 20_000
_MAX_LISTED = 30
_SAMPLE_WIDTH = 40


def import_contracts(options: ImportOptions, path: Path, data: bytes) -> int:
    """Import a table of contracts: print what changes, and replace the table in the register or change nothing."""
    with show_progress("Reading the file"):
        imported = read_grids(data, path.name)
    if options.source:
        raise UsageError("--source is for records. Where contracts come from is kept in data/contracts/source.yaml.")
    root = find_register_folder(options.register)
    as_of = resolve_as_of(options.register)
    with lock_register(root):
        return _ContractImport(options, path, root, as_of, open_case(root, as_of)).run(imported)


class _ContractImport:
    def __init__(self, options: ImportOptions, path: Path, root: Path, as_of: date, case: Case) -> None:
        self.options = options
        self.path = path
        self.root = root
        self.as_of = as_of
        self.old = case.register.contracts
        self.anchors: Anchors = build_anchors(case.register.programme)
        self.roles = case.register.programme.roles
        self.report = ImportReport()

    def run(self, imported: ImportedFile) -> int:
        """Map, copy, compare, check and write."""
        if not imported.grids:
            raise OperationError(describe_lack_of_table(self.path, "Reference, Supplier, Value and End"))
        grids = choose_grids(imported, self.options)
        table = read_contract_sheet(imported, grids, self._find_known(), self.report, self.anchors, self.roles)
        if len(table.rows) > MAX_CONTRACTS:
            raise OperationError(f"{self.path.name} has more than {MAX_CONTRACTS:,} contracts.")
        if not table.rows:
            raise OperationError(f"{self.path.name} has no row below the headings.")
        self.report.notes += imported.notes
        table = replace(table, columns=tuple(self._decide_field(column) for column in table.columns))
        _print_mapping(table)
        files = self._make_files(table)
        with show_progress("Checking the contracts"):
            result, case = check_changes(self.root, self.as_of, files)
        problems = [problem for problem in result.problems if problem.path in files]
        errors = [problem for problem in problems if problem.severity is Severity.ERROR]
        if errors:
            for problem in errors[:_MAX_LISTED]:
                write_notice(format_problem(problem))
            raise CheckFailed("Nothing was imported: the table could not be read again.")
        for line in self.report.format_lines():
            print_lines(line)
        changes = compare_tables(self.old, case.register.contracts)
        _print_changes(changes, case.register.contracts, is_first=not self.old.contracts)
        counts = Counter(problem.severity for problem in problems)
        if counts[Severity.WARNING] or counts[Severity.NOTE]:
            problem_counts = [
                pluralise(counts[severity], severity.value)
                for severity in (Severity.WARNING, Severity.NOTE)
                if counts[severity]
            ]
            print_lines(f"p2ptrack check {CONTRACTS_PATH} will show {join_words(problem_counts)} about them.")
        return self._write(files, case.register.contracts)

    def _find_known(self) -> Mapping[str, str]:
        """Return the fields of headings that an earlier import kept, or those of the file that the options name."""
        if self.options.map_path is None:
            columns = self.old.source.columns if self.old.source else ()
            return {fold_heading(column.heading): column.field for column in columns}
        name = str(self.options.map_path)
        entries = read_mapping(self.options.map_path, name).get("columns")
        groups = [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
        if not groups:
            raise OperationError(NOT_A_MAPPING.format(name=name))
        field_by_heading = {
            fold_heading(str(entry.get("heading", ""))): str(entry.get("field", "")) for entry in groups
        }
        for target in field_by_heading.values():
            if target not in CONTRACT_TARGETS:
                advice = did_you_mean(target, CONTRACT_TARGETS) or f" Use {join_words(list(CONTRACT_TARGETS), 'or')}."
                raise UsageError(f"{name}: {quote(target)} is not a field that a column can have.{advice}")
        return field_by_heading

    def _decide_field(self, column: ColumnMapping) -> ColumnMapping:
        if column.is_sure:
            return column
        if self.options.can_ask:
            return ask_column(column, CONTRACT_TARGETS)
        may_be = "" if column.field == AS_PUBLISHED else f" It may be {CONTRACT_TARGETS[column.field]}."
        self.report.ask(column.heading, f"Which field is it?{may_be} Its cells are kept as published.")
        return replace(column, field=AS_PUBLISHED)

    def _make_files(self, table: ContractSheet) -> dict[str, bytes]:
        """Return the content of the two files: the table, and where it came from."""
        columns_to_keep = [number for number, column in enumerate(table.columns) if column.field != OMITTED]
        for column in table.columns:
            if column.field == OMITTED:
                self.report.skipped.append((f"Column {quote(column.heading)}, which is about people", ""))
        rows = [[row[number] for number in columns_to_keep] for row in table.rows]
        columns = [table.columns[number] for number in columns_to_keep]
        data = format_table([[column.heading for column in columns], *rows])
        dated = find_document_date(table.texts, self.anchors)
        source: dict[str, Any] = {"file": self.path.name, "table": table.name}
        source |= {"dated": dated} if dated else {}
        source["imported_on"] = self.as_of.isoformat()
        source["columns"] = [{"heading": column.heading, "field": column.field} for column in columns]
        return {CONTRACTS_PATH: data, CONTRACTS_SOURCE_PATH: format_record(source).encode()}

    def _write(self, files: Mapping[str, bytes], table: ContractTable) -> int:
        number = pluralise(len(table.contracts), "contract")
        files = select_changed_files(self.root, files)
        if not files:
            print_lines("Nothing to write: the register has this table already.")
            return 0
        if not confirm_writing(self.options, f"a table of {number}"):
            return 0
        write_register_files(self.root, files, "Nothing was imported.")
        print_section(f"Written: a table of {number}.", [*files])
        message = shlex.quote(f"Import contracts from {self.path.name}")
        command = f"git add {CONTRACTS_FOLDER} && git commit -m {message} -- {CONTRACTS_FOLDER}"
        if advice := advise_to_commit(self.root, command):
            print_lines(advice)
        return 0


def _print_mapping(table: ContractSheet) -> None:
    print_lines(f"{table.name}: {pluralise(len(table.rows), 'contract')}")
    for column in table.columns:
        print_lines(f"  {column.heading} -> {CONTRACT_TARGETS[column.field]}")
        if samples := "; ".join(excerpt(sample, _SAMPLE_WIDTH) for sample in column.samples):
            print_lines(f"      {samples}")


def _print_changes(changes: ContractChanges, table: ContractTable, *, is_first: bool) -> None:
    """Print what a new version of the table adds, no longer has and changes."""
    day = table.source.dated if table.source else None
    if day and day.latest:
        print_lines(f"The file states the date {format_long_date(day.latest)}.")
    if is_first:
        return
    if changes.is_empty():
        print_lines("No contract was added, changed or removed.")
        return
    print_section(f"New ({len(changes.added)}):", changes.added, _MAX_LISTED)
    print_section(f"No longer in the table ({len(changes.removed)}):", changes.removed, _MAX_LISTED)
    lines = [line for change in changes.changed for line in _describe_change(change.name, change.fields)]
    print_section(f"Changed ({len(lines)}):", lines, _MAX_LISTED)


def _describe_change(name: str, fields: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    for title, old, new in fields:
        before, after = (excerpt(text, _SAMPLE_WIDTH) if text else "empty" for text in (old, new))
        yield f"{name}, {title}: {before} -> {after}"


# Workbooks of p2ptrack.

_MAX_LISTED_FILES = 20
_MAX_LISTED_LINES = 200


def import_workbook(options: ImportOptions, path: Path, data: bytes) -> int:
    """Take over what was edited or answered in a workbook of p2ptrack. Return 1 when something was not taken over."""
    workbook = read_returned_workbook(data, path.name)
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


def _require_same_register(workbook: ReturnedWorkbook, register: _Register, name: str) -> None:
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


def _open_audience_case(workbook: ReturnedWorkbook, register: _Register) -> Case:
    """Return the register now as the workbook's audience may see it."""
    try:
        audience = Audience(str(workbook.head.get("audience")))
    except ValueError:
        raise OperationError("The workbook does not say for whom it was written. Export it again.") from None
    return open_answer_case(register.root, register.as_of, AnswerOptions(audience, resolve_date(None)))


def _plan_register(workbook: ReturnedWorkbook, register: _Register) -> WorkbookPlan:
    exported = build_export(_open_audience_case(workbook, register))
    return plan_workbook(workbook, register.case, exported, build_export(register.case), register.read_values)


def _plan_answers(workbook: ReturnedWorkbook, register: _Register) -> WorkbookPlan:
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
        records_by_path = _name_records(register, records)
        changes |= {
            path: RecordChange(path, None, _format(id_, record)) for path, (id_, record) in records_by_path.items()
        }
        errors = _find_errors(register, {path: change.after for path, change in changes.items()}) if changes else {}
        new = [problem for key, problem in errors.items() if key not in before]
        if not new:
            return changes
        wrong_edits = {
            edit.place: problem for edit in applied if (problem := _find_cause(register, edit, applied, new))
        }
        wrong_records = {
            record.place: problem
            for path, (_, record) in records_by_path.items()
            for problem in new
            if problem.path == path
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
    loaded_register = register.case.register
    used = {*loaded_register.paths, *loaded_register.broken_ids, *list_committed_ids(register.root)}
    records_by_path = {}
    for record in records:
        id_ = find_free_id(record.kind, [existing.id for existing in loaded_register.of_kind(record.kind)], used)
        used.add(id_)
        title = str(record.values.get("title") or find_first_sentence(str(record.values["origin_text"])))
        records_by_path[f"data/{record.kind.folder}/{make_file_name(id_, title)}"] = (id_, record)
    return records_by_path


def _format(id_: str, record: PlannedRecord) -> bytes:
    order = {name: index for index, name in enumerate(file_field_order(record.kind.model))}
    values: dict[str, YamlValue] = {"id": id_, **dict(sorted(record.values.items(), key=lambda item: order[item[0]]))}
    return format_record(values).encode()


def _print_plan(plan: WorkbookPlan, *, overwrite: bool) -> None:
    """Print what is not taken over, and why."""
    for note in plan.notes:
        print_lines(note)
    if plan.removed_rows:
        rows = join_words(plan.removed_rows[:_MAX_LISTED_LINES])
        print_text(f"Rows removed from the workbook. Their records are not changed: {rows}.")
    print_section("Not imported:", plan.refused, _MAX_LISTED_LINES)
    if plan.conflicts and not overwrite:
        conflicts = [conflict.to_text() for conflict in plan.conflicts]
        print_section("Also changed in the register, so not imported:", conflicts, _MAX_LISTED_LINES)
        print_text("To use the workbook's values instead, add --overwrite.")


def _write(options: ImportOptions, root: Path, changes: Mapping[str, RecordChange], name: str) -> None:
    for change in [*changes.values()][:_MAX_LISTED_FILES]:
        for line in format_diff(change):
            print_text(line)
    if len(changes) > _MAX_LISTED_FILES:
        print_text(f"and {pluralise(len(changes) - _MAX_LISTED_FILES, 'other file')}")
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
