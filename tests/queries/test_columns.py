"""Columns of `list` print what people wrote, and never an object of the program."""

from __future__ import annotations

import csv

import pytest

from p2ptrack.model.schema import record_field_specs
from p2ptrack.queries.list import ListOptions, build_list
from tests.formats.sample import written
from tests.support import case_of

RECORD = """
    id: A01
    title: Contracts register
    source: {id: paper, ref: row 1}
    updates:
      - {date: 1 February 2027, text: Work is going on.}
      - {source: paper, text: Begun., covers: {A02: in_part}}
      - {see: A02}
    evidence: [{title: Plan, link: "https://example.org"}, {date: Mar-23}]
    verified: {by: Auditor, on: 2027-01-02}
    decided: {on: 2 January 2027, by: Board, reason: Routine}
    revisions: [{from: Mar-23, to: Jun-23, reason: Staff}]
    milestones: [{title: Draft, due: Dec-22}]
    blocked_by: [consultation, {cause: Staff, owner: HR}]
    response: {text: Agreed}
    as_published: {RAG: Green}
    """


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("source", "A paper, row 1"),
        ("updates", "1 February 2027: Work is going on.; 12.01.2023: Begun.; see A02"),
        ("updates.source", "A paper"),
        ("updates.covers", "A02 (in part)"),
        ("evidence", "Plan (https://example.org); date Mar-23"),
        ("verified", "verified by Auditor; verified on 2027-01-02"),
        ("decided", "decided on 2 January 2027; decided by Board; reason Routine"),
        ("revisions", "from Mar-23; to Jun-23; reason Staff"),
        ("milestones", "milestone Draft; due Dec-22"),
        ("blocked_by", "Formal consultation; cause Staff; owner HR"),
        ("response", "Agreed"),
        ("as_published", "RAG: Green"),
    ],
)
def test_a_group_is_printed_as_people_wrote_it(column: str, text: str) -> None:
    case = case_of(RECORD, "{id: A02, title: b}")
    document = build_list(case, ListOptions(("id:A01",), columns=(column,)))
    (row,) = csv.DictReader(written("csv", document).removeprefix("\ufeff").splitlines())
    assert row == {column: text, "inferred": "", "exempt": ""}


@pytest.mark.parametrize("output_format", ["csv", "text", "md"])
def test_no_column_prints_an_object(output_format: str) -> None:
    document = build_list(case_of(RECORD), ListOptions(columns=tuple(record_field_specs())))
    text = written(output_format, document, 2000)
    assert "CouncilDate(" not in text
    assert "='" not in text
    assert "None" not in text
