"""Reading one file, whatever stands under its name."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from p2ptrack.problem import Problem, Severity

MOST_BYTES = 1_048_576
"""The largest file that is read: 1 MiB (design, section 7)."""

_AT_ONCE = getattr(os, "O_NONBLOCK", 0)


def read_bytes(location: str | Path, path: str) -> bytes | Problem:
    """Return what a file holds, or the problem of reading it. At most 1 MiB is read, and nothing is waited for."""
    try:
        with open(location, "rb", buffering=0, opener=_opened) as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode):
                return not_a_file(path)
            data = file.read() if about.st_size <= MOST_BYTES else None
    except OSError as error:
        return unreadable(path, error)
    return data if data is not None and len(data) <= MOST_BYTES else _too_large(path)


def _opened(path: str, flags: int) -> int:
    # Opening a pipe would wait for somebody to write into it.
    return os.open(path, flags | _AT_ONCE)


def _too_large(path: str) -> Problem:
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
