"""The commit that a register is checked out at, and whether its files differ from it.

Nothing that the repository configures is run: files are compared by blob ids that are computed here.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from p2ptrack.store.git.process import explain_failure, has_git_folder, run_git
from p2ptrack.store.git.revision_lookup import list_published_meetings

_SHA256_DIGITS = 64
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
    if result.is_installed and result.exit_code and has_git_folder(root):
        return str(explain_failure(root, result))
    return ""


def list_meetings_at(root: Path, commit: str) -> tuple[str, ...]:
    """Return the meetings whose papers this register published at a commit, by their tags; none without git."""
    if not commit:
        return ()
    prefix = _read_git_output(root, "rev-parse", "--show-prefix").removesuffix("\n")
    return tuple(list_published_meetings(root, prefix, f"--points-at={commit}"))


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
    lines = _read_git_output(root, "ls-files", "-z", "-t", "--", *_COMPARED_FOLDERS).split("\0")
    left_out = {line[2:] for line in lines if line.startswith(_SKIPPED_TAG)}
    return {path: blob for path, blob in deleted.items() if path not in left_out}


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
            blob_id = _hash_blob(data, len(commit))
            # A checkout on Windows may have CRLF where git has LF: that is the same record.
            if b"\r\n" in data and _hash_blob(data.replace(b"\r\n", b"\n"), len(commit)) == committed.get(path):
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
    """Return what git would store of a file: of a link, its target. None for folders and what cannot be read."""
    try:
        if entry.is_symlink():
            return os.fsencode(Path(entry.path).readlink())
        return Path(entry.path).read_bytes() if entry.is_file() else None
    except OSError:
        return None


def _hash_blob(data: bytes, digits: int) -> str:
    content = b"blob %d\0" % len(data) + data
    if digits == _SHA256_DIGITS:
        return hashlib.sha256(content).hexdigest()
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()
