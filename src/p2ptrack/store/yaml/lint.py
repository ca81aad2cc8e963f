"""Full diagnosis of a file that the fast parser flagged: what is wrong, where, and what to write instead."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from p2ptrack.diagnostics import Problem
from p2ptrack.phrases import uncapitalise
from p2ptrack.store.yaml import messages
from p2ptrack.store.yaml.lint_brackets import CLOSING
from p2ptrack.store.yaml.lint_values import ValueChecker
from p2ptrack.store.yaml.messages import YamlErrorCode, YamlFinding, make_finding
from p2ptrack.store.yaml.parser import ALL_FIELD_NAMES, MERGE_KEY, TOP_LEVEL_FIELD_NAMES, YamlValue
from p2ptrack.store.yaml.positions import MAX_FINDINGS, PositionIndex, check_root
from p2ptrack.store.yaml.repairs import describe_list_marker, repair_by_trial, suggest_indent
from p2ptrack.store.yaml.source_text import (
    BLANKS,
    CURLY_QUOTE_CHARACTERS,
    HYPHEN_LOOKALIKES,
    INVISIBLE_PATTERN,
    INVISIBLE_SPACES,
    PROSE_FIELDS,
    STRAIGHT_QUOTES,
    CharSpan,
    DecodedText,
    LintedText,
    SourceText,
    is_sentence_continued,
    replace_unseen,
)
from p2ptrack.store.yaml.text_blocks import (
    BOLD_NAME,
    TextValue,
    describe_format,
    find_text_lines,
    format_text,
    has_field_name,
    is_commented_field,
    suggest_resolution,
)

_RECOVERABLE = (
    messages.DUPLICATE_KEY,
    messages.HIDDEN_BY_COMMENT,
    messages.TEXT_IN_COMMENT,
    messages.COMMENT_OR_TEXT,
    messages.FOREIGN_COMMENT,
    messages.JOINED_NAMES,
    messages.CURLY_QUOTES,
    messages.BIDI_CONTROL,
)
"""Mistakes that do not affect the rest of the record, so that the rest can be checked in the same run."""

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
"""Mistakes that libyaml reports; after a mistake of layout they only follow from it."""

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
_MISALIGNED = (messages.INDENTATION, messages.FIELD_IN_OPEN_LIST, messages.NO_SPACE_AFTER_COLON)
_FOLLOWS_MISALIGNED = (
    messages.INDENTATION,
    messages.JOINED_LIST,
    messages.NO_COLON,
    messages.FIELD_IN_OPEN_LIST,
    messages.UNEXPECTED_LIST,
)
"""Mistakes that a line in the wrong column causes in the lines directly below it."""

_FOLLOWS_CONFLICT = (
    *_FOLLOWS_MISALIGNED,
    messages.TEXT_OUTSIDE_FIELD,
    messages.TEXT_IN_COMMENT,
    messages.COMMENT_OR_TEXT,
)

_ADD_COLON = "Put a colon after the field name:\n"


def diagnose_file(
    decoded: DecodedText, value: YamlValue | None, path: str
) -> tuple[YamlValue | None, tuple[Problem, ...]]:
    """Return the part of the value that can be trusted, and every problem of the file."""
    source = LintedText(decoded.text)
    findings = _collect_findings(decoded, source, path)
    is_trusted = isinstance(value, dict) and not any(_is_value_lost(finding, source) for finding in findings)
    if not is_trusted and not findings:
        findings = [make_finding(messages.UNREADABLE, (0, 1))]
    problems = tuple(_make_problem(finding, source, path) for finding in findings)
    return (value if is_trusted else None), problems


def _is_value_lost(finding: YamlFinding, source: SourceText) -> bool:
    if finding.error_code is messages.HIDDEN_BY_COMMENT:
        # Without its first character the value is empty, and its field would look as if it were missing.
        prefix = source.raw[source.line_start(finding.start) : finding.start].rstrip()
        return prefix.endswith((":", "-"))
    return finding.error_code not in _RECOVERABLE


def _make_problem(finding: YamlFinding, source: SourceText, path: str) -> Problem:
    code = finding.error_code
    location = source.get_location(finding.start, finding.end)
    return Problem(path, code.code, code.severity, finding.message, finding.fix, location=location)


def _collect_findings(decoded: DecodedText, source: LintedText, path: str) -> list[YamlFinding]:
    """Return the findings of a file, at most a hundred, each with advice that corrects the wrong line."""
    findings = _list_findings(source, path, decoded.finding)
    if not decoded.finding:
        findings = repair_by_trial(findings, source, lambda text: _list_findings(LintedText(text), path))
    if len(findings) > MAX_FINDINGS:
        start = findings[MAX_FINDINGS].start
        findings[MAX_FINDINGS:] = [make_finding(messages.TOO_MANY_ERRORS, (start, start + 1))]
    return findings


def _list_findings(source: LintedText, path: str, encoding: YamlFinding | None = None) -> list[YamlFinding]:
    """Return the findings of the lines, then those of the structure: one at each place."""
    source.report_characters(MAX_FINDINGS, lambda start: suggest_resolution(source, start, path))
    _LineChecker(source).run()
    findings = [encoding] if encoding else []
    findings += source.findings
    if not any(finding.error_code in (messages.MERGE_CONFLICT, messages.NOT_UTF8) for finding in findings):
        structure = [_repair_advised_line(finding) for finding in _check_structure(source, path)]
        repaired_lines = {
            source.line_number(finding.start) for finding in structure if finding.error_code is messages.INDENTATION
        }
        findings = [finding for finding in findings if source.line_number(finding.start) not in repaired_lines]
        findings += structure
    findings = [_repair_advised_line(_find_column(finding, source)) for finding in findings]
    findings = _align_repaired_lines(_keep_whole_repairs(findings, source), source, path)
    first_by_start: dict[int, YamlFinding] = {}
    for finding in findings:
        first_by_start.setdefault(finding.start, finding)
    return _drop_consequences(sorted(first_by_start.values(), key=lambda finding: finding.start), source)


def _drop_consequences(findings: list[YamlFinding], source: SourceText) -> list[YamlFinding]:
    """Leave out findings that only follow from a misaligned line directly above; in a merge conflict, all of them."""
    if any(finding.error_code is messages.MERGE_CONFLICT for finding in findings):
        return [finding for finding in findings if finding.error_code not in _FOLLOWS_CONFLICT]
    remaining: list[YamlFinding] = []
    is_misaligned, previous_line = False, 0
    for finding in findings:
        line = source.line_number(finding.start)
        is_consequence = finding.error_code in _FOLLOWS_MISALIGNED and not finding.fix.startswith(_ADD_COLON)
        if is_misaligned and line == previous_line + 1 and is_consequence:
            previous_line = line
        elif line != previous_line or finding.error_code is not messages.TEXT_ENDS_IN_COLON:
            remaining.append(finding)
            is_misaligned, previous_line = finding.error_code in _MISALIGNED, line
    return remaining


def _check_structure(source: LintedText, path: str) -> list[YamlFinding]:
    index = PositionIndex(source, source.apply_masks())
    if not source.findings and not index.findings:
        return check_root(index.root_event, path)
    layout_starts = [finding.start for finding in source.findings if finding.error_code in _LAYOUT_ERRORS]
    first_layout_error = min(layout_starts, default=len(source.raw) + 1)
    reported_lines = {source.line_number(finding.start) for finding in source.findings}
    return [
        finding
        for finding in index.findings
        if finding.error_code not in _SYNTAX_ERRORS
        or (
            finding.start <= first_layout_error
            and (source.line_number(finding.start) not in reported_lines or _repair_advised_line(finding) != finding)
        )
    ]


_WHOLE_REPAIR = re.compile(r"Begin the line in column [^\n]*\. ")
_MAX_ALIGNED = 5
"""At most this many lines without a space are also tried in another column, so that long files stay fast to check."""


def _keep_whole_repairs(findings: list[YamlFinding], source: SourceText) -> list[YamlFinding]:
    """Leave out other findings of a line whose advice corrects both its column and its value."""
    repaired = {source.line_number(finding.start) for finding in findings if _WHOLE_REPAIR.match(finding.fix)}
    return [
        finding
        for finding in findings
        if _WHOLE_REPAIR.match(finding.fix) or source.line_number(finding.start) not in repaired
    ]


def _align_repaired_lines(findings: list[YamlFinding], source: SourceText, path: str) -> list[YamlFinding]:
    """Return the findings about a missing space with the column of the line corrected too, if it is wrong."""
    aligned = list(findings)
    candidates = [index for index, finding in enumerate(findings) if finding.error_code in _MISSING_SPACES]
    for index in candidates[:_MAX_ALIGNED]:
        finding = findings[index]
        sentence, _, repaired = finding.fix.partition("\n")
        start, end = source.line_start(finding.start), source.line_end(finding.start)
        line = source.raw[start:end]
        indent = line[: len(line) - len(line.lstrip(BLANKS))]
        if repaired and not _WHOLE_REPAIR.match(finding.fix):
            text = f"{source.raw[:start]}{indent}{repaired.split(chr(10))[0].strip()}{source.raw[end:]}"
            if advice := _find_alignment(LintedText(text), source.line_number(finding.start), path):
                column, _, lines = advice.partition("\n")
                aligned[index] = replace(finding, fix=f"{column.rstrip(':')}. {sentence}\n{lines}")
    return aligned


_MISSING_SPACES = (messages.NO_SPACE_AFTER_COLON, messages.NO_SPACE_AFTER_DASH)


def _find_alignment(source: LintedText, line: int, path: str) -> str:
    """Return the advice to begin a line of a text in another column, if there is any."""
    _LineChecker(source).run()
    for finding in (*source.findings, *_check_structure(source, path)):
        if source.line_number(finding.start) == line and finding.fix.startswith("Begin the line in column"):
            return finding.fix
    return ""


def _find_column(finding: YamlFinding, source: SourceText) -> YamlFinding:
    """Return a finding about a tab with the column in which its line belongs."""
    if finding.error_code is not messages.TAB_INDENT:
        return finding
    return replace(finding, fix=suggest_indent(source, finding.start))


def _repair_advised_line(finding: YamlFinding) -> YamlFinding:
    """Return a finding about a line in the wrong column with the value of the line corrected too, if it has a mistake.

    Otherwise the advice for the column would lead to the next error.
    """
    sentence, _, line = finding.fix.partition("\n")
    if not sentence.startswith("Begin the line in column") or not line or "\n" in line:
        return finding
    source = LintedText(line)
    _LineChecker(source).run()
    advice, _, repaired = source.findings[0].fix.partition("\n") if len(source.findings) == 1 else ("", "", "")
    if not repaired or "\n" in repaired:
        return finding
    indent = line[: len(line) - len(line.lstrip())]
    return replace(finding, fix=f"{sentence.rstrip(':')}. {advice}\n{indent}{repaired.strip()}")


_INDENT = re.compile(f"[ \t{INVISIBLE_SPACES}]*")
_DOCUMENT_LINE = re.compile(r"(---|\.\.\.)(?=\s|$)")
_OTHER_LINE = re.compile("%|```|~~~")
_JOINED_DASH = re.compile(r"-(?:([a-z_]+):(?=\s|$)|(?=[{\[]))")
_DASH = re.compile(r"-(?:[ \t]|$)")
_ENTRY = re.compile(r"[-?](?=[ \t]|$)[ \t]*")
_ENTRY_AFTER_QUESTION = re.compile(r"[-?:](?=[ \t]|$)[ \t]*")  # `? name` and `: value`, each on a line
_KEY_PATTERN = re.compile(  # in quotes, or plain: then it has no YAML indicator at its start, and no comment
    r"""("(?:[^"\\\n]|\\.)*"[ \t]*|'(?:[^'\n]|'')*'[ \t]*"""
    r"""|(?:[^\s\-?:,\[\]{}#&*!|>'"%@`]|[-?:](?=\S))(?:(?<![ \t])\#|[^\n#])*?):(?=[ \t]|$)[ \t]*"""
)
_KEY_WITHOUT_SPACE = re.compile(rf"""("[^"\n]*"|'[^'\n]*'|[^\W\d][\w \-]*):(?!//)(?=[^\s{INVISIBLE_SPACES}])""")
_LOOKALIKE_MARKER = re.compile(  # before one word, a field, or a value in brackets or quotes
    rf"([{HYPHEN_LOOKALIKES}*]|--+|[0-9]+[.)])[ \t]+(?=[\w.]+(?:[ \t]*$|:[ \t])|[{{\[])"
)
_INVISIBLE_AFTER_COLON = re.compile(rf"[^\W\d][\w \-]*:[ \t]*([{INVISIBLE_SPACES}])")
_DELIMITERS = "\"'[{|>"
_SEPARATED_BRACKET = re.compile(r"[a-z_]+(?::(?=[{\[])|[ \t]*(?:[=;\uff1a]|[-\u2010-\u2015](?=[ \t])))[ \t]*[{\[]")
_WRONG_SEPARATOR = re.compile(r"(\w+)[ \t]*([=;\uff1a]|[-\u2010-\u2015](?=[ \t])|(?=[ \t]|$))[ \t]*((?s:.*))")


