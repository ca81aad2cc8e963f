"""The page of fields: what a record and the programme can contain, made from the models."""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator
from enum import StrEnum
from inspect import getdoc
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from p2ptrack.model.declarations import DeclaredName, IdPrefix, KindWords
from p2ptrack.model.fields import (
    DateField,
    DirectorateMarker,
    Flag,
    Id,
    IdMarker,
    Model,
    Number,
    PastDate,
    RoleMarker,
    ShortForm,
    ShortName,
    Text,
    Title,
)
from p2ptrack.model.kinds import KINDS
from p2ptrack.model.money import Amount, CurrencyCode
from p2ptrack.model.programme import KindName, LanguageTag, Programme
from p2ptrack.model.records import CoveredRecord, Record, TrackedRecord
from p2ptrack.model.recurrence import Every
from p2ptrack.model.schema import list_fields
from p2ptrack.phrases import join_words

HEAD = r"""# Fields

A file has one field a line, `name: value`. Leave out a field that has no value. A record needs only `id` and `title`,
the programme only `title`.

| Type | How to write it |
| --- | --- |
| text | On one line, or on several indented lines after `\|`. |
| list | `[R1, R2]`, or one entry a line, each after `- `. A single value is a list of one. |
| group | Fields inside a field: indented, or in braces such as `{id: leeds-p2p, ref: row 4}`. |
| date | As councils write it. [dates.md](dates.md) has every way. |
| id of … | The id of something in this register. Write a link in one record only. Both records show it. |
| amount | An exact amount of money in figures: `48000`, `£48,000` or `£48,000.50`. |
| post | One of the programme's `roles`, never a person's name. |

In the tables below, *Title* is what screens and papers call the field.
"""

_TYPE_NAMES = {
    Text: "text",
    Title: "text",
    Id: "id",
    ShortName: "short name",
    Flag: "`true` or `false`",
    Number: "whole number",
    DateField: "date",
    PastDate: "date",
    LanguageTag: "code of a language",
    KindName: join_words([f"`{kind.singular}`" for kind in KINDS], "or"),
    Amount: "amount",
    CurrencyCode: "code of a currency",
    Every: "`month`, `quarter`, `half-year`, `year` or such as `2 months`",
    DeclaredName: "name",
    IdPrefix: "capital letters",
    KindWords: "words",
}
_REFERENCE_NAMES = {"part": "a recommendation or of a part of one"}
_PLURALS = {
    "post": "posts",
    "id of a record": "ids of records",
    f"id of {_REFERENCE_NAMES['part']}": "ids of recommendations or of parts of them",
}
_HEADINGS: dict[str, str] = {
    "ContractSettings": "Contracts",
    "ExemptContract": "Withheld contract",
    "ExemptMarking": "Exemption from publication",
    "LeadTime": "Lead time",
    "ProcurementExemption": "Exemptions",
    "FieldDeclaration": "Own field",
    "FollowUp": "Follow-ups",
    "GlossaryEntry": "Glossary entry",
    "RegisterDeclaration": "Own register",
    "RecommendationPart": "Part of a recommendation",
    "SourceDocument": "Source",
    "SourceRef": "Place in a source",
    "StatusDecision": "Decision",
    "TargetRevision": "Target change",
}
_SHORT_FORMS: dict[type[BaseModel] | None, str] = {
    CoveredRecord: "list of record ids, or group of `id: whole`, `in_part` or `heading_only`"
}
_TABLE_HEAD = "| Field | Title | Type | |\n| --- | --- | --- | --- |\n"


def page() -> str:
    """Return the page: every model once, those of records first, each with the groups inside it."""
    records: list[type[BaseModel]] = [Record, TrackedRecord, *(kind.model for kind in KINDS)]
    record_groups = tuple(dict.fromkeys(group for model in records for group in _iter_groups(model)))
    programme_groups = dict.fromkeys(group for group in _iter_groups(Programme) if group not in record_groups)
    blocks = (
        *(_format_section(model) for model in records),
        "## Groups in records\n",
        *(_format_section(model, "###") for model in record_groups),
        _format_section(Programme),
        *(_format_section(model, "###") for model in programme_groups),
    )
    return HEAD + "\n" + "\n".join(blocks)


