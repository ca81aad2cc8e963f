"""The committee's view: the records of the paper, and the meetings between which its position date falls."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import RecordFacts, get_deadline
from p2ptrack.analysis.gaps import Gap, find_gaps
from p2ptrack.analysis.history.snapshot import RegisterAsOf, read_register_at
from p2ptrack.model.fields import Status
from p2ptrack.model.programme import Meeting
from p2ptrack.model.records import Record, TrackedRecord
from p2ptrack.model.wording import Wording
from p2ptrack.phrases import natural_key
from p2ptrack.reports.context import PaperContext
from p2ptrack.reports.document import Block, Cell, Paragraph, Ref
from p2ptrack.reports.exempt_marks import exempt_mark
from p2ptrack.reports.paper import PaperScope
from p2ptrack.reports.record_blocks import Spans, inferred_mark, join_spans

MAX_IDS = 15
"""More ids than these are counted where they are mentioned, and listed in the section that is about them."""
_PLACEHOLDER = re.compile("\x1a(\\w+)\x1a")


@dataclass(frozen=True, slots=True)
class LastMeetingRegister:
    """The register as the last meeting saw it, and its revision in the history.

    Published papers were calculated at a date of their own, others at the meeting's.
    """

    revision_number: int
    snapshot: RegisterAsOf


@dataclass(frozen=True, slots=True)
class View:
    """A paper's records between two meetings.

    `last_meeting` is the one before the position date, and `last_register` the register that its papers were made
    from, where the history goes back that far. `due_until` is the day up to which a target is due next: that of
    `next_meeting` when there is one.
    """

    scope: PaperScope
    last_meeting: Meeting | None
    next_meeting: Meeting | None
    due_until: date
    last_register: LastMeetingRegister | None = None

    @property
    def context(self) -> PaperContext:
        """Return the context of the paper."""
        return self.scope.context

    @property
    def case(self) -> Case:
        """Return the case that the paper is made from."""
        return self.scope.case

    @property
    def wording(self) -> Wording:
        """Return the words that the paper prints."""
        return self.scope.context.wording

    @property
    def last_position_date(self) -> date | None:
        """Return the position date of the last meeting's papers, as far as it is known; None without a meeting."""
        if self.last_register:
            return self.last_register.snapshot.case.as_of
        return self.last_meeting.date.latest if self.last_meeting else None

    @property
    def records(self) -> tuple[TrackedRecord, ...]:
        """Return the actions and follow-ups of the paper."""
        return self.scope.tracked

    def facts(self, record: TrackedRecord) -> RecordFacts:
        """Return the facts of a record."""
        return self.case.facts[record.id]

    def is_redacted(self, record: TrackedRecord, *fields: str) -> bool:
        """Whether one of these fields is kept from the paper's readers. Its absence is then no gap."""
        return self.case.redactions.is_redacted(record.id, *fields)

    def with_fact(self, fact: str) -> tuple[TrackedRecord, ...]:
        """Return the records that have a fact."""
        ids = {record.id for record in self.records}
        return tuple(record for record in self.case.with_fact(fact) if record.id in ids)

    def with_status(self, *statuses: Status) -> tuple[TrackedRecord, ...]:
        """Return the records that state one of these statuses, including one decided for a later day."""
        return tuple(record for record in self.records if record.status in statuses)

    def list_due(self) -> tuple[TrackedRecord, ...]:
        """Return the records due from the position date to `due_until`, the earliest first."""
        deadlines = ((day, record) for record, day in list_deadlines(self) if self.case.as_of <= day <= self.due_until)
        return tuple(record for _, record in sorted(deadlines, key=lambda pair: (pair[0], natural_key(pair[1].id))))

    def list_gaps(self) -> tuple[Gap, ...]:
        """Return the requests of the paper's recommendations that no action answers."""
        ids = {recommendation.id for recommendation in self.scope.recommendations}
        return tuple(gap for gap in find_gaps(self.case) if gap.recommendation in ids)

    def list_same_work(self) -> tuple[tuple[TrackedRecord, ...], ...]:
        """Return the records behind each deliverable that more than one record of the paper asks for."""
        records_by_id = {record.id: record for record in self.records}
        groups = (
            tuple(records_by_id[id_] for id_ in group if id_ in records_by_id)
            for group in self.case.links.deliverable_groups
        )
        return tuple(group for group in groups if len(group) > 1)


