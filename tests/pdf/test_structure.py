"""Every paper is read by program: whole tables and lists, headers, headings, links, and the text in its order."""

from __future__ import annotations

import re
from collections import Counter

import page
import pytest

from p2ptrack.store.templates import PACKAGED
from tests.pdf.builders import HERE, body, html_of, paper, printed
from tests.pdf.html_words import Page
from tests.pdf.matterhorn import RULES, faults
from tests.pdf.reading import Element, Paper

PAPERS = {
    "one-page": range(1, 2),
    "action-plan": range(10, 40),
    "audit-follow-up": range(4, 12),
    "progress-report": range(6, 15),
    "thousand-rows": range(101, 200),
}
RUNNING = {"Link", "Reference", "Span", "Code", "Quote"}
MADE_BY_CSS = re.compile(r"[•–◦:]|\d+\.?")
CUT = body(
    (HERE / "cut.html").read_text(encoding="utf-8"),
    '.line { display: block } ul { list-style-type: "– " } '
    'nav a::after { content: leader(".") " " target-counter(attr(href), page) }',
)


def conforms(made: bytes) -> list[str]:
    """Return the rules of PDF/UA-1 that an independent checker finds broken."""
    report = page.validate_pdf_bytes(made, profile=page.ValidationProfile.PDF_UA_1)
    return [f"{failure.rule_id}: {failure.message}" for failure in report.failures]


def heard(read: Paper, element: Element) -> str:
    """Return what is heard of an element: blocks part words, what stands in a line does not."""
    if element.role == "Figure":
        return ""
    said = "".join(
        read.sheets[kid[0]].marks[kid[1]]
        if isinstance(kid, tuple)
        else heard(read, kid)
        if isinstance(kid, Element)
        else ""
        for kid in element.kids
    )
    return said if element.role in RUNNING else f" {said} "


def not_in_order(said: list[str], written: list[str]) -> str:
    """Return where the words that are heard leave the written ones; what CSS made may stand between them."""
    expected = iter(enumerate(written))
    place, word = next(expected, (0, ""))
    for spoken in said:
        if re.sub("[“”]|:$", "", spoken) == word.removesuffix(":"):
            place, word = next(expected, (len(written), ""))
        elif not MADE_BY_CSS.fullmatch(spoken):
            return f"{spoken!r} is heard where {' '.join(written[place - 3 : place + 3])!r} is written"
    return f"{word!r} is not heard" if word else ""


def letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.papers) if name == "thousand-rows" else name for name in PAPERS]
)
def test_a_paper_keeps_every_rule_and_says_what_its_html_says(name: str) -> None:
    read, html = paper(name), Page(html_of(name))
    assert RULES
    assert read.elements
    assert len(read.sheets) in PAPERS[name]
    assert faults(read) == {}
    assert conforms(read.made) == []
    assert len(html.words) > 50
    assert not_in_order(heard(read, read.tree).casefold().split(), html.words) == ""
    assert len(read.all("L", "TOC")) == html.lists
    assert [cells_of(read, table) for table in read.all("Table")] == [
        [[letters(cell) for cell in row] for row in table] for table in html.tables
    ]


def cells_of(read: Paper, table: Element) -> list[list[str]]:
    """Return a table's cells row by row, without the empty one that stands after the heading of a group."""
    rows = [[letters(read.text(cell)) for cell in row.inside] for row in table.all("TR")]
    heads = [is_group_head(row) for row in table.all("TR")]
    return [cells[:1] if head else cells for cells, head in zip(rows, heads, strict=True)]


def is_group_head(row: Element) -> bool:
    cells = [cell.role for cell in row.inside]
    return cells == ["TH", "TD"] and str(row.inside[0].attributes["Scope"]) == "/Column"


def test_what_every_page_cuts_is_whole() -> None:
    read = Paper(printed(CUT))
    assert len(read.sheets) > 15
    assert faults(read) == {}
    assert conforms(read.made) == []
    assert read.outline() + "\n" == (HERE / "cut.txt").read_text(encoding="utf-8")
    assert not_in_order(heard(read, read.tree).casefold().split(), Page(CUT).words) == ""


