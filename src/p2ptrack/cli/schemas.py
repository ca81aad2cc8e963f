"""The work of schema: the models' own JSON Schemas."""

from __future__ import annotations

import json

from pydantic import BaseModel

from p2ptrack.cli.options import one_of
from p2ptrack.records.kinds import KINDS, kind_named
from p2ptrack.records.programme import Programme

_MODELS: dict[str, type[BaseModel]] = {**{kind.singular: kind.model for kind in KINDS}, "programme": Programme}


def schemas(word: str) -> bytes:
    """Return the schema of a kind, or of every kind under its name. Raises `WrongUsage` for a word that is none."""
    named = kind_named(word) if word else None
    name = one_of(named.singular if named else word, tuple(_MODELS), "kind") if word else ""
    shown = (
        _MODELS[name].model_json_schema()
        if name
        else {each: model.model_json_schema() for each, model in _MODELS.items()}
    )
    return (json.dumps(shown, ensure_ascii=False, indent=2) + "\n").encode()
