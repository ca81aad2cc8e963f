"""Spans and single values as plain text: what every format without markup of its own prints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from p2ptrack.records.dates import CouncilDate, long_day

if TYPE_CHECKING:
    from p2ptrack.reports.document import Ref, Scalar, Span


def scalar(value: Scalar | Ref) -> str:
    """Return one value in words: a day in full, a council date as it was written."""
    match value:
        case None:
            return ""
        case CouncilDate():
            return value.printed()
        case date():
            return long_day(value)
        case _:
            return str(value)


def words(spans: Iterable[Span]) -> str:
    """Return running text without its markup."""
    return "".join(str(span) for span in spans)


def labelled(value: Scalar, spans: Sequence[Span]) -> str:
    """Return a fact's value and what there is to say about it, in one line of text."""
    return "; ".join(part for part in (scalar(value), words(spans)) if part)


def one_line(text: str) -> str:
    """Return text with every run of white space made one space."""
    return " ".join(text.split())
