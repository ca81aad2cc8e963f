"""The index of all fields, built once from the models, the walk over what a record states, and its validation.

Links, filters, columns, JSON and exemptions read records through this module, so that a field is declared in its
model and nowhere else.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum
from functools import cache, lru_cache, partial
from typing import Annotated, Any, Literal, NamedTuple, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, WithJsonSchema
from pydantic.fields import FieldInfo

from p2ptrack.model import limits
from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.fields import (
    DirectorateMarker,
    IdMarker,
    Model,
    RoleMarker,
    ShortForm,
    SingleAsValue,
    TranslatedWord,
    ValidationContext,
    Validator,
    WordAsWritten,
    get_word_as_written,
    require_text,
    wrap_in_list,
)
from p2ptrack.model.kinds import KINDS, Kinds
from p2ptrack.model.records import Record, TrackedRecord
from p2ptrack.values import dataclass

ReferenceMarker = IdMarker | RoleMarker | DirectorateMarker
ModelClass = type[BaseModel]


class DeclaredChoice(StrEnum):
    """Base of the words of a declared choice. They are printed as the programme writes them."""


class DeclaredNumber(Decimal):
    """The value of a declared number: exact, and unlike an amount of money a number in JSON."""

    def to_json(self) -> int | float:
        """Return the number; it has so few digits that a float prints as it was written."""
        return int(self) if self == self.to_integral_value() else float(self)


@dataclass(frozen=True, slots=True)
class DeclaredMarker:
    """Marks a field that the programme declares; `roles` are what p2ptrack does with it, such as `sum`."""

    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class FieldSpec:
    """A field as its model declares it.

    `attribute` is its name in Python and `name` that in files: `from_` and `from`. `path` leads to it from the
    outermost model: `("updates", "date")`. `type` is date, choice, name, text, flag, number, amount (of money) or
    group. A *name* (an id, a role, an entry of a list) is compared whole; a *text* is searched. `marker` defines what
    its text refers to. `model` and `fields` are those of a group, or of the entries of a list or mapping;
    `reference_fields` are the fields inside it that are, or contain, references. With `is_single_as_value` JSON has the
    only entry of a list by itself. `declared` marks a field that the programme declares.
    """

    attribute: str
    name: str
    path: tuple[str, ...]
    type: str
    title: str
    choices: tuple[str, ...] = ()
    marker: ReferenceMarker | None = None
    model: ModelClass | None = None
    fields: tuple[FieldSpec, ...] = ()
    is_list: bool = False
    is_mapping: bool = False
    reference_fields: tuple[FieldSpec, ...] = ()
    is_single_as_value: bool = False
    declared: DeclaredMarker | None = None

    def has_role(self, role: str) -> bool:
        """Whether the programme declares the field with a role, such as `sum`."""
        return self.declared is not None and role in self.declared.roles


FieldValue = tuple[str, Any, FieldSpec]
"""The place of a value (`updates[1].covers[0].id`), the value, its field."""
FieldReference = tuple[str, str, ReferenceMarker]
"""The place of a reference, its text, what it refers to."""


@cache
def list_fields(model: ModelClass) -> tuple[FieldSpec, ...]:
    """Return the fields of a model in its order, each with the fields inside it."""
    return _build_fields(model, ())


def _build_fields(model: ModelClass, parent_path: tuple[str, ...]) -> tuple[FieldSpec, ...]:
    return tuple(
        _build_field(name, (*parent_path, info.alias or name), info.title or name, info.rebuild_annotation())
        for name, info in model.model_fields.items()
        if not any(isinstance(marker, WordAsWritten) for marker in info.metadata)
    )


def _build_field(attribute: str, path: tuple[str, ...], title: str, hint: Any) -> FieldSpec:
    marker, declared, is_single, containers = None, None, False, set[Any]()
    while (origin := get_origin(hint)) in _WRAPPERS:
        args = get_args(hint)
        if origin is Annotated:
            is_single = is_single or any(isinstance(extra, SingleAsValue) for extra in args[1:])
            marker = next((extra for extra in args[1:] if isinstance(extra, ReferenceMarker)), marker)
            declared = next((extra for extra in args[1:] if isinstance(extra, DeclaredMarker)), declared)
        containers.add(origin)
        hint = args[1] if origin is dict else args[0]  # of `X | None`, X; of a mapping, its values
    is_mapping = dict in containers
    is_list = tuple in containers and not is_mapping
    model = hint if _is_subclass(hint, BaseModel) else None
    fields = _build_fields(model, path) if model else ()
    is_exact = marker is not None or path[-1] == "id" or (is_list and declared is None)
    return FieldSpec(
        attribute=attribute,
        name=path[-1],
        path=path,
        type="text" if is_mapping else _classify(hint, exact=is_exact),
        title=title,
        choices=tuple(member.value for member in hint) if _is_subclass(hint, StrEnum) else (),
        marker=marker,
        model=model,
        fields=fields,
        is_list=is_list,
        is_mapping=is_mapping,
        reference_fields=_select_references(fields),
        is_single_as_value=is_single,
        declared=declared,
    )


def _select_references(fields: Sequence[FieldSpec]) -> tuple[FieldSpec, ...]:
    return tuple(field for field in fields if field.marker or field.reference_fields)


_WRAPPERS = frozenset({Annotated, tuple, dict, Union, types.UnionType})
_TYPE_NAMES = {CouncilDate: "date", bool: "flag", int: "number", Decimal: "amount", DeclaredNumber: "number"}
_NUMBERS = (int, Decimal, DeclaredNumber)
"""Types whose zero is a value."""


def _is_subclass(hint: Any, base: type) -> bool:
    return isinstance(hint, type) and issubclass(hint, base)


def _classify(hint: Any, *, exact: bool) -> str:
    if _is_subclass(hint, BaseModel):
        return "group"
    if _is_subclass(hint, StrEnum):
        return "choice"
    return _TYPE_NAMES.get(hint, "name" if exact and hint is str else "text")


def flatten_fields(fields: Sequence[FieldSpec]) -> Iterator[FieldSpec]:
    """Yield fields and the fields inside them, without those of a mapping's entries."""
    for field in fields:
        yield field
        if not field.is_mapping:
            yield from flatten_fields(field.fields)


