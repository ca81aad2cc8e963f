"""One row a record, for readers of workbooks and CSV who sort, filter and count."""

from __future__ import annotations

from collections.abc import Sequence

from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.records import Action, TrackedRecord
from p2ptrack.model.register import resolve_update_date
from p2ptrack.reports.context import PaperContext
from p2ptrack.reports.document import Cell, Column, Prose, Row, Table
from p2ptrack.reports.exempt_marks import exempt_mark, wrap_exempt_blocks
from p2ptrack.reports.layout import drop_empty_columns
from p2ptrack.reports.record_blocks import (
    format_council_date,
    format_officers,
    format_status,
    format_target,
    inferred_mark,
    make_line_cell,
    sort_newest_first,
)

_ALWAYS = frozenset({"id", "what", "status", "owner", "target", "due"})


def build_record_table(context: PaperContext, records: Sequence[TrackedRecord]) -> Table | None:
    """Return a table of the paper's actions and follow-ups with every date as a day; None when it has none."""
    words = context.wording
    if not records:
        return None
    columns = (
        Column("id", words("id"), width="narrow", header=True),
        Column("what", words("item"), width="wide"),
        Column("recommendations", words("recommendations")),
        Column("status", words("status")),
        Column("owner", words("accountable")),
        Column("target", words("target")),
        Column("due", words("due_by")),
        Column("late", words("days_late"), "right", "narrow"),
        Column("done", words("completed_on")),
        Column("done_day", words("completed_day")),
        Column("updated", words("last_update")),
        Column("update", words("latest_update"), width="wide"),
    )
    is_plan = all(isinstance(record, Action) for record in records)
    rows = tuple(Row(_build_cells(context, record), key=record.id) for record in records)
    table = Table("actions" if is_plan else "items", words("records_caption", number=len(rows)), columns, rows)
    return drop_empty_columns(table, _ALWAYS)


def _build_cells(context: PaperContext, record: TrackedRecord) -> tuple[Cell, ...]:
    title = (record.title, *inferred_mark(record, "title"), *exempt_mark(context, record.exempt))
    updates = sort_newest_first(context, record)
    newest = updates[0] if updates else None
    text = wrap_exempt_blocks(context, newest.exempt, (Prose(newest.text),)) if newest and newest.text else None
    return (
        Cell(record.id),
        make_line_cell(title),
        Cell(", ".join(record.recommendations) if isinstance(record, Action) else None),
        make_line_cell(format_status(context, record)),
        make_line_cell(format_officers(record)),
        make_line_cell(format_target(context, record)),
        _build_day_cell(record.target),
        Cell(context.case.facts[record.id].days_overdue or None),
        make_line_cell(format_council_date(record, "completed_on", record.completed_on)),
        _build_day_cell(record.completed_on),
        _build_day_cell(resolve_update_date(context.register, newest) if newest else None),
        Cell(text),
    )


def _build_day_cell(day: CouncilDate | None) -> Cell:
    """Return the last day that a date can mean, as a real date."""
    return Cell(day.latest if day and not day.ongoing else None)
