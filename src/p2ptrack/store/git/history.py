"""Read a register's history from git: one log, one batch of contents, each content parsed once."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from p2ptrack.diagnostics import Problem
from p2ptrack.errors import OperationError, UsageError
from p2ptrack.model.declared_kinds import read_kinds
from p2ptrack.model.history import (
    CommitFiles,
    MergedCommit,
    RecordVersion,
    RegisterHistory,
    Revision,
    RevisionRef,
    SidePublication,
    build_register_history,
    resolve_record_id,
)
from p2ptrack.model.kinds import KINDS, Kinds, is_record_path
from p2ptrack.model.register import PROGRAMME_PATH
from p2ptrack.phrases import quote
from p2ptrack.store import yaml
from p2ptrack.store.folder import FolderSource
from p2ptrack.store.git.log import PROGRAMME_NAME, GitCommit, data_folder, parse_log
from p2ptrack.store.git.process import SHALLOW_MESSAGE
from p2ptrack.store.git.repository import LOG_COMMAND, Mainline, Repository, read_mainline
from p2ptrack.store.git.revision_lookup import ResolvedRevision, list_published_meetings
from p2ptrack.store.git.snapshot import describe_missing_tag, read_data_tree
from p2ptrack.store.git.worktree import list_modified_paths, require_own_files
from p2ptrack.store.loader import load_kinds
from p2ptrack.store.parsed_cache import open_parsed_cache
from p2ptrack.values import dataclass

_Values = dict[str, Any]
_BlobValues = Mapping[str, _Values | None]
_UNREADABLE_VALUES: _Values = {}
_ID_LINE = re.compile(rb"^id:[ \t]*[\"']?([^\s\"'#]+)", re.MULTILINE)


def load_history(root: Path, until: str = "", meetings: Collection[str] | None = None) -> RegisterHistory:
    """Return the history of a register. Raises `OperationError` where this copy lacks the older part of it.

    Only the published `meetings` (by default all) determine which side of a merge was public.
    """
    return _open_full_history(root, until, meetings).read_history()


def load_history_with_files(root: Path, day: date) -> RegisterHistory:
    """Return the history of a register with the uncommitted changes of its files, dated on a day.

    Raises `OperationError` where this copy of the repository lacks the older part of the history.
    """
    reader = _open_full_history(root)
    history = reader.read_history(extra_steps=reader.read_uncommitted(day))
    orphaned_tags = reader.find_orphaned_tags()
    orphans = {meeting: reader.read_side_publication(commit) for meeting, commit in orphaned_tags.items()}
    return replace(
        history,
        orphaned_tags=orphaned_tags,
        moved_tags=reader.find_moved_tags(),
        side_publications={**history.side_publications, **{key: value for key, value in orphans.items() if value}},
    )


def load_deleted_records(root: Path, blobs: Mapping[str, str], kinds: Kinds | None = None) -> tuple[RecordVersion, ...]:
    """Return the records whose files are committed and no longer in the folder, from their blobs by path.

    If this copy of the repository lacks a blob, only the id in the file's name is known. Without `kinds` those
    of the commit that is checked out count.
    """
    repository = Repository.find(root)
    kinds = kinds or read_kinds_at(repository, repository.head, data_folder(repository.prefix))
    paths = [path for path in blobs if kinds.find_by_path(path)]
    try:
        contents = repository.read_blobs(blobs[path] for path in paths)
    except OperationError:
        contents = {}
    revision = Revision(0, repository.head, date.min, "")
    records = []
    with open_parsed_cache(root) as cache:
        for path in paths:
            data = contents.get(blobs[path])
            values = (cache.read_values(data, blobs[path]) if data else None) or _UNREADABLE_VALUES
            fields = {**values, "id": resolve_record_id(path, values)}
            records.append(RecordVersion(revision, path, fields, kinds=kinds))
    return tuple(records)


def read_kinds_at(repository: Repository, commit: str, folder: str) -> Kinds:
    """Return the kinds of record that the programme of a commit has; `folder` is that of the register's data."""
    programme = repository.list_files(commit, folder.rstrip("/"), PROGRAMME_NAME).get(PROGRAMME_NAME)
    if programme is None:
        return KINDS
    blob = programme.id
    try:
        return read_kinds(yaml.read(repository.read_blobs((blob,))[blob], "").value or {})
    except OperationError:  # this copy of the repository lacks the content
        return KINDS


def _open_full_history(root: Path, until: str = "", meetings: Collection[str] | None = None) -> HistoryReader:
    reader = open_history(root, until, meetings)
    if reader.repository.is_shallow:
        raise OperationError(SHALLOW_MESSAGE)
    return reader


