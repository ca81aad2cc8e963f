"""The register as it stood: the files of a moment, the day to judge them on, and the templates of then."""

from __future__ import annotations

import errno
import hashlib
import os
import posixpath
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Protocol

from p2ptrack.diagnostics import Problem, Severity, escape_control_characters
from p2ptrack.errors import CommandError
from p2ptrack.model.history import SHORT_COMMIT_LENGTH, kind_of_path
from p2ptrack.model.register import PROGRAMME_PATH, CurrentRegister, Register
from p2ptrack.store.folder import MAX_FILE_BYTES, FolderSource, too_large_error, unreadable_error
from p2ptrack.store.git.log import PROGRAMME_NAME, ResolvedRevision, data_folder
from p2ptrack.store.git.mainline import read_mainline
from p2ptrack.store.git.process import SHALLOW_MESSAGE, explain_failure, has_git_folder, no_register_error, run_git
from p2ptrack.store.git.repository import Repository, list_published_meetings
from p2ptrack.store.loader import LoadedRegister, load_register_from, validate_file_leniently

# The files of a register as a commit has them, read from git's objects: work tree and index are never touched.


_LINK_MODE = "120000"
_MAX_LINKS = 40


@dataclass(frozen=True, slots=True)
class Blob:
    """A file of a commit: what sort of thing it is, its content's id, and how many bytes that has."""

    mode: str
    id: str
    size: int


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """Something that stands in a folder of a commit."""

    name: str
    is_folder: bool
    is_link: bool

    def is_dir(self) -> bool:
        """Whether it is a folder, or leads to one."""
        return self.is_folder

    def is_symlink(self) -> bool:
        """Whether it only leads elsewhere."""
        return self.is_link


@dataclass(frozen=True, slots=True)
class TreeSource:
    """A register's files in one commit, by their paths in its folder. What a link leads to is read in its place."""

    files: Mapping[str, Blob]
    contents: Mapping[str, bytes]
    max_bytes: int = MAX_FILE_BYTES
    _folders: frozenset[str] = field(init=False, repr=False, compare=False)
    _linked: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        direct_folders = {PurePosixPath(posixpath.dirname(path)) for path in self.files}
        all_folders = {
            folder.as_posix() for direct_folder in direct_folders for folder in (direct_folder, *direct_folder.parents)
        }
        object.__setattr__(self, "_folders", frozenset(all_folders))
        object.__setattr__(self, "_linked", any(blob.mode == _LINK_MODE for blob in self.files.values()))

    def scan(self, folder: str) -> list[TreeEntry]:
        """Return what stands in a folder, by name; nothing where there is no such folder."""
        start = f"{self._follow_links(folder) or folder}/"
        names = {path[len(start) :].partition("/")[0] for path in self.files if path.startswith(start)}
        return [self._make_entry(f"{start}{name}", name) for name in sorted(names)]

    def _make_entry(self, path: str, name: str) -> TreeEntry:
        return TreeEntry(name, (self._follow_links(path) or path) in self._folders, self._is_link(path))

    def _is_link(self, path: str) -> bool:
        return path in self.files and self.files[path].mode == _LINK_MODE

    def is_outside(self, path: str) -> bool:
        """Whether a path leads to a place outside the register's folder of its sort once every link is followed."""
        target = self._follow_links(path)
        return target is None or target.partition("/")[0] != path.partition("/")[0]

    def read(self, path: str) -> bytes | Problem:
        """Return what a file holds, or the problem of reading it."""
        target = self._follow_links(path) or path
        blob = self.files.get(target)
        if blob is None:
            return unreadable_error(path, OSError(errno.EISDIR if target in self._folders else errno.ENOENT, ""))
        if blob.mode == _LINK_MODE:
            return unreadable_error(path, OSError(errno.ELOOP, ""))
        return self.contents[blob.id] if blob.size <= self.max_bytes else too_large_error(path)

    def _follow_links(self, path: str) -> str | None:
        """Return where a path leads, each link on the way followed; itself for a loop, None for what is elsewhere."""
        if not self._linked:
            return path
        current, steps, links_left = "", path.split("/")[::-1], _MAX_LINKS
        while steps:
            current = posixpath.normpath(posixpath.join(current, steps.pop()))
            if current == ".." or current.startswith("../"):
                return None
            if self._is_link(current):
                links_left -= 1
                target = self.contents.get(self.files[current].id, b"").decode("utf-8", "surrogateescape")
                if target.startswith("/"):
                    return None
                current, steps = posixpath.dirname(current), [*steps, *target.split("/")[::-1]]
            if not links_left:
                return path
        return current


