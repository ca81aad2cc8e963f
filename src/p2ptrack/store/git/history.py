"""From git to the timelines of a register: one log, one batch of contents, each content read once."""

from __future__ import annotations

import os
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from p2ptrack.diagnostics import Problem, quote_excerpt
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
from p2ptrack.store import yaml
from p2ptrack.store.folder import RECORD_FOLDERS, FolderSource
from p2ptrack.store.git import list_modified_paths
from p2ptrack.store.git.log import MEETING_TAG, GitCommit
from p2ptrack.store.git.log import ResolvedRevision as GitMoment
from p2ptrack.store.git.mainline import Mainline, read_mainline
from p2ptrack.store.git.process import SHALLOW_MESSAGE, run_git
from p2ptrack.store.git.repository import PublicationTag, Repository, list_published_meetings
from p2ptrack.store.loader import pause_gc

_BlobValues = Mapping[str, dict[str, Any] | None]
_UNREAD_VALUES: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class HistoryReader:
    """The line of a register's repository: finds moments by their names, and reads the timelines of records."""

    repository: Repository
    mainline: Mainline

    @property
    def tip(self) -> RevisionRef:
        """Return the place of the last commit."""
        commit = self.mainline.commits[-1]
        return RevisionRef(len(self.mainline.commits), commit.day, "", commit.id)

    def resolve(self, name: str, option: str) -> RevisionRef:
        """Return the place on the line that a commit, a tag, a day or a meeting's id means.

        Raises `UsageError` for what is none of them or stands on no place of the line, and `OperationError` where this
        copy of the repository lacks the history.
        """
        revision = self.repository.resolve_name(name)
        if revision is None:
            return self._resolve_day(self.repository.resolve_day(name, option)[0], name)
        number = self._find_number(revision.commit, name)
        return RevisionRef(
            number, self._find_position_date(revision) or self.mainline.commits[number - 1].day, name, revision.commit
        )

    def _find_position_date(self, revision: GitMoment) -> date | None:
        """Return the day that the papers of a published meeting judge on; None for what is none."""
        register_location = self.repository.root, self.repository.prefix
        publication = (
            list_published_meetings(*register_location, f"--points-at={revision.commit}").get(revision.meeting)
            if revision.meeting
            else None
        )
        return publication.position_date if publication else None

    def _resolve_day(self, day: date, name: str) -> RevisionRef:
        """Return the place of the last commit on a day or before it; 0 where the line begins later."""
        number = sum(commit.day <= day for commit in self.mainline.commits)
        if not number and self.repository.is_shallow:
            raise OperationError(SHALLOW_MESSAGE)
        return RevisionRef(number, day, name, self.mainline.commits[number - 1].id if number else "")

    def _find_number(self, commit: str, name: str) -> int:
        if commit in self.mainline.positions:
            return self.mainline.positions[commit]
        hint = f" {SHALLOW_MESSAGE}" if self.repository.is_shallow else ""
        raise UsageError(f"{quote_excerpt(name)} is no part of this branch's history.{hint}")

    def read_history(
        self, *, since: int = 0, record_id: str = "", extra_steps: Iterable[CommitFiles] = ()
    ) -> RegisterHistory:
        """Return the timelines. What a file said before the place `since` is not read, nor other records than `only`.

        Of what is not read the timelines hold no more than that it was there. `more` comes after the last commit.
        """
        with pause_gc():
            blob_values = self._read_contents(since, record_id)
            steps = (_make_step(self.mainline, index, blob_values) for index in range(len(self.mainline.commits)))
            history = build_register_history((*steps, *extra_steps))
        positions = self.mainline.positions
        publications = {
            id_: (positions[commit], publication.position_date)
            for id_, commit, publication in self._list_publications()
            if commit in positions
        }
        published_numbers = {id_: number for id_, (number, _) in publications.items()}
        position_dates = {id_: day for id_, (_, day) in publications.items() if day}
        return replace(
            history,
            published_positions=published_numbers,
            as_of_dates=position_dates,
            is_complete=not self.repository.is_shallow,
        )

    def _read_contents(self, since: int, record_id: str) -> _BlobValues:
        blob_values = _parse_blobs(
            self.repository.read_blobs(_list_needed_blobs(self.mainline, since)),
            _find_record_blobs(self.mainline, record_id),
            record_id.casefold(),
        )
        if since and any(blob_values[id_] is None for id_ in _list_blobs_at(self.mainline, since)):
            return self._read_contents(0, record_id)  # what stands there is what a file said when it could last be read
        return blob_values

    def find_orphaned_tags(self) -> Mapping[str, str]:
        """Return the meetings whose tags name commits that the line does not lead to, nor its end to them."""
        off_mainline = {
            id_: commit for id_, commit, _ in self._list_publications() if commit not in self.mainline.positions
        }
        return {id_: commit for id_, commit in off_mainline.items() if not self._is_ancestor_of(commit)}

    def find_moved_tags(self) -> Mapping[str, tuple[str, str]]:
        """Return the meetings whose tags name another commit than was sealed: the sealed one, and the one named."""
        pairs = {id_: (publication.commit, commit) for id_, commit, publication in self._list_publications()}
        return {id_: pair for id_, pair in pairs.items() if pair[0] and pair[0] != pair[1]}

    def _is_ancestor_of(self, commit: str) -> bool:
        """Whether the line is only older than a commit, and not another one."""
        result = run_git(self.repository.root, "merge-base", "--is-ancestor", self.tip.commit, commit)
        return result.exit_code == 0

    def _list_publications(self) -> Iterator[tuple[str, str, PublicationTag]]:
        """Yield the meetings that this register published: each with the commit that its tag names, and its seal."""
        tags = list_published_meetings(self.repository.root, self.repository.prefix)
        request = "".join(f"{MEETING_TAG}{name}^{{commit}}\n" for name in tags).encode("utf-8", "surrogateescape")
        result = self.repository.run("cat-file", "--batch-check=%(objectname)", stdin=request) if tags else None
        for (name, publication), commit in zip(tags.items(), result.text.splitlines() if result else (), strict=True):
            if not commit.endswith(" missing"):
                yield name, commit, publication

    def read_uncommitted(self, day: date) -> Iterator[CommitFiles]:
        """Yield what is in the files and not committed, as a step without a commit, on a day."""
        root, number = self.repository.root, len(self.mainline.commits) + 1
        paths = [
            path
            for path in list_modified_paths(root, self.repository.head)
            if path == PROGRAMME_PATH or kind_of_path(path)
        ]
        contents = {path: FolderSource(root).read(path) for path in paths if os.path.lexists(root / path)}
        files = {path: None if isinstance(data, Problem) else _parse_values(data) for path, data in contents.items()}
        if paths:
            yield CommitFiles(Revision(number, "", day, ""), files, frozenset(paths) - frozenset(files))


