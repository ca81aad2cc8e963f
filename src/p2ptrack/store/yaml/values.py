"""What can be wrong with one value in its line, and where the next line begins."""

from __future__ import annotations

import re
from itertools import takewhile

from p2ptrack.records.names import FIELD_NAMES
from p2ptrack.store.yaml import codes, value_codes
from p2ptrack.store.yaml.build import MOST_DEPTH, build
from p2ptrack.store.yaml.fault import Fault
from p2ptrack.store.yaml.flow import CLOSING, Flow
from p2ptrack.store.yaml.plain import check_escapes, check_plain
from p2ptrack.store.yaml.quote import quoted
from p2ptrack.store.yaml.sheet import Sheet, Span
from p2ptrack.store.yaml.signs import CURLY, PROPERTIES, RESERVED, UNSEEN
from p2ptrack.store.yaml.text import BLANKS, Text

_BLOCK = re.compile(r"[|>](?:[-+][1-9]?|[1-9][-+]?)?(?:[ \t]+#.*|[ \t]*)$")
_PROPERTY = re.compile(  # a label or a type's name, and then a value of its own
    r"""[&!]\S*[ \t]+(?=[|>][-+0-9]*$|"[^"\n]*"$|'[^'\n]*'$|\[[^\n]*\]$|\{[^\n]*\}$)"""
)
_ONE_WORD = re.compile(r"[&!]\S*$")
_INDICATOR = re.compile(r"[-?:](?=[ \t]|$)|[,\]}]")
_COLON = re.compile(r":(?=[ \t]|$)")
_KEY_LIKE = re.compile(r"[A-Za-z_]+:(?=[ \t]|$)")
_JOINED = re.compile(r"-[ \t]")
_NO_SPACE_DASH = re.compile(r"-(?=[^\W\d_]|[\"'\[{“])")
_NO_SPACE_COLON = re.compile(r"([a-z_]{2,}):(?=[^\s/])")
_LINES_BELOW = "`{name} |`, and the whole text on the lines below it, indented further"
_WHOLE_TEXT = "the whole text in quotes on one line"


