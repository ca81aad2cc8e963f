"""What git witnessed of a register: the successive states of every record, as plain data.

A date counts from when it became official: from the commit on the branch's own (first-parent) line that brought
it, which for work on another branch is the merge. Values are kept as they were written, so that what today's
schema would refuse can still be told.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from p2ptrack.model.records import KINDS, Kind
from p2ptrack.model.register import PROGRAMME_PATH

RawValues: TypeAlias = Mapping[str, Any]
SHORT_COMMIT_LENGTH = 10
"""How many figures of a commit's id are shown to people: enough for git to find it by them."""
_KIND_BY_FOLDER = {f"data/{kind.folder}": kind for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit on the branch's own line: its place on it from 1, the day that it became official, and who wrote it."""

    position: int
    commit: str
    effective_date: date
    author: str


@dataclass(frozen=True, slots=True)
class RevisionRef:
    """A place on the line (0 is before its beginning), the day that goes with it, and how it was asked for."""

    position: int
    effective_date: date
    request: str = ""
    commit: str = ""


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one commit of those that a merge brought did to a record: its file and what it said, before and after."""

    author: str
    before: tuple[str, RawValues] | None
    after: tuple[str, RawValues] | None


@dataclass(frozen=True, slots=True)
class RecordVersion:
    """A record from a moment on: its file and what it said. Without `values` it was gone.

    Where a merge brought the work of several people, `parts` tell who did what of it, oldest first; what is in none
    of them was done in the merge itself.
    """

    revision: Revision
    path: str
    values: RawValues | None
    contributions: tuple[Contribution, ...] = ()


@dataclass(frozen=True, slots=True)
class VersionHistory:
    """The states of one record, oldest first, wherever its file stood."""

    id: str
    versions: tuple[RecordVersion, ...] = ()

    def version_at(self, position: int) -> RecordVersion | None:
        """Return the state that held at a moment; None before there was any."""
        count = bisect_right(self.versions, position, key=lambda version: version.revision.position)
        return self.versions[count - 1] if count else None

    def id_at(self, position: int) -> str:
        """Return the id that it had at a moment: its case may change."""
        version = self.last_existing_version(position)
        return resolve_record_id(version.path, version.values) if version and version.values is not None else self.id

    def last_existing_version(self, position: int) -> RecordVersion | None:
        """Return the last state up to a moment that said something."""
        candidates = (
            version
            for version in reversed(self.versions)
            if version.revision.position <= position and version.values is not None
        )
        return next(candidates, None)


@dataclass(frozen=True, slots=True)
class UnreadableFile:
    """A file that could not be read at a moment; what it said before is taken to stand."""

    revision: Revision
    path: str


@dataclass(frozen=True, slots=True)
class RegisterHistory:
    """All that the branch's line holds of a register.

    `records` has a timeline for each id, folded for case. `published` are the places on the line of the meetings'
    tags, `judged` the days that their papers judge on, `adrift` the commits of those whose tags it does not lead to,
    and `moved` those whose tags name another commit than was sealed: the one that was, and the one named. Where the
    line is not `complete`, as in a shallow clone, what came before its first moment is not known.
    """

    revisions: tuple[Revision, ...] = ()
    records: Mapping[str, VersionHistory] = field(default_factory=dict)
    programme: VersionHistory = field(default_factory=lambda: VersionHistory(""))
    unreadable_files: tuple[UnreadableFile, ...] = ()
    published_positions: Mapping[str, int] = field(default_factory=dict)
    as_of_dates: Mapping[str, date] = field(default_factory=dict)
    orphaned_tags: Mapping[str, str] = field(default_factory=dict)
    moved_tags: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    is_complete: bool = True

    def history_of(self, id_: str) -> VersionHistory | None:
        """Return the timeline of a record, whatever the case of its id."""
        return self.records.get(id_.casefold())

    def position_on(self, day: date) -> int:
        """Return the place of the last moment on a day or before it; 0 where the line begins later.

        Clocks of different people differ: the line's own order decides, so it is the last moment of all such.
        """
        return max((revision.position for revision in self.revisions if revision.effective_date <= day), default=0)


@dataclass(frozen=True, slots=True)
class MergedCommit:
    """What one commit of those that a merge brought changed: its files as they read before and after."""

    author: str
    before: Mapping[str, RawValues]
    after: Mapping[str, RawValues]


@dataclass(frozen=True, slots=True)
class CommitFiles:
    """What one moment changed: files as they read now (None where one cannot be read), and files that are gone.

    `brought` are the commits of a merge, oldest first, where not all of it is its author's.
    """

    revision: Revision
    files: Mapping[str, RawValues | None] = field(default_factory=dict)
    removed_paths: frozenset[str] = frozenset()
    merged_commits: tuple[MergedCommit, ...] = ()


def build_register_history(commits: Iterable[CommitFiles]) -> RegisterHistory:
    """Return the timelines that these steps come to, the oldest step first."""
    builder = _HistoryBuilder()
    for commit in commits:
        builder.add_commit(commit)
    records = {
        key: VersionHistory(str(_last_id(versions)), tuple(versions))
        for key, versions in builder.versions.items()
        if key
    }
    programme = VersionHistory("", tuple(builder.versions.get("", ())))
    return RegisterHistory(tuple(builder.revisions), records, programme, tuple(builder.unreadable_files))


def kind_of_path(path: str) -> Kind | None:
    """Return the kind whose folder a file stands in; None for what is no record's file."""
    folder, _, name = path.rpartition("/")
    is_record_file = not name.startswith(".") and name.casefold().endswith((".yaml", ".yml"))
    return _KIND_BY_FOLDER.get(folder) if is_record_file else None


def _last_id(versions: list[RecordVersion]) -> Any:
    return next(
        resolve_record_id(version.path, version.values) for version in reversed(versions) if version.values is not None
    )


def resolve_record_id(path: str, values: RawValues) -> str:
    """Return the id that a file states; else, for the lenient eye, the one that its name begins with."""
    if path == PROGRAMME_PATH:
        return ""
    declared_id = values.get("id")
    return declared_id if isinstance(declared_id, str) else path.rpartition("/")[2].rpartition(".")[0].partition("-")[0]


class _HistoryBuilder:
    """Goes along the line and keeps, for each id, the files that state it."""

    def __init__(self) -> None:
        self.revisions: list[Revision] = []
        self.versions: dict[str, list[RecordVersion]] = {}
        self.unreadable_files: list[UnreadableFile] = []
        self._files: dict[str, tuple[str, RawValues]] = {}
        self._paths: dict[str, set[str]] = {}

    def add_commit(self, commit: CommitFiles) -> None:
        self.revisions.append(commit.revision)
        changed_keys: set[str] = set()
        unreadable_renames = dict(self._iter_unreadable_renames(commit))
        for path in sorted(commit.removed_paths):
            self._remove_file(path, changed_keys)
        for path, values in sorted(commit.files.items(), key=lambda pair: pair[0]):
            if values is None:
                self.unreadable_files.append(UnreadableFile(commit.revision, path))
            effective_values = unreadable_renames.get(path) if values is None else values
            if effective_values is not None:
                self._add_file(path, effective_values, changed_keys)
        for key in sorted(changed_keys):
            self._record_version(commit.revision, key, tuple(_iter_contributions(commit.merged_commits, key)))

    def _iter_unreadable_renames(self, commit: CommitFiles) -> Iterator[tuple[str, RawValues]]:
        """Yield each file that cannot be read and came with the going of one of its record: what that one said."""
        removed_values = dict(self._files[path] for path in sorted(commit.removed_paths) if path in self._files)
        for path, values in commit.files.items():
            if (
                values is None
                and path not in self._files
                and (key := resolve_record_id(path, {}).casefold()) in removed_values
            ):
                yield path, removed_values[key]

    def _remove_file(self, path: str, changed_keys: set[str]) -> None:
        if path in self._files:
            key, _ = self._files.pop(path)
            self._paths[key].discard(path)
            changed_keys.add(key)

    def _add_file(self, path: str, values: RawValues, changed_keys: set[str]) -> None:
        self._remove_file(path, changed_keys)
        key = resolve_record_id(path, values).casefold()
        self._files[path] = key, values
        self._paths.setdefault(key, set()).add(path)
        changed_keys.add(key)

    def _record_version(self, revision: Revision, key: str, contributions: tuple[Contribution, ...]) -> None:
        """Add the state that a record has now, unless it is the one it had: of two files, the first counts."""
        versions = self.versions.setdefault(key, [])
        path = min(self._paths.get(key, ()), default="")
        values = self._files[path][1] if path else None
        last = versions[-1] if versions else None
        path = path or (last.path if last else "")
        if last is None or (last.path, last.values) != (path, values):
            versions.append(RecordVersion(revision, path, values, contributions))


def _iter_contributions(merged_commits: Iterable[MergedCommit], key: str) -> Iterator[Contribution]:
    for merged_commit in merged_commits:
        before, after = _find_file(key, merged_commit.before), _find_file(key, merged_commit.after)
        if before != after:
            yield Contribution(merged_commit.author, before, after)


def _find_file(key: str, files: Mapping[str, RawValues]) -> tuple[str, RawValues] | None:
    return next(
        ((path, files[path]) for path in sorted(files) if resolve_record_id(path, files[path]).casefold() == key), None
    )
