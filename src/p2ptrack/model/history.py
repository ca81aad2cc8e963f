"""The history of a register: the successive versions of every record, as plain data.

A date counts from when it became official: from the commit on the branch's mainline that brought it, which for work on
another branch is the merge. Values are kept as they were written, so that values that today's schema refuses can be
shown too.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from datetime import date
from typing import Any, TypeAlias

from p2ptrack.model.declared_kinds import read_kinds
from p2ptrack.model.kinds import KINDS, Kind, Kinds, is_record_path
from p2ptrack.model.records import TrackedRecord
from p2ptrack.model.register import PROGRAMME_PATH
from p2ptrack.values import dataclass

RawValues: TypeAlias = Mapping[str, Any]
SHORT_COMMIT_LENGTH = 10
"""How many characters of a commit's id people are shown: enough for git to find it."""
_NO_VALUES: RawValues = {}


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit of the mainline: its position from 1, the day it became official, and its author.

    `written_on` is set for a change that this commit, a merge, brought later than it was written.
    """

    position: int
    commit: str
    effective_date: date
    author: str
    written_on: date | None = None

    @property
    def short_commit(self) -> str:
        """Return the commit's id as people quote it."""
        return self.commit[:SHORT_COMMIT_LENGTH]


@dataclass(frozen=True, slots=True)
class RevisionRef:
    """A resolved request: a position on the mainline (0 is before its beginning), its day, and the text of the request.

    `by_date` means that the request was a day. `note` explains the choice if the text has several meanings.
    """

    position: int
    effective_date: date
    request: str = ""
    commit: str = ""
    by_date: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Contribution:
    """The change that one merged commit made to a record: its file and values before and after."""

    author: str
    day: date
    before: tuple[str, RawValues] | None
    after: tuple[str, RawValues] | None


@dataclass(frozen=True, slots=True)
class RecordVersion:
    """A record from a revision on: its file and its values, which are None where it was removed.

    `kinds` are those that the programme had then. For a merge, `contributions` holds the changes of each merged commit,
    oldest first; all other changes were made in the merge itself.
    """

    revision: Revision
    path: str
    values: RawValues | None
    contributions: tuple[Contribution, ...] = ()
    kinds: Kinds = field(default=KINDS, compare=False, repr=False)

    @property
    def path_kind(self) -> Kind | None:
        """Return the kind whose folder the file is, or was, in."""
        return self.kinds.find_by_path(self.path)

    @property
    def due_name(self) -> str:
        """Return what the file calls the target date."""
        kind = self.path_kind
        return kind.model.due_name if kind and issubclass(kind.model, TrackedRecord) else "target"

    @property
    def target(self) -> Any:
        """Return the target date as it was written; None without one."""
        return self.fields.get(self.due_name)

    @property
    def fields(self) -> RawValues:
        """Return the values; none where the record was removed."""
        return _NO_VALUES if self.values is None else self.values

    @property
    def kind(self) -> Kind | None:
        """Return the kind of record; None where it was removed."""
        return None if self.values is None else self.path_kind


@dataclass(frozen=True, slots=True)
class VersionHistory:
    """The versions of one record, oldest first, whatever its file was called."""

    id: str
    versions: tuple[RecordVersion, ...] = ()

    def version_at(self, position: int) -> RecordVersion | None:
        """Return the version in force at a position; None before there was any."""
        count = bisect_right(self.versions, position, key=lambda version: version.revision.position)
        return self.versions[count - 1] if count else None

    def id_at(self, position: int) -> str:
        """Return the id at a position: its case may change."""
        version = self.last_existing_version(position)
        return resolve_record_id(version.path, version.fields) if version else self.id

    def last_existing_version(self, position: int) -> RecordVersion | None:
        """Return the last version up to a position in which the record existed."""
        for version in reversed(self.versions):
            if version.revision.position <= position and version.values is not None:
                return version
        return None


@dataclass(frozen=True, slots=True)
class SidePublication:
    """The records of papers that were published from a commit beside the mainline, by id folded for case.

    What came after the position may have changed what the papers had.
    """

    position: int
    revision: Revision
    records: Mapping[str, RecordVersion]


@dataclass(frozen=True, slots=True)
class PublicationIdentity:
    """What a meeting's papers can be recognised by: the id of its tag, and the fingerprint of the manifest in it.

    A tag that is signed later has another id and the same fingerprint (SHA-256).
    """

    meeting: str
    tag: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class LostPublication:
    """Published papers of a meeting that its tag no longer identifies.

    `commit` is the commit of the papers, if it is not part of the branch's history. `later_meeting` is the meeting
    whose papers name `tag`, if the tag has other content now.
    """

    meeting: str
    tag: str
    commit: str = ""
    later_meeting: str = ""

    def describe(self) -> str:
        """Return a sentence about the mismatch."""
        if self.later_meeting:
            return (
                f"The papers of {self.later_meeting} name the tag meeting/{self.meeting} with the id {self.tag}. "
                "That tag was removed or replaced since."
            )
        return (
            f"The papers of {self.meeting} were published from the commit {self.commit[:SHORT_COMMIT_LENGTH]} "
            f"(tag {self.tag[:SHORT_COMMIT_LENGTH]}), which was removed from the history."
        )


