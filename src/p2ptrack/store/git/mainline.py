"""The mainline of a register, with the commits that each merge brought, by the authors of these."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from itertools import pairwise

from p2ptrack.model.kinds import is_record_path
from p2ptrack.model.register import PROGRAMME_PATH
from p2ptrack.store.git.log import (
    PROGRAMME_NAME,
    CommitGraph,
    GitCommit,
    choose_mainline,
    data_folder,
    find_folder_at,
    list_ancestors,
    parse_log,
    parse_pair_diffs,
    repair_dates,
    select_changes,
    trace_folders,
)
from p2ptrack.store.git.repository import LOG_COMMAND, Repository
from p2ptrack.values import dataclass

_DIFF_OPTIONS = ("--raw", "--no-renames", "--no-abbrev")
_LOG_DIFF_OPTIONS = ("--diff-merges=first-parent", *_DIFF_OPTIONS, "--no-relative")
"""Without paths: git takes longer to select those of the register than to list them all."""
_PAIR_DIFF_COMMAND = ("diff-tree", "--stdin", "-r", "-z", *_DIFF_OPTIONS)


@dataclass(frozen=True, slots=True)
class Mainline:
    """The commits of the mainline, oldest first, each with its changes in the register since the one before it.

    `merged_commits` has the commits that each merge brought, oldest first. `positions` has the position on the line,
    from 1, of each commit; that of a merged commit is its merge's. `graph` has every commit, as git has it.
    """

    commits: tuple[GitCommit, ...]
    positions: Mapping[str, int]
    merged_commits: Mapping[str, tuple[GitCommit, ...]] = field(default_factory=dict)
    graph: CommitGraph = field(default_factory=dict, repr=False)

    def has_commit(self, commit: str) -> bool:
        """Whether a commit is on the mainline itself, and not only merged into it."""
        position = self.positions.get(commit, 0)
        return position > 0 and self.commits[position - 1].id == commit


def read_mainline(
    repository: Repository, until: str = "", *, since: str = "", meetings: Collection[str] | None = None
) -> Mainline:
    """Return the mainline up to a commit (by default the one that is checked out).

    It leads through the commit `since`. If `until` does not descend from that, it is compared with it directly. Only
    the published `meetings` (by default all) are waypoints.
    """
    tip = until or repository.head
    graph, line = _read_raw_line(repository, tip, since, meetings)
    merged_by_id = dict(_iter_merged_commits(graph, line))
    positions: dict[str, int] = {}
    for position, commit in enumerate(line, 1):
        members = (*merged_by_id.get(commit.id, ()), commit)
        positions |= {member.id: position for member in members}
    folders = trace_folders(line, _find_tip_folder(repository, tip))
    all_folders = tuple(dict.fromkeys(folder for commit_folders in folders for folder in commit_folders))
    commits, shared_merges = [], {}
    for commit, commit_folders in zip(line, folders, strict=True):
        own = _keep_record_changes(commit, commit_folders)
        attributed, contributions = _attribute_merge(own, merged_by_id.get(commit.id, ()), all_folders)
        commits.append(attributed)
        if contributions:
            shared_merges[commit.id] = contributions
    return Mainline(tuple(commits), positions, shared_merges, graph)


def _read_raw_line(
    repository: Repository, tip: str, since: str = "", meetings: Collection[str] | None = None
) -> tuple[CommitGraph, tuple[GitCommit, ...]]:
    """Return the graph of commits, and the mainline with every file that changed, oldest first."""
    starts = (tip, since) if since else (tip,)
    log = repository.run(*LOG_COMMAND, *_LOG_DIFF_OPTIONS, *starts, "--").stdout
    graph = {commit.id: commit for commit in parse_log(log)}
    waypoints = repository.list_waypoints(graph, meetings)
    if since and since not in list_ancestors(graph, tip):
        ids = [tip, *choose_mainline(graph, since, waypoints)]
    else:
        ids = choose_mainline(graph, tip, (since, *waypoints) if since else waypoints)
    return graph, repair_dates(_replace_diffs(repository, [graph[id_] for id_ in reversed(ids)]))


def _replace_diffs(repository: Repository, line: Sequence[GitCommit]) -> list[GitCommit]:
    """Return a line whose commits each have their changes since the one before, where that is not the first parent."""
    pairs = {commit.id: previous.id for previous, commit in pairwise(line) if commit.parents[:1] != (previous.id,)}
    if not pairs:
        return list(line)
    request = "".join(f"{commit} {previous}\n" for commit, previous in pairs.items()).encode()
    diffs = parse_pair_diffs(repository.run(*_PAIR_DIFF_COMMAND, stdin=request).stdout)
    return [replace(commit, changes=diffs.get(commit.id, ())) if commit.id in pairs else commit for commit in line]


def _iter_merged_commits(graph: CommitGraph, line: Sequence[GitCommit]) -> Iterator[tuple[str, tuple[GitCommit, ...]]]:
    """Yield for each merge of the line the commits that no earlier position has."""
    assigned = {commit.id for commit in line}
    order = {id_: index for index, id_ in enumerate(graph)}
    for commit in line:
        merged_ids: set[str] = set()
        pending = list(commit.parents)
        while pending:
            id_ = pending.pop()
            if id_ in graph and id_ not in assigned:
                assigned.add(id_)
                merged_ids.add(id_)
                pending += graph[id_].parents
        if merged_ids:
            yield commit.id, tuple(graph[id_] for id_ in sorted(merged_ids, key=lambda id_: order[id_]))


def _find_tip_folder(repository: Repository, tip: str) -> str:
    """Return the folder of the register's data at a commit, which may be older than a move of them."""
    folder = data_folder(repository.prefix)
    is_current = tip == repository.head or repository.list_files(tip, folder.rstrip("/"), (PROGRAMME_NAME,))
    return folder if is_current else find_data_folder(repository, tip)


