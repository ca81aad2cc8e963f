"""From a character's number to the line and column that an editor shows."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from p2ptrack.problem import Place

_BREAK = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Lines:
    """A text and where its lines start. Only CR LF, LF and CR end a line, as in an editor; libyaml knows more ends.

    That is why positions are kept as character numbers and libyaml's own line numbers are not used.
    """

    text: str
    starts: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        starts = (0, *(found.end() for found in _BREAK.finditer(self.text)))
        object.__setattr__(self, "starts", starts)

    def number(self, index: int) -> int:
        """Return the line of this character, from 1."""
        return bisect_right(self.starts, index)

    def start(self, index: int) -> int:
        """Return where the line of this character starts."""
        return self.starts[self.number(index) - 1]

    def end(self, index: int) -> int:
        """Return where the line of this character ends, without its line end."""
        found = _BREAK.search(self.text, self.start(index))
        return found.start() if found else len(self.text)

    def line(self, index: int) -> str:
        """Return the line of this character."""
        return self.text[self.start(index) : self.end(index)]

    def place(self, start: int, end: int) -> Place:
        """Return the place of these characters; the caret stays on their first line."""
        start = min(start, len(self.text))
        last = max(start, min(end, self.end(start)))
        shown = len(self.text[start:last].rstrip())
        return Place(self.number(start), start - self.start(start) + 1, self.line(start), max(1, shown))
