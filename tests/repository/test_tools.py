from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repository.test_lock import parse_lock
from tools import papers, prepare, release, system
from tools.prepare import DOWNLOADS


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
    for module in (prepare, release):
        monkeypatch.setattr(module, "run", lambda command, _: collected.append(command))
    for module in (prepare, papers):
        monkeypatch.setattr(module, "PYTHON", tmp_path / "bin" / "python")
    monkeypatch.setattr(prepare, "STAMP", tmp_path / "installed")
    monkeypatch.setattr(release, "TOOLS", tmp_path / "release")
    (tmp_path / "release").mkdir()
    return collected


def pip(python: Path) -> list[str]:
    return [str(python), "-m", "pip", "--disable-pip-version-check"]


FROM_LOCK = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "-r"]


def names(*locks: str) -> list[str]:
    """Return what some locks name."""
    return sorted(row.name for lock in locks for row in parse_lock(Path(lock)))


def take_downloads(commands: list[list[str]], python: Path) -> list[str]:
    """Take the commands that download from a list, and return what they name."""
    downloads, commands[:] = commands[:DOWNLOADS], commands[DOWNLOADS:]
    expected = [*pip(python), "download", "--quiet", "--dest", str(python.parents[1] / "wheels"), *FROM_LOCK]
    assert [command[:-1] for command in downloads] == [expected] * DOWNLOADS
    return names(*(command[-1] for command in downloads))


def installs(python: Path, lock: str) -> list[str]:
    """Return the command that installs from what was downloaded."""
    wheels = python.parents[1] / "wheels"
    words = [*["install", "--quiet", "--no-compile", "--no-index", "--find-links"], str(wheels), *FROM_LOCK]
    return [*pip(python), *words, str(wheels / lock)]


def test_the_lock_is_downloaded_installed_without_resolving_and_checked(commands: list[list[str]]) -> None:
    prepare.install()
    assert take_downloads(commands, prepare.PYTHON) == names(str(prepare.LOCK))
    lock, project, check = commands
    assert lock == installs(prepare.PYTHON, prepare.LOCK.name)
    assert names(lock[-1]) == names(str(prepare.LOCK))
    assert project[-2:] == ["-e", str(prepare.ROOT)]
    assert {"--no-deps", "--no-index"} <= set(project)
    assert check == [*pip(prepare.PYTHON), "check"]
    assert prepare.STAMP.read_text(encoding="ascii") == prepare.fingerprint()


def test_the_lock_of_papers_is_installed_with_two_packages_from_their_sources(commands: list[list[str]]) -> None:
    sources = ["odfpy", "zc-zlibstorage"]
    papers.install_from_pip()
    wheels = [name for name in names(str(papers.LOCK)) if name not in sources]
    assert wheels.count("numpy") == 2  # one version for each Python
    assert take_downloads(commands, prepare.PYTHON) == wheels
    lock, built, check = commands
    assert lock == installs(prepare.PYTHON, papers.LOCK.name)
    assert names(lock[-1]) == wheels
    *words, source, odfpy, zlibstorage = built
    assert words == [*pip(prepare.PYTHON), "install", "--quiet", "--no-compile", *FROM_LOCK]
    assert names(source) == sources
    assert (odfpy, zlibstorage) == ("--no-binary=odfpy", "--no-binary=zc-zlibstorage")
    assert check == [*pip(prepare.PYTHON), "check"]


def test_the_release_tools_are_installed_in_the_same_way_into_their_own_environment(commands: list[list[str]]) -> None:
    release.install_tools()
    python = release.TOOLS / "bin" / "python"
    environment = commands.pop(0)
    assert environment[1:] == ["-m", "venv", "--clear", str(release.TOOLS)]
    assert take_downloads(commands, python) == names(str(release.LOCK))
    assert commands == [installs(python, release.LOCK.name), [*pip(python), "check"]]


def test_what_was_downloaded_is_not_downloaded_again(commands: list[list[str]]) -> None:
    for _ in range(2):
        prepare.download(prepare.LOCK, prepare.PYTHON)
    assert len(commands) == DOWNLOADS


def test_all_that_runs_at_once_ends_before_an_error_is_reported() -> None:
    ended: list[str] = []

    def fail() -> None:
        raise prepare.CannotPrepareError("first")

    with pytest.raises(prepare.CannotPrepareError, match="first"):
        prepare.run_at_once(fail, lambda: ended.append("second"))
    assert ended == ["second"]


def test_a_command_that_fails_is_reported_with_its_output_and_the_fix() -> None:
    code = "import sys; print('rich 15 requires pygments'); sys.exit(1)"
    with pytest.raises(prepare.CannotPrepareError) as exc_info:
        prepare.run([sys.executable, "-c", code], "Fix: make lock")
    assert str(exc_info.value) == "rich 15 requires pygments\nFix: make lock"


def test_settings_that_would_install_elsewhere_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "kept")
    for name in prepare.IGNORED_VARIABLES:
        monkeypatch.setenv(name, "ignored")
    code = "import os, sys; print(*(n for n, v in os.environ.items() if v in ('kept', 'ignored'))); sys.exit(1)"
    with pytest.raises(prepare.CannotPrepareError) as exc_info:
        prepare.run([sys.executable, "-c", code], "")
    assert str(exc_info.value) == "PIP_INDEX_URL\n"


def test_the_lock_alone_is_installed_for_make_lock(monkeypatch: pytest.MonkeyPatch, commands: list[list[str]]) -> None:
    monkeypatch.setattr(sys, "argv", ["prepare", "--lock-only"])
    assert prepare.main() == 0
    environment = commands.pop(0)
    assert environment[1:3] == ["-m", "venv"]
    assert take_downloads(commands, prepare.PYTHON) == names(str(prepare.LOCK))
    assert commands == [installs(prepare.PYTHON, prepare.LOCK.name)]
    assert not prepare.STAMP.exists()


def test_the_code_that_looks_for_pango_fits_the_program() -> None:
    """Any failure of it is reported as a missing Pango, so a function that was renamed would not be noticed."""
    code = [sys.executable, "-E", "-c", prepare.CAN_MAKE_PDF]
    result = subprocess.run(code, check=False, capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (0, "")
