"""A programme with an error may declare what looks unknown, so nobody is advised to take it out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command import run
from tests.support import write_register

FILES = {
    "actions/A01.yaml": "id: A01\ntitle: Review\nscore: 5\ntaget: May 2023\n",
    "savings/S01.yaml": "id: S01\ntitle: Save\n",
}
DECLARED = "title: Review\nfields: {action: {score: number}}\nregisters: {savings: {singular: saving, prefix: S}}\n"


@pytest.mark.parametrize(
    ("programme", "codes"),
    [
        (DECLARED, {"S101"}),
        ("title: Review\n", {"S101", "D108"}),
        (f"{DECLARED}meetings: [\n", {"Y157"}),
        (f"{DECLARED}phases: 5\n", {"S103"}),
        (DECLARED.replace("number", "numbr"), {"S108"}),
    ],
)
def test_unknown_names_are_reported_once_the_programme_is_read(tmp_path: Path, programme: str, codes: set[str]) -> None:
    root = write_register(tmp_path, FILES, programme)
    output = run("check", "--root", root, "--as-of", "2023-01-12", "--format", "csv").out
    errors = {line.split(",")[4] for line in output.splitlines()[1:] if ",error," in line}
    assert errors == codes


LABELS = "title: Review\npolicy:\n  labels:\n    status: {in_progress: [On track]}\n    priority: {high: [P1]}\n"


@pytest.mark.parametrize(
    ("programme", "errors"),
    [
        (LABELS, {"A02 S108"}),
        ("title: Review\n", {"A01 S108", "A02 S108"}),
        (f"{LABELS}meetings: [\n", {"programme Y157"}),
        (f"{LABELS}  due_soon_days: soon\n", {"programme S107"}),
        (LABELS.replace("in_progress", "in_progres"), {"programme S108"}),
        (f"{LABELS}notice: [draft]\n", {"programme S103", "A02 S108"}),
    ],
)
def test_own_words_are_judged_once_the_policy_is_read(tmp_path: Path, programme: str, errors: set[str]) -> None:
    files = {
        "actions/A01.yaml": "id: A01\ntitle: Review\nstatus: On track\npriority: P1\n",
        "actions/A02.yaml": "id: A02\ntitle: Renew\nupdates: [{date: 2023-01-05, status: Amberish}]\n",
    }
    root = write_register(tmp_path, files, programme)
    output = json.loads(run("check", "--root", root, "--as-of", "2023-01-12", "--format", "json").out)
    names = {f"{Path(item['path']).stem} {item['code']}" for item in output["problems"] if item["severity"] == "error"}
    assert names == errors
