"""The `history` answer: one record's changes field by field, oldest first, with when and by whom."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from p2ptrack.analysis.case import ExemptContent, UnreadableFile
from p2ptrack.analysis.history.diff import (
    ChangeType,
    DisplayValue,
    FieldChange,
    ValueInterpreter,
    count_days_between,
    diff_words,
    format_display_value,
    has_deadline,
    has_same_deadline,
    interpreter_at,
    list_field_changes,
    strip_indices,
)
from p2ptrack.analysis.history.events import UNDECLARED_NOTE, find_matching_revision, read_text
from p2ptrack.analysis.redaction import Audience
from p2ptrack.errors import UsageError
from p2ptrack.model.dates import format_long_date
from p2ptrack.model.fields import Category, Decision
from p2ptrack.model.history import RawValues, RegisterHistory, Revision, VersionHistory
from p2ptrack.model.kinds import KINDS, Kinds
from p2ptrack.model.records import read_title
from p2ptrack.model.register import programme_field_specs
from p2ptrack.model.schema import FieldSpec, record_field_specs
from p2ptrack.phrases import did_you_mean, pluralise, quote, uncapitalise
from p2ptrack.queries.answer import EXEMPT, HistoryScope, LazyData, export_history, mark_exempt_items, shorten_text
from p2ptrack.reports.document import Block, Cell, Column, Document, Fact, Row, Table, make_paragraph
from p2ptrack.values import dataclass

COMMIT_NOTE = "A commit is a saved version of the register."
LONG_TEXT = 60
"""Longer texts show only the words that changed."""
_MAX_TEXT = 160
_PATH_STEP = re.compile(r"([^.\[\]]+)(?:\[(\d+)\])?")
_TRAILING_NUMBER = re.compile(r" \d+$")
_FLAG_WORDS = {"true": "yes", "false": "no"}
_LISTS_OF_FIELD_NAMES = frozenset({"inferred", "restated", "truncated", "exempt.fields"})
_DATE_FIELDS = frozenset({"review_by"})
_FILE_EVENTS: Mapping[ChangeType, str] = {
    "created": "Created",
    "moved": "File moved",
    "deleted": "Deleted",
    "restored": "Added again",
    "changed": "File",
}
_TEXT_COLUMNS = (Column("field", "Field", header=True), Column("change", "Change", width="wide"))
_CHANGE_COLUMNS = (
    Column("date", "Date"),
    Column("author", "By"),
    Column("commit", "Commit", width="narrow"),
    Column("event", "Event", width="narrow"),
    Column("field", "Field", header=True),
    Column("old", "Old", width="wide"),
    Column("new", "New", width="wide"),
)


@dataclass(frozen=True, slots=True)
class HistoryOptions:
    """The record to show, one field of it or all, and whether as one table with a row for each change."""

    id: str
    field: str = ""
    table: bool = False


def build_history(
    register_history: RegisterHistory, options: HistoryOptions, as_of: date, scope: HistoryScope | None = None
) -> Document:
    """Return the history of a record. Raises `UsageError` for an id or a field that never existed."""
    scope = scope or HistoryScope(interpreter_at(register_history, len(register_history.revisions)).programme)
    record_history = find_record_history(register_history, options.id)
    all_changes = list_field_changes(record_history)
    changes = tuple(change for change in all_changes if _is_within(change.path, options.field))
    if options.field and not changes:
        _require_known_field(options.field, record_history, all_changes)
    last_version = record_history.last_existing_version(len(register_history.revisions))
    title = read_title(last_version.fields) if last_version else ""
    gaps = tuple(history_gaps(register_history, record_history))
    scope = replace(scope, unreadable=find_unreadable_revisions(register_history, record_history), notes=gaps)
    document = Document(
        name="history",
        title=f"{record_history.id} {title}".strip(),
        as_of=as_of,
        blocks=tuple(_iter_blocks(register_history, record_history, changes, options, scope)),
        meta=(Fact("History to", as_of),),
        data=LazyData(lambda: scope.to_json(as_of, _history_data(record_history, changes, scope))),
    )
    return document if options.table else mark_exempt_items(document, scope.disclosure)


def find_unreadable_revisions(
    register_history: RegisterHistory, record_history: VersionHistory
) -> tuple[UnreadableFile, ...]:
    """Return the files of a record that cannot be read in some revision."""
    paths = {version.path for version in record_history.versions}
    unreadable_paths = {file.path for file in register_history.unreadable_files} & paths
    return tuple(map(UnreadableFile.from_path, sorted(unreadable_paths)))


def find_record_history(register_history: RegisterHistory, id_: str) -> VersionHistory:
    """Return the history of a record that exists or existed. Raises `UsageError` for none, with the nearest id."""
    record_history = register_history.history_of(id_)
    if record_history is not None:
        return record_history
    if not id_.strip():
        example = next((history.id for history in register_history.records.values()), "A01")
        raise UsageError(f"Say which record, for example: p2ptrack history {example}")
    hint = did_you_mean(id_, [candidate.id for candidate in register_history.records.values()])
    raise UsageError(f"There is no record {id_}, and there never was one.{hint} To list all records: p2ptrack list")


def _is_within(path: str, parent: str) -> bool:
    """Whether a field is the parent or in it, with the index of a list's entry or without: `updates`, `updates[0]`."""
    candidates = (path, strip_indices(path))
    return not parent or any(name == parent or name.startswith((f"{parent}.", f"{parent}[")) for name in candidates)


