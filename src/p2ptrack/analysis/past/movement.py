"""Who came, was closed, was opened again and disappeared between two moments: opening to closing, item by item."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.past.closing import Closing, how, was_closed
from p2ptrack.analysis.past.differences import NOTHING, Difference
from p2ptrack.analysis.past.events import Event, Lens, Sort, Span, title_of
from p2ptrack.analysis.past.hands import moment_of
from p2ptrack.analysis.past.then import Dates, Then, programme_at, thens, written
from p2ptrack.records.kinds import KINDS, Kind, Tracked
from p2ptrack.records.programme import status_labels
from p2ptrack.records.register import anchors, natural_key
from p2ptrack.records.timeline import State, Timeline, Timelines, kind_at

PARTS = ("opening", "new", "reopened", "closed", "disappeared", "closing", "removed")


@dataclass(frozen=True, slots=True)
class Movement:
    """The ids of a kind that were open, came, were opened again, closed, disappeared, and are open.

    Opening + new + reopened - closed - disappeared = closing. `removed` were closed before their files went.
    """

    kind: Kind
    opening: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    reopened: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    disappeared: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def counts(self) -> dict[str, int]:
        """Return the numbers of the line, in its order."""
        return {name: len(getattr(self, name)) for name in PARTS if name != "removed"}


@dataclass(frozen=True, slots=True)
class Between:
    """A register at two moments, and the span between them."""

    timelines: Timelines
    span: Span
    before: Then
    after: Then
    _lenses: dict[int, Lens] = field(default_factory=dict, repr=False, compare=False)

    def lens(self, number: int) -> Lens:
        """Return how what was written at a place on the line is read: by the programme as it was then."""
        key = id(self.timelines.programme.at(number))
        if key not in self._lenses:
            programme = programme_at(self.timelines, number)
            policy = programme.policy
            dates = Dates(anchors(programme))
            self._lenses[key] = Lens(dates, status_labels(policy), policy.extensions_need_approval)
        return self._lenses[key]


def between(timelines: Timelines, span: Span, days: tuple[date, date]) -> Between:
    """Return the register at both ends of a span, each judged on its day."""
    before, after = thens(timelines, ((span.start, days[0]), (span.end, days[1])))
    return Between(timelines, span, before, after)


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one item of a kind: whether it was closed at the beginning and at the end (None: not there).

    `last` says it of the last state that it had, which for one that is gone is the one before. An item that became
    one of another kind is gone from its own: `gone_to` is its file then. `was` is the kind that a new one had before.
    """

    id: str
    kind: Kind
    timeline: Timeline
    at_first: bool | None
    at_end: bool | None
    last: bool
    gone_to: str = ""
    was: str = ""

    @property
    def groups(self) -> frozenset[str]:
        """Return the parts of the line that the item counts in."""
        gone = self.at_end is None
        found = {
            "opening": self.at_first is False,
            "new": self.at_first is None,
            "reopened": self.at_first is True and not self.last,
            "closed": self.at_first is not True and self.last,
            "disappeared": gone and not self.last,
            "closing": self.at_end is False,
            "removed": gone and self.last,
        }
        return frozenset(name for name, holds in found.items() if holds)


def fates(about: Between) -> tuple[Fate, ...]:
    """Return what became of every record that was there at some time of the span. A recommendation is never closed."""
    ends = _closed_at(about.before.case), _closed_at(about.after.case)
    found = (fate for timeline in about.timelines.records.values() for fate in _fates(about, timeline, ends))
    return tuple(sorted(found, key=lambda fate: natural_key(fate.id)))


_Closed = Mapping[str, bool]


def _closed_at(case: Case) -> _Closed:
    return {id_.casefold(): facts.closed for id_, facts in case.facts.items()}


def _fates(about: Between, timeline: Timeline, ends: tuple[_Closed, _Closed]) -> Iterator[Fate]:
    """Yield what became of a record: two things where it is of another kind at the end than at the beginning."""
    id_ = timeline.id_at(about.span.end)
    first, end = timeline.at(about.span.start), timeline.at(about.span.end)
    kinds = _kind(first), _kind(end)
    # What cannot be understood counts as open.
    at_first, at_end = (of.get(id_.casefold(), False) for of in ends)
    if kinds[0] and kinds[0] is kinds[1]:
        yield Fate(id_, kinds[0], timeline, at_first, at_end, at_end)
    elif kinds[1] and end:
        stayed = True if kinds[0] and at_first else None
        yield Fate(id_, kinds[1], timeline, stayed, at_end, at_end, was=kinds[0].singular if kinds[0] else "")
        if kinds[0] and not at_first:
            yield Fate(id_, kinds[0], timeline, at_first, None, last=False, gone_to=end.path)
    else:
        yield from _gone(about, timeline, kinds[0], at_first)


