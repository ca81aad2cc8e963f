"""The work of doctor: each thing that p2ptrack uses is tried."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from p2ptrack import __version__
from p2ptrack.cli.clock import resolve_date
from p2ptrack.errors import OperationError
from p2ptrack.formats.pdf import writer
from p2ptrack.reports.document import Cell, Column, Document, Row, Table, make_paragraph
from p2ptrack.store.folder import find_root
from p2ptrack.store.git.process import MIN_VERSION, describe_old_version, format_version, read_version
from p2ptrack.store.templates import PACKAGED

_DOCTOR_COLUMNS = (
    Column("what", "What", header=True),
    Column("state", "State", width="narrow"),
    Column("told", "Found, or what to do", width="wide"),
)


@dataclass(frozen=True, slots=True)
class InstallationCheck:
    """One thing that p2ptrack uses: whether it is there, and what to know or to do."""

    name: str
    is_present: bool
    detail: str


def build_doctor(root: Path | None) -> Document:
    """Return what is there and what is missing, each with what to do."""
    return _doctor_document(
        (
            InstallationCheck(
                "p2ptrack", is_present=True, detail=f"{__version__}, on Python {platform.python_version()}"
            ),
            _check_git(),
            _try_component("Pango, for PDF", "PDF can be made", writer.import_weasyprint),
            _try_component("Fonts, for PDF", "the packaged fonts are installed", writer.find_font_folders),
            InstallationCheck("Templates", PACKAGED.is_dir(), str(PACKAGED)),
            _try_component("Register", "there is one here", lambda: find_root(root, Path.cwd())),
        )
    )


def _check_git() -> InstallationCheck:
    installed = read_version()
    if not installed:
        return InstallationCheck(
            "git", is_present=False, detail="Install git: without it papers say “not under version control”."
        )
    return InstallationCheck(
        "git",
        installed >= MIN_VERSION,
        f"{shutil.which('git')}, {format_version(installed)}" if installed >= MIN_VERSION else describe_old_version(),
    )


def _try_component(name: str, detail: str, attempt: Callable[[], object]) -> InstallationCheck:
    try:
        attempt()
    except OperationError as error:
        return InstallationCheck(name, is_present=False, detail=str(error))
    return InstallationCheck(name, is_present=True, detail=detail)


def _doctor_document(checks: tuple[InstallationCheck, ...]) -> Document:
    rows = tuple(Row((Cell(f.name), Cell("there" if f.is_present else "missing"), Cell(f.detail))) for f in checks)
    missing = [check.name for check in checks if not check.is_present]
    verdict = f"Missing: {', '.join(missing)}." if missing else "Nothing is missing."
    data = {
        "schema_version": 1,
        "findings": [{"what": f.name, "there": f.is_present, "told": f.detail} for f in checks],
    }
    return Document(
        "doctor",
        "What this machine has",
        resolve_date(None),
        (Table("doctor", "", _DOCTOR_COLUMNS, rows), make_paragraph(verdict)),
        data=data,
    )