def _list_needed_blobs(mainline: Mainline, since: int) -> Iterator[str]:
    """Yield the contents that files had at a place on the line and after it, and in what was merged after it."""
    yield from _list_blobs_at(mainline, since)
    for commit in mainline.commits[since:]:
        yield from (change.new for change in commit.changes if change.new)
        merged_changes = (change for part in mainline.merged_commits.get(commit.id, ()) for change in part.changes)
        yield from (blob for change in merged_changes for blob in (change.old, change.new) if blob)


def _list_blobs_at(mainline: Mainline, number: int) -> Iterator[str]:
    """Yield the contents that files had at a place on the line."""
    latest_blobs = {change.path: change.new for commit in mainline.commits[:number] for change in commit.changes}
    yield from filter(None, latest_blobs.values())


_ID_LINE = re.compile(rb"^id:[ \t]*[\"']?([^\s\"'#]+)", re.MULTILINE)


def _find_record_blobs(mainline: Mainline, record_id: str) -> Container[str]:
    """Return the contents of files that have a record's name: these are read whole, whatever they state."""
    changes = (change for commit in mainline.commits for change in commit.changes) if record_id else ()
    return {change.new for change in changes if resolve_record_id(change.path, {}).casefold() == record_id.casefold()}


def _parse_blobs(blobs: Mapping[str, bytes], full_blobs: Container[str], record_id: str) -> _BlobValues:
    return {
        id_: (None if id_ in full_blobs else _parse_stub(data, record_id)) or _parse_values(data)
        for id_, data in blobs.items()
    }


def _parse_stub(data: bytes, record_id: str) -> dict[str, Any] | None:
    """Return the id alone of a record that is not asked for; None for the one that is, and for what is no record."""
    match = _ID_LINE.search(data) if record_id else None
    id_ = match[1].decode("utf-8", "replace") if match else record_id
    return None if id_.casefold() == record_id else {"id": id_}


def open_history(root: Path, until: str = "") -> HistoryReader:
    """Return the past of a register up to a commit, else to where its work tree stands.

    Raises `OperationError` without git, outside of a repository, before the first commit, and where a folder of records
    is a link.
    """
    repository = Repository.find(root)
    for path in ("data", PROGRAMME_PATH, *RECORD_FOLDERS):
        if (root / path).is_symlink():
            raise OperationError(
                f"{path} is a link, and git keeps no more of a link than where it leads, so no history can be told "
                "behind it. Put what it leads to in its place, and commit that."
            )
    return HistoryReader(repository, read_mainline(repository, until))


def load_history(root: Path, until: str = "") -> RegisterHistory:
    """Return the timelines of a register. Raises `OperationError` where this copy lacks the older part of them."""
    return _open_full_history(root, until).read_history()


def load_history_with_files(root: Path, day: date) -> RegisterHistory:
    """Return the timelines of a register and, on a day, what is in its files and not committed.

    Raises `OperationError` where this copy of the repository lacks the older part of them.
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


def _parse_values(data: bytes) -> dict[str, Any] | None:
    """Return what can be read of a file's content; None where its structure cannot be read to its end."""
    return yaml.read(data, "").value


def _make_step(mainline: Mainline, index: int, blob_values: _BlobValues) -> CommitFiles:
    commit = mainline.commits[index]
    files = {change.path: blob_values.get(change.new, _UNREAD_VALUES) for change in commit.changes if change.new}
    deleted = frozenset(change.path for change in commit.changes if not change.new)
    merged_commits = tuple(_list_merged_commits(mainline.merged_commits.get(commit.id, ()), blob_values))
    return CommitFiles(Revision(index + 1, commit.id, commit.day, commit.author), files, deleted, merged_commits)


def _list_merged_commits(commits: Iterable[GitCommit], blob_values: _BlobValues) -> Iterator[MergedCommit]:
    """Yield what each commit did; of a file that it left unreadable nothing, until another mends it."""
    last_values: dict[str, dict[str, Any]] = {}
    for commit in commits:
        readable_changes = [change for change in commit.changes if not change.new or blob_values.get(change.new)]
        before = {
            file_change.path: values
            for file_change in readable_changes
            if (values := blob_values.get(file_change.old) or last_values.get(file_change.path))
        }
        after = {change.path: values for change in readable_changes if (values := blob_values.get(change.new))}
        last_values |= before | after
        yield MergedCommit(commit.author, before, after)
