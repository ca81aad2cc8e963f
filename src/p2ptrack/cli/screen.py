"""Printing: how wide the terminal is, what it can show, and where bytes go that are no text."""

from __future__ import annotations

import codecs
import os
import shutil
import sys
import unicodedata
from typing import TYPE_CHECKING, TextIO

from p2ptrack.formats import Format, Look

if TYPE_CHECKING:
    from p2ptrack.reports.document import Document

_SIMPLE = {
    0x2013: "-",
    0x2014: "-",
    0x2018: "'",
    0x2019: "'",
    0x201C: '"',
    0x201D: '"',
    0x2026: "...",
    0x2022: "*",
    0xB7: "-",
    0xA3: "GBP ",
    0x20AC: "EUR ",
}
_LEAST = 20


def look() -> Look:
    """Return how output should look on this terminal; a file or a pipe counts as 80 columns."""
    return Look(width=max(shutil.get_terminal_size((80, 24)).columns, _LEAST), colour=takes_colour(sys.stdout))


def takes_colour(stream: TextIO) -> bool:
    """Whether to colour: only on a terminal that shows it, and never against NO_COLOR (no-color.org)."""
    wanted = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    shows = os.name != "nt" or "WT_SESSION" in os.environ
    return stream.isatty() and wanted and shows


def show(document: Document, format_: Format) -> None:
    """Print a document: text as the terminal can show it, the formats that machines read as their bytes."""
    put(format_.write(document, look()), as_text=format_.name == "text")


def put(data: bytes, *, as_text: bool = False) -> None:
    """Write to standard output. Bytes stay bytes unless people are to read them."""
    if as_text or sys.stdout.isatty():
        sys.stdout.write(fitted(data.decode("utf-8-sig").replace("\r\n", "\n"), sys.stdout.encoding or "utf-8"))
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)


def say(text: str) -> None:
    """Write a sentence to standard error, where it is in nobody's way."""
    sys.stderr.write(fitted(f"{text}\n", sys.stderr.encoding or "utf-8"))


def fitted(text: str, encoding: str) -> str:
    """Return text that an encoding can hold: what it cannot, as Windows consoles often, becomes the nearest sign."""
    return text.encode(encoding, "p2ptrack.simpler").decode(encoding)


def _simpler(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    found = error.object[error.start : error.end].translate(_SIMPLE)
    plain = (unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode() or "?" for sign in found)
    return "".join(plain), error.end


codecs.register_error("p2ptrack.simpler", _simpler)
