"""A council's own Word template: its styles, theme, header and footer in every paper."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.shared import Pt

from p2ptrack.errors import OperationError
from p2ptrack.formats import FORMATS
from p2ptrack.reports.document import Document, FormatOptions, Section, Table, make_paragraph
from p2ptrack.store.templates import PACKAGED
from tests.office.builders import parts
from tests.papers.builders import PACKAGED_OPTIONS, document_of, png, seed_paper

WHOLE = document_of(Section("s", "First part", (make_paragraph("Words."),)))


def make_template() -> bytes:
    """Return a template of a council as Word would save it: a font, a header with a logo, and a footer."""
    template = docx.Document()
    template.styles["Heading 1"].font.size = Pt(31)
    template.styles["Normal"].font.name = "Georgia"
    section = template.sections[0]
    section.header.paragraphs[0].text = "Northfold Borough Council"
    section.header.paragraphs[0].add_run().add_picture(io.BytesIO(png(20, 10)))
    section.footer.paragraphs[0].text = "Civic Offices"
    output = io.BytesIO()
    template.save(output)
    return output.getvalue()


def change(data: bytes, changes: Mapping[str, Callable[[bytes], bytes]]) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(output, "w") as new:
        for name in old.namelist():
            new.writestr(name, changes.get(name, bytes)(old.read(name)))
    return output.getvalue()


def write(folder: Path, template: bytes, document: Document = WHOLE) -> bytes:
    (folder / "reference.docx").write_bytes(template)
    options = FormatOptions((folder, PACKAGED), wording=PACKAGED_OPTIONS.wording)
    return FORMATS["docx"].write(document, options)


def test_styles_theme_header_and_footer_are_the_council_s(tmp_path: Path) -> None:
    output = write(tmp_path, make_template())
    paper = docx.Document(io.BytesIO(output))
    assert paper.styles["Heading 1"].font.size == Pt(31)
    assert paper.styles["Normal"].font.name == "Georgia"
    section = paper.sections[0]
    assert [line.text for line in section.header.paragraphs] == ["Draft", "Northfold Borough Council"]
    assert [line.text for line in section.footer.paragraphs] == ["Civic Offices"]
    files = parts(output)
    assert files["word/theme/theme1.xml"] == parts(make_template())["word/theme/theme1.xml"]
    assert [name for name in files if "media" in name] == ["word/media/reference-image1.png"]
    assert [line.text for line in paper.paragraphs if line.style and line.style.name == "Heading 1"] == ["First part"]


def test_styles_that_the_template_lacks_are_added_and_none_is_there_twice(tmp_path: Path) -> None:
    files = parts(write(tmp_path, make_template(), seed_paper("action-plan")))
    styles = files["word/styles.xml"].decode()
    ids = re.findall(r'w:styleId="([^"]*)"', styles)
    used = set(re.findall(r'<w:(?:pStyle|rStyle|tblStyle) w:val="(\w+)"', files["word/document.xml"].decode()))
    assert len(ids) == len(set(ids))
    assert used <= set(ids)
    bullets = {id_ for id_ in ids if "numPr" in styles.partition(f'w:styleId="{id_}"')[2].partition("</w:style>")[0]}
    assert bullets == {"ListBullet", "ListBullet2", "ListBullet3", "TableBullet"}
    assert set(re.findall(r'<w:numId w:val="(\d+)"', styles)) == {"1"}
    assert styles.count('w:type="paragraph" w:default="1"') == 1


def test_the_ids_of_another_language_become_those_of_papers(tmp_path: Path) -> None:
    def rename(styles: bytes) -> bytes:
        return styles.replace(b'"Heading1"', b'"Pennawd1"')

    files = parts(write(tmp_path, change(make_template(), {"word/styles.xml": rename})))
    assert b"Pennawd1" not in files["word/styles.xml"]
    assert files["word/styles.xml"].count(b'w:styleId="Heading1"') == 1


def test_a_paper_without_a_draft_mark_has_the_header_as_it_is(tmp_path: Path) -> None:
    published = docx.Document(io.BytesIO(write(tmp_path, make_template(), replace(WHOLE, draft=""))))
    assert [line.text for line in published.sections[0].header.paragraphs] == ["Northfold Borough Council"]


def test_a_template_without_a_header_leaves_the_paper_s_own(tmp_path: Path) -> None:
    output = io.BytesIO()
    docx.Document().save(output)
    paper = docx.Document(io.BytesIO(write(tmp_path, output.getvalue())))
    assert "Page 1 of 1" in paper.sections[0].footer.paragraphs[0].text


def test_the_same_template_gives_the_same_bytes(tmp_path: Path) -> None:
    template = make_template()
    assert write(tmp_path, template) == write(tmp_path, template)


def damage(data: bytes) -> bytes:
    """Return a template whose first part was packed and cannot be unpacked any more."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        first = archive.infolist()[0]
    assert first.compress_type == zipfile.ZIP_DEFLATED
    start = first.header_offset + 30 + len(first.filename)
    return data[:start] + b"\xff" * 8 + data[start + 8 :]


def external(relationships: bytes) -> bytes:
    return relationships.replace(b'Target="media/image1.png"', b'Target="file:///etc/passwd" TargetMode="External"')


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        (b"no zip", "it is not a Word document"),
        (damage(make_template()), "it is not a Word document"),
        (change(make_template(), {"word/styles.xml": lambda _: b"<w:styles>"}), "it is damaged or not a Word document"),
        (change(make_template(), {"word/styles.xml": lambda _: b"<!DOCTYPE x>"}), "it defines entities"),
        (change(make_template(), {"word/_rels/header1.xml.rels": external}), "shows something that is not in the file"),
        (
            change(
                make_template(),
                {"word/footer1.xml": lambda xml: xml.replace(b"Civic", b'INCLUDETEXT "/etc/passwd"')},
            ),
            "its footer has a field that reads other files (INCLUDETEXT)",
        ),
    ],
)
def test_a_template_that_cannot_be_used_is_an_error_with_its_reason(
    tmp_path: Path, template: bytes, reason: str
) -> None:
    with pytest.raises(OperationError, match=re.escape(reason)):
        write(tmp_path, template)


def test_landscape_pages_have_the_council_s_header_too(tmp_path: Path) -> None:
    wide = replace(WHOLE, blocks=(*WHOLE.blocks, Table("t", "T", (), (), landscape=True)))
    paper = docx.Document(io.BytesIO(write(tmp_path, make_template(), wide)))
    assert {section.header.paragraphs[-1].text for section in paper.sections} == {"Northfold Borough Council"}
