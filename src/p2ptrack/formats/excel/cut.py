"""Text cut to the lengths that Excel takes. It counts in UTF-16, where a sign beyond Unicode's first plane is two."""

from __future__ import annotations

from collections.abc import Iterator


def count_units(text: str) -> int:
    """Return how long Excel finds the text."""
    return len(text.encode("utf-16-le")) // 2


def split_text(text: str, limit: int) -> Iterator[str]:
    """Yield the text in pieces of at most `most` units; no sign is cut in two."""
    while text:
        piece = text.encode("utf-16-le")[: 2 * limit].decode("utf-16-le", "ignore")
        yield piece
        text = text[len(piece) :]


def truncate_text(text: str, limit: int) -> str:
    """Return as much of the text as fits."""
    return next(split_text(text, limit), "")
