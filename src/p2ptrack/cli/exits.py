"""The one place where what stops a command becomes a sentence and an exit code."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Callable

from typer import Abort, Exit, TyperException

from p2ptrack.cli.screen import write_notice
from p2ptrack.cli.usage import format_usage_error
from p2ptrack.diagnostics import escape_control_characters
from p2ptrack.errors import CommandError

EXIT_INTERRUPTED = 130
EXIT_USAGE_ERROR = 2
EXIT_OPERATION_ERROR = 3


def run_safely(command: Callable[[], int | None]) -> int:
    """Run a command and return its exit code; a reader that closed the pipe has seen enough."""
    _open_streams()
    try:
        code = command() or 0
        sys.stdout.flush()
    except CommandError as command_error:
        code = _print_error(str(command_error), command_error.code)
    except TyperException as error:
        code = _print_error(format_usage_error(error), EXIT_USAGE_ERROR)
    except Exit as exit_request:
        code = exit_request.exit_code
    except (Abort, KeyboardInterrupt):
        code = EXIT_INTERRUPTED
    except FileNotFoundError:
        code = _print_error("The folder that you are in is no longer there. Go to another one.", EXIT_OPERATION_ERROR)
    except OSError as error:
        _discard_output()
        code = (
            0
            if _is_closed_pipe(error)
            else _print_error(f"The answer cannot be written: {error.strerror}.", EXIT_OPERATION_ERROR)
        )
    return code


def _open_streams() -> None:
    """Give what is written a place to go where the program was started without one, as by a scheduler."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, io.TextIOWrapper(io.BytesIO(), encoding="utf-8"))


def _is_closed_pipe(error: OSError) -> bool:
    """Whether the reader closed the pipe, which Windows calls an invalid argument."""
    return error.errno == errno.EPIPE or (os.name == "nt" and error.errno == errno.EINVAL)


def _print_error(text: str, code: int) -> int:
    """Say why it stopped: what files, tags and git itself say in it cannot steer a terminal."""
    write_notice("\n".join(escape_control_characters(line) for line in text.split("\n")))
    return code


def _discard_output() -> None:
    """Send what is still to come nowhere, or Python would complain of it as it ends."""
    null_device = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null_device, sys.stdout.fileno())
