"""What records wait for, who can bring it about, and which of them rest on one piece of work."""

from __future__ import annotations

from dataclasses import dataclass

from p2ptrack.analysis.facts import Setting, cleared
from p2ptrack.records.dates import CouncilDate
from p2ptrack.records.kinds import Tracked
from p2ptrack.records.parts import Blocker
from p2ptrack.reports.document import Block, Bullets, Cell, Column, Paragraph, Row, Star, Table
from p2ptrack.reports.layout import filled
from p2ptrack.reports.one_record import Spans, mention, mentions, target
from p2ptrack.reports.progress.view import View
from p2ptrack.reports.progress.wording import cell, phrase
from p2ptrack.reports.publication import mark

_ALWAYS = frozenset({"cause", "items"})


@dataclass(frozen=True, slots=True)
class Cause:
    """Something waited for, and the records that wait for it."""

    what: Spans
    owner: str | None
    since: CouncilDate | None
    expected: CouncilDate | None
    records: tuple[Tracked, ...]


def causes(view: View) -> tuple[Cause, ...]:
    """Return what unfinished records wait for and has not come about, in the order of the records."""
    setting = Setting(view.case.register, view.case.as_of, {})
    found: dict[str, list[tuple[Tracked, Blocker]]] = {}
    for record in view.having("waiting"):
        for blocker in record.blocked_by:
            if not cleared(blocker, setting):
                found.setdefault(blocker.id or blocker.cause or "", []).append((record, blocker))
    return tuple(_cause(view, pairs) for pairs in found.values())


def _cause(view: View, pairs: list[tuple[Tracked, Blocker]]) -> Cause:
    records = tuple(record for record, _ in pairs)
    blocker = pairs[0][1]
    read: Spans = (Star(),) if any("blocked_by" in record.inferred for record in records) else ()
    known = view.case.register.dependency(blocker.id)
    hidden = mark(view.case, blocker.exempt)
    if known:
        return Cause((known.title, *read, *hidden), known.owner, known.since, known.expected, records)
    return Cause((blocker.cause or blocker.id or "", *read, *hidden), blocker.owner, blocker.since, None, records)


def waiting(view: View) -> tuple[Block, ...]:
    """Return the table of what is waited for; nothing where no record waits."""
    found, words = causes(view), view.case.words
    columns = (
        Column("cause", words("waiting_for"), header=True),
        Column("owner", words("cause_owner")),
        Column("since", words("cause_since")),
        Column("expected", words("cause_expected")),
        Column("items", words("cause_items"), width="wide"),
    )
    rows = tuple(
        Row((cell(c.what), Cell(c.owner), Cell(c.since), Cell(c.expected), cell(*(_aim(view, r) for r in c.records))))
        for c in found
    )
    return (filled(Table("waiting", words("waiting_caption"), columns, rows), _ALWAYS),) if rows else ()


def _aim(view: View, record: Tracked) -> Spans:
    aim = target(view.case, record)
    return (*mention(view.case, record.id), *((": ", *aim) if aim else ()))


def same_work(view: View) -> tuple[Block, ...]:
    """Return a line for each piece of work that more than one record asks for; nothing where there is none."""
    items = tuple((Paragraph(_same(view, group)),) for group in view.groups())
    return (Paragraph((view.case.words("same_work_note"),)), Bullets(items)) if items else ()


def _same(view: View, group: tuple[Tracked, ...]) -> Spans:
    read: Spans = (Star(),) if any("same_deliverable_as" in record.inferred for record in group) else ()
    named = mentions(view.case, [record.id for record in group])
    aims = {"".join(map(str, target(view.case, record))) for record in group}
    aim = aims.pop() if len(aims) == 1 else ""
    if aim:
        return phrase(view.case.words, "same_work_aim", items=(*named, *read), target=aim)
    return (*named, *read)
