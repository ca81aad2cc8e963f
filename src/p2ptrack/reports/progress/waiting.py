"""What records wait for, who can bring it about, and which of them rest on one piece of work."""

from __future__ import annotations

from dataclasses import dataclass

from p2ptrack.analysis.facts import FactContext, is_cleared
from p2ptrack.records.dates import CouncilDate
from p2ptrack.records.kinds import TrackedRecord
from p2ptrack.records.parts import Blocker
from p2ptrack.reports.document import Block, Bullets, Cell, Column, Paragraph, Row, Star, Table
from p2ptrack.reports.layout import drop_empty_columns
from p2ptrack.reports.one_record import Spans, format_target, link_record, link_records
from p2ptrack.reports.progress.view import View
from p2ptrack.reports.progress.wording import format_phrase, make_cell
from p2ptrack.reports.publication import exempt_mark

_WAITING_REQUIRED_COLUMNS = frozenset({"cause", "items"})


@dataclass(frozen=True, slots=True)
class OpenDependency:
    """Something waited for, and the records that wait for it."""

    description: Spans
    owner: str | None
    since: CouncilDate | None
    expected: CouncilDate | None
    records: tuple[TrackedRecord, ...]


def list_open_dependencies(view: View) -> tuple[OpenDependency, ...]:
    """Return what unfinished records wait for and has not come about, in the order of the records."""
    context = FactContext(view.case.register, view.case.as_of, {})
    blockers_by_cause: dict[str, list[tuple[TrackedRecord, Blocker]]] = {}
    for record in view.with_fact("waiting"):
        for blocker in record.blocked_by:
            if not is_cleared(blocker, context):
                blockers_by_cause.setdefault(blocker.id or blocker.cause or "", []).append((record, blocker))
    return tuple(_build_open_dependency(view, pairs) for pairs in blockers_by_cause.values())


def _build_open_dependency(view: View, pairs: list[tuple[TrackedRecord, Blocker]]) -> OpenDependency:
    records = tuple(record for record, _ in pairs)
    blocker = pairs[0][1]
    inferred: Spans = (Star(),) if any("blocked_by" in record.inferred for record in records) else ()
    dependency = view.case.register.find_dependency(blocker.id)
    exempt = exempt_mark(view.case, blocker.exempt)
    if dependency:
        return OpenDependency(
            (dependency.title, *inferred, *exempt), dependency.owner, dependency.since, dependency.expected, records
        )
    return OpenDependency(
        (blocker.cause or blocker.id or "", *inferred, *exempt), blocker.owner, blocker.since, None, records
    )


def build_waiting(view: View) -> tuple[Block, ...]:
    """Return the table of what is waited for; nothing where no record waits."""
    dependencies, words = list_open_dependencies(view), view.case.wording
    columns = (
        Column("cause", words("waiting_for"), header=True),
        Column("owner", words("cause_owner")),
        Column("since", words("cause_since")),
        Column("expected", words("cause_expected")),
        Column("items", words("cause_items"), width="wide"),
    )
    rows = tuple(
        Row(
            (
                make_cell(dependency.description),
                Cell(dependency.owner),
                Cell(dependency.since),
                Cell(dependency.expected),
                make_cell(*(_format_record_target(view, record) for record in dependency.records)),
            )
        )
        for dependency in dependencies
    )
    return (
        (drop_empty_columns(Table("waiting", words("waiting_caption"), columns, rows), _WAITING_REQUIRED_COLUMNS),)
        if rows
        else ()
    )


def _format_record_target(view: View, record: TrackedRecord) -> Spans:
    target_spans = format_target(view.case, record)
    return (*link_record(view.case, record.id), *((": ", *target_spans) if target_spans else ()))


def build_same_work(view: View) -> tuple[Block, ...]:
    """Return a line for each piece of work that more than one record asks for; nothing where there is none."""
    items = tuple((Paragraph(_format_same_work(view, group)),) for group in view.list_same_work())
    return (Paragraph((view.case.wording("same_work_note"),)), Bullets(items)) if items else ()


def _format_same_work(view: View, group: tuple[TrackedRecord, ...]) -> Spans:
    inferred: Spans = (Star(),) if any("same_deliverable_as" in record.inferred for record in group) else ()
    links = link_records(view.case, [record.id for record in group])
    targets = {"".join(map(str, format_target(view.case, record))) for record in group}
    shared_target = targets.pop() if len(targets) == 1 else ""
    if shared_target:
        return format_phrase(view.case.wording, "same_work_aim", items=(*links, *inferred), target=shared_target)
    return (*links, *inferred)