@cache
def record_field_specs(kinds: Kinds = KINDS) -> dict[str, FieldSpec]:
    """Return the fields that some kind of record has by dotted name, in the order of the models.

    A choice that several kinds have, each with its own words, has the words of all.
    """
    specs: dict[str, FieldSpec] = {}
    for kind in kinds:
        for spec in flatten_fields(list_fields(kind.model)):
            merged_spec = specs.setdefault(".".join(spec.path), spec)
            if merged_spec.choices != spec.choices:
                choices = tuple(dict.fromkeys((*merged_spec.choices, *spec.choices)))
                specs[".".join(spec.path)] = replace(merged_spec, choices=choices)
    return specs


@cache
def _list_reference_fields(model: ModelClass) -> tuple[FieldSpec, ...]:
    return _select_references(list_fields(model))


def walk(model: BaseModel) -> list[FieldValue]:
    """Return every value that a record or the programme states: its place, the value and its field.

    A group comes before the values inside it, the entries of a list or mapping one by one. Defaults, empty texts and
    flags that are false are not stated.
    """
    values: list[FieldValue] = []  # filled in place: over ten thousand records, nested generators take twice as long
    _walk_fields(model, "", list_fields(type(model)), values, references_only=False)
    return values


def is_url(text: Any) -> bool:
    """Whether a text is an address on the web or for e-mail, as a declared link can be, and not an id."""
    return isinstance(text, str) and text.casefold().startswith(("https://", "http://", "mailto:"))


def list_references(model: BaseModel) -> list[FieldReference]:
    """Return `(place, text, marker)` for every id and role that a record or the programme names."""
    values: list[FieldValue] = []
    _walk_fields(model, "", _list_reference_fields(type(model)), values, references_only=True)
    return [(place, value, field.marker) for place, value, field in values if field.marker and not is_url(value)]


def _walk_fields(
    model: BaseModel, prefix: str, fields: Sequence[FieldSpec], results: list[FieldValue], *, references_only: bool
) -> None:
    values, fields_set = model.__dict__, model.model_fields_set
    for field in fields:
        if field.attribute in fields_set:
            _walk_value(values[field.attribute], prefix + field.name, field, results, references_only)


def _walk_value(value: Any, place: str, field: FieldSpec, results: list[FieldValue], references_only: bool) -> None:
    value_type = value.__class__
    if value_type is tuple:
        for index, item in enumerate(value):
            _walk_value(item, f"{place}[{index}]", field, results, references_only)
    elif value_type is dict:
        for key, item in value.items():
            _walk_value(item, f"{place}.{key}", field, results, references_only)
    elif value or value_type in _NUMBERS:
        results.append((place, value, field))
        if field.model is not None:
            fields = field.reference_fields if references_only else field.fields
            _walk_fields(value, f"{place}.", fields, results, references_only=references_only)


