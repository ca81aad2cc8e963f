"""What happened, as one sentence for each event, or for each record where single fields say little."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from textwrap import shorten

from p2ptrack.analysis.differences import told
from p2ptrack.analysis.events import Event, Sort
from p2ptrack.analysis.word_diff import word_diff
from p2ptrack.reports.queries.answer_words import short_day, word
from p2ptrack.reports.queries.told_changes import LONG, SHORT_COMMIT, moved_by

_MOST = 160
Line = tuple[str, str, str, str]
"""Id, title, what happened, when and by whom."""


def grouped(sort: Sort, events: Sequence[Event]) -> Iterator[Line]:
    """Yield a line for each event; small changes of one record in one commit share a line."""
    if sort is not Sort.OTHER:
        yield from ((each.id, each.title, told_event(each), _when(each)) for each in events)
        return
    for _, some in groupby(events, key=lambda each: (each.id, each.moment)):
        together = list(some)
        first = together[0]
        yield first.id, first.title, _fields(together), _when(first)


def _fields(events: Sequence[Event]) -> str:
    if len(events) == 1:
        return f"{events[0].field}: {_from_to(events[0])}"
    return f"fields: {', '.join(each.field for each in events)}"


def _when(event: Event) -> str:
    if event.moment is None:
        return "by the day that was decided"
    return f"{short_day(event.moment.day)}, {event.moment.author} ({event.moment.commit[:SHORT_COMMIT]})"


def told_event(event: Event) -> str:
    """Return what happened, in one line."""
    return _SENTENCES[event.sort](event)


def _from_to(event: Event) -> str:
    if isinstance(event.old, str) and isinstance(event.new, str) and max(len(event.old), len(event.new)) > LONG:
        return word_diff(event.old, event.new)
    old, new = (shorten(told(value), _MOST, placeholder=" …") for value in (event.old, event.new))
    if event.old is None:
        return f"now {new}"
    return f"from {old} to {new}" if event.new is not None else f"no longer {old}"


def _status(event: Event) -> str:
    old, new = (word(told(value)).lower() if value else "no status" for value in (event.old, event.new))
    return f"from {old} to {new}"


def _joined(*parts: str) -> str:
    return "; ".join(filter(None, parts))


def _disappeared(event: Event) -> str:
    status = f"its status was {word(event.note).lower()}" if event.note else "it had no status"
    return f"{told(event.old)} was deleted; {status}"


def _closed(event: Event) -> str:
    shown = f"evidence: {', '.join(event.evidence)}" if event.evidence else "no evidence"
    return _joined(_status(event), event.note, shown)


def _target(event: Event) -> str:
    days = f" ({moved_by(event.days)})" if event.days else ""
    approved = f"approved by {event.approved_by}" if event.approved_by else ""
    return _joined(f"{_from_to(event)}{days}", event.reason, approved, event.note)


def _new(event: Event) -> str:
    return _joined(word(told(event.new)).lower() if event.new else "no status", event.note)


def _update(event: Event) -> str:
    return _joined(event.note, shorten(told(event.new), _MOST, placeholder=" …"))


def _named(event: Event) -> str:
    return f"{event.field}: {_from_to(event)}"


_SENTENCES: Mapping[Sort, Callable[[Event], str]] = {
    Sort.DISAPPEARED: _disappeared,
    Sort.CLOSED: _closed,
    Sort.REOPENED: _status,
    Sort.TARGET: _target,
    Sort.EXTENSION: _target,
    Sort.NEW: _new,
    Sort.STATUS: lambda event: f"{event.note}: {_status(event)}",
    Sort.OWNER: _named,
    Sort.UPDATE: _update,
    Sort.EXEMPTION: _named,
    Sort.REMOVED: lambda event: f"{told(event.old)} was deleted",
    Sort.OTHER: _named,
}
