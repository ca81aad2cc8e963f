"""Where the lines, values and quotes of a text end."""

from __future__ import annotations

import re

BLANKS = " \t"

_COMMENT = re.compile(r"(?<=[ \t])#+(?=[ \t]|$)")
_SPACES = re.compile(" *")
_QUOTED_TEXT = {'"': re.compile(r'(?:[^"\\\n]|\\.)*'), "'": re.compile(r"(?:[^'\n]|'')*")}
_MAX_WASTED = 1 << 16


class TextScanner:
    """A text whose lines end in one line feed each."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._wasted = 0

    def find_line_end(self, pos: int) -> int:
        """Return where the line of this character ends."""
        end = self.text.find("\n", pos)
        return len(self.text) if end < 0 else end

    def find_value_end(self, pos: int, end: int) -> int:
        """Return where a value that starts here ends on its line, a real comment and blanks left out."""
        comment = _COMMENT.search(self.text, pos, end)
        stop = comment.start() if comment else end
        return pos + len(self.text[pos:stop].rstrip(BLANKS))

    def skip_blanks(self, pos: int) -> int:
        """Return the first character from here on that is no space or tab."""
        while pos < len(self.text) and self.text[pos] in BLANKS:
            pos += 1
        return pos

    def skip_spaces(self, start: int) -> int:
        """Return where the first character stands that is no space, on the line that starts here."""
        match = _SPACES.match(self.text, start)
        return match.end() if match else start

    def find_continuations(self, end: int, parent: int) -> list[tuple[int, int]]:
        """Return the lines after the one that ends here which continue its value: blank ones are left out."""
        spans: list[tuple[int, int]] = []
        begin = self.find_indented_line(end, parent)
        while begin is not None and not self.is_comment(begin):
            spans.append((begin, self.find_line_end(begin)))
            begin = self.find_indented_line(spans[-1][1], parent)
        return spans

    def is_comment(self, pos: int) -> bool:
        """Say whether a comment begins here that looks like one: `#` and then a blank or nothing."""
        rest = self.text[pos : pos + 80].lstrip("#")
        return self.text[pos] == "#" and (not rest or rest[0].isspace())

    def find_indented_line(self, end: int, parent: int) -> int | None:
        """Return where the next line with something on it begins, if it is indented further than `parent`."""
        while end < len(self.text):
            text_start = self.skip_spaces(end + 1)
            start, end = end + 1, self.find_line_end(text_start)
            if self.text[text_start:end].strip(BLANKS):
                return text_start if text_start - start > parent else None
        return None

    def find_closing_quote(self, start: int, parent: int) -> int | None:
        """Return where the quote at `at` is closed. A line that is not indented further than `parent` is not in it."""
        quote, pos, end = self.text[start], start + 1, self.find_line_end(start)
        while True:
            match = _QUOTED_TEXT[quote].match(self.text, pos, end)
            if match and match.end() < end and self.text[match.end()] == quote:
                return match.end()
            next_start = None if self.is_exhausted() else self.find_indented_line(end, parent)
            if next_start is None:
                self.add_wasted(end - start)
                return None
            pos, end = next_start, self.find_line_end(next_start)

    def add_wasted(self, count: int) -> None:
        """Count characters that were searched in vain, so that a hostile file cannot make reading slow."""
        self._wasted += count

    def is_exhausted(self) -> bool:
        """Say whether so much was searched in vain that what is left must close on its own line."""
        return self._wasted > _MAX_WASTED