def open_history(root: Path, until: str = "", meetings: Collection[str] | None = None) -> HistoryReader:
    """Return a reader of the history up to a commit, by default the one that is checked out.

    Raises `OperationError` without git, outside of a repository, before the first commit, and where a folder of records
    is a link or belongs to another repository.
    """
    repository = Repository.find(root)
    for path in ("data", PROGRAMME_PATH, *load_kinds(FolderSource(root)).folders):
        if (root / path).is_symlink():
            raise OperationError(
                f"{path} is a link, and git does not keep what a link leads to, so there is no history behind it. "
                "Replace the link with the folder or file it leads to, and commit that."
            )
    require_own_files(repository)
    return HistoryReader(repository, read_mainline(repository, until, meetings=meetings))


@dataclass(frozen=True, slots=True)
class HistoryRange:
    """Two resolved revisions, the last commit of the branch, and the history of the mainline through both."""

    start: RevisionRef
    end: RevisionRef
    tip: RevisionRef
    history: RegisterHistory


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

    def read_range(self, since: str, until: str = "") -> HistoryRange:
        """Return the history between two revisions, each with its own tree; without `until`, up to the last commit.

        Raises `UsageError` where the second is the older one, and what `resolve` raises.
        """
        start = self.resolve(since, "--since")
        end = self.resolve(until, "--until") if until else self.tip
        is_direct = all(not ref.commit or self.mainline.has_commit(ref.commit) for ref in (start, end))
        reader = self
        if not is_direct:
            if start.commit != end.commit and self.repository.is_ancestor(end.commit, start.commit):
                raise _reversed_range_error(since, until)
            mainline = read_mainline(self.repository, end.commit, since=start.commit)
            reader = replace(self, mainline=mainline)
            start = replace(start, position=mainline.positions.get(start.commit, 0))
            end = replace(end, position=len(mainline.commits))
        if not until or end.position > start.position:
            # The position date of a paper can be after the day of its commit, and of the next ones.
            end = replace(end, effective_date=max(start.effective_date, end.effective_date))
        if (start.position, start.effective_date) > (end.position, end.effective_date):
            raise _reversed_range_error(since, until)
        return HistoryRange(start, end, self.tip, reader.read_history(since=start.position))

    def resolve(self, name: str, option: str) -> RevisionRef:
        """Return the position that a commit, a tag, a date or a meeting's id means.

        Position 0 means a day before the first commit, or papers that were published from another branch. Raises
        `UsageError` for a name that means nothing or another commit of another branch, and `OperationError` where this
        copy of the repository lacks the history.
        """
        revision = self.repository.find_revision(name, option, self.mainline.commits)
        position = self.mainline.positions.get(revision.commit, 0)
        if revision.by_date:
            if not position and self.repository.is_shallow:
                raise OperationError(SHALLOW_MESSAGE)
            note = describe_missing_tag(revision.meeting) if revision.meeting and self.repository.is_shallow else ""
            return RevisionRef(position, revision.day, name, revision.commit, by_date=True, note=note)
        if not position and not revision.meeting:
            hint = f" {SHALLOW_MESSAGE}" if self.repository.is_shallow else ""
            raise UsageError(f"{quote(name)} is not part of this branch's history.{hint}")
        day = self._find_position_date(revision)
        if day is None:
            is_on_line = self.mainline.has_commit(revision.commit)
            day = self.mainline.commits[position - 1].day if is_on_line else revision.day
        return RevisionRef(position, day, name, revision.commit, note=revision.note)

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

        Files before the position `since`, and files of records other than `record_id`, are not read: the history only
        records that they existed.
        """
        blob_values = self._read_contents(since, record_id)
        steps = (_make_step(self.mainline, index, blob_values) for index in range(len(self.mainline.commits)))
        history = build_register_history((*steps, *extra_steps))
        published_positions, side_publications, as_of_dates = {}, {}, {}
        for publication in self.repository.list_publications():
            position = self.mainline.positions.get(publication.commit)
            if position is None:
                continue
            published_positions[publication.meeting] = position
            if publication.tag.position_date:
                as_of_dates[publication.meeting] = publication.tag.position_date
            is_needed = not since and not record_id and not self.mainline.has_commit(publication.commit)
            if is_needed and (side_publication := self.read_side_publication(publication.commit)):
                side_publications[publication.meeting] = side_publication
        return replace(
            history,
            published_positions=published_positions,
            side_publications=side_publications,
            as_of_dates=as_of_dates,
            is_complete=not self.repository.is_shallow,
        )

    def read_side_publication(self, commit: str) -> SidePublication | None:
        """Return the records of a commit beside the mainline; None where it has no register."""
        try:
            tree, _ = read_data_tree(self.repository, commit)
        except OperationError:
            return None
        (published,) = parse_log(self.repository.run(*LOG_COMMAND, "--no-walk", commit, "--").stdout)
        bases = self.repository.run("rev-list", commit, "--").text.split()
        last_common = max((self.mainline.positions[id_] for id_ in bases if self.mainline.has_commit(id_)), default=0)
        revision = Revision(last_common, commit, published.day, published.author)
        records: dict[str, RecordVersion] = {}
        kinds = load_kinds(tree)
        with open_parsed_cache(self.repository.root) as cache:
            for path in sorted(filter(kinds.find_by_path, tree.files)):
                data = tree.read(path)
                values = None if isinstance(data, Problem) else cache.read_values(data)
                if values is not None:
                    key = resolve_record_id(path, values).casefold()
                    records.setdefault(key, RecordVersion(revision, path, values, kinds=kinds))
        return SidePublication(last_common, revision, records)

    def _read_contents(self, since: int, record_id: str) -> _BlobValues:
        blob_ids = tuple(dict.fromkeys(_iter_needed_blobs(self.mainline, since)))
        full_blobs = _find_record_blobs(self.mainline, record_id)
        blob_values: dict[str, _Values | None] = {}
        with open_parsed_cache(self.repository.root) as cache:
            for id_ in blob_ids if not record_id else full_blobs:
                cached = cache.find(id_)
                if cached is not None:
                    blob_values[id_] = cached.value
            contents = self.repository.read_blobs(id_ for id_ in blob_ids if id_ not in blob_values)
            for id_, data in contents.items():
                stub = None if id_ in full_blobs else _parse_stub(data, record_id.casefold())
                blob_values[id_] = stub or cache.read_values(data, id_)
        if since and any(blob_values[id_] is None for id_ in _list_blobs_at(self.mainline, since)):
            # An unreadable file keeps the values of its last readable version, which may be older.
            return self._read_contents(0, record_id)
        return blob_values

    def find_orphaned_tags(self) -> Mapping[str, str]:
        """Return the meetings whose tags name commits that are not ancestors or descendants of the branch's end."""
        return {
            publication.meeting: publication.commit
            for publication in self.repository.list_publications()
            if publication.commit not in self.mainline.positions
            and not self.repository.is_ancestor(self.tip.commit, publication.commit)
        }

    def find_moved_tags(self) -> Mapping[str, tuple[str, str]]:
        """Return the meetings whose tags name another commit than was published: the published one, and the other."""
        return {
            publication.meeting: (publication.tag.commit, publication.commit)
            for publication in self.repository.list_publications()
            if publication.tag.commit and publication.tag.commit != publication.commit
        }

    def read_uncommitted(self, day: date) -> Iterator[CommitFiles]:
        """Yield the uncommitted changes of the files as a step without a commit."""
        root, source = self.repository.root, FolderSource(self.repository.root)
        modified = list_modified_paths(root, self.repository.head)
        paths = [path for path in modified if path == PROGRAMME_PATH or is_record_path(path)]
        if not paths:
            return
        files: dict[str, _Values | None] = {}
        with open_parsed_cache(root) as cache:
            for path in paths:
                if os.path.lexists(root / path):
                    data = source.read(path)
                    files[path] = None if isinstance(data, Problem) else cache.read_values(data)
        revision = Revision(len(self.mainline.commits) + 1, "", day, "")
        yield CommitFiles(revision, files, frozenset(paths) - frozenset(files))


