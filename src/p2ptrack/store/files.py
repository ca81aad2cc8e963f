"""Reading one file, whatever stands under its name."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from p2ptrack.problem import Problem, Severity

MOST_BYTES = 1_048_576
"""The largest file that is read: 1 MiB (design, section 7)."""

_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


def read_bytes(location: str | Path, path: str) -> bytes | Problem:
    """Return what a file holds, or the problem of reading it. At most 1 MiB is read, and nothing is waited for."""
    try:
        # Not `open`: its layers cost as much as the rest of the reading. O_NONBLOCK, or a pipe would wait for a writer.
        opened = os.open(location, _READ)
        try:
            about = os.fstat(opened)
            if stat.S_ISDIR(about.st_mode):
                raise IsADirectoryError(errno.EISDIR, "")
            if not stat.S_ISREG(about.st_mode):
                return not_a_file(path)
            data = b"" if about.st_size > MOST_BYTES else _all_of(opened, about.st_size)
        finally:
            os.close(opened)
    except OSError as error:
        return unreadable(path, error)
    return too_large(path) if max(about.st_size, len(data)) > MOST_BYTES else data


def _all_of(opened: int, size: int) -> bytes:
    """Return the whole of a file that is about so large: it may grow while it is read, and come in parts."""
    data = os.read(opened, size + 1)
    while len(data) <= MOST_BYTES and (more := os.read(opened, MOST_BYTES) if len(data) != size else b""):
        data += more
    return data


def too_large(path: str) -> Problem:
    """Return the problem of a file that is larger than any record."""
    return error(
        "D104",
        path,
        "This file is over 1 MiB, which no record is.",
        "the record alone; name long documents under evidence",
    )


def not_a_file(path: str) -> Problem:
    """Return the problem of a pipe, a socket or a device where a file should be."""
    return error("D101", path, "This is not a file that holds text.", "a file with the record's text")


def unreadable(path: str, fault: OSError) -> Problem:
    """Return the problem of a file or folder that the machine does not let us read."""
    fix = "a file that you may read; ask whoever looks after this machine"
    return error("D101", path, f"This cannot be read: {_why(fault)}.", fix)


_WHY = {
    errno.EACCES: "you have no permission",
    errno.EPERM: "you have no permission",
    errno.ENOENT: "nothing is behind this name",
    errno.EISDIR: "it is a folder",
    errno.ENOTDIR: "it is a file, and a folder should be here",
    errno.ELOOP: "it is a link that leads back to itself",
    errno.ENXIO: "it is not a file that holds text",
}


def _why(fault: OSError) -> str:
    return _WHY.get(fault.errno or 0) or fault.strerror or type(fault).__name__


def error(code: str, path: str, message: str, fix: str) -> Problem:
    """Return an error about a file as a whole."""
    return Problem(path, code, Severity.ERROR, message, fix)
