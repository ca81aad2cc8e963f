"""The `changes` answer: the events between two revisions by type, in the order in which a committee reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from p2ptrack.analysis.case import UnreadableFile
from p2ptrack.analysis.history.diff import DisplayValue, diff_words, format_display_value, strip_indices
from p2ptrack.analysis.history.events import (
    UNDECLARED_NOTE,
    Event,
    EventType,
    iter_anchored_target_events,
    iter_programme_events,
    iter_record_events,
)
from p2ptrack.analysis.history.movement import (
    BALANCE_FIELDS,
    Balance,
    RegisterComparison,
    compute_balances,
    iter_balance_events,
    iter_expired_exemption_events,
)
from p2ptrack.analysis.redaction import Audience
from p2ptrack.model.dates import format_long_date
from p2ptrack.model.fields import Status
from p2ptrack.model.history import SHORT_COMMIT_LENGTH, RevisionRef
from p2ptrack.model.kinds import Kind
from p2ptrack.phrases import humanise, natural_key, pluralise
from p2ptrack.queries.answer import (
    HistoryScope,
    LazyData,
    export_history,
    format_optional_date,
    format_short_date,
    mark_exempt_items,
    shorten_text,
)
from p2ptrack.queries.record_history import (
    COMMIT_NOTE,
    LONG_TEXT,
    format_changed_value,
    format_days_moved,
    format_field_name,
    format_target_decision,
)
from p2ptrack.reports.document import Block, Cell, Column, Document, Fact, Row, Section, Table, make_paragraph

_MAX_TEXT = 160
_MAX_TITLE = 70
_STATUSES_NEEDING_EVIDENCE = frozenset({Status.COMPLETE, Status.VERIFIED, Status.EMBEDDED})
_APPROVAL_FIELDS = tuple(
    f"revisions.{name}" for name in ("decision", "approved_by", "meeting", "minute", "date", "decided_on")
)
_COVERED_FIELDS: Mapping[EventType, tuple[str, ...]] = {
    EventType.CLOSED: ("verified", "decided", "completed_on", "evidence", "superseded_by"),
    EventType.DISAPPEARED: ("path",),
    EventType.TARGET: _APPROVAL_FIELDS,
    EventType.EXTENSION: _APPROVAL_FIELDS,
}
"""Fields whose changes an event of this type already shows."""
_EVENT_TITLES: Mapping[EventType, str] = {
    EventType.DISAPPEARED: "Removed without being closed",
    EventType.CLOSED: "Closed",
    EventType.REOPENED: "Reopened",
    EventType.TARGET: "Targets changed or set",
    EventType.EXTENSION: "Extensions requested, decided or recorded",
    EventType.NEW: "New",
    EventType.STATUS: "Status changes",
    EventType.OWNER: "Owners",
    EventType.UPDATE: "New updates",
    EventType.EXEMPTION: "Exempt from publication",
    EventType.REMOVED: "Removed after closing",
    EventType.PROGRAMME: "Meetings, phases, roles and policy",
    EventType.OTHER: "Other changes",
}
_EVENT_LINE_COLUMNS = (Column("change", "", width="wide", header=True), Column("when", "Date and author"))
_EVENT_KEYS = (
    "event", "id", "kind", "title", "date", "author", "commit", "field", "old", "new", "days", "reason", "approved_by",
    "evidence", "note",
)  # fmt: skip
Endpoints = tuple[RevisionRef, RevisionRef]


def describe_range(endpoints: Endpoints, tip: RevisionRef, today: date) -> tuple[str, ...]:
    """Return the notes on a range: the meaning that was chosen for an ambiguous name, and why the range is empty."""
    start, end = endpoints
    notes = [endpoint.note for endpoint in endpoints if endpoint.note]
    for endpoint in endpoints:
        if endpoint.by_date and endpoint.effective_date > max(today, tip.effective_date):
            day_text, last_text = map(format_long_date, (endpoint.effective_date, tip.effective_date))
            notes.append(f"{day_text} is in the future. The last commit is of {last_text}.")
    if start.by_date and end.by_date and start.effective_date == end.effective_date:
        day = start.effective_date
        before = (day - timedelta(days=1)).isoformat() if day > date.min else day.isoformat()
        notes.append(
            "A date means the end of that day, so nothing lies between the two. To see the changes of "
            f"{format_long_date(day)}: p2ptrack changes --since {before} --until {day.isoformat()}"
        )
    return tuple(dict.fromkeys(notes))


def build_changes(
    comparison: RegisterComparison, endpoints: Endpoints, scope: HistoryScope | None = None, *, table: bool = False
) -> Document:
    """Return the events between two revisions, with what they lack.

    With `table` it has one row for each event, for spreadsheets.
    """
    scope = scope or HistoryScope(comparison.after.case.register.programme)
    events, balances = _drop_unproven_events(list_events(comparison), scope), compute_balances(comparison)
    limits = map(make_paragraph, scope.list_limits())
    blocks = (_balance_table(balances, endpoints), *_iter_event_blocks(events, balances), *limits)
    as_of = endpoints[1].effective_date
    period = " to ".join(_format_endpoint(comparison, endpoint) for endpoint in endpoints)
    document = Document(
        name="changes",
        title="Changes",
        as_of=as_of,
        blocks=blocks,
        meta=(Fact("From", None, (period,)),),
        data=LazyData(lambda: scope.to_json(as_of, _changes_data(events, balances, endpoints, scope))),
    )
    if table:
        return replace(document, blocks=(export_history(_spreadsheet_table(events), scope),))
    return mark_exempt_items(document, scope.disclosure)


def _drop_unproven_events(events: tuple[Event, ...], scope: HistoryScope) -> tuple[Event, ...]:
    """Return the events without those that a withheld part of the record could contradict."""
    if scope.disclosure.audience != Audience.PUBLIC:
        return events
    return tuple(
        replace(event, note="") if event.note == UNDECLARED_NOTE and event.id in scope.disclosure.exempt else event
        for event in events
    )


def find_unreadable_versions(comparison: RegisterComparison) -> tuple[UnreadableFile, ...]:
    """Return the files that a range could not read, and the fields of old records that cannot be interpreted."""
    start, end = comparison.revision_range.start, comparison.revision_range.end
    fields: dict[str, set[str]] = {
        file.path: set() for file in comparison.history.unreadable_files if start < file.revision.position <= end
    }
    for path, name in (*comparison.before.dropped_fields, *comparison.after.dropped_fields):
        fields.setdefault(path, set()).add(name)
    return tuple(UnreadableFile.from_path(path, names) for path, names in sorted(fields.items()))


def list_events(comparison: RegisterComparison) -> tuple[Event, ...]:
    """Return all events by type, then by record, each record's oldest first."""
    history, revision_range = comparison.history, comparison.revision_range
    events = [
        *iter_balance_events(comparison),
        *iter_anchored_target_events(history, revision_range),
        *iter_expired_exemption_events(comparison),
        *iter_programme_events(history, revision_range),
    ]
    for record_history in history.records.values():
        events += iter_record_events(history, record_history, revision_range)
    order = {event_type: index for index, event_type in enumerate(EventType)}

    def sort_key(event: Event) -> tuple[object, ...]:
        # An event without a revision belongs to the record as it was at the end.
        position = event.revision.position if event.revision else revision_range.end + 1
        return order[event.event_type], natural_key(event.id), position

    return tuple(sorted(events, key=sort_key))


