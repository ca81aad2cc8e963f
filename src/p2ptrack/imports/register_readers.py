"""Read other registers: the contracts of another system, and records of a kind that the programme declares.

A table of contracts is kept as it is, with two exceptions. A number that a workbook stores more exactly than it shows
is written in full. Columns of contact persons, and names of people among owners, are left out and listed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from p2ptrack.errors import OperationError
from p2ptrack.imports.cells import is_blank_value, is_person, restore_stored_number
from p2ptrack.imports.drafts import ImportReport, RecordDraft
from p2ptrack.imports.grid import Grid, GridCell, GridRow, ImportedFile
from p2ptrack.imports.headings import compile_rules, find_in_rules, fold_heading
from p2ptrack.imports.mapping import ColumnMapping
from p2ptrack.model.contracts import (
    AS_PUBLISHED,
    CONTRACT_FIELDS,
    FIELD_BY_NAME,
    CellIssue,
    ContractTable,
    fold_reference,
    read_cell,
)
from p2ptrack.model.dates import Anchors, CouncilDate
from p2ptrack.model.kinds import Kind
from p2ptrack.model.money import Money, read_money
from p2ptrack.model.records import Record
from p2ptrack.model.schema import FieldSpec, list_fields
from p2ptrack.phrases import fold_text, join_words, pluralise, quote, unique

OMITTED = "left_out"
CONTRACT_TARGETS: Mapping[str, str] = {
    **{field.name: field.title for field in CONTRACT_FIELDS},
    AS_PUBLISHED: "As published: kept word for word",
    OMITTED: "Not kept: names, telephone numbers or addresses of people",
}
"""The fields that a column can have, and their names for officers."""

_RULES = compile_rules(r"""
procedure: whether .*invitation
value: sum to be paid
owner: budget holder
directorate: (?:department|directorate|division|service).*\bresponsible for
supplier: supplier \[name
left_out: e-?mail | telephone | \bphone | \bmobile | contact(?:'?s)? (?:name|person|details|address|postcode|tel|number)
as_published: ^suitable | value added tax | recoverable | \bpublish | closing | \bcreated | modified | updated
  | (?:small|\bsme).*(?:voluntary|vcse) | \blots?\b | ^number of | ^no\.? of | supplier.*\baddress | postcode | region
  | nationwide | start.*\bend\b.*date | (?:value|amount) (?:low|min) | minimum value | accelerated | supply chain
  | ^(?:buyer|buying) ?(?:org\w*)?$ | ^organi[sz]ation(?: name| label| uri)?$ | ^authority(?: name)?$ | sub-?contract
  | (?:start|end) date \(?award | \bactual spend | spend to date | \bsavings?\b | ^last | parent ref
exempt: exempt | confidential | sensitiv
sme: \bsmes?\b | small (?:and|or|to|&|/)? ?medium | small business
vcse: vcse | \bvcos?\b | voluntary | third sector | social enterprise
supplier_id: (?:company|charity|registration|registered|supplier|crn|organisation)\b.*NUMBER$ | ^crn$
  | (?:company|charity) reg(?:istration)?$
replaces: (?:previous|replaces|replaced|predecessor|superseded|supersedes|renewal of).*
reference: notice identifier
notice_link: \burl\b | \blinks?\b | hyperlink | web ?(?:page|address)
notice: notice (?:period|required|months|days|weeks|to|given|needed)
  | ^notice\b(?! (?:type|id|ref)) | termination notice
procedure: procedure | \bprocess\b | \broutes?\b | procure\w* (?:method|approach|type|strategy) | \btender | competit
  | invitation | method | how .*(?:procured|let|awarded|chosen|bought) | waiver | exemption
latest_end: (?:max\w*|latest|final|ultimate|potential|possible|exten(?:ded|sion))\b.*\b(?:end|expiry|expires|until|to)\b
  | (?:end|expiry|expires)\b.*\b(?:incl\w*|with|after|if|plus)\b.*exten | ^max\w* (?:contract )?(?:date|term)
  | ^extended (?:date|expiry) | ^max\w* exten\w* date
latest_end?: exten\w* date
extension: exten | \boptions?\b | optional period
review_by: review
awarded_on: (?:award|sign|seal)\w*\b.*\b(?:date|on)\b | \bdate\b.*\b(?:award|sign|seal) | ^contract date$
start: \bstarts?\b | start ?date | commenc | (?<!who )\bfrom$ | effective (?:from|date) | go.?live | ^live (?:from|date)
end: \bend(?:s|ing|ed)?\b | end ?date | expir | \bto$ | \buntil$ | finish | terminat\w* date | renewal (?:date|due)
  | completion date
term: \bterm\b | duration | \blength\b(?!.*sum|.*paid) | ^(?:contract )?period\b | ^years?$
value?: (?:value|amount) (?:high|max)
annual_value: annual | per annum | \bp\.? ?a\b | (?:per|each|a) year | yearly | / ?(?:year|yr|annum)\b
value: \bvalue\b | \bcosts?\b | amount | \bsum\b | \bprice | \bbudget | \bspend\b | \bworth\b | ^£
type: \btype\b | ^framework\b | nature of
status: status | ^state$ | ^live\??$ | ^active\??$
reference: ^(?:(?:contracts?|agreement|procurement|project|unique|register|award|system|cr|dn):? )*NUMBERs?(?: NUMBER)?$
category: categor | \bcpv\b | proclass | commodit | classification | spend area
owner: owner | manager | \bleads?\b | responsible (?!dep|dir|serv|team) | officer | ^responsible$ | head of
owner?: \bcontact\b
directorate: directorate | department | division | \bservice(?: ?area| group| unit)?$ | portfolio
  | business (?:unit|area) | ^team$ | procuring | \bdept\b
supplier: supplier | contractor | provider | vendor | \bcompan(?:y|ies)\b | account name | who from | awarded to
  | consultant | ^(?:name of )?(?:firm|organisation) (?:awarded|providing)
title: title | (?:contract|agreement|project|register|framework) name | ^name\b
  | ^contracts?$ | ^agreement$ | subject | ^project$
description: descri | \bdetails\b | \bgoods\b | \bwhat\b | purpose | \bscope\b | summary | services? (?:being )?provided
""")
_OTHER_FIELDS = {"extension": "latest_end", "latest_end": "extension", "notice": "review_by"}
"""The field that a column may be whose values do not fit the one that its heading names."""
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_MIN_FIELDS = 3
_HEADER_ROWS = 40
_NAMING = frozenset({"reference", "title", "description", "supplier"})
_TERMS = frozenset({"start", "end", "latest_end", "value", "annual_value"})
_SAMPLES = 3
_MIN_SHARE = 0.6
_MAX_HEADING = 400
_MAX_PERSONS = 10
_TOTAL = re.compile(r"(?:grand |sub[- ]?)?totals?\b.{0,20}", re.IGNORECASE)
WORKSHEET = "Worksheet"
SECTION = "Section"


def find_contract_field(heading: str) -> tuple[str, bool] | None:
    """Return the field that the words of a heading name, and whether they decide alone; None for no field."""
    return find_in_rules(_CAMEL.sub(" ", heading.replace("_", " ")), _RULES)


def _list_fields(headings: Iterable[str]) -> set[str]:
    matches = (find_contract_field(heading) for heading in headings if heading and len(heading) <= _MAX_HEADING)
    return {match[0] for match in matches if match} - {AS_PUBLISHED, OMITTED}


@dataclass(frozen=True, slots=True)
class ContractSheet:
    """A table of contracts in a file: its columns, and the rows of data with the section that each is in."""

    name: str
    columns: tuple[ColumnMapping, ...]
    rows: tuple[tuple[str, ...], ...]
    texts: tuple[str, ...] = ()

    @property
    def headings(self) -> tuple[str, ...]:
        """Return its headings from left to right."""
        return tuple(column.heading for column in self.columns)


def read_contract_sheet(
    imported: ImportedFile,
    grids: Sequence[Grid],
    mapping: Mapping[str, str],
    report: ImportReport,
    anchors: Anchors,
    roles: Sequence[str],
) -> ContractSheet:
    """Return the one table of contracts of a file. Worksheets with the same headings are one table.

    `known` are the fields of headings, as `fold_heading` returns them, that somebody confirmed, and `roles` the posts
    of the programme. Raises `OperationError` where there is no such table, or where there are several that differ.
    """
    headers = [(grid, start) for grid in grids if (start := _find_header(grid, mapping)) is not None]
    for grid in grids:
        if grid.skip_reason or not any(grid is other for other, _ in headers):
            reason = grid.skip_reason or "no row has the headings of a contracts register"
            report.skipped.append((f"{grid.name}: {reason}", ""))
    headers = [(grid, start) for grid, start in headers if not grid.skip_reason]
    if not headers:
        raise OperationError(
            "No table has the headings of a contracts register, such as reference, supplier and end. "
            "If the headings use other words, name their fields in a file and add --map FILE."
        )
    shapes = {tuple(map(fold_heading, _read_headings(*pair)[0])) for pair in headers}
    if len(shapes) > 1:
        names = ", ".join(grid.name for grid, _ in headers)
        raise OperationError(
            f"Several tables with different headings may be contracts: {names}. Choose one with --sheet."
        )
    headings = _make_unique(_read_headings(*headers[0])[0])
    texts = [*imported.texts]
    rows: list[tuple[str, str, GridRow]] = []
    for grid, start in headers:
        texts += [grid.heading, *(cell.line for row in grid.rows[:start] for cell in row.cells)]
        rows += _list_rows(grid, start, report)
    builder = _SheetBuilder(headings, rows, mapping, anchors, roles)
    hidden = headers[0][0].hidden_columns
    return builder.build(headers[0][0].name, report, hidden, tuple(filter(None, texts)), has_sheets=len(headers) > 1)


def _find_header(grid: Grid, mapping: Mapping[str, str]) -> int | None:
    """Return the place of the row of headings: those of contracts, or several that somebody confirmed."""
    for index, row in enumerate(grid.rows[:_HEADER_ROWS]):
        texts = [cell.line for cell in row.own_cells]
        fields = _list_fields(texts)
        confirmed = {mapping[name] for name in map(fold_heading, texts) if name in mapping} - {AS_PUBLISHED, OMITTED}
        if len(confirmed) > 1 and confirmed & _NAMING:
            return index
        if len(fields) >= _MIN_FIELDS and fields & _NAMING and fields & _TERMS and len(fields) >= len(texts) / 3:
            return index
    return None


def _read_headings(grid: Grid, start: int) -> tuple[list[str], int]:
    """Return the headings and the number of rows that they take: a second row of words belongs to them."""
    rows = [grid.rows[start]]
    following = grid.rows[start + 1] if start + 1 < len(grid.rows) else None
    if following is not None and _continues(rows[0], following):
        rows.append(following)
    width = max(len(row.cells) for row in grid.rows[start:])
    headings = []
    for column in range(width):
        texts = [line for row in rows if (line := row.get_cell(column).line)]
        headings.append(" ".join(unique(texts)))
    return headings, len(rows)


def _continues(header: GridRow, following: GridRow) -> bool:
    cells = following.own_cells
    is_divided = any(
        cell.colspan > 1 or cell.rowspan > 1 or cell.is_repeat for cell in (*header.cells, *following.cells)
    )
    return is_divided and len(cells) > 1 and all(find_contract_field(cell.line) for cell in cells)


def _make_unique(headings: Sequence[str]) -> list[str]:
    """Return distinct headings: an empty one is *Column 3*, a second *Value* is *Value (2)*."""
    counts: Counter[str] = Counter()
    result = []
    for index, heading in enumerate(headings):
        name = heading or f"Column {index + 1}"
        counts[name] += 1
        result.append(name if counts[name] == 1 else f"{name} ({counts[name]})")
    return result


def _list_rows(grid: Grid, start: int, report: ImportReport) -> Iterator[tuple[str, str, GridRow]]:
    """Yield the rows of data with their worksheet and section. Other rows are listed in the report."""
    headings, height = _read_headings(grid, start)
    folded = [fold_heading(heading) for heading in headings]
    section = ""
    single_rows = _classify_single_cells(grid.rows[start + height :], headings)
    for row in grid.rows[:start]:
        if not row.is_empty:
            report.skipped.append((f"{grid.name}, row {row.number}, above the header", row.line))
    for row in grid.rows[start + height :]:
        place = f"{grid.name}, row {row.number}"
        if row.is_empty:
            report.blank_rows += 1
        elif reason := _find_other_row(row, folded) or single_rows.get(row.number, ""):
            section = row.line if reason is _SECTION_ROW else section
            report.skipped.append((f"{place}, {reason}", row.line))
        else:
            if row.is_hidden:
                report.hidden_rows.append(place)
            report.comments += [(place, cell.comment) for cell in row.cells if cell.comment]
            yield grid.name, section, row


_SECTION_ROW = "the heading of the rows below it"
_SINGLE_CELL = "one cell alone, which names no contract"


def _find_other_row(row: GridRow, folded: Sequence[str]) -> str:
    """Return the type of a row that is not a contract: a repeated header, a total or the heading of a section."""
    own_cells = row.own_cells
    if [fold_heading(cell.line) for cell in row.cells] == list(folded[: len(row.cells)]):
        return "the header repeated"
    if any(_TOTAL.fullmatch(cell.line) for cell in own_cells[:2]) and len(own_cells) <= len(folded) / 2:
        return "a total"
    return ""


def _classify_single_cells(rows: Sequence[GridRow], headings: Sequence[str]) -> dict[int, str]:
    """Return the types of rows with one filled cell that are not contracts, by their numbers.

    The heading of a section is in the first column, or over several, and has contracts below it. A reference or a name
    alone in its own column is a contract of which no more is stated.
    """
    if len(headings) <= _MIN_FIELDS:
        return {}
    filled = {row.number: row.own_cells for row in rows}
    names = [(find_contract_field(heading) or (AS_PUBLISHED, False))[0] for heading in headings]
    last_full = max((row.number for row in rows if len(filled[row.number]) > 1), default=0)
    reasons = {}
    for row in rows:
        if len(filled[row.number]) != 1:
            continue
        (cell,) = filled[row.number]
        index = next(number for number, row_cell in enumerate(row.cells) if row_cell is cell)
        is_over_several = cell.colspan > 1 or any(row_cell.is_repeat for row_cell in row.cells)
        is_first = index == 0 or is_over_several
        has_digit = any(map(str.isdigit, cell.line)) and not is_over_several
        if names[index] in _NAMING and (has_digit if names[index] == "reference" else not is_first):
            continue
        reasons[row.number] = _SECTION_ROW if is_first and row.number < last_full else _SINGLE_CELL
    return reasons


class _SheetBuilder:
    """Maps the columns of a table by their headings, then by their values, and copies its cells."""

    def __init__(
        self,
        headings: Sequence[str],
        rows: Sequence[tuple[str, str, GridRow]],
        mapping: Mapping[str, str],
        anchors: Anchors,
        roles: Sequence[str],
    ) -> None:
        self.roles = roles
        self.persons: dict[str, list[str]] = {}
        self.headings = headings
        self.rows = rows
        self.mapping = mapping
        self.anchors = anchors

    def build(
        self, name: str, report: ImportReport, hidden: frozenset[int], texts: tuple[str, ...], *, has_sheets: bool
    ) -> ContractSheet:
        """Return the table, with a column for the worksheet and for the section where the rows have several."""
        columns = [column for index in range(len(self.headings)) if (column := self._map(index))]
        columns = self._keep_one_column_per_field(columns)
        for column in columns:
            if column.index in hidden:
                report.skipped.append((f"{name}, hidden column", column.heading))
        columns = [column for column in columns if column.index not in hidden]
        for column in columns:
            if column.field == AS_PUBLISHED and column.is_sure:
                report.as_published_columns[column.heading] = len(self._list_values(column.index))
        added = [(SECTION, 1)] * any(section for _, section, _ in self.rows) + [(WORKSHEET, 0)] * has_sheets
        for heading, _ in added:
            is_free = not any(column.field == "directorate" for column in columns)
            target = self.mapping.get(fold_heading(heading), "directorate" if is_free else AS_PUBLISHED)
            columns.append(ColumnMapping(len(self.headings), heading, target))
        rows = []
        for row in self.rows:
            cells = [self._copy_cell(row[2], column) for column in columns[: len(columns) - len(added)]]
            rows.append((*cells, *(str(row[place]) for _, place in added)))
        for heading, persons in self.persons.items():
            names = [*map(quote, unique(persons))]
            if len(names) > _MAX_PERSONS:
                names = [*names[:_MAX_PERSONS], f"{len(names) - _MAX_PERSONS} more"]
            report.ask(
                heading,
                f"{pluralise(len(persons), 'cell')} left out, because names of people are not kept: "
                f"{join_words(names)}. If one is a post or a team, add it under `roles:` in data/programme.yaml and "
                "import the file again.",
            )
        return ContractSheet(name, tuple(columns), tuple(rows), texts)

    def _copy_cell(self, row: GridRow, column: ColumnMapping) -> str:
        cell = row.get_cell(column.index)
        if column.field == "owner" and is_person(cell.line, self.roles):
            self.persons.setdefault(column.heading, []).append(cell.line)
            return ""
        is_money = column.field in {"value", "annual_value"}
        return restore_stored_number(cell) if is_money and cell.number else "\n".join(cell.lines)

    def _list_values(self, index: int) -> list[str]:
        return [line for _, _, row in self.rows if (line := row.get_cell(index).line)]

    def _map(self, index: int) -> ColumnMapping | None:
        heading, values = self.headings[index], self._list_values(index)
        if not values and heading.startswith("Column "):
            return None
        samples = tuple(unique(values))[:_SAMPLES]
        if (confirmed := self.mapping.get(fold_heading(heading), "")) in CONTRACT_TARGETS:
            return ColumnMapping(index, heading, confirmed, samples=samples)
        match = find_contract_field(heading)
        name, is_sure = match or self._find_by_values(values)
        if match and not self._fits(name, heading, values):
            by_values = self._find_other(name, heading, values)
            name, is_sure = (by_values, True) if by_values else (name, False)
        return ColumnMapping(index, heading, name, is_sure, samples)

    def _fits(self, name: str, heading: str, values: Sequence[str]) -> bool:
        """Whether most values of a column can be read as the field that its heading names."""
        if name not in FIELD_BY_NAME or FIELD_BY_NAME[name].type == "text" or not values:
            return True
        return self._share(name, heading, values) >= _MIN_SHARE

    def _share(self, name: str, heading: str, values: Sequence[str]) -> float:
        results = [read_cell(FIELD_BY_NAME[name], value, heading, self.anchors) for value in values]
        readings = [result for result in results if not (isinstance(result, CellIssue) and result.is_placeholder)]
        return (
            sum(not isinstance(result, CellIssue) for result in readings) / max(len(readings), 1) if readings else 1.0
        )

    def _find_other(self, name: str, heading: str, values: Sequence[str]) -> str:
        """Return the field of a column by its values, if its heading has words of two fields."""
        other = _OTHER_FIELDS.get(name, "")
        return other if other and self._share(other, heading, values) >= _MIN_SHARE else ""

    def _find_by_values(self, values: Sequence[str]) -> tuple[str, bool]:
        """Return the likely field of a column without a clear heading. The user has to confirm it."""
        if not values:
            return AS_PUBLISHED, True
        for name in ("end", "value"):
            results = [read_cell(FIELD_BY_NAME[name], value, "", self.anchors) for value in values]
            is_day = all(not isinstance(result, CouncilDate) or result.latest for result in results)
            if is_day and not any(isinstance(result, CellIssue) for result in results):
                return name, False
        return AS_PUBLISHED, True

    def _keep_one_column_per_field(self, columns: Sequence[ColumnMapping]) -> list[ColumnMapping]:
        """Return the columns with only one for each field: the one with the clearest heading, otherwise the first."""
        best: dict[str, ColumnMapping] = {}
        for column in columns:
            if column.field not in best or self._rank(column) > self._rank(best[column.field]):
                best[column.field] = column
        return [
            column
            if column.field in {AS_PUBLISHED, OMITTED} or best[column.field] is column
            else replace(column, field=AS_PUBLISHED, is_sure=find_contract_field(column.heading) is not None)
            for column in columns
        ]

    def _rank(self, column: ColumnMapping) -> tuple[bool, bool, int]:
        heading = fold_heading(column.heading)
        words = ("contract", "award", "current", "total", "whole", "name", "reference", "number")
        is_known = self.mapping.get(heading) == column.field
        return (is_known, column.is_sure, sum(word in heading for word in words))


# The next version of the table.


@dataclass(frozen=True, slots=True)
class ContractChange:
    """A contract that differs between two versions of the table, with each changed field's old and new text."""

    name: str
    fields: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class ContractChanges:
    """What the next version of the table adds, no longer has, and changes."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[ContractChange, ...]

    def is_empty(self) -> bool:
        """Whether both versions state the same."""
        return not (self.added or self.removed or self.changed)


def compare_tables(old: ContractTable, new: ContractTable) -> ContractChanges:
    """Return the differences of two versions of the table. Rows are the same by reference, then supplier and title."""
    before, after = _index_rows(old), _index_rows(new)
    changed = []
    for key, (name, texts) in after.items():
        fields = _compare_rows(before[key][1], texts) if key in before else ()
        if fields:
            changed.append(ContractChange(name, fields))
    added = tuple(after[key][0] for key in after if key not in before)
    removed = tuple(before[key][0] for key in before if key not in after)
    return ContractChanges(added, removed, tuple(changed))


def _compare_rows(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
    """Return the cells that differ, each with its column and both texts."""
    changes = []
    for column in dict.fromkeys((*old, *new)):
        old_text, new_text = old.get(column, ""), new.get(column, "")
        if old_text != new_text:
            changes.append((column, old_text, new_text))
    return tuple(changes)


def _index_rows(table: ContractTable) -> dict[tuple[str, ...], tuple[str, dict[str, str]]]:
    """Return the name and the cell texts of each row by its identifying cells; equal rows are numbered."""
    counts: Counter[str] = Counter(fold_reference(contract.reference) for contract in table.contracts)
    numbers: Counter[tuple[str, ...]] = Counter()
    rows = {}
    for contract in table.contracts:
        key: tuple[str, ...] = (fold_reference(contract.reference),)
        if not contract.reference or counts[key[0]] > 1:
            key += (
                fold_text(contract.get_text("supplier")),
                fold_text(contract.name) if not contract.reference else "",
            )
        numbers[key] += 1
        texts = {FIELD_BY_NAME[name].title: text for name, text in contract.words.items()} | dict(contract.published)
        name = contract.reference or quote(contract.name or f"row {contract.row + 1}")
        rows[(*key, str(numbers[key]))] = (name, texts)
    return rows


# Declared kinds. Text without a field, or that its field refuses, is kept as published under its heading.

_DECLARED_HEADER_ROWS = 20
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

    def __init__(self, kind: Kind, records: Sequence[Record], report: ImportReport) -> None:
        self.kind = kind
        self.report = report
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
        has_values = False
        for grid in grids:
            start = next((i for i, row in enumerate(grid.rows[:_DECLARED_HEADER_ROWS]) if self._is_header(row)), None)
            if start is None:
                texts = " | ".join(row.line for row in grid.rows if not row.is_empty)
                self.report.skipped.append((f"{grid.name}: it has no column for the title", texts))
                continue
            has_values = True
            self._read_table(grid, start)
        if not has_values:
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
                self.report.skipped.append((f"{grid.describe_row(row)}, above the header", row.line))
        for row in grid.rows[start + 1 :]:
            if row.is_empty:
                self.report.blank_rows += 1
            else:
                self._read_row(grid.describe_row(row), row, headings, columns)

    def _read_row(self, place: str, row: GridRow, headings: Sequence[str], columns: Mapping[int, str]) -> None:
        draft = RecordDraft(self.kind, place)
        for index, cell in enumerate(row.cells):
            heading = headings[index] if index < len(headings) and headings[index] else f"Column {index + 1}"
            if not cell.lines:
                continue
            if is_blank_value(cell.line):
                self.report.empty_words[cell.line] += 1
            elif name := columns.get(index, ""):
                draft.values[name] = self._read_value(self._fields[name], heading, cell)
                draft.origins[name] = [(heading, cell.text)]
            else:
                draft.keep(heading, cell.text)
                self.report.as_published_columns[heading] += 1
        if not draft.values.get("title"):
            self.report.skipped.append((f"{place}, which has no title", row.line))
        elif record := self._known.get(fold_text(str(draft.values["title"]))):
            self.report.skipped.append((f"{place}, which is {record.id} already and is not changed", row.line))
        else:
            if row.is_hidden:
                self.report.hidden_rows.append(place)
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
