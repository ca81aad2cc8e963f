"""Files that commands write: the folder is made, and a place that cannot be written is one sentence."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from p2ptrack.errors import CannotGoOn


def save(path: Path, data: bytes) -> None:
    """Write a file and the folders it is in. Raises `CannotGoOn` when that cannot be done."""
    _write(path, data, path)


def _write(path: Path, data: bytes, told: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise _unwritten(told, error) from error


@contextmanager
def prepared(files: Mapping[Path, bytes]) -> Iterator[Callable[[], None]]:
    """Write files under other names in their folders, and hold what puts all of them in place.

    What is not put in place is taken away again, with the folders that were made for it. Raises `CannotGoOn` when a
    file cannot be written.
    """
    parts = {path: path.with_name(f".{path.name}.{os.getpid()}.part") for path in files}
    folders = [folder for path in files for folder in (path.parent, *path.parent.parents)]
    absent = [folder for folder in dict.fromkeys(folders) if not folder.exists()]
    try:
        for path, part in parts.items():
            if path.is_dir():
                raise CannotGoOn(f"{path} cannot be written: it is a folder. Choose another place with --output.")
            _write(part, files[path], path)
        yield lambda: _put_in_place(parts)
    finally:
        for part in parts.values():
            with suppress(OSError):
                part.unlink()
        for folder in absent:
            with suppress(OSError):
                folder.rmdir()


def _put_in_place(parts: Mapping[Path, Path]) -> None:
    for path, part in parts.items():
        try:
            part.replace(path)
        except OSError as error:
            raise _unwritten(path, error) from error


def _unwritten(path: Path, error: OSError) -> CannotGoOn:
    why = error.strerror or type(error).__name__
    return CannotGoOn(f"{path} cannot be written: {why}. Choose another place with --output.")
