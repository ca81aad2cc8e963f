"""Read the rows of a tracker into drafts of records: each cell becomes a value, words as published or a report line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from p2ptrack.imports.cells import (
    TOTAL,
    find_column_date,
    has_date,
    is_blank_value,
    lacks_year,
    read_single_date,
    restore_stored_number,
    sort_by_date,
    split_post_and_date,
)
from p2ptrack.imports.drafts import (
    RUNNING_NUMBER,
    ImportContext,
    ImportReport,
    RecordDraft,
    RowGroup,
    TrackerState,
)
from p2ptrack.imports.grid import CellParagraph, GridCell, GridRow
from p2ptrack.imports.headings import fold_heading
from p2ptrack.imports.mapping import EXEMPTION, Tracker, repeats_header
from p2ptrack.imports.record_reader import MAX_GROUP, RECOMMENDATION, SECTION, RecordReader
from p2ptrack.model.fields import ExemptionReason, ExemptionType, RequestTime
from p2ptrack.model.kinds import Kind
from p2ptrack.model.money import read_money
from p2ptrack.model.schema import field_names
from p2ptrack.phrases import find_first_sentence, normalise_word, quote

_TOTAL_ALONE = re.compile(r"(?:grand |sub[- ]?)?totals?[ :.]?", re.IGNORECASE)
_DONE_GROUP = re.compile(r"\b(?:completed|closed|implemented)\b", re.IGNORECASE)
_MEETING_GROUP = re.compile(r"\b(?:meeting|committee|cabinet|board)\b", re.IGNORECASE)
_GENERIC_NAME = re.compile(r"(?:sheet|table|data|tracker)? ?\d*|the file", re.IGNORECASE)
_RECOMMENDATION = re.compile(
    r"rec(?:ommendation)?\.? (?:no\.? ?)?([A-Z]{0,3}\d{1,4}(?:\.\d{1,4}){0,3}[a-z]?)[ :.–—-]+(\S+ .+)",
    re.IGNORECASE | re.DOTALL,
)
"""A heading that holds the words of a recommendation: *Recommendation 3: Publish the contracts register.*"""
_REQUEST_GROUP = re.compile(r"\bextensions? (?:requested|sought)|requests? for (?:an )?extension", re.IGNORECASE)


class TrackerReader:
    """Reads the rows of trackers into drafts. Text that cannot be read goes to the report."""

    def __init__(self, context: ImportContext, report: ImportReport) -> None:
        self.context = context
        self.report = report
        self.drafts: list[RecordDraft] = []
        self._ordinal = 0
        self._before: tuple[tuple[str, ...], str, TrackerState] | None = None

    def read_all(self, trackers: Sequence[Tracker], kind: Kind) -> None:
        """Add the records of trackers. Different headings above them describe their rows."""
        captions = {tracker.caption for tracker in trackers}
        sections = {tracker.grid.section for tracker in trackers}
        for index, tracker in enumerate(trackers):
            is_named = len(captions) > 1 and not _GENERIC_NAME.fullmatch(tracker.caption)
            is_named = is_named or _RECOMMENDATION.match(tracker.caption) is not None
            section = tracker.grid.section if len(sections) > 1 else ""
            self.read(tracker, kind, index > 0, tracker.caption if is_named else "", section)

    def read(self, tracker: Tracker, kind: Kind, is_continued: bool, group: str, section: str) -> None:
        """Add the records of a tracker. Its rows are counted on where it continues the one before.

        A table with the same headings and nothing above it continues the one before, and its last group.
        """
        if not is_continued:
            self._ordinal = 0
        reader = _RowReader(self, tracker, kind)
        reader.state.section = section
        reader.read_heading()
        if self._before and self._before[:2] == (tracker.headings, tracker.caption):
            reader.state.group = self._before[2].group
            reader.state.recommendation = self._before[2].recommendation
        elif group:
            reader.read_group_heading(group)
        for row in tracker.title_rows:
            if not row.is_empty:
                self.report.skipped.append((f"{tracker.grid.describe_row(row)}, above the header", _join(row)))
        last = max((index for index, row in enumerate(tracker.rows) if not _is_one_text(row)), default=-1)
        for row in tracker.rows[: last + 1]:
            reader.read(row)
        for row in tracker.rows[last + 1 :]:
            reader.read_below(row)
        self._before = (tracker.headings, tracker.caption, reader.state)

    def count_row(self) -> int:
        """Return the number of the next row that is a record."""
        self._ordinal += 1
        return self._ordinal


def _join(row: GridRow) -> str:
    return " | ".join(
        cell.text or cell.struck_through
        for cell in row.cells
        if not cell.is_repeat and (cell.lines or cell.struck_through)
    )


def _is_one_text(row: GridRow) -> bool:
    """Whether a row has one text and no cell that is merged with others above it."""
    return len(row.own_cells) <= 1 and {cell.line for cell in row.cells if cell.lines} <= {
        cell.line for cell in row.own_cells
    }


class _RowReader:
    def __init__(self, reader: TrackerReader, tracker: Tracker, kind: Kind) -> None:
        self.reader = reader
        self.report = reader.report
        self.context = reader.context
        self.tracker = tracker
        self.kind = kind
        self.state = TrackerState(tracker, frozenset(field_names(kind.model)), self.context, self.report, reader.drafts)
        if kind.name == "action" and tracker.columns_of("recommendation"):
            self.state.recommendation_columns = tracker.find_recommendation_columns()
            self.state.has_own_ref = any(
                column.index not in self.state.recommendation_columns for column in tracker.columns_of("ref")
            )
        self.last: RecordDraft | None = None
        self.last_row = GridRow(0, ())
        self.headings = [*map(fold_heading, tracker.headings)]
        self.phases = tracker.columns_of("phase_action")
        names = ("request", "recommendation", "agreed_action", "title")
        self.request_columns = [column for name in names for column in tracker.columns_of(name)]
        if kind.name == "action" and tracker.columns_of("request"):
            self.request_columns = [column for column in self.request_columns if column.field != "recommendation"]
        self.request_column = next(iter(self.request_columns), None)

    def read_heading(self) -> None:
        """Read the meeting that raised all requests from the heading of their column."""
        if self.request_column is None or "raised" not in self.state.fields or self.tracker.columns_of("raised"):
            return
        self.state.raised = self.state.find_meeting(self.request_column.heading)
        if not self.state.raised and (day := find_column_date(self.request_column.heading, self.context.anchors)):
            self.report.ask(
                self.request_column.heading,
                f"Is {day} the day of a meeting? Add it to the programme, then fill in raised.",
            )

    def read_below(self, row: GridRow) -> None:
        """Read a row at the end that is one text: a note below the table, unless that is a request."""
        cell = row.get_cell(self.request_column.index) if self.request_column else GridCell()
        is_request = bool(cell.lines) and not cell.is_repeat and cell.colspan == 1 and len(row.cells) > 1
        if row.is_empty or is_request:
            self.read(row)
        else:
            self.report.skipped.append((f"{self.tracker.grid.describe_row(row)}, below the table", _join(row)))

    def read(self, row: GridRow) -> None:
        """Read a row: one or several records, a group, or neither."""
        if row.is_empty:
            self.report.blank_rows += 1
            return
        place = self.tracker.grid.describe_row(row)
        own_cells = row.own_cells
        if repeats_header(row, self.headings):
            self.report.skipped.append((f"{place}, the header repeated", _join(row)))
        elif own_cells and self._is_total(row, own_cells[0]):
            self.report.skipped.append((f"{place}, a total", _join(row)))
        elif len(own_cells) == 1 and (own_cells[0].colspan > 1 or self._is_first_alone(row)):
            self.read_group_heading(own_cells[0].line, place)
        elif phases := [phase.index for phase in self.phases if row.get_cell(phase.index).lines]:
            self._read_records(row, place, phases)
        elif self.kind.name == EXEMPTION and (request_indices := self._find_request_cells(row)):
            self._read_records(row, place, request_indices[:1])
        elif self._continues_record(row):
            self._add_row_update(row, place)
        elif self._is_unanswered(row):
            self._read_recommendation(row, place)
        elif (request_index := self._find_request_column(row)) is None:
            name = quote(self.request_column.heading) if self.request_column else "request"
            self.report.skipped.append((f"{place}, which has no {name}", _join(row)))
        else:
            self._read_records(row, place, [request_index])

    def _find_request_column(self, row: GridRow) -> int | None:
        """Return the column of a row's request; without one, that of an agreed action or a title."""
        for column in self.request_columns:
            cell = row.get_cell(column.index)
            if is_blank_value(cell.line):
                continue
            others = (other.line for other in row.own_cells if other is not cell)
            if column == self.request_column or (not cell.is_repeat and not all(map(is_blank_value, others))):
                return column.index
        return None

    def _is_unanswered(self, row: GridRow) -> bool:
        """Whether a row has a recommendation that no action answers."""
        recommendations = self.tracker.columns_of("recommendation") if self.kind.name == "action" else ()
        if not recommendations or self.request_column is None or row.get_cell(self.request_column.index).lines:
            return False
        before, cell = self.state.recommendation, row.get_cell(recommendations[0].index)
        has_others = len(row.own_cells) > 1 or (cell.colspan == 1 and cell.line.endswith("."))
        return has_others and bool(cell.lines) and (before is None or before.values["origin_text"] != cell.text)

    def _read_recommendation(self, row: GridRow, place: str) -> None:
        """Add a recommendation that no action answers. Values without a field are kept as published."""
        fields = frozenset(field_names(RECOMMENDATION.model))
        draft = RecordDraft(RECOMMENDATION, place)
        state = replace(self.state, fields=fields, recommendation_columns=frozenset(), group=RowGroup())
        reader = RecordReader(state, draft, f"row {self.reader.count_row()}", -1)
        self._add_draft(draft, reader.read(row))
        self.state.recommendation = draft

    def _add_draft(self, draft: RecordDraft, inferred: Iterable[str]) -> None:
        for name in inferred:
            if name in draft.values:
                draft.infer(name)
        for name in draft.values.get("inferred", []):
            self.report.inferred[name] += 1
        self.reader.drafts.append(draft)

    def _find_request_cells(self, row: GridRow) -> list[int]:
        """Return the columns of a row that identify the exemption."""
        names = ("request", "title", "supplier", "value")
        columns = [column.index for name in names for column in self.tracker.columns_of(name)]
        return [index for index in columns if row.get_cell(index).lines]

    def _is_total(self, row: GridRow, first: GridCell) -> bool:
        """Whether a row is a total: it begins with that word, and its request is empty or only that word."""
        request = row.get_cell(self.request_column.index).line if self.request_column else ""
        is_empty = not request or request.replace(",", "").isdecimal()
        return bool(TOTAL.match(first.line)) and (is_empty or _TOTAL_ALONE.fullmatch(request) is not None)

    def _is_first_alone(self, row: GridRow) -> bool:
        filled = [index for index, cell in enumerate(row.cells) if cell.lines]
        is_request = self.request_column is not None and filled == [self.request_column.index]
        if len(filled) != 1 or filled[0] != 0 or is_request:
            return False
        is_recommendation = any(column.index == 0 for column in self.tracker.columns_of("recommendation"))
        if is_recommendation and row.cells[0].line.endswith("."):
            return False
        is_number = RUNNING_NUMBER.fullmatch(row.cells[0].line) is not None
        return len(self.tracker.columns) >= _MIN_GROUPED and not is_number

    def read_group_heading(self, text: str, place: str = "") -> None:
        """Read a text as the heading of a group: its meeting, that its rows are complete, or their area."""
        group = RowGroup(text, is_request=_REQUEST_GROUP.search(text) is not None)
        match = _RECOMMENDATION.match(text)
        if match and self.kind.name == "action" and not self.state.recommendation_columns:
            group.recommendation = RecordReader(
                self.state, RecordDraft(self.kind, place), match[1], -1
            ).find_recommendation(SECTION, GridCell((CellParagraph(match[2]),)))
            self.state.group = group
            self.last = None
            return
        group.raised = self.state.find_meeting(text)
        if not group.raised:
            if _DONE_GROUP.search(text) and len(text) < MAX_GROUP:
                group.status = "complete"
            elif has_date(text) or _MEETING_GROUP.search(text):
                self.report.ask(
                    place or self.tracker.grid.name,
                    f"{quote(text)} is the heading of a group. If it is a meeting, add it to the programme.",
                )
            else:
                has_area = "area" in self.state.fields and not self.tracker.columns_of("area")
                group.is_area = has_area and len(text) < MAX_GROUP
        self.state.group = group
        self.last = None
        if place:
            self.report.skipped.append((f"{place}, the heading of the rows below it", text))

    def _read_records(self, row: GridRow, place: str, request_indices: Sequence[int]) -> None:
        """Add the records of a row, whose requests are in the columns `request_indices`."""
        if row.is_hidden:
            self.report.hidden_rows.append(place)
        ordinal = self.reader.count_row()
        rows = [
            (request_index, *parts)
            for request_index in request_indices
            for parts in self._split(row, place, request_index)
        ]
        for index, (request_index, part, inferred) in enumerate(rows):
            ref = f"row {ordinal}" if len(rows) == 1 else f"row {ordinal} ({index + 1})"
            draft = RecordDraft(self.kind, place)
            reader = ExemptionReader if self.kind.name == EXEMPTION else RecordReader
            self._add_draft(draft, (*inferred, *reader(self.state, draft, ref, request_index).read(part)))
        self.last = self.reader.drafts[-1] if len(rows) == 1 else None
        self.last_row = row

    def _continues_record(self, row: GridRow) -> bool:
        """Whether a row only has another update of the record above: its other cells are merged, empty or the same."""
        own_columns = {
            index
            for index, cell in enumerate(row.cells)
            if cell.lines and not cell.is_repeat and not is_blank_value(cell.line)
        }
        fields = {column.field for column in self.tracker.columns if column.index in own_columns and column.is_sure}
        columns = {column.index for column in self.tracker.columns if column.field in _REPORTED}
        if (
            self.request_column
            and self.request_column.index in own_columns
            and fields - _REPORTED > {self.request_column.field}
        ):
            own_columns = {
                index for index in own_columns if row.get_cell(index).line != self.last_row.get_cell(index).line
            } | (own_columns & columns)
        return self.last is not None and "update" in fields and own_columns <= columns

    def _add_row_update(self, row: GridRow, place: str) -> None:
        """Add the update of a row to the record above it."""
        if self.last is None:
            return
        cells = tuple(GridCell() if cell.is_repeat else cell for cell in row.cells)
        draft = RecordDraft(self.kind, place)
        RecordReader(self.state, draft, "", -1).read(replace(row, cells=cells))
        for name in ("updates", "evidence"):
            if name in draft.values:
                entries = self.last.values.setdefault(name, [])
                entries += [entry for entry in draft.values[name] if entry not in entries]
                self.last.origins.setdefault(name, []).extend(draft.origins.get(name, []))
        self.last.values["updates"] = sort_by_date(self.last.values["updates"])
        for heading, text in draft.values.get("as_published", {}).items():
            if heading != SECTION:
                self.last.keep(heading, text)
        self.report.notes.append(f"{place} goes on with the record in the row above it.")

    def _split(self, row: GridRow, place: str, request_index: int) -> Iterator[tuple[GridRow, tuple[str, ...]]]:
        """Yield a row for each numbered item of its request, with the columns whose value all items share."""
        items = split_items(row.get_cell(request_index)) if self.kind.name != EXEMPTION else []
        others = {
            column.index: _list_values(row.get_cell(column.index), column.field)
            for column in self.tracker.columns
            if column.field in _PAIRED and row.get_cell(column.index).lines
        }
        counts = {index: len(values) for index, values in others.items()}
        if len(items) <= 1 or (not items[0].paragraphs[0].marker[:1].isalnum() and len(items) not in counts.values()):
            yield row, ()
            return
        if unequal := [self.tracker.headings[index] for index, count in counts.items() if count not in {1, len(items)}]:
            self.report.ask(
                place,
                f"One cell has {len(items)} requests, and {unequal[0]} has another number of values. Split the row.",
            )
            yield row, ()
            return
        shared = tuple(
            _FIELD_OF.get(column.field, column.field)
            for column in self.tracker.columns
            if counts.get(column.index) == 1
        )
        for number, item in enumerate(items):
            cells = list(row.cells)
            first = item.paragraphs[0]
            marker = f"{first.marker} " if first.marker[:1].isalnum() or first.marker.startswith("(") else ""
            cells[request_index] = replace(
                item, paragraphs=(CellParagraph(f"{marker}{first.text}"), *item.paragraphs[1:])
            )
            for index, values in others.items():
                if len(values) > 1:
                    cells[index] = replace(cells[index], paragraphs=values[number])
            yield replace(row, cells=tuple(cells)), shared


