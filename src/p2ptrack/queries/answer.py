"""The parts that every answer has: the position date, and JSON data that is built only for the JSON format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Any

from p2ptrack.reports.document import Fact


class LazyData(Mapping[str, Any]):
    """The JSON data of an answer, built when it is first read: for many records that takes longer than their text."""

    def __init__(self, build: Callable[[], Mapping[str, Any]]) -> None:
        self._build = build

    @cached_property
    def _data(self) -> Mapping[str, Any]:
        return self._build()

    def __getitem__(self, key: str) -> Any:
        return self._data[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)


def position_facts(as_of: date) -> tuple[Fact, ...]:
    """Return the position date as it appears at the head of an answer."""
    return (Fact("As at", as_of),)
