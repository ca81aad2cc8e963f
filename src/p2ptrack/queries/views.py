"""`views`: the saved lists of the programme, their words, and how many records each shows now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from p2ptrack.analysis.case import Case, build_json_answer
from p2ptrack.errors import UsageError
from p2ptrack.queries.answer import LazyData, list_unread, make_export, position_facts
from p2ptrack.queries.exempt_marks import mark_exempt_items
from p2ptrack.queries.list import select_by_words
from p2ptrack.reports.document import Block, Cell, Column, Document, Row, Table, make_paragraph
from p2ptrack.values import dataclass


@dataclass(frozen=True, slots=True)
class _SavedList:
    """A saved list. `problem` says why it cannot be shown, and `ids` are empty then."""

    name: str
    words: str
    ids: tuple[str, ...] = ()
    problem: str = ""


def build_views(case: Case) -> Document:
    """Return the saved lists of the programme in the order in which they are written."""
    views = tuple(_read_view(case, name, words) for name, words in case.register.programme.views.items())
    document = Document(
        name="views",
        title="Saved lists",
        as_of=case.as_of,
        blocks=(*_build_blocks(views), *list_unread(case)),
        meta=position_facts(case.as_of),
        data=LazyData(lambda: build_json_answer(case, views=list(map(_serialise, views)))),
        export=lambda: make_export(case, _build_table(views), has_marks=False, has_records=False),
    )
    return mark_exempt_items(document, case.disclosure)


def _read_view(case: Case, name: str, words: str) -> _SavedList:
    try:
        selection = select_by_words(case, (f"@{name}",))
    except UsageError as error:
        return _SavedList(name, words, problem=str(error))
    return _SavedList(name, words, tuple(record.id for record in selection.records))


def _build_blocks(views: tuple[_SavedList, ...]) -> Iterator[Block]:
    yield _build_table(views)
    if not views:
        yield make_paragraph("Save a list under `views:` in data/programme.yaml, such as late: actions is:overdue")
        return
    name = next((view.name for view in views if not view.problem), views[0].name)
    # PowerShell reads an @ without quotation marks as a sign of its own.
    yield make_paragraph(f'Next: p2ptrack list "@{name}"', role="next")


def _build_table(views: tuple[_SavedList, ...]) -> Table:
    columns = (
        Column("view", "View", header=True),
        Column("words", "Words", width="wide"),
        Column("records", "Records", "right", "narrow"),
        Column("problem", "Problem", width="wide"),
    )
    shown = columns if any(view.problem for view in views) else columns[:-1]
    rows = tuple(
        Row((Cell(view.name), Cell(view.words), Cell(None if view.problem else len(view.ids)), *problem))
        for view in views
        for problem in [(Cell(view.problem or None),) if len(shown) == len(columns) else ()]
    )
    return Table("views", "", shown, rows, empty="There are no saved lists.")


def _serialise(view: _SavedList) -> dict[str, Any]:
    return {"name": view.name, "words": view.words, "ids": list(view.ids), "problem": view.problem or None}
