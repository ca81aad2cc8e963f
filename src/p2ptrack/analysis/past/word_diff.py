"""What changed within a long text, word by word, told without colour: [-gone-] and {+new+}."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

_AROUND = 6
"""How many words that stayed are shown beside those that changed."""
_MOST = 4000
"""Texts of more words are told as a whole: to compare them takes longer than anybody waits."""


def word_diff(old: str, new: str) -> str:
    """Return the newer text with the words that went in [-…-] and those that came in {+…+}; … stands for the rest."""
    before, after = old.split(), new.split()
    if max(len(before), len(after)) > _MOST:
        return f"[-{' '.join(before)}-] {{+{' '.join(after)}+}}"
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return " ".join(_told(before, after, matcher.get_opcodes()))


def _told(
    before: Sequence[str], after: Sequence[str], codes: Sequence[tuple[str, int, int, int, int]]
) -> Iterator[str]:
    for at, (code, a, b, c, d) in enumerate(codes):
        if code == "equal":
            yield from _kept(after[c:d], first=at == 0, last=at == len(codes) - 1)
            continue
        if a < b:
            yield f"[-{' '.join(before[a:b])}-]"
        if c < d:
            yield f"{{+{' '.join(after[c:d])}+}}"


def _kept(words: Sequence[str], *, first: bool, last: bool) -> Iterator[str]:
    head, tail = 0 if first else _AROUND, 0 if last else _AROUND
    if len(words) <= head + tail + 1:
        yield from words
        return
    yield from words[:head]
    yield "…"
    yield from words[len(words) - tail :]
