"""The action plan: the recommendations, the grid of actions by phase, and what is reported on each."""

from __future__ import annotations

from dataclasses import replace

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.coverage import gaps
from p2ptrack.records.fields import Acceptance
from p2ptrack.records.kinds import Recommendation, Tracked
from p2ptrack.records.parts import Part
from p2ptrack.reports.details import answer, details
from p2ptrack.reports.document import (
    Block,
    Bullets,
    Cell,
    Column,
    Document,
    Facts,
    Paragraph,
    Prose,
    Ref,
    Row,
    Section,
    Strong,
    Table,
    line,
)
from p2ptrack.reports.grid import Group, grid, in_words
from p2ptrack.reports.layout import Parts, filled
from p2ptrack.reports.one_record import (
    Said,
    Spans,
    joined,
    mention,
    newest_first,
    no_update,
    order_in_source,
    said_once,
    short,
    source_title,
    standing,
    star,
    summarised,
    told,
    update_blocks,
    whose_words,
)
from p2ptrack.reports.paper import Subject, finish, overview, recommendation_ids, subject
from p2ptrack.reports.publication import closed, missing_part, titled

PARTS = Parts(
    sections=("plan", "recommendations", "grid", "grid-in-words", "updates"),
    columns={
        "phases": ("phase", "start", "end", "description"),
        "recommendations": ("id", "ask", "answer", "actions"),
        "grid": ("row", "phases", "unphased"),
        "plan": ("id", "action", "status", "owner", "target"),
    },
    lettered=("overview", "plan", "updates"),
)
_ALWAYS = frozenset({"id", "ask", "actions", "phase"})


def action_plan(case: Case) -> Document:
    """Return the paper: overview, recommendations, actions by phase, updates by recommendation."""
    about = subject(case, "action-plan", ("recommendation", "action"))
    groups = _groups(about)
    plan = (*_recommendations(about), *grid(about, groups), *in_words(about, groups))
    sections = (
        *overview(about, *_phases(case)),
        *((Section("plan", case.words("plan"), plan),) if plan else ()),
        *_updates(about, groups),
    )
    return finish(about, sections, PARTS)


def _groups(about: Subject) -> tuple[Group, ...]:
    """Return the actions under the recommendation that they name first; those that name none come last."""
    ids = [recommendation.id for recommendation in about.recommendations]
    found: dict[str, list[Tracked]] = {id_: [] for id_ in (*ids, "")}
    for record in about.tracked:
        home = next((id_ for id_ in recommendation_ids(record) if id_ in found), "")
        found[home].append(record)
    known = {recommendation.id: recommendation for recommendation in about.recommendations}
    groups = (Group(_name(about.case, known.get(id_)), known.get(id_), tuple(own)) for id_, own in found.items())
    return tuple(group for group in groups if group.records)


def _name(case: Case, recommendation: Recommendation | None) -> str:
    if recommendation is None:
        return case.words("no_recommendation")
    return f"{recommendation.id} {titled(case, recommendation, recommendation.title)}"


def _phases(case: Case) -> tuple[Block, ...]:
    phases = case.register.programme.phases
    if not phases:
        return ()
    columns = (
        Column("phase", case.words("phase"), header=True),
        Column("start", case.words("phase_start"), width="narrow"),
        Column("end", case.words("phase_end"), width="narrow"),
        Column("description", case.words("phase_description"), width="wide"),
    )
    rows = tuple(Row((Cell(p.title), Cell(p.start), Cell(p.end), Cell(p.description)), key=p.id) for p in phases)
    return (filled(Table("phases", case.words("phases_caption"), columns, rows), _ALWAYS),)


def _recommendations(about: Subject) -> tuple[Section, ...]:
    case, recommendations = about.case, about.recommendations
    if not recommendations:
        return ()
    columns = (
        Column("id", case.words("id"), width="narrow", header=True),
        Column("ask", case.words("recommendation"), width="wide"),
        Column("answer", case.words("answer")),
        Column("actions", case.words("actions")),
    )
    said = said_once(case, recommendations)
    rows = tuple(_recommendation(about, recommendation, said) for recommendation in recommendations)
    table = filled(Table("recommendations", case.words("recommendations_caption"), columns, rows), _ALWAYS)
    return (Section("recommendations", case.words("recommendations"), (*summarised(case, said), table)),)


