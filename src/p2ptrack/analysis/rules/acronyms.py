"""Acronyms in titles, and whether a text spells them out."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ACRONYM = re.compile(r"\b[A-Z][A-Z&]*[A-Z](?=s?\b)")
_ROMAN_NUMERAL = re.compile(r"[IVX]+")
_REFERENCE = re.compile(r"\s?(?:[/(.:-]|No\.?\s|\u2010|\u2011|\u2013)?\s?\(?\d")
"""What follows letters that are part of a reference number: *SR (25/26) 01*, *IA-2025-03*, *REF 12*."""

_EVERYDAY = frozenset({"AM", "BBC", "EU", "ID", "IT", "NHS", "OK", "PDF", "PM", "TV", "UK", "VAT"})
_SMALL_WORDS = r"(?:\W+(?:and|at|by|for|in|of|on|or|the|to|with|a|an)(?=\W))*"
_WORDS_BEFORE_BRACKETS = 3


def find_acronyms(text: str) -> Iterator[str]:
    """Yield the acronyms of a title, without those of everyday use, numerals and the letters of reference numbers."""
    for match in _ACRONYM.finditer(text):
        acronym = match.group()
        is_numeral = _ROMAN_NUMERAL.fullmatch(acronym) is not None
        if acronym not in _EVERYDAY and not is_numeral and not _REFERENCE.match(text, match.end()):
            yield acronym


def is_spelt_out(acronym: str, text: str) -> bool:
    """Whether a text has the words of an acronym: by their first letters, or beside it in brackets."""
    letters = acronym.replace("&", "")
    separator = rf"{_SMALL_WORDS}\W+(?:\w+-)?"
    initials = separator.join(rf"{letter}\w*[a-z]\w*" for letter in map(re.escape, letters))
    if re.search(rf"\b{initials}", text, re.IGNORECASE):
        return True
    limit = len(letters) + _WORDS_BEFORE_BRACKETS
    words = rf"\b{re.escape(letters[0])}\w*[a-z][^()\n]*"
    before = re.search(rf"({words})\({re.escape(acronym)}s?\)", text, re.IGNORECASE)
    after = re.search(rf"\b{re.escape(acronym)}s?\s*\(({words})\)", text, re.IGNORECASE)
    return any(match is not None and len(match[1].split()) <= limit for match in (before, after))
