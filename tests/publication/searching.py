"""Everything that a paper's file holds, as text: what is seen, what is read aloud, and what is only inside."""

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


def everything(name: str, data: bytes) -> str:
    """Return all the text in a file by its ending, in lower case."""
    ending = name.rpartition(".")[2]
    if ending == "pdf":
        text = "\n".join(_pdf(data))
    elif ending in {"docx", "xlsx"}:
        text = "\n".join(_archive(data))
    else:
        text = data.decode("utf-8-sig")
    return text.casefold()


def _archive(data: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for each in archive.infolist():
            yield each.filename
            text = archive.read(each).decode("utf-8", "replace")
            yield text
            yield re.sub("<[^>]*>", "", text)


def _pdf(data: bytes) -> Iterator[str]:
    streams = [_inflated(text) for text in _STREAM.findall(data)]
    maps = [_glyphs(stream) for stream in streams if b"begincmap" in stream]
    for raw in (data, *streams):
        yield raw.decode("latin-1")
        yield from map(_string, _LITERAL.findall(raw))
    for stream in streams:
        strings = _SHOWN_TEXT.findall(stream) if b"TJ" in stream or b"Tj" in stream else ()
        codes = [int(each[at : at + 4], 16) for each in strings for at in range(0, len(each) - 3, 4)]
        yield from ("".join(glyphs.get(code, "") for code in codes) for glyphs in maps)


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream)
    except zlib.error:
        return stream


def _glyphs(cmap: bytes) -> dict[int, str]:
    return {int(code, 16): _utf16(text) for code, text in _TO_UNICODE.findall(cmap)}


def _utf16(figures: bytes) -> str:
    return bytes.fromhex(figures.decode()).decode("utf-16-be", "replace")


def _string(literal: bytes) -> str:
    """Return a string object of a PDF: titles, bookmarks, alternative text and names are such."""
    if literal.startswith(b"<"):
        inside = bytes.fromhex((literal[1:-1] + b"0" * (len(literal) % 2)).decode())
    else:
        inside = re.sub(rb"\\([0-7]{3})", lambda m: bytes([int(m[1], 8) & 255]), literal[1:-1])
        inside = re.sub(rb"\\(.)", rb"\1", inside, flags=re.DOTALL)
    return inside.decode("utf-16", "replace") if inside.startswith(b"\xfe\xff") else inside.decode("latin-1")
