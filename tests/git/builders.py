"""Real repositories in temporary folders, with people, clocks and histories that a test chooses."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support import PROGRAMME, write_register

GIT_ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_COUNT": "1",  # a commit starts another process to look for work that these repositories never need
    "GIT_CONFIG_KEY_0": "maintenance.auto",
    "GIT_CONFIG_VALUE_0": "false",
    "GIT_AUTHOR_NAME": "A clerk",
    "GIT_AUTHOR_EMAIL": "clerk@example.org",
    "GIT_COMMITTER_NAME": "A clerk",
    "GIT_COMMITTER_EMAIL": "clerk@example.org",
    "GIT_AUTHOR_DATE": "2023-01-12T12:00:00Z",
    "GIT_COMMITTER_DATE": "2023-01-12T12:00:00Z",
}


def git(folder: Path, *words: str, **environment: str) -> str:
    completed = subprocess.run(
        ["git", *words],
        cwd=folder,
        env={**GIT_ENVIRONMENT, **environment},
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    return completed.stdout.strip()


def set_git_user(folder: Path) -> None:
    """Set the user of a repository, if the environment does not."""
    with (folder / ".git" / "config").open("a", encoding="utf-8") as config:
        config.write("[user]\n\tname = A clerk\n\temail = clerk@example.org\n")


@cache
def _make_empty_repository() -> TemporaryDirectory[str]:
    """Make a repository to copy, which is faster than to start one: it has no example hooks."""
    folder = TemporaryDirectory()
    atexit.register(folder.cleanup)  # or Python would warn at its end
    git(Path(folder.name), "init", "--quiet", "--initial-branch=main")
    for hook in Path(folder.name).glob(".git/hooks/*"):
        hook.unlink()
    return folder


def start_git(folder: Path) -> None:
    """Start a repository in a folder, on the branch main, where there is none."""
    if not (folder / ".git").exists():
        shutil.copytree(Path(_make_empty_repository().name) / ".git", folder / ".git")


@cache
def _make_shipped_repository() -> TemporaryDirectory[str]:
    """Make a repository with one commit of the shipped register, in few files."""
    folder = TemporaryDirectory()
    atexit.register(folder.cleanup)  # or Python would warn at its end
    top = Path(folder.name)
    shutil.copytree(Path(__file__).parents[2] / "data", top / "data")
    start_git(top)
    for words in ("add --all", "commit --quiet --message Start", "repack -a -d --quiet"):
        git(top, *words.split())
    return folder


def copy_shipped_register(folder: Path) -> Path:
    """Copy the shipped register into an empty folder, with a repository of one commit."""
    shutil.copytree(_make_shipped_repository().name, folder, dirs_exist_ok=True)
    return folder


@dataclass(frozen=True)
class RegisterRepository:
    """A register in a repository, and its commits as they are made."""

    top: Path
    root: Path
    commits: list[str] = field(default_factory=list)

    def git(self, *words: str, **environment: str) -> str:
        return git(self.top, *words, **environment)

    def write(self, files: Mapping[str, str | bytes | None]) -> None:
        """Write files of the register by their path in its folder; None deletes one."""
        for path, content in files.items():
            file = self.root / path
            if content is None:
                file.unlink()
            else:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content if isinstance(content, bytes) else content.encode())

    def commit(self, day: str, files: Mapping[str, str | bytes | None] | None = None, **environment: str) -> str:
        """Commit what there is, at noon of a day where no time is given."""
        self.write(files or {})
        self.git("add", "--all", "--force")
        clock = day if "T" in day or "@" in day else f"{day}T12:00:00Z"
        dates = {"GIT_AUTHOR_DATE": clock, "GIT_COMMITTER_DATE": clock}
        self.git("commit", "--quiet", "--allow-empty", "--message", f"State of {day}", **{**dates, **environment})
        self.commits.append(self._read_head())
        return self.commits[-1]

    def _read_head(self) -> str:
        """Return the commit of HEAD, from its file where there is one: git is started less often."""
        head = self.top / ".git" / "HEAD"
        branch = head.read_text("utf-8").strip().removeprefix("ref: ") if head.exists() else ""
        file = self.top / ".git" / branch
        return file.read_text("utf-8").strip() if branch and file.is_file() else self.git("rev-parse", "HEAD")


def make_repository(
    top: Path, within: str = "", files: Mapping[str, str] | None = None, programme: str = PROGRAMME
) -> RegisterRepository:
    """Start a repository with a register in it, and commit nothing yet."""
    root = write_register(top / within if within else top, files or {}, programme)
    start_git(top)
    return RegisterRepository(top, root)


def action(id_: str = "A01", **fields: str) -> str:
    return "".join(f"{name}: {value}\n" for name, value in {"id": id_, "title": "Review", **fields}.items())
