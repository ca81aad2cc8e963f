"""What check tells of one faulty file: `NAME.yaml` is the input, `NAME.txt` beside it the whole output.

To add a case, add the two files; `python -m tests.messages.cases` writes the output of every case that
has none, to be read before it is kept. A folder says where its files stand in a small register.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.command import Ran, run
from tests.support import write_register

HERE = Path(__file__).resolve().parent
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
    """Yield every input, folder by folder."""
    for folder in PLACES:
        yield from sorted((HERE / folder).glob("*.yaml"))


def name(case: Path) -> str:
    return f"{case.parent.name}/{case.stem}"


def told(case: Path, root: Path) -> Ran:
    """Return what check tells of a register in which this file is the faulty one."""
    files: dict[str, str | bytes] = {**REGISTER, PLACES[case.parent.name]: case.read_bytes()}
    write_register(root, files, PROGRAMME)
    return run("check", "--root", root, "--as-of", "2023-01-12")


def expected(case: Path) -> Path:
    return case.with_suffix(".txt")


def write_missing() -> None:
    """Write the output of every case that has none."""
    for case in cases():
        if not expected(case).exists():
            with tempfile.TemporaryDirectory() as folder:
                expected(case).write_bytes(told(case, Path(folder)).bytes)


if __name__ == "__main__":
    write_missing()
