"""The problems that check reports for one file: `NAME.yaml` is the input, `NAME.txt` beside it lists the problems.

A problem is its place, severity, code and field, with the fix below it. The wording of each message is kept once for
each code, in `wording.txt`, as in the first case with that code. `python -m tests.messages.cases` writes the expected
problems of every case that has none, `--all` of every case; read them before you commit them. The folder of a case
decides where its file is in a small register.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from tests.command import CommandResult, run
from tests.support import write_register

HERE = Path(__file__).resolve().parent
WORDING = HERE / "wording.txt"
PLACES = {
    "action": "actions/A01.yaml",
    "recommendation": "recommendations/R1.yaml",
    "follow-up": "audit_followups/F01.yaml",
    "programme": "programme.yaml",
}
PROGRAMME = """\
title: Procure to Pay review
sources:
  - {id: leeds-p2p, title: P2P Review Update, date: 12 December 2022}
phases:
  - {id: P1, title: CBT Phase 1, start: Sept 21, end: March 2023}
  - {id: P2, title: CBT Phase 2, start: April 2023, end: Sept 24}
meetings:
  - {id: AC-2022-10-17, body: Audit Committee, date: 2022-10-17}
  - {id: AC-2023-03-20, body: Audit Committee, date: 20 March 2023}
roles: [Head of Procurement, City Solicitor, Chief Internal Auditor]
dependencies:
  - {id: union-consultation, title: Formal consultation with Trade Unions, owner: Head of Procurement}
"""
REGISTER = {
    "recommendations/R1.yaml": """\
        id: R1
        title: Strategic value
        source: leeds-p2p
        origin_text: Focus on strategic value, and on contract management.
        parts:
          - {id: R1.1, text: strategic value}
          - {id: R1.2, text: contract management}
        """,
    "recommendations/R2.yaml": """\
        id: R2
        title: Technology
        source: leeds-p2p
        origin_text: Use technology.
        """,
    "actions/A02.yaml": """\
        id: A02
        title: Cleanse the contracts register
        source: leeds-p2p
        recommendations: [R1, R2]
        phase: P1
        phase_end: P1
        status: in_progress
        accountable: Head of Procurement
        target: 31 March 2023
        updates:
          - date: 12 January 2023
            text: Half of the entries are cleansed.
        """,
}


def cases() -> Iterator[Path]:
    """Yield every input file, folder by folder."""
    for folder in PLACES:
        yield from sorted((HERE / folder).glob("*.yaml"))


def name(case: Path) -> str:
    return f"{case.parent.name}/{case.stem}"


@cache
def check(case: Path) -> CommandResult:
    """Run check, with JSON output, on a register that contains the file of this case."""
    files: dict[str, str | bytes] = {**REGISTER, PLACES[case.parent.name]: case.read_bytes()}
    with tempfile.TemporaryDirectory() as folder:
        root = write_register(Path(folder), files, PROGRAMME)
        return run("check", "--root", root, "--as-of", "2023-01-12", "--format", "json")


def problems(result: CommandResult) -> list[dict[str, Any]]:
    """Return the problems that check printed."""
    rows: list[dict[str, Any]] = json.loads(result.out)["problems"]
    return rows


def findings(result: CommandResult) -> str:
    """Return the problems as the file beside a case lists them: place and code, then the fix, without the message."""
    lines: list[str] = []
    for problem in problems(result):
        place = f"{problem['path']}:{problem['line'] or 1}:{problem['column'] or 1}"
        lines.append(f"{place} {problem['severity']} {problem['code']} {problem['field'] or '-'}")
        sentence, *block = problem["fix"].split("\n")
        lines += [f"  Fix: {sentence}", *(f"    {line}" for line in block)]
    return "".join(f"{line}\n" for line in lines)


def expected(case: Path) -> Path:
    return case.with_suffix(".txt")


def first_wordings() -> dict[str, str]:
    """Return the message of each code in the first case that has it."""
    wordings: dict[str, str] = {}
    for case in cases():
        for problem in problems(check(case)):
            wordings.setdefault(problem["code"], problem["message"])
    return dict(sorted(wordings.items()))


def format_wordings(wordings: dict[str, str]) -> str:
    return "".join(f"{code} {message}\n" for code, message in wordings.items())


def write_expectations(*, overwrite: bool) -> None:
    """Write the problems of every case that has no expectations, or of every case."""
    for case in cases():
        if overwrite or not expected(case).exists():
            expected(case).write_text(findings(check(case)), encoding="utf-8", newline="\n")
    WORDING.write_text(format_wordings(first_wordings()), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write_expectations(overwrite="--all" in sys.argv)
