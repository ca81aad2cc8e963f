"""What somebody meant who wrote no date: the nearest words that are one."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations

from p2ptrack.records.dates.anchors import Anchors
from p2ptrack.records.dates.row import LONGEST_QUOTE, Outcome, first_outcome, pair, quoted
from p2ptrack.records.dates.rows import ROWS
from p2ptrack.records.dates.value import NotADate, Reading
from p2ptrack.records.dates.words import MONTH_NAMES, WEEKDAY_NAMES

ACCEPTED = "a date such as 31 March 2023, March 2023, Q3 2023/24 or early 2023/24, or TBC"
_OTHER_WORDS = ("Early", "Mid", "Late", "Spring", "Summer", "Autumn", "Ongoing", "Continuous", "Quarter")
_WORDS = {word.lower(): word for word in (*MONTH_NAMES, *WEEKDAY_NAMES, *_OTHER_WORDS)}
_LONGEST = 12
_AROUND = ",;:?!~*()[]'\""


def unknown(text: str, anchors: Anchors) -> NotADate:
    """Refuse tidied words that no row takes and no phase or meeting is called, with the nearest that would do."""
    found = nearest_date(text) or _nearest_name(text, anchors)
    message = f"{quoted(text)} is neither a date that the register can read nor a phase or a meeting."
    if found:
        return NotADate(message, f"{found}; or, to keep a paper's own words, {pair(_cut(text), found)}")
    return NotADate(message, f"{ACCEPTED}; or, to keep a paper's own words, {pair(_cut(text), '31 March 2023')}")


def _nearest_name(text: str, anchors: Anchors) -> str | None:
    names = anchors.names()
    near = difflib.get_close_matches(text.casefold(), names, 1, 0.75)
    return names[near[0]] if near else None


@lru_cache(maxsize=1024)
def nearest_date(text: str) -> str | None:
    """Return the longest stretch of the words that is a date, with misspelt words put right; else None."""
    if len(text) > _LONGEST * _LONGEST:
        return None
    return next((phrase for phrase in _phrases(text) if isinstance(_outcome(phrase), Reading)), None)


def _outcome(phrase: str) -> Outcome | None:
    return first_outcome(ROWS, phrase)


def _phrases(text: str) -> Iterator[str]:
    """Yield what could have been meant, the likeliest first."""
    yield text.replace("-", " - ")
    yield text.replace(" - ", "-")
    yield text.replace("/", " to ")
    stretches = [*_stretches(text), *_stretches(text.replace("-", " "))]
    yield from sorted(stretches, key=lambda stretch: -stretch.count(" "))


def _stretches(text: str) -> Iterator[str]:
    words = [_spelt(word) for word in text.split(" ")[:_LONGEST]]
    for start, end in combinations(range(len(words) + 1), 2):
        yield " ".join(words[start:end]).strip(_AROUND)


def _spelt(word: str) -> str:
    known = word.lower() in _WORDS or not word.isalpha()
    near = [] if known else difflib.get_close_matches(word.lower(), _WORDS, 1, 0.8)
    return _WORDS[near[0]] if near else word


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_QUOTE else "..."
