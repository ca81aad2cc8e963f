"""The seal of a meeting's papers: what was made, from what, by which versions; and whether it was made again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict, ValidationError

CONTENT = "json"
"""The format whose digest stands for what a paper says, however it looks."""

PROGRAM = "p2ptrack"


class Seal(BaseModel):
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


def message(seal: Seal, title: str) -> str:
    """Return the words of the tag: for people first, then for `verify`."""
    head = f"Papers of {' '.join(title.split())}\n\nMake them again and compare: p2ptrack verify {seal.meeting}\n"
    return f"{head}\n{seal.model_dump_json(indent=2)}\n"


def sealed(text: str) -> Seal | None:
    """Return the seal in the words of a tag; None where there is none, as in a tag that was made by hand.

    A seal of no paper is none: nothing would differ from it.
    """
    _, brace, rest = text.partition("\n{")
    try:
        seal = Seal.model_validate_json(f"{brace.lstrip()}{rest.rpartition('}')[0]}}}")
    except ValidationError:
        return None
    return seal if seal.papers and all(CONTENT in files for files in seal.papers.values()) else None


@dataclass(frozen=True, slots=True)
class Compared:
    """What came out of making papers again: the files that differ, and the versions that do (then, now)."""

    equal: tuple[str, ...]
    different: tuple[str, ...]
    content: tuple[str, ...]
    versions: Mapping[str, tuple[str, str]]

    @property
    def by_versions(self) -> bool:
        """Whether the versions can be what made the difference: of what a paper says, only p2ptrack's own can."""
        return bool(self.versions) and (not self.content or PROGRAM in self.versions)


def compare(seal: Seal, papers: Mapping[str, Mapping[str, str]], versions: Mapping[str, str]) -> Compared:
    """Compare a seal with the papers and the versions of now. `content` are the papers that say something else.

    A format that cannot be made now, of a later p2ptrack, is different.
    """
    same = {file: papers[name].get(format_) == digest for name, format_, digest, file in _files(seal)}
    changed = {n: (v, versions.get(n, "none")) for n, v in seal.versions.items() if versions.get(n) != v}
    return Compared(
        tuple(file for file, is_same in same.items() if is_same),
        tuple(file for file, is_same in same.items() if not is_same),
        tuple(name for name in seal.papers if not same[f"{name}.{CONTENT}"]),
        changed,
    )


def _files(seal: Seal) -> Iterator[tuple[str, str, str, str]]:
    for name, formats in seal.papers.items():
        for format_, digest in formats.items():
            yield name, format_, digest, f"{name}.{format_}"
