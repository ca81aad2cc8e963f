"""What this computer's own package manager has to bring, and the one line that brings it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import Literal

Need = Literal["venv", "pango", "chromium", "java", "libreoffice", "npm", "poppler"]


@dataclass(frozen=True)
class Manager:
    """A package manager: the program that shows it is there, how one asks it, and its names for what is needed."""

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
            "npm": "node",
            "poppler": "poppler",
        },
    ),
)


def manager() -> Manager | None:
    """Return this computer's package manager, or None where it has none that is known here."""
    return next((one for one in MANAGERS if shutil.which(one.program)), None)


def advice(*needs: Need) -> str:
    """Return what to do on this computer to have what is needed."""
    found = manager()
    if found:
        return f"Type:  {found.line} {_packages(found, needs)}"
    if sys.platform == "darwin":
        return f"Install Homebrew (brew.sh), then type:  brew install {_packages(MANAGERS[-1], needs)}"
    return "Install it with your system's package manager."


def _packages(found: Manager, needs: tuple[Need, ...]) -> str:
    return " ".join(found.packages[need] for need in needs)


def install(*needs: Need) -> bool:
    """Install it with apt where this user may without being asked for a password; say whether it was done."""
    found = manager()
    if found is None or found.program != "apt-get" or (prefix := _rights()) is None:
        return False
    print(f"Installing {_packages(found, needs)} …", flush=True)
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    wanted = [*apt, "install", "-y", "--no-install-recommends", *_packages(found, needs).split()]
    return _quiet([*apt, "update"]) and _quiet(wanted)


def _rights() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    return [sudo, "-n"] if sudo and _quiet([sudo, "-n", "true"]) else None


def _quiet(command: list[str]) -> bool:
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0
