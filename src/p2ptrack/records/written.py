"""Where a field stands in a file that is written shorter than the model that reads it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from p2ptrack.records.faults import KEY_SUFFIX

_COVER = re.compile(r"(.*\bcovers)\[(\d+)\](\.id|\.extent)?")
_STEP = re.compile(r"\[(\d+)\]|\.?([^.\[\]]+)")


def as_written(values: Mapping[str, Any] | None, field: str) -> str:
    """Return the place of a field in the file's own plain data.

    `covers: {F08: whole, F11: in_part}` is read as a list of `{id, extent}`, so `covers[1].id` is the
    name `covers.F11` in the file and `covers[1].extent` its value. Any other field stays as it is.
    """
    found = _COVER.fullmatch(field)
    names = list(_group(values, found[1])) if found else []
    if found is None or int(found[2]) >= len(names):
        return field
    return f"{found[1]}.{names[int(found[2])]}{KEY_SUFFIX if found[3] == '.id' else ''}"


def _group(values: Mapping[str, Any] | None, field: str) -> Mapping[str, Any]:
    here: Any = values
    for index, name in _STEP.findall(field):
        if name:
            here = here.get(name) if isinstance(here, Mapping) else None
        elif isinstance(here, list):
            here = here[int(index)] if int(index) < len(here) else None
    return here if isinstance(here, Mapping) else {}
