"""Running git itself, deaf to what a repository or the surroundings would make it do."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from p2ptrack.diagnostics import escape_control_characters, make_excerpt
from p2ptrack.errors import OperationError

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


# Why git does not answer, in a sentence that says what to do.


SHALLOW_MESSAGE = (
    "This copy of the repository holds the newest part of its history only. "
    "Fetch the rest with: git fetch --unshallow --tags"
)
NO_COMMITS_MESSAGE = (
    'Nothing is committed here yet, so there is no history. Begin one with: git add . && git commit -m "The register"'
)
_NO_COMMITS_ON_BRANCH = (
    "The branch that this folder stands on has no commits, though its repository has some. "
    "See its branches with: git branch --all. Go to the right one with: git switch NAME"
)
_DUBIOUS_OWNER = re.compile(r"dubious ownership in repository at '(.+)'", re.DOTALL)
_MISSING_OBJECTS = re.compile(
    r"promisor|could not fetch|missing (?:blob|tree|object)|not a tree object|unable to read|could not read|bad object"
    r"|parents of commit",
    re.IGNORECASE,
)
_ERROR_PREFIXES = ("fatal: ", "error: ")


def explain_failure(root: Path, result: GitResult) -> OperationError:
    """Return what stops a command that needs history."""
    folder_name = escape_control_characters(str(root))
    if not result.is_installed:
        return OperationError("This needs git, and there is none on this machine. Install it from: https://git-scm.com")
    owner = _DUBIOUS_OWNER.search(result.stderr)
    if owner:
        return OperationError(
            f"git does not trust {escape_control_characters(owner[1])}, for somebody else owns it. If you trust it, say so with: "
            f'git config --global --add safe.directory "{escape_control_characters(owner[1])}"'
        )
    if "not a git repository" in result.stderr:
        if has_git_folder(root):
            return OperationError(
                f"git takes the .git of {folder_name} for no repository: it is damaged, or you may not read it. "
                "Ask whoever looks after it, before anything is begun anew."
            )
        return OperationError(
            f"{folder_name} is not under version control, so it has no history. Begin one with: git init"
        )
    return (
        missing_objects_error() if _MISSING_OBJECTS.search(result.stderr) else _explain_unreadable(folder_name, result)
    )


def _explain_unreadable(folder_name: str, result: GitResult) -> OperationError:
    if read_version() < MIN_VERSION:
        return OperationError(describe_old_version())
    return OperationError(f"git cannot read the history of {folder_name}: {_extract_message(result)}. Mend that first.")


def describe_old_version() -> str:
    """Return what is told of a git that cannot answer."""
    return (
        f"This git is {format_version(read_version())}, and a history is read with {format_version(MIN_VERSION)} or newer. "
        "Get one from: https://git-scm.com"
    )


def has_git_folder(root: Path) -> bool:
    """Whether a folder looks as if it were in a repository, whatever git says of it."""
    resolved_root = root.resolve()
    return any(os.path.lexists(folder / ".git") for folder in (resolved_root, *resolved_root.parents))


def no_commit_error(root: Path, refs_result: GitResult) -> OperationError:
    """Return what stops a command where a folder stands at no commit; `refs` is what git tells of any branch or tag."""
    if refs_result.exit_code or refs_result.stderr:
        return explain_failure(root, refs_result)
    return OperationError(_NO_COMMITS_ON_BRANCH if refs_result.stdout else NO_COMMITS_MESSAGE)


def outside_worktree_error(root: Path) -> OperationError:
    """Return what stops a command where the repository's settings have its work tree elsewhere, or nowhere."""
    return OperationError(
        f"git does not take {escape_control_characters(str(root))} for a part of a work tree, for core.bare or core.worktree in the "
        "repository's settings say otherwise. "
        "Mend them with: git config core.bare false; git config --unset core.worktree"
    )


def tag_without_commit_error(tag: str) -> OperationError:
    """Return what stops a command where a tag leads to no commit."""
    return OperationError(
        f"The tag {escape_control_characters(tag)} leads to no commit of this copy. "
        f"Get it again with: git fetch origin --force refs/tags/{escape_control_characters(tag)}:refs/tags/{escape_control_characters(tag)}"
    )


def missing_objects_error() -> OperationError:
    """Return what stops a command where a copy of the repository does not hold what it needs."""
    return OperationError(
        "This copy of the repository does not hold all of its files' history. "
        "Fetch the rest with git 2.36 or newer: git fetch --refetch --no-filter"
    )


def no_register_error(commit: str, folder: str) -> OperationError:
    """Return what stops a command where a commit holds no register."""
    folder_name = escape_control_characters(folder.rstrip("/"))
    return OperationError(
        f"At the commit {commit} there was no register in {folder_name}. Name a later commit, tag or date."
    )


def _extract_message(result: GitResult) -> str:
    lines = [line for line in result.stderr.splitlines() if line.strip() and not line.startswith("hint:")]
    message = min(lines, key=lambda line: not line.startswith(_ERROR_PREFIXES), default="it does not say why")
    return escape_control_characters(make_excerpt(message.removeprefix("fatal: ").removeprefix("error: ")))
