"""Marks beside what is exempt in an answer, and the sentence about its audience and what it leaves out.

The document of every answer passes through `mark_exempt_items`. It looks for the ids of exempt records in all that the
program writes, so a new answer needs no marks of its own. The words of records stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from p2ptrack.analysis.case import Disclosure, ExemptContent, ExemptTag
from p2ptrack.analysis.redaction import Audience
from p2ptrack.phrases import pluralise
from p2ptrack.reports.document import (
    Block,
    Cell,
    Column,
    Document,
    Fact,
    Facts,
    Notice,
    Paragraph,
    Prose,
    Row,
    Section,
    Table,
    make_paragraph,
)
from p2ptrack.values import dataclass

EXEMPT = "exempt"
EXEMPT_COLUMN = Column("exempt", "Exempt")
MARK_KEY = "Do not publish or pass on what is marked as exempt."
PUBLIC_MARK_KEY = "Partly exempt: a part of the item is not published."


@dataclass(frozen=True, slots=True)
class MarkWords:
    """The words of the marks, and the sentences about the audience and about the marks that close an answer."""

    audience: str
    key: str
    whole: str = EXEMPT
    part: str = "partly exempt"


def mark_exempt_items(
    document: Document, disclosure: Disclosure, tags: Sequence[ExemptTag] = (), words: MarkWords | None = None
) -> Document:
    """Return an answer with a mark beside each exempt item, and a last sentence about its audience and the marks.

    `words` are those of another language.
    `tags` are the exemptions that tagged text refers to; the text of a partly exempt record is marked where it is.
    """
    is_public = disclosure.audience == Audience.PUBLIC
    words = words or MarkWords(describe_audience(disclosure), PUBLIC_MARK_KEY if is_public else MARK_KEY)
    marker = ExemptMarker(disclosure, tags, words)
    blocks = tuple(map(marker.mark_block, document.blocks))
    title = marker.mark_text(document.title)
    texts = [text for text in (words.audience, words.key if marker.has_marked else "") if text]
    last = (make_paragraph(" ".join(texts), role="exempt"),) if texts else ()
    return replace(document, title=title, blocks=(*blocks, *last), audience=str(disclosure.audience))


def describe_audience(disclosure: Disclosure) -> str:
    """Return who an answer is for, if not for officers, and how much it leaves out."""
    if disclosure.audience == Audience.OFFICERS:
        return ""
    if disclosure.audience == Audience.MEMBERS:
        return "For members."
    parts = []
    if disclosure.omitted_records:
        parts.append(pluralise(disclosure.omitted_records, "record"))
    if disclosure.incomplete_records:
        parts.append(f"parts of {pluralise(disclosure.incomplete_records, 'other record' if parts else 'record')}")
    return f"For the public. Left out as exempt or unreadable: {' and '.join(parts) or 'nothing'}."


def format_exempt_cell(content: ExemptContent | None) -> str | None:
    """Return the value of the CSV column `exempt`: *true*, the parts that are exempt, or nothing."""
    if content is None:
        return None
    return "true" if content.is_whole else ", ".join(content.parts) or "partly"


class ExemptMarker:
    """Puts a mark after the id of each exempt record, and records whether there was any."""

    def __init__(self, disclosure: Disclosure, tags: Sequence[ExemptTag] = (), words: MarkWords | None = None) -> None:
        self._words = words or MarkWords("", "")
        self._exempt = disclosure.exempt
        self._tags = tags
        self._pattern = _compile_pattern(disclosure)
        self.has_marked = False

    def mark_text(self, text: str) -> str:
        """Return a text of the program with its marks."""
        return self._mark_tagged(text) if self._tags else self._mark_ids(text)

    def _mark_ids(self, text: str) -> str:
        if text in self._exempt:
            return self._add_mark(text, text)
        return self._pattern.sub(self._mark_match, text) if self._pattern else text

    def _mark_match(self, match: re.Match[str]) -> str:
        return self._add_mark(match.group(), match["id"])

    def _add_mark(self, text: str, id_: str) -> str:
        self.has_marked = True
        return f"{text} ({self._words.whole if self._exempt[id_].is_whole else self._words.part})"

    def _mark_tagged(self, text: str) -> str:
        """Return a text with a mark after each run of exempt text of a partly exempt record."""
        from p2ptrack.analysis.redaction.redact import split_tagged

        marked = ""
        for piece, number in split_tagged(text):
            is_marked = self._needs_mark(number) and any(map(str.isalnum, piece))
            marked += f"{piece.rstrip()} ({self._words.whole})" if is_marked else self._mark_ids(piece)
        return marked

    def _needs_mark(self, number: int | None) -> bool:
        """Whether the mark at its record's id does not cover an exempt text."""
        if number is None:
            return False
        content = self._exempt.get(self._tags[number].record_id) if 0 <= number < len(self._tags) else None
        is_needed = content is not None and not content.is_whole
        self.has_marked |= is_needed
        return is_needed

    def _mark_prose(self, prose: Prose) -> Prose | Notice:
        if not self._tags:
            return prose
        from p2ptrack.analysis.redaction.redact import remove_tags, split_tagged

        numbers = [number for _, number in split_tagged(prose.markdown)]
        clean = Prose(remove_tags(prose.markdown))
        if any(self._needs_mark(number) for number in numbers):
            return Notice((make_paragraph(self._words.whole.capitalize()), clean), "closed")
        return clean

    def mark_block(self, block: Block) -> Block:
        """Return a block with the marks of everything in it."""
        marked = block
        match block:
            case Paragraph():
                marked = replace(block, spans=self._mark_spans(block.spans))
            case Prose():
                marked = self._mark_prose(block)
            case Facts():
                marked = replace(block, rows=tuple(map(self._mark_fact, block.rows)))
            case Table():
                marked = self.mark_table(block)
            case Section():
                blocks = tuple(map(self.mark_block, block.blocks))
                marked = replace(block, title=self.mark_text(block.title), blocks=blocks)
        return marked

    def _mark_spans(self, spans: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(self.mark_text(span) if isinstance(span, str) else span for span in spans)

    def _mark_fact(self, fact: Fact) -> Fact:
        lines = tuple(map(self._mark_spans, fact.lines))
        return replace(fact, label=self.mark_text(fact.label), spans=self._mark_spans(fact.spans), lines=lines)

    def mark_table(self, table: Table) -> Table:
        """Return a table with its marks."""
        if not self._exempt:
            return table
        return replace(table, caption=self.mark_text(table.caption), rows=tuple(map(self._mark_row, table.rows)))

    def _mark_row(self, row: Row) -> Row:
        cells = tuple(self._mark_cell(cell) for cell in row.cells)
        if row.key in self._exempt and cells == row.cells:
            index = next((i for i, cell in enumerate(cells) if isinstance(cell.content, str)), 0)
            text = cells[index].content if isinstance(cells[index].content, str) else ""
            cell = replace(cells[index], content=self._add_mark(str(text), row.key).strip())
            cells = (*cells[:index], cell, *cells[index + 1 :])
        return replace(row, cells=cells, group=self.mark_text(row.group))

    def _mark_cell(self, cell: Cell) -> Cell:
        return replace(cell, content=self.mark_text(cell.content)) if isinstance(cell.content, str) else cell


def _compile_pattern(disclosure: Disclosure) -> re.Pattern[str] | None:
    """Return a pattern of the ids of exempt records and of their parts, as whole words.

    An id that could be a word or a number is marked only if it is the whole text.
    """
    ids = [id_ for id_ in disclosure.exempt if not id_.isalpha() and not id_.isdecimal()]
    if not ids:
        return None
    alternatives = "|".join(map(re.escape, sorted(ids, key=len, reverse=True)))
    return re.compile(rf"(?<![\w/.-])(?P<id>{alternatives})(?:\.\w+)*(?![\w-])")
