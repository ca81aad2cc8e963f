"""Check one value of a line: quotes, brackets, text blocks and plain text, and where the next line begins."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import takewhile

from p2ptrack.model.schema import ALL_FIELD_NAMES
from p2ptrack.store.yaml import messages
from p2ptrack.store.yaml.messages import YamlErrorCode
from p2ptrack.store.yaml.parser import MAX_DEPTH, parse_yaml
from p2ptrack.store.yaml.source_text import (
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


def _check_plain_text(source: LintedText, spans: list[CharSpan], multiline_fix: str = "") -> bool:
    """Report what a plain value would lose or gain unseen, and return whether something was reported.

    One finding a value is enough, since its fix cures them all. `multiline_fix` is the advice for several lines.
    """
    text = " ".join(source.text[slice(*span)] for span in spans)
    first, last = spans[0], spans[-1]
    inner = strip_curly_quotes(text)
    if inner is not None:
        line = source.replace_span(first, quote_text(inner))
        source.report(messages.CURLY_QUOTES, first, fix=multiline_fix, line=line)
        return True
    comment = _search_spans(source.text, _COMMENT_START, spans)
    if comment:
        end = source.line_end(comment.start()) if len(spans) > 1 else first[1]
        lost = source.excerpt_span((comment.start(), end))
        line = source.quote_span(first)
        source.report(messages.HIDDEN_BY_COMMENT, (comment.start(), end), fix=multiline_fix, lost=lost, line=line)
        if len(spans) > 1:
            source.mask(*spans)
        return True
    if text.strip(BLANKS + INVISIBLE_SPACES) == text:
        return False
    is_at_start = text[0] in INVISIBLE_SPACES
    pos = first[0] if is_at_start else last[1] - 1
    where = f"At the {'start' if is_at_start else 'end'} of the value"
    source.report_character(messages.INVISIBLE_SPACE, pos, where=where, line=source.replace_invisible(pos))
    return True


def _search_spans(text: str, pattern: re.Pattern[str], spans: Iterable[CharSpan]) -> re.Match[str] | None:
    for span in spans:
        if match := pattern.search(text, *span):
            return match
    return None


_ESCAPE_SEQUENCE = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.?)", re.DOTALL)


def _check_escapes(source: LintedText, span: CharSpan) -> None:
    """Report and mask a text in double quotes with a backslash that is no code, or that is an invisible character.

    The span includes the quotes. The fix is the text as typed, in single quotes, where a backslash is a backslash.
    """
    if source.text[span[0]] != '"':
        return
    for match in _ESCAPE_SEQUENCE.finditer(source.text, *span):
        char = _decode_escape(match.group())
        if char is not None and not CONTROL_PATTERN.match(char):
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


_LEADING_SLIPS = (
    (re.compile("&"), messages.ANCHOR),
    (re.compile(r"\*"), messages.ALIAS),
    (re.compile("!"), messages.TAG),
    (re.compile("[@%`]"), messages.RESERVED_CHARACTER),
)
"""Characters that a plain value cannot begin with: the first pattern that matches decides."""

_FLOW_SLIPS = (
    (re.compile("#"), messages.HIDDEN_BY_COMMENT),
    *_LEADING_SLIPS,
    (re.compile("[|>]"), messages.MISPLACED_BLOCK_MARKER),
    (re.compile(r"[-?](?=[ \t]|$)"), messages.INDICATOR_IN_VALUE),
)
_BLOCK_SLIPS = (*_LEADING_SLIPS, (re.compile(r"[-?:](?=[ \t]|$)|[,\]}]"), messages.INDICATOR_IN_VALUE))
_PROPERTIES = (messages.ANCHOR, messages.ALIAS, messages.TAG)
_RESERVED_NAMES = {"@": "`@`", "%": "`%`", "`": "a backtick"}


def _find_slip(
    text: str, span: CharSpan, slips: tuple[tuple[re.Pattern[str], YamlErrorCode], ...]
) -> YamlErrorCode | None:
    for pattern, error_code in slips:
        if pattern.match(text, *span):
            return error_code
    return None


_FLOW_SCALAR = re.compile(r"[^\n,\[\]{}]*")
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
            return self._check_plain(pos, previous, is_key=False)
        if char in STRAIGHT_QUOTES:
            return self._check_quoted(pos, parent)
        if char in CLOSING:
            return self._report_braces()
        if error_code := _find_slip(self.text, (pos, self.source.line_end(pos)), _FLOW_SLIPS):
            return self._report_item(error_code, pos, text=_RESERVED_NAMES.get(char, char))
        return self._check_plain(pos, previous, is_key=is_key)

    def _report_braces(self) -> int:
        """Report curly brackets that contain no fields; the group as a whole is a text that must be in quotes."""
        pos = self.open_brackets.pop()
        text = self.source.excerpt_span((pos, self._find_item_end(pos)))
        return self._report_item(messages.TEXT_IN_BRACES, pos, text=text)

    def _report_item(self, error_code: YamlErrorCode, pos: int, **details: str) -> int:
        """Report and mask a value that must be in quotes, and return where it ends."""
        span = (pos, self._find_item_end(pos))
        line, lost = self.source.quote_span(span), self.source.excerpt_span(span)
        self.source.report(error_code, span, line=line, lost=lost, **details)
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
            return self._report_item(messages.TEXT_AFTER_QUOTE, pos)
        _check_escapes(self.source, (pos, close + 1))
        return close + 1

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
        if _check_plain_text(self.source, [span]):
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


_BLOCK_HEADER = re.compile(r"[|>](?:[-+][1-9]?|[1-9][-+]?)?(?:[ \t]+#.*|[ \t]*)$")
_PROPERTY_PREFIX = re.compile(  # a label or the name of a type, and then a value of its own
    r"""[&!]\S*[ \t]+(?=[|>][-+0-9]*$|"[^"\n]*"$|'[^'\n]*'$|\[[^\n]*\]$|\{[^\n]*\}$)"""
)
_LONE_PROPERTY = re.compile(r"[&!]\S*$")
_INNER_COLON = re.compile(r":(?=[ \t]|$)")
_KEY_START = re.compile(r"[A-Za-z_]+:(?=[ \t]|$)")
_DASH_AND_BLANK = re.compile(r"-[ \t]")
_DASH_WITHOUT_SPACE = re.compile(r"-(?=[^\W\d_]|[\"'\[{“])")
_COLON_WITHOUT_SPACE = re.compile(r"([a-z_]{2,}):(?=[^\s/])")


