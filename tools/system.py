"""What this computer's own package manager has to bring, and the one line that brings it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass

PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"


@dataclass(frozen=True)
class Manager:
    """A package manager: the program that shows it is there, how one asks it, and its names for what is needed."""

    program: str
    line: str
    venv: str
    pango: str


MANAGERS = (
    Manager(
        "apt-get", "sudo apt-get install", f"{PYTHON}-venv", "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
    ),
    Manager("dnf", "sudo dnf install", "python3", "pango harfbuzz"),
    Manager("pacman", "sudo pacman -S", "python", "pango"),
    Manager("zypper", "sudo zypper install", "python3", "libpango-1_0-0 libharfbuzz-subset0"),
    Manager("brew", "brew install", "python", "pango"),
)


def manager() -> Manager | None:
    """Return this computer's package manager, or None where it has none that is known here."""
    return next((one for one in MANAGERS if shutil.which(one.program)), None)


def line(need: str) -> str:
    """Return what to type for `need` (`venv` or `pango`) on this computer."""
    found = manager()
    if found:
        return f"{found.line} {getattr(found, need)}"
    if sys.platform == "darwin":
        return f"brew install {MANAGERS[-1].pango if need == 'pango' else MANAGERS[-1].venv}   (Homebrew is at brew.sh)"
    return f"your system's package manager, for {need}"


def install(need: str) -> bool:
    """Install `need` with apt where this user may without being asked for a password; say whether it was done."""
    found, prefix = manager(), _rights()
    if found is None or found.program != "apt-get" or prefix is None:
        return False
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    print(f"Installing {getattr(found, need)} …", flush=True)
    return _quiet([*apt, "update"]) and _quiet(
        [*apt, "install", "-y", "--no-install-recommends", *getattr(found, need).split()]
    )


def _rights() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    return [sudo, "-n"] if sudo and _quiet([sudo, "-n", "true"]) else None


def _quiet(command: list[str]) -> bool:
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0
