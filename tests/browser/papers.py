"""The papers for the browser tests: every report of every register."""

from __future__ import annotations

from pathlib import Path

from p2ptrack.reports import REPORTS
from tests.browser.registers import REGISTERS
from tests.command import SEED_DAY, run

Name = tuple[str, str]
"""A register and a report."""
PAPERS: tuple[Name, ...] = tuple((register, report) for register in REGISTERS for report in REPORTS)


def written(folder: Path, register: str) -> dict[str, Path]:
    """Write every report of a register as HTML, and return the file of each."""
    home = folder / register
    home.mkdir()
    root = REGISTERS[register](home)
    output = home / "papers"
    arguments = ("--root", root, "--as-of", SEED_DAY, "--format", "html", "--allow-problems", "--output", f"{output}/")
    written_registers = run("render", *REPORTS, *arguments)
    assert written_registers.code == 0, written_registers.err
    files = {report: output / f"{report}.html" for report in REPORTS}
    assert len(files) > 1
    return files
