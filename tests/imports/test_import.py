"""The command import, run on trackers that the tests write in each format."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from p2ptrack.store.yaml import read
from tests.command import ROOT, CommandResult, run
from tests.imports.writers import TRACKER, WRITERS, write_csv, write_docx, write_html

DAY = "2023-02-15"
PROGRAMME = """\
title: Register
roles: [Head of IT, Head of Housing and Regeneration]
meetings:
  - {id: AC-2022-10-17, body: Audit Committee, date: 2022-10-17}
"""


@pytest.fixture
def register(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/programme.yaml").write_text(PROGRAMME, encoding="utf-8")
    return tmp_path


def import_(register: Path, name: str, *options: str) -> CommandResult:
    return run("import", register / name, *options, "--root", register, "--as-of", DAY, "--yes")


def records(register: Path, folder: str) -> list[Mapping[str, Any]]:
    values: list[Mapping[str, Any]] = []
    for path in sorted((register / "data" / folder).glob("*.yaml")):
        value = read(path.read_bytes(), path.name).value
        assert isinstance(value, dict)
        values.append(value)
    return values


def files(register: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in register.rglob("*") if path.is_file()}


EXPECTED: list[Mapping[str, Any]] = [
    {
        "id": "F01",
        "title": "Do X with “quotes”",
        "source": {"id": "audit", "ref": "1"},
        "origin_text": "Do X with “quotes”. Then rest.\n",
        "as_published": {"Due date": "31/06/2023", "RAG": "Amber"},
        "status": "In progress",
        "accountable": ["Head of IT"],
        "inferred": ["title"],
        "updates": [{"source": "audit", "text": "Begun.\n"}],
    },
    {
        "id": "F02",
        "title": "Do Y",
        "source": {"id": "audit", "ref": "2"},
        "origin_text": "Do Y.\n",
        "as_published": {"Status": "Not yet due", "RAG": "Red"},
        "target": {"raw": "14 Aug", "means": "none"},
        "inferred": ["title"],
    },
    {
        "id": "F03",
        "title": "Do Z",
        "source": {"id": "audit", "ref": "3"},
        "origin_text": "Do Z\n",
        "status": "Implemented",
        "accountable": ["Finance Director"],
        "target": "31/03/2024",
        "revisions": [{"from": "31/12/2023", "to": "31/03/2024"}],
        "inferred": ["title", "revisions"],
        "updates": [{"source": "audit", "text": "Done: # all of it\n"}],
    },
    {
        "id": "F04",
        "title": "Do W",
        "source": {"id": "audit", "ref": "4"},
        "origin_text": "Do W\n",
        "as_published": {"Due date": "Complete"},
        "status": "Open",
        "accountable": ["Head of Housing and Regeneration"],
        "inferred": ["title"],
    },
]


@pytest.mark.parametrize("format_", WRITERS)
def test_a_tracker_becomes_the_same_records_from_each_format(register: Path, format_: str) -> None:
    (register / f"t.{format_}").write_bytes(WRITERS[format_](TRACKER))
    result = import_(register, f"t.{format_}", "--source", "audit", "--kind", "follow-up")
    assert (result.code, result.err) == (0, "")
    assert records(register, "audit_followups") == EXPECTED
    for question in (
        "“J Smith” looks like a person's name",
        "“JS” looks like a person's name",
        "“14 Aug” has no year. Which year is meant?",
    ):
        assert question in result.out


@pytest.mark.parametrize("format_", WRITERS)
def test_the_same_file_twice_changes_no_byte(register: Path, format_: str) -> None:
    (register / f"t.{format_}").write_bytes(WRITERS[format_](TRACKER))
    import_(register, f"t.{format_}", "--source", "audit")
    before = files(register)
    result = import_(register, f"t.{format_}", "--source", "audit")
    assert result.code == 0
    assert "Nothing to import" in result.out
    assert files(register) == before


def test_a_dry_run_writes_nothing(register: Path) -> None:
    (register / "t.csv").write_bytes(write_csv(TRACKER))
    before = files(register)
    assert "Would write 4 new records. Nothing was saved." in import_(register, "t.csv", "--dry-run").out
    assert files(register) == before


def write_package(parts: Mapping[str, bytes]) -> bytes:
    stream = BytesIO()
    with ZipFile(stream, "w", compression=8) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return stream.getvalue()


HOSTILE = {
    "empty": (b"", "t.csv is empty."),
    "blank": (b"\n \n", "t.csv is empty."),
    "old office": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "is an old Word or Excel file"),
    "pdf": (b"%PDF-1.7 rest", "is a PDF"),
    "picture": (b"\x89PNG\r\n\x1a\n", "is a picture"),
    "binary": (b"\x01\x00\x02" * 50, "is not a Word, Excel, CSV or HTML file"),
    "damaged": (b"PK\x03\x04damaged", "is damaged"),
    "half": (write_docx(TRACKER)[:9000], "is damaged"),
    "bomb": (write_package({"word/document.xml": b" " * 20_000_000}), "unpacks to more than 100 times"),
    "entities": (write_package({"word/document.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'}), "declares XML entities"),
    "not xml": (write_package({"word/document.xml": b"<a"}), "is damaged"),
    "no workbook": (write_package({"xl/workbook.xml": b"<a/>"}), "is damaged"),
    "quote left open": (b'Ref,Action,Due\n1,"Do X,2024\n2,Do Y,2025\n', "in line 2 the quotation marks do not match"),
    "long cell": (b"Ref,Action\n1," + b"x" * 1_000_001 + b"\n", "in line 2 a cell has more than 1,000,000 characters"),
    "web archive": (b"MIME-Version: 1.0\nContent-Type: multipart/related\n\n<table>", "is a web archive"),
    "old xml": (
        b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>',
        "an XML file of Office 2003",
    ),
    "no tracker": (b"Colour,Size\nred,1\n", "has no tracker"),
    "no table": (b"<html><p>Hello</p></html>", "has no table"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_is_no_tracker_is_refused_in_a_sentence(register: Path, name: str) -> None:
    data, sentence = HOSTILE[name]
    (register / "t.csv").write_bytes(data)
    before = files(register)
    result = import_(register, "t.csv")
    assert (result.code, result.bytes) == (3, b"")
    assert sentence in result.err
    assert len(result.err.splitlines()) == 1
    assert files(register) == before


@pytest.mark.parametrize(
    ("words", "headings"),
    [((), "Recommendation, Owner, Target date and Status"), (("contracts",), "Reference, Supplier, Value and End")],
)
def test_a_word_document_in_paragraphs_is_refused_with_how_to_make_a_table(
    register: Path, words: tuple[str, ...], headings: str
) -> None:
    body = "<w:p><w:r><w:t>1. Review the register. Owner: Head of IT. Due: March 2027</w:t></w:r></w:p>"
    data = write_package({"word/document.xml": WORD_DOCUMENT.format(body).encode()})
    (register / "t.docx").write_bytes(data)
    result = run("import", *words, register / "t.docx", "--root", register)
    assert (result.code, result.out) == (3, "")
    assert result.err == (
        "t.docx has no table. p2ptrack reads a table with one row for each item, below headings such as "
        f"{headings}. In Word, select the paragraphs, choose Insert, Table and Convert Text to Table, and add the "
        "headings.\n"
    )


WORD_DOCUMENT = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body></w:document>'


@pytest.mark.parametrize("heading", ["End date", "Finish", "End", "Finish date", "Completion date"])
@pytest.mark.parametrize(
    ("statuses", "field"),
    [(("In progress", "Complete"), "target"), (("Complete", "Complete"), ""), (("", ""), "target")],
)
def test_an_end_date_is_the_target_where_work_is_open(
    register: Path, heading: str, statuses: tuple[str, str], field: str
) -> None:
    rows = [f"Check the {name},1 May 2026,30 June 2027,{status}" for name, status in zip("ab", statuses, strict=True)]
    (register / "t.csv").write_text("\n".join([f"Action,Start date,{heading},Status", *rows, ""]))
    result = import_(register, "t.csv", "--kind", "action")
    assert result.code == 0
    first = records(register, "actions")[-2]
    assert (first["start"], first.get("target")) == ("1 May 2026", "30 June 2027" if field else None)
    assert (f"{heading}: Which field is it? It may be Completed on." in result.out) is not bool(field)


def test_a_web_page_with_the_name_of_a_workbook_is_read_as_what_it_is(register: Path) -> None:
    (register / "t.xls").write_bytes(write_html(TRACKER))
    assert import_(register, "t.xls").code == 0
    assert len(records(register, "audit_followups")) == 4


def test_a_missing_file_is_a_sentence(register: Path) -> None:
    result = import_(register, "no.csv")
    assert result.code == 3
    assert "cannot be read" in result.err


def test_a_word_for_a_kind_that_is_none_is_refused(register: Path) -> None:
    (register / "t.csv").write_bytes(write_csv(TRACKER))
    result = import_(register, "t.csv", "--kind", "acton")
    assert (result.code, "Did you mean action?" in result.err) == (2, True)


def test_the_records_of_the_demonstration_keep_their_files(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "data", tmp_path / "data")
    before = files(tmp_path)
    (tmp_path / "t.csv").write_bytes(write_csv(TRACKER))
    assert import_(tmp_path, "t.csv", "--source", "audit", "--kind", "action").code == 0
    after = files(tmp_path)
    changed = {path.name for path, data in before.items() if after[path] != data}
    assert changed == {"programme.yaml"}
    assert [record["id"] for record in records(tmp_path, "actions")][-4:] == ["A34", "A35", "A36", "A37"]


def test_a_mapping_makes_a_row_of_other_words_the_headings(register: Path) -> None:
    columns = {"Undertaking": "request", "Carried by": "accountable", "Before": "target"}
    lines = [f"  - {{heading: {heading}, field: {field}}}" for heading, field in columns.items()]
    (register / "map.yaml").write_text("\n".join(["kind: action", "columns:", *lines, ""]))
    (register / "t.csv").write_text("Undertaking,Carried by,Before\nKeep a list,Head of IT,31/03/2027\n")
    refused = import_(register, "t.csv")
    assert (refused.code, "name their fields in a file and add --map FILE" in refused.err) == (3, True)
    assert import_(register, "t.csv", "--map", str(register / "map.yaml")).code == 0
    values = [
        (record["origin_text"], record["accountable"], record["target"]) for record in records(register, "actions")
    ]
    assert values == [("Keep a list\n", ["Head of IT"], "31/03/2027")]
