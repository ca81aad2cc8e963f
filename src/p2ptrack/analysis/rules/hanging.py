"""H105: a meeting or phase that moved, and the targets that hung on it. Asked only under `check --history`."""

from __future__ import annotations

from collections.abc import Iterator

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.past.anchored import AnchorMove, anchor_moves
from p2ptrack.analysis.past.events import Span
from p2ptrack.analysis.past.then import Dates, same_day
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.analysis.rules.witness import by_whom
from p2ptrack.analysis.rules.wording import counted, listed
from p2ptrack.problem import Severity
from p2ptrack.records.dates import Anchors
from p2ptrack.records.kinds import Tracked


def _moved_with(case: Case) -> Iterator[Finding]:
    if case.timelines is None:
        return
    for move in anchor_moves(case.timelines, Span(0, len(case.timelines.moments))):
        ids = [id_ for state in move.hanging if not _is_settled(case, move, id_ := str((state.values or {}).get("id")))]
        if ids:
            message = (
                f"The {move.sort} {move.id} was moved from {move.old} to {move.new} ({by_whom(move.moment)}), "
                f"and with it the target of {listed(ids)}{_by(move)}."
            )
            fix = "in each an entry under revisions; and the old day as its own target, if it was not to move"
            yield Finding("", _place(case, move), message, fix)


def _is_settled(case: Case, move: AnchorMove, id_: str) -> bool:
    """Whether a record that hung on it is gone, has the old day as its own, or an entry that tells of the move."""
    record, plain = case.register.by_id.get(id_), Dates(Anchors(()))
    old, new = plain.read(move.old), plain.read(move.new)
    if not isinstance(record, Tracked):
        return True
    stayed = record.target is not None and record.target.anchor != move.id and same_day(record.target, old)
    ends = (entry.to for entry in record.revisions if same_day(entry.from_, old))
    return stayed or any(end.anchor == move.id or same_day(end, new) for end in ends)


def _by(move: AnchorMove) -> str:
    later = "later" if (move.days or 0) > 0 else "earlier"
    return f", {counted(abs(move.days), 'day')} {later}" if move.days else ""


def _place(case: Case, move: AnchorMove) -> str:
    programme = case.register.programme
    ids, name = {
        "meeting": ([each.id for each in programme.meetings], "date"),
        "phase": ([each.id for each in programme.phases], "end"),
    }[move.sort]
    return f"{move.sort}s[{ids.index(move.id)}].{name}" if move.id in ids else f"{move.sort}s"


RULES: tuple[Rule, ...] = (
    Rule(
        code="H105",
        severity=Severity.NOTE,
        title="A meeting or phase that moved, and targets with it",
        why="Every target that names it moved too, without an entry of its own.",
        example="meetings: [{id: AC-2023-03, date: 20 April 2023}]",
        fix="An entry in the revisions of each; and the old day, if it was not to move.",
        find=_moved_with,
    ),
)
