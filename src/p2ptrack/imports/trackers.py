"""Find the trackers in a file: header rows, captions, keys of colours, and headings in several rows.

A form is a table for one record, with the headings beside or above the values.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from p2ptrack.imports.cells import find_status, has_date
from p2ptrack.imports.grid import CellParagraph, Grid, GridCell, GridRow
from p2ptrack.imports.headings import find_by_keyword, find_exemption_field, fold_heading
from p2ptrack.imports.mapping import CORE, MAX_HEADING, Tracker, may_be_exemptions

_HEADER_ROWS = 20
_MAX_JOINED = 3
_LONG = 60
_HALF = 0.5
_MOST = 0.9


def find_key(grids: Iterable[Grid]) -> dict[str, str]:
    """Return the meanings of colours from the tables that are not trackers."""
    key: dict[str, str] = {}
    for grid in grids:
        if len(grid.rows) <= _HEADER_ROWS and not any(True for _ in _list_headers(grid, {})):
            key |= _read_key(grid.rows)
    return key


def find_trackers(
    grid: Grid, key: Mapping[str, str], field_by_heading: Mapping[str, str] | None = None
) -> list[Tracker]:
    """Return the tables of a grid that have a header row, without fields. A worksheet can have several.

    `key` has the meanings of colours, besides a key in the grid itself, and `known` the fields of headings that the
    user confirmed.
    """
    starts = [index for index in _list_headers(grid, field_by_heading or {}) if grid.rows[index + 1 :]]
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


def _list_headers(grid: Grid, field_by_heading: Mapping[str, str]) -> Iterator[int]:
    """Yield the places of the header rows: the first, and each other one below an empty row or a caption."""
    first: tuple[str, ...] = ()
    for index, row in enumerate(grid.rows):
        if not first and index >= _HEADER_ROWS:
            return
        if (first and not _list_captions(grid, index)) or not _is_header(row.cells, field_by_heading):
            continue
        folded = tuple(fold_heading(cell.line) for cell in row.cells)
        if not first or (folded != first and not _is_data(row)):
            first = folded
            yield index


def _is_data(row: GridRow) -> bool:
    """Whether a row below a caption has values (sentences, days, statuses), although their words could name fields."""
    texts = [cell.line for cell in row.own_cells]
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
    return len(row.own_cells) == 1


def _read_key(rows: Sequence[GridRow]) -> dict[str, str]:
    """Return the meanings of the colours in a key: the words in a coloured cell, or beside an empty one."""
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


def _is_header(cells: Sequence[GridCell], field_by_heading: Mapping[str, str]) -> bool:
    """Whether a row names fields: a request and another one or, without a request, three."""
    texts = [cell.line for cell in cells if cell.line and not cell.is_repeat]
    names = [name for text in texts if len(text) <= MAX_HEADING and (name := _find_field(text, field_by_heading))]
    fields = set(names)
    is_exemption = may_be_exemptions(texts)
    count = sum(find_exemption_field(text) is not None for text in texts if len(text) <= _LONG)
    if is_exemption is not False and count >= len(texts) * (_HALF if is_exemption else _MOST):
        return True
    if len(texts) <= 1 or len(names) < max(2, len(texts) / 2):
        return False
    return bool(CORE & fields) or (len(fields) > _MIN_USUAL and len(fields & _USUAL) >= _MIN_USUAL)


def _find_field(heading: str, field_by_heading: Mapping[str, str]) -> str:
    match = find_by_keyword(heading)
    return field_by_heading.get(fold_heading(heading)) or (match[0] if match else "")


_USUAL = frozenset({"target", "revised_target", "original_target", "accountable", "status", "update", "priority"})
_MIN_USUAL = 2


def _continues_header(row: GridRow, following: GridRow, joined: int) -> bool:
    """Whether the row after a header row is a part of the header: below a cell that covers several columns."""
    if joined >= _MAX_JOINED - 1 or following.is_empty:
        return False
    own_cells = following.own_cells
    if own_cells and _is_below_merged(row, following):
        return True
    if any(len(cell.line) > _LONG or has_date(cell.line) for cell in own_cells):
        return False
    if len(own_cells) == 1 and own_cells[0].colspan > 1 and own_cells[0].colspan >= len(following.cells) - 1:
        return False  # the heading of a group
    covers_columns = any(1 < cell.colspan < len(row.cells) for cell in row.cells)
    covers_rows = any(cell.rowspan > 1 for cell in row.cells) or any(cell.is_repeat for cell in following.cells)
    is_words = all(find_by_keyword(cell.line) or cell.is_bold for cell in own_cells)
    has_gaps = len(own_cells) < len(following.cells)
    ends_headings = all(_HEADING_WORDS.issuperset(fold_heading(cell.line).split()) for cell in own_cells)
    is_more = covers_columns or covers_rows or (has_gaps and (ends_headings or all(cell.is_bold for cell in own_cells)))
    return bool(own_cells) and is_words and is_more


def _is_below_merged(row: GridRow, following: GridRow) -> bool:
    """Whether a row only divides wide cells of the header above: its other cells repeat those above."""
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
    if len(texts) > 1 and (match := find_by_keyword(texts[-1])) and match[1]:
        above = find_by_keyword(texts[0])
        if above and above[0] in _WIDE and find_by_keyword(joined) == above != match and match[0] not in _VAGUE:
            return texts[-1]
    return joined


_WIDE = frozenset({"target", "update", "response", "request", "status", "acceptance", "agreed_action"})
"""Fields of headings above several columns. The heading of a single column overrides them."""
_VAGUE = frozenset({"update", "as_published"})
"""Fields of headings that depend on the headings above: the *Comment* of a *Response*."""


# Forms.

_MAX_LABEL = 60
_MAX_WORDS = 7
_MIN_FIELDS = 3
_MIN_KNOWN = 0.6
_NUMBERED = re.compile(
    r"(?P<label>(?:agreed |audit |key )?(?:recommendations?|actions?|findings?|issues?|rec)) ?"
    r"(?:(?:no\.?|number|ref\.?|#) ?)?"
    r"(?P<number>[A-Za-z]{0,3}\d{1,4}(?:[./-]\d{1,4}){0,3}[a-z]?(?:\([a-z0-9]{1,4}\)){0,2}) ?[:.]?",
    re.IGNORECASE,
)


_PRIORITY = re.compile(r"\b(high|medium|low|significant|critical)[ -](?:priority|risk)\b", re.IGNORECASE)


@dataclass(slots=True)
class _Form:
    """The values of one form by their labels, in order, with the place of its first label and the text above it."""

    table: str
    row: int
    heading: str
    values: dict[str, GridCell] = field(default_factory=dict)

    def add(self, label: str, cell: GridCell) -> None:
        """Add a value. A repeated label continues its value."""
        before = self.values.get(label)
        self.values[label] = cell if before is None else _join_cells(before, cell)


def group_forms(grids: Sequence[Grid], key: Mapping[str, str]) -> Iterator[Grid | Tracker]:
    """Yield the grids, with each run of forms that follow one another as one tracker with a row for each form."""
    run: list[_Form] = []
    for grid in grids:
        forms = [] if grid.skip_reason else _read_forms(grid)
        if forms:
            run += forms
            continue
        if run:
            yield _make_tracker(run, key)
        run = []
        yield grid
    if run:
        yield _make_tracker(run, key)


def divide_labelled_cells(tracker: Tracker) -> Tracker:
    """Return a tracker with a column for each label in its cells: *Recommendation: … Responsible officer: …*.

    The text before the first label keeps its own column.
    """
    divided = {
        index: parts
        for index in range(len(tracker.headings))
        if (parts := [_divide_cell(row.cells[index]) for row in tracker.rows if index < len(row.cells)])
        and _are_divided(parts)
    }
    if not divided:
        return tracker
    labels = {
        index: [*dict.fromkeys(label for cell in parts for label in cell if label)] for index, parts in divided.items()
    }
    rows: list[GridRow] = []
    for row in tracker.rows:
        cells = [*row.cells, *[GridCell()] * (len(tracker.headings) - len(row.cells))]
        for index, names in labels.items():
            own_cell = cells[index]
            values = _divide_cell(own_cell) if own_cell.colspan < len(tracker.headings) else {"": own_cell}
            cells[index] = values.get("", replace(own_cell, paragraphs=()))
            cells += [values.get(name, GridCell()) for name in names]
        rows.append(replace(row, cells=tuple(cells)))
    emptied = {index for index in labels if not any(row.cells[index].lines for row in rows)}
    headings = ["" if index in emptied else heading for index, heading in enumerate(tracker.headings)]
    headings += [name for names in labels.values() for name in names]
    return replace(tracker, headings=tuple(headings), rows=tuple(rows))


def _divide_cell(cell: GridCell) -> dict[str, GridCell]:
    """Return the parts of a cell by the labels at the start of its paragraphs.

    A part without a label has an empty one.
    """
    parts: dict[str, GridCell] = {}
    label = ""
    for paragraph in cell.paragraphs:
        head, colon, rest = paragraph.text.partition(":")
        if colon and _is_label(head):
            label = head.strip()
        text_paragraph = replace(paragraph, text=rest.strip()) if colon and _is_label(head) else paragraph
        part = replace(cell, paragraphs=(text_paragraph,), colspan=1)
        parts[label] = _join_cells(parts[label], part) if label in parts else part
    return parts


def _are_divided(parts: Sequence[Mapping[str, GridCell]]) -> bool:
    """Whether most cells of a column have labels of several fields, with a request among them."""
    cells = [part for part in parts if any(cell.lines for cell in part.values())]
    fields = [{match[0] for label in part if label and (match := find_by_keyword(label))} for part in cells]
    return bool(cells) and sum(
        len(names) >= _MIN_FIELDS and bool(CORE & names) for names in fields
    ) >= _MIN_KNOWN * len(cells)


def holds_tracker(grid: Grid) -> bool:
    """Whether a grid is a tracker or a form."""
    return bool(_read_forms(grid)) or bool(find_trackers(grid, {}))


def _make_tracker(forms: Sequence[_Form], key: Mapping[str, str]) -> Tracker:
    labels = [*dict.fromkeys(label for form in forms for label in form.values)]
    headings = {form.heading for form in forms}
    rows: list[GridRow] = []
    heading = ""
    for form in forms:
        if len(headings) > 1 and form.heading != heading:
            heading = form.heading
            group = GridCell((CellParagraph(heading),), colspan=len(labels))
            repeats = [replace(group, is_repeat=True)] * (len(labels) - 1)
            rows += [GridRow(form.row, (group, *repeats), table=form.table)] if heading else []
        cells = tuple(form.values.get(label, GridCell()) for label in labels)
        rows.append(GridRow(form.row, cells, table=form.table))
    tables = [*dict.fromkeys(form.table for form in forms)]
    name = tables[0] if len(tables) == 1 else f"{tables[0]} to {tables[-1]}"
    caption = "" if len(headings) > 1 else forms[0].heading
    grid = Grid(name, tuple(rows), caption)
    return Tracker(grid, (), tuple(labels), tuple(rows), caption=caption, key=key)


def _read_forms(grid: Grid) -> list[_Form]:
    """Return the forms of a grid; nothing where it is a table of another kind."""
    rows = [(row, _list_own(row)) for row in grid.rows if not row.is_empty]
    across = _label_requests(_pair_across(rows))
    if _are_labels(across):
        return _divide(grid, across)
    down = [] if _are_labels(across, CORE) else _pair_down(rows)
    return _divide(grid, down) if _are_labels(down) else []


def _list_own(row: GridRow) -> list[GridCell]:
    """Return the cells of a row, each once, without the empty ones at its end."""
    cells = [cell for cell in row.cells if not cell.is_repeat]
    while cells and not cells[-1].lines and len(cells) % 2:
        cells.pop()
    return cells


_Pair = tuple[int, GridCell | None, GridCell]
"""The number of a row, a label and its value. A text without a label has none."""


def _pair_across(rows: Sequence[tuple[GridRow, list[GridCell]]]) -> list[_Pair]:
    """Return the pairs of rows with each label left of its value; nothing if a value has no label."""
    pairs: list[_Pair] = []
    for row, cells in rows:
        if len(cells) == 1:
            pairs.append((row.number, None, cells[0]))
            continue
        if len(cells) % 2 or _is_label_row(cells):
            return []
        for label, value in zip(cells[::2], cells[1::2], strict=True):
            if not label.lines and not value.lines:
                continue
            if not _may_be_label(label.line):
                return []
            pairs.append((row.number, label, value))
    return pairs if sum(label is not None for _, label, _ in pairs) >= _MIN_FIELDS else []


def _label_requests(pairs: list[_Pair]) -> list[_Pair]:
    """Return the pairs with *Recommendation 4.1* as the label of the text in the row below it.

    Where a request has a label beside it, such a row is the heading of a form.
    """
    if any(label and _is_core(label.line) for _, label, _ in pairs):
        return pairs
    result: list[_Pair] = []
    for number, label, value in pairs:
        before = result[-1] if result else None
        if label is None and before and before[1] is None and _is_core(before[2].line):
            result[-1] = (before[0], before[2], value)
        else:
            result.append((number, label, value))
    return result


def _is_core(text: str) -> bool:
    match = find_by_keyword(_split_number(text)[0]) if _may_be_label(text) else None
    return match is not None and match[0] in CORE


def _pair_down(rows: Sequence[tuple[GridRow, list[GridCell]]]) -> list[_Pair]:
    """Return the pairs of rows with labels above their values, or left of them; nothing for other rows."""
    pairs: list[_Pair] = []
    label_rows = index = 0
    while index < len(rows):
        row, cells = rows[index]
        following = rows[index + 1][1] if index + 1 < len(rows) else []
        is_labels = all(_is_label(cell.line) for cell in cells)
        if is_labels and len(following) == len(cells) and not all(_is_label(cell.line) for cell in following):
            if _is_label_row(cells):
                return []
            pairs += [(row.number, label, value) for label, value in zip(cells, following, strict=True)]
            label_rows += 1
            index += 2
            continue
        across = _pair_across([(row, cells)] * _MIN_FIELDS)[: len(cells) // 2]
        if len(cells) > 1 and not (across and all(label and _is_label(label.line) for _, label, _ in across)):
            return []
        pairs += across or [(row.number, None, cells[0])]
        index += 1
    return pairs if label_rows > 1 else []


def _is_label_row(cells: Sequence[GridCell]) -> bool:
    """Whether cells are the header of a tracker: headings with a request among them."""
    headings = [cell.line for cell in cells if cell.lines]
    fields = {match[0] for text in headings if (match := find_by_keyword(text))}
    return len(headings) >= _MIN_FIELDS and bool(CORE & fields) and all(map(_is_label, headings))


def _may_be_label(text: str) -> bool:
    return 0 < len(text) <= _MAX_LABEL and len(text.split()) <= _MAX_WORDS and not text.endswith(".")


def _is_label(text: str) -> bool:
    return _may_be_label(text) and find_by_keyword(_split_number(text)[0]) is not None


def _are_labels(pairs: Sequence[_Pair], may_lack: Collection[str] = ()) -> bool:
    """Whether pairs have the labels of forms: most of them name fields, several different ones and a request.

    Fields in `may_lack` need not be among them.
    """
    labels = [label.line for _, label, _ in pairs if label is not None]
    matches = [match[0] for label in labels if _is_label(label) and (match := find_by_keyword(_split_number(label)[0]))]
    has_enough = len(matches) >= _MIN_KNOWN * len(labels) and len(set(matches)) >= _MIN_FIELDS
    return has_enough and bool(CORE & {*matches, *may_lack})


def _split_number(label: str) -> tuple[str, str]:
    """Return a label without its number, and the number: *Recommendation 2* is the second *Recommendation*."""
    match = _NUMBERED.fullmatch(label.strip())
    return (match["label"], match["number"]) if match else (label.strip().rstrip(":").strip(), "")


def _divide(grid: Grid, pairs: Sequence[_Pair]) -> list[_Form]:
    """Return the forms of a grid: each begins with the label that the first one begins with."""
    number = _NUMBERED.fullmatch(grid.heading.strip())
    forms: list[_Form] = []
    first, above = "", ""
    for row, cell, value in pairs:
        if cell is None:
            if forms and not _begins(pairs, row, first):
                last = next(reversed(forms[-1].values))
                forms[-1].add(last, value)
            else:
                above = value.line
            continue
        label, own_number = _split_number(cell.line)
        if not forms or fold_heading(label) == first:
            first = fold_heading(label)
            number_match = _NUMBERED.match(above)
            heading = grid.section if number else grid.heading
            if above and not number_match and len(above) <= MAX_HEADING:
                heading = above
            forms.append(_Form(grid.name, row, heading))
            for name, text in _read_heading(above, own_number or (number["number"] if number else "")).items():
                forms[-1].add(name, GridCell((CellParagraph(text),)))
            above = ""
        forms[-1].add(label, value)
    return forms


def _read_heading(above: str, number: str) -> dict[str, str]:
    """Return the number, priority and title in the line above a form: *Recommendation 4.2 (High priority)*."""
    match = _NUMBERED.match(above)
    priority = _PRIORITY.search(above)
    rest = _PRIORITY.sub("", above[match.end() :]).strip(" ():–-") if match else ""
    columns = {"Ref": number or (match["number"] if match else ""), "Priority": priority[1] if priority else ""}
    return {name: text for name, text in {**columns, "Title": rest}.items() if text}


def _begins(pairs: Sequence[_Pair], row: int, first: str) -> bool:
    """Whether the next label after a row begins a form."""
    labels = [label for number, label, _ in pairs if number > row and label is not None]
    return bool(labels) and fold_heading(_split_number(labels[0].line)[0]) == first


def _join_cells(first: GridCell, second: GridCell) -> GridCell:
    return replace(first, paragraphs=(*first.paragraphs, *second.paragraphs)) if second.paragraphs else first
