"""Lists and groups in brackets, and what can be wrong with a value between them."""

from __future__ import annotations

import re

from p2ptrack.store.yaml import codes
from p2ptrack.store.yaml.codes import Fault
from p2ptrack.store.yaml.plain import check_escapes, check_plain
from p2ptrack.store.yaml.sheet import Sheet, Span
from p2ptrack.store.yaml.signs import PROPERTIES
from p2ptrack.store.yaml.text import BLANKS, Text

CLOSING = {"[": "]", "{": "}"}

_PIECE = re.compile(r"[^\n,\[\]{}]*")
_COLON = re.compile(r":(?=[ \t]|$)")
_NO_SPACE = re.compile(r"([A-Za-z_]+):(?!//)(?=\S)")
_KEY_LIKE = re.compile(r"(?:- |[A-Za-z_]+:(?=[ \t]|$))", re.MULTILINE)
_INDICATOR = re.compile(r"[-?](?=[ \t]|$)")
_OPEN = ",[{:"


class Flow:
    """Walks over what stands between brackets, however deep, without recursion."""

    def __init__(self, sheet: Sheet, ends: Text) -> None:
        self.sheet = sheet
        self.text = sheet.text
        self.ends = ends
        self.stack: list[str] = []
        self.before = ""

    def read(self, at: int, parent: int) -> int | None:
        """Report the faults between the bracket at `at` and the one that closes it; return where that one ends.

        None where it is not closed before a line that belongs to something else: one not indented further than `parent`.
        """
        self.stack, self.before, pos = [], "", at
        while pos < len(self.text):
            if self.text[pos] == "\n" and (self.ends.hopeless() or self._ends_here(pos, parent)):
                break
            pos = self._step(pos, parent)
            if not self.stack:
                return pos
        self.ends.waste(pos - at)
        return None

    def _step(self, pos: int, parent: int) -> int:
        char = self.text[pos]
        if char in " \t\n":
            return pos + 1
        if char == "#" and self.text[pos - 1] in " \t\n" and self.ends.is_comment(pos):
            return self.ends.line_end(pos)
        if char in CLOSING:
            self.stack.append(char)
        elif char in "]}":
            self.stack.pop()
        elif char not in ",:":
            return self._item(pos, parent)
        self.before = char
        return pos + 1

    def _ends_here(self, end: int, parent: int) -> bool:
        """Say whether the next line begins something else, so that a bracket was forgotten."""
        begin = self.ends.next_inside(end, -1)
        if begin is None:
            return True
        if begin - self.sheet.lines.start(begin) > parent or self.text[begin] in "]}":
            return False
        return self.before not in _OPEN or (self.stack[-1] == "[" and _KEY_LIKE.match(self.text, begin) is not None)

    def _item(self, pos: int, parent: int) -> int:
        in_key = self.stack[-1] == "{" and self.before in "{,"
        before, self.before = self.before, "x"
        char = self.text[pos]
        if char in "\"'":
            return self._quoted(pos, parent)
        if char in PROPERTIES:
            return self._whole(PROPERTIES[char], pos)
        if char in "@`%":
            return self._whole(codes.RESERVED, pos, text=char)
        if char in "|>":
            return self._whole(codes.TEXT_BLOCK, pos, text=char)
        if _INDICATOR.match(self.text, pos, self.ends.line_end(pos)):
            return self._whole(codes.INDICATOR, pos, text=char)
        return self._plain(pos, in_key, before)

    def _whole(self, fault: Fault, pos: int, **words: object) -> int:
        """Report a value that must be in quotes, and pass over it."""
        span = (pos, self._stop(pos))
        self.sheet.report(fault, span, **{"line": self.sheet.in_quotes(span), **words})
        self.sheet.mask(span)
        return span[1]

    def _stop(self, pos: int) -> int:
        """Return where the piece that begins here ends: at a comma or a bracket that is not its own."""
        end, depth, at = self.ends.line_end(pos), 0, pos
        while at < end:
            char = self.text[at]
            if depth == 0 and char in ",]}":
                break
            depth += (char in "[{") - (char in "]}")
            at += 1
        return max(pos + 1, self.ends.extent(pos, at))

    def _quoted(self, pos: int, parent: int) -> int:
        close = self.ends.closing(pos, parent)
        if close is None:
            return self._whole(codes.UNCLOSED_QUOTE, pos)
        rest = self.text[close + 1 : self.ends.line_end(close)].lstrip(BLANKS)
        if rest and rest[0] not in ",]}:#":
            return self._whole(codes.AFTER_QUOTE, pos)
        if self.text[pos] == '"' and check_escapes(self.sheet, (pos, close + 1)):
            self.sheet.mask((pos, close + 1))
        return close + 1

    def _plain(self, pos: int, in_key: bool, before: str) -> int:
        match = _PIECE.match(self.text, pos)
        end = match.end() if match else pos
        span = (pos, max(pos + 1, self.ends.extent(pos, end)))
        colon = _COLON.search(self.text, *span)
        if colon and (in_key or (self.stack[-1] == "[" and before != ":")):
            return colon.start() if colon.start() > pos else colon.end()
        inner = self.text[slice(*span)]
        if in_key and (key := _NO_SPACE.match(self.text, *span)):
            self.sheet.report_no_space(key, span)
        elif "?" in inner or (end < len(self.text) and self.text[end] in CLOSING):
            return self._whole(codes.BRACKET_INSIDE, pos, text="?" if "?" in inner else self.text[end])
        elif ":" in inner:
            return self._whole(codes.COLON_INSIDE, pos)
        elif not check_plain(self.sheet, [span], self.sheet.in_quotes(span)):
            return span[1]
        self.sheet.mask(span)
        return span[1]
