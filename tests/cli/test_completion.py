"""Completion as the shells ask for it: an environment variable in, candidates out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from p2ptrack.cli.app import build_command
from tests.command import COMMANDS, ROOT, CommandResult, run
from tests.support import write_register

SHELLS = ("bash", "zsh", "fish", "powershell", "pwsh")
HOSTILE = "title: '[bold]$(touch x) `id` \\$(id) \"quoted\" : ::: ;'\n"


def complete(line: str, shell: str = "bash") -> CommandResult:
    """Ask for completions at the end of a line, as the script of a shell does."""
    words = line.split()
    variables: dict[str, Any] = {
        "_P2PTRACK_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) if line.endswith(" ") else len(words) - 1),
        "_TYPER_COMPLETE_ARGS": line,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "_TYPER_COMPLETE_WORD_TO_COMPLETE": "" if line.endswith(" ") else words[-1],
    }
    return run(**variables)


def candidates(line: str) -> list[str]:
    result = complete(line)
    assert (result.code, result.err) == (0, "")
    return result.out.split()


@pytest.fixture
def register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = write_register(tmp_path, {"actions/A01.yaml": f"id: A01\n{HOSTILE}", "actions/A02.yaml": "id: [\n"})
    monkeypatch.chdir(root)
    return root


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(("line", "value"), [("p2ptrack sta", "status"), ("p2ptrack show A", "A01")])
def test_every_shell_gets_commands_and_values(shell: str, line: str, value: str) -> None:
    result = complete(line, shell)
    assert (result.code, result.err) == (0, "")
    assert value in result.out


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize("shell", SHELLS)
def test_nothing_in_a_record_reaches_the_shell_but_plain_characters(shell: str) -> None:
    outputs = [complete(f"p2ptrack {line}", shell).out for line in ("show ", "history ")]
    assert all("A01" in output for output in outputs)
    assert [word for word in ("$", "`", "touch x)", "[bold]", "\\") if any(word in output for output in outputs)] == []


VALUES = {
    "show ": ["A01"],
    "history ": ["A01"],
    "history A01 --field targ": ["target"],
    "list ": ["recommendation", "action", "follow-up", "exemption"],
    "list --sort titl": ["title"],
    "list --columns id,titl": ["id,title"],
    "status --format ": ["text", "json", "csv", "md"],
    "check --format g": ["github", "gitlab"],
    "render ": [
        *("action-plan", "audit-follow-up", "progress-report", "exemptions-report", "register", "figures"),
        "forward-plan",
    ],
    "render --format doc": ["docx"],
    "render --audience ": ["public", "members", "officers"],
    "render --meeting ": ["AC-2022-10-17", "AC-2023-03"],
    "changes --since AC-2023": ["AC-2023-03"],
    "status --at AC-2022": ["AC-2022-10-17"],
    "publish ": ["AC-2022-10-17", "AC-2023-03"],
    "publish AC-2023-03 audit": ["audit-follow-up"],
    "verify AC-2023": ["AC-2023-03"],
    "rule S105": ["S105"],
    "schema fol": ["follow-up"],
    "schema chan": ["changes"],
}


@pytest.mark.parametrize(
    ("line", "shell", "expected"),
    [
        ("list ", "zsh", ["@late", "@new"]),
        ("figures @l", "zsh", ["@late"]),
        ("list @l", "fish", ["@late"]),
        # Bash treats the @ as a word of its own, and replaces only the text after it.
        ("list @ l", "bash", ["late"]),
        ("list @", "bash", []),
        ("list @late ", "bash", ["@late", "@new"]),
    ],
)
def test_saved_lists_are_completed(register: Path, line: str, shell: str, expected: list[str]) -> None:
    views = """views: {late: 'is:overdue', new: '[bold]$(touch x)', 'two words': 'is:overdue', '$(x)': 'is:overdue'}"""
    (register / "data/programme.yaml").write_text(f"title: A register\n{views}\n", encoding="utf-8")
    result = complete(f"p2ptrack {line}", shell)
    words = set(re.findall(r"@?[\w$()]+", result.out)) & {"@late", "@new", "@two", "@$(x)", "late", "new"}
    assert sorted(words) == expected
    assert "touch x)" not in result.out


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize("line", VALUES)
def test_values_are_completed(line: str) -> None:
    assert candidates(f"p2ptrack {line}") == VALUES[line]


def test_the_register_is_the_one_that_the_command_line_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert candidates("p2ptrack show F1") == []
    assert candidates(f"p2ptrack show --root {ROOT} F1") == ["F10", "F11", "F12", "F13", "F14"]


def test_commands_and_options_are_completed() -> None:
    assert candidates("p2ptrack ") == list(COMMANDS)
    assert candidates("p2ptrack overdue --w") == ["--within"]


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("line", ["show ", "verify ", "render ", "nonsense ", "status --nonsense ", "list 'unfinished"])
def test_completion_never_prints_an_error(
    shell: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data/programme.yaml").write_text("meetings: [\n", "utf-8")
    for folder in (tmp_path, tmp_path / "data"):
        monkeypatch.chdir(folder)
        result = complete(f"p2ptrack {line}", shell)
        assert result.err == ""
        assert "Traceback" not in result.out


def test_a_broken_request_prints_no_error() -> None:
    assert run(_P2PTRACK_COMPLETE="complete_bash") == CommandResult(0, b"", "")


@pytest.fixture
def _built_anew() -> Iterator[None]:
    """Typer reads the environment when the commands are built."""
    build_command.cache_clear()
    yield
    build_command.cache_clear()


@pytest.mark.usefixtures("_built_anew")
@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_of_a_shell_can_be_printed(shell: str) -> None:
    result = run("--show-completion", shell, _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    assert result.err == ""
