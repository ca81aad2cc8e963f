"""Numbers as words have them. Nothing else, so that what only counts loads no documents."""

from __future__ import annotations


def pluralise(number: int, singular: str, plural: str = "") -> str:
    """Return a number with its noun: *1 action*, *2 actions*."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"
