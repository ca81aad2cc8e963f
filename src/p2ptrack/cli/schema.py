"""schema: JSON Schemas of the files, for editors that check while one types."""

from __future__ import annotations

import json
from typing import Annotated

from pydantic import BaseModel
from typer import Argument

from p2ptrack.cli.options import one_of
from p2ptrack.cli.screen import put
from p2ptrack.records.kinds import KINDS, kind_named
from p2ptrack.records.programme import Programme

_MODELS: dict[str, type[BaseModel]] = {**{kind.singular: kind.model for kind in KINDS}, "programme": Programme}


def schema(
    *, kind: Annotated[str, Argument(metavar="[KIND]", help=f"One of {', '.join(_MODELS)}; else all of them.")] = ""
) -> int:
    """Print the JSON Schema of a kind of file, or of every kind under its name."""
    named = kind_named(kind) if kind else None
    name = named.singular if named else kind
    schemas = {each: model.model_json_schema() for each, model in _MODELS.items()}
    shown = schemas[one_of(name, tuple(schemas), "kind")] if name else schemas
    put((json.dumps(shown, ensure_ascii=False, indent=2) + "\n").encode())
    return 0
