"""The README done word for word on a copy of the shipped register.

A `console` block is run, and what it shows is what must be printed. A comment before another block says which file the
block goes into, and where. `python -m tests.repository.readme` writes what is printed into the README, to be read before it
is kept.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from contextlib import chdir
from dataclasses import dataclass, field
from pathlib import Path

from tests.command import ROOT, run

README = ROOT / "README.md"
_BLOCK = re.compile(
    r"^(?:<!-- (?P<where>[a-z ]+) of (?P<file>\S+) -->\n)?```(?P<sort>\w+)\n(?P<inside>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_KEPT: Mapping[str, Callable[[list[str]], list[str]]] = {
    "at the end": lambda lines: lines,
    "as the last line": lambda lines: lines[:-1],
    "the whole": lambda _: [],
}
_NOBODY = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    **{f"GIT_{who}_{what}": "a@b.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
}


@dataclass
class Walked:
    """The README as it reads with what was really printed, each command with its exit code, and the files changed."""

    text: str = ""
    commands: list[tuple[str, int]] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)


def walk(folder: Path) -> Walked:
    """Do everything that the README says, in order, in a copy of the shipped register inside an empty folder."""
    walked, clone = Walked(), folder / "p2ptrack"
    shutil.copytree(ROOT / "data", clone / "data")
    with chdir(clone):
        for words in ("init --quiet", "add --all", "commit --quiet --message before"):
            assert _git(*words.split()) == 0
        walked.text = _BLOCK.sub(lambda block: _done(block, walked), README.read_text(encoding="utf-8"))
    return walked


def _done(block: re.Match[str], walked: Walked) -> str:
    if block["where"]:
        _edit(Path(block["file"]), block["where"], block["inside"])
        walked.edited.append(block["file"])
    if block["sort"] != "console":
        return block[0]
    lines = block["inside"].splitlines()
    commands = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    answers = [_answer(command, walked) for command in commands]
    shown = answers if len(lines) > len(commands) else [""] * len(commands)
    return "".join(("```console\n", *(f"$ {c}\n{a}" for c, a in zip(commands, shown, strict=True)), "```"))


def _edit(file: Path, where: str, inside: str) -> None:
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True) if file.exists() else []
    file.parent.mkdir(exist_ok=True)
    file.write_text("".join(_KEPT[where](lines)) + inside, encoding="utf-8", newline="\n")


def _answer(command: str, walked: Walked) -> str:
    program, *words = shlex.split(command)
    if program == "git":
        walked.commands.append((command, _git(*words)))
        return ""
    assert program == "p2ptrack"
    ran = run(*words)
    walked.commands.append((command, ran.code))
    return ran.out


def _git(*words: str) -> int:
    return subprocess.run(["git", *words], env=os.environ | _NOBODY, check=False, capture_output=True).returncode


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        README.write_text(walk(Path(name)).text, encoding="utf-8", newline="\n")
