"""Where the lines, values and quotes of a text end."""

from __future__ import annotations

import re

BLANKS = " \t"

_COMMENT = re.compile(r"(?<=[ \t])#+(?=[ \t]|$)")
_SPACES = re.compile(" *")
_UP_TO = {'"': re.compile(r'(?:[^"\\\n]|\\.)*'), "'": re.compile(r"(?:[^'\n]|'')*")}
_MOST_WASTE = 1 << 16


class Text:
    """A text whose lines end in one line feed each."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._wasted = 0

    def line_end(self, at: int) -> int:
        """Return where the line of this character ends."""
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end

    def extent(self, at: int, end: int) -> int:
        """Return where a value that starts here ends on its line, a real comment and blanks left out."""
        comment = _COMMENT.search(self.text, at, end)
        stop = comment.start() if comment else end
        return at + len(self.text[at:stop].rstrip(BLANKS))

    def past_blanks(self, at: int) -> int:
        """Return the first character from here on that is no space or tab."""
        while at < len(self.text) and self.text[at] in BLANKS:
            at += 1
        return at

    def indent(self, start: int) -> int:
        """Return where the first character stands that is no space, on the line that starts here."""
        match = _SPACES.match(self.text, start)
        return match.end() if match else start

    def following(self, end: int, parent: int) -> list[tuple[int, int]]:
        """Return the lines after the one that ends here which continue its value: blank ones are left out."""
        spans: list[tuple[int, int]] = []
        begin = self.next_inside(end, parent)
        while begin is not None and not self.is_comment(begin):
            spans.append((begin, self.line_end(begin)))
            begin = self.next_inside(spans[-1][1], parent)
        return spans

    def is_comment(self, at: int) -> bool:
        """Say whether a comment begins here that looks like one: `#` and then a blank or nothing."""
        rest = self.text[at : at + 80].lstrip("#")
        return self.text[at] == "#" and (not rest or rest[0].isspace())

    def next_inside(self, end: int, parent: int) -> int | None:
        """Return where the next line with something on it begins, if it is indented further than `parent`."""
        while end < len(self.text):
            begin = self.indent(end + 1)
            start, end = end + 1, self.line_end(begin)
            if self.text[begin:end].strip(BLANKS):
                return begin if begin - start > parent else None
        return None

    def closing(self, at: int, parent: int) -> int | None:
        """Return where the quote at `at` is closed. A line that is not indented further than `parent` is not in it."""
        quote, pos, end = self.text[at], at + 1, self.line_end(at)
        while True:
            match = _UP_TO[quote].match(self.text, pos, end)
            if match and match.end() < end and self.text[match.end()] == quote:
                return match.end()
            inside = None if self.hopeless() else self.next_inside(end, parent)
            if inside is None:
                self.waste(end - at)
                return None
            pos, end = inside, self.line_end(inside)

    def waste(self, count: int) -> None:
        """Count characters that were searched in vain, so that a hostile file cannot make reading slow."""
        self._wasted += count

    def hopeless(self) -> bool:
        """Say whether so much was searched in vain that what is left must close on its own line."""
        return self._wasted > _MOST_WASTE
