"""A register at a commit: its files, its position date, and for papers the templates of that time.

Files are read from git's objects; work tree and index are never touched.
"""

from __future__ import annotations

import errno
import os
import posixpath
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field, replace
from datetime import date
from pathlib import Path, PurePosixPath

from p2ptrack.diagnostics import Problem, Severity, escape_control_characters
from p2ptrack.errors import CommandError, OperationError
from p2ptrack.model.history import SHORT_COMMIT_LENGTH
from p2ptrack.model.register import PROGRAMME_PATH
from p2ptrack.store.folder import MAX_FILE_BYTES, find_max_bytes, too_large_error, unreadable_error
from p2ptrack.store.git.log import PROGRAMME_NAME, data_folder
from p2ptrack.store.git.process import SHALLOW_MESSAGE, SUBMODULE_MODE
from p2ptrack.store.git.repository import Repository, TreeFile, find_data_folder
from p2ptrack.store.git.revision_lookup import ResolvedRevision
from p2ptrack.store.git.worktree import require_own_files
from p2ptrack.store.loader import LoadedRegister, load_register_from, validate_file_leniently
from p2ptrack.store.parsed_cache import open_parsed_cache
from p2ptrack.store.writing import create_temporary_folder
from p2ptrack.values import dataclass

_LINK_MODE = "120000"
_MAX_LINKS = 40
_MAX_LINK_LENGTH = 4096
"""The limit of Linux. A longer link is broken on every computer."""
_FILE_CODE_PREFIX = "D"
_FORBIDDEN_CHARACTERS = frozenset('\\:*?"<>|')


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """A file or folder in a folder of a commit, with the methods of `os.DirEntry` that the loader uses."""

    name: str
    is_folder: bool
    is_link: bool

    def is_dir(self) -> bool:
        """Whether it is a folder, or leads to one."""
        return self.is_folder

    def is_symlink(self) -> bool:
        """Whether it is a link."""
        return self.is_link


@dataclass(frozen=True, slots=True)
class TreeSource:
    """A register's files in one commit, by their paths in its folder. Links are followed."""

    files: Mapping[str, TreeFile]
    contents: Mapping[str, bytes]
    max_bytes: int = MAX_FILE_BYTES
    _folders: frozenset[str] = field(init=False, repr=False, compare=False)
    _has_links: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        parents = {PurePosixPath(posixpath.dirname(path)) for path in self.files}
        folders = {folder.as_posix() for parent in parents for folder in (parent, *parent.parents)}
        object.__setattr__(self, "_folders", frozenset(folders))
        object.__setattr__(self, "_has_links", any(blob.mode == _LINK_MODE for blob in self.files.values()))

    def scan(self, folder: str) -> list[TreeEntry]:
        """Return the entries of a folder by name; none where there is no such folder."""
        start = f"{self._follow_links(folder) or folder}/"
        names = {path[len(start) :].partition("/")[0] for path in self.files if path.startswith(start)}
        entries = []
        for name in sorted(names):
            path = f"{start}{name}"
            is_folder = (self._follow_links(path) or path) in self._folders
            entries.append(TreeEntry(name, is_folder, self._is_link(path)))
        return entries

    def _is_link(self, path: str) -> bool:
        return path in self.files and self.files[path].mode == _LINK_MODE

    def is_outside(self, path: str) -> bool:
        """Whether a path leads out of the register's top-level folder that it is in, once every link is followed."""
        target = self._follow_links(path)
        return target is None or target.partition("/")[0] != path.partition("/")[0]

    def read(self, path: str) -> bytes | Problem:
        """Return the content of a file, or the problem of reading it."""
        target = self._follow_links(path) or path
        blob = self.files.get(target)
        if blob is None:
            return unreadable_error(path, OSError(errno.EISDIR if target in self._folders else errno.ENOENT, ""))
        if blob.mode == _LINK_MODE:
            return unreadable_error(path, OSError(errno.ELOOP, ""))
        limit = max(self.max_bytes, find_max_bytes(path))
        return self.contents[blob.id] if blob.size <= limit else too_large_error(path)

    def _follow_links(self, path: str) -> str | None:
        """Return where a path leads with each link followed; itself for a loop, None for a place outside."""
        if not self._has_links:
            return path
        current, steps, links_left = "", path.split("/")[::-1], _MAX_LINKS
        while steps:
            current = posixpath.normpath(posixpath.join(current, steps.pop()))
            if current == ".." or current.startswith("../"):
                return None
            if self._is_link(current):
                links_left -= 1
                target = self.contents.get(self.files[current].id, b"").decode("utf-8", "surrogateescape")
                if target.startswith("/") or len(target) > _MAX_LINK_LENGTH:
                    return None
                current, steps = posixpath.dirname(current), [*steps, *target.split("/")[::-1]]
            if not links_left:
                return path
        return current


