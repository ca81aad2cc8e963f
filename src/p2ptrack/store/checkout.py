"""Compare a register's folder with git: files that a checkout leaves out, and which of two files is committed.

git runs only if something looks wrong. A clean register costs one read of the first bytes of git's index.
"""

from __future__ import annotations

import os
import shlex
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from p2ptrack.diagnostics import Problem, Severity, escape_control_characters
from p2ptrack.errors import OperationError
from p2ptrack.model.kinds import Kinds
from p2ptrack.model.register import PROGRAMME_PATH
from p2ptrack.store.folder import FolderSource, NoRegisterError, RecordFile, describe_folder, find_root, is_yaml
from p2ptrack.store.loader import LoadedRegister, load_register_from
from p2ptrack.store.parsed_cache import open_parsed_cache

if TYPE_CHECKING:
    from p2ptrack.store.git.process import GitResult


_PLAIN_INDEX_VERSION = b"DIRC\0\0\0\x02"
"""The start of an index without flags such as skip-worktree: with such a flag git writes version 3."""

_SKIPPED = "S"
_SUBMODULE_MODE = "160000"


def load_checkout(root: Path, as_of: date | None = None) -> LoadedRegister:
    """Load the register from its folder as it is now, with git's data about it. Examples have dates after `as_of`."""
    with open_parsed_cache(root) as cache:
        return load_register_from(FolderSource(root), checkout=GitCheckout(root), as_of=as_of, cache=cache)


class GitCheckout:
    """Git's data about a register's folder; empty without git or a repository."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._git_folder = find_git_folder(root)

    def find_committed_paths(self) -> frozenset[str]:
        """Return the paths in `data` that the last commit has; none without git."""
        if self._git_folder is None:
            return frozenset()
        result = _run_git(self._root, "ls-tree", "-r", "-z", "--name-only", "HEAD", "--", "data")
        return frozenset(result.text.split("\0")) if result.exit_code == 0 else frozenset()

    def find_missing_files(self, kinds: Kinds) -> tuple[RecordFile, ...]:
        """Return the committed record files that this checkout leaves out, each with its problem."""
        if self._git_folder is None or not self._may_lack_files(self._git_folder, kinds):
            return ()
        result = _run_git(self._root, "ls-files", "-z", "-t", "--stage", "--", "data")
        rows = [row.split("\t", 1) for row in result.text.split("\0") if "\t" in row]
        entries = [(*head.split(" ")[:2], path) for head, path in rows]
        skipped = [path for tag, _, path in entries if tag == _SKIPPED]
        submodules = [path for _, mode, path in entries if mode == _SUBMODULE_MODE]
        return (*self._report_skipped(skipped, self._git_folder, kinds), *self._report_submodules(submodules, kinds))

    def _may_lack_files(self, git_folder: Path, kinds: Kinds) -> bool:
        try:
            with (git_folder / "index").open("rb") as index:
                is_plain = index.read(len(_PLAIN_INDEX_VERSION)) == _PLAIN_INDEX_VERSION
        except OSError:
            return False
        return not is_plain or any(not _has_entries(self._root / "data" / kind.folder) for kind in kinds)

    def _report_skipped(self, paths: list[str], git_folder: Path, kinds: Kinds) -> list[RecordFile]:
        missing = [path for path in paths if is_yaml(path) and not os.path.lexists(self._root / path)]
        is_sparse = (git_folder / "info" / "sparse-checkout").exists()
        files: list[RecordFile] = []
        for kind in kinds:
            for path in missing:
                if path.startswith(f"data/{kind.folder}/") and path.count("/") == _RECORD_DEPTH:
                    command = "git sparse-checkout disable"
                    if not is_sparse:
                        name = shlex.quote(path)
                        command = f"git update-index --no-skip-worktree {name}, then: git restore {name}"
                    message = "This file is committed but is not in this checkout, so lists and papers would lack it."
                    problem = Problem(path, "D112", Severity.ERROR, message, f"Run: {command}")
                    files.append(RecordFile(kind, path, problem))
        return files

    def _report_submodules(self, paths: list[str], kinds: Kinds) -> list[RecordFile]:
        files: list[RecordFile] = []
        for kind in kinds:
            path = f"data/{kind.folder}"
            if path in paths and not _has_entries(self._root / path):
                message = "This folder is a submodule that was not fetched, so its records are missing."
                problem = Problem(path, "D112", Severity.ERROR, message, "Run: git submodule update --init")
                files.append(RecordFile(kind, path, problem))
        return files


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
    if find_git_folder(folder) is None or not _run_git(folder, "ls-tree", "HEAD", "--", PROGRAMME_PATH).text:
        return ""
    path = PROGRAMME_PATH if os.path.lexists(folder / "data") else "data"
    restore = f"restore --source=HEAD --staged --worktree -- {path}"
    is_skipped = _run_git(folder, "ls-files", "-t", "--", PROGRAMME_PATH).text.startswith(_SKIPPED)
    advice = "sparse-checkout disable" if is_skipped else restore
    return f"{PROGRAMME_PATH} is committed but is not in {name}. To bring it back: {command} {advice}"


_RECORD_DEPTH = 2


def _run_git(root: Path, *arguments: str) -> GitResult:
    from p2ptrack.store.git.process import run_git

    return run_git(root, *arguments)


def _has_entries(folder: Path) -> bool:
    """Return whether a folder has entries or is not there at all: git makes an empty one for a submodule."""
    try:
        with os.scandir(folder) as entries:
            return next(entries, None) is not None
    except OSError:
        return True


def find_repository_top(folder: Path) -> Path | None:
    """Return the top folder of the repository that a folder is in, without running git; None outside a repository."""
    return next((top for top in (folder, *folder.parents) if os.path.lexists(top / ".git")), None)


def find_git_folder(root: Path) -> Path | None:
    """Return the folder of git for the repository that a folder is in; a linked worktree has one of its own."""
    resolved_root = root.resolve()
    for folder in (resolved_root, *resolved_root.parents):
        candidate = folder / ".git"
        try:
            if candidate.is_dir():
                return candidate
            text = candidate.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        return (folder / text.removeprefix("gitdir:").strip()).resolve() if text.startswith("gitdir:") else None
    return None
