"""What a picture shows, as values: which bars, how long, under which names. How it is drawn is a format's business."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Shade = Literal["dark", "medium", "light", "white", "upright", "level"]
"""How an area is filled, told apart in grey too: four shades, and upright or level lines on white."""


@dataclass(frozen=True, slots=True)
class Series:
    """What a part of every bar stands for."""

    title: str
    shade: Shade


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar and the number of each series in it; what is nought takes no room."""

    title: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars from left to right, one under the other, each in as many parts as there are series."""

    series: tuple[Series, ...]
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class TimelineSpan:
    """A stretch of a time line; `first` and `last` are counted in columns from its left, parts of one included."""

    title: str
    first: float
    last: float


@dataclass(frozen=True, slots=True)
class TimelineChart:
    """A time line: a column for each unit of time, stretches named above it and below it, and one day marked."""

    unit: str
    values: tuple[int, ...]
    above: tuple[TimelineSpan, ...]
    below: tuple[TimelineSpan, ...]
    marker: TimelineSpan


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing of a table's numbers. `summary` is the sentence that stands for it where it cannot be seen."""

    summary: str
    chart: BarChart | TimelineChart
