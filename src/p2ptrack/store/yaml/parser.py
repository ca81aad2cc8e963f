"""Build plain data from libyaml's events: the clean path, which ten thousand records take.

It reports nothing. It only says that something is odd; then `outline` and `scan` look at the same
text with positions and say what, where and what to write instead.
"""

from __future__ import annotations

import codecs
import sys
from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

from _ruamel_yaml import CParser
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from p2ptrack.store.yaml import messages
from p2ptrack.store.yaml.messages import YamlFinding, make_finding
from p2ptrack.store.yaml.source_text import CURLY_QUOTE_CHARACTERS, HYPHEN_LOOKALIKES, NULL_WORDS, describe_character

# The one door to libyaml: ruamel.yaml's C part. The pure parser is another dialect, so there is no fallback.


def create_event_reader(text: str) -> Callable[[], Any]:
    """Return the function that gives the text's next event; it raises ruamel.yaml's `YAMLError` at the first fault."""
    get_event: Callable[[], Any] = CParser(text).get_event
    return get_event


YamlValue: TypeAlias = "str | list[YamlValue] | dict[str, YamlValue]"

MAX_DEPTH = 16
MERGE_KEY = "<<"
_SUSPECT_FIRST = CURLY_QUOTE_CHARACTERS + HYPHEN_LOOKALIKES + "~-"
_BLOCK_STYLES = ("|", ">")


class ParseResult(NamedTuple):
    """What the events of one text add up to. `odd` asks for a closer look; without a value it cannot be read."""

    value: YamlValue | None
    needs_lint: bool = False


class _UnreadableError(Exception):
    """The structure cannot be built."""


def is_field_name(key: str) -> bool:
    """Say whether a key looks like the name of a field and not like a line of text that ends in a colon."""
    return key.islower() and " " not in key


def parse_yaml(text: str) -> ParseResult:
    """Return the text as plain data: every scalar as written, the first of two equal keys, no empty values."""
    builder = _FastParser(text)
    try:
        value = builder.parse_document()
    except (YAMLError, _UnreadableError):
        return ParseResult(None, needs_lint=True)
    for container in builder.sparse_containers:
        _drop_empty(container)
    return ParseResult(value, builder.needs_lint)


class _FastParser:
    """Takes one event after the other, and calls itself for a box (a list or a mapping) within another."""

    __slots__ = ("_depth", "_get_event", "needs_lint", "sparse_containers")

    def __init__(self, text: str) -> None:
        self._get_event = create_event_reader(text)
        self._depth = 0
        self.sparse_containers: list[Any] = []
        self.needs_lint = False

    def parse_document(self) -> YamlValue:
        """Return the one box that the text is."""
        get_event = self._get_event
        get_event()
        start, value, end = get_event(), self._parse_container(get_event()), get_event()
        self.needs_lint = self.needs_lint or bool(start.version or start.tags or end.explicit)
        if type(get_event()) is not StreamEndEvent:
            raise _UnreadableError
        return value

    def _parse_container(self, event: Any) -> YamlValue:
        parse = _CONTAINER_PARSERS.get(type(event))
        if parse is None or self._depth >= MAX_DEPTH:
            raise _UnreadableError
        if event.anchor is not None or event.ctag is not None:
            self.needs_lint = True
        self._depth += 1
        container = parse(self)
        self._depth -= 1
        return container

    def _parse_mapping(self) -> YamlValue:
        # In one piece: it runs twenty times a record, and each call would cost a tenth of the events.
        mapping: dict[str, YamlValue] = {}
        get_event = self._get_event
        while type(key_event := get_event()) is ScalarEvent:
            key = sys.intern(key_event.value)  # ten thousand records share their keys
            event = get_event()
            if type(event) is not ScalarEvent:
                value = self._parse_container(event)
            else:
                value = event.value
                if event.anchor is not None or event.ctag is not None:
                    self.needs_lint = True
                if event.style or not value or value[0] in _SUSPECT_FIRST or " -" in value or value in NULL_WORDS:
                    self._inspect_scalar(value, event, key_event)
                    if not value:
                        self.sparse_containers.append(mapping)
            if key in mapping or not key or key[0] in _SUSPECT_FIRST or key == MERGE_KEY:
                self.needs_lint = True
            if key_event.anchor is not None or key_event.ctag is not None:
                self.needs_lint = True
            mapping.setdefault(key, value)
        if type(key_event) is not MappingEndEvent:
            raise _UnreadableError
        return mapping

    def _parse_sequence(self) -> YamlValue:
        sequence: list[YamlValue] = []
        while type(event := self._get_event()) is not SequenceEndEvent:
            if type(event) is not ScalarEvent:
                sequence.append(self._parse_container(event))
                continue
            value = event.value
            sequence.append(value)
            if event.anchor is not None or event.ctag is not None or ":" in value:
                self.needs_lint = True
            self._inspect_scalar(value, event, None)
            if not value:
                self.sparse_containers.append(sequence)
        return sequence

    def _inspect_scalar(self, value: str, event: Any, key_event: Any) -> None:
        """Look at a value that is empty, in quotes or a text block, or at a bare one that may be misread."""
        if not value:
            is_missing = key_event is None or event.start_mark.index == key_event.end_mark.index
            self.needs_lint = (
                self.needs_lint or is_missing or not is_field_name(key_event.value) or event.style in _BLOCK_STYLES
            )
        elif not event.style and (value[0] in _SUSPECT_FIRST or value in NULL_WORDS):
            self.needs_lint = True
        elif event.style not in _BLOCK_STYLES and (event.style or " -" in value):
            self.needs_lint = self.needs_lint or event.start_mark.line != event.end_mark.line


