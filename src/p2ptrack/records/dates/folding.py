"""Two spellings that an officer would call the same are made the same here, before anything is compared."""

from __future__ import annotations

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2e3a\u2e3b\ufe58\ufe63\uff0d"
_SLASHES = "\u2044\u2215\uff0f"
_APOSTROPHES = "\u2018\u2019\u02bc"
_INVISIBLE = "\xad\u200b\u200c\u200d\u2060\ufeff"

_EQUIVALENT_CHARACTERS: dict[int, str | None] = {
    **dict.fromkeys(map(ord, _DASHES), "-"),
    **dict.fromkeys(map(ord, _SLASHES), "/"),
    **dict.fromkeys(map(ord, _APOSTROPHES), "'"),
    **dict.fromkeys(map(ord, _INVISIBLE), None),
}


def normalise_punctuation(text: str) -> str:
    """Return text with one kind of space, dash, slash and apostrophe, and its case as it was.

    Spaces beside a slash go, because `2023 / 24` is `2023/24`; those beside a dash stay, because
    `Sept 21 - Sept 22` is a range. Full stops at the end go: `Ongoing.` is `Ongoing`.
    """
    spaced = " ".join(text.translate(_EQUIVALENT_CHARACTERS).split())
    return spaced.replace(" /", "/").replace("/ ", "/").rstrip(" .")


def normalise_text(text: str) -> str:
    """Return what two spellings of the same name or date have in common: `normalise_punctuation`, and case folded."""
    return normalise_punctuation(text).casefold()
