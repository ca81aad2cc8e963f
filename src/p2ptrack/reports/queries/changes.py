"""`changes`: what happened to the register between two moments, by meaning, in the order that a committee cares for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from p2ptrack.analysis.as_data import SCHEMA_VERSION
from p2ptrack.analysis.past.anchored import moved_with
from p2ptrack.analysis.past.differences import told
from p2ptrack.analysis.past.events import Event, Sort
from p2ptrack.analysis.past.happened import happened, of_programme
from p2ptrack.analysis.past.lapsed import lapsed
from p2ptrack.analysis.past.movement import Between, Movement, moved, movements
from p2ptrack.records.register import natural_key
from p2ptrack.records.timeline import SHORT_COMMIT, Place
from p2ptrack.reports.document import Block, Cell, Column, Document, Fact, Row, Section, Table, line
from p2ptrack.reports.numbers import counted
from p2ptrack.reports.queries.answer import Answer
from p2ptrack.reports.queries.answer_words import day, short_day
from p2ptrack.reports.queries.told_events import Line, grouped, told_once

_TITLES: Mapping[Sort, str] = {
    Sort.DISAPPEARED: "Disappeared without being closed",
    Sort.CLOSED: "Closed",
    Sort.REOPENED: "Opened again",
    Sort.TARGET: "Targets moved or set",
    Sort.EXTENSION: "Extensions asked for, decided or entered",
    Sort.NEW: "New",
    Sort.STATUS: "Status, step by step",
    Sort.OWNER: "Owners",
    Sort.UPDATE: "New updates",
    Sort.EXEMPTION: "Exempt from publication",
    Sort.REMOVED: "Taken out after closing",
    Sort.PROGRAMME: "Meetings, phases, posts and policy",
    Sort.OTHER: "Also changed",
}
Ends = tuple[Place, Place]


def events(about: Between) -> tuple[Event, ...]:
    """Return all that happened, sort by sort and record by record, each record's oldest first."""
    found = [*moved(about), *moved_with(about.timelines, about.span), *lapsed(about)]
    found += of_programme(about.timelines, about.span)
    for timeline in about.timelines.records.values():
        found += happened(timeline, about.span, about.lens)
    order, end = list(Sort), about.span.end
    return tuple(sorted(found, key=lambda each: (order.index(each.sort), natural_key(each.id), _when(each, end))))


def _when(event: Event, end: int) -> int:
    # What a day did, it did to what the record said at the end.
    return event.moment.number if event.moment else end + 1


def changes(about: Between, ends: Ends, *, table: bool = False) -> Document:
    """Return what happened. As a `table` it has one row for each event, for spreadsheets."""
    found, lines = events(about), movements(about)
    blocks = (_as_table(found),) if table else (_movement(lines, ends), *_blocks(found, lines))
    return Document(
        name="changes",
        title="Changes",
        as_of=ends[1].day,
        blocks=blocks,
        meta=(Fact("From", None, (" to ".join(_end(about, place) for place in ends),)),),
        data=Answer(lambda: _data(found, lines, ends)),
    )


def _end(about: Between, place: Place) -> str:
    meeting = f"{place.asked}, " if about.after.case.register.meeting(place.asked) else ""
    commit = f"commit {place.commit[:SHORT_COMMIT]}" if place.commit else "before the first commit"
    return f"{day(place.day)} ({meeting}{commit})"


_COUNTED = ("opening", "new", "reopened", "closed", "disappeared", "closing")


def _movement(lines: Sequence[Movement], ends: Ends) -> Table:
    titles = (
        f"Open {short_day(ends[0].day)}",
        "New",
        "Reopened",
        "Closed",
        "Disappeared",
        f"Open {short_day(ends[1].day)}",
    )
    numbers = (Column(key, title, "right", "narrow") for key, title in zip(_COUNTED, titles, strict=True))
    columns = (Column("kind", "Kind", header=True), *numbers)
    rows = [(each.kind.plural.capitalize(), each.counts()) for each in lines]
    rows.append(("All", total(lines)))
    cells = (Row((Cell(name), *(Cell(counts[key]) for key in _COUNTED))) for name, counts in rows)
    return Table("movement", "", columns, tuple(cells))


