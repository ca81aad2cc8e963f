"""H111 to H113 and H117: what was written over after a paper was published. Asked only under `check --history`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.past.differences import entries
from p2ptrack.analysis.past.events import Lens
from p2ptrack.analysis.past.then import Dates, same_day, written
from p2ptrack.analysis.rules.printed import Printed, Told, folded, is_done, lens_of, told
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.analysis.rules.wording import listed
from p2ptrack.problem import Severity
from p2ptrack.records.dates import Anchors
from p2ptrack.records.fields import Category, Decision, Status
from p2ptrack.records.timeline import Values


def _another_ask(case: Case) -> Iterator[Finding]:
    for one in told(case):
        # The words that were published first stay: what a later paper had instead is no second original.
        first: dict[str, Printed] = {}
        for printed in one.printed:
            for name, ask in _asks(printed.values).items():
                if _asks(first.setdefault(name, printed).values)[name] == ask:
                    first[name] = printed
        for name, last in first.items():
            ask = _asks(last.values)[name]
            if _asks(one.now).get(name) != ask:
                what = one.changed(last, _saying(name, ask))
                message = f"The ask of {name or one.record.id} was changed {what}."
                fix = f"the ask {one.see(last)}; what is different now belongs in an update"
                yield Finding(one.record.id, _place_of_ask(one.now, name), message, fix)


def _asks(values: Values) -> Mapping[str, str]:
    """Return the words of an ask, and of each of its parts by the part's id."""
    parts = (part for part in entries(values.get("parts")) if isinstance(part, dict))
    found = {"": values.get("origin_text"), **{str(part.get("id")): part.get("text") for part in parts}}
    return {name: folded(text) for name, text in found.items() if folded(text)}


def _saying(name: str, ask: str) -> Callable[[Values], bool]:
    return lambda values: _asks(values).get(name) == ask


def _place_of_ask(now: Values, name: str) -> str:
    if not name:
        return "origin_text" if "origin_text" in now else ""
    ids = [part.get("id") if isinstance(part, dict) else None for part in entries(now.get("parts"))]
    return f"parts[{ids.index(name)}].text" if name in ids else "parts" if ids else ""


_Entry = Mapping[str, Any]
_SEE = "as p2ptrack history {} --field updates has it"
_SAID = ("text", "see", "date", "meeting", "source", "heading", "status", "by")


def _another_update(case: Case) -> Iterator[Finding]:
    lens = lens_of(case)
    for one in told(case):
        now = _updates(one.now, lens)
        gone: dict[str, tuple[int, _Entry, Printed]] = {}
        for printed in one.printed:
            for at, entry in enumerate(_updates(printed.values, lens)):
                if not _among(entry, now):
                    gone[repr(entry)] = at, entry, printed
        for at, entry, last in gone.values():
            date = written(_entries(last.values, "updates")[at].get("date"))
            what = f"Update {at + 1}{f' of {date}' * bool(date)} of {one.record.id}"
            when = one.changed(last, _telling(entry, lens))
            fix = f"the update {_SEE.format(one.record.id)}; and a new one with what changed"
            place = _nearest(entry, now)
            yield Finding(one.record.id, place, f"{what} was rewritten or taken out {when}.", fix)


def _entries(values: Values, name: str) -> list[dict[str, Any]]:
    return [entry if isinstance(entry, dict) else {"text": entry} for entry in entries(values.get(name))]


def _updates(values: Values, lens: Lens) -> list[_Entry]:
    """Return what each update says, as far as a paper prints it and however it is written."""
    listed = _entries(values, "updates")
    return [{name: _meant(name, entry[name], lens) for name in _SAID if name in entry} for entry in listed]


_PLAIN = Dates(Anchors(()))


def _meant(name: str, value: Any, lens: Lens) -> Any:
    """Return what stands for a value, so that two ways to write the same are the same."""
    if name in {"date", "on"} and (day := _PLAIN.read(value)) is not None:
        return day.earliest, day.latest, day.ongoing
    if name in {"status", "decision"}:
        return lens.status(value)
    if name == "source" and isinstance(value, dict):
        return folded(value.get("id"))
    return ", ".join(map(folded, entries(value)))


def _among(entry: _Entry, others: list[_Entry]) -> bool:
    return any(entry.items() <= other.items() for other in others)


def _telling(entry: _Entry, lens: Lens) -> Callable[[Values], bool]:
    return lambda values: _among(entry, _updates(values, lens))


def _nearest(entry: _Entry, now: list[_Entry]) -> str:
    """Return where the entry stands that took the place of one that is gone, as far as that can be told."""
    names = [name for name in ("text", "see", "date") if name in entry]
    alike = [at for at, other in enumerate(now) if any(entry[name] == other.get(name) for name in names)]
    return f"updates[{alike[0]}]" if alike else "updates" if now else ""


_CLOSING = (("completed_on",), ("decided", "on"), ("verified", "on"))


def _another_closing(case: Case) -> Iterator[Finding]:
    lens = lens_of(case)
    for one in told(case):
        for path in _CLOSING:
            last = _stands(one, path, lens)
            now = Printed("", one.timeline.states[-1].moment, one.now)
            if last is not None and not _agrees(one, path, (last, now), lens):
                old, new, field = _at(last.values, path), _at(one.now, path), ".".join(path)
                what = f"was changed to {written(new) or 'nothing'} {one.changed(last, _dated(path, old, lens))}"
                message = f"{field} of {one.record.id} was {written(old)}, and {what}."
                fix = f"{path[-1]}: {written(old)}{f', under {path[0]}' * bool(path[1:])}"
                yield Finding(one.record.id, field if new is not None else "", message, fix)


