"""Publish the papers of a meeting from a commit, and verify them later against the recorded fingerprints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from p2ptrack import __version__
from p2ptrack.analysis.case import RegisterProvenance
from p2ptrack.cli.options import RegisterOptions, resolve_date
from p2ptrack.cli.register import find_register_folder
from p2ptrack.cli.render import build_paper, find_meeting, needs_history, select_papers_for
from p2ptrack.cli.terminal import print_path, show_progress, write_notice, write_text
from p2ptrack.diagnostics import Severity, count_by_severity, escape_control_characters
from p2ptrack.errors import CheckFailed, OperationError, UsageError
from p2ptrack.formats import FORMATS, VERSIONED_PACKAGES, collect_versions
from p2ptrack.model.dates import format_long_date
from p2ptrack.model.programme import Meeting
from p2ptrack.model.register import format_meeting_title
from p2ptrack.phrases import did_you_mean, excerpt, join_ids, pluralise, quote
from p2ptrack.pipeline import open_publication_case, run_checks, with_published_history
from p2ptrack.reports.context import PaperContext
from p2ptrack.reports.document import FormatOptions
from p2ptrack.reports.publication_manifest import (
    CONTENT_FORMAT,
    PROGRAM,
    ManifestComparison,
    PublicationManifest,
    compare_papers,
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
from p2ptrack.store.git.worktree import describe_detached_head, require_finished_state, require_own_files
from p2ptrack.store.templates import template_folders
from p2ptrack.store.writing import require_output_place, stage_files

_DATA_PREFIX = "data/"
_MAX_LISTED = 5
_TAG_ADVICE = "Ask the person who looks after the repository whether the tag was moved or changed."

PaperFiles = Mapping[str, Mapping[str, bytes]]
"""The bytes of papers, by the name of the paper and of the format."""


@dataclass(frozen=True, slots=True)
class PublishOptions:
    """The meeting to publish, its papers (none: all that are for it), their formats, and the folder for them."""

    meeting: str
    reports: tuple[str, ...]
    formats: tuple[str, ...]
    output: str


def publish_papers(options: PublishOptions, register_options: RegisterOptions) -> None:
    """Produce the papers of a meeting from the last commit, save them, and record their fingerprints in a tag.

    The tag is created only after every file could be written under a temporary name. Raises `CheckFailed` when the
    meeting is already published, files are not committed, or the register has errors.
    """
    root = find_register_folder(register_options)
    repository = Repository.find(root)
    _require_publishable(repository, options.meeting)
    if notice := describe_detached_head(repository):
        write_notice(notice)
    with with_templates(load_snapshot(root, repository.head, strict=True)) as snapshot:
        meeting = find_meeting(snapshot.loaded.register, options.meeting)
        as_of, reason = _resolve_papers_date(meeting, register_options)
        context = _open_checked_case(snapshot, as_of, meeting)
        names = select_papers_for(context, meeting, options.reports)
        if needs_history(context, names):
            context = with_published_history(context, snapshot)
        papers = _build_papers(context, snapshot, dict.fromkeys(names, (*options.formats, CONTENT_FORMAT)), meeting.id)
    manifest = PublicationManifest(
        meeting=meeting.id,
        register_folder=repository.prefix,
        commit=context.provenance.commit,
        as_of=as_of,
        sealed_on=resolve_date(None),
        published=tuple(sorted(context.history.published_positions)) if context.history else (),
        versions=collect_versions(options.formats),
        papers=_compute_digests(papers),
    )
    folder = Path(options.output) if options.output else root / "build"
    files = {
        folder / f"{name}.{format_name}": formats[format_name]
        for name, formats in papers.items()
        for format_name in options.formats
    }
    for path in files:
        require_output_place(path, root)
    with stage_files(files) as put_in_place:
        create_tag(repository, meeting.id, repository.head, format_tag_message(manifest, format_meeting_title(meeting)))
        tag = format_tag_name(meeting.id)
        write_notice(f"Calculated as at {format_long_date(as_of)}, {reason}.")
        write_notice(f"Published as the tag {tag}. To share it: git push origin {tag}")
        try:
            put_in_place()
        except OperationError as error:
            raise OperationError(f"{error} {_reproduce_advice(meeting, as_of, options)}") from error
    for path in files:
        print_path(path)


def _require_publishable(repository: Repository, meeting_id: str) -> None:
    """Raise `CheckFailed` when the meeting is already published, or files have changes that are not committed."""
    check_tag_name(repository, meeting_id)
    require_own_files(repository)
    require_finished_state(repository, "publish")
    if meeting_id in list_tagged_meetings(repository):
        manifest = parse_manifest(read_tag_message(repository, meeting_id))
        is_ours = meeting_id in list_published_meetings(repository.root, repository.prefix)
        if is_ours or manifest is None:
            raise already_published_error(meeting_id)
        raise foreign_tag_error(meeting_id, manifest.register_folder or "")
    files = list_modified_paths(repository.root, repository.head)
    if files:
        names = escape_control_characters(join_ids(files, _MAX_LISTED))
        raise CheckFailed(
            f"Nothing was published, because changes in these files are not committed: {names}. Commit them first."
        )


def _resolve_papers_date(meeting: Meeting, register_options: RegisterOptions) -> tuple[date, str]:
    """Return the position date of a meeting's papers, and in words why it is that one.

    `--as-of` comes first. Otherwise it is today, or the day on which the papers closed (without `papers_due` that of
    the meeting) when that has passed. Papers are out before their meeting, so a day in the future is never assumed.
    """
    today = resolve_date(None)
    if register_options.as_of is not None:
        as_of = resolve_date(register_options.as_of)
        return as_of, "which is in the future" if as_of > today else "as you asked"
    if meeting.date.latest is None:
        raise UsageError(f"The meeting {meeting.id} has no date. Add its date to data/programme.yaml first.")
    closing_days = [
        (day.latest, reason)
        for day, reason in ((meeting.papers_due, "when its papers were due"), (meeting.date, "the day of the meeting"))
        if day is not None and day.latest is not None
    ]
    return min([(today, "today"), *closing_days], key=lambda pair: pair[0])


def _open_checked_case(snapshot: Snapshot, as_of: date, meeting: Meeting) -> PaperContext:
    """Return the context for the papers. Raises `CheckFailed` when the register or its history has errors."""
    with show_progress("Checking the history"):
        result = run_checks(snapshot.repository.root, as_of, snapshot, history=True)
    error_count = count_by_severity(result.problems, Severity.ERROR)
    if error_count:
        raise CheckFailed(
            f"The register has {pluralise(error_count, 'error')}, so nothing was published. "
            "To see why: p2ptrack check --history"
        )
    provenance = RegisterProvenance(__version__, snapshot.commit, published_meetings=(meeting.id,))
    return open_publication_case(snapshot, as_of, resolve_date(None), provenance)


def _build_papers(
    context: PaperContext, snapshot: Snapshot, formats_by_paper: Mapping[str, Iterable[str]], meeting_id: str
) -> PaperFiles:
    """Return papers for a meeting, each in its formats."""
    templates = template_folders(snapshot.templates_folder or snapshot.repository.root)
    style = FormatOptions(templates=templates, wording=context.wording)
    papers: dict[str, dict[str, bytes]] = {}
    with show_progress("Producing papers", sum(len(set(formats)) for formats in formats_by_paper.values())) as advance:
        for name, formats in formats_by_paper.items():
            document = build_paper(context, name, meeting_id)
            papers[name] = {}
            for format_name in dict.fromkeys(formats):
                papers[name][format_name] = FORMATS[format_name].write(document, style)
                advance()
    return papers


def _compute_digests(papers: PaperFiles) -> dict[str, dict[str, str]]:
    """Return the fingerprint (SHA-256) of each paper in each format."""
    return {
        name: {format_name: sha256(data).hexdigest() for format_name, data in formats.items()}
        for name, formats in papers.items()
    }


def _reproduce_advice(meeting: Meeting, as_of: date, options: PublishOptions) -> str:
    """Return how to get papers that were published but could not be saved."""
    formats = " ".join(f"--format {format_name}" for format_name in options.formats)
    papers = " ".join(options.reports) or "--all"
    command = f"p2ptrack render {papers} --at {meeting.id} --as-of {as_of.isoformat()} --meeting {meeting.id} {formats}"
    return f"The meeting is published. To save its papers: {command} --output PATH"


def verify_papers(meeting_id: str, register_options: RegisterOptions) -> None:
    """Produce the papers of a published meeting again and print for each whether it is equal.

    Raises `CheckFailed` when one differs, and `OperationError` when other versions of the software may be the cause.
    """
    repository = Repository.find(find_register_folder(register_options))
    manifest = _load_manifest(repository, meeting_id)
    with with_templates(load_snapshot(repository.root, f"refs/tags/{format_tag_name(meeting_id)}")) as snapshot:
        _require_same_register(manifest, meeting_id, snapshot)
        papers = _rebuild_papers(manifest, snapshot)
    format_names = {format_name for formats in manifest.papers.values() for format_name in formats}
    comparison = compare_papers(manifest, _compute_digests(papers), collect_versions(format_names))
    for verdict, files in (("equal", comparison.matching_files), ("different", comparison.different_files)):
        for file in files:
            write_text(f"{escape_control_characters(file)}: {verdict}\n")
    if comparison.different_files:
        raise _explain_difference(comparison, manifest, snapshot.commit)


def _load_manifest(repository: Repository, meeting_id: str) -> PublicationManifest:
    published_ids = list_tagged_meetings(repository)
    if meeting_id not in published_ids:
        published = f"Published: {', '.join(published_ids)}." if published_ids else "No meeting is published here."
        raise UsageError(
            f"The meeting {quote(meeting_id)} is not published.{did_you_mean(meeting_id, published_ids)} {published} "
            "If it was published from another copy of the repository, fetch its tag: git fetch --tags"
        )
    manifest = parse_manifest(read_tag_message(repository, meeting_id))
    if manifest is None:
        raise OperationError(
            f"The tag {format_tag_name(meeting_id)} was not created by p2ptrack publish, so there is nothing to "
            f"compare with. To produce the papers: p2ptrack render --all --at {meeting_id}"
        )
    return manifest


def _require_same_register(manifest: PublicationManifest, meeting_id: str, snapshot: Snapshot) -> None:
    """Raise when a tag was created for another meeting, or by another register in the repository."""
    tag = format_tag_name(meeting_id)
    if manifest.meeting != meeting_id:
        raise CheckFailed(f"The tag {tag} was created for the meeting {quote(manifest.meeting)}. {_TAG_ADVICE}")
    if manifest.register_folder not in {None, snapshot.data_folder.removesuffix(_DATA_PREFIX)}:
        folder = escape_control_characters(manifest.register_folder.rstrip("/")) or "the top folder of the repository"
        raise UsageError(f"{tag} was published by another register, in {folder}. Run p2ptrack verify there.")


def _rebuild_papers(manifest: PublicationManifest, snapshot: Snapshot) -> PaperFiles:
    version = manifest.versions.get(PROGRAM, "")
    provenance = RegisterProvenance(version, snapshot.commit, published_meetings=(manifest.meeting,))
    context = open_publication_case(snapshot, manifest.as_of, manifest.sealed_on, provenance)
    if needs_history(context, manifest.papers):
        with show_progress("Reading the history"):
            context = with_published_history(context, snapshot, manifest.published)
    formats_by_paper = {
        name: [format_name for format_name in formats if format_name in FORMATS]
        for name, formats in manifest.papers.items()
    }
    return _build_papers(context, snapshot, formats_by_paper, manifest.meeting)


def _explain_difference(
    comparison: ManifestComparison, manifest: PublicationManifest, commit: str
) -> CheckFailed | OperationError:
    """Return why papers differ: the tag was moved, the papers were changed, or other versions were used."""
    tag = format_tag_name(manifest.meeting)
    files = pluralise(len(comparison.different_files), "file is", "files are")
    if manifest.commit not in {"", commit}:
        old_commit = excerpt(manifest.commit)
        return CheckFailed(
            f"{files} not what was published. The tag {tag} was created at the commit {old_commit} and is now at "
            f"{commit}. {_TAG_ADVICE}"
        )
    if not comparison.is_explained_by_versions:
        return CheckFailed(
            f"{files} not what was published as {tag}, and no change of versions explains it. {_TAG_ADVICE}"
        )
    changed = ", ".join(f"{name} {new} instead of {old}" for name, (old, new) in _sorted_versions(comparison))
    content = "The content of the papers differs too." if comparison.changed_papers else "Their content is equal."
    return OperationError(
        escape_control_characters(
            f"{files} not equal, and the versions differ: {changed}. {content} {_install_advice(comparison)}"
        )
    )


def _sorted_versions(comparison: ManifestComparison) -> list[tuple[str, tuple[str, str]]]:
    return sorted(comparison.changed_versions.items())


def _install_advice(comparison: ManifestComparison) -> str:
    """Return how to get the versions that the papers were produced with."""
    old_versions = {name: old for name, (old, _) in _sorted_versions(comparison)}
    programs = [f"{name} {old}" for name, old in old_versions.items() if name not in VERSIONED_PACKAGES]
    packages = [f"{name}=={old_versions[name]}" for name in VERSIONED_PACKAGES if name in old_versions]
    advice = []
    if programs:
        advice.append(f"use a computer that has {', '.join(programs)}")
    if packages:
        advice.append(f"install them with: python -m pip install {' '.join(packages)}")
    return f"To compare byte for byte, {', and '.join(advice)}"
