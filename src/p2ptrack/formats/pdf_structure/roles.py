"""Which structure elements of PDF 1.7 stand for which HTML elements."""

from __future__ import annotations

from collections.abc import Mapping

HEADINGS = {f"h{level}": (f"H{level}",) for level in range(1, 7)}
ROLES: Mapping[str, tuple[str, ...]] = HEADINGS | {
    "a": ("Link",),
    "article": ("Art",),
    "aside": ("Sect",),
    "blockquote": ("BlockQuote",),
    "caption": ("Caption",),
    "code": ("Code",),
    "dd": ("LBody",),
    "dl": ("L",),
    "dt": ("Lbl",),
    "figcaption": ("P",),
    "img": ("Figure",),
    "li": ("LI", "LBody"),
    "main": ("Part",),
    "nav": ("Sect",),
    "ol": ("L",),
    "p": ("P",),
    "pre": ("P",),
    "q": ("Quote",),
    "section": ("Sect",),
    "svg": ("Figure",),
    "table": ("Table",),
    "tbody": ("TBody",),
    "td": ("TD",),
    "tfoot": ("TFoot",),
    "th": ("TH",),
    "thead": ("THead",),
    "tr": ("TR",),
    "ul": ("L",),
}
"""From the outer role to the inner one, which holds the content. What is not here gives its content to its parent."""

CONTENTS: Mapping[str, tuple[str, ...]] = {
    "a": ("Reference", "Link"),
    "li": ("TOCI",),
    "ol": ("TOC",),
    "ul": ("TOC",),
}
"""What differs inside `nav`, where the list is one of contents (ISO 32000-1, table 333)."""

GROUPING = frozenset({"Document", "Part", "Art", "Sect", "Div", "BlockQuote", "TOCI"})
"""Roles that hold blocks only: text that stands in them directly gets a paragraph (ISO 32000-1, 14.8.4.2)."""

STRUCTURAL = GROUPING | {"Table", "THead", "TBody", "TFoot", "TR", "L", "LI", "TOC"}
"""Roles in which a blank has nothing to say."""

RUNNING = frozenset({"Link", "Reference", "Span", "Code", "Quote"})
"""Roles that stand in a line of text and never directly between blocks."""

BLOCKS_INSIDE = GROUPING | {"LBody", "TD", "TH"}
"""Roles in which a line that is laid out as a block is a paragraph."""

_INLINE = "a abbr b bdi bdo br cite code data dfn em i kbd mark q s samp small span strong sub sup time u var wbr"
INLINE = frozenset(_INLINE.split())

CELLS = frozenset({"td", "th"})
NUMBERINGS = {"ol": "/Decimal", "ul": "/Disc"}


def bare(tag: str) -> str:
    """Return an element's name without its namespace: a picture's `svg` carries one."""
    return tag.rpartition("}")[2]


def chain(tag: str, contents: bool) -> tuple[str, ...]:
    """Return the roles of an HTML element, outermost first; none where its content belongs to its parent."""
    name = bare(tag)
    return (CONTENTS.get(name) if contents else None) or ROLES.get(name, ())
