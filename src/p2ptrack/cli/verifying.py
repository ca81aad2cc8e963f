"""The work of verify: a published meeting's papers are made again from its tag and compared with its seal."""

from __future__ import annotations

from collections.abc import Mapping

from p2ptrack.analysis.case import RegisterProvenance
from p2ptrack.cli.opened import find_register_folder
from p2ptrack.cli.options import RegisterOptions
from p2ptrack.cli.papers import needs_history
from p2ptrack.cli.publishing import PaperFiles, build_papers, compute_digests
from p2ptrack.cli.screen import write_output
from p2ptrack.cli.usage import format_suggestion
from p2ptrack.diagnostics import escape_control_characters, make_excerpt, quote_excerpt
from p2ptrack.errors import CheckFailed, OperationError, UsageError
from p2ptrack.formats import FORMATS
from p2ptrack.formats.office.package import VERSIONED_PACKAGES, collect_versions
from p2ptrack.pipeline import open_publication_case, with_published_history
from p2ptrack.reports.publication_manifest import (
    PROGRAM,
    ManifestComparison,
    PublicationManifest,
    compare_papers,
    parse_manifest,
)
from p2ptrack.store.git.publication_tags import format_tag_name, list_tagged_meetings, read_tag_message
from p2ptrack.store.git.repository import Repository
from p2ptrack.store.git.snapshot import Snapshot, load_snapshot, with_templates

_DATA_PREFIX = "data/"
_TAG_ADVICE = "Ask whoever keeps the repository whether the tag was moved or the seal changed."


def verify_papers(meeting: str, register_options: RegisterOptions) -> None:
    """Tell of each paper whether it is equal.

    Raises `CheckFailed` when one differs, and `OperationError` when other versions can be what made it differ.
    """
    repository = Repository.find(find_register_folder(register_options))
    manifest = _load_manifest(repository, meeting)
    with with_templates(load_snapshot(repository.root, f"refs/tags/{format_tag_name(meeting)}")) as tagged:
        _require_same_register(manifest, meeting, tagged)
        papers = _rebuild_papers(manifest, tagged)
    formats = {format_name for files in manifest.papers.values() for format_name in files}
    _report_comparison(
        compare_papers(manifest, compute_digests(papers), collect_versions(formats)), manifest, tagged.commit
    )


def _load_manifest(repository: Repository, meeting: str) -> PublicationManifest:
    published_ids = list_tagged_meetings(repository)
    if meeting not in published_ids:
        published_text = (
            f" Published: {', '.join(published_ids)}." if published_ids else " No meeting is published here."
        )
        raise UsageError(
            f"The meeting {quote_excerpt(meeting)} is not published.{format_suggestion(meeting, published_ids)}{published_text} "
            "If it was published in another copy of the repository, fetch its tag with: git fetch --tags"
        )
    manifest = parse_manifest(read_tag_message(repository, meeting))
    if manifest is None:
        raise OperationError(
            f"The tag {format_tag_name(meeting)} was not made by p2ptrack publish, so there is nothing to compare with. "
            f"Make the papers themselves with: p2ptrack render --all --at {meeting}"
        )
    return manifest


def _require_same_register(manifest: PublicationManifest, meeting: str, snapshot: Snapshot) -> None:
    """Raise when a tag holds the seal of another meeting, or of another register of the repository."""
    if manifest.meeting != meeting:
        raise CheckFailed(
            f"The tag {format_tag_name(meeting)} holds the seal of {quote_excerpt(manifest.meeting)}. {_TAG_ADVICE}"
        )
    if manifest.register_folder not in (None, snapshot.data_folder.removesuffix(_DATA_PREFIX)):
        other_folder = escape_control_characters(manifest.register_folder.rstrip("/")) or "the repository's top folder"
        raise UsageError(
            f"{format_tag_name(meeting)} was published by another register, in {other_folder}. Verify it there."
        )


def _rebuild_papers(manifest: PublicationManifest, snapshot: Snapshot) -> PaperFiles:
    origin = RegisterProvenance(
        manifest.versions.get(PROGRAM, ""), snapshot.commit, published_meetings=(manifest.meeting,)
    )
    case = open_publication_case(snapshot, manifest.as_of, manifest.sealed_on, origin)
    if needs_history(case, manifest.papers):
        case = with_published_history(case, snapshot, manifest.published)
    formats_by_paper = {
        name: [format_name for format_name in files if format_name in FORMATS]
        for name, files in manifest.papers.items()
    }
    return build_papers(case, snapshot, formats_by_paper, manifest.meeting)


def _report_comparison(comparison: ManifestComparison, manifest: PublicationManifest, commit: str) -> None:
    for verdict, files in (("equal", comparison.matching_files), ("different", comparison.different_files)):
        for file in files:
            write_output(f"{file}: {verdict}\n".encode(), as_text=True)
    if not comparison.different_files:
        return
    if manifest.commit not in ("", commit):
        tag_text = f"was sealed at the commit {make_excerpt(manifest.commit)}, and names {commit} now"
        raise CheckFailed(
            f"{_format_file_count(comparison)} not what was published: the tag {format_tag_name(manifest.meeting)} {tag_text}. {_TAG_ADVICE}"
        )
    if not comparison.is_explained_by_versions:
        reason = "and no change of versions explains it"
        raise CheckFailed(
            f"{_format_file_count(comparison)} not what was published as {format_tag_name(manifest.meeting)}, {reason}. {_TAG_ADVICE}"
        )
    content_text = "What the papers say differs too." if comparison.changed_papers else "What the papers say is equal."
    difference_text = f"{_format_file_count(comparison)} not equal, and the versions differ: {_format_versions(comparison.changed_versions)}."
    raise OperationError(escape_control_characters(f"{difference_text} {content_text} {_install_advice(comparison)}"))


def _format_file_count(comparison: ManifestComparison) -> str:
    number = len(comparison.different_files)
    return "1 file is" if number == 1 else f"{number} files are"


def _format_versions(changed: Mapping[str, tuple[str, str]]) -> str:
    return ", ".join(
        f"{name} {new_version} instead of {old_version}" for name, (old_version, new_version) in sorted(changed.items())
    )


def _install_advice(comparison: ManifestComparison) -> str:
    """Return how to get the versions that the papers were made with."""
    packages = [
        f"{name}=={comparison.changed_versions[name][0]}"
        for name in VERSIONED_PACKAGES
        if name in comparison.changed_versions
    ]
    programs = [
        f"{n} {comparison.changed_versions[n][0]}"
        for n in sorted(comparison.changed_versions)
        if n not in VERSIONED_PACKAGES
    ]
    pip_advice = [f"install them with: python -m pip install {' '.join(packages)}"] if packages else []
    program_advice = [f"use a computer that has {', '.join(programs)}"] if programs else []
    return f"To compare byte for byte, {', and '.join([*program_advice, *pip_advice])}"
