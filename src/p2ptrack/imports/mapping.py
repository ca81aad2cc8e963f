"""Which field each column of a tracker has: by words of its heading, then by its values, then by its neighbours."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field, replace

from p2ptrack.imports.cells import find_status, has_date, is_nothing
from p2ptrack.imports.grid import Grid, GridCell, GridRow
from p2ptrack.model.records import KINDS, Kind
from p2ptrack.phrases import normalise_spelling
from p2ptrack.values import dataclass

TARGETS: Mapping[str, str] = {
    "request": "Recommendation or request (origin_text)",
    "recommendation": "Recommendation, a record of its own",
    "title": "Title",
    "ref": "Place in the source (source.ref)",
    "report_refs": "Report reference",
    "agreed_action": "Agreed action",
    "response": "Response",
    "response_on": "Date of the response",
    "acceptance": "Acceptance",
    "status": "Status",
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
    "supporting": "Supporting",
    "lead_member": "Lead member",
    "directorate": "Directorate",
    "area": "Area",
    "raised": "Meeting that raised it",
    "evidence": "Evidence",
    "as_published": "As published: kept word for word",
}
"""What a column can be, and what officers read for it. The names are those of a kept mapping."""

_KEYWORDS: tuple[tuple[str, str, bool], ...] = (
    # (pattern in the folded heading, field, whether the words alone decide)
    (r"reasons? (?:for|of)|why (?:late|delayed)", "reason", True),
    (r"request.*(?:date|target|extension|deadline)|extension.*request", "requested_target", True),
    (
        r"(?:revised|new|extended|amended|updated) (?:\w+ ){0,2}(?:date|target|deadline|timescale)|^extension",
        "revised_target",
        True,
    ),
    (r"(?:original|initial|first|agreed) (?:\w+ ){0,2}(?:date|target|deadline|timescale)", "original_target", True),
    (
        r"^(?:rec(?:ommendation)?|action|audit|report|risk|item|issue)?s? ?(?:ref(?:erence)?|no|number|id|nr|num|#)s?$",
        "ref",
        True,
    ),
    (r"^(?:minute|para|paragraph|page)s?(?: ref(?:erence)?| no| number)?s?$|ref(?:erence)?s?$", "report_refs", True),
    (
        r"\brag\b|% ?complete|per ?cent|confidence|outcome|resource|\bcosts?\b|budget|wards?\b|by members?$|benefit",
        "as_published",
        True,
    ),
    (r"completed by", "completed_on", False),
    (r"(?:target|due|expected|planned|anticipated|proposed|estimated).*(?:complet|implement)", "target", True),
    (
        r"date (?:of )?(?:complet|clos|implemented)|(?:completed|closed|action(?:ed)?|closure) (?:on|date)",
        "completed_on",
        True,
    ),
    (r"completion(?: date)?$", "completed_on", False),
    (r"start|commence", "start", True),
    (r"next review|review (?:date|by)|to be reviewed", "review_by", False),
    (
        r"date (?:of )?(?:last )?(?:review|update)|reviewed|^as at|status date|last updated|update date",
        "update_date",
        True,
    ),
    (r"(?:exec|executive|cabinet|decision) date|considered", "response_on", True),
    (r"(?:management|officer|service|council) (?:response|comment)|^response|response$", "response", True),
    (
        r"actions? (?:already )?(?:taken|completed)|progress|updates?\b|comment|issues arising|position|narrative",
        "update",
        True,
    ),
    (r"agreed\??$|accepted|acceptance|management decision|agree ?/", "acceptance", True),
    (r"status|^state$|open.{0,3}closed?|complete\?|^completed\??$", "status", True),
    (r"portfolio|(?:cabinet|lead|executive) member|councillor", "lead_member", False),
    (r"support(?:ing|ed by)", "supporting", True),
    (r"target|\bdue\b|when\b|deadline|time ?(?:scale|line|frame)|implementation date|deliver|^date$", "target", True),
    (r"priority|risk rating|risk level|^risk$|grad(?:e|ing)|importance|severity", "priority", True),
    (r"rating", "as_published", True),
    (r"officer|\blead\b|owner|by whom|responsib|accountable|\bwho\b|agency|sponsor|assigned", "accountable", True),
    (r"evidence|hyperlink|\blinks?\b", "evidence", True),
    (r"agreed (?:management )?actions?|management actions?|actions? agreed", "agreed_action", True),
    (r"recommend|findings?\b|observation", "recommendation", True),
    (
        r"actions?\b|improvement|governance issue|\bissues?\b|tasks?\b|requests?\b|what\b|decision|query|question",
        "request",
        True,
    ),
    (r"origin|committee|meeting|raised", "raised", True),
    (r"directorate|department", "directorate", True),
    (r"^title|subject|topic", "title", True),
    (r"description|details?\b", "request", False),
    (r"area|theme|service|work ?stream|category|review|audit\b|paper|report|source", "area", True),
)
_RULES = tuple((re.compile(pattern), name, is_sure) for pattern, name, is_sure in _KEYWORDS)
KIND_BY_NAME: Mapping[str, Kind] = {kind.name: kind for kind in KINDS}
_SEVERAL = frozenset({"update", "report_refs", "evidence", "as_published", "accountable"})
"""Fields that more than one column can have."""
_CORE = frozenset({"request", "recommendation", "agreed_action", "title"})
_HEADING_DATE = re.compile(r"\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b")
_MAX_HEADING = 120
_HEADER_ROWS = 20
_MAX_JOINED = 3
_LONG = 60
_MIN_SHARE = 0.6
_SAMPLES = 3


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """The field of a column. Where it is not sure, the cells stay as published until somebody confirms it."""

    index: int
    heading: str
    field: str
    is_sure: bool = True
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tracker:
    """A grid with a header row: the rows before it, its columns, and the rows of data."""

    grid: Grid
    title_rows: tuple[GridRow, ...]
    headings: tuple[str, ...]
    rows: tuple[GridRow, ...]
    columns: tuple[ColumnMapping, ...] = field(default=())

    def columns_of(self, name: str) -> tuple[ColumnMapping, ...]:
        """Return the columns of a field, from left to right."""
        return tuple(column for column in self.columns if column.field == name)

    def suggest_kind(self) -> Kind:
        """Return the kind of record that the columns suggest."""
        names = {column.field for column in self.columns}
        headings = " ".join(column.heading.casefold() for column in self.columns if column.field == "request")
        if "recommendation" in names:
            return KIND_BY_NAME["action"]
        is_asked = bool(re.search(r"\bfrom\b|recommend|finding", headings))
        is_follow_up = is_asked or names & {"report_refs", "raised", "area"}
        return KIND_BY_NAME["follow_up" if is_follow_up else "action"]


def fold_heading(text: str) -> str:
    """Return a heading for comparison: on one line, in small letters, without its date and marks at its ends."""
    text = _HEADING_DATE.sub("", normalise_spelling(text).casefold())
    text = re.sub(r"(?<=[a-z])- +(?=[a-z])", "", text.replace("*", " "))
    return " ".join(text.split()).strip(" .:()-")


def find_by_keyword(heading: str) -> tuple[str, bool] | None:
    """Return the field that words of a heading name, and whether they decide alone; None where no rule has them."""
    folded = fold_heading(heading)
    for pattern, name, is_sure in _RULES:
        if pattern.search(folded):
            return name, is_sure
    return None


def find_tracker(grid: Grid) -> Tracker | None:
    """Return the header and the rows of data of a grid, without fields; None where no row is a header."""
    for index, row in enumerate(grid.rows[:_HEADER_ROWS]):
        if not _is_header(row.cells):
            continue
        last = index
        while last + 1 < len(grid.rows) and _continues_header(grid.rows[last], grid.rows[last + 1], last - index):
            last += 1
        width = max(len(each.cells) for each in grid.rows[index:])
        parts = [each.cells for each in grid.rows[index : last + 1]]
        headings = tuple(_join_heading(parts, column) for column in range(width))
        return Tracker(grid, grid.rows[:index], headings, grid.rows[last + 1 :])
    return None


def _is_header(cells: Sequence[GridCell]) -> bool:
    texts = [cell.line for cell in cells if cell.line and not cell.is_repeat]
    fields = [match[0] for text in texts if len(text) <= _MAX_HEADING and (match := find_by_keyword(text))]
    return len(texts) > 1 and len(fields) >= max(2, len(texts) / 2) and bool(_CORE & set(fields))


def _continues_header(row: GridRow, following: GridRow, joined: int) -> bool:
    """Whether the row after a header row is a part of the header: below a cell that covers several columns."""
    if joined >= _MAX_JOINED - 1 or following.is_empty:
        return False
    own = [cell for cell in following.cells if cell.lines and not cell.is_repeat]
    if any(len(cell.line) > _LONG or has_date(cell.line) for cell in own):
        return False
    covers_columns = any(1 < cell.colspan < len(row.cells) for cell in row.cells)
    covers_rows = any(cell.rowspan > 1 for cell in row.cells) or any(cell.is_repeat for cell in following.cells)
    is_words = all(find_by_keyword(cell.line) or cell.is_bold for cell in own)
    has_gaps = len(own) < len(following.cells)
    return bool(own) and is_words and (covers_columns or covers_rows or (has_gaps and all(c.is_bold for c in own)))


def _join_heading(parts: Sequence[Sequence[GridCell]], column: int) -> str:
    texts = [cells[column].line for cells in parts if column < len(cells) and cells[column].line]
    return " ".join(dict.fromkeys(texts))


def map_columns(tracker: Tracker, known: Mapping[str, str], labels: Mapping[str, Mapping[str, str]]) -> Tracker:
    """Return the tracker with the field of each column. `known` are the fields of headings that somebody confirmed."""
    columns = []
    for index, heading in enumerate(tracker.headings):
        values = [row.cells[index].line for row in tracker.rows if index < len(row.cells) and row.cells[index].line]
        if not heading and not values:
            continue
        samples = tuple(dict.fromkeys(_list_samples(tracker, index)))[:_SAMPLES]
        if fold_heading(heading) in known:
            columns.append(ColumnMapping(index, heading, known[fold_heading(heading)], samples=samples))
            continue
        name, is_sure = _map_by_words_and_values(heading, values, labels)
        columns.append(ColumnMapping(index, heading, name, is_sure, samples))
    confirmed = {column.index for column in columns if fold_heading(column.heading) in known}
    return replace(tracker, columns=tuple(_map_by_neighbours(tracker, columns, confirmed)))


def _list_samples(tracker: Tracker, index: int) -> Iterator[str]:
    """Yield the values of a column in rows that are not one text alone."""
    for row in tracker.rows:
        has_others = sum(1 for cell in row.cells if cell.lines and not cell.is_repeat) > 1
        if has_others and index < len(row.cells) and row.cells[index].line:
            yield row.cells[index].line


def _map_by_words_and_values(
    heading: str, values: Sequence[str], labels: Mapping[str, Mapping[str, str]]
) -> tuple[str, bool]:
    match = find_by_keyword(heading)
    stated = [value for value in values if not is_nothing(value)]
    if not stated:
        return match or ("as_published", True)
    shape = _Shape.measure(stated, labels)
    if match is None:
        return _map_by_values(shape)
    changes = (
        (name, is_sure) for field_name, holds, name, is_sure in _BY_VALUES if field_name == match[0] and holds(shape)
    )
    return next(changes, match)


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the values of a column are: their mean length, the shares of dates and statuses, and whether any repeats."""

    length: float
    dates: float
    statuses: float
    has_repeats: bool

    @classmethod
    def measure(cls, values: Sequence[str], labels: Mapping[str, Mapping[str, str]]) -> _Shape:
        count = len(values)
        statuses = sum(1 for value in values if find_status(value, labels))
        length, dates = sum(map(len, values)), sum(map(has_date, values))
        return cls(length / count, dates / count, statuses / count, len(set(values)) < count)


