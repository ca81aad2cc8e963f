"""H111 to H115: what was written over after a paper was published, who closed and verified, and what disappeared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.differences import entries
from p2ptrack.analysis.events import Lens
from p2ptrack.analysis.movement import was_closed
from p2ptrack.analysis.rules.history import by_whom
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.analysis.then import Dates, same_day, written
from p2ptrack.problem import Severity, shown
from p2ptrack.records.fields import CLOSED, Status
from p2ptrack.records.kinds import Record, Tracked
from p2ptrack.records.programme import status_labels
from p2ptrack.records.register import anchors
from p2ptrack.records.timeline import Moment, Timeline, Timelines, Values

_Value = Callable[[Values], Any]


def _published(case: Case) -> Iterator[tuple[Record, Timeline, str, Values, Values]]:
    """Yield every record at each published meeting: its timeline, the meeting, what it said then and says now."""
    lines = case.timelines
    for meeting, number in lines.published.items() if lines else ():
        for record in case.register.records:
            timeline = lines.of(record.id) if lines else None
            then = timeline.at(number) if timeline else None
            now = timeline.states[-1] if timeline else None
            if timeline and then and then.values and now and now.values and then is not now:
                yield record, timeline, meeting, then.values, now.values


def _changed_at(timeline: Timeline, lines: Timelines | None, meeting: str, value: _Value) -> Moment | None:
    """Return when a value changed after a meeting's paper was published."""
    number = lines.published[meeting] if lines else 0
    then = timeline.at(number)
    before = value(then.values) if then and then.values else None
    later = (s for s in timeline.states if s.moment.number > number and s.values and value(s.values) != before)
    return next((state.moment for state in later), None)


def _folded(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _another_ask(case: Case) -> Iterator[Finding]:
    for record, timeline, meeting, then, now in _published(case):
        old = _folded(then.get("origin_text"))
        if old and old != _folded(now.get("origin_text")):
            moment = _changed_at(timeline, case.timelines, meeting, lambda values: _folded(values.get("origin_text")))
            message = f"The ask of {record.id} was changed after the paper for {meeting} ({by_whom(moment)})."
            fix = (
                f"the words as they were published, beginning {shown(old)}; what is different now belongs in an update"
            )
            yield Finding(record.id, "origin_text" if record.origin_text else "", message, fix)


_SAID = ("text", "see", "date", "meeting", "source", "status", "by")


def _another_update(case: Case) -> Iterator[Finding]:
    for record, timeline, meeting, then, now in _published(case):
        told = _updates(now)
        for at, entry in enumerate(_updates(then)):
            if not any(entry.items() <= other.items() for other in told):
                moment = _changed_at(timeline, case.timelines, meeting, _telling(entry))
                what = f" of {entry['date']}" if "date" in entry else ""
                message = (
                    f"Update {at + 1}{what} of {record.id} was rewritten or taken out after the paper for {meeting} "
                    f"({by_whom(moment)})."
                )
                said = shown(entry.get("text", entry.get("see", "")))
                field = "updates" if isinstance(record, Tracked) and record.updates else ""
                yield Finding(
                    record.id,
                    field,
                    message,
                    f"the update as it was published, {said}; and a new one with what changed",
                )


def _updates(values: Values) -> list[dict[str, str]]:
    """Return what each update says, as far as a paper prints it."""
    told = (entry if isinstance(entry, dict) else {"text": entry} for entry in entries(values.get("updates")))
    return [{name: _plain(entry[name]) for name in _SAID if name in entry} for entry in told]


def _telling(entry: dict[str, str]) -> _Value:
    return lambda values: any(entry.items() <= other.items() for other in _updates(values))


def _plain(value: Any) -> str:
    return _folded(value) if isinstance(value, str) else repr(value)


_CLOSING = (("completed_on",), ("decided", "on"), ("verified", "on"))


def _another_closing(case: Case) -> Iterator[Finding]:
    lens = _lens(case)
    for record, timeline, meeting, then, now in _published(case):
        for path in _CLOSING:
            old, new = _at(then, path), _at(now, path)
            reopened = new is None and not _is_done(lens, now)
            if old is not None and not reopened and not same_day(lens.dates.read(old), lens.dates.read(new)):
                moment = _changed_at(timeline, case.timelines, meeting, _reading(path))
                field = ".".join(path)
                message = (
                    f"{field} of {record.id} was {written(old)} in the paper for {meeting}, and was changed to "
                    f"{written(new) or 'nothing'} ({by_whom(moment)})."
                )
                yield Finding(record.id, field if new is not None else "", message, f"{path[-1]}: {written(old)}")


def _at(values: Values, path: tuple[str, ...]) -> Any:
    found: Any = values
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _reading(path: tuple[str, ...]) -> _Value:
    return lambda values: _at(values, path)


def _lens(case: Case) -> Lens:
    return Lens(Dates(anchors(case.register.programme)), status_labels(case.policy))


def _is_done(lens: Lens, values: Values) -> bool:
    return lens.status(values.get("status")) in {*CLOSED, Status.COMPLETE}


def _same_hand(case: Case) -> Iterator[Finding]:
    lens = _lens(case)
    for record in case.tracked() if case.timelines else ():
        timeline = case.timelines.of(record.id) if case.timelines else None
        if timeline is None or record.verified is None or record.verified.by is None:
            continue
        closed = _since(timeline, lambda values: _is_done(lens, values))
        verified = _since(timeline, lambda values: _at(values, ("verified", "by")) is not None)
        if closed and verified and closed.author == verified.author:
            both = f"the closing of {record.id} and its verification by {record.verified.by}"
            message = f"{closed.author} committed both {both}."
            yield Finding(
                record.id, "verified.by", message, "method: how it was verified, so that others can follow it"
            )


def _since(timeline: Timeline, holds: Callable[[Values], bool]) -> Moment | None:
    """Return the moment from which something has held until now."""
    found: Moment | None = None
    for state in timeline.states:
        if state.values is None or not holds(state.values):
            found = None
        elif found is None:
            found = state.moment
    return found


def _disappeared(case: Case) -> Iterator[Finding]:
    lines = case.timelines
    here = {id_.casefold() for id_ in (*case.register.by_id, *case.register.broken)}
    for key, timeline in lines.records.items() if lines else ():
        gone, last = timeline.states[-1], timeline.last_values(len(lines.moments) if lines else 0)
        if key in here or gone.values is not None or last is None:
            continue
        if not was_closed(case, last, gone.moment.day):
            status = written(last.values.get("status")) if last.values else ""
            message = (
                f"{timeline.id} disappeared ({by_whom(gone.moment)}) without being closed; "
                f"its status was {status or 'not stated'}."
            )
            command = f"git restore --source={gone.moment.commit[:10]}~1 -- {last.path}"
            fix = f"the file again, with: {command}; then close it, if it is done"
            yield Finding(timeline.id, "", message, fix)


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
        code="H114",
        severity=Severity.NOTE,
        title="Closed and verified by one hand",
        why="One officer often keeps the register; where it was not only the typing, nobody else has looked.",
        example="verified: {by: Chief Internal Auditor, on: 2023-01-12}",
        fix="How it was verified, under method.",
        find=_same_hand,
    ),
    Rule(
        code="H115",
        severity=Severity.ERROR,
        title="A record that disappeared",
        why="An item leaves the list by being closed, with a reason; a file that is deleted leaves none.",
        example="id: A01",
        fix="The file again, closed if it is done.",
        find=_disappeared,
    ),
)
