"""Documents for Word and Excel, and independent libraries to read them back."""

from __future__ import annotations

import atexit
import io
import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import docx
import openpyxl
from docx.document import Document as WordFile
from openpyxl.workbook import Workbook

from p2ptrack.formats import FORMATS
from p2ptrack.formats.pasted_text import strip_unprintable
from p2ptrack.formats.prose import render_prose_html
from p2ptrack.reports.document import (
    Block,
    Bullets,
    Cell,
    Column,
    Document,
    Fact,
    Facts,
    FormatOptions,
    Link,
    Notice,
    Paragraph,
    Prose,
    Provenance,
    Ref,
    Row,
    Section,
    Star,
    Strong,
    Table,
    format_scalar,
    format_spans,
    make_paragraph,
    walk_blocks,
)
from tests.formats.sample import when
from tests.papers.builders import PACKAGED_OPTIONS, document_of

DAY = date(2023, 1, 12)
FORMULA = '=HYPERLINK("http://evil.example/","click")'
LONG_WORD = "Donaudampfschiff" * 19
BIDI = "\u202eright to left\u202c \u2066inside\u2069 \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627"
EMOJI = "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f600 e\u0301 Z\u0351\u036b\u0343"
CONTROLS = "bell\x07 null\x00 form\x0c line\u2028 next\x85 lone\ud800 none\uffff end"
FIELD = '{ DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc" } { INCLUDEPICTURE "http://evil.example/x.png" }'
MARKUP = "<w:instrText>DATE</w:instrText> ]]> &amp; <script>alert(1)</script> {{ 7*7 }} _x0041_"
HOSTILE = (FORMULA, LONG_WORD, BIDI, EMOJI, CONTROLS, FIELD, MARKUP, "@SUM(1)", "+1", "-1", "\t=1", "")


def parts(output: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(output)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_format(name: str, document: Document, options: FormatOptions = PACKAGED_OPTIONS) -> bytes:
    return FORMATS[name].write(document, options)


def word_of(*blocks: Block) -> WordFile:
    return docx.Document(io.BytesIO(write_format("docx", document_of(*blocks))))


def workbook_of(document: Document) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(write_format("xlsx", document)))


def body_of(*blocks: Block) -> list[tuple[str, str]]:
    """Return the style and text of each paragraph between the title block and the last page."""
    paragraphs = [(get_name(item.style), item.text) for item in word_of(*blocks).paragraphs]
    last = next(index for index, (_, text) in enumerate(paragraphs) if text.startswith("Made by p2ptrack "))
    return paragraphs[paragraphs.index(("Title", "A paper")) + 1 : last]


def get_name(style: object) -> str:
    return str(getattr(style, "name", ""))


def xml_of(*blocks: Block) -> str:
    return parts(write_format("docx", document_of(*blocks)))["word/document.xml"].decode()


COLUMNS = (
    Column("id", "Id", width="narrow", header=True),
    Column("title", "What", width="wide"),
    Column("target", "Target"),
    Column("days", "Days", "right", "narrow"),
)
DUE = Table(
    "due",
    "Due: 3",
    COLUMNS,
    (
        Row((Cell("F03"), Cell("Social value"), Cell(when("Jan-23"), starred=True), Cell(19)), key="F03", group="One"),
        Row(
            (
                Cell(Ref("F04")),
                Cell((make_paragraph("Held"), Prose("as *it* is"))),
                Cell(DAY, starred=True),
                Cell(-3, starred=True),
            ),
            group="One",
        ),
        Row((Cell("All"), Cell(None), Cell(when("31 March 2023")), Cell(16)), group="Two", role="total"),
    ),
)
WHOLE = Document(
    "a-paper",
    "A paper: on <everything> & more",
    DAY,
    (
        Section(
            "first",
            "First part",
            (
                Paragraph(("Told of ", Ref("F03", "F03 Value"), " and ", Ref("F99"), ", ", Strong("urgent"), Star())),
                Prose("A **bold** and *slanted* word of `code`.\n\n1. one\n   - inner\n2. two\n\n> quoted"),
                Bullets(((make_paragraph("First"), Prose("with more")), (make_paragraph("Second"),)), ordered=True),
                Facts((Fact("Owner", "Head", lines=(("since May",),)), Fact("Target", when("Mar-23"), ("as read",)))),
                Notice((make_paragraph("Mind the gap"),)),
                Section("inner", "Inner part", (make_paragraph("Deep", role="note"),), record="F03"),
            ),
        ),
        Section(
            "second",
            "Second part",
            (make_paragraph("Wide"), DUE, Table("none", "Nothing", COLUMNS, ())),
            landscape=True,
        ),
        Section("third", "Third part", (make_paragraph(Link("https://example.org/a b?c=1&d=2", "Evidence")),)),
        Section("fourth", "Fourth part", ()),
    ),
    heading=("A council", "Audit Committee"),
    meta=(Fact("Position at", DAY), Fact("Source", "A paper", ("undated",))),
    notice="Demonstration",
    draft="Draft",
    provenance=Provenance("1.2.3", DAY, "c0ffee"),
)


