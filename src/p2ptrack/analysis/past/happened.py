"""What happened to one record between two moments, by meaning: targets, statuses, updates, owners, exemptions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from p2ptrack.analysis.past.differences import Difference, Pair, aligned, as_value, differences, entries, said
from p2ptrack.analysis.past.events import Event, Lens, Sort, Span, title_of
from p2ptrack.analysis.past.hands import moment_of
from p2ptrack.analysis.past.succession import Succession
from p2ptrack.analysis.past.targets import ledger, target
from p2ptrack.analysis.past.then import written
from p2ptrack.records.fields import CLOSED, NEEDS_DECISION, Status
from p2ptrack.records.kinds import Tracked
from p2ptrack.records.timeline import Timeline, Timelines, Values, kind_at

_LISTS = frozenset({"updates", "revisions"})
_OWNERS = frozenset({"accountable", "supporting", "lead_member"})
_OPEN = (None, Status.NOT_STARTED, Status.ON_HOLD, Status.IN_PROGRESS, Status.COMPLETE)


def rank(status: str) -> int:
    """Return how far along a status is, so that a step can be told forward or back; a word that is none is -1."""
    if status in CLOSED:
        return len(_OPEN)
    return _OPEN.index(Status(status)) if status in _OPEN else 0 if not status else -1


def happened(timeline: Timeline, span: Span, lens: Callable[[int], Lens]) -> Iterator[Event]:
    """Yield what happened to one record while it was there, oldest first; that it came or went is told by movement.

    `lens` returns how what was written at a place on the line is read.
    """
    end = timeline.last_values(span.end)
    for before, after in span.pairs(timeline):
        if end and before and before.values is not None and after.values is not None:
            yield from _between(Succession(timeline, before, after, lens(after.moment.number), end))


def _between(step: Succession) -> Iterator[Event]:
    if step.before.path != step.after.path:
        yield step.differs(Sort.OTHER, Difference("path", step.before.path, step.after.path))
    found = differences(step.old, step.new)
    kind = kind_at(step.after.path)
    if kind is None or not issubclass(kind.model, Tracked):
        yield from (step.differs(Sort.EXEMPTION if _exempts(each) else Sort.OTHER, each) for each in found)
        return
    names = {each.name for each in found}
    lists = {name: _pairs(step, name) for name in names & _LISTS}
    yield from (event for each in found if each.name == "target" for event in target(step, each))
    yield from ledger(step, lists.get("revisions", ()))
    yield from _updates(step, lists.get("updates", ()))
    added = {name: {pair.at for pair in pairs if pair.old is None} for name, pairs in lists.items()}
    yield from (event for each in found if not _told_as_entry(added, each) for event in _plain(step, each))


def _pairs(step: Succession, name: str) -> tuple[Pair, ...]:
    """Return which entry of a list became which; one that only has another place is none that came."""
    pairs = aligned(entries(step.old.get(name)), entries(step.new.get(name)))
    gone = [said(pair.old) for pair in pairs if pair.new is None]
    return tuple(pair for pair in pairs if pair.old is not None or not gone or said(pair.new) not in gone)


def _exempts(each: Difference) -> bool:
    return "exempt" in each.field.replace("[", ".").split(".")


def _plain(step: Succession, each: Difference) -> Iterator[Event]:
    """Yield the event of a field that tells of itself alone."""
    if _exempts(each):
        yield step.differs(Sort.EXEMPTION, each)
    elif each.name == "target" or step.lens.same(each):
        return
    elif each.field == "status":
        old, new = step.lens.status(each.old), step.lens.status(each.new)
        note = "forward" if rank(new) > rank(old) else "back" if rank(new) < rank(old) else "sideways"
        note = "; ".join((note, *_to_come(step, new)))
        yield step.event(Sort.STATUS, each, field="status", old=old or None, new=new or None, note=note)
    elif each.name in _OWNERS:
        yield step.differs(Sort.OWNER, each)
    else:
        yield step.differs(Sort.OTHER, each)


def _to_come(step: Succession, status: str) -> Iterator[str]:
    """Yield from when a status holds, where it was decided for a day to come: until then the item stays as it was."""
    decided = step.new.get("decided")
    on = step.lens.dates.read(decided.get("on")) if isinstance(decided, dict) else None
    if status in NEEDS_DECISION and on and on.latest and on.latest > step.after.moment.day:
        yield f"as from {on.raw}"


def _told_as_entry(added: Mapping[str, set[int]], each: Difference) -> bool:
    """Whether a difference lies within an entry that is wholly new, and is told as such."""
    if each.name not in added or _exempts(each):
        return False
    place = each.field.partition("[")[2].partition("]")[0]
    return not place or (each.old is None and int(place) in added[each.name])


def _updates(step: Succession, pairs: Iterable[Pair]) -> Iterator[Event]:
    for pair in (pair for pair in pairs if pair.old is None):
        told = pair.new if isinstance(pair.new, dict) else {"text": pair.new}
        name = "text" if told.get("text") is not None else "see"
        text = as_value(told.get(name))
        by = Difference(f"updates[{pair.at}].{name}", None, text)
        shown = text if name == "text" else f"see {text}"
        yield step.event(Sort.UPDATE, by, field=f"updates[{pair.at}]", new=shown, note="; ".join(_about(told)))


def _about(update: Values) -> Iterator[str]:
    """Yield when an update was made, as far as it says, and which other records it reports on."""
    source = update.get("source")
    when = (
        written(update.get("date")),
        update.get("meeting"),
        source.get("id") if isinstance(source, dict) else source,
    )
    yield from [each for each in when if isinstance(each, str) and each][:1]
    covers = [each.get("id") if isinstance(each, dict) else each for each in _covered(update.get("covers"))]
    if covers:
        yield f"also for {', '.join(map(str, covers))}"


def _covered(covers: object) -> list[object]:
    return list(covers) if isinstance(covers, dict) else entries(covers)


def of_programme(timelines: Timelines, span: Span) -> Iterator[Event]:
    """Yield what was changed in the programme: its meetings, phases, roles, policy and whatever else it says.

    The note has the id of the meeting, phase, source or dependency.
    """
    for before, after in span.pairs(timelines.programme):
        if before and before.values is not None and after.values is not None:
            head = Event(Sort.PROGRAMME, "programme", "programme", title_of(after), after.moment)
            for each in differences(before.values, after.values):
                of = _entry_id(before.values if each.new is None else after.values, each)
                told = replace(head, field=each.field, old=each.old, new=each.new, note=of)
                yield replace(told, moment=moment_of(after, each))


def _entry_id(values: Values, each: Difference) -> str:
    place = each.field.partition("[")[2].partition("]")[0]
    found = entries(values.get(each.name))[int(place)] if place else None
    return str(found.get("id", "")) if isinstance(found, dict) else ""
