"""The register as tables: complete, typed, readable by other programs, and without exempt text unless officers ask."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sqlite3
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.redaction import Audience
from p2ptrack.cli.outputs import EXPORT_NAMES
from p2ptrack.errors import UsageError
from p2ptrack.formats.export import write_calendar
from p2ptrack.pipeline import AnswerOptions, open_answer_case
from p2ptrack.queries.export import Export, ExportColumn, ExportTable, ExportValue, build_export
from p2ptrack.store.yaml import read
from tests.command import ROOT, run
from tests.support import write_register

DAY = "2023-01-12"
CANARY = "Zebrafish"
COUNTED = "SELECT * FROM TABLE"
FILES = {"csv": "export"} | {name: f"register.{name}" for name in EXPORT_NAMES if name not in {"csv", "ocds"}}
"""The exports of records; that of contracts has tests of its own."""
TYPES = {"integer": r"-?\d+", "boolean": "true|false", "date": r"\d{4}-\d\d-\d\d"}


@pytest.fixture
def register(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "data", tmp_path / "data")
    return tmp_path


def export(register: Path, format_: str, *arguments: str) -> Path:
    result = run("export", "--format", format_, *arguments, "--root", register, "--as-of", DAY)
    assert result.code == 0, result.err
    return register / "build" / FILES[format_]


def read_package(folder: Path) -> dict[str, list[dict[str, str]]]:
    package = json.loads((folder / "datapackage.json").read_text())
    tables = {}
    for resource in package["resources"]:
        rows = list(csv.DictReader(io.StringIO((folder / resource["path"]).read_text())))
        names = [field["name"] for field in resource["schema"]["fields"]]
        assert all(list(row) == names for row in rows)
        tables[resource["name"]] = rows
    return tables


def test_every_record_and_entry_is_in_its_table(register: Path) -> None:
    tables = read_package(export(register, "csv"))
    assert len(tables["records"]) == 56
    values = [read(path.read_bytes(), path.name).value for path in (register / "data").glob("a*/*.yaml")]
    assert len(tables["updates"]) == sum(len(value.get("updates", [])) for value in values if isinstance(value, dict))
    record = next(row for row in tables["records"] if row["id"] == "F01")
    assert (record["target"], record["target_day"], record["overdue"]) == ("Mar-23", "2023-03-31", "false")
    assert tables["position"][0]["as_of"] == DAY


@pytest.mark.parametrize("audience", ["public", "officers"])
def test_every_format_lists_what_was_not_read(register: Path, audience: str) -> None:
    (register / "data/actions/A99.yaml").write_text("id: A99\ntitle: Late\nvalue: 48000\n", encoding="utf-8")
    arguments = ("--audience", audience)
    path, id_, field = ("data/actions/A99.yaml", "A99", "value") if audience == "officers" else (None, None, None)
    data = json.loads(export(register, "json", *arguments).read_text())
    assert data["unread"] == [{"path": path, "id": id_, "fields": [field] if field else [], "codes": ["S101"]}]
    row = {"number": "1", "path": path or "", "id": id_ or "", "fields": field or "", "codes": "S101"}
    assert read_package(export(register, "csv", *arguments))["unread"] == [row]
    with sqlite3.connect(export(register, "sqlite", *arguments)) as connection:
        assert connection.execute("SELECT * FROM unread").fetchall() == [(1, path, id_, field, "S101")]
    assert "1 file of the register could not be read" in export(register, "ics", *arguments).read_text()


def test_the_package_describes_what_is_in_it(register: Path) -> None:
    folder = export(register, "csv")
    package = json.loads((folder / "datapackage.json").read_text())
    tables = read_package(folder)
    ids = {row["id"] for row in tables["records"]}
    checked = 0
    for resource in package["resources"]:
        rows, schema = tables[resource["name"]], resource["schema"]
        assert resource["bytes"] == (folder / resource["path"]).stat().st_size
        keys = [tuple(row[name] for name in schema["primaryKey"]) for row in rows]
        assert len(set(keys)) == len(keys)
        for reference in schema.get("foreignKeys", []):
            assert reference["reference"]["resource"] == "records"
            assert {row["record"] for row in rows} <= ids
        for field in schema["fields"]:
            if field["type"] in TYPES:
                values = [row[field["name"]] for row in rows if row[field["name"]]]
                assert all(re.fullmatch(TYPES[field["type"]], value) for value in values)
                checked += len(values)
    assert checked > 500


def test_json_sqlite_and_excel_hold_the_same_rows(register: Path) -> None:
    tables = read_package(export(register, "csv"))
    data = json.loads(export(register, "json").read_text())
    workbook = openpyxl.load_workbook(export(register, "xlsx"))
    with sqlite3.connect(export(register, "sqlite")) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        for name, rows in tables.items():
            assert sum(1 for _ in connection.execute(COUNTED.replace("TABLE", name))) == len(rows)
            assert len(data[name]) == len(rows)
            assert [list(row) for row in rows[:1]] == [list(row) for row in data[name][:1]]
        overdue = connection.execute("SELECT id FROM records WHERE target_day < '2023-02-01' AND unfinished").fetchall()
    assert {id_ for (id_,) in overdue} == {"F03", "F06", "F08", "F09", "F10", "F11", "F12", "F13"}
    sheets = workbook.worksheets[: len(tables)]
    assert [sheet.max_row - 1 for sheet in sheets] == [len(rows) for rows in tables.values()]
    assert [sheet.sheet_state for sheet in workbook] == ["visible"] * (len(tables) + 1) + ["veryHidden"]
    sheet = workbook["Records"]
    headings = [cell.value for cell in sheet[1]]
    days = [row[headings.index("target_day")].value for row in sheet.iter_rows(min_row=2)]
    assert any(hasattr(day, "year") for day in days)


def test_a_calendar_has_an_event_for_each_open_target(register: Path) -> None:
    data = export(register, "ics").read_bytes()
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    lines = data.decode().replace("\r\n ", "").split("\r\n")
    events = "\n".join(lines).split("BEGIN:VEVENT")[1:]
    records = read_package(export(register, "csv"))["records"]
    due = [row for row in records if row["target_day"] and row["unfinished"] == "true"]
    assert len(events) == len(due) > 10
    uids = re.findall(r"^UID:(\S+)$", "\n".join(lines), re.MULTILINE)
    assert len(set(uids)) == len(uids)
    for event, row in zip(events, due, strict=True):
        assert f"DTSTART;VALUE=DATE:{row['target_day'].replace('-', '')}" in event
        assert row["id"] in event


def test_texts_survive_in_a_calendar(register: Path) -> None:
    path = register / "data/audit_followups/F01-contract-controls.yaml"
    title = "Semicolon; comma, backslash \\ and " + "é" * 80
    path.write_text(re.sub(r"(?m)^title: .*$", f"title: '{title}'", path.read_text()))
    lines = export(register, "ics").read_text().replace("\n ", "")
    summary = next(line for line in lines.split("\n") if line.startswith("SUMMARY:Due: F01"))
    assert re.sub(r"\\(.)", r"\1", summary) == f"SUMMARY:Due: F01 {title}"


def test_one_officer_gets_their_own_records(register: Path) -> None:
    path = register / "data/audit_followups/F01-contract-controls.yaml"
    path.write_text(path.read_text() + "accountable: Head of PACS\n")
    assert export(register, "ics", "--for", "Head of PACS").read_text().count("BEGIN:VEVENT") == 1


def read_everything(path: Path) -> bytes:
    """Return all bytes of an export, with those inside archives."""
    files = [path] if path.is_file() else list(path.iterdir())
    data = b"".join(file.read_bytes() for file in files)
    for file in files:
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as archive:
                data += b"".join(archive.read(name) for name in archive.namelist())
    return data


@pytest.mark.parametrize("format_", FILES)
def test_nothing_exempt_is_in_a_public_export(register: Path, format_: str) -> None:
    decision = "  decided_by: City Solicitor\n  decided_on: 1 May 2022\n"
    exempt = f"exempt:\n  paragraph: '3'\n  reason: {CANARY} reason\n{decision}"
    for path, changes in {
        "data/audit_followups/F01-contract-controls.yaml": {"title": f"title: {CANARY} title", "end": exempt},
        "data/actions/A02-cprs-and-documents.yaml": {
            "title": f"title: {CANARY} title",
            "end": exempt + f"  fields: [title, note]\nnote: {CANARY} note\n",
        },
    }.items():
        file = register / path
        text = re.sub(r"(?m)^title: .*$", changes["title"], file.read_text())
        file.write_text(f"{text}{changes['end']}")
    assert CANARY.encode() not in read_everything(export(register, format_))
    assert CANARY.encode() in read_everything(export(register, format_, "--audience", "officers"))


EXEMPT_VALUES = {
    "status": ("complete", "in_progress"),
    "target": ("Jan-23", "31 March 2030"),
    "accountable": ("Head of IT", "City Solicitor"),
    "directorate": ("Resources", "Housing"),
    "title": ("Buy a system", "Sell a building"),
    "priority": ("high", "low"),
}
FILTERS = (
    (),
    ("directorate:Resources",),
    ("is:overdue",),
    ("status:complete",),
    ("accountable:Head of IT",),
    ("title:Buy",),
)


@pytest.mark.parametrize("scope", ["record", "field"])
@pytest.mark.parametrize("name", EXEMPT_VALUES)
def test_a_public_export_does_not_depend_on_an_exempt_value(name: str, scope: str, tmp_path: Path) -> None:
    """If no export depends on an exempt value, neither filters nor comparisons can reveal it."""
    results = []
    for number, value in enumerate(EXEMPT_VALUES[name]):
        values = {"title": "Review contracts", "target": "Feb-23", "directorate": "Resources", name: value}
        exempt = f"{{paragraph: 3, reason: Price{'' if scope == 'record' else f', fields: [{name}]'}}}"
        files = {"A01": {**values, "exempt": exempt}, "A02": {"title": "Open", "target": "Jan-23", "priority": "low"}}
        texts = {
            f"actions/{id_}.yaml": "".join(f"{key}: {field}\n" for key, field in {"id": id_, **fields}.items())
            for id_, fields in files.items()
        }
        root = write_register(tmp_path / str(number), texts, "title: Review\nroles: [Head of IT, City Solicitor]\n")
        case = open_answer_case(root, date(2023, 2, 15), AnswerOptions(Audience.PUBLIC))
        results.append([export_or_refusal(case, terms) for terms in FILTERS])
    assert results[0] == results[1]
    assert isinstance(results[0][0], Export)


def export_or_refusal(case: Case, terms: tuple[str, ...]) -> Export | str:
    try:
        return build_export(case, terms)
    except UsageError as error:  # no record has the value
        return str(error)


@pytest.mark.parametrize("format_", FILES)
def test_the_same_register_gives_the_same_bytes(register: Path, format_: str) -> None:
    first = read_everything(export(register, format_))
    assert read_everything(export(register, format_)) == first


def test_an_export_is_not_written_among_records(register: Path) -> None:
    before = {path: path.read_bytes() for path in (register / "data").rglob("*.yaml")}
    for place in (register / "data", register / "data/actions/A01.yaml"):
        result = run("export", "--format", "json", "--output", place, "--root", register)
        assert result.code in {2, 3}
    assert {path: path.read_bytes() for path in (register / "data").rglob("*.yaml")} == before


def test_standard_output_takes_one_file(register: Path) -> None:
    result = run("export", "id:F01", "--format", "json", "--output", "-", "--root", register, "--as-of", DAY)
    data: dict[str, Any] = json.loads(result.out)
    assert [row["id"] for row in data["records"]] == ["F01"]
    assert run("export", "--output", "-", "--root", register).code == 2
    assert run("export", "--format", "jsn", "--root", register).code == 2


@pytest.mark.parametrize("line_end", ["\n", "\r", "\r\n", "\x85", "\u2028", "\x0b"])
def test_no_text_of_a_record_adds_a_line_to_a_calendar(line_end: str) -> None:
    values: dict[str, ExportValue] = {
        "id": "A01",
        "target_day": date(2023, 3, 31),
        "unfinished": True,
        "target": "Mar-23",
    }
    values |= {"title": f"Open{line_end}ATTENDEE:mailto:x@example.org", "accountable": f"Head{line_end}END:VEVENT\x1b"}
    columns = tuple(ExportColumn(name, "string", "") for name in values)
    table = ExportTable("records", "Records", columns, (tuple(values.values()),), ("id",))
    lines = write_calendar(Export(f"Register{line_end}X:1", "", date(2023, 1, 12), "public", (table,))).decode()
    assert not re.search(r"[\r\n\x85\u2028\x0b](?:ATTENDEE|X:1)|\x1b", lines)
    assert lines.count("END:VEVENT\r\n") == 1


@pytest.mark.parametrize(("audience", "mark"), [("public", None), ("members", "true"), ("officers", "true")])
def test_who_is_given_exempt_text_is_given_its_mark(audience: str, mark: str | None, tmp_path: Path) -> None:
    files = {"A01.yaml": "title: Open", "A02.yaml": "title: Dispute\nexempt: {paragraph: 3, fields: [agreed_action]}"}
    (tmp_path / "data" / "actions").mkdir(parents=True)
    (tmp_path / "data" / "programme.yaml").write_text("title: Review\n")
    for name, text in files.items():
        (tmp_path / "data" / "actions" / name).write_text(f"id: {name[:3]}\n{text}\nagreed_action: Wait\n")
    rows = read_package(export(tmp_path, "csv", "--audience", audience))["records"]
    expected = [None, None] if mark is None else ["false", mark]
    assert [row.get("has_exempt") for row in rows] == expected
