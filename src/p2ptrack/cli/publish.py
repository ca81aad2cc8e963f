"""Publish the papers of a meeting from a commit, and verify them later against the recorded fingerprints."""

from __future__ import annotations

import os
import shlex
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from secrets import token_hex
from typing import Any

from p2ptrack import __version__
from p2ptrack.analysis.case import RegisterProvenance
from p2ptrack.analysis.redaction import Audience
from p2ptrack.analysis.redaction.exemptions import list_exempt_items
from p2ptrack.cli.options import RegisterOptions, resolve_date
from p2ptrack.cli.register import find_register_folder, resolve_as_of
from p2ptrack.cli.render import build_paper, find_meeting, needs_history, select_papers_for
from p2ptrack.cli.terminal import print_path, show_progress, write_notice, write_text
from p2ptrack.diagnostics import Severity, count_by_severity, escape_control_characters
from p2ptrack.errors import CheckFailed, OperationError, UsageError, describe_os_error
from p2ptrack.formats import FORMATS, VERSIONED_PACKAGES, collect_versions
from p2ptrack.model.dates import format_long_date
from p2ptrack.model.history import SHORT_COMMIT_LENGTH, PublicationIdentity
from p2ptrack.model.programme import Meeting
from p2ptrack.model.register import format_meeting_title
from p2ptrack.phrases import did_you_mean, excerpt, has_other_number, join_ids, pluralise, quote
from p2ptrack.pipeline import find_newer_exemptions, open_publication_case, run_checks, with_published_history
from p2ptrack.reports.context import PaperContext
from p2ptrack.reports.document import FormatOptions
from p2ptrack.reports.publication_manifest import (
    CONTENT_FORMAT,
    FINGERPRINT_LENGTH,
    PROGRAM,
    PROGRAM_FILES,
    ManifestComparison,
    PublicationManifest,
    compare_papers,
    compute_fingerprint,
    format_tag_message,
    parse_manifest,
)
from p2ptrack.store.git.publication_tags import (
    FormerTag,
    already_published_error,
    check_signature,
    check_tag_name,
    create_tag,
    find_lost_publications,
    foreign_tag_error,
    format_tag_name,
    list_former_tags,
    list_tagged_meetings,
    read_identity,
    read_publication_identities,
    read_tag_message,
)
from p2ptrack.store.git.repository import Repository
from p2ptrack.store.git.revision_lookup import list_published_meetings
from p2ptrack.store.git.snapshot import Snapshot, load_snapshot, with_templates
from p2ptrack.store.git.worktree import (
    is_on_branch,
    list_modified_paths,
    list_sparse_paths,
    require_finished_state,
    require_own_files,
)
from p2ptrack.store.templates import list_unused_logos, template_folders
from p2ptrack.store.writing import remove_leftovers, require_output_place, stage_files
from p2ptrack.values import dataclass

_MAX_VERSION = 16
_DATA_PREFIX = "data/"
_MAX_LISTED = 5
_COMPARE_ADVICE = "Compare it with the minutes, or with the last page of the next meeting's papers."
_TAG_ADVICE = "Ask the person who looks after the repository whether the tag was moved or changed."

PaperFiles = Mapping[str, Mapping[str, bytes]]
"""The bytes of papers, by the name of the paper and of the format."""


@dataclass(frozen=True, slots=True)
class PublishOptions:
    """The meeting to publish, its papers (none: all that are for it), their formats, and the folder for them.

    The members' copies are sealed too for the audience `members`, and without an audience where something is exempt.
    """

    meeting: str
    reports: tuple[str, ...]
    formats: tuple[str, ...]
    output: str
    audience: Audience | None = None


def publish_papers(options: PublishOptions, register_options: RegisterOptions) -> None:
    """Produce the papers of a meeting from the last commit, save the public ones, and record fingerprints in a tag.

    The tag is created only after every file could be written under a temporary name. Raises `CheckFailed` when the
    meeting is already published, files are not committed, or the register has errors.
    """
    root = find_register_folder(register_options)
    folder = Path(options.output) if options.output else root / "build"
    repository = Repository.find(root)
    remove_leftovers(folder)  # a run that was killed after it created the tag left the papers under temporary names
    _require_publishable(repository, options.meeting, folder)
    if not is_on_branch(repository):
        commit = repository.head[:SHORT_COMMIT_LENGTH]
        write_notice(f"No branch is checked out (detached HEAD). Publishing the commit {commit}.")
    publication = prepare_publication(repository, options, register_options, resolve_date(None))
    paths = {folder / name: data for name, data in publication.files.items()}
    for path in paths:
        require_output_place(path, root)
    manifest = publication.manifest
    with stage_files(paths) as replace_files:
        create_tag(repository, manifest.meeting, repository.head, publication.message)
        write_notice(f"Calculated as at {format_long_date(manifest.as_of)}, {publication.reason}.")
        _report_publication(manifest, read_identity(repository, manifest.meeting), publication.former_tags)
        try:
            replace_files()
        except OperationError as error:
            advice = f"The meeting is published, and its papers are not saved. {_advise_on_making_again(manifest)}"
            raise OperationError(f"{error} {advice}") from error
    for path in paths:
        print_path(path)


