"""`history`: one record field by field, oldest first: when it changed, who wrote it, what it said and what it says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

from p2ptrack.analysis.as_data import SCHEMA_VERSION
from p2ptrack.analysis.past.differences import NOTHING, told
from p2ptrack.analysis.past.then import Dates, programme_at
from p2ptrack.errors import WrongUsage
from p2ptrack.records.dates import long_day
from p2ptrack.records.paths import leaves
from p2ptrack.records.register import anchors, same_ids
from p2ptrack.records.timeline import SHORT_COMMIT, Moment, Timeline, Timelines
from p2ptrack.reports.document import Block, Cell, Column, Document, Fact, Row, Table, line
from p2ptrack.reports.numbers import counted
from p2ptrack.reports.queries.answer import Answer
from p2ptrack.reports.queries.field_changes import Change, changes, without_places
from p2ptrack.reports.queries.told_changes import Telling, is_long, read_through


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
    if not id_.strip():
        raise WrongUsage("Say which record: p2ptrack history A01")
    near = same_ids(id_, timelines.records) or get_close_matches(id_.casefold(), timelines.records, n=1, cutoff=0.5)
    hint = f" Did you mean {timelines.records[near[0]].id}?" if near else ""
    raise WrongUsage(f"There is no record {id_}, and none was ever committed here.{hint} All of them: p2ptrack list")


def _known(name: str, every: Iterable[Change]) -> None:
    """Raise `WrongUsage` for a field that no record has today and this one never had."""
    own = {without_places(change.field) for change in every}
    known = {*leaves(), *own, "path"}
    if name.partition("[")[0] not in known:
        near = get_close_matches(name, sorted(known), n=1)
        raise WrongUsage(f"There is no field “{name}”.{f' Did you mean {near[0]}?' if near else ''}")


def _blocks(timelines: Timelines, timeline: Timeline, found: tuple[Change, ...], asked: Asked) -> Iterator[Block]:
    if asked.table:
        yield _table(found)
    else:
        dates = Dates(anchors(programme_at(timelines, len(timelines.moments))))
        yield read_through(found, Telling(dates, timeline, approvals=bool(asked.field)))
    if any(is_long(change) for change in found):
        yield line("[-words-] were taken out, {+words+} were added.", role="key")
    if asked.field and timeline.states[-1].values is None:
        gone = timeline.states[-1].moment
        yield line(
            f"The record was deleted on {long_day(gone.day)} by {gone.author}, commit {gone.commit[:SHORT_COMMIT]}."
        )
    yield from map(line, missing(timelines, timeline))


def missing(timelines: Timelines, timeline: Timeline) -> Iterator[str]:
    """Yield what the history of a record does not hold: what could not be read, and what this copy has not."""
    unread = [one for one in timelines.unread if any(one.path == state.path for state in timeline.states)]
    if unread:
        yield _not_read(unread[-1].moment, len(unread))
    if not timelines.complete:
        yield "This copy holds the newest part of the history only. The rest: git fetch --unshallow --tags"


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
