"""Where the parts of a record stand: the second reading of a file that somebody has something to say about.

Positions are character numbers into the decoded text, so that an editor can splice the text at them.
"""

from __future__ import annotations

from collections.abc import Collection
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

from p2ptrack.store.yaml import codes, value_codes
from p2ptrack.store.yaml.build import MAX_DEPTH, MERGE_KEY, is_field_name
from p2ptrack.store.yaml.events import create_event_reader
from p2ptrack.store.yaml.explain import explain_syntax_error
from p2ptrack.store.yaml.fault import YamlErrorCode, YamlFinding, make_finding
from p2ptrack.store.yaml.lines import SourceLines
from p2ptrack.store.yaml.quote import quote_text
from p2ptrack.store.yaml.sheet import MAX_FINDINGS
from p2ptrack.store.yaml.signs import NULL_WORDS

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
                    self._report(codes.TOO_DEEP, _event_span(event))
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
            self._report(codes.ALIAS, _event_span(event), line=_QUOTE_HINT)
        elif event.anchor is not None:
            self._report(codes.ANCHOR, (start, start + 1), line=_QUOTE_HINT)
        elif event.ctag is not None:
            self._report(codes.TAG, (start, start + 1), line=_QUOTE_HINT)

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
            fix = codes.DUPLICATE_KEY.fix + (_NEW_ENTRY_HINT if container.path.endswith("]") else "")
            self._report(codes.DUPLICATE_KEY, span, key=text, line=line, fix=fix)
        elif text == MERGE_KEY and not event.style:
            self._report(codes.MERGE_KEY, span)
        container.key_starts.setdefault(text, span[0])

    def _report_bad_key(self, event: Any) -> None:
        start = event.start_mark.index
        self._report(codes.KEY_NOT_TEXT, (start, start + 1), text="Review")

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
            self._report(codes.NULL_WORD, span, text=event.value, key=container.key or "-")
        if self._is_sentence(container, event):
            self._report(codes.TEXT_ENDS_IN_COLON, container.key_span)
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
        self._report(value_codes.SPLIT_BY_COMMA, key, text=text[slice(*key)], line=fix.strip())

    def _close_container(self, event: Any) -> None:
        container = self._stack.pop()
        span = self.spans.get(container.path)
        if span and span.value[0] == container.start:
            self.spans[container.path] = span._replace(value=(container.start, event.end_mark.index))
        if container.is_key and self._stack:
            self._stack[-1].key, self._stack[-1].key_span = "", (event.end_mark.index, event.end_mark.index)


def _event_span(event: Any) -> CharSpan:
    return event.start_mark.index, event.end_mark.index
