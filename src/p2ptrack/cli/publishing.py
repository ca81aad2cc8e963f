"""The work of publish: the papers of a meeting are made from what is committed, put out and sealed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from p2ptrack import __version__
from p2ptrack.analysis.case import Case, RegisterProvenance
from p2ptrack.cli.clock import resolve_date
from p2ptrack.cli.opened import find_register_folder
from p2ptrack.cli.options import RegisterOptions
from p2ptrack.cli.papers import build_paper, find_meeting, needs_history, select_papers_for
from p2ptrack.cli.screen import write_notice, write_output
from p2ptrack.cli.writing import stage_files
from p2ptrack.diagnostics import Severity, count_by_severity, escape_control_characters
from p2ptrack.errors import CheckFailed, OperationError, UsageError
from p2ptrack.formats import FORMATS, FormatOptions
from p2ptrack.formats.office.package import collect_versions
from p2ptrack.model.programme import Meeting
from p2ptrack.model.register import format_meeting_title
from p2ptrack.phrases import pluralise
from p2ptrack.pipeline import open_publication_case, run_checks, with_published_history
from p2ptrack.reports.publication_manifest import (
    CONTENT_FORMAT,
    PublicationManifest,
    format_tag_message,
    parse_manifest,
)
from p2ptrack.store.git import list_modified_paths
from p2ptrack.store.git.publication_tags import (
    already_published_error,
    check_tag_name,
    create_tag,
    foreign_tag_error,
    format_tag_name,
    list_tagged_meetings,
    read_tag_message,
)
from p2ptrack.store.git.repository import Repository
from p2ptrack.store.git.revision_lookup import list_published_meetings
from p2ptrack.store.git.snapshot import Snapshot, load_snapshot, with_templates
from p2ptrack.store.git.state import describe_detached_head, require_finished_state, require_own_files
from p2ptrack.store.templates import template_folders

_MAX_LISTED = 5
PaperFiles = Mapping[str, Mapping[str, bytes]]


@dataclass(frozen=True, slots=True)
class PublishOptions:
    """What was asked for: the meeting, its papers (none: all that go to it), formats, and where to."""

    meeting: str
    reports: tuple[str, ...]
    formats: tuple[str, ...]
    output: str


def publish_papers(options: PublishOptions, register_options: RegisterOptions) -> None:
    """Make the papers from the commit that the register stands at, put them out, and seal them."""
    root = find_register_folder(register_options)
    repository = Repository.find(root)
    _require_publishable(repository, options.meeting)
    if notice := describe_detached_head(repository):
        write_notice(notice)
    with with_templates(load_snapshot(root, repository.head, strict=True)) as committed:
        meeting = find_meeting(committed.loaded.register, options.meeting)
        as_of = _resolve_papers_date(meeting, register_options)
        case = _open_checked_case(committed, as_of, meeting)
        names = select_papers_for(case, meeting, options.reports)
        case = with_published_history(case, committed) if needs_history(case, names) else case
        papers = build_papers(case, committed, dict.fromkeys(names, (*options.formats, CONTENT_FORMAT)), meeting.id)
    manifest = _build_manifest(case, (meeting.id, repository.prefix), papers, collect_versions(options.formats))
    files = _files_by_path(papers, Path(options.output) if options.output else root / "build", options.formats)
    with stage_files(files) as replace_files:
        create_tag(repository, meeting.id, repository.head, format_tag_message(manifest, format_meeting_title(meeting)))
        write_notice(
            f"Published as the tag {format_tag_name(meeting.id)}. Share it with: git push origin {format_tag_name(meeting.id)}"
        )
        try:
            replace_files()
        except OperationError as error:
            raise OperationError(f"{error} {_reproduce_advice(meeting, as_of, options)}") from error
    _print_paths(files)


def _require_publishable(repository: Repository, meeting: str) -> None:
    """Raise `CheckFailed` for a meeting that is published already, and for files that are not committed."""
    check_tag_name(repository, meeting)
    require_own_files(repository)
    require_finished_state(repository)
    if meeting in list_tagged_meetings(repository):
        manifest = parse_manifest(read_tag_message(repository, meeting))
        is_ours = meeting in list_published_meetings(repository.root, repository.prefix)
        raise (
            already_published_error(meeting)
            if is_ours or manifest is None
            else foreign_tag_error(meeting, manifest.register_folder or "")
        )
    files = list_modified_paths(repository.root, repository.head)
    if files:
        more_text = f" and {len(files) - _MAX_LISTED} more" if len(files) > _MAX_LISTED else ""
        raise CheckFailed(
            f"Not committed as it stands: {escape_control_characters(', '.join(files[:_MAX_LISTED]))}{more_text}. So nothing was published. "
            "Commit it first, or take it back."
        )


def _reproduce_advice(meeting: Meeting, as_of: date, options: PublishOptions) -> str:
    """Return how to get papers that were sealed and could not be put in place."""
    formats = " ".join(f"--format {format_name}" for format_name in options.formats)
    papers = " ".join(options.reports) or "--all"
    command = f"p2ptrack render {papers} --at {meeting.id} --as-of {as_of.isoformat()} --meeting {meeting.id} {formats}"
    return f"The meeting is published all the same; make its papers with: {command} --output PATH"


def _resolve_papers_date(meeting: Meeting, register_options: RegisterOptions) -> date:
    if register_options.as_of is None and meeting.date.latest is None:
        raise UsageError(f"The meeting {meeting.id} has no day yet. Write its day in data/programme.yaml first.")
    return (
        meeting.date.latest
        if register_options.as_of is None and meeting.date.latest
        else resolve_date(register_options.as_of)
    )


def _open_checked_case(snapshot: Snapshot, as_of: date, meeting: Meeting) -> Case:
    """Return the case for the papers. Raises `CheckFailed` when the register has errors, or its history shows one."""
    errors = count_by_severity(
        run_checks(snapshot.repository.root, as_of, snapshot, history=True).problems, Severity.ERROR
    )
    if errors:
        raise CheckFailed(
            f"The register has {pluralise(errors, 'error')}, so nothing was published. "
            "See what to mend with: p2ptrack check --history"
        )
    return open_publication_case(
        snapshot,
        as_of,
        resolve_date(None),
        RegisterProvenance(__version__, snapshot.commit, published_meetings=(meeting.id,)),
    )


def build_papers(
    case: Case, snapshot: Snapshot, formats_by_paper: Mapping[str, Iterable[str]], meeting: str
) -> PaperFiles:
    """Return papers for a meeting, each in its formats."""
    style = FormatOptions(
        templates=template_folders(snapshot.templates_folder or snapshot.repository.root), wording=case.wording
    )
    return {
        name: dict(_write_formats(case, name, (meeting, style), formats)) for name, formats in formats_by_paper.items()
    }


def _write_formats(
    case: Case, name: str, meeting_and_style: tuple[str, FormatOptions], formats: Iterable[str]
) -> Iterator[tuple[str, bytes]]:
    meeting, style = meeting_and_style
    document = build_paper(case, name, meeting)
    for format_name in dict.fromkeys(formats):
        yield format_name, FORMATS[format_name].write(document, style)


def compute_digests(papers: PaperFiles) -> dict[str, dict[str, str]]:
    """Return the SHA-256 of each paper in each format."""
    return {
        name: {format_name: sha256(data).hexdigest() for format_name, data in files.items()}
        for name, files in papers.items()
    }


def _files_by_path(papers: PaperFiles, folder: Path, formats: tuple[str, ...]) -> Mapping[Path, bytes]:
    return {
        folder / f"{name}.{format_name}": files[format_name]
        for name, files in papers.items()
        for format_name in formats
    }


def _print_paths(paths: Iterable[Path]) -> None:
    working_folder = Path.cwd()
    for path in paths:
        write_output(
            f"{path.relative_to(working_folder) if path.is_relative_to(working_folder) else path}\n".encode(),
            as_text=True,
        )


def _build_manifest(
    case: Case, meeting_and_folder: tuple[str, str], papers: PaperFiles, program_versions: Mapping[str, str]
) -> PublicationManifest:
    published_ids = tuple(sorted(case.history.published_positions)) if case.history else ()
    meeting, register_folder = meeting_and_folder
    return PublicationManifest(
        meeting=meeting,
        register_folder=register_folder,
        commit=case.provenance.commit,
        as_of=case.as_of,
        sealed_on=resolve_date(None),
        published=published_ids,
        versions=program_versions,
        papers=compute_digests(papers),
    )
