"""Characters that no packaged font has: the paper conforms, and screen readers get the characters."""

from __future__ import annotations

import pytest

from p2ptrack.formats import FORMATS
from p2ptrack.formats.pdf import replace_missing_glyphs
from p2ptrack.reports.document import Cell, Column, Prose, Ref, Row, Section, Table, make_paragraph
from tests.papers.builders import PACKAGED_OPTIONS, document_of
from tests.pdf.matterhorn import find_errors
from tests.pdf.reading import Paper
from tests.pdf.test_structure import conforms


@pytest.mark.parametrize(
    ("page", "printed"),
    [
        ("<p title='日'>日本 is far</p>", "<p title='日'><span data-heard=\"日本\">??</span> is far</p>"),
        ("<title>日</title><p>日", '<title>日</title><p><span data-heard="日">?</span>'),
        ("<style>a{content:'\\65e5 日\\2013 '}</style>", "<style>a{content:'??\\2013 '}</style>"),
        ("<svg><text>日</text></svg>", "<svg><text>?</text></svg>"),
        ("<style>@font-face{}</style>日", "<style>@font-face{}</style>日"),
        ("<p>nothing unusual", "<p>nothing unusual"),
        ("<p>wide\u3000and\u2003wide\u2028end\xa0", "<p>wide and wide end\xa0"),
        ("<p>e\u0301 \u2665\ufe0e", '<p>e\u0301 <span data-heard="\u2665">?</span>'),
        ("<p>\u0301", "<p>\u25cc\u0301"),
    ],
)
def test_missing_characters_are_printed_as_question_marks(page: str, printed: str) -> None:
    assert replace_missing_glyphs(page) == printed


def test_a_paper_full_of_missing_characters_conforms() -> None:
    odd = "日本 \U0001f600\ufe0f and\u2003\u0301 e\u0323\u0301 \u2066z\u2069 \u05d0\u05d1 x\u0347"
    columns = (Column("id", odd, header=True), Column("what", "What"), Column("more", "More"))
    rows = tuple(Row((Cell(f"A{item}"), Cell(odd), Cell((Prose(f"**{odd}**"),))), key=f"A{item}") for item in range(4))
    content = Section("odd", odd, (make_paragraph(odd, " ", Ref("A1", odd)), Table("odd", odd, columns, rows)))
    output = FORMATS["pdf"].write(document_of(content, title=f"A paper {odd}"), PACKAGED_OPTIONS)
    read = Paper(output)
    accessible_text = [element.get_text("ActualText") for element in read.all("Span") if element.get_text("ActualText")]
    assert find_errors(read) == {}
    assert conforms(output) == []
    assert accessible_text[:4] == ["日本 ", "\U0001f600", "\u05d0\u05d1", "\u0347"]
    assert "日本" not in read.text(read.tree)
