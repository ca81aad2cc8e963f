"""What closes every paper: the key to its signs and words, and the glossary, both of what this paper prints only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import get_args

from p2ptrack.analysis.case import Case
from p2ptrack.records.dates import CouncilDate
from p2ptrack.records.fields import Status
from p2ptrack.records.programme import Level, Meaning
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
    line,
    walk,
)


def closing(case: Case, blocks: tuple[Block, ...]) -> tuple[Section, ...]:
    """Return the key and the glossary of a paper that says this."""
    glossary = _glossary(case, " ".join(_texts(blocks)))
    key = _key(case, (*blocks, *glossary))
    return (*key, *glossary)


def _key(case: Case, blocks: tuple[Block, ...]) -> tuple[Section, ...]:
    spans = tuple(_all_spans(blocks))
    signs = [case.words("key_star")] if Star() in spans else []
    statuses = [s.value for s in Status if case.words(f"status_{s.value}") in spans]
    meanings = [Fact(case.words(f"status_{s}"), spans=(case.words(f"means_{s}"),)) for s in statuses]
    rated = any(isinstance(block, Table) and _rates(block) for block in walk(blocks))
    lines = [*signs, *((rating_key(case),) if rated else ()), case.words("key_absent"), case.words("key_dates")]
    inside: list[Block] = [Bullets(tuple((line(each),) for each in lines))]
    if meanings:
        inside.append(Facts(tuple(meanings)))
    return (Section("key", case.words("key"), tuple(inside)),)


def _rates(table: Table) -> bool:
    return any(column.key == "rating" for column in table.columns)


def rating_word(case: Case, level: Level) -> str:
    """Return what this council calls a rating; what it does not name keeps the word of the words file."""
    return case.policy.rating.get(level) or case.words(f"rating_{level}")


def rating_key(case: Case) -> str:
    """Return what each rating means: blue is *complete* in one council and *suspended* in the next."""
    told = (f"{rating_word(case, level)}: {case.words(f'means_rating_{level}')}" for level in get_args(Level))
    return case.words("key_rating", meanings="; ".join(told))


def _glossary(case: Case, text: str) -> tuple[Section, ...]:
    known = case.register.programme.glossary
    used = _used(known, text)
    if not used:
        return ()
    columns = (
        Column("word", case.words("glossary_word"), width="medium", header=True),
        Column("meaning", case.words("glossary_meaning"), width="wide"),
    )
    rows = tuple(Row((Cell(word), Cell(known[word].text, starred=known[word].inferred))) for word in used)
    table = Table("glossary", case.words("glossary_caption"), columns, rows)
    return (Section("glossary", case.words("glossary"), (table,)),)


def _used(known: Mapping[str, Meaning], text: str) -> tuple[str, ...]:
    """Return the words that the text uses, and those that their meanings use in turn."""
    used: dict[str, None] = {}
    fresh = [word for word in known if _says(text, word)]
    while fresh:
        used |= dict.fromkeys(fresh)
        meanings = " ".join(known[word].text for word in fresh)
        fresh = [word for word in known if word not in used and _says(meanings, word)]
    return tuple(sorted(used, key=str.casefold))


def _says(text: str, word: str) -> bool:
    return word in text and re.search(rf"(?<!\w){re.escape(word)}(?:s|'s|’s)?(?!\w)", text) is not None


def _texts(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in walk(blocks):
        match block:
            case Section():
                yield block.title
            case Prose():
                yield block.markdown
            case Table():
                yield block.caption
                yield from (column.title for column in block.columns)
                yield from (_value(cell) for row in block.rows for cell in row.cells)
            case _:
                pass
    yield from (str(span) for span in _all_spans(blocks))


def _value(cell: Cell) -> str:
    if isinstance(cell.content, CouncilDate):
        return cell.content.printed()
    return "" if isinstance(cell.content, tuple) else str(cell.content or "")


def _all_spans(blocks: tuple[Block, ...]) -> Iterator[Span]:
    for block in walk(blocks):
        match block:
            case Paragraph():
                yield from block.spans
            case Facts():
                yield from _of_facts(block.rows)
            case Table():
                yield from (Star() for row in block.rows for cell in row.cells if cell.starred)
            case _:
                pass


def _of_facts(rows: Iterable[Fact]) -> Iterator[Span]:
    for fact in rows:
        yield from fact.spans
        for each in fact.lines:
            yield from each
