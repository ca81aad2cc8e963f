"""Run git with hooks, repository configuration and environment neutralised, and explain why it fails."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from p2ptrack.diagnostics import escape_control_characters
from p2ptrack.errors import OperationError, advise_on_git
from p2ptrack.phrases import MAX_EXCERPT_LENGTH, excerpt
from p2ptrack.values import compile_on_use, dataclass

MIN_VERSION = (2, 31)
"""Histories are read with `git log --diff-merges=first-parent`, which older versions of git lack."""
_SAFE_SETTINGS = (
    # A file in the repository that lists its commits; a forged one would hide some of them.
    "core.commitGraph=false",
    "core.fsmonitor=false",
    "log.showSignature=false",
    "log.showRoot=true",
    "log.diffMerges=separate",
    "advice.graftFileDeprecated=false",
    f"diff.orderFile={os.devnull}",
)
_INHERITED_VARIABLE = compile_on_use(
    r"GIT_(?:AUTHOR|COMMITTER)_(?:NAME|EMAIL)|GIT_CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM|COUNT|(?:KEY|VALUE)_\d+)"
)
"""Variables of git that name who publishes, and settings of the computer, such as the `safe.directory` of a container.

No other variable of git is passed on.
"""
_ENVIRONMENT = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    # Nothing that a clone lacks is fetched: that would run whatever the repository names as its remote.
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "",
    # Replaced objects and grafts would show another history than the one that was committed.
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    # A log that is flushed after every commit takes twice as long.
    "GIT_FLUSH": "0",
    "LC_ALL": "C",
}

SUBMODULE_MODE = "160000"
"""The mode of a folder that another repository keeps."""
SHALLOW_MESSAGE = (
    "This copy of the repository has only the newest part of its history. To get the rest: git fetch --unshallow --tags"
)
_DUBIOUS_OWNER = compile_on_use(r"dubious ownership in repository at '(.+)'", re.DOTALL)
_MISSING_OBJECTS = compile_on_use(
    r"promisor|could not fetch|missing (?:blob|tree|object)|not a tree object|unable to read|could not read|bad object"
    r"|parents of commit",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class GitResult:
    """The exit code and the output of git. Where git is missing or does not start, `is_installed` is false."""

    exit_code: int
    stdout: bytes = b""
    stderr: str = ""
    is_installed: bool = True

    @property
    def text(self) -> str:
        """Return the output as text, from which bytes that are not UTF-8 can be restored."""
        return self.stdout.decode("utf-8", "surrogateescape")


def run_git(
    root: Path, *arguments: str, stdin: bytes = b"", protocols: str = "", timeout: float | None = None
) -> GitResult:
    """Run git in a folder and return its result, which fails after `timeout` seconds. Raises nothing.

    Without `protocols`, names of git's with colons between them, git reaches no other repository.
    """
    executable = shutil.which("git")
    # Windows looks in the working folder first, and a register is no place for programs.
    if executable is None or not Path(executable).is_absolute():
        return GitResult(1, is_installed=False)
    settings = [option for setting in _SAFE_SETTINGS for option in ("-c", setting)]
    try:
        completed = subprocess.run(
            [executable, "-C", str(root), "--no-pager", *settings, *arguments],
            capture_output=True,
            env=_build_environment() | {"GIT_ALLOW_PROTOCOL": protocols},
            input=stdin,
            check=False,
            timeout=timeout,
        )
    except subprocess.TimeoutExpired:
        return GitResult(1, stderr=f"error: there was no answer within {timeout:.0f} seconds")
    except OSError:
        return GitResult(1, is_installed=False)
    return GitResult(completed.returncode, completed.stdout, completed.stderr.decode("utf-8", "replace"))


_OBJECT_HEADER = compile_on_use(rb"([0-9a-f]+) ([a-z]+) ([0-9]+)")


def parse_objects(output: bytes) -> Iterator[tuple[str, str, bytes]]:
    """Yield the id, type and content of each object that `git cat-file --batch` gives; empty for a missing one."""
    start = 0
    while (end := output.find(b"\n", start)) >= 0:
        match = _OBJECT_HEADER.fullmatch(output, start, end)
        start = end + 1
        if match is None:
            yield "", "", b""
            continue
        size = int(match[3])
        yield match[1].decode(), match[2].decode(), output[start : start + size]
        start += size + 1


def _build_environment() -> dict[str, str]:
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or _INHERITED_VARIABLE.fullmatch(name)
    }
    return inherited | _ENVIRONMENT


def read_version() -> tuple[int, ...]:
    """Return the numbers of git's version, such as (2, 39, 5); none where there is no git."""
    return tuple(int(number) for number in re.findall(r"\d+", run_git(Path(), "version").text)[:3])


