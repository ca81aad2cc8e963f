"""Find what YAML would hide, and what it would stumble over, line by line and however broken the text is.

libyaml stops at the first fault of syntax and says nothing of an end that it drops. This walk follows its rules for
what a line is (a name and a value, an entry, a text block, a value's next line) and never stops.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from p2ptrack.records.names import ALL_FIELD_NAMES, TOP_LEVEL_FIELD_NAMES
from p2ptrack.store.yaml import codes, value_codes
from p2ptrack.store.yaml.build import MERGE_KEY
from p2ptrack.store.yaml.flow import CLOSING
from p2ptrack.store.yaml.lines import SourceLines
from p2ptrack.store.yaml.sheet import MAX_FINDINGS, CharSpan, LintState
from p2ptrack.store.yaml.signs import (
    BIDI_PATTERN,
    CONFLICT_PATTERN,
    CONTROL_PATTERN,
    CURLY_QUOTE_CHARACTERS,
    HYPHEN_LOOKALIKES,
    INVISIBLE_PATTERN,
    INVISIBLE_SPACES,
    STRAIGHT_QUOTES,
    describe_character,
)
from p2ptrack.store.yaml.values import ValueChecker

_INDENT = re.compile(f"[ \t{INVISIBLE_SPACES}]*")
_DOCUMENT_LINE = re.compile(r"(---|\.\.\.)(?=\s|$)")
_ENTRY = re.compile(r"[-?](?=[ \t]|$)[ \t]*")
_ENTRY_AFTER_QUESTION = re.compile(r"[-?:](?=[ \t]|$)[ \t]*")  # `? name` and `: value`, each on a line
_KEY_PATTERN = re.compile(  # in quotes, or bare: then it begins with no sign that YAML keeps, and holds no comment
    r"""("(?:[^"\\\n]|\\.)*"[ \t]*|'(?:[^'\n]|'')*'[ \t]*"""
    r"""|(?:[^\s\-?:,\[\]{}#&*!|>'"%@`]|[-?:](?=\S))(?:(?<![ \t])\#|[^\n#])*?):(?=[ \t]|$)[ \t]*"""
)
_KEY_WITHOUT_SPACE = re.compile(rf"""("[^"\n]*"|'[^'\n]*'|[^\W\d][\w \-]*):(?!//)(?=[^\s{INVISIBLE_SPACES}])""")
_LOOKALIKE_MARKER = re.compile(
    rf"[{HYPHEN_LOOKALIKES}*][ \t]+(?=[\w.]+(?:[ \t]*$|:[ \t]))"
)  # before one word, or a field
_INVISIBLE_AFTER_COLON = re.compile(rf"[^\W\d][\w \-]*:[ \t]*([{INVISIBLE_SPACES}])")
MISSING_COLON_HINT = " (a colon after the name of the field)"
_DELIMITERS = "\"'[{|>"
_PROSE_KEYS = frozenset(
    {"title:", "text:", "note:", "origin_text:", "agreed_action:", "reason:", "notice:", "introduction:"}
)  # below these no fields stand: what looks like one is prose with a colon in it
_WRONG_SEPARATOR = re.compile(r"(\w+)[ \t]*([=;\uff1a]|[-\u2010-\u2015](?=[ \t])|(?=[ \t]|$))[ \t]*(.*)")


def _suggest_field_line(text: str) -> str:
    """Return the line with a colon after the name of a field that it begins with, or nothing where it begins otherwise.

    Curly brackets stay as they are when the fix is filled.
    """
    match = _WRONG_SEPARATOR.fullmatch(text)
    if match is None or match.group(1) not in ALL_FIELD_NAMES:
        return ""
    name, separator, rest = match.groups()
    if rest and not separator and name not in TOP_LEVEL_FIELD_NAMES:
        return ""  # a line of prose may begin with `on` or `by`
    line = f"{name}: {rest}".rstrip().replace("{", "{{").replace("}", "}}")
    return line + MISSING_COLON_HINT


def scan_lines(lines: SourceLines) -> LintState:
    """Return the findings of the whole text, and the text as libyaml may read it."""
    state = LintState(lines)
    _check_characters(state)
    _LineWalker(state).run()
    return state