def heading(model: type[BaseModel]) -> str:
    """Return the heading of a model's section."""
    kind = next((kind for kind in KINDS if kind.model is model), None)
    common = {Record: "Every record", TrackedRecord: "Actions and follow-ups", Programme: "The programme"}
    return common.get(model) or (kind.plural.capitalize() if kind else _HEADINGS.get(model.__name__, model.__name__))


def _iter_groups(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for field in list_fields(model):
        if field.model is not None and field.model not in _SHORT_FORMS:
            yield field.model
            yield from _iter_groups(field.model)


def _format_section(model: type[BaseModel], level: str = "##") -> str:
    description = " ".join((getdoc(model) or "").split())
    kind = next((kind for kind in KINDS if kind.model is model), None)
    if kind:
        description += f" Each has a file in `data/{kind.folder}/` with the fields above and these:"
    rows = "\n".join(_format_row(model, name, info) for name, info in _own_fields(model))
    return f"{level} {heading(model)}\n\n{description}\n\n{_TABLE_HEAD}{rows}\n"


def _own_fields(model: type[BaseModel]) -> Iterable[tuple[str, FieldInfo]]:
    inherited = {name for base in model.__mro__[1:] if issubclass(base, Model) for name in base.model_fields}
    attributes = (field.attribute for field in list_fields(model))
    return ((name, model.model_fields[name]) for name in attributes if name not in inherited)


def _format_row(model: type[BaseModel], name: str, info: FieldInfo) -> str:
    type_name = _describe_type(get_type_hints(model, include_extras=True)[name])
    required = " Required." if (info.alias or name) in model.model_json_schema().get("required", ()) else ""
    cells = (f"`{info.alias or name}`", info.title, type_name + _format_default(info), f"{info.description}{required}")
    return f"| {' | '.join(map(str, cells))} |"


def _format_default(info: FieldInfo) -> str:
    value = info.get_default()
    if value is PydanticUndefined or value in (None, (), False):
        return ""
    return f" (default: `{value}`)"


def _describe_type(hint: Any) -> str:
    """Return the type of a field in words."""
    name = next((name for type_, name in _TYPE_NAMES.items() if type_ == hint), "")
    origin, args = get_origin(hint), get_args(hint)
    if name or origin is Annotated:
        return name or _describe_annotated(args[0], args[1:])
    if origin is tuple:
        entry = _describe_type(args[0])
        return f"list of {_PLURALS.get(entry, entry)}"
    if origin is dict:
        return f"names, each with {_describe_type(args[1])}"
    if origin in (Union, types.UnionType):
        return _describe_type(args[0])
    if origin is Literal or issubclass(hint, StrEnum):
        return "one of " + ", ".join(f"`{word}`" for word in args or tuple(hint))
    return f"[group](#{heading(hint).casefold().replace(' ', '-')})"


def _describe_annotated(hint: Any, metadata: Iterable[object]) -> str:
    for extra in metadata:
        if isinstance(extra, IdMarker):
            return f"id of {_REFERENCE_NAMES.get(extra.target, f'a {extra.target}')}"
        if isinstance(extra, RoleMarker):
            return "post"
        if isinstance(extra, DirectorateMarker):
            return "directorate"
        if isinstance(extra, ShortForm) and extra.accepts_text:
            first_hint = next(iter(get_type_hints(hint, include_extras=True).values()))
            return f"{_describe_type(first_hint)}, or {_describe_type(hint)}"
    return _SHORT_FORMS.get(next(iter(get_args(hint)), None)) or _describe_type(hint)
