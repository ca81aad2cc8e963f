"""The fields of a record and what they say, in the words that people read instead of the file's own names."""

from __future__ import annotations

import re

from p2ptrack.analysis.past.differences import DisplayValue, format_display_value
from p2ptrack.records.paths import FieldSpec, programme_field_specs, record_field_specs

_PATH_STEP = re.compile(r"([^.\[\]]+)(?:\[(\d+)\])?")
_LIST_INDEX = re.compile(r"\[\d+\]")
_TRAILING_NUMBER = re.compile(r" \d+$")
_FLAG_WORDS = {"true": "yes", "false": "no"}
_LISTS_OF_FIELD_NAMES = frozenset({"inferred", "restated", "truncated", "exempt.fields"})


def format_field_name(field: str) -> str:
    """Return a field by its title: `revisions[0].approved_by` is *Revised date 1: approved by*.

    Fields of the programme are told so too. What none has today, such as a column of a source's table, stays as it was
    written.
    """
    path, name = "", ""
    for step, index in _PATH_STEP.findall(field):
        path = f"{path}.{step}" if path else step
        info = record_field_specs().get(path) or programme_field_specs().get(path)
        title = info.title if info else step
        name = _append_title(name, f"{title.removesuffix('s')} {int(index) + 1}" if index else title, info)
    return name


def _append_title(name: str, title: str, info: FieldSpec | None) -> str:
    """Return a group's name with what is meant of it, each said once: *Update 1*, *Verified by*, *Exempt: reason*."""
    last_part = name.rpartition(": ")[2]
    group = _TRAILING_NUMBER.sub("", last_part)
    if not name or (group == last_part and title.startswith(f"{group} ")):
        return title
    if title.casefold() == group.casefold():
        return name
    return f"{name}: {title[0].lower() + title[1:] if info else title}"


def format_field_value(field: str, value: DisplayValue | None) -> str:
    """Return a value as people read it: *in progress*, *yes*, the titles of fields; texts and dates as written."""
    path = _LIST_INDEX.sub("", field)
    if path in _LISTS_OF_FIELD_NAMES:
        names = (value,) if isinstance(value, str) else value or ()
        return ", ".join(format_field_name(name).casefold() for name in names)
    text, info = format_display_value(value), record_field_specs().get(path)
    if info is None or info.type not in {"choice", "flag"}:
        return text
    return _FLAG_WORDS.get(text, text.replace("_", " "))
