"""Choose, build and save papers."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from p2ptrack.analysis.case import Redactions
from p2ptrack.analysis.redaction import Audience
from p2ptrack.cli.options import PaperOptions, RegisterOptions, parse_audience, resolve_date
from p2ptrack.cli.register import (
    find_register_folder,
    open_snapshot_with_templates,
    resolve_position_date,
    warn_about_limits,
)
from p2ptrack.cli.terminal import print_path, show_progress, terminal_style, write_notice, write_output
from p2ptrack.diagnostics import Severity, count_by_severity, escape_control_characters
from p2ptrack.errors import CheckFailed, OperationError, UsageError
from p2ptrack.formats import Format
from p2ptrack.model.dates import format_long_date
from p2ptrack.model.programme import Meeting
from p2ptrack.model.register import Register
from p2ptrack.phrases import did_you_mean, join_words, pluralise, quote, unique
from p2ptrack.pipeline import open_paper_case, with_history
from p2ptrack.reports import REPORTS
from p2ptrack.reports.context import PaperContext
from p2ptrack.reports.document import Document, FormatOptions
from p2ptrack.reports.paper import add_error_notice
from p2ptrack.store.git.worktree import explain_unknown_head
from p2ptrack.store.templates import list_unused_logos, template_folders
from p2ptrack.store.writing import is_folder, require_output_place, write_file

if TYPE_CHECKING:
    from p2ptrack.store.git.snapshot import Snapshot


def render_papers(options: PaperOptions) -> None:
    """Produce papers and save or print them.

    Raises `UsageError` for an unknown paper, `CheckFailed` when the register has errors and the options do not allow
    them, and `OperationError` when a file cannot be written.
    """
    formats, audience, reports = options.formats, parse_audience(options.audience), unique(options.reports or ())
    if options.all_papers and reports:
        raise UsageError("Use the names of papers or --all, not both. See: p2ptrack render --help")
    if not options.all_papers and not reports:
        raise UsageError(
            "Say which paper, for example: p2ptrack render action-plan. For every paper: p2ptrack render --all"
        )
    root = find_register_folder(options)
    with open_snapshot_with_templates(options, root) as snapshot:
        context = open_checked_context(options, root, snapshot, audience, allow_problems=options.allow_problems)
        names = select_papers(context, reports, all_papers=options.all_papers)
        if options.output == "-" and len(names) * len(formats) > 1:
            raise UsageError("Standard output takes one paper in one format. Name a folder after --output instead.")
        if needs_history(context, names):
            context = add_history(context, root, snapshot)
        templates = template_folders(snapshot.templates_folder if snapshot and snapshot.templates_folder else root)
        for sentence in list_unused_logos(templates):
            write_notice(sentence)
        style = FormatOptions(
            templates=templates,
            wording=context.wording,
            attach_data=options.attach_data,
            allow_slow=options.allow_slow,
        )
        if options.output == "-":
            _print_paper(build_paper(context, names[0], options.meeting), formats[0], style)
        else:
            _save_papers(context, names, options, root, style)


def open_checked_context(
    register_options: RegisterOptions,
    root: Path,
    snapshot: Snapshot | None,
    audience: Audience,
    *,
    allow_problems: bool,
    refusal: str = "no paper was produced",
) -> PaperContext:
    """Return the context of papers. Raises `CheckFailed` when the register has errors and they are not allowed."""
    today, as_of = resolve_date(None), resolve_position_date(register_options, snapshot)
    context = open_paper_case(root, as_of, audience, today, snapshot)
    if snapshot is None or register_options.as_of is not None:
        _warn_about_future_date(as_of, today)
    warn_about_limits(context.case, snapshot)
    if snapshot is None and not context.provenance.commit and (reason := explain_unknown_head(root)):
        write_notice(f"The paper cannot name the saved version (commit) that it is made from. {reason}")
    if audience is Audience.PUBLIC:
        _warn_about_newer_exemptions(context.redactions, is_past=snapshot is not None)
    error_count = count_by_severity(context.problems, Severity.ERROR)
    if error_count and not allow_problems:
        raise CheckFailed(_format_refusal(pluralise(error_count, "error"), snapshot, refusal))
    return context


def _warn_about_newer_exemptions(redactions: Redactions, *, is_past: bool) -> None:
    """Write to standard error which records the public paper lacks, wholly or in part, because of other commits."""
    if redactions.uncertain_ids:
        ids = escape_control_characters(", ".join(redactions.uncertain_ids))
        write_notice(f"Left out of the public paper, because they may be exempt today: {ids}.")
    if redactions.newer_ids and not is_past:
        ids = escape_control_characters(", ".join(redactions.newer_ids))
        write_notice(
            f"Withheld from the public paper, because a newer saved version (commit) marks it as exempt: {ids}. "
            "To see the newer versions: git log --all"
        )


def _warn_about_future_date(as_of: date, today: date) -> None:
    """Write to standard error that papers are calculated as at a future day."""
    if as_of > today:
        write_notice(f"Calculated as at {format_long_date(as_of)}, which is in the future.")


def _format_refusal(errors: str, snapshot: Snapshot | None, refusal: str) -> str:
    if snapshot is None:
        reason, command = f"The register has {errors}", "p2ptrack check"
    else:
        reason, command = f"The register had {errors} at that commit", f"p2ptrack check --at {snapshot.short_commit}"
    return f"{reason}, so {refusal}. To see why: {command}. To produce it anyway, add --allow-problems."


def add_history(context: PaperContext, root: Path, snapshot: Snapshot | None) -> PaperContext:
    """Return the context with its history. Where git lacks a part of it, warn and use the dates in the register."""
    try:
        with show_progress("Reading the history"):
            return with_history(context, root, snapshot)
    except OperationError as error:
        if context.provenance.commit:
            write_notice(str(error))
            write_notice("Until then, the paper shows changes by the dates in the register alone.")
        return context


def _print_paper(document: Document, format_: Format, style: FormatOptions) -> None:
    if format_.binary and sys.stdout.isatty():
        raise UsageError(f"A {format_.name.upper()} cannot be shown here. Name a file after --output instead of -.")
    data = format_.write(document, replace(style, width=terminal_style().width))
    write_output(data, as_text=format_.name == "text")


def _save_papers(
    context: PaperContext, names: tuple[str, ...], options: PaperOptions, root: Path, style: FormatOptions
) -> None:
    """Save each paper in each format and print the paths, even when a later paper fails."""
    paths = list_output_paths(root, options, names)
    documents = {name: build_paper(context, name, options.meeting) for name in names}
    saved_paths = []
    try:
        with show_progress("Producing papers", len(paths)) as advance:
            for (name, format_), path in paths.items():
                write_file(path, format_.write(documents[name], style))
                saved_paths.append(path)
                advance()
    finally:
        for path in saved_paths:
            print_path(path)


def list_output_paths(root: Path, options: PaperOptions, names: Iterable[str]) -> dict[tuple[str, Format], Path]:
    """Return the file of each paper in each format. Raises an error for a place where no paper may be written."""
    suffix = "" if options.audience == Audience.PUBLIC else f"-{options.audience}"
    papers = [(name, format_) for name in names for format_ in options.formats]
    folder = Path(options.output) if options.output else root / "build"
    if options.output and len(papers) == 1 and not options.output.endswith(("/", "\\")) and not is_folder(folder):
        paths = dict.fromkeys(papers, folder)
    else:
        paths = {(name, format_): folder / f"{name}{suffix}.{format_.name}" for name, format_ in papers}
    for path in paths.values():
        require_output_place(path, root)
    return paths


DECLARED_REGISTER = "register"
"""The report of declared registers. The folder of one is the name of a paper of it alone."""


def select_papers(context: PaperContext, names: Iterable[str], *, all_papers: bool) -> tuple[str, ...]:
    """Return the named papers, or all of the programme (the built-in reports where it names none).

    Raises `UsageError` for an unknown name, with the nearest.
    """
    papers = tuple(context.register.programme.reports)
    declared_folders = tuple(kind.folder for kind in context.register.kinds if kind.is_declared)
    if all_papers:
        return papers or tuple(name for name in REPORTS if declared_folders or name != DECLARED_REGISTER)
    known_names = tuple(dict.fromkeys((*papers, *REPORTS, *declared_folders)))
    for name in names:
        if name not in known_names:
            raise UsageError(
                f"{quote(name)} is not a paper.{did_you_mean(name, known_names)} Use {join_words(known_names, 'or')}."
            )
    return tuple(names)


def select_papers_for(context: PaperContext, meeting: Meeting, names: Iterable[str]) -> tuple[str, ...]:
    """Return the named papers, or every paper of the programme for a meeting. Raises `UsageError` without any."""
    if named_papers := select_papers(context, names, all_papers=False):
        return named_papers
    papers = select_papers(context, (), all_papers=True)
    if selected := tuple(name for name in papers if _is_paper_for(context, name, meeting)):
        return selected
    raise UsageError(f"No paper of the programme is for {meeting.id}. Name the papers after the meeting.")


def _is_paper_for(context: PaperContext, name: str, meeting: Meeting) -> bool:
    """Whether a paper is for a meeting: it follows up a source of the meeting's body, or of our own organisation."""
    paper = context.register.programme.reports.get(name)
    source = context.register.find_source(paper.source) if paper and paper.source else None
    if source is None:
        return True
    if source.body is not None:
        return meeting.body in {None, source.body}
    return source.organisation in {None, context.register.programme.organisation}


