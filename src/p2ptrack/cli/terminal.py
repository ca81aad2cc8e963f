"""The terminal: standard streams, colour, progress bars, exit codes, and the paths of written files."""

from __future__ import annotations

import codecs
import errno
import io
import os
import shutil
import stat
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, TextIO

from typer import Abort, Exit, TyperException

from p2ptrack.cli import EXIT_INTERRUPTED, EXIT_OPERATION_ERROR, discard_stream, write_to_stderr
from p2ptrack.cli.options import describe_usage_error
from p2ptrack.diagnostics import escape_control_characters
from p2ptrack.errors import CommandError, describe_os_error
from p2ptrack.formats import Format
from p2ptrack.phrases import join_command_words, split_command_words

if TYPE_CHECKING:
    from p2ptrack.reports.document import Document, FormatOptions


EXIT_USAGE_ERROR = 2


class OutputError(CommandError):
    """The answer cannot be written to standard output."""


def run_safely(command: Callable[[], int | None]) -> int:
    """Run a command and return its exit code; an expected error is printed as a sentence on standard error.

    A reader that closes the pipe early, such as `head`, is not an error.
    """
    _prepare_streams()
    try:
        code = command() or 0
        with explain_output_failure():
            sys.stdout.flush()
    except CommandError as error:
        code = _print_error(str(error), error.code)
    except TyperException as error:
        # Without a message it is the help, printed because no command was named.
        code = _print_error(describe_usage_error(error), EXIT_USAGE_ERROR) if str(error) else EXIT_USAGE_ERROR
    except Exit as request:
        code = request.exit_code
    except SystemExit as request:  # how Typer ends completion
        code = request.code if isinstance(request.code, int) else 0
    except (Abort, KeyboardInterrupt):
        code = EXIT_INTERRUPTED
    except OSError as error:
        code = _print_error(_describe_os_error(error), EXIT_OPERATION_ERROR)
    return code


@contextmanager
def explain_output_failure() -> Iterator[None]:
    """Raise `OutputError` if standard output cannot be written, and `Exit` if its reader has closed the pipe."""
    try:
        yield
    except OSError as error:
        discard_stream("stdout")
        if _is_closed_pipe(error):
            raise Exit from None
        raise OutputError(f"The answer cannot be written: {describe_os_error(error)}.") from error


def _describe_os_error(error: OSError) -> str:
    """Return what the operating system refused, and what to do about it."""
    try:
        Path.cwd()
    except OSError:
        return "The folder that you are in no longer exists. Go to another one."
    if "temporary directory" in str(error):  # the message of Python's module tempfile
        return "No folder for temporary files can be written. Name one that can be in the variable TMPDIR."
    place = f"{error.filename} cannot be used" if error.filename else "The computer refuses something that is needed"
    return f"{place}: {describe_os_error(error)}. Correct that and try again."


