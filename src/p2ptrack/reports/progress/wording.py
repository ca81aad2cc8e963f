"""Sentences of the words file with records linked in them, numbers in the right form, and lists of ids."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from p2ptrack.records.kinds import Record, TrackedRecord
from p2ptrack.records.words import Wording
from p2ptrack.reports.document import Block, Cell, Paragraph, Ref
from p2ptrack.reports.one_record import Spans, inferred_mark, join_spans
from p2ptrack.reports.progress.view import View
from p2ptrack.reports.publication import exempt_mark

MAX_IDS = 15
"""More than these are counted where they are mentioned, and listed in the section that is about them."""
_PLACEHOLDER = re.compile("\x1a(\\w+)\x1a")


def format_phrase(words: Wording, key: str, **values: Spans | str | int) -> Spans:
    """Return the words of a key with values filled in, of which some are spans: `the target of $item moves`."""
    spans = {name: value for name, value in values.items() if isinstance(value, tuple)}
    text_values = {name: f"\x1a{name}\x1a" if name in spans else value for name, value in values.items()}
    parts = _PLACEHOLDER.split(words(key, **text_values))
    pieces = (spans[part] if index % 2 else ((part,) if part else ()) for index, part in enumerate(parts))
    return tuple(span for piece in pieces for span in piece)


def format_count(words: Wording, key: str, number: int, **values: Spans | str | int) -> Spans:
    """Return the words for a number of things: those of `key_none`, `key_one` or `key_many`."""
    form = {0: "none", 1: "one"}.get(number, "many")
    return format_phrase(words, f"{key}_{form}", number=number, **values)


def link_ids(records: Iterable[Record]) -> Spans:
    """Return records by their ids, each linked."""
    return join_spans((Ref(record.id),) for record in records)


def link_few(records: Sequence[Record]) -> Spans:
    """Return the ids of a few records; nothing of many, which stand in a section of their own."""
    return link_ids(records) if len(records) <= MAX_IDS else ()


def make_cell(*lines: Spans) -> Cell:
    """Return a cell of these lines; an empty one where there is nothing in them."""
    blocks: tuple[Block, ...] = tuple(Paragraph(line) for line in lines if line)
    return Cell(blocks or None)


def format_title(view: View, record: TrackedRecord) -> Spans:
    """Return a record's title with its marks: the keeper's reading, and what is not for publication."""
    return (record.title, *inferred_mark(record, "title"), *exempt_mark(view.case, record.exempt))
