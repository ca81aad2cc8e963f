"""A made-up register that was kept for years, with its history: the same each time, made by `git fast-import`."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from bench import register

RECORDS, COMMITS = 1_000, 3_000
_FIRST = 1_388_577_600  # 1 January 2014, noon
_HALF_A_DAY = 43_200
_KEEPERS = ("Ann Keeper", "Ben Keeper", "Cy Auditor")


def write(root: Path, records: int = RECORDS, commits: int = COMMITS) -> None:
    """Write a register of so many records into a new repository, where so many commits changed it one by one."""
    register.write(root, records)
    _git(root, "init", "--quiet", "--initial-branch=main")
    _git(root, "fast-import", "--quiet", send="".join(_stream(root, commits)).encode())
    _git(root, "reset", "--quiet", "--hard", "main")


def git_alone(root: Path) -> tuple[tuple[str, ...], ...]:
    """Return the commands that the budget counts in: `git log --raw`, and the batch of all contents that it names."""
    wanted = root / ".git" / "wanted"
    if not wanted.exists():
        raw = _git(root, "log", "--raw", "--no-abbrev", "--format=", "--", "data").decode()
        wanted.write_text("".join(f"{line.split()[3]}\n" for line in raw.splitlines()), "ascii")
    batch = ("sh", "-c", 'exec git cat-file --batch --buffer < "$0"', str(wanted))
    return ("git", "log", "--raw"), batch


def _git(root: Path, *words: str, send: bytes = b"") -> bytes:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    ours = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(["git", *words], cwd=root, input=send, env=clean | ours, check=True, capture_output=True)
    return done.stdout


def _stream(root: Path, commits: int) -> Iterator[str]:
    files = {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in sorted(root.rglob("*.yaml"))}
    yield _commit(0, "The register as it begins", files)
    actions = sorted(path for path in files if path.startswith("data/actions/"))
    for number in range(1, commits):
        path = actions[number * 7 % len(actions)]
        files[path] = _changed(files[path], number)
        yield _commit(number, f"Change {number}", {path: files[path]})


def _changed(text: str, number: int) -> str:
    """Return a record after one more change: an update, now and then with another status or target."""
    lines = text.splitlines()
    for name, values in (("status", ("in_progress", "complete")), ("target", register.TARGETS)):
        at = next(at for at, line in enumerate(lines) if line.startswith(f"{name}:"))
        if number % 5 == len(values) % 5:
            lines[at] = f"{name}: {values[number * len(values) // COMMITS % len(values)]}"
    day = f"20{14 + number // 730}-{number // 61 % 12 + 1:02}-{number % 28 + 1:02}"
    return "\n".join(lines) + "\n" + register.update(number, day, 1)


def _commit(number: int, subject: str, files: dict[str, str]) -> str:
    who = f"{_KEEPERS[number % len(_KEEPERS)]} <keeper@example.org> {_FIRST + number * _HALF_A_DAY} +0000"
    head = f"commit refs/heads/main\nauthor {who}\ncommitter {who}\n{_data(subject)}"
    return head + "".join(f"M 100644 inline {path}\n{_data(text)}" for path, text in files.items()) + "\n"


def _data(text: str) -> str:
    return f"data {len(text.encode())}\n{text}\n"
