"""Phrases that messages, screens and papers share: counts, lists of ids, excerpts and suggestions."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Collection, Iterable, Sequence

MAX_IDS = 8
"""How many ids a sentence names before it only counts the rest."""

MAX_EXCERPT_LENGTH = 60
MAX_COMPARED = 300
"""With more candidates than these, `suggest` considers single typing errors only."""

_MAX_WORD_LENGTH = 40
_TWO_ERRORS_FROM = 6
_PREFIXES_THAT_CHANGE_MEANING = frozenset({"un", "in", "im", "non", "dis", "de", "re", "no", "not"})
_DIGIT_RUNS = re.compile(r"[0-9]+|[^0-9]+")
_EQUAL_CHARACTERS: dict[int, str | None] = {
    **dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201b\u02bc\u02b9\u2032\uff07\xb4"), "'"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u201f\u2033\xab\xbb\uff02"), '"'),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2e3a\u2e3b\ufe58\ufe63\uff0d"), "-"),
    **dict.fromkeys(map(ord, "\xad\u200b\u200c\u200d\u2060\ufeff"), None),
}


def pluralise(count: int, singular: str, plural: str = "") -> str:
    """Return a count with its noun: *1 action*, *2 actions*."""
    return f"{count} {singular if count == 1 else plural or singular + 's'}"


def format_times(count: int) -> str:
    """Return how often something happened: *once*, *twice*, *3 times*."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def format_shift(days: int) -> str:
    """Return by how many days a date moved: *by 90 days*, *31 days earlier*, *by 0 days*."""
    return f"{pluralise(-days, 'day')} earlier" if days < 0 else f"by {pluralise(days, 'day')}"


def join_words(words: Sequence[str], conjunction: str = "and") -> str:
    """Return words as a sentence lists them: *A, B and C*."""
    return f" {conjunction} ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def join_ids(ids: Sequence[str], limit: int = MAX_IDS) -> str:
    """Return ids as a sentence lists them: *A01, A02 and A03*, or the first of them and how many more."""
    if len(ids) > limit:
        return f"{', '.join(ids[:limit])} and {len(ids) - limit} more"
    return join_words(ids)


def normalise_spelling(text: str) -> str:
    """Return text in NFC with one kind of apostrophe, quotation mark, dash and space, and its case unchanged.

    Runs of spaces and line ends become one space. Soft hyphens and characters without a width are removed.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).translate(_EQUAL_CHARACTERS)
    return " ".join(text.split())


def fold_text(text: str) -> str:
    """Return text for comparison: `normalise_spelling`, with case folded and without full stops at the end."""
    folded = normalise_spelling(text).casefold().rstrip(" .")
    return folded if folded.isascii() else unicodedata.normalize("NFC", folded)


def unique(items: Iterable[str]) -> tuple[str, ...]:
    """Return the items without repeats, in the order in which they came."""
    return tuple(dict.fromkeys(items))


def humanise(name: str) -> str:
    """Return a stable name as words: `in_progress` is *In progress*."""
    return name.replace("_", " ").capitalize()


def excerpt(text: str, limit: int = MAX_EXCERPT_LENGTH) -> str:
    """Return the beginning of a text on one line, with an ellipsis where it was cut."""
    line = " ".join(text[: 20 * limit].split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def quote(text: str) -> str:
    """Return the beginning of a text in quotation marks."""
    return f"“{excerpt(text)}”"


def natural_key(id_: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key of an id in natural order: A2 before A10, R6 before R6.2."""
    return tuple(map(_digit_run_key, _DIGIT_RUNS.findall(id_.casefold())))


def _digit_run_key(run: str) -> tuple[int, int, str]:
    if not "0" <= run[0] <= "9":
        return (1, 0, run)
    # By length, then digit by digit: Python refuses to make a number of thousands of digits.
    digits = run.lstrip("0")
    return (0, len(digits), digits)


