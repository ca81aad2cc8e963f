"""Word files as python-docx reads them: styles, lists, tables, links, pages."""

from __future__ import annotations

import io
import re
from pathlib import Path

import docx
import pytest
from docx.table import Table as WordTable

from p2ptrack.errors import OperationError
from p2ptrack.formats.docx.blocks import MAX_UNSPLIT_CHARACTERS, make_bookmark_name
from p2ptrack.formats.html import page
from p2ptrack.reports.document import (
    Bullets,
    Cell,
    Column,
    Fact,
    Facts,
    FormatOptions,
    Link,
    Notice,
    Prose,
    Ref,
    Row,
    Section,
    Table,
    make_paragraph,
)
from tests.office.builders import (
    COLUMNS,
    DUE,
    FIELD,
    FORMULA,
    WHOLE,
    body_of,
    get_name,
    hostile,
    parts,
    plain_words,
    word_of,
    words_of,
    write_format,
    xml_of,
)
from tests.papers.builders import PACKAGED_OPTIONS, document_of, seed_paper

WORDING = PACKAGED_OPTIONS.wording
PAPER = docx.Document(io.BytesIO(write_format("docx", WHOLE)))
XML = parts(write_format("docx", WHOLE))


def cells_of(table: WordTable) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_a_whole_paper_has_the_expected_styles_and_text() -> None:
    assert [(get_name(item.style), item.text) for item in PAPER.paragraphs] == [
        ("Draft", "Draft"),
        ("Paper Heading", "A council"),
        ("Paper Heading", "Audit Committee"),
        ("Title", "A paper: on <everything> & more"),
        ("Fact", "Position at:\t12 January 2023"),
        ("Fact", "Source:\tA paper undated"),
        ("Notice", "Demonstration"),
        ("Heading 1", "First part"),
        ("Body Text", "Told of F03 Value and F99, urgent*"),
        ("Body Text", "A bold and slanted word of code."),
        ("List Number", "one"),
        ("List Bullet 2", "inner"),
        ("List Number", "two"),
        ("Quote", "quoted"),
        ("List Number", "First"),
        ("List Continue", "with more"),
        ("List Number", "Second"),
        ("Fact", "Owner:\tHead"),
        ("Fact More", "since May"),
        ("Fact", "Target:\tMar-23 as read"),
        ("Notice", "Mind the gap"),
        ("Heading 2", "Inner part"),
        ("Note", "Deep"),
        ("Heading 1", "Second part"),
        ("Body Text", "Wide"),
        ("Caption", "Due: 3"),
        ("After Table", ""),
        ("Caption", "Nothing"),
        ("Body Text", "None."),
        ("Heading 1", "Third part"),
        ("Body Text", "Evidence"),
        ("Heading 1", "Fourth part"),
        ("Note", "Made by p2ptrack 1.2.3 as at 12 January 2023 from version c0ffee of the register."),
    ]


def test_a_table_repeats_its_head_keeps_rows_whole_and_has_a_description() -> None:
    (table,) = PAPER.tables
    assert get_name(table.style) == "Paper Table"
    assert cells_of(table) == [
        ["Id", "What", "Target", "Days"],
        ["One", "One", "One", "One"],
        ["F03", "Social value", "Jan-23*", "19"],
        ["F04", "Held\nas it is", "12 January 2023*", "-3*"],
        ["Two", "Two", "Two", "Two"],
        ["All", "", "31 March 2023", "16"],
    ]
    xml = XML["word/document.xml"].decode()
    rows = re.findall(r"<w:tr>(?:<w:trPr>(.*?)</w:trPr>)?", xml)
    assert rows == ["<w:cantSplit /><w:tblHeader />", *["<w:cantSplit />"] * 5]
    assert '<w:tblCaption w:val="Due: 3" />' in xml
    assert '<w:tblDescription w:val="Rows: 3. Columns: Id, What, Target, Days." />' in xml
    assert re.findall(r'<w:tblLook [^>]*w:firstRow="1"[^>]*w:firstColumn="1"', xml)
    assert [int(width) for width in re.findall(r'<w:gridCol w:w="(\d+)"', xml)] == [1122, 7642, 4355, 1451]


