"""What all answers have: the day that they are judged on, and the JSON contract, made only when asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from p2ptrack.analysis.case import Case
from p2ptrack.reports.document import Fact


class LazyData(Mapping[str, Any]):
    """The JSON contract of an answer, made when a format reads it: of many records it takes longer than their text."""

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


def position_facts(case: Case) -> tuple[Fact, ...]:
    """Return the day of the case as the head of an answer tells it."""
    return (Fact("Position at", case.as_of),)
