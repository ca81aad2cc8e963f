"""Compare a register's folder with git: its commit, changed, deleted and left-out files, and unfinished operations.

Nothing that the repository configures is run: files are compared by blob ids that are computed here. To load a clean
register costs one read of the first bytes of git's index; git runs only if something looks wrong.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from p2ptrack.diagnostics import Problem, Severity, escape_control_characters
from p2ptrack.errors import CheckFailed, OperationError
from p2ptrack.model.kinds import Kinds
from p2ptrack.model.register import PROGRAMME_PATH
from p2ptrack.store.folder import FolderSource, NoRegisterError, RecordFile, describe_folder, find_root, is_yaml
from p2ptrack.store.git.process import SUBMODULE_MODE, find_git_folder, has_git_folder, make_git_error, run_git
from p2ptrack.store.loader import LoadedRegister, load_register_from
from p2ptrack.store.parsed_cache import hash_blob, open_parsed_cache

if TYPE_CHECKING:
    from p2ptrack.store.git.repository import Repository

_PLAIN_INDEX_VERSION = b"DIRC\0\0\0\x02"
"""The start of an index without flags such as skip-worktree: with such a flag git writes version 3."""
_DATA_FOLDER = "data"
_COMPARED_FOLDERS = (_DATA_FOLDER, "templates")


def load_checkout(root: Path, as_of: date | None = None) -> LoadedRegister:
    """Load the register from its folder as it is now, with git's data about it. Examples have dates after `as_of`."""
    with open_parsed_cache(root) as cache:
        return load_register_from(FolderSource(root), checkout=GitCheckout(root), as_of=as_of, cache=cache)


class _IndexEntry(NamedTuple):
    """A path in git's index. A skipped one is left out of the folder by a sparse checkout, or a mark of git."""

    path: str
    is_skipped: bool
    is_submodule: bool


def _list_index(root: Path, *paths: str) -> list[_IndexEntry]:
    rows = _read_git_output(root, "ls-files", "-z", "-t", "--stage", "--", *paths).split("\0")
    entries = ((*head.split(" ")[:2], path) for head, tab, path in (row.partition("\t") for row in rows) if tab)
    return [_IndexEntry(path, tag == "S", mode == SUBMODULE_MODE) for tag, mode, path in entries]


def _read_git_output(root: Path, *arguments: str) -> str:
    result = run_git(root, *arguments)
    return result.text if result.exit_code == 0 else ""


