"""Find the positions of fields in a file, and explain syntax errors of libyaml. Used only for files with a problem.

Positions are character numbers into the decoded text, so that an editor can insert text there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any, NamedTuple

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
from p2ptrack.model.validation import KEY_SUFFIX
from p2ptrack.store.yaml import messages
from p2ptrack.store.yaml.messages import YamlErrorCode, YamlFinding, make_finding
from p2ptrack.store.yaml.parser import MAX_DEPTH, MERGE_KEY, create_event_reader, is_field_name, parse_yaml
from p2ptrack.store.yaml.repairs import list_open_columns, split_opening, suggest_list_name
from p2ptrack.store.yaml.source_text import BLANKS, NULL_WORDS, CharSpan, SourceText, decode_text, quote_text
from p2ptrack.store.yaml.text_blocks import suggest_entry, suggest_merge, suggest_merged_group
from p2ptrack.values import compile_on_use

MAX_FINDINGS = 100


def locate_fields(data: bytes, fields: Iterable[str]) -> dict[str, Location]:
    """Read the file again, with positions, and return the place of each field that has one.

    A field like `updates[1].text` is located at its value, a list or a group at its name, `title#key` at the name.
    A field that is absent is located at the nearest part around it; without any, and for "", it has no place.
    One value counts as a list of one, so `recommendations[0]` may be that value.
    """
    return {name: location for (name, _), location in locate_words(data, ((name, "") for name in fields)).items()}


def locate_words(data: bytes, places: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Location]:
    """Return the place of words in the value of a field, as `locate_fields` does for the field itself.

    Words that the file writes in another way, such as with an escape, have the place of their field.
    """
    source, places = SourceText(decode_text(data).text), tuple(places)
    spans = PositionIndex(source, requested={name.removesuffix(KEY_SUFFIX) for name, _ in places}).spans
    locations = {place: _find_location(spans, source, *place) for place in places}
    return {place: location for place, location in locations.items() if location is not None}


def _find_location(spans: dict[str, FieldSpan], source: SourceText, field_name: str, words: str) -> Location | None:
    name = field_name.removesuffix(KEY_SUFFIX)
    span = spans.get(_find_nearest_field(spans, name))
    if span is None:
        return None
    if words and (match := _compile_words(words).search(source.raw, *span.value)):
        return source.get_location(*match.span())
    if span.key is not None and (span.is_container or name != field_name):
        return source.get_location(*span.key)
    return source.get_location(*span.value)


def _compile_words(words: str) -> re.Pattern[str]:
    """Return a pattern for words of a value as a file may write them: over several lines, with quotes doubled."""
    pattern = r"\s+".join(map(re.escape, words.split()))
    return re.compile(pattern.replace("'", "''?").replace('"', r'\\?"'), re.IGNORECASE)


def _find_nearest_field(spans: dict[str, FieldSpan], name: str) -> str:
    """Return the field, or the nearest one around it that the file has."""
    if not name or name in spans:
        return name
    split_index = max(name.rfind("."), name.rfind("["), 0)
    parent, suffix = name[:split_index], name[split_index:]
    nearest = _find_nearest_field(spans, parent)
    if nearest + suffix in spans and nearest.replace("[0]", "") == parent.replace("[0]", ""):
        return nearest + suffix
    return nearest


class FieldSpan(NamedTuple):
    """Where a field's value is and, except for entries of a list, its name. A container is a list or a group.

    A container without brackets ends where the next field begins, so it includes blank lines and comments before that.
    """

    value: CharSpan
    key: CharSpan | None
    is_container: bool


class DuplicateKey(NamedTuple):
    """A name that appears again in its group: where, and the value if it is text."""

    key: str
    span: CharSpan
    value: CharSpan = (0, 0)


@dataclass(slots=True)
class _OpenContainer:
    """A list or a group whose entries are being read."""

    path: str
    start: int
    is_mapping: bool
    is_flow: bool
    is_key: bool
    entry_count: int = 0
    key: str | None = None
    key_span: CharSpan = (0, 0)
    key_starts: dict[str, int] = field(default_factory=dict)
    last_span: CharSpan | None = None
    duplicates: list[DuplicateKey] = field(default_factory=list)
    split_end: int = 0
    """Where the last value ends that a comma cut in two."""

    @property
    def child_path(self) -> str:
        """The field of the entry that is read next."""
        if not self.is_mapping:
            return f"{self.path}[{self.entry_count}]"
        return f"{self.path}.{self.key}" if self.path else str(self.key)


_SPLIT_VALUE = compile_on_use(r"(?:(?!,[ \t]*[a-z_]+:(?:[ \t]|$))[^{}\[\]])*(?<![ \t])")
"""The rest of a value in brackets: up to a comma before the name of another field, or a bracket."""

_FREE_KEY_FIELDS = ("as_published", "glossary", "labels", "rating", "rules_off", "covers")
"""Fields in which officers choose the names."""


class PositionIndex:
    """The places of a text by field (`updates[1].text`), and the mistakes of its structure.

    Reading goes as far as libyaml does; the mistake of syntax that stops it is the last finding.
    """

    def __init__(self, source: SourceText, text: str = "", requested: Collection[str] = ()) -> None:
        """Read `text` if it is given: the text of the source with the same positions and its mistakes masked.

        With `requested` fields, reading ends as soon as the places of all of them are known.
        """
        self.source = source
        self._requested = frozenset(requested)
        self.spans: dict[str, FieldSpan] = {}
        self.findings: list[YamlFinding] = []
        self.root_event: Any = None
        self._stack: list[_OpenContainer] = []
        self._split_values: dict[int, list[tuple[int, CharSpan]]] = {}
        try:
            self._index_events(create_event_reader(text or source.raw))
        except YAMLError as error:
            for container in self._stack:
                self._report_duplicates(container)
            self.findings.append(explain_syntax_error(error, source))
        self._advise_on_split_values()

    def _index_events(self, get_event: Callable[[], Any]) -> None:
        documents = 0
        while type(event := get_event()) is not StreamEndEvent and len(self.findings) <= MAX_FINDINGS:
            if isinstance(event, NodeEvent):
                if self._requested and self._has_requested():
                    return
                is_container = not isinstance(event, (ScalarEvent, AliasEvent))
                if is_container and len(self._stack) >= MAX_DEPTH:
                    self._report(messages.TOO_DEEP, _event_span(event))
                    return
                self.root_event = self.root_event or event
                self._check_property(event)
                self._index_node(event, is_container)
            elif isinstance(event, CollectionEndEvent):
                self._close_container(event)
            elif isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    return

    def _has_requested(self) -> bool:
        """Whether all requested fields are before the next name, which is one of the record's own fields."""
        return len(self._stack) == 1 and self._stack[0].key is None and self._requested <= self.spans.keys()

    def _report(self, error_code: YamlErrorCode, span: CharSpan, *, fix: str = "", **details: object) -> None:
        self.findings.append(make_finding(error_code, span, fix=fix, **details))

    def _check_property(self, event: Any) -> None:
        """Report a label, a reference or a type that the line checks did not see."""
        start, fix = event.start_mark.index, "Put the value in quotes."
        if isinstance(event, AliasEvent):
            self._report(messages.ALIAS, _event_span(event), fix=fix)
        elif event.anchor is not None:
            self._report(messages.ANCHOR, (start, start + 1), fix=fix)
        elif event.ctag is not None:
            self._report(messages.TAG, (start, start + 1), fix=fix)

    def _index_node(self, event: Any, is_container: bool) -> None:
        parent = self._stack[-1] if self._stack else None
        is_key = parent is not None and parent.is_mapping and parent.key is None
        path = ""
        if parent and is_key and not is_container:
            self._index_key(parent, event)
        elif is_key:
            self._report_bad_key(event)
        elif parent:
            path = self._index_entry(parent, event, is_container)
        if is_container:
            is_mapping = isinstance(event, MappingStartEvent)
            is_flow = bool(event.flow_style)
            self._stack.append(_OpenContainer(path, event.start_mark.index, is_mapping, is_flow, is_key))

    def _index_key(self, container: _OpenContainer, event: Any) -> None:
        text, span = str(getattr(event, "value", "*")), _event_span(event)
        if not text:
            self._report_bad_key(event)
        elif text in container.key_starts and len(container.duplicates) <= MAX_FINDINGS:
            container.duplicates.append(DuplicateKey(text, span))
        elif text == MERGE_KEY and not event.style:
            self._report(messages.MERGE_KEY, span)
        container.key, container.key_span = text, span
        container.key_starts.setdefault(text, span[0])

    def _report_duplicates(self, container: _OpenContainer) -> None:
        """Report the names that appear again in a group; in an entry of a list, each that begins another entry."""
        keys: set[str] = set()
        is_entry = container.path.endswith("]") and not container.is_flow
        first_key = min(container.key_starts, key=container.key_starts.__getitem__, default="")
        for number, duplicate in enumerate(container.duplicates, 1):
            if is_entry and keys and duplicate.key not in keys:
                keys.add(duplicate.key)  # it belongs to the entry that the last one began
                continue
            keys = {duplicate.key}
            is_last = number == len(container.duplicates)
            begins_entry = is_entry and (not is_last or duplicate.key == first_key)
            self._report_duplicate(container, duplicate, begins_entry=begins_entry)

    def _report_duplicate(self, container: _OpenContainer, duplicate: DuplicateKey, *, begins_entry: bool) -> None:
        key, span = duplicate.key, duplicate.span
        path = f"{container.path}.{key}" if container.path else key
        first = self.spans.get(path)
        line = self.source.line_number(container.key_starts[key])
        if begins_entry:
            fix = suggest_entry(self.source, container.start, span[0])
        elif container.is_flow:
            fix = ""
        elif first and first.is_container:
            fix = suggest_merged_group(self.source, key, (container.key_starts[key], span[0]))
        else:
            values = (first.value if first else (0, 0), duplicate.value)
            fix = suggest_merge(self.source, key, (container.key_starts[key], span[0]), values)
        self._report(messages.DUPLICATE_KEY, span, fix=fix, key=key, line=line)

    def _report_bad_key(self, event: Any) -> None:
        start = event.start_mark.index
        self._report(messages.KEY_NOT_TEXT, (start, start + 1))

    def _index_entry(self, container: _OpenContainer, event: Any, is_container: bool) -> str:
        """Note the place of the value and return its field. An empty entry of a list is not counted."""
        span, path = _event_span(event), container.child_path
        is_scalar = isinstance(event, ScalarEvent)
        is_empty = is_scalar and not event.value
        if not container.is_key and (container.is_mapping or not is_empty):
            key = container.key_span if container.is_mapping else None
            self.spans.setdefault(path, FieldSpan(span, key, is_container))
            if container.duplicates and container.duplicates[-1].span == key and is_scalar:
                container.duplicates[-1] = container.duplicates[-1]._replace(value=span)
            container.entry_count += 1
        if is_scalar:
            self._check_scalar(container, event, span)
        if is_scalar and event.value and (not container.is_mapping or is_field_name(container.key or "")):
            container.last_span = span  # words such as `the Head said` are no name, but part of the value before
        container.key = None
        return path

    def _check_scalar(self, container: _OpenContainer, event: Any, span: CharSpan) -> None:
        if not event.style and event.value in NULL_WORDS:
            self._report(messages.NULL_WORD, span, text=event.value)
        if event.value or not container.is_mapping:
            key = container.key or ""
            if container.is_flow and container.is_mapping and container.last_span and key[:1].isdigit():
                self._report_split_value(container)
            return
        if container.is_flow:
            if span[0] == container.key_span[1]:
                self._report_split_value(container)
        elif not (event.style or is_field_name(container.key or "") or container.path.endswith(_FREE_KEY_FIELDS)):
            self._report(messages.TEXT_ENDS_IN_COLON, container.key_span)

    def _report_split_value(self, container: _OpenContainer) -> None:
        """Report a value in brackets that a comma cut in two."""
        key = container.key_span
        if container.split_end > key[0]:
            return
        begin = container.last_span[0] if container.last_span else key[0]
        text = self.source.raw
        rest = _SPLIT_VALUE.match(text, key[0], self.source.line_end(key[0]))
        end = container.split_end = max(key[1], rest.end() if rest else key[1])
        values = self._split_values.setdefault(self.source.line_start(begin), [])
        values.append((len(self.findings), (begin, end)))
        self._report(messages.SPLIT_BY_COMMA, key, text=text[slice(*key)], line="")

    def _advise_on_split_values(self) -> None:
        """Give each finding about a value that a comma cut in two its line, with every such value of it in quotes."""
        text = self.source.raw
        for offset, values in self._split_values.items():
            line = self.source.line_text(offset)
            for _, (begin, end) in reversed(values):
                line = line[: begin - offset] + quote_text(text[begin:end]) + line[end - offset :]
            fix = messages.SPLIT_BY_COMMA.fix.format(line=line.strip())
            for number, _ in values:
                self.findings[number] = replace(self.findings[number], fix=fix)

    def _close_container(self, event: Any) -> None:
        container = self._stack.pop()
        self._report_duplicates(container)
        span = self.spans.get(container.path)
        if span and span.value[0] == container.start:
            self.spans[container.path] = span._replace(value=(container.start, event.end_mark.index))
        if container.is_key and self._stack:
            self._stack[-1].key, self._stack[-1].key_span = "", (event.end_mark.index, event.end_mark.index)


