"""Create `.venv` from the lock and check that PDFs can be made. A second run does nothing.

Run by `make` as `python3 -E -m tools.prepare`, with any Python 3.11 or newer. With `--lock-only` it installs the locked
packages and stops: `make lock` needs them while the lock does not fit the project yet.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from tools import system

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "installed"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements.lock"
DOWNLOADS = 4
"""How many run at once."""

# Settings that would make pip install elsewhere or build from source. Where pip downloads from is the user's choice.
IGNORED_PIP_SETTINGS = (
    "PIP_CONSTRAINT",
    "PIP_NO_BINARY",
    "PIP_PREFIX",
    "PIP_PYTHON",
    "PIP_REQUIRE_HASHES",
    "PIP_REQUIRE_VIRTUALENV",
    "PIP_ROOT",
    "PIP_TARGET",
    "PIP_USER",
)
IGNORED_VARIABLES = ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", *IGNORED_PIP_SETTINGS)

CAN_MAKE_PDF = (
    "import sys; from p2ptrack.formats import pdf; sys.exit(pdf.import_weasyprint().text.ffi.harfbuzz_subset is None)"
)

# The lock is complete, so pip need not resolve it. An old pip (23.2) that resolves looks for a newer release of a
# package that another one requires with an extra, as in fonttools[woff], and then fails because it has no hash.
FROM_LOCK = ("--no-deps", "--require-hashes", "--only-binary", ":all:", "-r")
INSTALL_FAILED = "The packages could not be installed. The lines above say why: often the network or a proxy."


class CannotPrepareError(Exception):
    """A plain message: what is missing, and what to type."""


def main() -> int:
    """Prepare the folder; return the exit code."""
    try:
        if "--lock-only" in sys.argv:
            create_venv()
            install_lock(LOCK, PYTHON)
            return 0
        if not is_installed():
            create_venv()
            install()
    except CannotPrepareError as error:
        print(error, file=sys.stderr)
        return 1
    if not can_make_pdf() and not (system.install("pango") and can_make_pdf()):
        print(f"PDFs need Pango, which this computer lacks. {system.advice('pango')}", flush=True)
    return 0


def fingerprint() -> str:
    """Return a digest of what `.venv` depends on. It includes the folder, because a moved environment is broken."""
    parts = (LOCK.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), os.fsencode(ROOT))
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def is_installed() -> bool:
    """Return whether `.venv` was completed from these files and its Python still exists."""
    return PYTHON.exists() and STAMP.is_file() and STAMP.read_text(encoding="ascii") == fingerprint()


def create_venv() -> None:
    """Create a new `.venv`. Raises `CannotPrepareError` if this Python came without the module that does it."""
    if not _has_venv() and not (system.install("venv") and _has_venv()):
        raise CannotPrepareError(f"Python's own “venv” is missing here. {system.advice('venv')}\nThen run make again.")
    print("Installing p2ptrack into .venv. This happens once and takes a minute or two …", flush=True)
    run([sys.executable, "-m", "venv", "--clear", str(VENV)], "Python could not create the folder .venv.")


def _has_venv() -> bool:
    return _succeeds(sys.executable, "import ensurepip, venv")


def install() -> None:
    """Install the locked packages and this folder's p2ptrack, and check that they fit together."""
    install_lock(LOCK, PYTHON)
    install_project(PYTHON)
    check_installed(PYTHON)
    STAMP.write_text(fingerprint(), encoding="ascii")


def install_lock(lock: Path, python: Path, sources: Collection[str] = ()) -> None:
    """Install exactly what a lock names, after checking each file against its hash.

    `sources` are packages that are published only as source code, which pip builds. Python compiles a module when it is
    first imported, because most of what is installed never is.
    """
    download(lock, python, sources)
    wheels, entries = wheels_of(python), read_lock(lock)
    install = pip(python, "install", "--quiet", "--no-compile")
    binary = write_lock(wheels / lock.name, [entry for name, entry in entries if name not in sources])
    run([*install, "--no-index", "--find-links", str(wheels), *FROM_LOCK, str(binary)], INSTALL_FAILED)
    if sources:
        source = write_lock(wheels / f"sources-{lock.name}", [entry for name, entry in entries if name in sources])
        run([*install, *FROM_LOCK, str(source), *(f"--no-binary={name}" for name in sources)], INSTALL_FAILED)


