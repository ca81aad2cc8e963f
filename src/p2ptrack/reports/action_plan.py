"""The action plan: the recommendations, the grid of actions by phase, and the updates on each action."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from p2ptrack.analysis.links import addressed_recommendations
from p2ptrack.analysis.measures import find_gaps
from p2ptrack.analysis.redaction.redact import remove_tags
from p2ptrack.model.fields import Acceptance
from p2ptrack.model.programme import Phase
from p2ptrack.model.records import Action, Recommendation, RecommendationPart, TrackedRecord
from p2ptrack.phrases import natural_key
from p2ptrack.reports.context import PaperContext
from p2ptrack.reports.document import (
    Block,
    Bullets,
    Cell,
    Column,
    Document,
    Facts,
    Paragraph,
    Ref,
    Row,
    Section,
    Strong,
    Table,
    make_paragraph,
)
from p2ptrack.reports.exempt_marks import build_redaction_notice, exempt_mark, wrap_exempt_blocks
from p2ptrack.reports.layout import ReportParts, drop_empty_columns
from p2ptrack.reports.paper import PaperScope, assemble_paper, build_overview, resolve_scope
from p2ptrack.reports.record_blocks import (
    SharedAttribution,
    Spans,
    build_answer,
    build_details,
    build_request_text,
    build_shared_attribution,
    build_update,
    find_shared_attribution,
    format_attribution,
    format_officers,
    format_status,
    format_status_line,
    format_target_position,
    inferred_mark,
    join_spans,
    link_record,
    make_line_cell,
    short_title,
    source_position,
    source_sort_key,
    source_title,
)
from p2ptrack.reports.selection import (
    Selection,
    build_closed_note,
    build_missing_update,
    build_omission_note,
    make_selection,
    select_updates,
    split_closed,
)
from p2ptrack.values import dataclass

UNPHASED = "unphased"
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
_REQUIRED_COLUMNS = frozenset({"id", "ask", "action", "actions", "phase"})


@dataclass(frozen=True, slots=True)
class ActionGroup:
    """The actions under one recommendation, or under none."""

    title: str
    recommendation: Recommendation | None
    records: tuple[TrackedRecord, ...]


def action_plan(context: PaperContext) -> Document:
    """Return the paper: overview, recommendations, actions by phase, updates by recommendation."""
    scope = resolve_scope(context, "action-plan", ("recommendation", "action"))
    selection = make_selection(scope, "all", "all")
    printed, omitted = split_closed(context, selection, scope.tracked)
    scope = replace(scope, tracked=printed)
    groups = _group_actions(scope)
    plan = (*_build_recommendations(scope), *build_grid(scope, groups), *build_grid_list(scope, groups))
    sections = (
        *build_overview(scope, *_build_phases(context)),
        Section("plan", context.wording("plan"), (*plan, *build_closed_note(context, omitted))),
        *_build_updates(context, selection, groups),
    )
    return assemble_paper(scope, sections, PARTS)


def _group_actions(scope: PaperScope) -> tuple[ActionGroup, ...]:
    """Return the actions under the recommendation that they name first; those that name none come last."""
    recommendations = {recommendation.id: recommendation for recommendation in scope.recommendations}
    records: dict[str, list[TrackedRecord]] = {id_: [] for id_ in (*recommendations, "")}
    for record in scope.tracked:
        ids = (id_ for id_ in addressed_recommendations(record) if id_ in recommendations)
        records[next(ids, "")].append(record)
    groups = (
        ActionGroup(f"{recommendation.id} {recommendation.title}", recommendation, tuple(records[recommendation.id]))
        for recommendation in scope.recommendations
    )
    unassigned = ActionGroup(scope.context.wording("no_recommendation"), None, tuple(records[""]))
    return tuple(group for group in (*groups, unassigned) if group.records)


def _build_phases(context: PaperContext) -> tuple[Block, ...]:
    words, phases = context.wording, context.register.programme.phases
    if not phases:
        return ()
    columns = (
        Column("phase", words("phase"), header=True),
        Column("start", words("phase_start"), width="narrow"),
        Column("end", words("phase_end"), width="narrow"),
        Column("description", words("phase_description"), width="wide"),
    )
    rows = tuple(
        Row((Cell(phase.title), Cell(phase.start), Cell(phase.end), Cell(phase.description)), key=phase.id)
        for phase in phases
    )
    return (drop_empty_columns(Table("phases", words("phases_caption"), columns, rows), _REQUIRED_COLUMNS),)


def _build_recommendations(scope: PaperScope) -> tuple[Section, ...]:
    words, recommendations = scope.context.wording, scope.recommendations
    if not recommendations:
        return ()
    columns = (
        Column("id", words("id"), width="narrow", header=True),
        Column("ask", words("recommendation"), width="wide"),
        Column("answer", words("answer")),
        Column("actions", words("actions")),
    )
    attribution = find_shared_attribution(scope.context, recommendations)
    gap_ids = frozenset(gap.id for gap in find_gaps(scope.case))
    rows = tuple(
        Row(
            (
                Cell(recommendation.id),
                Cell(_build_request(scope, recommendation, attribution, gap_ids)),
                Cell(build_answer(scope.context, recommendation) or None),
                make_line_cell(_format_actions(scope, recommendation)),
            ),
            key=recommendation.id,
        )
        for recommendation in recommendations
    )
    table = drop_empty_columns(
        Table("recommendations", words("recommendations_caption"), columns, rows), _REQUIRED_COLUMNS
    )
    blocks = (*build_shared_attribution(scope.context, attribution), table)
    return (Section("recommendations", words("recommendations"), blocks),)


def _format_actions(scope: PaperScope, recommendation: Recommendation) -> Spans:
    actions = scope.actions.get(recommendation.id)
    if actions:
        return join_spans((Ref(record.id),) for record in actions)
    if recommendation.id in scope.context.redactions.addressed:
        return (scope.context.wording("exempt_answer"),)
    if scope.context.case.register.may_hide(Action, "recommendations"):
        return ()
    is_rejected = recommendation.acceptance is Acceptance.NOT_ACCEPTED
    return (scope.context.wording("no_action_asked" if is_rejected else "no_action"),)


def _build_request(
    scope: PaperScope, recommendation: Recommendation, attribution: SharedAttribution, gap_ids: frozenset[str]
) -> tuple[Block, ...]:
    context = scope.context
    blocks: list[Block] = list(build_request_text(recommendation))
    if recommendation.parts:
        heading = (context.wording("parts"), *inferred_mark(recommendation, "parts"), ":")
        parts = tuple((_build_part(scope, part, gap_ids),) for part in recommendation.parts)
        blocks += (Paragraph(heading, "note"), Bullets(parts))
    if recommendation.origin_text:
        restated, title = "origin_text" in recommendation.restated, source_title(context, recommendation.source)
        notes = format_attribution(context, attribution, title, restated=restated)
        if notes:
            blocks.append(Paragraph(notes, "source"))
    if recommendation.note:
        blocks.append(make_paragraph(Strong(context.wording("note")), ": ", recommendation.note))
    blocks += build_redaction_notice(context, recommendation)
    return wrap_exempt_blocks(context, recommendation.exempt, tuple(blocks))


def _build_part(scope: PaperScope, part: RecommendationPart, gap_ids: frozenset[str]) -> Paragraph:
    head: Spans = (Strong(part.id), f" {part.text}")
    actions = scope.actions.get(part.id)
    if actions:
        return Paragraph((*head, ": ", *join_spans((Ref(record.id),) for record in actions)))
    is_gap = part.id in gap_ids
    return Paragraph((*head, " – ", Strong(scope.context.wording("part_unanswered"))) if is_gap else head)


def build_grid(scope: PaperScope, groups: tuple[ActionGroup, ...]) -> tuple[Section, ...]:
    """Return the actions by the phase in which they start, or as a plain table when no action states a phase."""
    context, words = scope.context, scope.context.wording
    records = [record for group in groups for record in group.records]
    if not records:
        return (Section("grid", words("plan_table"), (make_paragraph(words("no_actions")),)),)
    used_ids = {_phase_id(record) for record in records}
    if used_ids == {""}:
        return (Section("grid", words("plan_table"), (_build_plan_table(context, groups),)),)
    phases = context.register.programme.phases
    columns = [
        Column(f"phases:{phase.id}", _format_phase_heading(phase), width="wide" if phase.id in used_ids else "medium")
        for phase in phases
    ]
    if used_ids - {phase.id for phase in phases}:
        columns.append(Column(UNPHASED, words("no_phase"), width="wide"))
    source_rows = tuple(row for row in map(_find_source_row, records) if row)
    notes: tuple[Block, ...] = ()
    if source_rows:
        columns.insert(0, Column("row", words("row"), width="narrow", header=True))
        notes = (Paragraph((words("grid_note"),), "note"),)
    names_source = len({source_id for source_id, _ in source_rows}) > 1
    rows = tuple(row for group in groups for row in _iter_grid_rows(context, group, columns, names_source=names_source))
    table = Table("grid", words("grid_caption", number=len(records)), tuple(columns), rows)
    return (Section("grid", words("grid"), (*notes, table), landscape=True),)


def _phase_id(record: TrackedRecord) -> str:
    return (record.phase or "") if isinstance(record, Action) else ""


def _format_phase_heading(phase: Phase) -> str:
    dates = " – ".join(day.raw for day in (phase.start, phase.end) if day)
    return f"{phase.title} ({dates})" if dates else phase.title


def _find_source_row(record: TrackedRecord) -> tuple[str, str] | None:
    """Return the source and the row of it that a record comes from; None when it names no row."""
    ref = remove_tags(record.source.ref or "") if record.source else ""
    return (record.source.id, ref) if record.source and ref else None


def _iter_grid_rows(
    context: PaperContext, group: ActionGroup, columns: list[Column], *, names_source: bool
) -> Iterator[Row]:
    """Yield the group's rows: one for each row of a source, and one for all actions that name none."""
    records_by_row: dict[tuple[str, str] | None, list[TrackedRecord]] = {}
    for record in group.records:
        records_by_row.setdefault(_find_source_row(record), []).append(record)

    def sort_key(source_row: tuple[str, str] | None) -> tuple[object, ...]:
        source_id, ref = source_row or ("", "")
        return (source_row is None, source_position(context, source_id), natural_key(ref))

    column_keys = {column.key for column in columns}
    for source_row in sorted(records_by_row, key=sort_key):
        blocks_by_column: dict[str, list[Block]] = {}
        for record in records_by_row[source_row]:
            key = f"phases:{_phase_id(record)}"
            column_key = key if key in column_keys else UNPHASED
            blocks_by_column.setdefault(column_key, []).extend(_build_action(context, record))
        cells = {key: Cell(tuple(blocks)) for key, blocks in blocks_by_column.items()}
        if source_row:
            cells["row"] = Cell(_format_source_row(context, source_row) if names_source else source_row[1])
        yield Row(tuple(cells.get(column.key, Cell()) for column in columns), group=group.title)


