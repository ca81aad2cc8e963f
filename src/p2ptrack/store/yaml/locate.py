"""Find a field's place in its file, for problems that other layers find."""

from __future__ import annotations

from collections.abc import Iterable

from p2ptrack.problem import Place
from p2ptrack.store.yaml.decode import decode
from p2ptrack.store.yaml.lines import Lines
from p2ptrack.store.yaml.outline import Outline, Spot

KEY_SUFFIX = "#key"


def locate(data: bytes, fields: Iterable[str]) -> dict[str, Place]:
    """Read the file again, with positions, and return the place of each field that has one.

    A field like `updates[1].text` stands at its value, a list or a group at its name, `title#key` at the name itself.
    A field that is absent stands where the nearest part around it does; without any, and for "", it has no place.
    One value stands for the list of one, so `recommendations[0]` may be that value.
    """
    lines, names = Lines(decode(data).text), tuple(fields)
    spots = Outline(lines, wanted={name.removesuffix(KEY_SUFFIX) for name in names}).spots
    places = {each: _place(spots, lines, each) for each in names}
    return {each: place for each, place in places.items() if place is not None}


def _place(spots: dict[str, Spot], lines: Lines, wanted: str) -> Place | None:
    name = wanted.removesuffix(KEY_SUFFIX)
    spot = spots.get(_nearest(spots, name))
    if spot is None:
        return None
    if spot.key is not None and (spot.box or name != wanted):
        return lines.place(*spot.key)
    return lines.place(*spot.value)


def _nearest(spots: dict[str, Spot], name: str) -> str:
    """Return the field, or the nearest one around it that the file has."""
    if not name or name in spots:
        return name
    parent, last = _split(name)
    near = _nearest(spots, parent)
    if near + last in spots and _single(near) == _single(parent):
        return near + last
    return near


def _single(name: str) -> str:
    return name.replace("[0]", "")


def _split(name: str) -> tuple[str, str]:
    cut = max(name.rfind("."), name.rfind("["), 0)
    return name[:cut], name[cut:]
