"""The commands that print the answer of one query: status, overdue, list, show, figures, history and changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from p2ptrack.analysis.redaction import Audience
from p2ptrack.cli.options import (
    AudienceOptions,
    FailOption,
    FailPastOption,
    FormatOption,
    PastOptions,
    RecordArgument,
    RegisterOptions,
    argument,
    complete_columns,
    complete_fields,
    complete_meetings,
    complete_terms,
    option,
    parse_audience,
    parse_days,
    parse_query_format,
    resolve_date,
    switch,
)
from p2ptrack.errors import UsageError
from p2ptrack.phrases import pluralise

if TYPE_CHECKING:
    from p2ptrack.analysis.case import Disclosure, UnreadableFile
    from p2ptrack.analysis.history.movement import RegisterComparison
    from p2ptrack.model.history import RegisterHistory
    from p2ptrack.store.git.history import HistoryReader


_TERMS_HELP = "A kind of record, filters such as status:in_progress, by:owner to group, or @NAME for a view."
_SORT_HELP = "Sort by a field or a fact; not.FIELD reverses the order."
_FAIL_OVERDUE_HELP = "Exit with 1 if anything is overdue, or if a record could not be read in full."
_CONTRACT_TERMS_HELP = "Filters such as is:decide-by-passed, end.before:2027-04 or directorate:Place."
_CONTRACT_SORT_HELP = "Sort by a field (default: decide_by); not.FIELD reverses the order."
_FAIL_CONTRACTS_HELP = "Exit with 1 if a date to decide has passed, or if a contract expired without a successor."
_COLUMNS_HELP = "Show these fields or facts, separated by commas."


def status(
    *,
    fail: FailOption = False,
    format_: FormatOption = "text",
    options: AudienceOptions,
) -> int:
    """Show the current position on one screen."""
    from p2ptrack.cli.register import has_unreadable, print_answer
    from p2ptrack.queries.status import build_status

    case = print_answer(options, format_, build_status)
    return int(fail and has_unreadable(case))


def overdue(
    *,
    within: Annotated[str, option("--within", "DAYS", "Also show what is due within this number of days.")] = "",
    fail: Annotated[bool, switch("--fail", _FAIL_OVERDUE_HELP)] = False,
    format_: FormatOption = "text",
    options: AudienceOptions,
) -> int:
    """List what is overdue: how late it is, how often its target date changed, and who is responsible."""
    from p2ptrack.cli.register import has_unreadable, print_answer
    from p2ptrack.queries.overdue import OverdueOptions, build_overdue

    overdue_options = OverdueOptions(parse_days(within, "--within") if within else None)
    case = print_answer(options, format_, lambda case: build_overdue(case, overdue_options))
    return int(fail and (bool(case.with_fact("overdue")) or has_unreadable(case)))


def list_records(
    *,
    terms: Annotated[list[str] | None, argument("KIND|FILTER", _TERMS_HELP, complete_terms)] = None,
    sort: Annotated[str, option("--sort", "FIELD", _SORT_HELP, complete_fields)] = "",
    columns: Annotated[str, option("--columns", "FIELDS", _COLUMNS_HELP, complete_columns)] = "",
    fail: FailOption = False,
    format_: FormatOption = "text",
    options: AudienceOptions,
) -> int:
    """List records by any field or fact."""
    from p2ptrack.cli.register import has_unreadable, print_answer
    from p2ptrack.cli.terminal import write_notice
    from p2ptrack.queries.list import ListOptions, build_list, list_notices

    if terms and terms[0].casefold() in {"contract", "contracts"}:
        return contracts(terms=terms[1:], sort=sort, columns=columns, format_=format_, options=options)
    column_names = tuple(name.strip() for name in columns.split(",")) if columns else ()
    list_options = ListOptions(tuple(terms or ()), sort, column_names)
    case = print_answer(options, format_, lambda case: build_list(case, list_options))
    for notice in list_notices(case, list_options):
        write_notice(notice)
    return int(fail and has_unreadable(case))


def contracts(
    *,
    terms: Annotated[list[str] | None, argument("FILTER", _CONTRACT_TERMS_HELP)] = None,
    sort: Annotated[str, option("--sort", "FIELD", _CONTRACT_SORT_HELP)] = "",
    columns: Annotated[str, option("--columns", "FIELDS", "Show these fields, separated by commas.")] = "",
    fail: Annotated[bool, switch("--fail", _FAIL_CONTRACTS_HELP)] = False,
    format_: FormatOption = "text",
    options: AudienceOptions,
) -> int:
    """List contracts with the dates by which to decide on their replacements."""
    from p2ptrack.analysis.contracts import list_contracts
    from p2ptrack.cli.register import has_unreadable, print_answer
    from p2ptrack.queries.contracts import build_contracts
    from p2ptrack.queries.list import ListOptions

    names = tuple(name.strip() for name in columns.split(",")) if columns else ()
    contract_options = ListOptions(tuple(terms or ()), sort, names)
    case = print_answer(options, format_, lambda case: build_contracts(case, contract_options))
    has_late = any(view.facts.decide_by_passed or view.facts.expired_without_successor for view in list_contracts(case))
    return int(fail and (has_late or has_unreadable(case)))


def show(
    *,
    id_: RecordArgument,
    fail: FailOption = False,
    format_: FormatOption = "text",
    options: AudienceOptions,
) -> int:
    """Show one record in full: its fields, its position, its links and what needs to be done."""
    from p2ptrack.cli.register import has_unreadable, print_answer
    from p2ptrack.queries.contracts import build_record_or_contract

    case = print_answer(options, format_, lambda case: build_record_or_contract(case, id_))
    return int(fail and has_unreadable(case))


def figures(
    *,
    terms: Annotated[list[str] | None, argument("KIND|FILTER", _TERMS_HELP, complete_terms)] = None,
    fail: FailOption = False,
    format_: FormatOption = "text",
    options: AudienceOptions,
) -> int:
    """Show figures: performance, trend by meeting, what is overdue by owner and area, and a forecast."""
    from p2ptrack.cli.register import find_register_folder, has_unreadable, print_answer
    from p2ptrack.cli.terminal import write_notice
    from p2ptrack.queries.figures import FigureOptions, build_figures, list_figure_notices
    from p2ptrack.store.templates import load_wording, template_folders

    words = load_wording(template_folders(find_register_folder(options)))
    figure_options = FigureOptions(tuple(terms or ()), words)
    case = print_answer(options, format_, lambda case: build_figures(case, figure_options), uses_history=True)
    for notice in list_figure_notices(case, figure_options):
        write_notice(notice)
    return int(fail and has_unreadable(case))


def views(*, fail: FailOption = False, format_: FormatOption = "text", options: RegisterOptions) -> int:
    """List the saved lists of the programme, with their words and how many records each shows.

    They are officers' own words, so there is no answer for another audience.
    """
    from p2ptrack.cli.register import has_unreadable, print_answer
    from p2ptrack.queries.list import build_views

    return int(has_unreadable(print_answer(options, format_, build_views)) and fail)


_MACHINE_FORMATS = ("json", "csv")
"""Formats in which a sentence has no place."""
_SINCE_HELP = "Start at a commit, a tag, a date such as 2023-01-12 or a meeting."
_UNTIL_HELP = "End at a commit, a tag, a date or a meeting (default: the last commit)."


def history(
    *,
    id_: RecordArgument,
    field: Annotated[
        str, option("--field", "NAME", "Show only this field, for example target or updates.", complete_fields)
    ] = "",
    fail: FailPastOption = False,
    format_: FormatOption = "text",
    options: PastOptions,
) -> int:
    """Show from git who changed which field of a record, and when."""
    from p2ptrack.analysis.history.diff import interpreter_at
    from p2ptrack.cli.terminal import print_document, show_progress, write_notice
    from p2ptrack.queries.answer import HistoryScope
    from p2ptrack.queries.record_history import (
        HistoryOptions,
        build_history,
        find_record_history,
        find_unreadable_revisions,
        history_gaps,
    )

    output_format = parse_query_format(format_)
    with show_progress("Reading the history"):
        reader = _open_reader(options)
        # Which names are hidden from the public depends on every record.
        record_id = "" if parse_audience(options.audience) is Audience.PUBLIC else id_
        is_modified = _is_modified(options, reader)
        full_history = reader.read_history(record_id=record_id)
        register_history, disclosure = _disclose(full_history, options, reader, is_modified=is_modified)
    programme = interpreter_at(register_history, len(register_history.revisions)).programme
    scope = HistoryScope(programme, disclosure, reader.tip.commit)
    document = build_history(
        register_history, HistoryOptions(id_, field, table=format_ == "csv"), reader.tip.effective_date, scope
    )
    _warn_about_revision(options, reader, is_modified=is_modified)
    record_history = find_record_history(register_history, id_)
    if format_ in _MACHINE_FORMATS:
        for note in history_gaps(register_history, record_history):
            write_notice(note)
    print_document(document, output_format)
    return int(fail and bool(find_unreadable_revisions(register_history, record_history)))


def changes(
    *,
    since: Annotated[str, option("--since", "WHEN", _SINCE_HELP, complete_meetings)] = "",
    until: Annotated[str, option("--until", "WHEN", _UNTIL_HELP, complete_meetings)] = "",
    fail: FailPastOption = False,
    format_: FormatOption = "text",
    options: PastOptions,
) -> int:
    """Show from git what changed since a date, a commit or a meeting, by meaning rather than by line."""
    from p2ptrack.analysis.history.events import RevisionRange
    from p2ptrack.analysis.history.movement import compare_registers
    from p2ptrack.cli.terminal import print_document, show_progress, write_notice
    from p2ptrack.queries.answer import HistoryScope
    from p2ptrack.queries.changes import build_changes, describe_range, find_unreadable_versions

    output_format = parse_query_format(format_)
    if not since:
        raise UsageError(
            "Say since when, for example: p2ptrack changes --since 2023-01-12. "
            "It can be a date, a commit, a tag or a meeting."
        )
    with show_progress("Reading the history"):
        reader = _open_reader(options)
        history_range = reader.read_range(since, until)
        start, end = history_range.start, history_range.end
        revision_range = RevisionRange(start.position, end.position)

        is_modified = _is_modified(options, reader)
        register_history, disclosure = _disclose(history_range.history, options, reader, is_modified=is_modified)
        comparison = compare_registers(register_history, revision_range, start.effective_date, end.effective_date)
    if not until:
        _warn_about_revision(options, reader, is_modified=is_modified)
    _warn_about_unreadable(comparison)
    notes = describe_range((start, end), history_range.tip, resolve_date(None))
    if format_ in _MACHINE_FORMATS:
        for note in notes:
            write_notice(note)
    unreadable = (*find_unreadable_versions(comparison), *_find_hidden_unreadable(history_range.history, disclosure))
    scope = HistoryScope(comparison.after.case.register.programme, disclosure, end.commit, unreadable, notes)
    print_document(build_changes(comparison, (start, end), scope, table=format_ == "csv"), output_format)
    return int(fail and bool(unreadable))


def _disclose(
    register_history: RegisterHistory, options: RegisterOptions, reader: HistoryReader, *, is_modified: bool
) -> tuple[RegisterHistory, Disclosure]:
    """Return the history as its audience may see it today, and the disclosure of what it leaves out."""
    from p2ptrack.analysis.case import Disclosure
    from p2ptrack.analysis.redaction.answers import drop_notes, find_exempt_in_history, redact_history
    from p2ptrack.pipeline import load_current_register, open_case

    audience, today, root = parse_audience(options.audience), resolve_date(None), reader.repository.root
    if audience is Audience.PUBLIC:
        case = open_case(root, today)
        redacted = redact_history(register_history, case.register, case.problems, today)
        return redacted.history, redacted.disclosure
    current = load_current_register(root) if options.at is not None or is_modified else None
    disclosure = Disclosure(audience, find_exempt_in_history(register_history, current, today))
    return drop_notes(register_history) if audience is Audience.MEMBERS else register_history, disclosure


def _find_hidden_unreadable(register_history: RegisterHistory, disclosure: Disclosure) -> Iterator[UnreadableFile]:
    """Yield an unnamed file if the public may not be given the names of unreadable files."""
    from p2ptrack.analysis.case import UnreadableFile

    if disclosure.audience == Audience.PUBLIC and register_history.unreadable_files:
        yield UnreadableFile("")


def _open_reader(options: RegisterOptions) -> HistoryReader:
    """Return the history up to the revision that `--at` names, otherwise up to the last commit."""
    from p2ptrack.cli.register import find_register_folder
    from p2ptrack.cli.terminal import write_notice
    from p2ptrack.diagnostics import escape_control_characters
    from p2ptrack.store.git.history import open_history
    from p2ptrack.store.git.repository import Repository

    root = find_register_folder(options)
    if options.at is None:
        return open_history(root)
    revision = Repository.find(root).resolve(options.at)
    if revision.note:
        write_notice(escape_control_characters(revision.note))
    return open_history(root, revision.commit)


def _is_modified(options: RegisterOptions, reader: HistoryReader) -> bool:
    """Whether files of the register differ from the last commit; not checked for an earlier commit."""
    from p2ptrack.store.git.worktree import list_modified_paths

    return options.at is None and bool(list_modified_paths(reader.repository.root, reader.repository.head))


def _warn_about_revision(options: RegisterOptions, reader: HistoryReader, *, is_modified: bool) -> None:
    """Warn on standard error about what the answer leaves out: uncommitted changes, or everything after `--at`."""
    from p2ptrack.cli.terminal import write_notice
    from p2ptrack.model.dates import format_long_date
    from p2ptrack.model.history import SHORT_COMMIT_LENGTH

    if options.at is not None:
        commit = reader.tip.commit[:SHORT_COMMIT_LENGTH]
        write_notice(f"The history as it was on {format_long_date(reader.tip.effective_date)} (commit {commit}).")
    elif is_modified:
        write_notice("Changes that are not committed are not in this answer.")


def _warn_about_unreadable(comparison: RegisterComparison) -> None:
    """Write to standard error which files and fields of the past could not be read."""
    from p2ptrack.cli.register import write_list
    from p2ptrack.cli.terminal import write_notice
    from p2ptrack.diagnostics import escape_control_characters
    from p2ptrack.model.dates import format_long_date

    last_unreadable = {
        file.path: file.revision
        for file in comparison.history.unreadable_files
        if file.revision.position <= comparison.revision_range.end
    }
    for path, revision in last_unreadable.items():
        if revision.position > comparison.revision_range.start:
            version = f"{escape_control_characters(path)} as it was on {format_long_date(revision.effective_date)}"
            write_notice(f"{version} cannot be read, so the version before it is used.")
    dropped_fields = sorted({*comparison.before.dropped_fields, *comparison.after.dropped_fields})
    if dropped_fields:
        write_notice(f"This version of p2ptrack cannot read {pluralise(len(dropped_fields), 'field')} of old records:")
        write_list([f"{path}: {field}" for path, field in dropped_fields])
