"""The repository as these tests see it."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "p2ptrack"

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def tracked() -> tuple[Path, ...]:
    """Return every file that the repository holds, and those that a commit would add."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True, encoding="utf-8").stdout
    return tuple(path for name in sorted(set(names.split("\0"))) if name and (path := ROOT / name).is_file())


def text(path: Path) -> str:
    """Return a file's text; what is not UTF-8 becomes replacement characters."""
    return path.read_text(encoding="utf-8", errors="replace")


def modules() -> list[Path]:
    """Return the program's modules."""
    return sorted(SOURCE.rglob("*.py"))


def functions(path: Path) -> Iterator[Function]:
    """Yield the functions and methods of a module, nested ones too."""
    for node in ast.walk(ast.parse(text(path))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def place(path: Path, line: int | None = None) -> str:
    """Return a place as a person looks it up."""
    return path.relative_to(ROOT).as_posix() + (f":{line}" if line else "")
