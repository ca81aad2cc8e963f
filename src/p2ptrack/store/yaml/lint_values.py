"""What can be wrong with one value in its line, and where the next line begins."""

from __future__ import annotations

import re
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
    PROPERTY_ERRORS,
    RESERVED_CHARACTERS,
    STRAIGHT_QUOTES,
    CharSpan,
    LintState,
    TextScanner,
    describe_character,
    format_code_point,
    quote_text,
)

# What can be wrong with a value without quotes, and with what stands between quotes.


_COMMENT_START = re.compile(r"(?<=\s)#")
_ESCAPE_SEQUENCE = re.compile(
    r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|[0abtnvfre \"/\\N_LP\t\n]|(.?))"
)
_ESCAPE_CODES = {"0": 0, "a": 7, "b": 8, "v": 11, "f": 12, "r": 13, "e": 27, "N": 0x85, "L": 0x2028, "P": 0x2029}
_CURLY_DOUBLE_QUOTES = "“”„‟"
_CLOSING_QUOTES = {"“": "”“", "„": "“”", "‟": "”", "‘": "’", "‛": "’"}
_MAX_CODE_POINT = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)


def strip_curly_quotes(text: str) -> str | None:
    """Return what stands between curly quotes that are used as quotes, or None where they are a part of the prose.

    They are used as quotes when they stand around the whole value, or when the first is never closed.
    """
    if not text or text[0] not in CURLY_QUOTE_CHARACTERS:
        return None
    inner = text[1:-1] if text[-1] in CURLY_QUOTE_CHARACTERS + STRAIGHT_QUOTES else text[1:]
    family = _CURLY_DOUBLE_QUOTES if text[0] in _CURLY_DOUBLE_QUOTES else "‘"
    if len(text) > len(inner) + 1:
        return None if any(char in family for char in inner) else inner
    is_closed = text[0] not in _CLOSING_QUOTES or any(char in text[1:] for char in _CLOSING_QUOTES[text[0]])
    return None if is_closed else inner


def check_plain_scalar(state: LintState, spans: list[CharSpan], fix: str) -> bool:
    """Report what a value without quotes, on one line or several, would lose or gain unseen; `fix` is how to write it.

    Returns whether something was reported. One fault a value is enough, since its fix cures them all.
    """
    text = " ".join(state.text[slice(*span)] for span in spans)
    inner = strip_curly_quotes(text)
    comment = next((match for span in spans if (match := _COMMENT_START.search(state.text, *span))), None)
    if inner is not None:
        line = state.suggest_line(spans[0], quote_text(inner)) if len(spans) == 1 else fix
        state.report(messages.CURLY_QUOTES, spans[0], line=line)
    elif comment:
        span = (comment.start(), state.lines.line_end(comment.start()) if len(spans) > 1 else spans[0][1])
        state.report(messages.HIDDEN_BY_COMMENT, span, lost=state.excerpt(span), line=fix)
        for line_span in spans if len(spans) > 1 else ():
            state.mask(line_span)
    else:
        return _check_invisible_ends(state, (spans[0][0], spans[-1][1]), text)
    return True


def _check_invisible_ends(state: LintState, span: CharSpan, text: str) -> bool:
    stripped = text.strip(" \t" + INVISIBLE_SPACES)
    if stripped == text:
        return False
    position_text, index = (
        ("At the start of the value", span[0])
        if text[0] in INVISIBLE_SPACES
        else ("At the end of the value", span[1] - 1)
    )
    state.report_char(messages.INVISIBLE_SPACE, index, where=position_text, line=state.replace_invisible(index))
    return True


def check_escapes(state: LintState, span: CharSpan) -> bool:
    """Report the first backslash between double quotes that stands for nothing, or for what cannot be seen.

    The span holds the quotes too. The fix is the text as typed, in single quotes, where a backslash is a backslash.
    """
    fix = state.suggest_line(span, quote_text(state.text[span[0] + 1 : span[1] - 1].replace('\\"', '"')))
    for match in _ESCAPE_SEQUENCE.finditer(state.text, *span):
        char = _decode_escape(match)
        if char is None:
            state.report(messages.BAD_ESCAPE, match.span(), text=match.group(), line=fix)
            return True
        if CONTROL_PATTERN.match(char):
            details = {"name": describe_character(char), "number": format_code_point(char)}
            state.report(messages.ESCAPED_CONTROL, match.span(), text=match.group(), line=fix, **details)
            return True
    return False


