"""The command import contracts: keep a table of contracts in the register, and show what changed in it."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from p2ptrack.analysis.case import Case
from p2ptrack.cli.import_files import (
    NOT_A_MAPPING,
    choose_grids,
    confirm_writing,
    print_listed,
    read_mapping,
    select_changed_files,
)
from p2ptrack.cli.import_records import ask_column
from p2ptrack.cli.options import ImportOptions
from p2ptrack.cli.register import find_register_folder, resolve_as_of
from p2ptrack.cli.terminal import print_lines, show_progress, write_notice
from p2ptrack.diagnostics import Severity, format_problem
from p2ptrack.errors import CheckFailed, OperationError, UsageError
from p2ptrack.imports.cells import find_document_date
from p2ptrack.imports.contract_reader import (
    CONTRACT_TARGETS,
    LEFT_OUT,
    ContractChanges,
    ContractSheet,
    compare_tables,
    read_contract_sheet,
)
from p2ptrack.imports.drafts import ImportAccount
from p2ptrack.imports.files import describe_lack_of_table, read_grids
from p2ptrack.imports.grid import ImportedFile
from p2ptrack.imports.headings import fold_heading
from p2ptrack.imports.mapping import ColumnMapping
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
from p2ptrack.phrases import did_you_mean, excerpt, join_words, pluralise, quote
from p2ptrack.pipeline import check_changes, open_case
from p2ptrack.store.editing import advise_to_commit, lock_register
from p2ptrack.store.loader import pause_gc
from p2ptrack.store.writing import write_register_files
from p2ptrack.store.yaml.edit import format_record

MAX_CONTRACTS = 20_000
_MAX_LISTED = 30
_SAMPLE_WIDTH = 40


def import_contracts(options: ImportOptions, path: Path, data: bytes) -> int:
    """Import a table of contracts: print what changes, and replace the table in the register or change nothing."""
    with pause_gc(), show_progress("Reading the file"):
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
        self.account = ImportAccount()

    def run(self, imported: ImportedFile) -> int:
        """Map, copy, compare, check and write."""
        if not imported.grids:
            raise OperationError(describe_lack_of_table(self.path, "Reference, Supplier, Value and End"))
        grids = choose_grids(imported, self.options)
        table = read_contract_sheet(imported, grids, self._find_known(), self.account, self.anchors, self.roles)
        if len(table.rows) > MAX_CONTRACTS:
            raise OperationError(f"{self.path.name} has more than {MAX_CONTRACTS:,} contracts.")
        if not table.rows:
            raise OperationError(f"{self.path.name} has no row below the headings.")
        self.account.notes += imported.notes
        table = replace(table, columns=tuple(self._settle(column) for column in table.columns))
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
        for line in self.account.format_lines():
            print_lines(line)
        changes = compare_tables(self.old, case.register.contracts)
        _print_changes(changes, case.register.contracts, is_first=not self.old.contracts)
        found = Counter(problem.severity for problem in problems)
        if found[Severity.WARNING] or found[Severity.NOTE]:
            what = [
                pluralise(found[severity], severity.value)
                for severity in (Severity.WARNING, Severity.NOTE)
                if found[severity]
            ]
            print_lines(f"p2ptrack check {CONTRACTS_PATH} will show {join_words(what)} about them.")
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
        known = {fold_heading(str(entry.get("heading", ""))): str(entry.get("field", "")) for entry in groups}
        for target in known.values():
            if target not in CONTRACT_TARGETS:
                advice = did_you_mean(target, CONTRACT_TARGETS) or f" Use {join_words(list(CONTRACT_TARGETS), 'or')}."
                raise UsageError(f"{name}: {quote(target)} is not a field that a column can have.{advice}")
        return known

    def _settle(self, column: ColumnMapping) -> ColumnMapping:
        if column.is_sure:
            return column
        if self.options.can_ask:
            return ask_column(column, CONTRACT_TARGETS)
        may_be = "" if column.field == AS_PUBLISHED else f" It may be {CONTRACT_TARGETS[column.field]}."
        self.account.ask(column.heading, f"Which field is it?{may_be} Its cells are kept as published.")
        return replace(column, field=AS_PUBLISHED)

    def _make_files(self, table: ContractSheet) -> dict[str, bytes]:
        """Return the content of the two files: the table, and where it came from."""
        kept = [number for number, column in enumerate(table.columns) if column.field != LEFT_OUT]
        for column in table.columns:
            if column.field == LEFT_OUT:
                self.account.passed_over.append((f"Column {quote(column.heading)}, which is about people", ""))
        rows = [[row[number] for number in kept] for row in table.rows]
        columns = [table.columns[number] for number in kept]
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
        print_lines(f"Written: a table of {number}.")
        for path in files:
            print_lines(f"  {path}")
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
    _print_section("New", changes.added)
    _print_section("No longer in the table", changes.gone)
    lines = [line for change in changes.changed for line in _describe_change(change.name, change.fields)]
    _print_section("Changed", lines)


def _describe_change(name: str, fields: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    for title, old, new in fields:
        before, after = (excerpt(text, _SAMPLE_WIDTH) if text else "empty" for text in (old, new))
        yield f"{name}, {title}: {before} -> {after}"


def _print_section(title: str, lines: Sequence[str]) -> None:
    if lines:
        print_lines(f"{title} ({len(lines)}):")
    print_listed(lines, _MAX_LISTED)
