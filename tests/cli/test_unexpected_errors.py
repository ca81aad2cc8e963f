"""Nothing ends in a traceback: whatever a file, a flag or a machine does is one sentence and an exit code."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
from io import UnsupportedOperation
from pathlib import Path
from unittest.mock import patch

import pytest

from p2ptrack.cli import main
from p2ptrack.errors import OperationError
from tests.command import ROOT, run
from tests.git.builders import action, git
from tests.support import write_register


def end_with(error: BaseException, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Return the exit code and the message of a command that ends with an error, even while it is loaded."""
    with patch("p2ptrack.cli.app.run_command_line", side_effect=error):
        code = main(["status"])
    return code, capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code", "detail"),
    [
        (KeyError("_bbox"), 3, "KeyError: '_bbox'"),
        (ImportError("no module"), 3, "ImportError: no module"),
        (RecursionError(), 3, "RecursionError"),
        (ValueError("several\nlines\x1b[31m."), 3, "ValueError: several lines [31m"),
        (UnicodeEncodeError("utf-8", "\udcff", 0, 1, "surrogates not allowed"), 3, "surrogates not allowed"),
        (AssertionError("x" * 5000), 3, "x" * 180),
    ],
)
def test_an_unexpected_error_is_one_sentence_with_its_kind(
    error: BaseException, code: int, detail: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ended, message = end_with(error, capsys)
    assert (ended, message.count("\n"), detail in message) == (code, 1, True)
    assert message.startswith("p2ptrack stopped because of an error that it did not expect (")
    assert len(message) < 320


def test_too_little_memory_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert end_with(MemoryError(), capsys)[1].startswith("This computer has too little memory for this.")


def test_an_interrupt_while_modules_are_loaded_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    assert end_with(KeyboardInterrupt(), capsys) == (130, "")


def test_an_interrupt_of_an_import_is_quiet() -> None:
    code = (
        "import sys\nfrom p2ptrack.cli import main\n"
        "class Interrupt:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'p2ptrack.cli.options': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupt())\nsys.exit(main(['status']))"
    )
    assert python(code) == (130, "")


def python(code: str) -> tuple[int, str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    ended = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    return ended.returncode, ended.stderr


def test_an_engineer_can_see_where(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("P2PTRACK_DEBUG", "1")
    with pytest.raises(KeyError):
        end_with(KeyError("_bbox"), capsys)


@pytest.mark.parametrize(
    "failure", [OSError(errno.ENOSPC, "full"), ValueError("closed"), UnsupportedOperation("fileno")]
)
@pytest.mark.parametrize(("words", "code"), [(("show", "zz"), 2), (("no-such-command",), 2), (("status",), 3)])
def test_the_exit_code_counts_where_nobody_can_read_the_message(
    failure: Exception, words: tuple[str, ...], code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_register(tmp_path) if words[0] == "show" else tmp_path
    monkeypatch.chdir(root)

    class Closed:
        encoding = "utf-8"

        def isatty(self) -> bool:
            return False

        def write(self, _text: str) -> int:
            raise failure

        def flush(self) -> None:
            raise failure

        def fileno(self) -> int:
            raise failure

    monkeypatch.setattr(sys, "stderr", Closed())
    assert main(list(words)) == code


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp']"), "Name one that can be in"),
        (OSError(errno.ENOSPC, "", "t/p2ptrack-x"), "t/p2ptrack-x cannot be used: the disk is full."),
        (PermissionError(errno.EACCES, "", "t/templates"), "t/templates cannot be used: you do not have permission."),
        (
            OSError(errno.EIO, "Input/output error"),
            "refuses something that is needed: Input/output error.",
        ),
    ],
)
def test_what_the_operating_system_refuses_is_named(
    error: OSError, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise error

    root = write_register(tmp_path)
    monkeypatch.setattr("p2ptrack.pipeline.load_checkout", refuse)
    result = run("status", "--root", root)
    assert (result.code, message in result.err, result.err.count("\n")) == (3, True, 1)


def test_without_a_folder_for_temporary_files_a_pdf_reports_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_register(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: [str(tmp_path / "none")])
    result = run("render", "action-plan", "--format", "pdf", "--root", root)
    assert (result.code, result.err) == (
        3,
        "No folder for temporary files can be written. Name one that can be in the variable TMPDIR.\n",
    )


LONG = "x" * 300


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("check", LONG), 2),
        (("check", "x" * 5000), 2),
        (("show", LONG), 2),
        (("list", "days_overdue:--3"), 2),
        (("list", f"days_overdue:{'9' * 5000}"), 2),
        (("list", f"days_overdue.over:{'9' * 30}"), 2),
        (("overdue", "--within", "9" * 5000), 2),
        (("overdue", "--within", "9" * 30), 2),
        (("status", "--as-of", "9" * 5000), 2),
        (("status", "--root", LONG), 3),
        (("render", "action-plan", "--output", f"{LONG}.html"), 3),
        (("publish", ""), 2),
        (("publish", "../x"), 2),
        (("verify", ""), 2),
        (("verify", "../x"), 2),
        (("history", "\udcff"), 2),
        (("list", "title:\udcff"), 0),
        (("check", "\udcff"), 2),
        (("init", "n\udcff"), 0),
        (("render", "action-plan", "--format", "text", "--output", "a\udcffb.text"), 0),
        (("render", "action-plan", "--output", "a/\udcff/"), 0),
        (("status", "--at", "\udcff"), 2),
    ],
)
def test_odd_words_are_answered_in_a_sentence(
    words: tuple[str, ...], code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_register(tmp_path, {"actions/A01.yaml": action()})
    for step in (("init", "--quiet"), ("add", "data"), ("commit", "--quiet", "--message", "Start")):
        git(root, *step)
    monkeypatch.chdir(root)
    result = run(*words)
    assert (result.code, "did not expect" in result.err, "cannot be used" in result.err) == (code, False, False), (
        result.err
    )


def test_a_command_states_that_git_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_register(tmp_path)
    (root / ".git").mkdir()
    monkeypatch.setattr("shutil.which", lambda _name: None)
    result = run("render", "action-plan", "--format", "text", "--root", root)
    assert (result.code, "This needs git, which is not installed here." in result.err) == (0, True)


def test_an_operation_error_keeps_its_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with patch("p2ptrack.cli.register.find_register_folder", side_effect=OperationError("No register.")):
        assert main(["status"]) == 3
    assert capsys.readouterr().err == "No register.\n"
