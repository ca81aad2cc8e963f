"""What all papers share: whose it is, which records it tells of, its notice, and the parts around its own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from importlib import import_module
from typing import TypeVar, get_args

from p2ptrack.analysis.audience import Audience, RedactedItem
from p2ptrack.analysis.case import Case
from p2ptrack.analysis.redaction.exemptions import list_exempt_items, parse_paragraphs
from p2ptrack.diagnostics import Problem, Severity, quote_excerpt
from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.fields import Status
from p2ptrack.model.programme import GlossaryEntry, Paper, Programme, RatingLevel
from p2ptrack.model.records import Action, ExemptMarking, Recommendation, Record, TrackedRecord, kind_of
from p2ptrack.model.register import PROGRAMME_PATH, format_meeting_title
from p2ptrack.model.schema import record_field_specs
from p2ptrack.model.validation import ErrorCode
from p2ptrack.reports import REPORTS
from p2ptrack.reports.document import (
    Block,
    Bullets,
    Cell,
    Closed,
    Column,
    Document,
    Fact,
    Facts,
    Notice,
    Paragraph,
    Prose,
    Provenance,
    Row,
    Section,
    Span,
    Star,
    Strong,
    Table,
    make_paragraph,
    walk_blocks,
)
from p2ptrack.reports.layout import ReportParts, add_part_letters, apply_layout, check_layout_names

# What closes every paper: the key to its signs and words, and the glossary, both of what this paper prints only.


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


# What papers say of exemption: to the public that something is not there, to those who see it that it is closed.


def format_legal_basis(case: Case, numbers: Sequence[str]) -> str:
    """Return the law in words: `paragraph 3 of Schedule 12A to …`; the schedule alone where no paragraph is stated."""
    law = case.wording(f"law_{case.policy.exemption_law}")
    if not numbers:
        return law
    *first, last = numbers
    numbers_text = case.wording("exempt_and", first=", ".join(first), last=last) if first else last
    return case.wording("exempt_paragraphs" if first else "exempt_paragraph", numbers=numbers_text, law=law)


def build_redaction_notice(case: Case, record: Record) -> tuple[Block, ...]:
    """Return the neutral notice for a record of which the public does not see a part."""
    numbers = case.redactions.notice_paragraphs.get(record.id)
    if numbers is None:
        return ()
    return (Notice((make_paragraph(case.wording("exempt_here", under=format_legal_basis(case, numbers))),), "exempt"),)


def exempt_mark(case: Case, exempt: ExemptMarking | None) -> tuple[Span, ...]:
    """Return the mark beside something exempt, for those who may see it; nothing where nothing is exempt."""
    if exempt is None:
        return ()
    basis = format_legal_basis(case, parse_paragraphs(exempt, case.policy.exemption_law))
    return (" ", Closed(case.wording("closed_under", under=basis)))


def mark_exempt_title(case: Case, record: Record | None, title: str) -> str:
    """Return a record's title as headings have it: with the mark where the title itself is exempt."""
    exempt = record.exempt if record else None
    is_title_exempt = exempt is not None and (not exempt.fields or "title" in exempt.fields)
    return f"{title} {case.wording('closed_mark')}" if is_title_exempt else title


