"""The work of render: papers are made, refused or delivered."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from p2ptrack.analysis.audience import Audience
from p2ptrack.analysis.case import Case
from p2ptrack.cli.clock import resolve_date
from p2ptrack.cli.opened import find_register_folder, warn_about_limits
from p2ptrack.cli.options import RegisterOptions
from p2ptrack.cli.papers import build_paper, needs_history, select_papers
from p2ptrack.cli.past import open_snapshot_with_templates, resolve_position_date
from p2ptrack.cli.screen import terminal_style, write_notice, write_output
from p2ptrack.cli.writing import save_file
from p2ptrack.diagnostics import Severity, count_by_severity, escape_control_characters
from p2ptrack.errors import CheckFailed, OperationError, UsageError
from p2ptrack.formats import Format, FormatOptions
from p2ptrack.phrases import pluralise
from p2ptrack.pipeline import find_uncertain_ids, open_paper_case, with_history
from p2ptrack.store.git.worktree import explain_unknown_head
from p2ptrack.store.templates import template_folders

if TYPE_CHECKING:
    from p2ptrack.store.git.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class PaperOptions:
    """What was asked for: papers, formats, where to, for which meeting and for whom."""

    reports: tuple[str, ...]
    all_papers: bool
    formats: tuple[Format, ...]
    output: str
    meeting: str
    allow_problems: bool
    audience: Audience = Audience.PUBLIC
    attach_data: bool = False


def render_papers(options: PaperOptions, register_options: RegisterOptions) -> None:
    """Make the papers and put them where they are wanted."""
    if options.all_papers == bool(options.reports):
        raise UsageError("Name the papers to make, or write --all. See: p2ptrack render --help")
    root = find_register_folder(register_options)
    with open_snapshot_with_templates(register_options, root) as snapshot:
        _render_selected(
            options,
            root,
            _open_case(options, (root, resolve_position_date(register_options, snapshot)), snapshot),
            snapshot,
        )


def _render_selected(options: PaperOptions, root: Path, case: Case, snapshot: Snapshot | None) -> None:
    names = select_papers(case, options.reports, all_papers=options.all_papers)
    several = len(names) * len(options.formats) > 1
    if several and options.output == "-":
        raise UsageError("Standard output takes one paper in one format. Name a folder after --output instead.")
    folders = template_folders(snapshot.templates_folder if snapshot and snapshot.templates_folder else root)
    style = replace(terminal_style(), templates=folders, wording=case.wording, colour=False)
    style = replace(style, attach_data=options.attach_data)
    suffix = "" if options.audience is Audience.PUBLIC else f"-{options.audience.value}"
    if needs_history(case, names):
        case = _add_history(case, root, snapshot)
    documents = {name: build_paper(case, name, options.meeting) for name in names}
    for name, document in documents.items():
        for format_ in options.formats:
            data = format_.write(
                document, style if options.output == "-" else replace(style, width=FormatOptions().width)
            )
            _deliver_paper(
                data, _output_path(root, options.output, f"{name}{suffix}.{format_.name}", several=several), format_
            )


def _add_history(case: Case, root: Path, snapshot: Snapshot | None) -> Case:
    """Return the case with its history; where that is not all here, say so and go on with the register's own dates."""
    try:
        return with_history(case, root, snapshot)
    except OperationError as error:
        if case.provenance.commit:
            write_notice(str(error))
            write_notice("Until then the paper tells movement by the dates in the register alone.")
        return case


def _open_case(options: PaperOptions, root_and_date: tuple[Path, date], snapshot: Snapshot | None) -> Case:
    """Return the case for papers. Raises `CheckFailed` when the register has errors and that was not allowed."""
    case = open_paper_case(*root_and_date, options.audience, resolve_date(None), snapshot)
    warn_about_limits(case, snapshot)
    if snapshot is None and not case.provenance.commit and (reason := explain_unknown_head(root_and_date[0])):
        write_notice(f"The paper cannot name its commit. {reason}")
    if snapshot is not None and options.audience is Audience.PUBLIC:
        _warn_about_withheld(find_uncertain_ids(snapshot, case.as_of, resolve_date(None)))
    errors = count_by_severity(case.problems, Severity.ERROR)
    if errors and not options.allow_problems:
        raise CheckFailed(_format_refusal(pluralise(errors, "error"), snapshot))
    return case


def _warn_about_withheld(withheld_ids: tuple[str, ...]) -> None:
    if withheld_ids:
        reason = "Not found as it was in today's register, or not readable there"
        write_notice(
            f"{reason}, so withheld from a public paper: {escape_control_characters(', '.join(withheld_ids))}."
        )


def _format_refusal(errors: str, snapshot: Snapshot | None) -> str:
    if snapshot is None:
        advice = "See what to mend with: p2ptrack check (or make it all the same with --allow-problems)"
        return f"The register has {errors}, so no paper was made. {advice}"
    advice = (
        f"See them with: p2ptrack check --at {snapshot.short_commit} (or make it all the same with --allow-problems)"
    )
    return f"The register had {errors} at that commit, so no paper was made. {advice}"


def _output_path(root: Path, output: str, name: str, *, several: bool) -> Path | None:
    """Return where a paper goes; None is standard output."""
    if output == "-":
        return None
    if not output:
        return root / "build" / name
    is_folder = several or output.endswith(("/", "\\")) or Path(output).is_dir()
    return Path(output) / name if is_folder else Path(output)


def _deliver_paper(data: bytes, path: Path | None, format_: Format) -> None:
    if path is not None:
        save_file(path, data)
        working_folder = Path.cwd()
        write_output(
            f"{path.relative_to(working_folder) if path.is_relative_to(working_folder) else path}\n".encode(),
            as_text=True,
        )
    elif format_.binary and sys.stdout.isatty():
        raise UsageError(f"A {format_.name.upper()} cannot be shown here. Name a file after --output instead of -.")
    else:
        write_output(data, as_text=format_.name == "text")
