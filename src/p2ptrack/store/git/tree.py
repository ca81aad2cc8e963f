"""The files of a register as a commit has them, read from git's objects: work tree and index are never touched."""

from __future__ import annotations

import posixpath
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from p2ptrack.problem import Problem
from p2ptrack.records.register import PROGRAMME_PATH
from p2ptrack.store.files import MOST_BYTES, too_large, unreadable
from p2ptrack.store.git.moves import data_folder
from p2ptrack.store.git.refusals import no_register
from p2ptrack.store.git.repository import Repository

_LINK = "120000"
_MOST_LINKS = 8


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

    def scan(self, folder: str) -> list[TreeEntry]:
        """Return what stands in a folder, by name; nothing where there is no such folder."""
        start = f"{folder}/"
        below = [path[len(start) :].partition("/") for path in self.files if path.startswith(start)]
        folders = {name for name, cut, _ in below if cut}
        return [self._entry(start, name, folders) for name in sorted({name for name, _, _ in below})]

    def _entry(self, start: str, name: str, folders: set[str]) -> TreeEntry:
        blob = self.files.get(f"{start}{name}")
        return TreeEntry(name, name in folders, blob is not None and blob.mode == _LINK)

    def leads_out(self, path: str) -> bool:
        """Whether a path leads to a place outside the register once every link is followed."""
        blob = self.files.get(path)
        return blob is not None and blob.mode == _LINK and self._followed(path) is None

    def read(self, path: str) -> bytes | Problem:
        """Return what a file holds, or the problem of reading it."""
        blob = self.files.get(self._followed(path) or "")
        if blob is None:
            return unreadable(path, FileNotFoundError(2, ""))
        return self.contents[blob.id] if blob.size <= self.most else too_large(path)

    def _followed(self, path: str) -> str | None:
        """Return the file that a path leads to; None where that is not in the register."""
        for _ in range(_MOST_LINKS):
            blob = self.files.get(path)
            if blob is None or blob.mode != _LINK:
                return path if blob else None
            to = self.contents.get(blob.id, b"").decode("utf-8", "surrogateescape")
            path = posixpath.normpath(posixpath.join(posixpath.dirname(path), to))
        return None


def data_tree(repository: Repository, commit: str) -> tuple[Tree, str]:
    """Return a register's data as a commit has them, and the folder they stood in, from two calls of git.

    Raises `CannotGoOn` when that commit holds no register here or this copy of the repository lacks its files.
    """
    folder = data_folder(repository.prefix)
    files = _files(repository, commit, folder)
    if PROGRAMME_PATH not in files:
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
