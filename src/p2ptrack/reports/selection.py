"""The records and updates that a paper prints, and the meetings before and after its position date.

The register keeps everything. A committee needs what is new.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from p2ptrack.analysis.case import Case, find_closing_day
from p2ptrack.analysis.facts import RecordFacts
from p2ptrack.analysis.figures import FigureScope, RegisterFigures, compute_figures
from p2ptrack.analysis.history.diff import RegisterAsOf, read_register_at
from p2ptrack.analysis.links import CoverReference
from p2ptrack.analysis.measures import Gap, Measure, Measures, find_gaps
from p2ptrack.model.fields import Extent, Status
from p2ptrack.model.programme import ClosedSelection, Meeting, UpdateSelection, Wording
from p2ptrack.model.records import Record, TrackedRecord, Update
from p2ptrack.phrases import natural_key
from p2ptrack.reports.context import PaperContext
from p2ptrack.reports.document import Block, Cell, Paragraph, Ref, Span, make_paragraph
from p2ptrack.reports.exempt_marks import exempt_mark
from p2ptrack.reports.paper import PaperScope
from p2ptrack.reports.record_blocks import (
    Spans,
    build_no_update,
    covering_updates,
    inferred_mark,
    join_spans,
    link_records,
    short_title,
    sort_newest_first,
)
from p2ptrack.values import dataclass

MAX_IDS = 15
"""More ids than these are only counted, and listed in the section about them."""
MIN_RANGE = 3
"""Fewer consecutive ids than these are listed one by one."""
_NUMBERED = re.compile(r"(.*?)([0-9]{1,9})")
_PLACEHOLDER = re.compile("\x1a(\\w+)\x1a")


@dataclass(frozen=True, slots=True)
class LastMeetingRegister:
    """The register at the last meeting, and its revision in the history.

    Published papers were calculated at a date of their own, others at the meeting's.
    """

    revision_number: int
    snapshot: RegisterAsOf


@dataclass(frozen=True, slots=True)
class View:
    """A paper's records and their measures, between two meetings.

    `last_meeting` is the one before the position date, and `last_register` the register that its papers were made
    from, where the history goes back that far. `due_until` is the day up to which a target is due next: that of
    `next_meeting` when there is one.
    """

    scope: PaperScope
    measures: Measures
    last_meeting: Meeting | None
    next_meeting: Meeting | None
    due_until: date
    last_register: LastMeetingRegister | None
    figures: RegisterFigures

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
        """Whether one of these fields is redacted for the paper's readers, so that its absence is not a gap."""
        return self.case.is_unknown(record.id, *fields)

    def with_status(self, *statuses: Status) -> tuple[TrackedRecord, ...]:
        """Return the records that state one of these statuses, including one decided for a later day."""
        return tuple(record for record in self.records if record.status in statuses)

    def due(self) -> Measure:
        """Return the open records due from the position date to `due_until`, the earliest first."""
        return self.measures.due_within((self.due_until - self.case.as_of).days)

    def list_gaps(self) -> tuple[Gap, ...]:
        """Return the requests of the paper's recommendations that no action answers."""
        ids = {recommendation.id for recommendation in self.scope.recommendations}
        return tuple(gap for gap in find_gaps(self.case) if gap.recommendation in ids)


def make_view(scope: PaperScope) -> View:
    """Return the view from the last meeting before the position date to the meeting after this paper's.

    Without a coming meeting it looks as far ahead as the council's `due_soon_days`.
    """
    context = scope.context
    last_meeting, next_meeting = _find_meetings(context)
    day = next_meeting.date.latest if next_meeting else None
    # A wrong clock may have dated the last commit at the end of the calendar.
    default_until = context.as_of + min(timedelta(days=context.policy.due_soon_days), date.max - context.as_of)
    return View(
        scope,
        Measures(context.case, scope.tracked),
        last_meeting,
        next_meeting,
        day or default_until,
        _find_last_register(context, last_meeting),
        compute_figures(context.case, make_figure_scope(scope)),
    )


def make_figure_scope(scope: PaperScope) -> FigureScope:
    """Return what the figures of a paper are about: its records, and the meetings of its committee."""
    is_all = scope.tracked == scope.case.tracked()
    body = scope.context.meeting.body if scope.context.meeting else None
    return FigureScope(None if is_all else scope.tracked, body)