@dataclass(frozen=True, slots=True)
class PreparedPublication:
    """The public papers of a meeting by file name, what its tag records, and why they have their position date."""

    files: Mapping[str, bytes]
    manifest: PublicationManifest
    message: str
    reason: str
    former_tags: tuple[FormerTag, ...]


def prepare_publication(
    repository: Repository, options: PublishOptions, register_options: RegisterOptions, today: date
) -> PreparedPublication:
    """Return the papers of a meeting from the last commit, as they are published on a day; nothing is written.

    Raises `CheckFailed` when the register has errors.
    """
    with with_templates(load_snapshot(repository.root, repository.head, strict=True)) as snapshot:
        meeting = find_meeting(snapshot.loaded.register, options.meeting)
        as_of, reason = _resolve_papers_date(meeting, register_options, today)
        context = _open_checked_case(snapshot, as_of, meeting, today)
        names = select_papers_for(context, meeting, options.reports)
        former_tags = list_former_tags(repository, meeting.id)
        manifest = PublicationManifest(
            meeting=meeting.id,
            register_folder=repository.prefix,
            commit=context.provenance.commit,
            as_of=as_of,
            sealed_on=today,
            replaces=tuple(tag.id for tag in former_tags),
            previous=read_publication_identities(repository, repository.head, meeting.id).last,
            records={
                kind.folder: len(snapshot.loaded.register.of_kind(kind)) for kind in snapshot.loaded.register.kinds
            },
            versions=collect_versions(options.formats),
            formats=options.formats,
            papers={name: dict.fromkeys((*options.formats, CONTENT_FORMAT), "") for name in names},
            **_start_members_publication(snapshot, min(as_of, today), options, names),
        )
        files, manifest = _make_papers(manifest, snapshot)
    return PreparedPublication(
        files, manifest, format_tag_message(manifest, format_meeting_title(meeting)), reason, former_tags
    )


def _start_members_publication(
    snapshot: Snapshot, exemption_date: date, options: PublishOptions, names: Iterable[str]
) -> dict[str, Any]:
    """Return the fields of a manifest for the members' copies; none where members see what the public sees."""
    has_exempt_items = bool(list_exempt_items(snapshot.loaded.register, exemption_date))
    is_included = options.audience is Audience.MEMBERS or (options.audience is None and has_exempt_items)
    if not is_included:
        return {}
    formats = dict.fromkeys((*options.formats, CONTENT_FORMAT), "")
    return {"salt": token_hex(16), "members": dict.fromkeys(names, formats)}


def _make_papers(
    manifest: PublicationManifest, snapshot: Snapshot, published: Collection[str] | None = None
) -> tuple[dict[str, bytes], PublicationManifest]:
    """Return the public files to save, and the manifest with the fingerprints of all papers."""
    version = manifest.versions.get(PROGRAM, "")
    published_meetings = {manifest.meeting: manifest.previous}
    provenance = RegisterProvenance(version, snapshot.commit, published_meetings=published_meetings)
    papers_by_audience: dict[Audience, PaperFiles] = {}
    for audience, papers in ((Audience.PUBLIC, manifest.papers), (Audience.MEMBERS, manifest.members)):
        if not papers:
            continue
        context = open_publication_case(snapshot, manifest.as_of, manifest.sealed_on, provenance, audience)
        if needs_history(context, papers):
            with show_progress("Reading the history"):
                context = with_published_history(context, snapshot, published)
            meetings = sorted(context.history.published_positions) if context.history else ()
            manifest = manifest.model_copy(update={"published": tuple(meetings)})
        papers_by_audience[audience] = _build_papers(context, snapshot, papers, manifest.meeting)
    files = {
        f"{name}.{format_name}": formats[format_name]
        for name, formats in papers_by_audience[Audience.PUBLIC].items()
        for format_name in manifest.formats
        if format_name in formats
    }
    fingerprints = {
        "papers": _compute_fingerprints(papers_by_audience[Audience.PUBLIC]),
        "members": _compute_fingerprints(papers_by_audience.get(Audience.MEMBERS, {}), manifest.salt),
    }
    return files, manifest.model_copy(update=fingerprints)


