"""Exemptions that ended by themselves between two moments: the day came after which the text can be told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from p2ptrack.analysis.past.differences import list_entries, to_display_value
from p2ptrack.analysis.past.events import Event, EventType, get_kind_name, get_title
from p2ptrack.analysis.past.movement import RegisterComparison
from p2ptrack.analysis.past.then import get_raw_text
from p2ptrack.records.timeline import RawValues


def iter_expired_exemption_events(comparison: RegisterComparison) -> Iterator[Event]:
    """Yield every exemption that held on the day of the beginning and on that of the end no longer."""
    start_date, end_date = comparison.before.case.as_of, comparison.after.case.as_of
    date_reader = comparison.get_interpreter_at(comparison.revision_range.end).date_reader
    for version_history in comparison.history.records.values():
        version = version_history.version_at(comparison.revision_range.end)
        for path, exempt in _iter_ending_exemptions((version.values if version else None) or {}):
            until = date_reader.read(exempt["until"])
            if version and until and until.latest and start_date <= until.latest < end_date:
                id_ = version_history.id_at(comparison.revision_range.end)
                template = Event(
                    EventType.EXEMPTION, id_, get_kind_name(version), get_title(version), None, note="it ended"
                )
                yield replace(template, field=f"{path}.until", old=get_raw_text(exempt["until"]))
                if (fields := to_display_value(exempt.get("fields"))) is not None:
                    yield replace(template, field=f"{path}.fields", old=fields)


def _iter_ending_exemptions(values: RawValues) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each exemption of a record and of its entries that has a last day, and where it stands."""
    record_exemption = ("exempt", values.get("exempt"))
    entry_exemptions = (
        (f"{name}[{index}].exempt", entry.get("exempt"))
        for name, value in values.items()
        for index, entry in enumerate(list_entries(value))
        if isinstance(entry, dict)
    )
    for path, exempt in (record_exemption, *entry_exemptions):
        if isinstance(exempt, dict) and exempt.get("until") is not None:
            yield path, exempt
