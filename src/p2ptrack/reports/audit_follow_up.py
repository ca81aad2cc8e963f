"""The follow-up paper: what a committee asked for, what was reported on it, and by when it is to be done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from p2ptrack.analysis.case import Case
from p2ptrack.records.fields import Extent
from p2ptrack.records.kinds import FollowUp, Tracked
from p2ptrack.records.parts import Update
from p2ptrack.records.register import meeting_title, natural_key
from p2ptrack.reports.details import details
from p2ptrack.reports.document import (
    Block,
    Cell,
    Column,
    Document,
    Facts,
    Paragraph,
    Prose,
    Row,
    Section,
    Strong,
    Table,
)
from p2ptrack.reports.layout import Parts, filled
from p2ptrack.reports.one_record import (
    Said,
    Spans,
    joined,
    mention,
    newest_first,
    no_update,
    said_once,
    source_title,
    star,
    status,
    summarised,
    target,
    told,
    update_blocks,
    whose_words,
)
from p2ptrack.reports.paper import finish, overview, recommendation_ids, subject
from p2ptrack.reports.publication import closed, missing_part

PARTS = Parts(
    ("follow-ups",),
    {"follow-ups": ("id", "area", "ref", "raised", "ask", "update", "status", "owner", "target")},
)
_COLUMNS = frozenset({"accountable"})
_ALWAYS = frozenset({"id", "ask", "update", "target"})


def audit_follow_up(case: Case) -> Document:
    """Return the paper with a row for each follow-up, in the order of its source."""
    about = subject(case, "audit-follow-up", ("follow_up",))
    records = tuple(sorted(about.tracked, key=_order))
    said = said_once(case, records)
    blocks = (*summarised(case, said), _table(case, records, said))
    section = Section("follow-ups", case.words("follow_ups"), blocks, landscape=True)
    return finish(about, (*overview(about), section), PARTS)


def _order(record: Tracked) -> tuple[object, ...]:
    ref = record.source.ref if record.source else None
    return (natural_key(ref or record.id), natural_key(record.id))


@dataclass(frozen=True, slots=True)
class _Line:
    """A column: what stands above it, and what a record has in it."""

    column: Column
    cell: Callable[[Case, Tracked], Cell]


def _table(case: Case, records: tuple[Tracked, ...], said: Said) -> Table:
    lines = _lines(case, records, said)
    rows = tuple(Row(tuple(each.cell(case, record) for each in lines), key=record.id) for record in records)
    columns = tuple(each.column for each in lines)
    caption = case.words("follow_ups_caption", number=len(records))
    return filled(Table("follow-ups", caption, columns, rows, case.words("follow_ups_empty")), _ALWAYS)


def _lines(case: Case, records: tuple[Tracked, ...], said: Said) -> tuple[_Line, ...]:
    words = case.words
    return (
        _Line(Column("id", words("id"), width="narrow", header=True), lambda _, record: Cell(record.id)),
        _Line(Column("area", words("area")), _area),
        _Line(Column("ref", words("report_ref"), width="narrow"), _refs),
        _Line(Column("raised", words("raised")), _raised(records)),
        _Line(Column("ask", _asked_at(case, records), width="wide"), partial(_ask, said)),
        _Line(Column("update", _reported_on(case, said), width="wide"), partial(_progress, said)),
        _Line(Column("status", words("status")), lambda case, record: _inline(status(case, record))),
        _Line(Column("owner", words("accountable")), _owner),
        _Line(Column("target", words("target_for_delivery")), _target),
    )


def _inline(spans: Spans) -> Cell:
    return Cell((Paragraph(spans),) if spans else None)


def _area(_: Case, record: Tracked) -> Cell:
    if isinstance(record, FollowUp):
        return Cell(record.area)
    return Cell(", ".join(recommendation_ids(record)) or None)


def _refs(_: Case, record: Tracked) -> Cell:
    return Cell(", ".join(record.report_refs) or None if isinstance(record, FollowUp) else None)


def _meetings(records: tuple[Tracked, ...]) -> tuple[str, ...]:
    raised = [record.raised or "" if isinstance(record, FollowUp) else "" for record in records]
    return tuple(dict.fromkeys(raised))


def _raised(records: tuple[Tracked, ...]) -> Callable[[Case, Tracked], Cell]:
    """Say in each row at which meeting it was raised, unless the heading of the asks says it for all."""
    several = len(_meetings(records)) > 1

    def cell(case: Case, record: Tracked) -> Cell:
        meeting = case.register.meeting(record.raised) if several and isinstance(record, FollowUp) else None
        return Cell(meeting_title(meeting) if meeting else None)

    return cell


def _asked_at(case: Case, records: tuple[Tracked, ...]) -> str:
    meetings = [case.register.meeting(id_) for id_ in _meetings(records)]
    only = meetings[0] if len(meetings) == 1 else None
    if only is None:
        return case.words("asked")
    return case.words("asked_at", body=only.body or only.title or "", date=only.date.raw).replace("  ", " ")


def _reported_on(case: Case, said: Said) -> str:
    return case.words("reported_on", date=said.day) if said.day else case.words("reported")


def _ask(said: Said, case: Case, record: Tracked) -> Cell:
    blocks: list[Block] = [Paragraph((Strong(record.title), *star(record, "title")))]
    if record.origin_text:
        blocks.append(Prose(record.origin_text))
    notes = _notes_on_ask(case, record, said)
    if notes:
        blocks.append(Paragraph(notes, "source"))
    return Cell(closed(case, record.exempt, tuple(blocks)))


def _notes_on_ask(case: Case, record: Tracked, said: Said) -> Spans:
    title = source_title(case, record.source)
    words = whose_words(case, said, title, restated="origin_text" in record.restated) if record.origin_text else ()
    cut: Spans = (case.words("cut_short", source=title),) if "origin_text" in record.truncated else ()
    return joined((words, cut), " ")


def _progress(said: Said, case: Case, record: Tracked) -> Cell:
    own = [block for update in newest_first(case, record) for block in update_blocks(case, record, update, said)]
    covered = [block for each in told(case, record) for block in _covered(case, each.by, each.update, each.extent)]
    facts = details(case, record, _COLUMNS)
    blocks = (*(own + covered or no_update(case, record)), *((Facts(facts),) if facts else ()))
    return Cell(closed(case, record.exempt, (*blocks, *missing_part(case, record))))


def _covered(case: Case, by: str, update: Update, extent: Extent) -> tuple[Block, ...]:
    """Print another record's update for this one too, and say whose it is."""
    whose = Paragraph((case.words(f"told_{extent.value}"), " ", *mention(case, by), "."), "source")
    if extent is Extent.HEADING_ONLY or update.text is None:
        return (whose,)
    return closed(case, update.exempt, (Prose(update.text), whose))


def _owner(_: Case, record: Tracked) -> Cell:
    return _inline((", ".join(record.accountable), *star(record, "accountable")) if record.accountable else ())


def _target(case: Case, record: Tracked) -> Cell:
    return _inline(target(case, record))
