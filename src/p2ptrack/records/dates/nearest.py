"""What somebody meant who wrote no date: the nearest words that are one."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations

from p2ptrack.records.dates.anchors import Anchors
from p2ptrack.records.dates.row import MAX_QUOTE_LENGTH, MatchResult, format_interpreted_date, match_first, quote_text
from p2ptrack.records.dates.rows import DATE_PATTERNS
from p2ptrack.records.dates.value import DateRange, DateRejection
from p2ptrack.records.dates.words import MONTH_NAMES, WEEKDAY_NAMES

ACCEPTED_FORMS = "a date such as 31 March 2023, March 2023, Q3 2023/24 or early 2023/24, or TBC"
_OTHER_WORDS = ("Early", "Mid", "Late", "Spring", "Summer", "Autumn", "Ongoing", "Continuous", "Quarter")
_CALENDAR_WORDS = {word.lower(): word for word in (*MONTH_NAMES, *WEEKDAY_NAMES, *_OTHER_WORDS)}
_MAX_WORDS = 12
_SURROUNDING_PUNCTUATION = ",;:?!~*()[]'\""


def reject_unknown(text: str, anchors: Anchors) -> DateRejection:
    """Refuse tidied words that no row takes and no phase or meeting is called, with the nearest that would do."""
    suggestion = suggest_date(text) or _suggest_anchor_name(text, anchors)
    message = f"{quote_text(text)} is neither a date that the register can read nor a phase or a meeting."
    if suggestion:
        return DateRejection(
            message,
            f"{suggestion}; or, to keep a paper's own words, {format_interpreted_date(_shorten_quote(text), suggestion)}",
        )
    return DateRejection(
        message,
        f"{ACCEPTED_FORMS}; or, to keep a paper's own words, {format_interpreted_date(_shorten_quote(text), '31 March 2023')}",
    )


def _suggest_anchor_name(text: str, anchors: Anchors) -> str | None:
    names = anchors.display_names()
    matches = difflib.get_close_matches(text.casefold(), names, 1, 0.75)
    return names[matches[0]] if matches else None


@lru_cache(maxsize=1024)
def suggest_date(text: str) -> str | None:
    """Return the longest stretch of the words that is a date, with misspelt words put right; else None."""
    if len(text) > _MAX_WORDS * _MAX_WORDS:
        return None
    return next(
        (phrase for phrase in _iter_candidate_phrases(text) if isinstance(_match_date_pattern(phrase), DateRange)), None
    )


def _match_date_pattern(phrase: str) -> MatchResult | None:
    return match_first(DATE_PATTERNS, phrase)


def _iter_candidate_phrases(text: str) -> Iterator[str]:
    """Yield what could have been meant, the likeliest first."""
    yield text.replace("-", " - ")
    yield text.replace(" - ", "-")
    yield text.replace("/", " to ")
    word_runs = [*_iter_word_runs(text), *_iter_word_runs(text.replace("-", " "))]
    yield from sorted(word_runs, key=lambda word_run: -word_run.count(" "))


def _iter_word_runs(text: str) -> Iterator[str]:
    words = [_correct_spelling(word) for word in text.split(" ")[:_MAX_WORDS]]
    for start, end in combinations(range(len(words) + 1), 2):
        yield " ".join(words[start:end]).strip(_SURROUNDING_PUNCTUATION)


def _correct_spelling(word: str) -> str:
    is_correct = word.lower() in _CALENDAR_WORDS or not word.isalpha()
    matches = [] if is_correct else difflib.get_close_matches(word.lower(), _CALENDAR_WORDS, 1, 0.8)
    return _CALENDAR_WORDS[matches[0]] if matches else word


def _shorten_quote(text: str) -> str:
    return text if len(text) <= MAX_QUOTE_LENGTH else "..."
