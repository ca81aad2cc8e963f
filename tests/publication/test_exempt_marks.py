"""Exempt text is marked by construction: also in a report whose author forgot it, in every format."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from p2ptrack.analysis.redaction import Audience
from p2ptrack.analysis.redaction.redact import remove_tags, split_tagged, tag_exempt
from p2ptrack.formats import FORMATS
from p2ptrack.reports.document import Cell, Column, Paragraph, Ref, Row, Section, Star, Table, make_paragraph
from p2ptrack.reports.exempt_marks import exempt_mark, mark_exempt_text, wrap_exempt_blocks
from p2ptrack.reports.record_blocks import link_record
from tests.papers.builders import PACKAGED_OPTIONS, document_of, redacted_context, text_of, words_in
from tests.publication.plain_report import PLAIN
from tests.publication.searching import extract_all_text
from tests.support import case_of

MARK = "not for publication, paragraph 3 of schedule 12a to the local government act 1972"
MARKS = (f"[{MARK}]", MARK, "[not for publication]")
PARTLY = "exempt: {paragraph: 3, fields: %s}"
ADVICE = "{title: Delta advice, exempt: {paragraph: 3}}"
RECORDS = (
    "{id: A01, title: Alpha dispute, agreed_action: Alpha settlement, exempt: {paragraph: 3}}",
    f"{{id: A02, title: Bravo office, agreed_action: Bravo price, target: Apr-23, {PARTLY % 'agreed_action'}}}",
    f"{{id: A03, title: Charlie works, agreed_action: Charlie plan, target: May-23, {PARTLY % 'target'}}}",
    f"{{id: A04, title: Delta review, agreed_action: Delta plan, evidence: [{{title: Delta minutes}}, {ADVICE}]}}",
    "{id: A05, title: Echo audit, agreed_action: Echo plan, target: Jul-23}",
)
EXEMPT = ("alpha dispute", "alpha settlement", "bravo price", "delta advice", "alpha settlem")
OPEN = ("bravo office", "charlie plan", "delta review", "delta minutes", "echo audit", "echo plan", "apr-23", "jul-23")
MEMBERS_AND_OFFICERS = (Audience.MEMBERS, Audience.OFFICERS)


def texts(format_: str, data: bytes) -> Iterator[str]:
    """Yield what a reader sees in a file, one cell, paragraph or line after the other."""
    if format_ == "html":
        yield words_in(data.decode())
    elif format_ in {"docx", "xlsx"}:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")}
        yield plain(parts["word/document.xml"]) if format_ == "docx" else " ".join(cells(parts))
    elif format_ == "json":
        yield " ".join(strings(json.loads(data)))
    else:
        yield data.decode("utf-8-sig").replace("\\", "")  # as Markdown escapes brackets


def plain(xml: str) -> str:
    return re.sub("<[^>]*>", "", re.sub("</(w:p|si)>", " ", xml))


def cells(parts: dict[str, str]) -> Iterator[str]:
    """Yield the texts of a workbook's cells, sheet by sheet: its shared strings hold each text once."""
    shared = [plain(text) for text in parts["xl/sharedStrings.xml"].split("</si>")]
    for name in sorted(name for name in parts if name.startswith("xl/worksheets/sheet")):
        yield from (shared[int(index)] for index in re.findall(r't="s"><v>(\d+)</v>', parts[name]))


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in pairs:
        yield from strings(item) if key not in {"block", "kind", "role"} else ()


def is_marked(text: str, start: int, end: int) -> bool:
    after = re.sub(rf"^(?:[^\w\[]|{'|'.join(EXEMPT)})*", "", text[end : end + 150])
    before = re.sub(r"(?:\W|prose)*$", "", text[max(0, start - 150) : start])
    return after.startswith(MARKS) or before.endswith(MARK)


@pytest.mark.parametrize("audience", MEMBERS_AND_OFFICERS)
@pytest.mark.parametrize("format_", [name for name in FORMATS if name != "pdf"])
def test_a_plain_report_marks_what_is_exempt(format_: str, audience: Audience) -> None:
    document = PLAIN.build(redacted_context(case_of(*RECORDS), audience))
    style = replace(PACKAGED_OPTIONS, width=400)
    text = " ".join(" ".join(texts(format_, FORMATS[format_].write(document, style))).casefold().split())
    for words in EXEMPT if format_ != "csv" else EXEMPT[:3]:
        places = list(re.finditer(rf"{words}(?!\w)", text))
        assert places
        for match in places:
            assert is_marked(text, match.start(), match.end()), text[match.start() - 150 : match.end() + 150]
    for words in OPEN if format_ != "csv" else ():
        assert words in text
    assert not re.search("[\U000f0000-\U000fffff]", text)


