"""Spans and single values as plain text, and the options that every format understands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from p2ptrack.model.wording import Wording

if TYPE_CHECKING:
    from p2ptrack.reports.document import Ref, Scalar, Span


@dataclass(frozen=True, slots=True)
class FormatOptions:
    """How the output should look.

    `templates` are the folders searched in order, the register's own first; `width` is a terminal's in characters;
    `colour` says whether it shows colour; `wording` is what the pages themselves print (the list of contents, page
    numbers), from `templates/words.yaml`; `attach_data` attaches the document's JSON to a PDF.
    """

    templates: tuple[Path, ...] = ()
    width: int = 80
    colour: bool = False
    wording: Wording = field(default_factory=Wording)
    attach_data: bool = False


def format_scalar(value: Scalar | Ref) -> str:
    """Return one value in words: a date in full, a council date as it was written."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    # Not at the top: this module is loaded at every start, before it is known whether there is a date to print.
    from p2ptrack.model.dates import CouncilDate, format_long_date

    if isinstance(value, CouncilDate):
        return value.to_text()
    return format_long_date(value) if isinstance(value, date) else str(value)


def join_spans(spans: Iterable[Span]) -> str:
    """Return running text without its markup."""
    return "".join(str(span) for span in spans)


def format_labelled_value(value: Scalar, spans: Sequence[Span]) -> str:
    """Return the value of a fact and its spans in one line of text."""
    return "; ".join(part for part in (format_scalar(value), join_spans(spans)) if part)


def collapse_whitespace(text: str) -> str:
    """Return text with every run of white space replaced by one space."""
    return " ".join(text.split())
