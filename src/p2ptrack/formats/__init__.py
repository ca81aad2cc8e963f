"""Formats: functions from a `Document` and `FormatOptions` to bytes.

A new format takes one module and its row in `FORMATS`. A module is imported only to write, because WeasyPrint alone
takes longer to load than most commands take to run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from p2ptrack.reports.document import FormatOptions

if TYPE_CHECKING:
    from p2ptrack.reports.document import Document

__all__ = ["FORMATS", "QUERY_FORMATS", "Format", "FormatOptions"]


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a document.

    `writer` is `module:function`. A `binary` format is never written to a terminal. `for_queries` offers it for the
    answers of queries too.
    """

    name: str
    writer: str
    binary: bool = False
    for_queries: bool = False

    def write(self, document: Document, options: FormatOptions) -> bytes:
        """Return the document in this format."""
        module, _, function = self.writer.partition(":")
        writer: Callable[[Document, FormatOptions], bytes] = getattr(import_module(module), function)
        return writer(document, options)


_FORMATS = (
    Format("html", "p2ptrack.formats.html.page:write"),
    Format("pdf", "p2ptrack.formats.pdf.writer:write", binary=True),
    Format("docx", "p2ptrack.formats.docx.writer:write", binary=True),
    Format("xlsx", "p2ptrack.formats.xlsx:write", binary=True),
    Format("text", "p2ptrack.formats.text:write", for_queries=True),
    Format("json", "p2ptrack.formats.json:write", for_queries=True),
    Format("csv", "p2ptrack.formats.csv:write", for_queries=True),
    Format("md", "p2ptrack.formats.markdown:write", for_queries=True),
)
FORMATS = {format_.name: format_ for format_ in _FORMATS}
QUERY_FORMATS = tuple(format_.name for format_ in _FORMATS if format_.for_queries)
"""The formats of queries; the first is the default."""
