"""What closes every paper: the key to its signs and words, and the glossary, both of what this paper prints only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import get_args

from p2ptrack.analysis.case import Case
from p2ptrack.records.dates import CouncilDate
from p2ptrack.records.fields import Status
from p2ptrack.records.programme import GlossaryEntry, RatingLevel
from p2ptrack.reports.document import (
    Block,
    Bullets,
    Cell,
    Column,
    Fact,
    Facts,
    Paragraph,
    Prose,
    Row,
    Section,
    Span,
    Star,
    Table,
    make_paragraph,
    walk_blocks,
)


def build_key_and_glossary(case: Case, blocks: tuple[Block, ...]) -> tuple[Section, ...]:
    """Return the key and the glossary of a paper that says this."""
    glossary = _build_glossary(case, " ".join(_iter_texts(blocks)))
    key = _build_key(case, (*blocks, *glossary))
    return (*key, *glossary)


def _build_key(case: Case, blocks: tuple[Block, ...]) -> tuple[Section, ...]:
    spans = tuple(_iter_spans(blocks))
    signs = [case.wording("key_star")] if Star() in spans else []
    statuses = [status.value for status in Status if case.wording(f"status_{status.value}") in spans]
    meanings = [Fact(case.wording(f"status_{status}"), spans=(case.wording(f"means_{status}"),)) for status in statuses]
    has_ratings = any(isinstance(block, Table) and _has_rating_column(block) for block in walk_blocks(blocks))
    lines = [
        *signs,
        *((format_rating_key(case),) if has_ratings else ()),
        case.wording("key_absent"),
        case.wording("key_dates"),
    ]
    contents: list[Block] = [Bullets(tuple((make_paragraph(text),) for text in lines))]
    if meanings:
        contents.append(Facts(tuple(meanings)))
    return (Section("key", case.wording("key"), tuple(contents)),)


def _has_rating_column(table: Table) -> bool:
    return any(column.key == "rating" for column in table.columns)


def format_rating(case: Case, level: RatingLevel) -> str:
    """Return what this council calls a rating; what it does not name keeps the word of the words file."""
    return case.policy.rating.get(level) or case.wording(f"rating_{level}")


def format_rating_key(case: Case) -> str:
    """Return what each rating means: blue is *complete* in one council and *suspended* in the next."""
    meanings = (
        f"{format_rating(case, level)}: {case.wording(f'means_rating_{level}')}" for level in get_args(RatingLevel)
    )
    return case.wording("key_rating", meanings="; ".join(meanings))


def _build_glossary(case: Case, text: str) -> tuple[Section, ...]:
    glossary = case.register.programme.glossary
    terms = _find_used_terms(glossary, text)
    if not terms:
        return ()
    columns = (
        Column("word", case.wording("glossary_word"), width="medium", header=True),
        Column("meaning", case.wording("glossary_meaning"), width="wide"),
    )
    rows = tuple(Row((Cell(term), Cell(glossary[term].text, starred=glossary[term].inferred))) for term in terms)
    table = Table("glossary", case.wording("glossary_caption"), columns, rows)
    return (Section("glossary", case.wording("glossary"), (table,)),)


def _find_used_terms(glossary: Mapping[str, GlossaryEntry], text: str) -> tuple[str, ...]:
    """Return the words that the text uses, and those that their meanings use in turn."""
    terms: dict[str, None] = {}
    new_terms = [term for term in glossary if _contains_term(text, term)]
    while new_terms:
        terms |= dict.fromkeys(new_terms)
        meanings = " ".join(glossary[term].text for term in new_terms)
        new_terms = [term for term in glossary if term not in terms and _contains_term(meanings, term)]
    return tuple(sorted(terms, key=str.casefold))


def _contains_term(text: str, term: str) -> bool:
    return term in text and re.search(rf"(?<!\w){re.escape(term)}(?:s|'s|’s)?(?!\w)", text) is not None


def _iter_texts(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in walk_blocks(blocks):
        match block:
            case Section():
                yield block.title
            case Prose():
                yield block.markdown
            case Table():
                yield block.caption
                yield from (column.title for column in block.columns)
                yield from (_cell_text(cell) for row in block.rows for cell in row.cells)
            case _:
                pass
    yield from (str(span) for span in _iter_spans(blocks))


def _cell_text(cell: Cell) -> str:
    if isinstance(cell.content, CouncilDate):
        return cell.content.to_text()
    return "" if isinstance(cell.content, tuple) else str(cell.content or "")


def _iter_spans(blocks: tuple[Block, ...]) -> Iterator[Span]:
    for block in walk_blocks(blocks):
        match block:
            case Paragraph():
                yield from block.spans
            case Facts():
                yield from _iter_fact_spans(block.rows)
            case Table():
                yield from (Star() for row in block.rows for cell in row.cells if cell.starred)
            case _:
                pass


def _iter_fact_spans(rows: Iterable[Fact]) -> Iterator[Span]:
    for fact in rows:
        yield from fact.spans
        for spans in fact.lines:
            yield from spans
