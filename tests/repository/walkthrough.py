"""Follow a page of the documentation word for word, on a copy of the shipped register.

Every `console` block is run, and the answer that it shows is compared with what was printed. A comment before another
block names the file that the block goes into, and where in it. `python -m tests.repository.walkthrough` writes the real
answers into the pages; read them before you keep them.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import tempfile
from contextlib import chdir
from dataclasses import dataclass, field
from pathlib import Path

from tests.command import ROOT, run

README = ROOT / "README.md"
PAGES = (README, *(ROOT / "docs" / f"{name}.md" for name in ("officer-guide", "clerk-guide", "installing")))
_BLOCK = re.compile(
    r"^(?:<!-- (?P<where>at the end of|as the last line of|the whole of|instead of \"(?P<line>[^\"]+)\" in) "
    r"(?P<file>\S+) -->\n)?"
    r"```(?P<language>\w+)\n(?P<content>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_IDENTITY = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    **{f"GIT_{role}_{part}": "a@b.example" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")},
}


@dataclass
class Walkthrough:
    """A page as it reads with the real answers, each command with its exit code, and the files that were edited."""

    text: str = ""
    commands: list[tuple[str, int]] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)


def follow(page: Path, folder: Path) -> Walkthrough:
    """Do everything that a page says, in order, in a copy of the shipped register inside an empty folder."""
    result, clone = Walkthrough(), folder / "p2ptrack"
    shutil.copytree(ROOT / "data", clone / "data")
    with chdir(clone):
        for words in ("init --quiet", "add --all", "commit --quiet --message before"):
            assert _run_git(*words.split()) == 0
        result.text = _BLOCK.sub(lambda block: _follow_block(block, result), page.read_text(encoding="utf-8"))
    return result


def _follow_block(block: re.Match[str], result: Walkthrough) -> str:
    if block["where"]:
        _edit(Path(block["file"]), block)
        result.edited.append(block["file"])
    if block["language"] != "console":
        return block[0]
    lines = block["content"].splitlines()
    commands = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    answers = [_run(command, result) for command in commands]
    outputs = answers if len(lines) > len(commands) else [""] * len(commands)
    return "".join(("```console\n", *(f"$ {c}\n{a}" for c, a in zip(commands, outputs, strict=True)), "```"))


def _edit(file: Path, block: re.Match[str]) -> None:
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True) if file.exists() else []
    file.parent.mkdir(exist_ok=True)
    content = block["content"]
    if block["line"]:
        assert lines.count(f"{block['line']}\n") == 1
        text = "".join(content if line == f"{block['line']}\n" else line for line in lines)
    elif block["where"] == "at the end of":
        text = "".join(lines) + content
    else:
        text = "".join(lines[:-1] if block["where"] == "as the last line of" else []) + content
    file.write_text(text, encoding="utf-8", newline="\n")


def _run(command: str, result: Walkthrough) -> str:
    program, *words = shlex.split(command)
    if program == "git":
        result.commands.append((command, _run_git(*words)))
        return ""
    assert program == "p2ptrack"
    command_result = run(*words)
    result.commands.append((command, command_result.code))
    return command_result.out


def _run_git(*words: str) -> int:
    return subprocess.run(["git", *words], env=os.environ | _IDENTITY, check=False, capture_output=True).returncode


if __name__ == "__main__":
    for page in PAGES:
        with tempfile.TemporaryDirectory() as name:
            page.write_text(follow(page, Path(name)).text, encoding="utf-8", newline="\n")