def _report_publication(
    manifest: PublicationManifest, identity: PublicationIdentity, former_tags: tuple[FormerTag, ...]
) -> None:
    """Print what to share and what to put into the minutes, because a repository can be rewritten."""
    tag = format_tag_name(manifest.meeting)
    write_notice(f"Published as the tag {tag}. To share it: git push origin {tag}")
    for former in former_tags:
        write_notice(
            f"This meeting was published before, from the commit {former.commit[:SHORT_COMMIT_LENGTH]} "
            f"(tag {former.id[:SHORT_COMMIT_LENGTH]}). The new tag records that it replaces the earlier one."
        )
    write_notice(
        f"For the minutes: tag {tag} has the id {identity.tag} and the fingerprint {identity.fingerprint}. "
        "Fingerprints (SHA-256) of the papers:"
    )
    for name, fingerprint in manifest.iter_files():
        if not name.endswith(f".{CONTENT_FORMAT}") or CONTENT_FORMAT in manifest.formats:
            write_notice(f"  {fingerprint}  {name}")


def _require_publishable(repository: Repository, meeting_id: str, folder: Path) -> None:
    """Raise `CheckFailed` when the meeting is already published, or files have changes that are not committed."""
    check_tag_name(repository, meeting_id)
    require_own_files(repository)
    require_finished_state(repository, "publish")
    if meeting_id in list_tagged_meetings(repository):
        manifest = parse_manifest(read_tag_message(repository, meeting_id))
        is_published = meeting_id in list_published_meetings(repository.root, repository.prefix)
        if manifest is None:
            repository.require_tagged_commit(format_tag_name(meeting_id))
        if is_published or manifest is None:
            raise already_published_error(meeting_id, _describe_missing_files(manifest, folder) if manifest else "")
        raise foreign_tag_error(meeting_id, manifest.register_folder or "")
    files = list_modified_paths(repository.root, repository.head)
    sparse_paths = list_sparse_paths(repository.root).intersection(files) if files else ()
    if sparse_paths:
        names = escape_control_characters(join_ids(sorted(sparse_paths), _MAX_LISTED))
        raise CheckFailed(
            f"Nothing was published, because these committed files are not in this checkout: {names}. "
            "Run: git sparse-checkout disable"
        )
    deleted = [path for path in files if not os.path.lexists(repository.root / path)]
    if deleted:
        names = escape_control_characters(join_ids(deleted, _MAX_LISTED))
        raise CheckFailed(
            f"Nothing was published, because these committed files were deleted: {names}. To restore them: git restore "
            f"--source=HEAD --staged --worktree -- {escape_control_characters(shlex.join(deleted))}"
        )
    if files:
        names = escape_control_characters(join_ids(files, _MAX_LISTED))
        raise CheckFailed(
            f"Nothing was published, because changes in these files are not committed: {names}. Commit them first."
        )


def _resolve_papers_date(meeting: Meeting, register_options: RegisterOptions, today: date) -> tuple[date, str]:
    """Return the position date of a meeting's papers, and in words why it is that one.

    `--as-of` comes first. Otherwise it is today, or the day on which the papers closed (without `papers_due` that of
    the meeting) when that has passed. Papers are published before their meeting, so a future day is never assumed.
    """
    if register_options.as_of is not None:
        as_of = resolve_as_of(register_options)
        return as_of, "which is in the future" if as_of > today else "as you asked"
    if meeting.date.latest is None:
        raise UsageError(f"The meeting {meeting.id} has no date. Add its date to data/programme.yaml first.")
    closing_days = [
        (day.latest, reason)
        for day, reason in ((meeting.papers_due, "when its papers were due"), (meeting.date, "the day of the meeting"))
        if day is not None and day.latest is not None
    ]
    return min([(today, "today"), *closing_days], key=lambda pair: pair[0])


def _open_checked_case(snapshot: Snapshot, as_of: date, meeting: Meeting, today: date) -> PaperContext:
    """Return the context for the papers. Raises `CheckFailed` when the register or its history has errors."""
    with show_progress("Checking the history"):
        result = run_checks(snapshot.repository.root, as_of, snapshot, history=True)
    error_count = count_by_severity(result.problems, Severity.ERROR)
    if error_count:
        raise CheckFailed(
            f"The register has {pluralise(error_count, 'error')}, so nothing was published. "
            "To see why: p2ptrack check --history"
        )
    withheld_ids = find_newer_exemptions(snapshot, today)
    if withheld_ids:
        raise CheckFailed(
            f"A newer saved version (commit) marks {join_ids(withheld_ids)} as exempt, so nothing was published. "
            "Change to that version, then publish. To see the newer versions: git log --all"
        )
    provenance = RegisterProvenance(__version__, snapshot.commit, published_meetings={meeting.id: None})
    return open_publication_case(snapshot, as_of, today, provenance)


