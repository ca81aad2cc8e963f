"""A record's changes for people to read: under each commit, with who approved a moved target, or that nobody did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from p2ptrack.analysis.past.differences import NOTHING, as_value, told
from p2ptrack.analysis.past.events import Lens
from p2ptrack.analysis.past.targets import declared_in
from p2ptrack.analysis.past.then import Dates, days_from, same_day
from p2ptrack.analysis.past.word_diff import word_diff
from p2ptrack.records.dates import long_day
from p2ptrack.records.fields import Category, Decision
from p2ptrack.records.timeline import SHORT_COMMIT, Moment, Timeline, Values
from p2ptrack.reports.document import Cell, Column, Row, Table
from p2ptrack.reports.numbers import counted
from p2ptrack.reports.queries.answer_words import cut
from p2ptrack.reports.queries.field_changes import Change, Sort
from p2ptrack.reports.queries.field_names import field_name, value_in_words

LONG = 60
"""A text of more characters is told by its words that changed."""
UNDECLARED = "no entry in revisions says so"
_MOST_SHOWN = 160
_DATES = frozenset({"target", "review_by"})
_DECLARED = ("decision", "approved_by", "meeting", "minute", "category", "reason")
_READ = (Column("field", "Field", header=True), Column("change", "Change", width="wide"))


@dataclass(frozen=True, slots=True)
class Telling:
    """What it takes to tell a change to people: how dates are named, and the whole record.

    With `approvals` a move of the target is told with who approved it; else that stands beside it as its own change.
    """

    dates: Dates
    timeline: Timeline
    approvals: bool

    def moved(self, change: Change) -> Iterator[str]:
        """Yield by how many days a date moved; of a target, what the record declares of that today."""
        start, end = (self.dates.read(value) for value in _values(change))
        days = days_from(start, end)
        yield f"from {told(change.old)} to {told(change.new)}{f' ({moved_by(days)})' if days else ''}"
        if change.field == "target" and not same_day(start, end):
            entry, begins = declared_in(self._last(), (start, end), Lens(self.dates))
            yield from () if begins and not self.approvals else _declared(entry) if begins else (UNDECLARED,)

    def _last(self) -> Values:
        last = self.timeline.last_values(self.timeline.states[-1].moment.number)
        return (last.values if last else None) or NOTHING


def _declared(entry: Values) -> Iterator[str]:
    said = {name: told(as_value(entry.get(name))).strip() for name in _DECLARED}
    yield decided(said["decision"], said["approved_by"])
    yield from (said["meeting"], f"minute {said['minute']}" if said["minute"] else "")
    yield "a correction" if said["category"] == Category.CORRECTION else ""
    yield said["reason"].rstrip(".")


def decided(decision: str, by: str) -> str:
    """Return what became of a request for a later date: *granted by Audit Committee*, *asked for*."""
    if decision == Decision.REQUESTED:
        return "asked for"
    answer = decision or "approved" * bool(by)
    return f"{answer} by {by}" if by else answer


def _values(change: Change) -> tuple[Any, Any]:
    before = (change.before.values if change.before else None) or NOTHING
    return before.get(change.field), (change.after.values or NOTHING).get(change.field)


def read_through(found: tuple[Change, ...], telling: Telling) -> Table:
    """Return the changes for people: under each commit, long texts by the words that changed."""
    rows = (Row((Cell(_field(each)), Cell(_told(each, telling))), group=_commit(each.moment)) for each in found)
    return Table("changes", "", _READ, tuple(rows), empty="Never set.")


def _commit(moment: Moment) -> str:
    return f"{long_day(moment.day)}, {moment.author}, commit {moment.commit[:SHORT_COMMIT]}"


_EVENTS: Mapping[Sort, str] = {
    "created": "Created", "moved": "File moved", "deleted": "Deleted", "restored": "Added again", "changed": "File",
}  # fmt: skip


def _field(change: Change) -> str:
    return _EVENTS[change.event] if change.field == "path" else field_name(change.field)


def is_long(change: Change) -> bool:
    """Whether a change is told by the words that changed."""
    both = (change.old, change.new)
    return all(isinstance(value, str) for value in both) and max(len(told(value)) for value in both) > LONG


def _told(change: Change, telling: Telling) -> str:
    old, new = (value_in_words(change.field, value) for value in (change.old, change.new))
    if change.new is None:
        return old if change.event == "deleted" else f"taken out; it was: {cut(old, _MOST_SHOWN)}"
    if change.old is None:
        return cut(new, _MOST_SHOWN)
    if is_long(change):
        return word_diff(old, new)
    if change.field in _DATES:
        return "; ".join(filter(None, telling.moved(change)))
    return f"from {old} to {new}"


def moved_by(days: int) -> str:
    """Return in words by how much a date moved."""
    return f"{counted(abs(days), 'day')} {'later' if days > 0 else 'earlier'}"
