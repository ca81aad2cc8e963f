"""The action plan: a row for each recommendation with its actions by phase, and the updates on each action."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from p2ptrack.analysis.links import addressed_recommendations
from p2ptrack.analysis.measures import find_gaps
from p2ptrack.model.fields import Acceptance
from p2ptrack.model.programme import Phase
from p2ptrack.model.records import Action, Recommendation, RecommendationPart, TrackedRecord
from p2ptrack.reports.context import PaperContext, ReportParts, drop_empty_columns
from p2ptrack.reports.document import (
    Block,
    Bullets,
    Cell,
    Column,
    Document,
    Fact,
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
from p2ptrack.reports.paper import PaperScope, assemble_paper, build_overview, resolve_scope
from p2ptrack.reports.record_blocks import (
    SharedAttribution,
    Spans,
    build_answer,
    build_details,
    build_request_rest,
    build_shared_attribution,
    build_update,
    find_shared_attribution,
    format_answer,
    format_attribution,
    format_lateness,
    format_named_title,
    format_officers,
    format_status,
    format_status_line,
    format_target_position,
    inferred_mark,
    join_spans,
    link_record,
    link_records,
    make_line_cell,
    short_title,
    source_sort_key,
    source_title,
)
from p2ptrack.reports.selection import (
    SelectedUpdates,
    Selection,
    build_closed_note,
    build_missing_update,
    build_omission_note,
    make_selection,
    prints_section,
    select_updates,
    split_closed,
)
from p2ptrack.values import dataclass

UNPHASED = "unphased"
MAX_PORTRAIT_COLUMNS = 3
"""A grid with more columns is on a landscape page."""
PARTS = ReportParts(
    sections=("plan", "recommendations", "grid", "grid-in-words", "updates"),
    columns={
        "phases": ("phase", "start", "end", "description"),
        "recommendations": ("title", "request", "answer"),
        "grid": ("request", "phases", "unphased"),
        "plan": ("action", "id", "status", "owner", "target"),
    },
    lettered_sections=("overview", "plan", "updates"),
)
_REQUIRED_COLUMNS = frozenset({"title", "id", "action", "phase"})


@dataclass(frozen=True, slots=True)
class ActionGroup:
    """The actions under one recommendation, or under none."""

    title: str
    recommendation: Recommendation | None
    records: tuple[TrackedRecord, ...]


def action_plan(context: PaperContext) -> Document:
    """Return the paper: overview, recommendations with their actions, updates by recommendation."""
    scope = resolve_scope(context, "action-plan", ("recommendation", "action"))
    selection = make_selection(scope, "latest", "since_last_meeting")
    printed, omitted = split_closed(context, selection, scope.tracked)
    scope = replace(scope, tracked=printed)
    groups = _group_actions(scope)
    shared = _find_attribution(context, groups, scope.recommendations)
    plan = (*build_plan(scope, groups, shared), *build_grid_list(scope, groups), *build_closed_note(context, omitted))
    sections = (
        *build_overview(scope, *_build_phases(context)),
        Section("plan", context.wording("plan"), plan),
        *_build_updates(context, selection, groups, shared),
    )
    return assemble_paper(scope, sections, PARTS)


def _group_actions(scope: PaperScope) -> tuple[ActionGroup, ...]:
    """Return the actions under the recommendation that they name first; those that name none come last."""
    recommendations = {recommendation.id: recommendation for recommendation in scope.recommendations}
    records: dict[str, list[TrackedRecord]] = {id_: [] for id_ in (*recommendations, "")}
    for record in scope.tracked:
        ids = (id_ for id_ in addressed_recommendations(record) if id_ in recommendations)
        records[next(ids, "")].append(record)
    groups = tuple(
        ActionGroup(format_named_title(recommendation), recommendation, tuple(records[recommendation.id]))
        for recommendation in scope.recommendations
    )
    if not records[""]:
        return groups
    return (*groups, ActionGroup(scope.context.wording("no_recommendation"), None, tuple(records[""])))


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


def _find_attribution(
    context: PaperContext, groups: Iterable[ActionGroup], recommendations: Iterable[Recommendation] = ()
) -> SharedAttribution:
    """Return what the texts of recommendations and updates have in common."""
    # The paper does not print the requests of actions, so their texts do not count.
    records = (record for group in groups for record in group.records)
    without_requests = (record.model_copy(update={"origin_text": None}) for record in records)
    return replace(find_shared_attribution(context, (*recommendations, *without_requests)), day="")


def build_plan(scope: PaperScope, groups: Sequence[ActionGroup], shared: SharedAttribution) -> tuple[Block, ...]:
    """Return the recommendations with their actions by phase; as two tables when no action states a phase.

    `shared` is what all texts of the paper have in common: it is printed here, once.
    """
    recommendations = scope.recommendations
    shared_attribution = find_shared_attribution(scope.context, recommendations)
    requests = _RequestColumn(scope, shared if shared.source else shared_attribution, groups)
    note = build_shared_attribution(scope.context, requests.attribution)
    if any(_phase_id(record) for record in scope.tracked):
        return (*note, _build_grid(requests, groups))
    words = scope.context.wording
    actions: Block = (
        _build_plan_table(scope.context, groups)
        if scope.tracked
        else make_paragraph(scope.context.describe_none("no_actions", Action))
    )
    if not recommendations:
        return (actions,)
    return (
        Section("recommendations", words("recommendations"), (*note, _build_recommendations(requests))),
        Section("grid", words("plan_table"), (actions,)),
    )


class _RequestColumn:
    """Builds the request of a recommendation: its text, the response to it, and the parts without an action."""

    def __init__(self, scope: PaperScope, attribution: SharedAttribution, groups: Iterable[ActionGroup]) -> None:
        self.scope, self.context, self.attribution = scope, scope.context, attribution
        self._gap_ids = frozenset(gap.id for gap in find_gaps(scope.case))
        self._own_ids = {g.recommendation.id: {r.id for r in g.records} for g in groups if g.recommendation}

    def build(self, recommendation: Recommendation, *, with_answer: bool) -> Cell:
        """Return the cell beneath or beside the recommendation's title."""
        context = self.context
        blocks: list[Block] = [*build_request_rest(recommendation)]
        if recommendation.origin_text:
            restated, source = "origin_text" in recommendation.restated, source_title(context, recommendation.source)
            notes = format_attribution(context, self.attribution, source, restated=restated)
            blocks += [Paragraph(notes, "source")] if notes else []
        blocks += self._build_parts(recommendation)
        answer = build_answer(context, recommendation) if with_answer else ()
        if len(answer) == 1:
            blocks.append(Facts((Fact(context.wording("answer"), spans=format_answer(context, recommendation)),)))
        elif answer:
            blocks.append(Facts((Fact(context.wording("answer"), blocks=answer),)))
        blocks += self._build_actions_note(recommendation)
        if recommendation.note:
            blocks.append(make_paragraph(Strong(context.wording("note")), ": ", recommendation.note))
        blocks += build_redaction_notice(context, recommendation)
        return Cell(wrap_exempt_blocks(context, recommendation.exempt, tuple(blocks)) or None)

    def _build_parts(self, recommendation: Recommendation) -> tuple[Block, ...]:
        """Return the parts that the source states.

        Parts that are our own division are printed only without an action.
        """
        words, star = self.context.wording, inferred_mark(recommendation, "parts")
        if not star:
            parts = tuple((self._build_part(part),) for part in recommendation.parts)
            return (make_paragraph(words("parts"), ":", role="note"), Bullets(parts)) if parts else ()
        gaps = "; ".join(f"{part.text} ({part.id})" for part in recommendation.parts if part.id in self._gap_ids)
        return (make_paragraph(Strong(words("no_action_on")), f" {gaps}", *star),) if gaps else ()

    def _build_part(self, part: RecommendationPart) -> Paragraph:
        head: Spans = (Strong(part.id), f" {part.text}")
        actions = self.scope.actions.get(part.id)
        if actions:
            return Paragraph((*head, ": ", *join_spans((Ref(record.id),) for record in actions)))
        is_gap = part.id in self._gap_ids
        return Paragraph((*head, " – ", Strong(self.context.wording("part_unanswered"))) if is_gap else head)

    def _build_actions_note(self, recommendation: Recommendation) -> tuple[Block, ...]:
        """Return the actions that are listed under another recommendation, or that there is none."""
        words, actions = self.context.wording, self.scope.actions.get(recommendation.id)
        if actions:
            other_actions = [r.id for r in actions if r.id not in self._own_ids[recommendation.id]]
            links = link_records(self.context, [id_ for id_ in other_actions if id_ in self.context.register.by_id])
            return (make_paragraph(words("see_also"), ": ", *links),) if links else ()
        if recommendation.id in self.context.redactions.addressed:
            return (make_paragraph(Strong(words("actions_exempt"))),)
        if self.context.case.register.may_hide(Action, "recommendations"):
            return ()
        is_rejected = recommendation.acceptance is Acceptance.NOT_ACCEPTED
        return (make_paragraph(Strong(words("no_action_asked" if is_rejected else "no_action"))),)


