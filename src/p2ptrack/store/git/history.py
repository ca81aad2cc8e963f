"""Read a register's history from git: one log, one batch of contents, each content parsed once."""

from __future__ import annotations

import os
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from p2ptrack.diagnostics import Problem
from p2ptrack.errors import OperationError, UsageError
from p2ptrack.model.history import (
    CommitFiles,
    MergedCommit,
    RegisterHistory,
    Revision,
    RevisionRef,
    build_register_history,
    kind_of_path,
    resolve_record_id,
)
from p2ptrack.model.register import PROGRAMME_PATH
from p2ptrack.phrases import quote
from p2ptrack.store import yaml
from p2ptrack.store.folder import RECORD_FOLDERS, FolderSource
from p2ptrack.store.git.log import GitCommit
from p2ptrack.store.git.mainline import Mainline, read_mainline
from p2ptrack.store.git.process import SHALLOW_MESSAGE, run_git
from p2ptrack.store.git.repository import Repository
from p2ptrack.store.git.revision_lookup import MEETING_TAG, PublicationTag, ResolvedRevision, list_published_meetings
from p2ptrack.store.git.worktree import list_modified_paths
from p2ptrack.store.loader import pause_gc

_Values = dict[str, Any]
_BlobValues = Mapping[str, _Values | None]
_UNREAD_VALUES: _Values = {}
_ID_LINE = re.compile(rb"^id:[ \t]*[\"']?([^\s\"'#]+)", re.MULTILINE)


def load_history(root: Path, until: str = "") -> RegisterHistory:
    """Return the history of a register. Raises `OperationError` where this copy lacks the older part of it."""
    return _open_full_history(root, until).read_history()


def load_history_with_files(root: Path, day: date) -> RegisterHistory:
    """Return the history of a register with the uncommitted changes of its files, dated on a day.

    Raises `OperationError` where this copy of the repository lacks the older part of the history.
    """
    reader = _open_full_history(root)
    return replace(
        reader.read_history(extra_steps=reader.read_uncommitted(day)),
        orphaned_tags=reader.find_orphaned_tags(),
        moved_tags=reader.find_moved_tags(),
    )


def _open_full_history(root: Path, until: str = "") -> HistoryReader:
    reader = open_history(root, until)
    if reader.repository.is_shallow:
        raise OperationError(SHALLOW_MESSAGE)
    return reader


def open_history(root: Path, until: str = "") -> HistoryReader:
    """Return a reader of the history up to a commit, by default the one that is checked out.

    Raises `OperationError` without git, outside of a repository, before the first commit, and where a folder of records
    is a link.
    """
    repository = Repository.find(root)
    for path in ("data", PROGRAMME_PATH, *RECORD_FOLDERS):
        if (root / path).is_symlink():
            raise OperationError(
                f"{path} is a link, and git does not keep what a link leads to, so there is no history behind it. "
                "Replace the link with the folder or file it leads to, and commit that."
            )
    return HistoryReader(repository, read_mainline(repository, until))


