"""The lists behind the figures: what is overdue, comes next, was moved, is done, was decided, and goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from p2ptrack.analysis.facts import deadline_of
from p2ptrack.analysis.rating import level
from p2ptrack.records.dates import long_day
from p2ptrack.records.fields import NEEDS_DECISION, Status
from p2ptrack.records.kinds import Tracked
from p2ptrack.records.register import natural_key
from p2ptrack.reports.closing import rating_word
from p2ptrack.reports.details import decision, evidence, verification
from p2ptrack.reports.document import Block, Cell, Column, Paragraph, Row, Table
from p2ptrack.reports.layout import filled
from p2ptrack.reports.one_record import mentions, star, status, target, when
from p2ptrack.reports.progress.view import Known, View, without
from p2ptrack.reports.progress.wording import cell, named, phrase, refs

_ALWAYS = frozenset({"id", "what", "target"})


@dataclass(frozen=True, slots=True)
class _Line:
    """A column of a list: what stands above it, and what a record has in it."""

    column: Column
    cell: Callable[[View, Tracked], Cell]


def _lines(view: View, *names: str) -> tuple[_Line, ...]:
    words = view.case.words
    all_lines = {
        "id": _Line(Column("id", words("id"), width="narrow", header=True), lambda _, record: Cell(record.id)),
        "what": _Line(Column("what", words("item"), width="wide"), _what),
        "status": _Line(Column("status", words("status")), lambda view, record: cell(status(view.case, record))),
        "rating": _Line(Column("rating", words("rating"), width="narrow"), _rating),
        "owner": _Line(Column("owner", words("accountable")), _owner),
        "target": _Line(Column("target", words("target")), lambda view, record: cell(target(view.case, record))),
        "late": _Line(Column("late", words("days_late"), "right", "narrow"), _late),
        "left": _Line(Column("left", words("days_left"), "right", "narrow"), _left),
        "moved": _Line(Column("moved", words("times_moved"), "right", "narrow"), _moved),
        "updated": _Line(Column("updated", words("last_update")), _updated),
        "done": _Line(
            Column("done", words("completed_on")), lambda _, r: cell(when(r, "completed_on", r.completed_on))
        ),
        "evidence": _Line(Column("evidence", words("evidence")), _evidence),
        "verified": _Line(Column("verified", words("verified")), _verified),
        "decision": _Line(Column("decision", words("decided"), width="wide"), _decision),
    }
    return tuple(all_lines[name] for name in names)


def _table(view: View, key: str, records: Iterable[Tracked], lines: tuple[_Line, ...]) -> tuple[Block, ...]:
    """Return the list; nothing where no record stands in it."""
    rows = tuple(Row(tuple(each.cell(view, record) for each in lines), key=record.id) for record in records)
    if not rows:
        return ()
    caption = view.case.words(f"{key.replace('-', '_')}_caption", number=len(rows), day=long_day(view.until))
    return (filled(Table(key, caption, tuple(each.column for each in lines), rows), _ALWAYS),)


def _what(view: View, record: Tracked) -> Cell:
    return cell(named(view, record))


def _rating(view: View, record: Tracked) -> Cell:
    """Return the council's word for how a record stands; nothing where the council rates nothing."""
    rates = view.case.policy.rating
    return Cell(rating_word(view.case, level(view.case, record)) if rates else None)


def _owner(view: View, record: Tracked) -> Cell:
    named = ", ".join(record.accountable)
    if not named:
        return Cell()
    several = (f" ({view.case.words('several_owners')})",) if len(record.accountable) > 1 else ()
    return cell((named, *star(record, "accountable"), *several))


def _late(view: View, record: Tracked) -> Cell:
    return Cell(view.facts(record).days_overdue)


def _left(view: View, record: Tracked) -> Cell:
    return Cell(view.facts(record).days_to_target)


def _moved(view: View, record: Tracked) -> Cell:
    return Cell(view.facts(record).times_moved or None)


def _updated(view: View, record: Tracked) -> Cell:
    since = view.facts(record).days_since_update
    return Cell(None if since is None else view.case.as_of - timedelta(since))


def _evidence(view: View, record: Tracked) -> Cell:
    if record.evidence or view.withheld(record, "evidence"):
        return cell(*evidence(view.case, record))
    return Cell(view.case.words("no_evidence"))


def _verified(view: View, record: Tracked) -> Cell:
    told = [(*each, *star(record, "verified")) for each in verification(view.case, record)]
    unverified = not told and view.facts(record).awaiting_verification
    return Cell(view.case.words("not_verified")) if unverified else cell(*told)