def test_a_column_of_heads_is_as_wide_as_its_bold_words() -> None:
    rows = (Row((Cell("framework exceptions"), Cell("x " * 400))),)
    shares = []
    for is_head in (True, False):
        columns = (Column("term", "Term", header=is_head), Column("meaning", "Meaning", width="wide"))
        share = page.share_widths(Table("glossary", "Terms", columns, rows), 165, 1.25)[0]
        shares.append(float(share.removesuffix("%")))
    assert shares[0] > 1.1 * shares[1]


def test_figures_are_right_aligned_and_row_headers_are_strong() -> None:
    rows = PAPER.tables[0].rows
    assert [str(row.cells[3].paragraphs[0].alignment) for row in rows if row.cells[0].text != row.cells[3].text] == (
        ["RIGHT (2)"] * 4
    )
    strong = [
        [any(get_name(run.style) == "Strong" for run in cell.paragraphs[0].runs) for cell in row.cells] for row in rows
    ]
    assert strong[2:] == [[True, False, False, False], [False] * 4, [False] * 4, [True, False, True, True]]


def test_a_long_row_may_break_across_pages() -> None:
    row = Row((Cell("a"), Cell("b" * (MAX_UNSPLIT_CHARACTERS + 1)), Cell(None), Cell(1)))
    assert re.findall(r"<w:trPr>(.*?)</w:trPr>", xml_of(Table("t", "T", COLUMNS, (row,)))) == [
        "<w:cantSplit /><w:tblHeader />"
    ]


def test_a_table_inside_a_cell_and_a_star_after_blocks_are_written() -> None:
    inner = Table("inner", "Inner", (Column("a", "A"),), (Row((Cell("deep"),)),))
    row = Row((Cell((inner,), starred=True), Cell((make_paragraph("told"),), starred=True), Cell((), starred=True)))
    output = word_of(Table("outer", "Outer", tuple(Column(name, name.upper()) for name in "abc"), (row,)))
    cells = output.tables[0].rows[1].cells
    assert cells_of(cells[0].tables[0]) == [["A"], ["deep"]]
    assert [cell.text for cell in cells] == ["Inner\n\n*", "told*", "*"]
    assert all(cell.paragraphs[-1] is not None for cell in cells)


def test_mentions_link_to_the_record_only_when_it_is_in_the_paper() -> None:
    xml = XML["word/document.xml"].decode()
    name = make_bookmark_name("F03")
    assert re.findall(r'w:anchor="([^"]*)"', xml) == [name]
    starts = re.findall(r'<w:bookmarkStart w:id="(\d+)" w:name="([^"]*)"', xml)
    assert len({number for number, _ in starts}) == len({item for _, item in starts}) == len(starts) > 5
    assert re.findall(r'<w:bookmarkEnd w:id="(\d+)"', xml) == [number for number, _ in starts]
    assert [item for _, item in starts if item == name] == [name]


@pytest.mark.parametrize(
    ("fragment", "name"),
    [("A01", "p_A01_0aaeb1e3"), ("1.2", "p_1_2_2a9c1db5"), ("x" * 60, f"p_{'x' * 29}_a3a02cd2")],
)
def test_bookmark_names_are_valid_in_word(fragment: str, name: str) -> None:
    output = make_bookmark_name(fragment)
    assert re.fullmatch(r"[A-Za-z]\w{0,39}", output, re.ASCII)
    assert output[:-8] == name[:-8]


