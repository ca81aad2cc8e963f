"""From bytes to text: strictly UTF-8, or else a fault that says which encoding it looks like."""

from __future__ import annotations

import codecs
from typing import NamedTuple

from p2ptrack.store.yaml import codes
from p2ptrack.store.yaml.fault import YamlFinding, make_finding
from p2ptrack.store.yaml.signs import describe_character

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16 (“Unicode” in Windows programs)"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16 (“Unicode” in Windows programs)"),
)
_FIRST_SURROGATE = 0xDC00


class DecodedText(NamedTuple):
    """A file's text without its byte order mark; where it is not UTF-8, the likely text and the finding."""

    text: str
    finding: YamlFinding | None = None


def decode_text(data: bytes) -> DecodedText:
    """Return the text. A UTF-8 byte order mark is tolerated, since editors on Windows write it."""
    wide_encoding = (
        None if data[:2].isalnum() else _detect_wide_encoding(data)
    )  # two bytes a character, or a mark: neither begins so
    if wide_encoding:
        codec, name = wide_encoding
        finding = make_finding(codes.NOT_UTF8, (0, 1), encoding=name, character="")
        return DecodedText(data.decode(codec, "replace").removeprefix("\ufeff"), finding)
    try:
        return DecodedText(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return _decode_windows_1252(data)


def _detect_wide_encoding(data: bytes) -> tuple[str, str] | None:
    for mark, codec, name in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return codec, name
    if data[1:2] == b"\0" and data[3:4] == b"\0":
        return "utf-16-le", _BYTE_ORDER_MARKS[2][2]
    if data[:1] == b"\0" and data[2:3] == b"\0" and data[1:2] != b"\0":
        return "utf-16-be", _BYTE_ORDER_MARKS[3][2]
    return None


def _decode_windows_1252(data: bytes) -> DecodedText:
    """Read each byte that is not UTF-8 as Windows-1252 does, so that the rest of the file is still looked at."""
    escaped = data.decode("utf-8-sig", "surrogateescape")
    first = next(index for index, char in enumerate(escaped) if _is_escaped(char))
    text = "".join(_decode_windows_byte(char) if _is_escaped(char) else char for char in escaped)
    character = f": the character here would be `{text[first]}` ({describe_character(text[first])})"
    details = {"encoding": "Windows-1252 (“ANSI”)", "character": character}
    return DecodedText(text, make_finding(codes.NOT_UTF8, (first, first + 1), **details))


def _is_escaped(char: str) -> bool:
    return _FIRST_SURROGATE <= ord(char) < _FIRST_SURROGATE + 0x100


def _decode_windows_byte(char: str) -> str:
    byte = bytes([ord(char) - _FIRST_SURROGATE])
    try:
        return byte.decode("cp1252")
    except UnicodeDecodeError:
        return byte.decode("latin-1")
