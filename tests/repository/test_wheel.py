from __future__ import annotations

import email
import os
import re
import shutil
import subprocess
import sys
import zipfile
from email.message import Message
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from tests.repository.source_tree import ROOT, text

AS_OF = ("--as-of", "2023-01-12")
REPOSITORY = "https://github.com/p2ptrack/p2ptrack"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return email.message_from_bytes(archive.read(name))


def run(site: Path, cwd: Path, *arguments: str) -> str:
    code = "import sys, p2ptrack.cli as cli; assert cli.__file__.startswith(sys.argv.pop(1)); sys.exit(cli.main())"
    environment = {**os.environ, "PYTHONPATH": str(site), "PYTHONUTF8": "1"}
    command = [sys.executable, "-c", code, str(site), *arguments]
    result = subprocess.run(command, cwd=cwd, env=environment, check=False, capture_output=True, encoding="utf-8")
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


def links(markdown: str) -> list[str]:
    """Return the address of every link and picture."""
    tokens = [token for block in MarkdownIt().parse(markdown) for token in block.children or ()]
    addresses = [token.attrs.get("href") or token.attrs.get("src") for token in tokens]
    return [str(address) for address in addresses if address]


def absolute(link: str) -> str:
    if link.startswith("https:"):
        return link
    if link.startswith("#"):
        return REPOSITORY + link
    return f"{REPOSITORY}/{'raw' if link.endswith('.png') else 'blob'}/main/{link}"


@pytest.mark.slow
def test_a_built_wheel_contains_the_templates_and_works_from_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    site, empty, register = tmp_path / "site", tmp_path / "empty", tmp_path / "register"
    empty.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    shutil.copytree(ROOT / "data", register / "data")

    templates = [path.relative_to(ROOT) for path in sorted((ROOT / "templates").rglob("*")) if path.is_file()]
    assert len(templates) > 3
    assert [name for name in templates if (site / "p2ptrack" / name).read_bytes() != (ROOT / name).read_bytes()] == []
    (manual,) = site.glob("*.data/data/share/man/man1/p2ptrack.1")
    assert manual.read_bytes() == (ROOT / "man/p2ptrack.1").read_bytes()
    assert "33 actions" in run(site, empty, "status", "--root", str(register), *AS_OF)
    paper = run(site, empty, "render", "action-plan", "--root", str(register), "--output", "-", *AS_OF)
    assert paper.rstrip().endswith("</html>")
    assert list(empty.iterdir()) == []


def test_the_fonts_come_with_the_wheel_as_dependencies(metadata: Message) -> None:
    required = {re.split(r"[^\w.-]", line)[0] for line in metadata.get_all("Requires-Dist", [])}
    assert {"font-source-sans-pro", "font-source-serif-pro"} <= required


def test_the_project_page_links_to_the_repository(metadata: Message) -> None:
    addresses = dict(line.split(", ") for line in metadata.get_all("Project-URL", []))
    assert set(addresses) == {"Homepage", "Documentation", "Changelog", "Issues"}
    assert {address for address in addresses.values() if not address.startswith(REPOSITORY)} == set()


def test_the_readme_of_the_project_page_has_absolute_links_to_the_same_files(metadata: Message) -> None:
    assert metadata["Description-Content-Type"] == "text/markdown"
    description = metadata.get_payload(decode=True)
    assert isinstance(description, bytes)
    page = description.decode()
    readme = text(ROOT / "README.md")
    assert links(page) == [absolute(link) for link in links(readme)]
    assert len(links(page)) > 10
    assert re.sub(r"\]\(.*?\)", "", page) == re.sub(r"\]\(.*?\)", "", readme)
