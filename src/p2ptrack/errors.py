"""What stops a command: one family, caught in one place, each one sentence that says what to do."""

from __future__ import annotations


class CommandError(Exception):
    """A command cannot go on. `code` is its exit code; the text is what the user reads."""

    code = 3


class OperationError(CommandError):
    """No register, a faulty programme, a broken template, no git, no Pango, nowhere to write."""

    code = 3


class UsageError(CommandError):
    """An unknown id, field, report, date or flag value."""

    code = 2


class CheckFailed(CommandError):
    """Done as asked, and the answer is no: a paper refused because the register has errors."""

    code = 1
