"""The work of history and changes: timelines are read, and one query is asked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from p2ptrack.cli.clock import resolve_date
from p2ptrack.cli.options import RegisterOptions, parse_query_format
from p2ptrack.cli.screen import print_document, write_notice
from p2ptrack.diagnostics import escape_control_characters
from p2ptrack.errors import UsageError
from p2ptrack.model.dates import format_long_date
from p2ptrack.model.history import SHORT_COMMIT_LENGTH
from p2ptrack.phrases import pluralise
from p2ptrack.store.folder import find_root
from p2ptrack.store.git import read_head
from p2ptrack.store.git.history import HistoryReader, open_history
from p2ptrack.store.git.repository import Repository

if TYPE_CHECKING:
    from p2ptrack.analysis.history.movement import RegisterComparison


_MACHINE_FORMATS = ("json", "csv")
"""Formats that have no place for a sentence."""
_MAX_LISTED = 20


def print_history(register_options: RegisterOptions, id_and_field: tuple[str, str], format_: str) -> None:
    """Print the history of a record, of all its fields or one."""
    from p2ptrack.queries.record_history import HistoryOptions, build_history, find_record_history, history_gaps

    output_format, reader = parse_query_format(format_), _open_reader(register_options)
    register_history = reader.read_history(record_id=id_and_field[0])
    document = build_history(
        register_history, HistoryOptions(*id_and_field, table=format_ == "csv"), reader.tip.effective_date
    )
    _warn_about_state(register_options, reader)
    if format_ in _MACHINE_FORMATS:
        for note in history_gaps(register_history, find_record_history(register_history, id_and_field[0])):
            write_notice(note)
    print_document(document, output_format)


def print_changes(register_options: RegisterOptions, since_and_until: tuple[str, str], format_: str) -> None:
    """Print what changed between two moments."""
    from p2ptrack.analysis.history.events import RevisionRange
    from p2ptrack.analysis.history.movement import compare_registers
    from p2ptrack.queries.changes import build_changes, describe_range

    since, until = since_and_until
    output_format = parse_query_format(format_)
    if not since:
        raise UsageError("Say since when: p2ptrack changes --since 2023-01-12 (or a commit, a tag, a meeting's id).")
    reader = _open_reader(register_options)
    history_range = reader.read_range(since, until)
    start, end = history_range.start, history_range.end
    comparison = compare_registers(
        history_range.history,
        RevisionRange(start.position, end.position),
        (start.effective_date, end.effective_date),
    )
    if not until:
        _warn_about_state(register_options, reader)
    _warn_about_unreadable(comparison)
    _warn_about_left_out(comparison)
    notes = describe_range((start, end), history_range.tip, resolve_date(None))
    if format_ in _MACHINE_FORMATS:
        for note in notes:
            write_notice(note)
    print_document(build_changes(comparison, (start, end), notes, table=format_ == "csv"), output_format)


def _warn_about_unreadable(comparison: RegisterComparison) -> None:
    last_unreadable = {
        file.path: file.revision
        for file in comparison.history.unreadable_files
        if file.revision.position <= comparison.revision_range.end
    }
    for path, revision in last_unreadable.items():
        if revision.position > comparison.revision_range.start:
            text = f"What {escape_control_characters(path)} said on {format_long_date(revision.effective_date)} cannot be read"
            write_notice(f"{text}; what it said before is taken to stand.")


def _warn_about_left_out(comparison: RegisterComparison) -> None:
    left_out = sorted({*comparison.before.left_out, *comparison.after.left_out})
    if left_out:
        write_notice(
            f"{pluralise(len(left_out), 'field')} of old records {'is' if len(left_out) == 1 else 'are'} not understood today:"
        )
    for path, field in left_out[:_MAX_LISTED]:
        write_notice(f"  {escape_control_characters(f'{path}: {field}')}")
    if len(left_out) > _MAX_LISTED:
        write_notice(f"  and {pluralise(len(left_out) - _MAX_LISTED, 'other')}")


def _open_reader(register_options: RegisterOptions) -> HistoryReader:
    """Return the history up to the moment that was asked for, else to where the files stand."""
    folder = find_root(register_options.root, Path.cwd())
    if register_options.at is None:
        return open_history(folder)
    revision = Repository.find(folder).resolve(register_options.at)
    if revision.note:
        write_notice(escape_control_characters(revision.note))
    return open_history(folder, revision.commit)


def _warn_about_state(register_options: RegisterOptions, reader: HistoryReader) -> None:
    """Say what the answer does not hold: what is not committed, or what came after the moment asked for."""
    if register_options.at is not None:
        write_notice(
            f"As the history stood on {format_long_date(reader.tip.effective_date)} (commit {reader.tip.commit[:SHORT_COMMIT_LENGTH]})."
        )
    elif read_head(reader.repository.root)[1]:
        write_notice("Changes that are not committed are not in this answer.")
