"""A meeting or a phase whose date was moved, and with it every target that hangs on it (design, section 5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from p2ptrack.analysis.past.differences import entries
from p2ptrack.analysis.past.events import Event, Sort, Span, kind_name, title_of
from p2ptrack.analysis.past.then import Dates, days_from, programme_at, same_day, written
from p2ptrack.records.register import anchors, natural_key
from p2ptrack.records.timeline import Moment, State, Timelines, Values

_DATED = (("phases", "end", "phase"), ("meetings", "date", "meeting"))


@dataclass(frozen=True, slots=True)
class AnchorMove:
    """A phase or a meeting whose day moved: from what to what, by how many days, and the targets that hung on it."""

    sort: str
    id: str
    moment: Moment
    old: str
    new: str
    days: int | None
    hanging: tuple[State, ...]


def anchor_moves(timelines: Timelines, span: Span) -> Iterator[AnchorMove]:
    """Yield every moved date of a phase or meeting within a span, oldest first."""
    for before, after in span.pairs(timelines.programme):
        if before and before.values is not None and after.values is not None:
            for name, field, sort in _DATED:
                yield from _moves(timelines, after, (before.values, after.values), (name, field, sort))


def _moves(
    timelines: Timelines, after: State, values: tuple[Values, Values], dated: tuple[str, str, str]
) -> Iterator[AnchorMove]:
    name, field, sort = dated
    old, new = (_by_id(each.get(name), field) for each in values)
    changed = [id_ for id_ in new if old.get(id_) is not None and new[id_] is not None and old[id_] != new[id_]]
    if not changed:
        return
    dates = Dates(anchors(programme_at(timelines, after.moment.number)))
    for id_ in changed:
        start, end = dates.read(old[id_]), dates.read(new[id_])
        if not same_day(start, end):
            hanging = tuple(_hanging(timelines, after.moment.number, id_, dates))
            yield AnchorMove(
                sort, id_, after.moment, written(old[id_]), written(new[id_]), days_from(start, end), hanging
            )


def _by_id(value: Any, field: str) -> Mapping[str, Any]:
    return {str(entry.get("id")): entry.get(field) for entry in entries(value) if isinstance(entry, dict)}


def _hanging(timelines: Timelines, number: int, id_: str, dates: Dates) -> Iterator[State]:
    """Yield the records whose target named this phase or meeting before its date moved, and names it still."""
    for key in sorted(timelines.records, key=natural_key):
        before, after = (timelines.records[key].at(at) for at in (number - 1, number))
        if before and after and all(_anchor(dates, (s.values or {}).get("target")) == id_ for s in (before, after)):
            yield after


def _anchor(dates: Dates, target: Any) -> str | None:
    found = dates.read(target) if target is not None else None
    return found.anchor if found else None


def moved_with(timelines: Timelines, span: Span) -> Iterator[Event]:
    """Yield the move of every target that hung on a phase or a meeting whose date moved."""
    for move in anchor_moves(timelines, span):
        for state in move.hanging:
            yield Event(
                Sort.TARGET,
                str((state.values or {}).get("id")),
                kind_name(state),
                title_of(state),
                move.moment,
                field="target",
                old=f"{written((state.values or {}).get('target'))} ({move.old})",
                new=f"{written((state.values or {}).get('target'))} ({move.new})",
                days=move.days,
                note=f"because the {move.sort} {move.id} was moved",
            )
