"""The list of exemptions has the columns that exemptions have."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from p2ptrack.queries.list import ListOptions, build_list
from p2ptrack.reports.document import Table
from tests.command import run
from tests.json_schema import find_errors
from tests.support import case_of, write_register


@pytest.mark.parametrize("words", [("exemptions",), ("kind:exemption",), ("value.over:1", "kind:Exemptions")])
def test_a_list_of_exemptions_alone_has_their_columns(words: tuple[str, ...]) -> None:
    case = case_of("id: E01\ntype: waiver\nvalue: £48,000\nsupplier: Example Care Ltd\napproved_on: 2022-05-04\n")
    document = build_list(case, ListOptions(words))
    (table,) = (block for block in document.blocks if isinstance(block, Table))
    assert [column.key for column in table.columns] == ["id", "title", "type", "value", "supplier", "approved_on"]
    (row,) = table.rows
    assert [str(cell.content) for cell in row.cells[:4]] == ["E01", "Waiver E01", "Waiver", "£48,000"]


PROGRAMME = """\
title: Exemptions
meetings: [{id: AC1, body: Audit Committee, date: 2026-07-01}]
policy: {delegations: {Head of Service: 50000}}
"""
EXEMPTION = """\
id: E01
type: waiver
value: 60000
supplier: Example Care Ltd
sought: after
requested_by: Head of Service
approved_by: Head of Service
approved_on: 2026-05-04
"""
GROUNDS = "exempt: {{paragraph: 3, reason: x, public_interest: y, fields: [{}]}}\n"


def ask(root: Path, *words: str) -> dict[str, Any]:
    result = run(*words, "--root", root, "--as-of", "2026-08-01", "--format", "json")
    assert result.code == 0, result.err
    return dict(json.loads(result.out))


def test_the_json_of_an_exemption_has_its_facts(tmp_path: Path) -> None:
    root = write_register(tmp_path, {"exemptions/E01.yaml": EXEMPTION, "actions/A01.yaml": "id: A01\n"}, PROGRAMME)
    expected = {
        **dict.fromkeys(("retrospective", "no_next_step", "self_approved", "above_limit", "unreported"), True),
        **dict.fromkeys(("stop_gap_ended", "repeated_supplier"), False),
    }
    for words in (["list", "kind:exemption"], ["show", "E01"]):
        answer = ask(root, *words)
        assert [record["facts"] for record in answer["records"]] == [expected]
        schema = json.loads(run("schema", words[0], "--root", root).out)
        assert list(find_errors(answer, schema)) == []
    exported = ask(root, "export", "--output", "-", "--audience", "officers")["records"]
    columns = {record["id"]: {name: record[name] for name in expected} for record in exported}
    assert columns == {"A01": dict.fromkeys(expected), "E01": expected}
    output = run("show", "E01", "--root", root, "--as-of", "2026-08-01").out
    assert "POSITION\n It was sought after the contract was agreed" in output
    assert "It was approved only by the officer who requested it." in output


@pytest.mark.parametrize(
    ("fields", "unknown"),
    [
        (["ends_by"], {"no_next_step", "stop_gap_ended", "repeated_supplier"}),
        (["value"], {"above_limit"}),
        (["reported_to"], {"unreported"}),
        (["sought", "requested_by"], {"retrospective", "self_approved"}),
    ],
)
def test_nothing_follows_from_what_the_public_may_not_see(fields: list[str], unknown: set[str], tmp_path: Path) -> None:
    text = EXEMPTION + "ends_by: A tender\nreported_to: AC1\n" + GROUNDS.format(", ".join(fields))
    root = write_register(tmp_path, {"exemptions/E01.yaml": text}, PROGRAMME)
    (record,) = ask(root, "list", "exemptions", "--audience", "public")["records"]
    assert {name for name, value in record["facts"].items() if value is None} == unknown
    (exported,) = ask(root, "export", "--output", "-")["records"]
    assert {name: exported[name] for name in record["facts"]} == record["facts"]
    for name in unknown:
        words = ("list", f"is:{name.replace('_', '-')}", "--audience", "public")
        assert ask(root, *words)["records"] == []
