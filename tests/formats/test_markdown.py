from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from p2ptrack.formats.markdown import escape_markdown, render_prose
from p2ptrack.reports.document import Cell, Column, Link, Prose, Row, Table, make_paragraph
from tests.formats.sample import PAPER, PROGRESS, TABLE, query, written


def test_a_paper_is_one_outline_with_its_tables() -> None:
    assert written("md", PAPER) == (
        "Audit Committee\n"
        "\n"
        "# Appendix 1: Review\n"
        "\n"
        "- **Position at**: 12 January 2023\n"
        "\n"
        "*Draft*\n"
        "\n"
        "*Demonstration*\n"
        "\n"
        "## Overview\n"
        "\n"
        "A **bold** word,\n"
        "and a list:\n"
        "\n"
        "- one\n"
        "  more\n"
        "- two\n"
        "\n"
        "Told of A01 Register, **urgent**\\*\n"
        "\n"
        "1. First\n"
        "\n"
        "   with more\n"
        "2. Second\n"
        "\n"
        "- **Owner**: Head of Procurement\n"
        "- **Target**: early 2023/24 (by 30 June 2023); as we read it\n"
        "\n"
        "> Mind the gap\n"
        "\n"
        "### Inner\n"
        "\n"
        "Deep\n"
        "\n"
        "## Grid\n"
        "\n"
        "**Due: 2**\n"
        "\n"
        "| Id | What | Target | Days |\n"
        "| --- | --- | --- | --: |\n"
        "| F03 | Make social value mainstream | Jan-23\\* | 19 |\n"
        "| F06 | Hold officers to account for sign-off of contracts | 12 January 2023 | 0 |\n"
    )


def test_an_answer_states_on_which_day_it_was_judged() -> None:
    empty = Table("due", "Due", TABLE.columns, (), empty="Nothing.")
    assert written("md", query(PROGRESS, empty)) == (
        "# Overdue\n"
        "\n"
        "- **Position at**: 12 January 2023\n"
        "\n"
        "**Progress**\n"
        "\n"
        "|  | All |\n"
        "| --- | --: |\n"
        "| R1 Strategic value | 8 |\n"
        "| **All actions** | **33** |\n"
        "| Governance 8, Audit 1 |  |\n"
        "\n"
        "**Due**\n"
        "\n"
        "Nothing.\n"
    )


def test_cells_stay_in_their_columns_and_groups_have_a_row() -> None:
    table = Table(
        "grid",
        "Grid",
        (Column("a", "A"), Column("b", "B")),
        (Row((Cell("x | y"), Cell((make_paragraph("one | two"), Prose("- p\n- q | r")))), group="R|1"),),
    )
    assert written("md", query(table, title="")).splitlines()[-4:] == [
        "| A | B |",
        "| --- | --- |",
        "| **R\\|1** |  |",
        "| x \\| y | one \\| two<br>- p<br>- q \\| r |",
    ]


HOSTILE = [
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "[x](  JaVaScRiPt:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](&#106;avascript:alert(1))",
    "[x][y]\n\n[y]: javascript:alert(1)",
    "![x](https://example.org/x.png)",
    "# heading",
    "heading\n---",
    "heading\n===",
    "`<b>``<i>x</i>",
    "a <img src=x onerror=alert(1)> b",
    "<!-- comment",
    "\\<script>alert(1)</script>",
    "\\![x](u)",
    "\\\\<b>x</b>",
    "> [y]: javascript:alert(1)\n\n[y]",
    "- [z]: file:///etc/passwd\n\n[z]",
    "[a](https://x.example/<b>)",
    "`` `<b> ``",
    "**<i>**x</i>",
    "| a |\n|---|\n| <b>x |",
    "\x1b[31m\x9b",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_record_text_brings_no_html_unsafe_link_heading_or_picture(text: str) -> None:
    assert "<" in MarkdownIt("commonmark").render("<b>")
    for printed in (
        MarkdownIt("commonmark").render("\n".join(render_prose(text))),
        MarkdownIt("commonmark").render(escape_markdown(text)),
    ):
        tags = {matches.split(">")[0].split(" ")[0].strip("/") for matches in printed.split("<")[1:]}
        assert tags <= {"p", "em", "code", "br", "a", "strong", "blockquote", "ul", "li"}
        assert "href=" not in printed.replace('href="https://', "")
        assert "\x1b" not in printed


def test_only_web_and_mail_addresses_become_links() -> None:
    good = make_paragraph("See ", Link("https://example.org/a_b", "the [paper]"), ".")
    bad = make_paragraph(Link("javascript:alert(1)", "x"), " ", Link("https://example.org/ <b>"))
    assert written("md", query(good, bad, title="")).splitlines()[-3:] == [
        "See [the \\[paper\\]](<https://example.org/a_b>).",
        "",
        "x (javascript:alert(1)) [https://example.org/ \\<b\\>](<https://example.org/b>)",
    ]


def test_links_to_the_web_and_to_mailboxes_stay() -> None:
    text = "[paper](https://example.org/a) and [us](mailto:us@example.org)"
    assert render_prose(text) == ["[paper](<https://example.org/a>) and [us](<mailto:us@example.org>)"]


def test_plain_text_means_only_what_it_states() -> None:
    assert escape_markdown("1. *a* _b_ snake_case [c] `d` & &amp; ~e~ #f") == (
        "1\\. \\*a\\* \\_b\\_ snake_case \\[c\\] \\`d\\` & \\&amp; \\~e\\~ #f"
    )
    assert escape_markdown("# a") == "\\# a"
    assert escape_markdown("- a") == "\\- a"
