"""The first-parent line with who wrote what a merge brought: whoever pressed the button of a merge did not write it."""

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
"""Without paths: git takes longer to look for those of the register than to tell them all."""


@dataclass(frozen=True, slots=True)
class Mainline:
    """The commits of the first-parent line, oldest first, each with what it changed in the register.

    The author of a merge is whoever wrote all that it brought; where that was not one person, `merged` are the
    commits that it brought, oldest first, with what each changed in the register. `places` is the place on the line,
    from 1, of each commit, of a merged one that of its merge.
    """

    commits: tuple[GitCommit, ...]
    positions: Mapping[str, int]
    merged_commits: Mapping[str, tuple[GitCommit, ...]] = field(default_factory=dict)


def read_mainline(repository: Repository, until: str = "") -> Mainline:
    """Return the line up to a commit, else to where the work tree stands, from one `git log`."""
    tip = until or repository.head
    graph = parse_log(repository.run(*_LOG_COMMAND, *_DIFF_OPTIONS, tip, "--").stdout)
    commits_by_id = {commit.id: commit for commit in graph}
    mainline = repair_dates([*_walk_first_parents(commits_by_id, tip)][::-1])
    merged_commits = dict(_find_merged_commits(commits_by_id, mainline))
    positions = {
        member.id: number
        for number, commit in enumerate(mainline, 1)
        for member in (*merged_commits.get(commit.id, ()), commit)
    }
    folders = trace_folders(mainline, _find_data_folder(repository, tip))
    all_folders = tuple(dict.fromkeys(folder for commit_folders in folders for folder in commit_folders))
    commits = [
        _keep_record_changes(commit, commit_folders) for commit, commit_folders in zip(mainline, folders, strict=True)
    ]
    attributed = [_attribute_merge(commit, merged_commits.get(commit.id, ()), all_folders) for commit in commits]
    shared_merges = {commit.id: contributions for commit, contributions in attributed if contributions}
    return Mainline(tuple(commit for commit, _ in attributed), positions, shared_merges)


def _find_data_folder(repository: Repository, tip: str) -> str:
    """Return the folder that the register's data stood in at a commit, which may be older than a move of them."""
    folder = data_folder(repository.prefix)
    is_current = tip == repository.head or repository.list_files(tip, folder.rstrip("/"), (PROGRAMME_NAME,))
    return folder if is_current else repository.find_data_folder(tip)


def _keep_record_changes(commit: GitCommit, folders: Iterable[str]) -> GitCommit:
    """Return a commit with what it changed in the programme and the records."""
    changes = tuple(
        change
        for change in select_changes(commit, folders)
        if change.path == PROGRAMME_PATH or kind_of_path(change.path)
    )
    return commit if changes == commit.changes else replace(commit, changes=changes)


def _attribute_merge(
    commit: GitCommit, merged: Sequence[GitCommit], folders: Iterable[str]
) -> tuple[GitCommit, tuple[GitCommit, ...]]:
    """Return a commit by its author, and of a merge that is the work of several people the commits it brought."""
    if not merged or not commit.changes:
        return commit, ()
    contributions = tuple(
        contribution
        for contribution in (_keep_record_changes(merged_commit, folders) for merged_commit in merged)
        if contribution.changes
    )
    first_blobs = {
        change.path: change.old for contribution in reversed(contributions) for change in reversed(contribution.changes)
    }
    last_blobs = {change.path: change.new for contribution in contributions for change in contribution.changes}
    authors = {contribution.author for contribution in contributions}
    if len(authors) == 1 and all(
        (first_blobs.get(own_change.path), last_blobs.get(own_change.path)) == (own_change.old, own_change.new)
        for own_change in commit.changes
    ):
        return replace(commit, author=authors.pop()), ()
    return commit, contributions


def _walk_first_parents(commits_by_id: Mapping[str, GitCommit], tip: str) -> Iterator[GitCommit]:
    commit = commits_by_id.get(tip)
    while commit is not None:
        yield commit
        commit = commits_by_id.get(commit.parents[0]) if commit.parents else None


def _find_merged_commits(
    commits_by_id: Mapping[str, GitCommit], mainline: Sequence[GitCommit]
) -> Iterator[tuple[str, tuple[GitCommit, ...]]]:
    """Yield for each merge of the line the commits that no earlier place of the line holds."""
    assigned = {commit.id for commit in mainline}
    order = {id_: index for index, id_ in enumerate(commits_by_id)}
    for commit in mainline:
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