def _require_known_field(name: str, record_history: VersionHistory, all_changes: Iterable[FieldChange]) -> None:
    """Raise `UsageError` for a field that no record has today and this one never had."""
    kinds = record_history.versions[-1].kinds
    known_fields = {*record_field_specs(kinds), *(strip_indices(change.path) for change in all_changes), "path"}
    if name.partition("[")[0] not in known_fields:
        raise UsageError(f"There is no field {quote(name)}.{did_you_mean(name, sorted(known_fields))}")


def _history_data(
    record_history: VersionHistory, changes: Iterable[FieldChange], scope: HistoryScope
) -> dict[str, Any]:
    return {
        "id": record_history.id,
        **scope.disclosure.describe_record(record_history.id),
        "changes": [_change_data(change) for change in changes],
    }


def _change_data(change: FieldChange) -> dict[str, Any]:
    written_on = change.revision.written_on
    data = {
        "date": change.revision.effective_date.isoformat(),
        "author": change.revision.author,
        "commit": change.revision.commit,
        "event": change.event,
        "field": change.path or None,
        "old": list(change.old) if isinstance(change.old, tuple) else change.old,
        "new": list(change.new) if isinstance(change.new, tuple) else change.new,
    }
    return data | ({"written_on": written_on.isoformat()} if written_on else {})


def _iter_blocks(
    register_history: RegisterHistory,
    record_history: VersionHistory,
    changes: tuple[FieldChange, ...],
    options: HistoryOptions,
    scope: HistoryScope,
) -> Iterator[Block]:
    if options.table:
        rows = tuple(_change_row(record_history.id, change) for change in changes)
        table = Table("changes", pluralise(len(changes), "change"), _CHANGE_COLUMNS, rows, empty="Never set.")
        yield export_history(table, replace(scope, unreadable=()))
        return
    interpreter = interpreter_at(register_history, len(register_history.revisions))
    exempt = scope.disclosure.exempt.get(record_history.id, ExemptContent())
    is_complete = scope.disclosure.audience != Audience.PUBLIC or record_history.id not in scope.disclosure.exempt
    formatter = _ChangeFormatter(interpreter, record_history, bool(options.field), is_complete)
    yield _text_table(changes, formatter, exempt.parts)
    if changes:
        yield make_paragraph(COMMIT_NOTE, role="key")
    if any(_is_long_text(change) for change in changes):
        yield make_paragraph("[-words-] were removed, {+words+} were added.", role="key")
    last = record_history.versions[-1]
    if options.field and last.values is None:
        day, revision = format_long_date(last.revision.effective_date), last.revision
        yield make_paragraph(f"The record was deleted on {day} by {revision.author}, commit {revision.short_commit}.")
    yield from map(make_paragraph, scope.notes)