def _recommendation(about: Subject, recommendation: Recommendation, said: Said) -> Row:
    own = [record.id for record in about.tracked if recommendation.id in recommendation_ids(record)]
    spans = joined((Ref(id_),) for id_ in own) or (about.case.words(_without_action(about.case, recommendation)),)
    reply = answer(about.case, recommendation)
    cells = (
        Cell(recommendation.id),
        Cell(_ask(about, recommendation, said)),
        Cell((Paragraph(reply),) if reply else None),
        Cell((Paragraph(spans),)),
    )
    return Row(cells, key=recommendation.id)


def _without_action(case: Case, recommendation: Recommendation) -> str:
    if recommendation.id in case.withheld.answered:
        return "exempt_answer"
    return "no_action_asked" if recommendation.acceptance is Acceptance.NOT_ACCEPTED else "no_action"


def _ask(about: Subject, recommendation: Recommendation, said: Said) -> tuple[Block, ...]:
    case = about.case
    blocks: list[Block] = [Paragraph((Strong(recommendation.title), *star(recommendation, "title")))]
    if recommendation.origin_text:
        blocks.append(Prose(recommendation.origin_text))
    if recommendation.parts:
        mark = star(recommendation, "parts")
        blocks.append(Paragraph((case.words("parts"), *mark, ":"), "note"))
        parts = (_part(about, part) for part in recommendation.parts)
        blocks.append(Bullets(tuple((part,) for part in parts)))
    title, restated = source_title(case, recommendation.source), "origin_text" in recommendation.restated
    notes = whose_words(case, said, title, restated=restated) if recommendation.origin_text else ()
    if notes:
        blocks.append(Paragraph(notes, "source"))
    if recommendation.note:
        blocks.append(Paragraph((Strong(case.words("note")), ": ", recommendation.note)))
    return closed(case, recommendation.exempt, (*blocks, *missing_part(case, recommendation)))


def _part(about: Subject, part: Part) -> Paragraph:
    answering = [record.id for record in about.tracked if part.id in recommendation_ids(record)]
    head: Spans = (Strong(part.id), f" {part.text}")
    if answering:
        return Paragraph((*head, ": ", *joined((Ref(each),) for each in answering)))
    gap = any(gap.id == part.id for gap in gaps(about.case))
    return Paragraph((*head, " – ", Strong(about.case.words("part_unanswered"))) if gap else head)


def _updates(about: Subject, groups: tuple[Group, ...]) -> tuple[Section, ...]:
    if not groups:
        return ()
    case = about.case
    said = replace(said_once(case, _updated(groups)), day="")
    inside = tuple(_group(case, group, said) for group in groups)
    return (Section("updates", case.words("updates"), (*summarised(case, said), *inside)),)


def _updated(groups: tuple[Group, ...]) -> tuple[Tracked, ...]:
    """Return the records as Part C tells them: their asks are not printed there."""
    records = (record for group in groups for record in group.records)
    return tuple(record.model_copy(update={"origin_text": None}) for record in records)


def _group(case: Case, group: Group, said: Said) -> Section:
    recommendation = group.recommendation
    heading = recommendation.heading or recommendation.title if recommendation else ""
    title = f"{recommendation.id} {titled(case, recommendation, heading)}" if recommendation else group.title
    records = sorted(group.records, key=order_in_source)
    key = recommendation.id if recommendation else "none"
    return Section(f"updates-{key}", title, tuple(_told(case, record, said) for record in records))


def _told(case: Case, record: Tracked, said: Said) -> Section:
    name = short(record)
    full = (f" {record.title}",) if name != record.title else ()
    where = standing(case, record)
    facts = details(case, record)
    blocks: tuple[Block, ...] = (
        Paragraph((Strong(record.id), *full, *((" · ", *where) if where else ())), "status"),
        *_reports(case, record, said),
        *((Facts(facts),) if facts else ()),
        *missing_part(case, record),
    )
    return Section("update", titled(case, record, name), closed(case, record.exempt, blocks), record=record.id)


def _reports(case: Case, record: Tracked, said: Said) -> tuple[Block, ...]:
    own = tuple(block for update in newest_first(case, record) for block in update_blocks(case, record, update, said))
    by_others = tuple(
        line(case.words(f"told_{each.extent.value}"), " ", *mention(case, each.by), ".") for each in told(case, record)
    )
    return (*own, *by_others) or no_update(case, record)