def wrap_exempt_blocks(case: Case, exempt: ExemptMarking | None, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Return what is said of a record, or of an entry of one, set apart where some of it is exempt."""
    if exempt is None:
        return blocks
    return (
        Notice((make_paragraph(*exempt_mark(case, exempt)[1:], *_format_grounds(case, exempt)), *blocks), "closed"),
    )


def _format_grounds(case: Case, exempt: ExemptMarking) -> tuple[Span, ...]:
    field_info = record_field_specs()
    fields = ", ".join(field_info[name].title if name in field_info else name for name in exempt.fields)
    parts = (
        case.wording("closed_fields", fields=fields) if fields else "",
        case.wording("closed_reason", reason=exempt.reason) if exempt.reason else "",
        case.wording("closed_public_interest", reason=exempt.public_interest) if exempt.public_interest else "",
    )
    return tuple(f" · {part}" for part in parts if part)


def build_paper_notice(case: Case, paper: Paper, kinds: tuple[str, ...]) -> tuple[Block, ...]:
    """Return what a paper says of itself: how much is not in it, or that it may not be published."""
    is_public = case.audience is Audience.PUBLIC
    # What is still marked as exempt in a filtered register is so now: no day is asked again.
    all_items = case.redactions.items if is_public else list_exempt_items(case.register, date.min)
    items = [item for item in all_items if _is_in_paper(item, paper, kinds)]
    if not items and case.audience is not Audience.OFFICERS:
        return ()
    whole_records = sum(item.is_whole_record for item in items)
    blocks = [
        *(() if is_public else (make_paragraph(Strong(case.wording(f"closed_{case.audience.value}"))),)),
        *(
            (make_paragraph(case.wording("exempt_parts" if is_public else "closed_parts", number=len(items))),)
            if items
            else ()
        ),
        *((Bullets(tuple((make_paragraph(text),) for text in _count_by_paragraph(case, items))),) if items else ()),
        *((make_paragraph(case.wording("exempt_whole", number=whole_records)),) if is_public and whole_records else ()),
    ]
    return (Notice(tuple(blocks), "exempt"),)


def _is_in_paper(item: RedactedItem, paper: Paper, kinds: tuple[str, ...]) -> bool:
    is_in_source = paper.source is None or not item.sources.isdisjoint({"", paper.source})
    return item.kind in (paper.kinds or kinds) and is_in_source


def _count_by_paragraph(case: Case, items: Iterable[RedactedItem]) -> Iterable[str]:
    counts = Counter(item.paragraphs for item in items)
    for numbers in sorted(counts, key=lambda paragraph_numbers: [int(number) for number in paragraph_numbers]):
        basis = format_legal_basis(case, numbers) if numbers else case.wording("exempt_no_paragraph")
        yield case.wording("exempt_each", under=basis, number=counts[numbers])


R = TypeVar("R", bound=Record)
COMMON_SECTIONS = ("overview", "asks", "background", "key", "glossary")
"""The sections that every paper can have."""


@dataclass(frozen=True, slots=True)
class PaperScope:
    """What one paper is made from: its entry in the programme and the records that it tells of, in their order."""

    case: Case
    name: str
    paper: Paper
    recommendations: tuple[Recommendation, ...]
    tracked: tuple[TrackedRecord, ...]
    notice: tuple[Block, ...] = ()


def resolve_scope(case: Case, name: str, kinds: tuple[str, ...]) -> PaperScope:
    """Return what the paper is about. Without an entry in the programme it tells of every record of the kinds."""
    paper = find_paper_entry(case, name)
    candidates = [r for r in case.register.records if kind_of(r).name in (paper.kinds or kinds)]
    selected = _select_by_source(candidates, paper.source)
    return PaperScope(
        case,
        name,
        paper,
        tuple(record for record in selected if isinstance(record, Recommendation)),
        tuple(record for record in selected if isinstance(record, TrackedRecord)),
        build_paper_notice(case, paper, kinds),
    )


def find_paper_entry(case: Case, name: str) -> Paper:
    """Return the paper's entry: the one of its name, else the first that this report makes, else an empty one."""
    entries = case.register.programme.reports
    if case.report:
        return entries.get(case.report, Paper())
    return next((paper for key, paper in entries.items() if (paper.report or key) == name), Paper())


def _select_by_source(records: list[Record], source: str | None) -> list[Record]:
    """Return the records of a source, those that name none, and those that they are linked with.

    A recommendation and the actions that answer it may come from two papers, and belong together in one.
    """
    if source is None:
        return records
    own_ids = {record.id for record in records if record.source is None or record.source.id == source}
    answered_ids = {id_ for record in records if record.id in own_ids for id_ in recommendation_ids(record)}
    return [
        r for r in records if r.id in own_ids or r.id in answered_ids or not own_ids.isdisjoint(recommendation_ids(r))
    ]


def recommendation_ids(record: Record) -> tuple[str, ...]:
    """Return the recommendations that a record answers, and those whose part it answers: `R6.2` is of `R6`."""
    links = record.recommendations if isinstance(record, Action) else ()
    return tuple(dict.fromkeys(id_ for link in links for id_ in (link, link.rpartition(".")[0]) if id_))


def assemble_paper(scope: PaperScope, sections: tuple[Section, ...], parts: ReportParts) -> Document:
    """Return the paper: its sections between what stands around every paper, arranged as the council likes it.

    Raises `CannotGoOn` when the council's layout names what no report has.
    """
    blocks = (*scope.notice, *_build_stated_asks(scope), *sections, *_build_background(scope))
    all_parts = ReportParts(
        (*COMMON_SECTIONS, *parts.sections), {**parts.columns, "glossary": ("word", "meaning")}, parts.lettered_sections
    )
    case = scope.case
    check_layout_names(case.layout, (*REPORTS, *case.register.programme.reports), _list_table_keys())
    document = replace(
        _build_document(scope, (*blocks, *build_key_and_glossary(case, blocks))), opening=parts.opening_sections
    )
    return add_part_letters(apply_layout(document, case.layout, scope.name, all_parts), all_parts, case.wording)


def _list_table_keys() -> tuple[str, ...]:
    modules = [import_module(report.builder.partition(":")[0]) for report in REPORTS.values()]
    return ("glossary", *(table for module in modules for table in module.PARTS.columns))


def _build_document(scope: PaperScope, blocks: tuple[Block, ...]) -> Document:
    case, origin = scope.case, scope.case.provenance
    return Document(
        name=case.report or scope.name,
        title=scope.paper.title or case.wording(f"{scope.name.replace('-', '_')}_title"),
        as_of=case.as_of,
        blocks=blocks,
        heading=_build_heading(scope),
        meta=_build_meta(scope),
        notice=case.register.programme.notice or "",
        draft=_draft_mark(case),
        audience=case.audience.value,
        provenance=Provenance(origin.version, case.as_of, origin.commit, origin.modified),
    )


def _draft_mark(case: Case) -> str:
    """Return the draft mark. Papers are drafts until their meeting is published, those for officers always."""
    if case.audience is Audience.OFFICERS:
        return case.wording("draft_officers")
    return "" if case.provenance.is_publication_for(case.meeting) else case.wording("draft")


def _build_heading(scope: PaperScope) -> tuple[str, ...]:
    programme, source = scope.case.register.programme, scope.case.register.find_source(scope.paper.source or "")
    meeting = scope.case.meeting
    organisation = (source.organisation if source else None) or programme.organisation or programme.title
    body = (meeting.body if meeting else None) or (source.body if source else None)
    return (organisation, body) if body else (organisation,)


def _build_meta(scope: PaperScope) -> tuple[Fact, ...]:
    case, source = scope.case, scope.case.register.find_source(scope.paper.source or "")
    facts = [Fact(case.wording("position_at"), case.as_of)]
    if case.meeting:
        facts.append(
            Fact(case.wording("meeting"), spans=(f"{format_meeting_title(case.meeting)} ({case.meeting.date.raw})",))
        )
    if scope.paper.author:
        facts.append(Fact(case.wording("author"), spans=(scope.paper.author,)))
    if source:
        date_text = source.date.to_text() if source.date else case.wording("undated")
        facts.append(Fact(case.wording("source"), spans=(f"{source.title} ({date_text})",)))
    return tuple(facts)


def _build_stated_asks(scope: PaperScope) -> tuple[Section, ...]:
    words, paper = scope.case.wording, scope.paper
    if not paper.asks:
        return ()
    asks = Bullets(tuple((make_paragraph(ask),) for ask in paper.asks), ordered=True)
    return (Section("asks", words("asks"), (asks,)),)


def build_overview(scope: PaperScope, *blocks: Block) -> tuple[Section, ...]:
    """Return the overview: the paper's introduction and these blocks; nothing where there is nothing to say."""
    introduction = (Prose(scope.paper.introduction),) if scope.paper.introduction else ()
    contents = (*introduction, *blocks)
    return (Section("overview", scope.case.wording("overview"), contents),) if contents else ()


def _build_background(scope: PaperScope) -> tuple[Section, ...]:
    if not scope.paper.background_papers:
        return ()
    bullets = Bullets(tuple((make_paragraph(title),) for title in scope.paper.background_papers))
    return (Section("background", scope.case.wording("background"), (bullets,)),)


# What a paper says of itself when it was made from a register with errors.


def add_error_notice(document: Document, problems: Iterable[Problem]) -> Document:
    """Return the paper with a notice at its head that counts the register's errors by code.

    Codes and a count say what is missing without a word of a record; only in an officers' paper do problems still
    have their words (design, section 6).
    """
    error_problems = [problem for problem in problems if problem.severity is Severity.ERROR]
    codes = Counter(problem.code for problem in error_problems)
    if not codes:
        return document
    code_counts = ", ".join(f"{code} ({number})" for code, number in sorted(codes.items()))
    count = sum(codes.values())
    errors = "1 error" if count == 1 else f"{count} errors"
    summary = f"This paper was made from a register with {errors}; what could not be read is not in it."
    sentence = f"{summary} By code: {code_counts}."
    messages = tuple((make_paragraph(f"{p.path}: {p.message}"),) for p in error_problems if p.message)
    blocks = (make_paragraph(sentence), *((Bullets(messages),) if messages else ()))
    return replace(document, blocks=(Notice(blocks, kind="problems"), *document.blocks))


# Papers of a programme that are to be made by a report that does not exist.


UNKNOWN_REPORT = ErrorCode(
    "S112",
    "A paper made by no report",
    "The paper could not be made on the day that it is wanted.",
    "reports: {annex: {report: acton-plan}}",
    "reports: {annex: {report: action-plan}}",
)


def find_unknown_reports(programme: Programme) -> Iterator[Problem]:
    """Yield a problem for each paper whose `report` is none."""
    for name, paper in programme.reports.items():
        report = paper.report or name
        if report not in REPORTS:
            yield Problem(
                PROGRAMME_PATH,
                UNKNOWN_REPORT.code,
                UNKNOWN_REPORT.severity,
                f"The paper {name} is to be made by {quote_excerpt(report)}, which is no report.",
                _suggest_report(report),
                f"reports.{name}.report" if paper.report else f"reports.{name}",
            )


def _suggest_report(report: str) -> str:
    suggestions = get_close_matches(report, REPORTS, n=1)
    return f"report: {suggestions[0]} (did you mean this?)" if suggestions else f"report: one of {', '.join(REPORTS)}"