class Values:
    """Reads one value after the other and reports what is wrong with it.

    `opened` says whether the value last read is still to come, on the lines below.
    """

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.text = sheet.text
        self.ends = Text(sheet.text)
        self.flow = Flow(sheet, self.ends)
        self.opened = False
        readers = {"\"'": self._quoted, "[{": self._brackets, "|>": self._block}
        self._readers = {char: reader for chars, reader in readers.items() for char in chars}

    def read(self, at: int, parent: int, name: str = "") -> int:
        """Report the faults of the value at `at`, which belongs to column `parent`; return where the next line starts.

        `name` is the field's name with its colon, or empty for an entry of a list.
        """
        self.opened = False
        char = self.text[at]
        if char in self._readers:
            return self._readers[char](at, parent)
        if char in PROPERTIES:
            return self._property(at, parent, name)
        if char in RESERVED:
            return self._whole(value_codes.RESERVED, at, parent, text=RESERVED[char])
        if _INDICATOR.match(self.text, at, self.ends.line_end(at)):
            return self._whole(value_codes.INDICATOR, at, parent, text=char)
        return self._plain(at, parent, name)

    def comment(self, at: int, column: int) -> None:
        """Report the comment in a value's place, unless it looks like one."""
        end = self.ends.line_end(at)
        if self.ends.is_comment(at):
            return
        stop = self.ends.extent(at, end)
        nested = self.ends.next_inside(end, column) is not None
        fix = self.sheet.instead((at, at + 1), "# ") if nested else self.sheet.in_quotes((at, stop))
        self.sheet.report(value_codes.HIDDEN_END, (at, stop), lost=self.sheet.short((at, stop)), line=fix)

    def _whole(self, fault: Fault, at: int, parent: int, **words: object) -> int:
        """Report a value that must be in quotes, and pass over it and the lines that continue it."""
        end = self.ends.line_end(at)
        span = (at, max(at + 1, self.ends.extent(at, end)))
        more = self.ends.following(end, parent)
        fix = _WHOLE_TEXT if more else self.sheet.in_quotes(span)
        self.sheet.report(fault, span, **{"line": fix, **words})
        return self._cover([span, *more], end)

    def _cover(self, spans: list[Span], end: int) -> int:
        for span in spans:
            self.sheet.mask(span)
        return max(end, spans[-1][1]) + 1

    def _quoted(self, at: int, parent: int) -> int:
        close = self.ends.closing(at, parent)
        if close is None:
            return self._unclosed(at, parent)
        end = self.ends.line_end(close)
        rest = self.text[close + 1 : end]
        if rest.strip(BLANKS) and not (rest[0] in BLANKS and rest.lstrip(BLANKS)[0] == "#"):
            return self._after_quote(at, close, end)
        if self.text[at] == '"' and check_escapes(self.sheet, (at, close + 1)):
            self.sheet.mask((at, close + 1))
        return end + 1

    def _unclosed(self, at: int, parent: int) -> int:
        end = self.ends.line_end(at)
        span = (at, self.ends.extent(at, end))
        inner = self.text[at + 1 : span[1]].rstrip(CURLY)
        more = takewhile(lambda each: not _KEY_LIKE.match(self.text, *each), self.ends.following(end, parent))
        spans = [span, *more]
        fix = _WHOLE_TEXT if len(spans) > 1 else self.sheet.instead(span, quoted(inner))
        self.sheet.report(value_codes.UNCLOSED_QUOTE, span, line=fix)
        return self._cover(spans, end)

    def _after_quote(self, at: int, close: int, end: int) -> int:
        span = (at, self.ends.extent(close + 1, end))
        meant = quoted(intended(self.text[slice(*span)], close - at))
        fix = self.sheet.instead(span, meant) if self.ends.line_end(at) == end else _WHOLE_TEXT
        self.sheet.report(value_codes.AFTER_QUOTE, (close + 1, span[1]), line=fix)
        return self._cover([span], end)

    def _brackets(self, at: int, parent: int) -> int:
        kept = self.sheet.state()
        stop = self.flow.read(at, parent)
        if stop is None:
            self.sheet.restore(kept)
            return self._too_deep(at) if self.flow.deepest > MOST_DEPTH else self._unclosed_bracket(at)
        end = self.ends.line_end(stop)
        rest = self.text[stop:end].lstrip(BLANKS)
        if rest.startswith(":"):
            self.opened = True
        elif rest and not (rest[0] == "#" and self.text[stop] in BLANKS):
            self.sheet.restore(kept)
            return self._after_brackets(at, stop, end)
        return end + 1

    def _too_deep(self, at: int) -> int:
        end = self.ends.line_end(at)
        self.sheet.report(codes.TOO_DEEP, (at, at + MOST_DEPTH + 1))
        return self._cover([(at, end)], end)

    def _unclosed_bracket(self, at: int) -> int:
        end = self.ends.line_end(at)
        span = (at, self.ends.extent(at, end))
        closing = CLOSING[self.text[at]]
        closed = build(f"a: {self.text[slice(*span)]}{closing}")
        is_list = closed.value is not None and not closed.odd
        fix = self.sheet.instead((span[1], span[1]), closing) if is_list else self.sheet.in_quotes(span)
        self.sheet.report(value_codes.UNCLOSED_BRACKET, (at, at + 1), text=self.text[at], closing=closing, line=fix)
        return self._cover([span], end)

    def _after_brackets(self, at: int, stop: int, end: int) -> int:
        span = (at, self.ends.extent(stop, end))
        what = "a list" if self.text[at] == "[" else "a group of fields"
        fix = self._without_rest(at, stop, end) if self.ends.line_end(at) == end else _WHOLE_TEXT
        self.sheet.report(value_codes.BRACKETS, span, text=self.text[at], what=what, line=fix)
        return self._cover([span], end)

    def _without_rest(self, at: int, stop: int, end: int) -> str:
        """Return the line without the stray signs after a list, or with a text that begins in brackets in quotes."""
        span = (at, self.ends.extent(stop, end))
        rest = self.text[stop : span[1]].strip()
        if not any(each.isalnum() for each in rest):
            return self.sheet.instead((stop, span[1]), "")
        name = _KEY_LIKE.match(rest)
        if name and name.group()[:-1] in FIELD_NAMES:
            return f"{self.sheet.instead((stop, end), '')} and, on a line of its own, {rest}"
        return self.sheet.in_quotes(span)

    def _block(self, at: int, parent: int) -> int:
        end = self.ends.line_end(at)
        header = _BLOCK.match(self.text, at, end)
        body = self._body(end, parent) if header else end
        if header is None or (body == end and any(each.isdigit() for each in header.group().split("#")[0])):
            return self._whole(value_codes.TEXT_BLOCK, at, parent, text=self.text[at])
        return body + 1

    def _body(self, end: int, parent: int) -> int:
        """Return where a text block ends. Lines that begin with a tab belong to it, and are reported."""
        first, last, widest = end, end, 0
        while end < len(self.text):
            start, begin = end + 1, self.ends.indent(end + 1)
            end = self.ends.line_end(begin)
            if not self.text[begin:end].strip(BLANKS):
                widest = max(widest, begin - start)
                continue
            if begin - start <= parent:
                if self.text[begin] != "\t" and self.text[begin] not in UNSEEN:
                    break
                self.sheet.report_indent(start, begin + 1)
            elif last == first and begin - start < widest:
                self.sheet.report(codes.BLANK_LINE, (self.ends.line_end(first) + 1, start - 1))
            last = end
        return last

    def _property(self, at: int, parent: int, name: str) -> int:
        fault, end = PROPERTIES[self.text[at]], self.ends.line_end(at)
        stop = self.ends.extent(at, end)
        token = _PROPERTY.match(self.text, at, stop)
        if token:
            self._drop(fault, token.span())
            return self.read(token.end(), parent, name)
        if _ONE_WORD.match(self.text, at, stop) and self._nested(end, parent):
            self._drop(fault, (at, stop))
            self.opened = True
            return end + 1
        return self._whole(fault, at, parent)

    def _drop(self, fault: Fault, span: Span) -> None:
        self.sheet.report(fault, span, line=self.sheet.instead(span, "") or "the record without this line")
        self.sheet.mask(span, " ")

    def _nested(self, end: int, parent: int) -> bool:
        begin = self.ends.next_inside(end, parent - 1)
        is_entry = begin is not None and self.text.startswith("- ", begin)
        return is_entry or self.ends.next_inside(end, parent) is not None

    def _plain(self, at: int, parent: int, name: str) -> int:
        end = self.ends.line_end(at)
        spans, following = self._lines(at, end, parent)
        several = len(spans) > 1
        fix = _LINES_BELOW.format(name=name or "-") if several else self.sheet.in_quotes(spans[0])
        colon = self._first(_COLON, spans)
        if colon and not self._slip(spans, name):
            fix = fix if several else self._two_fields(spans[0], colon.start()) or fix
            self.sheet.report(value_codes.COLON_INSIDE, colon.span(), line=fix)
        if colon:
            return max(self._cover(spans, end), following)
        if not self._slip(spans, name) and not self._goes_on(spans, fix):
            check_plain(self.sheet, spans, fix)
        return following

    def _two_fields(self, span: Span, colon: int) -> str:
        """Return the two lines that were meant where a field's name stands before the colon, else nothing."""
        before = self.text[span[0] : colon]
        name = before.rpartition(" ")[2]
        if name == before or name not in FIELD_NAMES:
            return ""
        first = self.sheet.instead((colon - len(name), self.ends.line_end(colon)), "")
        return f"{first} and, on a line of its own, {self.text[colon - len(name) : span[1]]}; or all of it in quotes"

    def _lines(self, at: int, end: int, parent: int) -> tuple[list[Span], int]:
        """Return the lines of a plain value, and where the line after them starts."""
        spans = [(at, self.ends.extent(at, end))]
        for begin, stop in self.ends.following(end, parent):
            if _KEY_LIKE.match(self.text, begin, stop):
                self._too_far(begin, stop, max(parent, 0))
                return spans, stop + 1
            spans.append((begin, self.ends.extent(begin, stop)))
            end = stop
        return spans, end + 1

    def _too_far(self, begin: int, stop: int, wanted: int) -> None:
        column = begin - self.sheet.lines.start(begin)
        line = " " * wanted + self.text[begin:stop].rstrip(BLANKS)
        self.sheet.report(codes.INDENTATION, (begin, stop), column=column + 1, wanted=wanted + 1, line=line)
        self.sheet.mask((begin, stop), "#")

    def _first(self, pattern: re.Pattern[str], spans: list[Span]) -> re.Match[str] | None:
        return next((match for span in spans if (match := pattern.search(self.text, *span))), None)

    def _slip(self, spans: list[Span], name: str) -> bool:
        """Report a list or a field that is none, because a blank is missing or a value stands before it."""
        at = spans[0][0]
        own_line = not self.text[self.sheet.lines.start(at) : at].strip()
        for begin, _ in spans if own_line else spans[1:]:
            if _NO_SPACE_DASH.match(self.text, begin):
                line = self.sheet.instead((begin + 1, begin + 1), " ")
                self.sheet.report(codes.NO_SPACE_AFTER_DASH, (begin, begin + 1), line=line)
                return True
            if _JOINED.match(self.text, begin):
                self.sheet.report(codes.JOINED_LIST, (begin, begin + 1))
                return True
        key = None if name or own_line else _NO_SPACE_COLON.match(self.text, at)
        if key:
            self.sheet.report_no_space(key, spans[0])
        return key is not None

    def _goes_on(self, spans: list[Span], fix: str) -> bool:
        """Report a comment in the middle of a value: what follows it is lost, or stops the reading."""
        for _, stop in spans[:-1]:
            end = self.ends.line_end(stop)
            if self.text[stop:end].strip(BLANKS):
                self.sheet.report(value_codes.HIDDEN_END, (stop + 1, end), lost=self.sheet.short((stop, end)), line=fix)
                self._cover([(begin, self.ends.line_end(begin)) for begin, _ in spans], end)
                return True
        return False


def intended(text: str, close: int) -> str:
    """Return what was meant by a text in quotes that goes on after its closing quote.

    Where a letter follows that quote, it was an apostrophe or a quote within; else the quotes are a part of the text.
    """
    if not text[close + 1].isalnum():
        return text
    return text[1:-1] if text[-1] == text[0] else text[1:]
