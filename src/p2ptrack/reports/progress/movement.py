"""Movement since the last meeting, as far as the register as it stands can tell it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from p2ptrack.records.dates import format_long_date
from p2ptrack.records.kinds import KINDS, FollowUp, Kind, TrackedRecord, kind_of
from p2ptrack.reports.document import Block, Cell, Column, Paragraph, Row, Table
from p2ptrack.reports.layout import drop_empty_columns
from p2ptrack.reports.one_record import Spans, join_spans
from p2ptrack.reports.progress.lists import find_closing_day
from p2ptrack.reports.progress.view import View
from p2ptrack.reports.progress.wording import format_phrase, link_few

_MOVEMENT_REQUIRED_COLUMNS = frozenset({"kind", "opening", "new", "closed", "closing"})
TrackedRecords = tuple[TrackedRecord, ...]


@dataclass(frozen=True, slots=True)
class _RecordedMovement:
    """The records of a kind, and which of them came and were closed at the last meeting or since; None is not known."""

    kind: Kind
    records: TrackedRecords
    closed: TrackedRecords
    added: TrackedRecords | None
    closed_since: TrackedRecords | None

    @property
    def opening(self) -> int | None:
        """Return how many were open before the last meeting: open now, without what came, with what was closed."""
        if self.added is None or self.closed_since is None:
            return None
        return len(self.records) - len(self.closed) + len(self.closed_since) - len(self.added)


def build_recorded_movement(view: View) -> tuple[Block, ...]:
    """Return how many were open, came, and were closed since the last meeting, a line a kind.

    What rests on days that the register does not state is *not known*: what was open at an earlier meeting can be
    told only of records that say when they were raised and, if closed, when that was.
    """
    words, by_kind = view.case.wording, tuple(_iter_recorded_movements(view))
    rows = tuple(_build_recorded_row(view, kind_movement) for kind_movement in by_kind)
    table = drop_empty_columns(
        Table("movement", words("movement_caption"), _build_recorded_columns(view), rows), _MOVEMENT_REQUIRED_COLUMNS
    )
    return (table, Paragraph(join_spans(_iter_recorded_notes(view, by_kind), " "), "note")) if rows else ()


def _iter_recorded_movements(view: View) -> Iterator[_RecordedMovement]:
    last_day = view.last_meeting.date.latest if view.last_meeting else None
    for kind in KINDS:
        records = tuple(record for record in view.records if kind_of(record) is kind)
        closed = tuple(record for record in records if view.facts(record).closed)
        if records:
            added, closed_since = (
                _select_since(records, last_day, lambda record: _find_raised_day(view, record)),
                _select_since(closed, last_day, find_closing_day),
            )
            yield _RecordedMovement(kind, records, closed, added, closed_since)


def _select_since(
    records: TrackedRecords, last_day: date | None, day_of: Callable[[TrackedRecord], date | None]
) -> TrackedRecords | None:
    """Return the records whose day is that of the last meeting or later; None where one of them states no day."""
    days = [(record, day_of(record)) for record in records]
    if last_day is None or any(day is None for _, day in days):
        return None
    return tuple(record for record, day in days if day is not None and day >= last_day)


def _find_raised_day(view: View, record: TrackedRecord) -> date | None:
    meeting = view.case.register.find_meeting(record.raised) if isinstance(record, FollowUp) else None
    return meeting.date.latest if meeting else None


def _build_recorded_columns(view: View) -> tuple[Column, ...]:
    words = view.case.wording
    opening_title = (
        words("open_before", day=view.last_meeting.date.to_text()) if view.last_meeting else words("open_before_last")
    )
    return (
        Column("kind", words("kind"), header=True),
        Column("opening", opening_title, "right"),
        Column("new", words("new"), "right"),
        Column("closed", words("closed_since"), "right"),
        Column("closing", words("open_now", day=format_long_date(view.case.as_of)), "right"),
        Column("unverified", words("figure_unverified"), "right"),
    )


def _build_recorded_row(view: View, kind_movement: _RecordedMovement) -> Row:
    unverified = [record for record in kind_movement.records if view.facts(record).awaiting_verification]
    inferred = any("status" in record.inferred for record in (*kind_movement.closed, *unverified))
    numbers = (kind_movement.opening, _count_or_none(kind_movement.added), _count_or_none(kind_movement.closed_since))
    return Row(
        (
            Cell(view.case.wording(f"kind_{kind_movement.kind.name}")),
            *(Cell(view.case.wording("not_known") if number is None else number) for number in numbers),
            Cell(len(kind_movement.records) - len(kind_movement.closed), starred=inferred),
            Cell(len(unverified) or None, starred=inferred and bool(unverified)),
        )
    )


def _count_or_none(records: TrackedRecords | None) -> int | None:
    return None if records is None else len(records)


def _iter_recorded_notes(view: View, by_kind: Sequence[_RecordedMovement]) -> Iterator[Spans]:
    """Say which records came and were closed, how that is known, and why the rest is not."""
    words = view.case.wording
    for key, groups in (
        ("new", [kind_movement.added for kind_movement in by_kind]),
        ("closed", [kind_movement.closed_since for kind_movement in by_kind]),
    ):
        ids = link_few([record for records in groups for record in records or ()])
        if ids:
            yield format_phrase(words, f"movement_{key}", ids=ids)
    if any(kind_movement.opening is None for kind_movement in by_kind):
        yield (words("movement_unknown"),)
    yield (words("movement_history"),)