def _format_source_row(context: PaperContext, source_row: tuple[str, str]) -> str:
    source = context.register.find_source(source_row[0])
    return f"{source.title} {source_row[1]}" if source else source_row[1]


def _build_action(context: PaperContext, record: TrackedRecord) -> tuple[Block, ...]:
    words, target = context.wording, format_target_position(context, record)
    end_phase = context.register.find_phase(record.phase_end) if isinstance(record, Action) else None
    details = (
        format_status(context, record),
        (words("target"), " ", *target) if target else (),
        (words("ends_in", phase=end_phase.title), *inferred_mark(record, "phase_end")) if end_phase else (),
    )
    line = join_spans(details, " · ")
    heading = make_paragraph(Ref(record.id), " ", *_format_title(context, record))
    return (heading, Paragraph(line, "status")) if line else (heading,)


def _format_title(context: PaperContext, record: TrackedRecord) -> Spans:
    return (record.title, *inferred_mark(record, "title"), *exempt_mark(context, record.exempt))


def _build_plan_table(context: PaperContext, groups: tuple[ActionGroup, ...]) -> Table:
    words = context.wording
    columns = (
        Column("id", words("id"), width="narrow", header=True),
        Column("action", words("action"), width="wide"),
        Column("status", words("status")),
        Column("owner", words("accountable")),
        Column("target", words("target")),
    )
    rows = tuple(
        Row(
            (
                Cell(Ref(record.id)),
                make_line_cell(_format_title(context, record)),
                make_line_cell(format_status(context, record)),
                make_line_cell(format_officers(record)),
                make_line_cell(format_target_position(context, record)),
            ),
            group=group.title,
        )
        for group in groups
        for record in group.records
    )
    return drop_empty_columns(Table("plan", words("plan_caption", number=len(rows)), columns, rows), _REQUIRED_COLUMNS)