def _find_meetings(context: PaperContext) -> tuple[Meeting | None, Meeting | None]:
    """Return the last meeting, and the next one, of the paper's committee (of any, when the paper is for none).

    The last is before the position date and before the paper's own meeting. The next is after both; without such a
    meeting it is the paper's own, if that is still to come.
    """
    own_meeting, as_of = context.meeting, context.as_of
    body = own_meeting.body if own_meeting else None
    meetings = (m for m in context.register.programme.meetings if body is None or m.body in {None, body})
    dated = sorted(((m.date.latest, m.id, m) for m in meetings if m.date.latest), key=lambda entry: entry[:2])
    own_day = own_meeting.date.latest if own_meeting else None
    earlier = [meeting for day, _, meeting in dated if day < min(own_day or as_of, as_of)]
    last_meeting = earlier[-1] if earlier else None
    if own_meeting is None or own_day is None:
        return last_meeting, None
    later = [meeting for day, _, meeting in dated if day > max(own_day, as_of)]
    if later:
        return last_meeting, later[0]
    return last_meeting, own_meeting if own_day >= as_of else None


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


def format_phrase(words: Wording, key: str, **values: Spans | str | int) -> Spans:
    """Return the text of a key with values filled in, some of which are spans: `agree to close $item`."""
    spans = {name: value for name, value in values.items() if isinstance(value, tuple)}
    text_values = {name: f"\x1a{name}\x1a" if name in spans else value for name, value in values.items()}
    parts = _PLACEHOLDER.split(words(key, **text_values))
    pieces: list[Span] = []
    for index, part in enumerate(parts):
        pieces += spans[part] if index % 2 else [part]
    return tuple(piece for piece in pieces if piece != "")


def format_count(words: Wording, key: str, number: int, **values: Spans | str | int) -> Spans:
    """Return the words for a number of things: those of `key_none`, `key_one` or `key_many`."""
    form = {0: "none", 1: "one"}.get(number, "many")
    return format_phrase(words, f"{key}_{form}", number=number, **values)


def link_ids(words: Wording, ids: Iterable[str]) -> Spans:
    """Return ids, each linked, with consecutive ones as a range: *F01 to F04, F07*."""
    ranges: list[list[str]] = []
    for id_ in ids:
        if ranges and _follows(ranges[-1][-1], id_):
            ranges[-1].append(id_)
        else:
            ranges.append([id_])
    return join_spans(span for group in ranges for span in _link_range(words, group))


def _link_range(words: Wording, ids: Sequence[str]) -> tuple[Spans, ...]:
    if len(ids) < MIN_RANGE:
        return tuple((Ref(id_),) for id_ in ids)
    return (format_phrase(words, "id_range", first=(Ref(ids[0]),), last=(Ref(ids[-1]),)),)


def _follows(id_: str, next_id: str) -> bool:
    """Whether an id is the next one: A02 after A01, not A3 after A02."""
    match = _NUMBERED.fullmatch(id_)
    return match is not None and next_id == f"{match[1]}{int(match[2]) + 1:0{len(match[2])}d}"


def link_records_by_id(view: View, records: Iterable[Record]) -> Spans:
    """Return records by their ids in order, each linked."""
    return link_ids(view.wording, sorted((record.id for record in records), key=natural_key))


def prints_section(context: PaperContext, report: str, key: str) -> bool:
    """Whether the layout prints a section of a paper that this report makes."""
    sections = context.layout.sections
    names = sections.get(context.report, sections.get(report))
    return names is None or key in names


def refer_to_section(view: View, key: str) -> Spans:
    """Return the words that name a section: *see “Due next”*."""
    return (view.wording("listed_under", section=view.wording(f"section_{key.replace('-', '_')}")),)


def make_cell(*lines: Spans) -> Cell:
    """Return a cell of these lines; an empty one when there is nothing in them."""
    blocks: tuple[Block, ...] = tuple(Paragraph(line) for line in lines if line)
    return Cell(blocks or None)


def has_inferred_status(records: Iterable[TrackedRecord]) -> bool:
    """Whether the status of one of these records is our interpretation."""
    return any("status" in record.inferred for record in records)


def format_title(view: View, record: TrackedRecord) -> Spans:
    """Return what papers call a record, with the marks for our interpretation and for what is exempt."""
    title = short_title(record)
    inferred = inferred_mark(record, "title") if title == record.title else ()
    return (title, *inferred, *exempt_mark(view.context, record.exempt))


def is_withheld(view: View, record: TrackedRecord) -> bool:
    """Whether the status or the target of a record is redacted, so that no figure about dates can count it."""
    return view.case.redactions.is_redacted(record.id, "status", "target", "review_by")


def list_withheld(view: View) -> list[TrackedRecord]:
    """Return the records that are in no figure about dates, because the status or the target is redacted.

    Records with a status for finished work are not among them.
    """
    return [
        record
        for record in view.records
        if is_withheld(view, record)
        and (view.facts(record).unfinished or view.case.redactions.is_redacted(record.id, "status"))
    ]


