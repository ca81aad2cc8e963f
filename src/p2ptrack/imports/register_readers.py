"""Readers of rows that are exemptions from the procurement rules, or records of a kind that the programme declares."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from p2ptrack.errors import OperationError
from p2ptrack.imports.cells import has_date, is_blank_value, lacks_year, read_single_date, split_post_and_date
from p2ptrack.imports.drafts import ImportAccount, RecordDraft, TrackerState
from p2ptrack.imports.grid import Grid, GridCell, GridRow
from p2ptrack.imports.headings import fold_heading
from p2ptrack.imports.record_reader import RecordReader
from p2ptrack.model.fields import ExemptionReason, ExemptionType, RequestTime
from p2ptrack.model.kinds import Kind
from p2ptrack.model.money import Money, read_money
from p2ptrack.model.records import Record
from p2ptrack.model.schema import FieldSpec, list_fields
from p2ptrack.phrases import find_first_sentence, fold_text, join_words, normalise_word, quote

_MAX_TITLE = 100


class ExemptionReader(RecordReader):
    """Reads the cells of one exemption into its draft. An amount that is not exact is kept as published and listed."""

    def __init__(self, rows: TrackerState, draft: RecordDraft, ref: str, core: int) -> None:
        super().__init__(rows, draft, ref, core)
        self.readers = {
            **{name: self._make_text_reader(name) for name in _TEXTS},
            **{name: self._make_date_reader(name) for name in _DATES},
            "request": self._read_description,
            "title": lambda heading, cell: self._put("title", cell.line, heading, cell),
            "ref": self._read_ref,
            "type": lambda heading, cell: self._read_member("type", ExemptionType, heading, cell),
            "sought": lambda heading, cell: self._read_member("sought", RequestTime, heading, cell),
            "reason": self._read_reason,
            "value": self._read_value,
            "requested_by": self._read_requester,
            "approved_by": self._read_approval,
            "as_published": self._keep_column,
        }

    def _make_text_reader(self, name: str) -> Callable[[str, GridCell], None]:
        return lambda heading, cell: self._put(name, cell.text, heading, cell)

    def _make_date_reader(self, name: str) -> Callable[[str, GridCell], None]:
        def read(heading: str, cell: GridCell) -> None:
            if read_single_date(cell.line, self.context.anchors) or lacks_year(cell.line):
                self._read_date(name, heading, cell)
            else:
                self._keep(heading, cell)
                if has_date(cell.line):
                    self._ask(heading, f"{quote(cell.line)}: which date is meant?")

        return read

    def _read_description(self, heading: str, cell: GridCell) -> None:
        """Read a description: a short one is the title, and a longer one the text that the title is taken from."""
        is_title = len(cell.lines) == 1 and len(cell.text) <= _MAX_TITLE and find_first_sentence(cell.text) == cell.text
        has_title = bool(self.rows.tracker.columns_of("title"))
        self._put("title" if is_title and not has_title else "origin_text", cell.text, heading, cell)

    def _read_member(self, name: str, members: Iterable[str], heading: str, cell: GridCell) -> None:
        """Read a word of p2ptrack; any other is kept as published."""
        if normalise_word(cell.line) in set(members):
            self._put(name, normalise_word(cell.line), heading, cell)
        else:
            self._keep(heading, cell)

    def _read_reason(self, heading: str, cell: GridCell) -> None:
        is_word = normalise_word(cell.line) in set(ExemptionReason) and "reason" not in self.draft.values
        self._put(*(("reason", normalise_word(cell.line)) if is_word else ("reason_text", cell.text)), heading, cell)

    def _read_value(self, heading: str, cell: GridCell) -> None:
        money = read_money(restore_stored_number(cell), heading)
        if money is None:
            self._keep(heading, cell)
            self._ask(heading, f"{quote(cell.line)} is not an exact amount, so the exemption has no value.")
        else:
            self._put("value", money["amount"] if len(money) == 1 else money, heading, cell)

    def _read_requester(self, heading: str, cell: GridCell) -> None:
        """Read who asked for it: one post."""
        posts = self._find_posts(heading, cell)
        if len(posts) == 1:
            self._put("requested_by", posts[0], heading, cell)
        elif posts:
            self._keep(heading, cell)

    def _read_approval(self, heading: str, cell: GridCell) -> None:
        """Read who approved it, and the date where the cell has one beside a post."""
        parts = split_post_and_date(cell, self.context.anchors)
        if parts is None:
            self._read_posts("approved_by", heading, cell)
            return
        self._read_posts("approved_by", heading, parts[0])
        self._put("approved_on", parts[1], heading, cell)

    def _finish(self) -> None:
        """Leave out an empty title: p2ptrack makes one from the type and the id."""
        super()._finish()
        if not self.draft.values["title"]:
            del self.draft.values["title"]
            self.inferred = [name for name in self.inferred if name != "title"]
            self.draft.values["inferred"].remove("title")
            if not self.draft.values["inferred"]:
                del self.draft.values["inferred"]


_TEXTS = (
    *("directorate", "supplier", "supplier_id", "rule", "reason_text", "alternatives", "decision", "ends_by"),
    *("contract", "legal_basis"),
)
_DATES = ("approved_on", "contract_start", "contract_end", "stop_gap_until")
_SHOWN_NUMBER = re.compile(r"-?(?<![\d,.])\d[\d,]*(?:\.\d+)? ?(?:k|m|mn|thousand|million)?\b", re.IGNORECASE)


def restore_stored_number(cell: GridCell) -> str:
    """Return a cell's text with the number that the workbook stores in place of the one that it shows."""
    return _SHOWN_NUMBER.sub(_format_stored(cell.number), cell.line, count=1) if cell.number else cell.line


def _format_stored(number: str) -> str:
    """Return a stored number with two decimals if it has any. With more decimals it is not an amount of money."""
    value = Decimal(number)
    return number if value == value.to_integral_value() or value != round(value, 2) else f"{value:.2f}"


# Declared kinds. Text without a field, or that its field refuses, is kept as published under its heading.

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
            if is_blank_value(cell.line):
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
        """Return the value of a cell for its field. It is validated with the rest of the record."""
        if field.is_list:
            return [part.strip() for line in cell.lines for part in line.split(";") if part.strip()]
        if field.model is Money:
            money = read_money(restore_stored_number(cell), heading)
            if money is None:
                return cell.line
            return money["amount"] if len(money) == 1 else money
        return cell.number or cell.line if field.type == "number" else cell.text
