"""The work of verify: a published meeting's papers are made again from its tag and compared with its seal."""

from __future__ import annotations

from collections.abc import Mapping

from p2ptrack.analysis.case import Origin
from p2ptrack.cli.opened import folder
from p2ptrack.cli.options import Reading
from p2ptrack.cli.papers import remembers
from p2ptrack.cli.publishing import Papers, digests, made
from p2ptrack.cli.screen import put
from p2ptrack.cli.usage import nearest
from p2ptrack.errors import CannotGoOn, Refused, WrongUsage
from p2ptrack.formats import FORMATS
from p2ptrack.formats.versions import PACKAGES, versions
from p2ptrack.pipeline import open_sealed_case, remembering_sealed
from p2ptrack.problem import cut, shown, visible
from p2ptrack.reports.seal import PROGRAM, Compared, Seal, compare, sealed
from p2ptrack.store.git.repository import Repository
from p2ptrack.store.git.seals import published, tag_name, words_of
from p2ptrack.store.git.snapshot import Snapshot, snapshot, unpacked

_DATA = "data/"
_ASK = "Ask whoever keeps the repository whether the tag was moved or the seal changed."


def verify(meeting: str, reading: Reading) -> None:
    """Tell of each paper whether it is equal.

    Raises `Refused` when one differs, and `CannotGoOn` when other versions can be what made it differ.
    """
    repository = Repository.of(folder(reading))
    seal = _seal(repository, meeting)
    with unpacked(snapshot(repository.root, f"refs/tags/{tag_name(meeting)}")) as then:
        _same_register(seal, meeting, then)
        papers = _again(seal, then)
    formats = {each for files in seal.papers.values() for each in files}
    _tell(compare(seal, digests(papers), versions(formats)), seal, then.commit)


def _seal(repository: Repository, meeting: str) -> Seal:
    known = published(repository)
    if meeting not in known:
        listed = f" Published: {', '.join(known)}." if known else " No meeting is published here."
        raise WrongUsage(
            f"The meeting {shown(meeting)} is not published.{nearest(meeting, known)}{listed} "
            "If it was published in another copy of the repository, fetch its tag with: git fetch --tags"
        )
    seal = sealed(words_of(repository, meeting))
    if seal is None:
        raise CannotGoOn(
            f"The tag {tag_name(meeting)} was not made by p2ptrack publish, so there is nothing to compare with. "
            f"Make the papers themselves with: p2ptrack render --all --at {meeting}"
        )
    return seal


def _same_register(seal: Seal, meeting: str, then: Snapshot) -> None:
    """Raise when a tag holds the seal of another meeting, or of another register of the repository."""
    if seal.meeting != meeting:
        raise Refused(f"The tag {tag_name(meeting)} holds the seal of {shown(seal.meeting)}. {_ASK}")
    if seal.register_folder not in (None, then.data.removesuffix(_DATA)):
        where = visible(seal.register_folder.rstrip("/")) or "the repository's top folder"
        raise WrongUsage(f"{tag_name(meeting)} was published by another register, in {where}. Verify it there.")


def _again(seal: Seal, then: Snapshot) -> Papers:
    origin = Origin(seal.versions.get(PROGRAM, ""), then.commit, published=(seal.meeting,))
    case = open_sealed_case(then, seal.as_of, seal.sealed_on, origin)
    if remembers(case, seal.papers):
        case = remembering_sealed(case, then, seal.published)
    wanted = {name: [each for each in files if each in FORMATS] for name, files in seal.papers.items()}
    return made(case, then, wanted, seal.meeting)


def _tell(found: Compared, seal: Seal, commit: str) -> None:
    for told, files in (("equal", found.equal), ("different", found.different)):
        for file in files:
            put(f"{file}: {told}\n".encode(), as_text=True)
    if not found.different:
        return
    if seal.commit not in ("", commit):
        moved = f"was sealed at the commit {cut(seal.commit)}, and names {commit} now"
        raise Refused(f"{_count(found)} not what was published: the tag {tag_name(seal.meeting)} {moved}. {_ASK}")
    if not found.by_versions:
        why = "and no change of versions explains it"
        raise Refused(f"{_count(found)} not what was published as {tag_name(seal.meeting)}, {why}. {_ASK}")
    same = "What the papers say differs too." if found.content else "What the papers say is equal."
    differ = f"{_count(found)} not equal, and the versions differ: {_versions(found.versions)}."
    raise CannotGoOn(visible(f"{differ} {same} {_get(found)}"))


def _count(found: Compared) -> str:
    number = len(found.different)
    return "1 file is" if number == 1 else f"{number} files are"


def _versions(changed: Mapping[str, tuple[str, str]]) -> str:
    return ", ".join(f"{name} {now} instead of {then}" for name, (then, now) in sorted(changed.items()))


def _get(found: Compared) -> str:
    """Return how to get the versions that the papers were made with."""
    packages = [f"{name}=={found.versions[name][0]}" for name in PACKAGES if name in found.versions]
    others = [f"{n} {found.versions[n][0]}" for n in sorted(found.versions) if n not in PACKAGES]
    pip = [f"install them with: python -m pip install {' '.join(packages)}"] if packages else []
    rest = [f"use a computer that has {', '.join(others)}"] if others else []
    return f"To compare byte for byte, {', and '.join([*rest, *pip])}"
