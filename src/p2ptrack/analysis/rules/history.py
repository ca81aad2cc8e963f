"""H101 to H106 but H105: what git witnessed of targets, beside what the ledger declares. For `check --history`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.facts import is_effective
from p2ptrack.analysis.past.differences import entries
from p2ptrack.analysis.past.then import same_day
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.analysis.rules.witness import Move, Seen, Stood, borne_out, by_whom, seen
from p2ptrack.analysis.rules.wording import counted
from p2ptrack.problem import Severity
from p2ptrack.records.dates import CouncilDate
from p2ptrack.records.fields import Category, Decision
from p2ptrack.records.parts import Revision
from p2ptrack.records.timeline import Moment, Values


def _undeclared(case: Case) -> Iterator[Finding]:
    for one in seen(case):
        _, untold = borne_out(one.record.revisions, one.moves())
        yield from (_move(one, move) for move in untold if move.before.counts and not _entry_is_told(one, move))


def _entry_is_told(one: Seen, move: Move) -> bool:
    """Whether the entry of a move is told to be gone, or to begin with another target, and so explains it."""
    ledger = one.record.revisions
    begun = _has_another_original(one) and move == one.moves()[0] and move.now.is_at(ledger[0].to)
    return begun or any(move.before.is_at(start) and move.now.is_at(end) for _, (start, end) in _lost(one))


def _move(one: Seen, move: Move) -> Finding:
    start, end, moment = move.before, move.now, move.now.moment
    message = (
        f"The target of {one.record.id} moved from {start.said} to {end.said} ({by_whom(moment)}), "
        "and no entry in revisions says so."
    )
    day = moment.day.isoformat() if moment.commit else "the day"
    entry = f"{{from: {start.raw}, to: {end.raw}, date: {day}, reason: why, approved_by: who}}"
    fix = f"one more entry under revisions: {entry}" if one.record.revisions else f"revisions: [{entry}]"
    return Finding(one.record.id, "target" if one.record.target else "", message, fix)


def _contradicted(case: Case) -> Iterator[Finding]:
    for one in seen(case):
        ledger, stood = one.record.revisions, one.targets()
        found, _ = borne_out(ledger, one.moves())
        for at, entry in enumerate(ledger):
            stands = entry.decision is not Decision.REQUESTED and is_effective(entry, case.policy)
            if stands and not _from_before(one, at):
                yield from _too_late(case, one, at, found[at]) if at in found else _never(one, at, stood)


def _from_before(one: Seen, at: int) -> bool:
    """Whether an entry tells of what was before git: it stood in the file from the first, or it is dated so.

    Entries that are dated so have to lead to the target that git saw first.
    """
    entry, ledger = one.record.revisions[at], one.record.revisions
    _, known = next(one.ledgers(), (None, ()))
    if any(one.alike(old, entry) for old in known):
        return True
    dated = entry.date is not None and entry.date.latest is not None and entry.date.latest <= one.first.day
    return dated and any(stood.is_at(later.to) for stood in one.targets()[:1] for later in ledger[at:])


def _never(one: Seen, at: int, stood: Sequence[Stood]) -> Iterator[Finding]:
    """Yield that an entry tells of a move that never was, unless another rule or a correction tells it."""
    entry, id_ = one.record.revisions[at], one.record.id
    later = (other for other in one.record.revisions[at + 1 :] if other.category is Category.CORRECTION)
    taken_back = any(same_day(other.from_, entry.to) for other in later)
    nothing = entry.category is Category.CORRECTION or same_day(entry.from_, entry.to) or _with_anchor(stood, entry)
    if not (nothing or taken_back or _replaces(one, at) or (at == 0 and _has_another_original(one))):
        had = ", then ".join(each.said for each in stood)
        message = f"{id_} says that its target moved from {entry.from_.raw} to {entry.to.raw}; in git it was {had}."
        fix = f"the dates as they were, or a new entry that takes it back: {_taking_back(entry)}"
        yield Finding(id_, f"revisions[{at}]", message, fix)


def _with_anchor(stood: Sequence[Stood], entry: Revision) -> bool:
    """Whether an entry tells that a meeting or phase moved, and the target with it."""
    return any(target.is_at(entry.from_) and target.is_at(entry.to) for target in stood)


def _replaces(one: Seen, at: int) -> bool:
    """Whether an entry stands in the place of another that is no longer there."""
    known = [ledger[at] for _, ledger in one.ledgers() if len(ledger) > at]
    return any(not any(one.alike(old, entry) for entry in one.record.revisions) for old in known)


def _taking_back(entry: Revision) -> str:
    return f"{{from: {entry.to.raw}, to: {entry.from_.raw}, category: correction, reason: why}}"


def _too_late(case: Case, one: Seen, at: int, move: Move) -> Iterator[Finding]:
    """Yield that a target had moved before the day on which its entry says that this was decided."""
    entry, moment = one.record.revisions[at], move.now.moment
    when = _decided_on(case, entry)
    if when and when.earliest and moment.commit and when.earliest > moment.day:
        message = f"{one.record.id} dates this move {when.raw}; the target had moved already ({by_whom(moment)})."
        fix = "the day on which it was decided, and a reason if that came later"
        yield Finding(one.record.id, f"revisions[{at}].{'date' if entry.date else 'meeting'}", message, fix)


def _decided_on(case: Case, entry: Revision) -> CouncilDate | None:
    meeting = case.register.meeting(entry.meeting)
    return entry.date or (meeting.date if meeting else None)


def _has_another_original(one: Seen) -> bool:
    original, ledger = _original(one), one.record.revisions
    differs = bool(ledger) and original is not None and not original.is_at(ledger[0].from_)
    return differs and not _from_before(one, 0)


def _original(one: Seen) -> Stood | None:
    """Return the original target as git first saw it: the start of the ledger, else the first target with a day."""
    for state, values in one.told():
        ledger = [entry for entry in entries(values.get("revisions")) if isinstance(entry, dict)]
        found = one.stood(state.moment, ledger[0].get("from") if ledger else values.get("target"))
        if found is not None and (ledger or found.counts):
            return found
    return None


def _another_original(case: Case) -> Iterator[Finding]:
    for one in seen(case):
        original = _original(one)
        if original is not None and _has_another_original(one):
            begins = f"its ledger now begins with {one.record.revisions[0].from_.raw}"
            message = f"The original target of {one.record.id} was {original.said}; {begins}."
            yield Finding(one.record.id, "revisions[0].from", message, f"from: {original.raw}")


def _entered_late(case: Case) -> Iterator[Finding]:
    limit = case.policy.no_recent_update_days
    for one in seen(case):
        for at, entry in enumerate(one.record.revisions):
            moment = next((m for m, ledger in one.ledgers() if any(one.alike(old, entry) for old in ledger)), None)
            when = _decided_on(case, entry)
            if moment is None or when is None or when.latest is None or _from_before(one, at):
                continue
            days = (moment.day - when.latest).days
            if days > limit:
                message = (
                    f"{one.record.id} dates this move {when.raw}; it was entered {counted(days, 'day')} later "
                    f"({by_whom(moment)})."
                )
                field = f"revisions[{at}].{'date' if entry.date else 'meeting'}"
                yield Finding(one.record.id, field, message, "the day on which it was decided, if this is not the one")


def _taken_out(case: Case) -> Iterator[Finding]:
    for one in seen(case):
        yield from (_without(one, old, move) for old, move in _lost(one))


def _lost(one: Seen) -> Iterator[tuple[Values, tuple[CouncilDate, CouncilDate]]]:
    """Yield each entry that a ledger once had and that is there no more, with the days that it led from and to."""
    told: set[tuple[str, str]] = set()
    for _, ledger in one.ledgers():
        for at, old in enumerate(ledger):
            start, end = (one.dates.today.read(old.get(name)) for name in ("from", "to"))
            if start and end and (start.raw, end.raw) not in told and not _kept(one, at, (start, end)):
                told.add((start.raw, end.raw))
                if _was_true(one, old, (start, end)):
                    yield old, (start, end)


def _kept(one: Seen, at: int, move: tuple[CouncilDate, CouncilDate]) -> bool:
    """Whether an entry stands, with another original perhaps, or several stand in a row that lead the same way."""
    ledger = one.record.revisions
    begins = [place for place, entry in enumerate(ledger) if same_day(entry.from_, move[0])]
    ends = [place for place, entry in enumerate(ledger) if same_day(entry.to, move[1])]
    return (at == 0 and 0 in ends) or any(start <= end for start in begins for end in ends)


def _was_true(one: Seen, old: Values, move: tuple[CouncilDate, CouncilDate]) -> bool:
    """Whether an entry that is gone was a request, was printed or known from the first, or told of a move git saw.

    One that git contradicts may be put right, as another rule asks.
    """
    lines, states = one.dates.timelines, one.timeline
    printed = [states.at(number) for number in (one.first.number, *lines.published.values())]
    known = any(old in entries((state.values or {}).get("revisions")) for state in printed if state)
    asked = old.get("decision") in (Decision.REQUESTED, Decision.REFUSED)
    return known or asked or any(m.before.is_at(move[0]) and m.now.is_at(move[1]) for m in one.moves())


def _without(one: Seen, old: Values, move: tuple[CouncilDate, CouncilDate]) -> Finding:
    start, end, id_ = move[0].raw, move[1].raw, one.record.id
    message = (
        f"The ledger of {id_} said that its target moved from {start} to {end}; that entry was taken out "
        f"or rewritten ({by_whom(_left(one, old))})."
    )
    fix = f"the entry again, as p2ptrack history {id_} --field revisions has it; and a new one for what changed"
    return Finding(one.record.id, "revisions" if one.record.revisions else "", message, fix)


def _left(one: Seen, old: Values) -> Moment:
    """Return the moment from which an entry was there no longer."""
    move = [old.get("from"), old.get("to")]
    holds = [(moment, any([e.get("from"), e.get("to")] == move for e in ledger)) for moment, ledger in one.ledgers()]
    last = max(at for at, (_, there) in enumerate(holds) if there)
    return holds[min(last + 1, len(holds) - 1)][0]


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
        code="H106",
        severity=Severity.NOTE,
        title="A move that was entered long after its date",
        why="Until it was entered every paper had the old target, and an auditor asks what it was dated by.",
        example="revisions: [{from: Mar-23, to: Jun-23, date: 2022-06-01}]",
        fix="The day on which it was decided.",
        find=_entered_late,
    ),
)
