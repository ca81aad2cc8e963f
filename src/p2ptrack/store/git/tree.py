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
from p2ptrack.store.files import MOST_BYTES, too_large, unreadable
from p2ptrack.store.git.moves import PROGRAMME, data_folder
from p2ptrack.store.git.refusals import no_register
from p2ptrack.store.git.repository import Repository

_LINK = "120000"
_MOST_LINKS = 40


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
    folder: bool
    link: bool

    def is_dir(self) -> bool:
        """Whether it is a folder, or leads to one."""
        return self.folder

    def is_symlink(self) -> bool:
        """Whether it only leads elsewhere."""
        return self.link


@dataclass(frozen=True, slots=True)
class Tree:
    """A register's files in one commit, by their paths in its folder. What a link leads to is read in its place."""

    files: Mapping[str, Blob]
    contents: Mapping[str, bytes]
    most: int = MOST_BYTES
    _folders: frozenset[str] = field(init=False, repr=False, compare=False)
    _linked: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        near = {PurePosixPath(posixpath.dirname(path)) for path in self.files}
        every = {folder.as_posix() for each in near for folder in (each, *each.parents)}
        object.__setattr__(self, "_folders", frozenset(every))
        object.__setattr__(self, "_linked", any(blob.mode == _LINK for blob in self.files.values()))

    def scan(self, folder: str) -> list[TreeEntry]:
        """Return what stands in a folder, by name; nothing where there is no such folder."""
        start = f"{self._followed(folder) or folder}/"
        names = {path[len(start) :].partition("/")[0] for path in self.files if path.startswith(start)}
        return [self._entry(f"{start}{name}", name) for name in sorted(names)]

    def _entry(self, path: str, name: str) -> TreeEntry:
        return TreeEntry(name, (self._followed(path) or path) in self._folders, self._is_link(path))

    def _is_link(self, path: str) -> bool:
        return path in self.files and self.files[path].mode == _LINK

    def leads_out(self, path: str) -> bool:
        """Whether a path leads to a place outside the register's folder of its sort once every link is followed."""
        to = self._followed(path)
        return to is None or to.partition("/")[0] != path.partition("/")[0]

    def read(self, path: str) -> bytes | Problem:
        """Return what a file holds, or the problem of reading it."""
        to = self._followed(path) or path
        blob = self.files.get(to)
        if blob is None:
            return unreadable(path, OSError(errno.EISDIR if to in self._folders else errno.ENOENT, ""))
        if blob.mode == _LINK:
            return unreadable(path, OSError(errno.ELOOP, ""))
        return self.contents[blob.id] if blob.size <= self.most else too_large(path)

    def _followed(self, path: str) -> str | None:
        """Return where a path leads, each link on the way followed; itself for a loop, None for what is elsewhere."""
        if not self._linked:
            return path
        there, steps, left = "", path.split("/")[::-1], _MOST_LINKS
        while steps:
            there = posixpath.normpath(posixpath.join(there, steps.pop()))
            if there == ".." or there.startswith("../"):
                return None
            if self._is_link(there):
                left -= 1
                to = self.contents.get(self.files[there].id, b"").decode("utf-8", "surrogateescape")
                if to.startswith("/"):
                    return None
                there, steps = posixpath.dirname(there), [*steps, *to.split("/")[::-1]]
            if not left:
                return path
        return there


def data_tree(repository: Repository, commit: str) -> tuple[Tree, str]:
    """Return a register's data as a commit has them, and the folder they stood in.

    Raises `CannotGoOn` when that commit holds no register here or this copy of the repository lacks its files.
    """
    folder = data_folder(repository.prefix)
    # Another register may have stood then where this one does now.
    if repository.programmes(commit) != (f"{folder}{PROGRAMME}",):
        folder = repository.moved_from(commit)
    files = _files(repository, commit, folder)
    if PROGRAMME_PATH not in files:
        raise no_register(commit, folder)
    return Tree(files, repository.blobs(blob.id for blob in files.values() if blob.size <= MOST_BYTES)), folder


def templates_tree(repository: Repository, commit: str, folder: str) -> Tree:
    """Return the templates beside the data of a commit, from two calls of git; nothing where there are none."""
    files = _listed(repository, commit, folder.rstrip("/").rpartition("/")[0], "templates")
    return Tree(files, repository.blobs(blob.id for blob in files.values()), sys.maxsize)


def _files(repository: Repository, commit: str, folder: str) -> dict[str, Blob]:
    top, _, name = folder.rstrip("/").rpartition("/")
    files = _listed(repository, commit, top, name)
    return {f"data{path[len(name) :]}": blob for path, blob in files.items()}


def _listed(repository: Repository, commit: str, top: str, name: str) -> dict[str, Blob]:
    listed = repository.listed(commit, top, (name,)).split("\0")
    entries = ((path, about.split()) for about, _, path in (entry.partition("\t") for entry in listed if entry))
    # Of a blob that is not here git gives no size; asking for its contents tells that.
    return {
        path: Blob(mode, id_, int(size) if size.isdecimal() else 0)
        for path, (mode, sort, id_, size) in entries
        if sort == "blob"
    }
