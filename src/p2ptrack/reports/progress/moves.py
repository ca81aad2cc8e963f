"""Targets that were moved, or that somebody asks to move."""

from __future__ import annotations

from p2ptrack.records.fields import Category, Decision
from p2ptrack.records.kinds import Tracked
from p2ptrack.records.parts import Revision
from p2ptrack.reports.document import Block, Cell, Column, Row, Table
from p2ptrack.reports.layout import filled
from p2ptrack.reports.progress.lists import before_last
from p2ptrack.reports.progress.view import View
from p2ptrack.reports.progress.wording import cell, named
from p2ptrack.reports.publication import mark

_ALWAYS = frozenset({"id", "what", "from", "to", "decision"})


def request(view: View, record: Tracked) -> Revision | None:
    """Return the newest entry of the ledger of moved targets where it still waits for an answer."""
    newest = record.revisions[-1] if record.revisions else None
    if newest is None or newest.decision is Decision.REQUESTED:
        return newest
    unanswered = newest.decision is None and newest.approved_by is None and newest.category is not Category.CORRECTION
    return newest if unanswered and view.case.policy.extensions_need_approval else None


def pending(view: View) -> tuple[Tracked, ...]:
    """Return the unfinished records for which a later target is asked."""
    return tuple(record for record in view.having("unfinished") if request(view, record))


def extensions(view: View) -> tuple[Block, ...]:
    """Return every move of a target: asked for, granted or refused, by whom, and why.

    What was closed before the last meeting is left out: its moves stood in the paper that told so.
    """
    words = view.case.words
    columns = (
        Column("id", words("id"), width="narrow", header=True),
        Column("what", words("item"), width="wide"),
        Column("from", words("moved_from")),
        Column("to", words("moved_to")),
        Column("decision", words("moved_decision")),
        Column("reason", words("moved_reason"), width="wide"),
    )
    moves = [(record, move) for record in view.records if not before_last(view, record) for move in record.revisions]
    rows = tuple(_move(view, record, move) for record, move in moves)
    table = Table("extensions", words("extensions_caption", number=len(rows)), columns, rows)
    return (filled(table, _ALWAYS),) if rows else ()


def _move(view: View, record: Tracked, move: Revision) -> Row:
    words = view.case.words
    meeting = view.case.register.meeting(move.meeting)
    answer = words("correction") if move.category is Category.CORRECTION else _answer(view, move)
    minute = words("minute", number=move.minute) if move.minute else None
    told = (
        answer,
        move.approved_by or (meeting.body if meeting else None),
        move.date.printed() if move.date else None,
        minute,
    )
    cells = (
        Cell(record.id),
        cell(named(view, record)),
        Cell(move.from_),
        Cell(move.to),
        Cell(", ".join(filter(None, told))),
        cell((*((move.reason,) if move.reason else ()), *mark(view.case, move.exempt))),
    )
    return Row(cells, key=record.id)


def _answer(view: View, move: Revision) -> str:
    if move.decision:
        return view.case.words(f"decision_{move.decision.value}")
    return view.case.words("decision_granted" if move.approved_by else "decision_none")
