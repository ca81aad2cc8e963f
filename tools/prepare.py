"""Make `.venv` hold what the lock names, and see that PDFs can be made. A second run finds it done and does nothing.

Run by `make` as `python3 -E -m tools.prepare`, with whatever Python 3.11 or newer the computer has.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from tools import system

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "installed"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements.lock"

# Settings of the officer's pip that would send packages elsewhere or build them; where it downloads from is respected.
PIP_DISTURBS = (
    "PIP_CONSTRAINT",
    "PIP_NO_BINARY",
    "PIP_PREFIX",
    "PIP_REQUIRE_HASHES",
    "PIP_REQUIRE_VIRTUALENV",
    "PIP_ROOT",
    "PIP_TARGET",
    "PIP_USER",
)
DISTURBS = ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", *PIP_DISTURBS)

CAN_MAKE_PDF = (
    "import sys; from p2ptrack.formats.pdf import writer; sys.exit(writer.import_weasyprint().text.ffi.harfbuzz_subset is None)"
)


class CannotPrepareError(Exception):
    """One sentence that says what is missing and what to type."""


def main() -> int:
    """Prepare the folder; return the exit code."""
    try:
        if not installed():
            make_venv()
            install()
    except CannotPrepareError as error:
        print(error, file=sys.stderr)
        return 1
    if not can_make_pdf() and not (system.install("pango") and can_make_pdf()):
        print(f"PDFs need Pango, which this computer lacks. {system.advice('pango')}", flush=True)
    return 0


def fingerprint() -> str:
    """Return what the contents of `.venv` depend on; the folder too, as an environment that was moved is broken."""
    parts = (LOCK.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), os.fsencode(ROOT))
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def installed() -> bool:
    """Say whether `.venv` was finished from these files and its Python is still there."""
    return PYTHON.exists() and STAMP.is_file() and STAMP.read_text(encoding="ascii") == fingerprint()


def make_venv() -> None:
    """Make `.venv` anew. Raises `CannotPrepareError` where Python came without the part that does it."""
    if not _has_venv() and not (system.install("venv") and _has_venv()):
        raise CannotPrepareError(f"Python's own “venv” is missing here. {system.advice('venv')}\nThen run make again.")
    run([sys.executable, "-m", "venv", "--clear", str(VENV)], "Python could not make the folder .venv.")


def _has_venv() -> bool:
    return _runs(sys.executable, "import ensurepip, venv")


def install() -> None:
    """Install what the lock names, each file checked against its hash, then p2ptrack itself from this folder."""
    print("Installing p2ptrack into .venv, once; it takes a minute or two …", flush=True)
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    locked = [*pip, "--no-deps", "--require-hashes", "--only-binary", ":all:", "-r", str(LOCK)]
    run(locked, "The packages could not be installed; the lines above say why (often: no network, or a proxy).")
    run([*pip, "--no-index", "--no-deps", "--no-build-isolation", "-e", str(ROOT)], "p2ptrack could not be installed.")
    STAMP.write_text(fingerprint(), encoding="ascii")


def can_make_pdf() -> bool:
    """Say whether p2ptrack finds all the libraries that it makes PDFs with."""
    return _runs(str(PYTHON), CAN_MAKE_PDF)


def _runs(python: str, code: str) -> bool:
    return subprocess.run([python, "-E", "-c", code], capture_output=True, check=False).returncode == 0


def run(command: list[str], otherwise: str) -> None:
    """Run a command in a clean environment. Raises `CannotPrepareError` with what it said when it fails."""
    environment = {name: value for name, value in os.environ.items() if name not in DISTURBS}
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise CannotPrepareError(f"{ended.stdout}{ended.stderr}{otherwise}")


if __name__ == "__main__":
    sys.exit(main())
