"""What a row of a table of dates is, and how a table is asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from p2ptrack.records.dates.value import NotADate, Open, Reading

LONGEST_QUOTE = 60
Found = re.Match[str]
Outcome = Reading | Open | NotADate


@dataclass(frozen=True, slots=True)
class Row:
    """One family of ways to write a date.

    `meaning` and `examples` are what the documentation prints. A pattern must take the whole of the
    tidied text, in any case; `read` may still answer None, which means *not mine*.
    """

    name: str
    meaning: str
    examples: tuple[str, ...]
    patterns: tuple[str, ...]
    read: Callable[[Found], Outcome | None]

    def recognise(self, text: str) -> Outcome | None:
        """Return what this row makes of a tidied text, or None when it is not of this row."""
        for pattern in self.patterns:
            found = compiled(pattern).fullmatch(text)
            outcome = found and self.read(found)
            if outcome:
                return outcome
        return None


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern, compiled when first needed: most commands meet few, and each costs start-up time."""
    return re.compile(pattern, re.ASCII | re.IGNORECASE)


def first_outcome(rows: Iterable[Row], text: str) -> Outcome | None:
    """Return what the first row that takes the tidied text makes of it."""
    return next((outcome for row in rows if (outcome := row.recognise(text)) is not None), None)


def quoted(text: str) -> str:
    """Return words as a message quotes them: in quotes, and cut where nobody would read on."""
    return f'"{text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 3] + "..."}"'


def pair(raw: str, means: str) -> str:
    """Return how a record keeps a paper's own words with the date that they are taken for."""
    words = raw.replace("\\", "\\\\").replace('"', '\\"')
    return f'{{raw: "{words}", means: {means}}}'