def find_equal_ids(unknown_id: str, candidates: Iterable[str]) -> tuple[str, ...]:
    """Return the ids that differ by case and leading zeros alone: A1 means A01, not A31."""
    key, without_zeros = natural_key(unknown_id), unknown_id.casefold().replace("0", "")
    # Without zeros first, which is fast: natural keys of ten thousand ids take longer than the rest of an answer.
    return tuple(
        id_ for id_ in candidates if id_.casefold().replace("0", "") == without_zeros and natural_key(id_) == key
    )


def suggest(word: str, candidates: Collection[str], limit: int = 1) -> tuple[str, ...]:
    """Return the candidates that a word is likely to be a misspelling of, the likeliest first.

    A candidate counts if only case, spaces, hyphens, underscores or leading zeros differ. Otherwise it counts with one
    typing error (a character added, left out or changed, or two swapped), or with two from six characters on. A word
    that is merely similar is never suggested: it would mean something else.
    """
    folded = _fold(word)
    same = [name for name in candidates if _fold(name) == folded] or find_equal_ids(word, candidates)
    if same:
        return tuple(sorted(same, key=natural_key)[:limit])
    if len(word) > _MAX_WORD_LENGTH:
        return ()
    if len(candidates) > MAX_COMPARED:
        misspelt = (_single_edits(word) | _single_edits(word.upper())) & set(candidates)
        return tuple(sorted(misspelt, key=natural_key)[:limit])
    near = []
    for candidate in candidates:
        allowed = 2 if max(len(folded), len(candidate)) >= _TWO_ERRORS_FROM else 1
        distance = edit_distance(folded, _fold(candidate), allowed)
        if distance <= allowed and not _is_opposite(folded, _fold(candidate)):
            near.append((distance, natural_key(candidate), candidate))
    return tuple(candidate for *_, candidate in sorted(near)[:limit])


def _is_opposite(word: str, candidate: str) -> bool:
    """Whether one of two words is the other with a prefix that changes its meaning: *incomplete* and *complete*."""
    longer, shorter = (word, candidate) if len(word) > len(candidate) else (candidate, word)
    return longer.endswith(shorter) and longer.removesuffix(shorter).rstrip("_") in _PREFIXES_THAT_CHANGE_MEANING


def did_you_mean(word: str, candidates: Collection[str]) -> str:
    """Return a sentence that names the likely candidate, with a space before it; otherwise nothing."""
    suggestions = suggest(word, candidates)
    return f" Did you mean {suggestions[0]}?" if suggestions else ""


def edit_distance(first: str, second: str, limit: int) -> int:
    """Return how many characters must be added, removed, changed or swapped with the next; `limit` + 1 when more."""
    if abs(len(first) - len(second)) > limit:
        return limit + 1
    before, previous = list(range(len(second) + 1)), list(range(len(second) + 1))
    for row, character in enumerate(first, 1):
        current = [row]
        for column, other in enumerate(second, 1):
            cost = min(previous[column] + 1, current[-1] + 1, previous[column - 1] + (character != other))
            if row > 1 and column > 1 and character == second[column - 2] and first[row - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        before, previous = previous, current
    return min(previous[-1], limit + 1)


def _fold(word: str) -> str:
    return re.sub(r"[ _-]+", "_", fold_text(word))


def _single_edits(word: str) -> set[str]:
    """Return every text one typing error away. The work is the same for any number of candidates."""
    splits = [(word[:index], word[index:]) for index in range(len(word) + 1)]
    alphabet = string.ascii_letters + string.digits + "."
    return {
        *(head + tail[1:] for head, tail in splits if tail),
        *(head + tail[1] + tail[0] + tail[2:] for head, tail in splits if len(tail) > 1),
        *(head + character + tail[1:] for head, tail in splits if tail for character in alphabet),
        *(head + character + tail for head, tail in splits for character in alphabet),
    }
