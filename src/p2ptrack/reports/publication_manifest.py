"""The manifest in the tag of a published meeting: a fingerprint (SHA-256) of each paper, so that it can be checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict, ValidationError

CONTENT_FORMAT = "json"
"""The format whose fingerprint stands for the content of a paper, however it looks."""

PROGRAM = "p2ptrack"


class PublicationManifest(BaseModel):
    """The data that the tag of a published meeting holds.

    `papers` has for each paper its formats with their SHA-256, always including `json`. `as_of` is the position date of
    the papers and `sealed_on` the day on which exemptions were judged. `published` are the meetings that had a tag by
    then: a later tag of an earlier meeting must not change a paper. `register_folder` leads from the repository's top
    to the register (empty, or ending with `/`), and `commit` is what the papers were made from. Fields that a later
    p2ptrack adds are ignored.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    meeting: str
    register_folder: str | None = None
    commit: str = ""
    as_of: date
    sealed_on: date
    published: tuple[str, ...] = ()
    versions: Mapping[str, str]
    papers: Mapping[str, Mapping[str, str]]


def format_tag_message(manifest: PublicationManifest, title: str) -> str:
    """Return the message of the tag: a line for people, then the manifest."""
    head = f"Papers of {' '.join(title.split())}\n\nMake them again and compare: p2ptrack verify {manifest.meeting}\n"
    return f"{head}\n{manifest.model_dump_json(indent=2)}\n"


def parse_manifest(text: str) -> PublicationManifest | None:
    """Return the manifest in the message of a tag; None for a tag that was made by hand.

    A manifest without papers counts as none: nothing would differ from it.
    """
    _, brace, rest = text.partition("\n{")
    try:
        manifest = PublicationManifest.model_validate_json(f"{brace.lstrip()}{rest.rpartition('}')[0]}}}")
    except ValidationError:
        return None
    return manifest if manifest.papers and all(CONTENT_FORMAT in files for files in manifest.papers.values()) else None


@dataclass(frozen=True, slots=True)
class ManifestComparison:
    """The result of making papers again: equal and different files, and versions that differ (then, now)."""

    matching_files: tuple[str, ...]
    different_files: tuple[str, ...]
    changed_papers: tuple[str, ...]
    changed_versions: Mapping[str, tuple[str, str]]

    @property
    def is_explained_by_versions(self) -> bool:
        """Whether other versions can explain the difference: only p2ptrack's own can change the content."""
        return bool(self.changed_versions) and (not self.changed_papers or PROGRAM in self.changed_versions)


def compare_papers(
    manifest: PublicationManifest, papers: Mapping[str, Mapping[str, str]], versions: Mapping[str, str]
) -> ManifestComparison:
    """Compare a manifest with the fingerprints of papers made now and today's versions.

    A format that this p2ptrack cannot make is different. `changed_papers` are those with other content.
    """
    matching: list[str] = []
    different: list[str] = []
    for name, formats in manifest.papers.items():
        for format_, fingerprint in formats.items():
            files = matching if papers[name].get(format_) == fingerprint else different
            files.append(f"{name}.{format_}")
    changed_papers = tuple(name for name in manifest.papers if f"{name}.{CONTENT_FORMAT}" in different)
    changed_versions = {
        name: (version, versions.get(name, "none"))
        for name, version in manifest.versions.items()
        if versions.get(name) != version
    }
    return ManifestComparison(tuple(matching), tuple(different), changed_papers, changed_versions)
