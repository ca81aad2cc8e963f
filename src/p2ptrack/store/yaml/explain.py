"""libyaml's first fault of syntax, in words that an officer can act on."""

from __future__ import annotations

import re
from collections.abc import Callable

from ruamel.yaml.error import YAMLError

from p2ptrack.store.yaml import codes, value_codes
from p2ptrack.store.yaml.build import parse_yaml
from p2ptrack.store.yaml.fault import YamlFinding, make_finding
from p2ptrack.store.yaml.lines import SourceLines
from p2ptrack.store.yaml.text import BLANKS

_FLOW_INDICATORS = (",", "]", "}")


def explain_syntax_error(error: YAMLError, lines: SourceLines) -> YamlFinding:
    """Return the finding that says what libyaml stumbled over, at the line that an editor shows.

    What it says is matched by its wording; with words that are not in the table, the line just cannot be read.
    """
    message = str(getattr(error, "problem", ""))
    pos = _error_position(error, "problem_mark", lines)
    for phrase, explainer in _EXPLAINERS:
        if phrase in message:
            return explainer(error, lines, pos)
    return make_finding(codes.UNREADABLE, (pos, pos + 1))


def _error_position(error: YAMLError, mark_name: str, lines: SourceLines) -> int:
    index: int = getattr(getattr(error, mark_name, None), "index", 0)
    return min(index, len(lines.text))


def _explain_indentation(error: YAMLError, lines: SourceLines, pos: int) -> YamlFinding:
    """A line that does not line up, or that is of another kind than the lines that it lines up with."""
    column = _indent_width(lines, pos)
    begin = lines.line_start(pos) + column
    line = lines.line_text(pos).strip()
    span = (begin, lines.line_end(pos))
    if begin != pos:
        return make_finding(codes.UNREADABLE, (pos, pos + 1))
    dashes, names = _open_columns(lines, pos)
    expected_column = _nearest_column(column, _find_valid_columns(lines, pos, line, dashes, names))
    if expected_column is not None and column not in dashes:
        return make_finding(codes.INDENTATION, span, column=column + 1, wanted=expected_column + 1, line=line)
    in_list = "collection" in str(getattr(error, "context", ""))
    return make_finding(codes.FIELD_IN_OPEN_LIST if in_list else codes.UNEXPECTED_LIST, span)


def _indent_width(lines: SourceLines, pos: int) -> int:
    line = lines.line_text(pos)
    return len(line) - len(line.lstrip(BLANKS))


_LINE_OPENING = re.compile(r"( *)((?:- +)*)([^\s#\-][^:]*:(?=\s|$))?")


def _open_columns(lines: SourceLines, pos: int) -> tuple[set[int], set[int]]:
    """Return the columns in which the dashes and the names of fields stand that a line here can go on with.

    A line opens its column for the lines below it, until one further out closes it. Text opens none.
    """
    dashes: set[int] = set()
    names: set[int] = set()
    nearest, start = len(lines.text), lines.line_start(pos)
    while start > 0 and nearest > 0:
        start = lines.line_start(start - 1)
        indent, dash, name = _LINE_OPENING.findall(lines.line_text(start))[0]
        if name and len(indent + dash) < nearest:
            names.add(len(indent + dash))
        if dash and len(indent) < nearest:
            dashes.add(len(indent))
        if name or dash:
            nearest = min(nearest, len(indent))
    return dashes, names


def _find_valid_columns(lines: SourceLines, pos: int, line: str, dashes: set[int], names: set[int]) -> set[int]:
    """Return the columns in which a line of this sort can begin; text goes on below the text above it."""
    _, dash, name = _LINE_OPENING.findall(line)[0]
    if dash or name:
        return dashes if dash else names
    return {_indent_width(lines, _find_line_before(lines, pos))}


def _find_line_before(lines: SourceLines, pos: int) -> int:
    """Return a character of the nearest line above with something on it."""
    start = lines.line_start(pos)
    while start > 0:
        start = lines.line_start(start - 1)
        if lines.line_text(start).strip(BLANKS):
            break
    return start


def _nearest_column(column: int, columns: set[int]) -> int | None:
    return min(columns, key=lambda candidate: (abs(candidate - column), -candidate), default=None)


def _explain_missing_colon(error: YAMLError, lines: SourceLines, pos: int) -> YamlFinding:
    del pos
    begin = _error_position(error, "context_mark", lines)
    span = (begin, lines.line_end(begin))
    return make_finding(codes.NO_COLON, span, line=lines.text[slice(*span)].strip())


def _explain_missing_comma(error: YAMLError, lines: SourceLines, pos: int) -> YamlFinding:
    del error
    line, column = lines.line_text(pos), pos - lines.line_start(pos)
    if line[column : column + 1] in _OPPOSITE_CLOSING:
        return _explain_wrong_closing(line, pos, column)
    before = line[:column].rstrip(BLANKS)
    return make_finding(value_codes.MISSING_COMMA, (pos, pos + 1), line=f"{before}, {line[column:]}".strip())


def _explain_extra_comma(error: YAMLError, lines: SourceLines, pos: int) -> YamlFinding:
    del error
    line, column = lines.line_text(pos), pos - lines.line_start(pos)
    if line[column : column + 1] not in _FLOW_INDICATORS:
        return make_finding(codes.UNREADABLE, (pos, pos + 1))
    if line[column] in _OPPOSITE_CLOSING:
        return _explain_wrong_closing(line, pos, column)
    fix = (line[:column].rstrip(BLANKS) + line[column + 1 :]).strip()
    return make_finding(value_codes.EXTRA_COMMA, (pos, pos + 1), text=line[column : column + 1], line=fix)


def _explain_wrong_closing(line: str, pos: int, column: int) -> YamlFinding:
    """Return the finding of a list that is closed as a group is, or the other way round."""
    closing = _OPPOSITE_CLOSING[line[column]]
    fix = (line[:column] + closing + line[column + 1 :]).strip()
    if parse_yaml(f"{fix}\n").value is None:
        return make_finding(codes.UNREADABLE, (pos, pos + 1))
    opening = {"]": "[", "}": "{"}[closing]
    return make_finding(value_codes.UNCLOSED_BRACKET, (pos, pos + 1), text=opening, closing=closing, line=fix)


def _explain_tab(error: YAMLError, lines: SourceLines, pos: int) -> YamlFinding:
    del error, lines
    return make_finding(codes.TAB_INDENT, (pos, pos + 1))


_OPPOSITE_CLOSING = {"]": "}", "}": "]"}
_Explainer = Callable[[YAMLError, SourceLines, int], YamlFinding]
_EXPLAINERS: tuple[tuple[str, _Explainer], ...] = (
    ("expected key", _explain_indentation),
    ("expected '-'", _explain_indentation),
    ("not allowed in this context", _explain_indentation),
    ("could not find expected ':'", _explain_missing_colon),
    ("expected ',' or", _explain_missing_comma),
    ("expected node content", _explain_extra_comma),
    ("tab character", _explain_tab),
)
