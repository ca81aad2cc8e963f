"""The phases and meetings of a programme, as far as dates hang on them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from p2ptrack.records.dates.folding import normalise_text
from p2ptrack.records.dates.row import compile_regex
from p2ptrack.records.dates.value import CouncilDate

_NAME_IN_PHRASE = r"(?:(?:by|at|in|on) )?(?:the )?(?:end of (?:the )?)?(.+?)(?: meeting)?"


@dataclass(frozen=True, slots=True)
class Anchor:
    """A phase or a meeting that a date may name.

    `end` is the phase's end or the meeting's day. `title` is what people call it; for a meeting the
    month, the year and the body: `March 2023 Audit Committee`. `also` are further names.
    """

    id: str
    kind: Literal["phase", "meeting"]
    title: str
    end: CouncilDate
    aliases: tuple[str, ...] = ()

    def display_names(self) -> dict[str, str]:
        """Return everything that it is called: as it is compared, and as people write it."""
        return {normalise_text(name): name for name in (self.id, self.title, *self.aliases) if normalise_text(name)}


class Anchors:
    """What a date may name, by id and by name, in any case."""

    def __init__(self, anchors: Iterable[Anchor]) -> None:
        self._by_name: dict[str, tuple[Anchor, ...]] = {}
        for anchor in anchors:
            for name in anchor.display_names():
                self._by_name[name] = (*self._by_name.get(name, ()), anchor)

    def find(self, key: str) -> tuple[Anchor, ...]:
        """Return what is called exactly so; more than one when the name is ambiguous."""
        return self._by_name.get(key, ())

    def find_in_phrase(self, key: str) -> tuple[Anchor, ...]:
        """Return what is called so, or so with words about it: `by the end of CBT Phase 2`."""
        match = compile_regex(_NAME_IN_PHRASE).fullmatch(key)
        return self.find(key) or (self.find(match[1]) if match else ())

    def display_names(self) -> dict[str, str]:
        """Return every name, to look for the nearest: as it is compared, and as people write it."""
        return {key: anchors[0].display_names()[key] for key, anchors in sorted(self._by_name.items())}