def _decode_escape(match: re.Match[str]) -> str | None:
    digits = match.group(1) or match.group(2) or match.group(3)
    if digits:
        number = int(digits, 16)
        return None if number > _MAX_CODE_POINT or number in _SURROGATES else chr(number)
    if match.group(4) is not None:
        return None
    return chr(_ESCAPE_CODES.get(match.group()[1], 32))


# Lists and groups in brackets, and what can be wrong with a value between them.


CLOSING = {"[": "]", "{": "}"}

_FLOW_SCALAR = re.compile(r"[^\n,\[\]{}]*")
_FLOW_COLON = re.compile(r":(?=[ \t]|$)")
_FLOW_KEY_WITHOUT_SPACE = re.compile(r"([A-Za-z_]+):(?!//)(?=\S)")
_FLOW_KEY_START = re.compile(r"(?:- |[A-Za-z_]+:(?=[ \t]|$))", re.MULTILINE)
_FLOW_INDICATOR = re.compile(r"[-?](?=[ \t]|$)")
_CONTINUES_AFTER = ",[{:"
_PLAIN_SCALAR = "bare"  # what stands before the second line of a value without quotes
_FIRST_CHARACTER_ERRORS = {
    **PROPERTY_ERRORS,
    **dict.fromkeys(RESERVED_CHARACTERS, messages.RESERVED_CHARACTER),
    **dict.fromkeys("|>", messages.MISPLACED_BLOCK_MARKER),
}


