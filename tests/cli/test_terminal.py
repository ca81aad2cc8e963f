from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import redirect_stderr
from pathlib import Path

import pytest

from p2ptrack.cli.terminal import is_colour_supported, show_progress
from tests.command import run, seed
from tests.support import write_register

TITLE = "Réview – “£5m” … • 漢 👍"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ("utf-8", TITLE),
        ("cp1252", "Réview – “£5m” … • ? ?"),
        ("cp850", 'Réview - "£5m" ... * ? ?'),
        ("ascii", 'Review - "GBP 5m" ... * ? ?'),
    ],
)
def test_characters_that_a_console_lacks_are_replaced(encoding: str, expected: str) -> None:
    assert TITLE.encode(encoding, "p2ptrack.replace_with_ascii").decode(encoding) == expected


@pytest.mark.parametrize("encoding", ["cp1252", "cp850", "ascii", "cp437"])
@pytest.mark.parametrize("line", ["status", "show A01", "overdue --within 30", "list", "rules", "check"])
def test_every_answer_can_be_printed_on_windows_consoles(line: str, encoding: str) -> None:
    result = run(*line.split(), encoding=encoding) if line == "rules" else seed(*line.split(), encoding=encoding)
    assert result.code == 0
    assert result.bytes.decode(encoding)


def test_machine_formats_are_utf_8_on_every_console(tmp_path_factory: pytest.TempPathFactory) -> None:
    root = write_register(tmp_path_factory.mktemp("register"), {}, f"title: {TITLE}\n")
    for name in ("json", "csv", "md"):
        bytes_ = {
            run("status", "--root", root, "--as-of", "2023-01-12", "--format", name, encoding=e).bytes for e in CODES
        }
        assert len(bytes_) == 1
        assert bytes_.pop().decode("utf-8")


CODES = ("utf-8", "cp850", "cp1252")


def test_colour_is_for_terminals_that_support_it_and_allow_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("WT_SESSION", "1")
    assert is_colour_supported(Terminal())
    assert not is_colour_supported(io.StringIO())
    monkeypatch.setenv("TERM", "dumb")
    assert not is_colour_supported(Terminal())
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    assert not is_colour_supported(Terminal())


def test_only_encoding_replaces_characters() -> None:
    with pytest.raises(UnicodeDecodeError):
        b"\xff".decode("ascii", "p2ptrack.replace_with_ascii")


def test_no_escape_of_a_record_reaches_the_screen_in_any_format() -> None:
    for name in ("text", "json", "csv", "md"):
        assert "\x1b" not in seed("list", "--format", name).out


class ImmediateTimer:
    """A timer that runs at once, so that a test does not wait."""

    daemon = False

    def __init__(self, seconds: float, function: Callable[[], None]) -> None:
        assert seconds >= 1
        self.start = function

    def cancel(self) -> None: ...

    def join(self) -> None: ...


def show_two_steps(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, term: str) -> str:
    """Return what a progress bar writes to standard error."""
    monkeypatch.setattr("p2ptrack.cli.terminal.Timer", ImmediateTimer)
    monkeypatch.setenv("TERM", term)
    monkeypatch.setenv("COLUMNS", "60")
    with redirect_stderr(stream), show_progress("Producing [bold] papers", 2) as advance:
        advance()
    return stream.getvalue()


def test_progress_is_shown_and_removed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    output = show_two_steps(monkeypatch, Terminal(), "xterm")
    assert "Producing [bold] papers" in output
    assert output.endswith("\x1b[2K")


@pytest.mark.parametrize(("stream", "term"), [(Terminal(), "dumb"), (io.StringIO(), "xterm")])
def test_progress_is_only_shown_in_a_terminal(stream: io.StringIO, term: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert show_two_steps(monkeypatch, stream, term) == ""


def test_markup_in_a_record_is_printed_as_it_is(tmp_path: Path) -> None:
    root = write_register(tmp_path, {"actions/A01.yaml": "id: A01\ntitle: '[bold red]Review[/] :smile:'\n"})
    for line in ("list", "show A01", "status", "overdue"):
        out = run(*line.split(), "--root", root).out
        assert "\x1b" not in out
        assert "[bold red]Review[/] :smile:" in out or line in {"status", "overdue"}
