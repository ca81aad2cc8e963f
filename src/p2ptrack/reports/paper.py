"""What all papers share: their records, their heading, and the sections around their own.

The clerk's texts in a paper (introduction, requests, background papers) are Markdown. Headings of the introduction
become headings of the paper.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import cast, get_args

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.links import addressed_recommendations
from p2ptrack.analysis.redaction import Audience
from p2ptrack.diagnostics import Problem, Severity
from p2ptrack.model.dates import CouncilDate
from p2ptrack.model.fields import Status, get_word_as_written
from p2ptrack.model.kinds import kind_of
from p2ptrack.model.programme import DEFAULT_LANGUAGE, Paper, RatingLevel, Wording
from p2ptrack.model.records import Recommendation, Record, TrackedRecord
from p2ptrack.model.register import format_meeting_title
from p2ptrack.phrases import find_comments, normalise_spelling, remove_comments, uncapitalise
from p2ptrack.reports import REPORTS
from p2ptrack.reports.context import PaperContext, ReportParts, add_part_letters, apply_layout, check_layout_names
from p2ptrack.reports.document import (
    Block,
    Bullets,
    Cell,
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
    Table,
    make_paragraph,
    map_texts,
    walk_blocks,
)
from p2ptrack.reports.exempt_marks import build_paper_notice
from p2ptrack.reports.record_table import build_record_table

_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*)")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_LIST_OR_QUOTE = re.compile(r" {0,3}([-*+>|]|\d+[.)])")
_EMPHASIS = re.compile(r"(\*\*|__|`)(.+?)\1")


def build_text_list(texts: Iterable[str], *, ordered: bool = False) -> Bullets:
    """Return a list of texts, each in Markdown."""
    return Bullets(tuple((Prose(text),) for text in texts), ordered=ordered)


@dataclass(slots=True)
class _Part:
    """A heading of a text and what is under it, until the next heading of its level or above."""

    level: int
    title: str
    lines: list[str] = field(default_factory=list)
    children: list[_Part] = field(default_factory=list)


def build_introduction(markdown: str) -> tuple[Block, ...]:
    """Return an introduction with its headings as sections, so that every format prints them as headings."""
    root = _Part(0, "")
    open_parts = [root]
    for level, line in _iter_lines(markdown):
        if not level:
            open_parts[-1].lines.append(line)
            continue
        while open_parts[-1].level >= level:
            open_parts.pop()
        part = _Part(level, line)
        open_parts[-1].children.append(part)
        open_parts.append(part)
    return _build_blocks(root, "introduction")


def _build_blocks(part: _Part, key: str) -> tuple[Block, ...]:
    text = "\n".join(part.lines).strip("\n")
    prose: tuple[Block, ...] = (Prose(text),) if text.strip() else ()
    keys = (f"{key}-{number}" for number in range(1, len(part.children) + 1))
    sections = (
        Section(key, child.title, _build_blocks(child, key)) for key, child in zip(keys, part.children, strict=True)
    )
    return (*prose, *sections)


def _iter_lines(markdown: str) -> Iterator[tuple[int, str]]:
    """Yield each line with its level as a heading, 0 for text. Lines of code are text whatever they begin with."""
    fence, pending = "", ""
    has_pending = False
    for line in markdown.splitlines():
        fence_match = _FENCE.match(line)
        if fence_match and fence in {"", fence_match[1]}:
            fence = "" if fence else fence_match[1]
        underline = _UNDERLINE.match(line)
        if has_pending and underline and not fence and _is_paragraph(pending):
            yield (1 if underline[1][0] == "=" else 2), _strip_emphasis(pending)
            has_pending = False
            continue
        if has_pending:
            yield 0, pending
        heading = None if fence else _HEADING.match(line)
        has_pending = heading is None
        if heading is None:
            pending = line
        else:
            yield len(heading[1]), _strip_emphasis(_strip_closing_marks(heading[2].rstrip()))
    if has_pending:
        yield 0, pending


def _strip_closing_marks(heading: str) -> str:
    """Return the text of a heading without the number signs that may close its line."""
    text = heading.rstrip("#")
    return text.rstrip() if text != text.rstrip() else heading


def _is_paragraph(line: str) -> bool:
    return bool(line.strip()) and not line.startswith(("    ", "\t")) and not _LIST_OR_QUOTE.match(line)


def _strip_emphasis(title: str) -> str:
    return _EMPHASIS.sub(r"\2", title).strip()


COMMON_SECTIONS = ("overview", "requests", "background", "key", "glossary")
"""The sections that every paper can have."""


@dataclass(frozen=True, slots=True)
class PaperScope:
    """One paper: its context, its entry in the programme, and its records in their order.

    `actions` are the tracked records under each recommendation and each part that they answer.
    """

    context: PaperContext
    name: str
    paper: Paper
    recommendations: tuple[Recommendation, ...]
    tracked: tuple[TrackedRecord, ...]
    records: tuple[Record, ...] = ()
    notice: tuple[Block, ...] = ()
    actions: Mapping[str, list[TrackedRecord]] = field(default_factory=dict)

    @property
    def case(self) -> Case:
        """Return the case that the paper is made from."""
        return self.context.case


def resolve_scope(context: PaperContext, name: str, kinds: tuple[str, ...]) -> PaperScope:
    """Return the scope of a paper. Without an entry in the programme it has every record of the kinds."""
    paper = find_paper_entry(context, name)
    candidates = [record for record in context.register.records if kind_of(record).name in (paper.kinds or kinds)]
    selected = _select_by_source(candidates, paper.source)
    tracked = tuple(record for record in selected if isinstance(record, TrackedRecord))
    actions: dict[str, list[TrackedRecord]] = {}
    for record in tracked:
        for id_ in addressed_recommendations(record):
            actions.setdefault(id_, []).append(record)
    return PaperScope(
        context,
        name,
        paper,
        tuple(record for record in selected if isinstance(record, Recommendation)),
        tracked,
        tuple(selected),
        build_paper_notice(context, paper, kinds),
        actions,
    )


def find_paper_entry(context: PaperContext, name: str) -> Paper:
    """Return the paper's entry: the one of its name, otherwise the first that this report makes, or an empty one."""
    entries = context.register.programme.reports
    if context.report:
        return entries.get(context.report, Paper())
    return next((paper for key, paper in entries.items() if (paper.report or key) == name), Paper())


