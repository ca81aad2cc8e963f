"""Phrases about records that screens share: a status, a target, an owner, the mark of an interpretation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import status_label
from p2ptrack.model.dates import format_long_date, month_name
from p2ptrack.model.records import Record, TrackedRecord
from p2ptrack.phrases import MAX_IDS
from p2ptrack.reports.document import Cell, Paragraph, make_paragraph

INFERRED_KEY = "* Our interpretation, not stated in the source"


def is_inferred(record: Record, *fields: str) -> bool:
    """Whether one of these fields is our interpretation, and holds something to mark."""
    return any(field in record.inferred and getattr(record, field, None) is not None for field in fields)


def inferred_mark(record: Record, *fields: str) -> str:
    """Return the mark of our interpretation where one of these fields is one."""
    return "*" if is_inferred(record, *fields) else ""


def is_target_inferred(record: TrackedRecord) -> bool:
    """Whether the target is our interpretation, as a field or as a date with a stated meaning."""
    return record.target is not None and (is_inferred(record, "target") or record.target.inferred)


def format_status(case: Case, record: TrackedRecord) -> str:
    """Return the status on the day of the case with its mark: `In progress*`."""
    return status_label(case.get_status(record)) + inferred_mark(record, "status")


def status_cell(case: Case, record: Record) -> Cell:
    """Return the status on the day of the case as a cell; a recommendation has none."""
    if not isinstance(record, TrackedRecord):
        return Cell()
    return Cell(status_label(case.get_status(record)), starred=is_inferred(record, "status"))


def format_target(record: TrackedRecord, missing: str = "none") -> str:
    """Return the target as papers print it, with its mark: `early 2023/24 (by 30 June 2023)*`."""
    return record.target.to_text() + "*" * is_target_inferred(record) if record.target else missing


def format_owner(record: TrackedRecord) -> str:
    """Return the responsible officer; several are an error, and are called that."""
    if len(record.accountable) > 1:
        return f"several named: {', '.join(record.accountable)}"
    return record.accountable[0] if record.accountable else "none"


def describe_missing_id(case: Case, id_: str) -> str:
    """Return an id that leads to no record, and whether a file for it exists."""
    return f"{id_} ({'has an error' if id_ in case.register.broken_ids else 'not in the register'})"


def list_ids_or_command(records: Sequence[Record], command: str) -> str:
    """Return the ids, or the command that lists them when there are many."""
    return ", ".join(record.id for record in records) if len(records) <= MAX_IDS else command


def limit_items(items: Sequence[str], limit: int = 4) -> list[str]:
    """Return the first items and how many more there are."""
    hidden_count = len(items) - limit
    return [*items[:limit], f"and {hidden_count} more"] if hidden_count > 1 else list(items)


def inferred_key() -> Paragraph:
    """Return the line that explains the mark of our interpretation."""
    return make_paragraph(f"{INFERRED_KEY}.", role="key")


def format_optional_date(value: date | None) -> str:
    """Return a day in full, or nothing."""
    return format_long_date(value) if value else ""


def format_short_date(value: date) -> str:
    """Return a day with its month shortened: *30 Sep 2022*."""
    return f"{value.day} {month_name(value.month)[:3]} {value.year}"


def shorten_text(text: str, limit: int = 44) -> str:
    """Return text on one line, cut after a word that still fits."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 1].rpartition(' ')[0]} …".lstrip()
