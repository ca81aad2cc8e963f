"""The exemptions report: what it counts and adds up, and that nothing in it depends on what is exempt."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.command import run
from tests.support import write_register

DAY = "2026-11-30"
PROGRAMME = """\
title: A register
meetings: [{id: AC-2026-09, body: Audit Committee, date: 2026-09-14}]
directorates: [Adult Services, Place]
reports: {exemptions-report: {period: Q2 2026/27}}
"""
_FIRST = {
    "E01": "type: waiver\nvalue: £48,000\ndirectorate: Place\nreason: urgency\napproved_on: 2026-07-01\n",
    "E02": "type: waiver\nvalue: 12000.50\ndirectorate: Place\nreason: continuity\napproved_on: 2026-08-03\n"
    "contract_start: 2026-08-01\n",
    "E03": "type: breach\nvalue: {amount: 5000, period: year, vat: net}\nsought: after\napproved_on: 2026-09-30\n",
    "E04": "type: waiver\nvalue: £1,000\ndirectorate: Adult Services\napproved_on: 2026-04-01\n",
    "E05": "type: waiver\nvalue: £700\napproved_on: 2025-09-30\n",
    "E06": "type: waiver\nvalue: £900\napproved_on: 2025-10-01\n",
    "E07": "type: exception\ntitle: Placement of a child\ncontract_start: 2026-09-30\n",
    "E08": "type: waiver\nvalue: £2,000\n",
}


def make(root: Path, records: Mapping[str, str], *options: str, programme: str = PROGRAMME) -> dict[str, Any]:
    """Return the report as its JSON has it."""
    files = {f"exemptions/{id_}.yaml": f"id: {id_}\n{text}" for id_, text in records.items()}
    write_register(root, files, programme=programme)
    command = ("render", "exemptions-report", "--root", root, "--as-of", DAY, "--format", "json", "--output", "-")
    ran = run(*command, *options)
    assert ran.code == 0, ran.err
    return dict(json.loads(ran.out))


def test_the_report_counts_and_adds_up_the_period_the_year_and_the_year_before(tmp_path: Path) -> None:
    paper = json.dumps(make(tmp_path, _FIRST), ensure_ascii=False)
    text = run("render", "exemptions-report", "--root", tmp_path, "--as-of", DAY, "--format", "text", "--output", "-")
    lines = " ".join(text.out.split())
    # Q2 has E01, E02, E03 and E07; the year to its end has E04 too; the same days a year before have E05.
    assert "1 July 2026 to 30 September 2026: 4 exemptions (2 waivers, 1 breach and 1 exception)." in lines
    assert "Those with a value are worth £60,000.50 and £5,000 a year in all." in lines
    assert "The value of 1 is not stated." in lines
    assert "some with VAT and some without" in lines
    assert "2 of 4 were approved or sought after the contract had started." in lines
    assert "4, worth £60,000.50 and £5,000 a year" in paper
    assert "5, worth £61,000.50 and £5,000 a year" in paper
    assert "1, worth £700" in paper
    assert "£900" not in paper
    assert "no figure above includes Waiver E08" in lines


def test_amounts_that_cannot_be_added_are_kept_apart(tmp_path: Path) -> None:
    records = {
        "E01": "type: waiver\nvalue: 1000\napproved_on: 2026-07-01\n",
        "E02": "type: waiver\nvalue: {amount: 1000, currency: EUR}\napproved_on: 2026-07-01\n",
        "E03": "type: waiver\nvalue: {amount: 1000, period: year}\napproved_on: 2026-07-01\n",
        "E04": "type: waiver\nvalue: {amount: 0.10}\napproved_on: 2026-07-01\n",
        "E05": "type: waiver\nvalue: {amount: 0.20}\napproved_on: 2026-07-01\n",
    }
    paper = json.dumps(make(tmp_path, records), ensure_ascii=False)
    assert "€1,000, £1,000.30 and £1,000 a year" in paper


@pytest.mark.parametrize(
    ("period", "number"), [("2026/27", "5"), ("Q1 2026/27", "1"), ("September 2026", "2"), ("2025/26", "2"), ("", "5")]
)
def test_the_period_is_that_of_the_paper_otherwise_the_year_to_date(tmp_path: Path, period: str, number: str) -> None:
    programme = (
        f"title: A register\nreports: {{exemptions-report: {{period: '{period}'}}}}\n" if period else "title: A\n"
    )
    make(tmp_path, _FIRST, programme=programme)
    ran = run("render", "exemptions-report", "--root", tmp_path, "--as-of", DAY, "--format", "text", "--output", "-")
    assert re.search(rf"\b{number} exemptions? \(", " ".join(ran.out.split()))


def test_a_register_without_exemptions_has_a_report_that_says_so(tmp_path: Path) -> None:
    paper = json.dumps(make(tmp_path, {}, programme="title: A register\n"))
    assert "From 1 April 2026 to 30 November 2026 there were no exemptions." in paper


_GROUNDS = "exempt: {paragraph: 3, reason: r, public_interest: p, decided_by: d, decided_on: 2026-07-01"
_AMOUNTS = st.integers(1, 10**9)


@given(
    _AMOUNTS, _AMOUNTS, _AMOUNTS, _AMOUNTS, st.sampled_from(["Acme", "Beta Ltd"]), st.sampled_from(["Gamma", "Delta"])
)
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_the_public_reads_does_not_depend_on_what_is_exempt(
    tmp_path_factory: pytest.TempPathFactory, first: int, second: int, third: int, fourth: int, a: str, b: str
) -> None:
    def make_public(withheld: int, hidden: int, supplier: str) -> bytes:
        root = tmp_path_factory.mktemp("register")
        records = {
            **_FIRST,
            "E10": f"type: waiver\ntitle: Open\nvalue: {withheld}\nsupplier: {supplier}\ndirectorate: Place\n"
            f"approved_on: 2026-07-02\n{_GROUNDS}, fields: [value, supplier]}}\n",
            "E11": f"type: breach\ntitle: Closed\nvalue: {hidden}\nsupplier: {supplier}\napproved_on: 2026-07-02\n"
            f"{_GROUNDS}}}\n",
        }
        make(root, records)
        texts = [
            run("render", "exemptions-report", "--root", root, "--as-of", DAY, "--format", format_, "--output", "-")
            for format_ in ("text", "csv")
        ]
        listed = run("list", "kind:exemption", "value.over:0", "--audience", "public", "--root", root, "--as-of", DAY)
        return b"".join(ran.bytes for ran in (*texts, listed))

    assert make_public(first, second, a) == make_public(third, fourth, b)


def test_members_see_a_mark_on_each_total_that_has_an_exempt_amount_in_it(tmp_path: Path) -> None:
    exempt = (
        f"type: waiver\nvalue: £3,000\ndirectorate: Place\napproved_on: 2026-07-02\n{_GROUNDS}, fields: [value]}}\n"
    )
    paper = make(tmp_path, {**_FIRST, "E10": exempt}, "--audience", "members")
    rows = [json.dumps(row, ensure_ascii=False) for row in _rows(paper)]
    totals = [row for row in rows if f"£{Decimal('63000.50'):,}" in row]
    assert len(totals) >= 3  # the waivers, all, and the directorate
    assert [row for row in totals if "Not for publication" not in row] == []
    assert [row for row in rows if "£60,000.50" in row] == []


def _rows(value: Any) -> Any:
    if isinstance(value, dict) and "cells" in value:
        yield value
    else:
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            yield from _rows(inner)
