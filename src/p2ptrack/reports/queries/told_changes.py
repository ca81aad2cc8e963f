"""A record's changes for people to read: under each commit, with who approved a moved target, or that nobody did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from p2ptrack.analysis.past.differences import EMPTY_VALUES, format_display_value, to_display_value
from p2ptrack.analysis.past.events import ValueInterpreter
from p2ptrack.analysis.past.targets import find_matching_revision
from p2ptrack.analysis.past.then import DateReader, count_days_between, has_same_deadline
from p2ptrack.analysis.past.word_diff import diff_words
from p2ptrack.records.dates import format_long_date
from p2ptrack.records.fields import Category, Decision
from p2ptrack.records.timeline import SHORT_COMMIT_LENGTH, RawValues, Revision, VersionHistory
from p2ptrack.reports.document import Cell, Column, Row, Table
from p2ptrack.reports.numbers import pluralise
from p2ptrack.reports.queries.answer_words import shorten_text
from p2ptrack.reports.queries.field_changes import ChangeType, FieldChange
from p2ptrack.reports.queries.field_names import format_field_name, format_field_value

LONG_TEXT = 60
"""A text of more characters is told by its words that changed."""
UNDECLARED_NOTE = "no entry in revisions says so"
_MAX_TEXT = 160
_DATE_FIELDS = frozenset({"target", "review_by"})
_DECLARATION_FIELDS = ("decision", "approved_by", "meeting", "minute", "category", "reason")
_TEXT_COLUMNS = (Column("field", "Field", header=True), Column("change", "Change", width="wide"))


@dataclass(frozen=True, slots=True)
class ChangeFormatter:
    """What it takes to tell a change to people: how dates are named, and the whole record.

    With `approvals` a move of the target is told with who approved it; else that stands beside it as its own change.
    """

    dates: DateReader
    record_history: VersionHistory
    with_approvals: bool

    def format_date_change(self, change: FieldChange) -> Iterator[str]:
        """Yield by how many days a date moved; of a target, what the record declares of that today."""
        start, end = (self.dates.read(value) for value in _raw_values(change))
        days = count_days_between(start, end)
        yield f"from {format_display_value(change.old)} to {format_display_value(change.new)}{f' ({format_days_moved(days)})' if days else ''}"
        if change.field == "target" and not has_same_deadline(start, end):
            entry, is_declared = find_matching_revision(self._last_values(), (start, end), ValueInterpreter(self.dates))
            yield from (
                ()
                if is_declared and not self.with_approvals
                else _format_declaration(entry)
                if is_declared
                else (UNDECLARED_NOTE,)
            )

    def _last_values(self) -> RawValues:
        last_version = self.record_history.last_existing_version(self.record_history.versions[-1].revision.position)
        return (last_version.values if last_version else None) or EMPTY_VALUES


def _format_declaration(entry: RawValues) -> Iterator[str]:
    texts = {name: format_display_value(to_display_value(entry.get(name))).strip() for name in _DECLARATION_FIELDS}
    yield format_decision(texts["decision"], texts["approved_by"])
    yield from (texts["meeting"], f"minute {texts['minute']}" if texts["minute"] else "")
    yield "a correction" if texts["category"] == Category.CORRECTION else ""
    yield texts["reason"].rstrip(".")


def format_decision(decision: str, approved_by: str) -> str:
    """Return what became of a request for a later date: *granted by Audit Committee*, *asked for*."""
    if decision == Decision.REQUESTED:
        return "asked for"
    outcome = decision or "approved" * bool(approved_by)
    return f"{outcome} by {approved_by}" if approved_by else outcome


def _raw_values(change: FieldChange) -> tuple[Any, Any]:
    old_values = (change.before.values if change.before else None) or EMPTY_VALUES
    return old_values.get(change.field), (change.after.values or EMPTY_VALUES).get(change.field)


def build_text_table(field_changes: tuple[FieldChange, ...], formatter: ChangeFormatter) -> Table:
    """Return the changes for people: under each commit, long texts by the words that changed."""
    rows = (
        Row(
            (Cell(_format_changed_field(change)), Cell(_format_change(change, formatter))),
            group=_format_commit(change.revision),
        )
        for change in field_changes
    )
    return Table("changes", "", _TEXT_COLUMNS, tuple(rows), empty="Never set.")


def _format_commit(revision: Revision) -> str:
    return f"{format_long_date(revision.effective_date)}, {revision.author}, commit {revision.commit[:SHORT_COMMIT_LENGTH]}"


_EVENT_NAMES: Mapping[ChangeType, str] = {
    "created": "Created", "moved": "File moved", "deleted": "Deleted", "restored": "Added again", "changed": "File",
}  # fmt: skip


def _format_changed_field(change: FieldChange) -> str:
    return _EVENT_NAMES[change.event] if change.field == "path" else format_field_name(change.field)


def is_long_text(change: FieldChange) -> bool:
    """Whether a change is told by the words that changed."""
    values = (change.old, change.new)
    return (
        all(isinstance(value, str) for value in values)
        and max(len(format_display_value(value)) for value in values) > LONG_TEXT
    )


def _format_change(change: FieldChange, formatter: ChangeFormatter) -> str:
    old, new = (format_field_value(change.field, value) for value in (change.old, change.new))
    if change.new is None:
        return old if change.event == "deleted" else f"taken out; it was: {shorten_text(old, _MAX_TEXT)}"
    if change.old is None:
        return shorten_text(new, _MAX_TEXT)
    if is_long_text(change):
        return diff_words(old, new)
    if change.field in _DATE_FIELDS:
        return "; ".join(filter(None, formatter.format_date_change(change)))
    return f"from {old} to {new}"


def format_days_moved(days: int) -> str:
    """Return in words by how much a date moved."""
    return f"{pluralise(abs(days), 'day')} {'later' if days > 0 else 'earlier'}"
