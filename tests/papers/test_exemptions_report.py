"""The exemptions report: what it counts and adds up, and that nothing in it depends on what is exempt."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
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
    result = run(*command, *options)
    assert result.code == 0, result.err
    return dict(json.loads(result.out))


def test_the_report_counts_and_adds_up_the_period_the_year_and_the_year_before(tmp_path: Path) -> None:
    paper = json.dumps(make(tmp_path, _FIRST), ensure_ascii=False)
    text = run("render", "exemptions-report", "--root", tmp_path, "--as-of", DAY, "--format", "text", "--output", "-")
    lines = " ".join(text.out.split())
    # Q2 has E01, E02, E03 and E07; the year to its end has E04 too; the same days a year before have E05.
    assert (
        "From 1 July 2026 to 30 September 2026 there were 4 exemptions (2 waivers, 1 breach and 1 exception)." in lines
    )
    assert "Their values add up to £60,000.50 and £5,000 a year." in lines
    assert "The value of 1 is not stated." in lines
    assert "Not every value states whether VAT is included." in lines
    assert "2 of 4 were approved or sought after the contract had started." in lines
    assert "Waiver E02: The contract started on 2026-08-01." in lines
    assert "4, worth £60,000.50 and £5,000 a year (1 not stated)" in paper
    assert "5, worth £61,000.50 and £5,000 a year (1 not stated)" in paper
    assert "1, worth £700" in paper
    assert "£900" not in paper
    assert "no figure above includes Waiver E08" in lines


def test_a_purchase_comes_before_its_id(tmp_path: Path) -> None:
    paper = make(tmp_path, {"E01": "title: Agency staff\ntype: waiver\nvalue: 1000\napproved_on: 2026-07-01\n"})
    (table,) = find_all(paper, lambda part: part.get("key") == "exemptions" and "columns" in part)
    assert list(table["columns"])[:3] == ["what", "id", "value"]


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("One only.", "Waiver. Urgency. One only."),
        ("|\n  Beds:\n\n  | Home |\n  |---|\n  | North |\n",
         [{"block": "paragraph", "spans": "Waiver. Urgency."},
          {"block": "prose", "markdown": "Beds:\n\n| Home |\n|---|\n| North |\n"}]),
    ],
)  # fmt: skip
def test_a_reason_keeps_its_lists_and_tables(tmp_path: Path, text: str, printed: object) -> None:
    record = f"type: waiver\nvalue: 1000\nreason: urgency\napproved_on: 2026-07-01\nreason_text: {text}"
    (table,) = find_all(
        make(tmp_path, {"E01": record}), lambda part: part.get("key") == "exemptions" and "rows" in part
    )
    assert table["rows"][0]["cells"]["why"] == printed


def find_all(value: Any, fulfils: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
    """Return the objects of a JSON document that fulfil a condition."""
    if isinstance(value, dict):
        expected_values = [value] if fulfils(value) else []
        return expected_values + [part for inner in value.values() for part in find_all(inner, fulfils)]
    return [part for inner in value for part in find_all(inner, fulfils)] if isinstance(value, list) else []


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
    result = run("render", "exemptions-report", "--root", tmp_path, "--as-of", DAY, "--format", "text", "--output", "-")
    assert re.search(rf"\b{number} exemptions? \(", " ".join(result.out.split()))


def test_a_register_without_exemptions_has_a_report_that_reports_it(tmp_path: Path) -> None:
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
        return b"".join(result.bytes for result in (*texts, listed))

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


def test_a_total_states_how_many_values_it_lacks_and_the_list_what_is_not_published(tmp_path: Path) -> None:
    text = "type: waiver\nvalue: £3,000\nsupplier: Acme\napproved_on: 2026-07-02\n"
    exempt = f"{text}{_GROUNDS}, fields: [value, supplier]}}\n"
    rows = {row["key"] or str(row["cells"]): row["cells"] for row in _rows(make(tmp_path, {**_FIRST, "E10": exempt}))}
    assert "5, worth £60,000.50 and £5,000 a year (1 not published, 1 not stated)" in json.dumps(
        list(rows.values()), ensure_ascii=False
    )
    assert rows["E10"]["supplier"] == "not published"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (("net", "net"), "The values exclude VAT."),
        (("gross", "gross"), "The values include VAT."),
        (("net", "gross"), "The values are added as they are stated, some with VAT and some without."),
        (("", ""), ""),
    ],
)
def test_the_summary_states_whether_the_values_include_vat(
    values: tuple[str, ...], sentence: str, tmp_path: Path
) -> None:
    records = {
        f"E0{number}": f"value: {{amount: 5{f', vat: {vat}' if vat else ''}}}\napproved_on: 2026-07-01\n"
        for number, vat in enumerate(values)
    }
    paper = json.dumps(make(tmp_path, records))
    assert ("VAT" in paper, sentence in paper) == (bool(sentence), True)


# The table of the records, which CSV and workbooks have.


def render(root: Path, format_: str, *options: str) -> bytes:
    result = run(
        "render", "exemptions-report", "--root", root, "--as-of", DAY, "--format", format_, "--output", "-", *options
    )
    assert result.code == 0, result.err
    return result.bytes


def read_records(root: Path, *options: str) -> dict[str, dict[str, str]]:
    """Return the rows of the records' table in CSV, by id."""
    rows = csv.DictReader(io.StringIO(render(root, "csv", *options).decode("utf-8-sig")))
    return {row["id"]: row for row in rows if row["table"] == "exemption-records"}