def _format_endpoint(comparison: RegisterComparison, endpoint: RevisionRef) -> str:
    meeting = f"{endpoint.request}, " if comparison.after.case.register.find_meeting(endpoint.request) else ""
    commit = f"commit {endpoint.commit[:SHORT_COMMIT_LENGTH]}" if endpoint.commit else "before the first commit"
    return f"{format_optional_date(endpoint.effective_date)} ({meeting}{commit})"


def _balance_table(balances: Sequence[Balance], endpoints: Endpoints) -> Table:
    start, end = (f"Open {format_short_date(endpoint.effective_date)}" for endpoint in endpoints)
    titles = (start, "New", "Reopened", "Closed", "Removed", end)
    numbers = (Column(key, title, "right", "narrow") for key, title in zip(BALANCE_FIELDS, titles, strict=True))
    rows = [(balance.kind.plural_title, balance.get_counts()) for balance in balances]
    rows.append(("All", total_counts(balances)))
    cells = tuple(Row((Cell(name), *(Cell(counts[key]) for key in BALANCE_FIELDS))) for name, counts in rows)
    return Table("movement", "", (Column("kind", "Kind", header=True), *numbers), cells)


def total_counts(balances: Iterable[Balance]) -> dict[str, int]:
    """Return the numbers of all kinds together."""
    all_counts = [balance.get_counts() for balance in balances]
    return {key: sum(counts[key] for counts in all_counts) for key in BALANCE_FIELDS}