class ValueChecker:
    """Checks one value after the other, outside brackets.

    `awaits_value` is set while the value is still to come, on the lines below.
    """

    def __init__(self, source: LintedText) -> None:
        self.source = source
        self.text = source.text
        self.flow = FlowChecker(source)
        self.awaits_value = False

    def check_value(self, pos: int, parent: int, name: str = "") -> int:
        """Report the mistakes of the value at `pos`, which belongs to column `parent`, and return the next line start.

        `name` is the field's name with its colon, or empty for an entry of a list.
        """
        self.awaits_value = False
        char = self.text[pos]
        if char in STRAIGHT_QUOTES:
            return self._check_quoted(pos, parent)
        if char in CLOSING:
            return self._check_brackets(pos, parent)
        if char in "|>":
            return self._check_block(pos, parent)
        error_code = _find_slip(self.text, (pos, self.source.line_end(pos)), _BLOCK_SLIPS)
        if error_code in _PROPERTIES:
            return self._check_property(error_code, pos, parent, name)
        if error_code:
            return self._report_value(error_code, pos, parent, text=_RESERVED_NAMES.get(char, char))
        return self._check_plain(pos, parent, name)

    def check_comment(self, pos: int, column: int) -> None:
        """Report a `#` in the place of a value, unless it looks like a comment."""
        end = self.source.line_end(pos)
        if self.source.is_comment(pos):
            return
        span = (pos, self.source.find_value_end(pos, end))
        fix = ""
        if self.source.find_indented_line(end, column) is not None:
            fix = f"If this is a comment, put a space after `#`:\n{self.source.replace_span((pos, pos + 1), '# ')}"
        line = self.source.quote_span(span)
        self.source.report(messages.HIDDEN_BY_COMMENT, span, fix=fix, lost=self.source.excerpt_span(span), line=line)

    def _report_value(self, error_code: YamlErrorCode, pos: int, parent: int, *, text: str = "") -> int:
        """Report a value that must be in quotes, with the lines that continue it."""
        end = self.source.line_end(pos)
        span = (pos, max(pos + 1, self.source.find_value_end(pos, end)))
        return self._reject(error_code, [span, *self.source.find_continuations(end, parent)], text=text)

    def _reject(
        self, error_code: YamlErrorCode, spans: list[CharSpan], place: CharSpan | None = None, **details: str
    ) -> int:
        """Report a value at its first span or at `place`, mask all its spans, and return where the next line starts."""
        if "\n" in self.text[spans[0][0] : spans[-1][1]]:
            details = {"fix": messages.QUOTE_WHOLE_TEXT, **details}
        self.source.report(error_code, place or spans[0], **{"line": self.source.quote_span(spans[0]), **details})
        self.source.mask(*spans)
        return self.source.line_end(spans[-1][1]) + 1

    def _check_quoted(self, pos: int, parent: int) -> int:
        close = self.source.find_closing_quote(pos, parent)
        if close is None:
            return self._report_unclosed_quote(pos, parent)
        end = self.source.line_end(close)
        rest = self.text[close + 1 : end]
        if rest.strip(BLANKS) and not (rest[0] in BLANKS and rest.lstrip(BLANKS)[0] == "#"):
            span = (pos, self.source.find_value_end(close + 1, end))
            line = self.source.replace_span(span, quote_text(_repair_quoted_text(self.text[slice(*span)], close - pos)))
            return self._reject(messages.TEXT_AFTER_QUOTE, [span], (close + 1, span[1]), line=line)
        _check_escapes(self.source, (pos, close + 1))
        return end + 1

    def _report_unclosed_quote(self, pos: int, parent: int) -> int:
        end = self.source.line_end(pos)
        span = (pos, self.source.find_value_end(pos, end))
        continuations = takewhile(
            lambda continuation: not _KEY_START.match(self.text, *continuation),
            self.source.find_continuations(end, parent),
        )
        inner = self.text[pos + 1 : span[1]].rstrip(CURLY_QUOTE_CHARACTERS)
        line = self.source.replace_span(span, quote_text(inner))
        return self._reject(messages.UNCLOSED_QUOTE, [span, *continuations], line=line)

    def _check_brackets(self, pos: int, parent: int) -> int:
        checkpoint = self.source.checkpoint()
        stop = self.flow.check_brackets(pos, parent)
        end = self.source.line_end(pos if stop is None else stop)
        if stop is None:
            self.source.restore(checkpoint)
            if self.flow.max_depth > MAX_DEPTH:
                return self._reject(messages.TOO_DEEP, [(pos, end)], (pos, pos + MAX_DEPTH + 1))
            return self._report_unclosed_bracket(pos, end)
        rest = self.text[stop:end].lstrip(BLANKS)
        if rest.startswith(":"):
            self.awaits_value = True
        elif rest and not (rest[0] == "#" and self.text[stop] in BLANKS):
            self.source.restore(checkpoint)
            return self._report_after_brackets(pos, stop, end)
        return end + 1

    def _report_unclosed_bracket(self, pos: int, end: int) -> int:
        span = (pos, self.source.find_value_end(pos, end))
        closing = CLOSING[self.text[pos]]
        result = parse_yaml(f"a: {self.text[slice(*span)]}{closing}")
        is_list = result.value is not None and not result.needs_lint
        details = {"text": self.text[pos], "closing": closing}
        if is_list:
            details["line"] = self.source.replace_span((span[1], span[1]), closing)
        else:
            details["fix"] = messages.QUOTE_TEXT.format(line=self.source.quote_span(span))
        return self._reject(messages.UNCLOSED_BRACKET, [span], (pos, pos + 1), **details)

    def _report_after_brackets(self, pos: int, stop: int, end: int) -> int:
        span = (pos, self.source.find_value_end(stop, end))
        rest = self.text[stop : span[1]].strip()
        name = _KEY_START.match(rest)
        details = {"text": self.text[pos], "what": "a list" if self.text[pos] == "[" else "a group of fields"}
        if self.source.line_end(pos) == end:
            if not any(char.isalnum() for char in rest):
                line = self.source.replace_span((stop, span[1]), "")
                details["fix"] = f"End the line after the closing bracket:\n{line}"
            elif name and name.group()[:-1] in ALL_FIELD_NAMES:
                line = self.source.replace_span((stop, end), "")
                details["fix"] = f"Put each field on a line of its own:\n{line}\n{rest}"
        return self._reject(messages.TEXT_AFTER_BRACKETS, [span], span, **details)

    def _check_block(self, pos: int, parent: int) -> int:
        end = self.source.line_end(pos)
        header = _BLOCK_HEADER.match(self.text, pos, end)
        block_end = self._find_block_end(end, parent) if header else end
        if header is None or (block_end == end and any(char.isdigit() for char in header.group().split("#")[0])):
            return self._report_value(messages.MISPLACED_BLOCK_MARKER, pos, parent, text=self.text[pos])
        return block_end + 1

    def _find_block_end(self, end: int, parent: int) -> int:
        """Return where a text block ends. Lines that begin with a tab belong to it, and are reported."""
        header_end, block_end, max_blank_indent = end, end, 0
        while end < len(self.text):
            start, begin = end + 1, self.source.skip_spaces(end + 1)
            end = self.source.line_end(begin)
            if not self.text[begin:end].strip(BLANKS):
                max_blank_indent = max(max_blank_indent, begin - start)
                continue
            if begin - start <= parent:
                if self.text[begin] != "\t" and self.text[begin] not in INVISIBLE_SPACES:
                    break
                self.source.report_indent(start, begin + 1)
            elif block_end == header_end and begin - start < max_blank_indent:
                self.source.report(messages.INDENTED_BLANK_LINE, (header_end + 1, start - 1))
            block_end = end
        return block_end

    def _check_property(self, error_code: YamlErrorCode, pos: int, parent: int, name: str) -> int:
        """Check a value that begins with a label, a reference or the name of a type."""
        end = self.source.line_end(pos)
        stop = self.source.find_value_end(pos, end)
        prefix = _PROPERTY_PREFIX.match(self.text, pos, stop)
        if prefix:
            self._report_property(error_code, prefix.span())
            return self.check_value(prefix.end(), parent, name)
        if _LONE_PROPERTY.match(self.text, pos, stop) and self._has_nested_lines(end, parent):
            self._report_property(error_code, (pos, stop))
            self.awaits_value = True
            return end + 1
        return self._report_value(error_code, pos, parent)

    def _report_property(self, error_code: YamlErrorCode, span: CharSpan) -> None:
        line = self.source.replace_span(span, "")
        fix = messages.CHANGE_LINE.format(line=line) if line else "Leave this line out."
        self.source.report(error_code, span, fix=fix)
        self.source.mask(span, character=" ")

    def _has_nested_lines(self, end: int, parent: int) -> bool:
        begin = self.source.find_indented_line(end, parent - 1)
        is_entry = begin is not None and self.text.startswith("- ", begin)
        return is_entry or self.source.find_indented_line(end, parent) is not None

    def _check_plain(self, pos: int, parent: int, name: str) -> int:
        end = self.source.line_end(pos)
        spans, next_start = self._collect_plain_lines(pos, end, parent)
        multiline_fix = messages.USE_BLOCK.format(name=name or "-") if len(spans) > 1 else ""
        colon = _search_spans(self.text, _INNER_COLON, spans)
        has_missing_space = self._report_missing_space(spans, name)
        if colon and has_missing_space:
            self.source.mask(*spans)
        elif colon:
            fix = multiline_fix or self._suggest_two_fields(spans[0], colon.start())
            self._reject(messages.COLON_IN_VALUE, spans, colon.span(), fix=fix)
        elif not has_missing_space and not self._report_inner_comment(spans, multiline_fix):
            _check_plain_text(self.source, spans, multiline_fix)
        return next_start

    def _suggest_two_fields(self, span: CharSpan, colon: int) -> str:
        """Return the advice to write two lines, if the word before the colon is the name of a field."""
        prefix = self.text[span[0] : colon]
        name = prefix.rpartition(" ")[2]
        if name == prefix or name not in ALL_FIELD_NAMES:
            return ""
        start = colon - len(name)
        first_line = self.source.replace_span((start, self.source.line_end(colon)), "")
        sentence = "Put each field on a line of its own. If it is one text, put the whole text in quotes instead."
        return f"{sentence}\n{first_line}\n{self.text[start : span[1]]}"

    def _collect_plain_lines(self, pos: int, end: int, parent: int) -> tuple[list[CharSpan], int]:
        """Return the lines of a plain value, and where the line after them starts."""
        spans = [(pos, self.source.find_value_end(pos, end))]
        for begin, stop in self.source.find_continuations(end, parent):
            if _KEY_START.match(self.text, begin, stop):
                column, expected = begin - self.source.line_start(begin), max(parent, 0)
                line = " " * expected + self.text[begin:stop].rstrip(BLANKS)
                self.source.report(
                    messages.INDENTATION, (begin, stop), column=column + 1, expected=expected + 1, line=line
                )
                self.source.mask((begin, stop), character="#")
                return spans, stop + 1
            spans.append((begin, self.source.find_value_end(begin, stop)))
            end = stop
        return spans, end + 1

    def _report_missing_space(self, spans: list[CharSpan], name: str) -> bool:
        """Report a list or a field that is read as text, because a space is missing or a value comes before it."""
        pos = spans[0][0]
        is_first_on_line = not self.text[self.source.line_start(pos) : pos].strip()
        for begin, _ in spans if is_first_on_line else spans[1:]:
            if _DASH_WITHOUT_SPACE.match(self.text, begin):
                line = self.source.replace_span((begin + 1, begin + 1), " ")
                self.source.report(messages.NO_SPACE_AFTER_DASH, (begin, begin + 1), line=line)
                return True
            if _DASH_AND_BLANK.match(self.text, begin):
                self.source.report(messages.JOINED_LIST, (begin, begin + 1))
                return True
        key = None if name or is_first_on_line else _COLON_WITHOUT_SPACE.match(self.text, pos)
        if key:
            self.source.report_missing_space(key, spans[0])
        return key is not None

    def _report_inner_comment(self, spans: list[CharSpan], fix: str) -> bool:
        """Report a comment in the middle of a value: the text after it is lost, or stops the reading."""
        for _, stop in spans[:-1]:
            end = self.source.line_end(stop)
            if self.text[stop:end].strip(BLANKS):
                lost = self.source.excerpt_span((stop, end))
                self.source.report(messages.HIDDEN_BY_COMMENT, (stop + 1, end), fix=fix, lost=lost)
                self.source.mask(*((begin, self.source.line_end(begin)) for begin, _ in spans))
                return True
        return False


def _repair_quoted_text(text: str, close: int) -> str:
    """Return the text that was meant by one in quotes that continues after its closing quote.

    If a letter follows that quote, it was an apostrophe or an inner quote; otherwise the quotes are part of the text.
    """
    if not text[close + 1].isalnum():
        return text
    return text[1:-1] if text[-1] == text[0] else text[1:]
