"""Whole screens of `history`, `changes` and `check --history` over a known history.

After a change of wording, read each aloud and write them again: python -m tests.history.screens
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.command import run
from tests.git.builders import RegisterRepository
from tests.history.years import years

SCREENS = {
    "history": ("history", "A01"),
    "history-narrow": ("history", "A01"),
    "history-field": ("history", "A01", "--field", "target"),
    "history-md": ("history", "A02", "--format", "md"),
    "history-csv": ("history", "A02", "--format", "csv"),
    "changes": ("changes", "--since", "AC-2022-10-17"),
    "changes-narrow": ("changes", "--since", "AC-2022-10-17"),
    "changes-md": ("changes", "--since", "2023-01-12", "--until", "2023-02-20", "--format", "md"),
    "changes-csv": ("changes", "--since", "2023-01-12", "--format", "csv"),
    "check-history": ("check", "--history", "--as-of", "2023-03-03"),
}
FOLDER = Path(__file__).parent / "screens"


def show_screen(name: str, register: RegisterRepository) -> bytes:
    result = run(*SCREENS[name], "--root", register.root, width=40 if name.endswith("narrow") else 80)
    assert result.err == ""
    return result.bytes


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        known = years(Path(folder))
        for screen in SCREENS:
            (FOLDER / f"{screen}.txt").write_bytes(show_screen(screen, known))
