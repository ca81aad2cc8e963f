"""How to install what p2ptrack needs from this computer's package manager."""

from __future__ import annotations

import shutil
from collections.abc import Mapping

_COMMANDS = {
    "apt-get": "sudo apt-get install",
    "dnf": "sudo dnf install",
    "zypper": "sudo zypper install",
    "pacman": "sudo pacman -S",
    "brew": "brew install",
    "winget": "winget install",
}
GIT_PACKAGES = {
    "apt-get": "git",
    "dnf": "git",
    "zypper": "git",
    "pacman": "git",
    "brew": "git",
    "winget": "Git.Git",
}
PANGO_PACKAGES = {
    "apt-get": "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
    "dnf": "pango harfbuzz",
    "zypper": "libpango-1_0-0 libharfbuzz-subset0",
    "pacman": "pango",
    "brew": "pango",
}
"""The names of packages, by the program that installs them. Windows has no package of Pango."""


def find_install_command(packages: Mapping[str, str]) -> str:
    """Return the command that installs packages on this computer; nothing where no package manager is known."""
    for manager, names in packages.items():
        if shutil.which(manager):
            return f"{_COMMANDS[manager]} {names}"
    return ""


def advise_on_git() -> str:
    """Return how to install git here."""
    command = find_install_command(GIT_PACKAGES)
    return f"To install it: {command}" if command else "Get it from: https://git-scm.com"
