"""The seal of a meeting's papers: what was made, from what, by which versions; and whether it was made again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict, ValidationError

CONTENT_FORMAT = "json"
"""The format whose digest stands for what a paper says, however it looks."""

PROGRAM = "p2ptrack"


class PublicationManifest(BaseModel):
    """What the tag of a published meeting holds.

    `papers` has for each paper its formats with their SHA-256, `json` always among them. `as_of` is the day that the
    papers judge on, `sealed_on` the one on which exemptions were judged, `published` the meetings that had a tag by
    then, for a later tag of an earlier meeting must not change what a paper says. `register_folder` leads from the
    repository's top to the register (empty, or ending with `/`), and `commit` is what the papers were made from. What
    a later p2ptrack adds is passed over.
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
    """Return the words of the tag: for people first, then for `verify`."""
    head = f"Papers of {' '.join(title.split())}\n\nMake them again and compare: p2ptrack verify {manifest.meeting}\n"
    return f"{head}\n{manifest.model_dump_json(indent=2)}\n"


def parse_manifest(text: str) -> PublicationManifest | None:
    """Return the seal in the words of a tag; None where there is none, as in a tag that was made by hand.

    A seal of no paper is none: nothing would differ from it.
    """
    _, brace, rest = text.partition("\n{")
    try:
        manifest = PublicationManifest.model_validate_json(f"{brace.lstrip()}{rest.rpartition('}')[0]}}}")
    except ValidationError:
        return None
    return manifest if manifest.papers and all(CONTENT_FORMAT in files for files in manifest.papers.values()) else None


@dataclass(frozen=True, slots=True)
class ManifestComparison:
    """What came out of making papers again: the files that differ, and the versions that do (then, now)."""

    matching_files: tuple[str, ...]
    different_files: tuple[str, ...]
    changed_papers: tuple[str, ...]
    changed_versions: Mapping[str, tuple[str, str]]

    @property
    def is_explained_by_versions(self) -> bool:
        """Whether the versions can be what made the difference: of what a paper says, only p2ptrack's own can."""
        return bool(self.changed_versions) and (not self.changed_papers or PROGRAM in self.changed_versions)


def compare_papers(
    manifest: PublicationManifest, papers: Mapping[str, Mapping[str, str]], versions: Mapping[str, str]
) -> ManifestComparison:
    """Compare a seal with the papers and the versions of now. `content` are the papers that say something else.

    A format that cannot be made now, of a later p2ptrack, is different.
    """
    matches = {file: papers[name].get(format_) == digest for name, format_, digest, file in _iter_files(manifest)}
    changed_versions = {n: (v, versions.get(n, "none")) for n, v in manifest.versions.items() if versions.get(n) != v}
    return ManifestComparison(
        tuple(file for file, is_match in matches.items() if is_match),
        tuple(file for file, is_match in matches.items() if not is_match),
        tuple(name for name in manifest.papers if not matches[f"{name}.{CONTENT_FORMAT}"]),
        changed_versions,
    )


def _iter_files(manifest: PublicationManifest) -> Iterator[tuple[str, str, str, str]]:
    for name, formats in manifest.papers.items():
        for format_, digest in formats.items():
            yield name, format_, digest, f"{name}.{format_}"
