"""The only code that runs git: which commit a register stands at, and whether its files differ from it."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Protocol

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
    return commit, _committed(root) != dict(_present(root, commit))


def _git(root: Path, *words: str) -> str:
    program = shutil.which("git")
    if program is None:
        return ""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        [program, "-C", str(root), "-c", "core.fsmonitor=false", *words],
        capture_output=True,
        env={**kept, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return done.stdout.decode("utf-8", "surrogateescape") if done.returncode == 0 else ""


def _committed(root: Path) -> dict[str, str]:
    listed = _git(root, "ls-tree", "-r", "-z", "HEAD", "--", *_SHOWN).split("\0")
    entries = (entry.partition("\t") for entry in listed if entry)
    return {path: about.split(" ")[2] for about, _, path in entries}


def _present(root: Path, commit: str) -> Iterator[tuple[str, str]]:
    known = _committed(root)
    sha = hashlib.sha256 if len(commit) == _SHA256_DIGITS else partial(hashlib.sha1, usedforsecurity=False)
    for part in _SHOWN:
        for file in sorted((root / part).rglob("*")):
            path = file.relative_to(root).as_posix()
            if file.is_file() and (path in known or not path.rpartition("/")[2].startswith(".")):
                yield path, _same_or_new(file.read_bytes(), known.get(path, ""), sha)


def _same_or_new(data: bytes, known: str, sha: Callable[[bytes], Hash]) -> str:
    # A checkout on Windows may hold CRLF where git holds LF: that is the same record.
    ids = [_blob(version, sha) for version in (data, data.replace(b"\r\n", b"\n"))]
    return known if known in ids else ids[0]


def _blob(data: bytes, sha: Callable[[bytes], Hash]) -> str:
    return sha(b"blob %d\0" % len(data) + data).hexdigest()
