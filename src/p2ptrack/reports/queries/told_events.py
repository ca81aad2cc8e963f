"""What happened, as one sentence for each event, or for each record where single fields say little."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from p2ptrack.analysis.past.differences import DisplayValue, format_display_value
from p2ptrack.analysis.past.events import Event, EventType
from p2ptrack.analysis.past.word_diff import diff_words
from p2ptrack.records.fields import Status
from p2ptrack.records.timeline import SHORT_COMMIT_LENGTH
from p2ptrack.reports.queries.answer_words import format_short_date, humanise, shorten_text
from p2ptrack.reports.queries.field_names import format_field_name, format_field_value
from p2ptrack.reports.queries.told_changes import LONG_TEXT, UNDECLARED_NOTE, format_days_moved, format_decision

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