def download(lock: Path, python: Path, without: Collection[str] = ()) -> None:
    """Download the wheels of a lock once: several at the same time, because an index answers slowly."""
    wheels = wheels_of(python)
    wheels.mkdir(exist_ok=True)
    install_once(lock, wheels / f"{lock.name}.downloaded", partial(_download, lock, python, without))


def _download(lock: Path, python: Path, without: Collection[str]) -> None:
    print(f"Downloading the packages of {lock.name} …", flush=True)
    wheels = wheels_of(python)
    entries = [entry for name, entry in read_lock(lock) if name not in without]
    parts = [write_lock(wheels / f"{part}-{lock.name}", entries[part::DOWNLOADS]) for part in range(DOWNLOADS)]
    command = pip(python, "download", "--quiet", "--dest", str(wheels), *FROM_LOCK)
    run_at_once(*(partial(run, [*command, str(part)], INSTALL_FAILED) for part in parts))


def wheels_of(python: Path) -> Path:
    """Return the folder of what was downloaded for an environment."""
    return python.parents[1] / "wheels"


def read_lock(lock: Path) -> list[tuple[str, str]]:
    """Return the name and the lines of each entry of a lock. A package with a version for each Python has several."""
    entries = re.split(r"^(?=[^ #\n])", lock.read_text("utf-8"), flags=re.MULTILINE)
    return [(entry.partition("==")[0], entry) for entry in entries if "==" in entry]


def write_lock(path: Path, entries: Iterable[str]) -> Path:
    """Write a lock of some packages and return its path."""
    path.write_text("".join(entries), "utf-8")
    return path


def install_project(python: Path) -> None:
    """Install p2ptrack so that it runs from this folder."""
    source = ("--no-index", "--no-deps", "--no-build-isolation", "-e", str(ROOT))
    run(pip(python, "install", "--quiet", *source), "p2ptrack could not be installed.")


def check_installed(python: Path) -> None:
    """Check that every installed package has what it requires. Raises `CannotPrepareError` with what does not fit."""
    run(pip(python, "check"), "The locked packages do not fit together. The lines above name them.\nFix: make lock")


def install_once(lock: Path, stamp: Path, install: Callable[[], None]) -> None:
    """Call `install` unless the stamp shows that it has already succeeded with this lock."""
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    if not stamp.is_file() or stamp.read_text(encoding="ascii") != digest:
        install()
        stamp.write_text(digest, encoding="ascii")


def run_at_once(*tasks: Callable[[], None]) -> None:
    """Call functions at the same time. When all have ended, raises the first error among them."""
    with ThreadPoolExecutor(len(tasks)) as pool:
        futures = [pool.submit(task) for task in tasks]
    for future in futures:
        future.result()


def can_make_pdf() -> bool:
    """Return whether p2ptrack finds all the libraries that it needs for PDFs."""
    return _succeeds(str(PYTHON), CAN_MAKE_PDF)


def _succeeds(python: str, code: str) -> bool:
    return subprocess.run([python, "-E", "-c", code], capture_output=True, check=False).returncode == 0


def pip(python: Path, *arguments: str) -> list[str]:
    """Return the command that runs the pip of an environment."""
    return [str(python), "-m", "pip", "--disable-pip-version-check", *arguments]


def run(command: list[str], failure: str) -> None:
    """Run a command in a clean environment. Raises `CannotPrepareError` with its output when it fails."""
    environment = {name: value for name, value in os.environ.items() if name not in IGNORED_VARIABLES}
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if result.returncode:
        raise CannotPrepareError(f"{result.stdout}{result.stderr}{failure}")


if __name__ == "__main__":
    sys.exit(main())
