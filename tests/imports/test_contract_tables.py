"""Contracts registers as the systems of councils export them come in whole, word for word, and are read."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from p2ptrack.imports.register_readers import find_contract_field
from tests.command import run
from tests.imports.test_import import files
from tests.support import write_register

DAY = ("--as-of", "2026-11-30")


@pytest.fixture
def register(tmp_path: Path) -> Path:
    return write_register(tmp_path, programme="title: A register\n")


def import_table(root: Path, name: str, data: str | bytes, *options: str) -> Any:
    (root / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    return run("import", "contracts", root / name, *options, *DAY, "--root", root)


def contracts(root: Path) -> list[dict[str, Any]]:
    answer = json.loads(run("contracts", "--sort", "reference", "--format", "json", *DAY, "--root", root).out)
    return [
        {name: _shorten(value) for name, value in contract["fields"].items()}
        | {"decide_by": contract["facts"]["decide_by"]}
        for contract in answer["contracts"]
    ]


def _shorten(value: Any) -> Any:
    if isinstance(value, dict) and "latest" in value:
        return value["latest"] or value["raw"]
    return {name: part for name, part in value.items() if name != "currency"} if isinstance(value, dict) else value


PROCONTRACT = """Contract ID,Title,Buyer,Department,Contract owner,Supplier,Estimated value,Start date,End date,\
Review date,\
Extension options,Is the supplier an SME?,Is the supplier a VCSE?,Procurement process,CPV codes,Notice period,\
Contact e-mail
DN100001,Cleaning of offices,Example Council,Place,Head of Facilities,Example Cleaning Ltd,480000,01/04/2023,\
31/03/2027,\
30/09/2026,2 x 12 months,Yes,No,Open procedure,90910000 - Cleaning services,3 months,nobody@example.org
"""
CONTRACTS_FINDER = """Notice Identifier,Notice Type,Organisation Name,Status,Published Date,Title,Description,\
CPV Codes,Contact Name,\
Start Date,End Date,Suitable for SME,Value Low,Value High,Awarded Date,Awarded Value,\
"Supplier [Name|Address|Ref type|Ref Number|Is SME|Is VCSE]",Contract start date,Contract end date,OJEU Procedure Type
20230401-001,AwardNotice,Example Council,Awarded,2023-04-02T10:00:00Z,Winter gritting,"Salt, and its storage",\
34927100,\
A Person,2023-01-01T00:00:00Z,2023-02-01T00:00:00Z,Yes,1000.0,99000.0,2023-03-20T00:00:00Z,98500.0,\
[Example Salt Ltd|1 Street|COMPANIES_HOUSE|01234567|Yes|No],2023-04-01T00:00:00Z,2027-03-31T00:00:00Z,OpenNonOJEU
"""
IN_TEND = """Project Ref;Contract Reference;Title;Organisation;Directorate;Supplier;Contract Start Date;\
Contract End Date;\
Extension End Date;Estimated Value;Lead Officer;Notice Period (months)
P1;EX/22/014;Print and post;Example Council;Resources;Example Print plc;1 April 2022;31 March 2026;31 March 2028;\
£120,000.00;Print Manager;6
"""
DELTA = """Contract Ref,Contract Name,Buyer Organisation,Supplier Name,Commencement Date,Expiry Date,\
Max Extension Date,\
Total Contract Value (£),Contract Award Procedure,Contract Manager,Status
C-77,Agency staff,Example Council,Example People Ltd,01-Apr-24,31-Mar-28,31-Mar-29,"1,250,000",\
Call-off from a framework,\
HR Manager,Live
"""
ATAMIS = """Contract: Contract Reference,Contract Title,Contract Status,Account: Account Name,Contract Start Date,\
Current Contract End Date,Maximum Contract End Date,Total Contract Value (Ex VAT),Annual Contract Value,\
Route to Market,\
Contract Owner: Full Name,Notice Period (months),Directorate,Category
C00010,Managed print,Live,Example Devices Ltd,01/07/2025,30/06/2028,30/06/2030,GBP 90000.00,30000.0000,Framework,\
IT Contracts Manager,3,Resources,ICT
"""
DUE_NORTH = """Contracts register,,,,,,,,
,,,,,,,,
DN Ref,Contract Title,Supplier(s),Contract Start,Contract End,Extension End,Total Value,Procedure,Division
DN5,Play areas,"Example Play Ltd
Another Play Ltd",May 2024,30 April 2029,TBC,"£75,000 ex VAT",Three quotations,Parks
Total,,,,,,"£75,000",,
"""
TRANSPARENCY_CODE = """Reference number,Title of agreement,Local authority department responsible,\
Description of the goods and/or services being provided,Supplier name and details,\
Sum to be paid over the length of the contract or the estimated annual spending or budget for the contract,\
Value Added Tax that cannot be recovered,Start date,End date,Review date,\
Whether or not the contract was the result of an invitation to quote or a published invitation to tender
1,Pool chemicals,Leisure,Chemicals for pools,Example Pools Ltd,9500,0,2026-01-01,2026-12-31,,Invitation to quote
"""
LAYOUTS: dict[str, tuple[str, dict[str, Any]]] = {
    "procontract": (
        PROCONTRACT,
        {
            "reference": "DN100001",
            "title": "Cleaning of offices",
            "supplier": "Example Cleaning Ltd",
            "directorate": "Place",
            "owner": "Head of Facilities",
            "start": "2023-04-01",
            "end": "2027-03-31",
            "extension": {"months": 24, "days": 0, "raw": "2 x 12 months"},
            "review_by": "2026-09-30",
            "notice": {"months": 3, "days": 0, "raw": "3 months"},
            "value": {"amount": "480000"},
            "procedure": "Open procedure",
            "category": "90910000 - Cleaning services",
            "sme": True,
            "vcse": False,
            "decide_by": "2026-03-31",
        },
    ),
    "contracts-finder": (
        CONTRACTS_FINDER,
        {
            "reference": "20230401-001",
            "title": "Winter gritting",
            "description": "Salt, and its storage",
            "supplier": "Example Salt Ltd",
            "start": "2023-04-01",
            "end": "2027-03-31",
            "awarded_on": "2023-03-20",
            "value": {"amount": "98500.00"},
            "procedure": "OpenNonOJEU",
            "category": "34927100",
            "type": "AwardNotice",
            "status": "Awarded",
            "decide_by": "2026-12-31",
        },
    ),
    "in-tend": (
        IN_TEND,
        {
            "reference": "EX/22/014",
            "title": "Print and post",
            "supplier": "Example Print plc",
            "directorate": "Resources",
            "owner": "Print Manager",
            "start": "2022-04-01",
            "end": "2026-03-31",
            "latest_end": "2028-03-31",
            "notice": {"months": 6, "days": 0, "raw": "6"},
            "value": {"amount": "120000.00"},
            "decide_by": "2025-03-31",
        },
    ),
    "delta": (
        DELTA,
        {
            "reference": "C-77",
            "title": "Agency staff",
            "supplier": "Example People Ltd",
            "owner": "HR Manager",
            "start": "2024-04-01",
            "end": "2028-03-31",
            "latest_end": "2029-03-31",
            "value": {"amount": "1250000"},
            "procedure": "Call-off from a framework",
            "status": "Live",
            "decide_by": "2027-06-30",
        },
    ),
    "atamis": (
        ATAMIS,
        {
            "reference": "C00010",
            "title": "Managed print",
            "supplier": "Example Devices Ltd",
            "directorate": "Resources",
            "owner": "IT Contracts Manager",
            "start": "2025-07-01",
            "end": "2028-06-30",
            "latest_end": "2030-06-30",
            "notice": {"months": 3, "days": 0, "raw": "3"},
            "value": {"amount": "90000.00", "vat": "net"},
            "annual_value": {"amount": "30000.00", "period": "year"},
            "procedure": "Framework",
            "category": "ICT",
            "status": "Live",
            "decide_by": "2027-12-30",
        },
    ),
    "due-north": (
        DUE_NORTH,
        {
            "reference": "DN5",
            "title": "Play areas",
            "supplier": "Example Play Ltd\nAnother Play Ltd",
            "directorate": "Parks",
            "start": "2024-05-31",
            "end": "2029-04-30",
            "value": {"amount": "75000", "vat": "net"},
            "procedure": "Three quotations",
            "decide_by": "2029-01-30",
        },
    ),
    "transparency-code": (
        TRANSPARENCY_CODE,
        {
            "reference": "1",
            "title": "Pool chemicals",
            "description": "Chemicals for pools",
            "supplier": "Example Pools Ltd",
            "directorate": "Leisure",
            "start": "2026-01-01",
            "end": "2026-12-31",
            "value": {"amount": "9500"},
            "procedure": "Invitation to quote",
            "decide_by": "2026-09-30",
        },
    ),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_register_of_another_system_comes_in_word_for_word(register: Path, name: str) -> None:
    text, expected = LAYOUTS[name]
    result = import_table(register, f"{name}.csv", text)
    assert (result.code, result.err) == (0, "")
    assert "Questions" not in result.out
    assert contracts(register) == [expected]
    before = files(register)
    assert import_table(register, f"{name}.csv", text).code == 0
    assert files(register) == before


def test_a_cell_alone_is_a_contract_a_section_or_neither(register: Path) -> None:
    rows = (
        "C1,Laptops,B Ltd,1 April 2025,31 March 2027,48000", ",Lighting,,,,", "C3,Mowing,B Ltd,2025,2028,1", "C4,,,,,",
        "Adult services,,,,,", "C5,Home care,B Ltd,2025,2028,1", "C6,,,,,", ",,,,,48002", "Note: values are net,,,,,",
    )  # fmt: skip
    result = import_table(register, "t.csv", "\n".join(["Reference,Title,Supplier,Start,End,Value", *rows, ""]))
    assert [line.strip() for line in result.out.split("Skipped:\n")[1].splitlines() if line.startswith("  t.csv")] == [
        "t.csv, row 6, the heading of the rows below it: Adult services",
        "t.csv, row 9, one cell alone, which names no contract: 48002",
        "t.csv, row 10, one cell alone, which names no contract: Note: values are net",
    ]
    names = ("reference", "title", "directorate")
    assert [tuple(map(contract.get, names)) for contract in contracts(register)] == [
        ("C1", "Laptops", None), ("C3", "Mowing", None), ("C4", None, None), ("C5", "Home care", "Adult services"),
        ("C6", None, "Adult services"), (None, "Lighting", None),
    ]  # fmt: skip


def test_columns_about_people_are_listed_and_not_kept(register: Path) -> None:
    result = import_table(register, "register.csv", PROCONTRACT)
    assert "Column “Contact e-mail”, which is about people" in result.out
    saved = "".join(path.read_text() for path in (register / "data/contracts").iterdir())
    assert "nobody@example.org" not in saved
    assert "Contact e-mail" not in saved


def test_names_of_people_among_owners_are_listed_and_not_kept(register: Path) -> None:
    rows = ["Ref,Title,Supplier,Start,End,Contract manager", *(f"C{number},A,B Ltd,2025,2027," for number in range(3))]
    owners = ("", "Jane Brown", "Head of Facilities", "Green Spaces")
    table = "\n".join(row + owner for row, owner in zip(rows, owners, strict=True))
    assert (
        "2 cells left out, because names of people are not kept: “Jane Brown” and “Green Spaces”. If one is a post"
        in import_table(register, "register.csv", table).out
    )
    assert [contract.get("owner") for contract in contracts(register)] == [None, "Head of Facilities", None]
    programme = register / "data/programme.yaml"
    programme.write_text(f"{programme.read_text()}roles: [Green Spaces]\n")
    assert "1 cell left out" in import_table(register, "register.csv", table).out
    assert [contract.get("owner") for contract in contracts(register)] == [None, "Head of Facilities", "Green Spaces"]


def test_a_mapping_makes_a_row_of_other_words_the_headings(register: Path) -> None:
    columns = {"What for": "title", "Firm": "supplier", "Till": "end"}
    lines = [f"  - {{heading: {heading}, field: {field}}}" for heading, field in columns.items()]
    (register / "map.yaml").write_text("\n".join(["columns:", *lines, ""]))
    table = "What for,Firm,Till\nCleaning,B Ltd,31/03/2027\n"
    assert import_table(register, "t.csv", table, "--map", str(register / "map.yaml")).code == 0
    assert [(contract["title"], contract["end"]) for contract in contracts(register)] == [("Cleaning", "2027-03-31")]
    assert import_table(register, "t.csv", table).code == 0


def make_workbook() -> bytes:
    """Return a register that somebody keeps: titles, two rows of headings, sections, a total, a hidden column."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["Our contracts, 1 October 2026"],
        ["Ref", "What we buy", "Who from", "Dates", None, "Can it be extended?", "Whole life cost", "Secret"],
        [None, None, None, "From", "To", None, None, None],
        ["Place"],
        ["1", "Grit", "Example Salt Ltd", "1 May 2024", "rolling", "No", 1234.5, "x"],
        ["Resources"],
        ["2", "Paper", "Example Paper Ltd", "1 May 2024", "30 April 2027", "up to 2 years", 2000, "y"],
        ["Total", None, None, None, None, None, 3234.5],
    ):
        sheet.append(row)
    sheet.merge_cells("D2:E2")
    sheet["G5"].number_format = "£#,##0"
    sheet.column_dimensions["H"].hidden = True
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_home_made_workbook_comes_in_with_its_sections(register: Path) -> None:
    result = import_table(register, "ours.xlsx", make_workbook())
    assert (result.code, result.err) == (0, "")
    assert "hidden column: Secret" in result.out
    assert "row 8, a total" in result.out
    assert contracts(register) == [
        {
            "reference": "1",
            "description": "Grit",
            "supplier": "Example Salt Ltd",
            "directorate": "Place",
            "start": "2024-05-01",
            "end": "rolling",
            "extension": {"months": 0, "days": 0, "raw": "No"},
            "value": {"amount": "1234.50", "period": "whole_life"},
            "decide_by": None,
        },
        {
            "reference": "2",
            "description": "Paper",
            "supplier": "Example Paper Ltd",
            "directorate": "Resources",
            "start": "2024-05-01",
            "end": "2027-04-30",
            "extension": {"months": 24, "days": 0, "raw": "up to 2 years"},
            "value": {"amount": "2000", "period": "whole_life"},
            "decide_by": "2027-01-30",
        },
    ]


