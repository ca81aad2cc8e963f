"""`build_history`: one record field by field, oldest first: when it changed, who wrote it, what it said and what it says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

from p2ptrack.analysis.as_data import SCHEMA_VERSION
from p2ptrack.analysis.past.differences import EMPTY_VALUES, format_display_value
from p2ptrack.analysis.past.then import DateReader, read_programme_at
from p2ptrack.errors import UsageError
from p2ptrack.records.dates import format_long_date
from p2ptrack.records.paths import record_field_specs
from p2ptrack.records.register import build_anchors, find_equal_ids
from p2ptrack.records.timeline import SHORT_COMMIT_LENGTH, RegisterHistory, Revision, VersionHistory
from p2ptrack.reports.document import Block, Cell, Column, Document, Fact, Row, Table, make_paragraph
from p2ptrack.reports.numbers import pluralise
from p2ptrack.reports.queries.answer import LazyData
from p2ptrack.reports.queries.field_changes import FieldChange, list_changes, strip_indices
from p2ptrack.reports.queries.told_changes import ChangeFormatter, build_text_table, is_long_text


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
