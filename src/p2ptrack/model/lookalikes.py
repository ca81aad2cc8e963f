"""Characters of other alphabets that look like a plain letter or digit."""

from __future__ import annotations

import unicodedata

_LATIN_LETTERS = str.maketrans(
    {
        0x0410: "A",
        0x0412: "B",
        0x0415: "E",
        0x0405: "S",
        0x0406: "I",
        0x0408: "J",
        0x041A: "K",
        0x041C: "M",
        0x041D: "H",
        0x041E: "O",
        0x0420: "P",
        0x0421: "C",
        0x0422: "T",
        0x0425: "X",
        0x0423: "Y",
        0x0430: "a",
        0x0435: "e",
        0x043E: "o",
        0x0440: "p",
        0x0441: "c",
        0x0443: "y",
        0x0445: "x",
        0x0456: "i",
        0x0458: "j",
        0x0455: "s",
        0x0391: "A",
        0x0392: "B",
        0x0395: "E",
        0x0396: "Z",
        0x0397: "H",
        0x0399: "I",
        0x039A: "K",
        0x039C: "M",
        0x039D: "N",
        0x039F: "O",
        0x03A1: "P",
        0x03A4: "T",
        0x03A5: "Y",
        0x03A7: "X",
    }
)
"""Cyrillic and Greek letters that look like a Latin one."""


def describe_lookalike(text: str) -> str:
    """Return a sentence about the first character that looks like a plain letter or digit, or an empty text."""
    for char in text:
        plain = char if char.isascii() else unicodedata.normalize("NFKC", char).translate(_LATIN_LETTERS)
        if plain != char and len(plain) == 1 and plain.isascii() and plain.isalnum():
            name = unicodedata.name(char, "special").partition(" ")[0].capitalize()
            return f"{char} is a {name} character (U+{ord(char):04X}). Type a plain {plain}."
    return ""
