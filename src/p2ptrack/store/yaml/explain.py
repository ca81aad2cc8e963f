"""libyaml's first fault of syntax, in words that an officer can act on."""

from __future__ import annotations

import re
from collections.abc import Callable

from ruamel.yaml.error import YAMLError

from p2ptrack.store.yaml import codes, value_codes
from p2ptrack.store.yaml.build import build
from p2ptrack.store.yaml.fault import Finding, found
from p2ptrack.store.yaml.lines import Lines
from p2ptrack.store.yaml.text import BLANKS

_FLOW_SIGNS = (",", "]", "}")


def explain(error: YAMLError, lines: Lines) -> Finding:
    """Return the finding that says what libyaml stumbled over, at the line that an editor shows.

    What it says is matched by its wording; with words that are not in the table, the line just cannot be read.
    """
    said = str(getattr(error, "problem", ""))
    at = _index(error, "problem_mark", lines)
    for words, explained in _EXPLAINED:
        if words in said:
            return explained(error, lines, at)
    return found(codes.UNREADABLE, (at, at + 1))


def _index(error: YAMLError, mark: str, lines: Lines) -> int:
    index: int = getattr(getattr(error, mark, None), "index", 0)
    return min(index, len(lines.text))


def _misplaced(error: YAMLError, lines: Lines, at: int) -> Finding:
    """A line that does not line up, or that is of another kind than the lines that it lines up with."""
    column = _column(lines, at)
    begin = lines.start(at) + column
    line = lines.line(at).strip()
    span = (begin, lines.end(at))
    if begin != at:
        return found(codes.UNREADABLE, (at, at + 1))
    dashes, names = _open_columns(lines, at)
    wanted = _nearest(column, _above(lines, at, line, dashes, names))
    if wanted is not None and column not in dashes:
        return found(codes.INDENTATION, span, column=column + 1, wanted=wanted + 1, line=line)
    in_list = "collection" in str(getattr(error, "context", ""))
    return found(codes.FIELD_IN_LIST if in_list else codes.LIST_HERE, span)


def _column(lines: Lines, at: int) -> int:
    line = lines.line(at)
    return len(line) - len(line.lstrip(BLANKS))


_OPENS = re.compile(r"( *)((?:- +)*)([^\s#\-][^:]*:(?=\s|$))?")


def _open_columns(lines: Lines, at: int) -> tuple[set[int], set[int]]:
    """Return the columns in which the dashes and the names of fields stand that a line here can go on with.

    A line opens its column for the lines below it, until one further out closes it. Text opens none.
    """
    dashes: set[int] = set()
    names: set[int] = set()
    nearest, start = len(lines.text), lines.start(at)
    while start > 0 and nearest > 0:
        start = lines.start(start - 1)
        indent, dash, name = _OPENS.findall(lines.line(start))[0]
        if name and len(indent + dash) < nearest:
            names.add(len(indent + dash))
        if dash and len(indent) < nearest:
            dashes.add(len(indent))
        if name or dash:
            nearest = min(nearest, len(indent))
    return dashes, names


def _above(lines: Lines, at: int, line: str, dashes: set[int], names: set[int]) -> set[int]:
    """Return the columns in which a line of this sort can begin; text goes on below the text above it."""
    _, dash, name = _OPENS.findall(line)[0]
    if dash or name:
        return dashes if dash else names
    return {_column(lines, _line_before(lines, at))}


def _line_before(lines: Lines, at: int) -> int:
    """Return a character of the nearest line above with something on it."""
    before = lines.start(at)
    while before > 0:
        before = lines.start(before - 1)
        if lines.line(before).strip(BLANKS):
            break
    return before


def _nearest(column: int, columns: set[int]) -> int | None:
    return min(columns, key=lambda each: (abs(each - column), -each), default=None)


def _no_colon(error: YAMLError, lines: Lines, at: int) -> Finding:
    del at
    begin = _index(error, "context_mark", lines)
    span = (begin, lines.end(begin))
    return found(codes.NO_COLON, span, line=lines.text[slice(*span)].strip())


def _comma_missing(error: YAMLError, lines: Lines, at: int) -> Finding:
    del error
    line, column = lines.line(at), at - lines.start(at)
    if line[column : column + 1] in _OTHER_CLOSING:
        return _wrongly_closed(line, at, column)
    before = line[:column].rstrip(BLANKS)
    return found(value_codes.COMMA_MISSING, (at, at + 1), line=f"{before}, {line[column:]}".strip())


def _comma_too_many(error: YAMLError, lines: Lines, at: int) -> Finding:
    del error
    line, column = lines.line(at), at - lines.start(at)
    if line[column : column + 1] not in _FLOW_SIGNS:
        return found(codes.UNREADABLE, (at, at + 1))
    if line[column] in _OTHER_CLOSING:
        return _wrongly_closed(line, at, column)
    fix = (line[:column].rstrip(BLANKS) + line[column + 1 :]).strip()
    return found(value_codes.COMMA_TOO_MANY, (at, at + 1), text=line[column : column + 1], line=fix)


def _wrongly_closed(line: str, at: int, column: int) -> Finding:
    """Return the finding of a list that is closed as a group is, or the other way round."""
    closing = _OTHER_CLOSING[line[column]]
    fix = (line[:column] + closing + line[column + 1 :]).strip()
    if build(f"{fix}\n").value is None:
        return found(codes.UNREADABLE, (at, at + 1))
    opening = {"]": "[", "}": "{"}[closing]
    return found(value_codes.UNCLOSED_BRACKET, (at, at + 1), text=opening, closing=closing, line=fix)


def _tab(error: YAMLError, lines: Lines, at: int) -> Finding:
    del error, lines
    return found(codes.TAB, (at, at + 1))


_OTHER_CLOSING = {"]": "}", "}": "]"}
_Explained = Callable[[YAMLError, Lines, int], Finding]
_EXPLAINED: tuple[tuple[str, _Explained], ...] = (
    ("expected key", _misplaced),
    ("expected '-'", _misplaced),
    ("not allowed in this context", _misplaced),
    ("could not find expected ':'", _no_colon),
    ("expected ',' or", _comma_missing),
    ("expected node content", _comma_too_many),
    ("tab character", _tab),
)
