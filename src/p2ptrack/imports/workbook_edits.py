"""Compare a returned workbook with the register, cell by cell, and plan what to change.

Three texts of each cell are compared: the exported one, by its fingerprint, the one in the workbook now, and the one
that an export would write now. A cell is imported only if it was edited and the register's value has not changed since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from p2ptrack.analysis.case import Case
from p2ptrack.formats.editable_workbook import digest_text, is_cut, make_cell_text
from p2ptrack.formats.export import name_sheet
from p2ptrack.imports.xlsx_reader import ReturnedCell, ReturnedRow, ReturnedSheet, ReturnedWorkbook
from p2ptrack.model.dates import format_long_date
from p2ptrack.model.fields import Decision
from p2ptrack.model.kinds import Kind, kind_of, to_file_field
from p2ptrack.model.records import TrackedRecord
from p2ptrack.model.schema import field_names
from p2ptrack.phrases import did_you_mean, excerpt, join_words, quote
from p2ptrack.queries.export import Export, ExportColumn, ExportTable
from p2ptrack.store.yaml.edit import AppendEntry, Edit, FieldPath, RemoveField, SetField
from p2ptrack.store.yaml.parser import YamlValue

RecordValues = Callable[[str], Mapping[str, YamlValue]]
"""The fields of a record as its file has them, by the record's id."""
_READ_ONLY = 60
_RECORDS, _TARGET_CHANGES = "records", "revisions"


@dataclass(frozen=True, slots=True)
class PlannedEdit:
    """Edits of one record that belong together, the field they are of, and the cell or row that asks for them."""

    record_id: str
    field: str
    place: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class PlannedRecord:
    """A new record: its kind and fields, and the row that asks for it."""

    kind: Kind
    values: Mapping[str, YamlValue]
    place: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A cell that was edited although its value was also changed in the register."""

    edit: PlannedEdit
    register_text: str
    workbook_text: str

    def to_text(self) -> str:
        """Return both values in one sentence."""
        texts = (self.register_text, self.workbook_text)
        in_workbook, in_register = (quote(excerpt(text, _READ_ONLY)) if text else "nothing" for text in texts)
        return f"{self.edit.place}: the register has {in_workbook} now, the workbook has {in_register}."


@dataclass(slots=True)
class WorkbookPlan:
    """The changes that a workbook makes, and the parts of it that are not imported."""

    edits: list[PlannedEdit] = field(default_factory=list)
    records: list[PlannedRecord] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    removed_rows: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def plan_workbook(
    workbook: ReturnedWorkbook, case: Case, exported: Export, full: Export, read_values: RecordValues
) -> WorkbookPlan:
    """Return the changes that an exported workbook makes.

    `exported` holds what its audience may see of the register now, `full` all of it: what differs between the two is
    withheld from the audience and is not changed.
    """
    plan = WorkbookPlan()
    plan.notes += [
        f"The worksheet {title} is not in the workbook. The entries that it listed stay as they are."
        for title in workbook.missing_sheets
    ]
    full_tables = {table.name: table for table in full.tables}
    edits = _EditMaker(case, read_values, frozenset(_list_new_targets(workbook, exported)))
    for table in exported.tables:
        sheet = workbook.sheets.get(name_sheet(table)) if table.is_editable else None
        if sheet is not None:
            _SheetPlanner(plan, edits, sheet, table, full_tables[table.name]).run()
    return plan


def _list_new_targets(workbook: ReturnedWorkbook, exported: Export) -> Iterator[tuple[str, str]]:
    """Yield the record and the new date of each target change that was added as a row."""
    for table in exported.tables:
        sheet = workbook.sheets.get(name_sheet(table)) if table.name == _TARGET_CHANGES else None
        for row in sheet.rows if sheet else ():
            if sheet is not None and _make_key(row, table.key) not in sheet.base:
                yield row.text("record"), row.text("to")


def _get_texts(row: ReturnedRow) -> dict[str, str]:
    return {name: cell.text for name, cell in row.cells.items()}


def _make_key(row: ReturnedRow, names: Sequence[str]) -> str:
    return "/".join(row.text(name) for name in names)


_RowTexts = Mapping[str, Mapping[str, str]]
"""The texts of a table's cells, by the key of the row and the name of the column."""


def _read_texts(table: ExportTable) -> _RowTexts:
    names = [column.name for column in table.columns]
    rows = (dict(zip(names, map(make_cell_text, row), strict=True)) for row in table.rows)
    return {"/".join(row[name] for name in table.key): row for row in rows}


