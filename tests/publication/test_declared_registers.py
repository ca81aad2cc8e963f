"""What is exempt of declared records is in no byte for the public, whatever name its due date has."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from p2ptrack.formats import FORMATS
from tests.command import run
from tests.json_schema import find_errors
from tests.publication.searching import extract_all_text
from tests.support import write_register

PROGRAMME = """\
title: Grants
registers:
  grants:
    singular: grant condition
    prefix: GC
    fields:
      funder: {type: text, role: group}
      amount: {type: money, role: sum}
      hours: {type: number, role: sum}
      evidence_by: {type: date, role: due}
"""
GROUNDS = "exempt:\n  paragraph: [3]\n  reason: Commercial interests\n  public_interest: Competition\n"
OPEN = "status: in_progress\naccountable: Head of Procurement\n"
SECRET = f"id: GC01\ntitle: Spend it\nfunder: A\namount: 918273\nhours: 73.25\nevidence_by: 3 May 2026\n{OPEN}{GROUNDS}"
PUBLIC = f"id: GC02\ntitle: Report it\nfunder: A\namount: 5000\nhours: 1\nevidence_by: 9 June 2026\n{OPEN}"
WHOLE = f"id: GC03\ntitle: Quixotic\nfunder: Zanzibar\namount: 918273\nevidence_by: 3 May 2026\n{OPEN}{GROUNDS}"
SECRETS = (
    "918273",
    "918,273",
    "923273",
    "923,273",
    "73.25",
    "74.25",
    "3 May 2026",
    "2026-05-03",
    "Quixotic",
    "Zanzibar",
)
QUICK = tuple(name for name in FORMATS if name != "pdf")
FIELD_NAMES = "  fields: [amount, hours, {}]\n"


@pytest.mark.parametrize("due_name", ["evidence_by", "target"])
def test_no_public_answer_holds_what_is_exempt(due_name: str, tmp_path: Path) -> None:
    files = {"GC01": SECRET + FIELD_NAMES.format(due_name), "GC02": PUBLIC, "GC03": WHOLE}
    root = write_register(tmp_path / "r", {f"grants/{id_}.yaml": text for id_, text in files.items()}, PROGRAMME)
    day = ("--root", root, "--as-of", "2026-11-30")
    commands = (
        ["status"], ["list"], ["overdue"], ["show", "GC01"], ["list", "is:overdue"], ["list", "by:funder"], ["figures"],
        ["list", "amount.over:1"], ["list", "evidence_by.before:2027"], ["list", "--sort", "not.hours"],
    )  # fmt: skip
    for command in commands:
        for format_ in ("text", "json", "csv"):
            answer = run(*command, "--audience", "public", "--format", format_, *day)
            assert answer.code == 0, answer.err
            assert not [text for text in SECRETS if text in answer.out + answer.err], (command, format_)
    for format_ in QUICK:
        file = tmp_path / f"grants.{format_}"
        paper = run("render", "grants", "--format", format_, "--output", file, *day)
        text = extract_all_text(file.name, file.read_bytes())
        assert (paper.code, [secret for secret in SECRETS if secret.casefold() in text + paper.err]) == (0, []), (
            paper.err
        )
        assert "report it" in text
    for format_ in ("json", "ics"):
        exported = run("export", "--format", format_, "--output", "-", *day)
        assert (exported.code, [text for text in SECRETS if text in exported.out]) == (0, []), exported.err
    overdue = json.loads(run("overdue", "--audience", "public", "--format", "json", *day).out)
    assert [record["id"] for record in overdue["records"]] == ["GC02"]


def test_answers_about_declared_records_match_their_schemas(tmp_path: Path) -> None:
    files = {"grants/GC01.yaml": SECRET + FIELD_NAMES.format("amount"), "grants/GC02.yaml": PUBLIC}
    root = write_register(tmp_path, files, PROGRAMME)
    day = ("--root", root, "--as-of", "2026-11-30")
    for command in (["list"], ["show", "GC02"], ["status"], ["overdue"], ["check"]):
        schema = json.loads(run("schema", command[0], "--root", root).out)
        answer = json.loads(run(*command, "--format", "json", *day).out)
        assert list(find_errors(answer, schema)) == []