def test_web_and_mail_links_are_relationships_and_never_fields() -> None:
    links = (
        Link("https://example.org/a b?c=1&d=2", "Evidence"),
        Link("MAILTO:clerk@example.org"),
        Link("javascript:alert(1)", "Bad"),
        Link("https://exa mple/", "Bent"),
        Link(f"https://example.org/{'x' * 2000}"),
    )
    blocks = (
        make_paragraph(*(span for item in links for span in (item, " "))),
        Prose("[a **b** `c`](https://example.org) <b>"),
    )
    output = word_of(*blocks)
    assert [(link.text, link.address) for item in output.paragraphs for link in item.hyperlinks] == [
        ("Evidence", "https://example.org/a%20b?c=1&d=2"),
        ("MAILTO:clerk@example.org", "MAILTO:clerk@example.org"),
        ("a b c", "https://example.org"),
    ]
    assert body_of(*blocks) == [
        (
            "Body Text",
            f"Evidence MAILTO:clerk@example.org Bad (javascript:alert(1)) Bent (https://exa mple/) {links[-1]} ",
        ),
        ("Body Text", "a b c <b>"),
    ]
    runs = [run for item in output.paragraphs for link in item.hyperlinks for run in link.runs]
    assert {get_name(run.style) for run in runs} == {"Hyperlink"}
    assert [run.text for run in runs if run.bold] == ["b"]


def test_an_address_that_word_could_not_open_is_printed() -> None:
    assert body_of(Prose("[Plan](https://a:99999999/x)")) == [("Body Text", "Plan (https://a:99999999/x)")]


def test_record_text_keeps_its_structure() -> None:
    code = "```\ncode\n  more\n```"
    text = f"# Head *line*\n\nOne  \ntwo\nthree ***both***\n\n{code}\n\n---\n\n![a picture](x.png) <i>raw</i>"
    assert body_of(Prose(text)) == [
        ("Body Text", "Head line"),
        ("Body Text", "One\ntwo three both"),
        ("Body Text", "code\n more"),
        ("Body Text", "———"),
        ("Body Text", "![a picture](x.png) <i>raw</i>"),
    ]
    runs = [run for item in word_of(Prose(text)).paragraphs for run in item.runs]
    assert [run.text for run in runs if run.bold and run.italic] == ["line", "both"]
    assert [run.text for run in runs if get_name(run.style) == "Code"] == ["code", " more"]


def test_each_numbered_list_restarts_at_any_depth() -> None:
    nested = "1. a\n   1. b\n      - c\n        - d\n\n          e\n\n5. f"
    blocks = (Prose(nested), Bullets(((make_paragraph("g"),), ()), ordered=True), Bullets((((DUE,)),)))
    output = parts(write_format("docx", document_of(*blocks)))
    xml, numbering = (output[f"word/{name}.xml"].decode() for name in ("document", "numbering"))
    assert re.findall(r'<w:ilvl w:val="(\d)" /><w:numId w:val="(\d)"', xml) == [
        ("0", "2"), ("1", "3"), ("2", "1"), ("3", "1"), ("0", "4"), ("0", "5"), ("0", "5"), ("0", "1"),
    ]  # fmt: skip
    assert re.findall(
        r'<w:num w:numId="(\d)">.*?(?:w:ilvl="(\d)"><w:startOverride w:val="(\d)" />.*?)?</w:num>', numbering
    ) == [
        ("1", "", ""),
        ("2", "0", "1"),
        ("3", "1", "1"),
        ("4", "0", "5"),
        ("5", "0", "1"),
    ]
    paragraphs = body_of(*blocks)
    assert paragraphs[:8] == [
        ("List Number", "a"),
        ("List Number 2", "b"),
        ("List Bullet 3", "c"),
        ("List Bullet 3", "d"),
        ("List Continue", "e"),
        ("List Number", "f"),
        ("List Number", "g"),
        ("List Number", ""),
    ]
    assert 'w:ind w:left="1700"' in xml


def test_lists_and_facts_in_cells_are_compact() -> None:
    blocks = (
        Prose("- one\n\n  more\n\n1. two"),
        Facts((Fact("Owner", "Head", lines=(("more",),)),)),
        Notice((make_paragraph("n"),)),
    )
    output = word_of(Table("t", "T", (Column("a", "A"),), (Row((Cell(blocks),)),)))
    assert [(get_name(item.style), item.text) for item in output.tables[0].rows[1].cells[0].paragraphs] == [
        ("Table Bullet", "one"),
        ("Table Continue", "more"),
        ("Table Number", "two"),
        ("Table Text", "Owner: Head"),
        ("Table Text", "more"),
        ("Table Text", "n"),
    ]


