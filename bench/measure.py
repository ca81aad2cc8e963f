"""Running a command and taking its time and memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

# What would make Python compile its modules anew each time, or read another register or other modules than ours.
DISTURBS = ("P2PTRACK_ROOT", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH")
BYTES = 1 if sys.platform == "darwin" else 1024


class UnexpectedError(Exception):
    """A command did not end as it should, so that its time says nothing."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run of a command cost: seconds on the wall, and MB at its largest."""

    seconds: float
    memory: float


def cost(command: tuple[str, ...], folder: Path, code: int = 0) -> Cost:
    """Run a command in a folder. Raises `UnexpectedError` when it does not end with this code."""
    environment = {name: value for name, value in os.environ.items() if name not in DISTURBS}
    began = time.perf_counter()
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as running:
        _, status, usage = os.wait4(running.pid, 0)
        seconds = time.perf_counter() - began
        running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode != code:
        raise UnexpectedError(f"{' '.join(command)}: ended with {running.returncode}, not with {code}.")
    return Cost(seconds, usage.ru_maxrss * BYTES / 1e6)
