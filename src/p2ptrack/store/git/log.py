"""Parser of `git log`: commits, their days and changes, the register's folder at each, and the mainline among them.

The mainline is the one path from a commit to its beginning along which dates are counted. Git does not record which
parent of a merge was the shared branch: after `git pull` the first parent is private work. Published papers prove that
their commit was public, so the mainline includes as many of these commits as one path can, the newest first. Otherwise
it follows the first parent.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import date

from p2ptrack.model.register import PROGRAMME_PATH
from p2ptrack.store.git.process import SUBMODULE_MODE
from p2ptrack.values import dataclass

LOG_FORMAT = "--format=%H%n%P%n%cd%n%an%n%ae%n%s"
"""A commit's id, parents, committer's clock (`--date=raw`), author's name and address, and subject, one a line."""

_FILE_SUFFIXES = (".yaml", ".yml")
"""How the names of records and of programmes end, in any case."""
_SECONDS_PER_DAY = 86_400
_EPOCH = date(1970, 1, 1).toordinal()
_DATA_NAME, _, PROGRAMME_NAME = PROGRAMME_PATH.rpartition("/")


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file that a commit changed: `status` is A, M, T or D, `old` and `new` are ids of blobs, empty for none.

    `path` is relative to the register's folder, with `/`. A file that moved is a D and an A.
    """

    status: str
    path: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class GitCommit:
    """A commit, with the day on which its changes (of a merge: all that it merged) became official.

    `day` is the committer's own day. Where a clock was clearly wrong it is the nearest day that the commits around it
    allow; `clock_day` is the day that the clock gave. The author's address is never shown in public.
    """

    id: str
    parents: tuple[str, ...]
    day: date
    clock_day: date
    author: str
    email: str
    subject: str
    changes: tuple[FileChange, ...] = field(default=(), repr=False)


def parse_log(log: bytes) -> list[GitCommit]:
    """Parse `git log -z --raw` in `LOG_FORMAT`, with days as the clocks gave them, and the changes of YAML files."""
    return [_parse_commit(header, tuple(changes)) for header, changes in _group_changes(log)]


def parse_pair_diffs(output: bytes) -> dict[str, tuple[FileChange, ...]]:
    """Parse `git diff-tree --stdin -r -z --raw` of commits, each with the one to compare it with."""
    return {commit.strip(): tuple(changes) for commit, changes in _group_changes(output)}


def _group_changes(output: bytes) -> list[tuple[str, list[FileChange]]]:
    """Return the text before the changes of each commit, and these changes."""
    tokens = iter([token for token in output.decode("utf-8", "surrogateescape").split("\0") if token])
    entries: list[tuple[str, list[FileChange]]] = []
    for token in tokens:
        if token.startswith((":", "\n:")):
            entries[-1][1].extend(_parse_change(token.lstrip("\n"), next(tokens)))
        else:
            entries.append((token, []))
    return entries


def _parse_change(entry: str, path: str) -> tuple[FileChange, ...]:
    if not path.lower().endswith(_FILE_SUFFIXES):  # most, where a repository holds more than a register
        return ()
    old_mode, new_mode, old, new, status = entry[1:].split(" ")
    if SUBMODULE_MODE in {old_mode, new_mode}:
        return ()
    return (FileChange(status[0], path, _parse_blob_id(old), _parse_blob_id(new)),)


def _parse_blob_id(id_: str) -> str:
    return id_ if id_.strip("0") else ""


def _parse_commit(header: str, changes: tuple[FileChange, ...]) -> GitCommit:
    id_, parents, clock, author, email, subject = (_replace_undecodable(line) for line in header.split("\n", 5))
    day = parse_local_day(clock)
    return GitCommit(id_, tuple(parents.split()), day, day, author, email, subject, changes)


def _replace_undecodable(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def parse_local_day(clock: str) -> date:
    """Return the committer's local day of a raw clock, such as `1673524800 +0100`: the same on every machine."""
    seconds, _, zone = clock.partition(" ")
    hours, minutes = int(zone[1:3] or 0), int(zone[3:5] or 0)
    offset = (hours * 60 + minutes) * (-60 if zone.startswith("-") else 60)
    day = _EPOCH + (int(seconds or 0) + offset) // _SECONDS_PER_DAY
    return date.fromordinal(min(max(day, date.min.toordinal()), date.max.toordinal()))