def test_a_numbered_list_may_begin_at_another_number() -> None:
    numbering = parts(write_format("docx", document_of(Prose("7. seven\n8. eight"))))["word/numbering.xml"]
    assert b'<w:startOverride w:val="7" />' in numbering


def test_landscape_pages_have_headers_and_footers_of_their_width() -> None:
    assert [(str(item.orientation), item.different_first_page_header_footer) for item in PAPER.sections] == [
        ("PORTRAIT (0)", True),
        ("LANDSCAPE (1)", False),
        ("PORTRAIT (0)", False),
    ]
    assert [item.header.paragraphs[0].text for item in PAPER.sections] == [
        "A paper: on <everything> & more\tDraft",
    ] * 3
    assert [item.footer.paragraphs[0].text for item in PAPER.sections] == [
        "A council · Audit Committee\tPage 1 of 1"
    ] * 3
    assert re.findall(rb"<w:instrText[^>]*>(.*?)</w:instrText>", XML["word/footer.xml"]) == [b" PAGE ", b" NUMPAGES "]
    assert (b'w:pos="9638"' in XML["word/header.xml"], b'w:pos="14570"' in XML["word/header-wide.xml"]) == (True, True)


def test_orientation_follows_the_first_block_and_landscape_tables() -> None:
    wide = Table("w", "W", COLUMNS, DUE.rows, landscape=True)
    first = [
        str(item.orientation)
        for item in word_of(Section("a", "A", (make_paragraph("x"), wide), landscape=True)).sections
    ]
    later = [str(item.orientation) for item in word_of(make_paragraph("x"), wide, make_paragraph("y")).sections]
    assert (first, later) == (["LANDSCAPE (1)"], ["PORTRAIT (0)", "LANDSCAPE (1)", "PORTRAIT (0)"])
    assert [str(item.orientation) for item in word_of().sections] == ["PORTRAIT (0)"]


def test_contents_are_links_with_the_numbers_of_their_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "MAX_SHORT_LENGTH", 0)
    xml = parts(write_format("docx", WHOLE))["word/document.xml"].decode()
    lines = re.findall(r'w:pStyle w:val="(TOC\w+)"', xml)
    assert lines == ["TOCHeading", "TOC1", "TOC2", "TOC1", "TOC1", "TOC1"]
    places = re.findall(r" PAGEREF (\w+) \\h ", xml)
    assert places == re.findall(r'w:anchor="([^"]*)"', xml)[: len(places)]
    assert set(places) <= set(re.findall(r'<w:bookmarkStart [^>]*w:name="([^"]*)"', xml))
    assert xml.count('w:fldCharType="begin" w:dirty="1"') == len(places) == 5
    flat = [Section(str(number), str(number), ()) for number in range(4)]
    words = make_paragraph("One of many words.")
    assert "PAGEREF" in xml_of(*flat, words)
    assert "TOC" not in xml_of(*flat[:3], words)


def test_a_short_paper_has_no_contents() -> None:
    assert "TOC" not in XML["word/document.xml"].decode()


def test_language_and_mode_are_set() -> None:
    assert b'<w:themeFontLang w:val="en-GB" />' in XML["word/settings.xml"]
    assert b'w:name="compatibilityMode"' in XML["word/settings.xml"]
    assert b'<w:lang w:val="en-GB"' in XML["word/styles.xml"]


def test_every_style_that_is_used_is_defined() -> None:
    files = {**parts(write_format("docx", hostile())), **{f"2{name}": data for name, data in XML.items()}}
    used = {
        style
        for name, data in files.items()
        if "styles" not in name
        for style in re.findall(rb'<w:(?:pStyle|rStyle|tblStyle) w:val="(\w+)"', data)
    }
    assert len(used) > 20
    assert used <= set(re.findall(rb'w:styleId="(\w+)"', XML["word/styles.xml"]))


def luminance(colour: str) -> float:
    parts_ = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (item / 12.92 if item <= 0.03928 else ((item + 0.055) / 1.055) ** 2.4 for item in parts_)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_chart_text_has_contrast_on_white_and_on_the_tint() -> None:
    colours = set(re.findall(r'<w:color w:val="(\w{6})"', XML["word/styles.xml"].decode()))
    assert len(colours) > 2
    ground = luminance("EEF2F7")
    assert [item for item in colours if (ground + 0.05) / (luminance(item) + 0.05) < 7] == []


