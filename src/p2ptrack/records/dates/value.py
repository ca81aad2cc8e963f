"""A date as a council writes it: the words, and the days that they can mean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum
from typing import Any

from p2ptrack.records.dates.words import format_long_date


class Precision(StrEnum):
    """How closely the words fix a day."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    SEASON = "season"
    PART = "part"
    YEAR = "year"
    RANGE = "range"
    NONE = "none"


class Basis(StrEnum):
    """What the words count by: the calendar, the financial year, or a phase or meeting of the programme."""

    CALENDAR = "calendar"
    FINANCIAL_YEAR = "financial_year"
    PHASE = "phase"
    MEETING = "meeting"


_EXACT_PRECISIONS = frozenset({Precision.DAY, Precision.MONTH})
_ANCHORED_BASES = frozenset({Basis.PHASE, Basis.MEETING})


@dataclass(frozen=True, slots=True)
class DateRange:
    """The days that one row of the table finds in some words."""

    earliest: date
    latest: date
    precision: Precision
    basis: Basis = Basis.CALENDAR
    ongoing: bool = False


class OpenEnded(Enum):
    """What one row of the table finds in words that set no deadline."""

    ONGOING = "ongoing"
    NO_TARGET = "no target"


@dataclass(frozen=True, slots=True)
class CouncilDate:
    """A date as written (`raw`, verbatim), and from which to which day it can fall.

    Both days are None where the words set no deadline. It is late only after `latest`. `anchor` is
    the id of the phase or meeting that it hangs on; `inferred` says that it was given as words and
    the register keeper's reading of them; `unresolved` that it may name a phase or meeting of a
    programme that could not be read.
    """

    raw: str
    earliest: date | None
    latest: date | None
    precision: Precision
    basis: Basis = Basis.CALENDAR
    ongoing: bool = False
    anchor: str | None = None
    inferred: bool = False
    unresolved: bool = False

    def to_text(self) -> str:
        """Return it as papers print it: as written, with the day it is counted to where that is not plain.

        Not plain is what is vaguer than a month, hangs on a phase or a meeting, or is our reading of
        other words: `early 2023/24 (by 30 June 2023)`.
        """
        if self.latest is None or self._is_exact():
            return self.raw
        return f"{self.raw} (by {format_long_date(self.latest)})"

    def _is_exact(self) -> bool:
        return self.precision in _EXACT_PRECISIONS and self.basis not in _ANCHORED_BASES and not self.inferred

    def to_json(self) -> dict[str, Any]:
        """Return the date as the JSON contract has it; days as `YYYY-MM-DD` or None."""
        return {
            "raw": self.raw,
            "earliest": self.earliest and self.earliest.isoformat(),
            "latest": self.latest and self.latest.isoformat(),
            "precision": self.precision.value,
            "basis": self.basis.value,
            "ongoing": self.ongoing,
        }


@dataclass(frozen=True, slots=True)
class DateRejection:
    """Words that are no date: what is wrong with them, and what to write instead, for an officer."""

    message: str
    fix: str
