"""XML for Word and Excel, written by hand so that the same paper is the same bytes on every machine.

Tags carry their prefix as they are written (`w:p`); the root declares the prefixes. All text passes
`strip_unprintable`, so no record can hold a character that XML forbids.
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element, tostring

from p2ptrack.formats.safe_text import strip_unprintable

XmlChild = Element | str | None
OFFICE_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

_XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def make_element(tag: str, attributes: Mapping[str, object] | None = None, *children: XmlChild) -> Element:
    """Return an element; an attribute or a child that is None is left out."""
    element = Element(
        tag, {key: strip_unprintable(str(value)) for key, value in (attributes or {}).items() if value is not None}
    )
    for child in children:
        if isinstance(child, str):
            element.text = (element.text or "") + strip_unprintable(child)
        elif child is not None:
            element.append(child)
    return element


def serialise_xml(root: Element) -> bytes:
    """Return a whole XML file in UTF-8."""
    return (_XML_DECLARATION + tostring(root, encoding="unicode")).encode("utf-8")