def build_grid_list(scope: PaperScope, groups: tuple[ActionGroup, ...]) -> tuple[Section, ...]:
    """Return the grid as a list, for readers who cannot see its columns side by side; nothing without a grid."""
    context = scope.context
    if not any(_phase_id(record) for group in groups for record in group.records):
        return ()
    items = tuple((make_paragraph(Strong(group.title)), _list_by_phase(context, group)) for group in groups)
    return (Section("grid-in-words", context.wording("grid_in_words"), (Bullets(items),)),)


def _list_by_phase(context: PaperContext, group: ActionGroup) -> Bullets:
    words, phases = context.wording, context.register.programme.phases
    labels = {phase.id: words("starts_in", phase=phase.title) for phase in phases} | {UNPHASED: words("no_phase")}
    records: dict[str, list[TrackedRecord]] = {key: [] for key in labels}
    for record in group.records:
        phase_id = _phase_id(record)
        records[phase_id if phase_id in labels else UNPHASED].append(record)
    return Bullets(
        tuple(
            (make_paragraph(f"{label}: ", *join_spans((link_record(context, r.id) for r in records[key]), "; ")),)
            for key, label in labels.items()
            if records[key]
        )
    )


@dataclass(frozen=True, slots=True)
class _UpdateStatement:
    """What all updates of the paper are printed with."""

    context: PaperContext
    selection: Selection
    attribution: SharedAttribution


