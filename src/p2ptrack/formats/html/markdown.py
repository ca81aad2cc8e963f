"""Markdown of records as HTML or as a syntax tree, without raw HTML, pictures or unsafe links.

A heading in a record becomes a strong line, because the order of headings belongs to the paper.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping, Sequence
from functools import cache
from itertools import chain
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

_LINK_SCHEMES = ("http://", "https://", "mailto:")

# Control characters are not allowed in HTML. Direction marks (Unicode TR 9) could reverse the rest of a line.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
# Everything that CommonMark may interpret, and a little more: it only has to find all of it.
_MARKDOWN = re.compile(r"[\\`*_\[\]<>&\t]|^(?:[#+=~-]|\d+[.)]|[^\S\n])|[^\S\n]$", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n{2,}")


def strip_unprintable(text: str) -> str:
    """Return the text without characters that print nothing and only affect the text around them."""
    return _UNPRINTABLE.sub("", text)


def is_link(url: str) -> bool:
    """Whether an address may be followed: to the web or to a mailbox."""
    return url.strip().casefold().startswith(_LINK_SCHEMES)


def render_prose_html(markdown: str) -> str:
    """Return a record's text as HTML that is safe to put in a page."""
    text = strip_unprintable(markdown)
    paragraphs = _split_plain_text(text)
    if paragraphs is not None:
        return "".join(f"<p>{paragraph}</p>\n" for paragraph in paragraphs).replace('"', "&quot;")
    rendered: str = _create_parser().render(text)
    return rendered


def parse_markdown(markdown: str) -> SyntaxTreeNode:
    """Return a record's text as a syntax tree, for formats that have their own markup."""
    text = strip_unprintable(markdown)
    paragraphs = _split_plain_text(text)
    if paragraphs is not None:
        return SyntaxTreeNode(list(chain.from_iterable(map(_make_paragraph_tokens, paragraphs))))
    return SyntaxTreeNode(_create_parser().parse(text))


def _split_plain_text(text: str) -> list[str] | None:
    """Return the paragraphs of a text that holds no Markdown, or None when the parser is needed.

    Most texts are plain, and the parser takes several times longer.
    """
    if _MARKDOWN.search(text):
        return None
    return [paragraph for paragraph in _BLANK_LINES.split(text.strip("\n")) if paragraph]


def _make_paragraph_tokens(paragraph: str) -> tuple[Token, Token, Token]:
    """Return the tokens that the parser makes of a paragraph of plain text, without line numbers."""
    children: list[Token] = []
    for line in paragraph.split("\n"):
        if children:
            children.append(Token("softbreak", "br", 0))
        children.append(Token("text", "", 0, content=line))
    return (
        Token("paragraph_open", "p", 1, block=True),
        Token("inline", "", 0, level=1, children=children, content=paragraph, block=True),
        Token("paragraph_close", "p", -1, block=True),
    )


class _MarkdownRenderer(RendererHTML):
    """Markdown-it's renderer, which prints the description of a picture instead of the picture."""

    def image(self, tokens: Sequence[Token], idx: int, options: Any, env: MutableMapping[str, Any]) -> str:
        """Return the picture's description."""
        return self.text([Token("text", "", 0, content=tokens[idx].content)], 0, options, env)


@cache
def _create_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}, renderer_cls=_MarkdownRenderer).disable(
        ["html_block", "html_inline"]
    )
    # Replacing this method is the documented way to decide which links are allowed; mypy sees a fixed method.
    vars(parser)["validateLink"] = is_link
    parser.core.ruler.push("plain_headings", lambda state: _adjust_tokens(state.tokens))
    return parser


def _adjust_tokens(tokens: list[Token]) -> None:
    """Make headings strong paragraphs, and give a link without text its address as text."""
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = "p"
        if token.type == "heading_open":
            token.attrs = {"class": "strong-line"}
        if token.children:
            token.children = _fill_empty_links(token.children)


def _fill_empty_links(children: list[Token]) -> list[Token]:
    tokens: list[Token] = []
    for child in children:
        if child.type == "link_close" and tokens and tokens[-1].type == "link_open":
            tokens.append(Token("text", "", 0, content=str(tokens[-1].attrs.get("href", ""))))
        tokens.append(child)
    return tokens
