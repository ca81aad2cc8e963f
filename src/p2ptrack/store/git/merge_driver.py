"""The merge driver for records: how git calls it, whose version each side is, and what it does when in doubt.

git runs the command in its settings with three files: the version that both sides began with, ours and theirs. The
result goes into the file of ours. Where the command is missing or does not know what to do, git's own merge is used.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from pathlib import Path

from p2ptrack.store.git.process import explain_failure, run_git

DRIVER = "p2ptrack"
ATTRIBUTES = f"data/*/*.yaml merge={DRIVER}\n"
"""What `.gitattributes` in the register's folder says."""

EXIT_CONFLICT = 4
"""The exit code for a conflict that is shown in the file. A Python that lacks p2ptrack ends with 1."""
EXIT_UNDECIDED = 5
"""The exit code that leaves the merge to git."""

_FALLBACK = "git merge-file -L ours -L base -L theirs %A %O %B"
_COMMIT = re.compile("[0-9a-f]{7,64}")
_HEADS = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REBASE_HEAD", "REVERT_HEAD")


def build_program_command() -> str:
    """Return the command of this p2ptrack for a shell. Python finds no module in the folder in which git runs it."""
    return f"{quote_python()} -P -m p2ptrack"


def quote_python() -> str:
    """Return the path of this Python, quoted for a shell."""
    return shlex.quote(Path(sys.executable).as_posix())


def build_driver_command() -> str:
    """Return the command for git's settings. git runs it in a shell, on Windows too."""
    choose = f"case $? in 0) ;; {EXIT_CONFLICT}) exit 1 ;; *) {_FALLBACK} ;; esac"
    return f"{build_program_command()} merge-record %O %A %B %P; {choose}"


def install_merge_driver(root: Path) -> None:
    """Write the driver into the settings of this copy of the repository. Raises `OperationError` if git refuses."""
    for name, value in (("name", "p2ptrack records"), ("driver", build_driver_command())):
        result = run_git(root, "config", f"merge.{DRIVER}.{name}", value)
        if result.exit_code:
            raise explain_failure(root, result)


def is_merge_driver_installed(root: Path) -> bool:
    """Whether the settings of this copy of the repository have the driver as this installation writes it."""
    return run_git(root, "config", "--get", f"merge.{DRIVER}.driver").text.strip() == build_driver_command()


def describe_sides(path: str) -> tuple[str, str]:
    """Return who changed a file last on our side and on theirs, and when, as far as git tells a driver."""
    folder = Path.cwd()
    return _describe_commit(folder, "HEAD", path, "ours"), _describe_commit(
        folder, _find_theirs(folder), path, "theirs"
    )


def _find_theirs(folder: Path) -> str:
    # git names the branches that it merges in variables before it writes MERGE_HEAD.
    commits = [name.removeprefix("GITHEAD_") for name in os.environ if name.startswith("GITHEAD_")]
    head = run_git(folder, "rev-parse", "HEAD").text.strip()
    commits = [commit for commit in commits if commit != head]
    if len(commits) == 1:
        return commits[0]
    heads = (name for name in _HEADS if run_git(folder, "rev-parse", "--verify", "--quiet", name).exit_code == 0)
    return next(heads, "") or _find_rebased_commit(folder)


def _find_rebased_commit(folder: Path) -> str:
    """Return the commit that a rebase applies. git writes REBASE_HEAD only after the driver has run."""
    done = folder / run_git(folder, "rev-parse", "--git-path", "rebase-merge/done").text.strip()
    lines = done.read_text(encoding="utf-8", errors="replace").splitlines() if done.is_file() else []
    words = lines[-1].split() if lines else []
    return words[1] if len(words) > 1 and _COMMIT.fullmatch(words[1]) else ""


def _describe_commit(folder: Path, commit: str, path: str, side: str) -> str:
    if not commit:
        return side
    arguments = ("log", "-1", "--format=%an, %cd", "--date=format:%d %B %Y", commit, "--", path)
    described = run_git(folder, *arguments).text.strip().splitlines()
    return f"{side}: {described[0].replace(', 0', ', ')}" if described else side
