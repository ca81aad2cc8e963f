"""Papers as PDF: tagged, with packaged fonts only, and the same bytes each time."""

from __future__ import annotations

import os
import re
import sys
import zlib
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from p2ptrack.errors import OperationError
from p2ptrack.formats import FORMATS, pdf
from p2ptrack.reports.document import Document, Prose, Section, make_paragraph
from tests.papers.builders import PACKAGED_OPTIONS, document_of


def paper() -> Document:
    text = "Words in **bold**, *italics* and \u65e5\u672c \U0001f600 that no packaged font has."
    return document_of(Section("first", "First", (Prose(text), make_paragraph("w" * 300))))


def inside(data: bytes) -> bytes:
    """Return the PDF with its streams as they were before they were packed."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL)
    assert streams
    unpacked = []
    for stream in streams:
        try:
            unpacked.append(zlib.decompress(stream))
        except zlib.error:
            unpacked.append(stream)
    return b"\n".join((data, *unpacked))


def test_a_pdf_has_metadata_and_is_reproducible() -> None:
    data = FORMATS["pdf"].write(paper(), PACKAGED_OPTIONS)
    content = inside(data)
    assert FORMATS["pdf"].write(paper(), PACKAGED_OPTIONS) == data
    assert b"/Lang (en-GB)" in content
    assert b"/StructTreeRoot" in content
    assert b"pdfuaid:part" in content
    assert b"D:20230112" in content
    assert b"/Outlines" in content


def test_only_packaged_fonts_are_used() -> None:
    fonts = set(
        re.findall(rb"/BaseFont\s*/[A-Z]{6}\+([A-Za-z0-9-]+)", inside(FORMATS["pdf"].write(paper(), PACKAGED_OPTIONS)))
    )
    assert fonts
    assert {name for name in fonts if not name.startswith((b"Source-Sans-Pro", b"Source-Serif-Pro"))} == set()


def test_the_font_file_names_our_folders_and_no_other() -> None:
    assert pdf.format_fontconfig((Path("a&b"), Path("c")), Path("d")) == (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">'
        "<fontconfig><dir>a&amp;b</dir><dir>c</dir><cachedir>d</cachedir>"
        "<selectfont><rejectfont><glob>*.otf</glob></rejectfont></selectfont></fontconfig>\n"
    )
    assert [folder.parent.name for folder in pdf.find_font_folders()] == list(pdf.FONT_PACKAGES)


@pytest.mark.parametrize("before", [None, "theirs.conf"])
def test_environment_variables_are_restored(monkeypatch: pytest.MonkeyPatch, before: str | None) -> None:
    monkeypatch.delenv("FONTCONFIG_FILE", raising=False)
    if before:
        monkeypatch.setenv("FONTCONFIG_FILE", before)
    with pdf.use_packaged_fonts():
        file = Path(os.environ["FONTCONFIG_FILE"])
        assert "font_source_sans_pro" in file.read_text(encoding="utf-8")
    assert os.environ.get("FONTCONFIG_FILE") == before
    assert not file.exists()


def test_a_missing_font_is_reported_with_how_to_install_it() -> None:
    with pytest.raises(OperationError) as stopped:
        pdf.find_font_folders(("no_such_font",))
    assert "“python -m pip install no-such-font”" in str(stopped.value)


class NoPango(MetaPathFinder):
    """Fails as WeasyPrint does where Pango is not installed."""

    def find_spec(self, fullname: str, path: object, target: object = None) -> ModuleSpec | None:
        del path, target
        if fullname.partition(".")[0] == "weasyprint":
            sys.stdout.write("WeasyPrint could not import some external libraries.")
            raise OSError("cannot load library 'libpango-1.0-0'")
        return None


def test_missing_pango_is_reported_with_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DYLD_FALLBACK_LIBRARY_PATH", "/somewhere")
    for name in [name for name in sys.modules if name.partition(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [NoPango(), *sys.meta_path])
    monkeypatch.setattr("platform.system", lambda: "Darwin")
    with pytest.raises(OperationError) as stopped:
        pdf.write(paper(), PACKAGED_OPTIONS)
    assert str(stopped.value) == pdf.format_missing_pango("Darwin")
    assert capsys.readouterr() == ("", "")


def test_pango_on_a_mac_is_found_in_the_homebrew_folder() -> None:
    places: dict[str, str] = {}
    pdf.add_homebrew_library_path("Linux", places)
    assert places == {}
    pdf.add_homebrew_library_path("Darwin", places)
    assert places == {"DYLD_FALLBACK_LIBRARY_PATH": "/opt/homebrew/lib:/usr/local/lib:/usr/lib"}
    own = {"DYLD_FALLBACK_LIBRARY_PATH": "/opt/own"}
    pdf.add_homebrew_library_path("Darwin", own)
    assert own == {"DYLD_FALLBACK_LIBRARY_PATH": "/opt/own"}


@pytest.mark.parametrize(
    ("system", "line"),
    [
        ("Linux", "sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"),
        ("Darwin", "brew install pango"),
        ("Windows", "https://doc.courtbouillon.org/weasyprint/stable/first_steps.html#windows"),
        ("Other", "On Debian and Ubuntu, run “sudo apt-get install libpango"),
    ],
)
def test_each_system_has_its_install_command(system: str, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    manager = "apt-get" if system == "Linux" else None
    monkeypatch.setattr("shutil.which", lambda name: name if name == manager else None)
    assert line in pdf.format_missing_pango(system)
