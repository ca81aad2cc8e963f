"""Make papers in separate processes, in environments that have nothing in common."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from p2ptrack.formats import FORMATS
from p2ptrack.reports import REPORTS
from tests.command import ROOT, SEED_DAY
from tests.git.builders import git, start_git

SOURCE = ROOT / "src"
INHERITED = ("PATH", "SYSTEMROOT", "WEASYPRINT_DLL_DIRECTORIES")
QUICK_FORMATS = tuple(name for name in FORMATS if name != "pdf")
EVERY_FORMAT = (pytest.param(QUICK_FORMATS, id="quick"), pytest.param(("pdf",), marks=pytest.mark.slow, id="pdf"))
"""Cases of a test that makes every paper in other processes."""


@dataclass(frozen=True)
class Surroundings:
    """Where and how a process runs: the folder of the register, the umask and environment variables."""

    folder: str
    umask: int
    variables: Mapping[str, str] = field(default_factory=dict)


HERE = Surroundings("register", 0o022, {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"})
OTHER = Surroundings(
    "a folder/Größe ’22",
    0o077,
    {
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "C",  # Python keeps to it, so that text is UTF-8 only where the code asks for it
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONUTF8": "0",
        "PYTHONHASHSEED": "4242",
        "LANGUAGE": "tr:ja",
        "PANGO_LANGUAGE": "tr:ja",  # Pango chooses glyphs by it when a text has no language
        "SOURCE_DATE_EPOCH": "1",
        "COLUMNS": "211",
        "NO_COLOR": "1",
        "FONTCONFIG_FILE": "nowhere.conf",
    },
)


def register(folder: Path) -> Path:
    """Return a copy of the shipped register under version control."""
    folder.mkdir(parents=True)
    for part in ("data", "templates"):
        shutil.copytree(ROOT / part, folder / part)
    start_git(folder)
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "The register")
    return folder


def make_papers(root: Path, formats: Iterable[str], surroundings: Surroundings, output: Path) -> dict[str, bytes]:
    """Make every report in these formats and return the bytes by file name."""
    home = root.parent / "home"
    home.mkdir(exist_ok=True)
    environment = {name: os.environ[name] for name in INHERITED if name in os.environ}
    environment |= {"HOME": str(home), "USERPROFILE": str(home), "PYTHONPATH": str(SOURCE), **surroundings.variables}
    options = [word for name in formats for word in ("--format", name)]
    arguments = [*REPORTS, *options, "--as-of", SEED_DAY, "--output", f"{output}{os.sep}"]
    command = [sys.executable, "-m", "p2ptrack", "render", *arguments]
    previous_umask = os.umask(surroundings.umask)
    try:
        process = subprocess.run(command, cwd=root, env=environment, check=False, capture_output=True)
    finally:
        os.umask(previous_umask)
    assert (process.returncode, process.stderr.decode()) == (0, "")
    return {path.name: path.read_bytes() for path in sorted(output.iterdir())}
