"""The parts of a paper in Word: one way to write each sort of block."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from p2ptrack.formats.plain import scalar
from p2ptrack.formats.word.lists import Where, listed
from p2ptrack.formats.word.marks import Para, Piece, Shared, bookmarked, character, run, spans, word
from p2ptrack.formats.word.prose import prose
from p2ptrack.formats.word.tables import Frame, table
from p2ptrack.reports.document import Block, Bullets, Fact, Facts, Notice, Paragraph, Prose, Section, Table

PORTRAIT, LANDSCAPE = 9638, 14570
"""The width of the text on an upright and on a turned page, in twentieths of a point: A4 less 2 cm on each side."""
DEEPEST_HEADING = 6

_ROLES = {"lead": "Lead", "note": "Note", "key": "Note", "source": "Note", "status": "RecordLine"}
Placed = tuple[Piece, bool]
"""A piece, and whether it stands on a page turned on its side."""


def placed(blocks: Iterable[Block], where: Where, shared: Shared, *, wide: bool = False) -> list[Placed]:
    """Return the blocks of a page one after the other, those of a section after its heading."""
    made: list[Placed] = []
    for block in blocks:
        turned = wide or is_wide(block)
        if isinstance(block, Section):
            made.append((_heading(block, where, shared), turned))
            made += placed(block.blocks, replace(where, heading=where.heading + 1), shared, wide=turned)
        else:
            made += [(piece, turned) for piece in _block(block, where, shared, wide=turned)]
    return made


def is_wide(block: Block) -> bool:
    """Whether a block wants a turned page. What stands beside a wide table in its section is turned with it."""
    match block:
        case Table():
            return block.landscape
        case Section():
            return block.landscape or any(isinstance(each, Table) and each.landscape for each in block.blocks)
        case _:
            return False


def _heading(section: Section, where: Where, shared: Shared) -> Para:
    level = min(where.heading, DEEPEST_HEADING)
    return Para(f"Heading{level}", bookmarked(section, (run(section.title),), shared))


def _block(block: Block, where: Where, shared: Shared, *, wide: bool = False) -> list[Piece]:
    made: list[Piece] = []
    match block:
        case Paragraph():
            made = [Para(_style(block, where), spans(block.spans, shared), where.indent)]
        case Prose():
            made = prose(block.markdown, where, shared)
        case Bullets():
            items = (partial(_inner, item, shared) for item in block.items)
            made = listed(items, where, shared, 1 if block.ordered else None)
        case Facts():
            made = facts(block.rows, where, shared)
        case Table():
            cell = Where(cell=True, style="TableText")
            frame = Frame(shared, LANDSCAPE if wide else PORTRAIT, lambda inner: _inner(inner, shared, cell))
            drawn = [Para(where.style, (run(block.picture.summary),), where.indent)] if block.picture else []
            made = [*drawn, *table(block, where, frame)]
        case Notice():
            made = _inner(block.blocks, shared, replace(where, style=where.style if where.cell else "Notice"))
        case Section():
            made = [piece for piece, _ in placed((block,), where, shared)]
    return made


def _inner(blocks: tuple[Block, ...], shared: Shared, where: Where) -> list[Piece]:
    return [piece for block in blocks for piece in _block(block, where, shared)]


def _style(block: Paragraph, where: Where) -> str:
    plain = where.cell or where.depth or where.style != Where().style
    return where.style if plain else _ROLES.get(block.role, where.style)


def facts(rows: Iterable[Fact], where: Where, shared: Shared) -> list[Piece]:
    """Return labelled values, one a line; in the text the values stand under each other."""
    apart = not where.cell and not where.depth
    return [piece for row in rows for piece in _fact(row, where, shared, apart=apart)]


def _fact(row: Fact, where: Where, shared: Shared, *, apart: bool) -> list[Piece]:
    label = run(f"{row.label}:", character("Strong"))
    gap = word("r", word("tab")) if apart else run(" ")
    value = [run(scalar(row.value) + (" " if row.spans else ""))] if row.value is not None else []
    style = "Fact" if apart else where.style
    more = (Para("FactMore" if apart else style, spans(line, shared), where.indent) for line in row.lines)
    return [Para(style, (label, gap, *value, *spans(row.spans, shared)), where.indent), *more]
