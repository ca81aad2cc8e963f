"""How findings speak: lists of ids, counts, and the ids nearest to one that does not exist."""

from __future__ import annotations

import string
from collections.abc import Collection, Iterable, Sequence
from difflib import get_close_matches

from p2ptrack.records.register import find_equal_ids, natural_key

MAX_IDS_SHOWN = 8
"""How many ids a message names before it only counts the rest."""

_MAX_FUZZY_CANDIDATES = 300
_MAX_WORD_LENGTH = 40


def join_ids(ids: Sequence[str]) -> str:
    """Return ids as a sentence has them: `A01, A02 and A03`, or the first eight and how many more."""
    if len(ids) > MAX_IDS_SHOWN:
        return f"{', '.join(ids[:MAX_IDS_SHOWN])} and {len(ids) - MAX_IDS_SHOWN} more"
    return join_words(ids, "and")


def join_words(words: Sequence[str], conjunction: str) -> str:
    """Return words as a sentence has them: `one, two and three`, with the given word before the last."""
    return f" {conjunction} ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def pluralise(count: int, noun: str) -> str:
    """Return a number of things: `1 record`, `47 records`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def suggest(word: str, candidates: Collection[str], *, cutoff: float = 0.5) -> tuple[str, ...]:
    """Return up to three of the known words that a wrong one may stand for, the likeliest first.

    `likeness` from 0 to 1 says how near they must be: words of a language need more of it than ids.
    """
    case_matches = find_equal_ids(word, candidates)
    if case_matches:
        return tuple(sorted(case_matches, key=natural_key)[:3])
    if len(candidates) <= _MAX_FUZZY_CANDIDATES:
        return tuple(get_close_matches(word, sorted(candidates, key=natural_key), n=3, cutoff=cutoff))
    if len(word) > _MAX_WORD_LENGTH:
        return ()
    return tuple(
        sorted((_list_single_edits(word) | _list_single_edits(word.upper())) & set(candidates), key=natural_key)[:3]
    )


def _list_single_edits(word: str) -> set[str]:
    """Return what is one slip of the finger away: a character left out, added, changed or swapped.

    Asking a large register only for these keeps the work the same however many records it holds.
    """
    splits = [(word[:index], word[index:]) for index in range(len(word) + 1)]
    alphabet = string.ascii_letters + string.digits + "."
    return {
        *(head + tail[1:] for head, tail in splits if tail),
        *(head + tail[1] + tail[0] + tail[2:] for head, tail in splits if len(tail) > 1),
        *(head + character + tail[1:] for head, tail in splits if tail for character in alphabet),
        *(head + character + tail for head, tail in splits for character in alphabet),
    }


def format_suggestion(words: Sequence[str], default: str) -> str:
    """Return what to write instead: the nearest words, or a general answer where none is near."""
    if not words:
        return default
    return f"{join_words(words, 'or')} (did you mean {'this' if len(words) == 1 else 'one of these'}?)"


def unique(ids: Iterable[str]) -> tuple[str, ...]:
    """Return ids without repeats, in the order in which they came."""
    return tuple(dict.fromkeys(ids))
