"""The first-parent line, with the authors of what each merge brought: whoever merged it did not write it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from p2ptrack.model.history import kind_of_path
from p2ptrack.model.register import PROGRAMME_PATH
from p2ptrack.store.git.log import (
    LOG_FORMAT,
    PROGRAMME_NAME,
    GitCommit,
    data_folder,
    parse_log,
    repair_dates,
    select_changes,
    trace_folders,
)
from p2ptrack.store.git.repository import Repository

_LOG_COMMAND = ("log", "-z", "--reverse", "--encoding=UTF-8", "--date=raw", "--no-notes", LOG_FORMAT)
_DIFF_OPTIONS = ("--diff-merges=first-parent", "--raw", "--no-renames", "--no-abbrev", "--no-relative")
"""Without paths: git takes longer to select those of the register than to list them all."""


@dataclass(frozen=True, slots=True)
class Mainline:
    """The commits of the first-parent line, oldest first, each with its changes in the register.

    The author of a merge is whoever wrote all that it brought. Where several people did, `merged_commits` has the
    commits that it brought, oldest first. `positions` has the position on the line, from 1, of each commit; that of a
    merged commit is its merge's.
    """

    commits: tuple[GitCommit, ...]
    positions: Mapping[str, int]
    merged_commits: Mapping[str, tuple[GitCommit, ...]] = field(default_factory=dict)


def read_mainline(repository: Repository, until: str = "") -> Mainline:
    """Return the line up to a commit (by default the one that is checked out), from one `git log`."""
    tip = until or repository.head
    graph = parse_log(repository.run(*_LOG_COMMAND, *_DIFF_OPTIONS, tip, "--").stdout)
    commits_by_id = {commit.id: commit for commit in graph}
    line = repair_dates([*_walk_first_parents(commits_by_id, tip)][::-1])
    merged_by_id = dict(_iter_merged_commits(commits_by_id, line))
    positions: dict[str, int] = {}
    for position, commit in enumerate(line, 1):
        members = (*merged_by_id.get(commit.id, ()), commit)
        positions |= {member.id: position for member in members}
    folders = trace_folders(line, _find_data_folder(repository, tip))
    all_folders = tuple(dict.fromkeys(folder for commit_folders in folders for folder in commit_folders))
    commits, shared_merges = [], {}
    for commit, commit_folders in zip(line, folders, strict=True):
        own = _keep_record_changes(commit, commit_folders)
        attributed, contributions = _attribute_merge(own, merged_by_id.get(commit.id, ()), all_folders)
        commits.append(attributed)
        if contributions:
            shared_merges[commit.id] = contributions
    return Mainline(tuple(commits), positions, shared_merges)


def _walk_first_parents(commits_by_id: Mapping[str, GitCommit], tip: str) -> Iterator[GitCommit]:
    commit = commits_by_id.get(tip)
    while commit is not None:
        yield commit
        commit = commits_by_id.get(commit.parents[0]) if commit.parents else None


def _iter_merged_commits(
    commits_by_id: Mapping[str, GitCommit], line: Sequence[GitCommit]
) -> Iterator[tuple[str, tuple[GitCommit, ...]]]:
    """Yield for each merge of the line the commits that no earlier position has."""
    assigned = {commit.id for commit in line}
    order = {id_: index for index, id_ in enumerate(commits_by_id)}
    for commit in line:
        merged_ids: set[str] = set()
        pending = list(commit.parents[1:])
        while pending:
            id_ = pending.pop()
            if id_ in commits_by_id and id_ not in assigned:
                assigned.add(id_)
                merged_ids.add(id_)
                pending += commits_by_id[id_].parents
        if merged_ids:
            yield commit.id, tuple(commits_by_id[id_] for id_ in sorted(merged_ids, key=lambda id_: order[id_]))


def _find_data_folder(repository: Repository, tip: str) -> str:
    """Return the folder of the register's data at a commit, which may be older than a move of them."""
    folder = data_folder(repository.prefix)
    is_current = tip == repository.head or repository.list_files(tip, folder.rstrip("/"), (PROGRAMME_NAME,))
    return folder if is_current else repository.find_data_folder(tip)


def _keep_record_changes(commit: GitCommit, folders: Iterable[str]) -> GitCommit:
    """Return a commit with its changes of the programme and the records."""
    changes = tuple(
        change
        for change in select_changes(commit, folders)
        if change.path == PROGRAMME_PATH or kind_of_path(change.path)
    )
    return commit if changes == commit.changes else replace(commit, changes=changes)


def _attribute_merge(
    commit: GitCommit, merged: Sequence[GitCommit], folders: Iterable[str]
) -> tuple[GitCommit, tuple[GitCommit, ...]]:
    """Return a commit by its author and, of a merge of several people's work, the commits that it brought."""
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
        return replace(commit, author=authors.pop()), ()
    return commit, contributions
