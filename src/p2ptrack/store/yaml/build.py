"""Build plain data from libyaml's events: the clean path, which ten thousand records take.

It reports nothing. It only says that something is odd; then `outline` and `scan` look at the same
text with positions and say what, where and what to write instead.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from p2ptrack.store.yaml.events import event_source
from p2ptrack.store.yaml.signs import CURLY, NULL_WORDS, OTHER_HYPHENS

Plain: TypeAlias = "str | list[Plain] | dict[str, Plain]"

MOST_DEPTH = 16
MERGE_KEY = "<<"
_ODD_FIRST = CURLY + OTHER_HYPHENS + "~-"
_BLOCK_STYLES = ("|", ">")


class Built(NamedTuple):
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
    builder = _Builder(text)
    try:
        value = builder.document()
    except (YAMLError, _Unreadable):
        return Built(None, odd=True)
    for box in builder.holes:
        _drop_empty(box)
    return Built(value, builder.odd)


class _Builder:
    """Takes one event after the other, and calls itself for a box (a list or a mapping) within another."""

    __slots__ = ("_depth", "_get_event", "holes", "odd")

    def __init__(self, text: str) -> None:
        self._get_event = event_source(text)
        self._depth = 0
        self.holes: list[Any] = []
        self.odd = False

    def document(self) -> Plain:
        """Return the one box that the text is."""
        get_event = self._get_event
        get_event()
        start, value, end = get_event(), self._box(get_event()), get_event()
        self.odd = self.odd or bool(start.version or start.tags or end.explicit)
        if type(get_event()) is not StreamEndEvent:
            raise _Unreadable
        return value

    def _box(self, event: Any) -> Plain:
        filled = _BOXES.get(type(event))
        if filled is None or self._depth >= MOST_DEPTH:
            raise _Unreadable
        if event.anchor is not None or event.ctag is not None:
            self.odd = True
        self._depth += 1
        box = filled(self)
        self._depth -= 1
        return box

    def _mapping(self) -> Plain:
        # In one piece: it runs twenty times a record, and each call would cost a tenth of the events.
        box: dict[str, Plain] = {}
        get_event = self._get_event
        while type(name := get_event()) is ScalarEvent:
            key = sys.intern(name.value)  # ten thousand records share their keys
            event = get_event()
            if type(event) is not ScalarEvent:
                value = self._box(event)
            else:
                value = event.value
                if event.anchor is not None or event.ctag is not None:
                    self.odd = True
                if event.style or not value or value[0] in _ODD_FIRST or " -" in value or value in NULL_WORDS:
                    self._look(value, event, name)
                    if not value:
                        self.holes.append(box)
            if key in box or not key or key[0] in _ODD_FIRST or key == MERGE_KEY:
                self.odd = True
            if name.anchor is not None or name.ctag is not None:
                self.odd = True
            box.setdefault(key, value)
        if type(name) is not MappingEndEvent:
            raise _Unreadable
        return box

    def _sequence(self) -> Plain:
        box: list[Plain] = []
        while type(event := self._get_event()) is not SequenceEndEvent:
            if type(event) is not ScalarEvent:
                box.append(self._box(event))
                continue
            value = event.value
            box.append(value)
            if event.anchor is not None or event.ctag is not None or ":" in value:
                self.odd = True
            self._look(value, event, None)
            if not value:
                self.holes.append(box)
        return box

    def _look(self, value: str, event: Any, name: Any) -> None:
        """Look at a value that is empty, in quotes or a text block, or at a bare one that may be misread."""
        if not value:
            missing = name is None or event.start_mark.index == name.end_mark.index
            self.odd = self.odd or missing or not is_name(name.value) or event.style in _BLOCK_STYLES
        elif not event.style and (value[0] in _ODD_FIRST or value in NULL_WORDS):
            self.odd = True
        elif event.style not in _BLOCK_STYLES and (event.style or " -" in value):
            self.odd = self.odd or event.start_mark.line != event.end_mark.line


_BOXES: dict[type, Callable[[_Builder], Plain]] = {
    MappingStartEvent: _Builder._mapping,
    SequenceStartEvent: _Builder._sequence,
}


def _drop_empty(box: list[Plain] | dict[str, Plain]) -> None:
    if isinstance(box, list):
        box[:] = [each for each in box if each != ""]
        return
    for key in [key for key, value in box.items() if value == ""]:
        del box[key]