_CONTAINER_PARSERS: dict[type, Callable[[_FastParser], YamlValue]] = {
    MappingStartEvent: _FastParser._parse_mapping,
    SequenceStartEvent: _FastParser._parse_sequence,
}


def _drop_empty(container: list[YamlValue] | dict[str, YamlValue]) -> None:
    if isinstance(container, list):
        container[:] = [item for item in container if item != ""]
        return
    for key in [key for key, value in container.items() if value == ""]:
        del container[key]


# From bytes to text: strictly UTF-8, or else a fault that says which encoding it looks like.


_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16 (“Unicode” in Windows programs)"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16 (“Unicode” in Windows programs)"),
)
_FIRST_SURROGATE = 0xDC00


class DecodedText(NamedTuple):
    """A file's text without its byte order mark; where it is not UTF-8, the likely text and the finding."""

    text: str
    finding: YamlFinding | None = None


def decode_text(data: bytes) -> DecodedText:
    """Return the text. A UTF-8 byte order mark is tolerated, since editors on Windows write it."""
    wide_encoding = (
        None if data[:2].isalnum() else _detect_wide_encoding(data)
    )  # two bytes a character, or a mark: neither begins so
    if wide_encoding:
        codec, name = wide_encoding
        finding = make_finding(messages.NOT_UTF8, (0, 1), encoding=name, character="")
        return DecodedText(data.decode(codec, "replace").removeprefix("\ufeff"), finding)
    try:
        return DecodedText(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return _decode_windows_1252(data)


def _detect_wide_encoding(data: bytes) -> tuple[str, str] | None:
    for mark, codec, name in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return codec, name
    if data[1:2] == b"\0" and data[3:4] == b"\0":
        return "utf-16-le", _BYTE_ORDER_MARKS[2][2]
    if data[:1] == b"\0" and data[2:3] == b"\0" and data[1:2] != b"\0":
        return "utf-16-be", _BYTE_ORDER_MARKS[3][2]
    return None


def _decode_windows_1252(data: bytes) -> DecodedText:
    """Read each byte that is not UTF-8 as Windows-1252 does, so that the rest of the file is still looked at."""
    escaped = data.decode("utf-8-sig", "surrogateescape")
    first = next(index for index, char in enumerate(escaped) if _is_escaped(char))
    text = "".join(_decode_windows_byte(char) if _is_escaped(char) else char for char in escaped)
    character = f": the character here would be `{text[first]}` ({describe_character(text[first])})"
    details = {"encoding": "Windows-1252 (“ANSI”)", "character": character}
    return DecodedText(text, make_finding(messages.NOT_UTF8, (first, first + 1), **details))


def _is_escaped(char: str) -> bool:
    return _FIRST_SURROGATE <= ord(char) < _FIRST_SURROGATE + 0x100


def _decode_windows_byte(char: str) -> str:
    byte = bytes([ord(char) - _FIRST_SURROGATE])
    try:
        return byte.decode("cp1252")
    except UnicodeDecodeError:
        return byte.decode("latin-1")
