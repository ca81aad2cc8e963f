"""Build plain data from libyaml's events: the clean path, which ten thousand records take.

It reports nothing. It only says that something is odd; then `outline` and `scan` look at the same
text with positions and say what, where and what to write instead.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from p2ptrack.store.yaml.events import event_source
from p2ptrack.store.yaml.signs import CURLY, NULL_WORDS, OTHER_HYPHENS

Plain: TypeAlias = "str | list[Plain] | dict[str, Plain]"

MOST_DEPTH = 16
MERGE_KEY = "<<"
_ODD_FIRST = CURLY + OTHER_HYPHENS + "~-"
_BLOCK_STYLES = ("|", ">")


@dataclass(frozen=True, slots=True)
class Built:
    """What the events of one text add up to. `odd` asks for a closer look; without a value it cannot be read."""

    value: Plain | None
    odd: bool = False


class _Unreadable(Exception):
    """The structure cannot be built."""


def is_name(key: str) -> bool:
    """Say whether a key looks like the name of a field and not like a line of text that ends in a colon."""
    return key.islower() and " " not in key


def build(text: str) -> Built:
    """Return the text as plain data: every scalar as written, the first of two equal keys, no empty values."""
    builder = _Builder()
    try:
        builder.run(text)
    except (YAMLError, _Unreadable):
        return Built(None, odd=True)
    return builder.result()


class _Builder:
    """Fills one box (a list or a mapping) after the other, without recursion; `_top` is a list around them all."""

    __slots__ = ("_box", "_holes", "_in_mapping", "_key", "_key_event", "_odd", "_outer", "_top")

    def __init__(self) -> None:
        self._top: list[Plain] = []
        self._box: Any = self._top
        self._in_mapping = False
        self._key: str | None = None
        self._key_event: Any = None
        self._outer: list[Any] = []
        self._holes: list[Any] = []
        self._odd = False

    def run(self, text: str) -> None:
        get_event, scalar = event_source(text), self._scalar
        while (kind := type(event := get_event())) is not StreamEndEvent:
            if kind is ScalarEvent:
                scalar(event)
            else:
                _HANDLERS[kind](self, event)

    def result(self) -> Built:
        for box in self._holes:
            _drop_empty(box)
        if len(self._top) != 1:
            return Built(None, odd=True)
        return Built(self._top[0], self._odd)

    def _scalar(self, event: Any) -> None:
        # In one piece: it runs forty times a record, and each call would cost a tenth of the event.
        value = event.value
        if event.anchor is not None or event.ctag is not None:
            self._odd = True
        if self._in_mapping:
            key = self._key
            if key is None:
                self._start_pair(value, event)
                return
            self._key = None
            if key in self._box:
                self._odd = True
            else:
                self._box[key] = value
        else:
            self._box.append(value)
            self._odd = self._odd or ":" in value
        if event.style or not value or value[0] in _ODD_FIRST or " -" in value or value in NULL_WORDS:
            self._look(value, event)

    def _start_pair(self, key: str, event: Any) -> None:
        self._key = sys.intern(key)  # ten thousand records share their keys
        self._key_event = event
        if not key or key[0] in _ODD_FIRST or key == MERGE_KEY:
            self._odd = True

    def _look(self, value: str, event: Any) -> None:
        """Look at a value that is empty, in quotes or a text block, or at a bare one that may be misread."""
        if not value:
            self._holes.append(self._box)
            missing = not self._in_mapping or event.start_mark.index == self._key_event.end_mark.index
            sentence = self._in_mapping and not is_name(self._key_event.value)
            self._odd = self._odd or missing or sentence or event.style in _BLOCK_STYLES
        elif not event.style and (value[0] in _ODD_FIRST or value in NULL_WORDS):
            self._odd = True
        elif event.style not in _BLOCK_STYLES:
            self._odd = self._odd or event.start_mark.line != event.end_mark.line

    def _put(self, value: Plain) -> None:
        if not self._in_mapping:
            self._box.append(value)
        elif self._key in self._box:
            self._odd = True
        else:
            self._box[self._key] = value

    def open(self, event: Any) -> None:
        if (self._in_mapping and self._key is None) or len(self._outer) >= MOST_DEPTH:
            raise _Unreadable
        if event.anchor is not None or event.ctag is not None:
            self._odd = True
        box: Any = {} if type(event) is MappingStartEvent else []
        self._put(box)
        self._outer.append(self._box)
        self._box, self._in_mapping, self._key = box, type(box) is dict, None

    def close(self, event: Any) -> None:
        del event
        self._box = self._outer.pop()
        self._in_mapping, self._key = type(self._box) is dict, None

    def document(self, event: Any) -> None:
        if self._top:
            raise _Unreadable
        if event.version or event.tags:
            self._odd = True

    def document_end(self, event: Any) -> None:
        if event.explicit:
            self._odd = True

    def alias(self, event: Any) -> None:
        raise _Unreadable(event.anchor)

    def nothing(self, event: Any) -> None:
        """A stream's start says nothing about a record."""


_HANDLERS: dict[type, Callable[[_Builder, Any], None]] = {
    StreamStartEvent: _Builder.nothing,
    DocumentStartEvent: _Builder.document,
    DocumentEndEvent: _Builder.document_end,
    MappingStartEvent: _Builder.open,
    MappingEndEvent: _Builder.close,
    SequenceStartEvent: _Builder.open,
    SequenceEndEvent: _Builder.close,
    AliasEvent: _Builder.alias,
}


def _drop_empty(box: list[Plain] | dict[str, Plain]) -> None:
    if isinstance(box, list):
        box[:] = [each for each in box if each != ""]
        return
    for key in [key for key, value in box.items() if value == ""]:
        del box[key]