def _select_by_source(records: list[Record], source: str | None) -> list[Record]:
    """Return the records of a source, those that name none, and those that they are linked with.

    A recommendation and the actions that answer it may come from two papers, and belong together in one.
    """
    if source is None:
        return records
    own_ids = {record.id for record in records if record.source is None or record.source.id == source}
    linked_ids = {id_ for record in records if record.id in own_ids for id_ in addressed_recommendations(record)}
    return [
        record
        for record in records
        if record.id in own_ids | linked_ids or not own_ids.isdisjoint(addressed_recommendations(record))
    ]


def assemble_paper(
    scope: PaperScope, sections: tuple[Section, ...], parts: ReportParts, records: Table | None = None
) -> Document:
    """Return the paper: its own sections and those around every paper, arranged by the council's layout.

    `records` is its table with a row for each record. The default has its actions and follow-ups.

    Raises `OperationError` when the layout names a section or column that no report has.
    """
    context, paper = scope.context, scope.paper
    words = context.wording
    requests = build_text_list(paper.asks, ordered=True)
    background = build_text_list(paper.background_papers)
    blocks = (
        *scope.notice,
        *((Section("requests", words("requests"), (requests,)),) if paper.asks else ()),
        *sections,
        *((Section("background", words("background"), (background,)),) if paper.background_papers else ()),
    )
    all_parts = ReportParts(
        (*COMMON_SECTIONS, *parts.sections), {**parts.columns, "glossary": ("word", "meaning")}, parts.lettered_sections
    )
    check_layout_names(context.layout, (*REPORTS, *context.register.programme.reports), _list_table_keys())
    document = _build_document(scope, (*blocks, *build_key_and_glossary(context, blocks)), parts.opening_sections)
    document = replace(document, records=records or document.records)
    paper_document = add_part_letters(apply_layout(document, context.layout, scope.name, all_parts), all_parts, words)
    if any(map(find_comments, context.register.iter_texts())):
        return cast(Document, map_texts(paper_document, remove_comments))
    return paper_document


def _list_table_keys() -> tuple[str, ...]:
    modules = [import_module(report.builder.partition(":")[0]) for report in REPORTS.values()]
    return ("glossary", *(table for module in modules for table in module.PARTS.columns))


def _build_document(scope: PaperScope, blocks: tuple[Block, ...], opening_sections: tuple[str, ...]) -> Document:
    context, origin = scope.context, scope.context.provenance
    last_publication = origin.find_publication_before(context.meeting)
    return Document(
        name=context.report or scope.name,
        title=scope.paper.title or context.wording(f"{scope.name.replace('-', '_')}_title"),
        as_of=context.as_of,
        blocks=blocks,
        heading=_build_heading(scope),
        meta=_build_meta(scope),
        notice=context.register.programme.notice or "",
        draft=_format_draft_mark(context),
        audience=context.audience.value,
        provenance=Provenance(
            origin.version, context.as_of, origin.commit, origin.modified, last_publication=last_publication
        ),
        opening=opening_sections,
        language=context.register.programme.language or DEFAULT_LANGUAGE,
        records=build_record_table(context, scope.tracked),
    )


