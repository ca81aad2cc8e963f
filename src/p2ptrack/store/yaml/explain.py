"""libyaml's first fault of syntax, in words that an officer can act on."""

from __future__ import annotations

from collections.abc import Callable

from ruamel.yaml.error import YAMLError

from p2ptrack.store.yaml import codes, value_codes
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
    begin = lines.start(at) + _column(lines, at)
    line = lines.line(at).strip()
    wanted = _column(lines, _line_before(lines, at))
    span = (begin, lines.end(at))
    if begin != at:
        return found(codes.UNREADABLE, (at, at + 1))
    if wanted != _column(lines, at):
        return found(codes.INDENTATION, span, column=_column(lines, at) + 1, wanted=wanted + 1, line=line)
    in_list = "collection" in str(getattr(error, "context", ""))
    return found(codes.FIELD_IN_LIST if in_list else codes.LIST_HERE, span)


def _column(lines: Lines, at: int) -> int:
    line = lines.line(at)
    return len(line) - len(line.lstrip(BLANKS))


def _line_before(lines: Lines, at: int) -> int:
    """Return a character of the nearest line above with something on it."""
    before = lines.start(at)
    while before > 0:
        before = lines.start(before - 1)
        if lines.line(before).strip(BLANKS):
            break
    return before


def _no_colon(error: YAMLError, lines: Lines, at: int) -> Finding:
    del at
    begin = _index(error, "context_mark", lines)
    span = (begin, lines.end(begin))
    return found(codes.NO_COLON, span, line=lines.text[slice(*span)].strip())


def _comma_missing(error: YAMLError, lines: Lines, at: int) -> Finding:
    del error
    line, column = lines.line(at), at - lines.start(at)
    before = line[:column].rstrip(BLANKS)
    return found(value_codes.COMMA_MISSING, (at, at + 1), line=f"{before}, {line[column:]}".strip())


def _comma_too_many(error: YAMLError, lines: Lines, at: int) -> Finding:
    del error
    line, column = lines.line(at), at - lines.start(at)
    if line[column : column + 1] not in _FLOW_SIGNS:
        return found(codes.UNREADABLE, (at, at + 1))
    fix = (line[:column].rstrip(BLANKS) + line[column + 1 :]).strip()
    return found(value_codes.COMMA_TOO_MANY, (at, at + 1), text=line[column : column + 1], line=fix)


def _tab(error: YAMLError, lines: Lines, at: int) -> Finding:
    del error, lines
    return found(codes.TAB, (at, at + 1))


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