def iter_values(value: Any, path: tuple[str, ...]) -> Iterator[Any]:
    """Yield every stated value at a dotted name, through lists and groups; a mapping yields `key: value`."""
    if isinstance(value, tuple):
        for item in value:
            yield from iter_values(item, path)
    elif isinstance(value, dict):
        yield from (f"{key}: {item}" for key, item in value.items())
    elif path:
        attribute = find_attribute(type(value), path[0])
        yield from iter_values(getattr(value, attribute, None), path[1:])
    elif value is not None and value != "":
        yield value


def find_attribute(model: type, name: str) -> str:
    """Return the name in Python of a field that files call `name`: `from_` for `from`."""
    return _map_aliases(model).get(name, name) if hasattr(model, "model_fields") else name


@cache
def _map_aliases(model: ModelClass) -> dict[str, str]:
    return {field.name: field.attribute for field in list_fields(model) if field.name != field.attribute}


def is_set(value: Any) -> bool:
    """Whether a field holds a value: not absent, an empty list or mapping, or a flag that is false."""
    return value is not None and value is not False and value not in ((), {})


def list_set_fields(model: BaseModel) -> list[tuple[FieldSpec, Any]]:
    """Return each field of a model that holds a value, and the value."""
    return _select_set(model, list_fields(type(model)))


def list_present_values(model: BaseModel) -> list[tuple[FieldSpec, Any]]:
    """Return all values of a model: each field with its value, and each word as written with its field.

    Functions that remove or change text use this list, so that a word as written is treated like its field.
    """
    return _select_set(model, _list_attributes(type(model)))


def _select_set(model: BaseModel, fields: Sequence[FieldSpec]) -> list[tuple[FieldSpec, Any]]:
    values = model.__dict__
    return [(field, values[field.attribute]) for field in fields if is_set(values[field.attribute])]


@cache
def _list_attributes(model: ModelClass) -> tuple[FieldSpec, ...]:
    """Return the fields of a model, and one more for each word as written: it has the name of its field."""
    word_fields = (
        replace(field, attribute=f"{field.attribute}_as_written", type="text", choices=())
        for field in list_fields(model)
        if f"{field.attribute}_as_written" in model.model_fields
    )
    return (*list_fields(model), *word_fields)