def _check_characters(state: LintState) -> None:
    for span in islice(_find_conflicts(state.text), MAX_FINDINGS + 1):
        state.report(codes.MERGE_CONFLICT, span)
    for error_code, pattern in ((codes.CONTROL_CHARACTER, CONTROL_PATTERN), (codes.BIDI_CONTROL, BIDI_PATTERN)):
        reported_until = 0
        for match in islice(pattern.finditer(state.text), MAX_FINDINGS * 100):
            if match.start() >= reported_until:
                state.report_char(error_code, match.start())
                reported_until = state.lines.line_end(match.start())
    state.text = CONTROL_PATTERN.sub(" ", state.text)
    state.text = CONFLICT_PATTERN.sub(lambda match: "#" * len(match.group()), state.text)


def _find_conflicts(text: str) -> Iterator[tuple[int, int]]:
    """Yield the first marker of each conflict, and markers that stand alone because the others were deleted."""
    in_conflict = False
    for match in CONFLICT_PATTERN.finditer(text):
        if not in_conflict:
            yield match.span()
        marker = match.group()[0]
        in_conflict = marker == "<" or (in_conflict and marker != ">")


class _LineWalker:
    """One walk over the lines. `pending` is the column of the name or dash whose value is still to come.

    `name` is that name with its colon, as long as nothing stands between it and the line that is looked at.
    """

    def __init__(self, state: LintState) -> None:
        self.state = state
        self.text = state.text
        self.checker = ValueChecker(state)
        self.pending_column: int | None = -1
        self.pending_name = ""
        self.unnamed_line = self.entry_column = -1
        self.has_content = self.has_ended = self.has_explicit_key = False

    def run(self) -> None:
        pos, limit = 0, len(self.state.findings) + MAX_FINDINGS
        while pos < len(self.text) and len(self.state.findings) <= limit:
            pos = self._walk_line(pos)

    def _walk_line(self, start: int) -> int:
        indent = _INDENT.match(self.text, start)
        pos = indent.end() if indent else start
        end = self.checker.scanner.find_line_end(pos)
        if pos == end or self.text[pos] == "#":
            return end + 1
        if pos == start and self._check_special_line(start, end):
            return end + 1
        self.has_content = True
        is_misindented = self.state.report_indent(start, pos)
        return self._walk_node(pos, start, end, is_misindented)

    def _check_special_line(self, start: int, end: int) -> bool:
        """Tell of a line that is no part of a record."""
        if self.text[start] == "%":
            self.state.report(codes.DIRECTIVE, (start, end))
            self.state.mask((start, end), "#")
            return True
        marker = _DOCUMENT_LINE.match(self.text, start)
        if marker and self.has_content and not self.has_ended:
            self.has_ended = True
            self.state.report(codes.DOCUMENT_MARKER, marker.span(), marker=marker.group())
        return marker is not None

    def _walk_node(self, pos: int, start: int, end: int, is_misindented: bool) -> int:
        parent, after_dash = self.pending_column, False
        if marker := self._check_list_marker(pos, start, end):
            parent, after_dash, pos = pos - start, True, marker.end()
        entry_pattern = _ENTRY_AFTER_QUESTION if self.has_explicit_key else _ENTRY
        while entry := entry_pattern.match(self.text, pos, end):
            self.has_explicit_key = self.has_explicit_key or self.text[pos] == "?"
            parent, after_dash, pos = pos - start, True, entry.end()
        self.entry_column = parent if after_dash and parent is not None else self.entry_column
        if pos >= end or (after_dash and self.text[pos] == "#"):
            if pos < end:
                self.checker.check_comment(pos, pos - start)
            self.pending_column, self.pending_name = parent, ""
            return end + 1
        key = _KEY_PATTERN.match(self.text, pos, end)
        name, self.pending_name = "" if after_dash else self.pending_name, ""
        if key and not (
            name in _PROSE_KEYS and " " in key.group(1).strip() and self._is_value(parent, pos, pos - start)
        ):
            return self._walk_pair(key, pos - start, end, is_misindented)
        self.pending_column = None
        if after_dash or self.text[pos] in CLOSING or self._is_value(parent, pos, pos - start):
            next_start = self.checker.check_value(
                pos, self._get_minimum_column(pos, is_misindented) or (-1 if parent is None else parent), name
            )
            self.pending_column = parent if self.checker.awaits_value else None
            return next_start
        self._report_unnamed_line((pos, max(pos + 1, self.checker.scanner.find_value_end(pos, end))), is_misindented)
        return end + 1

    def _check_list_marker(self, pos: int, start: int, end: int) -> re.Match[str] | None:
        """Tell of a line that begins an entry with what a word processor makes of a hyphen."""
        marker = _LOOKALIKE_MARKER.match(self.text, pos, end)
        in_list = pos - start == self.entry_column or (
            self.pending_column is not None and pos - start >= max(self.pending_column, 0)
        )
        if marker is None or not in_list:
            return None
        line = self.state.suggest_line((pos, marker.end()), "- ")
        self.state.report(codes.WRONG_LIST_MARKER, (pos, pos + 1), name=describe_character(self.text[pos]), line=line)
        self.state.mask((pos, pos + 1), "-")
        return marker

    def _is_value(self, parent: int | None, pos: int, column: int) -> bool:
        """Say whether a value is still to come and can stand here; the record itself is not a bare text."""
        if parent is None or column <= parent:
            return False
        return parent >= 0 or (self.text[pos] in "\"'|>&*!" and not _KEY_WITHOUT_SPACE.match(self.text, pos))

    def _get_minimum_column(self, pos: int, is_misindented: bool) -> int:
        """Return a column that no line is right of, for a bare value after a tab: how far it reaches is not known."""
        return len(self.text) if is_misindented and self.text[pos] not in _DELIMITERS else 0

    def _walk_pair(self, key: re.Match[str], column: int, end: int, is_misindented: bool) -> int:
        self._check_key(key)
        pos = key.end()
        self.pending_column = column
        self.pending_name = f"{key.group(1).strip()}:"
        if pos >= end:
            return end + 1
        if self.text[pos] == "#":
            self.checker.check_comment(pos, column)
            return end + 1
        name = key.group(1).strip()
        if name == MERGE_KEY:
            self.state.report(codes.MERGE_KEY, key.span(1))
            self.state.mask((pos, end))
            return end + 1
        next_start = self.checker.check_value(pos, self._get_minimum_column(pos, is_misindented) or column, f"{name}:")
        self.pending_column = column if self.checker.awaits_value else None
        return next_start

    def _check_key(self, key: re.Match[str]) -> None:
        name, pos = key.group(1), key.start()
        invisible = INVISIBLE_PATTERN.search(name)
        if name[0] in STRAIGHT_QUOTES:
            return
        if invisible:
            line = self.state.suggest_line(key.span(1), INVISIBLE_PATTERN.sub(" ", name).strip())
            self.state.report_char(
                codes.INVISIBLE_SPACE, pos + invisible.start(), where="In the name of this field", line=line
            )
        elif name[0] in CURLY_QUOTE_CHARACTERS:
            line = self.state.suggest_line(key.span(1), name.strip(CURLY_QUOTE_CHARACTERS))
            self.state.report(value_codes.CURLY_QUOTES, key.span(1), line=line)

    def _report_unnamed_line(self, span: CharSpan, is_misindented: bool) -> None:
        """Report a line that belongs to no field. Of several lines of text in a row only the first is told."""
        number, suggestion = self.state.lines.line_number(span[0]), _suggest_field_line(self.text[slice(*span)])
        is_reported = self.unnamed_line == number - 1 and not suggestion
        invisible = _INVISIBLE_AFTER_COLON.match(self.text, *span)
        key = _KEY_WITHOUT_SPACE.match(self.text, *span)
        if is_misindented:
            pass
        elif invisible:
            line = self.state.replace_invisible(span[0])
            self.state.report_char(codes.INVISIBLE_SPACE, invisible.start(1), where="After the colon", line=line)
        elif key:
            self.state.report_missing_space(key, span)
        else:
            self.unnamed_line = number
            if not is_reported:
                self.state.report(codes.NO_COLON, span, line=self.state.excerpt(span), fix=suggestion)
        self.state.mask(span, "#")
