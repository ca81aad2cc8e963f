"""The follow-up paper: what a committee asked for, what was reported on it, and by when it is to be done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from p2ptrack.analysis.case import Case
from p2ptrack.model.fields import Extent
from p2ptrack.model.records import FollowUp, TrackedRecord, Update
from p2ptrack.model.register import format_meeting_title
from p2ptrack.phrases import natural_key
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
    Strong,
    Table,
)
from p2ptrack.reports.layout import ReportParts, drop_empty_columns
from p2ptrack.reports.paper import (
    assemble_paper,
    build_overview,
    build_redaction_notice,
    recommendation_ids,
    resolve_scope,
    wrap_exempt_blocks,
)
from p2ptrack.reports.record_blocks import (
    SharedAttribution,
    Spans,
    build_details,
    build_no_update,
    build_shared_attribution,
    build_update,
    covering_updates,
    find_shared_attribution,
    format_attribution,
    format_status,
    format_target,
    inferred_mark,
    join_spans,
    link_record,
    sort_newest_first,
    source_title,
)

PARTS = ReportParts(
    ("follow-ups",),
    {"follow-ups": ("id", "area", "ref", "raised", "ask", "update", "status", "owner", "target")},
)
_DETAILS_IN_COLUMNS = frozenset({"accountable"})
_REQUIRED_COLUMNS = frozenset({"id", "ask", "update", "target"})


def audit_follow_up(case: Case) -> Document:
    """Return the paper with a row for each follow-up, in the order of its source."""
    scope = resolve_scope(case, "audit-follow-up", ("follow_up",))
    records = tuple(sorted(scope.tracked, key=_sort_key))
    attribution = find_shared_attribution(case, records)
    blocks = (*build_shared_attribution(case, attribution), _build_table(case, records, attribution))
    section = Section("follow-ups", case.wording("follow_ups"), blocks, landscape=True)
    return assemble_paper(scope, (*build_overview(scope), section), PARTS)


def _sort_key(record: TrackedRecord) -> tuple[object, ...]:
    ref = record.source.ref if record.source else None
    return (natural_key(ref or record.id), natural_key(record.id))


@dataclass(frozen=True, slots=True)
class _FollowUpColumn:
    """A column: what stands above it, and what a record has in it."""

    column: Column
    build_cell: Callable[[Case, TrackedRecord], Cell]


def _build_table(case: Case, records: tuple[TrackedRecord, ...], attribution: SharedAttribution) -> Table:
    specs = _list_columns(case, records, attribution)
    rows = tuple(Row(tuple(spec.build_cell(case, record) for spec in specs), key=record.id) for record in records)
    columns = tuple(spec.column for spec in specs)
    caption = case.wording("follow_ups_caption", number=len(records))
    return drop_empty_columns(
        Table("follow-ups", caption, columns, rows, case.wording("follow_ups_empty")), _REQUIRED_COLUMNS
    )


def _list_columns(
    case: Case, records: tuple[TrackedRecord, ...], attribution: SharedAttribution
) -> tuple[_FollowUpColumn, ...]:
    words = case.wording
    return (
        _FollowUpColumn(Column("id", words("id"), width="narrow", header=True), lambda _, record: Cell(record.id)),
        _FollowUpColumn(Column("area", words("area")), _build_area_cell),
        _FollowUpColumn(Column("ref", words("report_ref"), width="narrow"), _build_refs_cell),
        _FollowUpColumn(Column("raised", words("raised")), _raised_cell_builder(records)),
        _FollowUpColumn(
            Column("ask", _format_request_heading(case, records), width="wide"),
            partial(_build_request_cell, attribution),
        ),
        _FollowUpColumn(
            Column("update", _format_update_heading(case, attribution), width="wide"),
            partial(_build_update_cell, attribution),
        ),
        _FollowUpColumn(
            Column("status", words("status")), lambda case, record: _make_cell(format_status(case, record))
        ),
        _FollowUpColumn(Column("owner", words("accountable")), _build_owner_cell),
        _FollowUpColumn(Column("target", words("target_for_delivery")), _build_target_cell),
    )


def _make_cell(spans: Spans) -> Cell:
    return Cell((Paragraph(spans),) if spans else None)


def _build_area_cell(_: Case, record: TrackedRecord) -> Cell:
    if isinstance(record, FollowUp):
        return Cell(record.area)
    return Cell(", ".join(recommendation_ids(record)) or None)


def _build_refs_cell(_: Case, record: TrackedRecord) -> Cell:
    return Cell(", ".join(record.report_refs) or None if isinstance(record, FollowUp) else None)


def _list_meeting_ids(records: tuple[TrackedRecord, ...]) -> tuple[str, ...]:
    meeting_ids = [record.raised or "" if isinstance(record, FollowUp) else "" for record in records]
    return tuple(dict.fromkeys(meeting_ids))


def _raised_cell_builder(records: tuple[TrackedRecord, ...]) -> Callable[[Case, TrackedRecord], Cell]:
    """Say in each row at which meeting it was raised, unless the heading of the asks says it for all."""
    has_several = len(_list_meeting_ids(records)) > 1

    def build_cell(case: Case, record: TrackedRecord) -> Cell:
        meeting = case.register.find_meeting(record.raised) if has_several and isinstance(record, FollowUp) else None
        return Cell(format_meeting_title(meeting) if meeting else None)

    return build_cell


def _format_request_heading(case: Case, records: tuple[TrackedRecord, ...]) -> str:
    meetings = [case.register.find_meeting(id_) for id_ in _list_meeting_ids(records)]
    meeting = meetings[0] if len(meetings) == 1 else None
    if meeting is None:
        return case.wording("asked")
    return case.wording("asked_at", body=meeting.body or meeting.title or "", date=meeting.date.raw).replace("  ", " ")


def _format_update_heading(case: Case, attribution: SharedAttribution) -> str:
    return case.wording("reported_on", date=attribution.day) if attribution.day else case.wording("reported")


def _build_request_cell(attribution: SharedAttribution, case: Case, record: TrackedRecord) -> Cell:
    blocks: list[Block] = [Paragraph((Strong(record.title), *inferred_mark(record, "title")))]
    if record.origin_text:
        blocks.append(Prose(record.origin_text))
    notes = _format_request_notes(case, record, attribution)
    if notes:
        blocks.append(Paragraph(notes, "source"))
    return Cell(wrap_exempt_blocks(case, record.exempt, tuple(blocks)))


def _format_request_notes(case: Case, record: TrackedRecord, attribution: SharedAttribution) -> Spans:
    title = source_title(case, record.source)
    source_note = (
        format_attribution(case, attribution, title, restated="origin_text" in record.restated)
        if record.origin_text
        else ()
    )
    truncation_note: Spans = (case.wording("cut_short", source=title),) if "origin_text" in record.truncated else ()
    return join_spans((source_note, truncation_note), " ")


def _build_update_cell(attribution: SharedAttribution, case: Case, record: TrackedRecord) -> Cell:
    own_blocks = [
        block for update in sort_newest_first(case, record) for block in build_update(case, record, update, attribution)
    ]
    other_blocks = [
        block
        for reference in covering_updates(case, record)
        for block in _build_covering_update(case, reference.reporter, reference.update, reference.extent)
    ]
    facts = build_details(case, record, _DETAILS_IN_COLUMNS)
    blocks = (*(own_blocks + other_blocks or build_no_update(case, record)), *((Facts(facts),) if facts else ()))
    return Cell(wrap_exempt_blocks(case, record.exempt, (*blocks, *build_redaction_notice(case, record))))


def _build_covering_update(case: Case, by: str, update: Update, extent: Extent) -> tuple[Block, ...]:
    """Print another record's update for this one too, and say whose it is."""
    source_note = Paragraph((case.wording(f"told_{extent.value}"), " ", *link_record(case, by), "."), "source")
    if extent is Extent.HEADING_ONLY or update.text is None:
        return (source_note,)
    return wrap_exempt_blocks(case, update.exempt, (Prose(update.text), source_note))


def _build_owner_cell(_: Case, record: TrackedRecord) -> Cell:
    return _make_cell(
        (", ".join(record.accountable), *inferred_mark(record, "accountable")) if record.accountable else ()
    )


def _build_target_cell(case: Case, record: TrackedRecord) -> Cell:
    return _make_cell(format_target(case, record))