NEXT = DELTA.replace("31-Mar-28", "31-Mar-29").replace('"1,250,000"', "1250000") + (
    "C-78,Catering,Example Council,Example Food Ltd,01-Apr-26,31-Mar-30,,1000,Quotation,,Live\n"
)


def test_the_next_version_shows_what_changed_before_it_replaces(register: Path) -> None:
    import_table(register, "delta.csv", DELTA)
    before = files(register)
    dry = import_table(register, "delta.csv", NEXT, "--dry-run")
    assert [line for line in dry.out.splitlines() if "C-7" in line and "->" in line and "Changed" not in line][-2:] == [
        "  C-77, End: 31-Mar-28 -> 31-Mar-29",
        "  C-77, Value: 1,250,000 -> 1250000",
    ]
    assert "New (1):\n  C-78\n" in dry.out
    assert set(files(register).items()) - set(before.items()) == {(register / "delta.csv", NEXT.encode())}
    assert import_table(register, "delta.csv", NEXT).code == 0
    assert "No longer in the table (1):\n  C-78" in import_table(register, "delta.csv", DELTA).out


UNSURE = "Ref,Title,Supplier,Start date,End date,Spalte\nC1,Salt,Example Ltd,2024-01-01,2027-01-01,2026-05-01\n"


def test_an_unsure_column_is_asked_about_once_and_then_known(register: Path) -> None:
    result = import_table(register, "a.csv", UNSURE)
    assert "Spalte: Which field is it? Its cells are kept as published." in result.out
    (register / "map.yaml").write_text("columns:\n  - heading: Spalte\n    field: review_by\n")
    import_table(register, "a.csv", UNSURE, "--map", str(register / "map.yaml"))
    assert contracts(register)[0]["review_by"] == "2026-05-01"
    import_table(register, "a.csv", UNSURE)
    assert contracts(register)[0]["review_by"] == "2026-05-01"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "Name,Age\nx,1\n",
            "No table has the headings of a contracts register, such as reference, supplier and end. If",
        ),
        ("Ref,Title,Supplier,End date\n", "has no row below the headings"),
    ],
)
def test_another_file_is_refused_in_one_sentence(register: Path, text: str, message: str) -> None:
    before = files(register)
    result = import_table(register, "a.csv", text)
    assert result.code == 3
    assert message in result.err
    assert not (register / "data/contracts").exists()
    assert files(register).keys() - before.keys() == {register / "a.csv"}


