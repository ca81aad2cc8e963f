"""The commit that a register is checked out at, whether its files differ from it, and whether it can be published.

Nothing that the repository configures is run: files are compared by blob ids that are computed here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from p2ptrack.diagnostics import escape_control_characters
from p2ptrack.errors import CheckFailed, OperationError
from p2ptrack.model.history import SHORT_COMMIT_LENGTH
from p2ptrack.store.git.process import explain_failure, has_git_folder, run_git
from p2ptrack.store.git.repository import Repository
from p2ptrack.store.parsed_cache import hash_blob

_SKIPPED_TAG = "S "
_COMPARED_FOLDERS = ("data", "templates")


def read_head(root: Path) -> tuple[str, bool]:
    """Return the commit of the register and whether its files differ from it; `("", False)` without git."""
    commit = _read_git_output(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}").strip()
    if not commit:
        return "", False
    return commit, bool(list_modified_paths(root, commit))


def explain_unknown_head(root: Path) -> str:
    """Return why git does not name the commit of a register that is in a repository; otherwise nothing."""
    result = run_git(root, "rev-parse", "--git-dir")
    if result.exit_code and has_git_folder(root):
        return str(explain_failure(root, result))
    return ""


def list_modified_paths(root: Path, commit: str) -> tuple[str, ...]:
    """Return the paths of the register's files that are changed, added or deleted since a commit."""
    committed = _list_committed(root, commit)
    present = dict(_iter_present(root, committed, commit))
    return tuple(sorted(path for path in committed | present if committed.get(path) != present.get(path)))


def list_deleted_blobs(root: Path) -> dict[str, str]:
    """Return the blob of each committed file that is no longer in the register's folder, by its path.

    Files that a sparse checkout leaves out are not deleted. Git is not started where there is no repository.
    """
    if not has_git_folder(root):
        return {}
    committed = _list_committed(root, "HEAD")
    deleted = {path: blob for path, blob in committed.items() if not os.path.lexists(root / path)}
    if not deleted:
        return {}
    left_out = list_left_out_paths(root)
    return {path: blob for path, blob in deleted.items() if path not in left_out}


def list_left_out_paths(root: Path) -> frozenset[str]:
    """Return the paths of committed files that a sparse checkout, or a mark of git, leaves out of the folder."""
    lines = _read_git_output(root, "ls-files", "-z", "-t", "--", *_COMPARED_FOLDERS).split("\0")
    skipped = (line[2:] for line in lines if line.startswith(_SKIPPED_TAG))
    return frozenset(path for path in skipped if not os.path.lexists(root / path))


def _read_git_output(root: Path, *arguments: str) -> str:
    result = run_git(root, *arguments)
    return result.text if result.exit_code == 0 else ""


def _list_committed(root: Path, commit: str) -> dict[str, str]:
    lines = _read_git_output(root, "ls-tree", "-r", "-z", commit, "--", *_COMPARED_FOLDERS).split("\0")
    entries = (entry.partition("\t") for entry in lines if entry)
    return {path: metadata.split(" ")[2] for metadata, _, path in entries}


def _iter_present(root: Path, committed: Mapping[str, str], commit: str) -> Iterator[tuple[str, str]]:
    for top_folder in _COMPARED_FOLDERS:
        for entry, path in _walk_entries(str(root / top_folder), top_folder):
            data = _read_content(entry) if path in committed or not entry.name.startswith(".") else None
            if data is None:
                continue
            blob_id = hash_blob(data, len(commit))
            # A checkout on Windows may have CRLF where git has LF: that is the same record.
            if b"\r\n" in data and hash_blob(data.replace(b"\r\n", b"\n"), len(commit)) == committed.get(path):
                blob_id = committed[path]
            yield path, blob_id


def _walk_entries(folder: str, path: str) -> Iterator[tuple[os.DirEntry[str], str]]:
    """Yield everything in a folder and below it, with its path in the register; nothing where there is none."""
    try:
        entries = [*os.scandir(folder)]
    except OSError:
        return
    for entry in entries:
        yield entry, f"{path}/{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            yield from _walk_entries(entry.path, f"{path}/{entry.name}")


def _read_content(entry: os.DirEntry[str]) -> bytes | None:
    """Return the content that git would store for a file; for a link, its target.

    None for folders and unreadable files.
    """
    try:
        if entry.is_symlink():
            return os.fsencode(Path(entry.path).readlink())
        return Path(entry.path).read_bytes() if entry.is_file() else None
    except OSError:
        return None


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
    submodules = [
        path
        for metadata, _, path in entries
        if metadata.startswith(_SUBMODULE_MODE) and path.count("/") <= _DATA_FOLDER.count("/") + 1
    ]
    yield from ((path, "a submodule") for path in submodules)
    data = root / _DATA_FOLDER
    for folder in (data, *sorted(path for path in data.glob("*") if path.is_dir())):
        path = folder.relative_to(root).as_posix()
        is_kept_here = any(tracked.startswith(f"{path}/") for _, _, tracked in entries)
        if os.path.lexists(folder / ".git") and path not in submodules and not is_kept_here:
            yield path, "a repository inside this one"


def require_finished_state(repository: Repository, next_step: str) -> None:
    """Raise `CheckFailed` while a rebase, merge, cherry-pick, revert or bisect is open. `next_step` comes after it."""
    names = [name for name, *_ in _UNFINISHED]
    options = [option for name in (*names, _BISECT_FILE) for option in ("--git-path", name)]
    paths = repository.run("rev-parse", *options).text.splitlines()
    open_files = [os.path.lexists(repository.root / path) for path in paths]
    for (_, operation, finish, cancel), is_open in zip(_UNFINISHED, open_files, strict=False):
        if is_open:
            raise CheckFailed(
                f"{operation} is not finished. Finish it with `{finish}`, or cancel it with `{cancel}`, "
                f"then {next_step}."
            )
    if open_files[-1]:
        raise CheckFailed(f"A bisect is not finished. End it with `git bisect reset`, then {next_step}.")


def require_branch(repository: Repository) -> None:
    """Raise `CheckFailed` if no branch is checked out: a commit there is easily lost."""
    if not is_on_branch(repository):
        raise CheckFailed(
            "No branch is checked out (detached HEAD), so a commit would belong to no branch. "
            "To go back to your branch: git switch main. Then run the command again."
        )


def is_on_branch(repository: Repository) -> bool:
    """Whether a branch is checked out."""
    return run_git(repository.root, "symbolic-ref", "--quiet", "HEAD").exit_code == 0


def describe_detached_head(repository: Repository) -> str:
    """Return which commit is published where no branch is checked out; otherwise nothing."""
    if is_on_branch(repository):
        return ""
    return f"No branch is checked out (detached HEAD). Publishing the commit {repository.head[:SHORT_COMMIT_LENGTH]}."
