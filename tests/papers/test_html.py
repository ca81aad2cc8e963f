"""The content of a page for a document, also with hostile text."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from p2ptrack.formats.html.page import format_css_string, format_page_counter, group_rows, render_page, share_widths
from p2ptrack.formats.pasted_text import strip_unprintable
from p2ptrack.formats.prose import render_prose_html
from p2ptrack.reports.document import (
    Bullets,
    Cell,
    Column,
    Fact,
    Facts,
    Link,
    Notice,
    Paragraph,
    Prose,
    Ref,
    Row,
    Section,
    Star,
    Strong,
    Table,
    make_paragraph,
)
from tests.papers.builders import PACKAGED_OPTIONS, body_of, document_of, html_of, seed_paper, words_in

HOSTILE = (
    "<script>alert(1)</script>",
    "{{ 7*7 }} {% include 'paper.css' %}",
    "[press](javascript:alert(1)) <a href='javascript:alert(1)'>here</a>",
    "![picture](https://example.org/beacon.png)",
    "w" * 300,
    "turned \u202eround\u202c \u2066and\u2069 \x00\x07 back",
    "emoji \U0001f600 and \u05e9\u05dc\u05d5\u05dd",
    '"quoted" & </style></title> --> ]]>',
)
VOID = {"meta", "img", "col", "br", "hr"}


class Tree(HTMLParser):
    """Checks that what is opened is closed, and keeps the tags with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def values(self, attribute: str) -> list[str]:
        return [value for _, attributes in self.tags if (value := attributes.get(attribute))]


def everywhere(text: str) -> str:
    """Return a page that prints a text in every place where a document can hold one."""
    table = Table(text, text, (Column(text, text, header=True),), (Row((Cell(text),), key=text, group=text),), text)
    blocks = (
        make_paragraph(text, Strong(text), Ref(text, text), Link(text, text), role="note"),
        Prose(text),
        Facts((Fact(text, text, (text,), lines=((text,),)),)),
        Bullets(((make_paragraph(text),), (Prose(text),))),
        table,
        Notice((make_paragraph(text),)),
        Section(text, text, (make_paragraph(text),), record=text),
    )
    return render_page(document_of(*blocks, title=text), PACKAGED_OPTIONS)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    tree = Tree(everywhere(text))
    assert tree.open == []
    assert {tag for tag, _ in tree.tags} & {"script", "img", "iframe", "object", "form"} == set()
    assert [url for url in tree.values("href") if not url.startswith(("#", "https://"))] == []
    assert [name for _, attributes in tree.tags for name in attributes if name.startswith("on")] == []
    assert not re.search("[\x00-\x08\u202a-\u202e\u2066-\u2069]", everywhere(text))


def test_template_syntax_in_a_record_is_printed_unchanged() -> None:
    assert "{{ 7*7 }} {% include" in words_in(everywhere(HOSTILE[1]))


