"""Spans and single values as plain text: what every format without markup of its own prints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from p2ptrack.model.dates import CouncilDate, format_long_date
from p2ptrack.model.wording import Wording

if TYPE_CHECKING:
    from p2ptrack.reports.document import Ref, Scalar, Span


def format_scalar(value: Scalar | Ref) -> str:
    """Return one value in words: a day in full, a council date as it was written."""
    match value:
        case None:
            return ""
        case CouncilDate():
            return value.to_text()
        case date():
            return format_long_date(value)
        case _:
            return str(value)


def join_spans(spans: Iterable[Span]) -> str:
    """Return running text without its markup."""
    return "".join(str(span) for span in spans)


def format_labelled_value(value: Scalar, spans: Sequence[Span]) -> str:
    """Return a fact's value and what there is to say about it, in one line of text."""
    return "; ".join(part for part in (format_scalar(value), join_spans(spans)) if part)


def collapse_whitespace(text: str) -> str:
    """Return text with every run of white space made one space."""
    return " ".join(text.split())


# What a format is told about where its output will be seen.


@dataclass(frozen=True, slots=True)
class FormatOptions:
    """How the output should look.

    `templates` are the folders searched in order, the register's own first; `width` is a terminal's
    in characters; `colour` says whether it takes colour; `words` are those that the pages themselves
    print (the list of contents, the number of a page), as `templates/words.yaml` has them;
    `attach_data` puts the document's JSON into a PDF as an attached file.
    """

    templates: tuple[Path, ...] = ()
    width: int = 80
    colour: bool = False
    wording: Wording = field(default_factory=Wording)
    attach_data: bool = False