_MIN_GROUPED = 3
_REPORTED = frozenset({"update", "update_date", "evidence"})
_PAIRED = frozenset(
    {"target", "original_target", "revised_target", "completed_on", "status", "accountable", "priority", "update"}
)
_FIELD_OF = {"original_target": "target", "revised_target": "target", "request": "origin_text", "update": "updates"}


def _list_values(cell: GridCell, name: str) -> list[tuple[CellParagraph, ...]]:
    """Return the values of a cell: its lines or, of an update, the items of its list; a text without one is one."""
    if name == "update":
        return [item.paragraphs for item in split_items(cell)] or [cell.paragraphs]
    return [(CellParagraph(paragraph.text),) for paragraph in cell.paragraphs if paragraph.text]


def split_items(cell: GridCell) -> list[GridCell]:
    """Return the items of a cell that is a list from its first paragraph on; otherwise nothing."""
    items: list[list[CellParagraph]] = []
    for paragraph in cell.paragraphs:
        if not paragraph.text:
            continue
        if (
            paragraph.marker
            and paragraph.level == 0
            and (not items or _is_same_list(items[0][0].marker, paragraph.marker))
        ):
            items.append([paragraph])
        elif not items:
            return []
        else:
            items[-1].append(paragraph)
    return [replace(cell, paragraphs=tuple(item)) for item in items]