def _build_updates(context: PaperContext, selection: Selection, groups: tuple[ActionGroup, ...]) -> tuple[Section, ...]:
    if not groups:
        return ()
    # This part does not print what was asked for, so the texts of requests say nothing about its words.
    records = (record for group in groups for record in group.records)
    without_requests = (record.model_copy(update={"origin_text": None}) for record in records)
    attribution = replace(find_shared_attribution(context, without_requests), day="")
    statement = _UpdateStatement(context, selection, attribution)
    sections = (_build_group(statement, group) for group in groups)
    blocks = (*build_shared_attribution(context, attribution), *sections)
    return (Section("updates", context.wording("updates"), blocks),)


def _build_group(statement: _UpdateStatement, group: ActionGroup) -> Section:
    key, title = "none", group.title
    if group.recommendation:
        key = group.recommendation.id
        title = f"{key} {group.recommendation.heading or group.recommendation.title}"
    records = sorted(group.records, key=lambda record: source_sort_key(statement.context, record))
    return Section(f"updates-{key}", title, tuple(_build_record(statement, record) for record in records))


def _build_record(statement: _UpdateStatement, record: TrackedRecord) -> Section:
    context = statement.context
    name = short_title(record)
    title = (f" {record.title}",) if name != record.title else ()
    status = format_status_line(context, record)
    facts = build_details(context, record)
    blocks: tuple[Block, ...] = (
        Paragraph((Strong(record.id), *title, *((" · ", *status) if status else ())), "status"),
        *_build_record_updates(statement, record),
        *((Facts(facts),) if facts else ()),
        *build_redaction_notice(context, record),
    )
    return Section("update", name, wrap_exempt_blocks(context, record.exempt, blocks), record=record.id)


def _build_record_updates(statement: _UpdateStatement, record: TrackedRecord) -> tuple[Block, ...]:
    context = statement.context
    updates = select_updates(context, statement.selection, record)
    own_updates = (
        block for update in updates.own for block in build_update(context, record, update, statement.attribution)
    )
    other_updates = (
        make_paragraph(
            context.wording(f"told_{reference.extent.value}"), " ", *link_record(context, reference.reporter), "."
        )
        for reference in updates.covering
    )
    blocks = (*own_updates, *other_updates) or build_missing_update(context, record, updates)
    return (*blocks, *build_omission_note(context, updates))