def _build_recommendations(requests: _RequestColumn) -> Table:
    context, words = requests.context, requests.context.wording
    columns = (
        Column("title", words("recommendation"), header=True),
        Column("request", words("recommendation_text"), width="wide"),
        Column("answer", words("answer")),
    )
    rows = tuple(
        Row(
            (
                make_line_cell((format_named_title(r), *inferred_mark(r, "title"), *exempt_mark(context, r.exempt))),
                requests.build(r, with_answer=False),
                Cell(build_answer(context, r) or None),
            ),
            key=r.id,
        )
        for r in requests.scope.recommendations
    )
    caption = words("recommendations_caption", number=len(rows))
    return drop_empty_columns(Table("recommendations", caption, columns, rows), _REQUIRED_COLUMNS)


def _build_grid(requests: _RequestColumn, groups: Sequence[ActionGroup]) -> Table:
    context, words = requests.context, requests.context.wording
    phases = context.register.programme.phases
    columns = (
        Column("request", words("recommendation"), width="wide"),
        *(Column(f"phases:{phase.id}", _format_phase_heading(context, phase), width="wide") for phase in phases),
        Column(UNPHASED, words("no_phase"), width="wide"),
    )
    rows = tuple(_build_grid_row(requests, group, columns) for group in groups)
    number = sum(len(group.records) for group in groups)
    table = drop_empty_columns(Table("grid", words("grid_caption", number=number), columns, rows), _REQUIRED_COLUMNS)
    return replace(table, landscape=len(table.columns) > MAX_PORTRAIT_COLUMNS)


