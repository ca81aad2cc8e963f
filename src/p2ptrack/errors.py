"""Errors that end a command, each a sentence for the user with an exit code, and how to install what is missing."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Mapping


class CommandError(Exception):
    """A command cannot continue. `code` is its exit code; the text is what the user reads."""

    code = 3


class OperationError(CommandError):
    """Something outside the command line is missing or broken: no register, no git, an unusable template."""


class UsageError(CommandError):
    """An unknown id, field, report, date or value of an option."""

    code = 2


class CheckFailed(CommandError):
    """The command did its work, and the answer is no: for example, the register has errors."""

    code = 1


_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your share of the disk is full",
    errno.EROFS: "this disk can only be read",
    errno.EACCES: "you do not have permission",
    errno.EPERM: "you do not have permission",
    errno.ENOENT: "there is nothing at this path",
    errno.ENOTDIR: "a file is where a folder should be",
    errno.ELOOP: "it is a link that leads back to itself",
    errno.ENXIO: "it is not a text file",
    errno.ENAMETOOLONG: "the name is too long",
    errno.EMFILE: "too many files are open",
    errno.EISDIR: "it is a folder",
}


def describe_os_error(error: OSError) -> str:
    """Return why the operating system refused, as the middle of a sentence."""
    return _REASONS.get(error.errno or 0) or error.strerror or type(error).__name__


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
    """Return the command that installs packages on this computer, or an empty text without a known package manager."""
    for manager, names in packages.items():
        if shutil.which(manager):
            return f"{_COMMANDS[manager]} {names}"
    return ""


def advise_on_git() -> str:
    """Return how to install git here."""
    command = find_install_command(GIT_PACKAGES)
    return f"To install it: {command}" if command else "Get it from: https://git-scm.com"
