from __future__ import annotations

import errno
import io
import os
import runpy
import sys

import pytest
from typer import Abort, BadParameter, Exit

from p2ptrack.cli.exits import run_safely
from p2ptrack.cli.options import RegisterOptions
from p2ptrack.cli.rendering import PaperOptions, render_papers
from p2ptrack.cli.usage import format_usage_error
from p2ptrack.errors import CheckFailed, OperationError, UsageError
from p2ptrack.formats import FORMATS
from tests.command import ROOT, SEED_DAY


@pytest.mark.parametrize(
    ("raised", "code", "told"),
    [
        (OperationError("No register."), 3, "No register.\n"),
        (UsageError("No such id."), 2, "No such id.\n"),
        (CheckFailed("The register has errors."), 1, "The register has errors.\n"),
        (BadParameter("too long"), 2, "Invalid value: too long. See: p2ptrack --help\n"),
        (Exit(4), 4, ""),
        (KeyboardInterrupt(), 130, ""),
        (Abort(), 130, ""),
    ],
)
def test_what_stops_a_command_is_a_sentence_and_an_exit_code(
    raised: BaseException, code: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def command() -> int:
        raise raised

    assert run_safely(command) == code
    assert capsys.readouterr() == ("", told)


@pytest.mark.parametrize(
    ("number", "code", "told"),
    [(errno.EPIPE, 0, ""), (errno.ENOSPC, 3, "The answer cannot be written: No space left on device.\n")],
)
def test_what_stops_the_writing_ends_it_well(
    number: int, code: int, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def command() -> int:
        raise OSError(number, "No space left on device")

    closed: list[bool] = []
    monkeypatch.setattr("p2ptrack.cli.exits._discard_output", lambda: closed.append(True))
    assert run_safely(command) == code
    assert closed == [True]
    assert capsys.readouterr() == ("", told)


def test_what_a_command_returns_is_its_exit_code() -> None:
    assert run_safely(lambda: None) == 0
    assert run_safely(lambda: 1) == 1


def test_a_fault_of_the_program_is_not_hidden() -> None:
    def command() -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_safely(command)


def test_other_faults_of_the_command_line_end_in_a_full_stop() -> None:
    assert format_usage_error(BadParameter("Is it?")) == "Invalid value: Is it? See: p2ptrack --help"


def test_the_module_is_the_program_and_ends_with_its_code_once_all_is_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "argv", ["p2ptrack", "--version"])
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="utf-8"))
    monkeypatch.setattr(os, "_exit", sys.exit)
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("p2ptrack", run_name="__main__")
    assert ended.value.code == 0
    assert written.getvalue() == b"p2ptrack 0.1.0\n"


class Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


def test_a_pdf_is_not_thrown_at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Terminal(io.BytesIO(), encoding="utf-8"))
    wanted = PaperOptions(
        ("audit-follow-up",), all_papers=False, formats=(FORMATS["pdf"],), output="-", meeting="", allow_problems=False
    )
    with pytest.raises(UsageError) as refused:
        render_papers(wanted, RegisterOptions(ROOT, SEED_DAY))
    assert str(refused.value) == "A PDF cannot be shown here. Name a file after --output instead of -."