def _describe_missing_files(manifest: PublicationManifest, folder: Path) -> str:
    """Return which published files are not in a folder, and how to make them; nothing where all are.

    A run that is killed after it made the tag leaves no papers.
    """
    names = [f"{name}.{format_name}" for name in manifest.papers for format_name in manifest.formats]
    missing = [name for name in names if not (folder / name).is_file()]
    if not missing:
        return ""
    return escape_control_characters(f"Not in {folder}: {', '.join(missing)}. {_advise_on_making_again(manifest)}")


def _advise_on_making_again(manifest: PublicationManifest) -> str:
    """Return how to get papers that were published and are not in their folder."""
    formats = " ".join(f"--format {format_name}" for format_name in manifest.formats)
    command = f"p2ptrack render {' '.join(manifest.papers)} --at {manifest.meeting} --meeting {manifest.meeting}"
    return f"To make them: {command} {formats}"


def _build_papers(
    context: PaperContext, snapshot: Snapshot, formats_by_paper: Mapping[str, Iterable[str]], meeting_id: str
) -> PaperFiles:
    """Return papers for a meeting, each in its formats, without those that this version cannot write."""
    templates = template_folders(snapshot.templates_folder or snapshot.repository.root)
    for sentence in list_unused_logos(templates):
        write_notice(sentence)
    style = FormatOptions(templates=templates, wording=context.wording)
    papers: dict[str, dict[str, bytes]] = {}
    with show_progress("Producing papers", sum(len(set(formats)) for formats in formats_by_paper.values())) as advance:
        for name, formats in formats_by_paper.items():
            document = build_paper(context, name, meeting_id)
            papers[name] = {}
            for format_name in formats:
                if format_name in FORMATS:
                    papers[name][format_name] = FORMATS[format_name].write(document, style)
                advance()
    return papers


def _compute_fingerprints(papers: PaperFiles, salt: str = "") -> dict[str, dict[str, str]]:
    return {
        name: {format_name: compute_fingerprint(data, salt) for format_name, data in formats.items()}
        for name, formats in papers.items()
    }


def verify_papers(meeting_id: str, files: Sequence[Path], register_options: RegisterOptions) -> None:
    """Compare files with the published fingerprints, produce the papers again, and print for each whether it is equal.

    Raises `CheckFailed` when one differs, and `OperationError` when other versions of the software may be the cause.
    """
    repository = Repository.find(find_register_folder(register_options))
    manifest = _load_manifest(repository, meeting_id)
    other_files = [file for file in files if not _compare_file(manifest, file)]
    with with_templates(load_snapshot(repository.root, f"refs/tags/{format_tag_name(meeting_id)}")) as snapshot:
        _require_same_register(manifest, meeting_id, snapshot)
        _, papers = _make_papers(manifest, snapshot, manifest.published)
    format_names = {format_name for formats in manifest.papers.values() for format_name in formats}
    comparison = compare_papers(manifest, papers, collect_versions(format_names))
    _print_comparison(manifest, comparison)
    _report_tag(repository, manifest)
    if comparison.different_files:
        raise _explain_difference(comparison, manifest, snapshot.commit)
    if other_files:
        count = pluralise(len(other_files), "file is", "files are")
        raise CheckFailed(f"{count} not what was published for {meeting_id}. The published papers can be made again.")
    if not files:
        example = f"p2ptrack verify {meeting_id} FILE"
        write_notice(f"Made again and equal to what was recorded. No file was compared. To compare files: {example}")


def _compare_file(manifest: PublicationManifest, file: Path) -> bool:
    """Print whether a file is one of the published papers, and return it. Raises `UsageError` if it cannot be read."""
    name = escape_control_characters(str(file))
    try:
        data = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {describe_os_error(error)}. Name the file of a paper.") from error
    published = manifest.find_file(data)
    if published:
        result = f"equal to the published {published}"
    elif file.name in dict(manifest.iter_files()):
        result = f"different from the published {file.name}"
    else:
        result = "none of the published papers"
    write_text(f"{name}: {escape_control_characters(result)}\n  SHA-256 {compute_fingerprint(data)}\n")
    return published is not None


