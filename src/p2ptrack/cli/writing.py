"""Files that commands write: the folder is made, and a place that cannot be written is one sentence."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from p2ptrack.errors import OperationError


def save_file(path: Path, data: bytes) -> None:
    """Write a file and the folders it is in. Raises `OperationError` when that cannot be done."""
    _write_file(path, data, path)


def _write_file(path: Path, data: bytes, reported_path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise _write_failure(reported_path, error) from error


@contextmanager
def stage_files(files: Mapping[Path, bytes]) -> Iterator[Callable[[], None]]:
    """Write files under other names in their folders, and hold what puts all of them in place.

    What is not put in place is taken away again, with the folders that were made for it. Raises `OperationError` when a
    file cannot be written.
    """
    temporary_paths = {path: path.with_name(f".{path.name}.{os.getpid()}.part") for path in files}
    folders = [folder for path in files for folder in (path.parent, *path.parent.parents)]
    new_folders = [folder for folder in dict.fromkeys(folders) if not folder.exists()]
    try:
        for path, temporary_path in temporary_paths.items():
            if path.is_dir():
                raise OperationError(f"{path} cannot be written: it is a folder. Choose another place with --output.")
            _write_file(temporary_path, files[path], path)
        yield lambda: _replace_files(temporary_paths)
    finally:
        for temporary_path in temporary_paths.values():
            with suppress(OSError):
                temporary_path.unlink()
        for folder in new_folders:
            with suppress(OSError):
                folder.rmdir()


def _replace_files(temporary_paths: Mapping[Path, Path]) -> None:
    for path, temporary_path in temporary_paths.items():
        try:
            temporary_path.replace(path)
        except OSError as error:
            raise _write_failure(path, error) from error


def _write_failure(path: Path, error: OSError) -> OperationError:
    reason = error.strerror or type(error).__name__
    return OperationError(f"{path} cannot be written: {reason}. Choose another place with --output.")
