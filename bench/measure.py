"""Run commands and measure their CPU time and memory."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

# They would make Python compile its modules on each run, or read another register or other modules.
IGNORED_VARIABLES = ("P2PTRACK_ROOT", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH")
MEMORY_UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes in the unit of `ru_maxrss`."""


class UnexpectedExitError(Exception):
    """A command ended with another exit code than expected, so its time means nothing."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command line, the folder to run it in, and what it needs: an exit code and environment variables."""

    words: tuple[str, ...]
    folder: Path
    exit_code: int = 0
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds (user and system, child processes included) and the largest resident size in MB."""

    seconds: float
    memory: float


def run_command(command: Command) -> Cost:
    """Run a command and return its cost. Raises `UnexpectedExitError`."""
    inherited = {name: value for name, value in os.environ.items() if name not in IGNORED_VARIABLES}
    with subprocess.Popen(
        command.words,
        cwd=command.folder,
        env=inherited | dict(command.environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != command.exit_code:
        raise UnexpectedExitError(
            f"{' '.join(command.words)}: exit code {process.returncode} instead of {command.exit_code}."
        )
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * MEMORY_UNIT / 1e6)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The median ratio of a command to its reference, the command's median seconds and its largest memory in MB."""

    ratio: float
    seconds: float
    memory: float


def compare(command: Command, reference: Callable[[], float], floor: Command | None = None, *, runs: int) -> Comparison:
    """Run a command and its reference in turn and return the median of the ratios.

    Both of a pair meet the same state of the machine. `reference` returns its own CPU seconds; the floor, if given, is
    measured in each pair and subtracted from the command first.
    """
    ratios, costs = [], []
    for _ in range(runs):
        reference_seconds = reference()
        floor_seconds = run_command(floor).seconds if floor else 0.0
        cost = run_command(command)
        costs.append(cost)
        ratios.append((cost.seconds - floor_seconds) / reference_seconds)
    return Comparison(median(ratios), median(cost.seconds for cost in costs), max(cost.memory for cost in costs))
