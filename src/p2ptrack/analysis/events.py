"""What happened to a register between two moments, by meaning: targets, statuses, updates, owners, exemptions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import Any

from p2ptrack.analysis.differences import NOTHING, Difference, Pair, Value, aligned, as_value, differences, entries
from p2ptrack.analysis.then import Dates, days_from, same_day, written
from p2ptrack.records.dates import CouncilDate
from p2ptrack.records.fields import CLOSED, Status, fold_word
from p2ptrack.records.kinds import Recommendation
from p2ptrack.records.timeline import Moment, State, Timeline, Values, kind_at


class Sort(StrEnum):
    """The sorts of event, in the order that a committee cares for."""

    DISAPPEARED = "disappeared"
    CLOSED = "closed"
    REOPENED = "reopened"
    TARGET = "targets"
    EXTENSION = "extensions"
    NEW = "new"
    STATUS = "statuses"
    OWNER = "ownership"
    UPDATE = "updates"
    EXEMPTION = "exemptions"
    REMOVED = "removed"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a record, when it became official and who wrote it.

    Without a moment nobody did it: a day came on which something decided takes effect. `days` is by how many a target
    moved; `note` says what else there is to know.
    """

    sort: Sort
    id: str
    kind: str
    title: str
    moment: Moment | None
    field: str = ""
    old: Value | None = None
    new: Value | None = None
    days: int | None = None
    reason: str = ""
    approved_by: str = ""
    evidence: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """From which place on the line (what it held is the beginning) to which (what it held is the end)."""

    start: int
    end: int

    def pairs(self, timeline: Timeline) -> Iterator[tuple[State | None, State]]:
        """Yield each state that came within the span, with the one before it."""
        for before, after in pairwise((None, *timeline.states)):
            if after is not None and self.start < after.moment.number <= self.end:
                yield before, after


@dataclass(frozen=True, slots=True)
class Lens:
    """What it takes to read plain values: how dates are named, and the council's words for statuses."""

    dates: Dates
    labels: Mapping[str, str] = field(default_factory=dict)

    def status(self, value: Any) -> str:
        """Return a status's stable name, or what was written where it is none."""
        word = fold_word(value) if isinstance(value, str) else ""
        return self.labels.get(word, word)


_LISTS = frozenset({"updates", "revisions"})
_OWNERS = frozenset({"accountable", "supporting", "lead_member"})
_OPEN = (None, Status.NOT_STARTED, Status.ON_HOLD, Status.IN_PROGRESS, Status.COMPLETE)


def rank(status: str) -> int:
    """Return how far along a status is, so that a step can be told forward or back; a word that is none is -1."""
    if status in CLOSED:
        return len(_OPEN)
    return _OPEN.index(Status(status)) if status in _OPEN else 0 if not status else -1


def happened(timeline: Timeline, span: Span, lens: Lens) -> Iterator[Event]:
    """Yield what happened to one record while it was there, oldest first; that it came or went is told by movement."""
    for before, after in span.pairs(timeline):
        if before and before.values is not None and after.values is not None:
            yield from _between(_About(timeline.id, before, after, lens))


@dataclass(frozen=True, slots=True)
class _About:
    """Two states of a record, one after the other, and how to read them."""

    id: str
    before: State
    after: State
    lens: Lens

    @property
    def old(self) -> Values:
        return self.before.values or NOTHING

    @property
    def new(self) -> Values:
        return self.after.values or NOTHING

    def event(self, sort: Sort, **about: Any) -> Event:
        return Event(sort, self.id, kind_name(self.after), title_of(self.after), self.after.moment, **about)

    def differs(self, sort: Sort, each: Difference, **about: Any) -> Event:
        return self.event(sort, field=each.field, old=each.old, new=each.new, **about)


def kind_name(state: State) -> str:
    """Return the kind of the record whose state this is."""
    kind = kind_at(state.path)
    return kind.name if kind else ""


def title_of(state: State) -> str:
    """Return a record's title as it was written."""
    title = (state.values or NOTHING).get("title")
    return title if isinstance(title, str) else ""


def _between(about: _About) -> Iterator[Event]:
    if about.before.path != about.after.path:
        yield about.event(Sort.OTHER, field="path", old=about.before.path, new=about.after.path)
    found = differences(about.old, about.new)
    kind = kind_at(about.after.path)
    if kind is not None and kind.model is Recommendation:
        yield from (about.differs(Sort.EXEMPTION if _exempts(each) else Sort.OTHER, each) for each in found)
        return
    names = {each.name for each in found}
    yield from _target(about) if "target" in names else ()
    lists = {name: aligned(entries(about.old.get(name)), entries(about.new.get(name))) for name in names & _LISTS}
    yield from _ledger(about, lists.get("revisions", ()))
    yield from _updates(about, lists.get("updates", ()))
    added = {name: {pair.at for pair in pairs if pair.old is None} for name, pairs in lists.items()}
    yield from (event for each in found if not _told_as_entry(added, each) for event in _plain(about, each))


