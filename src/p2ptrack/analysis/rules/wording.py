"""How findings speak: lists of ids, counts, and the ids nearest to one that does not exist."""

from __future__ import annotations

import string
from collections.abc import Collection, Iterable, Sequence
from difflib import get_close_matches

from p2ptrack.records.register import natural_key, same_ids

SHOWN = 8
"""How many ids a message names before it only counts the rest."""

_MANY = 300
_LONGEST = 40


def listed(ids: Sequence[str]) -> str:
    """Return ids as a sentence has them: `A01, A02 and A03`, or the first eight and how many more."""
    if len(ids) > SHOWN:
        return f"{', '.join(ids[:SHOWN])} and {len(ids) - SHOWN} more"
    return joined(ids, "and")


def joined(words: Sequence[str], last: str) -> str:
    """Return words as a sentence has them: `one, two and three`, with the given word before the last."""
    return f" {last} ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def counted(number: int, noun: str) -> str:
    """Return a number of things: `1 record`, `47 records`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def nearest(wrong: str, known: Collection[str], *, likeness: float = 0.5) -> tuple[str, ...]:
    """Return up to three of the known words that a wrong one may stand for, the likeliest first.

    `likeness` from 0 to 1 says how near they must be: words of a language need more of it than ids.
    """
    same = same_ids(wrong, known)
    if same:
        return tuple(sorted(same, key=natural_key)[:3])
    if len(known) <= _MANY:
        return tuple(get_close_matches(wrong, sorted(known, key=natural_key), n=3, cutoff=likeness))
    if len(wrong) > _LONGEST:
        return ()
    return tuple(sorted((_slips(wrong) | _slips(wrong.upper())) & set(known), key=natural_key)[:3])


def _slips(word: str) -> set[str]:
    """Return what is one slip of the finger away: a character left out, added, changed or swapped.

    Asking a large register only for these keeps the work the same however many records it holds.
    """
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    keys = string.ascii_letters + string.digits + "."
    return {
        *(left + right[1:] for left, right in cuts if right),
        *(left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1),
        *(left + key + right[1:] for left, right in cuts if right for key in keys),
        *(left + key + right for left, right in cuts for key in keys),
    }


def meant(words: Sequence[str], otherwise: str) -> str:
    """Return what to write instead: the nearest words, or a general answer where none is near."""
    if not words:
        return otherwise
    return f"{joined(words, 'or')} (did you mean {'this' if len(words) == 1 else 'one of these'}?)"


def distinct(ids: Iterable[str]) -> tuple[str, ...]:
    """Return ids without repeats, in the order in which they came."""
    return tuple(dict.fromkeys(ids))
