"""The fix of each finding about the contracts table, followed where the table comes from, and imported again."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from p2ptrack.model.contracts import FIELD_BY_NAME, format_table, scan_table
from p2ptrack.store.yaml.edit import format_record
from tests.command import run
from tests.rules.officer import Values, set_value, split_path
from tests.rules.table import FILES
from tests.support import PROGRAMME, read_values, write_register

CASES = [path for path in FILES if path.stem.startswith("K")]
FOLDERS = {"A": "actions", "E": "exemptions", "F": "audit_followups", "R": "recommendations"}
DAY = ("--as-of", "2023-01-12")
SAMPLES = {"date": "28/02/2030", "money": "50000", "duration": "3 months", "flag": "yes", "text": "Example Ltd"}
USUAL_FIELDS = ("reference", "title", "supplier", "end")
Problem = dict[str, Any]


@dataclass
class Council:
    """A register, and the table in the system that its contracts come from: rows of values by field."""

    root: Path
    rows: list[dict[str, str]]

    def write(self, name: str, values: Mapping[str, Any]) -> None:
        file = self.root / "data" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(format_record(dict(values)))

    def import_table(self, day: tuple[str, str] = DAY) -> None:
        fields = list(dict.fromkeys((*USUAL_FIELDS, *(name for row in self.rows for name in row))))
        table = [[FIELD_BY_NAME[name].title for name in fields]]
        for number, row in enumerate(self.rows):  # a row with one cell would be a heading between contracts
            complete = {"title": f"Contract {number}", "supplier": "Example Ltd", **row}
            table.append([complete.get(name, "") for name in fields])
        export = self.root / "export.csv"
        export.write_bytes(format_table(table))
        columns = "".join(f"  - {{heading: {FIELD_BY_NAME[name].title}, field: {name}}}\n" for name in fields)
        (self.root / "map.yaml").write_text(f"columns:\n{columns}")
        result = run("import", "contracts", export, "--map", self.root / "map.yaml", "--yes", *day, "--root", self.root)
        assert result.code == 0, result.err

    def check(self) -> list[Problem]:
        result = run("check", "--root", self.root, *DAY, "--format", "json")
        problems: list[Problem] = json.loads(result.out)["problems"]
        return problems


def _make_council(folder: Path, case: Path) -> Council:
    sections = dict(re.findall(r"^=== (\w+)\n(.*?)(?=^=== |\Z)", case.read_text("utf-8"), re.MULTILINE | re.DOTALL))
    programme, day, council = sections.get("programme", PROGRAMME), DAY, Council(folder, [])
    records = []
    for part in sections["breaks"].split("---\n"):
        if part.startswith("title:"):
            programme = part
        elif part.startswith(("reference", "dated:")):
            if part.startswith("dated:"):
                day = ("--as-of", "2022-06-30")
            (_, names), *rows = scan_table(re.sub(r"^dated:.*\n", "", part).rstrip("\n"))
            council.rows = [
                dict(zip((cell.text for cell in names), (cell.text for cell in row), strict=True)) for _, row in rows
            ]
        else:
            records.append(read_values(part))
    write_register(folder, {}, programme)
    for values in records:
        council.write(f"{FOLDERS[str(values['id'])[0]]}/{values['id']}.yaml", values)
    council.import_table(day)
    return council


def _find_row(council: Council, problem: Problem) -> dict[str, str]:
    """Return the row of a finding. The table in the register has a line for its headings."""
    return council.rows[int(problem["line"]) - 2]


def _give_reference(council: Council, problem: Problem) -> None:
    _find_row(council, problem)["reference"] = "C99"


def _correct_cell(council: Council, problem: Problem) -> None:
    name = problem["field"]
    _find_row(council, problem)[name] = SAMPLES[FIELD_BY_NAME[name].type]


def _empty_cell(council: Council, problem: Problem) -> None:
    _find_row(council, problem)[problem["field"]] = ""


def _name_in_action(council: Council, problem: Problem) -> None:
    reference, id_ = _find_row(council, problem)["reference"], f"A9{problem['line']}"
    council.write(f"actions/{id_}.yaml", {"id": id_, "title": f"Replace {reference}", "contracts": [reference]})


def _import_as_it_is(council: Council, _: Problem) -> None:
    council.import_table()


def _correct_name(council: Council, problem: Problem) -> None:
    file = council.root / problem["path"]
    values: Values = dict(read_values(file.read_text()))
    if match := re.match(r"Use (\w+)(?: instead\.|, )", problem["fix"]):
        steps = split_path(problem["field"])
        set_value(values, steps, [match[1]] if steps[-1] == "fields" else match[1])
        file.write_text(format_record(values))
    else:  # or import the register that has it
        assert problem["fix"].startswith("Use the reference from the contracts register")
        reference = re.search(r" contract (\S+?),? ", problem["message"])
        assert reference
        council.rows.append({"reference": reference[1]})


FOLLOW: Mapping[str, tuple[Callable[[Council, Problem], None], ...]] = {
    "K101": (_give_reference,),
    "K102": (_give_reference,),
    "K103": (_correct_cell,),
    "K104": (_correct_cell, _empty_cell),
    "K105": (_correct_cell,),
    "K106": (_name_in_action,),
    "K107": (_name_in_action,),
    "K108": (_correct_cell,),
    "K109": (_import_as_it_is,),
    "K110": (_correct_name,),
    "K111": (_correct_name,),
    "K112": (_correct_cell,),
}
"""What an officer does, by code: each of the ways that the fix offers."""
NEW_ACTION = {"G104", "G105", "G108", "O101", "T103"}
"""What `check` finds of an action that has only a title."""
ALLOWED: Mapping[str, set[str]] = {"K106": NEW_ACTION, "K107": NEW_ACTION, "K110": {"K108"}, "K111": {"K108"}}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_the_fix_of_a_contract_is_followed_in_its_table(tmp_path: Path, case: Path) -> None:
    code = case.stem.partition("-")[0]
    for way, follow in enumerate(FOLLOW[code]):
        council = _make_council(tmp_path / str(way), case)
        before = council.check()
        own = [problem for problem in before if problem["code"] == code]
        assert own
        for problem in own:
            follow(council, problem)
        council.import_table()
        after = council.check()
        assert [problem["message"] for problem in after if problem["code"] == code] == []
        known = {problem["code"] for problem in before}
        new = [problem for problem in after if problem["code"] not in known | ALLOWED.get(code, set())]
        assert new == []


def test_every_rule_about_contracts_is_followed() -> None:
    assert {case.stem.partition("-")[0] for case in CASES} == set(FOLLOW)
