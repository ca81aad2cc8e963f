"""Sentences on standard error are not broken inside words, however narrow the terminal is."""

from __future__ import annotations

import io

import pytest

from p2ptrack.cli import write_to_stderr


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_lines_end_between_words_and_commands_stay_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setenv("COLUMNS", "40")
    write_to_stderr("“nothing” is not a paper. Use action-plan, audit-follow-up or progress-report.")
    write_to_stderr("This was the position then. For help: p2ptrack check --at abc1234 --as-of 2027-03-01.")
    assert terminal.getvalue().splitlines() == [
        "“nothing” is not a paper. Use",
        "action-plan, audit-follow-up or",
        "progress-report.",
        "This was the position then. For help:",
        "p2ptrack check --at abc1234 --as-of 2027-03-01.",
    ]


def test_a_pipe_gets_whole_lines(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    write_to_stderr("word " * 30)
    assert capsys.readouterr().err.count("\n") == 1