def _event_span(event: Any) -> CharSpan:
    return event.start_mark.index, event.end_mark.index


def explain_syntax_error(error: YAMLError, source: SourceText) -> YamlFinding:
    """Return the finding for the mistake that stopped libyaml, which is recognised by the wording of its message."""
    message = str(getattr(error, "problem", ""))
    pos = _error_position(error, "problem_mark", source)
    for phrase, explain in _EXPLAINERS:
        if phrase in message:
            return explain(error, source, pos)
    return _unreadable(pos)


def _error_position(error: YAMLError, mark_name: str, source: SourceText) -> int:
    index: int = getattr(getattr(error, mark_name, None), "index", 0)
    return min(index, len(source.raw))


def _unreadable(pos: int) -> YamlFinding:
    return make_finding(messages.UNREADABLE, (pos, pos + 1))


def _explain_indentation(error: YAMLError, source: SourceText, pos: int) -> YamlFinding:
    """Explain a line in the wrong column, or of another type than the other lines in its column."""
    column = _indent_width(source, pos)
    line = source.line_text(pos).strip()
    if source.line_start(pos) + column != pos:
        return _unreadable(pos)
    span = (pos, pos + len(source.line_text(pos)) - column)
    if dash := _find_dash_out_of_line(source, pos, column):
        start, width = dash.end(1), len(dash[1])
        fixed_line = " " * (width - 1) + source.line_text(start).strip(BLANKS)
        dash_span = (start, source.line_end(start))
        return make_finding(messages.INDENTATION, dash_span, column=width + 1, expected=width, line=fixed_line)
    dashes, names = list_open_columns(source, pos)
    columns = _valid_columns(source, pos, line, dashes, names)
    if columns and column not in dashes:
        expected = min(columns, key=lambda candidate: (abs(candidate - column), -candidate))
        fixed_line = " " * expected + line
        if dashes and line.startswith("-"):
            fixed_line = "\n".join([fixed_line, *_shift_entry(source, pos, column, expected)])
        return make_finding(messages.INDENTATION, span, column=column + 1, expected=expected + 1, line=fixed_line)
    in_list = "collection" in str(getattr(error, "context", ""))
    if in_list:
        return make_finding(messages.FIELD_IN_OPEN_LIST, span)
    return make_finding(messages.UNEXPECTED_LIST, span, fix=suggest_list_name(source, pos), marker="a dash")