def read_data_tree(repository: Repository, commit: str) -> tuple[TreeSource, str]:
    """Return a register's data as a commit has them, and the folder they stood in.

    Raises `CannotGoOn` when that commit holds no register here or this copy of the repository lacks its files.
    """
    folder = data_folder(repository.prefix)
    # Another register may have stood then where this one does now.
    if repository.list_programmes(commit) != (f"{folder}{PROGRAMME_NAME}",):
        folder = repository.find_data_folder(commit)
    files = _list_data_files(repository, commit, folder)
    if PROGRAMME_PATH not in files:
        raise no_register_error(commit, folder)
    return TreeSource(
        files, repository.read_blobs(blob.id for blob in files.values() if blob.size <= MAX_FILE_BYTES)
    ), folder


def read_templates_tree(repository: Repository, commit: str, folder: str) -> TreeSource:
    """Return the templates beside the data of a commit, from two calls of git; nothing where there are none."""
    files = _list_blobs(repository, commit, folder.rstrip("/").rpartition("/")[0], "templates")
    return TreeSource(files, repository.read_blobs(blob.id for blob in files.values()), sys.maxsize)


def _list_data_files(repository: Repository, commit: str, folder: str) -> dict[str, Blob]:
    top, _, name = folder.rstrip("/").rpartition("/")
    files = _list_blobs(repository, commit, top, name)
    return {f"data{path[len(name) :]}": blob for path, blob in files.items()}


def _list_blobs(repository: Repository, commit: str, top: str, name: str) -> dict[str, Blob]:
    lines = repository.list_files(commit, top, (name,)).split("\0")
    entries = ((path, metadata.split()) for metadata, _, path in (entry.partition("\t") for entry in lines if entry))
    # Of a blob that is not here git gives no size; asking for its contents tells that.
    return {
        path: Blob(mode, id_, int(size) if size.isdecimal() else 0)
        for path, (mode, object_type, id_, size) in entries
        if object_type == "blob"
    }


_FILE_CODE_PREFIX = "D"
_UNREAD_CODES = frozenset({"D101", "D103", "D105", "D108"})
_FORBIDDEN_CHARACTERS = frozenset('\\:*?"<>|')


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A register as a commit has it, and the day to judge it on.

    `moment` is what led to its commit. `data` is the folder that its data stood in then, from the repository's top.
    For papers, `folder` holds its `templates` while they are unpacked, and `now` is what is exempt by now.
    """

    repository: Repository
    revision: ResolvedRevision
    position_date: date
    source: TreeSource
    data_folder: str
    loaded: LoadedRegister
    templates_folder: Path | None = None
    current: CurrentRegister | None = None

    @property
    def commit(self) -> str:
        """Return the commit's id."""
        return self.revision.commit

    @property
    def warning(self) -> str:
        """Return what is told of a meeting whose date counts in a copy that may lack its tag; else nothing."""
        if not (self.revision.meeting and self.revision.by_date and self.repository.is_shallow):
            return ""
        return f"The meeting {escape_control_characters(self.revision.meeting)} has no tag in this copy, so its date counts. {SHALLOW_MESSAGE}"

    @property
    def short_commit(self) -> str:
        """Return the commit's id as people quote it."""
        return self.commit[:SHORT_COMMIT_LENGTH]

    @property
    def ignored_values(self) -> tuple[Problem, ...]:
        """Return what today's schema cannot make anything of, and is left out of records that are there."""
        warnings = (problem for problem in self.loaded.problems if problem.severity is Severity.WARNING)
        return tuple(problem for problem in warnings if not problem.code.startswith(_FILE_CODE_PREFIX))


