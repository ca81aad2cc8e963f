"""The field of each column of a tracker: by words of its heading, then by its values, then by its neighbours."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import field, replace
from itertools import islice

from p2ptrack.imports.cells import (
    TOTAL,
    find_column_date,
    find_status,
    find_word,
    has_date,
    is_blank_value,
    is_mark,
    remove_dates,
)
from p2ptrack.imports.grid import Grid, GridCell, GridRow
from p2ptrack.imports.headings import find_by_keyword, find_exemption_field, fold_heading
from p2ptrack.model.dates import Anchors
from p2ptrack.model.kinds import KINDS, Kind
from p2ptrack.model.records import ProcurementExemption
from p2ptrack.model.schema import list_fields
from p2ptrack.values import dataclass

TARGETS: Mapping[str, str] = {
    "request": "Recommendation or request (origin_text)",
    "recommendation": "Recommendation, a record of its own",
    "answers": "Recommendations that it answers",
    "phase_action": "Action of a phase, a record of its own",
    "title": "Title",
    "ref": "Place in the source (source.ref)",
    "report_refs": "Report reference",
    "agreed_action": "Agreed action",
    "response": "Response",
    "response_on": "Date of the response",
    "acceptance": "Acceptance",
    "status": "Status",
    "status_mark": "A mark where the heading is the status",
    "priority": "Priority",
    "target": "Target date",
    "original_target": "Original target date",
    "revised_target": "Revised target date",
    "requested_target": "Requested target date",
    "reason": "Reason for the target change",
    "start": "Start",
    "completed_on": "Completed on",
    "review_by": "Review by",
    "update": "Update",
    "update_date": "Date of the update",
    "accountable": "Responsible officer",
    "post_and_date": "Responsible officer and target date",
    "supporting": "Supporting",
    "lead_member": "Lead member",
    "directorate": "Directorate",
    "area": "Area",
    "raised": "Meeting that raised it",
    "evidence": "Evidence",
    "as_published": "As published: kept word for word",
}
"""The fields that a column can have, and their names for officers. A kept mapping has the keys."""

EXEMPTION = "exemption"
_EXEMPTION_FIELDS = (
    *("type", "value", "directorate", "supplier", "supplier_id", "sought", "rule", "reason", "reason_text"),
    *("alternatives", "requested_by", "approved_by", "approved_on", "decision", "contract_start", "contract_end"),
    *("stop_gap_until", "ends_by", "contract", "legal_basis"),
)
EXEMPTION_TARGETS: Mapping[str, str] = {
    "request": "Description (title, or origin_text where it is long)",
    "title": TARGETS["title"],
    "ref": TARGETS["ref"],
    **{field.name: field.title for field in list_fields(ProcurementExemption) if field.name in _EXEMPTION_FIELDS},
    "as_published": TARGETS["as_published"],
}
"""The same for a table of exemptions from the procurement rules."""


def list_targets(kind_name: str) -> Mapping[str, str]:
    """Return the fields that a column can have for a kind of record."""
    return EXEMPTION_TARGETS if kind_name == EXEMPTION else TARGETS


KIND_BY_NAME: Mapping[str, Kind] = {kind.name: kind for kind in KINDS}
_SEVERAL = frozenset(
    {"update", "report_refs", "evidence", "as_published", "accountable", "phase_action", "status_mark"}
    | {"revised_target"}
)
"""Fields that more than one column can have."""
CORE = frozenset({"request", "recommendation", "agreed_action", "title", "phase_action"})
MAX_HEADING = 120
_LONG = 60
_SHORT = 20
_MIN_WORDS = 4
_MIN_SHARE = 0.6
_SAMPLES = 3


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """The field of a column. If it is not certain, the cells stay as published until the user confirms it.

    `is_chosen` marks the column that is read as the request although no heading names one.
    """

    index: int
    heading: str
    field: str
    is_sure: bool = True
    samples: tuple[str, ...] = ()
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Tracker:
    """A table with a header row: the rows before it, its columns, the rows of data, its caption and key of colours."""

    grid: Grid
    title_rows: tuple[GridRow, ...]
    headings: tuple[str, ...]
    rows: tuple[GridRow, ...]
    columns: tuple[ColumnMapping, ...] = field(default=())
    caption: str = ""
    key: Mapping[str, str] = field(default_factory=dict)

    def columns_of(self, name: str) -> tuple[ColumnMapping, ...]:
        """Return the columns of a field, from left to right."""
        return tuple(column for column in self.columns if column.field == name)

    def find_recommendation_columns(self) -> frozenset[int]:
        """Return the columns about the recommendation beside an action.

        These are its acceptance and response, and the reference to whose right it comes before the action.
        """
        answers = {
            column.index for name in ("acceptance", "response", "response_on") for column in self.columns_of(name)
        }
        recommendation = self.columns_of("recommendation")[0].index
        actions = [column.index for name in ("request", "agreed_action") for column in self.columns_of(name)]
        for column in self.columns_of("ref"):
            if column.index < recommendation and not any(column.index < index < recommendation for index in actions):
                answers.add(column.index)
        return frozenset(answers)

    def suggest_kind(self) -> Kind:
        """Return the kind of record that the columns suggest."""
        names = {column.field for column in self.columns}
        headings = " ".join(column.heading.casefold() for column in self.columns if column.field == "request")
        if names & {"recommendation", "phase_action"}:
            return KIND_BY_NAME["action"]
        is_request = bool(re.search(r"\bfrom\b|recommend|finding|request|committee", headings))
        last = max((index for index, row in enumerate(self.rows) if _is_record_row(row)), default=0)
        texts = [(row, row.own_cells[0]) for row in self.rows[:last] if len(row.own_cells) == 1]
        captions = [row.line for row, cell in texts if cell.colspan > 1 or cell is row.cells[0]]
        is_grouped = bool(captions) and all(find_column_date(text, Anchors(())) for text in captions)
        is_follow_up = is_request or is_grouped or names & {"report_refs", "raised", "area"}
        return KIND_BY_NAME["follow_up" if is_follow_up else "action"]


def may_be_exemptions(headings: Iterable[str]) -> bool | None:
    """Whether headings are those of a table of exemptions from the procurement rules; None where they may be.

    A supplier and a value are needed, and then who approved it, the rule, or whether it is a waiver or a breach. A
    table that also has a progress can be of either kind.
    """
    headings = [heading for heading in headings if heading and len(heading) <= MAX_HEADING]
    fields = {match[0] for heading in headings if (match := find_exemption_field(heading)) and match[1]}
    if not {"supplier", "value"} <= fields:
        return False
    has_progress = bool(_PROGRESS & {match[0] for heading in headings if (match := find_by_keyword(heading))})
    is_named = any(_EXEMPTION_WORDS.search(heading) for heading in headings)
    if is_named or fields & {"approved_by", "approved_on", "rule", "type"}:
        return None if has_progress else True
    return False if has_progress else None


_EXEMPTION_WORDS = re.compile(r"\b(?:waivers?|exemptions?|breach(?:es)?)\b", re.IGNORECASE)
_PROGRESS = frozenset({"target", "revised_target", "original_target", "status", "update", "priority"})


def map_exemption_columns(tracker: Tracker, confirmed_fields: Mapping[str, str]) -> Tracker:
    """Return a table of exemptions with the field of each column: by its heading, and only one column for each field.

    `confirmed_fields` are the fields of headings that somebody confirmed.
    """
    columns: list[ColumnMapping] = []
    records = [row for row in tracker.rows if _is_record_row(row)]
    decided = {match[0] for heading in tracker.headings if (match := find_exemption_field(heading)) and match[1]}
    for index, heading in enumerate(tracker.headings):
        samples = tuple(islice(dict.fromkeys(cell.line for cell in _list_cells(records, index)), _SAMPLES))
        if not heading and not _list_cells(tracker.rows, index):
            continue
        match = find_exemption_field(heading)
        name, is_sure = match or ("as_published", bool(heading))
        confirmed = confirmed_fields.get(fold_heading(heading), "")
        if confirmed in EXEMPTION_TARGETS:
            name, is_sure = confirmed, True
        elif name in _SEVERAL_OF_EXEMPTIONS:
            pass
        elif any(column.field == name for column in columns) or (not is_sure and name in decided):
            name, is_sure = "as_published", False
        columns.append(ColumnMapping(index, heading, name, is_sure, samples))
    return replace(tracker, columns=tuple(columns))


_SEVERAL_OF_EXEMPTIONS = frozenset({"as_published", "reason"})


def map_columns(
    tracker: Tracker, confirmed_fields: Mapping[str, str], labels: Mapping[str, Mapping[str, str]]
) -> Tracker:
    """Return the tracker with the field of each column. `confirmed_fields` are those of headings, where known."""
    columns = []
    folded = [*map(fold_heading, tracker.headings)]
    records = [row for row in tracker.rows if _is_record_row(row) and not repeats_header(row, folded)]
    for index, heading in enumerate(tracker.headings):
        cells = _list_cells(records, index) or _list_cells(tracker.rows, index)
        values = [cell.line for cell in cells if not cell.is_repeat] or [cell.line for cell in cells]
        if not heading and not values:
            continue
        samples = tuple(islice(dict.fromkeys(cell.line for cell in _list_cells(records, index)), _SAMPLES))
        if confirmed_fields.get(fold_heading(heading)) in TARGETS:
            columns.append(ColumnMapping(index, heading, confirmed_fields[fold_heading(heading)], samples=samples))
            continue
        name, is_sure = _map_by_words_and_values(heading, values, labels)
        columns.append(ColumnMapping(index, heading, name, is_sure, samples))
    confirmed = {column.index for column in columns if fold_heading(column.heading) in confirmed_fields}
    return replace(tracker, columns=tuple(_map_by_neighbours(tracker, columns, confirmed)))


def repeats_header(row: GridRow, folded: Sequence[str]) -> bool:
    """Whether a row is the header once more. `folded` are the headings as `fold_heading` returns them."""
    pairs = zip(row.cells, folded, strict=False)
    return len(row.cells) <= len(folded) and all(fold_heading(cell.line) == text for cell, text in pairs)


def _is_record_row(row: GridRow) -> bool:
    """Whether a row holds values of a record: it is not one text alone, and no total."""
    return len(row.own_cells) > 1 and not TOTAL.match(row.own_cells[0].line)


def _list_cells(rows: Iterable[GridRow], index: int) -> list[GridCell]:
    """Return the cells of a column that have text."""
    return [cell for row in rows if (cell := row.get_cell(index)).lines]


def _map_by_words_and_values(
    heading: str, values: Sequence[str], labels: Mapping[str, Mapping[str, str]]
) -> tuple[str, bool]:
    match = find_by_keyword(heading)
    filled_values = [value for value in values if not is_blank_value(value)]
    if not filled_values:
        return (match[0], True) if match and match[1] else ("as_published", True)
    if all(is_mark(value) for value in filled_values) and find_status(fold_heading(heading), labels):
        return "status_mark", True
    shape = _ColumnValues.measure(filled_values, labels)
    if match and match[0] == "acceptance" and shape.length > _SHORT and not shape.acceptances:
        match = find_by_keyword(heading, excluding="acceptance") or ("response", True)
    if match is None and not fold_heading(heading) and has_date(heading) and shape.dates < _MIN_SHARE:
        return "update", True
    if match is None:
        return _map_by_values(shape)
    changes = (
        (name, is_sure) for field_name, holds, name, is_sure in _BY_VALUES if field_name == match[0] and holds(shape)
    )
    return next(changes, match)


@dataclass(frozen=True, slots=True)
class _ColumnValues:
    """Statistics of the values of a column: their mean length, and the shares of dates, statuses and other words.

    With `are_numbers` they are references such as *4.1* and *R7*; with `are_words`, a few words, each used several
    times.
    """

    length: float
    dates: float
    whole_dates: float
    statuses: float
    acceptances: float
    priorities: float
    are_numbers: bool
    has_repeats: bool
    has_meetings: bool
    are_words: bool

    @classmethod
    def measure(cls, values: Sequence[str], labels: Mapping[str, Mapping[str, str]]) -> _ColumnValues:
        count = len(values)
        statuses = sum(1 for value in values if find_status(value, labels))
        length, dates = sum(map(len, values)), sum(map(has_date, values))
        has_meetings = any(_MEETING.search(value) for value in values)
        are_words = count >= _MIN_WORDS and len(set(values)) <= count / 2
        acceptances = sum(1 for value in values if find_word("acceptance", value, labels))
        whole_dates = sum(1 for value in values if has_date(value) and not remove_dates(value).strip(" .,:–-"))
        priorities = sum(
            1 for value in values if find_word("priority", value, labels) or _AUDIT_PRIORITIES.fullmatch(value)
        )
        shares = (length / count, dates / count, whole_dates / count, statuses / count, acceptances / count)
        are_numbers = all(_REFERENCE.fullmatch(value) for value in values)
        return cls(*shares, priorities / count, are_numbers, len(set(values)) < count, has_meetings, are_words)


_REFERENCE = re.compile(r"\(?[A-Z]{0,4}[ /.-]?\d{1,4}(?:[./-]\d{1,4})*(?:[a-z]|\([a-z]\))?\)?\.?")
_AUDIT_PRIORITIES = re.compile(
    r"fundamental|essential|significant|important|desirable|advisory|merits attention|best practice|housekeeping",
    re.IGNORECASE,
)
"""Auditors' words for priorities, besides those of p2ptrack."""
_MEETING = re.compile(r"\b(?:committee|cabinet|council meeting|board|panel|meeting)\b", re.IGNORECASE)