def hostile() -> Document:
    """Return a paper with hostile text in every kind of block."""
    columns = tuple(Column(f"c{number}", f"Column {number}") for number in range(40))
    cells = tuple(Cell(HOSTILE[number % len(HOSTILE)]) for number in range(40))
    places = [block for text in HOSTILE for block in _everywhere(text)]
    table = Table("=1+1", FORMULA, columns, (Row(cells, key=FORMULA, group=MARKUP), Row(cells)), landscape=True)
    return Document(
        "hostile",
        f"{FORMULA} {BIDI}",
        DAY,
        (Section("a b/[c]", CONTROLS, (*places, table), record=FORMULA), Section("x", EMOJI, (make_paragraph(FIELD),))),
        heading=(FORMULA, "A&B"),
        meta=tuple(Fact(text, text, (text,)) for text in HOSTILE),
        notice=MARKUP,
        draft=FIELD,
        provenance=Provenance("1.2.3", DAY),
    )


def _everywhere(text: str) -> Iterator[Block]:
    yield make_paragraph(
        text, Strong(text), Ref(text, text), Link(text, text), Link(f"https://example.org/{text}", text)
    )
    yield Prose(f"{text}\n\n- **{text}** [{text}](javascript:alert(1)) ![{text}](file:///etc/passwd)\n")
    yield Facts((Fact(text, text, lines=((text,),)),))
    yield Bullets(((make_paragraph(text),), ()))
    yield Notice((make_paragraph(text),))


def words_of(document: Document) -> list[str]:
    """Return every word of a document, as letters and figures only, because punctuation depends on the format."""
    blocks = tuple(walk_blocks(document.blocks))
    texts = [document.title, document.notice, document.draft, *document.heading]
    texts += [text for row in document.meta for text in _of_fact(row)]
    texts += [text for block in blocks for text in _of_block(block)]
    return plain_words(strip_unprintable(" ".join(texts)))


def plain_words(text: str) -> list[str]:
    """Return the words of a text, letters and figures only."""
    return re.findall(r"[^\W_]+", text)


def _of_fact(row: Fact) -> Iterable[str]:
    return (row.label, format_scalar(row.value), format_spans(row.spans), *map(format_spans, row.lines))


def _of_block(block: Block) -> Iterable[str]:
    match block:
        case Paragraph():
            return (format_spans(block.spans),)
        case Prose():
            return (
                unescape(
                    re.sub("<[^>]*>", "", re.sub("</p>|</li>|<br />|</pre>", "\n", render_prose_html(block.markdown)))
                ),
            )
        case Facts():
            return (text for row in block.rows for text in _of_fact(row))
        case Table():
            heads = (column.title for column in block.columns if block.rows)
            texts = (format_scalar(c.content) for r in block.rows for c in r.cells if not isinstance(c.content, tuple))
            return (block.caption, *heads, *{row.group for row in block.rows}, *texts)
        case Section():
            return (block.title,)
        case _:
            return ()


@cache
def _make_profile() -> TemporaryDirectory[str]:
    """Make a folder for LibreOffice's settings: each process of a test run has its own, and fills it once."""
    folder = TemporaryDirectory()
    atexit.register(folder.cleanup)  # or Python would warn at its end
    return folder


def convert_with_libreoffice(files: Sequence[Path], to: str, output: Path) -> None:
    """Convert files with LibreOffice into a folder. To start it takes longer than to convert a paper."""
    profile = f"-env:UserInstallation={Path(_make_profile().name).as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", to, "--outdir", str(output), *map(str, files)]
    subprocess.run(command, check=True, capture_output=True, timeout=600)
