"""The grid of actions by phase, and the same in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from p2ptrack.analysis.case import Case
from p2ptrack.records.kinds import Action, Recommendation, TrackedRecord
from p2ptrack.records.programme import Phase
from p2ptrack.records.register import natural_key
from p2ptrack.reports.document import Block, Bullets, Cell, Column, Paragraph, Ref, Row, Section, Strong, Table
from p2ptrack.reports.layout import drop_empty_columns
from p2ptrack.reports.one_record import Spans, format_status, format_target, inferred_mark, join_spans, link_record
from p2ptrack.reports.paper import PaperScope
from p2ptrack.reports.publication import exempt_mark

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
