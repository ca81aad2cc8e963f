"""The words of records as HTML: Markdown without raw HTML, pictures or headings; links go to the web or a mailbox.

Headings inside a record's text become strong lines: the paper's own headings carry the order of the
paper, and a record must not break it.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping, Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

# What of a record's text may reach a page.


# Direction marks that reach beyond their own words (Unicode TR 9) could turn the rest of a line round;
# control characters have no meaning in print and are not allowed in HTML.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def strip_unprintable(text: str) -> str:
    """Return the text without characters that print nothing and only steer what stands around them."""
    return _UNPRINTABLE.sub("", text)


_LINK_SCHEMES = ("http://", "https://", "mailto:")


class _MarkdownRenderer(RendererHTML):
    """Markdown's own renderer without pictures: what stands for the picture is printed."""

    def image(self, tokens: Sequence[Token], idx: int, options: Any, env: MutableMapping[str, Any]) -> str:
        """Return the picture's words."""
        return self.text([Token("text", "", 0, content=tokens[idx].content)], 0, options, env)


@cache
def _create_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}, renderer_cls=_MarkdownRenderer).disable(
        ["html_block", "html_inline"]
    )
    # the library takes its own method for a fixed one; replacing it is its documented way to judge links
    vars(parser)["validateLink"] = is_link
    parser.core.ruler.push("plain_headings", lambda state: _adjust_tokens(state.tokens))
    return parser


def is_link(url: str) -> bool:
    """Whether an address may be followed: to the web or to a mailbox."""
    return url.strip().casefold().startswith(_LINK_SCHEMES)


def _adjust_tokens(tokens: list[Token]) -> None:
    for token in tokens:
        _convert_heading(token)
        token.children = _fill_empty_links(token.children) if token.children else token.children


def _convert_heading(token: Token) -> None:
    if token.type in {"heading_open", "heading_close"}:
        token.tag = "p"
    if token.type == "heading_open":
        token.attrs = {"class": "strong-line"}


def _fill_empty_links(children: list[Token]) -> list[Token]:
    tokens: list[Token] = []
    for child in children:
        if child.type == "link_close" and tokens and tokens[-1].type == "link_open":
            tokens.append(Token("text", "", 0, content=str(tokens[-1].attrs.get("href", ""))))
        tokens.append(child)
    return tokens


def render_prose_html(markdown: str) -> str:
    """Return a record's text as HTML that is safe to stand in a page."""
    rendered: str = _create_parser().render(strip_unprintable(markdown))
    return rendered


def parse_markdown(markdown: str) -> SyntaxTreeNode:
    """Return a record's text as a tree, for formats that have marks of their own."""
    return SyntaxTreeNode(_create_parser().parse(strip_unprintable(markdown)))
