"""How to write a text so that it is read as it is."""

from __future__ import annotations


def quoted(text: str) -> str:
    """Return the text in quotes, on one line: double ones, or single ones where double ones would change it."""
    text = " ".join(text.split())
    if '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'
