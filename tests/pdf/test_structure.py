"""The structure of every paper: whole tables and lists, headers, headings, links, and the text in its order."""

from __future__ import annotations

import re
from collections import Counter

import page
import pytest

from p2ptrack.formats import pdf
from p2ptrack.store.templates import PACKAGED
from tests.pdf.builders import HERE, SMALL_PAGES, body, html_of, make_rows, paper, print_html
from tests.pdf.html_words import Page
from tests.pdf.matterhorn import RULES, find_errors
from tests.pdf.reading import Element, Paper

PAPERS = {
    "one-page": range(1, 2),
    "action-plan": range(8, 15),
    "audit-follow-up": range(4, 7),
    "progress-report": range(4, 6),
    "figures": range(2, 3),
    "thousand-rows": range(60, 200),
}
OTHER_PAPERS = {"exemptions-report": range(1, 4), "forward-plan": range(1, 5), "register": range(1, 3)}
RUNNING = {"Link", "Reference", "Span", "Code", "Quote"}
QUOTES_OR_COLON = re.compile("[“”]|:$")
GENERATED_BY_CSS = re.compile(r"[•–◦:]|\d+\.?")
CUT = body(
    (HERE / "cut.html").read_text(encoding="utf-8"),
    '.line { display: block } ul { list-style-type: "– " } '
    'nav a::after { content: leader(".") " " target-counter(attr(href), page) }',
)


def conforms(output: bytes) -> list[str]:
    """Return the rules of PDF/UA-1 that an independent checker finds broken."""
    report = page.validate_pdf_bytes(output, profile=page.ValidationProfile.PDF_UA_1)
    return [f"{failure.rule_id}: {failure.message}" for failure in report.failures]


def accessible_text(read: Paper, element: Element) -> str:
    """Return the text of an element as it is read aloud. Blocks separate words, inline elements do not."""
    if element.role == "Figure":
        return ""
    accessible = "".join(
        read.page_contents[kid[0]].marks[kid[1]]
        if isinstance(kid, tuple)
        else accessible_text(read, kid)
        if isinstance(kid, Element)
        else ""
        for kid in element.kids
    )
    return accessible if element.role in RUNNING else f" {accessible} "


def find_first_difference(accessible_words: list[str], written: list[str]) -> str:
    """Return where the spoken words differ from the written ones. Text made by CSS may be between them."""
    expected = iter(enumerate(written))
    place, word = next(expected, (0, ""))
    for accessible in accessible_words:
        if QUOTES_OR_COLON.sub("", accessible) == QUOTES_OR_COLON.sub("", word):
            place, word = next(expected, (len(written), ""))
        elif not GENERATED_BY_CSS.fullmatch(accessible):
            return f"{accessible!r} is spoken where {' '.join(written[place - 3 : place + 3])!r} is written"
    return f"{word!r} is not spoken" if word else ""


def letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


@pytest.mark.parametrize(
    "name",
    [
        name if name in {"action-plan", "exemptions-report"} else pytest.param(name, marks=pytest.mark.slow)
        for name in (*PAPERS, *OTHER_PAPERS)
    ],
)
def test_a_paper_conforms_and_has_the_text_of_its_html(name: str) -> None:
    read, html = paper(name), Page(html_of(name))
    assert RULES
    assert read.elements
    assert len(read.page_contents) in (PAPERS | OTHER_PAPERS)[name]
    assert find_errors(read) == {}
    assert conforms(read.output) == []
    assert len(html.words) > 50
    assert find_first_difference(accessible_text(read, read.tree).casefold().split(), html.words) == ""
    assert len(read.all("L", "TOC")) == html.lists
    assert [cells_of(read, table) for table in read.all("Table")] == [
        [[letters(cell) for cell in row] for row in table] for table in html.tables
    ]


def cells_of(read: Paper, table: Element) -> list[list[str]]:
    """Return a table's cells row by row, without the empty one after the heading of a group."""
    rows = [[letters(read.text(cell)) for cell in row.inside] for row in table.all("TR")]
    heads = [is_group_head(row) for row in table.all("TR")]
    return [cells[:1] if head else cells for cells, head in zip(rows, heads, strict=True)]


def is_group_head(row: Element) -> bool:
    cells = [cell.role for cell in row.inside]
    return cells == ["TH", "TD"] and str(row.inside[0].attributes["Scope"]) == "/Column"


def test_elements_that_continue_over_pages_are_whole() -> None:
    read = Paper(print_html(CUT))
    assert len(read.page_contents) > 15
    assert find_errors(read) == {}
    assert conforms(read.output) == []
    assert read.outline() + "\n" == (HERE / "cut.txt").read_text(encoding="utf-8")
    assert find_first_difference(accessible_text(read, read.tree).casefold().split(), Page(CUT).words) == ""