def format_equation(counts: Mapping[str, int]) -> str:
    """Return the equation that must hold: opening + new + reopened - closed - removed = closing."""
    return (
        f"{counts['opening']} open + {counts['new']} new + {counts['reopened']} reopened - {counts['closed']} closed "
        f"- {counts['disappeared']} removed = {counts['closing']} open."
    )


def _iter_event_blocks(events: Sequence[Event], balances: Sequence[Balance]) -> Iterator[Block]:
    yield make_paragraph(format_equation(total_counts(balances)))
    unique_events = tuple(deduplicate_events(events))
    for event_type, title in _EVENT_TITLES.items():
        lines = format_event_lines(event_type, [event for event in unique_events if event.event_type is event_type])
        if lines:
            caption = f"{title}: {_format_event_count(event_type, lines)}"
            rows = tuple(Row((Cell(text), Cell(attribution)), group=subject) for subject, text, attribution in lines)
            blocks: list[Block] = [Table(event_type.value, caption, _EVENT_LINE_COLUMNS, rows)]
            if event_type is EventType.DISAPPEARED:
                blocks.append(make_paragraph("To see how to restore a record and close it: p2ptrack check --history"))
            yield Section(event_type.value, caption, tuple(blocks))
    yield make_paragraph(COMMIT_NOTE if events else "Nothing changed.", role="key" if events else "")


def deduplicate_events(events: Sequence[Event]) -> Iterator[Event]:
    """Yield the events without those that another of the same record and commit already shows."""
    closures = {
        (event.id, _commit_key(event), event.new)
        for event in events
        if event.event_type in {EventType.CLOSED, EventType.REOPENED}
    }
    covered_fields = {
        (event.id, _commit_key(event), name) for event in events for name in _COVERED_FIELDS.get(event.event_type, ())
    }
    for event in events:
        if event.event_type is EventType.STATUS and (event.id, _commit_key(event), event.new) in closures:
            continue
        path = strip_indices(event.field)
        names = (path.partition(".")[0], path)
        is_covered = any((event.id, _commit_key(event), name) in covered_fields for name in names)
        if event.event_type is not EventType.OTHER or not is_covered:
            yield event


def _commit_key(event: Event) -> tuple[str, str] | None:
    return (event.revision.commit, event.revision.author) if event.revision else None


EventLine = tuple[str, str, str]
"""The record (empty where the text names it), the event, and its date and author."""


def format_event_lines(event_type: EventType, events: Sequence[Event]) -> list[EventLine]:
    """Return a line for each event; those of one exemption, and small changes of one commit, share a line.

    All lines of a record have the last of its titles.
    """
    titles = {event.id: event.title for event in events}
    lines = []
    for _, group in groupby(events, key=lambda event: (event.id, *_grouping_key(event_type, event))):
        line_events = list(group)
        first = line_events[0]
        name = titles[first.id] if event_type is EventType.PROGRAMME else f"{first.id} {titles[first.id]}"
        subject = shorten_text(name, _MAX_TITLE)
        describe_group = _GROUP_DESCRIPTIONS.get(event_type)
        text = describe_group(line_events) if describe_group else _DESCRIPTIONS[event_type](first)
        if event_type is EventType.NEW:
            subject, text = "", f"{subject}: {text}"
        lines.append((subject, text, _format_attribution(first)))
    return lines


def _grouping_key(event_type: EventType, event: Event) -> tuple[object, ...]:
    """Return the key by which events of one record share a line."""
    if event_type is EventType.EXEMPTION:
        return event.revision, _exempt_entry(event.field)
    if event_type is EventType.PROGRAMME:
        return event.revision, event.note or event.field
    return (event.revision,) if event_type is EventType.OTHER else (id(event),)


def _format_attribution(event: Event) -> str:
    if event.revision is None:
        return "on the date decided"
    revision = event.revision
    date_note = f"; written on {format_short_date(revision.written_on)}, merged then" if revision.written_on else ""
    return f"{format_short_date(revision.effective_date)}, {revision.author} ({revision.short_commit}){date_note}"


def _format_event_count(event_type: EventType, lines: Sequence[EventLine]) -> str:
    record_count = len({subject for subject, _, _ in lines})
    if len(lines) == record_count or event_type in {EventType.NEW, EventType.PROGRAMME}:
        return str(len(lines))
    return f"{len(lines)} in {pluralise(record_count, 'record')}"