def repair_dates(mainline: Sequence[GitCommit]) -> tuple[GitCommit, ...]:
    """Return a line of commits, oldest first, with days that never go back.

    As few clocks as possible count as wrong: a commit outside the longest ordered run of days gets the nearest day that
    the commits around it allow. A day too early would show a change before it existed.
    """
    trusted_indices = set(_find_longest_ordered([commit.clock_day for commit in mainline]))
    latest, latest_days = date.max, []
    for index in reversed(range(len(mainline))):
        latest = mainline[index].clock_day if index in trusted_indices else latest
        latest_days.append(latest)
    day, repaired = date.min, []
    for commit, latest in zip(mainline, reversed(latest_days), strict=True):
        day = max(day, min(commit.clock_day, latest))
        repaired.append(replace(commit, day=day) if day != commit.day else commit)
    return tuple(repaired)


def _find_longest_ordered(days: Sequence[date]) -> list[int]:
    """Return the indices of the longest non-decreasing run of days."""
    ends: list[date] = []
    indices: list[int] = []
    predecessors: list[int | None] = []
    for index, day in enumerate(days):
        length = bisect_right(ends, day)
        predecessors.append(indices[length - 1] if length else None)
        ends[length : length + 1], indices[length : length + 1] = [day], [index]
    longest: list[int] = []
    next_index = indices[-1] if indices else None
    while next_index is not None:
        longest.append(next_index)
        next_index = predecessors[next_index]
    return longest[::-1]


def find_last_on(mainline: Sequence[GitCommit], day: date) -> GitCommit | None:
    """Return the last commit of a line that was official on a day."""
    count = bisect_right(mainline, day, key=lambda commit: commit.day)
    return mainline[count - 1] if count else None


def data_folder(prefix: str) -> str:
    """Return the folder of a register's data in a repository, `registers/p2p/data/`. `prefix` ends with `/` or not."""
    return f"{prefix}{_DATA_NAME}/"


def trace_folders(mainline: Sequence[GitCommit], folder: str) -> tuple[tuple[str, ...], ...]:
    """Return the folder of a register's data at each commit of a line; both folders at a commit that moved it."""
    folders: list[tuple[str, ...]] = []
    for commit in reversed(mainline):
        previous_folder = _find_previous_folder(commit, folder)
        folders.append((folder, previous_folder) if previous_folder else (folder,))
        folder = previous_folder or folder
    return tuple(folders[::-1])


def select_changes(commit: GitCommit, folders: Iterable[str]) -> tuple[FileChange, ...]:
    """Return the changes of a commit in these folders, as if they were the one of a register's data.

    A file that was deleted in one folder and added in another was changed, or only moved.
    """
    changes: dict[str, FileChange] = {}
    for folder in folders:
        for change in _relocate_changes(commit, folder):
            earlier = changes.get(change.path)
            if earlier is None:
                changes[change.path] = change
            else:
                old, new = earlier.old or change.old, earlier.new or change.new
                changes[change.path] = FileChange("M", change.path, old, new)
    return tuple(change for change in changes.values() if change.old != change.new)


def find_folder_at(mainline: Sequence[GitCommit], folder: str, commit: str) -> str:
    """Return the folder of the register's data in an older commit; today's where the line does not have the commit."""
    for candidate, folders in zip(mainline, trace_folders(mainline, folder), strict=True):
        if candidate.id == commit:
            return folders[0]
    return folder


def _find_previous_folder(commit: GitCommit, folder: str) -> str:
    """Return the folder that a commit moved the register's data from; nothing where it did not move them.

    Where it moved several registers, that is the one with the most files that came unchanged.
    """
    if not any(change.status == "A" and change.path == f"{folder}{PROGRAMME_NAME}" for change in commit.changes):
        return ""
    candidates = [
        change.path.removesuffix(PROGRAMME_NAME)
        for change in commit.changes
        if change.status == "D" and f"/{change.path}".endswith(f"/{PROGRAMME_NAME}")
    ]
    if len(candidates) <= 1:
        return "".join(candidates)
    added = {
        (change.path.removeprefix(folder), change.new) for change in commit.changes if change.path.startswith(folder)
    }
    counts = {
        candidate: sum((change.path.removeprefix(candidate), change.old) in added for change in commit.changes)
        for candidate in candidates
    }
    best = max(candidates, key=lambda candidate: counts[candidate])
    is_unique = list(counts.values()).count(counts[best]) == 1
    return best if counts[best] and is_unique else ""


