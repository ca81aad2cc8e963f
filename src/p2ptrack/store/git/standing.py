"""Which commit a register stands at, and whether its files differ from it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Protocol

from p2ptrack.store.git.program import run
from p2ptrack.store.git.refusals import kept, refused
from p2ptrack.store.git.tags import meetings

_SHA256_DIGITS = 64
_SHOWN = ("data", "templates")


class Hash(Protocol):
    """What hashlib's functions give."""

    def hexdigest(self) -> str:
        """Return the digest in figures."""


def head(root: Path) -> tuple[str, bool]:
    """Return the commit of the register and whether its files differ from it; `("", False)` without git.

    Nothing that the repository configures is run: files are compared by blob ids that are worked out here.
    """
    commit = _git(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}").strip()
    if not commit:
        return "", False
    return commit, bool(differing(root, commit))


def why_unknown(root: Path) -> str:
    """Return why git does not tell the commit of a register that is in a repository; else nothing."""
    ran = run(root, "rev-parse", "--git-dir")
    return str(refused(root, ran)) if ran.there and ran.code and kept(root) else ""


def differing(root: Path, commit: str) -> tuple[str, ...]:
    """Return the paths of the register's files that are not as a commit has them, those that are gone among them."""
    known = _committed(root, commit)
    present = dict(_present(root, known, commit))
    return tuple(sorted(path for path in known | present if known.get(path) != present.get(path)))


def meetings_at(root: Path, commit: str) -> tuple[str, ...]:
    """Return the meetings whose papers this register sealed at a commit, by their tags; none without git."""
    if not commit:
        return ()
    return tuple(meetings(root, _git(root, "rev-parse", "--show-prefix").removesuffix("\n"), f"--points-at={commit}"))


def _git(root: Path, *words: str) -> str:
    ran = run(root, *words)
    return ran.text if ran.code == 0 else ""


def _committed(root: Path, commit: str) -> dict[str, str]:
    listed = _git(root, "ls-tree", "-r", "-z", commit, "--", *_SHOWN).split("\0")
    entries = (entry.partition("\t") for entry in listed if entry)
    return {path: about.split(" ")[2] for about, _, path in entries}


def _present(root: Path, known: Mapping[str, str], commit: str) -> Iterator[tuple[str, str]]:
    sha = hashlib.sha256 if len(commit) == _SHA256_DIGITS else partial(hashlib.sha1, usedforsecurity=False)
    for part in _SHOWN:
        for entry, path in _entries(str(root / part), part):
            data = _content(entry) if path in known or not entry.name.startswith(".") else None
            if data is not None:
                yield path, _same_or_new(data, known.get(path, ""), sha)


def _entries(folder: str, path: str) -> Iterator[tuple[os.DirEntry[str], str]]:
    """Yield all that stands in a folder and below it, with its path in the register; nothing where there is none."""
    try:
        found = [*os.scandir(folder)]
    except OSError:
        return
    for entry in found:
        yield entry, f"{path}/{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            yield from _entries(entry.path, f"{path}/{entry.name}")


def _content(entry: os.DirEntry[str]) -> bytes | None:
    """Return what git would keep of a file: of a link, where it leads. None for folders and what cannot be read."""
    try:
        if entry.is_symlink():
            return os.fsencode(Path(entry.path).readlink())
        return Path(entry.path).read_bytes() if entry.is_file() else None
    except OSError:
        return None


def _same_or_new(data: bytes, known: str, sha: Callable[[bytes], Hash]) -> str:
    # A checkout on Windows may hold CRLF where git holds LF: that is the same record.
    found = _blob(data, sha)
    return known if b"\r\n" in data and _blob(data.replace(b"\r\n", b"\n"), sha) == known else found


def _blob(data: bytes, sha: Callable[[bytes], Hash]) -> str:
    return sha(b"blob %d\0" % len(data) + data).hexdigest()
