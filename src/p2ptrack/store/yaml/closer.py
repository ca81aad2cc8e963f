"""The closer look at a file in which something is odd: what is wrong, where, and what to write instead.

Most files never come here, so `reading` imports this module only when one does.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from ruamel.yaml.events import MappingStartEvent, ScalarEvent

from p2ptrack.problem import Problem
from p2ptrack.store.yaml import codes, value_codes
from p2ptrack.store.yaml.build import Plain
from p2ptrack.store.yaml.decode import Decoded
from p2ptrack.store.yaml.fault import Finding, found
from p2ptrack.store.yaml.lines import Lines
from p2ptrack.store.yaml.outline import Outline
from p2ptrack.store.yaml.scan import NAME_MEANT, scan
from p2ptrack.store.yaml.sheet import MOST_FINDINGS, Sheet

# Faults that leave the rest of the record as it was meant, so that the rest can be judged in the same run.
_LOCAL = (codes.DUPLICATE, value_codes.HIDDEN_END, value_codes.CURLY_QUOTES, codes.BIDI)
# Faults of syntax that libyaml tells; after a fault of layout they follow from it.
_SYNTAX = (
    codes.UNREADABLE,
    codes.INDENTATION,
    codes.LIST_HERE,
    codes.FIELD_IN_LIST,
    codes.TAB,
    codes.NO_COLON,
    value_codes.COMMA_MISSING,
    value_codes.COMMA_TOO_MANY,
)
_LAYOUT = (
    codes.TAB,
    codes.UNSEEN_SPACE,
    codes.DIRECTIVE,
    codes.DOCUMENTS,
    codes.NO_COLON,
    codes.NO_SPACE_AFTER_COLON,
    codes.BLANK_LINE,
    codes.INDENTATION,
    value_codes.UNCLOSED_QUOTE,
    value_codes.UNCLOSED_BRACKET,
)
# What a line that is out of its column makes the lines right below it look like.
_SHAKES = (codes.INDENTATION, codes.FIELD_IN_LIST, codes.NO_SPACE_AFTER_COLON)
_ECHOES = (codes.INDENTATION, codes.JOINED_LIST, codes.NO_COLON, codes.FIELD_IN_LIST, codes.LIST_HERE)


def look_closely(decoded: Decoded, value: Plain | None, path: str) -> tuple[Plain | None, tuple[Problem, ...]]:
    """Return what can be trusted of a file in which something is odd, and everything that is wrong with it."""
    lines = Lines(decoded.text)
    findings = _findings(decoded, lines, path)
    sound = isinstance(value, dict) and all(each.fault in _LOCAL for each in findings)
    sound = sound and not any(_lost_whole(each, lines) for each in findings)
    if not sound and not findings:
        findings = [found(codes.UNREADABLE, (0, 1))]
    problems = tuple(_problem(each, lines, path) for each in findings)
    return (value if sound else None), problems


def _lost_whole(finding: Finding, lines: Lines) -> bool:
    """Whether a value is lost from its first character, so that its field would look as if it were missing."""
    before = lines.text[lines.start(finding.start) : finding.start].rstrip()
    return finding.fault is value_codes.HIDDEN_END and before.endswith((":", "-"))


def _findings(decoded: Decoded, lines: Lines, path: str) -> list[Finding]:
    """Return what the scan finds, then what the structure adds to it: one finding at each place."""
    sheet = scan(lines)
    findings = [decoded.finding] if decoded.finding else []
    findings += sheet.findings
    if not any(each.fault in (codes.CONFLICT, codes.NOT_UTF8) for each in findings):
        findings += _structure(sheet, path)
    first: dict[int, Finding] = {}
    for each in findings:
        first.setdefault(each.start, each)
    return _at_most(_without_echoes(sorted(first.values(), key=lambda each: each.start), lines))


def _without_echoes(findings: list[Finding], lines: Lines) -> list[Finding]:
    """Leave out what one slip of layout makes of the lines right below it; between two versions, all of that."""
    if any(each.fault is codes.CONFLICT for each in findings):
        return [each for each in findings if each.fault not in _ECHOES]
    kept: list[Finding] = []
    shaken, line_before = False, 0
    for each in findings:
        line = lines.number(each.start)
        if shaken and line == line_before + 1 and each.fault in _ECHOES and not each.fix.endswith(NAME_MEANT):
            line_before = line
            continue
        if line == line_before and each.fault is codes.ENDS_IN_COLON:
            continue
        kept.append(each)
        shaken, line_before = each.fault in _SHAKES, line
    return kept


def _structure(sheet: Sheet, path: str) -> list[Finding]:
    outline = Outline(sheet.lines, sheet.masked())
    if not sheet.findings and not outline.findings:
        return _top(outline.top, path)
    lines, shaken = sheet.lines, [each.start for each in sheet.findings if each.fault in _LAYOUT]
    told = {lines.number(each.start) for each in sheet.findings}
    return [
        each
        for each in outline.findings
        if each.fault not in _SYNTAX
        or (lines.number(each.start) not in told and not any(at < each.start for at in shaken))
    ]


def _top(event: Any, path: str) -> list[Finding]:
    """Return the finding that the file is empty, or holds no fields."""
    example = f"`id: {PurePosixPath(path).name.split('.')[0].split('-')[0]}`"
    if isinstance(event, MappingStartEvent):
        return []
    if event is None or (isinstance(event, ScalarEvent) and not event.value):
        return [found(codes.EMPTY, (0, 1), example=example)]
    start = event.start_mark.index
    what = "text" if isinstance(event, ScalarEvent) else "a list"
    return [found(codes.NOT_A_RECORD, (start, start + 1), example=example, what=what)]


def _at_most(findings: list[Finding]) -> list[Finding]:
    if len(findings) <= MOST_FINDINGS:
        return findings
    at = findings[MOST_FINDINGS].start
    return [*findings[:MOST_FINDINGS], found(codes.TOO_MANY, (at, at + 1))]


def _problem(finding: Finding, lines: Lines, path: str) -> Problem:
    place = lines.place(finding.start, finding.end)
    fault = finding.fault
    return Problem(path, fault.code, fault.severity, finding.message, finding.fix, place=place)