def _exempts(each: Difference) -> bool:
    return "exempt" in each.field.replace("[", ".").split(".")


def _plain(about: _About, each: Difference) -> Iterator[Event]:
    """Yield the event of a field that tells of itself alone."""
    if _exempts(each):
        yield about.differs(Sort.EXEMPTION, each)
    elif each.field == "status":
        old, new = about.lens.status(each.old), about.lens.status(each.new)
        if old != new:
            note = "forward" if rank(new) > rank(old) else "back" if rank(new) < rank(old) else "sideways"
            yield about.event(Sort.STATUS, field="status", old=old or None, new=new or None, note=note)
    elif each.name in _OWNERS:
        yield about.differs(Sort.OWNER, each)
    elif each.name != "target":
        yield about.differs(Sort.OTHER, each)


def _told_as_entry(added: Mapping[str, set[int]], each: Difference) -> bool:
    """Whether a difference lies within an entry that is wholly new, and is told as such."""
    if each.name not in added or _exempts(each):
        return False
    place = each.field.partition("[")[2].partition("]")[0]
    return not place or (each.old is None and int(place) in added[each.name])


def _updates(about: _About, pairs: Iterable[Pair]) -> Iterator[Event]:
    for pair in (pair for pair in pairs if pair.old is None):
        told = pair.new if isinstance(pair.new, dict) else {"text": pair.new}
        text = as_value(told.get("text")) or f"see {as_value(told.get('see'))}"
        yield about.event(Sort.UPDATE, field=f"updates[{pair.at}]", new=text, note=written(told.get("date")))


def _target(about: _About) -> Iterator[Event]:
    old, new = about.old.get("target"), about.new.get("target")
    read = about.lens.dates.read
    entry, declared = declared_in(about.new, (read(old), read(new)), about.lens)
    note = "" if declared or old is None else "not in the ledger"
    yield about.event(
        Sort.TARGET,
        field="target",
        old=written(old) or None,
        new=written(new) or None,
        days=days_from(read(old), read(new)),
        reason=_text(entry, "reason"),
        approved_by=_text(entry, "approved_by"),
        note="set for the first time" if old is None else note,
    )


def _text(entry: Values, name: str) -> str:
    value = as_value(entry.get(name))
    return value if isinstance(value, str) else ", ".join(value or ())


Move = tuple[CouncilDate | None, CouncilDate | None]


def declared_in(values: Values, move: Move, lens: Lens) -> tuple[Values, bool]:
    """Return the entry of the ledger that ends a move, and whether the ledger leads from its start to its end.

    A move may be declared in several entries: Mar-23 to Jun-23, then Jun-23 to Sep-23.
    """
    ledger = [entry for entry in entries(values.get("revisions")) if isinstance(entry, dict)]
    read = lens.dates.read
    for at in range(len(ledger) - 1, -1, -1):
        if same_day(read(ledger[at].get("to")), move[1]):
            begins = any(same_day(read(entry.get("from")), move[0]) for entry in ledger[: at + 1])
            return ledger[at], begins
    return NOTHING, False


def _ledger(about: _About, pairs: Iterable[Pair]) -> Iterator[Event]:
    """Yield what was asked for, granted or refused, or entered, where the target itself did not move."""
    read = about.lens.dates.read
    stands = read(about.new.get("target"))
    moved = not same_day(read(about.old.get("target")), stands)
    for pair in pairs:
        entry = pair.new if isinstance(pair.new, dict) else None
        was = pair.old.get("decision") if isinstance(pair.old, dict) else None
        told = entry is not None and (pair.old is None or was != entry.get("decision"))
        if entry is not None and told and not (moved and same_day(read(entry.get("to")), stands)):
            yield _extension(about, pair.at, entry)


def _extension(about: _About, at: int, entry: Values) -> Event:
    start, end = entry.get("from"), entry.get("to")
    read = about.lens.dates.read
    return about.event(
        Sort.EXTENSION,
        field=f"revisions[{at}]",
        old=written(start) or None,
        new=written(end) or None,
        days=days_from(read(start), read(end)),
        reason=_text(entry, "reason"),
        approved_by=_text(entry, "approved_by"),
        note=_text(entry, "decision") or "entered",
    )
