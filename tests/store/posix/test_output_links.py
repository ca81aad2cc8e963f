"""Links and devices in the way of a file that is written."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from p2ptrack.errors import CommandError, OperationError
from p2ptrack.store.writing import create_temporary_folder, require_output_place, write_file
from tests.command import run
from tests.git.builders import action
from tests.support import write_register


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "precious").write_bytes(b"precious")
    return write_register(tmp_path / "council", {"actions/A01.yaml": action()})


def render(root: Path, *words: str) -> tuple[int, str]:
    result = run("render", "action-plan", "--format", "text", "--root", root, *words)
    return result.code, result.err


@pytest.mark.parametrize("target", ["../../elsewhere/precious", "../../elsewhere/nothing", "../data/programme.yaml"])
def test_a_link_in_the_place_of_a_paper_is_not_followed(target: str, root: Path, tmp_path: Path) -> None:
    (root / "build").mkdir()
    link = root / "build" / "action-plan.text"
    link.symlink_to(target)
    message = f"{link} is a link, and p2ptrack does not write through links. Choose another place with --output.\n"
    assert render(root) == (3, message)
    assert (tmp_path / "elsewhere" / "precious").read_bytes() == b"precious"
    assert not (tmp_path / "elsewhere" / "nothing").exists()
    with pytest.raises(OperationError):
        write_file(link, b"paper")


@pytest.mark.parametrize("words", [(), ("--output", "build"), ("--output", "build/deep/")])
def test_a_folder_of_the_register_that_is_a_link_is_not_followed(
    words: tuple[str, ...], root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "build").symlink_to(tmp_path / "elsewhere")
    monkeypatch.chdir(root)
    assert render(root, *words)[0] == 3
    assert [path.name for path in (tmp_path / "elsewhere").iterdir()] == ["precious"]


def test_links_outside_the_register_are_those_of_the_person_who_types_them(root: Path, tmp_path: Path) -> None:
    (tmp_path / "share").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "register").symlink_to(root)
    assert render(tmp_path / "register", "--output", f"{tmp_path / 'share'}/") == (0, "")
    assert render(tmp_path / "register") == (0, "")
    assert (tmp_path / "elsewhere" / "action-plan.text").exists()


def test_a_link_to_the_data_is_the_data(root: Path, tmp_path: Path) -> None:
    (tmp_path / "records").symlink_to(root / "data")
    (root / "kept").mkdir()
    (root / "data").rename(root / "kept" / "register-data")
    (root / "data").symlink_to(root / "kept" / "register-data")
    for place in (tmp_path / "records" / "plan.text", root / "kept" / "register-data" / "actions" / "plan.text"):
        assert render(root, "--output", str(place))[0] == 2


@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_what_is_not_a_file_is_not_replaced(kind: str, root: Path, tmp_path: Path) -> None:
    place = Path(os.devnull)
    if kind == "pipe":
        place = tmp_path / "pipe"
        os.mkfifo(place)
    with pytest.raises(CommandError, match="it is not an ordinary file"):
        require_output_place(place, root)
    assert render(root, "--output", str(place))[0] == 3


@pytest.mark.parametrize("link", ["data", "data/actions", "data/programme.yaml"])
def test_a_new_register_is_not_written_through_a_link(link: str, tmp_path: Path) -> None:
    place = tmp_path / "council" / link
    place.parent.mkdir(parents=True)
    place.symlink_to(tmp_path / "outside")
    result = run("init", tmp_path / "council")
    message = (
        f"{place} is a link, and p2ptrack does not write through links. Choose another folder: p2ptrack init DIR\n"
    )
    assert (result.code, result.err) == (3, message)
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("data/actions", ("add", "action", "--title", "New", "--yes")),
        ("data/recommendations", ("add", "recommendation", "--title", "New", "--yes")),
        (".vscode", ("schema", "--write")),
    ],
)
def test_a_command_that_edits_does_not_write_through_a_folder_that_is_a_link(
    link: str, words: tuple[str, ...], root: Path, tmp_path: Path
) -> None:
    folder, target = root / link, tmp_path / "elsewhere"
    if folder.exists():
        folder.rename(root / "moved")
    folder.symlink_to(target)
    result = run(*words, "--root", root)
    assert result.code in {1, 3}
    assert [path.name for path in target.iterdir()] == ["precious"]


def test_temporary_folders_of_killed_runs_are_removed_and_those_in_use_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    leftover, foreign = tmp_path / "p2ptrack-abcd_123", tmp_path / "p2ptrack-notes"
    for folder in (leftover, foreign):
        folder.mkdir()
        (folder / "file").write_bytes(b"x")
    (tmp_path / "p2ptrack-abcd_124").symlink_to(foreign)
    with create_temporary_folder() as used:
        (used / "file").write_bytes(b"y")
        with create_temporary_folder() as other:
            assert {used.exists(), other.exists(), leftover.exists(), (foreign / "file").exists()} == {True, False}
        assert (used / "file").read_bytes() == b"y"
    assert (leftover.exists(), (foreign / "file").exists(), used.exists(), other.exists()) == (
        False,
        True,
        False,
        False,
    )