def _stands(one: Told, path: tuple[str, ...], lens: Lens) -> Printed | None:
    """Return the last paper with the closing date that stands: the one published first, until it is opened again."""
    stands: Printed | None = None
    for printed in one.printed:
        day = lens.dates.read(_at(printed.values, path))
        is_one = not same_day(day, None) and (path != ("decided", "on") or is_done(lens, printed.values))
        same = stands and same_day(lens.dates.read(_at(stands.values, path)), day)
        if stands is None or same or _agrees(one, path, (stands, printed), lens):
            stands = printed if is_one else None
    return stands


def _agrees(one: Told, path: tuple[str, ...], pair: tuple[Printed, Printed], lens: Lens) -> bool:
    """Whether a later closing date is the same, or one of its own: of an item that was opened or decided on again."""
    then, later = pair
    old, new = (_at(each.values, path) for each in pair)
    if new is None:
        return not is_done(lens, later.values)
    start, end = lens.dates.read(old), lens.dates.read(new)
    if old == new or same_day(start, end):
        return True
    to = later.moment.number
    between = (values for state, values in one.later(then.moment.number) if state.moment.number <= to)
    status, now = (lens.status(each.values.get("status")) for each in pair)
    renewed = path == ("decided", "on") and (status != now or now == Status.RISK_ACCEPTED)
    anew = renewed or not all(is_done(lens, values) for values in between)
    return anew and end is not None and end.latest is not None and end.latest >= then.moment.day


def _at(values: Values, path: tuple[str, ...]) -> Any:
    found: Any = values
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _dated(path: tuple[str, ...], old: Any, lens: Lens) -> Callable[[Values], bool]:
    return lambda values: same_day(lens.dates.read(_at(values, path)), lens.dates.read(old))


_AGREED = ("date", "decision", "approved_by", "meeting", "minute", "reason", "category")


def _another_decision(case: Case) -> Iterator[Finding]:
    lens = lens_of(case)
    for one in told(case):
        gone: dict[int, list[tuple[Printed, _Entry, str]]] = {}
        for printed, then, name in _agreed(one, lens):
            at = _place_of(then, one.now, lens)
            if at is not None and not _agrees_with(then, name, lens)(one.now):
                gone.setdefault(at, []).append((printed, then, name))
        for at, found in gone.items():
            printed, then, name = found[0]
            names = [each for _, _, each in found]
            what = f"{'were' if names[1:] else 'was'} rewritten {one.changed(printed, _agrees_with(then, name, lens))}"
            message = f"{listed(names)} in entry {at + 1} of the ledger of {one.record.id} {what}."
            fix = f"the entry {one.see(printed)}; and a new one with category: correction"
            yield Finding(one.record.id, f"revisions[{at}].{name}", message, fix)


def _agreed(one: Told, lens: Lens) -> Iterator[tuple[Printed, _Entry, str]]:
    """Yield what was said first in a paper of how a move was decided. What was still asked for may be decided since."""
    seen: set[str] = set()
    for printed in one.printed:
        for entry in _entries(printed.values, "revisions"):
            asked = lens.status(entry.get("decision")) == Decision.REQUESTED
            for name in () if asked else _AGREED:
                key = repr((entry.get("from"), entry.get("to"), name))
                if (name == "category" or entry.get(name) is not None) and key not in seen:
                    seen.add(key)
                    yield printed, entry, name


def _place_of(then: _Entry, now: Values, lens: Lens) -> int | None:
    """Return the place of the entry that tells of the same move."""
    read = lens.dates.read
    for at, entry in enumerate(_entries(now, "revisions")):
        if all(same_day(read(then.get(name)), read(entry.get(name))) for name in ("from", "to")):
            return at
    return None


def _agrees_with(then: _Entry, name: str, lens: Lens) -> Callable[[Values], bool]:
    def agrees(values: Values) -> bool:
        at = _place_of(then, values, lens)
        entry = _entries(values, "revisions")[at] if at is not None else then
        old, new = (_meant(name, each.get(name), lens) for each in (then, entry))
        # A sort of reason may be added, but not that it was no delay.
        return bool(old == new or (not old and new != Category.CORRECTION))

    return agrees


RULES: tuple[Rule, ...] = (
    Rule(
        code="H111",
        severity=Severity.WARNING,
        title="An ask that was changed after a paper was published",
        why="The ask stays as it was entered; where a committee reads another one next time, nobody can be held to it.",
        example="origin_text: Another ask than the published one.",
        fix="The words as they were published.",
        find=_another_ask,
    ),
    Rule(
        code="H112",
        severity=Severity.WARNING,
        title="An earlier update that was rewritten after a paper was published",
        why="Updates are added, never written over: the committee has read the old one.",
        example="updates: [{date: 2023-01-12, text: Another text than the published one.}]",
        fix="The update as it was published, and a new one with what changed.",
        find=_another_update,
    ),
    Rule(
        code="H113",
        severity=Severity.WARNING,
        title="A closing date that was changed after a paper was published",
        why="The committee was told another day on which the item was completed, decided or verified.",
        example="completed_on: 2023-01-12",
        fix="The date as it was published.",
        find=_another_closing,
    ),
    Rule(
        code="H117",
        severity=Severity.WARNING,
        title="A decision on a target that was rewritten after a paper was published",
        why="The committee has read when, why, by whom and in which minute a date was moved.",
        example="revisions: [{from: Mar-23, to: Jun-23, approved_by: Another than the published one}]",
        fix="The entry as it was published, and a new one with category: correction.",
        find=_another_decision,
    ),
)
