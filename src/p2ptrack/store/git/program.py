"""Running git itself, deaf to what a repository or the surroundings would make it do."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

MIN_VERSION = (2, 31)
"""Histories are read with `git log --diff-merges=first-parent`, which no older git knows."""
_SAFE_SETTINGS = (
    "core.fsmonitor=false",
    "log.showSignature=false",
    "log.showRoot=true",
    "log.diffMerges=separate",
    "advice.graftFileDeprecated=false",
    f"diff.orderFile={os.devnull}",
)
_IDENTITY_VARIABLES = frozenset({"GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"})
"""Of git's own variables those that say who publishes, as pipelines set them; no other is heeded."""


@dataclass(frozen=True, slots=True)
class GitResult:
    """How git ended and what it said. Without git, or where it does not start, `there` is false."""

    exit_code: int
    stdout: bytes = b""
    stderr: str = ""
    is_installed: bool = True

    @property
    def text(self) -> str:
        """Return the output as text; what is not UTF-8 can be turned back into the same bytes."""
        return self.stdout.decode("utf-8", "surrogateescape")


def run_git(root: Path, *arguments: str, stdin: bytes = b"") -> GitResult:
    """Run git in a folder and return what it answered. Raises nothing."""
    executable = shutil.which("git")
    if executable is None or not Path(executable).is_absolute():
        return GitResult(
            1, is_installed=False
        )  # Windows looks into the working folder first; a register is no place for programs
    settings = [option for setting in _SAFE_SETTINGS for option in ("-c", setting)]
    try:
        completed = subprocess.run(
            [executable, "-C", str(root), "--no-pager", *settings, *arguments],
            capture_output=True,
            env=_build_environment(),
            input=stdin,
            check=False,
        )
    except OSError:
        return GitResult(1, is_installed=False)
    return GitResult(completed.returncode, completed.stdout, completed.stderr.decode("utf-8", "replace"))


def read_version() -> tuple[int, ...]:
    """Return the numbers of git's version, such as (2, 39, 5); none where there is no git."""
    return tuple(int(number) for number in re.findall(r"\d+", run_git(Path(), "version").text)[:3])


def format_version(version_numbers: tuple[int, ...]) -> str:
    """Return a version as people write it: `2.39.5`."""
    return ".".join(map(str, version_numbers))


def _build_environment() -> dict[str, str]:
    # What a clone lacks is not fetched: that would run whatever the repository names as its remote. Replaced objects
    # and grafts would show another history than the one that was committed.
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name in _IDENTITY_VARIABLES
    }
    overrides = {
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "",
    }
    # A log that is handed over commit by commit takes twice as long.
    without_replacements = {"GIT_NO_REPLACE_OBJECTS": "1", "GIT_GRAFT_FILE": os.devnull}
    return {**inherited, **overrides, **without_replacements, "GIT_FLUSH": "0", "LC_ALL": "C"}
