"""See that this computer has what the tests of whole papers need: a browser, Java, an office suite, some packages.

Run by `make test-papers` as `python3 -E -m tools.papers`. A second run finds it done and does nothing.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from tools import system
from tools.prepare import PYTHON, ROOT, VENV, CannotPrepareError, run

PROGRAMS: dict[system.Need, tuple[str, ...]] = {
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "java": ("java",),
    "libreoffice": ("soffice",),
    "npm": ("npm",),
    "poppler": ("pdftotext",),
}
"""The programs of which one shows that what is needed is there."""

LOCK = ROOT / "requirements-papers.lock"
PACKAGES = ROOT / "tests" / "browser"


def main() -> int:
    """Prepare the computer; return the exit code."""
    try:
        have_programs()
        once(LOCK, VENV / "papers", install_from_pip)
        once(PACKAGES / "package-lock.json", PACKAGES / "node_modules" / "installed", install_from_npm)
    except CannotPrepareError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def missing() -> tuple[system.Need, ...]:
    """Return what this computer lacks."""
    return tuple(need for need, programs in PROGRAMS.items() if not any(map(shutil.which, programs)))


def have_programs() -> None:
    """Install what is missing. Raises `CannotPrepareError` with the line to type where that may not be done."""
    lacking = missing()
    if lacking and not (system.install(*lacking) and not missing()):
        told = system.advice(*missing())
        raise CannotPrepareError(f"The tests of whole papers need more than this computer has. {told}")


def once(lock: Path, stamp: Path, install: Callable[[], None]) -> None:
    """Install what a lock names unless that was done; the stamp lies beside it and says which lock it was."""
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if not stamp.is_file() or stamp.read_text(encoding="ascii") != wanted:
        install()
        stamp.write_text(wanted, encoding="ascii")


def install_from_pip() -> None:
    """Install the checkers and what drives the browser, each file checked against its hash."""
    print("Installing the checkers of papers into .venv, once; it takes a minute …", flush=True)
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    locked = [*pip, "--no-deps", "--require-hashes", "--only-binary", ":all:", "-r", str(LOCK)]
    run(locked, "The packages could not be installed; the lines above say why (often: no network, or a proxy).")


def install_from_npm() -> None:
    """Install the accessibility engine and the Nu checker, each checked against its hash, and run nothing of them."""
    print("Installing axe-core and the Nu checker into tests/browser/node_modules, once …", flush=True)
    npm = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(PACKAGES)]
    run(npm, "npm could not install them; the lines above say why (often: no network, or a proxy).")


if __name__ == "__main__":
    sys.exit(main())
