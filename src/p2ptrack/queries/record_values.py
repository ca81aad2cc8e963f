"""The values of a record as people wrote them: for columns of a list and for the other details of a record."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.records import Blocker, CoveredRecord, Evidence, RecommendationPart, SourceRef, Update
from p2ptrack.model.register import Register, resolve_update_date
from p2ptrack.model.schema import is_set


def format_value(register: Register, value: Any) -> str:
    """Return any value of a record as text."""
    if isinstance(value, BaseModel):
        return _format_group(register, value)
    if isinstance(value, tuple):
        separator = "; " if value and isinstance(value[0], BaseModel) else ", "
        return separator.join(format_value(register, item) for item in value)
    if isinstance(value, dict):
        return "; ".join(f"{key}: {format_value(register, item)}" for key, item in value.items())
    return _format_scalar(value)


def _format_scalar(value: Any) -> str:
    match value:
        case CouncilDate():
            return value.to_text()
        case StrEnum():
            return value.value.replace("_", " ")
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value)


def format_source(register: Register, source: SourceRef) -> str:
    """Return the title of a source and the place in it: *Audit report, row 4*."""
    document = register.find_source(source.id)
    return ", ".join(filter(None, (document.title if document else source.id, source.ref)))


def _format_group(register: Register, group: BaseModel) -> str:
    match group:
        case SourceRef():
            text = format_source(register, group)
        case Update():
            text = _format_update(register, group)
        case Evidence(title=str() as title):
            text = f"{title} ({group.link})" if group.link else title
        case RecommendationPart():
            text = f"{group.id} {group.text}"
        case CoveredRecord():
            text = f"{group.id} ({format_value(register, group.extent)})"
        case Blocker(id=str() as id_):
            dependency = register.find_dependency(id_)
            text = dependency.title if dependency else id_
        case _:
            text = _format_fields(register, group)
    return text


def _format_update(register: Register, update: Update) -> str:
    update_date = resolve_update_date(register, update)
    text = update.text.strip() if update.text else f"see {update.see}"
    return f"{update_date.to_text()}: {text}" if update_date else text


def _format_fields(register: Register, group: BaseModel) -> str:
    """Return the fields of a group that are set, each after its label: *decided on 1 March 2027; by Board*."""
    texts = []
    for name, info in type(group).model_fields.items():
        member = getattr(group, name)
        # The text of a response needs no label: it follows the label of the response itself.
        label = "" if info.title == "Response" else f"{(info.title or name).lower()} "
        if is_set(member):
            texts.append(label + format_value(register, member))
    return "; ".join(texts)