@dataclass(slots=True)
class _Line:
    """A line that is being read: where it starts and ends, and `pos`, up to which it has been read."""

    start: int
    pos: int
    end: int
    is_misindented: bool = False

    @property
    def column(self) -> int:
        """The column of `pos`, from 0."""
        return self.pos - self.start

    @property
    def next_start(self) -> int:
        """Where the next line starts."""
        return self.end + 1


class _LineChecker:
    """Checks every line of a text, however broken it is.

    libyaml stops at the first mistake of syntax and reports no end that it drops. This follows its rules for a line
    (a name and a value, an entry, a text block, the next line of a value) and never stops.
    """

    def __init__(self, source: LintedText) -> None:
        self.source = source
        self.text = source.text
        self.checker = ValueChecker(source)
        self.pending_column: int | None = -1
        """The column of the name or dash whose value is still to come."""
        self.pending_name = ""
        """That name, if the line before has nothing else."""
        self.header_end = 0
        """Where the name or dash of the last value ends."""
        self.text_above: TextValue | None = None
        """The value in the lines right above, apart from comments and blank lines."""
        self.lines_below: tuple[TextValue, list[CharSpan]] | None = None
        self.unnamed_line = self.entry_column = -1
        self.has_content = self.has_ended = self.has_explicit_key = False

    def run(self) -> None:
        """Report the mistakes of all lines, or a few more than are listed."""
        pos, limit = 0, len(self.source.findings) + MAX_FINDINGS
        while pos < len(self.text) and len(self.source.findings) <= limit:
            pos = self._check_line(pos)

    def _check_line(self, start: int) -> int:
        indent = _INDENT.match(self.text, start)
        pos = indent.end() if indent else start
        line = _Line(start, pos, self.source.line_end(pos))
        if pos == line.end:
            return line.next_start
        if self.text[pos] == "#":
            return self._check_comment_line(line)
        if pos == start and self._check_special_line(line):
            return line.next_start
        self.has_content = True
        line.is_misindented = self.source.report_indent(start, pos)
        return self._check_node(line)

    def _check_comment_line(self, line: _Line) -> int:
        """Report a comment that is probably a line of the text above it, and return where the next line starts."""
        value, comment = self.text_above, self.text[line.pos : line.end]
        words = comment.lstrip("#")
        if value is None or not value.is_prose or not any(map(str.isalnum, words)) or is_commented_field(comment):
            return line.next_start
        is_further_in = line.column > value.column
        before = self.text[value.start : value.end]
        if words[0] in BLANKS and not is_further_in:
            is_continued = not value.is_one_line and is_sentence_continued(before, words.strip())
            if not is_continued or self._find_text_below(value):
                return line.next_start  # the next line of text is reported, together with this one
            self._report_text_below(messages.COMMENT_OR_TEXT, line, value)
        else:
            self._report_text_below(messages.TEXT_IN_COMMENT, line, value)
        return line.next_start

    def _report_text_below(self, error_code: YamlErrorCode, line: _Line, value: TextValue) -> None:
        """Report a line that belongs to the text above, with the whole text as a block, and mask what follows it."""
        lines = self._find_text_below(value)
        comments = [span for span in self._find_comments(value.end, line.end) if span not in lines]
        block = format_text(self.source, value, sorted([*lines, *comments]))
        advice = describe_format(value)
        if error_code is not messages.TEXT_OUTSIDE_FIELD:
            advice = f"If it is text, {uncapitalise(advice)}."
        span = (line.pos, max(line.pos + 1, line.end))
        self.source.report(error_code, span, advice=advice, block=block, column=value.column + 1)
        self.source.mask(*lines, character="#")
        self.text_above = None

    def _find_text_below(self, value: TextValue) -> list[CharSpan]:
        """Return the lines below a text that belong to it; they are searched for once."""
        if self.lines_below is None or self.lines_below[0] != value:
            self.lines_below = (value, find_text_lines(self.source, value))
        return self.lines_below[1]

    def _find_comments(self, start: int, end: int) -> list[CharSpan]:
        """Return the lines that begin with `#` between a text and a comment that belongs to it."""
        spans: list[CharSpan] = []
        stop = self.source.line_end(start)
        while stop < end and (begin := self.source.find_indented_line(stop, -1)) is not None:
            stop = self.source.line_end(begin)
            spans.append((begin, stop))
        return spans

    def _check_special_line(self, line: _Line) -> bool:
        """Return whether the line is no part of a record, and report it."""
        if other_line := _OTHER_LINE.match(self.text, line.start):
            code = messages.DIRECTIVE if other_line[0] == "%" else messages.CODE_FENCE
            self.source.report(code, (line.start, line.end))
            self.source.mask((line.start, line.end), character="#")
            return True
        marker = _DOCUMENT_LINE.match(self.text, line.start)
        if marker and self.has_content and not self.has_ended:
            self.has_ended = True
            self.source.report(messages.DOCUMENT_MARKER, marker.span(), marker=marker.group())
        return marker is not None

    def _check_node(self, line: _Line) -> int:
        value = self.text_above
        if self._has_joined_dash(line, value):
            return self._check_joined_dash(line)
        if value and value.is_prose and not line.is_misindented and self._is_line_of_text(line, value):
            return self._check_text_line(line, value)
        self.text_above = None
        entry_column = self._skip_entry_markers(line)
        after_dash = entry_column is not None
        parent = entry_column if after_dash else self.pending_column
        if line.pos >= line.end or (after_dash and self.text[line.pos] == "#"):
            if line.pos < line.end:
                self.checker.check_comment(line.pos, line.column)
            self.pending_column, self.pending_name = parent, ""
            return line.next_start
        bold = BOLD_NAME.match(self.text, line.pos, line.end)
        is_bold = bold is not None and bold[1] in ALL_FIELD_NAMES
        key = bold if is_bold else _KEY_PATTERN.match(self.text, line.pos, line.end)
        if key and _SEPARATED_BRACKET.match(self.text, line.pos, key.end(1)):
            key = None  # the colon is one between the brackets
        name, self.pending_name = "" if after_dash else self.pending_name, ""
        is_value = self._is_value(parent, line)
        if key and not (name in PROSE_FIELDS and " " in key.group(1).strip() and is_value):
            return self._check_pair(key, line)
        self.pending_column = None
        if after_dash or is_value or self.text[line.pos] in CLOSING:
            return self._check_value(line, parent, name)
        span = (line.pos, max(line.pos + 1, self.source.find_value_end(line.pos, line.end)))
        if not line.is_misindented:
            self._report_unnamed_line(span)
        self.source.mask(span, character="#")
        return line.next_start

    def _has_joined_dash(self, line: _Line, value: TextValue | None) -> bool:
        """Return whether a line begins an entry with a field directly after its dash: `-date: 12 January 2027`."""
        joined = _JOINED_DASH.match(self.text, line.pos, line.end)
        is_outside_text = value is None or not value.is_prose or line.column < value.column
        return joined is not None and joined[1] in {None, *ALL_FIELD_NAMES} and is_outside_text

    def _check_joined_dash(self, line: _Line) -> int:
        """Report the dash without a space, and return where the line after the entry starts."""
        fixed_line = self.source.replace_span((line.pos, line.pos + 1), "- ")
        self.source.report(messages.NO_SPACE_AFTER_DASH, (line.pos, line.pos + 1), line=fixed_line)
        end, column = line.end, line.column
        self.source.mask((line.pos, end), character="#")
        for begin, stop in self.source.find_continuations(end, column):
            self.source.mask((begin, stop), character="#")
            end = stop
        self.text_above = None
        return end + 1

    def _is_line_of_text(self, line: _Line, value: TextValue) -> bool:
        """Return whether a line below a text belongs to it: it begins with no field name and is no entry of a list."""
        text = self.text[line.pos : line.end]
        if has_field_name(text) or _KEY_WITHOUT_SPACE.match(text) or text[0] in CLOSING or text[0] in "?]}":
            return False
        if _DASH.match(text):
            return line.column >= value.column or line.column != value.entry_column
        if _KEY_PATTERN.match(text):
            return line.column != value.column
        return not _suggest_field_line(text) and not _INVISIBLE_AFTER_COLON.match(text)

    def _check_text_line(self, line: _Line, value: TextValue) -> int:
        """Report the lines from here on that belong to the text above, and return where the next line starts."""
        lines = self._find_text_below(value)
        self._report_text_below(messages.TEXT_OUTSIDE_FIELD, line, value)
        self.pending_column = None
        return max([line.end, *(end for _, end in lines)]) + 1

    def _skip_entry_markers(self, line: _Line) -> int | None:
        """Move past the dashes at the beginning of a line, and return the column of the last one if there is any."""
        column: int | None = None
        entry_pattern = _ENTRY_AFTER_QUESTION if self.has_explicit_key else _ENTRY
        marker = self._check_list_marker(line) or entry_pattern.match(self.text, line.pos, line.end)
        while marker:
            self.has_explicit_key = self.has_explicit_key or marker.group().startswith("?")
            self.entry_column = column = line.column
            line.pos = self.header_end = marker.end()
            marker = entry_pattern.match(self.text, line.pos, line.end)
        return column

    def _check_list_marker(self, line: _Line) -> re.Match[str] | None:
        """Report a line of a list that begins with what a word processor makes of a hyphen."""
        pos, column = line.pos, line.column
        marker = _LOOKALIKE_MARKER.match(self.text, pos, line.end)
        in_list = column == self.entry_column or (
            self.pending_column is not None and column >= max(self.pending_column, 0)
        )
        if marker is None or not in_list:
            return None
        fixed_line = self.source.replace_span((pos, marker.end()), "- ")
        name = describe_list_marker(marker[1])
        self.source.report(messages.WRONG_LIST_MARKER, (pos, marker.end(1)), name=name, line=fixed_line)
        self.source.mask((pos, pos + 1), character="-")
        self.source.mask((pos + 1, marker.end(1)), character=" ")
        return marker

    def _is_value(self, parent: int | None, line: _Line) -> bool:
        """Return whether a value is expected here; the record itself is not a plain text."""
        if parent is None or line.column <= parent:
            return False
        return parent >= 0 or (self.text[line.pos] in "\"'|>&*!" and not _KEY_WITHOUT_SPACE.match(self.text, line.pos))

    def _check_value(self, line: _Line, column: int | None, name: str) -> int:
        """Check a value that belongs to this column, and return where the next line starts."""
        parent = -1 if column is None else column
        entry_column = self.entry_column if self.entry_column < parent else -1
        value = TextValue(name, self.header_end, line.pos, line.end, parent, entry_column)
        if line.is_misindented and self.text[line.pos] not in _DELIMITERS:
            parent = len(self.text)  # how far a tab reaches is not known, so no line continues this one
        next_start = self.checker.check_value(value, parent)
        self.pending_column = column if self.checker.awaits_value else None
        self.text_above = self.checker.checked_text
        return next_start

    def _check_pair(self, key: re.Match[str], line: _Line) -> int:
        self._check_key(key)
        column, name = line.column, key.group(1).strip()
        line.pos, self.header_end, self.text_above = key.end(), key.end(1) + 1, None
        self.pending_column, self.pending_name = column, name
        if line.pos >= line.end:
            return line.next_start
        if self.text[line.pos] == "#":
            self.checker.check_comment(line.pos, column)
            return line.next_start
        if name == MERGE_KEY:
            self.source.report(messages.MERGE_KEY, key.span(1))
            self.source.mask((line.pos, line.end))
            return line.next_start
        return self._check_value(line, column, name)

    def _check_bold_name(self, bold: re.Match[str]) -> None:
        """Report a name between asterisks, as Markdown writes it in bold."""
        fixed_line = self.source.replace_span(bold.span(), f"{bold[1]}: ")
        self.source.report(messages.BOLD_NAME, bold.span(1), line=fixed_line)
        self.source.mask((bold.start(), bold.end(1)))
        self.source.mask((bold.end(1), bold.end(1) + 1), character=":")
        self.source.mask((bold.end(1) + 1, bold.end()), character=" ")

    def _check_key(self, key: re.Match[str]) -> None:
        name = key.group(1)
        if key.re.pattern == BOLD_NAME.pattern:
            self._check_bold_name(key)
            return
        if name[0] in STRAIGHT_QUOTES:
            return
        if invisible := INVISIBLE_PATTERN.search(name):
            pos = key.start() + invisible.start()
            line = self.source.replace_span(key.span(1), replace_unseen(name).strip())
            self.source.report_character(messages.INVISIBLE_SPACE, pos, where="In the field name", line=line)
        elif name[0] in CURLY_QUOTE_CHARACTERS:
            line = self.source.replace_span(key.span(1), name.strip(CURLY_QUOTE_CHARACTERS))
            self.source.report(messages.CURLY_QUOTES, key.span(1), line=line)

    def _report_unnamed_line(self, span: CharSpan) -> None:
        """Report a line that belongs to no field. Of several lines of text in a row only the first is reported."""
        if invisible := _INVISIBLE_AFTER_COLON.match(self.text, *span):
            line = self.source.replace_invisible(span[0])
            self.source.report_character(
                messages.INVISIBLE_SPACE, invisible.start(1), where="After the colon", line=line
            )
            return
        if key := _KEY_WITHOUT_SPACE.match(self.text, *span):
            self.source.report_missing_space(key, span)
            return
        number, suggestion = self.source.line_number(span[0]), _suggest_field_line(self.text[slice(*span)])
        follows_unnamed, self.unnamed_line = self.unnamed_line == number - 1, number
        if not suggestion and span[0] - self.source.line_start(span[0]) == self.entry_column:
            line = f"{' ' * self.entry_column}- {self.text[slice(*span)]}"
            suggestion = f"If this is the next entry of the list, put a dash before it:\n{line}"
        if suggestion or not follows_unnamed:
            self.source.report(messages.NO_COLON, span, line=self.source.excerpt_span(span), fix=suggestion)


def _suggest_field_line(text: str) -> str:
    """Return the advice to put a colon after the field name that the line begins with, or an empty text."""
    match = _WRONG_SEPARATOR.fullmatch(text)
    if match is None or match.group(1) not in ALL_FIELD_NAMES:
        return ""
    name, separator, rest = match.groups()
    if rest and not separator and name not in TOP_LEVEL_FIELD_NAMES:
        return ""  # a line of prose may begin with `on` or `by`
    return _ADD_COLON + f"{name}: {rest}".rstrip()
