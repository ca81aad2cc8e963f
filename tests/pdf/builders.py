"""Papers for the PDF tests, from documents and from HTML."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from p2ptrack.formats.html.page import render_page
from p2ptrack.formats.pdf import writer
from p2ptrack.formats.pdf.tags import replace_weasyprint_tags
from p2ptrack.formats.pdf.writer import use_packaged_fonts
from p2ptrack.reports.document import (
    Bullets,
    Cell,
    Column,
    Document,
    Fact,
    Facts,
    FormatOptions,
    Link,
    Prose,
    Ref,
    Row,
    Section,
    Strong,
    Table,
    make_paragraph,
)
from p2ptrack.store.templates import PACKAGED, load_wording
from tests.papers.builders import PACKAGED_OPTIONS, document_of, seed_paper
from tests.pdf.reading import Paper

HERE = Path(__file__).parent
SMALL_PAGES = FormatOptions((HERE / "small_pages", PACKAGED), wording=load_wording((PACKAGED,)))
PROSE = """\
Words of a record, with **some** of them *marked* and `code` among them.

1. First, see [the report](https://example.org/report).
   - inside the first
     - and inside that

   After what is inside.
2. Second

> Quoted words.
"""


def one_page() -> Document:
    columns = (Column("id", "Id", header=True), Column("what", "What"), Column("target", "Target"))
    listed = Bullets(((make_paragraph("one"),), (make_paragraph("two"),)))
    rows = (
        Row(
            (Cell("A1"), Cell((make_paragraph("Do it, then "), make_paragraph(Ref("A2"), " follows"))), Cell("Mar-23")),
            key="A1",
        ),
        Row((Cell("A2"), Cell((listed,)), Cell()), key="A2"),
    )
    return document_of(
        Section(
            "first",
            "What it is about",
            (
                make_paragraph(
                    "A line with ", Strong("strong words"), " and ", Link("https://example.org", "a link"), "."
                ),
                Facts((Fact("Position", "12 January 2023"), Fact("Closed", 3, (" of 4",), lines=(("as told",),)))),
                Prose(PROSE),
                Table("actions", "Actions: 2", columns, rows),
            ),
        )
    )


def thousand_rows() -> Document:
    return make_rows(1000)


def make_rows(count: int) -> Document:
    """Return a document of one table, in groups of 200 rows."""
    columns = (
        Column("id", "Id", header=True, width="narrow"),
        Column("what", "What", width="wide"),
        Column("target", "Target"),
    )
    rows = tuple(
        Row(
            (Cell(f"A{number}"), Cell(f"Action number {number} of this register"), Cell("Mar-23")),
            key=f"A{number}",
            group=f"Group {number // 200 + 1}",
        )
        for number in range(1, count + 1)
    )
    return document_of(Section("all", "All actions", (Table("all", f"Actions: {count:,}", columns, rows),)))


@cache
def html_of(name: str) -> str:
    """Return the HTML of one of the papers."""
    return render_page(*_sources(name))


@cache
def paper(name: str) -> Paper:
    """Return one of the papers as read from its PDF, which is made once in a run."""
    return Paper(writer.write(*_sources(name)))


def _sources(name: str) -> tuple[Document, FormatOptions]:
    match name:
        case "one-page":
            return one_page(), PACKAGED_OPTIONS
        case "thousand-rows":
            return thousand_rows(), SMALL_PAGES
        case _:
            return seed_paper(name), PACKAGED_OPTIONS


def print_html(html: str, *, own_tags: bool = True) -> bytes:
    """Return a page of HTML as PDF/UA-1, with p2ptrack's structure or with WeasyPrint's own."""
    html_page = writer.import_weasyprint().HTML(string=html)
    with use_packaged_fonts():
        if not own_tags:
            return bytes(html_page.write_pdf(pdf_variant=writer.PDF_VARIANT))
        with replace_weasyprint_tags():
            return bytes(html_page.write_pdf(pdf_variant=writer.PDF_VARIANT))


def body(content: str, css: str = "") -> str:
    """Return a page so small that nearly everything continues on the next."""
    return (
        "<!DOCTYPE html><html lang='en-GB'><head><title>A paper</title><style>"
        "@page { size: 90mm 60mm; margin: 10mm; @top-left { content: 'A running title' } "
        "@bottom-right { content: counter(page) } } body { font: 10pt 'Source Sans Pro'; margin: 0 }"
        f"{css}</style></head><body>{content}</body></html>"
    )