@dataclass(frozen=True, slots=True)
class HistoryReader:
    """Resolves revisions of a register's repository, and reads the history of its records."""

    repository: Repository
    mainline: Mainline

    @property
    def tip(self) -> RevisionRef:
        """Return the last commit."""
        commit = self.mainline.commits[-1]
        return RevisionRef(len(self.mainline.commits), commit.day, "", commit.id)

    def resolve(self, name: str, option: str) -> RevisionRef:
        """Return the position that a commit, a tag, a date or a meeting's id means.

        Position 0 is a day before the first commit. Raises `UsageError` for a name that means nothing or a commit of
        another branch, and `OperationError` where this copy of the repository lacks the history.
        """
        revision = self.repository.find_revision(name, option, self.mainline.commits)
        position = self.mainline.positions.get(revision.commit, 0)
        if revision.by_date:
            if not position and self.repository.is_shallow:
                raise OperationError(SHALLOW_MESSAGE)
            return RevisionRef(position, revision.day, name, revision.commit)
        if not position:
            hint = f" {SHALLOW_MESSAGE}" if self.repository.is_shallow else ""
            raise UsageError(f"{quote(name)} is not part of this branch's history.{hint}")
        day = self._find_position_date(revision) or self.mainline.commits[position - 1].day
        return RevisionRef(position, day, name, revision.commit)

    def _find_position_date(self, revision: ResolvedRevision) -> date | None:
        """Return the position date of a published meeting's papers; None for other revisions."""
        if not revision.meeting:
            return None
        points_at = f"--points-at={revision.commit}"
        publications = list_published_meetings(self.repository.root, self.repository.prefix, points_at)
        publication = publications.get(revision.meeting)
        return publication.position_date if publication else None

    def read_history(
        self, *, since: int = 0, record_id: str = "", extra_steps: Iterable[CommitFiles] = ()
    ) -> RegisterHistory:
        """Return the history, with `extra_steps` after the last commit.

        Files are not read before the position `since`, nor those of other records than `record_id`: the history then
        only has that they were there.
        """
        with pause_gc():
            blob_values = self._read_contents(since, record_id)
            steps = (_make_step(self.mainline, index, blob_values) for index in range(len(self.mainline.commits)))
            history = build_register_history((*steps, *extra_steps))
        published_positions, as_of_dates = {}, {}
        for meeting, commit, publication in self._list_publications():
            if commit in self.mainline.positions:
                published_positions[meeting] = self.mainline.positions[commit]
                if publication.position_date:
                    as_of_dates[meeting] = publication.position_date
        return replace(
            history,
            published_positions=published_positions,
            as_of_dates=as_of_dates,
            is_complete=not self.repository.is_shallow,
        )

    def _read_contents(self, since: int, record_id: str) -> _BlobValues:
        contents = self.repository.read_blobs(_iter_needed_blobs(self.mainline, since))
        full_blobs = _find_record_blobs(self.mainline, record_id)
        blob_values: dict[str, _Values | None] = {}
        for id_, data in contents.items():
            stub = None if id_ in full_blobs else _parse_stub(data, record_id.casefold())
            blob_values[id_] = stub or _parse_values(data)
        if since and any(blob_values[id_] is None for id_ in _list_blobs_at(self.mainline, since)):
            # An unreadable file keeps the values of its last readable version, which may be older.
            return self._read_contents(0, record_id)
        return blob_values

    def find_orphaned_tags(self) -> Mapping[str, str]:
        """Return the meetings whose tags name commits that the line does not lead to, nor its end to them."""
        return {
            meeting: commit
            for meeting, commit, _ in self._list_publications()
            if commit not in self.mainline.positions and not self._is_ancestor_of(commit)
        }

    def find_moved_tags(self) -> Mapping[str, tuple[str, str]]:
        """Return the meetings whose tags name another commit than was published: the published one, and the other."""
        return {
            meeting: (publication.commit, commit)
            for meeting, commit, publication in self._list_publications()
            if publication.commit and publication.commit != commit
        }

    def _is_ancestor_of(self, commit: str) -> bool:
        """Whether the line is only older than a commit, and not another one."""
        result = run_git(self.repository.root, "merge-base", "--is-ancestor", self.tip.commit, commit)
        return result.exit_code == 0

    def _list_publications(self) -> Iterator[tuple[str, str, PublicationTag]]:
        """Yield the meetings that this register published, each with the commit that its tag names, and its tag."""
        tags = list_published_meetings(self.repository.root, self.repository.prefix)
        if not tags:
            return
        request = "".join(f"{MEETING_TAG}{name}^{{commit}}\n" for name in tags).encode("utf-8", "surrogateescape")
        commits = self.repository.run("cat-file", "--batch-check=%(objectname)", stdin=request).text.splitlines()
        for (name, publication), commit in zip(tags.items(), commits, strict=True):
            if not commit.endswith(" missing"):
                yield name, commit, publication

    def read_uncommitted(self, day: date) -> Iterator[CommitFiles]:
        """Yield the uncommitted changes of the files as a step without a commit."""
        root, source = self.repository.root, FolderSource(self.repository.root)
        modified = list_modified_paths(root, self.repository.head)
        paths = [path for path in modified if path == PROGRAMME_PATH or kind_of_path(path)]
        if not paths:
            return
        files: dict[str, _Values | None] = {}
        for path in paths:
            if os.path.lexists(root / path):
                data = source.read(path)
                files[path] = None if isinstance(data, Problem) else _parse_values(data)
        revision = Revision(len(self.mainline.commits) + 1, "", day, "")
        yield CommitFiles(revision, files, frozenset(paths) - frozenset(files))


def _iter_needed_blobs(mainline: Mainline, since: int) -> Iterator[str]:
    """Yield the contents of files at a position and after it, and in what was merged after it."""
    yield from _list_blobs_at(mainline, since)
    for commit in mainline.commits[since:]:
        yield from (change.new for change in commit.changes if change.new)
        for merged_commit in mainline.merged_commits.get(commit.id, ()):
            yield from (blob for change in merged_commit.changes for blob in (change.old, change.new) if blob)


def _list_blobs_at(mainline: Mainline, position: int) -> list[str]:
    latest_blobs = {change.path: change.new for commit in mainline.commits[:position] for change in commit.changes}
    return [blob for blob in latest_blobs.values() if blob]


def _find_record_blobs(mainline: Mainline, record_id: str) -> Container[str]:
    """Return the contents of files that have a record's name: these are read whole, whatever id they state."""
    changes = (change for commit in mainline.commits for change in commit.changes) if record_id else ()
    key = record_id.casefold()
    return {change.new for change in changes if resolve_record_id(change.path, {}).casefold() == key}


def _parse_stub(data: bytes, key: str) -> _Values | None:
    """Return only the id of a record that is not needed; None for the one that is, and for what is no record."""
    match = _ID_LINE.search(data) if key else None
    id_ = match[1].decode("utf-8", "replace") if match else key
    return None if id_.casefold() == key else {"id": id_}


def _parse_values(data: bytes) -> _Values | None:
    """Return the values of a file; None where its structure cannot be read to the end."""
    return yaml.read(data, "").value


def _make_step(mainline: Mainline, index: int, blob_values: _BlobValues) -> CommitFiles:
    commit = mainline.commits[index]
    files = {change.path: blob_values.get(change.new, _UNREAD_VALUES) for change in commit.changes if change.new}
    deleted = frozenset(change.path for change in commit.changes if not change.new)
    merged_commits = tuple(_iter_merged_commits(mainline.merged_commits.get(commit.id, ()), blob_values))
    return CommitFiles(Revision(index + 1, commit.id, commit.day, commit.author), files, deleted, merged_commits)


def _iter_merged_commits(commits: Iterable[GitCommit], blob_values: _BlobValues) -> Iterator[MergedCommit]:
    """Yield the files of each commit before and after; a file that it left unreadable waits until another mends it."""
    last_values: dict[str, _Values] = {}
    for commit in commits:
        before: dict[str, _Values] = {}
        after: dict[str, _Values] = {}
        for change in commit.changes:
            new_values = blob_values.get(change.new)
            if change.new and not new_values:
                continue
            old_values = blob_values.get(change.old) or last_values.get(change.path)
            if old_values:
                before[change.path] = old_values
            if new_values:
                after[change.path] = new_values
        last_values |= before | after
        yield MergedCommit(commit.author, before, after)
