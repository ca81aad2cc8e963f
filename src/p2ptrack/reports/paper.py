"""What all papers share: whose it is, which records it tells of, its notice, and the parts around its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib import import_module
from typing import TypeVar

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.exempt.withheld import Audience
from p2ptrack.records.kinds import Action, Recommendation, Record, Tracked, kind_of
from p2ptrack.records.programme import Paper
from p2ptrack.records.register import meeting_title
from p2ptrack.reports import REPORTS
from p2ptrack.reports.closing import closing
from p2ptrack.reports.document import Block, Bullets, Document, Fact, Prose, Provenance, Section, line
from p2ptrack.reports.layout import Parts, arrange, check_names, lettered
from p2ptrack.reports.publication import paper_notice

R = TypeVar("R", bound=Record)
AROUND = ("overview", "asks", "background", "key", "glossary")
"""The sections that every paper can have."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What one paper is made from: its entry in the programme and the records that it tells of, in their order."""

    case: Case
    name: str
    paper: Paper
    recommendations: tuple[Recommendation, ...]
    tracked: tuple[Tracked, ...]
    notice: tuple[Block, ...] = ()


def subject(case: Case, name: str, kinds: tuple[str, ...]) -> Subject:
    """Return what the paper is about. Without an entry in the programme it tells of every record of the kinds."""
    paper = entry(case, name)
    named = [r for r in case.register.records if kind_of(r).name in (paper.kinds or kinds)]
    chosen = _of_source(named, paper.source)
    return Subject(
        case,
        name,
        paper,
        tuple(record for record in chosen if isinstance(record, Recommendation)),
        tuple(record for record in chosen if isinstance(record, Tracked)),
        paper_notice(case, paper, kinds),
    )


def entry(case: Case, name: str) -> Paper:
    """Return the paper's entry: the one of its name, else the first that this report makes, else an empty one."""
    entries = case.register.programme.reports
    if case.report:
        return entries.get(case.report, Paper())
    return next((paper for key, paper in entries.items() if (paper.report or key) == name), Paper())


def _of_source(records: list[Record], source: str | None) -> list[Record]:
    """Return the records of a source, those that name none, and those that they are linked with.

    A recommendation and the actions that answer it may come from two papers, and belong together in one.
    """
    if source is None:
        return records
    own = {record.id for record in records if record.source is None or record.source.id == source}
    asked = {id_ for record in records if record.id in own for id_ in recommendation_ids(record)}
    return [r for r in records if r.id in own or r.id in asked or not own.isdisjoint(recommendation_ids(r))]


def recommendation_ids(record: Record) -> tuple[str, ...]:
    """Return the recommendations that a record answers, and those whose part it answers: `R6.2` is of `R6`."""
    links = record.recommendations if isinstance(record, Action) else ()
    return tuple(dict.fromkeys(id_ for link in links for id_ in (link, link.rpartition(".")[0]) if id_))


def finish(about: Subject, sections: tuple[Section, ...], parts: Parts) -> Document:
    """Return the paper: its sections between what stands around every paper, arranged as the council likes it.

    Raises `CannotGoOn` when the council's layout names what no report has.
    """
    blocks = (*about.notice, *_before(about), *sections, *_after(about))
    whole = Parts((*AROUND, *parts.sections), {**parts.columns, "glossary": ("word", "meaning")}, parts.lettered)
    case = about.case
    check_names(case.layout, (*REPORTS, *case.register.programme.reports), _tables())
    document = replace(_document(about, (*blocks, *closing(case, blocks))), opening=parts.opening)
    return lettered(arrange(document, case.layout, about.name, whole), whole, case.words)


def _tables() -> tuple[str, ...]:
    modules = [import_module(report.builder.partition(":")[0]) for report in REPORTS.values()]
    return ("glossary", *(table for module in modules for table in module.PARTS.columns))


def _document(about: Subject, blocks: tuple[Block, ...]) -> Document:
    case, origin = about.case, about.case.origin
    return Document(
        name=case.report or about.name,
        title=about.paper.title or case.words(f"{about.name.replace('-', '_')}_title"),
        as_of=case.as_of,
        blocks=blocks,
        heading=_heading(about),
        meta=_meta(about),
        notice=case.register.programme.notice or "",
        draft=_draft(case),
        audience=case.audience.value,
        provenance=Provenance(origin.version, case.as_of, origin.commit, origin.modified),
    )


def _draft(case: Case) -> str:
    """Return the draft mark. Papers are drafts until their meeting is published, those for officers always."""
    if case.audience is Audience.OFFICERS:
        return case.words("draft_officers")
    return "" if case.origin.seals(case.meeting) else case.words("draft")


def _heading(about: Subject) -> tuple[str, ...]:
    programme, source = about.case.register.programme, about.case.register.source(about.paper.source or "")
    meeting = about.case.meeting
    organisation = (source.organisation if source else None) or programme.organisation or programme.title
    body = (meeting.body if meeting else None) or (source.body if source else None)
    return (organisation, body) if body else (organisation,)


def _meta(about: Subject) -> tuple[Fact, ...]:
    case, source = about.case, about.case.register.source(about.paper.source or "")
    facts = [Fact(case.words("position_at"), case.as_of)]
    if case.meeting:
        facts.append(Fact(case.words("meeting"), spans=(f"{meeting_title(case.meeting)} ({case.meeting.date.raw})",)))
    if about.paper.author:
        facts.append(Fact(case.words("author"), spans=(about.paper.author,)))
    if source:
        dated = source.date.printed() if source.date else case.words("undated")
        facts.append(Fact(case.words("source"), spans=(f"{source.title} ({dated})",)))
    return tuple(facts)


def _before(about: Subject) -> tuple[Section, ...]:
    words, paper = about.case.words, about.paper
    if not paper.asks:
        return ()
    asks = Bullets(tuple((line(ask),) for ask in paper.asks), ordered=True)
    return (Section("asks", words("asks"), (asks,)),)


def overview(about: Subject, *blocks: Block) -> tuple[Section, ...]:
    """Return the overview: the paper's introduction and these blocks; nothing where there is nothing to say."""
    introduction = (Prose(about.paper.introduction),) if about.paper.introduction else ()
    inside = (*introduction, *blocks)
    return (Section("overview", about.case.words("overview"), inside),) if inside else ()


def _after(about: Subject) -> tuple[Section, ...]:
    if not about.paper.background_papers:
        return ()
    listed = Bullets(tuple((line(each),) for each in about.paper.background_papers))
    return (Section("background", about.case.words("background"), (listed,)),)
