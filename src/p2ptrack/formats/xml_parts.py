"""XML for Word and Excel, written by hand so that the same paper is the same bytes on every machine.

Tags carry their prefix as they are written (`w:p`); the root declares the prefixes. All text passes
`printable`, so no record can hold a character that XML forbids.
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element, tostring

from p2ptrack.formats.safe_text import printable

Child = Element | str | None
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def node(tag: str, attributes: Mapping[str, object] | None = None, *children: Child) -> Element:
    """Return an element; an attribute or a child that is None is left out."""
    made = Element(tag, {key: printable(str(value)) for key, value in (attributes or {}).items() if value is not None})
    for child in children:
        if isinstance(child, str):
            made.text = (made.text or "") + printable(child)
        elif child is not None:
            made.append(child)
    return made


def as_bytes(root: Element) -> bytes:
    """Return a whole XML file in UTF-8."""
    return (_HEAD + tostring(root, encoding="unicode")).encode("utf-8")
