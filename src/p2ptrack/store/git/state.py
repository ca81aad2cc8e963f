"""Whether a repository is in a state that can be published, and whether it keeps the register's files itself."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from p2ptrack.diagnostics import escape_control_characters
from p2ptrack.errors import CheckFailed, OperationError
from p2ptrack.model.history import SHORT_COMMIT_LENGTH
from p2ptrack.store.folder import RECORD_FOLDERS
from p2ptrack.store.git.process import run_git
from p2ptrack.store.git.repository import Repository

_SUBMODULE_MODE = "160000"
_DATA_FOLDER = "data"
_UNFINISHED = (
    ("rebase-merge", "A rebase", "git rebase --continue", "git rebase --abort"),
    ("rebase-apply/applying", "Applying patches (git am)", "git am --continue", "git am --abort"),
    ("rebase-apply", "A rebase", "git rebase --continue", "git rebase --abort"),
    ("MERGE_HEAD", "A merge", "git commit", "git merge --abort"),
    ("CHERRY_PICK_HEAD", "A cherry-pick", "git cherry-pick --continue", "git cherry-pick --abort"),
    ("REVERT_HEAD", "A revert", "git revert --continue", "git revert --abort"),
    ("sequencer/todo", "A cherry-pick or revert", "git cherry-pick --continue", "git cherry-pick --abort"),
)
_BISECT_FILE = "BISECT_LOG"


def require_own_files(repository: Repository) -> None:
    """Raise `OperationError` where a folder of the register belongs to another repository, as a submodule does."""
    for path, description in _iter_foreign_folders(repository.root):
        raise OperationError(
            f"{escape_control_characters(path)} is {description}. Git keeps its history in that other repository, and "
            "not in this one. Run p2ptrack in a register that is a repository of its own."
        )


def _iter_foreign_folders(root: Path) -> Iterator[tuple[str, str]]:
    """Yield the folders of the data that belong to another repository, each with what it is."""
    result = run_git(root, "ls-files", "-z", "--stage", "--", _DATA_FOLDER)
    entries = [entry.partition("\t") for entry in result.text.split("\0") if entry]
    folders_read = {_DATA_FOLDER, *RECORD_FOLDERS}
    submodules = [
        path for metadata, _, path in entries if metadata.startswith(_SUBMODULE_MODE) and path in folders_read
    ]
    yield from ((path, "a submodule") for path in submodules)
    data = root / _DATA_FOLDER
    for folder in (data, *sorted(path for path in data.glob("*") if path.is_dir())):
        path = folder.relative_to(root).as_posix()
        is_kept_here = any(tracked.startswith(f"{path}/") for _, _, tracked in entries)
        if os.path.lexists(folder / ".git") and path not in submodules and not is_kept_here:
            yield path, "a repository inside this one"


def require_finished_state(repository: Repository) -> None:
    """Raise `CheckFailed` while a rebase, merge, cherry-pick, revert or bisect is open."""
    names = [name for name, *_ in _UNFINISHED]
    options = [option for name in (*names, _BISECT_FILE) for option in ("--git-path", name)]
    paths = repository.run("rev-parse", *options).text.splitlines()
    open_files = [os.path.lexists(repository.root / path) for path in paths]
    for (_, operation, finish, cancel), is_open in zip(_UNFINISHED, open_files, strict=False):
        if is_open:
            raise CheckFailed(
                f"{operation} is not finished. Finish it with `{finish}`, or cancel it with `{cancel}`, then publish."
            )
    if open_files[-1]:
        raise CheckFailed("A bisect is not finished. End it with `git bisect reset`, then publish.")


def describe_detached_head(repository: Repository) -> str:
    """Return which commit is published where no branch is checked out; otherwise nothing."""
    if run_git(repository.root, "symbolic-ref", "--quiet", "HEAD").exit_code == 0:
        return ""
    return f"No branch is checked out (detached HEAD). Publishing the commit {repository.head[:SHORT_COMMIT_LENGTH]}."
