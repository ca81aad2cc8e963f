"""Open the register that the options name, and warn about what an answer leaves out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from p2ptrack.analysis.case import Case, find_latest_update_date, find_unreadable
from p2ptrack.analysis.redaction import Audience
from p2ptrack.cli.options import RegisterOptions, parse_audience, parse_query_format, resolve_date
from p2ptrack.cli.terminal import print_document, write_notice
from p2ptrack.diagnostics import Problem, escape_control_characters
from p2ptrack.errors import OperationError
from p2ptrack.model.dates import format_long_date
from p2ptrack.model.register import PROGRAMME_PATH
from p2ptrack.phrases import pluralise, unique
from p2ptrack.pipeline import AnswerOptions, open_answer_case
from p2ptrack.store.git.worktree import find_register

if TYPE_CHECKING:
    from p2ptrack.reports.document import Document
    from p2ptrack.store.git.snapshot import Snapshot


_MAX_LISTED = 20
"""Lines of details that a warning prints before it only counts the rest."""


def print_answer(
    options: RegisterOptions, format_: str, query: Callable[[Case], Document], *, uses_history: bool = False
) -> Case:
    """Open the register, print the answer of a query, and return the case it was calculated from.

    With `uses_history` the case has the history of the register, where there is one.
    """
    output_format = parse_query_format(format_)
    audience = parse_audience(options.audience)
    root = find_register_folder(options)
    snapshot = open_snapshot(options, root)
    answer_options = AnswerOptions(audience, resolve_date(None), has_provenance=format_ == "json")
    case = open_answer_case(root, resolve_position_date(options, snapshot), answer_options, snapshot)
    if uses_history:
        case = _add_history(case, audience, root, snapshot)
    document = query(case)  # before the warnings: a wrong filter is then the only message
    warn_about_limits(case, snapshot)
    if typed_options := options.to_text():
        from p2ptrack.queries.answer import repeat_options

        document = repeat_options(document, typed_options)
    print_document(document, output_format)
    return case


def _add_history(case: Case, audience: Audience, root: Path, snapshot: Snapshot | None) -> Case:
    """Return the case with what its audience may see of the history. Warn where git has one and lacks a part of it."""
    from p2ptrack.cli.terminal import show_progress
    from p2ptrack.pipeline import with_answer_history
    from p2ptrack.store.git.worktree import read_head

    try:
        with show_progress("Reading the history"):
            return with_answer_history(case, audience, root, snapshot)
    except OperationError as error:
        if snapshot is not None or read_head(root)[0]:
            write_notice(str(error))
        return case


def has_unreadable(case: Case) -> bool:
    """Whether the answer lacks a record, or a part of one, because of an error."""
    return bool(find_unreadable(case.problems))


def find_register_folder(options: RegisterOptions) -> Path:
    """Return the folder of the register. Raises `OperationError` when there is none."""
    return find_register(options.root, Path.cwd())


def open_snapshot(options: RegisterOptions, root: Path, *, strict: bool = False) -> Snapshot | None:
    """Return the register at the revision that `--at` names, or None to read the files as they are."""
    if options.at is None:
        return None
    from p2ptrack.store.git.snapshot import load_snapshot

    snapshot = load_snapshot(root, options.at, strict=strict)
    return replace(snapshot, position_date=_resolve_snapshot_date(snapshot))


def _resolve_snapshot_date(snapshot: Snapshot) -> date:
    """Return the date of a snapshot; for a published meeting it is the position date of its papers."""
    if not snapshot.revision.meeting or snapshot.revision.by_date:
        return snapshot.position_date
    from p2ptrack.reports.publication_manifest import parse_manifest
    from p2ptrack.store.git.publication_tags import read_tag_message

    manifest = parse_manifest(read_tag_message(snapshot.repository, snapshot.revision.meeting))
    return manifest.as_of if manifest else snapshot.position_date


@contextmanager
def open_snapshot_with_templates(options: RegisterOptions, root: Path) -> Iterator[Snapshot | None]:
    """Open the register at the revision that `--at` names, with its templates on disk while the context lasts."""
    snapshot = open_snapshot(options, root)
    if snapshot is None:
        yield None
        return
    from p2ptrack.store.git.snapshot import with_templates

    with with_templates(snapshot) as snapshot_with_templates:
        yield snapshot_with_templates


def resolve_position_date(options: RegisterOptions, snapshot: Snapshot | None) -> date:
    """Return the date to calculate the position at: `--as-of`, otherwise the snapshot's date, otherwise today."""
    if snapshot is not None and options.as_of is None:
        return snapshot.position_date
    if snapshot is not None:
        return resolve_date(options.as_of, lambda: snapshot.loaded.register.programme.meetings)
    return resolve_as_of(options)


