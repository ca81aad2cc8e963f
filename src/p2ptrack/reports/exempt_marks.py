"""What papers print about exemption: marks beside exempt text, notices, and the law in words.

The document of every report passes through `mark_exempt_text`. Text from records has its exemption as a tag
(`analysis.redaction.redact`). Each tag becomes a mark beside the text, or goes when a mark covers it already, so the
author of a report cannot forget a mark.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any

from p2ptrack.analysis.case import ExemptTag, RedactedItem
from p2ptrack.analysis.redaction import Audience
from p2ptrack.analysis.redaction.exemptions import list_exempt_items, parse_paragraphs
from p2ptrack.analysis.redaction.redact import has_tags, remove_tags, split_tagged
from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.programme import Paper
from p2ptrack.model.records import ExemptMarking, Record
from p2ptrack.model.schema import record_field_specs
from p2ptrack.reports.context import PaperContext
from p2ptrack.reports.document import (
    Block,
    Bullets,
    Cell,
    Closed,
    Document,
    Fact,
    Notice,
    Paragraph,
    Prose,
    Ref,
    Row,
    Section,
    Span,
    Star,
    Strong,
    make_paragraph,
)


def format_legal_basis(context: PaperContext, numbers: Sequence[str]) -> str:
    """Return the law in words: `paragraph 3 of Schedule 12A to …`; the schedule alone when no paragraph is stated."""
    law = context.wording(f"law_{context.policy.exemption_law}")
    if not numbers:
        return law
    *first, last = numbers
    numbers_text = context.wording("exempt_and", first=", ".join(first), last=last) if first else last
    return context.wording("exempt_paragraphs" if first else "exempt_paragraph", numbers=numbers_text, law=law)


def _make_mark(context: PaperContext, numbers: Sequence[str]) -> Closed:
    return Closed(context.wording("closed_under", under=format_legal_basis(context, numbers)))


def exempt_mark(context: PaperContext, exempt: ExemptMarking | None) -> tuple[Span, ...]:
    """Return the mark beside a record or entry with an exemption, for those who may see it."""
    if exempt is None:
        return ()
    return (" ", _make_mark(context, parse_paragraphs(exempt, context.policy.exemption_law)))


def wrap_exempt_blocks(
    context: PaperContext, exempt: ExemptMarking | None, blocks: tuple[Block, ...]
) -> tuple[Block, ...]:
    """Return the blocks about a record, or an entry of one, set apart under its exemption and the grounds for it."""
    if exempt is None:
        return blocks
    specs = record_field_specs(context.register.kinds)
    fields = ", ".join(specs[name].title if name in specs else name for name in exempt.fields)
    grounds = (
        context.wording("closed_fields", fields=fields) if fields else "",
        context.wording("closed_reason", reason=exempt.reason) if exempt.reason else "",
        context.wording("closed_public_interest", reason=exempt.public_interest) if exempt.public_interest else "",
    )
    head = make_paragraph(*exempt_mark(context, exempt)[1:], *(f" · {text}" for text in grounds if text))
    return (Notice((head, *blocks), "closed"),)


def build_redaction_notice(context: PaperContext, record: Record) -> tuple[Block, ...]:
    """Return the neutral notice for a record of which the public does not see a part."""
    numbers = context.redactions.notice_paragraphs.get(record.id)
    if numbers is None:
        return ()
    text = context.wording("exempt_here", under=format_legal_basis(context, numbers))
    return (Notice((make_paragraph(text),), "exempt"),)


def build_paper_notice(context: PaperContext, paper: Paper, kinds: tuple[str, ...]) -> tuple[Block, ...]:
    """Return the notice at the start of a paper: how much is left out, or that it may not be published."""
    is_public = context.audience is Audience.PUBLIC
    # A filtered register marks as exempt only what is exempt now, so no date is needed.
    all_items = context.redactions.items if is_public else list_exempt_items(context.register, date.min)
    items = [item for item in all_items if _is_in_paper(item, paper, kinds)]
    if not items and context.audience is not Audience.OFFICERS:
        return ()
    blocks: list[Block] = []
    if not is_public:
        blocks.append(make_paragraph(Strong(context.wording(f"closed_{context.audience.value}"))))
    if items:
        blocks.append(
            make_paragraph(context.wording("exempt_parts" if is_public else "closed_parts", number=len(items)))
        )
        blocks.append(Bullets(tuple((make_paragraph(text),) for text in _count_by_paragraph(context, items))))
    whole_records = sum(item.is_whole_record for item in items)
    if is_public and whole_records:
        blocks.append(make_paragraph(context.wording("exempt_whole", number=whole_records)))
    return (Notice(tuple(blocks), "exempt"),)


def _is_in_paper(item: RedactedItem, paper: Paper, kinds: tuple[str, ...]) -> bool:
    is_in_source = paper.source is None or not item.sources.isdisjoint({"", paper.source})
    return item.kind in (paper.kinds or kinds) and is_in_source


def _count_by_paragraph(context: PaperContext, items: Iterable[RedactedItem]) -> Iterable[str]:
    counts = Counter(item.paragraphs for item in items)
    for numbers in sorted(counts, key=lambda paragraph_numbers: [int(number) for number in paragraph_numbers]):
        basis = format_legal_basis(context, numbers) if numbers else context.wording("exempt_no_paragraph")
        yield context.wording("exempt_each", under=basis, number=counts[numbers])


_UNKNOWN = ExemptTag("", ())


def mark_exempt_text(document: Document, context: PaperContext) -> Document:
    """Return the document with a mark beside every exempt text, each text marked once."""
    if not context.redactions.tags:
        return document
    marked: Document = _Marker(context).visit(document)
    return marked


class _Marker:
    """Walks a document and replaces tags. `covered` are the records whose exempt text a mark nearby covers."""

    def __init__(self, context: PaperContext) -> None:
        self._context = context
        self._tags = context.redactions.tags
        self._plain_mark = context.wording("closed_mark")
        self._exempt_ids = {tag.record_id for tag in self._tags if tag.covers_facts}
        self._covered: frozenset[str] = frozenset()
        self._methods: dict[type, Callable[[Any], Any]] = {
            str: self._mark_plain,
            tuple: lambda items: tuple(map(self.visit, items)),
            Paragraph: lambda paragraph: replace(paragraph, spans=self._mark_spans(paragraph.spans)),
            Prose: self._mark_prose,
            Fact: self._mark_fact,
            Row: self._mark_row,
            Cell: self._mark_cell,
            Section: self._mark_section,
        }

    def visit(self, value: Any) -> Any:
        if isinstance(value, Notice) and value.kind == "closed":
            return _without_tags(value)
        mark = self._methods.get(type(value))
        return _map_fields(value, self.visit) if mark is None else mark(value)

    def _tag(self, number: int) -> ExemptTag:
        return self._tags[number] if 0 <= number < len(self._tags) else _UNKNOWN

    def _find_uncovered(self, text: str) -> ExemptTag | None:
        tags = [self._tag(number) for _, number in split_tagged(text) if number is not None] if has_tags(text) else []
        return next((tag for tag in tags if tag.record_id not in self._covered), None)

    def _mark_plain(self, text: str) -> str:
        """Return a heading, caption or label with the short mark, because such text has no spans."""
        if not has_tags(text):
            return text
        marked = ""
        for piece, number in split_tagged(text):
            needs_mark = number is not None and self._tag(number).record_id not in self._covered
            marked += f"{piece} {self._plain_mark}" if needs_mark else piece
        return marked.replace(f"{self._plain_mark} {self._plain_mark}", self._plain_mark)

    def _make_mark(self, tag: ExemptTag) -> tuple[Span, ...]:
        return (" ", _make_mark(self._context, tag.paragraphs))

    def _mark_spans(self, spans: Sequence[Span]) -> tuple[Span, ...]:
        """Return running text with a mark after each run of text under one exemption, unless a mark follows it."""
        result: list[Span] = []
        run_ends: list[int] = []
        pending: ExemptTag | None = None
        for span, tag in self._split_spans(spans):
            if pending and span == self._make_mark(pending)[1]:
                pending = None
            elif pending and (isinstance(span, Ref) or tag not in {None, pending}):
                self._insert_marks(result, run_ends, pending)
                pending = None
            continues = pending is not None and not _has_words(result[run_ends[-1] :])
            result.append(span)
            if tag is not None and tag.record_id not in self._covered:
                earlier = run_ends if pending else []
                run_ends = [*(earlier[:-1] if continues else earlier), len(result)]
                pending = tag
            elif pending and isinstance(span, Star) and run_ends[-1] == len(result) - 1:
                run_ends[-1] = len(result)
        if pending:
            self._insert_marks(result, run_ends, pending)
        return tuple(result)

    def _insert_marks(self, spans: list[Span], positions: list[int], tag: ExemptTag) -> None:
        for position in reversed(positions):
            spans[position:position] = self._make_mark(tag)

    def _split_spans(self, spans: Sequence[Span]) -> Iterator[tuple[Span, ExemptTag | None]]:
        for span in spans:
            if isinstance(span, str):
                for piece, number in split_tagged(span):
                    yield piece, None if number is None else self._tag(number)
            else:
                texts = (getattr(span, "text", ""), getattr(span, "url", ""))
                numbers = [number for text in texts for _, number in split_tagged(text) if number is not None]
                yield _without_tags(span), self._tag(numbers[0]) if numbers else None

    def _mark_prose(self, prose: Prose) -> Prose | Notice:
        tag, clean = self._find_uncovered(prose.markdown), Prose(remove_tags(prose.markdown))
        return clean if tag is None else Notice((make_paragraph(self._make_mark(tag)[1]), clean), "closed")

    def _mark_fact(self, fact: Fact) -> Fact:
        tag = self._find_uncovered(_text_of(fact.value))
        return replace(
            fact,
            label=self._mark_plain(fact.label),
            value=_without_tags(fact.value),
            spans=(*self._mark_spans(fact.spans), *(() if tag is None else self._make_mark(tag))),
            lines=tuple(map(self._mark_spans, fact.lines)),
            blocks=self.visit(fact.blocks),
        )

    def _mark_row(self, row: Row) -> Row:
        """Mark the cells of a row. A row about an exempt record has a mark even when no cell prints exempt text."""
        record_id = row.key or (_text_of(row.cells[0].content) if row.cells else "")
        outer = self._covered
        if record_id and any(_covers_row(cell, record_id) for cell in row.cells):
            self._covered |= {record_id}
        cells = self.visit(row.cells)
        if record_id in self._exempt_ids and not _has_mark(cells):
            cells = self._mark_first_text(record_id, cells)
        marked = replace(row, cells=cells, group=self._mark_plain(row.group))
        self._covered = outer
        return marked

    def _mark_first_text(self, record_id: str, cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
        tag = next(tag for tag in self._tags if tag.record_id == record_id and tag.covers_facts)
        texts = [i for i, cell in enumerate(cells) if isinstance(cell.content, tuple)]
        texts += [i for i, cell in enumerate(cells) if i and isinstance(cell.content, str)]
        index = texts[0] if texts else 0
        content = cells[index].content
        blocks: tuple[Block, ...]
        mark = self._make_mark(tag)
        if isinstance(content, tuple):
            first, *rest = content
            if isinstance(first, Paragraph):
                blocks = (replace(first, spans=(*first.spans, *mark)), *rest)
            else:
                blocks = (Paragraph(mark[1:]), *content)
        else:
            blocks = (Paragraph((content if isinstance(content, Ref) else _text_of(content), *mark)),)
        return (*cells[:index], replace(cells[index], content=blocks), *cells[index + 1 :])

    def _mark_cell(self, cell: Cell) -> Cell:
        if isinstance(cell.content, tuple):
            return replace(cell, content=self.visit(cell.content))
        tag, content = self._find_uncovered(_text_of(cell.content)), _without_tags(cell.content)
        if tag is None:
            return replace(cell, content=content)
        text = content if isinstance(content, Ref) else _text_of(content)
        return replace(cell, content=(Paragraph((text, *self._make_mark(tag))),))

    def _mark_section(self, section: Section) -> Section:
        title, blocks = self._mark_plain(section.title), self.visit(section.blocks)
        if section.record in self._exempt_ids and self._plain_mark not in title and not _has_mark(blocks):
            title = f"{title} {self._plain_mark}"
        return replace(section, title=title, blocks=blocks)


def _text_of(content: Any) -> str:
    if isinstance(content, CouncilDate):
        return content.to_text()
    return str(content) if isinstance(content, str | Ref) else ""


def _without_tags(value: Any) -> Any:
    if type(value) is str:  # and not the member of an enumeration
        return remove_tags(value)
    return tuple(map(_without_tags, value)) if isinstance(value, tuple) else _map_fields(value, _without_tags)


def _map_fields(value: Any, change: Any) -> Any:
    if not is_dataclass(value) or isinstance(value, type):
        return value
    return replace(value, **{item.name: change(getattr(value, item.name)) for item in fields(value) if item.init})


def _has_mark(value: Any) -> bool:
    if isinstance(value, tuple):
        return any(map(_has_mark, value))
    if isinstance(value, Closed) or (isinstance(value, Notice) and value.kind == "closed"):
        return True
    return is_dataclass(value) and any(_has_mark(getattr(value, item.name)) for item in fields(value))


def _covers_row(cell: Cell, record_id: str) -> bool:
    """Whether a cell has a mark for the record of its row, and not for a record that it refers to."""
    for block in cell.content if isinstance(cell.content, tuple) else ():
        if isinstance(block, Notice) and block.kind == "closed":
            return True
        if isinstance(block, Paragraph) and _has_mark(block.spans):
            return all(span.id == record_id for span in block.spans if isinstance(span, Ref))
    return False


def _has_words(spans: Iterable[Span]) -> bool:
    return any(character.isalnum() for span in spans for character in str(span))
