"""Where the parts of a record stand: the second reading of a file that somebody has something to say about.

Positions are character numbers into the decoded text, so that an editor can splice the text at them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    StreamEndEvent,
)

from p2ptrack.diagnostics import Location
from p2ptrack.store.yaml import messages
from p2ptrack.store.yaml.messages import YamlErrorCode, YamlFinding, make_finding
from p2ptrack.store.yaml.parser import MAX_DEPTH, MERGE_KEY, create_event_reader, decode_text, is_field_name, parse_yaml
from p2ptrack.store.yaml.source_text import BLANKS, MAX_FINDINGS, NULL_WORDS, SourceLines, quote_text

# libyaml's first fault of syntax, in words that an officer can act on.


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
    return make_finding(messages.UNREADABLE, (pos, pos + 1))


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
        return make_finding(messages.UNREADABLE, (pos, pos + 1))
    dashes, names = _open_columns(lines, pos)
    expected_column = _nearest_column(column, _find_valid_columns(lines, pos, line, dashes, names))
    if expected_column is not None and column not in dashes:
        return make_finding(messages.INDENTATION, span, column=column + 1, wanted=expected_column + 1, line=line)
    in_list = "collection" in str(getattr(error, "context", ""))
    return make_finding(messages.FIELD_IN_OPEN_LIST if in_list else messages.UNEXPECTED_LIST, span)


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
    return make_finding(messages.NO_COLON, span, line=lines.text[slice(*span)].strip())


def _explain_missing_comma(error: YAMLError, lines: SourceLines, pos: int) -> YamlFinding:
    del error
    line, column = lines.line_text(pos), pos - lines.line_start(pos)
    if line[column : column + 1] in _OPPOSITE_CLOSING:
        return _explain_wrong_closing(line, pos, column)
    before = line[:column].rstrip(BLANKS)
    return make_finding(messages.MISSING_COMMA, (pos, pos + 1), line=f"{before}, {line[column:]}".strip())


def _explain_extra_comma(error: YAMLError, lines: SourceLines, pos: int) -> YamlFinding:
    del error
    line, column = lines.line_text(pos), pos - lines.line_start(pos)
    if line[column : column + 1] not in _FLOW_INDICATORS:
        return make_finding(messages.UNREADABLE, (pos, pos + 1))
    if line[column] in _OPPOSITE_CLOSING:
        return _explain_wrong_closing(line, pos, column)
    fix = (line[:column].rstrip(BLANKS) + line[column + 1 :]).strip()
    return make_finding(messages.EXTRA_COMMA, (pos, pos + 1), text=line[column : column + 1], line=fix)


def _explain_wrong_closing(line: str, pos: int, column: int) -> YamlFinding:
    """Return the finding of a list that is closed as a group is, or the other way round."""
    closing = _OPPOSITE_CLOSING[line[column]]
    fix = (line[:column] + closing + line[column + 1 :]).strip()
    if parse_yaml(f"{fix}\n").value is None:
        return make_finding(messages.UNREADABLE, (pos, pos + 1))
    opening = {"]": "[", "}": "{"}[closing]
    return make_finding(messages.UNCLOSED_BRACKET, (pos, pos + 1), text=opening, closing=closing, line=fix)


def _explain_tab(error: YAMLError, lines: SourceLines, pos: int) -> YamlFinding:
    del error, lines
    return make_finding(messages.TAB_INDENT, (pos, pos + 1))


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


CharSpan: TypeAlias = tuple[int, int]

_QUOTE_HINT = "the value in quotes"
_FREE_KEY_FIELDS = (
    "as_published",
    "glossary",
    "labels",
    "rating",
    "rules_off",
    "covers",
)  # an officer chooses the names
_NEW_ENTRY_HINT = "; or a dash before it, if a new entry begins here"


class FieldSpan(NamedTuple):
    """Where a field's value stands and, but for the entries of a list, its name. A box is a list or a group.

    A box without brackets ends where the next field begins, so blank lines and comments before that are in it.
    """

    value: CharSpan
    key: CharSpan | None
    is_container: bool


@dataclass(slots=True)
class _OpenContainer:
    """A list or a group that is open while its entries are read."""

    path: str
    start: int
    is_mapping: bool
    is_flow: bool
    is_key: bool = False
    entry_count: int = 0
    key: str | None = None
    key_span: CharSpan = (0, 0)
    key_starts: dict[str, int] = field(default_factory=dict)
    last_span: CharSpan | None = None


class PositionIndex:
    """The spots of a text by field (`updates[1].text`), and the faults of its structure.

    Reading goes as far as libyaml does, to the first fault of syntax, which is among the findings then.
    """

    def __init__(self, lines: SourceLines, text: str = "", requested: Collection[str] = ()) -> None:
        """Read `text` where it is given: the text of the lines, with the same positions and with faults covered.

        With fields that are `wanted`, reading ends as soon as it is known where they all stand.
        """
        self.lines = lines
        self._requested = frozenset(requested)
        self.spans: dict[str, FieldSpan] = {}
        self.findings: list[YamlFinding] = []
        self.root_event: Any = None
        self._stack: list[_OpenContainer] = []
        try:
            self._index_events(create_event_reader(text or lines.text))
        except YAMLError as error:
            self.findings.append(explain_syntax_error(error, lines))

    def _index_events(self, get_event: Any) -> None:
        documents = 0
        while type(event := get_event()) is not StreamEndEvent and len(self.findings) <= MAX_FINDINGS:
            if isinstance(event, NodeEvent):
                if self._requested and self._has_requested():
                    return
                if len(self._stack) >= MAX_DEPTH and not isinstance(event, (ScalarEvent, AliasEvent)):
                    self._report(messages.TOO_DEEP, _event_span(event))
                    return
                self.root_event = self.root_event or event
                self._check_property(event)
                self._index_node(event)
            elif isinstance(event, CollectionEndEvent):
                self._close_container(event)
            elif isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    return

    def _has_requested(self) -> bool:
        """Whether all that is wanted lies before the name that comes next, which is one of the record's own fields."""
        return len(self._stack) == 1 and self._stack[0].key is None and self._requested <= self.spans.keys()

    def _report(self, error_code: YamlErrorCode, span: CharSpan, **details: object) -> None:
        self.findings.append(make_finding(error_code, span, **details))

    def _check_property(self, event: Any) -> None:
        start = event.start_mark.index
        if isinstance(event, AliasEvent):
            self._report(messages.ALIAS, _event_span(event), line=_QUOTE_HINT)
        elif event.anchor is not None:
            self._report(messages.ANCHOR, (start, start + 1), line=_QUOTE_HINT)
        elif event.ctag is not None:
            self._report(messages.TAG, (start, start + 1), line=_QUOTE_HINT)

    def _index_node(self, event: Any) -> None:
        container = self._stack[-1] if self._stack else None
        is_container = not isinstance(event, (ScalarEvent, AliasEvent))
        if container and container.is_mapping and container.key is None:
            if is_container:
                self._report_bad_key(event)
                self._open_container(event, "", is_key=True)
            else:
                self._index_key(container, event)
            return
        path = self._index_entry(container, event, is_container)
        if is_container:
            self._open_container(event, path)

    def _open_container(self, event: Any, path: str, *, is_key: bool = False) -> None:
        is_mapping = isinstance(event, MappingStartEvent)
        self._stack.append(_OpenContainer(path, event.start_mark.index, is_mapping, bool(event.flow_style), is_key))

    def _index_key(self, container: _OpenContainer, event: Any) -> None:
        text, span = str(getattr(event, "value", "*")), _event_span(event)
        container.key, container.key_span = text, span
        if not text:
            self._report_bad_key(event)
        elif text in container.key_starts:
            line = self.lines.line_number(container.key_starts[text])
            fix = messages.DUPLICATE_KEY.fix + (_NEW_ENTRY_HINT if container.path.endswith("]") else "")
            self._report(messages.DUPLICATE_KEY, span, key=text, line=line, fix=fix)
        elif text == MERGE_KEY and not event.style:
            self._report(messages.MERGE_KEY, span)
        container.key_starts.setdefault(text, span[0])

    def _report_bad_key(self, event: Any) -> None:
        start = event.start_mark.index
        self._report(messages.KEY_NOT_TEXT, (start, start + 1), text="Review")

    def _index_entry(self, container: _OpenContainer | None, event: Any, is_container: bool) -> str:
        """Note where the value stands and return its field. An empty entry of a list counts for none."""
        if container is None:
            return ""
        span, path = _event_span(event), self._make_path(container)
        key = container.key_span if container.is_mapping else None
        is_empty = isinstance(event, ScalarEvent) and not event.value
        if not container.is_key and not (is_empty and not container.is_mapping):
            self.spans.setdefault(path, FieldSpan(span, key, is_container))
            container.entry_count += 1
        if isinstance(event, ScalarEvent):
            self._check_scalar(container, event, span)
        container.key, container.last_span = (
            None,
            span if isinstance(event, ScalarEvent) and event.value else container.last_span,
        )
        return path

    def _make_path(self, container: _OpenContainer) -> str:
        if not container.is_mapping:
            return f"{container.path}[{container.entry_count}]"
        return f"{container.path}.{container.key}" if container.path else str(container.key)

    def _check_scalar(self, container: _OpenContainer, event: Any, span: CharSpan) -> None:
        if not event.style and event.value in NULL_WORDS:
            self._report(messages.NULL_WORD, span, text=event.value, key=container.key or "-")
        if self._is_sentence(container, event):
            self._report(messages.TEXT_ENDS_IN_COLON, container.key_span)
        if container.is_mapping and container.is_flow and not event.value and span[0] == container.key_span[1]:
            self._report_comma(container)

    def _is_sentence(self, container: _OpenContainer, event: Any) -> bool:
        """Say whether this is a line of text that only looks like the name of a field."""
        if (
            event.value
            or event.style
            or not container.is_mapping
            or container.is_flow
            or is_field_name(container.key or "")
        ):
            return False
        return not container.path.endswith(_FREE_KEY_FIELDS)

    def _report_comma(self, container: _OpenContainer) -> None:
        key = container.key_span
        begin = container.last_span[0] if container.last_span else key[0]
        text = self.lines.text
        line = self.lines.line_text(begin)
        offset = self.lines.line_start(begin)
        fix = line[: begin - offset] + quote_text(text[begin : key[1]]) + line[key[1] - offset :]
        container.last_span = (begin, key[1])
        self._report(messages.SPLIT_BY_COMMA, key, text=text[slice(*key)], line=fix.strip())

    def _close_container(self, event: Any) -> None:
        container = self._stack.pop()
        span = self.spans.get(container.path)
        if span and span.value[0] == container.start:
            self.spans[container.path] = span._replace(value=(container.start, event.end_mark.index))
        if container.is_key and self._stack:
            self._stack[-1].key, self._stack[-1].key_span = "", (event.end_mark.index, event.end_mark.index)


