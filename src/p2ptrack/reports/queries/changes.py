"""`build_changes`: what happened to the register between two moments, by meaning, in the order that a committee cares for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from p2ptrack.analysis.as_data import SCHEMA_VERSION
from p2ptrack.analysis.past.anchored import iter_anchored_target_events
from p2ptrack.analysis.past.differences import format_display_value
from p2ptrack.analysis.past.events import Event, EventType
from p2ptrack.analysis.past.happened import iter_programme_events, iter_record_events
from p2ptrack.analysis.past.lapsed import iter_expired_exemption_events
from p2ptrack.analysis.past.movement import Balance, RegisterComparison, compute_balances, iter_balance_events
from p2ptrack.records.register import natural_key
from p2ptrack.records.timeline import SHORT_COMMIT_LENGTH, RevisionRef
from p2ptrack.reports.document import Block, Cell, Column, Document, Fact, Row, Section, Table, make_paragraph
from p2ptrack.reports.numbers import pluralise
from p2ptrack.reports.queries.answer import LazyData
from p2ptrack.reports.queries.answer_words import format_optional_date, format_short_date
from p2ptrack.reports.queries.told_events import EventLine, deduplicate_events, format_event_lines

_EVENT_TITLES: Mapping[EventType, str] = {
    EventType.DISAPPEARED: "Disappeared without being closed",
    EventType.CLOSED: "Closed",
    EventType.REOPENED: "Opened again",
    EventType.TARGET: "Targets moved or set",
    EventType.EXTENSION: "Extensions asked for, decided or entered",
    EventType.NEW: "New",
    EventType.STATUS: "Status, step by step",
    EventType.OWNER: "Owners",
    EventType.UPDATE: "New updates",
    EventType.EXEMPTION: "Exempt from publication",
    EventType.REMOVED: "Taken out after closing",
    EventType.PROGRAMME: "Meetings, phases, posts and policy",
    EventType.OTHER: "Also changed",
}
Endpoints = tuple[RevisionRef, RevisionRef]


def list_events(comparison: RegisterComparison) -> tuple[Event, ...]:
    """Return all that happened, sort by sort and record by record, each record's oldest first."""
    all_events = [
        *iter_balance_events(comparison),
        *iter_anchored_target_events(comparison.history, comparison.revision_range),
        *iter_expired_exemption_events(comparison),
    ]
    all_events += iter_programme_events(comparison.history, comparison.revision_range)
    for record_history in comparison.history.records.values():
        all_events += iter_record_events(record_history, comparison.revision_range, comparison.get_interpreter_at)
    order, end = list(EventType), comparison.revision_range.end
    return tuple(
        sorted(
            all_events,
            key=lambda event: (order.index(event.event_type), natural_key(event.id), _revision_number(event, end)),
        )
    )


def _revision_number(event: Event, end_number: int) -> int:
    # What a day did, it did to what the record said at the end.
    return event.revision.position if event.revision else end_number + 1


def build_changes(comparison: RegisterComparison, endpoints: Endpoints, *, table: bool = False) -> Document:
    """Return what happened. As a `table` it has one row for each event, for spreadsheets."""
    events, balances = list_events(comparison), compute_balances(comparison)
    blocks = (
        (_spreadsheet_table(events),)
        if table
        else (_balance_table(balances, endpoints), *_change_blocks(events, balances))
    )
    return Document(
        name="changes",
        title="Changes",
        as_of=endpoints[1].effective_date,
        blocks=blocks,
        meta=(Fact("From", None, (" to ".join(_format_endpoint(comparison, endpoint) for endpoint in endpoints),)),),
        data=LazyData(lambda: _changes_data(events, balances, endpoints)),
    )


def _format_endpoint(comparison: RegisterComparison, endpoint: RevisionRef) -> str:
    meeting = f"{endpoint.request}, " if comparison.after.case.register.find_meeting(endpoint.request) else ""
    commit = f"commit {endpoint.commit[:SHORT_COMMIT_LENGTH]}" if endpoint.commit else "before the first commit"
    return f"{format_optional_date(endpoint.effective_date)} ({meeting}{commit})"


_BALANCE_KEYS = ("opening", "new", "reopened", "closed", "disappeared", "closing")


def _balance_table(balances: Sequence[Balance], endpoints: Endpoints) -> Table:
    titles = (
        f"Open {format_short_date(endpoints[0].effective_date)}",
        "New",
        "Reopened",
        "Closed",
        "Disappeared",
        f"Open {format_short_date(endpoints[1].effective_date)}",
    )
    numbers = (Column(key, title, "right", "narrow") for key, title in zip(_BALANCE_KEYS, titles, strict=True))
    columns = (Column("kind", "Kind", header=True), *numbers)
    rows = [(balance.kind.plural.capitalize(), balance.get_counts()) for balance in balances]
    rows.append(("All", total_counts(balances)))
    cells = (Row((Cell(name), *(Cell(counts[key]) for key in _BALANCE_KEYS))) for name, counts in rows)
    return Table("movement", "", columns, tuple(cells))