_BY_VALUES: tuple[tuple[str, Callable[[_ColumnValues], bool], str, bool], ...] = (
    # (field by the heading, what the values are, field that they make it, whether that is sure)
    ("title", lambda shape: shape.are_numbers, "ref", True),
    ("status", lambda shape: shape.length > _LONG, "update", True),
    ("status", lambda shape: shape.dates > _MIN_SHARE > shape.statuses, "completed_on", False),
    (
        "update",
        lambda shape: shape.whole_dates > _MIN_SHARE and not shape.statuses,
        "update_date",
        True,
    ),
    (
        "update",
        lambda shape: (
            shape.length < _LONG and (shape.statuses == 1 or (shape.has_repeats and shape.statuses > _MIN_SHARE))
        ),
        "status",
        True,
    ),
    ("update", lambda shape: shape.acceptances > _MIN_SHARE, "acceptance", True),
    ("request", lambda shape: shape.acceptances > _MIN_SHARE, "acceptance", True),
    ("request", lambda shape: shape.are_numbers, "ref", True),
    ("recommendation", lambda shape: shape.are_numbers, "ref", True),
    ("ref", lambda shape: shape.length > _LONG, "recommendation", True),
    ("response", lambda shape: shape.length < _LONG and shape.statuses > _MIN_SHARE, "status", True),
    ("completed_on", lambda shape: shape.statuses > _MIN_SHARE, "status", True),
    ("ref", lambda shape: shape.has_repeats and not shape.are_numbers, "report_refs", True),
    ("area", lambda shape: shape.priorities > _MIN_SHARE, "priority", True),
    ("area", lambda shape: shape.length > 2 * _LONG, "request", False),
    ("as_published", lambda shape: shape.length < _LONG and shape.statuses > _MIN_SHARE, "status", True),
    ("priority", lambda shape: shape.length > _LONG, "as_published", True),
    ("phase_action", lambda shape: shape.length < _SHORT, "as_published", False),
    ("raised", lambda shape: shape.dates < _MIN_SHARE and not shape.has_meetings, "area", True),
)


