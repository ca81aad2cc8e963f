"""A made-up register with years of history, the same on each run, written with `git fast-import`."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from bench import register

RECORD_COUNT, COMMIT_COUNT = 1_000, 3_000
_FIRST_COMMIT_TIME = 1_388_577_600  # 1 January 2014, noon
_SECONDS_BETWEEN_COMMITS = 43_200
_AUTHORS = ("Category manager", "Register clerk", "Internal auditor")


def write_history(root: Path, records: int = RECORD_COUNT, commits: int = COMMIT_COUNT) -> None:
    """Write a register into a new repository, and change one record in each commit."""
    register.write_register(root, records)
    _run_git(root, "init", "--quiet", "--initial-branch=main")
    _run_git(root, "fast-import", "--quiet", stdin="".join(_iter_commits(root, commits)).encode())
    _run_git(root, "reset", "--quiet", "--hard", "main")


def list_git_commands(root: Path) -> tuple[tuple[str, ...], ...]:
    """Return the reference commands: `git log --raw`, and one batch of all contents that it names."""
    blob_ids = root / ".git" / "bench-blobs"
    if not blob_ids.exists():
        raw = _run_git(root, "log", "--raw", "--no-abbrev", "--format=", "--", "data").decode()
        blob_ids.write_text("".join(f"{line.split()[3]}\n" for line in raw.splitlines()), "ascii")
    batch = ("sh", "-c", 'exec git cat-file --batch --buffer < "$0"', str(blob_ids))
    return ("git", "log", "--raw"), batch


def _run_git(root: Path, *words: str, stdin: bytes = b"") -> bytes:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    process = subprocess.run(
        ["git", *words], cwd=root, input=stdin, env=inherited | settings, check=True, capture_output=True
    )
    return process.stdout


def _iter_commits(root: Path, commits: int) -> Iterator[str]:
    files = {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in sorted(root.rglob("*.yaml"))}
    yield _format_commit(0, "Start the register", files)
    actions = sorted(path for path in files if path.startswith("data/actions/"))
    for number in range(1, commits):
        path = actions[number * 7 % len(actions)]
        files[path] = _change_record(files[path], number)
        yield _format_commit(number, f"Change {number}", {path: files[path]})


def _change_record(text: str, number: int) -> str:
    """Return a record with one more update and, now and then, another status or target."""
    lines = text.splitlines()
    for name, values in (("status", ("in_progress", "complete")), ("target", register.TARGETS)):
        index = next(index for index, line in enumerate(lines) if line.startswith(f"{name}:"))
        if number % 5 == len(values) % 5:
            lines[index] = f"{name}: {values[number * len(values) // COMMIT_COUNT % len(values)]}"
    day = f"20{14 + number // 730}-{number // 61 % 12 + 1:02}-{number % 28 + 1:02}"
    return "\n".join(lines) + "\n" + register.format_update(number, day, 1)


def _format_commit(number: int, subject: str, files: dict[str, str]) -> str:
    """Return a commit in the input format of `git fast-import`."""
    timestamp = f"{_FIRST_COMMIT_TIME + number * _SECONDS_BETWEEN_COMMITS} +0000"
    author = f"{_AUTHORS[number % len(_AUTHORS)]} <keeper@example.org> {timestamp}"
    header = f"commit refs/heads/main\nauthor {author}\ncommitter {author}\n{_format_data(subject)}"
    return header + "".join(f"M 100644 inline {path}\n{_format_data(text)}" for path, text in files.items()) + "\n"


def _format_data(text: str) -> str:
    return f"data {len(text.encode())}\n{text}\n"
