"""Exemptions that ended by themselves between two moments: the day came after which the text can be told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from p2ptrack.analysis.past.differences import as_value, entries
from p2ptrack.analysis.past.events import Event, Sort, kind_name, title_of
from p2ptrack.analysis.past.movement import Between
from p2ptrack.analysis.past.then import written
from p2ptrack.records.timeline import Values


def lapsed(about: Between) -> Iterator[Event]:
    """Yield every exemption that held on the day of the beginning and on that of the end no longer."""
    first, last = about.before.case.as_of, about.after.case.as_of
    dates = about.lens(about.span.end).dates
    for timeline in about.timelines.records.values():
        state = timeline.at(about.span.end)
        for field, exempt in _ending((state.values if state else None) or {}):
            found = dates.read(exempt["until"])
            if state and found and found.latest and first <= found.latest < last:
                id_ = timeline.id_at(about.span.end)
                head = Event(Sort.EXEMPTION, id_, kind_name(state), title_of(state), None, note="it ended")
                yield replace(head, field=f"{field}.until", old=written(exempt["until"]))
                if (fields := as_value(exempt.get("fields"))) is not None:
                    yield replace(head, field=f"{field}.fields", old=fields)


def _ending(values: Values) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each exemption of a record and of its entries that has a last day, and where it stands."""
    whole = ("exempt", values.get("exempt"))
    parts = (
        (f"{name}[{at}].exempt", entry.get("exempt"))
        for name, value in values.items()
        for at, entry in enumerate(entries(value))
        if isinstance(entry, dict)
    )
    for field, exempt in (whole, *parts):
        if isinstance(exempt, dict) and exempt.get("until") is not None:
            yield field, exempt
