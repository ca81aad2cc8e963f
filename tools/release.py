"""Install the tools that build and check the packages, and download what `make test-install` installs.

Run as `python3 -E -m tools.release`. A second run does nothing. `--tools-only` downloads nothing for the tests.
"""

from __future__ import annotations

import ensurepip
import re
import sys
from functools import partial
from pathlib import Path

from tools import papers, prepare
from tools.prepare import ROOT, VENV, CannotPrepareError, check_installed, install_lock, install_once, pip, run

LOCK = ROOT / "requirements-release.lock"
TOOLS = VENV / "release"
WHEELS = VENV / "wheels"
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
        WHEELS.mkdir(exist_ok=True)
        for lock in TESTED_LOCKS:
            install_once(lock, WHEELS / f"{lock.stem}.downloaded", partial(download, lock))
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
    entries = re.split(r"^(?=[^ #\n])", lock.read_text("utf-8"), flags=re.MULTILINE)
    tested = folder / lock.name
    tested.write_text("".join(entry for entry in entries if entry.partition("==")[0] not in UNTESTED), "utf-8")
    return tested


def download(lock: Path) -> None:
    """Download the wheels of a lock, and each pip that is to install it."""
    tested = str(write_tested_lock(lock, WHEELS))
    print(f"Downloading the packages of {lock.name} for the tests of installing. This happens once …", flush=True)
    for words in ((*prepare.FROM_LOCK, tested), *(("--no-deps", f"pip=={old}") for old in OLD_PIPS), ("pip",)):
        command = pip(prepare.PYTHON, "download", "--quiet", "--dest", str(WHEELS), *words)
        run(command, "The packages could not be downloaded. The lines above say why: often the network or a proxy.")


if __name__ == "__main__":
    sys.exit(main())
