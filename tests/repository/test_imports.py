"""What only a paper, or only a command that reads a register, needs is not loaded by other commands."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from p2ptrack.formats import collect_versions
from tests.command import ROOT, SEED_DAY

PAPERS = ("jinja2", "lxml", "docx", "markdown_it", "weasyprint", "xlsxwriter")
REGISTER = ("ruamel.yaml", "p2ptrack.model", "p2ptrack.analysis.case", "p2ptrack.reports.document")
CONVERTERS = ("typer._adapters",)
PROGRAM = (
    "import sys\nfrom p2ptrack.cli import main\ncode = main(sys.argv[2:])\n"
    "print(code, *sorted(set(sys.argv[1].split()) & set(sys.modules)), file=sys.stderr)"
)


def loaded(*arguments: str, modules: tuple[str, ...] = PAPERS, **variables: str) -> str:
    """Return the exit code of a command, and which of the modules it loaded."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "P2PTRACK_ROOT": "", **variables}
    command = [sys.executable, "-c", PROGRAM, " ".join(modules), *arguments]
    ended = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    return ended.stderr.decode().splitlines()[-1]


@pytest.mark.parametrize("command", ["status", "overdue", "check"])
def test_a_command_that_makes_no_paper_loads_nothing_that_only_papers_need(command: str) -> None:
    assert loaded(command, "--as-of", SEED_DAY) == "0"


def test_options_that_are_texts_load_nothing_that_converts_values() -> None:
    assert loaded("overdue", "--as-of", SEED_DAY, "--format", "csv", modules=CONVERTERS) == "0"
    assert loaded("check", "--format", "csv", modules=CONVERTERS) == "0"
    assert loaded("overdue", "--as-of", SEED_DAY, "--root", ".", modules=CONVERTERS) != "0"


@pytest.mark.parametrize("arguments", [("--version",), ("--help",), ("render", "--help"), ("status", "--hlep")])
def test_help_and_usage_errors_load_nothing_that_reads_a_register(arguments: tuple[str, ...]) -> None:
    assert loaded(*arguments, modules=REGISTER) == ("2" if "--hlep" in arguments else "0")


def test_completion_of_a_command_loads_nothing_that_reads_a_register() -> None:
    words = {"_P2PTRACK_COMPLETE": "complete_bash", "COMP_WORDS": "p2ptrack st", "COMP_CWORD": "1"}
    assert loaded(modules=REGISTER, **words) == "0"


def test_a_paper_loads_what_writes_it() -> None:
    result = loaded("render", "action-plan", "--format", "xlsx", "--output", "-", "--as-of", SEED_DAY)
    assert {"markdown_it", "xlsxwriter"} <= set(result.split()) <= {"0", "markdown_it", "xlsxwriter"}


@pytest.mark.parametrize(("format_", "library"), [("xlsx", "xlsxwriter")])
def test_a_seal_names_the_library_of_a_format_and_of_no_other(format_: str, library: str) -> None:
    assert library in collect_versions((format_,))
    assert library not in collect_versions(("html",))
