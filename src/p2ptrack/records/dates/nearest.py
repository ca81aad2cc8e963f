"""What somebody meant who wrote no date: the nearest words that are one."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from functools import lru_cache

from p2ptrack.records.dates.anchors import Anchors
from p2ptrack.records.dates.row import LONGEST_QUOTE, Outcome, first_outcome, pair, quoted
from p2ptrack.records.dates.rows import ROWS
from p2ptrack.records.dates.value import NotADate, Reading
from p2ptrack.records.dates.words import MONTH_NAMES, WEEKDAY_NAMES

ACCEPTED = "a date such as 31 March 2023, March 2023, Q3 2023/24 or early 2023/24, or TBC"
_OTHER_WORDS = ("Early", "Mid", "Late", "Spring", "Summer", "Autumn", "Ongoing", "Continuous", "Quarter")
_WORDS = {word.lower(): word for word in (*MONTH_NAMES, *WEEKDAY_NAMES, *_OTHER_WORDS)}
_LONGEST = 12


def unknown(text: str, anchors: Anchors) -> NotADate:
    """Refuse tidied words that no row takes and no phase or meeting is called, with the nearest that would do."""
    if not text:
        return NotADate("The date is empty.", f"{ACCEPTED}, or leave the field out")
    found = nearest_date(text) or next(iter(difflib.get_close_matches(text.casefold(), anchors.names(), 1, 0.75)), None)
    message = f"{quoted(text)} is not a date that the register can read, nor a phase or a meeting."
    if found:
        return NotADate(message, f"{found}; or, to keep a paper's own words, {pair(_cut(text), found)}")
    return NotADate(message, f"{ACCEPTED}; or, to keep a paper's own words, {pair(_cut(text), '31 March 2023')}")


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
    words = [_spelt(word) for word in text.split(" ")[:_LONGEST]]
    for length in range(len(words), 0, -1):
        for start in range(len(words) - length + 1):
            yield " ".join(words[start : start + length]).strip(",;:()[]'\"")


def _spelt(word: str) -> str:
    near = difflib.get_close_matches(word.lower(), _WORDS, 1, 0.8) if word.isalpha() else []
    return _WORDS[near[0]] if near else word


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_QUOTE else "..."
