"""Build plain data from libyaml's events: the fast path, which ten thousand records take.

It does not report mistakes, only that something looks wrong. `lint` then reads the same text again with positions.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from ruamel.yaml.parser import Parser as PurePythonParser

from p2ptrack.errors import OperationError
from p2ptrack.model.register import TOP_LEVEL_MODELS
from p2ptrack.model.schema import FieldSpec, field_names, list_fields
from p2ptrack.store.yaml.source_text import CURLY_QUOTE_CHARACTERS, HYPHEN_LOOKALIKES, NULL_WORDS


def _iter_all_names(fields: Sequence[FieldSpec]) -> Iterator[str]:
    for spec in fields:
        yield spec.name
        yield from _iter_all_names(spec.fields)


ALL_FIELD_NAMES = frozenset(name for model in TOP_LEVEL_MODELS for name in _iter_all_names(list_fields(model)))
"""The names of all fields at any depth. A line that begins with one of them is probably a field."""
_COMMON_WORDS = frozenset({"area", "contracts", "note", "raised", "start", "supporting"})
TOP_LEVEL_FIELD_NAMES = frozenset(name for model in TOP_LEVEL_MODELS for name in field_names(model)) - _COMMON_WORDS
"""The names of fields that are not indented, without those that a sentence may well begin with."""

YamlValue: TypeAlias = "str | list[YamlValue] | dict[str, YamlValue]"

MAX_DEPTH = 16
MERGE_KEY = "<<"
_SUSPECT_FIRST = CURLY_QUOTE_CHARACTERS + HYPHEN_LOOKALIKES + "~-/"
_BLOCK_STYLES = ("|", ">")
_NAME_FIELDS = frozenset({"accountable", "lead_member", "supporting"})
"""Fields of which a value over two lines may be two names."""
_OMITTED_WHEN_EMPTY = ALL_FIELD_NAMES - {"exempt"}
_EVENT_PARSER: Any = YAML(typ="safe").Parser
"""The parser of libyaml; ruamel.yaml's own if ruamel.yaml.clib is missing, which reads another dialect."""


class ParseResult(NamedTuple):
    """The plain data of one text. Without a value it cannot be read; `needs_lint` asks for the full diagnosis."""

    value: YamlValue | None
    needs_lint: bool = False


class _UnreadableError(Exception):
    """The structure cannot be built."""


def create_event_reader(text: str) -> Callable[[], Any]:
    """Return the function that gives the next event of a text; it raises `YAMLError` at the first mistake.

    Raises `OperationError` if the parser of libyaml is not installed.
    """
    if _EVENT_PARSER is PurePythonParser:
        raise OperationError(
            "The fast YAML parser is not installed, and the other one reads some records differently. "
            "Install it with: pip install ruamel.yaml.clib"
        )
    get_event: Callable[[], Any] = _EVENT_PARSER(text).get_event
    return get_event


def is_field_name(key: str) -> bool:
    """Return whether a key looks like the name of a field and not like a line of text that ends in a colon."""
    return key.islower() and " " not in key


def parse_yaml(text: str) -> ParseResult:
    """Return the text as plain data: every scalar as written, the first of two equal keys.

    An empty field is the same as none, so it is left out. It is kept if its name is not a field, because that may be a
    typing error, and if leaving it out could publish something: an `exempt` that is not finished yet.
    """
    builder = _FastParser(text)
    try:
        value = builder.parse_document()
    except (YAMLError, _UnreadableError):
        return ParseResult(None, needs_lint=True)
    name_tables = [id(table) for table in _iter_name_tables(value)] if builder.sparse_containers else []
    for container in builder.sparse_containers:
        if id(container) not in name_tables:
            _drop_empty(container)
    return ParseResult(value, builder.needs_lint)


class _FastParser:
    """Builds one document from its events; a list or mapping inside another is built by recursion."""

    __slots__ = ("_depth", "_get_event", "needs_lint", "sparse_containers")

    def __init__(self, text: str) -> None:
        self._get_event = create_event_reader(text)
        self._depth = 0
        self.sparse_containers: list[Any] = []
        self.needs_lint = False

    def parse_document(self) -> YamlValue:
        """Return the list or mapping that the whole text is."""
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
        # One long function: it runs twenty times a record, and a call would cost a tenth of the reading of its events.
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
                if (
                    event.style
                    or not value
                    or value[0] in _SUSPECT_FIRST
                    or " -" in value
                    or value in NULL_WORDS
                    or key in _NAME_FIELDS
                ):
                    self._inspect_scalar(value, event, key_event)
                    if not value:
                        self.sparse_containers.append(mapping)
            if key not in ALL_FIELD_NAMES and (not key or key[0] in _SUSPECT_FIRST or key == MERGE_KEY):
                self.needs_lint = True
            if key_event.anchor is not None or key_event.ctag is not None:
                self.needs_lint = True
            if key in mapping:
                self.needs_lint = True
            else:
                mapping[key] = value
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
        """Ask for a diagnosis of a value that is empty, quoted on several lines, or plain and easily misread."""
        if not value:
            is_missing = key_event is None or event.start_mark.index == key_event.end_mark.index
            self.needs_lint = (
                self.needs_lint or is_missing or not is_field_name(key_event.value) or event.style in _BLOCK_STYLES
            )
        elif not event.style and (value[0] in _SUSPECT_FIRST or value in NULL_WORDS):
            self.needs_lint = True
        elif event.style not in _BLOCK_STYLES:
            self.needs_lint = self.needs_lint or event.start_mark.line != event.end_mark.line


_CONTAINER_PARSERS: dict[type, Callable[[_FastParser], YamlValue]] = {
    MappingStartEvent: _FastParser._parse_mapping,
    SequenceStartEvent: _FastParser._parse_sequence,
}


def _iter_name_tables(value: YamlValue) -> Iterator[YamlValue | None]:
    """Yield the mappings in which a programme gives names to registers and fields: `amount` is no field there."""
    if not isinstance(value, dict):
        return
    registers, fields = value.get("registers"), value.get("fields")
    if isinstance(registers, dict):
        yield registers
        yield from (entry.get("fields") for entry in registers.values() if isinstance(entry, dict))
    if isinstance(fields, dict):
        yield from fields.values()


def _drop_empty(container: list[YamlValue] | dict[str, YamlValue]) -> None:
    if isinstance(container, list):
        container[:] = [item for item in container if item != ""]
        return
    for key in [key for key, value in container.items() if value == "" and key in _OMITTED_WHEN_EMPTY]:
        del container[key]
