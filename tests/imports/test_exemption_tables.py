"""Exemptions from the procurement rules, imported from tables as councils publish them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from p2ptrack.imports.grid import Grid
from p2ptrack.imports.mapping import Tracker, map_exemption_columns, may_be_exemptions
from p2ptrack.imports.xlsx_reader import format_cell_value
from p2ptrack.model.money import read_money
from tests.imports import test_import
from tests.imports.test_import import import_, records
from tests.imports.writers import WRITERS, write_csv

register = test_import.register
HEADINGS = [
    *("Ref", "Directorate/Service", "Supplier/Contractor", "Title of contract", "Contract value", "Type"),
    *("Justification", "CSO or CPR rule", "Date approved", "Authorised by", "Contract start", "Contract end"),
    "Decision number",
]
ROWS = [
    *[["W1", "Adults", "Acme Care Ltd", "Care beds", "£48,000", "Waiver", "Urgency", "CPR 8.1", "1 July 2026"]],
    *[["W2", "Highways", "Bolt & Co", "Gritting", "£48k", "Exemption", "Only they have the parts.", "9", "02/07/2026"]],
    *[["W3", "IT", "Data Ltd", "Licences", "£48,000 per annum + VAT", "breach", "Technical", "", ""]],
    *[["Total", "", "", "", "£144,000", "", "", "", ""]],
]
ENDS = [
    ["Head of IT", "01/08/2026", "31/07/2027", "D-77"],
    ["Head of IT and Director of Finance", "", "", ""],
    ["", "", "", "n/a"],
    ["", "", "", ""],
]
TABLE = [HEADINGS, *(row + end for row, end in zip(ROWS, ENDS, strict=True))]
EXPECTED: list[Mapping[str, Any]] = [
    {
        "id": "E01",
        "title": "Care beds",
        "as_published": {"Ref": "W1"},
        "type": "waiver",
        "value": "£48,000",
        "directorate": "Adults",
        "supplier": "Acme Care Ltd",
        "rule": "CPR 8.1",
        "reason": "urgency",
        "approved_by": ["Head of IT"],
        "approved_on": "1 July 2026",
        "decision": "D-77",
        "contract_start": "01/08/2026",
        "contract_end": "31/07/2027",
    },
    {
        "id": "E02",
        "title": "Gritting",
        "as_published": {"Ref": "W2", "Contract value": "£48k", "Type": "Exemption"},
        "directorate": "Highways",
        "supplier": "Bolt & Co",
        "rule": "9",
        "reason_text": "Only they have the parts.",
        "approved_by": ["Head of IT", "Director of Finance"],
        "approved_on": "02/07/2026",
    },
    {
        "id": "E03",
        "title": "Licences",
        "as_published": {"Ref": "W3"},
        "type": "breach",
        "value": {"amount": "£48,000", "vat": "net", "period": "year"},
        "directorate": "IT",
        "supplier": "Data Ltd",
        "reason": "technical",
    },
]


def strip_texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: strip_texts(item) for name, item in value.items()}
    return [strip_texts(item) for item in value] if isinstance(value, list) else value.rstrip("\n")


@pytest.mark.parametrize("suffix", sorted(WRITERS))
@pytest.mark.parametrize("options", [(), ("--kind", "exemption")])
def test_each_cell_of_a_table_of_exemptions_is_read(register: Path, suffix: str, options: tuple[str, ...]) -> None:
    (register / f"waivers.{suffix}").write_bytes(WRITERS[suffix](TABLE))
    result = import_(register, f"waivers.{suffix}", *options)
    assert result.code == 0, result.out + result.err
    assert [strip_texts(record) for record in records(register, "exemptions")] == EXPECTED
    assert "“£48k” is not an exact amount" in result.out
    assert "a total" in result.out
    again = import_(register, f"waivers.{suffix}")
    assert (again.code, "Nothing to import" in again.out) == (0, True), again.out


def test_numbers_of_a_workbook_are_read_as_they_are_stored(register: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["Supplier", "What was bought", "Value (£)", "Date of decision", "Approved by"])
    formats = [(48000, '"£"#,##0'), (48000.5, "[$£-809]#,##0"), (52000, "[$€-2] #,##0.00"), (48000, '£#,##0,"k"')]
    for index, (number, number_format) in enumerate(formats, 2):
        sheet.append([f"Acme {index}", f"Beds {index}", number, date(2026, 7, index), "Head of IT"])
        sheet.cell(index, 3).number_format = number_format
    sheet.append(["Acme 9", "", 48000.125, date(2026, 7, 9), "Head of IT"])
    stream = BytesIO()
    workbook.save(stream)
    (register / "waivers.xlsx").write_bytes(stream.getvalue())
    result = import_(register, "waivers.xlsx")
    assert result.code == 0, result.out + result.err
    saved = records(register, "exemptions")
    euros = {"amount": "52000", "currency": "EUR"}
    assert [record.get("value") for record in saved] == ["£48000", "£48000.50", euros, "£48000", None]
    assert [record.get("title") for record in saved] == ["Beds 2", "Beds 3", "Beds 4", "Beds 5", None]
    assert saved[0]["approved_on"] == "2026-07-02"


@pytest.mark.parametrize(
    ("text", "heading", "fields"),
    [
        ("48000", "Value (£)", {"amount": "48000"}),
        ("£48,000.50", "", {"amount": "£48,000.50"}),
        ("£48,000 (ex VAT)", "", {"amount": "£48,000", "vat": "net"}),
        ("£48,000 p.a.", "", {"amount": "£48,000", "period": "year"}),
        ("48,000", "Annual value inc. VAT", {"amount": "48,000", "vat": "gross", "period": "year"}),
        ("€48,000", "", {"amount": "48,000", "currency": "EUR"}),
        ("£48,000 whole life", "", {"amount": "£48,000", "period": "whole_life"}),
        ("£48k", "", None),
        ("about £48,000", "", None),
        ("£48,000 - £52,000", "", None),
        ("up to £48,000", "", None),
        ("48", "Value £000", None),
        ("48", "Value (£k)", None),
        ("£48,000 + VAT", "Value inc VAT", None),
        ("£1.2 million", "", None),
        ("(48,000)", "", None),
        ("TBC", "", None),
    ],
)
def test_an_amount_is_read_only_where_it_is_exact(text: str, heading: str, fields: dict[str, str] | None) -> None:
    assert read_money(text, heading) == fields


@pytest.mark.parametrize(
    ("headings", "is_exemption"),
    [
        ("Supplier, Value, Reason for waiver", True),
        ("Provider, Estimated value, Approved by", True),
        ("Supplier, Value, Description", None),
        ("Supplier, Value, Approved by, Status", None),
        ("Supplier, Value, Action, Target date", False),
        ("Recommendation, Lead, Status", False),
    ],
)
def test_the_headings_show_whether_a_table_has_exemptions(headings: str, is_exemption: bool | None) -> None:
    assert may_be_exemptions(headings.split(", ")) is is_exemption


@pytest.mark.parametrize(
    ("headings", "fields"),
    [
        ("Ref No., Name of contractor/supplier, Goods/Services, Description", "ref supplier as_published? request"),
        ("Waiver ref, Provider, What was bought, Estimated value", "ref supplier request value"),
        ("Type (Waiver/Breach/Exemption), Grounds, Reason", "type reason reason"),
        ("CSO or CPR rule, Date of decision, Authorised by", "rule approved_on approved_by"),
        ("Service, Original contract value, Value (£), Cost", "directorate as_published value as_published?"),
        ("Date of waiver, Approved by, Lead officer", "approved_on? approved_by requested_by?"),
        ("Contract start date, Expiry date, Decision ref no", "contract_start contract_end decision"),
        ("Contract type, Contract period", "as_published as_published"),
    ],
)
def test_headings_of_exemptions_have_their_fields(headings: str, fields: str) -> None:
    tracker = Tracker(Grid("Sheet1", ()), (), tuple(headings.split(", ")), ())
    columns = map_exemption_columns(tracker, {}).columns
    assert " ".join(f"{column.field}{'' if column.is_sure else '?'}" for column in columns) == fields


def test_a_table_that_may_be_of_exemptions_needs_its_kind(register: Path) -> None:
    (register / "t.csv").write_bytes(write_csv([["Supplier", "Value", "Description"], ["Acme", "£5,000", "Beds"]]))
    result = import_(register, "t.csv")
    assert result.code == 2
    assert "--kind exemption" in result.err
    assert import_(register, "t.csv", "--kind", "exemption").code == 0
    assert records(register, "exemptions")[0]["value"] == "£5,000"


def test_a_later_file_adds_only_what_is_new(register: Path) -> None:
    headings = ["Ref", "Provider", "Description", "Value", "Type", "Date approved", "Approved by"]
    rows = [
        ["W-1", "Acme", "", "£5,000", "Waiver", "5 July", "Head of IT"],
        ["W-2", "Acme", "Placement", "£5,000", "Waiver", "1 July 2026", "Head of IT"],
        ["W-3", "Acme", "Placement", "about £6,000", "Waiver", "TBC", "J Smith"],
    ]
    (register / "t.csv").write_bytes(write_csv([headings, *rows]))
    assert import_(register, "t.csv").code == 0
    later = ["W-4", "Acme", "Placement", "£5,000", "Waiver", "1 October 2026", "Head of IT"]
    (register / "t.csv").write_bytes(write_csv([headings, *rows, later]))
    result = import_(register, "t.csv")
    assert result.code == 0, result.out
    assert "Written: 1 new record." in result.out
    assert len(records(register, "exemptions")) == 4
    changed = [*rows[0][:3], "£7,000", *rows[0][4:]]
    (register / "t.csv").write_bytes(write_csv([headings, changed, *rows[1:], later]))
    result = import_(register, "t.csv")
    assert result.code == 1
    assert "E01: Value is £7,000 in the file." in result.out
    assert len(records(register, "exemptions")) == 4


def test_with_a_source_the_reference_shows_which_exemption_it_is(register: Path) -> None:
    headings = ["Ref", "Provider", "Description", "Value", "Approved by"]
    (register / "t.csv").write_bytes(write_csv([headings, ["W-1", "Acme", "Beds", "£5,000", "Head of IT"]]))
    assert import_(register, "t.csv", "--source", "log").code == 0
    assert records(register, "exemptions")[0]["source"] == {"id": "log", "ref": "W-1"}
    (register / "t.csv").write_bytes(write_csv([headings, ["W-1", "Acme Ltd", "Care beds", "£5,000", "Head of IT"]]))
    assert "E01: Supplier is Acme Ltd in the file." in import_(register, "t.csv", "--source", "log").out
    assert len(records(register, "exemptions")) == 1


def test_a_number_is_shown_as_its_format_scales_it() -> None:
    assert format_cell_value(48000, '£#,##0,"k"') == "£48k"
    assert format_cell_value(1250000, '£0.00,,"m"') == "£1.25m"