@dataclass(frozen=True, slots=True)
class PublishedRecords:
    """The records of the last published papers, by the folders of their kinds.

    `counts` are their numbers in the tag, and `file_counts` those in its commit. `missing` are those that are no
    longer in the folder, as they were last.
    """

    meeting: str
    counts: Mapping[str, int]
    file_counts: Mapping[str, int]
    missing: tuple[RecordVersion, ...] = ()


@dataclass(frozen=True, slots=True)
class UnreadableVersion:
    """A file that could not be read at a revision; its values before that are kept."""

    revision: Revision
    path: str


@dataclass(frozen=True, slots=True)
class RegisterHistory:
    """Everything that the branch's mainline has of a register.

    `records` has a history for each id, folded for case. By meeting: `published_positions` are the positions of the
    tags, `side_publications` the papers whose commit is not on the mainline itself, `as_of_dates` the position dates of
    the papers, `orphaned_tags` the commits of tags that no commit of the branch comes from, and `moved_tags` the
    published commit and the commit that the tag names now; `lost_publications` are those that git still shows, and the
    tags do not. If the mainline is not complete, as in a shallow clone, nothing before its first revision is known.
    `cache` holds values that the analysis computes from this history.
    """

    revisions: tuple[Revision, ...] = ()
    records: Mapping[str, VersionHistory] = field(default_factory=dict)
    programme: VersionHistory = field(default_factory=lambda: VersionHistory(""))
    unreadable_files: tuple[UnreadableVersion, ...] = ()
    published_positions: Mapping[str, int] = field(default_factory=dict)
    side_publications: Mapping[str, SidePublication] = field(default_factory=dict)
    as_of_dates: Mapping[str, date] = field(default_factory=dict)
    orphaned_tags: Mapping[str, str] = field(default_factory=dict)
    moved_tags: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    lost_publications: tuple[LostPublication, ...] = ()
    is_complete: bool = True
    cache: dict[int, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def history_of(self, id_: str) -> VersionHistory | None:
        """Return the history of a record, whatever the case of its id."""
        return self.records.get(id_.casefold())

    def list_published_meetings(self) -> tuple[str, ...]:
        """Return the meetings whose papers are known, the oldest first."""
        positions = {id_: publication.position for id_, publication in self.side_publications.items()}
        positions = {**self.published_positions, **positions}
        return tuple(sorted(positions, key=lambda id_: (positions[id_], id_)))

    def published_revision(self, meeting: str) -> Revision:
        """Return the revision that the papers of a meeting were published from; its position is on the mainline."""
        if meeting in self.side_publications:
            return self.side_publications[meeting].revision
        return self.revisions[self.published_positions[meeting] - 1]

    def published_version(self, meeting: str, record_history: VersionHistory) -> RecordVersion | None:
        """Return the version of a record that the papers of a meeting had, from the commit that was published."""
        if meeting in self.side_publications:
            return self.side_publications[meeting].records.get(record_history.id.casefold())
        return record_history.version_at(self.published_positions[meeting])

    def position_on(self, day: date) -> int:
        """Return the position of the last revision on a day or before it; 0 where the line begins later."""
        return max((revision.position for revision in self.revisions if revision.effective_date <= day), default=0)


@dataclass(frozen=True, slots=True)
class MergedCommit:
    """The files that one merged commit changed, before and after."""

    author: str
    day: date
    before: Mapping[str, RawValues]
    after: Mapping[str, RawValues]


@dataclass(frozen=True, slots=True)
class CommitFiles:
    """The changes of one revision: new values by path (None for a file that cannot be read) and removed paths.

    `merged_commits` are the commits that a merge brought, oldest first.
    """

    revision: Revision
    files: Mapping[str, RawValues | None] = field(default_factory=dict)
    removed_paths: frozenset[str] = frozenset()
    merged_commits: tuple[MergedCommit, ...] = ()


def build_register_history(commits: Iterable[CommitFiles]) -> RegisterHistory:
    """Return the history of these commits, which are ordered oldest first."""
    builder = _HistoryBuilder()
    for commit in commits:
        builder.add_commit(commit)
    programme = VersionHistory("", tuple(builder.versions.pop("", ())))
    records = {}
    for key, versions in builder.versions.items():
        history = VersionHistory(key, tuple(versions))
        records[key] = replace(history, id=history.id_at(versions[-1].revision.position))
    return RegisterHistory(tuple(builder.revisions), records, programme, tuple(builder.unreadable_files))


def resolve_record_id(path: str, values: RawValues) -> str:
    """Return the id in a file, otherwise the id that its name begins with; an empty text for the programme."""
    if path == PROGRAMME_PATH:
        return ""
    declared_id = values.get("id")
    return declared_id if isinstance(declared_id, str) else path.rpartition("/")[2].rpartition(".")[0].partition("-")[0]


class _HistoryBuilder:
    """Reads the commits in order and keeps, for each id, the files that state it."""

    def __init__(self) -> None:
        self.revisions: list[Revision] = []
        self.versions: dict[str, list[RecordVersion]] = {}
        self.unreadable_files: list[UnreadableVersion] = []
        self._files: dict[str, tuple[str, RawValues]] = {}
        self._paths: dict[str, set[str]] = {}
        self._kinds = KINDS
        self._other_files: dict[str, RawValues] = {}

    def add_commit(self, commit: CommitFiles) -> None:
        self.revisions.append(commit.revision)
        changed_keys: set[str] = set()
        unreadable_renames = dict(self._iter_unreadable_renames(commit))
        self._read_declarations(commit, changed_keys)
        for path in sorted(commit.removed_paths):
            self._remove_file(path, changed_keys)
        for path, read_values in sorted(commit.files.items(), key=lambda pair: pair[0]):
            values = read_values
            if values is None:
                self.unreadable_files.append(UnreadableVersion(commit.revision, path))
                values = unreadable_renames.get(path)
            if values is not None:
                self._add_file(path, values, changed_keys)
        for key in sorted(changed_keys):
            self._add_version(commit.revision, key, tuple(_iter_contributions(commit.merged_commits, key)))

    def _iter_unreadable_renames(self, commit: CommitFiles) -> Iterator[tuple[str, RawValues]]:
        """Yield each new file that cannot be read and replaces a removed file of its record, with that one's values."""
        removed_values = dict(self._files[path] for path in sorted(commit.removed_paths) if path in self._files)
        for path, values in commit.files.items():
            key = resolve_record_id(path, _NO_VALUES).casefold()
            if values is None and path not in self._files and key in removed_values:
                yield path, removed_values[key]

    def _read_declarations(self, commit: CommitFiles, changed_keys: set[str]) -> None:
        """Take the kinds of a new programme. Files of folders that it declares, or no longer declares, come or go."""
        values = commit.files.get(PROGRAMME_PATH)
        if values is None or (kinds := read_kinds(values)) is self._kinds:
            return
        self._kinds = kinds
        for path in [path for path in self._files if is_record_path(path) and not kinds.find_by_path(path)]:
            self._other_files[path] = self._files[path][1]
            self._remove_file(path, changed_keys)
        for path in [path for path in self._other_files if kinds.find_by_path(path)]:
            self._add_file(path, self._other_files.pop(path), changed_keys)

    def _remove_file(self, path: str, changed_keys: set[str]) -> None:
        self._other_files.pop(path, None)
        if path in self._files:
            key, _ = self._files.pop(path)
            self._paths[key].discard(path)
            changed_keys.add(key)

    def _add_file(self, path: str, values: RawValues, changed_keys: set[str]) -> None:
        self._remove_file(path, changed_keys)
        if is_record_path(path) and not self._kinds.find_by_path(path):
            self._other_files[path] = values
            return
        key = resolve_record_id(path, values).casefold()
        self._files[path] = key, values
        self._paths.setdefault(key, set()).add(path)
        changed_keys.add(key)

    def _add_version(self, revision: Revision, key: str, contributions: tuple[Contribution, ...]) -> None:
        """Add a record's version unless nothing changed. If two files have one id, the first by name counts."""
        versions = self.versions.setdefault(key, [])
        path = min(self._paths.get(key, ()), default="")
        values = self._files[path][1] if path else None
        last = versions[-1] if versions else None
        path = path or (last.path if last else "")
        if last is None or (last.path, last.values) != (path, values):
            versions.append(RecordVersion(revision, path, values, contributions, self._kinds))


def _iter_contributions(merged_commits: Iterable[MergedCommit], key: str) -> Iterator[Contribution]:
    for merged_commit in merged_commits:
        before, after = _find_file(key, merged_commit.before), _find_file(key, merged_commit.after)
        if before != after:
            yield Contribution(merged_commit.author, merged_commit.day, before, after)


def _find_file(key: str, files: Mapping[str, RawValues]) -> tuple[str, RawValues] | None:
    for path in sorted(files):
        if resolve_record_id(path, files[path]).casefold() == key:
            return path, files[path]
    return None
