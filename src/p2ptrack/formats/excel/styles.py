"""How the cells of a workbook look: one row of `CELL_STYLES` for each sort of cell, in the words of XlsxWriter."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from p2ptrack.formats.excel.values import CellStyle

DEFAULT_FONT: Mapping[str, object] = MappingProxyType({"font_name": "Arial", "font_size": 11, "font_scheme": "none"})

_NAVY_COLOUR, _TINT_COLOUR, _LINK_COLOUR, _LINE_COLOUR = "#17365D", "#EEF2F7", "#0B4F9E", "#A6B2C2"
_DATE_FORMAT, _NUMBER_FORMAT = "[$-809]d mmmm yyyy", "General"
_STAR_FORMAT = '"*"'
_CELL_STYLE = {"valign": "top", "text_wrap": True}
_QUOTED_STYLE = {**_CELL_STYLE, "quote_prefix": True}  # stays text when somebody edits it
_OVERFLOW_STYLE = {"valign": "top", "text_wrap": False}  # over the empty cells beside it

CELL_STYLES: Mapping[tuple[CellStyle, bool], Mapping[str, object]] = {
    ("text", False): _CELL_STYLE,
    ("guarded", False): _QUOTED_STYLE,
    ("number", False): _CELL_STYLE,
    ("number", True): {**_CELL_STYLE, "num_format": _NUMBER_FORMAT + _STAR_FORMAT},
    ("day", False): {**_CELL_STYLE, "align": "left", "num_format": _DATE_FORMAT},
    ("day", True): {**_CELL_STYLE, "align": "left", "num_format": _DATE_FORMAT + _STAR_FORMAT},
    ("head", False): {**_CELL_STYLE, "bold": True, "bg_color": _TINT_COLOUR, "bottom": 1, "bottom_color": _LINE_COLOUR},
    ("title", False): {
        **_OVERFLOW_STYLE,
        "bold": True,
        "font_size": 16,
        "font_color": _NAVY_COLOUR,
        "quote_prefix": True,
    },
    ("line", False): {**_OVERFLOW_STYLE, "quote_prefix": True},
    ("strong", False): {**_OVERFLOW_STYLE, "bold": True},
    ("link", False): {**_CELL_STYLE, "underline": 1, "font_color": _LINK_COLOUR},
}
