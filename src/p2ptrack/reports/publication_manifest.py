"""The manifest in the tag of a published meeting: a fingerprint (SHA-256) of each paper, so that it can be checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from hashlib import sha256

from pydantic import BaseModel, ConfigDict, ValidationError

from p2ptrack.model.history import PublicationIdentity
from p2ptrack.values import dataclass

CONTENT_FORMAT = "json"
"""The format whose fingerprint identifies the content of a paper, whatever its layout."""

PROGRAM, PROGRAM_FILES = "p2ptrack", "p2ptrack-files"
"""The keys of the version of this program and of the fingerprint of its own files."""
FINGERPRINT_LENGTH = 64
MEMBERS_SUFFIX = "-members"

Fingerprints = Mapping[str, Mapping[str, str]]
"""The fingerprint of each format, by paper."""


class PublicationManifest(BaseModel):
    """The data in the tag of a published meeting.

    `papers` has for each paper its formats with their SHA-256, always including `json`; `formats` are those that were
    written. `members` has the same for the copies with exempt items, after the random text `salt`: without it, an
    exempt text could be found by trying likely texts. `as_of` is the position date of the papers and `sealed_on` the
    day on which exemptions were judged. `published` are the meetings that had a tag by then: a later tag of an earlier
    meeting must not change a paper. `replaces` are earlier tags of the same meeting, and `previous` is the publication
    before this one. `records` is how many records there were, by the folders of their kinds. `register_folder` leads
    from the repository's top to the register (empty, or ending with `/`), and `commit` is what the papers were made
    from. Fields that a later p2ptrack adds are ignored.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    meeting: str
    register_folder: str | None = None
    commit: str = ""
    as_of: date
    sealed_on: date
    published: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    previous: PublicationIdentity | None = None
    records: Mapping[str, int] = {}
    versions: Mapping[str, str]
    formats: tuple[str, ...] = ()
    papers: Mapping[str, Mapping[str, str]]
    salt: str = ""
    members: Mapping[str, Mapping[str, str]] = {}

    def find_gaps(self) -> tuple[str, ...]:
        """Return the published papers without any fingerprint."""
        expected = frozenset(self.formats) | {CONTENT_FORMAT}
        is_complete = {
            name: expected <= formats.keys() and bool(self.formats or formats.keys() - expected)
            for name, formats in (*self.papers.items(), *self.members.items())
        }
        return tuple(name for name, complete in is_complete.items() if not complete)

    def iter_files(self) -> Iterator[tuple[str, str]]:
        """Yield the name of each file, for the public first, with its fingerprint."""
        yield from _iter_files(self.papers)
        yield from _iter_files({f"{name}{MEMBERS_SUFFIX}": formats for name, formats in self.members.items()})

    def find_file(self, data: bytes) -> str | None:
        """Return the name of the published file that has this content."""
        fingerprints = {compute_fingerprint(data), compute_fingerprint(data, self.salt)}
        return next((name for name, fingerprint in self.iter_files() if fingerprint in fingerprints), None)


def _iter_files(papers: Fingerprints) -> Iterator[tuple[str, str]]:
    for name, formats in papers.items():
        for format_name, fingerprint in formats.items():
            yield f"{name}.{format_name}", fingerprint


def compute_fingerprint(data: bytes, salt: str = "") -> str:
    """Return the SHA-256 of a file, after the salt of the members' copies where there is one."""
    return sha256(salt.encode() + data).hexdigest()


def format_tag_message(manifest: PublicationManifest, title: str) -> str:
    """Return the message of the tag: a line for people, then the manifest."""
    head = f"Papers of {' '.join(title.split())}\n\nMake them again and compare: p2ptrack verify {manifest.meeting}\n"
    return f"{head}\n{manifest.model_dump_json(indent=2)}\n"


def parse_manifest(text: str) -> PublicationManifest | None:
    """Return the manifest in the message of a tag; None for a tag that was made by hand.

    A manifest without papers counts as none, because every file would match it.
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
        """Whether other program versions can explain the difference.

        Only the same program can prove that content differs.
        """
        return bool(self.changed_versions) and not self.changed_papers

    @property
    def has_other_program(self) -> bool:
        """Whether other files of p2ptrack made the papers that were published."""
        return not {PROGRAM, PROGRAM_FILES}.isdisjoint(self.changed_versions)


def compare_papers(
    manifest: PublicationManifest, remade: PublicationManifest, versions: Mapping[str, str]
) -> ManifestComparison:
    """Compare a manifest with that of papers made now and today's versions.

    A format that this p2ptrack cannot make is different. `changed_papers` are those with other content.
    """
    fingerprints = dict(remade.iter_files())
    matching = tuple(name for name, fingerprint in manifest.iter_files() if fingerprints.get(name) == fingerprint)
    different = tuple(name for name, _ in manifest.iter_files() if name not in matching)
    content_suffix = f".{CONTENT_FORMAT}"
    changed_papers = tuple(name.removesuffix(content_suffix) for name in different if name.endswith(content_suffix))
    changed_versions = {
        name: (version, versions.get(name, "none"))
        for name, version in manifest.versions.items()
        if versions.get(name) != version
    }
    return ManifestComparison(matching, different, changed_papers, changed_versions)
