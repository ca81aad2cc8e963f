"""What only a paper needs is loaded only when a paper is made: it takes longer to load than most commands to run."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from p2ptrack.formats import collect_versions
from tests.command import ROOT, SEED_DAY

SLOW = ("jinja2", "lxml", "docx", "markdown_it", "weasyprint", "xlsxwriter")
TELL = (
    "import sys\nfrom p2ptrack.cli import main\ncode = main(sys.argv[2:])\n"
    "print(code, *sorted(set(sys.argv[1].split()) & set(sys.modules)), file=sys.stderr)"
)


def loaded(*arguments: str) -> str:
    """Return the exit code of a command, and which of the slow ones it loaded."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "P2PTRACK_ROOT": str(ROOT)}
    command = [sys.executable, "-c", TELL, " ".join(SLOW), *arguments]
    ended = subprocess.run(command, env=environment, check=True, capture_output=True)
    return ended.stderr.decode().strip()


@pytest.mark.parametrize("command", ["status", "overdue", "check"])
def test_a_command_that_makes_no_paper_loads_nothing_that_only_papers_need(command: str) -> None:
    assert loaded(command, "--as-of", SEED_DAY) == "0"


def test_a_paper_loads_what_writes_it() -> None:
    ran = loaded("render", "action-plan", "--format", "xlsx", "--output", "-", "--as-of", SEED_DAY)
    assert {"markdown_it", "xlsxwriter"} <= set(ran.split()) <= {"0", "markdown_it", "xlsxwriter"}


@pytest.mark.parametrize(("format_", "library"), [("xlsx", "xlsxwriter")])
def test_a_seal_names_the_library_of_a_format_and_of_no_other(format_: str, library: str) -> None:
    assert library in collect_versions((format_,))
    assert library not in collect_versions(("html",))
