"""The action plan: the recommendations, the grid of actions by phase, and what is reported on each."""

from __future__ import annotations

from dataclasses import replace

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.coverage import find_gaps
from p2ptrack.records.fields import Acceptance
from p2ptrack.records.kinds import Recommendation, TrackedRecord
from p2ptrack.records.parts import RecommendationPart
from p2ptrack.reports.details import build_details, format_answer
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
    make_paragraph,
)
from p2ptrack.reports.grid import ActionGroup, build_grid, build_grid_list
from p2ptrack.reports.layout import ReportParts, drop_empty_columns
from p2ptrack.reports.one_record import (
    SharedAttribution,
    Spans,
    build_no_update,
    build_shared_attribution,
    build_update,
    covering_updates,
    find_shared_attribution,
    format_attribution,
    format_status_line,
    inferred_mark,
    join_spans,
    link_record,
    short_title,
    sort_newest_first,
    source_sort_key,
    source_title,
)
from p2ptrack.reports.paper import PaperScope, assemble_paper, build_overview, recommendation_ids, resolve_scope
from p2ptrack.reports.publication import build_redaction_notice, mark_exempt_title, wrap_exempt_blocks

PARTS = ReportParts(
    sections=("plan", "recommendations", "grid", "grid-in-words", "updates"),
    columns={
        "phases": ("phase", "start", "end", "description"),
        "recommendations": ("id", "ask", "answer", "actions"),
        "grid": ("row", "phases", "unphased"),
        "plan": ("id", "action", "status", "owner", "target"),
    },
    lettered_sections=("overview", "plan", "updates"),
)
_REQUIRED_COLUMNS = frozenset({"id", "ask", "actions", "phase"})


def action_plan(case: Case) -> Document:
    """Return the paper: overview, recommendations, actions by phase, updates by recommendation."""
    scope = resolve_scope(case, "action-plan", ("recommendation", "action"))
    groups = _group_actions(scope)
    plan = (*_build_recommendations(scope), *build_grid(scope, groups), *build_grid_list(scope, groups))
    sections = (
        *build_overview(scope, *_build_phases(case)),
        *((Section("plan", case.wording("plan"), plan),) if plan else ()),
        *_build_updates(scope, groups),
    )
    return assemble_paper(scope, sections, PARTS)


def _group_actions(scope: PaperScope) -> tuple[ActionGroup, ...]:
    """Return the actions under the recommendation that they name first; those that name none come last."""
    ids = [recommendation.id for recommendation in scope.recommendations]
    by_recommendation: dict[str, list[TrackedRecord]] = {id_: [] for id_ in (*ids, "")}
    for record in scope.tracked:
        recommendation_id = next((id_ for id_ in recommendation_ids(record) if id_ in by_recommendation), "")
        by_recommendation[recommendation_id].append(record)
    recommendations = {recommendation.id: recommendation for recommendation in scope.recommendations}
    groups = (
        ActionGroup(_format_group_title(scope.case, recommendations.get(id_)), recommendations.get(id_), tuple(records))
        for id_, records in by_recommendation.items()
    )
    return tuple(group for group in groups if group.records)


def _format_group_title(case: Case, recommendation: Recommendation | None) -> str:
    if recommendation is None:
        return case.wording("no_recommendation")
    return f"{recommendation.id} {mark_exempt_title(case, recommendation, recommendation.title)}"


def _build_phases(case: Case) -> tuple[Block, ...]:
    phases = case.register.programme.phases
    if not phases:
        return ()
    columns = (
        Column("phase", case.wording("phase"), header=True),
        Column("start", case.wording("phase_start"), width="narrow"),
        Column("end", case.wording("phase_end"), width="narrow"),
        Column("description", case.wording("phase_description"), width="wide"),
    )
    rows = tuple(
        Row((Cell(phase.title), Cell(phase.start), Cell(phase.end), Cell(phase.description)), key=phase.id)
        for phase in phases
    )
    return (drop_empty_columns(Table("phases", case.wording("phases_caption"), columns, rows), _REQUIRED_COLUMNS),)


def _build_recommendations(scope: PaperScope) -> tuple[Section, ...]:
    case, recommendations = scope.case, scope.recommendations
    if not recommendations:
        return ()
    columns = (
        Column("id", case.wording("id"), width="narrow", header=True),
        Column("ask", case.wording("recommendation"), width="wide"),
        Column("answer", case.wording("answer")),
        Column("actions", case.wording("actions")),
    )
    attribution = find_shared_attribution(case, recommendations)
    rows = tuple(_build_recommendation_row(scope, recommendation, attribution) for recommendation in recommendations)
    table = drop_empty_columns(
        Table("recommendations", case.wording("recommendations_caption"), columns, rows), _REQUIRED_COLUMNS
    )
    return (
        Section(
            "recommendations", case.wording("recommendations"), (*build_shared_attribution(case, attribution), table)
        ),
    )