def _format_draft_mark(context: PaperContext) -> str:
    """Return the draft mark. Papers are drafts until their meeting is published; papers for officers always are."""
    if context.audience is Audience.OFFICERS:
        return context.wording("draft_officers")
    return "" if context.provenance.is_publication_for(context.meeting) else context.wording("draft")


def _build_heading(scope: PaperScope) -> tuple[str, ...]:
    context = scope.context
    programme, source = context.register.programme, context.register.find_source(scope.paper.source or "")
    organisation = (source.organisation if source else None) or programme.organisation or programme.title
    body = (context.meeting.body if context.meeting else None) or (source.body if source else None)
    return (organisation, body) if body else (organisation,)


def _build_meta(scope: PaperScope) -> tuple[Fact, ...]:
    context, words = scope.context, scope.context.wording
    facts = [Fact(words("position_at"), context.as_of)]
    if context.meeting:
        title = f"{format_meeting_title(context.meeting)} ({context.meeting.date.raw})"
        facts.append(Fact(words("meeting"), spans=(title,)))
    if scope.paper.author:
        facts.append(Fact(words("author"), spans=(scope.paper.author,)))
    source = context.register.find_source(scope.paper.source or "")
    if source:
        date_text = source.date.to_text() if source.date else words("undated")
        facts.append(Fact(words("source"), spans=(f"{source.title} ({date_text})",)))
    return tuple(facts)


def build_overview(scope: PaperScope, *blocks: Block) -> tuple[Section, ...]:
    """Return the overview: the paper's introduction and these blocks, as far as there are any."""
    contents = (*build_introduction(scope.paper.introduction or ""), *blocks)
    return (Section("overview", scope.context.wording("overview"), contents),) if contents else ()


def build_key_and_glossary(context: PaperContext, blocks: tuple[Block, ...]) -> tuple[Section, ...]:
    """Return the key to the symbols and words in these blocks, and the glossary of the terms in them."""
    glossary = _build_glossary(context, normalise_spelling(" ".join(_iter_texts(blocks))))
    return (_build_key(context, (*blocks, *glossary)), *glossary)


def _build_key(context: PaperContext, blocks: tuple[Block, ...]) -> Section:
    words, spans = context.wording, tuple(iter_spans(blocks))
    tables = [block for block in walk_blocks(blocks) if isinstance(block, Table)]
    lines = [words("key_absent"), words("key_dates")]
    if any(column.key == "rating" for table in tables for column in table.columns):
        lines.insert(0, format_rating_key(context))
    if Star() in spans:
        lines.insert(0, words("key_star"))
    records = _find_printed_records(context, blocks)
    own_words = tuple(_iter_own_words(context, records, spans))
    # A council may use the name of one status for another: its own meaning counts.
    own_labels = {fact.label for fact in own_words}
    statuses = {status for record in records for status in _iter_statuses(context, record)}
    names = ((status, words(f"status_{status.value}")) for status in Status if status in statuses)
    meanings = tuple(
        Fact(name, spans=(words(f"means_{status.value}"),))
        for status, name in names
        if name in spans and name not in own_labels
    )
    meanings += own_words
    bullets = Bullets(tuple((make_paragraph(text),) for text in lines))
    return Section("key", words("key"), (bullets, Facts(meanings)) if meanings else (bullets,))


def _find_printed_records(context: PaperContext, blocks: tuple[Block, ...]) -> tuple[Record, ...]:
    """Return the records that rows and sections are about; without any, every record of the register.

    A choice of a declared field may have the name of a status that no record in the paper has.
    """
    ids: set[str] = set()
    for block in walk_blocks(blocks):
        if isinstance(block, Section):
            ids.add(block.record)
        elif isinstance(block, Table):
            ids.update(row.key for row in block.rows)
    return tuple(record for record in context.register.records if record.id in ids) or context.register.records


def _iter_statuses(context: PaperContext, record: Record) -> Iterator[Status | None]:
    if isinstance(record, TrackedRecord):
        yield from (context.case.get_status(record), record.status, *(update.status for update in record.updates))