def _decision(view: View, record: Tracked) -> Cell:
    """Return by whom, when and why it was decided, and what takes its place."""
    words = view.case.words
    told = [(*each, *star(record, "decided")) for each in decision(view.case, record) if any(each)]
    if record.superseded_by:
        instead = mentions(view.case, record.superseded_by)
        told.append((f"{words('superseded_by')} ", *instead, *star(record, "superseded_by")))
    stated = record.decided or view.withheld(record, "decided")
    return cell(*told) if stated else cell((words("no_decision"),), *told)


def overdue(view: View) -> tuple[Block, ...]:
    """Return what is overdue, the longest first."""
    late = sorted(view.having("overdue"), key=lambda r: (-(view.facts(r).days_overdue or 0), natural_key(r.id)))
    columns = _lines(view, "id", "what", "rating", "owner", "target", "late", "moved", "updated")
    return (*_table(view, "overdue", late, columns), *_newly(view, late))


def _newly(view: View, late: Sequence[Tracked]) -> tuple[Block, ...]:
    """Say which were not overdue yet at the last meeting."""
    last = view.since
    days = ((record, deadline_of(record)) for record in late)
    newly = [record for record, day in days if last is not None and day is not None and day >= last]
    return (Paragraph(phrase(view.case.words, "newly_overdue", ids=refs(newly)), "note"),) if newly else ()


def due(view: View) -> tuple[Block, ...]:
    """Return what falls due next."""
    return _table(view, "due", view.due(), _lines(view, "id", "what", "rating", "status", "owner", "target", "left"))


def ongoing(view: View) -> tuple[Block, ...]:
    """Return what else is unfinished, so that the paper names every record."""
    others = without(view.having("unfinished"), view.having("overdue"), view.due(), by_decision(view))
    columns = _lines(view, "id", "what", "rating", "status", "owner", "target", "updated")
    return _table(view, "ongoing", others, columns)


def completed(view: View) -> tuple[Block, ...]:
    """Return what was done at or since the last meeting or is still to be verified; earlier work by its ids."""
    done = view.in_status(Status.COMPLETE, Status.VERIFIED)
    earlier = [record for record in done if before_last(view, record)]
    lines = _lines(view, "id", "what", "owner", "done", "evidence", "verified")
    return (*_table(view, "completed", without(done, earlier), lines), *_earlier(view, earlier))


def before_last(view: View, record: Tracked) -> bool:
    """Whether a record was closed before the last meeting, which has heard of it then.

    What was entered since, of however long ago, is new to the committee.
    """
    last, day = view.since, closed_on(record)
    before = last is not None and view.facts(record).closed and day is not None and day < last
    return before and (view.known is None or _closed_then(view.known, record))


def _closed_then(known: Known, record: Tracked) -> bool:
    facts = known.then.case.facts.get(record.id)
    return facts is not None and facts.closed


def closed_on(record: Tracked) -> date | None:
    """Return the last day that a record's closing can mean, of the days that it states."""
    stated = (part.on for part in (record.decided, record.verified) if part)
    return next((day.latest for day in (*stated, record.completed_on) if day), None)


def _earlier(view: View, records: Sequence[Tracked]) -> tuple[Block, ...]:
    return (Paragraph(phrase(view.case.words, "closed_earlier", ids=refs(records)), "note"),) if records else ()


def by_decision(view: View) -> tuple[Tracked, ...]:
    """Return what left the list by a decision, is to leave it, or is on hold, those apart that came before."""
    return view.in_status(*NEEDS_DECISION)


def decisions(view: View) -> tuple[Block, ...]:
    """Return what was or is to be closed by a decision, put on hold, or not done at an accepted risk."""
    found = by_decision(view)
    earlier = [record for record in found if before_last(view, record)]
    lines = _lines(view, "id", "what", "status", "decision")
    return (*_table(view, "decisions", without(found, earlier), lines), *_earlier(view, earlier))


def undecided(view: View) -> tuple[Tracked, ...]:
    """Return what states such a status and waits for this meeting, or for anybody, to decide it."""
    meeting = view.case.meeting.id if view.case.meeting else None
    found = (record for record in by_decision(view) if not view.withheld(record, "decided"))
    return tuple(record for record in found if _is_open(record, meeting))


def _is_open(record: Tracked, meeting: str | None) -> bool:
    made = record.decided
    if made is None or (meeting is not None and made.meeting == meeting):
        return True
    return made.by is None and made.meeting is None and made.minute is None


def notes(view: View) -> tuple[Block, ...]:
    """Return the officers' notes. The register of any other audience holds none."""
    words = view.case.words
    columns = (
        Column("id", words("id"), width="narrow", header=True),
        Column("note", words("note"), width="wide"),
    )
    records = (*view.about.recommendations, *view.records)
    rows = tuple(Row((Cell(record.id), Cell(record.note)), key=record.id) for record in records if record.note)
    return (Table("notes", words("notes_caption", number=len(rows)), columns, rows),) if rows else ()
