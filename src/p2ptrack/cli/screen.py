"""Printing: how wide the terminal is, what it can show, and where bytes go that are no text."""

from __future__ import annotations

import codecs
import os
import shutil
import sys
import unicodedata
from typing import TYPE_CHECKING, TextIO

from p2ptrack.formats import Format, FormatOptions

if TYPE_CHECKING:
    from p2ptrack.reports.document import Document


_ASCII_REPLACEMENTS = {
    0x2013: "-",
    0x2014: "-",
    0x2018: "'",
    0x2019: "'",
    0x201C: '"',
    0x201D: '"',
    0x2026: "...",
    0x2022: "*",
    0xB7: "-",
    0x2192: "->",
    0xA3: "GBP ",
    0x20AC: "EUR ",
}
_MIN_WIDTH = 20


def terminal_style() -> FormatOptions:
    """Return how output should look on this terminal; a file or a pipe counts as 80 columns."""
    return FormatOptions(
        width=max(shutil.get_terminal_size((80, 24)).columns, _MIN_WIDTH), colour=is_colour_supported(sys.stdout)
    )


def is_colour_supported(stream: TextIO) -> bool:
    """Whether to colour: only on a terminal that shows it, and never against NO_COLOR (no-color.org)."""
    allowed = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    capable = os.name != "nt" or "WT_SESSION" in os.environ
    return stream.isatty() and allowed and capable


def print_document(document: Document, format_: Format) -> None:
    """Print a document: text as the terminal can show it, the formats that machines read as their bytes."""
    write_output(format_.write(document, terminal_style()), as_text=format_.name == "text")


def write_output(data: bytes, *, as_text: bool = False) -> None:
    """Write to standard output. Bytes stay bytes unless people are to read them."""
    if as_text or sys.stdout.isatty():
        sys.stdout.write(
            replace_unencodable(data.decode("utf-8-sig").replace("\r\n", "\n"), sys.stdout.encoding or "utf-8")
        )
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)


def write_notice(text: str) -> None:
    """Write a sentence to standard error, where it is in nobody's way."""
    sys.stderr.write(replace_unencodable(f"{text}\n", sys.stderr.encoding or "utf-8"))


def replace_unencodable(text: str, encoding: str) -> str:
    """Return text that an encoding can hold: what it cannot, as Windows consoles often, becomes the nearest sign."""
    return text.encode(encoding, "p2ptrack.simpler").decode(encoding)


def _replace_with_ascii(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end].translate(_ASCII_REPLACEMENTS)
    replacements = (
        unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode() or "?" for character in text
    )
    return "".join(replacements), error.end


codecs.register_error("p2ptrack.simpler", _replace_with_ascii)
