"""Office files have the same bytes on each run and hold nothing but the paper."""

from __future__ import annotations

import io
import locale
import time
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import openpyxl
import pytest

from p2ptrack.formats.office import make_element, serialise_xml, zip_files
from tests.command import ROOT, run
from tests.office.builders import DAY, WHOLE, parts, write_format

BOTH = pytest.mark.parametrize("name", ["docx", "xlsx"])


@BOTH
def test_a_file_is_the_same_bytes_each_time(name: str) -> None:
    assert write_format(name, WHOLE) == write_format(name, WHOLE)


@BOTH
def test_no_clock_zone_locale_or_folder_reaches_a_file(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = set()
    for zone, folder in (("UTC", "one"), ("Pacific/Auckland", "two")):
        monkeypatch.setenv("TZ", zone)
        monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
        monkeypatch.setattr(locale, "getlocale", lambda *_: ("de_DE", "UTF-8"))
        place = tmp_path / folder / f"paper.{name}"
        result = run(
            "render",
            "action-plan",
            "--format",
            name,
            "--output",
            place,
            "--root",
            ROOT,
            "--as-of",
            DAY.isoformat(),
            TZ=zone,
        )
        assert (result.code, result.err) == (0, "")
        output.add(place.read_bytes())
    assert len(output) == 1


@BOTH
def test_every_entry_is_sorted_dated_1980_and_of_no_system(name: str) -> None:
    with ZipFile(io.BytesIO(write_format(name, WHOLE))) as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert entries[0].filename == "[Content_Types].xml"
    assert {(entry.date_time, entry.create_system, entry.compress_type) for entry in entries} == {
        ((1980, 1, 1, 0, 0, 0), 0, ZIP_DEFLATED)
    }


def test_each_file_has_exactly_the_expected_parts() -> None:
    shared = ["[Content_Types].xml", "_rels/.rels", "docProps/app.xml", "docProps/core.xml"]
    assert sorted(parts(write_format("docx", WHOLE))) == [
        *shared,
        "word/_rels/document.xml.rels",
        "word/document.xml",
        "word/footer-wide.xml",
        "word/footer.xml",
        "word/header-wide.xml",
        "word/header.xml",
        "word/numbering.xml",
        "word/settings.xml",
        "word/styles.xml",
    ]
    assert sorted(parts(write_format("xlsx", WHOLE))) == [
        *shared,
        "xl/_rels/workbook.xml.rels",
        "xl/sharedStrings.xml",
        "xl/styles.xml",
        *(f"xl/tables/table{number}.xml" for number in range(1, 4)),
        "xl/theme/theme1.xml",
        "xl/workbook.xml",
        *(f"xl/worksheets/_rels/sheet{number}.xml.rels" for number in range(2, 5)),
        *(f"xl/worksheets/sheet{number}.xml" for number in range(1, 5)),
    ]


@BOTH
def test_the_properties_are_the_papers(name: str) -> None:
    output = io.BytesIO(write_format(name, WHOLE))
    read = docx.Document(output).core_properties if name == "docx" else openpyxl.load_workbook(output).properties
    creator = read.author if name == "docx" else read.creator
    about = read.comments if name == "docx" else read.description
    status = read.content_status if name == "docx" else read.contentStatus
    assert (read.title, creator, read.language, about, status) == (
        "A paper: on <everything> & more",
        "A council",
        "en-GB",
        "Demonstration. Made with: p2ptrack render a-paper --at c0ffee --as-of 2023-01-12",
        "Draft",
    )
    assert {str(day)[:19] for day in (read.created, read.modified)} == {"2023-01-12 00:00:00"}
    assert b"<Application>p2ptrack</Application>" in parts(output.getvalue())["docProps/app.xml"]


def test_zipping_keeps_files_and_ignores_their_order() -> None:
    files = {"b": b"two", "a/c": b"one", "[x]": b""}
    assert parts(zip_files(files)) == files
    assert zip_files(files) == zip_files(dict(reversed(files.items())))


def test_xml_omits_forbidden_characters() -> None:
    output = make_element(
        "w:t", {"w:val": 'a"<\x00', "w:no": None}, "x\x07 & <y>", None, make_element("w:b"), "\ud800z"
    )
    assert serialise_xml(output).decode() == (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<w:t w:val="a&quot;&lt;">x &amp; &lt;y&gt;z<w:b /></w:t>'
    )
