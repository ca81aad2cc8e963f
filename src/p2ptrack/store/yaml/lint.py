"""The closer look at a file in which something is odd: what is wrong, where, and what to write instead.

Most files never come here, so `reading` imports this module only when one does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import PurePosixPath
from typing import Any

from ruamel.yaml.events import MappingStartEvent, ScalarEvent

from p2ptrack.diagnostics import Problem
from p2ptrack.model.schema import ALL_FIELD_NAMES, TOP_LEVEL_FIELD_NAMES
from p2ptrack.store.yaml import messages
from p2ptrack.store.yaml.lint_values import CLOSING, ValueChecker
from p2ptrack.store.yaml.messages import YamlFinding, make_finding
from p2ptrack.store.yaml.parser import MERGE_KEY, DecodedText, YamlValue
from p2ptrack.store.yaml.positions import PositionIndex
from p2ptrack.store.yaml.source_text import (
    BIDI_PATTERN,
    CONFLICT_PATTERN,
    CONTROL_PATTERN,
    CURLY_QUOTE_CHARACTERS,
    HYPHEN_LOOKALIKES,
    INVISIBLE_PATTERN,
    INVISIBLE_SPACES,
    MAX_FINDINGS,
    STRAIGHT_QUOTES,
    CharSpan,
    LintState,
    SourceLines,
    describe_character,
)

# Find what YAML would hide, and what it would stumble over, line by line and however broken the text is.
#
# libyaml stops at the first fault of syntax and says nothing of an end that it drops. This walk follows its rules for
# what a line is (a name and a value, an entry, a text block, a value's next line) and never stops.


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
        state.report(messages.MERGE_CONFLICT, span)
    for error_code, pattern in ((messages.CONTROL_CHARACTER, CONTROL_PATTERN), (messages.BIDI_CONTROL, BIDI_PATTERN)):
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
            self.state.report(messages.DIRECTIVE, (start, end))
            self.state.mask((start, end), "#")
            return True
        marker = _DOCUMENT_LINE.match(self.text, start)
        if marker and self.has_content and not self.has_ended:
            self.has_ended = True
            self.state.report(messages.DOCUMENT_MARKER, marker.span(), marker=marker.group())
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
        self.state.report(
            messages.WRONG_LIST_MARKER, (pos, pos + 1), name=describe_character(self.text[pos]), line=line
        )
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
            self.state.report(messages.MERGE_KEY, key.span(1))
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
                messages.INVISIBLE_SPACE, pos + invisible.start(), where="In the name of this field", line=line
            )
        elif name[0] in CURLY_QUOTE_CHARACTERS:
            line = self.state.suggest_line(key.span(1), name.strip(CURLY_QUOTE_CHARACTERS))
            self.state.report(messages.CURLY_QUOTES, key.span(1), line=line)

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
            self.state.report_char(messages.INVISIBLE_SPACE, invisible.start(1), where="After the colon", line=line)
        elif key:
            self.state.report_missing_space(key, span)
        else:
            self.unnamed_line = number
            if not is_reported:
                self.state.report(messages.NO_COLON, span, line=self.state.excerpt(span), fix=suggestion)
        self.state.mask(span, "#")


# Faults that leave the rest of the record as it was meant, so that the rest can be judged in the same run.
_RECOVERABLE = (messages.DUPLICATE_KEY, messages.HIDDEN_BY_COMMENT, messages.CURLY_QUOTES, messages.BIDI_CONTROL)
# Faults of syntax that libyaml tells; after a fault of layout they follow from it.
_SYNTAX_ERRORS = (
    messages.UNREADABLE,
    messages.INDENTATION,
    messages.UNEXPECTED_LIST,
    messages.FIELD_IN_OPEN_LIST,
    messages.TAB_INDENT,
    messages.NO_COLON,
    messages.MISSING_COMMA,
    messages.EXTRA_COMMA,
)
_LAYOUT_ERRORS = (
    messages.TAB_INDENT,
    messages.INVISIBLE_SPACE,
    messages.DIRECTIVE,
    messages.DOCUMENT_MARKER,
    messages.NO_COLON,
    messages.NO_SPACE_AFTER_COLON,
    messages.INDENTED_BLANK_LINE,
    messages.INDENTATION,
    messages.UNCLOSED_QUOTE,
    messages.UNCLOSED_BRACKET,
)
# What a line that is out of its column makes the lines right below it look like.
_ECHO_CAUSES = (messages.INDENTATION, messages.FIELD_IN_OPEN_LIST, messages.NO_SPACE_AFTER_COLON)
_ECHO_ERRORS = (
    messages.INDENTATION,
    messages.JOINED_LIST,
    messages.NO_COLON,
    messages.FIELD_IN_OPEN_LIST,
    messages.UNEXPECTED_LIST,
)


def diagnose_file(
    decoded: DecodedText, value: YamlValue | None, path: str
) -> tuple[YamlValue | None, tuple[Problem, ...]]:
    """Return what can be trusted of a file in which something is odd, and everything that is wrong with it."""
    lines = SourceLines(decoded.text)
    findings = _collect_findings(decoded, lines, path)
    is_trusted = isinstance(value, dict) and all(finding.error_code in _RECOVERABLE for finding in findings)
    is_trusted = is_trusted and not any(_is_value_lost(finding, lines) for finding in findings)
    if not is_trusted and not findings:
        findings = [make_finding(messages.UNREADABLE, (0, 1))]
    problems = tuple(_make_problem(finding, lines, path) for finding in findings)
    return (value if is_trusted else None), problems


def _is_value_lost(finding: YamlFinding, lines: SourceLines) -> bool:
    """Whether a value is lost from its first character, so that its field would look as if it were missing."""
    prefix = lines.text[lines.line_start(finding.start) : finding.start].rstrip()
    return finding.error_code is messages.HIDDEN_BY_COMMENT and prefix.endswith((":", "-"))


def _collect_findings(decoded: DecodedText, lines: SourceLines, path: str) -> list[YamlFinding]:
    """Return what the scan finds, then what the structure adds to it: one finding at each place."""
    state = scan_lines(lines)
    findings = [decoded.finding] if decoded.finding else []
    findings += state.findings
    if not any(finding.error_code in (messages.MERGE_CONFLICT, messages.NOT_UTF8) for finding in findings):
        findings += _check_structure(state, path)
    first_by_start: dict[int, YamlFinding] = {}
    for finding in findings:
        first_by_start.setdefault(finding.start, finding)
    return _limit_findings(_drop_echoes(sorted(first_by_start.values(), key=lambda finding: finding.start), lines))


def _drop_echoes(findings: list[YamlFinding], lines: SourceLines) -> list[YamlFinding]:
    """Leave out what one slip of layout makes of the lines right below it; between two versions, all of that."""
    if any(finding.error_code is messages.MERGE_CONFLICT for finding in findings):
        return [finding for finding in findings if finding.error_code not in _ECHO_ERRORS]
    remaining: list[YamlFinding] = []
    follows_cause, previous_line = False, 0
    for finding in findings:
        line = lines.line_number(finding.start)
        if (
            follows_cause
            and line == previous_line + 1
            and finding.error_code in _ECHO_ERRORS
            and not finding.fix.endswith(MISSING_COLON_HINT)
        ):
            previous_line = line
            continue
        if line == previous_line and finding.error_code is messages.TEXT_ENDS_IN_COLON:
            continue
        remaining.append(finding)
        follows_cause, previous_line = finding.error_code in _ECHO_CAUSES, line
    return remaining


def _check_structure(state: LintState, path: str) -> list[YamlFinding]:
    position_index = PositionIndex(state.lines, state.apply_masks())
    if not state.findings and not position_index.findings:
        return _check_root(position_index.root_event, path)
    lines, layout_starts = (
        state.lines,
        [finding.start for finding in state.findings if finding.error_code in _LAYOUT_ERRORS],
    )
    reported_lines = {lines.line_number(finding.start) for finding in state.findings}
    return [
        finding
        for finding in position_index.findings
        if finding.error_code not in _SYNTAX_ERRORS
        or (
            lines.line_number(finding.start) not in reported_lines
            and not any(layout_start < finding.start for layout_start in layout_starts)
        )
    ]


def _check_root(event: Any, path: str) -> list[YamlFinding]:
    """Return the finding that the file is empty, or holds no fields."""
    example = f"`id: {PurePosixPath(path).name.split('.')[0].split('-')[0]}`"
    if isinstance(event, MappingStartEvent):
        return []
    if event is None or (isinstance(event, ScalarEvent) and not event.value):
        return [make_finding(messages.EMPTY_FILE, (0, 1), example=example)]
    start = event.start_mark.index
    description = "text" if isinstance(event, ScalarEvent) else "a list"
    return [make_finding(messages.NOT_A_RECORD, (start, start + 1), example=example, what=description)]


def _limit_findings(findings: list[YamlFinding]) -> list[YamlFinding]:
    if len(findings) <= MAX_FINDINGS:
        return findings
    start = findings[MAX_FINDINGS].start
    return [*findings[:MAX_FINDINGS], make_finding(messages.TOO_MANY_ERRORS, (start, start + 1))]


def _make_problem(finding: YamlFinding, lines: SourceLines, path: str) -> Problem:
    location = lines.get_location(finding.start, finding.end)
    error_code = finding.error_code
    return Problem(path, error_code.code, error_code.severity, finding.message, finding.fix, location=location)
