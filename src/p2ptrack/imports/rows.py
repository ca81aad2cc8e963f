"""Rows of a tracker become drafts of records, and each cell a value, words as published or a line of the report."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from p2ptrack.imports.cells import (
    find_column_date,
    find_status_in_text,
    find_word,
    has_date,
    is_nothing,
    is_person,
    read_single_date,
    read_target,
    split_posts,
    split_references,
    split_updates,
)
from p2ptrack.imports.drafts import ImportContext, RecordDraft, add_source, add_title
from p2ptrack.imports.grid import CellParagraph, GridCell, GridRow
from p2ptrack.imports.mapping import KIND_BY_NAME, Tracker, fold_heading
from p2ptrack.imports.report import ImportAccount
from p2ptrack.model.advice import is_nobody
from p2ptrack.model.dates import CouncilDate, parse_date
from p2ptrack.model.dates.council_date import normalise_text
from p2ptrack.model.records import Kind
from p2ptrack.model.schema import list_fields
from p2ptrack.phrases import fold_text, quote


@dataclass(slots=True)
class _Group:
    """What a row that is one text gives to the rows below it."""

    text: str = ""
    raised: str = ""
    status: str = ""
    is_area: bool = False


_TOTAL = re.compile(r"^(?:grand |sub[- ]?)?totals?\b", re.IGNORECASE)
_TOTAL_ALONE = re.compile(r"(?:grand |sub[- ]?)?totals?[ :.]?", re.IGNORECASE)
_DONE_GROUP = re.compile(r"\b(?:completed|closed|implemented)\b", re.IGNORECASE)
_MEETING_GROUP = re.compile(r"\b(?:meeting|committee|cabinet|board)\b", re.IGNORECASE)
_SECTION = "Section"


class TrackerReader:
    """Reads the rows of one tracker after another into drafts; what cannot be read goes to the account."""

    def __init__(self, context: ImportContext, account: ImportAccount) -> None:
        self.context = context
        self.account = account
        self.drafts: list[RecordDraft] = []
        self._ordinal = 0

    def read(self, tracker: Tracker, kind: Kind, *, is_continued: bool = False, group: str = "") -> None:
        """Add the records of a tracker. Its rows are counted on where it continues the one before."""
        if not is_continued:
            self._ordinal = 0
        reader = _RowReader(self, tracker, kind)
        reader.read_heading()
        if group:
            reader.begin_group(group)
        for row in tracker.title_rows:
            if not row.is_empty:
                self.account.passed_over.append(
                    (f"{tracker.grid.name}, row {row.number}, above the header", _join(row))
                )
        for row in tracker.rows:
            reader.read(row)

    def count_row(self) -> int:
        """Return the number of the next row that is a record."""
        self._ordinal += 1
        return self._ordinal


def _join(row: GridRow) -> str:
    return " | ".join(cell.text for cell in row.cells if cell.lines and not cell.is_repeat)


class _RowReader:
    def __init__(self, reader: TrackerReader, tracker: Tracker, kind: Kind) -> None:
        self.reader = reader
        self.account = reader.account
        self.context = reader.context
        self.tracker = tracker
        self.kind = kind
        self.group = _Group()
        self.fields = {each.name for each in list_fields(kind.model)}
        self.hidden = tracker.grid.hidden_columns
        self.recommendation: RecordDraft | None = None
        self.raised = ""
        self.core = next(
            (
                column
                for name in ("request", "recommendation", "agreed_action", "title")
                for column in tracker.columns_of(name)
            ),
            None,
        )

    def read_heading(self) -> None:
        """Let the heading of the requests name the meeting that raised them all."""
        if self.core is None or "raised" not in self.fields or self.tracker.columns_of("raised"):
            return
        self.raised = self.find_meeting(self.core.heading)
        if not self.raised and (day := find_column_date(self.core.heading, self.context.anchors)):
            self.account.ask(
                self.core.heading, f"Is {day} the day of a meeting? Add it to the programme, then fill in raised."
            )

    def read(self, row: GridRow) -> None:
        """Read a row: a record or several, a group, or nothing that is one."""
        if row.is_empty:
            self.account.blank_rows += 1
            return
        place = f"{self.tracker.grid.name}, row {row.number}"
        own = [cell for cell in row.cells if cell.lines and not cell.is_repeat]
        if tuple(fold_heading(cell.line) for cell in row.cells) == tuple(
            map(fold_heading, self.tracker.headings[: len(row.cells)])
        ):
            self.account.passed_over.append((f"{place}, the header again", _join(row)))
        elif own and self._is_total(row, own[0]):
            self.account.passed_over.append((f"{place}, a total", _join(row)))
        elif len(own) == 1 and (own[0].colspan > 1 or self._is_first_alone(row)):
            self.begin_group(own[0].line, place)
        elif self.core is None or not _cell(row, self.core.index).lines:
            self.account.passed_over.append((f"{place}, which has no {self._name_core()}", _join(row)))
        else:
            if row.is_hidden:
                self.account.hidden_rows.append(place)
            self._read_records(row, place, self.core.index)

    def _is_total(self, row: GridRow, first: GridCell) -> bool:
        """Whether a row is a total: it begins with that word, and has no request or that word alone as one."""
        request = _cell(row, self.core.index).line if self.core else ""
        return bool(_TOTAL.match(first.line)) and (not request or _TOTAL_ALONE.fullmatch(request) is not None)

    def _name_core(self) -> str:
        return quote(self.core.heading) if self.core else "request"

    def _is_first_alone(self, row: GridRow) -> bool:
        filled = [index for index, cell in enumerate(row.cells) if cell.lines]
        is_request = self.core is not None and filled == [self.core.index]
        return len(filled) == 1 and len(self.tracker.columns) >= _MIN_GROUPED and (filled[0] == 0 and not is_request)

    def begin_group(self, text: str, place: str = "") -> None:
        """Let a text stand for a group: its meeting, that its rows are complete, or their area."""
        group = _Group(text)
        group.raised = self.find_meeting(text)
        if not group.raised:
            if _DONE_GROUP.search(text) and len(text) < _MAX_GROUP:
                group.status = "complete"
            elif has_date(text) or _MEETING_GROUP.search(text):
                self.account.ask(
                    place or self.tracker.grid.name,
                    f"{quote(text)} is the heading of a group. If it is a meeting, add it to the programme.",
                )
            else:
                group.is_area = "area" in self.fields and not self.tracker.columns_of("area") and len(text) < _MAX_GROUP
        self.group = group
        if place:
            self.account.passed_over.append((f"{place}, the heading of the rows below it", text))

    def find_meeting(self, text: str) -> str:
        """Return the id of the meeting that a text names, or whose day it has; empty where there is none."""
        if "raised" not in self.fields:
            return ""
        day = find_column_date(text, self.context.anchors)
        parsed = parse_date(day) if day else None
        if isinstance(parsed, CouncilDate) and parsed.earliest == parsed.latest and parsed.latest:
            return self.context.meetings.get(parsed.latest, "")
        anchors = [each for each in self.context.anchors.find_in_phrase(normalise_text(text)) if each.kind == "meeting"]
        return anchors[0].id if len(anchors) == 1 else ""

    def _read_records(self, row: GridRow, place: str, core: int) -> None:
        ordinal = self.reader.count_row()
        rows = list(self._split(row, place, core))
        for index, (part, inferred) in enumerate(rows):
            ref = f"row {ordinal}" if len(rows) == 1 else f"row {ordinal} ({index + 1})"
            draft = RecordDraft(self.kind, place)
            filled = _CellReader(self, draft, ref).read(part)
            for name in (*inferred, *filled):
                if name in draft.values:
                    draft.infer(name)
            for name in draft.values.get("inferred", []):
                self.account.inferred[name] += 1
            self.reader.drafts.append(draft)

    def _split(self, row: GridRow, place: str, core: int) -> Iterator[tuple[GridRow, tuple[str, ...]]]:
        """Yield the row for each numbered item of its request, with the columns of which all items share a value."""
        items = split_items(_cell(row, core))
        others = {
            column.index: _list_values(_cell(row, column.index))
            for column in self.tracker.columns
            if column.field in _PAIRED and _cell(row, column.index).lines
        }
        counts = {index: len(values) for index, values in others.items()}
        if len(items) <= 1 or (not items[0].paragraphs[0].marker[:1].isalnum() and len(items) not in counts.values()):
            yield row, ()
            return
        if unequal := [self.tracker.headings[index] for index, count in counts.items() if count not in {1, len(items)}]:
            self.account.ask(
                place, f"{len(items)} requests stand in one cell, and another number in {unequal[0]}: divide the row."
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
            cells[core] = replace(item, paragraphs=(CellParagraph(f"{marker}{first.text}"), *item.paragraphs[1:]))
            for index, values in others.items():
                if len(values) > 1:
                    cells[index] = replace(cells[index], paragraphs=(values[number],))
            yield replace(row, cells=tuple(cells)), shared


_MAX_GROUP = 120
_MIN_GROUPED = 3
_PAIRED = frozenset(
    {"target", "original_target", "revised_target", "completed_on", "status", "accountable", "priority"}
)
_FIELD_OF = {"original_target": "target", "revised_target": "target", "request": "origin_text"}


def _cell(row: GridRow, index: int) -> GridCell:
    return row.cells[index] if index < len(row.cells) else GridCell()


def _list_values(cell: GridCell) -> list[CellParagraph]:
    return [CellParagraph(paragraph.text) for paragraph in cell.paragraphs if paragraph.text]


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


class _CellReader:
    """Reads the cells of one record into its draft."""

    def __init__(self, rows: _RowReader, draft: RecordDraft, ref: str) -> None:
        self.rows = rows
        self.draft = draft
        self.ref = ref
        self.account = rows.account
        self.context = rows.context
        self.inferred: list[str] = []
        self.dates: dict[str, tuple[str, str]] = {}
        self.update_date = ""
        self.readers: Mapping[str, Callable[[str, GridCell], None]] = {
            "request": lambda heading, cell: self._read_text("origin_text", heading, cell),
            "agreed_action": lambda heading, cell: self._read_text("agreed_action", heading, cell),
            "recommendation": self._read_recommendation,
            "title": lambda heading, cell: self._put("title", cell.line, heading, cell),
            "ref": self._read_ref,
            "report_refs": lambda heading, cell: self._extend("report_refs", split_references(cell), heading, cell),
            "response": self._read_response,
            "response_on": self._read_response_date,
            "acceptance": lambda heading, cell: self._read_word("acceptance", heading, cell),
            "status": lambda heading, cell: self._read_word("status", heading, cell),
            "priority": lambda heading, cell: self._read_word("priority", heading, cell),
            "target": self._read_target,
            "original_target": self._read_target,
            "revised_target": self._remember_date("revised"),
            "requested_target": self._remember_date("requested"),
            "reason": self._remember_date("reason"),
            "start": lambda heading, cell: self._read_date("start", heading, cell),
            "completed_on": lambda heading, cell: self._read_date("completed_on", heading, cell),
            "review_by": lambda heading, cell: self._read_date("review_by", heading, cell),
            "update": self._read_update,
            "update_date": self._read_update_date,
            "accountable": lambda heading, cell: self._read_posts("accountable", heading, cell),
            "supporting": lambda heading, cell: self._read_posts("supporting", heading, cell),
            "lead_member": lambda heading, cell: self._read_posts("lead_member", heading, cell),
            "directorate": lambda heading, cell: self._put("directorate", cell.line, heading, cell),
            "area": lambda heading, cell: self._put("area", cell.line, heading, cell),
            "raised": self._read_raised,
            "evidence": self._read_evidence,
            "as_published": self._keep_column,
        }

    def read(self, row: GridRow) -> list[str]:
        """Fill the draft from a row, and return the fields that are our interpretation."""
        columns = sorted(self.rows.tracker.columns, key=lambda column: _ORDER.get(column.field, 1))
        for column in columns:
            cell = _cell(row, column.index)
            heading = column.heading or f"Column {column.index + 1}"
            self._note_extras(heading, cell)
            if column.index in self.rows.hidden or not cell.lines:
                continue
            if is_nothing(cell.line):
                self.account.empty_words[cell.line] += 1
                continue
            self.readers[column.field if column.is_sure else "as_published"](heading, cell)
        self._join_dates()
        self._finish()
        return self.inferred

    def _note_extras(self, heading: str, cell: GridCell) -> None:
        place = f"{self.draft.place}, {heading}"
        if cell.comment:
            self.account.comments.append((place, cell.comment))
        if cell.struck and (not cell.lines or not has_date(cell.struck)):
            self.account.passed_over.append((f"{place}, struck through", cell.struck))

    def _put(self, name: str, value: Any, heading: str, cell: GridCell) -> None:
        """Give the draft a value where its kind has the field; otherwise keep the words."""
        if name in self.rows.fields and name not in self.draft.values:
            self.draft.values[name] = value
            self.draft.origins.setdefault(name, []).append((heading, cell.text))
        else:
            self._keep(heading, cell)

    def _keep(self, heading: str, cell: GridCell) -> None:
        self.draft.keep(heading, cell.text)
        self.account.without_home.append((f"{self.draft.place}, {heading}", cell.text))

    def _keep_column(self, heading: str, cell: GridCell) -> None:
        self.draft.keep(heading, cell.text)
        self.account.kept_columns[heading] += 1

    def _extend(self, name: str, values: list[Any], heading: str, cell: GridCell) -> None:
        if name not in self.rows.fields or not values:
            self._keep(heading, cell)
            return
        self.draft.values.setdefault(name, []).extend(values)
        self.draft.origins.setdefault(name, []).append((heading, cell.text))

    def _ask(self, heading: str, question: str) -> None:
        self.account.ask(f"{self.draft.place}, {heading}", question)

    def _read_text(self, name: str, heading: str, cell: GridCell) -> None:
        self._put(name, cell.text, heading, cell)
        if cell.is_truncated or cell.text.rstrip().endswith(("…", "...")):
            self.draft.values.setdefault("truncated", []).append(name)

    def _read_recommendation(self, heading: str, cell: GridCell) -> None:
        """Link an action to the recommendation beside it: the same words above mean the same recommendation."""
        if self.draft.kind.name != "action":
            self._read_text("origin_text", heading, cell)
            return
        before = self.rows.recommendation
        if before is None or before.values["origin_text"] != cell.text:
            before = RecordDraft(KIND_BY_NAME["recommendation"], self.draft.place, {"origin_text": cell.text})
            add_source(before, self.context.source, f"{self.ref}")
            add_title(before)
            self.account.inferred["title"] += 1
            self.rows.recommendation = before
            self.rows.reader.drafts.append(before)
        self.draft.recommendation = before

    def _read_ref(self, heading: str, cell: GridCell) -> None:
        if self.context.source:
            self.ref = cell.line
        else:
            self._keep_column(heading, cell)

    def _read_response(self, heading: str, cell: GridCell) -> None:
        self._put("response", {"text": cell.text}, heading, cell)

    def _read_response_date(self, heading: str, cell: GridCell) -> None:
        day = read_single_date(cell.line, self.context.anchors)
        if day and "response" in self.draft.values:
            self.draft.values["response"]["on"] = day
        else:
            self._put("response", {"on": day}, heading, cell) if day else self._keep(heading, cell)

    def _read_word(self, name: str, heading: str, cell: GridCell) -> None:
        if find_word(name, cell.line, self.context.labels):
            self._put(name, cell.line, heading, cell)
        elif name == "acceptance" and len(cell.line) > _MAX_GROUP / 2:
            self._read_response(heading, cell)
        else:
            self._keep(heading, cell)

    def _read_target(self, heading: str, cell: GridCell) -> None:
        self._read_date("target", heading, cell)

    def _read_date(self, name: str, heading: str, cell: GridCell) -> None:
        reading = read_target(cell, self.context.anchors, self.context.labels, name)
        for question in reading.questions:
            self._ask(heading, f"{quote(cell.line)}: {question}")
        if reading.is_kept:
            self._keep(heading, cell)
        for field_name, value in reading.values.items():
            if field_name in self.rows.fields and field_name not in self.draft.values:
                self.draft.values[field_name] = value
                self.draft.origins.setdefault(field_name, []).append((heading, cell.text))
                self.inferred += [field_name] if field_name in reading.inferred else []
            elif not reading.is_kept:
                self._keep(heading, cell)

    def _remember_date(self, name: str) -> Callable[[str, GridCell], None]:
        def remember(heading: str, cell: GridCell) -> None:
            if name == "reason" or read_single_date(cell.line, self.context.anchors):
                self.dates[name] = (heading, cell.text if name == "reason" else cell.line)
            else:
                self._keep(heading, cell)
                self._ask(heading, f"{quote(cell.line)}: which date is meant?")

        return remember

    def _join_dates(self) -> None:
        """Make a target change of a revised or requested date and its reason."""
        heading, revised = self.dates.get("revised") or self.dates.get("requested") or ("", "")
        reason_heading, reason = self.dates.get("reason", ("", ""))
        target = self.draft.values.get("target")
        if not revised:
            if reason:
                self._keep(reason_heading, GridCell((CellParagraph(reason),)))
            return
        cell = GridCell((CellParagraph(revised),))
        if target is None or "revisions" in self.draft.values or "revisions" not in self.rows.fields:
            self._put("target", revised, heading, cell)
            if reason:
                self._keep(reason_heading, GridCell((CellParagraph(reason),)))
            return
        if revised == target and not reason:
            self.draft.origins.setdefault("target", []).append((heading, revised))
            return
        revision = {"from": target, "to": revised}
        revision |= {"reason": reason} if reason else {}
        if "revised" in self.dates:
            self.draft.values["target"] = revised
            self.draft.origins["target"].append((heading, revised))
        else:
            revision["decision"] = "requested"
        self.draft.values["revisions"] = [revision]
        self.draft.origins["revisions"] = [(heading, revised), *([(reason_heading, reason)] if reason else [])]

    def _read_update(self, heading: str, cell: GridCell) -> None:
        day = find_column_date(heading, self.context.anchors)
        updates = split_updates(cell, self.context.anchors, day)
        for update in updates:
            if self.context.source:
                update["source"] = self.context.source
        order = ("date", "source", "text", "truncated")
        self._extend(
            "updates", [{name: update[name] for name in order if name in update} for update in updates], heading, cell
        )
        status = find_status_in_text(cell.text, self.context.labels)
        if status and "status" in self.rows.fields and "status" not in self.draft.values:
            self.draft.values["status"] = status
            self.inferred.append("status")

    def _read_update_date(self, heading: str, cell: GridCell) -> None:
        day = read_single_date(cell.line, self.context.anchors)
        updates = self.draft.values.get("updates", [])
        if day and updates and "date" not in updates[-1]:
            updates[-1] = {"date": day, **updates[-1]}
        elif day and not updates and "updates" in self.rows.fields and isinstance(self.draft.values.get("status"), str):
            self._extend("updates", [{"date": day, "status": self.draft.values["status"]}], heading, cell)
        else:
            self._keep(heading, cell)

    def _read_posts(self, name: str, heading: str, cell: GridCell) -> None:
        posts = []
        for text in split_posts(cell, self.context.roles):
            post = self.context.posts.get(fold_text(text), "")
            if post:
                posts.append(post)
            elif is_person(text, self.context.roles):
                self._ask(heading, f"{quote(text)} seems to be a person. Which post is meant?")
            elif is_nobody(text):
                self.draft.keep(heading, text)
                self.account.without_home.append((f"{self.draft.place}, {heading}", text))
            else:
                posts.append(text)
        if posts:
            self._extend(name, posts, heading, cell)

    def _read_raised(self, heading: str, cell: GridCell) -> None:
        meetings = [self.rows.find_meeting(line) for line in cell.lines]
        if all(meetings):
            self._extend("raised", meetings, heading, cell)
            return
        self._keep(heading, cell)
        if "raised" in self.rows.fields:
            self.account.ask(
                heading, f"{quote(cell.line)} is not a meeting of the programme. Add it, then fill in raised."
            )

    def _read_evidence(self, heading: str, cell: GridCell) -> None:
        entries = [{"link": line} if _URL.fullmatch(line) else {"title": line} for line in cell.lines]
        self._extend("evidence", entries, heading, cell)

    def _finish(self) -> None:
        values, group = self.draft.values, self.rows.group
        add_source(self.draft, self.context.source, self.ref)
        raised = group.raised or self.rows.raised
        if raised and "raised" not in values:
            values["raised"] = [raised]
        if group.raised:
            pass
        elif group.status and "status" not in values and "status" in self.rows.fields:
            values["status"] = group.status
            self.inferred.append("status")
            self.draft.keep(_SECTION, group.text)
        elif group.is_area:
            values["area"] = group.text
        elif group.text:
            self.draft.keep(_SECTION, group.text)
        if "title" not in values:
            add_title(self.draft)


_ORDER = {"status": 0, "response": 0, "update_date": 2, "response_on": 2, "completed_on": 2}
_URL = re.compile(r"(?:https?|mailto):\S+")
