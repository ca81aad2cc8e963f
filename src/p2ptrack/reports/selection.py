"""Which updates and records a paper prints. The register keeps everything; a committee needs what is new."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from p2ptrack.analysis.case import find_closing_day
from p2ptrack.analysis.links import CoverReference
from p2ptrack.model.fields import Extent
from p2ptrack.model.programme import ClosedSelection, UpdateSelection
from p2ptrack.model.records import TrackedRecord, Update
from p2ptrack.phrases import natural_key
from p2ptrack.reports.context import PaperContext
from p2ptrack.reports.document import Block, make_paragraph
from p2ptrack.reports.paper import PaperScope
from p2ptrack.reports.progress.view import MAX_IDS, link_ids
from p2ptrack.reports.record_blocks import build_no_update, covering_updates, link_records, sort_newest_first
from p2ptrack.values import dataclass


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
    paper = scope.paper
    return Selection(paper.show_updates or updates, paper.show_closed or closed, _find_last_meeting_day(scope.context))


def _find_last_meeting_day(context: PaperContext) -> date | None:
    """Return the day of the last meeting of the paper's committee before this paper's meeting and position date."""
    meeting = context.meeting
    until = min(context.as_of, (meeting.date.latest if meeting else None) or context.as_of)
    body = meeting.body if meeting else None
    days = (m.date.latest for m in context.register.programme.meetings if body is None or m.body in {None, body})
    return max((day for day in days if day is not None and day < until), default=None)


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
    own, covering = sort_newest_first(context, record), covering_updates(context, record)
    reporting = [reference.update for reference in covering if reference.extent is not Extent.HEADING_ONLY]
    threshold = selection.last_day
    if selection.updates == "latest":
        # Of updates that only state a status the newest is printed, and the newest text with it.
        has_text = any(update.text or update.see for update in (*own, *reporting))
        days = (_find_day(context, u) for u in (*own, *reporting) if u.text or u.see or not has_text)
        threshold = max((day for day in days if day is not None), default=None)
    if selection.updates == "all" or threshold is None:
        return SelectedUpdates(own, covering)
    first_day = threshold

    def is_shown(update: Update) -> bool:
        day = _find_day(context, update)
        return day is None or day >= first_day

    shown_own = tuple(update for update in own if is_shown(update))
    shown_covering = tuple(reference for reference in covering if is_shown(reference.update))
    omitted = len(own) + len(covering) - len(shown_own) - len(shown_covering)
    return SelectedUpdates(shown_own, shown_covering, omitted)


def _find_day(context: PaperContext, update: Update) -> date | None:
    """Return the last day of an update's own date or meeting. By the date of its source it is not an earlier one."""
    meeting = context.register.find_meeting(update.meeting)
    day = update.date or (meeting.date if meeting else None)
    return day.latest if day else None


def build_omission_note(context: PaperContext, updates: SelectedUpdates) -> tuple[Block, ...]:
    """Return how many earlier updates are not printed; nothing when all are."""
    if not updates.omitted:
        return ()
    key = "earlier_updates_one" if updates.omitted == 1 else "earlier_updates_many"
    return (make_paragraph(context.wording(key, number=updates.omitted), role="note"),)


def build_missing_update(context: PaperContext, record: TrackedRecord, updates: SelectedUpdates) -> tuple[Block, ...]:
    """Return the line for a record without an update to print."""
    if updates.omitted:
        return (make_paragraph(context.wording("no_update_since")),)
    return build_no_update(context, record)
