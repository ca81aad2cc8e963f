"""Check one value of a line: quotes, text blocks and plain text, and where the next line begins."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import takewhile

from p2ptrack.model.register import entry_field_names
from p2ptrack.store.yaml import messages
from p2ptrack.store.yaml.lint_brackets import (
    CLOSING,
    LEADING_SLIPS,
    RESERVED_NAMES,
    FlowChecker,
    advise_on_spreadsheet_error,
    check_escapes,
    check_plain_text,
    find_slip,
    repair_quoted_text,
    search_spans,
)
from p2ptrack.store.yaml.messages import YamlErrorCode
from p2ptrack.store.yaml.parser import ALL_FIELD_NAMES, MAX_DEPTH, TOP_LEVEL_FIELD_NAMES, parse_yaml
from p2ptrack.store.yaml.repairs import suggest_joined_list, suggest_list_name
from p2ptrack.store.yaml.source_text import (
    BEGIN_LIST_BELOW,
    BLANKS,
    CURLY_QUOTE_CHARACTERS,
    INVISIBLE_SPACES,
    PROSE_FIELDS,
    STRAIGHT_QUOTES,
    CharSpan,
    LintedText,
    quote_text,
)
from p2ptrack.store.yaml.text_blocks import (
    LIST_FIELDS,
    NAME_FIELDS,
    TextValue,
    describe_format,
    find_field_name,
    find_list_name,
    find_text_lines,
    format_text,
    read_value_lines,
    suggest_list_without_brackets,
    suggest_values_after_list,
)

_BLOCK_SLIPS = (*LEADING_SLIPS, (re.compile(r"[-?:](?=[ \t]|$)|[,\]}]"), messages.INDICATOR_IN_VALUE))
_PROPERTIES = (messages.ANCHOR, messages.ALIAS, messages.TAG)
_BLOCK_HEADER = re.compile(r"[|>](?:[-+][1-9]?|[1-9][-+]?)?(?:[ \t]+#.*|[ \t]*)$")
_PROPERTY_PREFIX = re.compile(  # a label or the name of a type, and then a value of its own
    r"""[&!]\S*[ \t]+(?=[|>][-+0-9]*$|"[^"\n]*"$|'[^'\n]*'$|\[[^\n]*\]$|\{[^\n]*\}$)"""
)
_LONE_PROPERTY = re.compile(r"[&!]\S*$")
_INNER_COLON = re.compile(r":(?=[ \t]|$)")
_KEY_START = re.compile(r"[A-Za-z_]+:(?=[ \t]|$)")
_NUMBER = re.compile(r"-[£$€]?[0-9]")
_FOREIGN_COMMENT = re.compile(r"(?://|/\*|--|<!--)(?=[ \t])")
_DASH_AND_BLANK = re.compile(r"-[ \t]")
_DASH_AND_NAME = re.compile(r"( *)- +(?=[a-z_]+:\s)")
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
        self._checks = {
            **dict.fromkeys(STRAIGHT_QUOTES, self._check_quoted),
            **dict.fromkeys(CLOSING, self._check_brackets),
            **dict.fromkeys("|>", self._check_block),
        }
        """How a value is checked that begins with one of these characters."""
        self.value = TextValue("", 0, 0, 0, 0)
        self.checked_text: TextValue | None = None
        """The value if it is a text without a mistake that its own lines could cause."""
        self.awaits_value = False

    def check_value(self, value: TextValue, parent: int) -> int:
        """Report the mistakes of a value indented further than `parent`, and return where the next line starts."""
        self.value, self.awaits_value, self.is_rejected = value, False, False
        next_start = self._check_style(value.start, parent, value.name)
        is_text = not (self.awaits_value or self.is_rejected or self.text[value.start] in CLOSING)
        self.checked_text = replace(value, end=next_start - 1) if is_text else None
        return next_start

    def _check_style(self, pos: int, parent: int, name: str) -> int:
        """Check the value at `pos` by its first character. `name` is empty for a list entry."""
        char = self.text[pos]
        if check := self._checks.get(char):
            return check(pos, parent)
        error_code = find_slip(self.text, (pos, self.source.line_end(pos)), _BLOCK_SLIPS)
        if error_code in _PROPERTIES:
            return self._check_property(error_code, pos, parent, name)
        if error_code is None:
            return self._check_plain(pos, parent, name)
        if error_code is messages.INDICATOR_IN_VALUE and char in "-:":
            return self._check_indicator(pos, parent)
        return self._report_value(error_code, pos, parent, text=RESERVED_NAMES.get(char, char))

    def _check_indicator(self, pos: int, parent: int) -> int:
        """Check a value that begins with a dash or a colon: a list on the line of its name, or a name left out."""
        name, end = self.value.name, self.source.line_end(pos)
        if self.text[pos] == ":" and not name and end > pos + 2:
            self.source.report(messages.KEY_NOT_TEXT, (pos, pos + 1))
            for offset, character in enumerate("x: "):  # the lines below belong to the same entry
                self.source.mask((pos + offset, pos + offset + 1), character=character)
            return end + 1
        if self.text[pos] == ":" or name not in LIST_FIELDS:
            return self._report_value(messages.INDICATOR_IN_VALUE, pos, parent, text=self.text[pos])
        indent = " " * self.value.column
        fix = f"{BEGIN_LIST_BELOW}\n{indent}{name}:\n{indent}  {self.text[pos:end].rstrip(BLANKS)}"
        self.source.report(messages.INDICATOR_IN_VALUE, (pos, pos + 1), fix=fix, text="-")
        self.source.mask((pos, end), character=" ")
        self.awaits_value = True
        return end + 1

    def check_comment(self, pos: int, column: int) -> None:
        """Report a `#` in the place of a value, unless it looks like a comment."""
        end = self.source.line_end(pos)
        if self.source.is_comment(pos):
            return
        span = (pos, self.source.find_value_end(pos, end))
        fix = advise_on_spreadsheet_error(self.text, span)
        if not fix and self.source.find_indented_line(end, column) is not None:
            fix = f"If this is a comment, put a space after `#`:\n{self.source.replace_span((pos, pos + 1), '# ')}"
        line = self.source.quote_span(span)
        self.source.report(messages.HIDDEN_BY_COMMENT, span, fix=fix, lost=self.source.excerpt_span(span), line=line)

    def _report_value(self, error_code: YamlErrorCode, pos: int, parent: int, *, text: str = "") -> int:
        """Report a value that must be in quotes, with the lines that continue it."""
        end = self.source.line_end(pos)
        span = (pos, max(pos + 1, self.source.find_value_end(pos, end)))
        return self._reject(error_code, [span, *self._find_continuations(end, parent)], text=text)

    def _reject(
        self, error_code: YamlErrorCode, spans: list[CharSpan], place: CharSpan | None = None, **details: str
    ) -> int:
        """Report a value at its first span or at `place`, mask all its spans, and return where the next line starts."""
        self.is_rejected = True
        below = self._find_text_below(spans[-1][1])
        if below or "\n" in self.text[spans[0][0] : spans[-1][1]]:
            details = {"fix": self._format_block(spans[-1][1], below), **details}
        self.source.report(error_code, place or spans[0], **{"line": self.source.quote_span(spans[0]), **details})
        self.source.mask(*spans)
        self.source.mask(*below, character="#")
        return self.source.line_end([*spans, *below][-1][1]) + 1

    def _find_text_below(self, end: int) -> list[CharSpan]:
        """Return the lines below a text with a mistake that belong to it too."""
        return find_text_lines(self.source, replace(self.value, end=end)) if self.value.is_prose else []

    def _format_block(self, end: int, below: list[CharSpan]) -> str:
        """Return the advice to write the value and the lines below it as one block."""
        value = replace(self.value, end=end)
        block = format_text(self.source, value, below)
        return messages.BLOCK_FOR_VALUE.format(advice=describe_format(value), block=block)

    def _check_quoted(self, pos: int, parent: int) -> int:
        close = self.source.find_closing_quote(pos, parent)
        if close is None:
            return self._report_unclosed_quote(pos, parent)
        end = self.source.line_end(close)
        rest = self.text[close + 1 : end]
        if rest.strip(BLANKS) and not (rest[0] in BLANKS and rest.lstrip(BLANKS)[0] == "#"):
            span = (pos, self.source.find_value_end(close + 1, end))
            line = self.source.replace_span(span, quote_text(repair_quoted_text(self.text[slice(*span)], close - pos)))
            return self._reject(messages.TEXT_AFTER_QUOTE, [span], (close + 1, span[1]), line=line)
        check_escapes(self.source, (pos, close + 1))
        return end + 1

    def _find_continuations(self, end: int, parent: int) -> list[CharSpan]:
        """Return the lines that continue a value with a mistake, up to one with a field name."""
        lines = self.source.find_continuations(end, parent)
        return list(takewhile(lambda line: not _KEY_START.match(self.text, *line), lines))

    def _report_unclosed_quote(self, pos: int, parent: int) -> int:
        end = self.source.line_end(pos)
        span = (pos, self.source.find_value_end(pos, end))
        continuations = self._find_continuations(end, parent)
        inner = self.text[pos + 1 : span[1]].rstrip(CURLY_QUOTE_CHARACTERS)
        line = self.source.replace_span(span, quote_text(inner))
        return self._reject(messages.UNCLOSED_QUOTE, [span, *continuations], line=line)

    def _check_brackets(self, pos: int, parent: int) -> int:
        if (fix := suggest_list_without_brackets(self.source, self.value)) and self.text[pos] == "[":
            return self._report_dashes_in_brackets(pos, fix)
        checkpoint = self.source.checkpoint()
        self.flow.has_names = self.value.name in NAME_FIELDS
        stop = self.flow.check_brackets(pos, parent)
        end = self.source.line_end(pos if stop is None else stop)
        if stop is None:
            self.source.restore(checkpoint)
            if self.flow.max_depth > MAX_DEPTH:
                return self._reject(messages.TOO_DEEP, [(pos, end)], (pos, pos + MAX_DEPTH + 1))
            return self._report_unclosed_bracket(pos, end)
        rest = self.text[stop:end].lstrip(BLANKS)
        if rest.startswith(":") and not (self.value.name and rest.rstrip() == ":"):
            self.awaits_value = True
        elif rest and not (rest[0] == "#" and self.text[stop] in BLANKS):
            self.source.restore(checkpoint)
            return self._report_after_brackets(pos, stop, end)
        return end + 1

    def _report_dashes_in_brackets(self, pos: int, fix: str) -> int:
        """Report a list that has both brackets and dashes, and return where the line after it starts."""
        close = self.text.find("]", pos)
        dash = self.text.find("-", pos)
        self.is_rejected = True
        self.source.report(messages.INDICATOR_IN_VALUE, (dash, dash + 1), fix=fix, text="-")
        self.source.mask((pos, close + 1))
        return self.source.line_end(close) + 1

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
            elif self.value.name in LIST_FIELDS and (values := suggest_values_after_list(self.text[pos:stop], rest)):
                details["fix"] = f"{values[0]}:\n{self.source.replace_span(span, values[1])}"
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
        header_end, block_end, max_blank_indent, indent = end, end, 0, 0
        while end < len(self.text):
            start, begin = end + 1, self.source.skip_spaces(end + 1)
            end = self.source.line_end(begin)
            if not self.text[begin:end].strip(BLANKS):
                max_blank_indent = max(max_blank_indent, begin - start)
                continue
            if self.text[begin] == "#" and begin - start < indent:
                break
            indent = indent or begin - start
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
            return self._check_style(prefix.end(), parent, name)
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
        if marker := _FOREIGN_COMMENT.match(self.text, pos, end):
            line = self.source.replace_span((pos, end), f"# {self.text[marker.end() : end].strip()}")
            self.source.report(messages.FOREIGN_COMMENT, (pos, spans[0][1]), text=marker.group().strip(), line=line)
            return next_start
        below = self._find_text_below(spans[-1][1])
        multiline_fix = self._format_block(spans[-1][1], below) if len(spans) > 1 or below else ""
        colon = search_spans(self.text, _INNER_COLON, spans)
        has_missing_space = self._report_missing_space(spans, name, multiline_fix)
        if colon and has_missing_space:
            self.source.mask(*spans)
        elif colon:
            fix = multiline_fix or self._suggest_two_fields(spans[0], colon.start())
            return self._reject(messages.COLON_IN_VALUE, spans, colon.span(), fix=fix)
        elif not has_missing_space and not self._report_inner_comment(spans, multiline_fix):
            check_plain_text(self.source, spans, multiline_fix)
            self._report_joined_names(spans)
        return next_start

    def _report_joined_names(self, spans: list[CharSpan]) -> None:
        """Report a second line of a value that is one name: a dash before it was probably forgotten."""
        if len(spans) == 1 or find_list_name(self.source, self.value) not in NAME_FIELDS:
            return
        names = [self.text[slice(*span)] for span in spans]
        header = f"{' ' * self.value.column}{self.value.name}:\n" if self.value.name else ""
        indent = " " * (self.value.column + (2 if header else 0))
        lines = header + "\n".join(f"{indent}- {name}" for name in names)
        self.source.report(messages.JOINED_NAMES, spans[1], text=" ".join(names), marker="dash", lines=lines)

    def _suggest_two_fields(self, span: CharSpan, colon: int) -> str:
        """Return the advice to write two lines, if the word before the colon is the name of a field."""
        prefix = self.text[span[0] : colon]
        name = prefix.rpartition(" ")[2]
        is_last = name not in entry_field_names() and not self.text[colon + 1 : span[1]].strip()
        is_likely = not self.value.is_prose or name in TOP_LEVEL_FIELD_NAMES
        if name == prefix or name not in ALL_FIELD_NAMES or is_last or not is_likely:
            return ""
        start = colon - len(name)
        line_start = self.source.line_start(start)
        first_line = self.text[line_start:start].rstrip(BLANKS)
        sentence = "Put each field on a line of its own. If it is one text, put the whole text in quotes instead."
        return f"{sentence}\n{first_line}\n{' ' * self.value.column}{self.text[start : span[1]]}"

    def _collect_plain_lines(self, pos: int, end: int, parent: int) -> tuple[list[CharSpan], int]:
        """Return the lines of a plain value, and where the line after them starts."""
        spans = [(pos, self.source.find_value_end(pos, end))]
        for begin, stop in self.source.find_continuations(end, parent):
            if self._is_unnamed_list(begin, stop):
                return spans, self._report_unnamed_list(begin)
            if self._is_misplaced_field(begin, stop):
                self._report_misplaced_field(pos, (begin, stop), parent)
                self.source.mask((begin, stop), character="#")
                return spans, stop + 1
            spans.append((begin, self.source.find_value_end(begin, stop)))
            end = stop
        return spans, end + 1

    def _is_unnamed_list(self, begin: int, stop: int) -> bool:
        """Return whether an entry of fields begins below a value that is no text: the name of its list is missing."""
        if self.value.is_prose or not self.value.name or self.value.name in LIST_FIELDS:
            return False
        line = self.text[begin:stop]
        return _DASH_AND_BLANK.match(line) is not None and find_field_name(line) in ALL_FIELD_NAMES

    def _report_unnamed_list(self, begin: int) -> int:
        """Report the entries of a list without its name, and return where the line after them starts."""
        fix = suggest_list_name(self.source, begin)
        self.source.report(messages.UNEXPECTED_LIST, (begin, begin + 1), fix=fix, marker="a dash")
        lines = read_value_lines(self.source, begin, begin - self.source.line_start(begin))
        end = self.source.line_start(begin) + len("\n".join(lines))
        self.source.mask((begin, end), character="#")
        return min(end + 1, len(self.text))

    def _report_misplaced_field(self, pos: int, span: CharSpan, parent: int) -> None:
        """Report a field that is indented further than the one above it, or the dash above if it is out of line."""
        begin, stop = span
        column, expected = begin - self.source.line_start(begin), max(parent, 0)
        start = self.source.line_start(pos)
        dash = _DASH_AND_NAME.match(self.text, start)
        shifted = column - (parent - len(dash[1])) if dash else -1
        if dash and shifted >= 0 and re.search(rf"^ {{{shifted}}}-[ \t]", self.text[stop:], re.MULTILINE):
            column, expected, begin = len(dash[1]), shifted, dash.end(1)
            stop = self.source.line_end(begin)
        line = " " * expected + self.text[begin:stop].rstrip(BLANKS)
        self.source.report(messages.INDENTATION, (begin, stop), column=column + 1, expected=expected + 1, line=line)

    def _is_misplaced_field(self, begin: int, stop: int) -> bool:
        """Return whether a line of a value is a field that is indented too far, and not prose with a colon."""
        if self.value.name in PROSE_FIELDS:
            return find_field_name(self.text[begin:stop]) in ALL_FIELD_NAMES
        return _KEY_START.match(self.text, begin, stop) is not None

    def _report_missing_space(self, spans: list[CharSpan], name: str, block_fix: str) -> bool:
        """Report a list or a field that is read as text, because a space is missing or a value comes before it."""
        pos = spans[0][0]
        is_first_on_line = not self.text[self.source.line_start(pos) : pos].strip()
        for begin, _ in spans if is_first_on_line else spans[1:]:
            if name in PROSE_FIELDS and self.text[begin] == "-" and not _NUMBER.match(self.text, begin):
                self.source.report(messages.JOINED_LIST, (begin, begin + 1), fix=block_fix)
                return True
            if _DASH_WITHOUT_SPACE.match(self.text, begin):
                entries = [self.text[slice(*span)] for span in spans if span[0] >= begin]
                line = "\n".join(_DASH_WITHOUT_SPACE.sub("- ", entry, count=1) for entry in entries)
                self.source.report(messages.NO_SPACE_AFTER_DASH, (begin, begin + 1), line=line)
                return True
            if _DASH_AND_BLANK.match(self.text, begin):
                column, text = self.value.column, self.text[begin : self.source.line_end(begin)].rstrip(BLANKS)
                joined = suggest_joined_list(self.source, begin)
                fix = joined if name else f"Begin the line in column {column + 1}:\n{' ' * column}{text}"
                self.source.report(messages.JOINED_LIST, (begin, begin + 1), fix=fix)
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
                lost_text = self.source.excerpt_span((stop, end))
                self.source.report(messages.HIDDEN_BY_COMMENT, (stop + 1, end), fix=fix, lost=lost_text)
                self.source.mask(*((begin, self.source.line_end(begin)) for begin, _ in spans))
                return True
        return False
