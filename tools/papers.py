"""Install what the tests of whole papers need: a browser, Java, an office suite and some packages.

Run by `make test-papers` as `python3 -E -m tools.papers`. A second run does nothing.
"""

from __future__ import annotations

import json
import shutil
import sys
from functools import partial
from pathlib import Path

from tools import system
from tools.prepare import (
    PYTHON,
    ROOT,
    VENV,
    CannotPrepareError,
    check_installed,
    install_lock,
    install_once,
    run,
    run_at_once,
)

PROGRAMS: dict[system.Need, tuple[str, ...]] = {
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "java": ("java",),
    "libreoffice": ("soffice",),
    "mandoc": ("mandoc",),
    "npm": ("npm",),
    "poppler": ("pdftotext",),
}
"""Each need, with the programs of which one is enough."""

LOCK = ROOT / "requirements-papers.lock"
SOURCE_PACKAGES = ("odfpy", "zc-zlibstorage")
"""What libcoveocds needs and nobody publishes as a wheel."""
NEED_SOURCE_PACKAGES = ("flattentool", "libcove", "libcoveocds")
"""What requires them."""
NPM_FOLDERS = (ROOT / "tests" / "browser", ROOT / "tests" / "linters")
"""Folders with the lock of what npm installs into them."""


def main() -> int:
    """Prepare the computer; return the exit code."""
    try:
        run_at_once(partial(install_once, LOCK, VENV / "papers", install_from_pip), have_programs_and_npm_packages)
    except CannotPrepareError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def have_programs_and_npm_packages() -> None:
    """Install what is missing, npm before what it installs."""
    have_programs()
    for folder in NPM_FOLDERS:
        installed = folder / "node_modules" / "installed"
        install_once(folder / "package-lock.json", installed, partial(install_from_npm, folder))


def missing() -> tuple[system.Need, ...]:
    """Return what this computer lacks."""
    return tuple(need for need, programs in PROGRAMS.items() if not any(map(shutil.which, programs)))


def have_programs() -> None:
    """Install what is missing. Raises `CannotPrepareError` with the line to type where that is not allowed."""
    needed = missing()
    if needed and not (system.install(*needed) and not missing()):
        advice = system.advice(*missing())
        raise CannotPrepareError(f"The tests of whole papers need more than this computer has. {advice}")


def install_from_pip() -> None:
    """Install the checkers and the library that drives the browser."""
    print("Installing the checkers of papers into .venv. This happens once and takes a minute …", flush=True)
    install_lock(LOCK, PYTHON, SOURCE_PACKAGES)
    check_installed(PYTHON)


def install_from_npm(folder: Path) -> None:
    """Install the packages of a lock into its folder, without running any script of theirs."""
    names = " and ".join(json.loads((folder / "package.json").read_text("utf-8"))["dependencies"])
    print(f"Installing {names} into {folder.relative_to(ROOT)}/node_modules. This happens once …", flush=True)
    npm = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(folder)]
    run(npm, "npm could not install them. The lines above say why: often the network or a proxy.")


if __name__ == "__main__":
    sys.exit(main())