def read_data_tree(repository: Repository, commit: str) -> tuple[TreeSource, str]:
    """Return a register's data in a commit, and the folder that they were in.

    Raises `OperationError` when that commit has no register here or this copy of the repository lacks its files.
    """
    folder = data_folder(repository.prefix)
    # At that time another register may have been where this one is now.
    if repository.list_programmes(commit) != (f"{folder}{PROGRAMME_NAME}",):
        folder = find_data_folder(repository, commit)
    top, _, name = folder.rstrip("/").rpartition("/")
    blobs = _list_blobs(repository, commit, top, name)
    files = {f"data{path[len(name) :]}": blob for path, blob in blobs.items()}
    if PROGRAMME_PATH not in files:
        require_own_files(repository)
        folder_name = escape_control_characters(folder.rstrip("/"))
        raise OperationError(f"The commit {commit} has no register in {folder_name}. Name a later commit, tag or date.")
    contents = repository.read_blobs(blob.id for path, blob in files.items() if blob.size <= find_max_bytes(path))
    return TreeSource(files, contents), folder


def _list_blobs(repository: Repository, commit: str, top: str, name: str) -> dict[str, TreeFile]:
    files = repository.list_files(commit, top, name)
    if any(file.mode == SUBMODULE_MODE for file in files.values()):
        require_own_files(repository)
    return {path: file for path, file in files.items() if file.mode != SUBMODULE_MODE}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A register at a commit, and its position date.

    `data_folder` is the folder of its data at that time, from the repository's top. For papers, `templates_folder`
    holds its templates while they are unpacked.
    """

    repository: Repository
    revision: ResolvedRevision
    position_date: date
    source: TreeSource
    data_folder: str
    loaded: LoadedRegister
    templates_folder: Path | None = None

    @property
    def commit(self) -> str:
        """Return the commit's id."""
        return self.revision.commit

    @property
    def short_commit(self) -> str:
        """Return the commit's id as people quote it."""
        return self.commit[:SHORT_COMMIT_LENGTH]

    @property
    def warning(self) -> str:
        """Return a warning where the name has several meanings, or a date was used for lack of a tag; else nothing."""
        if self.revision.note:
            return escape_control_characters(self.revision.note)
        if not (self.revision.meeting and self.revision.by_date and self.repository.is_shallow):
            return ""
        return describe_missing_tag(self.revision.meeting)

    @property
    def ignored_values(self) -> tuple[Problem, ...]:
        """Return the values that today's schema cannot interpret and that are left out of existing records."""
        warnings = (problem for problem in self.loaded.problems if problem.severity is Severity.WARNING)
        return tuple(problem for problem in warnings if not problem.code.startswith(_FILE_CODE_PREFIX))


def describe_missing_tag(meeting: str) -> str:
    """Return the warning for a meeting whose date is used because this copy may lack its tag."""
    name = escape_control_characters(meeting)
    return f"The meeting {name} has no tag in this copy, so its date is used. {SHALLOW_MESSAGE}"


def load_snapshot(root: Path, revision_name: str, *, strict: bool = False) -> Snapshot:
    """Return the register of a folder at a commit, a tag, a date or a meeting (see `Repository.resolve`).

    Values that today's schema refuses are left out, unless `strict`. Raises `OperationError` without that history, and
    `UsageError` for a name that means none of them.
    """
    repository = Repository.find(root)
    revision = repository.resolve(revision_name)
    source, folder = read_data_tree(repository, revision.commit)
    with open_parsed_cache(root) as cache:
        loaded = load_register_from(source, None if strict else validate_file_leniently, cache=cache)
    position_date = revision.day
    if revision.meeting:
        # The date that the programme gave for the meeting at that time.
        meeting = loaded.register.find_meeting(revision.meeting)
        position_date = (meeting.date.latest if meeting else None) or revision.day
    return Snapshot(repository, revision, position_date, source, folder, loaded)


@contextmanager
def with_templates(snapshot: Snapshot) -> Iterator[Snapshot]:
    """Unpack the snapshot's templates into a temporary folder.

    Messages about a template name its commit instead of that folder.
    """
    with create_temporary_folder() as temporary_folder:
        folder = temporary_folder.resolve()
        try:
            _write_templates(snapshot, folder)
            yield replace(snapshot, templates_folder=folder)
        except CommandError as error:
            message = str(error).replace(f"{folder}{os.sep}", f"{snapshot.short_commit}:")
            raise type(error)(message) from error


def _write_templates(snapshot: Snapshot, folder: Path) -> None:
    top = snapshot.data_folder.rstrip("/").rpartition("/")[0]
    files = _list_blobs(snapshot.repository, snapshot.commit, top, "templates")
    contents = snapshot.repository.read_blobs(blob.id for blob in files.values())
    templates = TreeSource(files, contents, sys.maxsize)
    for path in files:
        content = templates.read(path)
        # A link that leads out of the folder has no content.
        if isinstance(content, bytes) and not any(map(_is_unsafe_name, path.split("/"))):
            file = folder.joinpath(*PurePosixPath(path).parts)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)


def _is_unsafe_name(name: str) -> bool:
    """Whether a name has another meaning on another system, or leads out of its folder."""
    return not name.rstrip(". ") or name.endswith((".", " ")) or not _FORBIDDEN_CHARACTERS.isdisjoint(name)
