"""Office files are the same bytes each time and hold nothing that is not the paper's."""

from __future__ import annotations

import io
import locale
import time
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import openpyxl
import pytest

from p2ptrack.formats.office.package import make_element, serialise_xml, zip_files
from tests.command import ROOT, run
from tests.office.builders import DAY, WHOLE, parts, written

BOTH = pytest.mark.parametrize("name", ["docx", "xlsx"])


@BOTH
def test_a_file_is_the_same_bytes_each_time(name: str) -> None:
    assert written(name, WHOLE) == written(name, WHOLE)


@BOTH
def test_no_clock_zone_locale_or_folder_reaches_a_file(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = set()
    for zone, folder in (("UTC", "one"), ("Pacific/Auckland", "two")):
        monkeypatch.setenv("TZ", zone)
        monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
        monkeypatch.setattr(locale, "getlocale", lambda *_: ("de_DE", "UTF-8"))
        place = tmp_path / folder / f"paper.{name}"
        ran = run(
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
        assert (ran.code, ran.err) == (0, "")
        made.add(place.read_bytes())
    assert len(made) == 1


@BOTH
def test_every_entry_is_sorted_dated_1980_and_of_no_system(name: str) -> None:
    with ZipFile(io.BytesIO(written(name, WHOLE))) as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert entries[0].filename == "[Content_Types].xml"
    assert {(entry.date_time, entry.create_system, entry.compress_type) for entry in entries} == {
        ((1980, 1, 1, 0, 0, 0), 0, ZIP_DEFLATED)
    }


def test_each_file_has_the_parts_that_it_needs_and_no_other() -> None:
    shared = ["[Content_Types].xml", "_rels/.rels", "docProps/app.xml", "docProps/core.xml"]
    assert sorted(parts(written("docx", WHOLE))) == [
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
    assert sorted(parts(written("xlsx", WHOLE))) == [
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
    made = io.BytesIO(written(name, WHOLE))
    read = docx.Document(made).core_properties if name == "docx" else openpyxl.load_workbook(made).properties
    creator = read.author if name == "docx" else read.creator
    about = read.comments if name == "docx" else read.description
    status = read.content_status if name == "docx" else read.contentStatus
    assert (read.title, creator, read.language, about, status) == (
        "A paper: on <everything> & more",
        "A council",
        "en-GB",
        "Demonstration",
        "Draft",
    )
    assert {str(day)[:19] for day in (read.created, read.modified)} == {"2023-01-12 00:00:00"}
    assert b"<Application>p2ptrack</Application>" in parts(made.getvalue())["docProps/app.xml"]


def test_what_is_packed_is_what_was_given() -> None:
    files = {"b": b"two", "a/c": b"one", "[x]": b""}
    assert parts(zip_files(files)) == files
    assert zip_files(files) == zip_files(dict(reversed(files.items())))


def test_xml_is_written_with_what_it_may_not_hold_left_out() -> None:
    made = make_element("w:t", {"w:val": 'a"<\x00', "w:no": None}, "x\x07 & <y>", None, make_element("w:b"), "\ud800z")
    assert serialise_xml(made).decode() == (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<w:t w:val="a&quot;&lt;">x &amp; &lt;y&gt;z<w:b /></w:t>'
    )
