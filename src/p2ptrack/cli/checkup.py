"""The work of doctor: each thing that p2ptrack uses is tried."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from p2ptrack import __version__
from p2ptrack.cli.clock import day
from p2ptrack.errors import CannotGoOn
from p2ptrack.formats import fonts, pdf
from p2ptrack.reports.document import Cell, Column, Document, Row, Table, line
from p2ptrack.store.folder import find_root
from p2ptrack.store.git.program import OLDEST, named, version
from p2ptrack.store.git.refusals import too_old
from p2ptrack.store.templates import PACKAGED

_COLUMNS = (
    Column("what", "What", header=True),
    Column("state", "State", width="narrow"),
    Column("told", "Found, or what to do", width="wide"),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that p2ptrack uses: whether it is there, and what to know or to do."""

    what: str
    there: bool
    told: str


def checkup(root: Path | None) -> Document:
    """Return what is there and what is missing, each with what to do."""
    return _document(
        (
            Finding("p2ptrack", there=True, told=f"{__version__}, on Python {platform.python_version()}"),
            _git(),
            _tried("Pango, for PDF", "PDF can be made", pdf.load),
            _tried("Fonts, for PDF", "the packaged fonts are installed", fonts.folders),
            Finding("Templates", PACKAGED.is_dir(), str(PACKAGED)),
            _tried("Register", "there is one here", lambda: find_root(root, Path.cwd())),
        )
    )


def _git() -> Finding:
    found = version()
    if not found:
        return Finding("git", there=False, told="Install git: without it papers say “not under version control”.")
    return Finding("git", found >= OLDEST, f"{shutil.which('git')}, {named(found)}" if found >= OLDEST else too_old())


def _tried(what: str, told: str, attempt: Callable[[], object]) -> Finding:
    try:
        attempt()
    except CannotGoOn as lacking:
        return Finding(what, there=False, told=str(lacking))
    return Finding(what, there=True, told=told)


def _document(findings: tuple[Finding, ...]) -> Document:
    rows = tuple(Row((Cell(f.what), Cell("there" if f.there else "missing"), Cell(f.told))) for f in findings)
    missing = [finding.what for finding in findings if not finding.there]
    last = f"Missing: {', '.join(missing)}." if missing else "Nothing is missing."
    data = {
        "schema_version": 1,
        "findings": [{"what": f.what, "there": f.there, "told": f.told} for f in findings],
    }
    return Document(
        "doctor", "What this machine has", day(None), (Table("doctor", "", _COLUMNS, rows), line(last)), data=data
    )
