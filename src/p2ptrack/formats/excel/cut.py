"""Text cut to the lengths that Excel takes. It counts in UTF-16, where a sign beyond Unicode's first plane is two."""

from __future__ import annotations

from collections.abc import Iterator


def units(text: str) -> int:
    """Return how long Excel finds the text."""
    return len(text.encode("utf-16-le")) // 2


def pieces(text: str, most: int) -> Iterator[str]:
    """Yield the text in pieces of at most `most` units; no sign is cut in two."""
    while text:
        piece = text.encode("utf-16-le")[: 2 * most].decode("utf-16-le", "ignore")
        yield piece
        text = text[len(piece) :]


def beginning(text: str, most: int) -> str:
    """Return as much of the text as fits."""
    return next(pieces(text, most), "")
