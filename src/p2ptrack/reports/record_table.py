"""Tables with one row for each record, for workbooks and CSV."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.fields import ExemptionType
from p2ptrack.model.programme import Wording
from p2ptrack.model.records import Action, ProcurementExemption, Record, TrackedRecord
from p2ptrack.model.register import resolve_update_date
from p2ptrack.reports.context import PaperContext
from p2ptrack.reports.document import Cell, Column, Prose, Row, Star, Table, format_money_in_words, format_spans
from p2ptrack.reports.exempt_marks import exempt_mark, wrap_exempt_blocks
from p2ptrack.reports.record_blocks import (
    Spans,
    covering_updates,
    format_directorate,
    format_status,
    inferred_mark,
    link_records,
    make_line_cell,
    sort_newest_first,
)


def build_record_table(context: PaperContext, records: Sequence[TrackedRecord]) -> Table | None:
    """Return a table of the paper's actions and follow-ups with every date as a day; None when it has none.

    Its columns never depend on the records, so that a query on it works next year too.
    """
    words = context.wording
    if not records:
        return None
    columns = (
        Column("id", words("id"), width="narrow", header=True),
        Column("what", words("item"), width="wide"),
        Column("recommendations", words("recommendations")),
        Column("directorate", words("directorate")),
        Column("owner", words("accountable")),
        Column("status", words("status")),
        Column("target", words("target")),
        Column("due", words("due_by")),
        Column("late", words("days_late_or_completed_late"), "right", "narrow"),
        Column("done", words("completed_on")),
        Column("done_day", words("completed_day")),
        Column("updated", words("last_update")),
        Column("update", words("latest_update"), width="wide"),
    )
    is_plan = all(isinstance(record, Action) for record in records)
    rows = tuple(Row(_build_cells(context, record), key=record.id) for record in records)
    return Table("actions" if is_plan else "items", words("records_caption", number=len(rows)), columns, rows)


def _build_cells(context: PaperContext, record: TrackedRecord) -> tuple[Cell, ...]:
    facts = context.case.facts[record.id]
    updates = sort_newest_first(context, record)
    newest = updates[0] if updates else None
    texts = (
        update for update in (*updates, *(item.update for item in covering_updates(context, record))) if update.text
    )
    latest = next(texts, None)
    text = wrap_exempt_blocks(context, latest.exempt, (Prose(latest.text),)) if latest and latest.text else None
    directorate = format_directorate(context, record.directorate) if record.directorate else None
    return (
        Cell(record.id),
        _build_title_cell(context, record),
        Cell(", ".join(record.recommendations) or None if isinstance(record, Action) else None),
        Cell(directorate, starred=bool(directorate) and _is_inferred(record, "directorate")),
        Cell(", ".join(record.accountable) or None, starred=_is_inferred(record, "accountable")),
        _build_line_cell(format_status(context, record)),
        _build_written_cell(record, "target"),
        _build_day_cell(record.target),
        Cell(facts.days_overdue or facts.days_late_at_completion),
        _build_written_cell(record, "completed_on"),
        _build_day_cell(record.completed_on),
        _build_day_cell(resolve_update_date(context.register, newest) if newest else None),
        Cell(text),
    )


def _is_inferred(record: Record, name: str) -> bool:
    value = getattr(record, name)
    return bool(value) and (name in record.inferred or (isinstance(value, CouncilDate) and value.inferred))


def _build_title_cell(context: PaperContext, record: Record) -> Cell:
    if record.exempt:
        return make_line_cell((record.title, *inferred_mark(record, "title"), *exempt_mark(context, record.exempt)))
    return Cell(record.title, starred=_is_inferred(record, "title"))


def _build_line_cell(spans: Spans) -> Cell:
    """Return running text as one value, with its mark of our interpretation apart, so that a filter finds the words."""
    text = format_spans(span for span in spans if not isinstance(span, Star))
    return Cell(text or None, starred=Star() in spans)


def _build_written_cell(record: TrackedRecord, name: str) -> Cell:
    """Return a date as text in the words of the register, beside which its day has a column of its own."""
    day: CouncilDate | None = getattr(record, name)
    return Cell(day.to_text() if day else None, starred=_is_inferred(record, name))


def _build_day_cell(day: CouncilDate | None) -> Cell:
    """Return the last day that a date can mean, as a real date."""
    return Cell(day.latest if day and not day.ongoing else None)


def build_exemption_table(context: PaperContext, records: Sequence[ProcurementExemption]) -> Table | None:
    """Return a table of exemptions from the procurement rules, with amounts as numbers; None when there are none."""
    words = context.wording
    if not records:
        return None
    columns = (
        Column("id", words("id"), width="narrow", header=True),
        Column("what", words("exemption_what"), width="wide"),
        Column("type", words("exemption_type")),
        Column("supplier", words("exemption_supplier_alone")),
        Column("directorate", words("exemption_directorate")),
        Column("amount", words("exemption_amount"), "right"),
        Column("value", words("exemption_value")),
        Column("reason", words("exemption_reason")),
        Column("reason_text", words("exemption_reason_text"), width="wide"),
        Column("approved_by", words("exemption_approved")),
        Column("approved_on", words("exemption_approved_on")),
        Column("contract_start", words("exemption_contract_start")),
        Column("contract_end", words("exemption_contract_end")),
        Column("next", words("exemption_next"), width="wide"),
    )
    rows = tuple(Row(_build_exemption_cells(context, record), key=record.id) for record in records)
    return Table("exemption-records", words("exemptions_caption", number=len(rows)), columns, rows)


def _build_exemption_cells(context: PaperContext, record: ProcurementExemption) -> tuple[Cell, ...]:
    words = context.wording
    texts = {
        "type": format_exemption_type(words, record.type, "one") if record.type else "",
        "supplier": format_supplier(context, record),
        "directorate": format_directorate(context, record.directorate) if record.directorate else "",
        "value": format_exemption_value(context, record),
        "reason": words(f"exemption_reason_{record.reason.value}") if record.reason else "",
        "reason_text": record.reason_text or "",
        "approved_by": ", ".join(record.approved_by),
    }
    cells = {name: Cell(text or None, starred=_is_inferred(record, name)) for name, text in texts.items()}
    return (
        Cell(record.id),
        _build_title_cell(context, record),
        *(cells[name] for name in ("type", "supplier", "directorate")),
        Cell(record.value.amount if record.value else None, starred=cells["value"].starred),
        *(cells[name] for name in ("value", "reason", "reason_text", "approved_by")),
        *(
            replace(_build_day_cell(getattr(record, name)), starred=_is_inferred(record, name))
            for name in ("approved_on", "contract_start", "contract_end")
        ),
        _build_line_cell(format_next_step(context, record)),
    )


def format_exemption_type(words: Wording, type_: ExemptionType | None, suffix: str) -> str:
    """Return the name of a type: *Waiver* with the suffix `one`, *Waivers* with `many`."""
    return words(f"exemption_{type_.value if type_ else 'untyped'}_{suffix}", number="").strip().capitalize()


def format_exemption_value(context: PaperContext, record: ProcurementExemption) -> str:
    """Return the value as people read it, or that it is not published; nothing when none is stated."""
    if record.value:
        return format_money_in_words(context.wording, record.value)
    return _describe_withheld(context, record, "value")


def format_supplier(context: PaperContext, record: ProcurementExemption) -> str:
    """Return the supplier, or that it is not published; nothing when none is stated."""
    return record.supplier or _describe_withheld(context, record, "supplier")


def _describe_withheld(context: PaperContext, record: Record, name: str) -> str:
    return context.wording("exemption_unknown") if context.case.is_unknown(record.id, name) else ""


def format_next_step(context: PaperContext, record: ProcurementExemption) -> Spans:
    """Return how the next exemption will be prevented, in words and as links to the actions."""
    links = link_records(context, record.leads_to)
    text = (record.ends_by,) if record.ends_by else ()
    return (*text, *((". ",) if text and links else ()), *links)