@pytest.mark.slow
def test_the_last_row_of_a_table_is_not_alone_on_a_page() -> None:
    ends = []
    for count in range(26, 40):
        read = Paper(pdf.write(make_rows(count), SMALL_PAGES))
        rows = [element for element in read.elements if element.role == "TR"]
        ends.append([min(mark[0] for cell in row.walk() for mark in cell.marks) for row in rows[-2:]])
    assert len({page for pages in ends for page in pages}) > 1
    assert [pages for pages in ends if len(set(pages)) > 1] == []


def test_each_cell_of_a_cut_table_names_its_headers() -> None:
    read = Paper(print_html(CUT))
    (table,) = read.all("Table")
    names = {cell.get_text("ID"): read.text(cell) for cell in table.all("TH")}
    roles = [
        (read.text(cell)[:12], [names[str(head)] for head in cell.attributes.get("Headers", [])])
        for cell in table.all("TH", "TD")
    ]
    assert roles == [
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


def test_a_table_of_mostly_headers_keeps_only_column_headers() -> None:
    row = "<tr><th scope='row'>A</th><td>1</td><td>2</td></tr>"
    head = "<thead><tr><th>Id</th><th>Left</th><th>Right</th></tr></thead>"
    roles = {}
    for rows in (1, 4):
        read = Paper(print_html(body(f"<h1>A</h1><table>{head}<tbody>{row * rows}</tbody></table>")))
        roles[rows] = [cell.role for cell in read.all("TR")[1].inside]
        assert find_errors(read) == {}
    assert roles == {1: ["TD", "TD", "TD"], 4: ["TH", "TD", "TD"]}


def test_decoration_is_an_artifact_on_every_page() -> None:
    read = Paper(print_html(CUT))
    texts = Counter(text for page_content in read.page_contents for text in page_content.artifacts)
    assert texts["A running title"] == len(read.page_contents)
    assert {str(number): texts[str(number)] for number in range(3, 6)} == {"3": 1, "4": 1, "5": 1}
    assert texts["Left"] == texts["Right"] > 1
    assert texts["unheard"] == 1
    assert [text for text in texts if set(text) == {"."}] != []


def test_a_link_has_one_annotation_a_line_and_none_without_text() -> None:
    read = Paper(print_html(CUT))
    words = [str(annotation.Contents) for _, annotation in read.annotations()]
    long = "a link that is so long that it runs over the end of its line and on"
    assert Counter(words) == Counter({"One": 1, "Two": 1, long: len([word for word in words if word == long])})
    assert [len(link.annotations) for link in read.all("Link")] == [1, 1, words.count(long)]


def test_a_link_around_a_picture_has_its_description_and_an_empty_link_is_removed() -> None:
    square = "<img {} src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>\">"
    link = "<h1>A</h1><p><a href='https://example.org'>{}</a> and more</p>"
    printed = Paper(print_html(body(link.format(square.format("alt='A map'")))))
    empty = Paper(print_html(body(link.format(""))))
    assert [str(annotation.Contents) for _, annotation in printed.annotations()] == ["A map"]
    assert printed.outline() == "Document\n  H1 A\n  P  and more\n    Link [A map]\n      Figure Alt=A map "
    assert find_errors(printed) == find_errors(empty) == {}
    assert empty.outline() == "Document\n  H1 A\n  P  and more"
    assert "/Annots" not in empty.pdf.pages[0]


def test_weasyprints_own_structure_still_needs_replacing() -> None:
    """When this fails, WeasyPrint has fixed something and the code that works around it can go."""
    read = Paper(print_html(CUT, own_tags=False))
    assert sorted(find_errors(read)) == [
        "empty_elements",
        "header_cells",
        "links",
        "margins",
        "marks",
        "nesting",
        "parent_tree",
        "pictures",
        "roles",
        "table_grids",
    ]
    assert len(read.all("Table")) > 1
    assert conforms(read.output) != []


def test_a_document_of_decoration_alone_has_an_empty_structure() -> None:
    read = Paper(
        print_html(body("<p><img src='data:image/svg+xml,<svg xmlns=%22http://www.w3.org/2000/svg%22/>' alt=''></p>"))
    )
    assert read.outline() == "Document"


def test_no_template_uses_opacity() -> None:
    """WeasyPrint draws transparent content as a separate form, which the structure cannot include."""
    texts = [file.read_text(encoding="utf-8") for file in PACKAGED.rglob("*.*") if file.suffix in {".css", ".html"}]
    assert len(texts) > 5
    assert [text for text in texts if re.search(r"\b(opacity|mix-blend-mode)\b", text)] == []
    transparent = Paper(print_html(body("<h1>A</h1><p style='opacity: 0.5'>silent</p>")))
    assert sorted(find_errors(transparent)) == ["forbidden_features", "marks"]