def _map_by_values(shape: _ColumnValues) -> tuple[str, bool]:
    if shape.dates > _MIN_SHARE and shape.length < _LONG:
        return "target", False
    if shape.statuses > _MIN_SHARE:
        return "status", False
    return ("update" if shape.length > 2 * _LONG else "as_published"), False


def _map_by_neighbours(tracker: Tracker, columns: list[ColumnMapping], confirmed: set[int]) -> list[ColumnMapping]:
    """Return the columns with the meanings that others give them; each field of one value has one column."""
    names = Counter(column.field for column in columns)
    changes: dict[str, str] = {}
    if not names["revised_target"] and not names["requested_target"] and not names["target"]:
        changes["original_target"] = "target"
    if names["revised_target"] and not names["original_target"] and not names["target"]:
        changes["revised_target"] = "target"
    changes |= _place_dates(columns, names)
    if _is_target_called_completion(tracker, columns, confirmed):
        columns = [
            replace(column, field="target", is_sure=True) if column.field == "completed_on" else column
            for column in columns
        ]
    if not names["request"] and not names["phase_action"]:
        core = next((name for name in ("recommendation", "agreed_action", "title") if names[name]), "")
        changes |= {core: "request"} if core else {}
    if not names["recommendation"] and names["request"]:
        changes.pop("recommendation", None)
    if names["original_target"]:
        columns = [replace(column, is_sure=True) if column.field == "revised_target" else column for column in columns]
    if names["status"] > 1:
        columns = [_find_other_field(column) if column.index not in confirmed else column for column in columns]
    columns = [column if column.index in confirmed else _replace_field(column, changes) for column in columns]
    if not any(column.field in CORE for column in columns):
        columns = _choose_request(tracker, columns)
    return _keep_one_column_per_field(tracker, columns, confirmed)