def resolve_as_of(options: RegisterOptions) -> date:
    """Return the date of `--as-of`, by the meetings of the register as it is now; without one, today."""
    from p2ptrack.store.folder import FolderSource
    from p2ptrack.store.loader import load_programme

    return resolve_date(options.as_of, lambda: load_programme(FolderSource(find_register_folder(options))).meetings)


def warn_about_limits(case: Case, snapshot: Snapshot | None = None) -> None:
    """Write to standard error what the answer leaves out, and that today's register is not the one of the past date."""
    if snapshot is not None:
        warn_about_snapshot(snapshot, with_details=case.disclosure.audience == Audience.OFFICERS)
    advice = f"To see why: p2ptrack check{f' --at {snapshot.short_commit}' if snapshot else ''}"
    unreadable_count = case.register.file_count - len(case.register.records)
    if unreadable_count == 1:
        write_notice(f"1 file cannot be read as a record, so it is not in this answer. {advice}")
    elif unreadable_count:
        write_notice(f"{unreadable_count} files cannot be read as records, so they are not in this answer. {advice}")
    if outside_count := sum(problem.code in _NOT_IN_A_RECORD_FOLDER for problem in case.problems):
        places = pluralise(outside_count, "file or folder is", "files or folders are")
        possessive = "its" if outside_count == 1 else "their"
        write_notice(f"{places} outside the record folders, so {possessive} records are not in this answer. {advice}")
    if case.register.unreadable_fields and snapshot is None:  # of a snapshot the values are named
        records = pluralise(len(case.register.unreadable_fields), "record is", "records are")
        write_notice(f"{records} read only in part, because of an error. {advice}")
    if snapshot is None and any(file.path == PROGRAMME_PATH for file in find_unreadable(case.problems)):
        write_notice(f"{PROGRAMME_PATH} is read only in part, because of an error. {advice}")
    for path in sorted({problem.path for problem in case.problems if problem.path in case.register.kinds.folders}):
        write_notice(f"{path} cannot be read, so none of its records is in this answer. {advice}")
    newest = find_latest_update_date(case)
    if snapshot is None and newest is not None and case.as_of < newest:
        write_notice(
            "This is today's register with the position at an earlier date: its newest update is dated "
            f"{format_long_date(newest)}. For the register as it was then, use --at instead of --as-of."
        )


_NOT_IN_A_RECORD_FOLDER = frozenset({"D103", "D108"})


def warn_about_snapshot(snapshot: Snapshot, *, with_details: bool = True) -> None:
    """Write to standard error which commit the answer is from and, with details, which values could not be read."""
    position_date = format_long_date(snapshot.position_date)
    if snapshot.position_date > resolve_date(None):
        write_notice(
            f"The register in commit {snapshot.short_commit}, calculated as at {position_date}, which is in the future."
        )
    else:
        write_notice(f"The register as it was on {position_date} (commit {snapshot.short_commit}).")
    if snapshot.warning:
        write_notice(snapshot.warning)
    if not snapshot.ignored_values or not with_details:
        return
    count = pluralise(len(snapshot.ignored_values), "value")
    write_notice(f"This version of p2ptrack cannot read {count} of it, so this answer leaves out:")
    write_list(list(_group_by_error(snapshot.ignored_values)))
    write_notice(f"To see the line of each: p2ptrack check --at {snapshot.short_commit}")


def _group_by_error(problems: tuple[Problem, ...]) -> Iterator[str]:
    """Yield a line for each error with its files: with an older schema, many files have the same error."""
    paths_by_error: dict[tuple[str, str], list[str]] = defaultdict(list)
    for problem in problems:
        paths_by_error[problem.field, problem.message].append(problem.path)
    for (field, message), paths in paths_by_error.items():
        yield ": ".join(filter(None, [", ".join(unique(paths)), field, message]))


def write_list(lines: list[str]) -> None:
    """Write the details of a warning to standard error, one a line. Above a limit they are only counted."""
    for line in lines[:_MAX_LISTED]:
        write_notice(f"  {escape_control_characters(line)}")
    if len(lines) > _MAX_LISTED:
        write_notice(f"  and {len(lines) - _MAX_LISTED} more")