def history_gaps(register_history: RegisterHistory, record_history: VersionHistory) -> Iterator[str]:
    """Yield the gaps in the history of a record: versions that cannot be read, and the older part in a shallow copy."""
    paths = {version.path for version in record_history.versions}
    unreadable = [file.revision for file in register_history.unreadable_files if file.path in paths]
    if unreadable:
        count, last = pluralise(len(unreadable), "saved version (commit)", "saved versions (commits)"), unreadable[-1]
        yield (
            f"The record's file cannot be read in {count}, the last of {format_long_date(last.effective_date)} "
            f"({last.short_commit}). The version before is shown instead."
        )
    if not register_history.is_complete:
        yield "This copy has only the newest part of the history. To get the rest: git fetch --unshallow --tags"


def _change_row(id_: str, change: FieldChange) -> Row:
    revision = change.revision
    identity = (revision.effective_date, revision.author, revision.commit, change.event, change.path)
    values = (format_display_value(change.old) or None, format_display_value(change.new) or None)
    return Row(tuple(map(Cell, (*identity, *values))), key=id_)


@dataclass(frozen=True, slots=True)
class _ChangeFormatter:
    """Formats changes for people; `with_approvals` adds to a moved target who approved it.

    Without it the target change has rows of its own. A record that is not complete lacks what the public may not see.
    """

    interpreter: ValueInterpreter
    record_history: VersionHistory
    with_approvals: bool
    is_complete: bool = True

    def format_change(self, change: FieldChange) -> str:
        """Return the new value, what was removed, or both the old and the new value."""
        kinds = change.after.kinds
        old, new = (format_changed_value(change.path, value, kinds) for value in (change.old, change.new))
        if change.new is None:
            return old if change.event == "deleted" else f"removed; it was: {shorten_text(old, _MAX_TEXT)}"
        if change.old is None:
            return shorten_text(new, _MAX_TEXT)
        if _is_long_text(change):
            return diff_words(old, new)
        if change.is_target or change.path in _DATE_FIELDS:
            return "; ".join(filter(None, self._iter_date_parts(change)))
        return f"{old} → {new}"

    def _iter_date_parts(self, change: FieldChange) -> Iterator[str]:
        """Yield by how many days a date moved and, of a target, the target change that the record declares today."""
        old_fields: RawValues = change.before.fields if change.before else {}
        start, end = (
            self.interpreter.read_date(fields.get(change.path)) for fields in (old_fields, change.after.fields)
        )
        days = count_days_between(start, end)
        shift = f" ({format_days_moved(days)})" if days else ""
        yield f"{format_display_value(change.old)} → {format_display_value(change.new)}{shift}"
        if not change.is_target or has_same_deadline(start, end):
            return
        if not has_deadline(start):
            had_target = any(
                has_deadline(self.interpreter.read_date(version.fields.get(change.path)))
                for version in self.record_history.versions
                if version.revision.position < change.revision.position
            )
            yield "set again" if had_target else "set for the first time"
            return
        last = self.record_history.last_existing_version(self.record_history.versions[-1].revision.position)
        last_fields: RawValues = last.fields if last else {}
        entry, is_declared = find_matching_revision(last_fields, (start, end), self.interpreter)
        if not is_declared and self.is_complete:
            yield UNDECLARED_NOTE
        elif self.with_approvals:
            yield from _iter_declaration_parts(entry)


