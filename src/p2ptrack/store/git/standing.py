"""Which commit a register stands at, and whether its files differ from it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Protocol

from p2ptrack.store.git.moments import MEETING_TAG
from p2ptrack.store.git.program import run

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
    known = _committed(root, commit)
    return commit, known != dict(_present(root, known, commit))


def meetings_at(root: Path, commit: str) -> tuple[str, ...]:
    """Return the meetings whose papers were sealed at a commit, by their tags; none without git."""
    names = _git(root, "for-each-ref", "--format=%(refname)", f"--points-at={commit}", MEETING_TAG) if commit else ""
    return tuple(name.removeprefix(MEETING_TAG) for name in names.splitlines())


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
        for file in (root / part).rglob("*"):
            path = file.relative_to(root).as_posix()
            data = _content(file) if path in known or not file.name.startswith(".") else None
            if data is not None:
                yield path, _same_or_new(data, known.get(path, ""), sha)


def _content(file: Path) -> bytes | None:
    """Return what git would keep of a file: of a link, where it leads. None for folders and what cannot be read."""
    try:
        if file.is_symlink():
            return os.fsencode(file.readlink())
        return file.read_bytes() if file.is_file() else None
    except OSError:
        return None


def _same_or_new(data: bytes, known: str, sha: Callable[[bytes], Hash]) -> str:
    # A checkout on Windows may hold CRLF where git holds LF: that is the same record.
    ids = [_blob(version, sha) for version in (data, data.replace(b"\r\n", b"\n"))]
    return known if known in ids else ids[0]


def _blob(data: bytes, sha: Callable[[bytes], Hash]) -> str:
    return sha(b"blob %d\0" % len(data) + data).hexdigest()
