"""Running git itself, deaf to what a repository or the surroundings would make it do."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

OLDEST = (2, 31)
"""Histories are read with `git log --diff-merges=first-parent`, which no older git knows."""
_QUIET = (
    "core.fsmonitor=false",
    "log.showSignature=false",
    "log.showRoot=true",
    "log.diffMerges=separate",
    "advice.graftFileDeprecated=false",
    f"diff.orderFile={os.devnull}",
)
_WHO = frozenset({"GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"})
"""Of git's own variables those that say who publishes, as pipelines set them; no other is heeded."""


@dataclass(frozen=True, slots=True)
class Ran:
    """How git ended and what it said. Without git, or where it does not start, `there` is false."""

    code: int
    out: bytes = b""
    err: str = ""
    there: bool = True

    @property
    def text(self) -> str:
        """Return the output as text; what is not UTF-8 can be turned back into the same bytes."""
        return self.out.decode("utf-8", "surrogateescape")


def run(root: Path, *words: str, send: bytes = b"") -> Ran:
    """Run git in a folder and return what it answered. Raises nothing."""
    program = shutil.which("git")
    if program is None or not Path(program).is_absolute():
        return Ran(1, there=False)  # Windows looks into the working folder first; a register is no place for programs
    settings = [word for setting in _QUIET for word in ("-c", setting)]
    try:
        done = subprocess.run(
            [program, "-C", str(root), "--no-pager", *settings, *words],
            capture_output=True,
            env=_environment(),
            input=send,
            check=False,
        )
    except OSError:
        return Ran(1, there=False)
    return Ran(done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"))


def version() -> tuple[int, ...]:
    """Return the numbers of git's version, such as (2, 39, 5); none where there is no git."""
    return tuple(int(number) for number in re.findall(r"\d+", run(Path(), "version").text)[:3])


def named(numbers: tuple[int, ...]) -> str:
    """Return a version as people write it: `2.39.5`."""
    return ".".join(map(str, numbers))


def _environment() -> dict[str, str]:
    # What a clone lacks is not fetched: that would run whatever the repository names as its remote. Replaced objects
    # and grafts would show another history than the one that was committed.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name in _WHO}
    ours = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": ""}
    # A log that is handed over commit by commit takes twice as long.
    as_committed = {"GIT_NO_REPLACE_OBJECTS": "1", "GIT_GRAFT_FILE": os.devnull}
    return {**kept, **ours, **as_committed, "GIT_FLUSH": "0", "LC_ALL": "C"}
