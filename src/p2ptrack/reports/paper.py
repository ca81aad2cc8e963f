"""What all papers share: whose it is, which records it tells of, its notice, and the parts around its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib import import_module
from typing import TypeVar

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.exempt.withheld import Audience
from p2ptrack.records.kinds import Action, Recommendation, Record, TrackedRecord, kind_of
from p2ptrack.records.programme import Paper
from p2ptrack.records.register import format_meeting_title
from p2ptrack.reports import REPORTS
from p2ptrack.reports.closing import build_key_and_glossary
from p2ptrack.reports.document import Block, Bullets, Document, Fact, Prose, Provenance, Section, make_paragraph
from p2ptrack.reports.layout import ReportParts, add_part_letters, apply_layout, check_layout_names
from p2ptrack.reports.publication import build_paper_notice

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