def _event_span(event: Any) -> CharSpan:
    return event.start_mark.index, event.end_mark.index


# Find a field's place in its file, for problems that other layers find.


KEY_SUFFIX = "#key"


def locate_fields(data: bytes, fields: Iterable[str]) -> dict[str, Location]:
    """Read the file again, with positions, and return the place of each field that has one.

    A field like `updates[1].text` stands at its value, a list or a group at its name, `title#key` at the name itself.
    A field that is absent stands where the nearest part around it does; without any, and for "", it has no place.
    One value stands for the list of one, so `recommendations[0]` may be that value.
    """
    lines, names = SourceLines(decode_text(data).text), tuple(fields)
    spans = PositionIndex(lines, requested={name.removesuffix(KEY_SUFFIX) for name in names}).spans
    locations = {field_name: _find_location(spans, lines, field_name) for field_name in names}
    return {field_name: location for field_name, location in locations.items() if location is not None}


def _find_location(spans: dict[str, FieldSpan], lines: SourceLines, field_name: str) -> Location | None:
    name = field_name.removesuffix(KEY_SUFFIX)
    span = spans.get(_find_nearest_field(spans, name))
    if span is None:
        return None
    if span.key is not None and (span.is_container or name != field_name):
        return lines.get_location(*span.key)
    return lines.get_location(*span.value)


def _find_nearest_field(spans: dict[str, FieldSpan], name: str) -> str:
    """Return the field, or the nearest one around it that the file has."""
    if not name or name in spans:
        return name
    parent, suffix = _split_path(name)
    nearest = _find_nearest_field(spans, parent)
    if nearest + suffix in spans and _drop_first_index(nearest) == _drop_first_index(parent):
        return nearest + suffix
    return nearest


def _drop_first_index(name: str) -> str:
    return name.replace("[0]", "")


def _split_path(name: str) -> tuple[str, str]:
    split_index = max(name.rfind("."), name.rfind("["), 0)
    return name[:split_index], name[split_index:]
