"""Files that would read other files, take all memory, run a program or control a terminal are imported by nobody."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.command import CommandResult, run
from tests.support import write_register

_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_ENTITY = '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
_BOMB = '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY e "&a;&a;&a;&a;">]>'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_register(tmp_path / "register", {"actions/A01.yaml": "id: A01\ntitle: Public\n"})


def element(name: str, attributes: str, content: str) -> str:
    return f"<{name} {attributes}>{content}</{name}>"


def workbook(path: Path, text: str, *, doctype: str = "", target: str = "worksheets/sheet1.xml", more: int = 0) -> Path:
    """Write a workbook with one row of an action; `more` is how many bytes of zeros it has beside."""
    row = "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in ("A10", text, "Open"))
    head = "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in ("Ref", "Action", "Status"))
    sheets = '<sheets><sheet name="S" sheetId="1" r:id="r"/></sheets>'
    rows = f"<sheetData><row>{head}</row><row>{row}</row></sheetData>"
    relationship = f'<Relationships xmlns="{_RELATIONSHIPS}"><Relationship Id="r" Type="{_OFFICE}/'
    main = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{main}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{main}.worksheet+xml"/></Types>',
        "_rels/.rels": f'{relationship}officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": element("workbook", f'xmlns="{_SHEET}" xmlns:r="{_OFFICE}"', sheets),
        "xl/_rels/workbook.xml.rels": f'{relationship}worksheet" Target="{target}"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<?xml version="1.0"?>{doctype}' + element("worksheet", f'xmlns="{_SHEET}"', rows),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
        if more:
            package.writestr("xl/media/picture.png", bytes(more))
    return path


def document(path: Path, text: str, doctype: str = "") -> Path:
    rows = "".join(
        f"<w:tr>{''.join(f'<w:tc><w:p><w:r><w:t>{cell}</w:t></w:r></w:p></w:tc>' for cell in cells)}</w:tr>"
        for cells in (("Ref", "Action", "Status"), ("A10", text, "Open"))
    )
    body = f'<w:document xmlns:w="{_WORD}"><w:body><w:tbl>{rows}</w:tbl></w:body></w:document>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", f'<?xml version="1.0"?>{doctype}{body}')
        package.writestr("word/vbaProject.bin", b"a macro")
    return path


def import_file(root: Path, path: Path) -> CommandResult:
    return run("import", path, "--kind", "action", "--yes", "--root", root, "--as-of", "2023-01-12")


def texts(root: Path) -> str:
    return "".join(file.read_text(encoding="utf-8") for file in sorted(root.rglob("*.yaml")))


def test_the_files_are_imported_when_nothing_is_wrong_with_them(root: Path, tmp_path: Path) -> None:
    assert import_file(root, workbook(tmp_path / "a.xlsx", "Open a portal")).code == 0
    assert import_file(root, document(tmp_path / "b.docx", "Train the staff")).code == 0
    assert [text in texts(root) for text in ("Open a portal", "Train the staff", "macro")] == [True, True, False]


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda folder: workbook(folder / "a.xlsx", "&e;", doctype=_ENTITY), "it declares XML entities"),
        (lambda folder: workbook(folder / "a.xlsx", "&e;", doctype=_BOMB), "it declares XML entities"),
        (lambda folder: document(folder / "a.docx", "&e;", _ENTITY), "it declares XML entities"),
        (lambda folder: document(folder / "a.docx", "&e;", _BOMB), "it declares XML entities"),
        (lambda folder: workbook(folder / "a.xlsx", "x" * 60_000_000), "it unpacks to more than 100 times its size"),
        (lambda folder: document(folder / "a.docx", "x" * 60_000_000), "it unpacks to more than 100 times its size"),
        (
            lambda folder: workbook(folder / "a.xlsx", "x", more=60_000_000),
            "it unpacks to more than 100 times its size",
        ),
        (lambda folder: workbook(folder / "a.xlsx", "x", target="../../../../etc/passwd"), "has no table"),
        (lambda folder: workbook(folder / "a.xlsx", "x", target="/etc/passwd"), "has no table"),
        (lambda folder: workbook(folder / "a.xlsx", "<x>" * 5_000 + "</x>" * 5_000), "a.xlsx"),
    ],
)
def test_a_file_that_reaches_further_is_refused_in_a_sentence(
    make: object, sentence: str, root: Path, tmp_path: Path
) -> None:
    assert callable(make)
    before = texts(root)
    result = import_file(root, make(tmp_path))
    assert (result.code, sentence in result.err, "Traceback" in result.err) == (3, True, False), result.err
    assert texts(root) == before


def test_scripts_and_comments_of_a_web_page_are_not_read(root: Path, tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text(
        "<table><tr><th>Ref</th><th>Action</th></tr><tr><td>A10</td>"
        "<td><script>alert(1)</script><!-- ask Legal --><img src=x onerror=alert(2)>Open a portal</td></tr></table>",
        encoding="utf-8",
    )
    assert import_file(root, page).code == 0
    assert "Open a portal" in texts(root)
    assert not {word for word in ("alert", "Legal", "onerror") if word in texts(root)}


@pytest.mark.parametrize("id_", ["../../../escape", "/etc/escape", "CON", "a\\b", ".git", "x" * 300, "A10;ls"])
def test_no_reference_of_a_tracker_leads_out_of_the_register(id_: str, root: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"Ref,Action\n{id_},Open a portal\n", encoding="utf-8")
    outside = {*tmp_path.rglob("*")} - {*root.rglob("*")}
    result = import_file(root, path)
    assert (result.code in {0, 1, 3}, "Traceback" in result.err) == (True, False)
    assert {*tmp_path.rglob("*")} - {*root.rglob("*")} == outside
    assert {file.parent for file in root.rglob("*escape*")} <= {root / "data" / "actions"}


def test_no_cell_controls_the_terminal(root: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Ref,Action,Sta\x1b[31mtus\nA10,\x1b]0;title\x07Open,Op\x1b[31men\n", encoding="utf-8", newline="")
    result = import_file(root, path)
    assert not {sign for sign in ("\x1b", "\x07", "\x9b") if sign in result.out + result.err}
