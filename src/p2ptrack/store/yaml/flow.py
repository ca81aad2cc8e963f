"""Lists and groups in brackets, and what can be wrong with a value between them."""

from __future__ import annotations

import re

from p2ptrack.store.yaml import value_codes
from p2ptrack.store.yaml.fault import YamlErrorCode
from p2ptrack.store.yaml.plain import check_escapes, check_plain_scalar
from p2ptrack.store.yaml.sheet import CharSpan, LintState
from p2ptrack.store.yaml.signs import PROPERTY_ERRORS, RESERVED_CHARACTERS
from p2ptrack.store.yaml.text import BLANKS, TextScanner

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
    **dict.fromkeys(RESERVED_CHARACTERS, value_codes.RESERVED_CHARACTER),
    **dict.fromkeys("|>", value_codes.MISPLACED_BLOCK_MARKER),
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
            self.state.report(value_codes.EXTRA_COMMA, (pos, pos + 1), text=char, line=line)
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
                value_codes.HIDDEN_BY_COMMENT, pos, lost=self.state.excerpt((pos, self._find_item_end(pos)))
            )
        error_code = _FIRST_CHARACTER_ERRORS.get(char)
        if error_code is None and _FLOW_INDICATOR.match(self.text, pos, self.scanner.find_line_end(pos)):
            error_code = value_codes.INDICATOR_IN_VALUE
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
        return self._report_item(
            value_codes.TEXT_IN_BRACES, pos, text=self.state.excerpt((pos, self._find_item_end(pos)))
        )

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
            return self._report_item(value_codes.UNCLOSED_QUOTE, pos)
        rest = self.text[close + 1 : self.scanner.find_line_end(close)].lstrip(BLANKS)
        if rest and rest[0] not in ",]}:#":
            return self._report_item(value_codes.TEXT_AFTER_QUOTE, pos)
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
            return value_codes.BRACKET_IN_VALUE
        return value_codes.COLON_IN_VALUE if ":" in text else None