_BY_VALUES: tuple[tuple[str, Callable[[_Shape], bool], str, bool], ...] = (
    # (field by the heading, what the values are, field that they make it, whether that is sure)
    ("status", lambda shape: shape.length > _LONG, "update", True),
    ("status", lambda shape: shape.dates > _MIN_SHARE > shape.statuses, "completed_on", False),
    ("update", lambda shape: shape.length < _LONG and shape.statuses > _MIN_SHARE, "status", True),
    ("response", lambda shape: shape.length < _LONG and shape.statuses > _MIN_SHARE, "status", True),
    ("completed_on", lambda shape: shape.statuses > _MIN_SHARE, "status", True),
    ("ref", lambda shape: shape.has_repeats, "report_refs", True),
    ("area", lambda shape: shape.length > 2 * _LONG, "request", False),
)


def _map_by_values(shape: _Shape) -> tuple[str, bool]:
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
    if not names["request"]:
        core = next((name for name in ("recommendation", "agreed_action", "title") if names[name]), "")
        changes |= {core: "request"} if core else {}
    if not names["recommendation"] and names["request"]:
        changes.pop("recommendation", None)
    columns = [
        replace(column, field=changes.get(column.field, column.field)) if column.index not in confirmed else column
        for column in columns
    ]
    return _keep_one_of_each(tracker, columns, confirmed)


def _keep_one_of_each(tracker: Tracker, columns: list[ColumnMapping], confirmed: set[int]) -> list[ColumnMapping]:
    result = []
    first: dict[str, int] = {}
    longest = _find_longest_request(tracker, columns)
    for column in columns:
        name, is_sure = column.field, column.is_sure
        if column.index in confirmed:
            pass
        elif name == "accountable" and name in first:
            name = "supporting" if "supporting" not in first else "as_published"
        elif (name == "request" and column.index != longest) or (name in first and name not in _SEVERAL):
            name, is_sure = "as_published", False
        first.setdefault(name, column.index)
        result.append(replace(column, field=name, is_sure=is_sure))
    return result


def _find_longest_request(tracker: Tracker, columns: Sequence[ColumnMapping]) -> int:
    lengths = {
        column.index: sum(len(row.cells[column.index].line) for row in tracker.rows if column.index < len(row.cells))
        for column in columns
        if column.field == "request"
    }
    return max(lengths, key=lambda index: lengths[index], default=-1)