def _choose_request(tracker: Tracker, columns: list[ColumnMapping]) -> list[ColumnMapping]:
    """Return the columns with the longest of those that no other field takes as the request."""
    lengths = {
        column.index: sum(len(row.get_cell(column.index).line) for row in tracker.rows)
        for column in columns
        if column.field in {"area", "as_published", "raised", "update"}
    }
    chosen = max(lengths, key=lambda index: lengths[index], default=-1)
    return [
        replace(column, field="request", is_sure=True, is_chosen=True) if column.index == chosen else column
        for column in columns
    ]


def _replace_field(column: ColumnMapping, changes: Mapping[str, str]) -> ColumnMapping:
    """Return a column with its changed field. The neighbours of a *Date* decide, so that it is sure."""
    is_date = column.field == "raised" and fold_heading(column.heading) == "date"
    return replace(column, field=changes.get(column.field, column.field), is_sure=column.is_sure or is_date)


def _place_dates(columns: Sequence[ColumnMapping], names: Mapping[str, int]) -> dict[str, str]:
    """Return the field of a column that is only called *Date*: a target right of the request, otherwise a meeting."""
    dates = [column for column in columns if column.field == "raised" and fold_heading(column.heading) == "date"]
    requests = [column.index for column in columns if column.field in CORE]
    has_target = bool(_TARGETS & {name for name, count in names.items() if count})
    if not dates or has_target or not requests or dates[0].index < max(requests):
        return {}
    return {"raised": "target"}