class GitCheckout:
    """Git's data about a register's folder; empty without git or a repository."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._git_folder = find_git_folder(root)

    def find_committed_paths(self) -> frozenset[str]:
        """Return the paths in `data` that the last commit has; none without git."""
        if self._git_folder is None:
            return frozenset()
        output = _read_git_output(self._root, "ls-tree", "-r", "-z", "--name-only", "HEAD", "--", _DATA_FOLDER)
        return frozenset(output.split("\0"))

    def find_missing_files(self, kinds: Kinds) -> tuple[RecordFile, ...]:
        """Return the committed record files that this checkout leaves out, each with its problem."""
        if self._git_folder is None or not self._may_lack_files(self._git_folder, kinds):
            return ()
        entries = _list_index(self._root, _DATA_FOLDER)
        skipped = [entry.path for entry in entries if entry.is_skipped and is_yaml(entry.path)]
        submodules = [entry.path for entry in entries if entry.is_submodule]
        is_sparse = (self._git_folder / "info" / "sparse-checkout").exists()
        message = "This file is committed but is not in this checkout, so lists and papers would lack it."
        files: list[RecordFile] = []
        for kind in kinds:
            for path in skipped:
                if path.rpartition("/")[0] == f"data/{kind.folder}" and not os.path.lexists(self._root / path):
                    name = shlex.quote(path)
                    restore = f"git update-index --no-skip-worktree {name}, then: git restore {name}"
                    fix = f"Run: {'git sparse-checkout disable' if is_sparse else restore}"
                    files.append(RecordFile(kind, path, Problem(path, "D112", Severity.ERROR, message, fix)))
        message = "This folder is a submodule that was not fetched, so its records are missing."
        fix = "Run: git submodule update --init"
        for kind in kinds:
            path = f"data/{kind.folder}"
            if path in submodules and not _has_entries(self._root / path):
                files.append(RecordFile(kind, path, Problem(path, "D112", Severity.ERROR, message, fix)))
        return tuple(files)

    def _may_lack_files(self, git_folder: Path, kinds: Kinds) -> bool:
        try:
            with (git_folder / "index").open("rb") as index:
                is_plain = index.read(len(_PLAIN_INDEX_VERSION)) == _PLAIN_INDEX_VERSION
        except OSError:
            return False
        return not is_plain or any(not _has_entries(self._root / "data" / kind.folder) for kind in kinds)


def find_register(root: Path | None, start: Path) -> Path:
    """Return the register's folder as `find_root` does.

    If git has a register that the folder lacks, the error states this. Raises `OperationError`.
    """
    try:
        return find_root(root, start)
    except NoRegisterError as error:
        command = "git" if root is None else f"git -C {shlex.quote(str(root))}"
        if explanation := explain_missing_programme(root or start, command):
            raise OperationError(explanation) from error
        raise


def explain_missing_programme(folder: Path, command: str = "git") -> str:
    """Return why a folder has no programme although git has it, and how to restore it; otherwise an empty text.

    `command` runs git in the folder.
    """
    name = describe_folder(folder)
    # A name that no folder can have does not exist either.
    if not os.path.lexists(folder) or os.path.lexists(folder / PROGRAMME_PATH):
        return ""
    if os.path.lexists(folder / "HEAD") and os.path.lexists(folder / "objects"):
        clone = f"git clone {shlex.quote(escape_control_characters(str(folder)))} register"
        return f"There are no files in {name}, because it is a bare repository. Use p2ptrack in a clone of it: {clone}"
    if find_git_folder(folder) is None or not _read_git_output(folder, "ls-tree", "HEAD", "--", PROGRAMME_PATH):
        return ""
    path = PROGRAMME_PATH if os.path.lexists(folder / "data") else "data"
    restore = f"restore --source=HEAD --staged --worktree -- {path}"
    is_skipped = any(entry.is_skipped for entry in _list_index(folder, PROGRAMME_PATH))
    advice = "sparse-checkout disable" if is_skipped else restore
    return f"{PROGRAMME_PATH} is committed but is not in {name}. To bring it back: {command} {advice}"


def _has_entries(folder: Path) -> bool:
    """Return whether a folder has entries or is not there at all: git makes an empty one for a submodule."""
    try:
        with os.scandir(folder) as entries:
            return next(entries, None) is not None
    except OSError:
        return True


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
        return str(make_git_error(root, result))
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
    sparse_paths = list_sparse_paths(root)
    return {path: blob for path, blob in deleted.items() if path not in sparse_paths}


def list_sparse_paths(root: Path) -> frozenset[str]:
    """Return the paths of committed files that a sparse checkout, or a mark of git, leaves out of the folder."""
    skipped = (entry.path for entry in _list_index(root, *_COMPARED_FOLDERS) if entry.is_skipped)
    return frozenset(path for path in skipped if not os.path.lexists(root / path))


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
    entries = _list_index(root, _DATA_FOLDER)
    submodules = [entry.path for entry in entries if entry.is_submodule and entry.path.count("/") <= 1]
    yield from ((path, "a submodule") for path in submodules)
    data = root / _DATA_FOLDER
    for folder in (data, *sorted(path for path in data.glob("*") if path.is_dir())):
        path = folder.relative_to(root).as_posix()
        is_tracked_here = any(entry.path.startswith(f"{path}/") for entry in entries)
        if os.path.lexists(folder / ".git") and path not in submodules and not is_tracked_here:
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
