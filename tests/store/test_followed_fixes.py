"""The fix of each problem of folders and files, followed: the problem is gone, no other comes, and nothing is lost."""

from __future__ import annotations

import errno
import json
import os
import re
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from p2ptrack.store.contract_table import TABLE_ERRORS
from p2ptrack.store.folder import FILE_ERRORS, MAX_FILE_BYTES
from tests.command import run
from tests.git.builders import make_repository
from tests.support import write_register

Problem = dict[str, Any]
RECORD = "id: A01\ntitle: Plan\n"
OTHER = "id: A02\ntitle: Review\n"
SOURCE = "file: r.csv\nimported_on: 2023-01-02\ncolumns:\n  - {heading: Ref, field: reference}\n"
TABLE = {"contracts/source.yaml": SOURCE, "contracts/contracts.csv": "Ref\nC1\n"}
ACTIONS = "data/actions"


def _link(root: Path, name: str, target: Path) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).symlink_to(target)


def _check(root: Path) -> list[Problem]:
    result = run("check", "--root", root, "--as-of", "2023-01-12", "--format", "json")
    problems: list[Problem] = json.loads(result.out)["problems"]
    return problems


# An officer's actions by the words of the fix.


def _add_file(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        path.rename(path.parent.parent.parent / "elsewhere")
    else:
        path.unlink()
    path.write_text(RECORD)


def _add_own_file(path: Path) -> None:
    target = Path(os.path.realpath(path))
    path.unlink()
    if path.suffix == ".yaml":
        path.write_bytes(target.read_bytes())
    else:
        path.mkdir()


def _move_out(path: Path) -> None:
    path.rename(path.parents[len(path.parts) - path.parts.index("data") - 1] / f"kept-{path.name}")


def _move_records(path: Path, folder: str) -> None:
    root = path.parents[len(path.parts) - path.parts.index("data") - 1]
    (root / folder).mkdir(exist_ok=True)
    for file in [path] if path.is_file() else sorted(path.iterdir()):
        file.rename(root / folder / file.name)
    if path.is_dir():
        path.rmdir()


def _shorten(path: Path) -> None:
    evidence = "evidence:\n  - title: Report\n    link: https://example.org/report\n"
    path.write_text(RECORD + evidence)


def _write_id(path: Path, id_: str) -> None:
    path.write_text(re.sub(r"(?m)^id: .*$", f"id: {id_}", path.read_text()))


def _give_free_id(path: Path) -> None:
    _write_id(path, "A09")
    path.rename(path.parent / "A09.yaml")


def _keep_settings(path: Path, programme: str) -> None:
    (path.parents[1] / programme).write_text("title: A register\n" + path.read_text())
    _move_out(path)


def _import_again(path: Path) -> None:
    export = path.parents[2] / "export.csv"
    export.write_text("Reference,Title,Supplier,End\nC1,Cleaning,Example Ltd,31/03/2024\n")
    options = ("--root", path.parents[2], "--as-of", "2023-01-12", "--yes")
    assert run("import", "contracts", export, *options).code == 0


def _run_git(path: Path, commands: str) -> None:
    root = path.parents[len(path.parts) - path.parts.index("data") - 1]
    for command in commands.split(", then: "):
        subprocess.run(shlex.split(command), cwd=root, check=True, capture_output=True)


INSTRUCTIONS: tuple[tuple[str, Callable[..., None]], ...] = (
    (r"Put a (?:text )?file (?:with the record )?here", _add_file),
    (r"Save the record as a file named \S+\.yaml\.$", _add_file),
    (r"Put the (?:file|folder) itself here", _add_own_file),
    (
        r"If this is (?:a|the) record, save it as (\S+)\. Otherwise move",
        lambda path, name: path.rename(path.parent / Path(name).name),
    ),
    (r"Move its records to (\S+)\.$", _move_records),
    (r"Did you mean (\S+)\? If so, move the files there\.$", _move_records),
    (
        r"If it is a record, move it to (data/recommendations, |the folder of its kind)",
        lambda path, _: _move_records(path, ACTIONS),
    ),
    (r"Records are read from (data/recommendations, )", lambda path, _: _move_records(path, ACTIONS)),
    (r"Put the settings that you need in (\S+), and keep this file outside the data folder\.$", _keep_settings),
    (r"Keep the long document elsewhere and link to it under `evidence`\.$", _shorten),
    (r"Name the file (\S+), or correct the id\.$", lambda path, name: path.rename(path.parent / name)),
    (r"Write the id of the new record:\nid: (\S+)$", _write_id),
    (r"Give one of the two an id that is not used yet, and name its file after it\.", _give_free_id),
    (r"If this is a copy, move it out of the data folder", _move_out),
    (
        r"Use only letters, digits, full stops and hyphens in the file name\.$",
        lambda path: path.rename(path.parent / re.sub(r"[^\w.-]|_", "", path.name)),
    ),
    (r"Keep other files outside the data folder\.$", _move_out),
    (r"Keep records in .*\. Otherwise nothing needs to be done\.$", _move_out),
    (r"Nothing needs to be done\.$", lambda _: None),
    (r"Move (?:this file|it) out of (?:the )?data", _move_out),
    (r"If \S+ is right as it is, move this file out of the data folder\.$", _move_out),
    (r"Undo the change to this file, or import the table again: p2ptrack import contracts FILE$", _import_again),
    (r"Import a table of the contracts that are in force, without those of earlier years\.$", _import_again),
    (r"Run: (git .+)$", _run_git),
)


def _follow(root: Path, problem: Problem) -> None:
    """Do the first thing that the fix advises, and nothing else: a fix that cannot be followed fails here."""
    name = re.sub(r"<U\+([0-9A-F]{4,6})>", lambda match: chr(int(match[1], 16)), problem["path"])
    for pattern, act in INSTRUCTIONS:
        if match := re.match(pattern, problem["fix"]):
            act(root / name, *match.groups())
            return
    raise AssertionError(problem["fix"])


FILES: dict[str, tuple[str, dict[str, str]]] = {
    "another kind of file": ("D102", {"actions/A01.txt": RECORD}),
    "another kind of file beside its record": ("D102", {"actions/A01.yaml": RECORD, "actions/A01.docx": "PK"}),
    "a copy with another ending": ("D102", {"actions/A01.yaml.txt": RECORD}),
    "a folder in a record folder": ("D103", {"actions/2023/A01.yaml": RECORD}),
    "a long record": ("D104", {"actions/A01.yaml": RECORD + "# long\n" * (MAX_FILE_BYTES // 7)}),
    "a long table": ("D104", {**TABLE, "contracts/contracts.csv": "Ref\n" + "C1\n" * (8 * MAX_FILE_BYTES // 3)}),
    "another id in the name": ("D106", {"actions/A02-register.yaml": RECORD}),
    "an id in small letters in the name": ("D106", {"actions/a01_register.yaml": RECORD}),
    "another record in the file": ("D107", {"actions/A01.yaml": RECORD, "actions/A02.yaml": RECORD}),
    "a copy": ("D107", {"actions/A01.yaml": RECORD, "actions/A01-copy.yaml": RECORD}),
    "two kinds with one id": ("D107", {"actions/A01.yaml": RECORD, "audit_followups/A01.yaml": RECORD}),
    "a record beside the folders": ("D108", {"A01.yaml": RECORD}),
    "a folder with a misspelt name": ("D108", {"action/A01.yaml": RECORD}),
    "a folder with another name": ("D108", {"minutes/A01.yaml": RECORD}),
    "a second programme": ("D108", {"programme-new.yaml": "organisation: A council\n"}),
    "a record among the contracts": ("D108", {**TABLE, "contracts/A01.yaml": RECORD}),
    "invisible characters in the name": ("D109", {"actions/A\u200b01.yaml": RECORD}),
    "a folder that is not read": ("D110", {"actions/A01.yaml": RECORD, "minutes/notes.txt": "Notes"}),
    "a folder without records in a record folder": (
        "D110",
        {"actions/__pycache__/x.pyc": "x", "actions/A01.yaml": RECORD},
    ),
    "a record with a blank after its name": ("D102", {"actions/A01.yaml ": RECORD}),
    "what a download left": ("D111", {"actions/A01.yaml": RECORD, "actions/A01.yaml.crdownload": "id: A0"}),
    "a file of another program": ("D111", {"actions/A01.yaml": RECORD, "actions/Thumbs.db": "x"}),
    "what a merge left": ("D111", {"actions/A01.yaml": RECORD, "actions/A01.yaml.orig": RECORD}),
    "a backup alone": ("D111", {"actions/A01.yaml.bak": RECORD}),
    "a row with more cells": ("D113", {**TABLE, "contracts/contracts.csv": "Ref\nC1,C2\n"}),
    "another table": ("D114", {**TABLE, "contracts/contracts-2025.csv": "Ref\nC1\n"}),
}
LINKS = {
    "a link to nothing": ("D101", f"{ACTIONS}/A01.yaml", "register/nothing.yaml"),
    "a folder that is a link to nothing": ("D101", ACTIONS, "register/nothing"),
    "a folder named like a record": ("D101", f"{ACTIONS}/A01.yaml/", ""),
    "a link out of the register": ("D105", f"{ACTIONS}/A01.yaml", "outside.yaml"),
}
STAYS = {"a file of another program"}  # nothing needs to be done


def _list_contents(folder: Path) -> set[bytes]:
    return {path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _assert_followed(root: Path, code: str, name: str) -> None:
    before, contents = _check(root), _list_contents(root.parent)
    problem = next(problem for problem in before if problem["code"] == code)
    _follow(root, problem)
    after = _check(root)
    assert name in STAYS or code not in {other["code"] for other in after}
    errors = [other["message"] for other in after if other["severity"] == "error"]
    assert errors == []
    if code in {"D102", "D103", "D105", "D106", "D108", "D109", "D110", "D111", "D114"}:
        assert contents - _list_contents(root.parent) <= {b"title: A register\n"}


@pytest.mark.parametrize("name", FILES)
def test_the_fix_of_a_file_is_followed(tmp_path: Path, name: str) -> None:
    code, files = FILES[name]
    _assert_followed(write_register(tmp_path / "register", files, "title: A register\n"), code, name)


@pytest.mark.parametrize("name", LINKS)
def test_the_fix_of_a_link_is_followed(tmp_path: Path, name: str) -> None:
    code, path, target = LINKS[name]
    root = write_register(tmp_path / "register", {}, "title: A register\n")
    (tmp_path / "outside.yaml").write_text(RECORD)
    if target:
        if (root / path).is_dir():
            (root / path).rmdir()
        _link(root, path, tmp_path / target)
    else:
        (root / path).mkdir(parents=True)
    _assert_followed(root, code, name)


def test_the_fix_of_a_file_that_git_left_out_is_followed(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "register", programme="title: A register\n")
    repo.commit(
        "2022-10-16", {"data/actions/A01.yaml": RECORD, "data/recommendations/R1.yaml": OTHER.replace("A02", "R1")}
    )
    repo.git("sparse-checkout", "set", "--no-cone", "/data/programme.yaml", "/data/recommendations/")
    _assert_followed(repo.root, "D112", "sparse")


def test_the_fix_of_a_file_that_git_skips_is_followed(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "register", programme="title: A register\n")
    name = "data/actions/A01-part one.yaml"
    repo.commit("2022-10-16", {name: RECORD})
    repo.git("update-index", "--skip-worktree", name)
    (repo.root / name).unlink()
    problem = next(problem for problem in _check(repo.root) if problem["code"] == "D112")
    _follow(repo.root, problem)
    assert (repo.root / name).read_text() == RECORD


def test_the_fix_of_a_submodule_that_was_not_fetched_is_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = make_repository(tmp_path / "inner", programme="title: Another\n")
    inner.commit("2022-10-16", {"A01.yaml": RECORD})
    inner.git("rm", "-q", "-r", "data")
    inner.git("commit", "-q", "-m", "records alone")
    repo = make_repository(tmp_path / "register", programme="title: A register\n")
    repo.commit("2022-10-16", {"data/recommendations/R1.yaml": OTHER.replace("A02", "R1")})
    monkeypatch.setenv("GIT_ALLOW_PROTOCOL", "file")
    repo.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner.root), "data/actions")
    repo.git("commit", "-q", "-m", "records of another repository")
    repo.git("submodule", "deinit", "-q", "-f", "data/actions")
    _assert_followed(repo.root, "D112", "submodule")


def test_the_fix_of_a_file_without_permission_is_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_register(tmp_path / "register", {"actions/A01.yaml": RECORD}, "title: A register\n")
    place, open_file = root / ACTIONS / "A01.yaml", os.open
    refused = place.stat().st_ino  # the file itself, also if root runs the test

    def refuse(path: Any, *arguments: Any, **options: Any) -> int:
        if Path(path) == place and place.stat().st_ino == refused:
            raise PermissionError(errno.EACCES, "Permission denied")
        return open_file(path, *arguments, **options)

    monkeypatch.setattr(os, "open", refuse)
    number_holder = tmp_path / "kept.yaml"  # so that its number is not used again
    os.link(place, number_holder)
    _assert_followed(root, "D101", "no permission")


def test_every_code_of_folders_and_files_is_followed() -> None:
    codes = {error.code for error in (*FILE_ERRORS, *TABLE_ERRORS)}
    assert {code for code, *_ in (*FILES.values(), *LINKS.values())} | {"D112"} == codes
