"""A site replaces only a site: other people's files are never overwritten, and stale pages go."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import CommandResult, run
from tests.git.builders import action
from tests.site.reading import files_of
from tests.support import write_register

PROGRAMME = "title: A register\norganisation: A council\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_register(
        tmp_path / "register", {"actions/A01.yaml": action(), "actions/A02.yaml": action("A02")}, PROGRAMME
    )


def make(root: Path, folder: Path, *words: str) -> CommandResult:
    return run("site", folder, "--root", root, "--as-of", "2023-01-12", *words)


def test_the_default_folder_is_in_build(root: Path) -> None:
    assert run("site", "--root", root, "--as-of", "2023-01-12").code == 0
    assert (root / "build" / "site" / "index.html").is_file()


def test_a_second_run_changes_nothing_and_stale_pages_go(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    assert make(root, folder).code == 0
    first = {path: (folder / path).stat().st_mtime_ns for path in files_of(folder)}
    assert make(root, folder).code == 0
    assert {path: (folder / path).stat().st_mtime_ns for path in files_of(folder)} == first
    (root / "data/actions/A02.yaml").unlink()
    assert make(root, folder).code == 0
    assert {path for path in first if path not in files_of(folder)} == {"record/a02.html"}
    assert make(root, tmp_path / "fresh").code == 0
    assert files_of(folder) == files_of(tmp_path / "fresh")


@pytest.mark.parametrize("words", [(), ("--force",)])
def test_a_folder_that_is_not_a_site_is_never_touched(root: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "index.html").write_text("Our own page", encoding="utf-8")
    result = make(root, folder, *words)
    assert result.code == 3
    assert "holds files that p2ptrack did not make, so no site was written: index.html." in result.err
    assert files_of(folder) == {"index.html": b"Our own page"}


@pytest.mark.parametrize("words", [(), ("--force",)])
def test_a_file_that_somebody_put_where_a_page_would_be_is_kept(
    root: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    folder = tmp_path / "site"
    assert make(root, folder).code == 0
    (folder / "record/a03.html").write_text("Our own page", encoding="utf-8")
    (root / "data/actions/A03.yaml").write_text(action("A03"), encoding="utf-8")
    before = files_of(folder)
    result = make(root, folder, *words)
    assert (result.code, "did not make, so no site was written: record/a03.html." in result.err) == (3, True)
    assert files_of(folder) == before


def test_files_that_others_put_beside_the_site_are_kept(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    assert make(root, folder).code == 0
    (folder / "CNAME").write_text("register.example.org", encoding="utf-8")
    (folder / ".git").mkdir()
    assert make(root, folder).code == 0
    assert (folder / "CNAME").read_text(encoding="utf-8") == "register.example.org"


def test_a_page_that_somebody_changed_is_replaced_only_on_request(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    assert make(root, folder).code == 0
    whole = files_of(folder)
    (folder / "about.html").write_text("Our own words", encoding="utf-8")
    result = make(root, folder)
    assert (result.code, "Somebody changed files of the site" in result.err, "about.html" in result.err) == (
        3,
        True,
        True,
    )
    assert (folder / "about.html").read_bytes() == b"Our own words"
    assert make(root, folder, "--force").code == 0
    assert files_of(folder) == whole


def test_the_site_of_another_register_is_replaced_only_on_request(root: Path, tmp_path: Path) -> None:
    other = write_register(tmp_path / "other", {"actions/A07.yaml": action("A07")}, "title: Another register\n")
    folder = tmp_path / "site"
    assert make(other, folder).code == 0
    result = make(root, folder)
    assert (
        result.code,
        "has the site of another register: Another register. To replace it, add --force." in result.err,
    ) == (
        3,
        True,
    )
    assert make(root, folder, "--force").code == 0
    assert not (folder / "record/a07.html").exists()


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"files": []}', '{"register": "x"}'])
def test_a_marker_that_is_not_ours_is_refused(root: Path, tmp_path: Path, content: str) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / ".p2ptrack-site.json").write_text(content, encoding="utf-8")
    result = make(root, folder, "--force")
    assert (result.code, "was changed" in result.err) == (3, True)


def test_a_marker_cannot_lead_out_of_the_folder(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    own_file = tmp_path / "kept.txt"
    own_file.write_text("kept", encoding="utf-8")
    names = "".join(f', "{name}": "x"' for name in ("/etc/passwd", "a/../../kept.txt", "C:/x", "a\\\\b"))
    marker = f'{{"register": "A council – A register", "files": {{"../kept.txt": "x"{names}}}}}'
    (folder / ".p2ptrack-site.json").write_text(marker, encoding="utf-8")
    assert make(root, folder, "--force").code == 0
    assert own_file.read_text(encoding="utf-8") == "kept"


@pytest.mark.parametrize("place", ["data", "data/actions", "templates", ".git", "templates/site"])
def test_no_site_is_written_where_the_register_has_its_files(root: Path, place: str) -> None:
    before = files_of(root)
    (root / "templates").mkdir()
    result = make(root, root / place)
    assert result.code == 2
    assert "where p2ptrack writes no papers" in result.err
    assert files_of(root) == before


def test_a_file_in_the_place_of_the_folder_is_refused(root: Path, tmp_path: Path) -> None:
    (tmp_path / "site").write_text("a file", encoding="utf-8")
    result = make(root, tmp_path / "site")
    assert result.code == 3
    assert (tmp_path / "site").read_text(encoding="utf-8") == "a file"