def test_a_pdf_marks_what_the_page_marks() -> None:
    document = PLAIN.build(redacted_context(case_of(*RECORDS), Audience.MEMBERS))
    html = words_in(FORMATS["html"].write(document, PACKAGED_OPTIONS).decode()).casefold()
    pdf = re.sub(r"\s+", "", extract_all_text("paper.pdf", FORMATS["pdf"].write(document, PACKAGED_OPTIONS)))
    assert pdf.count("notforpublication") >= html.count("not for publication")


def marked(*texts: str, audience: Audience = Audience.MEMBERS) -> list[str]:
    """Return the lines of the plain report's section with this key."""
    document = PLAIN.build(redacted_context(case_of(*RECORDS), audience))
    return [text_of(block.blocks) for block in document.blocks if isinstance(block, Section) and block.key in texts]


def test_each_exempt_text_has_one_mark_and_open_text_has_none() -> None:
    short = "[Not for publication, paragraph 3 of Schedule 12A to the Local Government Act 1972]"
    open_lines = "Charlie works: Charlie plan.\nDelta review: Delta plan.\nEcho audit: Echo plan."
    assert marked("paragraphs", "joined") == [
        f"Alpha dispute: Alpha settlement {short}.\nBravo office: Bravo price {short}.\n{open_lines}",
        f"Alpha dispute {short}; Bravo office; Charlie works; Delta review; Echo audit",
    ]


def test_the_public_has_no_mark_and_no_exempt_text() -> None:
    assert "Alpha" not in "".join(marked("paragraphs", "joined", audience=Audience.PUBLIC))
    assert "publication" not in "".join(marked("paragraphs", "joined", audience=Audience.PUBLIC))


def test_a_mark_that_is_there_is_not_set_again() -> None:
    context = redacted_context(case_of(*RECORDS), Audience.MEMBERS)
    record = context.register.tracked_records()[0]
    spans = (record.title, Star(), *exempt_mark(context, record.exempt))
    wrapped = wrap_exempt_blocks(context, record.exempt, (make_paragraph(record.title),))
    rows = (Row((Cell("A01"), Cell((Paragraph(spans),)), Cell(record.agreed_action), Cell(record.target))),)
    columns = tuple(Column(key, key) for key in ("id", "what", "action", "target"))
    document = document_of(
        Paragraph(spans), make_paragraph(*link_record(context, "A01")), *wrapped, Table("t", "T", columns, rows)
    )
    blocks = mark_exempt_text(document, context).blocks
    assert [repr(block).count("Not for publication") for block in blocks] == [1, 1, 1, 1]


def test_a_row_about_an_exempt_record_is_marked_whatever_it_prints() -> None:
    context = redacted_context(case_of(*RECORDS), Audience.MEMBERS)
    ids = ("A01", "A02", "A03", "A04", "A05")
    rows = tuple(Row((Cell(Ref(id_)), Cell("late"), Cell(3)), key=id_) for id_ in ids)
    table = Table("t", "T", tuple(Column(key, key) for key in ("id", "state", "days")), rows)
    (block,) = mark_exempt_text(document_of(table), context).blocks
    assert isinstance(block, Table)
    # A target is exempt in A03, from which it follows that the action is late; an exempt text reveals nothing of it.
    marks = ["Not for publication" in text_of(row.cells[1].content) for row in block.rows]
    assert marks == [True, False, True, False, False]


def test_a_link_to_another_exempt_record_does_not_mark_the_row() -> None:
    context = redacted_context(case_of(RECORDS[0], "{id: A02, title: Other, exempt: {paragraph: 3}}"), Audience.MEMBERS)
    record = context.register.tracked_records()[0]
    row = Row((Cell("A01"), Cell(record.title), Cell((make_paragraph(*link_record(context, "A02")),))))
    table = Table("t", "T", (Column("id", "Id"), Column("a", "A"), Column("b", "B")), (row,))
    (block,) = mark_exempt_text(document_of(table), context).blocks
    assert repr(block).count("Not for publication") == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("open", [("open", None)]),
        (f"a {tag_exempt('b', 12)} c", [("a ", None), ("b", 12), (" c", None)]),
        (tag_exempt("abcdef", 3)[:-3], [("abcd", 3)]),
        (tag_exempt("abcdef", 3)[5:] + " open", [("cdef", -1), (" open", None)]),
        (tag_exempt("a", 1) + tag_exempt("b", 2), [("a", 1), ("b", 2)]),
    ],
)
def test_a_tag_survives_what_is_done_to_a_text(text: str, expected: list[tuple[str, int | None]]) -> None:
    assert list(split_tagged(text)) == expected
    assert remove_tags(text) == "".join(piece for piece, _ in expected)
