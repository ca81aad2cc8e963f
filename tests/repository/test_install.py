"""Install the locks and the built packages into new environments, with the oldest pip and the newest, pipx and uvx.

Run by `make test-install`. `tools.release` downloads the packages first, so that these tests use no network.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

from p2ptrack import __version__
from tests.repository.source_tree import ROOT, SOURCE, tracked
from tests.repository.test_lock import locked_here
from tools import prepare
from tools.release import OLD_PIPS, TESTED_LOCKS, TOOLS, UNTESTED, WHEELS, write_tested_lock

pytestmark = pytest.mark.install

NEWEST = "newest"
NEWER_RELEASE = "9999"
RENDER = ("render", "action-plan", "--as-of", "2026-12-01", "--format", "html", "--format", "pdf")
OTHER_TOOLS = ("PIP_", "PIPX_", "PYTHON", "UV_", "VIRTUAL_ENV", "XDG_")


def write_index(folder: Path, wheels: Iterable[Path]) -> str:
    """Write a package index (PEP 503) and return its address."""
    for wheel in wheels:
        page = folder / parse_wheel_filename(wheel.name)[0]
        page.mkdir(parents=True, exist_ok=True)
        (page / wheel.name).symlink_to(wheel)
    for page in folder.iterdir():
        links = [f'<a href="{wheel.name}">{wheel.name}</a>' for wheel in sorted(page.glob("*.whl"))]
        (page / "index.html").write_text("\n".join(["<!DOCTYPE html>", *links]), encoding="ascii")
    return folder.as_uri()


def write_newer_release(folder: Path, name: str) -> Path:
    stem = f"{name.replace('-', '_')}-{NEWER_RELEASE}"
    wheel = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        metadata = f"{stem}.dist-info"
        archive.writestr(f"{metadata}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {NEWER_RELEASE}\n")
        archive.writestr(f"{metadata}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{metadata}/RECORD", "")
    return wheel


def all_locked() -> dict[str, str]:
    """Return the version of every package that the locks install on this computer."""
    rows = {name: row for lock in TESTED_LOCKS for name, row in locked_here(lock).items()}
    assert set(UNTESTED) <= set(rows)
    return {name: row.version for name, row in rows.items() if name not in UNTESTED}


@pytest.fixture(scope="module")
def index_of_today(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of an index that holds the locked packages and several pips."""
    return write_index(tmp_path_factory.mktemp("index"), WHEELS.glob("*.whl"))


@pytest.fixture(scope="module")
def index_of_tomorrow(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of an index that also holds a newer release of every locked package."""
    folder = tmp_path_factory.mktemp("newer")
    newer = [write_newer_release(folder, name) for name in all_locked()]
    assert len(newer) > 60
    return write_index(tmp_path_factory.mktemp("index"), [*WHEELS.glob("*.whl"), *newer])


@pytest.fixture
def use_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return what makes an index the only source of packages, for a user with no settings and no cache."""

    def use(address: str) -> None:
        for name in [name for name in os.environ if name.startswith(OTHER_TOOLS)]:
            monkeypatch.delenv(name)
        settings = {
            "HOME": str(tmp_path / "home"),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_INDEX_URL": address,
            "UV_DEFAULT_INDEX": address,
            "UV_NO_CONFIG": "1",
            "UV_PYTHON": sys.executable,
        }
        for name, value in settings.items():
            monkeypatch.setenv(name, value)

    return use


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory, index_of_today: str) -> Path:
    """Return the folder that `python -m build` leaves the packages in."""
    folder = tmp_path_factory.mktemp("dist")
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
        monkeypatch.setenv("PIP_INDEX_URL", index_of_today)
        monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
        output(TOOLS / "bin" / "python", "-m", "build", "--outdir", folder, ROOT)
    return folder


def output(*command: str | Path, cwd: Path | None = None) -> str:
    result = subprocess.run([*map(str, command)], cwd=cwd, check=False, capture_output=True, encoding="utf-8")
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def create_environment(folder: Path, version: str) -> Path:
    """Create a virtual environment with a version of pip and return its Python."""
    wheels = {str(parse_wheel_filename(path.name)[1]): path for path in WHEELS.glob("pip-*.whl")}
    wheel = wheels[max(wheels, key=Version) if version == NEWEST else version]
    output(sys.executable, "-m", "venv", "--without-pip", folder)
    python = folder / "bin" / "python"
    output(python, wheel / "pip", "install", "--no-index", wheel)
    return python


def installed(python: Path) -> dict[str, str]:
    rows = json.loads(output(python, "-m", "pip", "list", "--format", "json"))
    return {str(canonicalize_name(row["name"])): row["version"] for row in rows}