def _join_parts(*parts: str) -> str:
    return "; ".join(part.rstrip(".").replace(".;", ";") for part in parts if part)


def _format_event_change(event: Event) -> str:
    if isinstance(event.old, str) and isinstance(event.new, str) and max(len(event.old), len(event.new)) > LONG_TEXT:
        return diff_words(event.old, event.new)
    old, new = (
        shorten_text(format_changed_value(event.field, value, event.kinds), _MAX_TEXT).rstrip(".")
        for value in (event.old, event.new)
    )
    if event.old is None:
        return f"now {new}"
    return f"no longer {old}" if event.new is None else f"{old} → {new}"


def _format_status(status: DisplayValue | None) -> str:
    return humanise(format_display_value(status)).lower() if status else "no status"


def _format_status_change(event: Event) -> str:
    old, new = _format_status(event.old), _format_status(event.new)
    return f"{old} → {new}" if old != new else new


def _format_date_change(event: Event) -> str:
    days = f" ({format_days_moved(event.days)})" if event.days else ""
    return f"{_format_event_change(event)}{days}"


def _describe_disappearance(event: Event) -> str:
    path = format_display_value(event.old)
    file_text = f"{path} was deleted" if event.new is None else f"its file is {format_display_value(event.new)} now"
    if kind := _find_untracked_kind(event):
        article = "an" if kind.singular[0] in "aeiou" else "a"
        return f"{file_text}; {article} {kind.singular}, not counted above"
    status = f"its status was {humanise(event.note).lower()}" if event.note else "it had no status"
    return f"{file_text}; {status}"


def _describe_new(event: Event) -> str:
    return _join_parts("added" if _find_untracked_kind(event) else _format_status(event.new), event.note)


def _find_untracked_kind(event: Event) -> Kind | None:
    """Return the kind of an event's record if its records have no status, such as a recommendation."""
    return next((kind for kind in event.kinds if kind.name == event.kind and not kind.is_tracked), None)


def _describe_closure(event: Event) -> str:
    evidence = f"evidence: {', '.join(event.evidence)}" if event.evidence else ""
    if not evidence and event.new in _STATUSES_NEEDING_EVIDENCE:
        evidence = "no evidence"
    return _join_parts(_format_status_change(event), event.note, evidence)


def _describe_reopening(event: Event) -> str:
    return _join_parts(_format_status_change(event), event.note)


def _describe_status_change(event: Event) -> str:
    effective_date = event.note.partition("; ")[2]
    return _join_parts(_format_status_change(event), effective_date)


def _describe_target_change(event: Event) -> str:
    decision = format_target_decision("", event.approved_by)
    return _join_parts(_format_date_change(event), decision, event.reason, event.note)


def _describe_extension(event: Event) -> str:
    is_entered = event.note == "entered"
    decision = format_target_decision("" if is_entered else event.note, event.approved_by) or "recorded"
    note = "the target itself did not change in this period" if is_entered else ""
    return _join_parts(decision, _format_date_change(event), event.reason, note)


def _describe_update(event: Event) -> str:
    text = shorten_text(format_display_value(event.new), _MAX_TEXT)
    return f"{event.note}: {text}" if event.note else text


def _describe_removal(event: Event) -> str:
    return f"{format_display_value(event.old)} was deleted"


def _describe_field_change(event: Event) -> str:
    return f"{format_field_name(event.field, event.kinds)}: {_format_event_change(event)}"


def _describe_exemption(events: Sequence[Event]) -> str:
    if all(event.new is None for event in events):
        old_terms = {event.field.rpartition(".")[2]: event.old for event in events}
        return f"no longer exempt: {_format_exempt_item(events[0], old_terms)}"
    if any(event.old is not None for event in events):
        return _join_parts(*map(_describe_field_change, events))
    terms = {event.field.rpartition(".")[2]: event.new for event in events}
    prefixes = {"paragraph": "paragraph ", "reason": "", "decided_by": "decided by ", "until": "until "}
    parts = [f"{prefix}{format_display_value(terms[name])}" for name, prefix in prefixes.items() if name in terms]
    return _join_parts(f"exempt now: {_format_exempt_item(events[0], terms)}", *parts)


def _exempt_entry(field: str) -> str:
    """Return the entry that an exemption is of: `updates[1]`; nothing for the record itself."""
    return field.partition("exempt")[0].rstrip(".")


