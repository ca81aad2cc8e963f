"""Where a field stands in a file that is written shorter than the model that reads it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from p2ptrack.records.faults import KEY_SUFFIX

_COVERS_PATH = re.compile(r"(.*\bcovers)\[(\d+)\](\.id|\.extent)?")
_PATH_STEP = re.compile(r"\[(\d+)\]|\.?([^.\[\]]+)")


def to_source_path(values: Mapping[str, Any] | None, field: str) -> str:
    """Return the place of a field in the file's own plain data.

    `covers: {F08: whole, F11: in_part}` is read as a list of `{id, extent}`, so `covers[1].id` is the
    name `covers.F11` in the file and `covers[1].extent` its value. Any other field stays as it is.
    """
    match = _COVERS_PATH.fullmatch(field)
    names = list(_resolve_mapping(values, match[1])) if match else []
    if match is None or int(match[2]) >= len(names):
        return field
    return f"{match[1]}.{names[int(match[2])]}{KEY_SUFFIX if match[3] == '.id' else ''}"


def _resolve_mapping(values: Mapping[str, Any] | None, field: str) -> Mapping[str, Any]:
    current: Any = values
    for index, name in _PATH_STEP.findall(field):
        if name:
            current = current.get(name) if isinstance(current, Mapping) else None
        elif isinstance(current, list):
            current = current[int(index)] if int(index) < len(current) else None
    return current if isinstance(current, Mapping) else {}
