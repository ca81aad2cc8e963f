"""Links, pipes and names that Windows does not have."""

from __future__ import annotations

import os
import platform
import socket
from pathlib import Path

import pytest

from p2ptrack.store.folder import unreadable_error
from tests.diagnostics import ACTION, count_records, load_register, make_error, problems_in
from tests.support import write_register

A01 = {"actions/A01.yaml": ACTION}
NOT_TEXT = make_error("D101", "", "This is not a text file.", "Put a text file with the record here.")
OUTSIDE = ("This is a link to a place outside the register.", "Put the file itself here.")
ASK = unreadable_error("", OSError()).fix
NOT_UTF8 = [(b"A01-\xff.yaml", "A01-<U+DCFF>.yaml")] if platform.system() == "Linux" else []


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    write_register(tmp_path, A01)
    (tmp_path / "data/actions/A01.yaml").unlink()
    os.mkfifo(tmp_path / "data/actions/A01.yaml")
    assert problems_in(tmp_path) == (NOT_TEXT,)
    assert count_records(tmp_path) == (1, 0)


def test_a_file_in_the_place_of_a_pipe_mends_it(tmp_path: Path) -> None:
    write_register(tmp_path, A01)
    place = tmp_path / "data/actions/A01.yaml"
    record = place.read_bytes()
    place.unlink()
    os.mkfifo(place)
    assert problems_in(tmp_path)[0].fix == NOT_TEXT.fix
    place.unlink()
    place.write_bytes(record)
    assert problems_in(tmp_path) == ()


def test_a_pipe_in_the_place_of_the_programme_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    os.mkfifo(tmp_path / "data/programme.yaml")
    (problem,) = problems_in(tmp_path)
    assert (problem.path, problem.code, problem.message) == ("data/programme.yaml", "D101", NOT_TEXT.message)


def test_a_socket_is_no_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_register(tmp_path, A01)
    (tmp_path / "data/actions/A01.yaml").unlink()
    monkeypatch.chdir(tmp_path / "data/actions")  # the path of a socket may not be long
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("A01.yaml")
        (problem,) = problems_in(tmp_path)
    assert (problem.path, problem.code) == ("data/actions/A01.yaml", "D101")


def linked(root: Path, to: str | Path, name: str = "A01.yaml") -> Path:
    write_register(root)
    link = root / "data" / "actions" / name
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(to)
    return root


def test_a_link_to_nothing_is_a_problem(tmp_path: Path) -> None:
    linked(tmp_path, "A99.yaml")
    assert problems_in(tmp_path) == (
        make_error("D101", "", "This cannot be read: there is nothing at this path.", ASK),
    )


def test_a_link_that_leads_to_itself_is_a_problem(tmp_path: Path) -> None:
    linked(tmp_path, "A01.yaml")
    (problem,) = problems_in(tmp_path)
    assert (problem.path, problem.code, problem.message) == (
        "data/actions/A01.yaml",
        "D101",
        "This cannot be read: it is a link that leads back to itself.",
    )


@pytest.mark.parametrize("target", ["../../../elsewhere.yaml", "/etc/hostname", "../../.."])
def test_a_link_out_of_the_register_is_a_problem(target: str, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.yaml").write_text(ACTION)
    root = linked(tmp_path / "register", target)
    assert problems_in(root) == (make_error("D105", "", *OUTSIDE),)
    assert count_records(root) == (1, 0)
    assert load_register(root).register.broken_ids == {"A01"}


def test_a_link_inside_the_register_is_read(tmp_path: Path) -> None:
    linked(tmp_path, "../kept.txt")
    (tmp_path / "data" / "kept.txt").write_text(ACTION)
    assert problems_in(tmp_path) == ()
    assert count_records(tmp_path) == (1, 1)


def test_a_folder_of_records_may_not_be_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "A01.yaml").write_text(ACTION)
    root = write_register(tmp_path / "register")
    (root / "data" / "actions").symlink_to(tmp_path / "elsewhere")
    assert problems_in(root) == (make_error("D105", "", *OUTSIDE, "data/actions"),)
    assert count_records(root) == (0, 0)


def test_the_programme_may_not_be_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "elsewhere.yaml").write_text("title: x")
    root = tmp_path / "register"
    (root / "data").mkdir(parents=True)
    (root / "data" / "programme.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    assert problems_in(root) == (make_error("D105", "", *OUTSIDE, "data/programme.yaml"),)
    assert not load_register(root).has_programme


def test_the_register_itself_may_be_reached_by_a_link(tmp_path: Path) -> None:
    write_register(tmp_path / "real" / "register", A01)
    (tmp_path / "parent").symlink_to(tmp_path / "real")
    (tmp_path / "link").symlink_to(tmp_path / "real" / "register")
    for root in (tmp_path / "parent" / "register", tmp_path / "link"):
        assert problems_in(root) == ()
        assert count_records(root) == (1, 1)


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("A01-\n.yaml", "A01-<U+000A>.yaml"),
        ("A01-\x1b[31m.yaml", "A01-<U+001B>[31m.yaml"),
        ("A01-\u202egnp.yaml", "A01-<U+202E>gnp.yaml"),
        ("A01-\u00a0x.yaml", "A01-<U+00A0>x.yaml"),
        *NOT_UTF8,
    ],
)
def test_a_file_with_invisible_characters_in_its_name_is_not_read(
    name: str | bytes, printed: str, tmp_path: Path
) -> None:
    write_register(tmp_path, {"actions/A02.yaml": "id: A02\ntitle: x\n"})
    (tmp_path / "data" / "actions" / os.fsdecode(name)).write_text(ACTION)
    assert problems_in(tmp_path) == (
        make_error(
            "D109",
            "",
            "The name of this file contains invisible characters.",
            "Use only letters, digits, full stops and hyphens in the file name.",
            f"data/actions/{printed}",
        ),
    )
    assert count_records(tmp_path) == (2, 1)
    assert load_register(tmp_path).register.broken_ids == {"A01"}


def test_a_link_beside_the_folders_of_records_that_leads_to_itself_does_no_harm(tmp_path: Path) -> None:
    write_register(tmp_path, A01)
    (tmp_path / "data" / "more").symlink_to("more")
    assert problems_in(tmp_path) == ()