def total_counts(balances: Iterable[Balance]) -> dict[str, int]:
    """Return the numbers of all kinds together."""
    all_counts = [balance.get_counts() for balance in balances]
    return {key: sum(counts[key] for counts in all_counts) for key in _BALANCE_KEYS}


def format_equation(counts: Mapping[str, int]) -> str:
    """Return the line that must hold, as a sum."""
    return (
        f"{counts['opening']} open + {counts['new']} new + {counts['reopened']} reopened - {counts['closed']} closed "
        f"- {counts['disappeared']} disappeared = {counts['closing']} open."
    )


def _change_blocks(events: Sequence[Event], balances: Sequence[Balance]) -> Iterator[Block]:
    yield make_paragraph(format_equation(total_counts(balances)))
    unique_events = tuple(deduplicate_events(events))
    for event_type, title in _EVENT_TITLES.items():
        lines = tuple(
            format_event_lines(event_type, (event for event in unique_events if event.event_type is event_type))
        )
        if lines:
            table = _event_table(event_type, f"{title}: {_format_event_count(event_type, lines)}", lines)
            yield Section(event_type.value, table.caption, (table, *_event_advice(event_type)))
    if not events:
        yield make_paragraph("Nothing changed.")


def _event_advice(event_type: EventType) -> Iterator[Block]:
    if event_type is EventType.DISAPPEARED:
        yield make_paragraph("How to bring a record back, and close it: p2ptrack check --history")


def _format_event_count(event_type: EventType, lines: Sequence[EventLine]) -> str:
    records = len({subject for subject, _, _ in lines})
    if len(lines) == records or event_type in {EventType.NEW, EventType.PROGRAMME}:
        return str(len(lines))
    return f"{len(lines)} in {pluralise(records, 'record')}"


_EVENT_LINE_COLUMNS = (Column("change", "", width="wide", header=True), Column("when", "When and by whom"))


def _event_table(event_type: EventType, caption: str, lines: Sequence[EventLine]) -> Table:
    rows = tuple(Row((Cell(text), Cell(attribution)), group=subject) for subject, text, attribution in lines)
    return Table(event_type.value, caption, _EVENT_LINE_COLUMNS, rows)


_EVENT_KEYS = (
    "event", "id", "kind", "title", "date", "author", "commit", "field", "old", "new", "days", "reason", "approved_by",
    "evidence", "note",
)  # fmt: skip


def _spreadsheet_table(events: Sequence[Event]) -> Table:
    columns = tuple(Column(key, key.replace("_", " ").capitalize(), header=key == "id") for key in _EVENT_KEYS)
    rows = (Row(tuple(_event_cell(event, key) for key in _EVENT_KEYS), key=event.id) for event in events)
    return Table("changes", "Changes", columns, tuple(rows), empty="None.")


def _event_cell(event: Event, key: str) -> Cell:
    if key == "date":
        return Cell(event.revision.effective_date if event.revision else None)
    value = event_as_data(event).get(key, event.event_type.value)
    return Cell(
        value
        if isinstance(value, int)
        else format_display_value(tuple(value) if isinstance(value, list) else value) or None
    )


def event_as_data(event: Event) -> dict[str, Any]:
    """Return an event as the JSON contract has it."""
    revision = event.revision
    identity = {"id": event.id, "kind": event.kind, "title": event.title}
    attribution = {
        "date": revision.effective_date.isoformat() if revision else None,
        "author": revision.author if revision else None,
        "commit": revision.commit if revision else None,
    }
    return identity | attribution | {key: _json_value(getattr(event, key)) for key in _EVENT_KEYS[7:]}


def _json_value(value: object) -> object:
    return list(value) if isinstance(value, tuple) else None if value == "" else value


def _changes_data(events: Sequence[Event], balances: Sequence[Balance], endpoints: Endpoints) -> dict[str, Any]:
    since, until = (
        {
            "asked": endpoint.request or None,
            "commit": endpoint.commit or None,
            "date": endpoint.effective_date.isoformat(),
        }
        for endpoint in endpoints
    )
    return {
        "schema_version": SCHEMA_VERSION,
        "as_of": endpoints[1].effective_date.isoformat(),
        "since": since,
        "until": until,
        "movement": total_counts(balances)
        | {"kinds": {balance.kind.name: balance.get_counts() for balance in balances}},
        **{
            event_type.value: [event_as_data(event) for event in events if event.event_type is event_type]
            for event_type in EventType
        },
    }
