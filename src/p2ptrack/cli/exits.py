"""The one place where what stops a command becomes a sentence and an exit code."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Callable

from typer import Abort, Exit, TyperException

from p2ptrack.cli.screen import say
from p2ptrack.cli.usage import sentence
from p2ptrack.errors import Stop
from p2ptrack.problem import visible

INTERRUPTED = 130
WRONG_USAGE = 2
CANNOT_GO_ON = 3


def outcome(command: Callable[[], int | None]) -> int:
    """Run a command and return its exit code; a reader that closed the pipe has seen enough."""
    _open_streams()
    try:
        code = command() or 0
        sys.stdout.flush()
    except Stop as stop:
        code = _told(str(stop), stop.code)
    except TyperException as error:
        code = _told(sentence(error), WRONG_USAGE)
    except Exit as done:
        code = done.exit_code
    except (Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except FileNotFoundError:
        code = _told("The folder that you are in is no longer there. Go to another one.", CANNOT_GO_ON)
    except OSError as error:
        _close()
        code = 0 if _nobody_reads(error) else _told(f"The answer cannot be written: {error.strerror}.", CANNOT_GO_ON)
    return code


def _open_streams() -> None:
    """Give what is written a place to go where the program was started without one, as by a scheduler."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, io.TextIOWrapper(io.BytesIO(), encoding="utf-8"))


def _nobody_reads(error: OSError) -> bool:
    """Whether the reader closed the pipe, which Windows calls an invalid argument."""
    return error.errno == errno.EPIPE or (os.name == "nt" and error.errno == errno.EINVAL)


def _told(text: str, code: int) -> int:
    """Say why it stopped: what files, tags and git itself say in it cannot steer a terminal."""
    say("\n".join(visible(line) for line in text.split("\n")))
    return code


def _close() -> None:
    """Send what is still to come nowhere, or Python would complain of it as it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
