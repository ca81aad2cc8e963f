"""The action plan: the recommendations, the grid of actions by phase, and what is reported on each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.gaps import find_gaps
from p2ptrack.model.fields import Acceptance
from p2ptrack.model.programme import Phase
from p2ptrack.model.records import Action, Recommendation, RecommendationPart, TrackedRecord
from p2ptrack.phrases import natural_key
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
from p2ptrack.reports.layout import ReportParts, drop_empty_columns
from p2ptrack.reports.paper import (
    PaperScope,
    assemble_paper,
    build_overview,
    build_redaction_notice,
    exempt_mark,
    mark_exempt_title,
    recommendation_ids,
    resolve_scope,
    wrap_exempt_blocks,
)
from p2ptrack.reports.record_blocks import (
    SharedAttribution,
    Spans,
    build_details,
    build_no_update,
    build_shared_attribution,
    build_update,
    covering_updates,
    find_shared_attribution,
    format_answer,
    format_attribution,
    format_status,
    format_status_line,
    format_target,
    inferred_mark,
    join_spans,
    link_record,
    short_title,
    sort_newest_first,
    source_sort_key,
    source_title,
)

# The grid of actions by phase, and the same in words.


UNPHASED = "unphased"
_PLAN_REQUIRED_COLUMNS = frozenset({"id", "action"})


@dataclass(frozen=True, slots=True)
class ActionGroup:
    """The actions that stand under one recommendation, or under none."""

    title: str
    recommendation: Recommendation | None
    records: tuple[TrackedRecord, ...]


def build_grid(scope: PaperScope, groups: tuple[ActionGroup, ...]) -> tuple[Section, ...]:
    """Return the actions by the phase that they start in; as a plain table where none states a phase."""
    case = scope.case
    records = [record for group in groups for record in group.records]
    if not records:
        return ()
    phases = case.register.programme.phases
    if not any(_phase_id(record) for record in records):
        return (Section("grid", case.wording("plan_table"), (_build_plan_table(case, groups),)),)
    columns = (
        Column("row", case.wording("row"), width="narrow", header=True),
        *_build_grid_columns(case, phases, records),
    )
    rows = tuple(row for group in groups for row in _build_grid_rows(case, group, columns))
    note = Paragraph((case.wording("grid_note"),), "note")
    table = Table("grid", case.wording("grid_caption", number=len(records)), columns, rows)
    return (Section("grid", case.wording("grid"), (note, table), landscape=True),)


def _phase_id(record: TrackedRecord) -> str:
    return (record.phase or "") if isinstance(record, Action) else ""


def _build_grid_columns(case: Case, phases: tuple[Phase, ...], records: list[TrackedRecord]) -> tuple[Column, ...]:
    used_ids = {_phase_id(record) for record in records}
    columns = [
        Column(f"phases:{phase.id}", _format_phase_heading(phase), width="wide" if phase.id in used_ids else "medium")
        for phase in phases
    ]
    unphased = (
        [Column(UNPHASED, case.wording("no_phase"), width="wide")] if used_ids - {phase.id for phase in phases} else []
    )
    return (*columns, *unphased)


def _format_phase_heading(phase: Phase) -> str:
    dates = " – ".join(day.raw for day in (phase.start, phase.end) if day)
    return f"{phase.title} ({dates})" if dates else phase.title


def _build_grid_rows(case: Case, group: ActionGroup, columns: tuple[Column, ...]) -> Iterable[Row]:
    """Return the group's rows: actions with the same place in the same source share one."""
    by_source: dict[tuple[str, str], list[TrackedRecord]] = {}
    for record in group.records:
        source = record.source
        source_key = (source.id, source.ref) if source and source.ref else ("", record.id)
        by_source.setdefault(source_key, []).append(record)
    for (source_id, ref), records in sorted(by_source.items(), key=lambda item: natural_key(item[0][1])):
        records_by_column = [
            [record for record in records if _column_key(record, columns) == column.key] for column in columns[1:]
        ]
        yield Row(
            (
                Cell(ref if source_id else None),
                *(_build_grid_cell(case, column_records) for column_records in records_by_column),
            ),
            group=group.title,
        )