def _is_target_called_completion(
    tracker: Tracker, columns: Sequence[ColumnMapping], confirmed: Collection[int]
) -> bool:
    """Whether a *Completion date*, *End date* or *Action date* is the target: no other is, and some rows are open."""
    dates = [column for column in columns if column.field == "completed_on"]
    if any(column.field in _TARGETS and column.is_sure for column in columns) or len(dates) != 1:
        return False
    if dates[0].index in confirmed:
        return False
    heading = fold_heading(dates[0].heading)
    if heading != "action date" and (dates[0].is_sure or not _COMPLETION_HEADING.search(heading)):
        return False
    statuses = [column.index for column in columns if column.field == "status"]
    rows = [row for row in tracker.rows if row.get_cell(dates[0].index).lines]
    words = [row.cells[index].line for row in rows for index in statuses if index < len(row.cells)]
    return not words or not all(_COMPLETE.search(word) for word in words)


_COMPLETION_HEADING = re.compile(r"completion|\b(?:end|finish)")
_COMPLETE = re.compile(r"(?<!not )(?<!partly )(?<!partially )\b(?:complete|implemented|done|closed)", re.IGNORECASE)
_TARGETS = frozenset({"target", "original_target", "revised_target", "requested_target"})


def _find_other_field(column: ColumnMapping) -> ColumnMapping:
    """Return a column that has words for the status beside a status column with the field that its heading names."""
    match = find_by_keyword(column.heading)
    return replace(column, field=match[0]) if column.field == "status" and match else column