def _build_recommendation_row(scope: PaperScope, recommendation: Recommendation, attribution: SharedAttribution) -> Row:
    action_ids = [record.id for record in scope.tracked if recommendation.id in recommendation_ids(record)]
    spans = join_spans((Ref(id_),) for id_ in action_ids) or (
        scope.case.wording(_no_action_key(scope.case, recommendation)),
    )
    reply = format_answer(scope.case, recommendation)
    cells = (
        Cell(recommendation.id),
        Cell(_build_request(scope, recommendation, attribution)),
        Cell((Paragraph(reply),) if reply else None),
        Cell((Paragraph(spans),)),
    )
    return Row(cells, key=recommendation.id)


def _no_action_key(case: Case, recommendation: Recommendation) -> str:
    if recommendation.id in case.redactions.addressed:
        return "exempt_answer"
    return "no_action_asked" if recommendation.acceptance is Acceptance.NOT_ACCEPTED else "no_action"


def _build_request(
    scope: PaperScope, recommendation: Recommendation, attribution: SharedAttribution
) -> tuple[Block, ...]:
    case = scope.case
    blocks: list[Block] = [Paragraph((Strong(recommendation.title), *inferred_mark(recommendation, "title")))]
    if recommendation.origin_text:
        blocks.append(Prose(recommendation.origin_text))
    if recommendation.parts:
        inferred = inferred_mark(recommendation, "parts")
        blocks.append(Paragraph((case.wording("parts"), *inferred, ":"), "note"))
        parts = (_build_part(scope, part) for part in recommendation.parts)
        blocks.append(Bullets(tuple((part,) for part in parts)))
    title, restated = source_title(case, recommendation.source), "origin_text" in recommendation.restated
    notes = format_attribution(case, attribution, title, restated=restated) if recommendation.origin_text else ()
    if notes:
        blocks.append(Paragraph(notes, "source"))
    if recommendation.note:
        blocks.append(Paragraph((Strong(case.wording("note")), ": ", recommendation.note)))
    return wrap_exempt_blocks(case, recommendation.exempt, (*blocks, *build_redaction_notice(case, recommendation)))


def _build_part(scope: PaperScope, part: RecommendationPart) -> Paragraph:
    action_ids = [record.id for record in scope.tracked if part.id in recommendation_ids(record)]
    head: Spans = (Strong(part.id), f" {part.text}")
    if action_ids:
        return Paragraph((*head, ": ", *join_spans((Ref(id_),) for id_ in action_ids)))
    gap = any(gap.id == part.id for gap in find_gaps(scope.case))
    return Paragraph((*head, " – ", Strong(scope.case.wording("part_unanswered"))) if gap else head)


def _build_updates(scope: PaperScope, groups: tuple[ActionGroup, ...]) -> tuple[Section, ...]:
    if not groups:
        return ()
    case = scope.case
    attribution = replace(find_shared_attribution(case, _omit_requests(groups)), day="")
    sections = tuple(_build_group(case, group, attribution) for group in groups)
    return (Section("updates", case.wording("updates"), (*build_shared_attribution(case, attribution), *sections)),)


def _omit_requests(groups: tuple[ActionGroup, ...]) -> tuple[TrackedRecord, ...]:
    """Return the records as Part C tells them: their asks are not printed there."""
    records = (record for group in groups for record in group.records)
    return tuple(record.model_copy(update={"origin_text": None}) for record in records)


def _build_group(case: Case, group: ActionGroup, attribution: SharedAttribution) -> Section:
    recommendation = group.recommendation
    heading = recommendation.heading or recommendation.title if recommendation else ""
    title = f"{recommendation.id} {mark_exempt_title(case, recommendation, heading)}" if recommendation else group.title
    records = sorted(group.records, key=source_sort_key)
    key = recommendation.id if recommendation else "none"
    return Section(f"updates-{key}", title, tuple(_build_record(case, record, attribution) for record in records))


def _build_record(case: Case, record: TrackedRecord, attribution: SharedAttribution) -> Section:
    name = short_title(record)
    title_spans = (f" {record.title}",) if name != record.title else ()
    status_spans = format_status_line(case, record)
    facts = build_details(case, record)
    blocks: tuple[Block, ...] = (
        Paragraph((Strong(record.id), *title_spans, *((" · ", *status_spans) if status_spans else ())), "status"),
        *_build_record_updates(case, record, attribution),
        *((Facts(facts),) if facts else ()),
        *build_redaction_notice(case, record),
    )
    return Section(
        "update",
        mark_exempt_title(case, record, name),
        wrap_exempt_blocks(case, record.exempt, blocks),
        record=record.id,
    )


def _build_record_updates(case: Case, record: TrackedRecord, attribution: SharedAttribution) -> tuple[Block, ...]:
    own_updates = tuple(
        block for update in sort_newest_first(case, record) for block in build_update(case, record, update, attribution)
    )
    other_updates = tuple(
        make_paragraph(case.wording(f"told_{reference.extent.value}"), " ", *link_record(case, reference.reporter), ".")
        for reference in covering_updates(case, record)
    )
    return (*own_updates, *other_updates) or build_no_update(case, record)
