"""What this computer's package manager must install, and the one line that installs it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import Literal

Need = Literal["venv", "pango", "chromium", "java", "libreoffice", "mandoc", "npm", "poppler"]


@dataclass(frozen=True)
class Manager:
    """A package manager: its program, the start of the line to type, and its package names for each need."""

    program: str
    line: str
    packages: dict[Need, str]


_PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
_DEBIAN_PANGO = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"

MANAGERS = (
    Manager(
        "apt-get",
        "sudo apt-get install",
        {
            "venv": f"{_PYTHON}-venv",
            "pango": _DEBIAN_PANGO,
            "chromium": "chromium",
            "java": "default-jre-headless",
            "libreoffice": "libreoffice-writer-nogui libreoffice-calc-nogui",
            "mandoc": "mandoc",
            "npm": "npm",
            "poppler": "poppler-utils",
        },
    ),
    Manager(
        "dnf",
        "sudo dnf install",
        {
            "venv": "python3",
            "pango": "pango harfbuzz",
            "chromium": "chromium",
            "java": "java-latest-openjdk-headless",
            "libreoffice": "libreoffice-writer libreoffice-calc",
            "mandoc": "mandoc",
            "npm": "nodejs-npm",
            "poppler": "poppler-utils",
        },
    ),
    Manager(
        "pacman",
        "sudo pacman -S",
        {
            "venv": "python",
            "pango": "pango",
            "chromium": "chromium",
            "java": "jre-openjdk-headless",
            "libreoffice": "libreoffice-fresh",
            "mandoc": "mandoc",
            "npm": "npm",
            "poppler": "poppler",
        },
    ),
    Manager(
        "zypper",
        "sudo zypper install",
        {
            "venv": "python3",
            "pango": "libpango-1_0-0 libharfbuzz-subset0",
            "chromium": "chromium",
            "java": "java-21-openjdk-headless",
            "libreoffice": "libreoffice-writer libreoffice-calc",
            "mandoc": "mandoc",
            "npm": "npm-default",
            "poppler": "poppler-tools",
        },
    ),
    Manager(
        "brew",
        "brew install",
        {
            "venv": "python",
            "pango": "pango",
            "chromium": "google-chrome",
            "java": "openjdk",
            "libreoffice": "libreoffice",
            "mandoc": "mandoc",
            "npm": "node",
            "poppler": "poppler",
        },
    ),
)


def manager() -> Manager | None:
    """Return this computer's package manager, or None if it is not one of `MANAGERS`."""
    return next((candidate for candidate in MANAGERS if shutil.which(candidate.program)), None)


def advice(*needs: Need) -> str:
    """Return what to type on this computer to install what is needed."""
    if available := manager():
        return f"Type:  {available.line} {_packages(available, needs)}"
    if sys.platform == "darwin":
        return f"Install Homebrew (brew.sh), then type:  brew install {_packages(MANAGERS[-1], needs)}"
    return "Install it with your system's package manager."


def _packages(source: Manager, needs: tuple[Need, ...]) -> str:
    return " ".join(source.packages[need] for need in needs)


def install(*needs: Need) -> bool:
    """Install with apt if this user can without typing a password. Return whether it succeeded."""
    available = manager()
    if available is None or available.program != "apt-get" or (prefix := _root_prefix()) is None:
        return False
    packages = _packages(available, needs)
    print(f"Installing {packages} …", flush=True)
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    install_packages = [*apt, "install", "-y", "--no-install-recommends", *packages.split()]
    return _succeeds([*apt, "update"]) and _succeeds(install_packages)


def _root_prefix() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    return [sudo, "-n"] if sudo and _succeeds([sudo, "-n", "true"]) else None


def _succeeds(command: list[str]) -> bool:
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0
