"""Targets that were moved, or that somebody asks to move."""

from __future__ import annotations

from p2ptrack.records.fields import Category, Decision
from p2ptrack.records.kinds import TrackedRecord
from p2ptrack.records.parts import TargetRevision
from p2ptrack.reports.document import Block, Cell, Column, Row, Table
from p2ptrack.reports.layout import drop_empty_columns
from p2ptrack.reports.progress.lists import is_closed_before_last_meeting
from p2ptrack.reports.progress.view import View
from p2ptrack.reports.progress.wording import format_title, make_cell
from p2ptrack.reports.publication import exempt_mark

_EXTENSION_REQUIRED_COLUMNS = frozenset({"id", "what", "from", "to", "decision"})


def find_extension_request(view: View, record: TrackedRecord) -> TargetRevision | None:
    """Return the newest entry of the ledger of moved targets where it still waits for an answer."""
    newest = record.revisions[-1] if record.revisions else None
    if newest is None or newest.decision is Decision.REQUESTED:
        return newest
    is_unanswered = (
        newest.decision is None and newest.approved_by is None and newest.category is not Category.CORRECTION
    )
    return newest if is_unanswered and view.case.policy.extensions_need_approval else None


def list_extension_requests(view: View) -> tuple[TrackedRecord, ...]:
    """Return the unfinished records for which a later target is asked."""
    return tuple(record for record in view.with_fact("unfinished") if find_extension_request(view, record))


def build_extensions(view: View) -> tuple[Block, ...]:
    """Return every move of a target: asked for, granted or refused, by whom, and why.

    What was closed before the last meeting is left out: its moves stood in the paper that told so.
    """
    words = view.case.wording
    columns = (
        Column("id", words("id"), width="narrow", header=True),
        Column("what", words("item"), width="wide"),
        Column("from", words("moved_from")),
        Column("to", words("moved_to")),
        Column("decision", words("moved_decision")),
        Column("reason", words("moved_reason"), width="wide"),
    )
    changes = [
        (record, revision)
        for record in view.records
        if not is_closed_before_last_meeting(view, record)
        for revision in record.revisions
    ]
    rows = tuple(_build_extension_row(view, record, revision) for record, revision in changes)
    table = Table("extensions", words("extensions_caption", number=len(rows)), columns, rows)
    return (drop_empty_columns(table, _EXTENSION_REQUIRED_COLUMNS),) if rows else ()


def _build_extension_row(view: View, record: TrackedRecord, revision: TargetRevision) -> Row:
    words = view.case.wording
    meeting = view.case.register.find_meeting(revision.meeting)
    outcome = words("correction") if revision.category is Category.CORRECTION else _format_outcome(view, revision)
    minute = words("minute", number=revision.minute) if revision.minute else None
    decision_parts = (
        outcome,
        revision.approved_by or (meeting.body if meeting else None),
        revision.date.to_text() if revision.date else None,
        minute,
    )
    cells = (
        Cell(record.id),
        make_cell(format_title(view, record)),
        Cell(revision.from_),
        Cell(revision.to),
        Cell(", ".join(filter(None, decision_parts))),
        make_cell((*((revision.reason,) if revision.reason else ()), *exempt_mark(view.case, revision.exempt))),
    )
    return Row(cells, key=record.id)


def _format_outcome(view: View, revision: TargetRevision) -> str:
    if revision.decision:
        return view.case.wording(f"decision_{revision.decision.value}")
    return view.case.wording("decision_granted" if revision.approved_by else "decision_none")
