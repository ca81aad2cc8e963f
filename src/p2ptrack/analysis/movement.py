"""Who came, was closed, was opened again and disappeared between two moments: opening to closing, item by item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from p2ptrack.analysis.case import Case, make_case
from p2ptrack.analysis.differences import NOTHING
from p2ptrack.analysis.events import Event, Lens, Sort, Span, kind_name, title_of
from p2ptrack.analysis.then import Dates, Then, thens
from p2ptrack.records.fields import Reading
from p2ptrack.records.kinds import KINDS, Kind, Tracked
from p2ptrack.records.lenient import lenient
from p2ptrack.records.programme import status_labels
from p2ptrack.records.register import Register, anchors, natural_key
from p2ptrack.records.timeline import Moment, State, Timeline, Timelines, kind_at

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

    def lens(self) -> Lens:
        """Return how the values of the span are read: by the programme at its end."""
        programme = self.after.case.register.programme
        return Lens(Dates(anchors(programme)), status_labels(programme.policy))


def between(timelines: Timelines, span: Span, days: tuple[date, date]) -> Between:
    """Return the register at both ends of a span, each judged on its day."""
    before, after = thens(timelines, ((span.start, days[0]), (span.end, days[1])))
    return Between(timelines, span, before, after)


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one item: whether it was closed at the beginning and at the end (None: not there).

    `last` says it of the last state that it had, which for one that is gone is the one before.
    """

    id: str
    timeline: Timeline
    at_first: bool | None
    at_end: bool | None
    last: bool

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
    """Return what became of every action and follow-up that was there at some time of the span."""
    first = _closed(about.before.case, about.timelines, about.span.start)
    end = _closed(about.after.case, about.timelines, about.span.end)
    found = (_fate(about, key, first.get(key), end.get(key)) for key in about.timelines.records)
    return tuple(sorted((one for one in found if one is not None), key=lambda fate: natural_key(fate.id)))


def _closed(case: Case, timelines: Timelines, number: int) -> Mapping[str, bool]:
    """Return for each item that was there whether it was closed; one that cannot be understood counts as open."""
    states = ((key, timeline.at(number)) for key, timeline in timelines.records.items())
    there = {key: False for key, state in states if state and state.values is not None and _is_tracked(state)}
    return there | {id_.casefold(): facts.closed for id_, facts in case.facts.items()}


def _fate(about: Between, key: str, at_first: bool | None, at_end: bool | None) -> Fate | None:
    timeline = about.timelines.records[key]
    if at_end is not None:
        return Fate(timeline.id, timeline, at_first, at_end, at_end)
    told = timeline.last_values(about.span.end)
    came = told is not None and told.moment.number > about.span.start
    if told is None or not (came or at_first is not None) or not _is_tracked(told):
        return None
    gone_on = next(state.moment.day for state in timeline.states if state.moment.number > told.moment.number)
    return Fate(timeline.id, timeline, at_first, None, was_closed(about.after.case, told, gone_on))


def _is_tracked(state: State) -> bool:
    kind = kind_at(state.path)
    return kind is not None and issubclass(kind.model, Tracked)


def was_closed(case: Case, state: State, day: date) -> bool:
    """Whether a record, as this state has it, was closed on a day, by the policy of the case."""
    kind, programme = kind_at(state.path), case.register.programme
    reading = Reading(anchors(programme), status_labels(programme.policy))
    record = lenient(kind.model, state.values or NOTHING, reading)[0] if kind else None
    facts = make_case(Register(programme, (record,)), day).facts if record else {}
    return any(each.closed for each in facts.values())


def movements(about: Between) -> tuple[Movement, ...]:
    """Return the line of each kind that somebody carries out, in the order of the kinds."""
    every = fates(about)
    return tuple(_movement(kind, every) for kind in KINDS if issubclass(kind.model, Tracked))


def _movement(kind: Kind, every: tuple[Fate, ...]) -> Movement:
    ids: dict[str, list[str]] = {}
    for fate in every:
        if kind_at(fate.timeline.states[-1].path) is kind:
            for name in fate.groups:
                ids.setdefault(name, []).append(fate.id)
    return Movement(kind, *(tuple(ids.get(name, ())) for name in PARTS))


def moved(about: Between) -> Iterator[Event]:
    """Yield what came, was closed, was opened again, disappeared or was taken out after it was closed."""
    for fate in fates(about):
        for name in ("disappeared", "closed", "reopened", "new", "removed"):
            if name in fate.groups:
                yield _event(about, fate, Sort(name))


def _event(about: Between, fate: Fate, sort: Sort) -> Event:
    state = fate.timeline.last_values(about.span.end) or fate.timeline.states[0]
    head = Event(sort, fate.id, kind_name(state), title_of(state), None)
    if sort in {Sort.DISAPPEARED, Sort.REMOVED}:
        gone = fate.timeline.at(about.span.end)
        return replace(head, moment=gone.moment if gone else None, field="path", old=state.path, note=_status(state))
    if sort is Sort.NEW:
        came = next(after for _, after in about.span.pairs(fate.timeline))
        known = came.moment.number > fate.timeline.states[0].moment.number
        return replace(head, moment=came.moment, new=_status(came) or None, note="back after it had gone" * known)
    return _turned(about, fate, head, state)


def _status(state: State) -> str:
    value = (state.values or NOTHING).get("status")
    return value if isinstance(value, str) else ""


_TURNING = ("status", "verified", "decided")


def _turned(about: Between, fate: Fate, head: Event, state: State) -> Event:
    """Return the event of closing or opening again: from which status to which, how, and with what evidence."""
    old, moment = _turn(about, fate.timeline)
    record = about.after.case.register.by_id.get(fate.id)
    evidence = record.evidence if isinstance(record, Tracked) else ()
    shown = tuple(", ".join(filter(None, (each.title, each.link))) for each in evidence)
    note = "; ".join(_how(record)) if isinstance(record, Tracked) and head.sort is Sort.CLOSED else ""
    return replace(
        head, moment=moment, field="status", old=old or None, new=_status(state) or None, evidence=shown, note=note
    )


def _turn(about: Between, timeline: Timeline) -> tuple[str, Moment | None]:
    """Return the status at the beginning, and the last moment at which what decides on closing changed."""
    first = timeline.at(about.span.start)
    turns = [
        after.moment
        for before, after in about.span.pairs(timeline)
        if after.values is not None
        and any(((before.values if before else None) or NOTHING).get(n) != after.values.get(n) for n in _TURNING)
    ]
    return _status(first) if first else "", turns[-1] if turns else None


def _how(record: Tracked) -> Iterator[str]:
    if record.verified and record.verified.by:
        method = f", {record.verified.method}" if record.verified.method else ""
        yield f"verified by {record.verified.by}{method}"
    if (decided := record.decided) is not None:
        yield from (f"decided by {by}" for by in (decided.by or decided.meeting,) if by)
        yield from (f"minute {minute}" for minute in (decided.minute,) if minute)
        yield from (reason for reason in (decided.reason,) if reason)
        yield from (f"carried on by {owner}" for owner in (decided.continuing_owner,) if owner)
    if record.superseded_by:
        yield f"superseded by {', '.join(record.superseded_by)}"