def _iter_own_words(context: PaperContext, records: Iterable[Record], spans: Sequence[Span]) -> Iterator[Fact]:
    """Yield the meaning of each of the council's own words in a paper: *Now BAU: embedded*."""
    printed = {span for span in spans if isinstance(span, str)}
    explained: set[tuple[str, str]] = set()
    for record in records:
        for model in (record, *(record.updates if isinstance(record, TrackedRecord) else ())):
            for field_name in ("status", "priority", "acceptance"):
                word = get_word_as_written(model, field_name) if hasattr(model, field_name) else None
                if word in printed and (word, field_name) not in explained:
                    explained.add((word, field_name))
                    yield Fact(word, spans=(_explain_word(context, field_name, getattr(model, field_name).value),))


def _explain_word(context: PaperContext, field_name: str, value: str) -> str:
    words = context.wording
    name = uncapitalise(words(f"{field_name}_{value}"))
    meaning = words(f"means_{value}") if field_name == "status" else ""
    return words(f"key_own_{field_name}", name=name, meaning=meaning)


def format_rating(context: PaperContext, level: RatingLevel) -> str:
    """Return the council's own word for a rating, otherwise the word of the words file."""
    return context.policy.rating.get(level) or context.wording(f"rating_{level}")


def format_rating_key(context: PaperContext) -> str:
    """Return the meaning of each rating: blue is *complete* in one council and *suspended* in the next."""
    meanings = (
        f"{format_rating(context, level)}: {context.wording(f'means_rating_{level}')}"
        for level in get_args(RatingLevel)
    )
    return context.wording("key_rating", meanings="; ".join(meanings))


def _build_glossary(context: PaperContext, text: str) -> tuple[Section, ...]:
    words, glossary = context.wording, context.register.programme.glossary
    terms: dict[str, None] = {}
    new_terms = [term for term in glossary if _contains_term(text, term)]
    while new_terms:  # a meaning can use other terms
        terms |= dict.fromkeys(new_terms)
        meanings = normalise_spelling(" ".join(glossary[term].text for term in new_terms))
        new_terms = [term for term in glossary if term not in terms and _contains_term(meanings, term)]
    if not terms:
        return ()
    columns = (
        Column("word", words("glossary_word"), width="medium", header=True),
        Column("meaning", words("glossary_meaning"), width="wide"),
    )
    ordered = sorted(terms, key=str.casefold)
    rows = tuple(Row((Cell(term), Cell(glossary[term].text, starred=glossary[term].inferred))) for term in ordered)
    table = Table("glossary", words("glossary_caption"), columns, rows)
    return (Section("glossary", words("glossary"), (table,)),)


def _contains_term(text: str, term: str) -> bool:
    """Whether a text, of which `normalise_spelling` returned the spelling, uses a term."""
    spelled_term = normalise_spelling(term)
    return spelled_term in text and re.search(rf"(?<!\w){re.escape(spelled_term)}(?:'?s)?(?!\w)", text) is not None


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
    yield from (str(span) for span in iter_spans(blocks))


def _cell_text(cell: Cell) -> str:
    if isinstance(cell.content, CouncilDate):
        return cell.content.to_text()
    return "" if isinstance(cell.content, tuple) else str(cell.content or "")


def iter_spans(blocks: tuple[Block, ...]) -> Iterator[Span]:
    """Yield the spans of running text in these blocks, and a star for each cell that is our interpretation."""
    for block in walk_blocks(blocks):
        match block:
            case Paragraph():
                yield from block.spans
            case Facts():
                for fact in block.rows:
                    yield from fact.spans
                    for line in fact.lines:
                        yield from line
            case Table():
                yield from (Star() for row in block.rows for cell in row.cells if cell.starred)
            case _:
                pass


def add_error_notice(document: Document, problems: Iterable[Problem], words: Wording) -> Document:
    """Return the paper with a notice at its start that counts the register's errors by code."""
    return replace(document, blocks=(*build_error_notice(problems, words, "paper_errors"), *document.blocks))


def build_error_notice(problems: Iterable[Problem], words: Wording, key: str) -> tuple[Block, ...]:
    """Return the notice that counts errors by code, in the words of a key; nothing without errors.

    Codes and a count show what is missing without any text of a record. Problems have their texts only in a paper for
    officers.
    """
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    if not errors:
        return ()
    codes = Counter(problem.code for problem in errors)
    code_counts = ", ".join(f"{code} ({number})" for code, number in sorted(codes.items()))
    summary = make_paragraph(words.count(key, len(errors), codes=code_counts))
    messages = tuple((make_paragraph(f"{problem.path}: {problem.message}"),) for problem in errors if problem.message)
    return (Notice((summary, *((Bullets(messages),) if messages else ())), kind="problems"),)