def _format_exempt_item(event: Event, terms: Mapping[str, DisplayValue | None]) -> str:
    """Return what an exemption covers: an entry, fields of the record, or the record."""
    fields = format_changed_value("exempt.fields", terms.get("fields"), event.kinds)
    return format_field_name(_exempt_entry(event.field), event.kinds).casefold() or fields or "the record"


def _describe_other(events: Sequence[Event]) -> str:
    if len(events) > 1:
        return f"changed: {', '.join(format_field_name(event.field, event.kinds) for event in events)}"
    if events[0].field == "path":
        return f"file moved: {_format_event_change(events[0])}"
    return _describe_field_change(events[0])


def _describe_programme_change(events: Sequence[Event]) -> str:
    """Return the changes of a meeting or a phase by its id, or of the programme itself."""
    item = events[0].note
    if not item:
        return _join_parts(*map(_describe_field_change, events))
    fields = {format_field_name(event.field, event.kinds).partition(": ")[2]: event for event in events}
    if all(event.old is None for event in events) and "id" in fields:
        values = (f"{name} {format_display_value(event.new)}" for name, event in fields.items() if name != "id")
        return f"{item} is new; {_join_parts(*values)}"
    changes = (f"{name} {_format_event_change(event)}".strip() for name, event in fields.items())
    return f"{item}: {_join_parts(*changes)}"


_DESCRIPTIONS: Mapping[EventType, Callable[[Event], str]] = {
    EventType.DISAPPEARED: _describe_disappearance,
    EventType.CLOSED: _describe_closure,
    EventType.REOPENED: _describe_reopening,
    EventType.TARGET: _describe_target_change,
    EventType.EXTENSION: _describe_extension,
    EventType.NEW: _describe_new,
    EventType.STATUS: _describe_status_change,
    EventType.OWNER: _describe_field_change,
    EventType.UPDATE: _describe_update,
    EventType.REMOVED: _describe_removal,
}
_GROUP_DESCRIPTIONS: Mapping[EventType, Callable[[Sequence[Event]], str]] = {
    EventType.EXEMPTION: _describe_exemption,
    EventType.PROGRAMME: _describe_programme_change,
    EventType.OTHER: _describe_other,
}


def _spreadsheet_table(events: Sequence[Event]) -> Table:
    columns = tuple(Column(key, key.replace("_", " ").capitalize(), header=key == "id") for key in _EVENT_KEYS)
    return Table("changes", "Changes", columns, tuple(map(_spreadsheet_row, events)), empty="None.")


def _spreadsheet_row(event: Event) -> Row:
    values = {"event": event.event_type.value} | event_as_data(event)
    values["date"] = event.revision.effective_date if event.revision else None
    cells = []
    for key in _EVENT_KEYS:
        value = values[key]
        cells.append(Cell(", ".join(value) or None if isinstance(value, list) else value))
    return Row(tuple(cells), key=event.id)


def event_as_data(event: Event) -> dict[str, Any]:
    """Return an event as the JSON contract has it."""
    revision = event.revision
    data: dict[str, Any] = {
        "id": event.id,
        "kind": event.kind,
        "title": event.title,
        "date": revision.effective_date.isoformat() if revision else None,
        "author": revision.author if revision else None,
        "commit": revision.commit if revision else None,
    }
    written_on = revision.written_on if revision else None
    for key in _EVENT_KEYS[len(data) + 1 :]:
        value = getattr(event, key)
        data[key] = list(value) if isinstance(value, tuple) else value
        if value == "":
            data[key] = None
    return data | ({"written_on": written_on.isoformat()} if written_on else {})


def _changes_data(
    events: Sequence[Event], balances: Sequence[Balance], endpoints: Endpoints, scope: HistoryScope
) -> dict[str, Any]:
    since, until = (
        {
            "asked": endpoint.request or None,
            "commit": endpoint.commit or None,
            "date": endpoint.effective_date.isoformat(),
        }
        for endpoint in endpoints
    )
    kinds = {balance.kind.name: balance.get_counts() for balance in balances}
    return {
        "since": since,
        "until": until,
        "movement": total_counts(balances) | {"kinds": kinds},
        **{
            event_type.value: [
                event_as_data(event) | scope.disclosure.describe_record(event.id)
                for event in events
                if event.event_type is event_type
            ]
            for event_type in EventType
        },
    }
