"""What a row of a table of dates is, and how a table is asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from p2ptrack.records.dates.value import DateRange, DateRejection, OpenEnded

MAX_QUOTE_LENGTH = 60
Match = re.Match[str]
MatchResult = DateRange | OpenEnded | DateRejection


@dataclass(frozen=True, slots=True)
class DatePattern:
    """One family of ways to write a date.

    `meaning` and `examples` are what the documentation prints. A pattern must take the whole of the
    tidied text, in any case; `read` may still answer None, which means *not mine*.
    """

    name: str
    meaning: str
    examples: tuple[str, ...]
    regexes: tuple[str, ...]
    interpret: Callable[[Match], MatchResult | None]

    def match(self, text: str) -> MatchResult | None:
        """Return what this row makes of a tidied text, or None when it is not of this row."""
        for regex in self.regexes:
            regex_match = compile_regex(regex).fullmatch(text)
            result = regex_match and self.interpret(regex_match)
            if result:
                return result
        return None


@cache
def compile_regex(regex: str) -> re.Pattern[str]:
    """Return a pattern, compiled when first needed: most commands meet few, and each costs start-up time."""
    return re.compile(regex, re.ASCII | re.IGNORECASE)


def match_first(patterns: Iterable[DatePattern], text: str) -> MatchResult | None:
    """Return what the first row that takes the tidied text makes of it."""
    return next((result for pattern in patterns if (result := pattern.match(text)) is not None), None)


def quote_text(text: str) -> str:
    """Return words as a message quotes them: in quotes, and cut where nobody would read on."""
    return f'"{text if len(text) <= MAX_QUOTE_LENGTH else text[: MAX_QUOTE_LENGTH - 3] + "..."}"'


def format_interpreted_date(raw: str, means: str) -> str:
    """Return how a record keeps a paper's own words with the date that they are taken for."""
    escaped = raw.replace("\\", "\\\\").replace('"', '\\"')
    return f'{{raw: "{escaped}", means: {means}}}'
