"""The first-parent line with who wrote what a merge brought: whoever pressed the button of a merge did not write it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from p2ptrack.records.register import PROGRAMME_PATH
from p2ptrack.records.timeline import kind_at
from p2ptrack.store.git.commits import FORMAT, Commit, in_order, parsed
from p2ptrack.store.git.moves import PROGRAMME, along, data_folder, inside
from p2ptrack.store.git.repository import Repository

_GRAPH = ("log", "-z", "--reverse", "--encoding=UTF-8", "--date=raw", "--no-notes", FORMAT)
_RAW = ("--diff-merges=first-parent", "--raw", "--no-renames", "--no-abbrev", "--no-relative")
"""Without paths: git takes longer to look for those of the register than to tell them all."""


@dataclass(frozen=True, slots=True)
class Line:
    """The commits of the first-parent line, oldest first, each with what it changed in the register.

    The author of a merge is whoever wrote all that it brought; where that was not one person, `merged` are the
    commits that it brought, oldest first, with what each changed in the register. `places` is the place on the line,
    from 1, of each commit, of a merged one that of its merge.
    """

    commits: tuple[Commit, ...]
    places: Mapping[str, int]
    merged: Mapping[str, tuple[Commit, ...]] = field(default_factory=dict)


def line_of(repository: Repository, until: str = "") -> Line:
    """Return the line up to a commit, else to where the work tree stands, from one `git log`."""
    tip = until or repository.head
    graph = parsed(repository.git(*_GRAPH, *_RAW, tip, "--").out)
    known = {commit.id: commit for commit in graph}
    own = in_order([*_first_parents(known, tip)][::-1])
    merged = dict(_merged(known, own))
    places = {one.id: at for at, commit in enumerate(own, 1) for one in (*merged.get(commit.id, ()), commit)}
    folders = along(own, _folder(repository, tip))
    every = tuple(dict.fromkeys(folder for each in folders for folder in each))
    commits = [_counted(commit, each) for commit, each in zip(own, folders, strict=True)]
    written = [_written(commit, merged.get(commit.id, ()), every) for commit in commits]
    several = {commit.id: parts for commit, parts in written if parts}
    return Line(tuple(commit for commit, _ in written), places, several)


def _folder(repository: Repository, tip: str) -> str:
    """Return the folder that the register's data stood in at a commit, which may be older than a move of them."""
    folder = data_folder(repository.prefix)
    here = tip == repository.head or repository.listed(tip, folder.rstrip("/"), (PROGRAMME,))
    return folder if here else repository.moved_from(tip)


def _counted(commit: Commit, folders: Iterable[str]) -> Commit:
    """Return a commit with what it changed in the programme and the records."""
    found = tuple(c for c in inside(commit, folders) if c.path == PROGRAMME_PATH or kind_at(c.path))
    return commit if found == commit.changes else replace(commit, changes=found)


def _written(commit: Commit, merged: Sequence[Commit], folders: Iterable[str]) -> tuple[Commit, tuple[Commit, ...]]:
    """Return a commit by its author, and of a merge that is the work of several people the commits it brought."""
    if not merged or not commit.changes:
        return commit, ()
    parts = tuple(part for part in (_counted(one, folders) for one in merged) if part.changes)
    first = {change.path: change.old for part in reversed(parts) for change in reversed(part.changes)}
    last = {change.path: change.new for part in parts for change in part.changes}
    authors = {part.author for part in parts}
    if len(authors) == 1 and all((first.get(c.path), last.get(c.path)) == (c.old, c.new) for c in commit.changes):
        return replace(commit, author=authors.pop()), ()
    return commit, parts


def _first_parents(known: Mapping[str, Commit], tip: str) -> Iterator[Commit]:
    commit = known.get(tip)
    while commit is not None:
        yield commit
        commit = known.get(commit.parents[0]) if commit.parents else None


def _merged(known: Mapping[str, Commit], own: Sequence[Commit]) -> Iterator[tuple[str, tuple[Commit, ...]]]:
    """Yield for each merge of the line the commits that no earlier place of the line holds."""
    seen = {commit.id for commit in own}
    order = {id_: at for at, id_ in enumerate(known)}
    for commit in own:
        found: set[str] = set()
        waiting = list(commit.parents[1:])
        while waiting:
            id_ = waiting.pop()
            if id_ in known and id_ not in seen:
                seen.add(id_)
                found.add(id_)
                waiting += known[id_].parents
        if found:
            yield commit.id, tuple(known[id_] for id_ in sorted(found, key=lambda id_: order[id_]))
