from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tools import prepare, system


def only(monkeypatch: pytest.MonkeyPatch, *programs: str) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}" if name in programs else None)


@pytest.mark.parametrize(
    ("program", "line"),
    [
        ("apt-get", "sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"),
        ("dnf", "sudo dnf install pango harfbuzz"),
        ("pacman", "sudo pacman -S pango"),
        ("zypper", "sudo zypper install libpango-1_0-0 libharfbuzz-subset0"),
        ("brew", "brew install pango"),
    ],
)
def test_every_system_has_its_line_for_pango(monkeypatch: pytest.MonkeyPatch, program: str, line: str) -> None:
    only(monkeypatch, program)
    assert system.advice("pango") == f"Type:  {line}"


def test_the_line_for_venv_names_the_python_that_lacks_it(monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, "apt-get")
    major, minor = sys.version_info[:2]
    assert system.advice("venv") == f"Type:  sudo apt-get install python{major}.{minor}-venv"


def test_a_mac_without_homebrew_is_told_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch)
    monkeypatch.setattr(sys, "platform", "darwin")
    assert system.advice("pango") == "Install Homebrew (brew.sh), then type:  brew install pango"


def test_nothing_is_installed_without_apt(monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, "dnf")
    assert system.install("pango") is False


def test_an_environment_is_made_anew_when_what_it_was_made_from_changes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("requirements.lock", "pyproject.toml", "python"):
        (tmp_path / name).write_text(name, encoding="ascii")
    monkeypatch.setattr(prepare, "ROOT", tmp_path)
    monkeypatch.setattr(prepare, "LOCK", tmp_path / "requirements.lock")
    monkeypatch.setattr(prepare, "PYTHON", tmp_path / "python")
    monkeypatch.setattr(prepare, "STAMP", tmp_path / "installed")
    assert prepare.installed() is False
    (tmp_path / "installed").write_text(prepare.fingerprint(), encoding="ascii")
    assert prepare.installed() is True
    (tmp_path / "requirements.lock").write_text("moved", encoding="ascii")
    assert prepare.installed() is False
