"""The repository as these tests see it."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "p2ptrack"

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


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


def list_definitions(path: Path) -> list[Definition]:
    """Return the functions, methods and classes of a module, nested ones too, without looking into expressions."""
    return [node for node in _iter_statements(ast.parse(text(path))) if isinstance(node, Definition)]


def _iter_statements(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for name in ("body", "orelse", "handlers", "finalbody", "cases"):
        children = getattr(node, name, ())
        for child in children if isinstance(children, list) else ():
            yield from _iter_statements(child)


def place(path: Path, line: int | None = None) -> str:
    """Return a place as a person looks it up."""
    return path.relative_to(ROOT).as_posix() + (f":{line}" if line else "")
