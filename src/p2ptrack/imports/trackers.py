"""Where the trackers of a file are: header rows, captions, keys of colours, and headings in several rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from p2ptrack.imports.cells import find_status, has_date
from p2ptrack.imports.grid import Grid, GridCell, GridRow
from p2ptrack.imports.headings import find_by_keyword, find_exemption_field, fold_heading
from p2ptrack.imports.mapping import CORE, MAX_HEADING, Tracker, may_be_exemptions

_HEADER_ROWS = 20
_MAX_JOINED = 3
_LONG = 60
_HALF = 0.5
_MOST = 0.9


def find_key(grids: Iterable[Grid]) -> dict[str, str]:
    """Return what colours mean by the tables that are no trackers."""
    key: dict[str, str] = {}
    for grid in grids:
        if len(grid.rows) <= _HEADER_ROWS and not any(True for _ in _list_headers(grid, {})):
            key |= _read_key(grid.rows)
    return key


def find_trackers(grid: Grid, key: Mapping[str, str], known: Mapping[str, str] | None = None) -> list[Tracker]:
    """Return the tables of a grid that have a header row, without fields. A worksheet can have several.

    `key` says what colours mean, besides a key in the grid itself, and `known` which fields headings have that
    somebody confirmed.
    """
    starts = [index for index in _list_headers(grid, known or {}) if grid.rows[index + 1 :]]
    trackers = []
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else len(grid.rows)
        last = start
        while last + 1 < end and _continues_header(grid.rows[last], grid.rows[last + 1], last - start):
            last += 1
        captions = _list_captions(grid, start) if number else grid.rows[:start]
        if number + 1 < len(starts):
            end -= len(_list_captions(grid, end))
        width = max(len(row.cells) for row in grid.rows[start:end])
        parts = [row.cells for row in grid.rows[start : last + 1]]
        headings = tuple(_join_heading(parts, column) for column in range(width))
        caption = next((row.line for row in reversed(captions) if not row.is_empty), "") if number else grid.heading
        own_key = {**key, **_read_key(grid.rows[: starts[0]]), **_read_key(grid.rows[-_HEADER_ROWS:])}
        trackers.append(Tracker(grid, captions, headings, grid.rows[last + 1 : end], caption=caption, key=own_key))
    return trackers


def _list_headers(grid: Grid, known: Mapping[str, str]) -> Iterator[int]:
    """Yield the places of the header rows: the first, and each other one below an empty row or a caption."""
    first: tuple[str, ...] = ()
    for index, row in enumerate(grid.rows):
        if not first and index >= _HEADER_ROWS:
            return
        if (first and not _list_captions(grid, index)) or not _is_header(row.cells, known):
            continue
        folded = tuple(fold_heading(cell.line) for cell in row.cells)
        if not first or (folded != first and not _is_data(row)):
            first = folded
            yield index


def _is_data(row: GridRow) -> bool:
    """Whether a row below a caption holds values, though words in them could name fields: sentences, days, statuses."""
    texts = [cell.line for cell in row.cells if cell.line and not cell.is_repeat]
    values = [text for text in texts if text.endswith(".") or has_date(text) or find_status(text, {})]
    return len(values) >= _MIN_VALUES


_MIN_VALUES = 2


def _list_captions(grid: Grid, header: int) -> tuple[GridRow, ...]:
    """Return the rows right above a header that are empty or one text alone."""
    start = header
    while start and (grid.rows[start - 1].is_empty or _is_one_text(grid.rows[start - 1])):
        start -= 1
    return grid.rows[start:header]


def _is_one_text(row: GridRow) -> bool:
    return len([cell for cell in row.cells if cell.lines and not cell.is_repeat]) == 1


def _read_key(rows: Sequence[GridRow]) -> dict[str, str]:
    """Return what the colours of a key mean: a coloured cell with words, or one without and the words beside it."""
    key: dict[str, str] = {}
    for row in rows:
        filled = [cell for cell in row.cells if cell.fill]
        texts = [cell for cell in row.cells if cell.lines]
        if not filled or len(texts) > 2 * len(filled):
            continue
        for cell, following in zip(row.cells, [*row.cells[1:], GridCell()], strict=True):
            words = cell.line or ("" if following.fill else following.line)
            if cell.fill and words and len(words) <= MAX_HEADING and not cell.is_repeat:
                key.setdefault(cell.fill, words)
    return key


def _is_header(cells: Sequence[GridCell], known: Mapping[str, str]) -> bool:
    """Whether a row names fields: a request and another one or, without a request, three."""
    texts = [cell.line for cell in cells if cell.line and not cell.is_repeat]
    names = [name for text in texts if len(text) <= MAX_HEADING and (name := _find_field(text, known))]
    fields = set(names)
    is_exemption = may_be_exemptions(texts)
    if is_exemption is not False and _count_exemption_fields(texts) >= len(texts) * (_HALF if is_exemption else _MOST):
        return True
    if len(texts) <= 1 or len(names) < max(2, len(texts) / 2):
        return False
    return bool(CORE & fields) or (len(fields) > _MIN_USUAL and len(fields & _USUAL) >= _MIN_USUAL)


def _find_field(heading: str, known: Mapping[str, str]) -> str:
    match = find_by_keyword(heading)
    return known.get(fold_heading(heading)) or (match[0] if match else "")


def _count_exemption_fields(texts: Sequence[str]) -> int:
    return sum(find_exemption_field(text) is not None for text in texts if len(text) <= _LONG)


_USUAL = frozenset({"target", "revised_target", "original_target", "accountable", "status", "update", "priority"})
_MIN_USUAL = 2


def _continues_header(row: GridRow, following: GridRow, joined: int) -> bool:
    """Whether the row after a header row is a part of the header: below a cell that covers several columns."""
    if joined >= _MAX_JOINED - 1 or following.is_empty:
        return False
    own = [cell for cell in following.cells if cell.lines and not cell.is_repeat]
    if own and _is_below_merged(row, following):
        return True
    if any(len(cell.line) > _LONG or has_date(cell.line) for cell in own):
        return False
    if len(own) == 1 and own[0].colspan > 1 and own[0].colspan >= len(following.cells) - 1:
        return False  # the heading of a group
    covers_columns = any(1 < cell.colspan < len(row.cells) for cell in row.cells)
    covers_rows = any(cell.rowspan > 1 for cell in row.cells) or any(cell.is_repeat for cell in following.cells)
    is_words = all(find_by_keyword(cell.line) or cell.is_bold for cell in own)
    has_gaps = len(own) < len(following.cells)
    ends_headings = all(_HEADING_WORDS.issuperset(fold_heading(cell.line).split()) for cell in own)
    is_more = covers_columns or covers_rows or (has_gaps and (ends_headings or all(cell.is_bold for cell in own)))
    return bool(own) and is_words and is_more


def _is_below_merged(row: GridRow, following: GridRow) -> bool:
    """Whether a row only divides wide cells of the header above it: each of its other cells is one of those above."""
    pairs = [*zip(row.cells, following.cells, strict=False)]
    wide = {
        index + offset
        for index, cell in enumerate(row.cells)
        if 1 < cell.colspan < len(row.cells)
        for offset in range(cell.colspan)
    }
    others = [(above, below) for index, (above, below) in enumerate(pairs) if index not in wide]
    texts = [below for above, below in others if below.lines]
    return bool(wide and texts) and all(below.is_repeat and below.line == above.line for above, below in others)


_HEADING_WORDS = frozenset(
    ["completion", "date", "dates", "deadline", "due", "name", "no", "number", "officer", "ref", "target"]
)
"""Words that end a heading in the row below it: *Original* above *due date*."""


def _join_heading(parts: Sequence[Sequence[GridCell]], column: int) -> str:
    """Return the heading of a column in several rows: *Delivery* above *Lead officer* is the lead officer."""
    texts = [*dict.fromkeys(cells[column].line for cells in parts if column < len(cells) and cells[column].line)]
    joined = " ".join(texts)
    if len(texts) > 1 and (own := find_by_keyword(texts[-1])) and own[1]:
        above = find_by_keyword(texts[0])
        if above and above[0] in _WIDE and find_by_keyword(joined) == above != own and own[0] not in _VAGUE:
            return texts[-1]
    return joined


_WIDE = frozenset({"target", "update", "response", "request", "status", "acceptance", "agreed_action"})
"""Fields of headings above several columns that the heading of a column outweighs."""
_VAGUE = frozenset({"update", "as_published"})
"""Fields of headings that say nothing without those above: the *Comment* of a *Response*."""