def _gone(about: Between, timeline: Timeline, kind: Kind | None, at_first: bool) -> Iterator[Fate]:
    told, end = timeline.last_values(about.span.end), about.span.end
    if told is None or not (kind or told.moment.number > about.span.start):
        return
    left = next(state.moment for state in timeline.states if state.moment.number > told.moment.number)
    closed = was_closed(about.timelines, told, left)
    if known := kind or _kind(told):
        yield Fate(timeline.id_at(end), known, timeline, at_first if kind else None, None, closed)


def _kind(state: State | None) -> Kind | None:
    return kind_at(state.path) if state and state.values is not None else None


def movements(about: Between) -> tuple[Movement, ...]:
    """Return the line of each kind that somebody carries out, in the order of the kinds."""
    every = fates(about)
    return tuple(_movement(kind, every) for kind in KINDS if issubclass(kind.model, Tracked))


def _movement(kind: Kind, every: tuple[Fate, ...]) -> Movement:
    ids: dict[str, list[str]] = {}
    for fate in every:
        if fate.kind is kind:
            for name in fate.groups:
                ids.setdefault(name, []).append(fate.id)
    return Movement(kind, *(tuple(ids.get(name, ())) for name in PARTS))


def moved(about: Between) -> Iterator[Event]:
    """Yield what came, was closed, was opened again, disappeared or was taken out after it was closed."""
    closing = Closing(about.timelines)
    for fate in fates(about):
        for name in ("disappeared", "closed", "reopened", "new", "removed"):
            if name in fate.groups:
                yield _EVENTS[Sort(name)](about, fate, _head(about, fate, Sort(name)), closing)


def _head(about: Between, fate: Fate, sort: Sort) -> Event:
    state = fate.timeline.last_values(about.span.end)
    return Event(sort, fate.id, fate.kind.name, title_of(state) if state else "", None)


def _left(about: Between, fate: Fate, head: Event, _: Closing) -> Event:
    """Return the event of what is gone, or stands among another kind since."""
    pairs = [(one, other) for one, other in about.span.pairs(fate.timeline) if one and _leaves(one, other)]
    before, after = pairs[-1]
    old = before.path
    now = fate.gone_to or None
    moment = moment_of(after, Difference("path", old, now and after.path))
    lens = about.lens(after.moment.number)
    return replace(head, moment=moment, field="path", old=old, new=now, note=_status(lens, before))


def _leaves(before: State, after: State) -> bool:
    return _kind(before) is not None and _kind(before) is not _kind(after)


def _came(about: Between, fate: Fate, head: Event, _: Closing) -> Event:
    pairs = about.span.pairs(fate.timeline)
    before, came = next(pair for pair in pairs if _kind(pair[0]) is not fate.kind and _kind(pair[1]) is fate.kind)
    known = "back after it had gone" if before is not None and before.values is None else ""
    was = f"{'an' if fate.was[:1] == 'a' else 'a'} {fate.was} until then" if fate.was else known
    target = written((came.values or NOTHING).get("target"))
    note = "; ".join(filter(None, (f"target {target}" if target else "", was)))
    moment = moment_of(came, Difference("path", before.path if fate.was and before else None, came.path))
    return replace(head, moment=moment, new=_status(about.lens(came.moment.number), came) or None, note=note)


def _status(lens: Lens, state: State | None) -> str:
    return lens.status(((state.values if state else None) or NOTHING).get("status"))


def _first(about: Between, timeline: Timeline) -> State | None:
    """Return the state that a record had at the beginning; of one that came later, the one that it came with."""
    there = timeline.at(about.span.start)
    came = (after for _, after in about.span.pairs(timeline) if after.values is not None)
    return there if there and there.values is not None else next(came, None)


def _turned(about: Between, fate: Fate, head: Event, closing: Closing) -> Event:
    """Return the event of closing or opening again: from which status to which, how, and with what evidence."""
    first, end = _first(about, fate.timeline), fate.timeline.last_values(about.span.end)
    turn = closing.turn(fate.timeline, about.span, first=bool(fate.at_first), last=fate.last)
    told = closing.record(end) if end else None
    shown = tuple(", ".join(filter(None, (each.title, each.link))) for each in (told.evidence if told else ()))
    closed = how(told) if told and head.sort is Sort.CLOSED else ()
    return replace(
        head,
        moment=turn.moment,
        field="status",
        old=_status(about.lens(max(about.span.start, first.moment.number if first else 0)), first) or None,
        new=_status(about.lens(about.span.end), end) or None,
        evidence=shown,
        note="; ".join((*(["because what counts as closed was changed"] if turn.by_policy else ()), *closed)),
    )


_Telling = Callable[[Between, Fate, Event, Closing], Event]
_EVENTS: Mapping[Sort, _Telling] = {
    Sort.DISAPPEARED: _left,
    Sort.REMOVED: _left,
    Sort.CLOSED: _turned,
    Sort.REOPENED: _turned,
    Sort.NEW: _came,
}