@pytest.mark.parametrize("version", [*OLD_PIPS, NEWEST])
def test_both_locks_install_although_every_package_has_a_newer_release(
    version: str, tmp_path: Path, index_of_tomorrow: str, use_index: Callable[[str], None]
) -> None:
    use_index(index_of_tomorrow)
    python = create_environment(tmp_path / "environment", version)
    tools = installed(python)
    for lock in TESTED_LOCKS:
        prepare.install_lock(write_tested_lock(lock, tmp_path), python)
    prepare.install_project(python)
    prepare.check_installed(python)

    packages = installed(python)
    assert version in {NEWEST, packages["pip"]}
    assert packages.pop("p2ptrack")
    assert packages == all_locked() | tools
    assert output(python.with_name("p2ptrack"), "--version").startswith("p2ptrack ")


def test_an_old_pip_that_resolves_the_lock_fails_on_the_same_index(
    tmp_path: Path, index_of_tomorrow: str, use_index: Callable[[str], None]
) -> None:
    """Without this, the test above could pass on an index that proves nothing."""
    use_index(index_of_tomorrow)
    version = OLD_PIPS[-1]
    python = create_environment(tmp_path / "environment", version)
    resolve = [word for word in prepare.FROM_LOCK if word != "--no-deps"]
    command = [python, "-m", "pip", "download", "--dest", tmp_path / "wheels", *resolve, prepare.LOCK]
    result = subprocess.run([*map(str, command)], check=False, capture_output=True, encoding="utf-8")
    fails = re.search(r"\w\[\w+\]", result.stderr) is not None and result.returncode == 1
    assert fails == (Version(version) < Version("24")), result.stderr


def test_the_packages_pass_twine_and_hold_every_file(packages: Path) -> None:
    sdist, wheel = sorted(packages.iterdir(), key=lambda path: path.suffix)
    assert [path.suffix for path in (sdist, wheel)] == [".gz", ".whl"]
    output(TOOLS / "bin" / "twine", "check", "--strict", sdist, wheel)

    modules = {path.relative_to(SOURCE.parent) for path in tracked() if SOURCE in path.parents}
    templates = {Path("p2ptrack") / path.relative_to(ROOT) for path in tracked() if ROOT / "templates" in path.parents}
    with zipfile.ZipFile(wheel) as archive:
        files = {Path(name) for name in archive.namelist() if ".dist-info/" not in name}
    assert min(len(modules), len(templates)) > 3
    manual = Path(f"p2ptrack-{__version__}.data/data/share/man/man1/p2ptrack.1")
    assert files == modules | templates | {manual}


def install_with_pip(wheel: Path, folder: Path) -> tuple[str | Path, ...]:
    python = create_environment(folder / "environment", NEWEST)
    output(python, "-m", "pip", "install", wheel)
    output(python, "-m", "pip", "check")
    return (python.with_name("p2ptrack"),)


def install_with_pipx(wheel: Path, folder: Path) -> tuple[str | Path, ...]:
    output(TOOLS / "bin" / "pipx", "install", wheel)
    return (folder / "home" / ".local" / "bin" / "p2ptrack",)


def run_with_uvx(wheel: Path, folder: Path) -> tuple[str | Path, ...]:
    assert folder.is_dir()
    return (prepare.VENV / "bin" / "uvx", "--from", wheel, "p2ptrack")


@pytest.mark.parametrize("install", [install_with_pip, install_with_pipx, run_with_uvx])
def test_the_wheel_starts_a_register_and_makes_the_same_papers_as_this_checkout(
    install: Callable[[Path, Path], tuple[str | Path, ...]],
    tmp_path: Path,
    packages: Path,
    index_of_today: str,
    use_index: Callable[[str], None],
) -> None:
    use_index(index_of_today)
    (wheel,) = packages.glob("*.whl")
    program = install(wheel, tmp_path)
    register = tmp_path / "register"

    assert output(*program, "--version", cwd=tmp_path) == output(prepare.VENV / "bin" / "p2ptrack", "--version")
    output(*program, "init", register, cwd=tmp_path)
    papers = []
    for command, folder in ((program, "built"), ((prepare.VENV / "bin" / "p2ptrack",), "checkout")):
        output(*command, *RENDER, "--output", tmp_path / folder, cwd=register)
        papers.append({path.name: path.read_bytes() for path in (tmp_path / folder).iterdir()})
    built, checkout = papers
    assert set(built) == {"action-plan.html", "action-plan.pdf"}
    assert built["action-plan.pdf"].startswith(b"%PDF")
    assert built == checkout