def _keep_one_column_per_field(
    tracker: Tracker, columns: list[ColumnMapping], confirmed: set[int]
) -> list[ColumnMapping]:
    result = []
    first: dict[str, int] = {}
    sure_fields = {column.field for column in columns if column.is_sure}
    main = {name: _find_main(tracker, columns, name) for name in ("request", "recommendation")}
    answers = {-1} if main["recommendation"] >= 0 else _find_answers(columns, main["request"])
    refs = _find_refs(
        [column for column in columns if column.index not in answers], {index for index in main.values() if index >= 0}
    )
    for column in columns:
        name, is_sure = column.field, column.is_sure
        if column.index in confirmed:
            pass
        elif name == "accountable" and name in first:
            name = "supporting" if "supporting" not in first else "as_published"
        elif column.index in answers:
            name = "answers"
        elif (name == "ref" and column.index not in refs) or (name in main and column.index != main[name]):
            name = "as_published"
        elif name in main:
            is_sure = True
        elif name not in {*_SEVERAL, "ref"} and (name in first or (not is_sure and name in sure_fields)):
            name, is_sure = "as_published", False
        first.setdefault(name, column.index)
        result.append(replace(column, field=name, is_sure=is_sure))
    return result


def _find_answers(columns: Sequence[ColumnMapping], request: int) -> set[int]:
    """Return the column of references to recommendations beside the actions' own references; nothing without those."""
    refs = [column for column in columns if column.field == "ref"]
    others = [column.index for column in refs if re.match(r"(?:\w+ )?rec", fold_heading(column.heading))]
    is_action = any(column.index == request and "recommend" not in column.heading.casefold() for column in columns)
    return set(others) if is_action and len(others) == 1 and len(refs) > 1 else set()


def _find_refs(columns: Sequence[ColumnMapping], cores: Collection[int]) -> set[int]:
    """Return the columns of references: one of those before each text, and rather not the running number."""
    groups: dict[int, list[ColumnMapping]] = {}
    for column in columns:
        if column.field == "ref":
            following = [index for index in cores if index > column.index]
            groups.setdefault(min(following, default=max(cores, default=0)), []).append(column)

    def rank(column: ColumnMapping) -> tuple[bool, int]:
        return all(sample.strip("().").isdecimal() for sample in column.samples), column.index

    return {min(group, key=rank).index for group in groups.values()}


def _find_main(tracker: Tracker, columns: Sequence[ColumnMapping], name: str) -> int:
    """Return the column of the requests or recommendations: by its heading, then by its length; -1 without one."""
    ranks = {}
    for column in columns:
        if column.field == name:
            length = sum(len(row.get_cell(column.index).line) for row in tracker.rows)
            heading = fold_heading(column.heading)
            rank = next((rank for rank, pattern in enumerate(_REQUESTS) if pattern.search(heading)), len(_REQUESTS))
            ranks[column.index] = (not length, rank, -length)
    return min(ranks, key=lambda index: ranks[index], default=-1)


_REQUESTS = tuple(
    re.compile(pattern)
    for pattern in (r"recommend", r"\bactions?\b|tasks?\b|requests?\b|resolution|improvement", r"finding")
)
