"""The forward plan: which quarter a decision is in, what answers it, and what came of the plan of a year before."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.command import run
from tests.git.builders import make_repository

HEADINGS = "reference,title,supplier,directorate,start,end,value,annual_value,replaces"
BEFORE = f"""{HEADINGS}
C1,Cleaning,Example Ltd,Place,2023-01-01,2026-12-31,90000,,
C2,Print,Example Ltd,Place,2023-01-01,2026-06-30,90000,,
C3,Post,Example Ltd,Place,2023-01-01,2026-09-30,90000,,
C4,Grit,Example Ltd,Place,2023-01-01,2026-09-30,90000,,
C5,Roads,Example Ltd,Place,2023-01-01,2026-08-31,90000,,
C6,Trees,Example Ltd,Place,2023-01-01,2029-08-31,90000,,
C7,Late,Example Ltd,Place,2023-01-01,2025-12-31,90000,,
"""
NOW = f"""{HEADINGS}
C1,Cleaning,Example Ltd,Place,2023-01-01,2026-12-31,90000,,
C2,Print,Example Ltd,Place,2023-01-01,2027-06-30,90000,,
C3,Post,Example Ltd,Place,2023-01-01,2026-09-30,90000,,
C6,Trees,Example Ltd,Place,2023-01-01,2029-08-31,90000,,
C8,Winter service,Salt Ltd,Place,2026-10-01,2027-12-31,,30000,C4
C9,Parks,Salt Ltd,Place,2026-10-01,2028-07-31,1000,,
"""
COLUMNS = "".join(f"  - {{heading: {name}, field: {name}}}\n" for name in HEADINGS.split(","))


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    def source(day: str) -> str:
        return f"file: r.csv\nimported_on: {day}\ncolumns:\n{COLUMNS}"

    table, about = "data/contracts/contracts.csv", "data/contracts/source.yaml"
    repository = make_repository(tmp_path_factory.mktemp("plan"), programme="title: A register\n")
    repository.commit("2025-01-10")
    repository.commit("2025-10-15", {table: BEFORE, about: source("2025-10-15")})
    action = "id: A01\ntitle: Tender for the post\ncontracts: C3\n"
    repository.commit("2026-11-01", {table: NOW, about: source("2026-11-01"), "data/actions/A01.yaml": action})
    return repository.root


def render(root: Path, format_: str, *options: str) -> str:
    words = ("render", "forward-plan", "--format", format_, "--output", "-", "--as-of", "2026-11-30", "--root", root)
    result = run(*words, *options)
    assert result.code == 0, result.err
    return result.out


def find_tables(part: Any) -> dict[str, Any]:
    if isinstance(part, list):
        return {key: table for item in part for key, table in find_tables(item).items()}
    if not isinstance(part, dict):
        return {}
    own = {part["key"]: part} if "rows" in part and "columns" in part else {}
    return own | {key: table for item in part.values() for key, table in find_tables(item).items()}


def test_last_years_plan_is_compared_with_what_came_of_it(register: Path) -> None:
    text = " ".join(render(register, "text").split())
    assert (
        "Of the plan of 30 November 2025, 6 decisions were due: 1 replaced, 1 extended, 1 answered by an action or "
        "exemption, 2 no longer in the register and 1 with nothing recorded." in text
    )
    rows = find_tables(json.loads(render(register, "json")))["plan-outcome"]["rows"]
    outcomes = {row["cells"]["reference"]: json.dumps(row["cells"]["outcome"]) for row in rows}
    expected = {
        "C1": "Nothing recorded",
        "C2": "Extended to 30 June 2027",
        "C3": "Tender for the post",
        "C4": "Replaced by C8",
        "C5": "No longer in the contracts register",
        "C7": "No longer in the contracts register",
    }
    assert {reference: expected[reference] in outcome for reference, outcome in outcomes.items()} == dict.fromkeys(
        expected, True
    )


def test_each_decision_is_in_its_quarter(register: Path) -> None:
    tables = find_tables(json.loads(render(register, "json")))
    quarters = [[*row["cells"].values()] for row in tables["plan-quarters"]["rows"]]
    rows = {str(row[0]).partition(" (")[0]: (row[1], row[-2], row[-1]) for row in quarters if row[1]}
    assert rows == {"Q4 2026/27": (1, 0, 1), "Q2 2027/28": (1, 0, 1), "Q1 2028/29": (1, 0, 1), "All": (3, 0, 3)}
    planned = [row["cells"]["reference"] for row in tables["plan-pipeline"]["rows"]]
    late = [row["cells"]["reference"] for row in tables["plan-late"]["rows"]]
    assert (planned, late) == (["C2", "C8", "C9"], ["C3", "C1"])


def test_csv_has_a_row_for_each_contract(register: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(render(register, "csv").lstrip("\ufeff"))))
    assert [(row["reference"], row["decide_by"], row["answer"]) for row in rows[:6]] == [
        ("C1", "2026-09-30", ""),
        ("C2", "2027-03-30", ""),
        ("C3", "2026-06-30", "A01"),
        ("C6", "2029-05-31", ""),
        ("C8", "2027-09-30", ""),
        ("C9", "2028-04-30", ""),
    ]