def test_each_cell_of_a_cut_table_names_its_headers() -> None:
    read = Paper(printed(CUT))
    (table,) = read.all("Table")
    names = {cell.said("ID"): read.text(cell) for cell in table.all("TH")}
    told = [
        (read.text(cell)[:12], [names[str(head)] for head in cell.attributes.get("Headers", [])])
        for cell in table.all("TH", "TD")
    ]
    assert told == [
        ("Id", []),
        ("Both", []),
        ("Left", ["Both"]),
        ("Right", ["Both"]),
        ("Group one", ["Id", "Both", "Left"]),
        ("", ["Both", "Right", "Group one"]),
        ("A", ["Id", "Group one"]),
        ("Words that r", ["Both", "Left", "Group one", "A"]),
        ("– Words that", ["Both", "Right", "Group one", "A"]),
        ("Words that r", ["Both", "Left", "Group one", "Right", "A"]),
        ("Group two", ["Id", "Both", "Left"]),
        ("", ["Both", "Right", "Group two"]),
        ("C", ["Id", "Group two"]),
        ("3", ["Both", "Left", "Group two", "C"]),
        ("4", ["Both", "Right", "Group two", "C"]),
        ("D", ["Id", "Group two"]),
        ("5", ["Both", "Left", "Group two", "D"]),
        ("6", ["Both", "Right", "Group two", "D"]),
        ("B", ["Id", "Group two"]),
        ("", ["Both", "Left", "Group two", "B"]),
        ("Words that r", ["Both", "Right", "Group two", "B"]),
        ("Sum", ["Id"]),
        ("1", ["Both", "Left", "Sum"]),
        ("2", ["Both", "Right", "Sum"]),
    ]


def test_a_table_of_fewer_data_cells_than_headers_has_headers_of_columns_alone() -> None:
    row = "<tr><th scope='row'>A</th><td>1</td><td>2</td></tr>"
    head = "<thead><tr><th>Id</th><th>Left</th><th>Right</th></tr></thead>"
    told = {}
    for rows in (1, 4):
        read = Paper(printed(body(f"<h1>A</h1><table>{head}<tbody>{row * rows}</tbody></table>")))
        told[rows] = [cell.role for cell in read.all("TR")[1].inside]
        assert faults(read) == {}
    assert told == {1: ["TD", "TD", "TD"], 4: ["TH", "TD", "TD"]}


def test_what_is_no_content_is_an_artifact_on_every_page() -> None:
    read = Paper(printed(CUT))
    texts = Counter(text for sheet in read.sheets for text in sheet.artifacts)
    assert texts["A running title"] == len(read.sheets)
    assert {str(number): texts[str(number)] for number in range(3, 6)} == {"3": 1, "4": 1, "5": 1}
    assert texts["Left"] == texts["Right"] > 1
    assert texts["unheard"] == 1
    assert [text for text in texts if set(text) == {"."}] != []


def test_a_link_is_one_stop_a_line_and_none_where_it_has_no_words() -> None:
    read = Paper(printed(CUT))
    words = [str(annotation.Contents) for _, annotation in read.annotations()]
    long = "a link that is so long that it runs over the end of its line and on"
    assert Counter(words) == Counter({"One": 1, "Two": 1, long: len([word for word in words if word == long])})
    assert [len(link.annotations) for link in read.all("Link")] == [1, 1, words.count(long)]


def test_a_link_around_a_picture_says_what_it_shows_and_an_empty_one_is_gone() -> None:
    square = "<img {} src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>\">"
    link = "<h1>A</h1><p><a href='https://example.org'>{}</a> and more</p>"
    shown = Paper(printed(body(link.format(square.format("alt='A map'")))))
    empty = Paper(printed(body(link.format(""))))
    assert [str(annotation.Contents) for _, annotation in shown.annotations()] == ["A map"]
    assert shown.outline() == "Document\n  H1 A\n  P  and more\n    Link [A map]\n      Figure Alt=A map "
    assert faults(shown) == faults(empty) == {}
    assert empty.outline() == "Document\n  H1 A\n  P  and more"
    assert "/Annots" not in empty.pdf.pages[0]


def test_weasyprint_still_leaves_wrong_what_is_mended() -> None:
    """When this fails upstream has mended something, and the package can lose what answers it."""
    read = Paper(printed(CUT, mended=False))
    assert sorted(faults(read)) == [
        "everything_marked",
        "header_cells",
        "links",
        "margins",
        "nesting",
        "nothing_empty",
        "pictures",
        "regular_tables",
        "roles",
        "ways_back",
    ]
    assert len(read.all("Table")) > 1
    assert conforms(read.made) != []


def test_a_document_of_decoration_alone_has_an_empty_structure() -> None:
    read = Paper(
        printed(body("<p><img src='data:image/svg+xml,<svg xmlns=%22http://www.w3.org/2000/svg%22/>' alt=''></p>"))
    )
    assert read.outline() == "Document"


def test_no_template_hides_text_from_the_structure() -> None:
    """WeasyPrint draws what is see-through as a picture of its own, which no structure reaches."""
    sheets = [file.read_text(encoding="utf-8") for file in PACKAGED.rglob("*.*") if file.suffix in {".css", ".html"}]
    assert len(sheets) > 5
    assert [sheet for sheet in sheets if re.search(r"\b(opacity|mix-blend-mode)\b", sheet)] == []
    see_through = Paper(printed(body("<h1>A</h1><p style='opacity: 0.5'>unheard</p>")))
    assert sorted(faults(see_through)) == ["everything_marked", "nothing_else"]