def _print_comparison(manifest: PublicationManifest, comparison: ManifestComparison) -> None:
    fingerprints = dict(manifest.iter_files())
    for result, names in (("equal", comparison.matching_files), ("different", comparison.different_files)):
        for name in names:
            fingerprint = escape_control_characters(excerpt(fingerprints[name], FINGERPRINT_LENGTH))
            write_text(f"{escape_control_characters(name)}: made again, {result}\n  SHA-256 {fingerprint}\n")


def _report_tag(repository: Repository, manifest: PublicationManifest) -> None:
    """Write the tag's id, its signature, and which tags it replaces.

    Raises `CheckFailed` for a wrong signature, and for papers that git or later papers show and the tag does not.
    """
    tag = format_tag_name(manifest.meeting)
    identity = read_identity(repository, manifest.meeting)
    write_notice(
        f"The tag {tag} has the id {identity.tag} and the fingerprint {identity.fingerprint}. {_COMPARE_ADVICE}"
    )
    former_ids = (former.id for former in list_former_tags(repository, manifest.meeting))
    for id_ in sorted({*manifest.replaces, *former_ids}):
        write_notice(
            f"This meeting was published before: the tag {excerpt(escape_control_characters(id_))} was replaced. "
            "Ask the person who published it why."
        )
    for publication in find_lost_publications(repository):
        if manifest.meeting in {publication.meeting, publication.later_meeting}:
            text = escape_control_characters(publication.describe())
            raise CheckFailed(f"{text} Ask who replaced it and why. For help: p2ptrack check --history")
    signature = check_signature(repository, manifest.meeting)
    if signature is None:
        return
    if not signature.is_valid:
        raise CheckFailed(f"The signature of the tag {tag} is not valid: {signature.detail}. {_TAG_ADVICE}")
    write_notice(f"The tag is signed, and the signature is valid: {signature.detail}.")


def _load_manifest(repository: Repository, meeting_id: str) -> PublicationManifest:
    published_ids = list_tagged_meetings(repository)
    if meeting_id not in published_ids:
        published = f"Published: {', '.join(published_ids)}." if published_ids else "No meeting is published here."
        near = did_you_mean(meeting_id, [id_ for id_ in published_ids if not has_other_number(meeting_id, id_)])
        raise UsageError(
            f"The meeting {quote(meeting_id)} is not published.{near} {published} "
            "If it was published from another copy of the repository, fetch its tag: git fetch --tags"
        )
    manifest = parse_manifest(read_tag_message(repository, meeting_id))
    if manifest is None:
        repository.require_tagged_commit(format_tag_name(meeting_id))
        raise OperationError(
            f"The tag {format_tag_name(meeting_id)} was not created by p2ptrack publish, so there is nothing to "
            f"compare with. To produce the papers: p2ptrack render --all --at {meeting_id}"
        )
    if gaps := manifest.find_gaps():
        raise CheckFailed(
            f"The tag {format_tag_name(meeting_id)} does not have the fingerprints of every file that was published: "
            f"{escape_control_characters(', '.join(gaps))}. {_TAG_ADVICE}"
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
    changed = ", ".join(
        f"{name} {excerpt(new, _MAX_VERSION)} instead of {excerpt(old, _MAX_VERSION)}"
        for name, (old, new) in sorted(comparison.changed_versions.items())
    )
    if comparison.changed_papers and comparison.has_other_program:
        text = f"{files} not what was published as {tag}. The content differs, but so does the program"
        advice = f"Compare again with the same program. {_install_advice(comparison)}"
        return CheckFailed(escape_control_characters(f"{text} ({changed}), which may be the reason. {advice}"))
    if not comparison.is_explained_by_versions:
        return CheckFailed(
            f"{files} not what was published as {tag}, although the same program made them. {_TAG_ADVICE}"
        )
    text = f"{files} not equal, and the versions differ: {changed}. Their content is equal."
    return OperationError(escape_control_characters(f"{text} {_install_advice(comparison)}"))


def _install_advice(comparison: ManifestComparison) -> str:
    """Return how to get the versions that the papers were produced with."""
    old_versions = {
        name: old for name, (old, _) in sorted(comparison.changed_versions.items()) if name != PROGRAM_FILES
    }
    if not old_versions:
        return "To compare byte for byte, use p2ptrack as it was installed when they were published."
    programs = [f"{name} {old}" for name, old in old_versions.items() if name not in (*VERSIONED_PACKAGES, PROGRAM)]
    packages = [f"{name}=={old_versions[name]}" for name in (PROGRAM, *VERSIONED_PACKAGES) if name in old_versions]
    advice = []
    if programs:
        advice.append(f"use a computer that has {', '.join(programs)}")
    if packages:
        advice.append(f"install them with: python -m pip install {' '.join(packages)}")
    return f"To compare byte for byte, {', and '.join(advice)}"
