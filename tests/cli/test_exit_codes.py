from __future__ import annotations

import errno
import io
import runpy
import sys

import pytest
from typer import Abort, BadParameter, Exit

from p2ptrack.cli.options import PaperOptions, describe_usage_error
from p2ptrack.cli.render import render_papers
from p2ptrack.cli.terminal import explain_output_failure, run_safely
from p2ptrack.errors import CheckFailed, OperationError, UsageError
from tests.command import ROOT, SEED_DAY


@pytest.mark.parametrize(
    ("raised", "code", "message"),
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
def test_an_error_is_a_sentence_and_an_exit_code(
    raised: BaseException, code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def command() -> int:
        raise raised

    assert run_safely(command) == code
    assert capsys.readouterr() == ("", message)


@pytest.mark.parametrize(
    ("number", "code", "message"),
    [(errno.EPIPE, 0, ""), (errno.ENOSPC, 3, "The answer cannot be written: the disk is full.\n")],
)
def test_a_failed_write_ends_the_command(
    number: int, code: int, message: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def command() -> int:
        with explain_output_failure():
            raise OSError(number, "No space left on device")

    closed: list[str] = []
    monkeypatch.setattr("p2ptrack.cli.terminal.discard_stream", closed.append)
    assert run_safely(command) == code
    assert closed == ["stdout"]
    assert capsys.readouterr() == ("", message)


def test_the_return_value_of_a_command_is_its_exit_code() -> None:
    assert run_safely(lambda: None) == 0
    assert run_safely(lambda: 1) == 1


def test_a_bug_is_not_hidden() -> None:
    def command() -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_safely(command)


def test_other_usage_errors_end_with_punctuation() -> None:
    assert describe_usage_error(BadParameter("Is it?")) == "Invalid value: Is it? See: p2ptrack --help"


def test_the_module_runs_the_command_and_exits_with_its_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    output = io.BytesIO()
    monkeypatch.setattr(sys, "argv", ["p2ptrack", "--version"])
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(output, encoding="utf-8"))
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("p2ptrack", run_name="__main__")
    assert ended.value.code == 0
    assert output.getvalue() == b"p2ptrack 0.1.0\n"


class Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


def test_a_pdf_is_not_written_to_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Terminal(io.BytesIO(), encoding="utf-8"))
    options = PaperOptions(root=ROOT, as_of=SEED_DAY, reports=["audit-follow-up"], format_names=["pdf"], output="-")
    with pytest.raises(UsageError) as refused:
        render_papers(options)
    assert str(refused.value) == "A PDF cannot be shown here. Name a file after --output instead of -."
