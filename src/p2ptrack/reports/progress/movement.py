"""Movement since the last meeting, as far as the register as it stands can tell it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from p2ptrack.records.dates import long_day
from p2ptrack.records.kinds import KINDS, FollowUp, Kind, Tracked, kind_of
from p2ptrack.reports.document import Block, Cell, Column, Paragraph, Row, Table
from p2ptrack.reports.layout import filled
from p2ptrack.reports.one_record import Spans, joined
from p2ptrack.reports.progress.lists import closed_on
from p2ptrack.reports.progress.view import View
from p2ptrack.reports.progress.wording import few, phrase

_COLUMNS = frozenset({"kind", "opening", "new", "closed", "closing"})
Some = tuple[Tracked, ...]


@dataclass(frozen=True, slots=True)
class _Movement:
    """The records of a kind, and which of them came and were closed at the last meeting or since; None is not known."""

    kind: Kind
    records: Some
    closed: Some
    came: Some | None
    left: Some | None

    @property
    def opening(self) -> int | None:
        """Return how many were open before the last meeting: open now, without what came, with what was closed."""
        if self.came is None or self.left is None:
            return None
        return len(self.records) - len(self.closed) + len(self.left) - len(self.came)


def movement(view: View) -> tuple[Block, ...]:
    """Return how many were open, came, and were closed since the last meeting, a line a kind.

    What rests on days that the register does not state is *not known*: what was open at an earlier meeting can be
    told only of records that say when they were raised and, if closed, when that was.
    """
    words, moved = view.case.words, tuple(_movements(view))
    rows = tuple(_row(view, each) for each in moved)
    table = filled(Table("movement", words("movement_caption"), _columns(view), rows), _COLUMNS)
    return (table, Paragraph(joined(_notes(view, moved), " "), "note")) if rows else ()


def _movements(view: View) -> Iterator[_Movement]:
    last = view.last.date.latest if view.last else None
    for kind in KINDS:
        records = tuple(record for record in view.records if kind_of(record) is kind)
        closed = tuple(record for record in records if view.facts(record).closed)
        if records:
            came, left = _since(records, last, lambda record: _raised(view, record)), _since(closed, last, closed_on)
            yield _Movement(kind, records, closed, came, left)


def _since(records: Some, last: date | None, of: Callable[[Tracked], date | None]) -> Some | None:
    """Return the records whose day is that of the last meeting or later; None where one of them states no day."""
    days = [(record, of(record)) for record in records]
    if last is None or any(day is None for _, day in days):
        return None
    return tuple(record for record, day in days if day is not None and day >= last)


def _raised(view: View, record: Tracked) -> date | None:
    meeting = view.case.register.meeting(record.raised) if isinstance(record, FollowUp) else None
    return meeting.date.latest if meeting else None


def _columns(view: View) -> tuple[Column, ...]:
    words = view.case.words
    before = words("open_before", day=view.last.date.printed()) if view.last else words("open_before_last")
    return (
        Column("kind", words("kind"), header=True),
        Column("opening", before, "right"),
        Column("new", words("new"), "right"),
        Column("closed", words("closed_since"), "right"),
        Column("closing", words("open_now", day=long_day(view.case.as_of)), "right"),
        Column("unverified", words("figure_unverified"), "right"),
    )


def _row(view: View, moved: _Movement) -> Row:
    unverified = [record for record in moved.records if view.facts(record).awaiting_verification]
    read = any("status" in record.inferred for record in (*moved.closed, *unverified))
    numbers = (moved.opening, _number(moved.came), _number(moved.left))
    return Row(
        (
            Cell(view.case.words(f"kind_{moved.kind.name}")),
            *(Cell(view.case.words("not_known") if number is None else number) for number in numbers),
            Cell(len(moved.records) - len(moved.closed), starred=read),
            Cell(len(unverified) or None, starred=read and bool(unverified)),
        )
    )


def _number(records: Some | None) -> int | None:
    return None if records is None else len(records)


def _notes(view: View, moved: Sequence[_Movement]) -> Iterator[Spans]:
    """Say which records came and were closed, how that is known, and why the rest is not."""
    words = view.case.words
    for key, some in (("new", [each.came for each in moved]), ("closed", [each.left for each in moved])):
        told = few([record for records in some for record in records or ()])
        if told:
            yield phrase(words, f"movement_{key}", ids=told)
    if any(each.opening is None for each in moved):
        yield (words("movement_unknown"),)
    yield (words("movement_history"),)