HEADINGS = """
reference: ReferenceNumber | Contract No. | Contract Reference | Notice Identifier | Agreement ID | DN Ref
title: Contract | Contract Name | Title of agreement | Project name
supplier: Vendor | Contractor | Who from | Account: Account Name | SupplierName
start: Commences | Original Start Date | Go live date | From
end: Expires | Current End Date | Expiry Date | To
latest_end: Final End Date | Maximum Contract End Date | End date including extensions | Max Extension Date
extension: Extension Option(s) | Options to extend (months) | Can it be extended?
notice: Notice (days) | Notice required | Termination notice
value: Lifetime Value | Contract value (ex VAT) | Awarded Value | Total cost
annual_value: Value Per Annum | Annual cost | Cost p.a. | Spend per year
procedure: Contract Award Procedure | Route to Market | Tendered? | How was it procured? | Waiver?
owner: Contract Manager | Lead Officer | Budget holder
directorate: Service area | Department | Department responsible for this contract
sme: Small Business | Is the supplier an SME?
vcse: Third Sector | VCSE
supplier_id: CompanyRegistrationNumber | Charity number | Supplier Company Registration
replaces: Previous contract ref
exempt: Exempt from publication? | Commercially sensitive
left_out: Contact name | Contact Email | Supplier's contact name | Telephone
as_published: Contract end date (awarded) | Published Date | Value Added Tax that cannot be recovered | Suitable for SME
awarded_on: Awarded Date | Date of award | Date signed
"""


def test_headings_name_their_fields() -> None:
    table = dict(line.split(": ", 1) for line in HEADINGS.strip().splitlines())
    rows = {
        name: [heading for heading in headings.split(" | ") if find_contract_field(heading) == (name, True)]
        for name, headings in table.items()
    }
    assert rows == {name: headings.split(" | ") for name, headings in table.items()}