def test_csv_has_a_row_for_each_exemption_that_the_report_counts(tmp_path: Path) -> None:
    details = (
        "supplier: Acme\nreason_text: Made once.\napproved_by: [Head of IT, Director of Finance]\n"
        "contract_start: July 2026\ncontract_end: 2026-12-01\nends_by: A tender\n"
    )
    make(tmp_path, {**_FIRST, "E01": f"title: Help\n{details}{_FIRST['E01']}"})
    records = read_records(tmp_path)
    assert list(records) == ["E05", "E04", "E01", "E02", "E03", "E07", "E08"]  # E06 is in no figure
    first = {name: value for name, value in records["E01"].items() if value}
    assert first == {
        "table": "exemption-records",
        "id": "E01",
        "what": "Help",
        "type": "Waiver",
        "supplier": "Acme",
        "directorate": "Place",
        "amount": "48000",
        "value": "£48,000",
        "reason": "Urgency",
        "reason_text": "Made once.",
        "approved_by": "Head of IT, Director of Finance",
        "approved_on": "2026-07-01",
        "contract_start": "2026-07-31",
        "contract_end": "2026-12-01",
        "next": "A tender",
    }
    assert (records["E02"]["amount"], records["E02"]["value"]) == ("12000.50", "£12,000.50")
    assert (records["E03"]["amount"], records["E03"]["value"]) == ("5000", "£5,000 a year, excluding VAT")
    assert (records["E07"]["amount"], records["E07"]["value"]) == ("", "")


def test_the_table_of_the_records_names_what_is_our_interpretation(tmp_path: Path) -> None:
    make(tmp_path, {"E01": f"{_FIRST['E01']}contract_start: 2026-07-02\ninferred: [value, contract_start, supplier]\n"})
    assert read_records(tmp_path)["E01"]["inferred"] == "amount value contract_start"


def test_a_workbook_has_amounts_and_days_that_can_be_calculated_with(tmp_path: Path) -> None:
    make(tmp_path, _FIRST)
    workbook = openpyxl.load_workbook(io.BytesIO(render(tmp_path, "xlsx")))
    titles, *rows = workbook["Exemption records"].iter_rows()
    names = [cell.value for cell in titles]
    amount, day = names.index("Amount"), names.index("Approved on")
    by_id = {row[0].value: row for row in rows}
    assert (by_id["E02"][amount].value, by_id["E02"][amount].number_format) == (12000.5, "#,##0.00")
    assert str(by_id["E02"][day].value) == "2026-08-03 00:00:00"


def test_the_table_of_the_records_withholds_and_marks_what_is_exempt(tmp_path: Path) -> None:
    text = "type: waiver\nvalue: £3,000\nsupplier: Acme\napproved_on: 2026-07-02\n"
    whole = {"E10": f"{text}{_GROUNDS}, fields: [value, supplier]}}\n", "E11": f"{text}{_GROUNDS}}}\n"}
    make(tmp_path, {**_FIRST, **whole})
    public = read_records(tmp_path)
    assert [public["E10"][name] for name in ("supplier", "amount", "value")] == ["not published", "", "not published"]
    assert "E11" not in public
    members = read_records(tmp_path, "--audience", "members")
    assert [members["E10"]["amount"], members["E11"]["amount"]] == ["3000", "3000"]
    assert all("Not for publication" in str(members[id_]) for id_ in ("E10", "E11"))
    assert "Not for publication" not in str(members["E01"])
