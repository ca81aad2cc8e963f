"""Texts that were typed or pasted print their signs, lists, tables and lines in every format."""

from __future__ import annotations

import pytest

from p2ptrack.formats.prose import format_prose, render_prose_html
from p2ptrack.formats.text import wrap_prose
from p2ptrack.reports.document import Prose
from tests.formats.sample import query, written

ONE_LINE = [
    "> 50% of spend is on contract",
    ">= 3 quotations",
    "+ £60,000 saving",
    "- £12,000 overspend",
    "* 3 stars",
    "# 4 of the waivers was refused",
    "2025. The first full year",
    "3) was dropped",
    "---",
    "1. only one point",
    "~~~ approximately",
    r"\\server\share\plan.docx",
    "[1]: see the appendix",
    "5*3*2 = 30",
    "3*£5,000 and 4*£6,000 are left",
    "2**8 and 2**10",
    "R&amp;D",
]


@pytest.mark.parametrize("text", ONE_LINE)
def test_a_text_of_one_line_is_printed_as_written(text: str) -> None:
    html = render_prose_html(text)
    assert html.count("<") == 2
    assert html == "<p>" + text.replace("&", "&amp;").replace(">", "&gt;") + "</p>\n"
    assert format_prose(text) == text
    assert wrap_prose(text, 80) == [text]


def test_an_escape_is_no_part_of_the_text() -> None:
    assert [format_prose(r"\> 50%"), *wrap_prose(r"\> 50%", 80)] == ["> 50%", "> 50%"]
    assert r"\> 50%" in written("md", query(Prose(r"\> 50%")))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Since:\n• The portal.\n• 40 suppliers.", ["Since:", "• The portal.", "• 40 suppliers."]),
        ("\uf0b7 One\n\uf0b7 Two", ["• One", "• Two"]),
        ("– One\n– Two", ["• One", "• Two"]),
        ("Two reasons:\n- capacity\n- the supplier", ["Two reasons:", "• capacity", "• the supplier"]),
        ("a) write\nb) hold", ["a) write", "b) hold"]),
        ("(i) one\n(ii) two\n(iii) three", ["(i) one", "(ii) two", "(iii) three"]),
        ("h) eight\ni) nine\nj) ten", ["h) eight", "i) nine", "j) ten"]),
        ("A. One\nB. Two", ["A. One", "B. Two"]),
        ("The others:\n3. Contracts\n4. Value", ["The others:", "3. Contracts", "4. Value"]),
        ("7) Agreed\n9) Not agreed", ["7) Agreed", "9) Not agreed"]),
        ("1. a\n1. b\n1. c", ["1. a", "2. b", "3. c"]),
        ("1. a\n   1. b\n   2. c\n2. d", ["1. a", "   1. b", "   2. c", "2. d"]),
        ("| D | C |\n|---|---:|\n| Place | 40 |", ["D | C", "Place | 40"]),
        ("| D | C |\n| Place | 40 |", ["D | C", "Place | 40"]),
        ("D\tC\nPlace\t40\nPeople\t6|2", ["D | C", "Place | 40", "People | 6|2"]),
        ("Money:\n+ £5\n- £3\nThe rest", ["Money:", "+ £5", "- £3", "The rest"]),
        ("The saving is\n- £12,000", ["The saving is", "- £12,000"]),
        ("Spend:\n> 50% red\n> 30% amber", ["Spend:", "> 50% red", "> 30% amber"]),
        ("> They said\n> 40 replied", ["> They said 40 replied"]),
        ("Place: 40\nPeople: 62", ["Place: 40", "People: 62"]),
        ("● on track\n○ not begun", ["● on track", "○ not begun"]),
        (
            "A line that was wrapped by hand at seventy characters, as editors do it,\nand its end.",
            ["A line that was wrapped by hand at seventy characters, as editors do it, and its end."],
        ),
        ("    A pasted margin\n    is no code", ["A pasted margin is no code"]),
        ("The ~~old~~ form: https://x.example/f.", ["The ~~old~~ form: https://x.example/f."]),
        ("- one\nA new paragraph", ["• one", "A new paragraph"]),
    ],
)
def test_lists_tables_and_lines_stay_apart(text: str, lines: list[str]) -> None:
    assert format_prose(text).split("\n") == lines


@pytest.mark.parametrize(
    ("text", "class_"),
    [
        ("| Directorate | Contracts |\n|---|---|\n| Place | 40 |", ' class="fits-30"'),
        ("| Directorate | Contracts | Value |\n|---|---|---|\n| Children and families | 7 | £1,200,000 |",
         ' class="fits-50"'),
        ("|" + " Procurement |" * 6 + "\n" + "|---" * 6 + "|", ' class="fits-90"'),
        ("|" + " Procurement |" * 9 + "\n" + "|---" * 9 + "|", ""),
    ],
)  # fmt: skip
def test_html_states_how_wide_a_place_keeps_the_words_of_a_table_whole(text: str, class_: str) -> None:
    assert f"<table{class_}>" in render_prose_html(text)


def test_html_has_lists_tables_and_labels() -> None:
    assert render_prose_html("3. a\n4. b") == (
        '<ol start="3">\n<li value="3" style="list-style-type: \'3. \'">a</li>\n'
        '<li value="4" style="list-style-type: \'4. \'">b</li>\n</ol>\n'
    )
    assert render_prose_html("1. a\n2. b") == "<ol>\n<li>a</li>\n<li>b</li>\n</ol>\n"
    assert "list-style-type: '(b) '" in render_prose_html("(a) x\n(b) y")
    assert '<th scope="col">D</th>' in render_prose_html("D\tC\nPlace\t40")
    assert render_prose_html("see https://x.example/a, ok") == (
        '<p>see <a href="https://x.example/a">https://x.example/a</a>, ok</p>\n'
    )
    assert render_prose_html("[plan](https://)") == "<p>[plan](https://)</p>\n"


def test_a_terminal_and_markdown_draw_tables_and_keep_labels() -> None:
    assert wrap_prose("D\tContracts\nPlace\t40", 40) == ["D      Contracts", "Place  40"]
    assert written("md", query(Prose("D\tC\nP\t4|0"), title="")).splitlines()[-3:] == [
        "| D | C |",
        "| --- | --- |",
        "| P | 4\\|0 |",
    ]
    assert written("md", query(Prose("a) x\nb) y"), title="")).splitlines()[-3:] == ["a) x", "", "b) y"]
    assert written("md", query(Prose("7. x\n9. y"), title="")).splitlines()[-3:] == ["7\\. x", "", "9\\. y"]
    assert written("md", query(Prose("7. x\n8. y"), title="")).splitlines()[-2:] == ["7. x", "8. y"]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("See https://x.example/a, page 3.", 'See <a href="https://x.example/a">https://x.example/a</a>, page 3.'),
        ("(https://x.example)", '(<a href="https://x.example">https://x.example</a>)'),
        ("<https://x.example>", '<a href="https://x.example">https://x.example</a>'),
        ("[https://x.example](https://x.example)", '<a href="https://x.example">https://x.example</a>'),
        ("`https://x.example`", "<code>https://x.example</code>"),
        ("https:// alone", "https:// alone"),
        ("[plan](mailto:)", "[plan](mailto:)"),
    ],
)
def test_addresses_become_links_once(text: str, html: str) -> None:
    assert render_prose_html(text) == f"<p>{html}</p>\n"
