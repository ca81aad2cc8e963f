"""Golden screens of the shipped register.

`python -m tests.queries.screens` writes the files that are missing, and with `--all` every file. Read each aloud first.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from tests.command import ROOT, CommandResult, run

_COMMIT = re.compile(rb'"commit": (?:null|"[0-9a-f]{40,64}"),\n    "modified": (?:true|false)')
FOLDER = Path(__file__).resolve().parent / "screens"


@dataclass(frozen=True)
class Screen:
    name: str
    command: str
    width: int = 80
    as_of: str = "2023-01-12"

    @property
    def file(self) -> Path:
        return FOLDER / f"{self.name}.txt"

    def run(self) -> CommandResult:
        """Run the command; the commit that JSON names is that of the day, so a placeholder stands for it."""
        result = run(*self.command.split(), "--as-of", self.as_of, width=self.width, P2PTRACK_ROOT=str(ROOT))
        return replace(result, bytes=_COMMIT.sub(b'"commit": "COMMIT",\n    "modified": false', result.bytes))


SCREENS = (
    Screen("status", "status"),
    Screen("status-narrow", "status", width=40),
    Screen("status-overdue", "status", as_of="2023-04-01"),
    Screen("status-md", "status --format md"),
    Screen("status-csv", "status --format csv"),
    Screen("status-json", "status --format json"),
    Screen("overdue", "overdue"),
    Screen("overdue-within", "overdue --within 30"),
    Screen("overdue-within-narrow", "overdue --within 30", width=40),
    Screen("overdue-april", "overdue --within 30", as_of="2023-04-01"),
    Screen("overdue-csv", "overdue --format csv", as_of="2023-02-01"),
    Screen("show-A01", "show A01"),
    Screen("show-A01-narrow", "show A01", width=40),
    Screen("show-A04", "show A04"),
    Screen("show-A11", "show A11"),
    Screen("show-A27", "show A27"),
    Screen("show-F06", "show F06", as_of="2023-02-01"),
    Screen("show-R6", "show R6"),
    Screen("show-md", "show A01 --format md"),
    Screen("show-csv", "show F07 --format csv"),
    Screen("show-json", "show F06 --format json"),
    Screen("list", "list actions recommendation:R1"),
    Screen("list-narrow", "list actions recommendation:R1", width=40),
    Screen("list-columns", "list follow-ups --columns id,area,target,days_to_target,path --sort not.target"),
    Screen("list-csv", "list action status:complete --format csv --columns id,kind,status,recommendations,overdue"),
)


def write_screens(*, overwrite: bool) -> None:
    """Write the screens to their files, by default only those that have none."""
    for screen in SCREENS:
        if overwrite or not screen.file.exists():
            screen.file.write_bytes(screen.run().bytes)


if __name__ == "__main__":
    write_screens(overwrite="--all" in sys.argv)