class FlowChecker:
    """Walks over what stands between brackets, however deep, without recursion."""

    def __init__(self, state: LintState, scanner: TextScanner) -> None:
        self.state = state
        self.text = state.text
        self.scanner = scanner
        self.open_brackets: list[int] = []  # where each open bracket stands
        self.previous = ""
        self.max_depth = 0

    def check_brackets(self, start: int, parent: int) -> int | None:
        """Report the faults between the bracket at `at` and the one that closes it, and return where that one ends.

        The answer is None where it is not closed before a line that belongs to something else: one that is not
        indented further than `parent`.
        """
        self.open_brackets, self.previous, self.max_depth, pos = [], "", 0, start
        while pos < len(self.text):
            if self.text[pos] == "\n" and (self.scanner.is_exhausted() or self._is_unclosed(pos, parent)):
                break
            pos = self._check_character(pos, parent)
            if not self.open_brackets:
                return pos
        self.scanner.add_wasted(pos - start)
        return None

    def _check_character(self, pos: int, parent: int) -> int:
        char = self.text[pos]
        if char in " \t\n":
            return pos + 1
        if char == "#" and self.scanner.is_comment(pos):
            return self.scanner.find_line_end(pos)
        if char in CLOSING and not self._is_key_next():
            self.open_brackets.append(pos)
            self.max_depth = max(self.max_depth, len(self.open_brackets))
        elif char in "]}":
            self.open_brackets.pop()
        elif char not in ",:":
            return self._check_item(pos, parent)
        elif char == "," and self.previous in "[{,":
            line = self.state.suggest_line((pos, self.scanner.skip_blanks(pos + 1)), "")
            self.state.report(messages.EXTRA_COMMA, (pos, pos + 1), text=char, line=line)
            self.state.mask((pos, pos + 1), " ")
            return pos + 1
        self.previous = char
        return pos + 1

    def _is_unclosed(self, end: int, parent: int) -> bool:
        """Say whether the next line begins something else, so that a bracket was forgotten."""
        begin = self.scanner.find_indented_line(end, -1)
        if begin is None:
            return True
        if begin - self.state.lines.line_start(begin) > parent or self.text[begin] in "]}":
            return False
        return self.previous not in _CONTINUES_AFTER or (
            self._get_open_bracket() == "[" and _FLOW_KEY_START.match(self.text, begin) is not None
        )

    def _check_item(self, pos: int, parent: int) -> int:
        is_key = self._is_key_next()
        previous, self.previous = self.previous, "value"
        char = self.text[pos]
        if previous == _PLAIN_SCALAR:
            return self._check_plain(pos, is_key=False, previous=previous)
        if char in "\"'":
            return self._check_quoted(pos, parent)
        if char in CLOSING:
            return self._report_braces()
        if char == "#":
            return self._report_item(
                messages.HIDDEN_BY_COMMENT, pos, lost=self.state.excerpt((pos, self._find_item_end(pos)))
            )
        error_code = _FIRST_CHARACTER_ERRORS.get(char)
        if error_code is None and _FLOW_INDICATOR.match(self.text, pos, self.scanner.find_line_end(pos)):
            error_code = messages.INDICATOR_IN_VALUE
        if error_code:
            return self._report_item(error_code, pos, text=RESERVED_CHARACTERS.get(char, char))
        return self._check_plain(pos, is_key=is_key, previous=previous)

    def _get_open_bracket(self) -> str:
        return self.text[self.open_brackets[-1]]

    def _is_key_next(self) -> bool:
        """Say whether the name of a field must come next."""
        return bool(self.open_brackets) and self._get_open_bracket() == "{" and self.previous in "{,"

    def _report_braces(self) -> int:
        """Report curly brackets that hold no fields; the group as a whole is a text that must be in quotes."""
        pos = self.open_brackets.pop()
        return self._report_item(messages.TEXT_IN_BRACES, pos, text=self.state.excerpt((pos, self._find_item_end(pos))))

    def _report_item(self, error_code: YamlErrorCode, pos: int, **details: object) -> int:
        """Report a value that must be in quotes, and pass over it."""
        span = (pos, self._find_item_end(pos))
        self.state.report(error_code, span, **{"line": self.state.suggest_quoted(span), **details})
        self.state.mask(span)
        return span[1]

    def _find_item_end(self, pos: int) -> int:
        """Return where the piece that begins here ends: at a comma or a bracket that is not its own."""
        end, depth, cursor = self.scanner.find_line_end(pos), 0, pos
        while cursor < end:
            char = self.text[cursor]
            if depth == 0 and char in ",]}":
                break
            depth += (char in "[{") - (char in "]}")
            cursor += 1
        return max(pos + 1, self.scanner.find_value_end(pos, cursor))

    def _check_quoted(self, pos: int, parent: int) -> int:
        close = self.scanner.find_closing_quote(pos, parent)
        if close is None:
            return self._report_item(messages.UNCLOSED_QUOTE, pos)
        rest = self.text[close + 1 : self.scanner.find_line_end(close)].lstrip(BLANKS)
        if rest and rest[0] not in ",]}:#":
            return self._report_item(messages.TEXT_AFTER_QUOTE, pos)
        if self.text[pos] == '"' and check_escapes(self.state, (pos, close + 1)):
            self.state.mask((pos, close + 1))
        return close + 1

    def _check_plain(self, pos: int, *, is_key: bool, previous: str) -> int:
        self.previous = _PLAIN_SCALAR
        match = _FLOW_SCALAR.match(self.text, pos)
        end = match.end() if match else pos
        span = (pos, max(pos + 1, self.scanner.find_value_end(pos, end)))
        colon = _FLOW_COLON.search(self.text, *span)
        if colon and (is_key or (self._get_open_bracket() == "[" and previous != ":")):
            return self._check_key((pos, colon.start()))
        if is_key and (key := _FLOW_KEY_WITHOUT_SPACE.match(self.text, *span)):
            self.state.report_missing_space(key, span)
            self.state.mask((key.end(), key.end() + 1), " ")
            self.state.mask((key.end() + 1, span[1]))
        elif (
            is_key and previous == "{" and not self.text[end : self.scanner.find_line_end(end)].lstrip().startswith(":")
        ):
            return self._report_braces()
        elif error_code := self._find_misreading(span, end):
            character = "?" if "?" in self.text[slice(*span)] else self.text[end : end + 1]
            return self._report_item(error_code, pos, text=character)
        elif check_plain_scalar(self.state, [span], self.state.suggest_quoted(span)):
            self.state.mask(span)
        return span[1]

    def _check_key(self, span: CharSpan) -> int:
        error_code = self._find_misreading(span, span[1])
        if error_code:
            self.state.report(error_code, span, text="?", line=self.state.suggest_quoted(span))
            self.state.mask(span)
        return max(span[1], span[0] + 1)

    def _find_misreading(self, span: CharSpan, end: int) -> YamlErrorCode | None:
        """Return what libyaml stumbles over in a piece that ends here."""
        text = self.text[slice(*span)]
        if "?" in text or (end < len(self.text) and self.text[end] in CLOSING):
            return messages.BRACKET_IN_VALUE
        return messages.COLON_IN_VALUE if ":" in text else None


