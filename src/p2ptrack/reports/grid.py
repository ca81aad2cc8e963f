"""The grid of actions by phase, and the same in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from p2ptrack.analysis.case import Case
from p2ptrack.records.kinds import Action, Recommendation, Tracked
from p2ptrack.records.programme import Phase
from p2ptrack.records.register import natural_key
from p2ptrack.reports.document import Block, Bullets, Cell, Column, Paragraph, Ref, Row, Section, Strong, Table
from p2ptrack.reports.layout import filled
from p2ptrack.reports.one_record import Spans, joined, mention, star, status, target
from p2ptrack.reports.paper import Subject
from p2ptrack.reports.publication import mark

UNPHASED = "unphased"
_ALWAYS = frozenset({"id", "action"})


@dataclass(frozen=True, slots=True)
class Group:
    """The actions that stand under one recommendation, or under none."""

    title: str
    recommendation: Recommendation | None
    records: tuple[Tracked, ...]


def grid(about: Subject, groups: tuple[Group, ...]) -> tuple[Section, ...]:
    """Return the actions by the phase that they start in; as a plain table where none states a phase."""
    case = about.case
    records = [record for group in groups for record in group.records]
    if not records:
        return ()
    phases = case.register.programme.phases
    if not any(_phase(record) for record in records):
        return (Section("grid", case.words("plan_table"), (_plain(case, groups),)),)
    columns = (Column("row", case.words("row"), width="narrow", header=True), *_columns(case, phases, records))
    rows = tuple(row for group in groups for row in _rows(case, group, columns))
    note = Paragraph((case.words("grid_note"),), "note")
    table = Table("grid", case.words("grid_caption", number=len(records)), columns, rows)
    return (Section("grid", case.words("grid"), (note, table), landscape=True),)


def _phase(record: Tracked) -> str:
    return (record.phase or "") if isinstance(record, Action) else ""


def _columns(case: Case, phases: tuple[Phase, ...], records: list[Tracked]) -> tuple[Column, ...]:
    used = {_phase(record) for record in records}
    known = [
        Column(f"phases:{phase.id}", _heading(phase), width="wide" if phase.id in used else "medium")
        for phase in phases
    ]
    rest = [Column(UNPHASED, case.words("no_phase"), width="wide")] if used - {phase.id for phase in phases} else []
    return (*known, *rest)


def _heading(phase: Phase) -> str:
    days = " – ".join(day.raw for day in (phase.start, phase.end) if day)
    return f"{phase.title} ({days})" if days else phase.title


def _rows(case: Case, group: Group, columns: tuple[Column, ...]) -> Iterable[Row]:
    """Return the group's rows: actions with the same place in the same source share one."""
    shared: dict[tuple[str, str], list[Tracked]] = {}
    for record in group.records:
        source = record.source
        place = (source.id, source.ref) if source and source.ref else ("", record.id)
        shared.setdefault(place, []).append(record)
    for (source_id, ref), records in sorted(shared.items(), key=lambda item: natural_key(item[0][1])):
        placed = [[record for record in records if _column(record, columns) == column.key] for column in columns[1:]]
        yield Row((Cell(ref if source_id else None), *(_cell(case, each) for each in placed)), group=group.title)


def _column(record: Tracked, columns: tuple[Column, ...]) -> str:
    key = f"phases:{_phase(record)}"
    return key if any(column.key == key for column in columns) else UNPHASED


def _cell(case: Case, records: list[Tracked]) -> Cell:
    return Cell(tuple(block for record in records for block in _action(case, record)) or None)


def _action(case: Case, record: Tracked) -> tuple[Block, ...]:
    due = target(case, record)
    last = case.register.phase(record.phase_end) if isinstance(record, Action) else None
    below = joined(
        (
            status(case, record),
            (case.words("target"), " ", *due) if due else (),
            (case.words("ends_in", phase=last.title), *star(record, "phase_end")) if last else (),
        ),
        " · ",
    )
    top = Paragraph((Ref(record.id), f" {record.title}", *star(record, "title"), *mark(case, record.exempt)))
    return (top, Paragraph(below, "status")) if below else (top,)


def _plain(case: Case, groups: tuple[Group, ...]) -> Table:
    columns = (
        Column("id", case.words("id"), width="narrow", header=True),
        Column("action", case.words("action"), width="wide"),
        Column("status", case.words("status")),
        Column("owner", case.words("accountable")),
        Column("target", case.words("target")),
    )
    rows = tuple(_plain_row(case, group, record) for group in groups for record in group.records)
    return filled(Table("plan", case.words("plan_caption", number=len(rows)), columns, rows), _ALWAYS)


def _plain_row(case: Case, group: Group, record: Tracked) -> Row:
    owner: Spans = (", ".join(record.accountable), *star(record, "accountable")) if record.accountable else ()
    named = (record.title, *star(record, "title"), *mark(case, record.exempt))
    stated = (named, status(case, record), owner, target(case, record))
    cells = (Cell((Paragraph(spans),) if spans else None) for spans in stated)
    return Row((Cell(Ref(record.id)), *cells), group=group.title)


def in_words(about: Subject, groups: tuple[Group, ...]) -> tuple[Section, ...]:
    """Return the grid as a list, for those who do not see what stands side by side; nothing where there is no grid."""
    case = about.case
    if not any(_phase(record) for group in groups for record in group.records):
        return ()
    items = tuple((Paragraph((Strong(group.title),)), _by_phase(case, group)) for group in groups)
    return (Section("grid-in-words", case.words("grid_in_words"), (Bullets(items),)),)


def _by_phase(case: Case, group: Group) -> Bullets:
    named = [(phase.id, case.words("starts_in", phase=phase.title)) for phase in case.register.programme.phases]
    known = {id_ for id_, _ in named}
    items = [(words, [r for r in group.records if _phase(r) == id_]) for id_, words in named]
    items.append((case.words("no_phase"), [r for r in group.records if _phase(r) not in known]))
    return Bullets(tuple((_listed(case, words, records),) for words, records in items if records))


def _listed(case: Case, words: str, records: list[Tracked]) -> Paragraph:
    named: Iterable[Spans] = (mention(case, record.id) for record in records)
    return Paragraph((f"{words}: ", *joined(named, "; ")))
