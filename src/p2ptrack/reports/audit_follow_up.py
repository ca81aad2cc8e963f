"""The follow-up paper: what a committee asked for, the updates on it, and when it is to be done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from p2ptrack.analysis.links import addressed_recommendations
from p2ptrack.model.fields import Extent
from p2ptrack.model.programme import Meeting
from p2ptrack.model.records import FollowUp, TrackedRecord, Update
from p2ptrack.model.register import format_meeting_title, list_raising_meetings
from p2ptrack.reports.context import PaperContext, ReportParts, drop_empty_columns
from p2ptrack.reports.document import (
    Block,
    Cell,
    Column,
    Document,
    Facts,
    Paragraph,
    Prose,
    Row,
    Section,
    Table,
    Width,
    format_list,
)
from p2ptrack.reports.exempt_marks import build_redaction_notice, wrap_exempt_blocks
from p2ptrack.reports.paper import assemble_paper, build_overview, resolve_scope
from p2ptrack.reports.record_blocks import (
    SharedAttribution,
    Spans,
    build_details,
    build_request_text,
    build_shared_attribution,
    build_update,
    find_shared_attribution,
    format_attribution,
    format_officers,
    format_status,
    format_target_position,
    join_spans,
    link_record,
    make_line_cell,
    origin_sort_key,
    source_title,
)
from p2ptrack.reports.selection import (
    SelectedUpdates,
    build_closed_note,
    build_missing_update,
    build_omission_note,
    make_selection,
    select_updates,
    split_closed,
)
from p2ptrack.values import dataclass

PARTS = ReportParts(
    ("follow-ups",),
    {"follow-ups": ("area", "ref", "raised", "request", "update", "status", "owner", "target", "id")},
)
_DETAILS_IN_COLUMNS = frozenset({"accountable"})
_REQUIRED_COLUMNS = frozenset({"id", "request", "update", "target"})


def audit_follow_up(context: PaperContext) -> Document:
    """Return the paper with a row for each follow-up, in the order of its source."""
    scope = resolve_scope(context, "audit-follow-up", ("follow_up",))
    selection = make_selection(scope, "latest", "since_last_meeting")
    tracked = sorted(scope.tracked, key=lambda record: origin_sort_key(context, record))
    printed_records, omitted_records = split_closed(context, selection, tracked)
    updates = {record.id: select_updates(context, selection, record) for record in printed_records}
    records = tuple(record.model_copy(update={"updates": updates[record.id].own}) for record in printed_records)
    attribution, meeting = find_shared_attribution(context, records), _find_shared_meeting(context, records)
    has_one_source = len({record.source.id if record.source else "" for record in records}) == 1
    table = _Table(context, records, updates, attribution, meeting, has_one_source)
    blocks = (
        *build_shared_attribution(context, table.attribution),
        table.build(),
        *build_closed_note(context, omitted_records),
    )
    section = Section("follow-ups", context.wording("follow_ups"), blocks, landscape=True)
    return assemble_paper(scope, (*build_overview(scope), section), PARTS)


def _find_shared_meeting(context: PaperContext, records: Iterable[TrackedRecord]) -> Meeting | None:
    """Return the one meeting that raised all records."""
    ids = {record.raised if isinstance(record, FollowUp) else () for record in records}
    (shared, *others) = ids or {()}
    return context.register.find_meeting(shared[0]) if len(shared) == 1 and not others else None


@dataclass(frozen=True, slots=True)
class _Table:
    """The paper's table of records with the updates to print.

    `attribution` is printed once for all its records, and so is the `meeting` that raised all of them.
    """

    context: PaperContext
    records: tuple[TrackedRecord, ...]
    updates: Mapping[str, SelectedUpdates]
    attribution: SharedAttribution
    meeting: Meeting | None
    has_one_source: bool

    def build(self) -> Table:
        """Return the table, without the columns that no record fills."""
        words = self.context.wording
        update_heading = words("reported_on", date=self.attribution.day) if self.attribution.day else words("reported")
        columns: tuple[tuple[str, str, Width, Callable[[TrackedRecord], Cell]], ...] = (
            ("area", words("area"), "medium", _build_area_cell),
            ("ref", words("report_ref"), "narrow", _build_refs_cell),
            ("raised", words("raised"), "medium", self._build_raised_cell),
            ("request", self._format_request_heading(), "wide", self._build_request_cell),
            ("update", update_heading, "wide", self._build_update_cell),
            ("status", words("status"), "medium", lambda record: make_line_cell(format_status(self.context, record))),
            ("owner", words("accountable"), "medium", lambda record: make_line_cell(format_officers(record))),
            (
                "target",
                words("target_for_delivery"),
                "medium",
                lambda record: make_line_cell(format_target_position(self.context, record)),
            ),
            ("id", words("id"), "narrow", lambda record: Cell(record.id)),
        )
        rows = tuple(
            Row(tuple(build(record) for *_, build in columns), key=record.id, group=self._find_group(record))
            for record in self.records
        )
        headings = tuple(Column(key, title, width=width, header=key == "id") for key, title, width, _ in columns)
        caption = words("follow_ups_caption", number=self.context.format_number(len(self.records), FollowUp))
        empty = self.context.describe_none("follow_ups_empty", FollowUp)
        return drop_empty_columns(Table("follow-ups", caption, headings, rows, empty), _REQUIRED_COLUMNS)

    def _find_group(self, record: TrackedRecord) -> str:
        """Return the title of a record's source as a heading, when the records come from several sources."""
        if self.has_one_source:
            return ""
        source = self.context.register.find_source(record.source.id if record.source else "")
        return source.title if source else self.context.wording("no_source")

    def _build_raised_cell(self, record: TrackedRecord) -> Cell:
        """Return the meetings that raised it, unless the heading of the requests names one meeting for all."""
        if self.meeting:
            return Cell()
        meetings = list_raising_meetings(self.context.register, record)
        return Cell(format_list(self.context.wording, [format_meeting_title(meeting) for meeting in meetings]) or None)

    def _format_request_heading(self) -> str:
        words, meeting = self.context.wording, self.meeting
        if meeting is None:
            return words("asked")
        body = meeting.body or meeting.title or ""
        return words("asked_at", body=body, date=meeting.date.raw).replace("  ", " ")

    def _build_request_cell(self, record: TrackedRecord) -> Cell:
        blocks: list[Block] = list(build_request_text(record))
        notes = self._format_request_notes(record)
        if notes:
            blocks.append(Paragraph(notes, "source"))
        return Cell(wrap_exempt_blocks(self.context, record.exempt, tuple(blocks)))

    def _format_request_notes(self, record: TrackedRecord) -> Spans:
        title = source_title(self.context, record.source)
        notes: list[Spans] = []
        if record.origin_text:
            restated = "origin_text" in record.restated
            notes.append(format_attribution(self.context, self.attribution, title, restated=restated))
        if "origin_text" in record.truncated:
            notes.append((self.context.wording("cut_short", source=title),))
        return join_spans(notes, " ")

    def _build_update_cell(self, record: TrackedRecord) -> Cell:
        context, updates = self.context, self.updates[record.id]
        blocks = [block for update in updates.own for block in build_update(context, record, update, self.attribution)]
        for reference in updates.covering:
            blocks += _build_covering_update(context, reference.reporter, reference.update, reference.extent)
        facts = build_details(context, record, _DETAILS_IN_COLUMNS)
        contents = (
            *(blocks or build_missing_update(context, record, updates)),
            *build_omission_note(context, updates),
            *((Facts(facts),) if facts else ()),
            *build_redaction_notice(context, record),
        )
        return Cell(wrap_exempt_blocks(context, record.exempt, contents))


def _build_area_cell(record: TrackedRecord) -> Cell:
    if isinstance(record, FollowUp):
        return Cell(record.area)
    return Cell(", ".join(addressed_recommendations(record)) or None)


def _build_refs_cell(record: TrackedRecord) -> Cell:
    return Cell(", ".join(record.report_refs) or None if isinstance(record, FollowUp) else None)


def _build_covering_update(context: PaperContext, by: str, update: Update, extent: Extent) -> tuple[Block, ...]:
    """Return another record's update that reports on this one too, with the name of that record."""
    source_note = Paragraph((context.wording(f"covered_{extent.value}"), " ", *link_record(context, by), "."), "source")
    if extent is Extent.HEADING_ONLY or update.text is None:
        return (source_note,)
    return wrap_exempt_blocks(context, update.exempt, (Prose(update.text), source_note))
