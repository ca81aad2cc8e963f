"""The work of schema: the models' own JSON Schemas."""

from __future__ import annotations

import json

from pydantic import BaseModel

from p2ptrack.cli.options import require_choice
from p2ptrack.model.programme import Programme
from p2ptrack.model.records import KINDS, find_kind

_MODELS: dict[str, type[BaseModel]] = {**{kind.singular: kind.model for kind in KINDS}, "programme": Programme}


def build_schemas(word: str) -> bytes:
    """Return the schema of a kind, or of every kind under its name. Raises `WrongUsage` for a word that is none."""
    kind = find_kind(word) if word else None
    name = require_choice(kind.singular if kind else word, tuple(_MODELS), "kind") if word else ""
    json_schema = (
        _MODELS[name].model_json_schema()
        if name
        else {kind_name: model.model_json_schema() for kind_name, model in _MODELS.items()}
    )
    return (json.dumps(json_schema, ensure_ascii=False, indent=2) + "\n").encode()
