"""A broken template is reported with its file and line."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pytest

from p2ptrack.errors import OperationError
from p2ptrack.formats.html.page import render_page
from p2ptrack.formats.html.templates import load_logo, load_stylesheet, locate_template_errors
from p2ptrack.reports.document import FormatOptions
from p2ptrack.store.templates import PACKAGED, find_template
from tests.papers.builders import PACKAGED_OPTIONS, document_of, png

FIX = "Correct it there, or remove the file to use the packaged one."


def stopped_by(folder: Path, name: str, content: str | bytes) -> str:
    """Return what a register's broken template is refused with, its folder left out."""
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    options = FormatOptions((folder, PACKAGED), wording=PACKAGED_OPTIONS.wording)
    with pytest.raises(OperationError) as stopped:
        render_page(document_of(), options)
    return str(stopped.value).replace(f"{folder}/", "").replace(f"{folder}\\", "")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            "<p>\n{% if paper %}\n",
            "title-block.html:2 is a template that does not work: Unexpected end of template. Jinja was looking for",
        ),
        ("<p>\n\n{{ papre.title }}", "title-block.html:3 is a template that does not work: 'papre' is undefined."),
        (
            "{{ paper.titel }}",
            "title-block.html:1 is a template that does not work: 'p2ptrack.reports.document.Document object' has no",
        ),
        ("\n{{ 1 | shout }}", "title-block.html:2 is a template that does not work: No filter named 'shout'."),
        ("\n{{ 1 / 0 }}", "title-block.html:2 is a template that does not work: division by zero."),
        ("{{ paper.__class__.__mro__ }}", "title-block.html:1 is a template that does not work: access to attribute"),
        ("\n{% include 'crest.html' %}", "title-block.html:2 has no template named crest.html."),
        ("{% include '../secret.html' %}", "title-block.html:1 has no template named ../secret.html."),
        (
            "<p>\n{% include 'words.yaml' %}",
            "title-block.html:2 is a template that does not work: it includes “words.yaml”, which does not end in",
        ),
        (
            "{{ 10**5000 }}",
            "title-block.html:1 is a template that does not work: Exceeds the limit (4300 digits) for integer string",
        ),
        (
            "{{ " + "(" * 300 + "1" + ")" * 300 + " }}",
            "title-block.html is a template that does not work: it has too many brackets inside one another.",
        ),
    ],
)
def test_a_broken_template_is_reported_by_file_and_line(tmp_path: Path, content: str, message: str) -> None:
    refusal = stopped_by(tmp_path, "title-block.html", content)
    assert refusal.startswith(message)
    assert refusal.endswith(FIX)


def test_a_word_that_is_missing_names_the_words_file(tmp_path: Path) -> None:
    refusal = stopped_by(tmp_path, "title-block.html", "{{ word('no_such_word') }}")
    assert refusal.startswith("templates/words.yaml has no words for no_such_word.")


def test_a_template_that_is_not_utf_8_is_reported(tmp_path: Path) -> None:
    refusal = stopped_by(tmp_path, "title-block.html", b"<p>\xff</p>")
    assert refusal == "title-block.html is not UTF-8 text. Save it again as UTF-8."


@pytest.mark.parametrize(
    ("name", "content"),
    [("logo.png", b"PNG"), ("logo.png", png(0, 5)), ("logo.png", png(3, 5)[:-9]), ("logo.svg", b"<svg>")],
)
def test_a_logo_that_nobody_could_see_is_reported(name: str, content: bytes, tmp_path: Path) -> None:
    assert re.match(rf"{name} is not an? (?:PNG|SVG) picture, or is damaged", stopped_by(tmp_path, name, content))


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="https://e.example/a.png" alt="">',
        "<IMG SRC=//e.example/a.png>",
        '<img srcset="a.png 2x" alt="">',
        '<link rel="stylesheet" href="a.css">',
        "<script>1</script>",
        "<svg><use href='a.svg#x'/></svg>",
        "<svg><image xlink:href='a.png'/></svg>",
        "<video poster=a.png></video>",
        "<iframe></iframe>",
        '<a href="javascript:alert(1)">x</a>',
        '<p onclick="alert(1)">x</p>',
        '<meta http-equiv="refresh" content="0; url=https://e.example">',
        '<p style="background: u\\72l(https://e.example/a)">x</p>',
        '<base href="https://e.example/">',
        "<style>p { background: url(https://e.example/a) }</style>",
        "<style>@import 'a.css';</style>",
    ],
)
def test_a_template_that_fetches_or_holds_a_program_is_refused(markup: str, tmp_path: Path) -> None:
    message = stopped_by(tmp_path, "title-block.html", markup)
    assert message.startswith("A template of the register ")