def find_data_folder(repository: Repository, commit: str) -> str:
    """Return the folder that the register's data had in an older commit, from the repository's top."""
    folder = data_folder(repository.prefix)
    if commit == repository.head:
        return folder
    graph, line = _read_raw_line(repository, repository.head)
    if commit in graph and all(member.id != commit for member in line):
        _, line = _read_raw_line(repository, repository.head, commit)
    return find_folder_at(line, folder, commit)


def _keep_record_changes(commit: GitCommit, folders: Iterable[str]) -> GitCommit:
    """Return a commit with its changes of the programme and the records."""
    changes = tuple(
        change
        for change in select_changes(commit, folders)
        if change.path == PROGRAMME_PATH or is_record_path(change.path)
    )
    return commit if changes == commit.changes else replace(commit, changes=changes)


def _attribute_merge(
    commit: GitCommit, merged: Sequence[GitCommit], folders: Iterable[str]
) -> tuple[GitCommit, tuple[GitCommit, ...]]:
    """Return a commit with its author (of a merge: of all that it brought) and the commits that it brought."""
    if not merged or not commit.changes:
        return commit, ()
    kept = (_keep_record_changes(merged_commit, folders) for merged_commit in merged)
    contributions = tuple(contribution for contribution in kept if contribution.changes)
    first_blobs: dict[str, str] = {}
    last_blobs: dict[str, str] = {}
    for contribution in contributions:
        for change in contribution.changes:
            first_blobs.setdefault(change.path, change.old)
            last_blobs[change.path] = change.new
    authors = {contribution.author for contribution in contributions}
    is_unchanged_by_merge = all(
        (first_blobs.get(change.path), last_blobs.get(change.path)) == (change.old, change.new)
        for change in commit.changes
    )
    if len(authors) == 1 and is_unchanged_by_merge:
        return replace(commit, author=authors.pop()), contributions
    return commit, contributions
