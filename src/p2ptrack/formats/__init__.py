"""How a document looks: one row of `FORMATS` for each way to write one.

A format is a function from a `Document` and a `FormatOptions` to bytes. Its module is imported only when it
writes, because WeasyPrint alone takes longer to load than most commands take to run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from p2ptrack.formats.plain import FormatOptions

if TYPE_CHECKING:
    from p2ptrack.reports.document import Document

__all__ = ["FORMATS", "QUERY_FORMATS", "Format", "FormatOptions"]


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a document. `writer` is `module:function`; `binary` ones never go to a terminal."""

    name: str
    writer: str
    binary: bool = False

    def write(self, document: Document, options: FormatOptions) -> bytes:
        """Return the document in this format."""
        module, _, function = self.writer.partition(":")
        writer: Callable[[Document, FormatOptions], bytes] = getattr(import_module(module), function)
        return writer(document, options)


FORMATS = {
    each.name: each
    for each in (
        Format("html", "p2ptrack.formats.html.page:write"),
        Format("pdf", "p2ptrack.formats.pdf.writer:write", binary=True),
        Format("docx", "p2ptrack.formats.docx.writer:write", binary=True),
        Format("xlsx", "p2ptrack.formats.xlsx.writer:write", binary=True),
        Format("text", "p2ptrack.formats.text:write"),
        Format("md", "p2ptrack.formats.markdown:write"),
        Format("csv", "p2ptrack.formats.csv:write"),
        Format("json", "p2ptrack.formats.json:write"),
    )
}

QUERY_FORMATS = ("text", "json", "csv", "md")
"""The formats of answers in a terminal; papers come in all of them."""
