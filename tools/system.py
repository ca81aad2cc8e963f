"""What this computer's own package manager has to bring, and the one line that brings it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import Literal

Need = Literal["venv", "pango"]


@dataclass(frozen=True)
class Manager:
    """A package manager: the program that shows it is there, how one asks it, and its names for what is needed."""

    program: str
    line: str
    packages: dict[Need, str]


_PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
_DEBIAN_PANGO = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"

MANAGERS = (
    Manager("apt-get", "sudo apt-get install", {"venv": f"{_PYTHON}-venv", "pango": _DEBIAN_PANGO}),
    Manager("dnf", "sudo dnf install", {"venv": "python3", "pango": "pango harfbuzz"}),
    Manager("pacman", "sudo pacman -S", {"venv": "python", "pango": "pango"}),
    Manager("zypper", "sudo zypper install", {"venv": "python3", "pango": "libpango-1_0-0 libharfbuzz-subset0"}),
    Manager("brew", "brew install", {"venv": "python", "pango": "pango"}),
)


def manager() -> Manager | None:
    """Return this computer's package manager, or None where it has none that is known here."""
    return next((one for one in MANAGERS if shutil.which(one.program)), None)


def advice(need: Need) -> str:
    """Return what to do on this computer to have `need`."""
    found = manager()
    if found:
        return f"Type:  {found.line} {found.packages[need]}"
    if sys.platform == "darwin":
        return f"Install Homebrew (brew.sh), then type:  brew install {need.replace('venv', 'python')}"
    return "Install it with your system's package manager."


def install(need: Need) -> bool:
    """Install `need` with apt where this user may without being asked for a password; say whether it was done."""
    found = manager()
    if found is None or found.program != "apt-get" or (prefix := _rights()) is None:
        return False
    print(f"Installing {found.packages[need]} …", flush=True)
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    wanted = [*apt, "install", "-y", "--no-install-recommends", *found.packages[need].split()]
    return _quiet([*apt, "update"]) and _quiet(wanted)


def _rights() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    return [sudo, "-n"] if sudo and _quiet([sudo, "-n", "true"]) else None


def _quiet(command: list[str]) -> bool:
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0