def _column_key(record: TrackedRecord, columns: tuple[Column, ...]) -> str:
    key = f"phases:{_phase_id(record)}"
    return key if any(column.key == key for column in columns) else UNPHASED


def _build_grid_cell(case: Case, records: list[TrackedRecord]) -> Cell:
    return Cell(tuple(block for record in records for block in _build_action(case, record)) or None)


def _build_action(case: Case, record: TrackedRecord) -> tuple[Block, ...]:
    target_spans = format_target(case, record)
    end_phase = case.register.find_phase(record.phase_end) if isinstance(record, Action) else None
    details_line = join_spans(
        (
            format_status(case, record),
            (case.wording("target"), " ", *target_spans) if target_spans else (),
            (case.wording("ends_in", phase=end_phase.title), *inferred_mark(record, "phase_end")) if end_phase else (),
        ),
        " · ",
    )
    heading = Paragraph(
        (Ref(record.id), f" {record.title}", *inferred_mark(record, "title"), *exempt_mark(case, record.exempt))
    )
    return (heading, Paragraph(details_line, "status")) if details_line else (heading,)


def _build_plan_table(case: Case, groups: tuple[ActionGroup, ...]) -> Table:
    columns = (
        Column("id", case.wording("id"), width="narrow", header=True),
        Column("action", case.wording("action"), width="wide"),
        Column("status", case.wording("status")),
        Column("owner", case.wording("accountable")),
        Column("target", case.wording("target")),
    )
    rows = tuple(_build_plan_row(case, group, record) for group in groups for record in group.records)
    return drop_empty_columns(
        Table("plan", case.wording("plan_caption", number=len(rows)), columns, rows), _PLAN_REQUIRED_COLUMNS
    )


def _build_plan_row(case: Case, group: ActionGroup, record: TrackedRecord) -> Row:
    owner: Spans = (", ".join(record.accountable), *inferred_mark(record, "accountable")) if record.accountable else ()
    title = (record.title, *inferred_mark(record, "title"), *exempt_mark(case, record.exempt))
    contents = (title, format_status(case, record), owner, format_target(case, record))
    cells = (Cell((Paragraph(spans),) if spans else None) for spans in contents)
    return Row((Cell(Ref(record.id)), *cells), group=group.title)


def build_grid_list(scope: PaperScope, groups: tuple[ActionGroup, ...]) -> tuple[Section, ...]:
    """Return the grid as a list, for those who do not see what stands side by side; nothing where there is no grid."""
    case = scope.case
    if not any(_phase_id(record) for group in groups for record in group.records):
        return ()
    items = tuple((Paragraph((Strong(group.title),)), _list_by_phase(case, group)) for group in groups)
    return (Section("grid-in-words", case.wording("grid_in_words"), (Bullets(items),)),)


def _list_by_phase(case: Case, group: ActionGroup) -> Bullets:
    phase_labels = [
        (phase.id, case.wording("starts_in", phase=phase.title)) for phase in case.register.programme.phases
    ]
    phase_ids = {id_ for id_, _ in phase_labels}
    items = [(label, [record for record in group.records if _phase_id(record) == id_]) for id_, label in phase_labels]
    items.append((case.wording("no_phase"), [record for record in group.records if _phase_id(record) not in phase_ids]))
    return Bullets(tuple((_format_phase_records(case, label, records),) for label, records in items if records))


def _format_phase_records(case: Case, label: str, records: list[TrackedRecord]) -> Paragraph:
    links: Iterable[Spans] = (link_record(case, record.id) for record in records)
    return Paragraph((f"{label}: ", *join_spans(links, "; ")))


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
