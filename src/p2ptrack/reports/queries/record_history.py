"""`history`: one record field by field, oldest first: when it changed, who wrote it, what it said and what it says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from itertools import pairwise
from textwrap import shorten
from typing import Any, Literal

from p2ptrack.analysis.as_data import SCHEMA_VERSION
from p2ptrack.analysis.differences import NOTHING, Value, differences, told
from p2ptrack.analysis.then import Dates, days_from, programme_at
from p2ptrack.analysis.word_diff import word_diff
from p2ptrack.errors import WrongUsage
from p2ptrack.records.dates import long_day
from p2ptrack.records.paths import leaves
from p2ptrack.records.register import anchors, same_ids
from p2ptrack.records.timeline import Moment, State, Timeline, Timelines
from p2ptrack.reports.document import Block, Cell, Column, Document, Fact, Row, Table, line
from p2ptrack.reports.numbers import counted
from p2ptrack.reports.queries.answer import Answer

Sort = Literal["created", "changed", "moved", "deleted", "restored"]
LONG = 60
"""A text of more characters is told by its words that changed."""
_MOST_SHOWN = 160
SHORT_COMMIT = 10


@dataclass(frozen=True, slots=True)
class Change:
    """One field that one commit changed; of a record that was created or restored, what it then said."""

    moment: Moment
    event: Sort
    field: str
    old: Value | None
    new: Value | None

    def as_data(self) -> dict[str, Any]:
        """Return the change as the JSON contract has it."""
        return {
            "date": self.moment.day.isoformat(),
            "author": self.moment.author,
            "commit": self.moment.commit,
            "event": self.event,
            "field": self.field or None,
            "old": list(self.old) if isinstance(self.old, tuple) else self.old,
            "new": list(self.new) if isinstance(self.new, tuple) else self.new,
        }


def changes(timeline: Timeline, name: str = "") -> tuple[Change, ...]:
    """Return every change of a record, oldest first, or those of one field: `target`, `updates`, `revisions.to`."""
    found = (change for before, after in pairwise((None, *timeline.states)) if after for change in _step(before, after))
    return tuple(change for change in found if not name or _is_of(change.field, name))


def _step(before: State | None, after: State) -> Iterator[Change]:
    old = before.values if before else None
    event: Sort = "changed" if old is not None else "restored" if before else "created"
    if after.values is None:
        yield Change(after.moment, "deleted", "path", after.path, None)
        return
    if before is None or old is None or before.path != after.path:
        was = before.path if before and old is not None else None
        yield Change(after.moment, "moved" if was else event, "path", was, after.path)
    for each in differences(old or NOTHING, after.values):
        yield Change(after.moment, event, each.field, each.old, each.new)


def _is_of(field: str, name: str) -> bool:
    plain = _without_places(field)
    return any(each == name or each.startswith((f"{name}.", f"{name}[")) for each in (field, plain))


def _without_places(field: str) -> str:
    return "".join(part.partition("]")[2] if at else part for at, part in enumerate(field.split("[")))


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: of which record, of one field or all, and as one table with a row for each change."""

    id: str
    field: str = ""
    table: bool = False


def history(timelines: Timelines, asked: Asked, as_of: date) -> Document:
    """Return the history of a record. Raises `WrongUsage` for an id or a field that there never was."""
    timeline = find(timelines, asked.id)
    found = changes(timeline, asked.field)
    if asked.field and not found:
        _known(asked.field, changes(timeline))
    last = timeline.last_values(len(timelines.moments))
    title = (last.values or NOTHING).get("title") if last else None
    return Document(
        name="history",
        title=f"{timeline.id} {title if isinstance(title, str) else ''}".strip(),
        as_of=as_of,
        blocks=tuple(_blocks(timelines, timeline, found, asked)),
        meta=(Fact("History to", as_of),),
        data=Answer(lambda: _data(timeline, found, as_of)),
    )


def _data(timeline: Timeline, found: Iterable[Change], as_of: date) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "as_of": as_of.isoformat(),
        "id": timeline.id,
        "changes": [change.as_data() for change in found],
    }


