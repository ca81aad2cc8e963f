"""How the cells of a workbook look: one row of `LOOKS` for each sort of cell, in the words of XlsxWriter."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from p2ptrack.formats.excel.values import Look

FONT: Mapping[str, object] = MappingProxyType({"font_name": "Arial", "font_size": 11, "font_scheme": "none"})

_NAVY, _TINT, _LINK, _LINE = "#17365D", "#EEF2F7", "#0B4F9E", "#A6B2C2"
_DAY, _NUMBER = "[$-809]d mmmm yyyy", "General"
_STARRED = '"*"'
_CELL = {"valign": "top", "text_wrap": True}
_QUOTED = {**_CELL, "quote_prefix": True}  # stays text when somebody edits it
_RUNS_ON = {"valign": "top", "text_wrap": False}  # over the empty cells beside it

LOOKS: Mapping[tuple[Look, bool], Mapping[str, object]] = {
    ("text", False): _CELL,
    ("guarded", False): _QUOTED,
    ("number", False): _CELL,
    ("number", True): {**_CELL, "num_format": _NUMBER + _STARRED},
    ("day", False): {**_CELL, "align": "left", "num_format": _DAY},
    ("day", True): {**_CELL, "align": "left", "num_format": _DAY + _STARRED},
    ("head", False): {**_CELL, "bold": True, "bg_color": _TINT, "bottom": 1, "bottom_color": _LINE},
    ("title", False): {**_RUNS_ON, "bold": True, "font_size": 16, "font_color": _NAVY, "quote_prefix": True},
    ("line", False): {**_RUNS_ON, "quote_prefix": True},
    ("strong", False): {**_RUNS_ON, "bold": True},
    ("link", False): {**_CELL, "underline": 1, "font_color": _LINK},
}
