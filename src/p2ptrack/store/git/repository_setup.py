"""What p2ptrack sets up in a repository: the merge driver, the hook before a commit, and a new repository.

git runs the merge driver with three files: the version that both sides began with, ours and theirs. The result goes
into the file of ours. If the command is missing or cannot decide, git's own merge is used.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path

from p2ptrack.store.git.process import GitResult, make_git_error, run_git
from p2ptrack.store.writing import read_existing, write_file
from p2ptrack.values import dataclass

DRIVER = "p2ptrack"
ATTRIBUTES = f"data/*/*.yaml merge={DRIVER}\n"
"""The lines of `.gitattributes` in the register's folder."""

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
        _require(root, run_git(root, "config", f"merge.{DRIVER}.{name}", value))


def is_merge_driver_installed(root: Path) -> bool:
    """Whether the settings of this copy of the repository have the driver as this installation writes it."""
    return run_git(root, "config", "--get", f"merge.{DRIVER}.driver").text.strip() == build_driver_command()


def describe_sides(path: str) -> tuple[str, str]:
    """Return who changed a file last on our side and on theirs, and when, as far as git passes this to a driver."""
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


# The hook before a commit.

_HOOK = """\
#!/bin/sh
# Written by p2ptrack: check the register before a commit that changes it. To stop this, remove this file.
git diff --cached --quiet -- {data} && exit 0
if ! test -x {python}; then
    echo "The register was not checked, because p2ptrack is not where it was. To repair this: p2ptrack doctor --fix" >&2
    exit 0
fi
{check} && exit 0
echo "Nothing is committed yet. Correct the register, then type git add and git commit again." >&2
echo "To commit it as it is: git commit --no-verify" >&2
exit 1
"""
_SIGNATURE = "# Written by p2ptrack: "
_EXECUTABLE = 0o755


@dataclass(frozen=True, slots=True)
class CommitHook:
    """The hook of a repository: its path, what p2ptrack would write, and what is there (None: no file)."""

    path: Path
    expected: bytes
    current: bytes | None
    is_shared: bool
    """Whether `core.hooksPath` names a folder of hooks, which can belong to other repositories too."""
    check_line: str
    """The line with which another hook can check the register."""

    @property
    def is_installed(self) -> bool:
        """Whether git runs this hook, or another that names p2ptrack."""
        if self.current is None or (os.name != "nt" and not os.access(self.path, os.X_OK)):
            return False
        return self.current == self.expected or (b"p2ptrack" in self.current and not self.is_ours)

    @property
    def is_ours(self) -> bool:
        """Whether p2ptrack wrote the hook, perhaps for a Python that has moved."""
        return self.current is not None and _SIGNATURE.encode() in self.current

    @property
    def is_writable(self) -> bool:
        """Whether p2ptrack may write it: no other hook is there, and no other repository uses it."""
        return not self.is_shared and (self.current is None or self._is_same_register)

    @property
    def _is_same_register(self) -> bool:
        lines = [text.splitlines()[2:3] for text in (self.expected, self.current or b"")]
        return self.is_ours and lines[0] == lines[1]


def find_top(root: Path) -> tuple[Path, str] | None:
    """Return the top of the repository and the path from there to a folder, `a/b/` or nothing; None without one."""
    result = run_git(root, "rev-parse", "--show-toplevel", "--show-prefix")
    if result.exit_code:
        return None
    top, prefix, *_ = result.text.split("\n")
    return Path(top), prefix


def read_commit_hook(root: Path) -> CommitHook:
    """Return the hook that is run before a commit. Raises `OperationError` if git fails."""
    result = run_git(root, "rev-parse", "--git-path", "hooks/pre-commit")
    top = find_top(root)
    if result.exit_code or top is None:
        raise make_git_error(root, result)
    path = Path(os.path.normpath(root / result.text.rstrip("\n")))
    folder = top[1].rstrip("/") or "."
    check_line = f"{build_program_command()} check --root {shlex.quote(folder)}"
    text = _HOOK.format(data=shlex.quote(f"{top[1]}data"), python=quote_python(), check=check_line)
    current = read_existing(path) if os.path.lexists(path) else None
    is_shared = run_git(root, "config", "--get", "core.hooksPath").exit_code == 0
    return CommitHook(path, text.encode(), current, is_shared, check_line)


def write_commit_hook(hook: CommitHook) -> None:
    """Write the hook. Raises `OperationError` when that fails."""
    advice = "Check that you may write there."
    write_file(hook.path, hook.expected, advice)
    hook.path.chmod(_EXECUTABLE)


# A new repository whose history is known, without the settings, the hooks and the clock of this computer.

_BRANCH = "refs/heads/main"
_TIME_OF_DAY = time(10, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class NewCommit:
    """A commit to make: its day, its author (a post), its message, and the files that it adds or changes."""

    day: date
    author: str
    message: str
    files: Mapping[str, bytes]


def start_repository(root: Path) -> None:
    """Make a folder a repository with the branch main. Raises `OperationError` when git refuses."""
    _require(root, run_git(root, "init", "--quiet", "--template=", f"--initial-branch={_BRANCH.rpartition('/')[2]}"))


def append_commits(root: Path, commits: Sequence[NewCommit], *, is_first: bool) -> None:
    """Add commits to the branch main, and leave the files in the folder as they are."""
    parts: list[bytes] = []
    for index, commit in enumerate(commits):
        parts += _format_commit(commit, has_parent=bool(index) or not is_first)
    _require(root, run_git(root, "fast-import", "--quiet", "--done", stdin=b"".join([*parts, b"done\n"])))


def match_index(root: Path) -> None:
    """Let git compare the files in the folder with the last commit."""
    _require(root, run_git(root, "reset", "--quiet"))


def format_identity(name: str, day: date) -> str:
    """Return who made a commit or a tag and when, as git records it."""
    seconds = int(datetime.combine(day, _TIME_OF_DAY).timestamp())
    return f"{name} <{name.casefold().replace(' ', '.')}@example.org> {seconds} +0000"


def _format_commit(commit: NewCommit, *, has_parent: bool) -> list[bytes]:
    identity = format_identity(commit.author, commit.day).encode()
    head = [b"commit %b\nauthor %b\ncommitter %b\n" % (_BRANCH.encode(), identity, identity)]
    parent = [b"from %b^0\n" % _BRANCH.encode()] if has_parent else []
    files = [b"M 100644 inline %b\n%b" % (path.encode(), _format_data(data)) for path, data in commit.files.items()]
    return [*head, _format_data(commit.message.encode() + b"\n"), *parent, *files, b"\n"]


def _format_data(data: bytes) -> bytes:
    return b"data %d\n%b\n" % (len(data), data)


def _require(root: Path, result: GitResult) -> None:
    if result.exit_code:
        raise make_git_error(root, result)
