"""Start a repository whose history is known, without the settings, the hooks and the clock of this computer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path

from p2ptrack.store.git.process import GitResult, explain_failure, run_git
from p2ptrack.values import dataclass

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
        raise explain_failure(root, result)
