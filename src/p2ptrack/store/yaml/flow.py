"""Lists and groups in brackets, and what can be wrong with a value between them."""

from __future__ import annotations

import re

from p2ptrack.store.yaml import value_codes
from p2ptrack.store.yaml.fault import Fault
from p2ptrack.store.yaml.plain import check_escapes, check_plain
from p2ptrack.store.yaml.sheet import Sheet, Span
from p2ptrack.store.yaml.signs import PROPERTIES, RESERVED
from p2ptrack.store.yaml.text import BLANKS, Text

CLOSING = {"[": "]", "{": "}"}

_PIECE = re.compile(r"[^\n,\[\]{}]*")
_COLON = re.compile(r":(?=[ \t]|$)")
_NO_SPACE = re.compile(r"([A-Za-z_]+):(?!//)(?=\S)")
_KEY_LIKE = re.compile(r"(?:- |[A-Za-z_]+:(?=[ \t]|$))", re.MULTILINE)
_INDICATOR = re.compile(r"[-?](?=[ \t]|$)")
_OPEN = ",[{:"
_BARE = "bare"  # what stands before the second line of a value without quotes
_FIRST_SIGNS = {
    **PROPERTIES,
    **dict.fromkeys(RESERVED, value_codes.RESERVED),
    **dict.fromkeys("|>", value_codes.TEXT_BLOCK),
}


class Flow:
    """Walks over what stands between brackets, however deep, without recursion."""

    def __init__(self, sheet: Sheet, ends: Text) -> None:
        self.sheet = sheet
        self.text = sheet.text
        self.ends = ends
        self.stack: list[int] = []  # where each open bracket stands
        self.before = ""
        self.deepest = 0

    def read(self, at: int, parent: int) -> int | None:
        """Report the faults between the bracket at `at` and the one that closes it, and return where that one ends.

        The answer is None where it is not closed before a line that belongs to something else: one that is not
        indented further than `parent`.
        """
        self.stack, self.before, self.deepest, pos = [], "", 0, at
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
        if char == "#" and self.ends.is_comment(pos):
            return self.ends.line_end(pos)
        if char in CLOSING and not self._in_key():
            self.stack.append(pos)
            self.deepest = max(self.deepest, len(self.stack))
        elif char in "]}":
            self.stack.pop()
        elif char not in ",:":
            return self._item(pos, parent)
        elif char == "," and self.before in "[{,":
            line = self.sheet.instead((pos, self.ends.past_blanks(pos + 1)), "")
            self.sheet.report(value_codes.COMMA_TOO_MANY, (pos, pos + 1), text=char, line=line)
            self.sheet.mask((pos, pos + 1), " ")
            return pos + 1
        self.before = char
        return pos + 1

    def _ends_here(self, end: int, parent: int) -> bool:
        """Say whether the next line begins something else, so that a bracket was forgotten."""
        begin = self.ends.next_inside(end, -1)
        if begin is None:
            return True
        if begin - self.sheet.lines.start(begin) > parent or self.text[begin] in "]}":
            return False
        return self.before not in _OPEN or (self._open() == "[" and _KEY_LIKE.match(self.text, begin) is not None)

    def _item(self, pos: int, parent: int) -> int:
        in_key = self._in_key()
        before, self.before = self.before, "value"
        char = self.text[pos]
        if before == _BARE:
            return self._plain(pos, in_key=False, before=before)
        if char in "\"'":
            return self._quoted(pos, parent)
        if char in CLOSING:
            return self._group()
        if char == "#":
            return self._whole(value_codes.HIDDEN_END, pos, lost=self.sheet.short((pos, self._stop(pos))))
        fault = _FIRST_SIGNS.get(char)
        if fault is None and _INDICATOR.match(self.text, pos, self.ends.line_end(pos)):
            fault = value_codes.INDICATOR
        if fault:
            return self._whole(fault, pos, text=RESERVED.get(char, char))
        return self._plain(pos, in_key=in_key, before=before)

    def _open(self) -> str:
        return self.text[self.stack[-1]]

    def _in_key(self) -> bool:
        """Say whether the name of a field must come next."""
        return bool(self.stack) and self._open() == "{" and self.before in "{,"

    def _group(self) -> int:
        """Report curly brackets that hold no fields; the group as a whole is a text that must be in quotes."""
        at = self.stack.pop()
        return self._whole(value_codes.EMPTY_GROUP, at, text=self.sheet.short((at, self._stop(at))))

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
            return self._whole(value_codes.UNCLOSED_QUOTE, pos)
        rest = self.text[close + 1 : self.ends.line_end(close)].lstrip(BLANKS)
        if rest and rest[0] not in ",]}:#":
            return self._whole(value_codes.AFTER_QUOTE, pos)
        if self.text[pos] == '"' and check_escapes(self.sheet, (pos, close + 1)):
            self.sheet.mask((pos, close + 1))
        return close + 1

    def _plain(self, pos: int, *, in_key: bool, before: str) -> int:
        self.before = _BARE
        match = _PIECE.match(self.text, pos)
        end = match.end() if match else pos
        span = (pos, max(pos + 1, self.ends.extent(pos, end)))
        colon = _COLON.search(self.text, *span)
        if colon and (in_key or (self._open() == "[" and before != ":")):
            return self._key((pos, colon.start()))
        if in_key and (key := _NO_SPACE.match(self.text, *span)):
            self.sheet.report_no_space(key, span)
            self.sheet.mask((key.end(), key.end() + 1), " ")
            self.sheet.mask((key.end() + 1, span[1]))
        elif in_key and before == "{" and not self.text[end : self.ends.line_end(end)].lstrip().startswith(":"):
            return self._group()
        elif fault := self._misread(span, end):
            sign = "?" if "?" in self.text[slice(*span)] else self.text[end : end + 1]
            return self._whole(fault, pos, text=sign)
        elif check_plain(self.sheet, [span], self.sheet.in_quotes(span)):
            self.sheet.mask(span)
        return span[1]

    def _key(self, span: Span) -> int:
        fault = self._misread(span, span[1])
        if fault:
            self.sheet.report(fault, span, text="?", line=self.sheet.in_quotes(span))
            self.sheet.mask(span)
        return max(span[1], span[0] + 1)

    def _misread(self, span: Span, end: int) -> Fault | None:
        """Return what libyaml stumbles over in a piece that ends here."""
        inner = self.text[slice(*span)]
        if "?" in inner or (end < len(self.text) and self.text[end] in CLOSING):
            return value_codes.BRACKET_INSIDE
        return value_codes.COLON_INSIDE if ":" in inner else None
