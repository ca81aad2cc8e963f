"""Where a register's files are read from: the folder as it is, or a commit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from p2ptrack.problem import Problem


class FolderEntry(Protocol):
    """Something that stands in a folder, as `os.scandir` gives it."""

    @property
    def name(self) -> str:
        """Its name."""

    def is_dir(self) -> bool:
        """Whether it is a folder, or leads to one."""

    def is_symlink(self) -> bool:
        """Whether it only leads elsewhere."""


class FileSource(Protocol):
    """A register's files. Paths are relative to its folder, with `/`."""

    def scan(self, folder: str) -> Sequence[FolderEntry] | Problem:
        """Return what stands in a folder, by name; nothing where there is no such folder."""

    def is_outside(self, path: str) -> bool:
        """Whether a path leads to a place outside the register once every link is followed."""

    def read(self, path: str) -> bytes | Problem:
        """Return what a file holds, or the problem of reading it."""