def test_a_hostile_paper_keeps_every_word_and_has_no_field_or_markup() -> None:
    paper = hostile()
    output = parts(write_format("docx", paper))
    document = output["word/document.xml"].decode()
    assert re.findall("<w:(?:instrText|fldSimple|fldChar|drawing|object)", document) == []
    links = re.findall(r'Target="([^"]*)" TargetMode="External"', output["word/_rels/document.xml.rels"].decode())
    assert links[0] == "https://example.org/=HYPERLINK(%22http://evil.example/%22,%22click%22)"
    assert [
        link
        for link in links
        if not re.fullmatch(r"https?://(?:example\.org|evil\.example)/[\w!#$%&'()*+,./:;=?@~-]*", link, re.ASCII)
    ] == []
    read = docx.Document(io.BytesIO(write_format("docx", paper)))
    assert len(read.tables[-1].columns) == 40
    words_written = set(plain_words(" ".join("\n".join(item.itertext()) for item in read.element.body)))
    assert [word for word in words_of(paper) if word not in words_written and word.isascii()] == []
    assert FORMULA in document.replace("&quot;", '"')
    assert FIELD in document.replace("&quot;", '"')


@pytest.mark.parametrize("name", ["action-plan", "audit-follow-up"])
def test_the_seed_papers_lose_no_word(name: str) -> None:
    paper = seed_paper(name)
    read = docx.Document(io.BytesIO(write_format("docx", paper)))
    words_written = set(plain_words(" ".join("\n".join(item.itertext()) for item in read.element.body)))
    expected = words_of(paper)
    assert len(expected) > 900
    assert [word for word in expected if word not in words_written] == []


def test_a_council_may_bring_its_own_styles(tmp_path: Path) -> None:
    own = XML["word/styles.xml"].replace(b"Arial", b"Gill Sans")
    (tmp_path / "word-styles.xml").write_bytes(own)
    options = FormatOptions((tmp_path, *PACKAGED_OPTIONS.templates), wording=PACKAGED_OPTIONS.wording)
    assert parts(write_format("docx", WHOLE, options))["word/styles.xml"] == own


def test_broken_or_missing_styles_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(OperationError) as missing:
        write_format("docx", WHOLE, FormatOptions((tmp_path,), wording=PACKAGED_OPTIONS.wording))
    assert str(missing.value) == "No templates folder has word-styles.xml. Install p2ptrack again."
    file = tmp_path / "word-styles.xml"
    file.write_text("<w:styles\n<>", encoding="utf-8")
    with pytest.raises(OperationError) as broken:
        write_format("docx", WHOLE, FormatOptions((tmp_path,), wording=PACKAGED_OPTIONS.wording))
    assert str(broken.value) == f"{file}:2 is not XML: not well-formed (invalid token)."


def test_a_paper_without_provenance_ends_with_its_text() -> None:
    bare = document_of(make_paragraph("only"))
    output = docx.Document(io.BytesIO(write_format("docx", type(bare)("a", "A", bare.as_of, bare.blocks))))
    assert [item.text for item in output.paragraphs] == ["A", "only"]


def test_a_record_in_a_cell_is_a_link_where_it_has_a_section() -> None:
    table = Table("t", "T", (Column("a", "A"),), (Row((Cell(Ref("A01")),)), Row((Cell(Ref("A02")),))))
    output = word_of(Section("s", "S", (make_paragraph("x"),), record="A01"), table)
    assert [len(row.cells[0].paragraphs[0].hyperlinks) for row in output.tables[0].rows] == [0, 1, 0]


def test_a_part_inside_a_list_keeps_its_heading() -> None:
    assert body_of(Bullets(((Section("s", "Inside", (make_paragraph("deep"),)),),))) == [
        ("List Bullet", ""),
        ("Heading 1", "Inside"),
        ("List Continue", "deep"),
    ]