_BLOCK_HEADER = re.compile(r"[|>](?:[-+][1-9]?|[1-9][-+]?)?(?:[ \t]+#.*|[ \t]*)$")
_PROPERTY_PREFIX = re.compile(  # a label or a type's name, and then a value of its own
    r"""[&!]\S*[ \t]+(?=[|>][-+0-9]*$|"[^"\n]*"$|'[^'\n]*'$|\[[^\n]*\]$|\{[^\n]*\}$)"""
)
_LONE_PROPERTY = re.compile(r"[&!]\S*$")
_LEADING_INDICATOR = re.compile(r"[-?:](?=[ \t]|$)|[,\]}]")
_INNER_COLON = re.compile(r":(?=[ \t]|$)")
_KEY_START = re.compile(r"[A-Za-z_]+:(?=[ \t]|$)")
_DASH_AND_BLANK = re.compile(r"-[ \t]")
_DASH_WITHOUT_SPACE = re.compile(r"-(?=[^\W\d_]|[\"'\[{“])")
_COLON_WITHOUT_SPACE = re.compile(r"([a-z_]{2,}):(?=[^\s/])")
_BLOCK_FIX = "`{name} |`, and the whole text on the lines below it, indented further"
_ONE_LINE_FIX = "the whole text in quotes on one line"


