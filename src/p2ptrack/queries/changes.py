"""`build_changes`: what happened to the register between two moments, by meaning, in the order that a committee cares for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from p2ptrack.analysis.case import SCHEMA_VERSION
from p2ptrack.analysis.history.diff import DisplayValue, diff_words, format_display_value
from p2ptrack.analysis.history.events import (
    Event,
    EventType,
    iter_anchored_target_events,
    iter_programme_events,
    iter_record_events,
)
from p2ptrack.analysis.history.movement import (
    Balance,
    RegisterComparison,
    compute_balances,
    iter_balance_events,
    iter_expired_exemption_events,
)
from p2ptrack.model.fields import Status
from p2ptrack.model.history import SHORT_COMMIT_LENGTH, RevisionRef
from p2ptrack.phrases import humanise, natural_key, pluralise
from p2ptrack.queries.answer import LazyData
from p2ptrack.queries.record_history import (
    LONG_TEXT,
    UNDECLARED_NOTE,
    format_days_moved,
    format_decision,
    format_field_name,
    format_field_value,
)
from p2ptrack.reports.document import Block, Cell, Column, Document, Fact, Row, Section, Table, make_paragraph
from p2ptrack.reports.phrases import format_optional_date, format_short_date, shorten_text

# What happened, as one sentence for each event, or for each record where single fields say little.


_MAX_TEXT = 160
_MAX_TITLE = 70
_STATUSES_NEEDING_EVIDENCE = frozenset({Status.COMPLETE, Status.VERIFIED, Status.EMBEDDED})
_APPROVAL_FIELDS = (
    "revisions.decision",
    "revisions.approved_by",
    "revisions.meeting",
    "revisions.minute",
    "revisions.date",
)
_COVERED_FIELDS: Mapping[EventType, tuple[str, ...]] = {
    EventType.CLOSED: ("verified", "decided", "completed_on", "evidence", "superseded_by"),
    EventType.DISAPPEARED: ("path",),
    EventType.TARGET: _APPROVAL_FIELDS,
    EventType.EXTENSION: _APPROVAL_FIELDS,
}
_LIST_INDEX = re.compile(r"\[\d+\]")
EventLine = tuple[str, str, str]
"""Of what (nothing where the next says it), what happened, when and by whom."""


def deduplicate_events(events: Sequence[Event]) -> Iterator[Event]:
    """Yield the events without what another of the same record and commit tells already."""
    closure_changes = {
        (event.id, event.revision, event.new)
        for event in events
        if event.event_type in {EventType.CLOSED, EventType.REOPENED}
    }
    covered_fields = {
        (event.id, event.revision, name) for event in events for name in _COVERED_FIELDS.get(event.event_type, ())
    }
    for event in events:
        is_covered_step = (
            event.event_type is EventType.STATUS and (event.id, event.revision, event.new) in closure_changes
        )
        names = (event.field.partition("[")[0].partition(".")[0], _LIST_INDEX.sub("", event.field))
        is_covered_field = event.event_type is EventType.OTHER and any(
            (event.id, event.revision, name) in covered_fields for name in names
        )
        if not is_covered_step and not is_covered_field:
            yield event


def format_event_lines(event_type: EventType, events: Iterable[Event]) -> Iterator[EventLine]:
    """Yield a line for each event; what was done to one exemption, and small changes of one commit, share a line.

    A record goes by the last of its titles, so that all its lines stand under one.
    """
    all_events = tuple(events)
    titles = {event.id: event.title for event in all_events}
    for _, group in groupby(all_events, key=lambda event: (event.id, *_grouping_key(event_type, event))):
        grouped_events = list(group)
        first_event = grouped_events[0]
        subject = shorten_text(
            titles[first_event.id]
            if event_type is EventType.PROGRAMME
            else f"{first_event.id} {titles[first_event.id]}",
            _MAX_TITLE,
        )
        text = _DESCRIPTIONS[event_type](grouped_events)
        yield (
            ("", f"{subject}: {text}", _format_attribution(first_event))
            if event_type is EventType.NEW
            else (subject, text, _format_attribution(first_event))
        )


def _grouping_key(event_type: EventType, event: Event) -> tuple[object, ...]:
    """Return what events of one record must share to be told in one line."""
    if event_type is EventType.EXEMPTION:
        return event.revision, _exempt_entry(event.field)
    if event_type is EventType.PROGRAMME:
        return event.revision, event.note or event.field
    return (event.revision,) if event_type is EventType.OTHER else (id(event),)


def _format_attribution(event: Event) -> str:
    if event.revision is None:
        return "the day decided on came"
    return f"{format_short_date(event.revision.effective_date)}, {event.revision.author} ({event.revision.commit[:SHORT_COMMIT_LENGTH]})"


def _format_event_change(event: Event) -> str:
    if isinstance(event.old, str) and isinstance(event.new, str) and max(len(event.old), len(event.new)) > LONG_TEXT:
        return diff_words(event.old, event.new)
    old, new = (_shorten_value(format_field_value(event.field, value)) for value in (event.old, event.new))
    if event.old is None:
        return f"now {new}"
    return f"from {old} to {new}" if event.new is not None else f"no longer {old}"


def _shorten_value(text: str) -> str:
    return shorten_text(text, _MAX_TEXT).rstrip(".")


def _format_status_change(event: Event) -> str:
    old, new = (
        humanise(format_display_value(value)).lower() if value else "no status" for value in (event.old, event.new)
    )
    return f"from {old} to {new}" if old != new else new


def _describe_status_step(event: Event) -> str:
    direction, _, since = event.note.partition("; ")
    return _join_parts(f"{direction}: {_format_status_change(event)}", since)


def _join_parts(*parts: str) -> str:
    return "; ".join(part.rstrip(".").replace(".;", ";") for part in parts if part)


def _describe_disappearance(event: Event) -> str:
    status = f"its status was {humanise(event.note).lower()}" if event.note else "it had no status"
    file_text = (
        f"{format_display_value(event.old)} was deleted"
        if event.new is None
        else f"its file is {format_display_value(event.new)} now"
    )
    return (
        f"{file_text}; a recommendation, not counted above"
        if event.kind == "recommendation"
        else f"{file_text}; {status}"
    )


def _describe_new(event: Event) -> str:
    status = humanise(format_display_value(event.new)).lower() if event.new else "no status"
    return _join_parts(status if event.kind != "recommendation" else "added", event.note)


def _describe_closure(event: Event) -> str:
    no_evidence = "no evidence" if event.new in _STATUSES_NEEDING_EVIDENCE else ""
    evidence = f"evidence: {', '.join(event.evidence)}" if event.evidence else no_evidence
    return _join_parts(_format_status_change(event), event.note, evidence)


def _describe_target_change(event: Event) -> str:
    days = f" ({format_days_moved(event.days)})" if event.days else ""
    note = UNDECLARED_NOTE if event.note == "not in the ledger" else event.note
    return _join_parts(
        f"{_format_event_change(event)}{days}", format_decision("", event.approved_by), event.reason, note
    )


def _describe_extension(event: Event) -> str:
    days = f" ({format_days_moved(event.days)})" if event.days else ""
    is_entered = event.note == "entered"
    decision = format_decision("" if is_entered else event.note, event.approved_by) or "entered"
    return _join_parts(
        decision, f"{_format_event_change(event)}{days}", event.reason, "the target itself did not move" * is_entered
    )


def _describe_update(event: Event) -> str:
    text = shorten_text(format_display_value(event.new), _MAX_TEXT)
    return f"{event.note}: {text}" if event.note else text


def _describe_field_change(event: Event) -> str:
    return f"{format_field_name(event.field)}: {_format_event_change(event)}"


def _exempt_entry(field: str) -> str:
    """Return what an exemption is of: nothing for the record, else its entry: `updates[1]`."""
    return field.partition("exempt")[0].rstrip(".")


def _describe_exemption(events: Sequence[Event]) -> str:
    new_terms = {event.field.rpartition(".")[2]: event.new for event in events}
    if all(event.new is None for event in events):
        old_terms = {event.field.rpartition(".")[2]: event.old for event in events}
        return f"no longer exempt: {_describe_exempt_item(events[0], old_terms)}"
    if any(event.old is not None for event in events):
        return _join_parts(*map(_describe_field_change, events))
    return _join_parts(
        f"exempt now: {_describe_exempt_item(events[0], new_terms)}", *_format_exemption_terms(new_terms)
    )


def _describe_exempt_item(event: Event, terms: Mapping[str, DisplayValue | None]) -> str:
    """Return what the public may not see by an exemption: an entry, or fields of a record, or the record."""
    fields = format_field_value("exempt.fields", terms.get("fields"))
    return format_field_name(_exempt_entry(event.field)).casefold() or fields or "the record"


def _format_exemption_terms(terms: Mapping[str, DisplayValue | None]) -> Iterator[str]:
    """Yield on which terms something is exempt, in the words of the decision."""
    for name, prefix in (
        ("paragraph", "paragraph "),
        ("reason", ""),
        ("decided_by", "decided by "),
        ("until", "until "),
    ):
        if name in terms:
            yield f"{prefix}{format_display_value(terms[name])}"


def _describe_other(events: Sequence[Event]) -> str:
    if len(events) > 1:
        return f"changed: {', '.join(format_field_name(event.field) for event in events)}"
    if events[0].field == "path":
        return f"file moved {_format_event_change(events[0])}"
    return _describe_field_change(events[0])


def _describe_programme_change(events: Sequence[Event]) -> str:
    """Return what was changed of a meeting or a phase by its id, or of the programme itself."""
    item = events[0].note
    if not item:
        return _join_parts(*map(_describe_field_change, events))
    fields = {format_field_name(event.field).partition(": ")[2]: event for event in events}
    if all(event.old is None for event in events) and "id" in fields:
        return f"{item} is new; {_join_parts(*(f'{name} {format_display_value(event.new)}' for name, event in fields.items() if name != 'id'))}"
    return (
        f"{item}: {_join_parts(*(f'{name} {_format_event_change(event)}'.strip() for name, event in fields.items()))}"
    )


def _for_first_event(describe: Callable[[Event], str]) -> Callable[[Sequence[Event]], str]:
    return lambda events: describe(events[0])


_DESCRIPTIONS: Mapping[EventType, Callable[[Sequence[Event]], str]] = {
    EventType.DISAPPEARED: _for_first_event(_describe_disappearance),
    EventType.CLOSED: _for_first_event(_describe_closure),
    EventType.REOPENED: _for_first_event(lambda event: _join_parts(_format_status_change(event), event.note)),
    EventType.TARGET: _for_first_event(_describe_target_change),
    EventType.EXTENSION: _for_first_event(_describe_extension),
    EventType.NEW: _for_first_event(_describe_new),
    EventType.STATUS: _for_first_event(_describe_status_step),
    EventType.OWNER: _for_first_event(_describe_field_change),
    EventType.UPDATE: _for_first_event(_describe_update),
    EventType.EXEMPTION: _describe_exemption,
    EventType.REMOVED: _for_first_event(lambda event: f"{format_display_value(event.old)} was deleted"),
    EventType.PROGRAMME: _describe_programme_change,
    EventType.OTHER: _describe_other,
}


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