def _is_same_list(first: str, marker: str) -> bool:
    return [character.isdigit() for character in first.strip("().")[:1]] == [
        character.isdigit() for character in marker.strip("().")[:1]
    ]


# Exemptions from the procurement rules.

_MAX_TITLE = 100


class ExemptionReader(RecordReader):
    """Reads the cells of one exemption into its draft. An amount that is not exact is kept as published and listed."""

    def __init__(self, rows: TrackerState, draft: RecordDraft, ref: str, request_column: int) -> None:
        super().__init__(rows, draft, ref, request_column)
        self.readers = {
            **{name: partial(self._set_text, name) for name in _TEXTS},
            **{name: partial(self._read_exact_date, name) for name in _DATES},
            "request": self._read_description,
            "title": partial(self._set_line, "title"),
            "ref": self._read_ref,
            "type": partial(self._read_member, "type", ExemptionType),
            "sought": partial(self._read_member, "sought", RequestTime),
            "reason": self._read_reason,
            "value": self._read_value,
            "requested_by": self._read_requester,
            "approved_by": self._read_approval,
            "as_published": self._keep_column,
        }

    def _set_text(self, name: str, heading: str, cell: GridCell) -> None:
        self._set_field(name, cell.text, heading, cell)

    def _read_exact_date(self, name: str, heading: str, cell: GridCell) -> None:
        if read_single_date(cell.line, self.context.anchors) or lacks_year(cell.line):
            self._read_date(name, heading, cell)
            return
        self._keep(heading, cell)
        if has_date(cell.line):
            self._ask(heading, f"{quote(cell.line)}: which date is meant?")

    def _read_description(self, heading: str, cell: GridCell) -> None:
        """Read a description: a short one is the title, and a longer one the text that the title is taken from."""
        is_title = len(cell.lines) == 1 and len(cell.text) <= _MAX_TITLE and find_first_sentence(cell.text) == cell.text
        has_title = bool(self.rows.tracker.columns_of("title"))
        self._set_field("title" if is_title and not has_title else "origin_text", cell.text, heading, cell)

    def _read_member(self, name: str, members: Iterable[str], heading: str, cell: GridCell) -> None:
        """Read a word of p2ptrack; any other is kept as published."""
        if normalise_word(cell.line) in set(members):
            self._set_field(name, normalise_word(cell.line), heading, cell)
        else:
            self._keep(heading, cell)

    def _read_reason(self, heading: str, cell: GridCell) -> None:
        is_word = normalise_word(cell.line) in set(ExemptionReason) and "reason" not in self.draft.values
        self._set_field(
            *(("reason", normalise_word(cell.line)) if is_word else ("reason_text", cell.text)), heading, cell
        )

    def _read_value(self, heading: str, cell: GridCell) -> None:
        money = read_money(restore_stored_number(cell), heading)
        if money is None:
            self._keep(heading, cell)
            self._ask(heading, f"{quote(cell.line)} is not an exact amount, so the exemption has no value.")
        else:
            self._set_field("value", money["amount"] if len(money) == 1 else money, heading, cell)

    def _read_requester(self, heading: str, cell: GridCell) -> None:
        """Read who asked for it: one post."""
        posts = self._find_posts(heading, cell)
        if len(posts) == 1:
            self._set_field("requested_by", posts[0], heading, cell)
        elif posts:
            self._keep(heading, cell)

    def _read_approval(self, heading: str, cell: GridCell) -> None:
        """Read who approved it, and the date where the cell has one beside a post."""
        parts = split_post_and_date(cell, self.context.anchors)
        if parts is None:
            self._read_posts("approved_by", heading, cell)
            return
        self._read_posts("approved_by", heading, parts[0])
        self._set_field("approved_on", parts[1], heading, cell)

    def _finish(self) -> None:
        """Leave out an empty title: p2ptrack makes one from the type and the id."""
        super()._finish()
        if not self.draft.values["title"]:
            del self.draft.values["title"]
            self.inferred = [name for name in self.inferred if name != "title"]
            self.draft.withdraw_inference("title")


_TEXTS = (
    *("directorate", "supplier", "supplier_id", "rule", "reason_text", "alternatives", "decision", "ends_by"),
    *("contract", "legal_basis"),
)
_DATES = ("approved_on", "contract_start", "contract_end", "stop_gap_until")