def format_version(version_numbers: tuple[int, ...]) -> str:
    """Return a version as people write it: `2.39.5`."""
    return ".".join(map(str, version_numbers))


def has_git_folder(root: Path) -> bool:
    """Whether a folder seems to be in a repository, without running git."""
    return find_repository_top(root.resolve()) is not None


def find_repository_top(folder: Path) -> Path | None:
    """Return the top folder of the repository that a folder is in, without running git; None outside a repository."""
    return next((top for top in (folder, *folder.parents) if os.path.lexists(top / ".git")), None)


def find_git_folder(root: Path) -> Path | None:
    """Return the folder of git for the repository that a folder is in; a linked worktree has one of its own."""
    resolved_root = root.resolve()
    for folder in (resolved_root, *resolved_root.parents):
        candidate = folder / ".git"
        try:
            if candidate.is_dir():
                return candidate
            text = candidate.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        return (folder / text.removeprefix("gitdir:").strip()).resolve() if text.startswith("gitdir:") else None
    return None


def make_git_error(root: Path, result: GitResult) -> OperationError:
    """Return the error of a failed command, with what to do about it."""
    folder = escape_control_characters(str(root))
    if not result.is_installed:
        return OperationError(f"This needs git, which is not installed here. {advise_on_git()}")
    owner_match = _DUBIOUS_OWNER.search(result.stderr)
    if owner_match:
        owned = escape_control_characters(owner_match[1])
        return OperationError(
            f"git does not trust {owned}, because somebody else owns it. If you trust it: "
            f'git config --global --add safe.directory "{owned}"'
        )
    if "not a git repository" in result.stderr:
        message = f"{folder} is not under version control, so it has no history. To start one: git init"
        if has_git_folder(root):
            message = (
                f"git cannot read the repository of {folder}: its .git is damaged, or you may not read it. "
                "Ask the person who looks after it before you start a new one."
            )
        return OperationError(message)
    if _MISSING_OBJECTS.search(result.stderr):
        return missing_objects_error()
    if read_version() < MIN_VERSION:
        return OperationError(describe_old_version())
    return OperationError(f"git cannot read the history of {folder}: {extract_message(result)}. Fix that first.")


def extract_message(result: GitResult, limit: int = MAX_EXCERPT_LENGTH) -> str:
    """Return the line of git's output with the reason of the failure."""
    lines = [line for line in result.stderr.splitlines() if line.strip() and not line.startswith("hint:")]
    message = min(lines, key=lambda line: not line.startswith(("fatal: ", "error: ")), default="it does not say why")
    return escape_control_characters(excerpt(message.removeprefix("fatal: ").removeprefix("error: "), limit))


def describe_old_version() -> str:
    """Return the message for a git that is too old."""
    return (
        f"This machine has git {format_version(read_version())}. To read a history you need git "
        f"{format_version(MIN_VERSION)} or newer. {advise_on_git()}"
    )


def missing_objects_error() -> OperationError:
    """Return the error where a copy of the repository lacks contents or commits."""
    return OperationError(
        "This copy of the repository lacks part of the history of its files. "
        "To get the rest with git 2.36 or newer: git fetch --refetch --no-filter"
    )
