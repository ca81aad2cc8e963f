"""A members' paper that shows something exempt says so on every page of Word, and of a printed workbook."""

from __future__ import annotations

import io
from dataclasses import replace

import docx
import openpyxl
import pytest

from p2ptrack.reports.document import Block, Closed, Fact, Facts, Notice, Section, make_paragraph
from tests.office.builders import written
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
def test_only_a_members_paper_that_shows_something_exempt_is_marked(block: Block, audience: str, head: str) -> None:
    paper = replace(document_of(block), audience=audience)
    word = docx.Document(io.BytesIO(written("docx", paper)))
    book = openpyxl.load_workbook(io.BytesIO(written("xlsx", paper)))
    assert [each.header.paragraphs[0].text for each in word.sections] == [f"A paper\t{head}"]
    assert [each.text for sheet in book if (each := sheet.oddHeader and sheet.oddHeader.right)] == [head] * 2


def test_what_is_not_for_publication_is_told_in_strong_words() -> None:
    made = docx.Document(io.BytesIO(written("docx", document_of(CLOSED))))
    (words,) = [run for each in made.paragraphs for run in each.runs if "paragraph 3" in run.text]
    assert (words.text, words.style.name) == (str(Closed("Not for publication, paragraph 3")), "Strong")
