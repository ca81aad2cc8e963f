"""How to write a text so that it is read as it is."""

from __future__ import annotations

import re

from p2ptrack.store.yaml.signs import NULL_WORDS

_LINE_BREAKS = re.compile(r"[ \t]*\n[ \t\n]*")
_SAFE_SCALAR = re.compile(r"(?!-\s)[^\W_](?:(?!: |:$| #)[^\n,\[\]{}])*(?<!\s)")


def quote_text(text: str) -> str:
    """Return the text in quotes, on one line: double ones, or single ones where double ones would change it."""
    text = _LINE_BREAKS.sub(" ", text)
    if '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'


def format_scalar(text: str) -> str:
    """Return the text as it may stand after a name and a colon: bare where that is safe, else in quotes."""
    return text if _SAFE_SCALAR.fullmatch(text) and text not in NULL_WORDS else quote_text(text)
