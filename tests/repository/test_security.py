"""SECURITY.md names a test for each promise, and each of them exists."""

from __future__ import annotations

import re

import pytest

from tests.command import ROOT

TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
TESTS = re.findall(r"`(tests/[^`]+)`", TEXT)


@pytest.mark.parametrize("name", TESTS)
def test_the_test_of_a_promise_exists(name: str) -> None:
    path, _, function = name.partition("::")
    code = (ROOT / path).read_text(encoding="utf-8")
    assert re.search(rf"^def {function}\(" if function else r"^def test_", code, re.MULTILINE)


def test_each_promise_names_a_test() -> None:
    promises = [line for line in TEXT.splitlines() if line.startswith("| ") and line.count(" | ") == 1]
    rows = [line for line in promises if not line.startswith(("| Promise", "| ---"))]
    assert len(rows) > 15
    assert [row for row in rows if "`tests/" not in row] == []


def test_only_one_module_writes_files() -> None:
    """Every file that p2ptrack makes is written by store/writing.py; the others write into temporary folders."""
    allowed = {
        "store/writing.py",
        "formats/pdf/__init__.py",  # the settings of its fonts, in a temporary folder
        "store/git/snapshot.py",  # templates of the past, in a temporary folder
        "store/editing.py",  # what an editor is to open, in a temporary folder
    }
    source = ROOT / "src" / "p2ptrack"
    writing = re.compile(r"\.write_(?:bytes|text)\(|\bopen\([^)]*[\"'](?:[wxa]b?|r\+b?)[\"']|O_CREAT|\bmkstemp\(")
    own_methods = re.compile(r"def write_text\(")
    calls = {
        file.relative_to(source).as_posix()
        for file in source.rglob("*.py")
        if writing.search(own_methods.sub("", file.read_text(encoding="utf-8")))
    }
    assert calls == allowed
