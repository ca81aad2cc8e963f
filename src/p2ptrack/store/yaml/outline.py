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
from p2ptrack.store.yaml.build import MERGE_KEY, MOST_DEPTH, is_name
from p2ptrack.store.yaml.events import event_source
from p2ptrack.store.yaml.explain import explain
from p2ptrack.store.yaml.fault import Fault, Finding, found
from p2ptrack.store.yaml.lines import Lines
from p2ptrack.store.yaml.quote import quoted
from p2ptrack.store.yaml.sheet import MOST_FINDINGS
from p2ptrack.store.yaml.signs import NULL_WORDS

Span: TypeAlias = tuple[int, int]

_IN_QUOTES = "the value in quotes"
_OWN_NAMES = ("as_published", "glossary", "labels", "rating", "rules_off", "covers")  # an officer chooses the names
_NEW_ENTRY = "; or a dash before it, if a new entry begins here"


class Spot(NamedTuple):
    """Where a field's value stands and, but for the entries of a list, its name. A box is a list or a group.

    A box without brackets ends where the next field begins, so blank lines and comments before that are in it.
    """

    value: Span
    key: Span | None
    box: bool


@dataclass(slots=True)
class _Frame:
    """A list or a group that is open while its entries are read."""

    path: str
    start: int
    mapping: bool
    flow: bool
    as_key: bool = False
    count: int = 0
    key: str | None = None
    key_span: Span = (0, 0)
    seen: dict[str, int] = field(default_factory=dict)
    last: Span | None = None


