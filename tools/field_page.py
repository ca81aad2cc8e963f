"""The page of the fields: what a record and the programme may say, made from the models that read them."""

from __future__ import annotations

import re
import types
from collections.abc import Iterable, Iterator
from enum import StrEnum
from inspect import getdoc
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from p2ptrack.model.fields import DateField, Flag, Id, IdMarker, Model, Number, RoleMarker, ShortForm, ShortName, Text
from p2ptrack.model.programme import KindName, Programme
from p2ptrack.model.records import KINDS, CoveredRecord, Record, TrackedRecord
from p2ptrack.model.schema import field_model

HEAD = """\
# Fields

What the files of a register may say. A file holds one field a line, `name: value`; what a field does not say is left
out. Of a record only `id` and `title` are needed, of the programme only `title`.

- *text*: the words as they are. A text of several lines follows `|` and is indented.
- *list*: `[R1, R2]`, or one entry a line after `- `. One value where a list is expected is a list of one.
- *group*: fields inside a field, indented, or in brackets: `{id: leeds-p2p, ref: row 4}`.
- *date*: as people write it; every way is in [dates.md](dates.md).
- *id of …*: the id of something in this register. Write a link once: both ends show it.
- *post*: one of the programme's `roles`, never a person's name.

The second column is what screens call the field.
"""

_HELD = {
    Text: "text",
    Id: "id",
    ShortName: "short name",
    Flag: "`true` or `false`",
    Number: "whole number",
    DateField: "date",
    KindName: "`recommendation`, `action` or `follow-up`",
}
_LINKED = {"part": "a recommendation or of a part of one"}
_SEVERAL = {
    "post": "posts",
    "id of a record": "ids of records",
    f"id of {_LINKED['part']}": "ids of recommendations or of parts of them",
}
_HEADINGS = {"FollowUp": "Follow-ups", "SourceRef": "Where it comes from", "Revision": "Revised date"}
_BY_OTHER_WORDS: dict[type[BaseModel] | None, str] = {
    CoveredRecord: "list of record ids, or group of `id: whole`, `in_part` or `heading_only`"
}
_TABLE = "| Field | Called | Holds | |\n| --- | --- | --- | --- |\n"
_DESIGN = re.compile(r" \(design, [^)]*\)")


def page() -> str:
    """Return the page: every model once, those of records first, each with the groups that it is made of."""
    records: list[type[BaseModel]] = [Record, TrackedRecord, *(kind.model for kind in KINDS)]
    inside = tuple(dict.fromkeys(part for model in records for part in _groups(model)))
    programme = tuple(part for part in _groups(Programme) if part not in inside)
    blocks = (
        *(_section(model) for model in records),
        "## Groups inside a record\n",
        *(_section(model, "###") for model in inside),
        _section(Programme),
        *(_section(model, "###") for model in programme),
    )
    return HEAD + "\n" + "\n".join(blocks)


def heading(model: type[BaseModel]) -> str:
    """Return what a model's section is called."""
    kind = next((kind for kind in KINDS if kind.model is model), None)
    common = {Record: "Every record", TrackedRecord: "Actions and follow-ups", Programme: "The programme"}
    return common.get(model) or (kind.plural.capitalize() if kind else _HEADINGS.get(model.__name__, model.__name__))


def _groups(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for name, info in model.model_fields.items():
        part = field_model(model, info.alias or name)
        if part is not None and part not in _BY_OTHER_WORDS:
            yield part
            yield from _groups(part)


def _section(model: type[BaseModel], level: str = "##") -> str:
    about = _DESIGN.sub("", " ".join((getdoc(model) or "").split()))
    kind = next((kind for kind in KINDS if kind.model is model), None)
    where = f" One file each in `data/{kind.folder}/`; the fields above, and:" if kind else ""
    rows = "\n".join(_row(model, name, info) for name, info in _own_fields(model))
    return f"{level} {heading(model)}\n\n{about}{where}\n\n{_TABLE}{rows}\n"


def _own_fields(model: type[BaseModel]) -> Iterable[tuple[str, FieldInfo]]:
    above = {name for base in model.__mro__[1:] if issubclass(base, Model) for name in base.model_fields}
    return ((name, info) for name, info in model.model_fields.items() if name not in above)


def _row(model: type[BaseModel], name: str, info: FieldInfo) -> str:
    held = _held(get_type_hints(model, include_extras=True)[name])
    needed = " Needed." if info.is_required() else ""
    return f"| `{info.alias or name}` | {info.title} | {held}{_default(info)} | {info.description}{needed} |"


def _default(info: FieldInfo) -> str:
    value = info.get_default()
    if value is PydanticUndefined or value in (None, (), False):
        return ""
    return f"; else `{value}`"


def _held(hint: Any) -> str:
    """Return what a field of this type holds, in words."""
    known = _known(hint)
    if known:
        return known
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _marked(args[0], args[1:])
    if origin is tuple:
        held = _held(args[0])
        return f"list of {_SEVERAL.get(held, held)}"
    if origin is dict:
        return f"names, each with {_held(args[1])}"
    if origin in (Union, types.UnionType):
        return _held(args[0])
    return _choice(hint) if origin is Literal or issubclass(hint, StrEnum) else _group(hint)


def _known(hint: Any) -> str:
    return next((words for known, words in _HELD.items() if known == hint), "")


def _marked(hint: Any, marks: Iterable[object]) -> str:
    for mark in marks:
        if isinstance(mark, IdMarker):
            return f"id of {_LINKED.get(mark.target, f'a {mark.target}')}"
        if isinstance(mark, RoleMarker):
            return "post"
        if mark == ShortForm(accepts_text=True):
            return f"{_held_by_first_field(hint)}, or {_held(hint)}"
    return _BY_OTHER_WORDS.get(next(iter(get_args(hint)), None), "") or _held(hint)


def _held_by_first_field(model: type[BaseModel]) -> str:
    return _held(next(iter(get_type_hints(model, include_extras=True).values())))


def _choice(hint: Any) -> str:
    words = get_args(hint) or tuple(hint)
    return "one of " + ", ".join(f"`{word}`" for word in words)


def _group(model: type[BaseModel]) -> str:
    anchor = heading(model).casefold().replace(" ", "-")
    return f"[group](#{anchor})"
