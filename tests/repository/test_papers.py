"""What the tests of whole papers need is locked, has one line to type on every system, and is installed once."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.repository.source_tree import ROOT, text
from tests.repository.test_lock import parsed
from tools import papers, system
from tools.prepare import CannotPrepareError, install_once


def pinned(name: str) -> dict[str, set[str]]:
    """Return the versions of each package that a lock names, and hold that every file has its hash."""
    rows = [row for row in text(ROOT / name).replace("\\\n", " ").splitlines() if row and not row.startswith("#")]
    versions: dict[str, set[str]] = {}
    for row in map(parsed, rows):
        assert row.hashes, row.requirement
        assert re.fullmatch(r"==[\w.]+", str(row.requirement.specifier)), row.requirement
        versions.setdefault(canonicalize_name(row.requirement.name), set()).add(str(row.requirement.specifier))
    return versions


def test_the_lock_holds_what_is_asked_for_and_agrees_with_the_other() -> None:
    extras = tomllib.loads(text(ROOT / "pyproject.toml"))["project"]["optional-dependencies"]
    requirements = {canonicalize_name(Requirement(line).name) for line in extras["papers"]}
    own, other = pinned("requirements-papers.lock"), pinned("requirements.lock")
    assert {"outloud", "pdfua", "playwright"} <= requirements <= set(own)
    shared = set(own) & set(other)
    assert len(shared) > 20
    assert {name: own[name] for name in shared} == {name: other[name] for name in shared}
    assert re.findall(r"https?:|--(?:extra-)?index|--find-links|file:", text(ROOT / "requirements-papers.lock")) == []


@pytest.mark.parametrize("folder", papers.NPM_FOLDERS, ids=lambda folder: folder.name)
def test_the_packages_of_npm_are_locked_by_their_hash_and_no_address(folder: Path) -> None:
    requirements = json.loads(text(folder / "package.json"))["dependencies"]
    lock = text(folder / "package-lock.json")
    packages = json.loads(lock)["packages"]
    own = {name.removeprefix("node_modules/"): package for name, package in packages.items() if name}
    assert set(requirements) <= set(own)
    assert {name: own[name]["version"] for name in requirements} == requirements
    assert [name for name, package in own.items() if not package["integrity"].startswith("sha512-")] == []
    assert "resolved" not in lock
    assert "http" not in lock


@pytest.mark.parametrize("one", system.MANAGERS, ids=lambda one: one.program)
def test_every_system_names_all_that_is_needed(one: system.Manager) -> None:
    assert set(one.packages) == {"venv", "pango", *papers.PROGRAMS}


def only(monkeypatch: pytest.MonkeyPatch, *programs: str) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}" if name in programs else None)


def test_one_line_names_all_that_is_missing_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, "dnf", "java", "google-chrome", "mandoc", "npm")
    assert papers.missing() == ("libreoffice", "poppler")
    with pytest.raises(CannotPrepareError) as refusal:
        papers.have_programs()
    assert str(refusal.value) == (
        "The tests of whole papers need more than this computer has. "
        "Type:  sudo dnf install libreoffice-writer libreoffice-calc poppler-utils"
    )


def test_a_computer_that_has_all_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, "chromium", "java", "soffice", "mandoc", "npm", "pdftotext")
    assert papers.missing() == ()
    papers.have_programs()


def test_a_lock_is_installed_once_and_again_when_it_changes(tmp_path: Path) -> None:
    done: list[str] = []
    lock, stamp = tmp_path / "lock", tmp_path / "stamp"
    for content in ("one", "one", "two"):
        lock.write_text(content, encoding="ascii")
        install_once(lock, stamp, lambda: done.append("installed"))
    assert done == ["installed", "installed"]
