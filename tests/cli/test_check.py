from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from unittest.mock import patch

import pytest

from p2ptrack.cli.check import _find_folder_in_repository
from tests.command import run
from tests.support import write_register

FILES = {
    "actions/A01.yaml": "id: A01\ntitle: Contract #4 review\n",
    "actions/A02.yaml": "id: A02\ntitle: Review\nrecommendations: [R1]\nstatus: in_progress\ntarget: Q2 2023\n",
    "recommendations/R1.yaml": "id: R1\ntitle: Value\norigin_text: Look for value, 100% of it.\nsource: paper\n",
}
DAY = ("--as-of", "2023-01-12")
FIRST = {
    "path": "data/actions/A01.yaml",
    "line": 2,
    "column": 17,
    "field": None,
    "code": "Y150",
    "severity": "error",
    "message": "A space and `#` begin a comment, so `#4 review` would be lost.",
    "fix": 'Put the text in quotes:\ntitle: "Contract #4 review"',
    "exempt": False,
    "partly_exempt": False,
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_register(tmp_path, FILES)


def test_json_is_the_contract(root: Path) -> None:
    result = run("check", "--root", root, "--format", "json", *DAY)
    answer = json.loads(result.out)
    assert result.code == 1
    head = ["schema_version", "register", "as_of", "audience", "left_out"]
    assert list(answer) == [*head, "file_count", "record_count", "problems", "unread"]
    assert (answer["schema_version"], answer["as_of"], answer["file_count"], answer["record_count"]) == (
        1,
        "2023-01-12",
        3,
        3,
    )
    assert {**answer["problems"][0], "field": None} == FIRST
    assert ("target", "S105") in {(problem["field"], problem["code"]) for problem in answer["problems"]}


@pytest.mark.parametrize("names", [(), ("R1",), ("data/programme.yaml",)])
def test_the_last_line_says_that_most_checks_did_not_run(names: tuple[str, ...], tmp_path: Path) -> None:
    root = write_register(tmp_path, FILES, "title: Review: phase two\n")
    lines = run("check", *names, "--root", root, *DAY).out.splitlines()
    assert " ".join(lines[-2:]) == (
        "Most checks did not run, because data/programme.yaml has an error. Correct it, then check again."
    )


def test_csv_is_one_problem_a_line(root: Path) -> None:
    text = run("check", "--root", root, "--format", "csv", *DAY).out.removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(rows) >= 2
    assert (rows[0]["path"], rows[0]["line"], rows[0]["code"]) == ("data/actions/A01.yaml", "2", "Y150")


def test_markdown_is_a_table_and_a_count(root: Path) -> None:
    lines = run("check", "--root", root, "--format", "md", *DAY).out.splitlines()
    assert lines[:2] == ["# Check", ""]
    assert lines[2].endswith("12 January 2023")
    assert lines[-1].startswith("3 files, 3 records (2 partly read): 2 errors")


def test_github_shows_each_problem_beside_its_line(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root.parent)
    result = run("check", "--root", root, "--format", "github", *DAY)
    assert result.code == 1
    assert result.out.splitlines()[0] == (
        f"::error file={root.name}/data/actions/A01.yaml,line=2,col=17,title=Y150::"
        "A space and `#` begin a comment, so `#4 review` would be lost.%0A"
        'Fix: Put the text in quotes:%0Atitle: "Contract #4 review"'
    )
    monkeypatch.chdir(root)
    here = run("check", "--root", root, "--format", "github", *DAY)
    assert here.out.startswith("::error file=data/actions/A01.yaml,line=2,")


@pytest.mark.parametrize("output_format", ["github", "gitlab", "azure"])
def test_a_pipeline_finds_files_from_the_top_of_the_repository(
    root: Path, output_format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    register = root / "registers" / "one"
    register.mkdir(parents=True)
    (root / "data").rename(register / "data")
    (root / ".git").mkdir()
    variables = {"github": "GITHUB_WORKSPACE", "gitlab": "CI_PROJECT_DIR", "azure": "BUILD_SOURCESDIRECTORY"}
    variable = variables[output_format]
    places = (
        (root, ("--root", "registers/one")),
        (register, ()),
        (register / "data", ()),
        (root.parent, ("--root", register)),
    )
    for folder, words in places:
        monkeypatch.chdir(folder)
        result = run("check", *words, "--format", output_format, *DAY)
        assert result.code == 1
        assert "registers/one/data/actions/A01.yaml" in result.out
        assert f"{root.name}/registers" not in result.out
    with patch.dict("os.environ", {variable: str(root.parent)}):
        assert _find_folder_in_repository(register, variable) == f"{root.name}/registers/one/"
    with patch.dict("os.environ", {variable: "/nowhere"}):
        assert _find_folder_in_repository(register, variable) == "registers/one/"


def test_a_register_on_another_drive_has_its_full_path(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbid_call(*_: object) -> str:
        raise ValueError

    monkeypatch.setattr("p2ptrack.cli.check.os.path.relpath", forbid_call)
    result = run("check", "--root", root, "--format", "github", *DAY)
    assert result.out.startswith(
        "::error file=" + root.as_posix().replace(":", "%3A") + "/data/actions/A01.yaml,line=2,"
    )


def test_only_the_named_files_are_checked(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    by_root = run("check", "data/actions/A02.yaml", "--root", root, *DAY)
    assert by_root.code == 1
    assert "A01.yaml" not in by_root.out
    assert "A02.yaml:5:9  error S105" in by_root.out
    monkeypatch.chdir(root / "data" / "recommendations")
    clean = run("check", ".", *DAY)
    assert "A02.yaml" not in clean.out
    assert clean.code == 0
    monkeypatch.chdir(root / "data" / "actions")
    assert run("check", "A01.yaml", *DAY).out.startswith("data/actions/A01.yaml:2:17  error Y150\n")
    monkeypatch.chdir(root)
    assert run("check", ".", *DAY).out == run("check", *DAY).out


def test_warnings_fail_only_with_strict(tmp_path: Path) -> None:
    root = write_register(tmp_path, {"actions/A02.yaml": "id: A02\ntitle: Review\nstatus: in_progress\n"})
    lenient, strict = (run("check", "--root", root, *extra, *DAY) for extra in ((), ("--strict",)))
    assert (lenient.code, strict.code) == (0, 1)
    assert lenient.out == strict.out
    assert "  warning " in lenient.out
    assert "\nYou can still produce papers. For help: p2ptrack rule " in lenient.out


def test_check_changes_nothing(root: Path) -> None:
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    run("check", "--root", root, *DAY)
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before
