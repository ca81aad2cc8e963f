"""Reading one file, whatever stands under its name."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from p2ptrack.problem import Problem, Severity

MAX_FILE_BYTES = 1_048_576
"""The largest file that is read: 1 MiB (design, section 7)."""

_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


def read_bytes(file: str | Path, path: str) -> bytes | Problem:
    """Return what a file holds, or the problem of reading it. At most 1 MiB is read, and nothing is waited for."""
    try:
        # Not `open`: its layers cost as much as the rest of the reading. O_NONBLOCK, or a pipe would wait for a writer.
        descriptor = os.open(file, _OPEN_FLAGS)
        try:
            file_stat = os.fstat(descriptor)
            if stat.S_ISDIR(file_stat.st_mode):
                raise IsADirectoryError(errno.EISDIR, "")
            if not stat.S_ISREG(file_stat.st_mode):
                return not_a_file_error(path)
            data = b"" if file_stat.st_size > MAX_FILE_BYTES else _read_all(descriptor, file_stat.st_size)
        finally:
            os.close(descriptor)
    except OSError as os_error:
        return unreadable_error(path, os_error)
    return too_large_error(path) if max(file_stat.st_size, len(data)) > MAX_FILE_BYTES else data


def _read_all(descriptor: int, size: int) -> bytes:
    """Return the whole of a file that is about so large: it may grow while it is read, and come in parts."""
    data = os.read(descriptor, size + 1)
    while len(data) <= MAX_FILE_BYTES and (chunk := os.read(descriptor, MAX_FILE_BYTES) if len(data) != size else b""):
        data += chunk
    return data


def too_large_error(path: str) -> Problem:
    """Return the problem of a file that is larger than any record."""
    return file_error(
        "D104",
        path,
        "This file is over 1 MiB, which no record is.",
        "the record alone; name long documents under evidence",
    )


def not_a_file_error(path: str) -> Problem:
    """Return the problem of a pipe, a socket or a device where a file should be."""
    return file_error("D101", path, "This is not a file that holds text.", "a file with the record's text")


def unreadable_error(path: str, os_error: OSError) -> Problem:
    """Return the problem of a file or folder that the machine does not let us read."""
    fix = "a file that you may read; ask whoever looks after this machine"
    return file_error("D101", path, f"This cannot be read: {_explain_os_error(os_error)}.", fix)


_OS_ERROR_REASONS = {
    errno.EACCES: "you have no permission",
    errno.EPERM: "you have no permission",
    errno.ENOENT: "nothing is behind this name",
    errno.EISDIR: "it is a folder",
    errno.ENOTDIR: "it is a file, and a folder should be here",
    errno.ELOOP: "it is a link that leads back to itself",
    errno.ENXIO: "it is not a file that holds text",
}


def _explain_os_error(os_error: OSError) -> str:
    return _OS_ERROR_REASONS.get(os_error.errno or 0) or os_error.strerror or type(os_error).__name__


def file_error(code: str, path: str, message: str, fix: str) -> Problem:
    """Return an error about a file as a whole."""
    return Problem(path, code, Severity.ERROR, message, fix)
