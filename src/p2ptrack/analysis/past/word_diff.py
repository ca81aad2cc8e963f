"""What changed within a long text, word by word, told without colour: [-gone-] and {+new+}."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

_CONTEXT_WORDS = 6
"""How many words that stayed are shown beside those that changed."""
_MAX_WORDS = 4000
"""Texts of more words are told as a whole: to compare them takes longer than anybody waits."""


def diff_words(old: str, new: str) -> str:
    """Return the newer text with the words that went in [-…-] and those that came in {+…+}; … stands for the rest."""
    before, after = old.split(), new.split()
    if max(len(before), len(after)) > _MAX_WORDS:
        return f"[-{' '.join(before)}-] {{+{' '.join(after)}+}}"
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return " ".join(_format_opcodes(before, after, matcher.get_opcodes()))


def _format_opcodes(
    before: Sequence[str], after: Sequence[str], opcodes: Sequence[tuple[str, int, int, int, int]]
) -> Iterator[str]:
    for index, (tag, a, b, c, d) in enumerate(opcodes):
        if tag == "equal":
            yield from _shorten_unchanged(after[c:d], is_first=index == 0, is_last=index == len(opcodes) - 1)
            continue
        if a < b:
            yield f"[-{' '.join(before[a:b])}-]"
        if c < d:
            yield f"{{+{' '.join(after[c:d])}+}}"


def _shorten_unchanged(words: Sequence[str], *, is_first: bool, is_last: bool) -> Iterator[str]:
    head, tail = 0 if is_first else _CONTEXT_WORDS, 0 if is_last else _CONTEXT_WORDS
    if len(words) <= head + tail + 1:
        yield from words
        return
    yield from words[:head]
    yield "…"
    yield from words[len(words) - tail :]