def _relocate_changes(commit: GitCommit, folder: str) -> Iterator[FileChange]:
    for change in commit.changes:
        if folder == f"{_DATA_NAME}/" and change.path.startswith(folder):
            yield change
        elif change.path.startswith(folder):
            yield replace(change, path=f"{_DATA_NAME}/{change.path[len(folder) :]}")


CommitGraph = Mapping[str, GitCommit]


def choose_mainline(graph: CommitGraph, tip: str, waypoints: Iterable[str] = ()) -> list[str]:
    """Return the ids of the mainline, from a commit back to its beginning.

    It leads through each of the waypoints that a path through those before it can reach.
    """
    line = _walk_first_parents(graph, tip)
    pinned = {tip}
    children: dict[str, list[str]] = {}
    for waypoint in waypoints:
        if waypoint in line:
            pinned.add(waypoint)
        elif waypoint in graph:
            children = children or map_children(graph)
            path = _find_path_through(graph, children, [id_ for id_ in line if id_ in pinned], waypoint)
            if path:
                line = _replace_section(graph, line, path)
                pinned.add(waypoint)
    return line


def _walk_first_parents(graph: CommitGraph, start: str) -> list[str]:
    line = []
    id_ = start
    while id_ in graph:
        line.append(id_)
        id_ = graph[id_].parents[0] if graph[id_].parents else ""
    return line


def map_children(graph: CommitGraph) -> dict[str, list[str]]:
    """Return the commits that come directly from each commit."""
    children: dict[str, list[str]] = {}
    for commit in graph.values():
        for parent in commit.parents:
            children.setdefault(parent, []).append(commit.id)
    return children


def find_descendants(children: Mapping[str, Sequence[str]], commit: str) -> set[str]:
    """Return a commit and all that come from it."""
    descendants, pending = {commit}, [commit]
    while pending:
        for child in children.get(pending.pop(), ()):
            if child not in descendants:
                descendants.add(child)
                pending.append(child)
    return descendants


def _find_path_through(
    graph: CommitGraph, children: Mapping[str, Sequence[str]], pinned: Sequence[str], waypoint: str
) -> list[str]:
    """Return a path through a waypoint between the pinned commits around it; nothing where there is none.

    `pinned` runs from the newest to the oldest, and so does the path.
    """
    descendants = find_descendants(children, waypoint)
    newer = [id_ for id_ in pinned if id_ in descendants]
    older = pinned[len(newer) :]
    if not newer or pinned[: len(newer)] != newer:
        return []
    path = _walk_within(graph, newer[-1], waypoint, descendants)
    if not older:
        return path
    older_descendants = find_descendants(children, older[0])
    if waypoint not in older_descendants:
        return []
    return [*path[:-1], *_walk_within(graph, waypoint, older[0], older_descendants)]


def _walk_within(graph: CommitGraph, start: str, end: str, descendants: set[str]) -> list[str]:
    """Return the path between two commits, the newer one first, with the first possible parent at each step."""
    path = [start]
    while path[-1] != end:
        path.append(next(parent for parent in graph[path[-1]].parents if parent in descendants))
    return path


def _replace_section(graph: CommitGraph, line: Sequence[str], path: Sequence[str]) -> list[str]:
    head = line[: line.index(path[0])]
    tail = line[line.index(path[-1]) :] if path[-1] in line else _walk_first_parents(graph, path[-1])
    return [*head, *path[:-1], *tail]


def list_ancestors(graph: CommitGraph, commit: str) -> set[str]:
    """Return a commit and all that it comes from."""
    ancestors, pending = {commit}, [commit]
    while pending:
        id_ = pending.pop()
        for parent in graph[id_].parents if id_ in graph else ():
            if parent not in ancestors:
                ancestors.add(parent)
                pending.append(parent)
    return ancestors
