"""What happened, as one sentence for each event, or for each record where single fields say little."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from p2ptrack.analysis.past.differences import Value, told
from p2ptrack.analysis.past.events import Event, Sort
from p2ptrack.analysis.past.word_diff import word_diff
from p2ptrack.records.fields import Status
from p2ptrack.records.timeline import SHORT_COMMIT
from p2ptrack.reports.queries.answer_words import cut, short_day, word
from p2ptrack.reports.queries.field_names import field_name, value_in_words
from p2ptrack.reports.queries.told_changes import LONG, UNDECLARED, decided, moved_by

_MOST = 160
_MOST_TITLE = 70
_SHOWN_BY_EVIDENCE = frozenset({Status.COMPLETE, Status.VERIFIED, Status.EMBEDDED})
_ANSWER = ("revisions.decision", "revisions.approved_by", "revisions.meeting", "revisions.minute", "revisions.date")
_TELLS: Mapping[Sort, tuple[str, ...]] = {
    Sort.CLOSED: ("verified", "decided", "completed_on", "evidence", "superseded_by"),
    Sort.DISAPPEARED: ("path",),
    Sort.TARGET: _ANSWER,
    Sort.EXTENSION: _ANSWER,
}
_PLACE = re.compile(r"\[\d+\]")
Line = tuple[str, str, str]
"""Of what (nothing where the next says it), what happened, when and by whom."""


def told_once(events: Sequence[Event]) -> Iterator[Event]:
    """Yield the events without what another of the same record and commit tells already."""
    turned = {(each.id, each.moment, each.new) for each in events if each.sort in {Sort.CLOSED, Sort.REOPENED}}
    telling = {(each.id, each.moment, name) for each in events for name in _TELLS.get(each.sort, ())}
    for each in events:
        step = each.sort is Sort.STATUS and (each.id, each.moment, each.new) in turned
        names = (each.field.partition("[")[0].partition(".")[0], _PLACE.sub("", each.field))
        detail = each.sort is Sort.OTHER and any((each.id, each.moment, name) in telling for name in names)
        if not step and not detail:
            yield each


def grouped(sort: Sort, events: Iterable[Event]) -> Iterator[Line]:
    """Yield a line for each event; what was done to one exemption, and small changes of one commit, share a line.

    A record goes by the last of its titles, so that all its lines stand under one.
    """
    found = tuple(events)
    titles = {each.id: each.title for each in found}
    for _, some in groupby(found, key=lambda each: (each.id, *_together(sort, each))):
        same = list(some)
        first = same[0]
        what = cut(titles[first.id] if sort is Sort.PROGRAMME else f"{first.id} {titles[first.id]}", _MOST_TITLE)
        text = _SENTENCES[sort](same)
        yield ("", f"{what}: {text}", _when(first)) if sort is Sort.NEW else (what, text, _when(first))


def _together(sort: Sort, event: Event) -> tuple[object, ...]:
    """Return what events of one record must share to be told in one line."""
    if sort is Sort.EXEMPTION:
        return event.moment, _exempted(event.field)
    if sort is Sort.PROGRAMME:
        return event.moment, event.note or event.field
    return (event.moment,) if sort is Sort.OTHER else (id(event),)


def _when(event: Event) -> str:
    if event.moment is None:
        return "the day decided on came"
    return f"{short_day(event.moment.day)}, {event.moment.author} ({event.moment.commit[:SHORT_COMMIT]})"


def _from_to(event: Event) -> str:
    if isinstance(event.old, str) and isinstance(event.new, str) and max(len(event.old), len(event.new)) > LONG:
        return word_diff(event.old, event.new)
    old, new = (_short(value_in_words(event.field, value)) for value in (event.old, event.new))
    if event.old is None:
        return f"now {new}"
    return f"from {old} to {new}" if event.new is not None else f"no longer {old}"


def _short(text: str) -> str:
    return cut(text, _MOST).rstrip(".")


def _status(event: Event) -> str:
    old, new = (word(told(value)).lower() if value else "no status" for value in (event.old, event.new))
    return f"from {old} to {new}" if old != new else new


def _step(event: Event) -> str:
    way, _, since = event.note.partition("; ")
    return _joined(f"{way}: {_status(event)}", since)


def _joined(*parts: str) -> str:
    return "; ".join(part.rstrip(".").replace(".;", ";") for part in parts if part)


def _disappeared(event: Event) -> str:
    status = f"its status was {word(event.note).lower()}" if event.note else "it had no status"
    gone = f"{told(event.old)} was deleted" if event.new is None else f"its file is {told(event.new)} now"
    return f"{gone}; a recommendation, not counted above" if event.kind == "recommendation" else f"{gone}; {status}"


def _new(event: Event) -> str:
    status = word(told(event.new)).lower() if event.new else "no status"
    return _joined(status if event.kind != "recommendation" else "added", event.note)


def _closed(event: Event) -> str:
    missing = "no evidence" if event.new in _SHOWN_BY_EVIDENCE else ""
    shown = f"evidence: {', '.join(event.evidence)}" if event.evidence else missing
    return _joined(_status(event), event.note, shown)


def _target(event: Event) -> str:
    days = f" ({moved_by(event.days)})" if event.days else ""
    note = UNDECLARED if event.note == "not in the ledger" else event.note
    return _joined(f"{_from_to(event)}{days}", decided("", event.approved_by), event.reason, note)


def _extension(event: Event) -> str:
    days = f" ({moved_by(event.days)})" if event.days else ""
    entered = event.note == "entered"
    answer = decided("" if entered else event.note, event.approved_by) or "entered"
    return _joined(answer, f"{_from_to(event)}{days}", event.reason, "the target itself did not move" * entered)


def _update(event: Event) -> str:
    text = cut(told(event.new), _MOST)
    return f"{event.note}: {text}" if event.note else text


def _named(event: Event) -> str:
    return f"{field_name(event.field)}: {_from_to(event)}"


def _exempted(field: str) -> str:
    """Return what an exemption is of: nothing for the record, else its entry: `updates[1]`."""
    return field.partition("exempt")[0].rstrip(".")


def _exemption(events: Sequence[Event]) -> str:
    now = {event.field.rpartition(".")[2]: event.new for event in events}
    if all(event.new is None for event in events):
        was = {event.field.rpartition(".")[2]: event.old for event in events}
        return f"no longer exempt: {_withheld(events[0], was)}"
    if any(event.old is not None for event in events):
        return _joined(*map(_named, events))
    return _joined(f"exempt now: {_withheld(events[0], now)}", *_terms(now))


def _withheld(event: Event, terms: Mapping[str, Value | None]) -> str:
    """Return what the public may not see by an exemption: an entry, or fields of a record, or the record."""
    fields = value_in_words("exempt.fields", terms.get("fields"))
    return field_name(_exempted(event.field)).casefold() or fields or "the record"


def _terms(now: Mapping[str, Value | None]) -> Iterator[str]:
    """Yield on which terms something is exempt, in the words of the decision."""
    for name, words in (
        ("paragraph", "paragraph "),
        ("reason", ""),
        ("decided_by", "decided by "),
        ("until", "until "),
    ):
        if name in now:
            yield f"{words}{told(now[name])}"


def _other(events: Sequence[Event]) -> str:
    if len(events) > 1:
        return f"changed: {', '.join(field_name(each.field) for each in events)}"
    if events[0].field == "path":
        return f"file moved {_from_to(events[0])}"
    return _named(events[0])


def _programme(events: Sequence[Event]) -> str:
    """Return what was changed of a meeting or a phase by its id, or of the programme itself."""
    of = events[0].note
    if not of:
        return _joined(*map(_named, events))
    fields = {field_name(each.field).partition(": ")[2]: each for each in events}
    if all(each.old is None for each in events) and "id" in fields:
        return f"{of} is new; {_joined(*(f'{name} {told(each.new)}' for name, each in fields.items() if name != 'id'))}"
    return f"{of}: {_joined(*(f'{name} {_from_to(each)}'.strip() for name, each in fields.items()))}"


def _each(sentence: Callable[[Event], str]) -> Callable[[Sequence[Event]], str]:
    return lambda events: sentence(events[0])


_SENTENCES: Mapping[Sort, Callable[[Sequence[Event]], str]] = {
    Sort.DISAPPEARED: _each(_disappeared),
    Sort.CLOSED: _each(_closed),
    Sort.REOPENED: _each(lambda event: _joined(_status(event), event.note)),
    Sort.TARGET: _each(_target),
    Sort.EXTENSION: _each(_extension),
    Sort.NEW: _each(_new),
    Sort.STATUS: _each(_step),
    Sort.OWNER: _each(_named),
    Sort.UPDATE: _each(_update),
    Sort.EXEMPTION: _exemption,
    Sort.REMOVED: _each(lambda event: f"{told(event.old)} was deleted"),
    Sort.PROGRAMME: _programme,
    Sort.OTHER: _other,
}
