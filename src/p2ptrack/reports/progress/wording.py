"""Sentences of the words file with records linked in them, numbers in the right form, and lists of ids."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from p2ptrack.records.kinds import Record, Tracked
from p2ptrack.records.words import Words
from p2ptrack.reports.document import Block, Cell, Paragraph, Ref
from p2ptrack.reports.one_record import Spans, joined, star
from p2ptrack.reports.progress.view import View
from p2ptrack.reports.publication import mark

MOST_IDS = 15
"""More than these are counted where they are mentioned, and listed in the section that is about them."""
_MARK = re.compile("\x1a(\\w+)\x1a")


def phrase(words: Words, key: str, **values: Spans | str | int) -> Spans:
    """Return the words of a key with values filled in, of which some are spans: `the target of $item moves`."""
    spans = {name: value for name, value in values.items() if isinstance(value, tuple)}
    plain = {name: f"\x1a{name}\x1a" if name in spans else value for name, value in values.items()}
    parts = _MARK.split(words(key, **plain))
    pieces = (spans[part] if at % 2 else ((part,) if part else ()) for at, part in enumerate(parts))
    return tuple(span for piece in pieces for span in piece)


def counted(words: Words, key: str, number: int, **values: Spans | str | int) -> Spans:
    """Return the words for a number of things: those of `key_none`, `key_one` or `key_many`."""
    form = {0: "none", 1: "one"}.get(number, "many")
    return phrase(words, f"{key}_{form}", number=number, **values)


def refs(records: Iterable[Record]) -> Spans:
    """Return records by their ids, each linked."""
    return joined((Ref(record.id),) for record in records)


def few(records: Sequence[Record]) -> Spans:
    """Return the ids of a few records; nothing of many, which stand in a section of their own."""
    return refs(records) if len(records) <= MOST_IDS else ()


def cell(*lines: Spans) -> Cell:
    """Return a cell of these lines; an empty one where there is nothing in them."""
    blocks: tuple[Block, ...] = tuple(Paragraph(each) for each in lines if each)
    return Cell(blocks or None)


def named(view: View, record: Tracked) -> Spans:
    """Return a record's title with its marks: the keeper's reading, and what is not for publication."""
    return (record.title, *star(record, "title"), *mark(view.case, record.exempt))
