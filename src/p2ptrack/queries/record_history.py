"""`build_history`: one record field by field, oldest first: when it changed, who wrote it, what it said and what it says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from itertools import pairwise
from typing import Any, Literal

from p2ptrack.analysis.case import SCHEMA_VERSION
from p2ptrack.analysis.history.diff import (
    EMPTY_VALUES,
    DisplayValue,
    FieldDiff,
    attribute_diff,
    diff_fields,
    diff_words,
    format_display_value,
    to_display_value,
)
from p2ptrack.analysis.history.events import ValueInterpreter, find_matching_revision
from p2ptrack.analysis.history.snapshot import DateReader, count_days_between, has_same_deadline, read_programme_at
from p2ptrack.errors import UsageError
from p2ptrack.model.dates import format_long_date
from p2ptrack.model.fields import Category, Decision
from p2ptrack.model.history import (
    SHORT_COMMIT_LENGTH,
    RawValues,
    RecordVersion,
    RegisterHistory,
    Revision,
    VersionHistory,
)
from p2ptrack.model.register import build_anchors
from p2ptrack.model.schema import FieldSpec, programme_field_specs, record_field_specs
from p2ptrack.phrases import find_equal_ids, pluralise
from p2ptrack.queries.answer import LazyData
from p2ptrack.reports.document import Block, Cell, Column, Document, Fact, Row, Table, make_paragraph
from p2ptrack.reports.phrases import shorten_text

# Every change of a record's fields, oldest first, as git witnessed it.


ChangeType = Literal["created", "changed", "moved", "deleted", "restored"]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that one commit changed; of a record that was created or restored, what it then said."""

    before: RecordVersion | None
    after: RecordVersion
    event: ChangeType
    field: str
    old: DisplayValue | None
    new: DisplayValue | None

    @property
    def revision(self) -> Revision:
        """Return when it became official, and who wrote it."""
        return attribute_diff(self.after, FieldDiff(self.field, self.old, self.new))

    def as_data(self) -> dict[str, Any]:
        """Return the change as the JSON contract has it."""
        return {
            "date": self.revision.effective_date.isoformat(),
            "author": self.revision.author,
            "commit": self.revision.commit,
            "event": self.event,
            "field": self.field or None,
            "old": list(self.old) if isinstance(self.old, tuple) else self.old,
            "new": list(self.new) if isinstance(self.new, tuple) else self.new,
        }


def list_changes(record_history: VersionHistory, field: str = "") -> tuple[FieldChange, ...]:
    """Return every change of a record, oldest first, or those of one field: `target`, `updates`, `revisions.to`."""
    all_changes = (
        change
        for before, after in pairwise((None, *record_history.versions))
        if after
        for change in _version_changes(before, after)
    )
    return tuple(change for change in all_changes if not field or _is_within(change.field, field))


def _version_changes(before: RecordVersion | None, after: RecordVersion) -> Iterator[FieldChange]:
    old_values = before.values if before else None
    event: ChangeType = "changed" if old_values is not None else "restored" if before else "created"
    if after.values is None:
        yield FieldChange(before, after, "deleted", "path", after.path, None)
        return
    if before is None or old_values is None or before.path != after.path:
        old_path = before.path if before and old_values is not None else None
        yield FieldChange(before, after, "moved" if old_path else event, "path", old_path, after.path)
    for diff in diff_fields(old_values or EMPTY_VALUES, after.values):
        yield FieldChange(before, after, event, diff.path, diff.old, diff.new)


def _is_within(field: str, parent: str) -> bool:
    path = strip_indices(field)
    return any(candidate == parent or candidate.startswith((f"{parent}.", f"{parent}[")) for candidate in (field, path))


def strip_indices(field: str) -> str:
    """Return a field whatever entry of a list it stands in: `updates[1].text` is in `updates.text`."""
    return "".join(part.partition("]")[2] if position else part for position, part in enumerate(field.split("[")))


# The fields of a record and what they say, in the words that people read instead of the file's own names.


_PATH_STEP = re.compile(r"([^.\[\]]+)(?:\[(\d+)\])?")
_LIST_INDEX = re.compile(r"\[\d+\]")
_TRAILING_NUMBER = re.compile(r" \d+$")
_FLAG_WORDS = {"true": "yes", "false": "no"}
_LISTS_OF_FIELD_NAMES = frozenset({"inferred", "restated", "truncated", "exempt.fields"})


def format_field_name(field: str) -> str:
    """Return a field by its title: `revisions[0].approved_by` is *Revised date 1: approved by*.

    Fields of the programme are told so too. What none has today, such as a column of a source's table, stays as it was
    written.
    """
    path, name = "", ""
    for step, index in _PATH_STEP.findall(field):
        path = f"{path}.{step}" if path else step
        info = record_field_specs().get(path) or programme_field_specs().get(path)
        title = info.title if info else step
        name = _append_title(name, f"{title.removesuffix('s')} {int(index) + 1}" if index else title, info)
    return name


def _append_title(name: str, title: str, info: FieldSpec | None) -> str:
    """Return a group's name with what is meant of it, each said once: *Update 1*, *Verified by*, *Exempt: reason*."""
    last_part = name.rpartition(": ")[2]
    group = _TRAILING_NUMBER.sub("", last_part)
    if not name or (group == last_part and title.startswith(f"{group} ")):
        return title
    if title.casefold() == group.casefold():
        return name
    return f"{name}: {title[0].lower() + title[1:] if info else title}"