class Outline:
    """The spots of a text by field (`updates[1].text`), and the faults of its structure.

    Reading goes as far as libyaml does, to the first fault of syntax, which is among the findings then.
    """

    def __init__(self, lines: Lines, text: str = "", wanted: Collection[str] = ()) -> None:
        """Read `text` where it is given: the text of the lines, with the same positions and with faults covered.

        With fields that are `wanted`, reading ends as soon as it is known where they all stand.
        """
        self.lines = lines
        self._wanted = frozenset(wanted)
        self.spots: dict[str, Spot] = {}
        self.findings: list[Finding] = []
        self.top: Any = None
        self._frames: list[_Frame] = []
        try:
            self._read(event_source(text or lines.text))
        except YAMLError as error:
            self.findings.append(explain(error, lines))

    def _read(self, get_event: Any) -> None:
        documents = 0
        while type(event := get_event()) is not StreamEndEvent and len(self.findings) <= MOST_FINDINGS:
            if isinstance(event, NodeEvent):
                if self._wanted and self._has_wanted():
                    return
                if len(self._frames) >= MOST_DEPTH and not isinstance(event, (ScalarEvent, AliasEvent)):
                    self._add(codes.TOO_DEEP, _span(event))
                    return
                self.top = self.top or event
                self._property(event)
                self._node(event)
            elif isinstance(event, CollectionEndEvent):
                self._close(event)
            elif isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    return

    def _has_wanted(self) -> bool:
        """Whether all that is wanted lies before the name that comes next, which is one of the record's own fields."""
        return len(self._frames) == 1 and self._frames[0].key is None and self._wanted <= self.spots.keys()

    def _add(self, fault: Fault, span: Span, **words: object) -> None:
        self.findings.append(found(fault, span, **words))

    def _property(self, event: Any) -> None:
        start = event.start_mark.index
        if isinstance(event, AliasEvent):
            self._add(codes.ALIAS, _span(event), line=_IN_QUOTES)
        elif event.anchor is not None:
            self._add(codes.ANCHOR, (start, start + 1), line=_IN_QUOTES)
        elif event.ctag is not None:
            self._add(codes.TAG, (start, start + 1), line=_IN_QUOTES)

    def _node(self, event: Any) -> None:
        frame = self._frames[-1] if self._frames else None
        is_box = not isinstance(event, (ScalarEvent, AliasEvent))
        if frame and frame.mapping and frame.key is None:
            if is_box:
                self._key_not_text(event)
                self._open(event, "", as_key=True)
            else:
                self._key(frame, event)
            return
        path = self._entry(frame, event, is_box)
        if is_box:
            self._open(event, path)

    def _open(self, event: Any, path: str, *, as_key: bool = False) -> None:
        mapping = isinstance(event, MappingStartEvent)
        self._frames.append(_Frame(path, event.start_mark.index, mapping, bool(event.flow_style), as_key))

    def _key(self, frame: _Frame, event: Any) -> None:
        text, span = str(getattr(event, "value", "*")), _span(event)
        frame.key, frame.key_span = text, span
        if not text:
            self._key_not_text(event)
        elif text in frame.seen:
            line = self.lines.number(frame.seen[text])
            fix = codes.DUPLICATE.fix + (_NEW_ENTRY if frame.path.endswith("]") else "")
            self._add(codes.DUPLICATE, span, key=text, line=line, fix=fix)
        elif text == MERGE_KEY and not event.style:
            self._add(codes.MERGE_KEY, span)
        frame.seen.setdefault(text, span[0])

    def _key_not_text(self, event: Any) -> None:
        start = event.start_mark.index
        self._add(codes.KEY_NOT_TEXT, (start, start + 1), text="Review")

    def _entry(self, frame: _Frame | None, event: Any, is_box: bool) -> str:
        """Note where the value stands and return its field. An empty entry of a list counts for none."""
        if frame is None:
            return ""
        span, path = _span(event), self._path(frame)
        key = frame.key_span if frame.mapping else None
        empty = isinstance(event, ScalarEvent) and not event.value
        if not frame.as_key and not (empty and not frame.mapping):
            self.spots.setdefault(path, Spot(span, key, is_box))
            frame.count += 1
        if isinstance(event, ScalarEvent):
            self._scalar(frame, event, span)
        frame.key, frame.last = None, span if isinstance(event, ScalarEvent) and event.value else frame.last
        return path

    def _path(self, frame: _Frame) -> str:
        if not frame.mapping:
            return f"{frame.path}[{frame.count}]"
        return f"{frame.path}.{frame.key}" if frame.path else str(frame.key)

    def _scalar(self, frame: _Frame, event: Any, span: Span) -> None:
        if not event.style and event.value in NULL_WORDS:
            self._add(codes.NULL_WORD, span, text=event.value, key=frame.key or "-")
        if self._sentence(frame, event):
            self._add(codes.ENDS_IN_COLON, frame.key_span)
        if frame.mapping and frame.flow and not event.value and span[0] == frame.key_span[1]:
            self._split(frame)

    def _sentence(self, frame: _Frame, event: Any) -> bool:
        """Say whether this is a line of text that only looks like the name of a field."""
        if event.value or event.style or not frame.mapping or frame.flow or is_name(frame.key or ""):
            return False
        return not frame.path.endswith(_OWN_NAMES)

    def _split(self, frame: _Frame) -> None:
        key = frame.key_span
        begin = frame.last[0] if frame.last else key[0]
        text = self.lines.text
        line = self.lines.line(begin)
        offset = self.lines.start(begin)
        fix = line[: begin - offset] + quoted(text[begin : key[1]]) + line[key[1] - offset :]
        frame.last = (begin, key[1])
        self._add(value_codes.SPLIT_BY_COMMA, key, text=text[slice(*key)], line=fix.strip())

    def _close(self, event: Any) -> None:
        frame = self._frames.pop()
        spot = self.spots.get(frame.path)
        if spot and spot.value[0] == frame.start:
            self.spots[frame.path] = spot._replace(value=(frame.start, event.end_mark.index))
        if frame.as_key and self._frames:
            self._frames[-1].key, self._frames[-1].key_span = "", (event.end_mark.index, event.end_mark.index)


def _span(event: Any) -> Span:
    return event.start_mark.index, event.end_mark.index