@dataclass(frozen=True, slots=True)
class Selection:
    """What a paper prints of its records. `last_day` is the day of the last meeting, None when there was none."""

    updates: UpdateSelection
    closed: ClosedSelection
    last_day: date | None


@dataclass(frozen=True, slots=True)
class SelectedUpdates:
    """The updates that a paper prints on one record, the newest first.

    `own` are the record's and `covering` those of other records that report on it too. `omitted` counts the earlier
    ones.
    """

    own: tuple[Update, ...]
    covering: tuple[CoverReference, ...]
    omitted: int = 0


def make_selection(scope: PaperScope, updates: UpdateSelection, closed: ClosedSelection) -> Selection:
    """Return the selection of the paper's entry in the programme, by default these two."""
    paper, (last_meeting, _) = scope.paper, _find_meetings(scope.context)
    last_day = last_meeting.date.latest if last_meeting else None
    return Selection(paper.show_updates or updates, paper.show_closed or closed, last_day)


def split_closed(
    context: PaperContext, selection: Selection, records: Iterable[TrackedRecord]
) -> tuple[tuple[TrackedRecord, ...], tuple[TrackedRecord, ...]]:
    """Return the records that the paper prints, and those that it leaves out: closed before the last meeting.

    A record that was closed on an unknown day is printed, because the committee may not have seen it closed.
    """
    omitted = tuple(record for record in records if _is_closed_earlier(context, selection, record))
    omitted_ids = {record.id for record in omitted}
    return tuple(record for record in records if record.id not in omitted_ids), omitted


def _is_closed_earlier(context: PaperContext, selection: Selection, record: TrackedRecord) -> bool:
    if selection.closed == "all" or selection.last_day is None or not context.case.facts[record.id].closed:
        return False
    day = find_closing_day(record)
    return day is not None and day < selection.last_day


def build_closed_note(context: PaperContext, omitted: tuple[TrackedRecord, ...]) -> tuple[Block, ...]:
    """Return the note that names the records left out, very many by their number and ids; nothing without any."""
    if not omitted:
        return ()
    ids = [record.id for record in omitted]
    links = link_records(context, ids)
    if len(ids) > MAX_IDS:
        links = (f"{len(ids)} (", *link_ids(context.wording, sorted(ids, key=natural_key)), ")")
    return (make_paragraph(context.wording("closed_omitted"), " ", *links, ".", role="note"),)


def select_updates(context: PaperContext, selection: Selection, record: TrackedRecord) -> SelectedUpdates:
    """Return the updates on a record that the paper prints. One whose day is not known is never left out."""
    own_updates, covering = sort_newest_first(context, record), covering_updates(context, record)
    reporting = [reference.update for reference in covering if reference.extent is not Extent.HEADING_ONLY]
    threshold = selection.last_day
    if selection.updates == "latest":
        # The newest update is printed, even if it has only a status, and with it the newest text.
        has_text = any(update.text or update.see for update in (*own_updates, *reporting))
        days = (_find_day(context, u) for u in (*own_updates, *reporting) if u.text or u.see or not has_text)
        threshold = max((day for day in days if day is not None), default=None)
    if selection.updates == "all" or threshold is None:
        return SelectedUpdates(own_updates, covering)
    first_day = threshold

    def is_visible(update: Update) -> bool:
        day = _find_day(context, update)
        return day is None or day >= first_day

    visible_own = tuple(update for update in own_updates if is_visible(update))
    visible_covering = tuple(reference for reference in covering if is_visible(reference.update))
    omitted = len(own_updates) + len(covering) - len(visible_own) - len(visible_covering)
    return SelectedUpdates(visible_own, visible_covering, omitted)


def _find_day(context: PaperContext, update: Update) -> date | None:
    """Return the last day of an update's own date or meeting. The date of its source does not count."""
    meeting = context.register.find_meeting(update.meeting)
    day = update.date or (meeting.date if meeting else None)
    return day.latest if day else None


def build_omission_note(context: PaperContext, updates: SelectedUpdates) -> tuple[Block, ...]:
    """Return how many earlier updates are not printed; nothing when all are."""
    if not updates.omitted:
        return ()
    return (make_paragraph(context.wording.count("earlier_updates", updates.omitted), role="note"),)


def build_missing_update(context: PaperContext, record: TrackedRecord, updates: SelectedUpdates) -> tuple[Block, ...]:
    """Return the line for a record without an update to print."""
    if updates.omitted:
        return (make_paragraph(context.wording("no_update_since")),)
    return build_no_update(context, record)
