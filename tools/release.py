"""Install the tools that build and check the packages, and download what `make test-install` installs.

Run as `python3 -E -m tools.release`. A second run does nothing. `--tools-only` downloads nothing for the tests.
"""

from __future__ import annotations

import ensurepip
import sys
from functools import partial
from pathlib import Path

from tools import papers, prepare
from tools.prepare import (
    INSTALL_FAILED,
    ROOT,
    VENV,
    CannotPrepareError,
    check_installed,
    install_lock,
    install_once,
    pip,
    run,
    run_at_once,
)

LOCK = ROOT / "requirements-release.lock"
TOOLS = VENV / "release"
WHEELS = prepare.wheels_of(prepare.PYTHON)
TESTED_LOCKS = (prepare.LOCK, papers.LOCK)
UNTESTED = (*papers.SOURCE_PACKAGES, *papers.NEED_SOURCE_PACKAGES)
"""Packages that an index of wheels cannot hold, and those that require them."""

# The oldest pip that each Python brings: the first is of Ubuntu 22.04, the others of python.org.
OLD_PIPS = {
    (3, 11): ("22.0.2", "22.3"),
    (3, 12): ("23.2.1",),
    (3, 13): ("24.2",),
    (3, 14): ("25.2",),
}.get(sys.version_info[:2], (ensurepip.version(),))


def main() -> int:
    """Prepare the folder; return the exit code."""
    try:
        install_once(LOCK, TOOLS / "installed", install_tools)
        if "--tools-only" in sys.argv:
            return 0
        for lock in TESTED_LOCKS:
            prepare.download(lock, prepare.PYTHON, papers.SOURCE_PACKAGES)
        install_once(Path(__file__), WHEELS / "pips", download_pips)
    except CannotPrepareError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def install_tools() -> None:
    """Install build, twine and pipx into an environment of their own: some of what they bring is a plugin of pytest."""
    print("Installing build, twine and pipx into .venv/release. This happens once …", flush=True)
    run([sys.executable, "-m", "venv", "--clear", str(TOOLS)], "Python could not create the folder .venv/release.")
    install_lock(LOCK, TOOLS / "bin" / "python")
    check_installed(TOOLS / "bin" / "python")


def write_tested_lock(lock: Path, folder: Path) -> Path:
    """Write a lock without what is not tested into a folder, and return its path."""
    tested = [entry for name, entry in prepare.read_lock(lock) if name not in UNTESTED]
    return prepare.write_lock(folder / lock.name, tested)


def download_pips() -> None:
    """Download each pip that is to install the locks."""
    command = pip(prepare.PYTHON, "download", "--quiet", "--dest", str(WHEELS), "--no-deps")
    releases = (*(f"pip=={old}" for old in OLD_PIPS), "pip")
    run_at_once(*(partial(run, [*command, release], INSTALL_FAILED) for release in releases))


if __name__ == "__main__":
    sys.exit(main())