_DASH_AND_NAME = compile_on_use(r"( +)- +(?=[a-z_]+:\s)")
_TOP_LEVEL_LINE = compile_on_use(r"^[^\s#-]", re.MULTILINE)


def _find_dash_out_of_line(source: SourceText, pos: int, column: int) -> re.Match[str] | None:
    """Return the dash in the line above that is one column further in than the lines of its entry and its list."""
    line_start = source.line_start(pos)
    above = source.line_start(line_start - 1) if line_start else 0
    dash = _DASH_AND_NAME.match(source.text, above)
    if dash is None or len(dash[0]) - 1 != column or source.text[pos] == "-":
        return None
    list_start = max((match.start() for match in _TOP_LEVEL_LINE.finditer(source.text, 0, above)), default=0)
    after = _TOP_LEVEL_LINE.search(source.text, pos)
    lines = source.text[list_start : after.start() if after else None]
    entries = re.findall(r"^( *)-[ \t]", lines, re.MULTILINE)
    fields = re.findall(rf"^ {{{column}}}[a-z_]+:\s", lines, re.MULTILINE)
    is_alone = entries.count(dash[1]) == 1 and (len(fields) > 1 or dash[1][1:] in entries)
    return dash if is_alone else None


def _shift_entry(source: SourceText, pos: int, column: int, expected: int) -> list[str]:
    """Return the lines below the dash at `pos` that belong to its entry, moved with it unless they line up already."""
    lines: list[str] = []
    begin = source.find_indented_line(source.line_end(pos), column)
    dash = re.match("(?:- +)+", source.text[pos:])
    is_in_line = begin is not None and dash and _indent_width(source, begin) == expected + dash.end()
    while begin is not None:
        distance = 0 if is_in_line else expected - column
        line = source.line_text(begin)
        lines.append(" " * (_indent_width(source, begin) + distance) + line.strip(BLANKS))
        begin = source.find_indented_line(source.line_end(begin), column)
    return lines


