"""Find a field's place in its file, for problems that other layers find."""

from __future__ import annotations

from collections.abc import Iterable

from p2ptrack.problem import Location
from p2ptrack.store.yaml.decode import decode_text
from p2ptrack.store.yaml.lines import SourceLines
from p2ptrack.store.yaml.outline import FieldSpan, PositionIndex

KEY_SUFFIX = "#key"


def locate_fields(data: bytes, fields: Iterable[str]) -> dict[str, Location]:
    """Read the file again, with positions, and return the place of each field that has one.

    A field like `updates[1].text` stands at its value, a list or a group at its name, `title#key` at the name itself.
    A field that is absent stands where the nearest part around it does; without any, and for "", it has no place.
    One value stands for the list of one, so `recommendations[0]` may be that value.
    """
    lines, names = SourceLines(decode_text(data).text), tuple(fields)
    spans = PositionIndex(lines, requested={name.removesuffix(KEY_SUFFIX) for name in names}).spans
    locations = {field_name: _find_location(spans, lines, field_name) for field_name in names}
    return {field_name: location for field_name, location in locations.items() if location is not None}


def _find_location(spans: dict[str, FieldSpan], lines: SourceLines, field_name: str) -> Location | None:
    name = field_name.removesuffix(KEY_SUFFIX)
    span = spans.get(_find_nearest_field(spans, name))
    if span is None:
        return None
    if span.key is not None and (span.is_container or name != field_name):
        return lines.get_location(*span.key)
    return lines.get_location(*span.value)


def _find_nearest_field(spans: dict[str, FieldSpan], name: str) -> str:
    """Return the field, or the nearest one around it that the file has."""
    if not name or name in spans:
        return name
    parent, suffix = _split_path(name)
    nearest = _find_nearest_field(spans, parent)
    if nearest + suffix in spans and _drop_first_index(nearest) == _drop_first_index(parent):
        return nearest + suffix
    return nearest


def _drop_first_index(name: str) -> str:
    return name.replace("[0]", "")


def _split_path(name: str) -> tuple[str, str]:
    split_index = max(name.rfind("."), name.rfind("["), 0)
    return name[:split_index], name[split_index:]