def test_links_and_pictures_inside_the_page_are_no_fetching(tmp_path: Path) -> None:
    markup = '<a href="https://e.example/">x</a><img src="data:image/png;base64,UE5H" alt=""><a href="#x">y</a>'
    (tmp_path / "title-block.html").write_text(markup, encoding="utf-8")
    options = FormatOptions((tmp_path, PACKAGED), wording=PACKAGED_OPTIONS.wording)
    assert markup in render_page(document_of(), options)


@pytest.mark.parametrize(
    ("css", "url"),
    [
        ("\n@\\69mport 'http://e.example/x.css';", "@import"),
        ("\nbody { background: u\\72l(http://e.example/a) }", "http://e.example/a"),
        ("\nbody { background: URL( 'http://e.example/a' ) }", "http://e.example/a"),
        ("\nbody { background: image-set('http://e.example/a' 1x) }", "http://e.example/a"),
        ("\nbody { background: -webkit-image-set(url(http://e.example/a) 1x) }", "http://e.example/a"),
        ("\n@media print { p { background: src('http://e.example/a') } }", "http://e.example/a"),
        ("\np { background: var(--x, url(http://e.example/a)) }", "http://e.example/a"),
        ("\np { background: url(" + " " * 4000 + "http://e.example/a) }", "http://e.example/a"),
        ("\n@import 'x.css';", "@import"),
        ("p {}\np { background: url(https://example.org/x.png) }", "https://example.org/x.png"),
        ("/* two\nlines */ p { background: url('../crest.png') }", "../crest.png"),
        ("\np { background: url(missing.png) }", "missing.png"),
        ("\np { background: url(paper.css) }", "paper.css"),
        ("\n@\\69mport 'x.css';", "@import"),
        ("\n@IMPORT url(x.css);", "@import"),
        ("\np { background: u\\72l(http://example.org/a) }", "http://example.org/a"),
        ("\np { background: URL( 'http://example.org/a' ) }", "http://example.org/a"),
        ("\np { background: image-set('http://example.org/a' 1x) }", "http://example.org/a"),
        ("\np { background: -webkit-image-set(url(//example.org/a) 1x) }", "//example.org/a"),
        ("\np { --x: url(http://example.org/a); background: var(--x) }", "http://example.org/a"),
        ("\n@media print { @font-face { src: url(https://example.org/f.woff2) } }", "https://example.org/f.woff2"),
        ("\n@namespace url(http://example.org/a);", "http://example.org/a"),
        ("\np { background: image(http, 'http://example.org/a') }", "http://example.org/a"),
        ("\np { background: cross-fade(url(http://example.org/a), red) }", "http://example.org/a"),
        ("\np { background: url(file:///etc/passwd) }", "file:///etc/passwd"),
    ],
)
def test_a_style_sheet_that_fetches_is_reported_by_line(tmp_path: Path, css: str, url: str) -> None:
    assert stopped_by(tmp_path, "brand.css", css).startswith(f"brand.css:2 fetches “{url}”, but a paper is one file.")