def _indent_width(source: SourceText, pos: int) -> int:
    line = source.line_text(pos)
    return len(line) - len(line.lstrip(BLANKS))


def _valid_columns(source: SourceText, pos: int, line: str, dashes: set[int], names: set[int]) -> set[int]:
    """Return the columns in which a line of this kind can begin; text continues below the text above it."""
    _, dash, name = split_opening(line)
    if dash or name:
        return dashes if dash else names
    start = source.line_start(pos)
    while start > 0:
        start = source.line_start(start - 1)
        if source.line_text(start).strip(BLANKS):
            break
    return {_indent_width(source, start)}


def _explain_missing_colon(error: YAMLError, source: SourceText, _pos: int) -> YamlFinding:
    begin = _error_position(error, "context_mark", source)
    line = source.line_text(begin)[begin - source.line_start(begin) :]
    return make_finding(messages.NO_COLON, (begin, begin + len(line)), line=line.strip())


def _explain_brackets(error: YAMLError, source: SourceText, pos: int) -> YamlFinding:
    """Explain an extra or missing comma between brackets, or a closing bracket of the wrong type."""
    line, column, span = source.line_text(pos), pos - source.line_start(pos), (pos, pos + 1)
    before, character, after = line[:column], line[column : column + 1], line[column + 1 :]
    if character in _EXPECTED_PAIRS:
        opening, closing = _EXPECTED_PAIRS[character]
        fixed_line = (before + closing + after).strip()
        if parse_yaml(f"{fixed_line}\n").value is None:
            return _unreadable(pos)
        return make_finding(messages.UNCLOSED_BRACKET, span, text=opening, closing=closing, line=fixed_line)
    if "expected ',' or" in str(getattr(error, "problem", "")):
        fixed_line = f"{before.rstrip(BLANKS)}, {character}{after}".strip()
        return make_finding(messages.MISSING_COMMA, span, line=fixed_line)
    if character != ",":
        return _unreadable(pos)
    fixed_line = (before.rstrip(BLANKS) + after).strip()
    return make_finding(messages.EXTRA_COMMA, span, text=",", line=fixed_line)


