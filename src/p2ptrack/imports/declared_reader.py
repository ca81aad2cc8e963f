"""Reads tables of a register that the programme declares: a column is a field by its name or its title.

What no field takes is kept as published under its heading, and so is a text that a field refuses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from p2ptrack.errors import OperationError
from p2ptrack.imports.cells import is_nothing
from p2ptrack.imports.drafts import RecordDraft
from p2ptrack.imports.exemption_reader import restore_stored_number
from p2ptrack.imports.grid import Grid, GridCell, GridRow
from p2ptrack.imports.headings import fold_heading
from p2ptrack.imports.report import ImportAccount
from p2ptrack.model.kinds import Kind
from p2ptrack.model.money import Money, read_money
from p2ptrack.model.records import Record
from p2ptrack.model.schema import FieldSpec, list_fields
from p2ptrack.phrases import fold_text, join_words

_HEADER_ROWS = 20
_BUILT_IN = (
    *("title", "origin_text", "status", "priority", "accountable", "supporting", "directorate", "start", "target"),
    *("review_by", "completed_on"),
)
"""The built-in fields that a column can be."""
_OTHER_HEADINGS = {
    "title": ("name", "item", "subject", "description", "summary"),
    "accountable": ("owner", "lead", "lead officer", "responsible", "responsible officer"),
    "target": ("due", "due date", "target", "deadline"),
}


class DeclaredReader:
    """Reads rows of one kind into drafts. A row with the title of a record of the register is that record."""

    def __init__(self, kind: Kind, records: Sequence[Record], account: ImportAccount) -> None:
        self.kind = kind
        self.account = account
        self.drafts: list[RecordDraft] = []
        self._fields = {field.name: field for field in list_fields(kind.model)}
        self._names = self._list_headings()
        self._known = {fold_text(record.title): record for record in records}

    def _list_headings(self) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """Return the field that each heading names, as it is compared: by name and title, and by another word."""
        fields = sorted(self._fields.items(), key=lambda item: item[1].declared is None)
        headings: dict[str, str] = {}
        others: dict[str, str] = {}
        for name, field in fields:
            if not field.declared and name not in _BUILT_IN:
                continue
            for word in (name, name.replace("_", " "), field.title):
                headings.setdefault(fold_heading(word), name)
            own_word = (self.kind.singular,) if name == "title" else ()
            for word in (*_OTHER_HEADINGS.get(field.attribute, ()), *own_word):
                others.setdefault(fold_heading(word), name)
        return headings, others

    def _find_columns(self, cells: Sequence[str]) -> dict[int, str]:
        """Return the field of each column of a header. A name or a title comes before another word for a field."""
        columns: dict[int, str] = {}
        for names in self._names:
            for index, heading in enumerate(cells):
                name = names.get(fold_heading(heading), "")
                if name and index not in columns and name not in columns.values():
                    columns[index] = name
        return columns

    def read(self, grids: Sequence[Grid]) -> None:
        """Read every table that has a header. Raises `OperationError` where none has a column for the title."""
        found = False
        for grid in grids:
            start = next((i for i, row in enumerate(grid.rows[:_HEADER_ROWS]) if self._is_header(row)), None)
            if start is None:
                texts = " | ".join(row.line for row in grid.rows if not row.is_empty)
                self.account.passed_over.append((f"{grid.name}: it has no column for the title", texts))
                continue
            found = True
            self._read_table(grid, start)
        if not found:
            titles = [field.title for name, field in self._fields.items() if field.declared or name == "title"]
            raise OperationError(
                f"No table has a column for the title. The headings of {self.kind.plural} are {join_words(titles)}."
            )

    def _is_header(self, row: GridRow) -> bool:
        names = self._find_columns([cell.line for cell in row.cells if not cell.is_repeat]).values()
        return "title" in names and len(names) > 1

    def _read_table(self, grid: Grid, start: int) -> None:
        headings = [cell.line for cell in grid.rows[start].cells]
        columns = self._find_columns(headings)
        for row in grid.rows[:start]:
            if not row.is_empty:
                self.account.passed_over.append((f"{grid.describe_row(row)}, above the header", row.line))
        for row in grid.rows[start + 1 :]:
            if row.is_empty:
                self.account.blank_rows += 1
            else:
                self._read_row(grid.describe_row(row), row, headings, columns)

    def _read_row(self, place: str, row: GridRow, headings: Sequence[str], columns: Mapping[int, str]) -> None:
        draft = RecordDraft(self.kind, place)
        for index, cell in enumerate(row.cells):
            heading = headings[index] if index < len(headings) and headings[index] else f"Column {index + 1}"
            if not cell.lines:
                continue
            if is_nothing(cell.line):
                self.account.empty_words[cell.line] += 1
            elif name := columns.get(index, ""):
                draft.values[name] = self._read_value(self._fields[name], heading, cell)
                draft.origins[name] = [(heading, cell.text)]
            else:
                draft.keep(heading, cell.text)
                self.account.kept_columns[heading] += 1
        if not draft.values.get("title"):
            self.account.passed_over.append((f"{place}, which has no title", row.line))
        elif record := self._known.get(fold_text(str(draft.values["title"]))):
            self.account.passed_over.append((f"{place}, which is {record.id} already and is not changed", row.line))
        else:
            if row.is_hidden:
                self.account.hidden_rows.append(place)
            self.drafts.append(draft)

    def _read_value(self, field: FieldSpec, heading: str, cell: GridCell) -> Any:
        """Return a cell as its field takes it; validation judges it with the rest of the record."""
        if field.is_list:
            return [part.strip() for line in cell.lines for part in line.split(";") if part.strip()]
        if field.model is Money:
            money = read_money(restore_stored_number(cell), heading)
            return cell.line if money is None else money["amount"] if len(money) == 1 else money
        return cell.number or cell.line if field.type == "number" else cell.text
