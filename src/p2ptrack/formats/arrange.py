"""How the parts of a paper stand on a page, whatever writes it: its list of contents, groups of rows, widths."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from p2ptrack.reports.document import Block, Column, Document, Row, Section

MAX_CONTENTS_LINES = 40
"""Above this many lines the list of contents names the main sections only."""

_NARROW_PERCENT, _MAX_NARROW_PERCENT = 8.5, 60.0
_WIDTH_PARTS = {"medium": 4, "wide": 11}


def list_contents(blocks: Sequence[Block]) -> tuple[tuple[Section, tuple[Section, ...]], ...]:
    """Return the sections for the list of contents, each with those right under it where that is not too long."""
    entries = tuple((section, _select_sections(section.blocks)) for section in _select_sections(blocks))
    line_count = sum(1 + len(subsections) for _, subsections in entries)
    return entries if line_count <= MAX_CONTENTS_LINES else tuple((section, ()) for section, _ in entries)


def count_opening_blocks(document: Document) -> int:
    """Return how many of the paper's blocks stand before its list of contents: all up to the last opening section."""
    keys = [block.key if isinstance(block, Section) else "" for block in document.blocks]
    return max((index + 1 for index, key in enumerate(keys) if key in document.opening), default=0)


def _select_sections(blocks: Sequence[Block]) -> tuple[Section, ...]:
    return tuple(block for block in blocks if isinstance(block, Section))


def group_rows(rows: Sequence[Row]) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    """Return the rows under the headings that they stand under, in their order."""
    return tuple((group, tuple(members)) for group, members in groupby(rows, key=lambda row: row.group))


def share_widths(columns: Sequence[Column]) -> tuple[str, ...]:
    """Return each column's share of the width. Fixed widths are a third faster to lay out on long tables.

    A narrow column holds an id or a short word whatever stands beside it; the others share the rest.
    """
    narrow_count = sum(column.width == "narrow" for column in columns)
    parts = sum(_WIDTH_PARTS.get(column.width, 0) for column in columns)
    narrow_width = (
        min(_NARROW_PERCENT, _MAX_NARROW_PERCENT / narrow_count if narrow_count else 0)
        if parts
        else 100 / max(narrow_count, 1)
    )
    part_width = (100 - narrow_width * narrow_count) / max(parts, 1)
    return tuple(
        f"{part_width * _WIDTH_PARTS[column.width] if column.width in _WIDTH_PARTS else narrow_width:.2f}%"
        for column in columns
    )