def _phase_id(record: TrackedRecord) -> str:
    return (record.phase or "") if isinstance(record, Action) else ""


def _format_phase_heading(context: PaperContext, phase: Phase) -> str:
    """Return the title of a phase, with its dates where the layout leaves out the table that has them."""
    if prints_section(context, "action-plan", "overview"):
        return phase.title
    dates = " – ".join(day.raw for day in (phase.start, phase.end) if day)
    return f"{phase.title} ({dates})" if dates else phase.title


def _build_grid_row(requests: _RequestColumn, group: ActionGroup, columns: Sequence[Column]) -> Row:
    """Return the recommendation with its actions, those of a phase below each other in its cell."""
    recommendation, keys = group.recommendation, {column.key for column in columns}
    items: dict[str, tuple[tuple[Block, ...], ...]] = {}
    for record in group.records:
        key = f"phases:{_phase_id(record)}"
        key = key if key in keys else UNPHASED
        items[key] = (*items.get(key, ()), _build_action(requests.context, record))
    cells = {key: Cell((Bullets(actions),)) for key, actions in items.items()}
    if recommendation:
        cells["request"] = requests.build(recommendation, with_answer=True)
    title = f"{group.title}*" if recommendation and inferred_mark(recommendation, "title") else group.title
    return Row(
        tuple(cells.get(column.key, Cell()) for column in columns),
        key=recommendation.id if recommendation else "",
        group=title,
    )


