"""Which commit a register stands at, and whether its files differ from it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Protocol

from p2ptrack.store.git.program import run_git
from p2ptrack.store.git.refusals import explain_failure, has_git_folder
from p2ptrack.store.git.tags import list_published_meetings

_SHA256_DIGITS = 64
_COMPARED_FOLDERS = ("data", "templates")


class Hash(Protocol):
    """What hashlib's functions give."""

    def hexdigest(self) -> str:
        """Return the digest in figures."""


def read_head(root: Path) -> tuple[str, bool]:
    """Return the commit of the register and whether its files differ from it; `("", False)` without git.

    Nothing that the repository configures is run: files are compared by blob ids that are worked out here.
    """
    commit = _read_git_output(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}").strip()
    if not commit:
        return "", False
    return commit, bool(list_modified_paths(root, commit))


def explain_unknown_head(root: Path) -> str:
    """Return why git does not tell the commit of a register that is in a repository; else nothing."""
    result = run_git(root, "rev-parse", "--git-dir")
    return (
        str(explain_failure(root, result)) if result.is_installed and result.exit_code and has_git_folder(root) else ""
    )


def list_modified_paths(root: Path, commit: str) -> tuple[str, ...]:
    """Return the paths of the register's files that are not as a commit has them, those that are gone among them."""
    committed = _list_committed(root, commit)
    present = dict(_list_present(root, committed, commit))
    return tuple(sorted(path for path in committed | present if committed.get(path) != present.get(path)))


def list_meetings_at(root: Path, commit: str) -> tuple[str, ...]:
    """Return the meetings whose papers this register sealed at a commit, by their tags; none without git."""
    if not commit:
        return ()
    return tuple(
        list_published_meetings(
            root, _read_git_output(root, "rev-parse", "--show-prefix").removesuffix("\n"), f"--points-at={commit}"
        )
    )


def _read_git_output(root: Path, *arguments: str) -> str:
    result = run_git(root, *arguments)
    return result.text if result.exit_code == 0 else ""


def _list_committed(root: Path, commit: str) -> dict[str, str]:
    lines = _read_git_output(root, "ls-tree", "-r", "-z", commit, "--", *_COMPARED_FOLDERS).split("\0")
    entries = (entry.partition("\t") for entry in lines if entry)
    return {path: metadata.split(" ")[2] for metadata, _, path in entries}


def _list_present(root: Path, committed: Mapping[str, str], commit: str) -> Iterator[tuple[str, str]]:
    hash_function = hashlib.sha256 if len(commit) == _SHA256_DIGITS else partial(hashlib.sha1, usedforsecurity=False)
    for top_folder in _COMPARED_FOLDERS:
        for entry, path in _walk_entries(str(root / top_folder), top_folder):
            data = _read_content(entry) if path in committed or not entry.name.startswith(".") else None
            if data is not None:
                yield path, _match_blob_id(data, committed.get(path, ""), hash_function)


def _walk_entries(folder: str, path: str) -> Iterator[tuple[os.DirEntry[str], str]]:
    """Yield all that stands in a folder and below it, with its path in the register; nothing where there is none."""
    try:
        entries = [*os.scandir(folder)]
    except OSError:
        return
    for entry in entries:
        yield entry, f"{path}/{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            yield from _walk_entries(entry.path, f"{path}/{entry.name}")


def _read_content(entry: os.DirEntry[str]) -> bytes | None:
    """Return what git would keep of a file: of a link, where it leads. None for folders and what cannot be read."""
    try:
        if entry.is_symlink():
            return os.fsencode(Path(entry.path).readlink())
        return Path(entry.path).read_bytes() if entry.is_file() else None
    except OSError:
        return None


def _match_blob_id(data: bytes, committed_id: str, hash_function: Callable[[bytes], Hash]) -> str:
    # A checkout on Windows may hold CRLF where git holds LF: that is the same record.
    blob_id = _hash_blob(data, hash_function)
    return (
        committed_id
        if b"\r\n" in data and _hash_blob(data.replace(b"\r\n", b"\n"), hash_function) == committed_id
        else blob_id
    )


def _hash_blob(data: bytes, hash_function: Callable[[bytes], Hash]) -> str:
    return hash_function(b"blob %d\0" % len(data) + data).hexdigest()
