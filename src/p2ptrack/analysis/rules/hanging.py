"""H105: a meeting or phase that moved, and the targets that hung on it. Asked only under `check --history`."""

from __future__ import annotations

from collections.abc import Iterator

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.past.anchored import AnchorMove, iter_anchor_moves
from p2ptrack.analysis.past.events import RevisionRange
from p2ptrack.analysis.past.then import DateReader, has_same_deadline
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.analysis.rules.witness import describe_commit
from p2ptrack.analysis.rules.wording import join_ids, pluralise
from p2ptrack.problem import Severity
from p2ptrack.records.dates import Anchors
from p2ptrack.records.kinds import TrackedRecord


def _check_rescheduled_targets(case: Case) -> Iterator[Finding]:
    if case.history is None:
        return
    for move in iter_anchor_moves(case.history, RevisionRange(0, len(case.history.revisions))):
        ids = [
            id_
            for version in move.affected
            if not _is_settled(case, move, id_ := str((version.values or {}).get("id")))
        ]
        if ids:
            message = (
                f"The {move.anchor_type} {move.id} was moved from {move.old} to {move.new} ({describe_commit(move.revision)}), "
                f"and with it the target of {join_ids(ids)}{_format_shift(move)}."
            )
            fix = "in each an entry under revisions; and the old day as its own target, if it was not to move"
            yield Finding("", _locate_anchor(case, move), message, fix)


def _is_settled(case: Case, move: AnchorMove, id_: str) -> bool:
    """Whether a record that hung on it is gone, has the old day as its own, or an entry that tells of the move."""
    record, date_reader = case.register.by_id.get(id_), DateReader(Anchors(()))
    old, new = date_reader.read(move.old), date_reader.read(move.new)
    if not isinstance(record, TrackedRecord):
        return True
    has_own_date = (
        record.target is not None and record.target.anchor != move.id and has_same_deadline(record.target, old)
    )
    new_targets = (entry.to for entry in record.revisions if has_same_deadline(entry.from_, old))
    return has_own_date or any(
        new_target.anchor == move.id or has_same_deadline(new_target, new) for new_target in new_targets
    )


def _format_shift(move: AnchorMove) -> str:
    direction = "later" if (move.days or 0) > 0 else "earlier"
    return f", {pluralise(abs(move.days), 'day')} {direction}" if move.days else ""


def _locate_anchor(case: Case, move: AnchorMove) -> str:
    programme = case.register.programme
    ids, name = {
        "meeting": ([anchor.id for anchor in programme.meetings], "date"),
        "phase": ([anchor.id for anchor in programme.phases], "end"),
    }[move.anchor_type]
    return f"{move.anchor_type}s[{ids.index(move.id)}].{name}" if move.id in ids else f"{move.anchor_type}s"


HANGING_RULES: tuple[Rule, ...] = (
    Rule(
        code="H105",
        severity=Severity.NOTE,
        title="A meeting or phase that moved, and targets with it",
        why="Every target that names it moved too, without an entry of its own.",
        example="meetings: [{id: AC-2023-03, date: 20 April 2023}]",
        fix="An entry in the revisions of each; and the old day, if it was not to move.",
        check=_check_rescheduled_targets,
    ),
)