def make_view(scope: PaperScope) -> View:
    """Return the view from the last meeting before the position date to the meeting after this paper's.

    Without a coming meeting it looks as far ahead as the council's `due_soon_days`.
    """
    context = scope.context
    next_meeting = _find_next_meeting(context)
    day = next_meeting.date.latest if next_meeting else None
    # A wrong clock may have dated the last commit at the end of the calendar.
    default_until = context.as_of + min(timedelta(days=context.policy.due_soon_days), date.max - context.as_of)
    last_meeting = _find_last_meeting(context)
    return View(scope, last_meeting, next_meeting, day or default_until, _find_last_register(context, last_meeting))


def _find_last_register(context: PaperContext, last_meeting: Meeting | None) -> LastMeetingRegister | None:
    history, day = context.history, last_meeting.date.latest if last_meeting else None
    if history is None or last_meeting is None or day is None:
        return None
    published = history.published_positions.get(last_meeting.id)
    revision_number = min(published or history.position_on(day), len(history.revisions))
    if not revision_number:
        return None
    if published:
        day = history.as_of_dates.get(last_meeting.id, history.revisions[revision_number - 1].effective_date)
    return LastMeetingRegister(revision_number, read_register_at(history, revision_number, day))


def _find_next_meeting(context: PaperContext) -> Meeting | None:
    """Return the first meeting after the one that the paper is for, otherwise that one if it is still to come."""
    meeting = context.meeting
    day = meeting.date.latest if meeting else None
    if meeting is None or day is None:
        return None
    later = [pair for pair in _list_dated_meetings(context) if pair[0] > max(day, context.as_of)]
    if later:
        return min(later, key=_meeting_sort_key)[1]
    return meeting if day >= context.as_of else None


def _find_last_meeting(context: PaperContext) -> Meeting | None:
    meeting_day = (context.meeting.date.latest if context.meeting else None) or context.as_of
    earlier = [pair for pair in _list_dated_meetings(context) if pair[0] < min(meeting_day, context.as_of)]
    return max(earlier, key=_meeting_sort_key)[1] if earlier else None


def _meeting_sort_key(pair: tuple[date, Meeting]) -> tuple[date, str]:
    return pair[0], pair[1].id


def _list_dated_meetings(context: PaperContext) -> tuple[tuple[date, Meeting], ...]:
    """Return the meetings of the paper's committee (of any, when the paper is for none), with their last day."""
    body = context.meeting.body if context.meeting else None
    meetings = (m for m in context.register.programme.meetings if body is None or m.body in (None, body))
    return tuple((meeting.date.latest, meeting) for meeting in meetings if meeting.date.latest)


def list_deadlines(view: View) -> tuple[tuple[TrackedRecord, date], ...]:
    """Return the unfinished records that have a deadline, each with it: only these can be overdue."""
    days = ((record, get_deadline(record)) for record in view.with_fact("unfinished"))
    return tuple((record, day) for record, day in days if day is not None)


def exclude_records(records: Iterable[TrackedRecord], *excluded: Iterable[TrackedRecord]) -> tuple[TrackedRecord, ...]:
    """Return the records that are in none of the other groups."""
    excluded_ids = {record.id for group in excluded for record in group}
    return tuple(record for record in records if record.id not in excluded_ids)


def format_phrase(words: Wording, key: str, **values: Spans | str | int) -> Spans:
    """Return the words of a key with values filled in, of which some are spans: `the target of $item moves`."""
    spans = {name: value for name, value in values.items() if isinstance(value, tuple)}
    text_values = {name: f"\x1a{name}\x1a" if name in spans else value for name, value in values.items()}
    parts = _PLACEHOLDER.split(words(key, **text_values))
    pieces = (spans[part] if index % 2 else ((part,) if part else ()) for index, part in enumerate(parts))
    return tuple(span for piece in pieces for span in piece)


def format_count(words: Wording, key: str, number: int, **values: Spans | str | int) -> Spans:
    """Return the words for a number of things: those of `key_none`, `key_one` or `key_many`."""
    form = {0: "none", 1: "one"}.get(number, "many")
    return format_phrase(words, f"{key}_{form}", number=number, **values)


def link_ids(records: Iterable[Record]) -> Spans:
    """Return records by their ids, each linked."""
    return join_spans((Ref(record.id),) for record in records)


def link_few(records: Sequence[Record]) -> Spans:
    """Return the ids of a few records; nothing for many, which have a section of their own."""
    return link_ids(records) if len(records) <= MAX_IDS else ()


def make_cell(*lines: Spans) -> Cell:
    """Return a cell of these lines; an empty one when there is nothing in them."""
    blocks: tuple[Block, ...] = tuple(Paragraph(line) for line in lines if line)
    return Cell(blocks or None)


def format_title(view: View, record: TrackedRecord) -> Spans:
    """Return a record's title with the marks for our interpretation and for what is exempt."""
    return (record.title, *inferred_mark(record, "title"), *exempt_mark(view.context, record.exempt))