class ValueChecker:
    """Reads one value after the other and reports what is wrong with it.

    `opened` says whether the value last read is still to come, on the lines below.
    """

    def __init__(self, state: LintState) -> None:
        self.state = state
        self.text = state.text
        self.scanner = TextScanner(state.text)
        self.flow = FlowChecker(state, self.scanner)
        self.awaits_value = False
        readers = {"\"'": self._check_quoted, "[{": self._check_brackets, "|>": self._check_block}
        self._readers = {char: reader for chars, reader in readers.items() for char in chars}

    def check_value(self, pos: int, parent: int, name: str = "") -> int:
        """Report the faults of the value at `at`, which belongs to column `parent`; return where the next line starts.

        `name` is the field's name with its colon, or empty for an entry of a list.
        """
        self.awaits_value = False
        char = self.text[pos]
        if char in self._readers:
            return self._readers[char](pos, parent)
        if char in PROPERTY_ERRORS:
            return self._check_property(pos, parent, name)
        if char in RESERVED_CHARACTERS:
            return self._report_value(messages.RESERVED_CHARACTER, pos, parent, text=RESERVED_CHARACTERS[char])
        if _LEADING_INDICATOR.match(self.text, pos, self.scanner.find_line_end(pos)):
            return self._report_value(messages.INDICATOR_IN_VALUE, pos, parent, text=char)
        return self._check_plain(pos, parent, name)

    def check_comment(self, pos: int, column: int) -> None:
        """Report the comment in a value's place, unless it looks like one."""
        end = self.scanner.find_line_end(pos)
        if self.scanner.is_comment(pos):
            return
        stop = self.scanner.find_value_end(pos, end)
        is_nested = self.scanner.find_indented_line(end, column) is not None
        fix = self.state.suggest_line((pos, pos + 1), "# ") if is_nested else self.state.suggest_quoted((pos, stop))
        self.state.report(messages.HIDDEN_BY_COMMENT, (pos, stop), lost=self.state.excerpt((pos, stop)), line=fix)

    def _report_value(self, error_code: YamlErrorCode, pos: int, parent: int, **details: object) -> int:
        """Report a value that must be in quotes, and pass over it and the lines that continue it."""
        end = self.scanner.find_line_end(pos)
        span = (pos, max(pos + 1, self.scanner.find_value_end(pos, end)))
        continuations = self.scanner.find_continuations(end, parent)
        fix = _ONE_LINE_FIX if continuations else self.state.suggest_quoted(span)
        self.state.report(error_code, span, **{"line": fix, **details})
        return self._mask_spans([span, *continuations], end)

    def _mask_spans(self, spans: list[CharSpan], end: int) -> int:
        for span in spans:
            self.state.mask(span)
        return max(end, spans[-1][1]) + 1

    def _check_quoted(self, pos: int, parent: int) -> int:
        close = self.scanner.find_closing_quote(pos, parent)
        if close is None:
            return self._report_unclosed_quote(pos, parent)
        end = self.scanner.find_line_end(close)
        rest = self.text[close + 1 : end]
        if rest.strip(BLANKS) and not (rest[0] in BLANKS and rest.lstrip(BLANKS)[0] == "#"):
            return self._report_after_quote(pos, close, end)
        if self.text[pos] == '"' and check_escapes(self.state, (pos, close + 1)):
            self.state.mask((pos, close + 1))
        return end + 1

    def _report_unclosed_quote(self, pos: int, parent: int) -> int:
        end = self.scanner.find_line_end(pos)
        span = (pos, self.scanner.find_value_end(pos, end))
        inner = self.text[pos + 1 : span[1]].rstrip(CURLY_QUOTE_CHARACTERS)
        continuations = takewhile(
            lambda continuation: not _KEY_START.match(self.text, *continuation),
            self.scanner.find_continuations(end, parent),
        )
        spans = [span, *continuations]
        fix = _ONE_LINE_FIX if len(spans) > 1 else self.state.suggest_line(span, quote_text(inner))
        self.state.report(messages.UNCLOSED_QUOTE, span, line=fix)
        return self._mask_spans(spans, end)

    def _report_after_quote(self, pos: int, close: int, end: int) -> int:
        span = (pos, self.scanner.find_value_end(close + 1, end))
        repaired = quote_text(repair_quoted_text(self.text[slice(*span)], close - pos))
        fix = self.state.suggest_line(span, repaired) if self.scanner.find_line_end(pos) == end else _ONE_LINE_FIX
        self.state.report(messages.TEXT_AFTER_QUOTE, (close + 1, span[1]), line=fix)
        return self._mask_spans([span], end)

    def _check_brackets(self, pos: int, parent: int) -> int:
        checkpoint = self.state.checkpoint()
        stop = self.flow.check_brackets(pos, parent)
        if stop is None:
            self.state.restore(checkpoint)
            return self._report_too_deep(pos) if self.flow.max_depth > MAX_DEPTH else self._report_unclosed_bracket(pos)
        end = self.scanner.find_line_end(stop)
        rest = self.text[stop:end].lstrip(BLANKS)
        if rest.startswith(":"):
            self.awaits_value = True
        elif rest and not (rest[0] == "#" and self.text[stop] in BLANKS):
            self.state.restore(checkpoint)
            return self._report_after_brackets(pos, stop, end)
        return end + 1

    def _report_too_deep(self, pos: int) -> int:
        end = self.scanner.find_line_end(pos)
        self.state.report(messages.TOO_DEEP, (pos, pos + MAX_DEPTH + 1))
        return self._mask_spans([(pos, end)], end)

    def _report_unclosed_bracket(self, pos: int) -> int:
        end = self.scanner.find_line_end(pos)
        span = (pos, self.scanner.find_value_end(pos, end))
        closing = CLOSING[self.text[pos]]
        result = parse_yaml(f"a: {self.text[slice(*span)]}{closing}")
        is_list = result.value is not None and not result.needs_lint
        fix = self.state.suggest_line((span[1], span[1]), closing) if is_list else self.state.suggest_quoted(span)
        self.state.report(messages.UNCLOSED_BRACKET, (pos, pos + 1), text=self.text[pos], closing=closing, line=fix)
        return self._mask_spans([span], end)

    def _report_after_brackets(self, pos: int, stop: int, end: int) -> int:
        span = (pos, self.scanner.find_value_end(stop, end))
        description = "a list" if self.text[pos] == "[" else "a group of fields"
        fix = self._suggest_brackets(pos, stop, end) if self.scanner.find_line_end(pos) == end else _ONE_LINE_FIX
        self.state.report(messages.TEXT_AFTER_BRACKETS, span, text=self.text[pos], what=description, line=fix)
        return self._mask_spans([span], end)

    def _suggest_brackets(self, pos: int, stop: int, end: int) -> str:
        """Return the line without the stray signs after a list, or with a text that begins in brackets in quotes."""
        span = (pos, self.scanner.find_value_end(stop, end))
        rest = self.text[stop : span[1]].strip()
        if not any(char.isalnum() for char in rest):
            return self.state.suggest_line((stop, span[1]), "")
        name = _KEY_START.match(rest)
        if name and name.group()[:-1] in ALL_FIELD_NAMES:
            return f"{self.state.suggest_line((stop, end), '')} and, on a line of its own, {rest}"
        return self.state.suggest_quoted(span)

    def _check_block(self, pos: int, parent: int) -> int:
        end = self.scanner.find_line_end(pos)
        header = _BLOCK_HEADER.match(self.text, pos, end)
        body = self._find_block_end(end, parent) if header else end
        if header is None or (body == end and any(char.isdigit() for char in header.group().split("#")[0])):
            return self._report_value(messages.MISPLACED_BLOCK_MARKER, pos, parent, text=self.text[pos])
        return body + 1

    def _find_block_end(self, end: int, parent: int) -> int:
        """Return where a text block ends. Lines that begin with a tab belong to it, and are reported."""
        header_end, block_end, max_blank_indent = end, end, 0
        while end < len(self.text):
            start, begin = end + 1, self.scanner.skip_spaces(end + 1)
            end = self.scanner.find_line_end(begin)
            if not self.text[begin:end].strip(BLANKS):
                max_blank_indent = max(max_blank_indent, begin - start)
                continue
            if begin - start <= parent:
                if self.text[begin] != "\t" and self.text[begin] not in INVISIBLE_SPACES:
                    break
                self.state.report_indent(start, begin + 1)
            elif block_end == header_end and begin - start < max_blank_indent:
                self.state.report(messages.INDENTED_BLANK_LINE, (self.scanner.find_line_end(header_end) + 1, start - 1))
            block_end = end
        return block_end

    def _check_property(self, pos: int, parent: int, name: str) -> int:
        error_code, end = PROPERTY_ERRORS[self.text[pos]], self.scanner.find_line_end(pos)
        stop = self.scanner.find_value_end(pos, end)
        token = _PROPERTY_PREFIX.match(self.text, pos, stop)
        if token:
            self._report_property(error_code, token.span())
            return self.check_value(token.end(), parent, name)
        if _LONE_PROPERTY.match(self.text, pos, stop) and self._has_nested_lines(end, parent):
            self._report_property(error_code, (pos, stop))
            self.awaits_value = True
            return end + 1
        return self._report_value(error_code, pos, parent)

    def _report_property(self, error_code: YamlErrorCode, span: CharSpan) -> None:
        self.state.report(error_code, span, line=self.state.suggest_line(span, "") or "the record without this line")
        self.state.mask(span, " ")

    def _has_nested_lines(self, end: int, parent: int) -> bool:
        begin = self.scanner.find_indented_line(end, parent - 1)
        is_entry = begin is not None and self.text.startswith("- ", begin)
        return is_entry or self.scanner.find_indented_line(end, parent) is not None

    def _check_plain(self, pos: int, parent: int, name: str) -> int:
        end = self.scanner.find_line_end(pos)
        spans, next_start = self._collect_plain_lines(pos, end, parent)
        is_multiline = len(spans) > 1
        fix = _BLOCK_FIX.format(name=name or "-") if is_multiline else self.state.suggest_quoted(spans[0])
        colon = self._search_spans(_INNER_COLON, spans)
        if colon and not self._report_missing_space(spans, name):
            fix = fix if is_multiline else self._suggest_two_fields(spans[0], colon.start()) or fix
            self.state.report(messages.COLON_IN_VALUE, colon.span(), line=fix)
        if colon:
            return max(self._mask_spans(spans, end), next_start)
        if not self._report_missing_space(spans, name) and not self._report_inner_comment(spans, fix):
            check_plain_scalar(self.state, spans, fix)
        return next_start

    def _suggest_two_fields(self, span: CharSpan, colon: int) -> str:
        """Return the two lines that were meant where a field's name stands before the colon, else nothing."""
        prefix = self.text[span[0] : colon]
        name = prefix.rpartition(" ")[2]
        if name == prefix or name not in ALL_FIELD_NAMES:
            return ""
        first_line = self.state.suggest_line((colon - len(name), self.scanner.find_line_end(colon)), "")
        return (
            f"{first_line} and, on a line of its own, {self.text[colon - len(name) : span[1]]}; or all of it in quotes"
        )

    def _collect_plain_lines(self, pos: int, end: int, parent: int) -> tuple[list[CharSpan], int]:
        """Return the lines of a plain value, and where the line after them starts."""
        spans = [(pos, self.scanner.find_value_end(pos, end))]
        for begin, stop in self.scanner.find_continuations(end, parent):
            if _KEY_START.match(self.text, begin, stop):
                self._report_indentation(begin, stop, max(parent, 0))
                return spans, stop + 1
            spans.append((begin, self.scanner.find_value_end(begin, stop)))
            end = stop
        return spans, end + 1

    def _report_indentation(self, begin: int, stop: int, expected_column: int) -> None:
        column = begin - self.state.lines.line_start(begin)
        line = " " * expected_column + self.text[begin:stop].rstrip(BLANKS)
        self.state.report(messages.INDENTATION, (begin, stop), column=column + 1, wanted=expected_column + 1, line=line)
        self.state.mask((begin, stop), "#")

    def _search_spans(self, pattern: re.Pattern[str], spans: list[CharSpan]) -> re.Match[str] | None:
        return next((match for span in spans if (match := pattern.search(self.text, *span))), None)

    def _report_missing_space(self, spans: list[CharSpan], name: str) -> bool:
        """Report a list or a field that is none, because a blank is missing or a value stands before it."""
        pos = spans[0][0]
        is_first_on_line = not self.text[self.state.lines.line_start(pos) : pos].strip()
        for begin, _ in spans if is_first_on_line else spans[1:]:
            if _DASH_WITHOUT_SPACE.match(self.text, begin):
                line = self.state.suggest_line((begin + 1, begin + 1), " ")
                self.state.report(messages.NO_SPACE_AFTER_DASH, (begin, begin + 1), line=line)
                return True
            if _DASH_AND_BLANK.match(self.text, begin):
                self.state.report(messages.JOINED_LIST, (begin, begin + 1))
                return True
        key = None if name or is_first_on_line else _COLON_WITHOUT_SPACE.match(self.text, pos)
        if key:
            self.state.report_missing_space(key, spans[0])
        return key is not None

    def _report_inner_comment(self, spans: list[CharSpan], fix: str) -> bool:
        """Report a comment in the middle of a value: what follows it is lost, or stops the reading."""
        for _, stop in spans[:-1]:
            end = self.scanner.find_line_end(stop)
            if self.text[stop:end].strip(BLANKS):
                self.state.report(
                    messages.HIDDEN_BY_COMMENT, (stop + 1, end), lost=self.state.excerpt((stop, end)), line=fix
                )
                self._mask_spans([(begin, self.scanner.find_line_end(begin)) for begin, _ in spans], end)
                return True
        return False


def repair_quoted_text(text: str, close: int) -> str:
    """Return what was meant by a text in quotes that goes on after its closing quote.

    Where a letter follows that quote, it was an apostrophe or a quote within; else the quotes are a part of the text.
    """
    if not text[close + 1].isalnum():
        return text
    return text[1:-1] if text[-1] == text[0] else text[1:]