def fields_to_json(model: BaseModel, exclude: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the fields that are set by the names that files use, with dates as the JSON contract has them.

    The council's own word for a status, a priority or an acceptance is beside it: `status_as_written`.
    """
    fields_set: dict[str, Any] = {}
    for field, value in list_set_fields(model):
        if field.name not in exclude:
            has_one = field.is_single_as_value and len(value) == 1
            fields_set[field.name] = _value_to_json(value[0] if has_one else value)
            if field.type == "choice" and (word := get_word_as_written(model, field.attribute)):
                fields_set[f"{field.name}_as_written"] = word
    return fields_set


def _value_to_json(value: Any) -> Any:
    if isinstance(value, CouncilDate):
        return value.to_json()
    if isinstance(value, BaseModel):
        return fields_to_json(value)
    if isinstance(value, tuple):
        return [_value_to_json(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _value_to_json(item) for key, item in value.items()}
    if isinstance(value, Decimal):  # as a JSON number, an amount would be read as a float
        return value.to_json() if isinstance(value, DeclaredNumber) else f"{value:f}"
    return value.value if isinstance(value, StrEnum) else value


def record_fields_to_json(record: Record) -> dict[str, Any]:
    """Return a record's fields without its id and title, which the JSON contract has beside them."""
    return fields_to_json(record, exclude=("id", "title"))


def field_names(model: ModelClass) -> tuple[str, ...]:
    """Return the names that a file may use, in the order of the model."""
    return tuple(field.name for field in list_fields(model))


def _find_field(model: ModelClass, name: str) -> FieldSpec | None:
    return next((field for field in list_fields(model) if field.name == name), None)


def field_model(model: ModelClass, name: str) -> ModelClass | None:
    """Return the model of a field's value, or of its entries; None for plain values and unknown names."""
    field = _find_field(model, name)
    return field.model if field else None


def model_at_path(model: ModelClass, steps: Sequence[Any]) -> ModelClass | None:
    """Return the model at a place in another: `updates`, 1, `source`. An unknown step is the name of an entry."""
    current: ModelClass | None = model
    for step in steps:
        field = _find_field(current, step) if current is not None and isinstance(step, str) else None
        if field is not None:
            current = field.model
    return current


@cache
def text_field_names(model: ModelClass) -> frozenset[str]:
    """Return the names of the fields that hold text, themselves or in a group."""
    return frozenset(field.name for field in list_fields(model) if field.model or field.type in {"text", "name"})


_WRITTEN_LAST = ("inferred", "updates", "evidence", "verified", "decided", "exempt", "note")


def file_field_order(model: ModelClass) -> tuple[str, ...]:
    """Return the fields of a kind in the order in which a file has them.

    What is particular to the kind comes after the source, and what grows comes last.
    """
    names = [field.name for field in list_fields(model) if field.name not in _WRITTEN_LAST]
    shared = {field.name for field in list_fields(TrackedRecord)}
    own_names = [name for name in names if name not in shared]
    rest = [name for name in names if name in shared]
    split_at = rest.index("source") + 1
    last = [name for name in _WRITTEN_LAST if _find_field(model, name)]
    return (*rest[:split_at], *own_names, *rest[split_at:], *last)


ModelT = TypeVar("ModelT", bound=Model)


class _UnclearError(ValueError):
    """Data that this fast validation does not accept. pydantic then validates it and writes the messages."""


class _DirectInfo(NamedTuple):
    """The part of pydantic's `ValidationInfo` that validators of fields use."""

    context: ValidationContext
    has_checked_texts: bool = False
    field_name: str = ""


_ReadValue = Callable[[Any, Any], Any]
"""Reads a value, with the `_DirectInfo` that a validator may need.

Raises `ValueError` for a value that it does not accept.
"""


def validate(
    model: type[ModelT], values: Mapping[str, Any], context: ValidationContext, *, has_checked_texts: bool = False
) -> ModelT:
    """Return the model of plain data, as `model_validate` does. Raises its `ValidationError`.

    With `has_checked_texts` every text in it is known to pass `require_text`.

    Most data is valid. It is built from the same annotations, with the validators of the fields that it states, and
    without the schemas that pydantic would compile at each start: a tenth of a short run. For data that is not
    accepted, pydantic validates all of it, so that all messages come from there.
    """
    try:
        instance: ModelT = _compile_model(model)(values, _DirectInfo(context, has_checked_texts))
    except ValueError:  # pydantic's errors of fields are such too
        return model.model_validate(values, context=context)
    return instance


class _Plan(NamedTuple):
    """How to build a model from values with certain names.

    `texts` are the names of plain texts. `others` are names with their attributes and readers, and True where the same
    text is often read again. All models share `fields_set`, the attributes. `missing` make the defaults of others.
    """

    texts: tuple[str, ...]
    others: tuple[tuple[str, str, _ReadValue, bool], ...]
    fields_set: set[str]
    missing: list[tuple[str, Callable[[], Any]]]


@cache
def _compile_model(model: ModelClass) -> _ReadValue:
    """Return the function that builds a model from values."""
    plan = _compile_planner(model)
    defaults = {name: None if info.is_required() else info.default for name, info in model.model_fields.items()}
    checks, wrap = _list_model_validators(model)
    maximum, set_attribute = limits.WORD.maximum, object.__setattr__

    def build(values: Any, info: _DirectInfo) -> BaseModel:
        if values.__class__ is not dict:
            raise _UnclearError
        texts, others, fields_set, missing = plan(tuple(values))
        attributes, memo, has_checked_texts = defaults.copy(), info.context.memo, info.has_checked_texts
        for name in texts:
            value = attributes[name] = values[name]
            if value.__class__ is str and (has_checked_texts or (len(value) <= maximum and not value.isspace())):
                continue  # the same as below, without a call
            require_text(value)
        for name, attribute, read, is_repeated in others:
            value = values[name]
            if not is_repeated or value.__class__ is not str:
                attributes[attribute] = read(value, info)
            elif (result := memo.get((read, value), memo)) is not memo:  # a value can be None
                attributes[attribute] = result
            else:
                attributes[attribute] = memo[read, value] = read(value, info)
        for attribute, make_default in missing:
            attributes[attribute] = make_default()
        instance = model.__new__(model)
        set_attribute(instance, "__dict__", attributes)
        set_attribute(instance, "__pydantic_fields_set__", fields_set)
        set_attribute(instance, "__pydantic_extra__", None)
        set_attribute(instance, "__pydantic_private__", None)
        for check in checks:
            check(instance)
        return instance

    return (lambda values, info: wrap(values, lambda inner: build(inner, info))) if wrap else build


def _compile_planner(model: ModelClass) -> Callable[[tuple[str, ...]], _Plan]:
    """Return the function that plans for names. It raises `ValueError` if one is unknown, or a required one missing."""
    fields = model.model_fields
    readers: dict[str, list[tuple[str, _ReadValue]]] = {}  # a word as written is read with its field
    for name, info in fields.items():
        readers.setdefault(info.alias or name, []).append((name, _compile_type(info.rebuild_annotation())))
    required = frozenset(name for name, info in fields.items() if info.is_required())
    factories = [(name, _compile_default(info)) for name, info in fields.items() if info.default_factory]

    @lru_cache(maxsize=4096)  # ten thousand records state a few hundred sets of fields
    def plan(names: tuple[str, ...]) -> _Plan:
        pairs = [(name, attribute, read) for name in names for attribute, read in readers.get(name) or _refuse()]
        fields_set = {attribute for _, attribute, _ in pairs}
        if not required <= fields_set:
            raise _UnclearError
        texts = [name for name, attribute, read in pairs if name == attribute and read is _read_text]
        others = [(*pair, pair[1] not in required) for pair in pairs if pair[0] not in texts]
        return _Plan(tuple(texts), tuple(others), fields_set, [pair for pair in factories if pair[0] not in fields_set])

    return plan


def _list_model_validators(model: ModelClass) -> tuple[list[Callable[[Any], Any]], Any]:
    """Return the validators of a model that run on the instance, and the one around the whole, if any."""
    validators = model.__pydantic_decorators__.model_validators
    modes = {name: validator.info.mode for name, validator in validators.items()}
    wrapping = [getattr(model, name) for name, mode in modes.items() if mode == "wrap"]
    return [getattr(model, name) for name, mode in modes.items() if mode == "after"], next(iter(wrapping), None)


def _compile_default(info: FieldInfo) -> Any:
    factory: Any = info.default_factory
    if _is_subclass(factory, Model):
        return partial(_compile_model(factory), {}, _DirectInfo(ValidationContext()))
    return factory


def _refuse() -> Any:
    raise _UnclearError


def _read_text(value: Any, _info: _DirectInfo) -> str:
    return require_text(value)


def _compile_type(hint: Any) -> _ReadValue:
    """Return the function that reads a value of an annotated type."""
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _compile_type(args[0])  # of `X | None`, X: no file has a value that is None
    if origin in _COMPILERS:
        return _COMPILERS[origin](args)
    if _is_subclass(hint, BaseModel):
        return _compile_model(hint)
    return lambda value, _info: value if value.__class__ is hint else _refuse()


def _compile_list(args: tuple[Any, ...]) -> _ReadValue:
    """Return the function that reads a list, or a value in place of a list of one."""
    read_item, max_entries = _compile_type(args[0]), limits.ENTRIES.maximum

    def read_items(value: Any, info: _DirectInfo) -> tuple[Any, ...]:
        items = value if value.__class__ is list and len(value) <= max_entries else wrap_in_list(value)
        return tuple([read_item(item, info) for item in items])

    return read_items


def _compile_mapping(args: tuple[Any, ...]) -> _ReadValue:
    read_key, read_value = map(_compile_type, args)

    def read_entries(value: Any, info: _DirectInfo) -> dict[Any, Any]:
        if value.__class__ is not dict:
            raise _UnclearError
        return {read_key(key, info): read_value(item, info) for key, item in value.items()}

    return read_entries


def _compile_literal(args: tuple[Any, ...]) -> _ReadValue:
    return lambda value, _info: value if value in args else _refuse()


def _compile_annotated(args: tuple[Any, ...]) -> _ReadValue:
    read = _compile_type(args[0])
    for annotation in args[1:]:
        if isinstance(annotation, Validator):
            read = _compile_validator(annotation.function, annotation.needs_context)
        elif isinstance(annotation, (TranslatedWord, WordAsWritten)):
            read = annotation.read
        elif isinstance(annotation, BeforeValidator):
            if annotation.func is not wrap_in_list:  # what reads a list does it
                has_info = annotation.func.__code__.co_argcount > 1
                read = _chain(_compile_validator(annotation.func, has_info), read)
        elif not isinstance(annotation, _WITHOUT_VALIDATION):
            return lambda _value, _info: _refuse()
    return read


_WITHOUT_VALIDATION = (ShortForm, SingleAsValue, WithJsonSchema, DeclaredMarker, ReferenceMarker)


def _compile_validator(function: Any, has_info: bool) -> _ReadValue:
    if function is require_text:
        return _read_text
    return function if has_info else lambda value, _info: function(value)


def _chain(before: _ReadValue, read: _ReadValue) -> _ReadValue:
    return lambda value, info: read(before(value, info), info)


_COMPILERS: dict[Any, Callable[[tuple[Any, ...]], _ReadValue]] = {
    Annotated: _compile_annotated,
    tuple: _compile_list,
    dict: _compile_mapping,
    Literal: _compile_literal,
}