@pytest.mark.parametrize("name", ["action-plan", "audit-follow-up"])
def test_a_page_is_one_sound_file(name: str) -> None:
    page = render_page(seed_paper(name), PACKAGED_OPTIONS)
    tree = Tree(page)
    ids = tree.values("id")
    assert len(ids) >= 20
    assert len(ids) == len(set(ids))
    assert {url[1:] for url in tree.values("href") if url.startswith("#")} <= set(ids)
    assert {id_ for value in tree.values("aria-labelledby") for id_ in value.split()} <= set(ids)
    assert tree.values("src") == []
    assert "@import" not in page
    levels = [int(tag[1]) for tag, _ in tree.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert page.startswith('<!DOCTYPE html>\n<html lang="en-GB">')
    assert all(attributes.get("scope") for tag, attributes in tree.tags if tag == "th")


def test_links_lead_to_a_records_section_before_its_row() -> None:
    table = Table("t", "T", (Column("a", "A"),), (Row((Cell(Ref("A1")),), key="A1"), Row((Cell("x"),), key="A2")))
    page = html_of(table, Section("u", "U", (make_paragraph(Ref("A2"), " ", Ref("A9")),), record="A1"))
    assert '<a class="ref" href="#A1">A1</a>' in page
    assert '<section id="A1"' in page
    assert '<a class="ref" href="#A2">A2</a> A9' in page
    assert '<tr class="" id="A2">' in page


def test_every_part_of_a_document_is_printed() -> None:
    assert body_of(make_paragraph("See ", Ref("A1", "it"), Star(), ".", role="lead")) == (
        '<p class="lead">See it<span class="star">*</span>.</p>'
    )
    assert body_of(make_paragraph(Link("https://example.org/a", "evidence"), " ", Link("file:///etc"))) == (
        '<p><a href="https://example.org/a">evidence</a> file:///etc</p>'
    )
    assert body_of(Facts((Fact("Overdue", 2, ("A1",), "bad", (("more",),)),), "counts")) == (
        '<dl class="facts counts"> <div class="bad"><dt>Overdue</dt>'
        '<dd>2 A1<span class="line">more</span></dd></div> </dl>'
    )
    assert body_of(Bullets(((make_paragraph("one"),), (Prose("two"), make_paragraph("three"))), ordered=True)) == (
        '<ol> <li>one</li> <li><div class="prose"><p>two</p> </div> <p>three</p> </li> </ol>'
    )
    assert body_of(Notice((make_paragraph("Withheld."),), "exempt")) == (
        '<div class="notice exempt" role="note"><p>Withheld.</p> </div>'
    )


def test_a_table_has_scopes_and_labels() -> None:
    columns = (
        Column("id", "Id", header=True, width="narrow"),
        Column("n", "Days", "right"),
        Column("w", "Words", width="wide"),
    )
    cells = (Cell("A1"), Cell(3, starred=True, tone="warn"), Cell((Paragraph(("due ", Strong("soon"))),)))
    page = body_of(
        Table(
            "t",
            "What is due",
            columns,
            (Row(cells, group="R1", role="total"), Row((Cell(), Cell(date(2023, 1, 2)), Cell()))),
        )
    )
    assert page.startswith('<div class="table"> <table class="cards t"> <caption id="t-t">What is due</caption>')
    assert '<th scope="col" class="right">Days</th>' in page
    assert '<th scope="rowgroup" colspan="3">R1</th>' in page
    assert '<tr class="total"> <th scope="row" class="left " data-label="Id">A1</th>' in page
    assert '<td class="right warn" data-label="Days">3<span class="star">*</span></td>' in page
    assert "due <strong>soon</strong>" in page
    assert 'data-label="Days">2 January 2023</td>' in page
    assert '<td class="left " data-label="Words"></td>' in page


def test_a_table_of_figures_scrolls_and_an_empty_one_has_its_text() -> None:
    columns = tuple(Column(name, name) for name in "abcd")
    row = Row(tuple(Cell(number) for number in range(4)))
    assert '<div class="scroll" role="region" tabindex="0" aria-labelledby="t-t">' in body_of(
        Table("t", "T", columns, (row,))
    )
    assert body_of(Table("t", "Overdue", columns, (), "Nothing is.")) == (
        '<div class="table empty"> <p id="t-t"><strong>Overdue</strong></p> <p>Nothing is.</p> </div>'
    )


def test_the_list_of_contents_names_the_parts_and_stays_short() -> None:
    few = tuple(Section(f"s{number}", f"Part {number}", (Section("in", f"In {number}", ()),)) for number in range(4))
    assert words_in(html_of(*few)).count("In 2") == 2
    many = tuple(
        Section(f"s{n}", f"Part {n}", tuple(Section("in", f"In {n}", ()) for _ in range(20))) for n in range(4)
    )
    assert words_in(html_of(*many)).count("In 2") == 20
    assert "Contents" not in words_in(html_of(*few[:3]))


def test_the_last_line_states_from_what_the_paper_was_made_and_its_properties_how() -> None:
    page = render_page(seed_paper("action-plan"), PACKAGED_OPTIONS)
    assert words_in(page).endswith("Made by p2ptrack 1.2.3 as at 12 January 2023 from version c0ffee of the register.")
    assert '<meta name="description" content="p2ptrack render action-plan --at c0ffee --as-of 2023-01-12">' in page


def test_the_officers_copy_has_the_command_to_make_it_again() -> None:
    page = words_in(render_page(replace(seed_paper("action-plan"), audience="officers"), PACKAGED_OPTIONS))
    assert page.endswith(
        "How to make this paper again Calculated as at 12 January 2023 Version of the register c0ffee "
        "Made by p2ptrack 1.2.3 Command p2ptrack render action-plan --at c0ffee --as-of 2023-01-12 --audience officers"
    )
    assert "from a register that is not under version control." in words_in(html_of())


def test_prose_keeps_to_the_papers_headings_links_and_pictures() -> None:
    assert (
        render_prose_html("# Big\n\n## Small") == '<p class="strong-line">Big</p>\n<p class="strong-line">Small</p>\n'
    )
    assert render_prose_html("<b>x</b>") == "<p>&lt;b&gt;x&lt;/b&gt;</p>\n"
    assert render_prose_html("[a](https://example.org) [b](mailto:a@example.org)") == (
        '<p><a href="https://example.org">a</a> <a href="mailto:a@example.org">b</a></p>\n'
    )
    assert (
        render_prose_html("[a](javascript:x) [b](data:x) [c](/etc)")
        == "<p>[a](javascript:x) [b](data:x) [c](/etc)</p>\n"
    )
    assert render_prose_html("![a crest](https://example.org/c.png)") == "<p>a crest</p>\n"
    assert (
        render_prose_html("[](https://example.org)") == '<p><a href="https://example.org">https://example.org</a></p>\n'
    )


def test_only_what_prints_is_printed() -> None:
    assert strip_unprintable("a\u202eb\u2066c\x00d\r\ne\tf\u00a0g\ud800") == "abcd\ne\tf\u00a0g"


def test_styles_hold_text_and_page_numbers_safely() -> None:
    assert str(format_css_string('a"b</style>\\')) == '"a\\22 b\\3c \\2f style\\3e \\5c "'
    assert str(format_page_counter("Page \x01 of \x02")) == '"Page " counter(page) " of " counter(pages)'


def test_narrow_columns_keep_their_width_and_the_others_share_the_rest_by_their_text() -> None:
    narrow, medium, wide = (Column(width, "", width=width) for width in ("narrow", "medium", "wide"))
    long = " ".join(["word"] * 99)

    def share(*columns: Column, text: str = long, longer: str = "") -> tuple[str, ...]:
        cells = [Cell(text) for _ in columns[:-1]] + [Cell(longer or text)]
        return share_widths(Table("t", "T", columns, (Row(tuple(cells)),)), 170.0)

    assert share(narrow, medium, wide)[1:] == ("45.75%", "45.75%")
    medium_share, wide_share = (float(width.rstrip("%")) for width in share(narrow, medium, wide, longer=long * 3)[1:])
    assert medium_share + wide_share == pytest.approx(91.5)
    assert 2.5 < wide_share / medium_share < 3
    assert share(narrow, narrow) == ("50.00%", "50.00%")
    assert share(medium, medium) == ("50.00%", "50.00%")
    assert share(medium, wide, text="short") == ("28.62%", "71.38%")


@pytest.mark.parametrize("word", ["Responsible", "Septemb-er", "September", "MANAGEMENT", "Infrastructure"])
def test_a_column_is_as_wide_as_its_longest_usual_word(word: str) -> None:
    columns = (Column("a", word, width="narrow"), *(Column(str(n), "x", width="wide") for n in range(6)))
    table = Table("t", "T", columns, (Row(tuple(Cell("many words " * 40) for _ in columns)),))
    assert float(share_widths(table, 170.0)[0].rstrip("%")) * 1.70 >= max(map(len, re.split("(?<=-)", word))) * 1.75


def test_rows_of_a_group_follow_its_heading() -> None:
    rows = tuple(Row((), group=group) for group in ("a", "a", "b"))
    assert group_rows(rows) == (("a", rows[:2]), ("b", rows[2:]))


def test_a_landscape_table_has_other_widths_on_a_screen_where_its_words_stay_whole() -> None:
    columns = (Column("a", "Directorate"), *(Column(str(n), "Confirmed by", width="wide") for n in range(5)))
    rows = (Row((Cell("Administration"), *(Cell("Words that go on and on, line after line") for _ in range(5)))),)
    table = Table("t", "T", columns, rows, landscape=True)
    widths = [
        [float(share) for share in re.findall(r"[0-9.]+(?=%)", col)]
        for col in re.findall("<col [^>]*>", body_of(Section("s", "S", (table,), landscape=True)))
    ]
    assert [round(sum(column)) for column in zip(*widths, strict=True)] == [100, 100]
    assert widths[0] == [float(share_widths(table, width)[0].rstrip("%")) for width in (257.0, 165.0)]
    assert widths[0][0] < widths[0][1]
    upright = body_of(Section("s", "S", (replace(table, landscape=False),)))
    assert "--screen" not in upright
