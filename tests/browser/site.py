"""The site for the browser tests: a page of each sort, of the registers that papers are tested with."""

from __future__ import annotations

from pathlib import Path

from tests.browser.registers import REGISTERS
from tests.command import SEED_DAY, run

SITE_PAGES = {
    "seed": (
        "index.html",
        "records.html",
        "record/a06.html",
        "record/r6.html",
        "status/in-progress.html",
        "meetings.html",
        "meeting/ac-2022-10-17.html",
        "figures.html",
        "downloads.html",
        "about.html",
    ),
    "hostile": (
        "index.html",
        "records.html",
        "record/a01.html",
        "record/a02.html",
        "record/a04.html",
        "record/f1.html",
        "kind/actions.html",
        "meeting/ac-1.html",
        "figures.html",
        "about.html",
    ),
    "empty": ("index.html", "records.html", "figures.html", "about.html"),
}
NAMES = [(register, page) for register, pages in SITE_PAGES.items() for page in pages]


def written_site(folder: Path, register: str) -> Path:
    """Write the site of a register, and return its folder."""
    home = folder / register
    home.mkdir()
    root = REGISTERS[register](home)
    result = run("site", home / "site", "--root", root, "--as-of", SEED_DAY, "--allow-problems")
    assert result.code == 0, result.err
    return home / "site"