def _iter_declaration_parts(entry: RawValues) -> Iterator[str]:
    yield format_target_decision(read_text(entry, "decision").strip(), read_text(entry, "approved_by").strip())
    yield read_text(entry, "meeting").strip()
    minute = read_text(entry, "minute").strip()
    yield f"minute {minute}" if minute else ""
    yield "a correction" if read_text(entry, "category").strip() == Category.CORRECTION else ""
    yield read_text(entry, "reason").strip().rstrip(".")


def format_target_decision(decision: str, approved_by: str) -> str:
    """Return the decision on a target change: *granted by Audit Committee*, *requested*."""
    if decision == Decision.REQUESTED:
        return "requested"
    outcome = decision or ("approved" if approved_by else "")
    return f"{outcome} by {approved_by}" if approved_by else outcome


def format_days_moved(days: int) -> str:
    """Return by how much a date moved: *91 days later*."""
    return f"{pluralise(abs(days), 'day')} {'later' if days > 0 else 'earlier'}"


def _text_table(changes: Iterable[FieldChange], formatter: _ChangeFormatter, exempt_parts: Sequence[str]) -> Table:
    rows = []
    for change in changes:
        name = (
            _FILE_EVENTS[change.event] if change.path == "path" else format_field_name(change.path, change.after.kinds)
        )
        if any(_is_within(change.path, part) for part in exempt_parts):
            name = f"{name} ({EXEMPT})"
        cells = Cell(name), Cell(formatter.format_change(change))
        rows.append(Row(cells, group=_format_commit(change.revision)))
    return Table("changes", "", _TEXT_COLUMNS, tuple(rows), empty="Never set.")


def _format_commit(revision: Revision) -> str:
    merged = f" (merged then, written on {format_long_date(revision.written_on)})" if revision.written_on else ""
    return f"{format_long_date(revision.effective_date)}, {revision.author}, commit {revision.short_commit}{merged}"


def _is_long_text(change: FieldChange) -> bool:
    return (
        isinstance(change.old, str)
        and isinstance(change.new, str)
        and max(len(change.old), len(change.new)) > LONG_TEXT
    )


def format_field_name(field: str, kinds: Kinds = KINDS) -> str:
    """Return a field by its titles: `revisions[0].approved_by` is *Revised date 1: approved by*.

    Works for the programme's fields too. A field that does not exist today, such as a column of a source's table,
    keeps its own name.
    """
    path, name = "", ""
    for step, index in _PATH_STEP.findall(field):
        path = f"{path}.{step}" if path else step
        field_spec = record_field_specs(kinds).get(path) or programme_field_specs().get(path)
        title = field_spec.title if field_spec else step
        name = _append_title(name, f"{title.removesuffix('s')} {int(index) + 1}" if index else title, field_spec)
    return name


def _append_title(name: str, title: str, field_spec: FieldSpec | None) -> str:
    """Return a group's name with its field's title, without repeats: *Update 1*, *Verified by*, *Exempt: reason*."""
    last_part = name.rpartition(": ")[2]
    group = _TRAILING_NUMBER.sub("", last_part)
    if not name or (group == last_part and title.startswith(f"{group} ")):
        return title
    if title.casefold() == group.casefold():
        return name
    return f"{name}: {uncapitalise(title) if field_spec else title}"


def format_changed_value(field: str, value: DisplayValue | None, kinds: Kinds = KINDS) -> str:
    """Return a value as people read it: *in progress*, *yes*, titles of fields; texts and dates as written."""
    path = strip_indices(field)
    if path in _LISTS_OF_FIELD_NAMES:
        names = (value,) if isinstance(value, str) else value or ()
        return ", ".join(format_field_name(name, kinds).casefold() for name in names)
    text, field_spec = format_display_value(value), record_field_specs(kinds).get(path)
    if field_spec is None or field_spec.declared or field_spec.type not in {"choice", "flag"}:
        return text
    return _FLAG_WORDS.get(text, text.replace("_", " "))
