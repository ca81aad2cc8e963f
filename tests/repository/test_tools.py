from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import papers, prepare, release, system


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


def test_a_mac_without_homebrew_gets_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
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
    assert prepare.is_installed() is False
    (tmp_path / "installed").write_text(prepare.fingerprint(), encoding="ascii")
    assert prepare.is_installed() is True
    (tmp_path / "requirements.lock").write_text("moved", encoding="ascii")
    assert prepare.is_installed() is False


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[str]]:
    """Return what collects the commands that the tools would run."""
    collected: list[list[str]] = []
    monkeypatch.setattr(prepare, "run", lambda command, _: collected.append(command))
    monkeypatch.setattr(release, "run", lambda command, _: collected.append(command))
    monkeypatch.setattr(prepare, "STAMP", tmp_path / "installed")
    return collected


def installs(python: Path, lock: Path) -> list[str]:
    words = "--quiet --no-deps --require-hashes --only-binary :all: -r"
    return [*pip(python), "install", *words.split(), str(lock)]


def pip(python: Path) -> list[str]:
    return [str(python), "-m", "pip", "--disable-pip-version-check"]


def test_the_lock_is_installed_without_resolving_and_then_checked(commands: list[list[str]]) -> None:
    prepare.install()
    lock, project, check = commands
    assert lock == installs(prepare.PYTHON, prepare.LOCK)
    assert project[-2:] == ["-e", str(prepare.ROOT)]
    assert {"--no-deps", "--no-index"} <= set(project)
    assert check == [*pip(prepare.PYTHON), "check"]
    assert prepare.STAMP.read_text(encoding="ascii") == prepare.fingerprint()


def test_the_other_locks_are_installed_and_checked_in_the_same_way(commands: list[list[str]]) -> None:
    papers.install_from_pip()
    lock = [*installs(prepare.PYTHON, papers.LOCK), "--no-binary=odfpy", "--no-binary=zc-zlibstorage"]
    assert commands == [lock, [*pip(prepare.PYTHON), "check"]]
    commands.clear()
    release.install_tools()
    python = release.TOOLS / "bin" / "python"
    assert commands[1:] == [installs(python, release.LOCK), [*pip(python), "check"]]


def test_a_command_that_fails_is_reported_with_its_output_and_the_fix() -> None:
    code = "import sys; print('rich 15 requires pygments'); sys.exit(1)"
    with pytest.raises(prepare.CannotPrepareError) as caught:
        prepare.run([sys.executable, "-c", code], "Fix: make lock")
    assert str(caught.value) == "rich 15 requires pygments\nFix: make lock"


def test_settings_that_would_install_elsewhere_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "kept")
    for name in prepare.IGNORED_VARIABLES:
        monkeypatch.setenv(name, "ignored")
    code = "import os, sys; print(*(n for n, v in os.environ.items() if v in ('kept', 'ignored'))); sys.exit(1)"
    with pytest.raises(prepare.CannotPrepareError) as caught:
        prepare.run([sys.executable, "-c", code], "")
    assert str(caught.value) == "PIP_INDEX_URL\n"


def test_the_lock_alone_is_installed_for_make_lock(monkeypatch: pytest.MonkeyPatch, commands: list[list[str]]) -> None:
    monkeypatch.setattr(sys, "argv", ["prepare", "--lock-only"])
    assert prepare.main() == 0
    environment, lock = commands
    assert environment[1:3] == ["-m", "venv"]
    assert lock == installs(prepare.PYTHON, prepare.LOCK)
    assert not prepare.STAMP.exists()


def test_the_code_that_looks_for_pango_fits_the_program() -> None:
    """Any failure of it is reported as a missing Pango, so a function that was renamed would not be noticed."""
    code = [sys.executable, "-E", "-c", prepare.CAN_MAKE_PDF]
    result = subprocess.run(code, check=False, capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (0, "")
