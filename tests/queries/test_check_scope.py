"""`check` of a file, an id or a reference: every problem that concerns it, wherever it is, and no other."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.command import run
from tests.git.builders import make_repository
from tests.support import write_register

DAY = ("--as-of", "2023-01-12")
PROGRAMME = """\
title: A register
registers:
  risks:
    singular: risk
    plural: risks
    prefix: K
contracts: {withheld: [{reference: C9, paragraph: 3, reason: Open, public_interest: Price}]}
meetings: [{id: AC-2022, date: 2022-10-17}]
"""
SOURCE = "file: r.csv\nimported_on: 2022-12-01\ncolumns:\n"
FILES = {
    "recommendations/R1.yaml": "id: R1\ntitle: Value\norigin_text: Look for value.\nparts: [{id: R1.1, text: First}]\n",
    "recommendations/R2.yaml": "id: R2\ntitle: Savings\norigin_text: Look for savings.\n",
    "actions/A01-plan.yaml": "id: A01\ntitle: Plan\nrecommendations: [R1]\nstatus: complete\nsee_also: [A02]\n",
    "actions/A02.yaml": "id: A02\ntitle: Review\nrecommendations: [R1, R77]\nstatus: in_progress\ntarget: June 2023\n"
    "updates: [{date: 2022-12-01, see: A01}]\n",
    "actions/A03.yaml": "id: A03\ntitle: Print\nrecommendations: [R1]\nstatus: in_progress\ncontracts: [C1, C77]\n",
    "actions/A04.yaml": "id: A01\ntitle: A copy\n",
    "actions/A05.yaml": "id: A05\ntitle: [\n",
    "actions/A06.yaml": "id: A06\ntitle: Wait\nstatus: in_progress\nblocked_by: [A01, A05]\n",
    "actions/B1.yaml": "id: A07\ntitle: Misnamed\n",
    "actions/12.yaml": 'id: "12"\ntitle: Number\nrecommendations: [R1]\n',
    "actions/A01-plan.yaml.orig": "id: A01\n",
    "risks/K1.yaml": "id: K1\ntitle: Flood\nstatus: in_progress\n",
    "contracts/source.yaml": SOURCE
    + "".join(f"  - {{heading: {name}, field: {name}}}\n" for name in ("reference", "title", "start", "end", "value")),
    "contracts/contracts.csv": "reference,title,start,end,value\n"
    "C1,Print,2020-01-01,2022-12-31,about 50k\nC2,Post,2021-01-01,2020-01-01,soon\nc 1,Ink,,2030-01-01,\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_register(tmp_path, FILES, PROGRAMME)


def find(root: Path, *words: str) -> set[tuple[str, str]]:
    """Return the file and code of each problem in the JSON of a check."""
    problems = json.loads(run("check", *words, "--root", root, "--format", "json", *DAY).out)["problems"]
    return {(problem["path"].removeprefix("data/"), problem["code"]) for problem in problems}


COPY, BACKUP = ("actions/A04.yaml", "D107"), ("actions/A01-plan.yaml.orig", "D111")
REFERENCE = ("actions/A02.yaml", "L106")
PLAN = {*(("actions/A01-plan.yaml", code) for code in ("O101", "C112", "L107")), COPY, BACKUP, REFERENCE}
MISNAMED = {("actions/B1.yaml", code) for code in ("G104", "O101", "T103", "G108", "D106")}
PRINT = {("actions/A03.yaml", code) for code in ("O101", "T103", "K110")}
ROW = {("contracts/contracts.csv", code) for code in ("K102", "K103")}
SITUATIONS = {
    "an id": ("A01", PLAN),
    "an id in other letters": ("a01", PLAN),
    "the file of the id": ("data/actions/A01-plan.yaml", PLAN),
    "a record that a finding elsewhere names": (
        "A02",
        {("actions/A02.yaml", "O101"), ("actions/A02.yaml", "L101"), REFERENCE, ("actions/A01-plan.yaml", "L107")},
    ),
    "a second file with the id": ("data/actions/A04.yaml", {COPY}),
    "a file that cannot be read": ("A05", {("actions/A05.yaml", "Y157")}),
    "a file with another name": ("A07", MISNAMED),
    "the name of that file": ("B1", MISNAMED),
    "an id that is a number": ("12", {("actions/12.yaml", code) for code in ("O101", "T103", "G108")}),
    "a record of a declared kind": ("K1", {("risks/K1.yaml", "S101")}),
    "an id that only a link has": ("R77", {("actions/A02.yaml", "L101")}),
    "a recommendation without a problem": ("R1", set()),
    "a part of it": ("R1.1", set()),
    "a contract": ("C1", {*ROW, *PRINT}),
    "a contract in another spelling": ("c 1", {*ROW, *PRINT}),
    "a contract that no record names": (
        "C2",
        {("contracts/contracts.csv", code) for code in ("K103", "K104", "K105", "K106")},
    ),
    "a contract that only a record names": ("C77", PRINT),
    "a contract that only the programme names": ("C9", {("programme.yaml", "K111")}),
    "the table": ("data/contracts/contracts.csv", {("contracts/contracts.csv", f"K10{n}") for n in range(2, 7)}),
    "a folder": ("data/risks", {("risks/K1.yaml", "S101")}),
}


@pytest.mark.parametrize("name", SITUATIONS)
def test_a_check_of_a_name_shows_what_concerns_it(root: Path, name: str) -> None:
    word, expected = SITUATIONS[name]
    assert find(root, word) == expected


def test_two_names_show_what_concerns_either(root: Path) -> None:
    assert find(root, "K1", "C9") == {("risks/K1.yaml", "S101"), ("programme.yaml", "K111")}


def test_a_contract_of_a_table_that_cannot_be_read(root: Path) -> None:
    (root / "data/contracts/contracts.csv").write_text("reference,title\nC1\n")
    assert find(root, "C1") == {("contracts/contracts.csv", "D113"), *PRINT} - {("actions/A03.yaml", "K110")}


@pytest.mark.parametrize("word", ["A99", "C3", "data/actions/A99.yaml"])
def test_a_name_that_nothing_has_is_refused(root: Path, word: str) -> None:
    result = run("check", word, "--root", root, *DAY)
    assert result.code == 2
    assert result.err.startswith(f"There is no record, file or folder {word}.")


MANY = {f"actions/A{n:02}.yaml": f"id: A{n:02}\ntitle: Plan {n}\nrecommendations: [R1]\n" for n in range(1, 9)} | {
    "recommendations/R1.yaml": "id: R1\ntitle: Value\norigin_text: Look for value.\n"
}


def test_what_is_grouped_for_the_whole_register_is_shown_for_one_record(tmp_path: Path) -> None:
    root = write_register(tmp_path, MANY)
    assert "8 records are open and have no target date" in run("check", "--root", root, *DAY).out
    for word in ("A05", "data/actions/A05.yaml"):
        out = run("check", word, "--root", root, *DAY).out
        assert "A05 is open and has no target date." in out
        assert "A04" not in out


def test_several_records_are_shown_one_by_one_and_a_folder_in_groups(tmp_path: Path) -> None:
    root = write_register(tmp_path, MANY)
    names = [path.partition("/")[2].partition(".")[0] for path in MANY if path.startswith("actions/")]
    assert run("check", *names, "--root", root, *DAY).out.count(" T103\n") == 8
    assert run("check", "data/actions", "--root", root, *DAY).out.count(" T103\n") == 1


@pytest.mark.parametrize("output_format", ["json", "csv", "github", "gitlab", "azure"])
def test_a_machine_reads_one_finding_for_each_record_at_its_line(tmp_path: Path, output_format: str) -> None:
    root = write_register(tmp_path, MANY)
    for words, count in ((("data/actions",), 8), ((), 8), (("A05",), 1)):
        out = run("check", *words, "--root", root, "--format", output_format, *DAY).out
        assert out.count("is open and has no target date.") == count
    rows = csv.DictReader(io.StringIO(run("check", "--root", root, "--format", "csv", *DAY).out.removeprefix("\ufeff")))
    assert {(row["path"], row["line"]) for row in rows if row["code"] == "T103"} == {
        (f"data/{path}", "1") for path in MANY if path.startswith("actions/")
    }


def test_a_record_that_was_deleted_is_checked_by_its_id(tmp_path: Path) -> None:
    repo = make_repository(tmp_path)
    repo.commit("2022-10-16", {"data/actions/A01.yaml": "id: A01\ntitle: Plan\n"})
    (repo.root / "data/actions/A01.yaml").unlink()
    assert find(repo.root, "A01") == {("actions/A01.yaml", "H115")}
    repo.commit("2022-11-01")
    assert find(repo.root, "A01", "--history") == {("actions/A01.yaml", "H115")}
    assert ("actions/A01.yaml", "T103") in find(repo.root, "A01", "--at", "HEAD~1")