@pytest.mark.parametrize(
    ("css", "message"),
    [
        ("p { background: image-set(var(--x) 1x) }", "has an address in var(), which cannot be checked."),
        ("p { background: url(a b) }", "has an address that is not closed."),
        ("p { background: url(" + " " * 50_000 + "x y", "has an address that is not closed."),
        ("p { content: 'a\nb' }", "has a text that is not closed."),
        ("p { x: " + "(" * 100_000, "has more than 50 brackets inside each other."),
        ("{" * 100_000, "has more than 50 brackets inside each other."),
    ],
)
def test_a_style_that_cannot_be_checked_is_refused(tmp_path: Path, css: str, message: str) -> None:
    assert stopped_by(tmp_path, "brand.css", css) == (
        f"brand.css:1 {message} Name a picture or a font in the templates folder."
    )


def test_a_picture_is_inlined_however_its_address_is_written(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"PNG")
    css = "p{x:url(a.png);y:u\\72l( 'a.png' );z:image-set('a.png' 1x)} q{content:'</style> url(http://e)'}"
    (tmp_path / "brand.css").write_text(css, encoding="utf-8")
    data = "data:image/png;base64,UE5H"
    assert load_stylesheet("brand.css", (tmp_path,)) == (
        f'p{{x:url("{data}");y:url( "{data}" );z:image-set("{data}" 1x)}} q{{content:"<\\/style> url(http://e)"}}'
    )


def test_without_any_templates_the_folders_are_named(tmp_path: Path) -> None:
    with pytest.raises(OperationError, match=re.escape(f"{tmp_path} has no template named paper.html.")):
        render_page(document_of(), FormatOptions((tmp_path,), wording=PACKAGED_OPTIONS.wording))


def test_a_fault_that_is_not_the_templates_is_not_blamed_on_them(tmp_path: Path) -> None:
    with pytest.raises(LookupError), locate_template_errors((tmp_path,)):
        raise LookupError


def test_nothing_outside_the_folders_is_read(tmp_path: Path) -> None:
    templates = tmp_path / "templates"
    templates.mkdir()
    (tmp_path / "secret.css").write_text("p {}", encoding="utf-8")
    (templates / "brand.css").symlink_to(tmp_path / "secret.css")
    (templates / "deep").symlink_to(tmp_path)
    names = ("../secret.css", str(tmp_path / "secret.css"), "", "deep\\secret.css", "a\0b")
    assert [find_template(name, (templates,)) for name in names] == [None] * len(names)
    for name in ("brand.css", "deep/secret.css"):
        with pytest.raises(OperationError, match="is a link, and templates are not read through links"):
            load_stylesheet(name, (templates,))


def test_a_file_that_cannot_be_read_reports_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("brand.css", "logo.svg"):
        (tmp_path / name).write_text("p {}", encoding="utf-8")

    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", refuse)
    monkeypatch.setattr(Path, "read_bytes", refuse)
    for name, reading in (("brand.css", partial(load_stylesheet, "brand.css")), ("logo.svg", load_logo)):
        with pytest.raises(OperationError) as stopped:
            reading((tmp_path,))
        assert (
            str(stopped.value)
            == f"{tmp_path / name} cannot be read: you do not have permission. Correct that and try again."
        )


def test_data_and_places_in_the_page_are_no_fetching(tmp_path: Path) -> None:
    css = "p { background: url(data:image/png;base64,UE5H); fill: url(#shade) }"
    (tmp_path / "brand.css").write_text(css, encoding="utf-8")
    assert load_stylesheet("brand.css", (tmp_path,)) == css


def test_the_registers_own_files_come_first(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
    (second / "logo.svg").write_bytes(b"<svg/>")
    (second / "brand.css").write_text("a {}</style>", encoding="utf-8")
    assert load_logo((first, second)) == "data:image/svg+xml;base64,PHN2Zy8+"
    (first / "logo.png").write_bytes(png(3, 5))
    assert load_logo((first, second)).startswith("data:image/png;base64,")
    assert load_stylesheet("brand.css", (first, second)) == "a {}<\\/style>"
    assert load_logo((tmp_path,)) == ""