def load_snapshot(root: Path, revision_name: str, *, strict: bool = False) -> Snapshot:
    """Return the register of a folder as it stood at a commit, a tag, a date or a meeting (see `Repository.moment`).

    What today's schema refuses is read as far as it can be understood, unless `strict`. Raises `CannotGoOn` without
    that history, and `WrongUsage` for a word that means none of them.
    """
    repository = Repository.find(root)
    revision = repository.resolve(revision_name)
    source, folder = read_data_tree(repository, revision.commit)
    loaded = load_register_from(source, None if strict else validate_file_leniently)
    return Snapshot(repository, revision, _find_position_date(revision, loaded.register), source, folder, loaded)


def _find_position_date(revision: ResolvedRevision, register: Register) -> date:
    """Return the day of the moment: of a meeting, the one that the programme gave for it then."""
    if not revision.meeting:
        return revision.day
    meeting = register.find_meeting(revision.meeting)
    return (meeting.date.latest if meeting else None) or revision.day


def load_current(snapshot: Snapshot) -> CurrentRegister:
    """Return what is known today of a past register, read as far as it can be understood.

    Raises `CannotGoOn` where a record is gone and this copy of the repository lacks what it said last.
    """
    loaded = load_register_from(FolderSource(snapshot.repository.root), validate_file_leniently)
    current_ids = {id_.casefold() for id_ in (*loaded.register.by_id, *loaded.register.broken_ids)}
    has_deleted = any(record.id.casefold() not in current_ids for record in snapshot.loaded.register.records)
    deleted = _load_deleted(snapshot.repository) if has_deleted else Register(loaded.register.programme)
    broken = {id_ for id_ in deleted.broken_ids if id_.casefold() not in current_ids}
    return CurrentRegister(
        replace(loaded.register, broken_ids=loaded.register.broken_ids | broken),
        {record.id.casefold(): record for record in deleted.records},
        any(problem.code in _UNREAD_CODES for problem in loaded.problems),
    )


def _load_deleted(repository: Repository) -> Register:
    """Return the records whose files have gone from the line, each as it stood last."""
    changes = (change for commit in read_mainline(repository).commits for change in commit.changes)
    files = {change.path: change.old for change in changes if not change.new and kind_of_path(change.path)}
    contents = repository.read_blobs(files.values())
    blobs = {path: Blob("100644", blob_id, len(contents[blob_id])) for path, blob_id in files.items()}
    return load_register_from(TreeSource(blobs, contents), validate_file_leniently).register


@contextmanager
def with_templates(snapshot: Snapshot) -> Iterator[Snapshot]:
    """Hold what papers need: the `templates` of then, in a folder of the machine's own that goes afterwards.

    What is told of a template's file names its commit instead of that place.
    """
    with TemporaryDirectory(prefix="p2ptrack-") as temporary_folder:
        folder = Path(temporary_folder).resolve()
        try:
            _write_templates(read_templates_tree(snapshot.repository, snapshot.commit, snapshot.data_folder), folder)
            yield replace(snapshot, templates_folder=folder, current=load_current(snapshot))
        except CommandError as command_error:
            raise type(command_error)(
                str(command_error).replace(f"{folder}{os.sep}", f"{snapshot.short_commit}:")
            ) from command_error


def _write_templates(templates: TreeSource, folder: Path) -> None:
    for path in templates.files:
        content = templates.read(path)  # of a link that leads out, there is none
        if isinstance(content, bytes) and _is_portable_path(path):
            file = folder.joinpath(*PurePosixPath(path).parts)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)


def _is_portable_path(path: str) -> bool:
    """Whether a path means the same on every machine, and stays in the folder it is written to."""
    return not any(_is_unsafe_name(part) for part in path.split("/"))


def _is_unsafe_name(part: str) -> bool:
    return not part.rstrip(". ") or part.endswith((".", " ")) or not _FORBIDDEN_CHARACTERS.isdisjoint(part)


