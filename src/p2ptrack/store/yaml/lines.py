"""From a character's number to the line and column that an editor shows."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from p2ptrack.problem import Location

_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class SourceLines:
    """A text and where its lines start. Only CR LF, LF and CR end a line, as in an editor; libyaml knows more ends.

    That is why positions are kept as character numbers and libyaml's own line numbers are not used.
    """

    text: str
    starts: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        starts = (0, *(match.end() for match in _LINE_END.finditer(self.text)))
        object.__setattr__(self, "starts", starts)

    def line_number(self, index: int) -> int:
        """Return the line of this character, from 1."""
        return bisect_right(self.starts, index)

    def line_start(self, index: int) -> int:
        """Return where the line of this character starts."""
        return self.starts[self.line_number(index) - 1]

    def line_end(self, index: int) -> int:
        """Return where the line of this character ends, without its line end."""
        match = _LINE_END.search(self.text, self.line_start(index))
        return match.start() if match else len(self.text)

    def line_text(self, index: int) -> str:
        """Return the line of this character."""
        return self.text[self.line_start(index) : self.line_end(index)]

    def get_location(self, start: int, end: int) -> Location:
        """Return the place of these characters; the caret stays on their first line."""
        start = min(start, len(self.text))
        last = max(start, min(end, self.line_end(start)))
        width = len(self.text[start:last].rstrip())
        return Location(
            self.line_number(start), start - self.line_start(start) + 1, self.line_text(start), max(1, width)
        )