def total(lines: Iterable[Movement]) -> dict[str, int]:
    """Return the numbers of all kinds together."""
    every = [each.counts() for each in lines]
    return {key: sum(counts[key] for counts in every) for key in _COUNTED}


def equation(counts: Mapping[str, int]) -> str:
    """Return the line that must hold, as a sum."""
    return (
        f"{counts['opening']} open + {counts['new']} new + {counts['reopened']} reopened - {counts['closed']} closed "
        f"- {counts['disappeared']} disappeared = {counts['closing']} open."
    )


def _blocks(found: Sequence[Event], lines: Sequence[Movement]) -> Iterator[Block]:
    yield line(equation(total(lines)))
    once = tuple(told_once(found))
    for sort, title in _TITLES.items():
        told_of = tuple(grouped(sort, (event for event in once if event.sort is sort)))
        if told_of:
            table = _group(sort, f"{title}: {_number(sort, told_of)}", told_of)
            yield Section(sort.value, table.caption, (table, *_advice(sort)))
    if not found:
        yield line("Nothing changed.")


def _advice(sort: Sort) -> Iterator[Block]:
    if sort is Sort.DISAPPEARED:
        yield line("How to bring a record back, and close it: p2ptrack check --history")


def _number(sort: Sort, some: Sequence[Line]) -> str:
    records = len({what for what, _, _ in some})
    if len(some) == records or sort in {Sort.NEW, Sort.PROGRAMME}:
        return str(len(some))
    return f"{len(some)} in {counted(records, 'record')}"


_COLUMNS = (Column("change", "", width="wide", header=True), Column("when", "When and by whom"))


def _group(sort: Sort, caption: str, some: Sequence[Line]) -> Table:
    rows = tuple(Row((Cell(text), Cell(when)), group=what) for what, text, when in some)
    return Table(sort.value, caption, _COLUMNS, rows)


_KEYS = (
    "event", "id", "kind", "title", "date", "author", "commit", "field", "old", "new", "days", "reason", "approved_by",
    "evidence", "note",
)  # fmt: skip


def _as_table(found: Sequence[Event]) -> Table:
    columns = tuple(Column(key, key.replace("_", " ").capitalize(), header=key == "id") for key in _KEYS)
    rows = (Row(tuple(_cell(event, key) for key in _KEYS), key=event.id) for event in found)
    return Table("changes", "Changes", columns, tuple(rows), empty="None.")


def _cell(event: Event, key: str) -> Cell:
    if key == "date":
        return Cell(event.moment.day if event.moment else None)
    value = as_data(event).get(key, event.sort.value)
    return Cell(value if isinstance(value, int) else told(tuple(value) if isinstance(value, list) else value) or None)


def as_data(event: Event) -> dict[str, Any]:
    """Return an event as the JSON contract has it."""
    moment = event.moment
    head = {"id": event.id, "kind": event.kind, "title": event.title}
    when = {
        "date": moment.day.isoformat() if moment else None,
        "author": moment.author if moment else None,
        "commit": moment.commit if moment else None,
    }
    return head | when | {key: _in_json(getattr(event, key)) for key in _KEYS[7:]}


def _in_json(value: object) -> object:
    return list(value) if isinstance(value, tuple) else None if value == "" else value


def _data(found: Sequence[Event], lines: Sequence[Movement], ends: Ends) -> dict[str, Any]:
    since, until = (
        {"asked": place.asked or None, "commit": place.commit or None, "date": place.day.isoformat()} for place in ends
    )
    return {
        "schema_version": SCHEMA_VERSION,
        "as_of": ends[1].day.isoformat(),
        "since": since,
        "until": until,
        "movement": total(lines) | {"kinds": {each.kind.name: each.counts() for each in lines}},
        **{sort.value: [as_data(event) for event in found if event.sort is sort] for sort in Sort},
    }
