"""The files of a register as a commit has them, read from git's objects: work tree and index are never touched."""

from __future__ import annotations

import errno
import posixpath
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from p2ptrack.problem import Problem
from p2ptrack.records.register import PROGRAMME_PATH
from p2ptrack.store.files import MAX_FILE_BYTES, too_large_error, unreadable_error
from p2ptrack.store.git.moves import PROGRAMME_NAME, data_folder
from p2ptrack.store.git.refusals import no_register_error
from p2ptrack.store.git.repository import Repository

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
