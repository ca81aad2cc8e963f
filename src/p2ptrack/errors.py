"""Errors that end a command: each is a sentence for the user, and its class gives the exit code."""

from __future__ import annotations

import errno


class CommandError(Exception):
    """A command cannot continue. `code` is its exit code; the text is what the user reads."""

    code = 3


class OperationError(CommandError):
    """Something outside the command line is missing or broken: no register, no git, an unusable template."""


class UsageError(CommandError):
    """An unknown id, field, report, date or value of an option."""

    code = 2


class CheckFailed(CommandError):
    """The command did its work, and the answer is no: for example, the register has errors."""

    code = 1


_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your share of the disk is full",
    errno.EROFS: "this disk can only be read",
    errno.EACCES: "you do not have permission",
    errno.EPERM: "you do not have permission",
    errno.ENOENT: "there is nothing at this path",
    errno.ENOTDIR: "a file is where a folder should be",
    errno.ELOOP: "it is a link that leads back to itself",
    errno.ENXIO: "it is not a text file",
    errno.ENAMETOOLONG: "the name is too long",
    errno.EMFILE: "too many files are open",
    errno.EISDIR: "it is a folder",
}


def describe_os_error(error: OSError) -> str:
    """Return why the operating system refused, as the middle of a sentence."""
    return _REASONS.get(error.errno or 0) or error.strerror or type(error).__name__