@dataclass(frozen=True, slots=True)
class _EditMaker:
    """Makes the edits of a record's file from the text of a cell."""

    case: Case
    read_values: RecordValues
    new_targets: frozenset[tuple[str, str]]

    def set_field(self, id_: str, column: ExportColumn, text: str) -> tuple[Edit, ...]:
        """Return the edits for a field of a record. Another target date is also recorded as a target change."""
        if not text.strip():
            return (RemoveField(column.path),)
        record = self.case.register.by_id.get(id_)
        if column.path == ("target",) or (isinstance(record, TrackedRecord) and column.path == (record.due_name,)):
            return self._set_target(id_, text)
        value: YamlValue = [*_split_list(text)] if column.is_list else text
        if column.is_list and len(value) == 1 and isinstance(self.read_values(id_).get(column.path[0]), str):
            value = text.strip()
        return (SetField(column.path, value),)

    def _set_target(self, id_: str, text: str) -> tuple[Edit, ...]:
        record = self.case.register.by_id[id_]
        values = self.read_values(id_)
        due_name = to_file_field(record, "target")
        set_target = SetField((due_name,), text)
        if not isinstance(record, TrackedRecord) or record.target is None or due_name not in values:
            return (set_target,)
        needs_approval = self.case.policy.extensions_need_approval
        is_requested = any(
            revision.decision is Decision.REQUESTED and revision.to.raw == text for revision in record.revisions
        )
        if needs_approval and is_requested:
            return ()
        if (id_, text) in self.new_targets:
            return () if needs_approval else (set_target,)
        day = format_long_date(self.case.as_of)
        entry: dict[str, YamlValue] = {"from": values[due_name], "to": text}
        if needs_approval:
            return (AppendEntry(("revisions",), {**entry, "requested_on": day, "decision": Decision.REQUESTED.value}),)
        return (AppendEntry(("revisions",), {**entry, "decided_on": day}), set_target)

    def is_done(self, id_: str, edits: Sequence[Edit]) -> bool:
        """Whether the file already has the values that the edits would write.

        Own words are exported as stable names.
        """
        values = self.read_values(id_)
        return all(
            _get_value(values, edit.path) == (edit.value if isinstance(edit, SetField) else None)
            for edit in edits
            if not isinstance(edit, AppendEntry)
        ) and not any(isinstance(edit, AppendEntry) for edit in edits)

    def set_entry_field(self, id_: str, table: str, number: int, column: ExportColumn, text: str) -> tuple[Edit, ...]:
        """Return the edit for a field of an entry. A single group in place of a list has no number."""
        is_single = isinstance(self.read_values(id_).get(table), dict)
        steps = (table,) if is_single else (table, number - 1)
        path = (*steps, *column.path)
        return (SetField(path, text) if text.strip() else RemoveField(path),)


