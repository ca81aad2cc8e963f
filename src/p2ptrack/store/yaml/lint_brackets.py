"""Check a list or group in brackets, and plain and quoted values anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from p2ptrack.model.advice import SPREADSHEET_ERROR
from p2ptrack.store.yaml import messages
from p2ptrack.store.yaml.messages import YamlErrorCode
from p2ptrack.store.yaml.parser import parse_yaml
from p2ptrack.store.yaml.source_text import (
    BIDI_PATTERN,
    BLANKS,
    CONTROL_PATTERN,
    CURLY_QUOTE_CHARACTERS,
    INVISIBLE_SPACES,
    STRAIGHT_QUOTES,
    CharSpan,
    LintedText,
    describe_character,
    format_code_point,
    quote_text,
)

CLOSING = {"[": "]", "{": "}"}

_CURLY_DOUBLE_QUOTES = "“”„‟"
_CLOSING_QUOTES = {"“": "”“", "„": "“”", "‟": "”", "‘": "’", "‛": "’"}
_COMMENT_START = re.compile(r"(?<=\s)#")


def strip_curly_quotes(text: str) -> str | None:
    """Return the text inside curly quotes that are used as quotes, or None if they are part of the prose.

    They are used as quotes when they surround the whole value, or when the first is never closed.
    """
    if not text or text[0] not in CURLY_QUOTE_CHARACTERS:
        return None
    if text[-1] in CURLY_QUOTE_CHARACTERS + STRAIGHT_QUOTES and len(text) > 1:
        family = _CURLY_DOUBLE_QUOTES if text[0] in _CURLY_DOUBLE_QUOTES else "‘"
        return None if any(char in family for char in text[1:-1]) else text[1:-1]
    is_closed = text[0] not in _CLOSING_QUOTES or any(char in text[1:] for char in _CLOSING_QUOTES[text[0]])
    return None if is_closed else text[1:]


def check_plain_text(source: LintedText, spans: list[CharSpan], multiline_fix: str = "") -> bool:
    """Report what YAML would drop from a plain value or misread in it, and return whether something was reported.

    One finding for each value is enough, because its fix corrects them all. `multiline_fix` is the advice for several
    lines.
    """
    text = " ".join(source.text[slice(*span)] for span in spans)
    first, last = spans[0], spans[-1]
    inner = strip_curly_quotes(text)
    if inner is not None:
        line = source.replace_span(first, quote_text(inner))
        source.report(messages.CURLY_QUOTES, first, fix=multiline_fix, line=line)
        return True
    comment = search_spans(source.text, _COMMENT_START, spans)
    if comment:
        end = source.line_end(comment.start()) if len(spans) > 1 else first[1]
        lost_text = source.excerpt_span((comment.start(), end))
        line = source.quote_span(first)
        source.report(messages.HIDDEN_BY_COMMENT, (comment.start(), end), fix=multiline_fix, lost=lost_text, line=line)
        if len(spans) > 1:
            source.mask(*spans)
        return True
    if text.strip(BLANKS + INVISIBLE_SPACES) == text:
        return False
    is_at_start = text[0] in INVISIBLE_SPACES
    pos = first[0] if is_at_start else last[1] - 1
    position = f"At the {'start' if is_at_start else 'end'} of the value"
    source.report_character(messages.INVISIBLE_SPACE, pos, where=position, line=source.replace_invisible(pos))
    return True


def repair_quoted_text(text: str, close: int) -> str:
    """Return the text that was meant by one in quotes that continues after its closing quote.

    That quote was an apostrophe or an inner quote if a letter follows it, or if the whole text is in quotes and it is
    one too many. Otherwise the quotes are part of the text.
    """
    is_inside = text[close + 1].isalnum()
    if text[-1] == text[0] and (is_inside or text.count(text[0]) % 2):
        return text[1:-1]
    return text[1:] if is_inside else text


def search_spans(text: str, pattern: re.Pattern[str], spans: Iterable[CharSpan]) -> re.Match[str] | None:
    """Return the first match in the spans."""
    for span in spans:
        if match := pattern.search(text, *span):
            return match
    return None


def advise_on_spreadsheet_error(text: str, span: CharSpan) -> str:
    """Return what to do about a value that a spreadsheet could not calculate; nothing about any other value."""
    if not SPREADSHEET_ERROR.fullmatch(text, *span):
        return ""
    return "A spreadsheet shows this where it cannot calculate a value. Write the value, or leave the field out."


_ESCAPE_SEQUENCE = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.?)", re.DOTALL)


def check_escapes(source: LintedText, span: CharSpan) -> None:
    """Report and mask a text in double quotes with a backslash that is no code, or that is an invisible character.

    The span includes the quotes. The fix is the text as typed, in single quotes, where a backslash is a backslash.
    """
    if source.text[span[0]] != '"':
        return
    for match in _ESCAPE_SEQUENCE.finditer(source.text, *span):
        char = _decode_escape(match.group())
        if char is not None and not CONTROL_PATTERN.match(char) and not BIDI_PATTERN.match(char):
            continue
        typed = source.text[span[0] + 1 : span[1] - 1].replace('\\"', '"')
        details = {"text": match.group(), "line": source.replace_span(span, quote_text(typed))}
        if char is None:
            source.report(messages.BAD_ESCAPE, match.span(), **details)
        else:
            details |= {"name": describe_character(char), "number": format_code_point(char)}
            source.report(messages.ESCAPED_CONTROL, match.span(), **details)
        source.mask(span)
        return


@lru_cache
def _decode_escape(sequence: str) -> str | None:
    """Return what libyaml makes of a backslash and the code after it, or None if it is not a code."""
    value = parse_yaml(f'a: "x{sequence}"').value
    return str(value["a"]).removeprefix("x") if isinstance(value, dict) else None


LEADING_SLIPS = (
    (re.compile("&"), messages.ANCHOR),
    (re.compile(r"\*"), messages.ALIAS),
    (re.compile("!"), messages.TAG),
    (re.compile("[@%`]"), messages.RESERVED_CHARACTER),
)
"""Characters that a plain value cannot begin with: the first pattern that matches decides."""

_FLOW_SLIPS = (
    (re.compile("#"), messages.HIDDEN_BY_COMMENT),
    *LEADING_SLIPS,
    (re.compile("[|>]"), messages.MISPLACED_BLOCK_MARKER),
    (re.compile(r"[-?](?=[ \t]|$)"), messages.INDICATOR_IN_VALUE),
)
RESERVED_NAMES = {"@": "`@`", "%": "`%`", "`": "a backtick"}


def find_slip(
    text: str, span: CharSpan, slips: tuple[tuple[re.Pattern[str], YamlErrorCode], ...]
) -> YamlErrorCode | None:
    """Return the mistake of a value by the character that it begins with."""
    for pattern, error_code in slips:
        if pattern.match(text, *span):
            return error_code
    return None


_FLOW_SCALAR = re.compile(r"[^\n,\[\]{}]*")
_NEXT_FIELD = re.compile(r",[ \t]*\{?[A-Za-z_]+:[ \t]")
_FLOW_COLON = re.compile(r":(?=[ \t]|$)")
_FLOW_KEY_WITHOUT_SPACE = re.compile(r"([A-Za-z_]+):(?!//)(?=\S)")
_FLOW_KEY_START = re.compile(r"(?:- |[A-Za-z_]+:(?=[ \t]|$))", re.MULTILINE)
_CONTINUES_AFTER = ",[{:"
_PLAIN_SCALAR = "plain"  # the token before the second line of a value without quotes


class FlowChecker:
    """Checks a list or group in brackets, however deep, without recursion."""

    def __init__(self, source: LintedText) -> None:
        self.source = source
        self.text = source.text
        self.open_brackets: list[int] = []
        self.previous = ""
        self.max_depth = 0
        self.has_names = False
        """Whether each entry is one name, in one line."""

    def check_brackets(self, start: int, parent: int) -> int | None:
        """Report the mistakes between the bracket at `start` and its closing bracket, and return where that one ends.

        Returns None if it is not closed before a line that belongs to something else: one that is not indented
        further than column `parent`.
        """
        self.open_brackets, self.previous, self.max_depth, pos = [], "", 0, start
        while pos < len(self.text):
            if self.text[pos] == "\n" and (self.source.is_exhausted() or self._is_unclosed(pos, parent)):
                break
            pos = self._check_character(pos, parent)
            if not self.open_brackets:
                return pos
        self.source.add_wasted(pos - start)
        return None

    def _check_character(self, pos: int, parent: int) -> int:
        char = self.text[pos]
        if char in " \t\n":
            return pos + 1
        if char == "#" and self.source.is_comment(pos):
            return self.source.line_end(pos)
        if char in CLOSING and not self._is_key_next():
            self.open_brackets.append(pos)
            self.max_depth = max(self.max_depth, len(self.open_brackets))
        elif char in "]}":
            self.open_brackets.pop()
        elif char not in ",:":
            return self._check_item(pos, parent)
        elif char == "," and self.previous in "[{,":
            rest = self.text[pos + 1 : self.source.line_end(pos)].lstrip(BLANKS)
            line = self.source.replace_span((pos, self.source.line_end(pos) - len(rest)), "")
            self.source.report(messages.EXTRA_COMMA, (pos, pos + 1), text=char, line=line)
            self.source.mask((pos, pos + 1), character=" ")
            return pos + 1
        self.previous = char
        return pos + 1

    def _is_unclosed(self, end: int, parent: int) -> bool:
        """Return whether the next line begins something else, so that a bracket was forgotten."""
        begin = self.source.find_indented_line(end, -1)
        if begin is None:
            return True
        if begin - self.source.line_start(begin) > parent or self.text[begin] in "]}":
            return False
        is_new_entry = self._open_bracket() == "[" and _FLOW_KEY_START.match(self.text, begin) is not None
        return self.previous not in _CONTINUES_AFTER or is_new_entry

    def _open_bracket(self) -> str:
        return self.text[self.open_brackets[-1]]

    def _is_key_next(self) -> bool:
        """Return whether the name of a field must come next."""
        return bool(self.open_brackets) and self._open_bracket() == "{" and self.previous in "{,"

    def _check_item(self, pos: int, parent: int) -> int:
        is_key = self._is_key_next()
        previous, self.previous = self.previous, "value"
        char = self.text[pos]
        if previous == _PLAIN_SCALAR:
            if self.has_names and self._open_bracket() == "[":
                self._report_joined_names(pos)
            return self._check_plain(pos, previous, is_key=False)
        if char in STRAIGHT_QUOTES:
            return self._check_quoted(pos, parent)
        if char in CLOSING:
            return self._report_braces()
        if error_code := find_slip(self.text, (pos, self.source.line_end(pos)), _FLOW_SLIPS):
            return self._report_item(error_code, pos, text=RESERVED_NAMES.get(char, char))
        return self._check_plain(pos, previous, is_key=is_key)

    def _report_joined_names(self, pos: int) -> None:
        """Report a second line of an entry that is one name: the comma before it was probably forgotten."""
        span = (pos, self._find_item_end(pos))
        above = self.source.find_value_end(self.source.line_start(pos) - 1, self.source.line_start(pos) - 1)
        line_above = self.text[self.source.line_start(above - 1) : above].rstrip()
        name_above = re.split(r"[\[,]", line_above)[-1].strip()
        text = f"{name_above} {self.text[slice(*span)]}"
        lines = f"{line_above},\n{self.text[self.source.line_start(pos) : self.source.line_end(pos)]}"
        self.source.report(messages.JOINED_NAMES, span, text=text, marker="comma", lines=lines)

    def _report_braces(self) -> int:
        """Report curly brackets that contain no fields; the group as a whole is a text that must be in quotes."""
        pos = self.open_brackets.pop()
        text = self.source.excerpt_span((pos, self._find_item_end(pos)))
        return self._report_item(messages.TEXT_IN_BRACES, pos, text=text)

    def _report_item(self, error_code: YamlErrorCode, place: int | CharSpan, **details: str) -> int:
        """Report and mask a value that must be in quotes, and return where it ends."""
        span = (place, self._find_item_end(place)) if isinstance(place, int) else place
        details = {"line": self.source.quote_span(span), "lost": self.source.excerpt_span(span), **details}
        details.setdefault("fix", advise_on_spreadsheet_error(self.text, span))
        self.source.report(error_code, span, **details)
        self.source.mask(span)
        return span[1]

    def _find_item_end(self, pos: int) -> int:
        """Return where the entry that begins here ends: at a comma or a bracket that is not its own."""
        end, depth, cursor = self.source.line_end(pos), 0, pos
        while cursor < end and not (depth == 0 and self.text[cursor] in ",]}"):
            depth += (self.text[cursor] in "[{") - (self.text[cursor] in "]}")
            cursor += 1
        return max(pos + 1, self.source.find_value_end(pos, cursor))

    def _check_quoted(self, pos: int, parent: int) -> int:
        close = self.source.find_closing_quote(pos, parent)
        if close is None:
            return self._report_item(messages.UNCLOSED_QUOTE, pos)
        rest = self.text[close + 1 : self.source.line_end(close)].lstrip(BLANKS)
        if rest and rest[0] not in ",]}:#":
            span = (pos, self._find_last_quote(pos, close) or self._find_item_end(close))
            repaired = quote_text(repair_quoted_text(self.text[slice(*span)], close - pos))
            return self._report_item(messages.TEXT_AFTER_QUOTE, span, line=self.source.replace_span(span, repaired))
        check_escapes(self.source, (pos, close + 1))
        return close + 1

    def _find_last_quote(self, pos: int, close: int) -> int | None:
        """Return where a value ends that has quotes inside quotes: after the last one before the next field."""
        end = self.source.line_end(close)
        next_field = _NEXT_FIELD.search(self.text, close, end)
        last = self.text.rfind(self.text[pos], close + 1, next_field.start() if next_field else end)
        return last + 1 if last > close and self.text[last + 1 : end].lstrip(BLANKS)[:1] in ",]}" else None

    def _check_plain(self, pos: int, previous: str, *, is_key: bool) -> int:
        self.previous = _PLAIN_SCALAR
        match = _FLOW_SCALAR.match(self.text, pos)
        end = match.end() if match else pos
        span = (pos, max(pos + 1, self.source.find_value_end(pos, end)))
        colon = _FLOW_COLON.search(self.text, *span)
        if colon and (is_key or (self._open_bracket() == "[" and previous != ":")):
            return self._check_key((pos, colon.start()))
        if is_key and (key := _FLOW_KEY_WITHOUT_SPACE.match(self.text, *span)):
            self.source.report_missing_space(key, span)
            self.source.mask((key.end(), key.end() + 1), character=" ")
            self.source.mask((key.end() + 1, span[1]))
            return span[1]
        is_followed_by_colon = self.text[end : self.source.line_end(end)].lstrip().startswith(":")
        if is_key and previous == "{" and not is_followed_by_colon:
            return self._report_braces()
        if error_code := self._find_misreading(span, end):
            character = "?" if "?" in self.text[slice(*span)] else self.text[end : end + 1]
            return self._report_item(error_code, pos, text=character)
        if check_plain_text(self.source, [span]):
            self.source.mask(span)
        return span[1]

    def _check_key(self, span: CharSpan) -> int:
        if error_code := self._find_misreading(span, span[1]):
            self.source.report(error_code, span, text="?", line=self.source.quote_span(span))
            self.source.mask(span)
        return max(span[1], span[0] + 1)

    def _find_misreading(self, span: CharSpan, end: int) -> YamlErrorCode | None:
        """Return what stops libyaml in an entry whose plain text ends at `end`."""
        text = self.text[slice(*span)]
        if "?" in text or (end < len(self.text) and self.text[end] in CLOSING):
            return messages.BRACKET_IN_VALUE
        return messages.COLON_IN_VALUE if ":" in text else None