def _reversed_range_error(since: str, until: str) -> UsageError:
    return UsageError(f"{since} is later than {until or 'the last commit'}. Use the earlier one after --since.")


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


def _find_record_blobs(mainline: Mainline, record_id: str) -> frozenset[str]:
    """Return the contents of files that have a record's name: these are read whole, whatever id they state."""
    changes = (change for commit in mainline.commits for change in commit.changes) if record_id else ()
    key = record_id.casefold()
    return frozenset(change.new for change in changes if resolve_record_id(change.path, {}).casefold() == key)


def _parse_stub(data: bytes, key: str) -> _Values | None:
    """Return only the id of a record that is not needed; None for the one that is, and for what is no record."""
    id_ = find_id_in_text(data) if key else ""
    return {"id": id_} if id_ and id_.casefold() != key else None


def find_id_in_text(data: bytes) -> str:
    """Return the id in a line of its own, without reading the rest of the file; empty without such a line."""
    match = _ID_LINE.search(data)
    return match[1].decode("utf-8", "replace") if match else ""


def _make_step(mainline: Mainline, index: int, blob_values: _BlobValues) -> CommitFiles:
    commit = mainline.commits[index]
    files = {change.path: blob_values.get(change.new, _UNREADABLE_VALUES) for change in commit.changes if change.new}
    deleted = frozenset(change.path for change in commit.changes if not change.new)
    merged_commits = tuple(_iter_merged_commits(mainline.merged_commits.get(commit.id, ()), blob_values))
    return CommitFiles(Revision(index + 1, commit.id, commit.day, commit.author), files, deleted, merged_commits)


def _iter_merged_commits(commits: Iterable[GitCommit], blob_values: _BlobValues) -> Iterator[MergedCommit]:
    """Yield the files of each commit before and after. An unreadable file counts when a later commit corrects it."""
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
        yield MergedCommit(commit.author, commit.day, before, after)
