"""The first-parent line with who wrote what a merge brought: whoever pressed the button of a merge did not write it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from p2ptrack.store.git.commits import FORMAT, Commit, in_order, parsed
from p2ptrack.store.git.moves import data_folder, within
from p2ptrack.store.git.repository import Repository

_GRAPH = ("log", "-z", "--reverse", "--encoding=UTF-8", "--date=raw", "--no-notes", FORMAT)
_RAW = ("--diff-merges=first-parent", "--raw", "--no-renames", "--no-abbrev", "--no-relative")
"""Without paths: git takes longer to look for those of the register than to tell them all."""


@dataclass(frozen=True, slots=True)
class Line:
    """The commits of the first-parent line, oldest first, and what they brought.

    `places` is the place on the line, from 1, of each commit, of a merged one that of its merge; `merged` are the
    commits that each merge brought, oldest first.
    """

    commits: tuple[Commit, ...]
    places: Mapping[str, int]
    merged: Mapping[str, tuple[Commit, ...]] = field(default_factory=dict)

    def author(self, commit: Commit, path: str) -> str:
        """Return who wrote a file's change: of what a merge brought, the last of its commits that touched the file."""
        tail = path.partition("/")[2]
        brought = self.merged.get(commit.id, ())
        wrote = (one.author for one in reversed(brought) if any(c.path.endswith(f"/{tail}") for c in one.changes))
        return next(wrote, commit.author)


def line_of(repository: Repository, until: str = "") -> Line:
    """Return the line up to a commit, else to where the work tree stands, from one `git log`."""
    tip = until or repository.head
    graph = parsed(repository.git(*_GRAPH, *_RAW, tip, "--").out)
    known = {commit.id: commit for commit in graph}
    own = in_order([*_first_parents(known, tip)][::-1])
    merged = dict(_merged(known, own))
    places = {one.id: at for at, commit in enumerate(own, 1) for one in (*merged.get(commit.id, ()), commit)}
    return Line(within(own, data_folder(repository.prefix)), places, merged)


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
