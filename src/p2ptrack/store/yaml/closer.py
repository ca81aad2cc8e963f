"""The closer look at a file in which something is odd: what is wrong, where, and what to write instead.

Most files never come here, so `reading` imports this module only when one does.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from ruamel.yaml.events import MappingStartEvent, ScalarEvent

from p2ptrack.problem import Problem
from p2ptrack.store.yaml import codes, value_codes
from p2ptrack.store.yaml.build import YamlValue
from p2ptrack.store.yaml.decode import DecodedText
from p2ptrack.store.yaml.fault import YamlFinding, make_finding
from p2ptrack.store.yaml.lines import SourceLines
from p2ptrack.store.yaml.outline import PositionIndex
from p2ptrack.store.yaml.scan import MISSING_COLON_HINT, scan_lines
from p2ptrack.store.yaml.sheet import MAX_FINDINGS, LintState

# Faults that leave the rest of the record as it was meant, so that the rest can be judged in the same run.
_RECOVERABLE = (codes.DUPLICATE_KEY, value_codes.HIDDEN_BY_COMMENT, value_codes.CURLY_QUOTES, codes.BIDI_CONTROL)
# Faults of syntax that libyaml tells; after a fault of layout they follow from it.
_SYNTAX_ERRORS = (
    codes.UNREADABLE,
    codes.INDENTATION,
    codes.UNEXPECTED_LIST,
    codes.FIELD_IN_OPEN_LIST,
    codes.TAB_INDENT,
    codes.NO_COLON,
    value_codes.MISSING_COMMA,
    value_codes.EXTRA_COMMA,
)
_LAYOUT_ERRORS = (
    codes.TAB_INDENT,
    codes.INVISIBLE_SPACE,
    codes.DIRECTIVE,
    codes.DOCUMENT_MARKER,
    codes.NO_COLON,
    codes.NO_SPACE_AFTER_COLON,
    codes.INDENTED_BLANK_LINE,
    codes.INDENTATION,
    value_codes.UNCLOSED_QUOTE,
    value_codes.UNCLOSED_BRACKET,
)
# What a line that is out of its column makes the lines right below it look like.
_ECHO_CAUSES = (codes.INDENTATION, codes.FIELD_IN_OPEN_LIST, codes.NO_SPACE_AFTER_COLON)
_ECHO_ERRORS = (codes.INDENTATION, codes.JOINED_LIST, codes.NO_COLON, codes.FIELD_IN_OPEN_LIST, codes.UNEXPECTED_LIST)


def diagnose_file(
    decoded: DecodedText, value: YamlValue | None, path: str
) -> tuple[YamlValue | None, tuple[Problem, ...]]:
    """Return what can be trusted of a file in which something is odd, and everything that is wrong with it."""
    lines = SourceLines(decoded.text)
    findings = _collect_findings(decoded, lines, path)
    is_trusted = isinstance(value, dict) and all(finding.error_code in _RECOVERABLE for finding in findings)
    is_trusted = is_trusted and not any(_is_value_lost(finding, lines) for finding in findings)
    if not is_trusted and not findings:
        findings = [make_finding(codes.UNREADABLE, (0, 1))]
    problems = tuple(_make_problem(finding, lines, path) for finding in findings)
    return (value if is_trusted else None), problems


def _is_value_lost(finding: YamlFinding, lines: SourceLines) -> bool:
    """Whether a value is lost from its first character, so that its field would look as if it were missing."""
    prefix = lines.text[lines.line_start(finding.start) : finding.start].rstrip()
    return finding.error_code is value_codes.HIDDEN_BY_COMMENT and prefix.endswith((":", "-"))


def _collect_findings(decoded: DecodedText, lines: SourceLines, path: str) -> list[YamlFinding]:
    """Return what the scan finds, then what the structure adds to it: one finding at each place."""
    state = scan_lines(lines)
    findings = [decoded.finding] if decoded.finding else []
    findings += state.findings
    if not any(finding.error_code in (codes.MERGE_CONFLICT, codes.NOT_UTF8) for finding in findings):
        findings += _check_structure(state, path)
    first_by_start: dict[int, YamlFinding] = {}
    for finding in findings:
        first_by_start.setdefault(finding.start, finding)
    return _limit_findings(_drop_echoes(sorted(first_by_start.values(), key=lambda finding: finding.start), lines))


def _drop_echoes(findings: list[YamlFinding], lines: SourceLines) -> list[YamlFinding]:
    """Leave out what one slip of layout makes of the lines right below it; between two versions, all of that."""
    if any(finding.error_code is codes.MERGE_CONFLICT for finding in findings):
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
        if line == previous_line and finding.error_code is codes.TEXT_ENDS_IN_COLON:
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
        return [make_finding(codes.EMPTY_FILE, (0, 1), example=example)]
    start = event.start_mark.index
    description = "text" if isinstance(event, ScalarEvent) else "a list"
    return [make_finding(codes.NOT_A_RECORD, (start, start + 1), example=example, what=description)]


def _limit_findings(findings: list[YamlFinding]) -> list[YamlFinding]:
    if len(findings) <= MAX_FINDINGS:
        return findings
    start = findings[MAX_FINDINGS].start
    return [*findings[:MAX_FINDINGS], make_finding(codes.TOO_MANY_ERRORS, (start, start + 1))]


def _make_problem(finding: YamlFinding, lines: SourceLines, path: str) -> Problem:
    location = lines.get_location(finding.start, finding.end)
    error_code = finding.error_code
    return Problem(path, error_code.code, error_code.severity, finding.message, finding.fix, location=location)
