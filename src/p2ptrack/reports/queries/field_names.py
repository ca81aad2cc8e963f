"""The fields of a record and what they say, in the words that people read instead of the file's own names."""

from __future__ import annotations

import re

from p2ptrack.analysis.past.differences import Value, told
from p2ptrack.records.paths import Leaf, leaves, programme_leaves

_STEP = re.compile(r"([^.\[\]]+)(?:\[(\d+)\])?")
_PLACE = re.compile(r"\[\d+\]")
_NUMBER = re.compile(r" \d+$")
_FLAGS = {"true": "yes", "false": "no"}
_OF_FIELDS = frozenset({"inferred", "restated", "truncated", "exempt.fields"})


def field_name(field: str) -> str:
    """Return a field by its title: `revisions[0].approved_by` is *Revised date 1: approved by*.

    Fields of the programme are told so too. What none has today, such as a column of a source's table, stays as it was
    written.
    """
    path, told_so_far = "", ""
    for step, place in _STEP.findall(field):
        path = f"{path}.{step}" if path else step
        known = leaves().get(path) or programme_leaves().get(path)
        title = known.title if known else step
        told_so_far = _joined(told_so_far, f"{title.removesuffix('s')} {int(place) + 1}" if place else title, known)
    return told_so_far


def _joined(name: str, title: str, known: Leaf | None) -> str:
    """Return a group's name with what is meant of it, each said once: *Update 1*, *Verified by*, *Exempt: reason*."""
    last = name.rpartition(": ")[2]
    group = _NUMBER.sub("", last)
    if not name or (group == last and title.startswith(f"{group} ")):
        return title
    if title.casefold() == group.casefold():
        return name
    return f"{name}: {title[0].lower() + title[1:] if known else title}"


def value_in_words(field: str, value: Value | None) -> str:
    """Return a value as people read it: *in progress*, *yes*, the titles of fields; texts and dates as written."""
    plain = _PLACE.sub("", field)
    if plain in _OF_FIELDS:
        names = (value,) if isinstance(value, str) else value or ()
        return ", ".join(field_name(name).casefold() for name in names)
    words, leaf = told(value), leaves().get(plain)
    if leaf is None or leaf.type not in {"choice", "flag"}:
        return words
    return _FLAGS.get(words, words.replace("_", " "))
