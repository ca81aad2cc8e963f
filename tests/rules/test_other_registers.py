"""Registers in the style of other bodies: sound ones have no finding to wave away, and each fault is found."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from p2ptrack.pipeline import run_checks

REGISTERS = Path(__file__).parent / "registers"
THE_DAY = date(2027, 1, 20)
SOUND = {
    "county": [],
    "district": ["F01:7 T102"],
    "fire": [],
    "slips": [],
    "sparse": [],
}
"""The findings of each register as it is: F01 of the district is due in 20 days."""


def list_findings(root: Path) -> list[str]:
    return [
        f"{Path(problem.path).stem}:{problem.location.line if problem.location else 1} {problem.code}"
        for problem in run_checks(root, THE_DAY).problems
    ]


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_register_has_no_finding_to_wave_away(name: str) -> None:
    assert list_findings(REGISTERS / name) == SOUND[name]


@pytest.mark.parametrize(
    ("name", "file", "old", "new", "expected"),
    [
        ("county", "audit_followups/F01", "accountable: Head of Commercial Services", "accountable: TBC", "F01:7 N107"),
        ("county", "audit_followups/F01", "status: Implemented", "status: Implmented", "F01:6 S108"),
        ("county", "audit_followups/F01", "completed_on: 12/09/2025", "completed_on: 12/09/2029", "F01:9 C113"),
        ("county", "audit_followups/F02", "target: Dec 2025", "target: Q5 2025", "F02:8 S105"),
        ("county", "audit_followups/F02", "date: 3 December 2025", "date: 3 December 2035", "F02:11 T111"),
        ("county", "audit_followups/F03", "by: Audit and Governance Committee, ", "", "F03:13 C101"),
        ("district", "audit_followups/F02", "target: early 2027", "target: December 2026", "F02:7 T101"),
        ("district", "audit_followups/F02", "A first pipeline", "<!-- hidden --> A first pipeline", "F02:10 P121"),
        ("district", "audit_followups/F02", "A first pipeline", "<br>A first pipeline", "F02:10 P122"),
        ("district", "audit_followups/F04", "raised: AC-2026-11", "raised: AC-2026-12", "F04:4 L101"),
        ("fire", "actions/A01", "directorate: Corporate Services", "directorate: Corporate Service", "A01:6 O105"),
        ("fire", "actions/A02", "recommendations: [R1]", "recommendations: [R9]", "A02:3 L101"),
        ("fire", "actions/A02", "accountable: Head of Finance", "accountable: Head of Finances", "A02:8 O103"),
        ("fire", "actions/A03", ", review_by: 31 March 2027", "", "A03:13 C110"),
        ("slips", "actions/A01", ", approved_by: Corporate Board", "", "A01:8 T147"),
        ("slips", "actions/A01", "to: 30 April 2027", "to: 30 May 2027", "A01:6 T143"),
        ("slips", "actions/A02", "superseded_by: A01\n", "", "A02:3 C102"),
        ("sparse", "actions/A02", "By end of March 2027", "March 31", "A02:6 S105"),
    ],
)  # fmt: skip
def test_a_fault_is_found_at_its_line_and_nothing_else(
    tmp_path: Path, name: str, file: str, old: str, new: str, expected: str
) -> None:
    assert replace(tmp_path, name, file, old, new) == [expected]


def replace(folder: Path, name: str, file: str, old: str, new: str) -> list[str]:
    """Return the additional findings of a register after a change of one file."""
    root = folder / name
    shutil.copytree(REGISTERS / name, root, dirs_exist_ok=True)
    path = root / "data" / f"{file}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    unexpected = [finding for finding in list_findings(root) if finding not in SOUND[name]]
    path.write_text(text, encoding="utf-8")
    return unexpected


_FIELD = re.compile(r"^([a-z_]+):.*\n(?:[ -].*\n)*", re.MULTILINE)


@pytest.mark.parametrize("name", SOUND)
def test_a_field_that_cannot_be_read_gives_no_other_finding(tmp_path: Path, name: str) -> None:
    for file in sorted((REGISTERS / name).glob("data/*/*.yaml")):
        for match in _FIELD.finditer(file.read_text(encoding="utf-8")):
            if match[1] not in {"id", "title"}:
                place = f"{file.parent.name}/{file.stem}"
                unexpected = replace(tmp_path, name, place, match[0], f"{match[1]}: {{wrong: [x]}}\n")
                assert [finding for finding in unexpected if " S" not in finding] == [], (place, match[1])


MARKED = sorted(REGISTERS.glob("*.txt"))
"""Registers as other bodies keep them. `@@ PATH` begins a file, and `#! CODE …` names the findings at a line."""


def write_marked(folder: Path, text: str) -> list[str]:
    """Write the files of a marked register, and return the findings that it names."""
    expected: list[str] = []
    for part in text.split("@@ ")[1:]:
        path, _, content = part.partition("\n")
        lines = content.rstrip("\n").split("\n")
        for number, line in enumerate(lines):
            lines[number], _, codes = line.partition("  #! ")
            expected += [f"{path}:{number + 1} {code}" for code in codes.split()]
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return sorted(expected)


@pytest.mark.parametrize("file", MARKED, ids=lambda file: file.stem)
def test_a_register_of_another_body_has_its_findings_at_their_lines_and_no_others(tmp_path: Path, file: Path) -> None:
    expected = write_marked(tmp_path, file.read_text(encoding="utf-8"))
    unexpected = [
        f"{problem.path}:{problem.location.line if problem.location else 1} {problem.code}"
        for problem in run_checks(tmp_path, date(2026, 11, 30)).problems
    ]
    assert sorted(unexpected) == expected
