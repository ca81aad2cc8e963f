"""Errors that end a command: each is a sentence for the user, and its class gives the exit code."""

from __future__ import annotations


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
