"""H101 to H105: what git witnessed of targets, beside what the ledger declares. Asked only under `check --history`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from p2ptrack.analysis.anchored import anchor_moves
from p2ptrack.analysis.case import Case
from p2ptrack.analysis.differences import entries
from p2ptrack.analysis.events import Span
from p2ptrack.analysis.facts import is_effective
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.analysis.rules.wording import counted, listed
from p2ptrack.analysis.then import Dates, same_day
from p2ptrack.problem import Severity
from p2ptrack.records.dates import CouncilDate, long_day
from p2ptrack.records.fields import Decision
from p2ptrack.records.kinds import Tracked
from p2ptrack.records.parts import Revision
from p2ptrack.records.register import anchors
from p2ptrack.records.timeline import Moment, Timeline, Values


@dataclass(frozen=True, slots=True)
class _Stood:
    """A target that stood from a moment on (None: it is in the file and not committed yet)."""

    moment: Moment | None
    target: CouncilDate | None


@dataclass(frozen=True, slots=True)
class _Seen:
    """A record that is in the register, with what git saw of it."""

    record: Tracked
    timeline: Timeline
    dates: Dates

    def targets(self) -> list[_Stood]:
        """Return the targets one after the other, each once in a row; words that are no date are passed over."""
        found: list[_Stood] = []
        for state in self.timeline.states:
            value = None if state.values is None else state.values.get("target")
            target = self.dates.read(value)
            if state.values is not None and (value is None or target is not None):
                found.append(_Stood(state.moment, target))
        found.append(_Stood(None, self.record.target))
        return [now for before, now in pairwise((None, *found)) if now and not (before and _same(before, now))]

    def ledgers(self) -> Iterator[tuple[Moment, Sequence[Values]]]:
        """Yield the ledger as it was at each state."""
        for state in self.timeline.states:
            if state.values is not None:
                entered = entries(state.values.get("revisions"))
                yield state.moment, [entry for entry in entered if isinstance(entry, dict)]


def _same(one: _Stood, other: _Stood) -> bool:
    return same_day(one.target, other.target)


def seen(case: Case) -> Iterator[_Seen]:
    """Yield every tracked record that git has seen; none where history is not asked for."""
    if case.timelines is not None:
        dates = Dates(anchors(case.register.programme))
        found = ((record, case.timelines.of(record.id)) for record in case.tracked())
        yield from (_Seen(record, timeline, dates) for record, timeline in found if timeline is not None)


def by_whom(moment: Moment | None) -> str:
    """Return when and by whom something was committed, as a message has it."""
    if moment is None:
        return "in the file, not yet committed"
    return f"on {long_day(moment.day)} by {moment.author}, commit {moment.commit[:10]}"


def _raw(target: CouncilDate | None) -> str:
    return target.raw if target else "none"


def _undeclared(case: Case) -> Iterator[Finding]:
    for one in seen(case):
        for before, now in pairwise(one.targets()):
            if not same_day(before.target, None) and not _declared(one.record.revisions, before, now):
                yield _move(one, before, now)


def _move(one: _Seen, before: _Stood, now: _Stood) -> Finding:
    start, end = _raw(before.target), _raw(now.target)
    message = (
        f"The target of {one.record.id} moved from {start} to {end} ({by_whom(now.moment)}), "
        "and no entry in revisions says so."
    )
    to = now.target.raw if now.target else "TBC"
    day = now.moment.day.isoformat() if now.moment else "the day"
    fix = f"revisions: [{{from: {start}, to: {to}, date: {day}, reason: why, approved_by: who}}]"
    return Finding(one.record.id, "target" if one.record.target else "", message, fix)


def _declared(ledger: Sequence[Revision], before: _Stood, now: _Stood) -> bool:
    """Whether the ledger leads from one target to the other, in one entry or in several."""
    entered = [entry for entry in ledger if entry.decision is not Decision.REFUSED]
    starts = [at for at, entry in enumerate(entered) if same_day(entry.from_, before.target)]
    ends = [at for at, entry in enumerate(entered) if same_day(entry.to, now.target)]
    return any(start <= end for start in starts for end in ends)


def _contradicted(case: Case) -> Iterator[Finding]:
    for one in seen(case):
        stood = one.targets()
        for at, entry in enumerate(one.record.revisions):
            asked = entry.decision is Decision.REQUESTED or not is_effective(entry, case.policy)
            if not asked and not _older(one, entry):
                yield from _against(one, at, stood)


def _older(one: _Seen, entry: Revision) -> bool:
    """Whether an entry stood in the file when git first saw it: what it tells of was before."""
    _, first = next(iter(one.ledgers()), (None, ()))
    return any(_alike(one.dates, old, entry) for old in first)


def _alike(dates: Dates, old: Values, entry: Revision) -> bool:
    return same_day(dates.read(old.get("from")), entry.from_) and same_day(dates.read(old.get("to")), entry.to)


def _against(one: _Seen, at: int, stood: Sequence[_Stood]) -> Iterator[Finding]:
    """Yield what speaks against an entry: a move that never was, or one that was made before its date."""
    entry, id_ = one.record.revisions[at], one.record.id
    moves = [now for before, now in pairwise(stood) if _leads(one.record.revisions, at, (before, now))]
    if not moves and not _as_original(one, at):
        had = ", then ".join(_raw(each.target) for each in stood)
        message = f"{id_} says that its target moved from {entry.from_.raw} to {entry.to.raw}; in git it was {had}."
        yield Finding(id_, f"revisions[{at}]", message, "the dates as they were, or category: correction with a reason")
    elif (
        moves
        and (moment := moves[0].moment)
        and entry.date
        and entry.date.earliest
        and entry.date.earliest > moment.day
    ):
        message = f"{id_} dates this move {entry.date.raw}; the target had moved already ({by_whom(moment)})."
        yield Finding(
            id_, f"revisions[{at}].date", message, "the day on which it was decided, and a reason if that came later"
        )


def _leads(ledger: Sequence[Revision], at: int, move: tuple[_Stood, _Stood]) -> bool:
    """Whether an entry is one of those that lead from one target to the next."""
    starts = [place for place in range(at + 1) if same_day(ledger[place].from_, move[0].target)]
    ends = [place for place in range(at, len(ledger)) if same_day(ledger[place].to, move[1].target)]
    return bool(starts and ends)


def _as_original(one: _Seen, at: int) -> bool:
    """Whether an entry is the first, and a changed original is what is wrong with it: another rule tells that."""
    return at == 0 and _original(one) is not None and not same_day(_original(one), one.record.revisions[0].from_)


def _original(one: _Seen) -> CouncilDate | None:
    """Return the original target as git first saw it: the start of the ledger, else the target."""
    for state in one.timeline.states:
        values = state.values or {}
        ledger = [entry for entry in entries(values.get("revisions")) if isinstance(entry, dict)]
        found = one.dates.read(ledger[0].get("from") if ledger else values.get("target"))
        if found is not None:
            return found
    return None


def _another_original(case: Case) -> Iterator[Finding]:
    for one in seen(case):
        original, ledger = _original(one), one.record.revisions
        if ledger and original is not None and not same_day(original, ledger[0].from_):
            begins = f"its ledger now begins with {ledger[0].from_.raw}"
            message = f"The original target of {one.record.id} was {original.raw}; {begins}."
            yield Finding(one.record.id, "revisions[0].from", message, f"from: {original.raw}")


def _taken_out(case: Case) -> Iterator[Finding]:
    for one in seen(case):
        told: set[tuple[str, str]] = set()
        for moment, ledger in one.ledgers():
            for at, old in enumerate(ledger):
                start, end = one.dates.read(old.get("from")), one.dates.read(old.get("to"))
                if start and end and (start.raw, end.raw) not in told and not _kept(one, at, (start, end)):
                    told.add((start.raw, end.raw))
                    message = (
                        f"The ledger of {one.record.id} said that its target moved from {start.raw} to {end.raw} "
                        f"({by_whom(moment)}); that entry is no longer there."
                    )
                    fix = f"the entry again: {{from: {start.raw}, to: {end.raw}}}; and a new one for what changed"
                    yield Finding(one.record.id, "revisions" if one.record.revisions else "", message, fix)


def _kept(one: _Seen, at: int, move: tuple[CouncilDate, CouncilDate]) -> bool:
    kept = [entry for entry in one.record.revisions if same_day(entry.to, move[1])]
    return any(same_day(entry.from_, move[0]) or (at == 0 and entry is one.record.revisions[0]) for entry in kept)


def _moved_with(case: Case) -> Iterator[Finding]:
    if case.timelines is None:
        return
    for move in anchor_moves(case.timelines, Span(0, len(case.timelines.moments))):
        ids = [str((state.values or {}).get("id")) for state in move.hanging]
        if ids:
            by = f", by {counted(move.days, 'day')}" if move.days else ""
            message = (
                f"The {move.sort} {move.id} was moved from {move.old} to {move.new} ({by_whom(move.moment)}), "
                f"and with it the target of {listed(ids)}{by}."
            )
            fix = "for each of them an entry in revisions and a date of its own, if it was not to move"
            yield Finding("", f"{move.sort}s", message, fix)


RULES: tuple[Rule, ...] = (
    Rule(
        code="H101",
        severity=Severity.WARNING,
        title="A target that moved without an entry in the ledger",
        why="Git saw the date change, and the register does not say when, why and by whose leave.",
        example="{target: Jun-23}",
        fix="An entry in revisions with from, to, date, reason and approved_by.",
        find=_undeclared,
    ),
    Rule(
        code="H102",
        severity=Severity.WARNING,
        title="An entry of the ledger that git contradicts",
        why="An auditor who compares the two finds a move that never was, or one that was made before it was agreed.",
        example="revisions: [{from: Mar-23, to: Sep-23}]",
        fix="The dates as they were.",
        find=_contradicted,
    ),
    Rule(
        code="H103",
        severity=Severity.WARNING,
        title="An entry of the ledger that was taken out or rewritten",
        why="Nothing in the ledger is overwritten: what was declared once stays, and a correction is a new entry.",
        example="revisions: []",
        fix="The entry as it was, and a new one with category: correction.",
        find=_taken_out,
    ),
    Rule(
        code="H104",
        severity=Severity.WARNING,
        title="An original target that was changed",
        why="All slippage is counted from the first date; with another one a late action looks on time.",
        example="revisions: [{from: Jun-23, to: Sep-23}]",
        fix="The first from as it was.",
        find=_another_original,
    ),
    Rule(
        code="H105",
        severity=Severity.NOTE,
        title="A meeting or phase that moved, and targets with it",
        why="Every target that names it moved too, without an entry of its own.",
        example="meetings: [{id: AC-2023-03, date: 20 April 2023}]",
        fix="An entry in the revisions of each, if it was not to move.",
        find=_moved_with,
    ),
)