def _build_action(context: PaperContext, record: TrackedRecord) -> tuple[Block, ...]:
    """Return an action as an item of a cell.

    Its status and target are printed with its update; its lateness also here.
    """
    end_phase = context.register.find_phase(record.phase_end) if isinstance(record, Action) else None
    details = (
        format_lateness(context, record),
        (context.wording("ends_in", phase=end_phase.title), *inferred_mark(record, "phase_end")) if end_phase else (),
    )
    line = join_spans(details, " · ")
    heading = Paragraph((*_format_title(context, record), " (", Ref(record.id), ")"))
    return (heading, Paragraph(line, "status")) if line else (heading,)


def _format_title(context: PaperContext, record: TrackedRecord) -> Spans:
    return (record.title, *inferred_mark(record, "title"), *exempt_mark(context, record.exempt))


def _build_plan_table(context: PaperContext, groups: Iterable[ActionGroup]) -> Table:
    words = context.wording
    columns = (
        Column("action", words("action"), width="wide", header=True),
        Column("id", words("id"), width="narrow"),
        Column("status", words("status")),
        Column("owner", words("accountable")),
        Column("target", words("target")),
    )
    rows = tuple(
        Row(
            (
                make_line_cell(_format_title(context, record)),
                Cell(Ref(record.id)),
                make_line_cell(format_status(context, record)),
                make_line_cell(format_officers(record)),
                make_line_cell(format_target_position(context, record)),
            ),
            key=record.id,
            group=group.title,
        )
        for group in groups
        for record in group.records
    )
    return drop_empty_columns(Table("plan", words("plan_caption", number=len(rows)), columns, rows), _REQUIRED_COLUMNS)


def build_grid_list(scope: PaperScope, groups: Sequence[ActionGroup]) -> tuple[Section, ...]:
    """Return the grid as a list, which a layout can add; nothing without a grid."""
    context = scope.context
    if not any(_phase_id(record) for group in groups for record in group.records):
        return ()
    items = tuple((make_paragraph(Strong(g.title)), _list_by_phase(context, g)) for g in groups if g.records)
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


def _build_updates(
    context: PaperContext, selection: Selection, groups: tuple[ActionGroup, ...], shared: SharedAttribution
) -> tuple[Section, ...]:
    if not any(group.records for group in groups):
        return ()
    attribution = shared if shared.source else _find_attribution(context, groups)
    statement = _UpdateStatement(context, selection, attribution)
    sections = (_build_group(statement, group) for group in groups if group.records)
    has_source = bool(shared.source) and prints_section(context, "action-plan", "plan")
    blocks = (*(() if has_source else build_shared_attribution(context, attribution)), *sections)
    return (Section("updates", context.wording("updates"), blocks),)


def _build_group(statement: _UpdateStatement, group: ActionGroup) -> Section:
    key, title = "none", group.title
    if group.recommendation:
        key = group.recommendation.id
        title = f"{group.recommendation.heading or group.recommendation.title} ({key})"
    records = sorted(group.records, key=lambda record: source_sort_key(statement.context, record))
    return Section(f"updates-{key}", title, tuple(_build_record(statement, record) for record in records))


def _build_record(statement: _UpdateStatement, record: TrackedRecord) -> Section:
    context = statement.context
    updates = select_updates(context, statement.selection, record)
    status = format_status_line(context, record)
    facts = build_details(context, record, with_inferred=not any(update.text for update in updates.own))
    blocks: tuple[Block, ...] = (
        *((Paragraph(status, "status"),) if status else ()),
        *_build_record_updates(statement, record, updates),
        *((Facts(facts),) if facts else ()),
        *build_redaction_notice(context, record),
    )
    title = f"{short_title(record)} ({record.id})"
    return Section("update", title, wrap_exempt_blocks(context, record.exempt, blocks), record=record.id)


def _build_record_updates(
    statement: _UpdateStatement, record: TrackedRecord, updates: SelectedUpdates
) -> tuple[Block, ...]:
    context = statement.context
    own_updates = (
        block for update in updates.own for block in build_update(context, record, update, statement.attribution)
    )
    other_updates = (
        make_paragraph(
            context.wording(f"covered_{reference.extent.value}"), " ", *link_record(context, reference.reporter), "."
        )
        for reference in updates.covering
    )
    blocks = (*own_updates, *other_updates) or build_missing_update(context, record, updates)
    return (*blocks, *build_omission_note(context, updates))
