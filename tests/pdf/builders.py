"""Papers for the PDF tests, from documents and from HTML."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from p2ptrack.formats import pdf
from p2ptrack.formats.html.page import render_page
from p2ptrack.formats.pdf import use_packaged_fonts
from p2ptrack.formats.pdf.tags import replace_weasyprint_tags
from p2ptrack.pipeline import open_paper_case
from p2ptrack.reports import REPORTS
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
from tests.command import run
from tests.papers.builders import PACKAGED_OPTIONS, document_of, seed_paper
from tests.pdf.reading import Paper
from tests.support import write_register

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


REGISTER = """\
title: Registers of a council
registers:
  grants:
    singular: grant condition
    prefix: GC
    fields:
      funder: {type: text, role: group}
      amount: {type: money, role: sum}
      terms: {type: text}
      comes_from: {type: link, list: true}
      reply_by: {type: date, role: due}
"""
TERMS = "|\n  Two terms:\n\n  - spend it\n  - report it\n"
RECORDS = {
    "grants/GC01.yaml": "id: GC01\ntitle: Spend it\nfunder: A\namount: £918\nreply_by: 3 May 2026\n"
    f"terms: {TERMS}comes_from: [E01, 'https://example.org/terms']\n",
    "grants/GC02.yaml": "id: GC02\ntitle: Report it\nfunder: B\namount: {amount: 500, period: year, vat: net}\n",
    "exemptions/E01.yaml": "id: E01\ntitle: Care beds\ntype: waiver\nvalue: £48,000\nsought: after\nreason: urgency\n"
    f"approved_on: 1 July 2026\nreason_text: {TERMS}",
    "exemptions/E02.yaml": "id: E02\ntype: breach\nvalue: £1,000\napproved_on: 1 August 2026\nsupplier: Example Ltd\n",
    "exemptions/E03.yaml": "id: E03\ntype: exception\n",
}
CONTRACTS = "Reference,Title,Supplier,Start,End,Value\n" + "".join(
    f"K-{number},Service {number},Example Ltd,2021-04-01,{end},{number}5000\n"
    for number, end in enumerate(("2026-06-30", "2027-03-31", "2027-12-31", ""), 1)
)


@cache
def other_paper(name: str) -> Document:
    """Return a paper of exemptions, contracts or declared registers."""
    with TemporaryDirectory() as folder:
        root = write_register(Path(folder), RECORDS, REGISTER)
        (root / "contracts.csv").write_text(CONTRACTS, encoding="utf-8")
        imported = run("import", "contracts", root / "contracts.csv", "--yes", "--root", root, "--as-of", "2026-11-30")
        assert imported.code == 0, imported.err
        context = open_paper_case(root, date(2026, 11, 30))
        return REPORTS[name].build(replace(context, report=name))


@cache
def html_of(name: str) -> str:
    """Return the HTML of one of the papers."""
    return render_page(*_sources(name))


@cache
def paper(name: str) -> Paper:
    """Return one of the papers as read from its PDF, which is made once in a run."""
    return Paper(pdf.write(*_sources(name)))


def _sources(name: str) -> tuple[Document, FormatOptions]:
    match name:
        case "one-page":
            return one_page(), PACKAGED_OPTIONS
        case "thousand-rows":
            return thousand_rows(), SMALL_PAGES
        case "exemptions-report" | "forward-plan" | "register":
            return other_paper(name), PACKAGED_OPTIONS
        case _:
            return seed_paper(name), PACKAGED_OPTIONS


def print_html(html: str, *, own_tags: bool = True) -> bytes:
    """Return a page of HTML as PDF/UA-1, with p2ptrack's structure or with WeasyPrint's own."""
    html_page = pdf.import_weasyprint().HTML(string=html)
    with use_packaged_fonts():
        if not own_tags:
            return bytes(html_page.write_pdf(pdf_variant=pdf.PDF_VARIANT))
        with replace_weasyprint_tags():
            return bytes(html_page.write_pdf(pdf_variant=pdf.PDF_VARIANT))


def body(content: str, css: str = "") -> str:
    """Return a page so small that nearly everything continues on the next."""
    return (
        "<!DOCTYPE html><html lang='en-GB'><head><title>A paper</title><style>"
        "@page { size: 90mm 60mm; margin: 10mm; @top-left { content: 'A running title' } "
        "@bottom-right { content: counter(page) } } body { font: 10pt 'Source Sans Pro'; margin: 0 }"
        f"{css}</style></head><body>{content}</body></html>"
    )
