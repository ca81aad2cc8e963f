"""The command line: commands, the clock, the terminal and exit codes."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import NoReturn, Self

__all__ = ["LastHandler", "entry_point", "main", "write_to_stderr"]

EXIT_OPERATION_ERROR = 3
EXIT_INTERRUPTED = 130
_DEBUG_VARIABLE = "P2PTRACK_DEBUG"
_MAX_LENGTH = 200
_GC_THRESHOLD = 1_000_000
"""New objects before Python looks for garbage among them.

Modules, records and the boxes of a paper's pages are many, are needed until the end and hold hardly any. With Python's
own 700 such searches take a fourteenth of a short run and a fifth of a PDF.
"""


def entry_point() -> NoReturn:
    """Console-script entry point."""
    gc.set_threshold(_GC_THRESHOLD)
    code = main()
    gc.freeze()  # Python would look through all objects before it exits
    sys.exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code. The user never sees a traceback."""
    # Plugins that other packages register with pydantic must not change our models or slow down every start.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    with LastHandler() as handler:
        from p2ptrack.cli.app import run_command_line

        handler.code = run_command_line(sys.argv[1:] if arguments is None else arguments)
    return handler.code


class LastHandler:
    """Turns every exception of a command, also one during imports, into an exit code and one sentence.

    `SystemExit` passes, because some shells read the exit code of a completion from it. With P2PTRACK_DEBUG in the
    environment, errors are not caught, so that their traceback is shown.
    """

    def __init__(self) -> None:
        self.code = EXIT_OPERATION_ERROR

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        if error is None or isinstance(error, SystemExit):
            return False
        if isinstance(error, KeyboardInterrupt):
            self.code = EXIT_INTERRUPTED
            return True
        if os.environ.get(_DEBUG_VARIABLE):
            return False
        self.code = EXIT_OPERATION_ERROR
        write_to_stderr(describe_unexpected_error(error))
        return True


def describe_unexpected_error(error: BaseException) -> str:
    """Return a sentence about an unexpected error, with its type."""
    if isinstance(error, MemoryError):
        return "This computer has too little memory for this. Close other programs, or use a smaller register."
    kind = type(error).__name__
    text = "".join(character if character.isprintable() else " " for character in str(error))
    detail = " ".join(f"{kind}: {text}".split()).removesuffix(":")[:_MAX_LENGTH].rstrip(".")
    return f"p2ptrack stopped because of an error that it did not expect ({detail}). Report it with your command."


def write_to_stderr(text: str) -> None:
    """Write a line to standard error. If that fails, only the exit code reports the error."""
    try:
        sys.stderr.write(f"{_wrap_for_terminal(text)}\n")
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):
        discard_stream("stderr")


def _wrap_for_terminal(text: str) -> str:
    """Return text in lines that a terminal does not break inside a word. A command to paste stays on one line."""
    if not sys.stderr.isatty():
        return text
    import shutil
    import textwrap

    from p2ptrack.phrases import join_command_words, split_command_words

    width = max(shutil.get_terminal_size((80, 24)).columns, 20)
    raw_lines = join_command_words(text).split("\n")
    lines = (textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False) for line in raw_lines)
    return split_command_words("\n".join(lines))


def discard_stream(name: str) -> None:
    """Discard what is still buffered in a standard stream; otherwise Python would fail when it exits."""
    with suppress(OSError, ValueError, AttributeError):
        null_device = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null_device, getattr(sys, name).fileno())
