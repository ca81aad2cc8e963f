"""Tables that are forms: one for each record, with the headings beside or above the values."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from p2ptrack.imports.grid import CellParagraph, Grid, GridCell, GridRow
from p2ptrack.imports.headings import find_by_keyword, fold_heading
from p2ptrack.imports.mapping import CORE, MAX_HEADING, Tracker
from p2ptrack.imports.trackers import find_trackers

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
        """Add a value. A label that comes again goes on with its value."""
        before = self.values.get(label)
        self.values[label] = cell if before is None else _join_cells(before, cell)


def group_forms(grids: Sequence[Grid], key: Mapping[str, str]) -> Iterator[Grid | Tracker]:
    """Yield the grids, with each run of forms that follow one another as one tracker with a row for each form."""
    run: list[_Form] = []
    for grid in grids:
        forms = [] if grid.pass_over else _read_forms(grid)
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

    What stands before the first label stays in its own column.
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
            own = cells[index]
            values = _divide_cell(own) if own.colspan < len(tracker.headings) else {"": own}
            cells[index] = values.get("", replace(own, paragraphs=()))
            cells += [values.get(name, GridCell()) for name in names]
        rows.append(replace(row, cells=tuple(cells)))
    emptied = {index for index in labels if not any(row.cells[index].lines for row in rows)}
    headings = ["" if index in emptied else heading for index, heading in enumerate(tracker.headings)]
    headings += [name for names in labels.values() for name in names]
    return replace(tracker, headings=tuple(headings), rows=tuple(rows))


def _divide_cell(cell: GridCell) -> dict[str, GridCell]:
    """Return the parts of a cell by the labels at the head of its paragraphs; what has none has an empty label."""
    parts: dict[str, GridCell] = {}
    label = ""
    for paragraph in cell.paragraphs:
        head, colon, rest = paragraph.text.partition(":")
        if colon and _is_label(head):
            label = head.strip()
        own = replace(paragraph, text=rest.strip()) if colon and _is_label(head) else paragraph
        part = replace(cell, paragraphs=(own,), colspan=1)
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
    """Return the pairs of rows in which each label stands left of its value; nothing where one has no label."""
    pairs: list[_Pair] = []
    for row, cells in rows:
        if len(cells) == 1:
            pairs.append((row.number, None, cells[0]))
            continue
        if len(cells) % 2 or _is_header(cells):
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
    """Return the pairs of rows in which labels stand above their values, or left of them; nothing for other rows."""
    pairs: list[_Pair] = []
    label_rows = index = 0
    while index < len(rows):
        row, cells = rows[index]
        following = rows[index + 1][1] if index + 1 < len(rows) else []
        is_labels = all(_is_label(cell.line) for cell in cells)
        if is_labels and len(following) == len(cells) and not all(_is_label(cell.line) for cell in following):
            if _is_header(cells):
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


def _is_header(cells: Sequence[GridCell]) -> bool:
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
    known = [match[0] for label in labels if _is_label(label) and (match := find_by_keyword(_split_number(label)[0]))]
    has_enough = len(known) >= _MIN_KNOWN * len(labels) and len(set(known)) >= _MIN_FIELDS
    return has_enough and bool(CORE & {*known, *may_lack})


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
            named = _NUMBERED.match(above)
            heading = grid.section if number else grid.heading
            forms.append(_Form(grid.name, row, heading if named or not above or len(above) > MAX_HEADING else above))
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
    stated = {"Ref": number or (match["number"] if match else ""), "Priority": priority[1] if priority else ""}
    return {name: text for name, text in {**stated, "Title": rest}.items() if text}


def _begins(pairs: Sequence[_Pair], row: int, first: str) -> bool:
    """Whether the next label after a row begins a form."""
    labels = [label for number, label, _ in pairs if number > row and label is not None]
    return bool(labels) and fold_heading(_split_number(labels[0].line)[0]) == first


def _join_cells(first: GridCell, second: GridCell) -> GridCell:
    return replace(first, paragraphs=(*first.paragraphs, *second.paragraphs)) if second.paragraphs else first