def find(timelines: Timelines, id_: str) -> Timeline:
    """Return the timeline of a record that is or was. Raises `WrongUsage` for none, with the nearest."""
    found = timelines.of(id_)
    if found is not None:
        return found
    near = same_ids(id_, timelines.records) or get_close_matches(id_.casefold(), timelines.records, n=1, cutoff=0.5)
    hint = f" Did you mean {timelines.records[near[0]].id}?" if near else ""
    raise WrongUsage(f"There is no record {id_}, and none was ever committed here.{hint} All of them: p2ptrack list")


def _known(name: str, every: Iterable[Change]) -> None:
    """Raise `WrongUsage` for a field that no record has today and this one never had."""
    own = {_without_places(change.field) for change in every}
    known = {*leaves(), *own, "path"}
    if name.partition("[")[0] not in known:
        near = get_close_matches(name, sorted(known), n=1)
        raise WrongUsage(f"There is no field “{name}”.{f' Did you mean {near[0]}?' if near else ''}")


def _blocks(timelines: Timelines, timeline: Timeline, found: tuple[Change, ...], asked: Asked) -> Iterator[Block]:
    dates = Dates(anchors(programme_at(timelines, len(timelines.moments))))
    yield _table(found) if asked.table else _read_through(found, dates)
    if any(_is_long(change) for change in found):
        yield line("[-words-] were taken out, {+words+} were added.", role="key")
    unread = [one for one in timelines.unread if any(one.path == state.path for state in timeline.states)]
    if unread:
        yield line(_not_read(unread[-1].moment, len(unread)))
    if not timelines.complete:
        yield line("This copy holds the newest part of the history only. The rest: git fetch --unshallow --tags")


def _not_read(last: Moment, number: int) -> str:
    return (
        f"In {counted(number, 'commit')} its file could not be read, last on {long_day(last.day)} "
        f"({last.commit[:SHORT_COMMIT]}); what it said before is taken to stand."
    )


_COLUMNS = (
    Column("date", "Date"),
    Column("author", "By"),
    Column("commit", "Commit", width="narrow"),
    Column("event", "What", width="narrow"),
    Column("field", "Field", header=True),
    Column("old", "Old", width="wide"),
    Column("new", "New", width="wide"),
)


def _table(found: tuple[Change, ...]) -> Table:
    rows = tuple(Row(tuple(_cells(change))) for change in found)
    return Table("changes", counted(len(found), "change"), _COLUMNS, rows, empty="Never set.")


def _cells(change: Change) -> Iterator[Cell]:
    yield Cell(change.moment.day)
    yield Cell(change.moment.author)
    yield Cell(change.moment.commit)
    yield Cell(change.event)
    yield Cell(change.field)
    yield Cell(told(change.old) or None)
    yield Cell(told(change.new) or None)


def _is_long(change: Change) -> bool:
    both = (change.old, change.new)
    return all(isinstance(value, str) for value in both) and max(len(told(value)) for value in both) > LONG


_READ = (Column("field", "Field", header=True), Column("change", "Change", width="wide"))


def _read_through(found: tuple[Change, ...], dates: Dates) -> Table:
    """Return the changes for people: under each commit, long texts by the words that changed."""
    rows = tuple(Row((Cell(_field(each)), Cell(_told(each, dates))), group=_commit(each.moment)) for each in found)
    return Table("changes", "", _READ, rows, empty="Never set.")


def _commit(moment: Moment) -> str:
    return f"{long_day(moment.day)}, {moment.author}, commit {moment.commit[:SHORT_COMMIT]}"


_EVENTS: Mapping[Sort, str] = {
    "created": "created", "moved": "moved", "deleted": "deleted", "restored": "added again", "changed": "file",
}  # fmt: skip


def _field(change: Change) -> str:
    return _EVENTS[change.event] if change.field == "path" else change.field


def _told(change: Change, dates: Dates) -> str:
    old, new = told(change.old), told(change.new)
    if change.new is None:
        return old if change.event == "deleted" else f"taken out; it was: {_cut(old)}"
    if change.old is None:
        return _cut(new)
    if _is_long(change):
        return word_diff(old, new)
    days = days_from(dates.read(old), dates.read(new)) if change.field in {"target", "review_by"} else None
    return f"from {old} to {new}{f' ({moved_by(days)})' if days else ''}"


def moved_by(days: int) -> str:
    """Return in words by how much a date moved."""
    return f"{counted(abs(days), 'day')} {'later' if days > 0 else 'earlier'}"


def _cut(text: str) -> str:
    return shorten(text, _MOST_SHOWN, placeholder=" …")
