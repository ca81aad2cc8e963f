"""The register's folder through its history: it may have stood elsewhere in the repository, under another name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from p2ptrack.records.kinds import KINDS
from p2ptrack.records.register import PROGRAMME_PATH
from p2ptrack.store.git.commits import Change, Commit

_DATA, _, PROGRAMME = PROGRAMME_PATH.rpartition("/")
PATHSPECS = (f":(top,glob)**/{PROGRAMME}", *(f":(top,glob)**/{kind.folder}/*" for kind in KINDS))
"""What a register's history is asked for: wherever in the repository its folder may once have stood."""


def data_folder(prefix: str) -> str:
    """Return the folder of a register's data in a repository, `registers/p2p/data/`. `prefix` ends with `/` or not."""
    return f"{prefix}{_DATA}/"


def along(line: Sequence[Commit], folder: str) -> tuple[tuple[str, ...], ...]:
    """Return the folder of a register's data at each commit of a line; of one that moved it, both."""
    return tuple(_followed(line, folder))[::-1]


def _followed(line: Sequence[Commit], folder: str) -> Iterator[tuple[str, ...]]:
    for commit in reversed(line):
        came = _came_from(commit, folder)
        yield (folder, came) if came else (folder,)
        folder = came or folder


def inside(commit: Commit, folders: Iterable[str]) -> tuple[Change, ...]:
    """Return what a commit changed in these folders, as if they were the one of a register's data."""
    return _folded([change for each in folders for change in _of(commit, each)])


def folder_at(line: Sequence[Commit], folder: str, commit: str) -> str:
    """Return the folder of the register's data in an older commit of a line; the same, where the line has it not."""
    now = folder
    for each in reversed(line):
        if each.id == commit:
            return now
        now = _came_from(each, now) or now
    return folder


def _came_from(commit: Commit, folder: str) -> str:
    """Return the folder that a commit moved the register's data from, or nothing.

    Where it moved several registers, that is the one with the most files that came unchanged.
    """
    if not any(change.status == "A" and change.path == f"{folder}{PROGRAMME}" for change in commit.changes):
        return ""
    gone = [c.path for c in commit.changes if c.status == "D" and f"/{c.path}".endswith(f"/{PROGRAMME}")]
    folders = [path.removesuffix(PROGRAMME) for path in gone]
    if len(folders) <= 1:
        return "".join(folders)
    came = {(c.path.removeprefix(folder), c.new) for c in commit.changes if c.path.startswith(folder)}
    kept = {each: sum((c.path.removeprefix(each), c.old) in came for c in commit.changes) for each in folders}
    most = max(folders, key=lambda each: kept[each])
    return most if kept[most] and list(kept.values()).count(kept[most]) == 1 else ""


def _of(commit: Commit, folder: str) -> Iterator[Change]:
    for change in commit.changes:
        if folder == f"{_DATA}/" and change.path.startswith(folder):
            yield change
        elif change.path.startswith(folder):
            yield replace(change, path=f"{_DATA}/{change.path[len(folder) :]}")


def _folded(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Return one change a path: a file that is gone in one folder and new in the other was changed, or only moved."""
    found: dict[str, Change] = {}
    for change in changes:
        known = found.get(change.path)
        found[change.path] = _both(known, change) if known else change
    return tuple(change for change in found.values() if change.old != change.new)


def _both(one: Change, other: Change) -> Change:
    return Change("M", one.path, one.old or other.old, one.new or other.new)