@dataclass(frozen=True, slots=True)
class _SheetPlanner:
    """Plans the changes of one worksheet, of which `table` has what an export would write now."""

    plan: WorkbookPlan
    edits: _EditMaker
    sheet: ReturnedSheet
    table: ExportTable
    full_table: ExportTable

    def run(self) -> None:
        """Add what the worksheet changes to the plan."""
        sheet = self.sheet
        if sheet.added:
            columns = join_words(sheet.added)
            self.plan.notes.append(f"{sheet.name}: the columns {columns} are not p2ptrack's, so they are not read.")
        if sheet.missing_headings:
            columns = join_words(sheet.missing_headings)
            self.plan.notes.append(f"{sheet.name}: the columns {columns} were removed. Their values stay as they are.")
        if set(self.table.key[:1]) & set(sheet.missing_headings):
            self.plan.refused.append(f"{sheet.name}: it cannot be read without the column {self.table.key[0]}.")
            return
        current, full = _read_texts(self.table), _read_texts(self.full_table)
        rows_by_key: dict[str, ReturnedRow] = {}
        for row in sheet.rows:
            key = _make_key(row, self.table.key)
            if key in rows_by_key:
                self._check_repeated(key, row, rows_by_key[key])
            elif key in sheet.base:
                rows_by_key[key] = row
                self._plan_row(key, row, current, full)
            elif self.table.name == _RECORDS:
                self._plan_new_record(row, current, full)
            else:
                self._plan_new_entry(row, full)
        self.plan.removed_rows += [f"{sheet.name} {key}" for key in sheet.base if key not in rows_by_key]

    def _refuse(self, row: ReturnedRow, reason: str) -> None:
        self.plan.refused.append(f"{self.sheet.name}, row {row.number}: {reason}")

    def _check_repeated(self, key: str, row: ReturnedRow, first: ReturnedRow) -> None:
        if _get_texts(row) != _get_texts(first):
            self._refuse(row, f"{key} is in row {first.number} already, with other cells. Keep one of the two rows.")

    def _columns(self) -> Iterator[ExportColumn]:
        """Yield the columns that are still in the workbook. A newer version of p2ptrack may have more."""
        return (column for column in self.table.columns if column.name not in self.sheet.missing_headings)

    def _plan_row(self, key: str, row: ReturnedRow, current: _RowTexts, full: _RowTexts) -> None:
        """Plan the edited cells of a row that was exported."""
        base = self.sheet.base[key]
        columns = (column for column in self._columns() if column.name in base)
        cells = ((column, row.cells.get(column.name) or ReturnedCell("", "")) for column in columns)
        edited = [(column, cell) for column, cell in cells if cell.fault or not cell.matches(base[column.name])]
        if not edited:
            return
        is_entry = self.table.name != _RECORDS
        key = _locate_entry(key, base, current) if is_entry else key
        if key not in current:
            is_broken = key.partition("/")[0] in self.edits.case.register.broken_ids
            reason = "has an error in its file. To see it: p2ptrack check" if is_broken else "is not in the register."
            self._refuse(row, f"{key} {reason}")
            return
        full_key = _align_entries(key, current, full) if is_entry else key
        for column, cell in edited:
            label = self._label(key, row, column, cell)
            text = current[key].get(column.name, "")
            if cell.matches(digest_text(text)) and not cell.fault:
                continue
            reason = _find_fault(column, cell, text)
            if not reason and (full_key is None or full[full_key].get(column.name) != text):
                reason = "some of it was withheld from the workbook. To change it: p2ptrack edit"
            if reason:
                self.plan.refused.append(f"{label}: {reason}.")
            else:
                self._add_edit(full_key or key, column, cell, label, text, base.get(column.name, ""))

    def _label(self, key: str, row: ReturnedRow, column: ExportColumn, cell: ReturnedCell) -> str:
        place = f"{self.sheet.name} {cell.place}" if cell.place else f"{self.sheet.name}, row {row.number}"
        return f"{key.replace('/', ', entry ')}, {column.name} ({place})"

    def _add_edit(self, key: str, column: ExportColumn, cell: ReturnedCell, label: str, text: str, base: str) -> None:
        id_, _, number = key.partition("/")
        new = cell.text.strip("\n")
        if number:
            edits = self.edits.set_entry_field(id_, self.table.name, int(number), column, new)
        else:
            edits = self.edits.set_field(id_, column, new)
        if self.edits.is_done(id_, edits):
            return
        edit = PlannedEdit(id_, self.table.name if number else column.path[0], label, edits)
        if digest_text(text) == base:
            self.plan.edits.append(edit)
        else:
            self.plan.conflicts.append(Conflict(edit, text, new))

    def _plan_new_record(self, row: ReturnedRow, current: _RowTexts, full: _RowTexts) -> None:
        if id_ := row.text("id"):
            reason = "was not in the workbook" if id_ in current else "is not a record of the register"
            self._refuse(row, f"{id_} {reason}. Leave the id of a new record empty.")
            return
        kinds = self.edits.case.register.kinds
        kind = kinds.find(row.text("kind")) if row.text("kind") else None
        if kind is None:
            words = join_words([kind.word for kind in kinds], "or")
            self._refuse(row, f"the column kind says what the new record is: {words}.")
            return
        values = self._read_new_values(row)
        if values is None:
            return
        names = field_names(kind.model)
        if unknown := [name for name in values if name not in names]:
            nearest = did_you_mean(unknown[0], names)
            self._refuse(row, f"{join_words(unknown)} is not a field of {kind.plural}.{nearest}")
        elif not (values.get("title") or values.get("origin_text")):
            self._refuse(row, "a new record needs a title.")
        elif equal_key := self._find_same_row(row, full, {"kind": kind.name}):
            self.plan.notes.append(
                f"{self.sheet.name}, row {row.number}: it is in the register already, as {equal_key}."
            )
        else:
            self.plan.records.append(PlannedRecord(kind, values, f"{self.sheet.name}, row {row.number}"))

    def _plan_new_entry(self, row: ReturnedRow, full: _RowTexts) -> None:
        id_, record = row.text("record"), self.edits.case.register.by_id.get(row.text("record"))
        if record is None:
            self._refuse(row, f"the column record has {quote(id_)}, which is not a record." if id_ else "no record id.")
            return
        if self.table.name not in field_names(type(record)):
            self._refuse(row, f"{kind_of(record).plural} have no {self.sheet.name.casefold()}.")
            return
        values = self._read_new_values(row)
        if not values:
            return
        if equal_key := self._find_same_row(row, full, {"record": id_}):
            self.plan.notes.append(f"{self.sheet.name}, row {row.number}: it is in the register already ({equal_key}).")
            return
        values = dict(sorted(values.items(), key=lambda item: item[0] != "date"))  # as `update` writes an entry
        edits = (AppendEntry((self.table.name,), values),)
        label = f"{id_}, new entry ({self.sheet.name}, row {row.number})"
        self.plan.edits.append(PlannedEdit(id_, self.table.name, label, edits))

    def _read_new_values(self, row: ReturnedRow) -> dict[str, YamlValue] | None:
        """Return the fields that a new row states; None, and a refusal, where a cell cannot be read."""
        values: dict[str, YamlValue] = {}
        for column in self._columns():
            cell = row.cells.get(column.name)
            if cell is None or not column.path or (column.path == ("id",) and self.table.name == _RECORDS):
                continue
            if cell.fault:
                self._refuse(row, f"{cell.place}: {cell.fault}.")
                return None
            if text := cell.text.strip():
                _set_value(values, column.path, [*_split_list(text)] if column.is_list else text)
        return values

    def _find_same_row(self, row: ReturnedRow, full: _RowTexts, other_texts: Mapping[str, str]) -> str:
        """Return the key of a row of the register with all values of a new row; empty without one."""
        names = [column.name for column in self._columns() if column.path and column.path != ("id",)]
        texts = {**other_texts, **{name: row.text(name) for name in names if row.text(name)}}
        return next(
            (key for key, texts_of_row in full.items() if all(texts_of_row[name] == texts[name] for name in texts)), ""
        )


