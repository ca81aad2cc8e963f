"""All the text in a paper's file: visible text, text for screen readers, and hidden text."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_TO_UNICODE = re.compile(rb"<([0-9a-fA-F]{4})> <([0-9a-fA-F]+)>")
_SHOWN_TEXT = re.compile(rb"<([0-9a-fA-F]+)>")
_LITERAL = re.compile(rb"\((?:[^()\\]|\\.)*\)|<[0-9a-fA-F]+>", re.DOTALL)


def extract_all_text(name: str, data: bytes) -> str:
    """Return all the text in a file by its ending, in lower case."""
    ending = name.rpartition(".")[2]
    if ending == "pdf":
        text = "\n".join(_iter_pdf_text(data))
    elif ending in {"docx", "xlsx"}:
        text = "\n".join(_iter_archive_text(data))
    else:
        text = data.decode("utf-8-sig")
    return text.casefold()


def _iter_archive_text(data: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.infolist():
            yield member.filename
            text = archive.read(member).decode("utf-8", "replace")
            yield text
            yield re.sub("<[^>]*>", "", text)


def _iter_pdf_text(data: bytes) -> Iterator[str]:
    streams = [_inflate(text) for text in _STREAM.findall(data)]
    glyph_maps = [_parse_cmap(stream) for stream in streams if b"begincmap" in stream]
    for raw in (data, *streams):
        yield raw.decode("latin-1")
        yield from map(_decode_string, _LITERAL.findall(raw))
    for stream in streams:
        strings = _SHOWN_TEXT.findall(stream) if b"TJ" in stream or b"Tj" in stream else ()
        codes = [int(digits[at : at + 4], 16) for digits in strings for at in range(0, len(digits) - 3, 4)]
        yield from ("".join(glyphs.get(code, "") for code in codes) for glyphs in glyph_maps)


def _inflate(stream: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream)
    except zlib.error:
        return stream


def _parse_cmap(cmap: bytes) -> dict[int, str]:
    return {int(code, 16): _decode_utf16(text) for code, text in _TO_UNICODE.findall(cmap)}


def _decode_utf16(figures: bytes) -> str:
    return bytes.fromhex(figures.decode()).decode("utf-16-be", "replace")


def _decode_string(literal: bytes) -> str:
    """Return a string object of a PDF: titles, bookmarks, alternative text and names are such."""
    if literal.startswith(b"<"):
        content = bytes.fromhex((literal[1:-1] + b"0" * (len(literal) % 2)).decode())
    else:
        content = re.sub(rb"\\([0-7]{3})", lambda m: bytes([int(m[1], 8) & 255]), literal[1:-1])
        content = re.sub(rb"\\(.)", rb"\1", content, flags=re.DOTALL)
    return content.decode("utf-16", "replace") if content.startswith(b"\xfe\xff") else content.decode("latin-1")
