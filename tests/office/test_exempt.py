"""A members' paper with exempt content is marked on every page of Word and of a printed workbook."""

from __future__ import annotations

import io
from dataclasses import replace

import docx
import openpyxl
import pytest

from p2ptrack.reports.document import Block, Closed, Fact, Facts, Notice, Section, make_paragraph
from tests.office.builders import write_format
from tests.papers.builders import document_of

CLOSED = make_paragraph("Told", Closed("Not for publication, paragraph 3"))


@pytest.mark.parametrize(
    ("block", "audience", "head"),
    [
        (CLOSED, "members", "Draft · Not for publication"),
        (Section("s", "S", (Notice((make_paragraph("told"),), "closed"),)), "members", "Draft · Not for publication"),
        (Facts((Fact("Owner", "Head", (Closed("x"),)),)), "members", "Draft · Not for publication"),
        (Facts((Fact("Owner", "Head"),)), "members", "Draft"),
        (Notice((make_paragraph("told"),)), "members", "Draft"),
        (Section("s", "S", ()), "members", "Draft"),
        (CLOSED, "officers", "Draft"),
        (CLOSED, "public", "Draft"),
    ],
)
def test_only_members_papers_with_exempt_content_are_marked(block: Block, audience: str, head: str) -> None:
    paper = replace(document_of(block), audience=audience)
    word = docx.Document(io.BytesIO(write_format("docx", paper)))
    book = openpyxl.load_workbook(io.BytesIO(write_format("xlsx", paper)))
    assert [item.header.paragraphs[0].text for item in word.sections] == [f"A paper\t{head}"]
    assert [item.text for sheet in book if (item := sheet.oddHeader and sheet.oddHeader.right)] == [head] * 2


def test_exempt_marks_are_strong() -> None:
    output = docx.Document(io.BytesIO(write_format("docx", document_of(CLOSED))))
    (words,) = [run for item in output.paragraphs for run in item.runs if "paragraph 3" in run.text]
    assert (words.text, words.style.name) == (str(Closed("Not for publication, paragraph 3")), "Strong")