def needs_history(context: PaperContext, names: Iterable[str]) -> bool:
    """Whether one of these papers shows more with the history of the register."""
    report_names = [_report_name(context, name) for name in names]
    return any(name in REPORTS and REPORTS[name].uses_history for name in report_names)


def _report_name(context: PaperContext, paper_name: str) -> str:
    paper = context.register.programme.reports.get(paper_name)
    if paper is None and any(kind.is_declared and kind.folder == paper_name for kind in context.register.kinds):
        return DECLARED_REGISTER
    return (paper.report if paper else None) or paper_name


def build_paper(context: PaperContext, name: str, meeting_id: str) -> Document:
    """Return one paper. Raises `OperationError` when the programme makes it with an unknown report."""
    report = _report_name(context, name)
    if report not in REPORTS:
        raise OperationError(
            f"data/programme.yaml: {quote(report)} is not a report, so the paper {name} cannot be produced."
            f"{did_you_mean(report, REPORTS)} Use {join_words(tuple(REPORTS), 'or')}."
        )
    next_meeting = _find_next_meeting(context, name)
    meeting = find_meeting(context.register, meeting_id) if meeting_id else next_meeting
    document = REPORTS[report].build(replace(context, report=name, meeting=meeting))
    document = add_error_notice(document, context.problems, context.wording)
    if document.provenance and meeting and meeting != next_meeting:
        # The command that produces the paper again has to name the meeting.
        return replace(document, provenance=replace(document.provenance, meeting=meeting.id))
    return document


def _find_next_meeting(context: PaperContext, name: str) -> Meeting | None:
    """Return the first meeting on or after the position date that the paper is for."""
    upcoming = [
        (meeting.date.latest, meeting.id, meeting)
        for meeting in context.register.programme.meetings
        if meeting.date.latest is not None
        and meeting.date.latest >= context.as_of
        and _is_paper_for(context, name, meeting)
    ]
    return min(upcoming, key=lambda entry: entry[:2])[2] if upcoming else None


def find_meeting(register: Register, meeting_id: str) -> Meeting:
    """Return the meeting with an id. Raises `UsageError` for an unknown one, with the nearest."""
    meeting = register.find_meeting(meeting_id)
    if meeting is not None:
        return meeting
    known_ids = [meeting.id for meeting in register.programme.meetings]
    meetings_text = f"Meetings: {', '.join(known_ids)}." if known_ids else "data/programme.yaml has no meetings."
    raise UsageError(f"{quote(meeting_id)} is not a meeting.{did_you_mean(meeting_id, known_ids)} {meetings_text}")
