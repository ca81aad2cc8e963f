"""Plain text skips the Markdown parser and gives the same result."""

from __future__ import annotations

import re
from itertools import chain
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it.tree import SyntaxTreeNode

from p2ptrack.formats import prose as markdown
from p2ptrack.formats.prose import parse_markdown, render_prose_html

WORDS = [
    "word",
    "£5",
    '"quoted"',
    "it's",
    "31",
    "12.",
    "3)",
    "March",
    "a-b",
    "#1",
    "P&G",
    "a_b",
    "x*y",
    "-",
    "+",
    "=",
    "é",
]
SEPARATORS = st.sampled_from(
    [" ", " ", " ", "\n", "\n", "\n\n", "  \n", "\t", "\n    ", "\xa0", "\u3000", "\r\n", "\x0b", "", "\u2028"]
)
TEXTS = st.lists(st.tuples(st.sampled_from(WORDS), SEPARATORS)).map(lambda pairs: "".join(chain.from_iterable(pairs)))


def describe(node: SyntaxTreeNode) -> dict[str, Any]:
    values: dict[str, Any] = {"type": node.type, "children": [describe(child) for child in node.children]}
    if not node.is_root:
        values |= {
            "tag": node.tag,
            "attrs": node.attrs,
            "level": node.level,
            "markup": node.markup,
            "block": node.block,
        }
    if not (node.is_root or node.is_nested):
        values["content"] = node.content
    return values


def assert_same_as_parser(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(markdown, "split_plain_text", lambda _: None)
        html, tree = render_prose_html(text), describe(parse_markdown(text))
    assert (render_prose_html(text), describe(parse_markdown(text))) == (html, tree)


@given(st.text())
@example("one\ntwo\n\n\nthree\n")
@example("\n \nx")
@example("one  \ntwo\nthree   \nfour  \n  \nfive  ")
@example("x\n===\ny\n---")
@example("\u0661. an Arabic figure begins no list")
def test_any_text_gives_what_the_parser_gives(text: str) -> None:
    assert_same_as_parser(text)


@given(TEXTS)
def test_text_of_words_and_breaks_gives_what_the_parser_gives(text: str) -> None:
    assert_same_as_parser(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "One line.",
        "Short line.\nAnother.",
        'Two\nlines, 12 of 40; it\'s "quoted" (£3.50).\n\nAnd a paragraph.\n',
    ],
)
def test_plain_text_needs_no_parser(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown, "_create_parser", None)
    assert re.sub("<[^>]*>", "", render_prose_html(text)).split() == text.replace('"', "&quot;").split()
    assert " ".join(node.content for node in parse_markdown(text).walk() if node.type == "text").split() == text.split()