def _find_fault(column: ExportColumn, cell: ReturnedCell, text: str) -> str:
    """Return why the text of a cell cannot replace the register's; empty where it can."""
    if cell.fault:
        return cell.fault
    if column.is_protected:
        return "this column is not imported"
    if is_cut(text) or is_cut(cell.text):
        return "the text is longer than a cell can hold. To change it: p2ptrack edit"
    if not cell.text.strip() and column.path == ("target",):
        return f"the cell is empty now. To remove the target date {quote(text)} from the register, edit the file"
    if column.is_list and text != "; ".join(_split_list(text)):
        return "one of its values has a semicolon in it. To change it: p2ptrack edit"
    return ""


def _locate_entry(key: str, base: Mapping[str, str], current: _RowTexts) -> str:
    """Return the key that an exported entry has now: entries before it may have been added or removed."""
    record = f"{key.partition('/')[0]}/"
    rows = {name: row for name, row in current.items() if name.startswith(record)}
    equal_entries = [
        name
        for name, row in rows.items()
        if all(digest_text(text) == base.get(column, "") for column, text in row.items() if column != "number")
    ]
    return equal_entries[0] if len(equal_entries) == 1 else key


def _align_entries(key: str, current: _RowTexts, full: _RowTexts) -> str | None:
    """Return the key in the whole register of an entry that an audience sees; None where it is not certain.

    What is withheld is missing between entries, so each entry is that of the register in the same order. It is certain
    when the first and the last possible order agree.
    """
    record = f"{key.partition('/')[0]}/"
    visible_entries = [name for name in current if name.startswith(record)]
    all_entries = [name for name in full if name.startswith(record)]
    if len(visible_entries) == len(all_entries):
        return all_entries[visible_entries.index(key)]
    first = _match_in_order(visible_entries, all_entries, current, full)
    last = _match_in_order(visible_entries[::-1], all_entries[::-1], current, full)
    return first.get(key) if first.get(key) == last.get(key) else None


def _match_in_order(
    visible_entries: Sequence[str], all_entries: Sequence[str], current: _RowTexts, full: _RowTexts
) -> dict[str, str]:
    matches: dict[str, str] = {}
    rest = iter(all_entries)
    for key in visible_entries:
        filled = {name: text for name, text in current[key].items() if text and name != "number"}.items()
        texts_of_row = next((name for name in rest if filled <= full[name].items()), None)
        if texts_of_row is None:
            return {}
        matches[key] = texts_of_row
    return matches


def _get_value(value: YamlValue | Mapping[str, YamlValue] | None, path: FieldPath) -> YamlValue | None:
    for step in path:
        if isinstance(value, list) and isinstance(step, int):
            value = value[step] if step < len(value) else None
        else:
            value = value.get(str(step)) if isinstance(value, Mapping) else None
    if isinstance(value, str):
        return value.strip("\n")
    return value if isinstance(value, list) else None


def _split_list(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _set_value(values: dict[str, YamlValue], path: tuple[str, ...], value: YamlValue) -> None:
    for name in path[:-1]:
        inner = values.setdefault(name, {})
        values = inner if isinstance(inner, dict) else {}
    values[path[-1]] = value
