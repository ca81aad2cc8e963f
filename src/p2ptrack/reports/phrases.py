"""Numbers as words have them. Nothing else, so that what only counts loads no documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from p2ptrack.analysis.case import Case
from p2ptrack.model.dates import format_long_date, month_name
from p2ptrack.model.records import Record, TrackedRecord
from p2ptrack.reports.document import Cell


def pluralise(number: int, singular: str, plural: str = "") -> str:
    """Return a number with its noun: *1 action*, *2 actions*."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"


# Words that the answers share: how a status, a target, an owner and a handful of ids are told.


MAX_IDS = 10
"""More ids than these are told by the command that lists them."""


def humanise(value: str) -> str:
    """Return a stable name as words: `in_progress` is *In progress*."""
    return value.replace("_", " ").capitalize()


def status_label(case: Case, record: TrackedRecord) -> str:
    """Return the status on the day of the case; what is not stated is never called *not started*."""
    status = case.get_status(record)
    return humanise(status.value) if status else "No status"


def status_cell(case: Case, record: Record) -> Cell:
    """Return the status with the mark of a reading where it is one; a recommendation has none."""
    if not isinstance(record, TrackedRecord):
        return Cell()
    return Cell(status_label(case, record), starred=record.status is not None and is_inferred(record, "status"))


def is_inferred(record: Record, field: str) -> bool:
    """Whether a field is the register keeper's own reading."""
    return field in record.inferred


def inferred_mark(inferred: bool) -> str:
    """Return the mark of a reading."""
    return "*" if inferred else ""


def is_target_inferred(record: TrackedRecord) -> bool:
    """Whether the target is a reading, as a field or as a date with its meaning."""
    return record.target is not None and (is_inferred(record, "target") or record.target.inferred)


def format_owner(record: TrackedRecord) -> str:
    """Return who is accountable; several named are told as such, for then nobody is."""
    if len(record.accountable) > 1:
        return f"several named: {', '.join(record.accountable)}"
    return record.accountable[0] if record.accountable else "none"


def join_ids(records: Iterable[Record]) -> str:
    """Return the ids of records, parted by spaces."""
    return " ".join(record.id for record in records)


def limit_items(items: Sequence[str], limit: int = 4) -> list[str]:
    """Return the first items, and how many more there are."""
    hidden_count = len(items) - limit
    return [*items[:limit], f"and {hidden_count} more"] if hidden_count > 1 else list(items)


def join_ids_or_command(records: Sequence[Record], command: str) -> str:
    """Return the ids, or the command that lists them where they are many."""
    return join_ids(records) if len(records) <= MAX_IDS else command


def describe_missing_id(case: Case, id_: str) -> str:
    """Return an id that leads to no record, and whether its file is there."""
    return f"{id_} ({'cannot be read' if id_ in case.register.broken_ids else 'not in the register'})"


def join_words(items: Sequence[str]) -> str:
    """Return items as a sentence has them: *A, B and C*."""
    return f"{', '.join(items[:-1])} and {items[-1]}" if len(items) > 1 else "".join(items)


def format_optional_date(value: date | None) -> str:
    """Return a day in full, or nothing."""
    return format_long_date(value) if value else ""


def format_short_date(value: date) -> str:
    """Return a day with its month cut short: *30 Sep 2022*."""
    return f"{value.day} {month_name(value.month)[:3]} {value.year}"


def shorten_text(text: str, limit: int = 44) -> str:
    """Return text that is not longer than one line has room for; what is cut off is told by `show`."""
    one_line = " ".join(text.split())
    if len(one_line) <= limit:
        return one_line
    return f"{one_line[: limit - 1].rpartition(' ')[0]} …".lstrip()
