"""Which structure elements of PDF 1.7 stand for which HTML elements."""

from __future__ import annotations

from collections.abc import Mapping

HEADING_ROLES = {f"h{level}": (f"H{level}",) for level in range(1, 7)}
ELEMENT_ROLES: Mapping[str, tuple[str, ...]] = HEADING_ROLES | {
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

CONTENTS_ROLES: Mapping[str, tuple[str, ...]] = {
    "a": ("Reference", "Link"),
    "li": ("TOCI",),
    "ol": ("TOC",),
    "ul": ("TOC",),
}
"""What differs inside `nav`, where the list is one of contents (ISO 32000-1, table 333)."""

GROUPING_ROLES = frozenset({"Document", "Part", "Art", "Sect", "Div", "BlockQuote", "TOCI"})
"""Roles that hold blocks only: text that stands in them directly gets a paragraph (ISO 32000-1, 14.8.4.2)."""

STRUCTURAL_ROLES = GROUPING_ROLES | {"Table", "THead", "TBody", "TFoot", "TR", "L", "LI", "TOC"}
"""Roles in which a blank has nothing to say."""

INLINE_ROLES = frozenset({"Link", "Reference", "Span", "Code", "Quote"})
"""Roles that stand in a line of text and never directly between blocks."""

BLOCK_PARENT_ROLES = GROUPING_ROLES | {"LBody", "TD", "TH"}
"""Roles in which a line that is laid out as a block is a paragraph."""

_INLINE_TAGS = "a abbr b bdi bdo br cite code data dfn em i kbd mark q s samp small span strong sub sup time u var wbr"
INLINE_TAGS = frozenset(_INLINE_TAGS.split())

CELL_TAGS = frozenset({"td", "th"})
LIST_NUMBERINGS = {"ol": "/Decimal", "ul": "/Disc"}


def strip_namespace(tag: str) -> str:
    """Return an element's name without its namespace: a picture's `svg` carries one."""
    return tag.rpartition("}")[2]


def find_roles(tag: str, in_contents: bool) -> tuple[str, ...]:
    """Return the roles of an HTML element, outermost first; none where its content belongs to its parent."""
    name = strip_namespace(tag)
    return (CONTENTS_ROLES.get(name) if in_contents else None) or ELEMENT_ROLES.get(name, ())