def _prepare_streams() -> None:
    """Open missing streams, as under a scheduler, and let each replace characters that it cannot show."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
            setattr(sys, name, stream)
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_REPLACE_WITH_ASCII)


def _is_closed_pipe(error: OSError) -> bool:
    """Whether the reader closed the pipe, which Windows reports as an invalid argument."""
    return error.errno == errno.EPIPE or (os.name == "nt" and error.errno == errno.EINVAL)


def _print_error(text: str, code: int) -> int:
    write_notice("\n".join(escape_control_characters(line) for line in text.split("\n")))
    return code


# Characters that a Windows console or an old locale often lacks.
_PUNCTUATION = {"–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "•": "*", "·": "-", "→": "->"}
_ASCII_REPLACEMENTS = str.maketrans({**_PUNCTUATION, "£": "GBP ", "€": "EUR "})
_REPLACE_WITH_ASCII = "p2ptrack.replace_with_ascii"


def _replace_with_ascii(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end].translate(_ASCII_REPLACEMENTS)
    replacements = (
        unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode() or "?" for character in text
    )
    return "".join(replacements), error.end


codecs.register_error(_REPLACE_WITH_ASCII, _replace_with_ascii)

_MIN_WIDTH = 20


def terminal_style() -> FormatOptions:
    """Return the width and colour of standard output; a file or a pipe counts as 80 columns without colour."""
    from p2ptrack.reports.document import FormatOptions

    width = shutil.get_terminal_size((80, 24)).columns
    return FormatOptions(width=max(width, _MIN_WIDTH), colour=is_colour_supported(sys.stdout))


def is_colour_supported(stream: TextIO) -> bool:
    """Whether to colour: only in a terminal that can show it, and never against NO_COLOR (no-color.org)."""
    allowed = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    capable = os.name != "nt" or "WT_SESSION" in os.environ
    return stream.isatty() and allowed and capable


def print_document(document: Document, format_: Format) -> None:
    """Print a document: text as the terminal can show it, machine-readable formats as their exact bytes."""
    write_output(format_.write(document, terminal_style()), as_text=format_.name == "text")


def write_output(data: bytes, *, as_text: bool = False) -> None:
    """Write to standard output. Bytes stay as they are unless people will read them."""
    if as_text or sys.stdout.isatty():
        write_text(data.decode("utf-8-sig").replace("\r\n", "\n"))
        return
    with explain_output_failure():
        sys.stdout.flush()
        # Excel needs the byte order mark of a file; for a program at the other end of a pipe it is part of the text.
        sys.stdout.buffer.write(data.removeprefix(codecs.BOM_UTF8) if _is_pipe(sys.stdout) else data)


def _is_pipe(stream: TextIO) -> bool:
    try:
        mode = os.fstat(stream.fileno()).st_mode
    except (OSError, ValueError):
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def write_text(text: str) -> None:
    """Write text for people to standard output."""
    with explain_output_failure():
        sys.stdout.write(text)


def print_text(text: str) -> None:
    """Print lines for people, with control characters escaped."""
    lines = (escape_control_characters(line) for line in text.split("\n"))
    write_text("".join(f"{line}\n" for line in lines))


def write_notice(text: str) -> None:
    """Write a sentence to standard error, so that it never mixes with the answer."""
    write_to_stderr(text)


def print_path(path: Path) -> None:
    """Print the path of a file that was written, relative to the current folder where it is inside."""
    folder = Path.cwd()
    write_text(f"{escape_control_characters(str(path.relative_to(folder) if path.is_relative_to(folder) else path))}\n")


def print_lines(text: str) -> None:
    """Print lines without control characters; in a terminal they are divided between words, further lines indented."""
    from textwrap import wrap

    width = terminal_style().width if sys.stdout.isatty() else 0
    for line in map(escape_control_characters, text.split("\n")):
        indent = " " * (len(line) - len(line.lstrip()))
        parts = [line]
        if width and len(line) > width:
            glued, further = join_command_words(line), f"{indent}    "
            parts = wrap(glued, width, subsequent_indent=further, break_long_words=False, break_on_hyphens=False)
        write_text("".join(f"{split_command_words(part)}\n" for part in parts))


_DELAY = 1.0
"""Seconds before a progress bar appears: most work ends sooner."""


@contextmanager
def show_progress(description: str, total: int | None = None) -> Iterator[Callable[[], None]]:
    """Show a progress bar on standard error while work lasts, and yield the function that advances it by one step.

    It appears only in a terminal that can move its cursor, and only after a second. Without a total it only shows
    activity. It has no colour where NO_COLOR is set.
    """
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    count = (MofNCompleteColumn(),) if total else ()
    columns = TextColumn("{task.description}", markup=False), BarColumn(), *count, TimeElapsedColumn()
    console = Console(stderr=True)
    progress = Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False)
    task = progress.add_task(description, total=total)
    timer = Timer(_DELAY, progress.start)
    timer.daemon = True
    timer.start()
    try:
        yield lambda: progress.advance(task)
    finally:
        timer.cancel()
        timer.join()
        progress.stop()


def write_files(files: Mapping[Path, bytes], root: Path) -> None:
    """Write all files or, if one cannot be written, none, and print their paths. `root` is the register's folder."""
    from p2ptrack.store.writing import require_output_place, stage_files

    for path in files:
        require_output_place(path, root)
    with stage_files(files) as replace_files:
        replace_files()
    for path in files:
        print_path(path)