def format_field_value(field: str, value: DisplayValue | None) -> str:
    """Return a value as people read it: *in progress*, *yes*, the titles of fields; texts and dates as written."""
    path = _LIST_INDEX.sub("", field)
    if path in _LISTS_OF_FIELD_NAMES:
        names = (value,) if isinstance(value, str) else value or ()
        return ", ".join(format_field_name(name).casefold() for name in names)
    text, info = format_display_value(value), record_field_specs().get(path)
    if info is None or info.type not in {"choice", "flag"}:
        return text
    return _FLAG_WORDS.get(text, text.replace("_", " "))


# A record's changes for people to read: under each commit, with who approved a moved target, or that nobody did.


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


@dataclass(frozen=True, slots=True)
class HistoryOptions:
    """What is asked: of which record, of one field or all, and as one table with a row for each change."""

    id: str
    field: str = ""
    table: bool = False


def build_history(register_history: RegisterHistory, options: HistoryOptions, as_of: date) -> Document:
    """Return the history of a record. Raises `UsageError` for an id or a field that there never was."""
    record_history = find_record_history(register_history, options.id)
    field_changes = list_changes(record_history, options.field)
    if options.field and not field_changes:
        _require_known_field(options.field, list_changes(record_history))
    last_version = record_history.last_existing_version(len(register_history.revisions))
    title = (last_version.values or EMPTY_VALUES).get("title") if last_version else None
    return Document(
        name="history",
        title=f"{record_history.id} {title if isinstance(title, str) else ''}".strip(),
        as_of=as_of,
        blocks=tuple(_history_blocks(register_history, record_history, field_changes, options)),
        meta=(Fact("History to", as_of),),
        data=LazyData(lambda: _history_data(record_history, field_changes, as_of)),
    )


def _history_data(record_history: VersionHistory, field_changes: Iterable[FieldChange], as_of: date) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "as_of": as_of.isoformat(),
        "id": record_history.id,
        "changes": [change.as_data() for change in field_changes],
    }


def find_record_history(register_history: RegisterHistory, id_: str) -> VersionHistory:
    """Return the timeline of a record that is or was. Raises `UsageError` for none, with the nearest."""
    existing = register_history.history_of(id_)
    if existing is not None:
        return existing
    if not id_.strip():
        raise UsageError("Say which record: p2ptrack history A01")
    suggestions = find_equal_ids(id_, register_history.records) or get_close_matches(
        id_.casefold(), register_history.records, n=1, cutoff=0.5
    )
    hint = f" Did you mean {register_history.records[suggestions[0]].id}?" if suggestions else ""
    raise UsageError(f"There is no record {id_}, and none was ever committed here.{hint} All of them: p2ptrack list")


def _require_known_field(name: str, all_changes: Iterable[FieldChange]) -> None:
    """Raise `UsageError` for a field that no record has today and this one never had."""
    past_fields = {strip_indices(change.field) for change in all_changes}
    known_fields = {*record_field_specs(), *past_fields, "path"}
    if name.partition("[")[0] not in known_fields:
        suggestions = get_close_matches(name, sorted(known_fields), n=1)
        raise UsageError(f"There is no field “{name}”.{f' Did you mean {suggestions[0]}?' if suggestions else ''}")


def _history_blocks(
    register_history: RegisterHistory,
    record_history: VersionHistory,
    field_changes: tuple[FieldChange, ...],
    options: HistoryOptions,
) -> Iterator[Block]:
    if options.table:
        yield _change_table(field_changes)
    else:
        date_reader = DateReader(build_anchors(read_programme_at(register_history, len(register_history.revisions))))
        yield build_text_table(
            field_changes, ChangeFormatter(date_reader, record_history, with_approvals=bool(options.field))
        )
    if any(is_long_text(change) for change in field_changes):
        yield make_paragraph("[-words-] were taken out, {+words+} were added.", role="key")
    if options.field and record_history.versions[-1].values is None:
        deletion = record_history.versions[-1].revision
        yield make_paragraph(
            f"The record was deleted on {format_long_date(deletion.effective_date)} by {deletion.author}, commit {deletion.commit[:SHORT_COMMIT_LENGTH]}."
        )
    yield from map(make_paragraph, history_gaps(register_history, record_history))


def history_gaps(register_history: RegisterHistory, record_history: VersionHistory) -> Iterator[str]:
    """Yield what the history of a record does not hold: what could not be read, and what this copy has not."""
    unreadable = [
        file
        for file in register_history.unreadable_files
        if any(file.path == version.path for version in record_history.versions)
    ]
    if unreadable:
        yield _unreadable_note(unreadable[-1].revision, len(unreadable))
    if not register_history.is_complete:
        yield "This copy holds the newest part of the history only. The rest: git fetch --unshallow --tags"


def _unreadable_note(last: Revision, count: int) -> str:
    return (
        f"In {pluralise(count, 'commit')} its file could not be read, last on {format_long_date(last.effective_date)} "
        f"({last.commit[:SHORT_COMMIT_LENGTH]}); what it said before is taken to stand."
    )


_CHANGE_COLUMNS = (
    Column("date", "Date"),
    Column("author", "By"),
    Column("commit", "Commit", width="narrow"),
    Column("event", "What", width="narrow"),
    Column("field", "Field", header=True),
    Column("old", "Old", width="wide"),
    Column("new", "New", width="wide"),
)


def _change_table(field_changes: tuple[FieldChange, ...]) -> Table:
    rows = tuple(Row(tuple(_change_cells(change))) for change in field_changes)
    return Table("changes", pluralise(len(field_changes), "change"), _CHANGE_COLUMNS, rows, empty="Never set.")


def _change_cells(change: FieldChange) -> Iterator[Cell]:
    yield Cell(change.revision.effective_date)
    yield Cell(change.revision.author)
    yield Cell(change.revision.commit)
    yield Cell(change.event)
    yield Cell(change.field)
    yield Cell(format_display_value(change.old) or None)
    yield Cell(format_display_value(change.new) or None)