# Which commit a register stands at, and whether its files differ from it.


_SHA256_DIGITS = 64
_COMPARED_FOLDERS = ("data", "templates")


class Hash(Protocol):
    """What hashlib's functions give."""

    def hexdigest(self) -> str:
        """Return the digest in figures."""


def read_head(root: Path) -> tuple[str, bool]:
    """Return the commit of the register and whether its files differ from it; `("", False)` without git.

    Nothing that the repository configures is run: files are compared by blob ids that are worked out here.
    """
    commit = _read_git_output(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}").strip()
    if not commit:
        return "", False
    return commit, bool(list_modified_paths(root, commit))


def explain_unknown_head(root: Path) -> str:
    """Return why git does not tell the commit of a register that is in a repository; else nothing."""
    result = run_git(root, "rev-parse", "--git-dir")
    return (
        str(explain_failure(root, result)) if result.is_installed and result.exit_code and has_git_folder(root) else ""
    )


def list_modified_paths(root: Path, commit: str) -> tuple[str, ...]:
    """Return the paths of the register's files that are not as a commit has them, those that are gone among them."""
    committed = _list_committed(root, commit)
    present = dict(_list_present(root, committed, commit))
    return tuple(sorted(path for path in committed | present if committed.get(path) != present.get(path)))


def list_meetings_at(root: Path, commit: str) -> tuple[str, ...]:
    """Return the meetings whose papers this register sealed at a commit, by their tags; none without git."""
    if not commit:
        return ()
    return tuple(
        list_published_meetings(
            root, _read_git_output(root, "rev-parse", "--show-prefix").removesuffix("\n"), f"--points-at={commit}"
        )
    )


def _read_git_output(root: Path, *arguments: str) -> str:
    result = run_git(root, *arguments)
    return result.text if result.exit_code == 0 else ""


def _list_committed(root: Path, commit: str) -> dict[str, str]:
    lines = _read_git_output(root, "ls-tree", "-r", "-z", commit, "--", *_COMPARED_FOLDERS).split("\0")
    entries = (entry.partition("\t") for entry in lines if entry)
    return {path: metadata.split(" ")[2] for metadata, _, path in entries}


def _list_present(root: Path, committed: Mapping[str, str], commit: str) -> Iterator[tuple[str, str]]:
    hash_function = hashlib.sha256 if len(commit) == _SHA256_DIGITS else partial(hashlib.sha1, usedforsecurity=False)
    for top_folder in _COMPARED_FOLDERS:
        for entry, path in _walk_entries(str(root / top_folder), top_folder):
            data = _read_content(entry) if path in committed or not entry.name.startswith(".") else None
            if data is not None:
                yield path, _match_blob_id(data, committed.get(path, ""), hash_function)


def _walk_entries(folder: str, path: str) -> Iterator[tuple[os.DirEntry[str], str]]:
    """Yield all that stands in a folder and below it, with its path in the register; nothing where there is none."""
    try:
        entries = [*os.scandir(folder)]
    except OSError:
        return
    for entry in entries:
        yield entry, f"{path}/{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            yield from _walk_entries(entry.path, f"{path}/{entry.name}")


def _read_content(entry: os.DirEntry[str]) -> bytes | None:
    """Return what git would keep of a file: of a link, where it leads. None for folders and what cannot be read."""
    try:
        if entry.is_symlink():
            return os.fsencode(Path(entry.path).readlink())
        return Path(entry.path).read_bytes() if entry.is_file() else None
    except OSError:
        return None


def _match_blob_id(data: bytes, committed_id: str, hash_function: Callable[[bytes], Hash]) -> str:
    # A checkout on Windows may hold CRLF where git holds LF: that is the same record.
    blob_id = _hash_blob(data, hash_function)
    return (
        committed_id
        if b"\r\n" in data and _hash_blob(data.replace(b"\r\n", b"\n"), hash_function) == committed_id
        else blob_id
    )


def _hash_blob(data: bytes, hash_function: Callable[[bytes], Hash]) -> str:
    return hash_function(b"blob %d\0" % len(data) + data).hexdigest()