_FIRST_LINE = compile_on_use(r"^( +)([^ #\n].*)$", re.MULTILINE)


def _explain_first_line(_error: YAMLError, source: SourceText, pos: int) -> YamlFinding:
    """Explain an indented first line, after which the record seems to end."""
    first = _FIRST_LINE.search(source.text, 0, pos)
    if first is None or re.search(r"^[^ #\n]", source.text[: first.start()], re.MULTILINE):
        return _unreadable(pos)
    column, line = len(first[1]) + 1, first[2].rstrip(BLANKS)
    return make_finding(messages.INDENTATION, first.span(2), column=column, expected=1, line=line)


def _explain_tab(_error: YAMLError, _source: SourceText, pos: int) -> YamlFinding:
    return make_finding(messages.TAB_INDENT, (pos, pos + 1))


_EXPECTED_PAIRS = {"]": ("{", "}"), "}": ("[", "]")}
_Explainer = Callable[[YAMLError, SourceText, int], YamlFinding]
_EXPLAINERS: tuple[tuple[str, _Explainer], ...] = (
    ("expected key", _explain_indentation),
    ("expected '-'", _explain_indentation),
    ("not allowed in this context", _explain_indentation),
    ("could not find expected ':'", _explain_missing_colon),
    ("expected ',' or", _explain_brackets),
    ("expected node content", _explain_brackets),
    ("tab character", _explain_tab),
    ("document start", _explain_first_line),
)


def check_root(event: Any, path: str) -> list[YamlFinding]:
    """Return the finding that the file is empty, or does not begin with a field."""
    name = PurePosixPath(path).name.split(".")[0]
    fields = "the field `title`" if name == "programme" else f"the fields `id: {name.split('-')[0]}` and `title`"
    if isinstance(event, MappingStartEvent):
        return []
    if event is None or (isinstance(event, ScalarEvent) and not event.value):
        return [make_finding(messages.EMPTY_FILE, (0, 1), fields=fields)]
    start, content = event.start_mark.index, "text" if isinstance(event, ScalarEvent) else "a list"
    return [make_finding(messages.NOT_A_RECORD, (start, start + 1), fields=fields, what=content)]
