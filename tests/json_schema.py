"""A validator for the part of JSON Schema draft-07 that the published schemas use, and YAML as an editor reads it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

Schema = Mapping[str, Any]
ANNOTATIONS = {"$schema", "$id", "title", "description", "examples", "default", "definitions"}
TYPES: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}


def find_errors(value: Any, schema: Schema, root: Schema | None = None, place: str = "$") -> Iterator[str]:
    """Yield what is wrong with a value, each with its place. An unknown keyword of a schema is an error of the test."""
    root = schema if root is None else root
    if "$ref" in schema:
        yield from find_errors(value, root["definitions"][schema["$ref"].removeprefix("#/definitions/")], root, place)
        return
    for keyword, argument in schema.items():
        if keyword not in ANNOTATIONS:
            yield from KEYWORDS[keyword](value, argument, schema, root, place)


def is_valid(value: Any, schema: Schema) -> bool:
    return not list(find_errors(value, schema))


def _type(value: Any, types: Any, _schema: Schema, _root: Schema, place: str) -> Iterator[str]:
    names = [types] if isinstance(types, str) else types
    if not any(TYPES[name](value) for name in names):
        yield f"{place}: {value!r} is not {' or '.join(names)}"


def _pattern(value: Any, pattern: str, _schema: Schema, _root: Schema, place: str) -> Iterator[str]:
    if isinstance(value, str) and not re.search(pattern, value):
        yield f"{place}: {value!r} does not match {pattern[:60]}"


def _enum(value: Any, values: list[Any], _schema: Schema, _root: Schema, place: str) -> Iterator[str]:
    if value not in values:
        yield f"{place}: {value!r} is none of {values}"


def _limit(value: Any, limit: int, is_within: bool, place: str) -> Iterator[str]:
    if TYPES["number"](value) and not is_within:
        yield f"{place}: {value} is beyond {limit}"


def _any_of(value: Any, schemas: list[Schema], _schema: Schema, root: Schema, place: str) -> Iterator[str]:
    errors = [list(find_errors(value, way, root, place)) for way in schemas]
    if all(errors):
        yield f"{place}: no way of {len(schemas)}: {min(errors, key=len)}"


def _all_of(value: Any, parts: list[Schema], _schema: Schema, root: Schema, place: str) -> Iterator[str]:
    for part in parts:
        yield from find_errors(value, part, root, place)


def _items(value: Any, item: Schema, _schema: Schema, root: Schema, place: str) -> Iterator[str]:
    for index, inner in enumerate(value if isinstance(value, list) else ()):
        yield from find_errors(inner, item, root, f"{place}[{index}]")


def _properties(
    value: Any, properties: Mapping[str, Schema], _schema: Schema, root: Schema, place: str
) -> Iterator[str]:
    for name, inner in value.items() if isinstance(value, dict) else ():
        if name in properties:
            yield from find_errors(inner, properties[name], root, f"{place}.{name}")


def _additional(value: Any, allowed: Any, schema: Schema, root: Schema, place: str) -> Iterator[str]:
    for name, inner in value.items() if isinstance(value, dict) else ():
        patterns = schema.get("patternProperties", {})
        if name not in schema.get("properties", {}) and not any(re.search(pattern, name) for pattern in patterns):
            if allowed is False:
                yield f"{place}: {name} is not allowed"
            elif allowed is not True:
                yield from find_errors(inner, allowed, root, f"{place}.{name}")


def _pattern_properties(
    value: Any, patterns: Mapping[str, Schema], _schema: Schema, root: Schema, place: str
) -> Iterator[str]:
    for name, inner in value.items() if isinstance(value, dict) else ():
        for pattern, part in patterns.items():
            if re.search(pattern, name):
                yield from find_errors(inner, part, root, f"{place}.{name}")


def _names(value: Any, part: Schema, _schema: Schema, root: Schema, place: str) -> Iterator[str]:
    for name in value if isinstance(value, dict) else ():
        yield from find_errors(name, part, root, f"{place}#{name}")


def _required(value: Any, names: list[str], _schema: Schema, _root: Schema, place: str) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (f"{place}: {name} is missing" for name in names if name not in value)


KEYWORDS: dict[str, Callable[[Any, Any, Schema, Schema, str], Iterator[str]]] = {
    "type": _type,
    "pattern": _pattern,
    "enum": _enum,
    "const": lambda value, const, *rest: _enum(value, [const], *rest),
    "minimum": lambda value, limit, _s, _r, place: _limit(
        value, limit, TYPES["number"](value) and value >= limit, place
    ),
    "maximum": lambda value, limit, _s, _r, place: _limit(
        value, limit, TYPES["number"](value) and value <= limit, place
    ),
    "anyOf": _any_of,
    "allOf": _all_of,
    "items": _items,
    "properties": _properties,
    "additionalProperties": _additional,
    "patternProperties": _pattern_properties,
    "propertyNames": _names,
    "required": _required,
}

# YAML 1.2 with its core schema, as yaml-language-server reads it: no dates, and yes is a text.

_CORE: tuple[tuple[re.Pattern[str], Callable[[str], Any]], ...] = (
    (re.compile(r"|~|null|Null|NULL"), lambda _: None),
    (re.compile(r"true|True|TRUE|false|False|FALSE"), lambda text: text.lower() == "true"),
    (re.compile(r"[-+]?[0-9]+"), int),
    (re.compile(r"0o[0-7]+"), lambda text: int(text, 0)),
    (re.compile(r"0x[0-9a-fA-F]+"), lambda text: int(text, 0)),
    (re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"), float),
)


def read_as_editor(text: str) -> Any:
    """Return YAML as an editor reads it. Raises ruamel's `YAMLError` where an editor shows an error of its own."""
    return _construct(YAML(pure=True).compose(text))


def _construct(node: Any) -> Any:
    if isinstance(node, MappingNode):
        return {str(key.value): _construct(value) for key, value in node.value}
    if isinstance(node, SequenceNode):
        return [_construct(item) for item in node.value]
    if isinstance(node, ScalarNode) and node.style in {None, ""}:
        for pattern, convert in _CORE:
            if pattern.fullmatch(node.value):
                return convert(node.value)
    return None if node is None else node.value
