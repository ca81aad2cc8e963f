"""What to look at first: one line a question, each number with the records that it counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.coverage import gaps
from p2ptrack.analysis.facts import deadline_of
from p2ptrack.records.kinds import Tracked
from p2ptrack.records.parts import Blocker
from p2ptrack.reports.document import Fact
from p2ptrack.reports.numbers import counted
from p2ptrack.reports.queries.answer_words import (
    MOST_IDS,
    and_joined,
    cut,
    day,
    few,
    ids,
    ids_or,
    read,
    star,
    word,
)


def look_first(case: Case) -> tuple[Fact, ...]:
    """Return the lines, those that matter most first; most questions that nothing answers are left out."""
    return tuple(fact for question in _QUESTIONS for fact in question(case))


def _line(label: str, number: int | str, *told: str, bad: bool = False) -> Fact:
    first, *others = told or ("",)
    return Fact(label, number, (first,), "bad" if bad else "", tuple((line,) for line in others))


def _overdue(case: Case) -> Iterator[Fact]:
    late = case.having("overdue")
    if late:
        longest = max(late, key=lambda record: case.facts[record.id].days_overdue or 0)
        days = case.facts[longest.id].days_overdue or 0
        most = f"{longest.id} the longest, by" if len(late) > 1 else "by"
        yield _line(
            "Overdue", len(late), f"{ids_or(late, 'p2ptrack overdue')}; {most} {counted(days, 'day')}", bad=True
        )
        return
    aimed = sum(1 for record in case.having("unfinished") if deadline_of(record))
    told = f"of {counted(aimed, 'unfinished record')} with a target; none is past"
    yield _line("Overdue", 0, told if aimed else "no unfinished record has a target")


def _due_soon(case: Case) -> Iterator[Fact]:
    limit = case.policy.due_soon_days
    due = sorted(case.having("due_soon"), key=lambda record: case.facts[record.id].days_to_target or 0)
    days = [deadline_of(record) for record in due]
    if not due:
        yield _line(f"Due within {limit} days", 0)
        return
    when = (
        f"{'all ' * (len(due) > 1)}by {day(days[0])}"
        if days[0] == days[-1]
        else f"from {day(days[0])} to {day(days[-1])}"
    )
    yield _line(f"Due within {limit} days", len(due), f"{ids_or(due, f'p2ptrack overdue --within {limit}')}, {when}")


def _not_verified(case: Case) -> Iterator[Fact]:
    done = case.having("awaiting_verification")
    if done:
        yield _line("To be verified", len(done), f"{ids_or(done, 'p2ptrack list is:awaiting-verification')}, complete")


def _past_phase(case: Case) -> Iterator[Fact]:
    past = case.having("past_phase")
    if past:
        yield _line("Past their phase", len(past), ids_or(past, "p2ptrack list is:past-phase"), bad=True)


def _same_work(case: Case) -> Iterator[Fact]:
    groups = [g for g in (_unfinished(case, group) for group in case.links.groups) if len(g) > 1]
    if groups:
        yield _line("Same piece of work", sum(map(len, groups)), *few([_group(group) for group in groups]))


def _unfinished(case: Case, group: Sequence[str]) -> list[Tracked]:
    records = (case.register.by_id[id_] for id_ in group)
    return [r for r in records if isinstance(r, Tracked) and case.facts[r.id].unfinished]


def _group(group: Sequence[Tracked]) -> str:
    mark = star(any(read(record, "same_deliverable_as") for record in group))
    targets = {record.target.raw if record.target else "no target" for record in group}
    one = f"all {next(iter(targets))}" if len(targets) == 1 else f"with {len(targets)} different targets"
    return f"{ids(group)}{mark}: one deliverable, {one}"


def _waiting(case: Case) -> Iterator[Fact]:
    waiting = case.having("waiting")
    causes: dict[str, list[Tracked]] = {}
    for record in waiting:
        for blocker in record.blocked_by:
            causes.setdefault(_cause(case, record, blocker), []).append(record)
    if waiting:
        told = [f"{ids_or(records, 'p2ptrack list is:waiting')} {cause}" for cause, records in causes.items()]
        yield _line("Waiting for others", len(waiting), *few(told))


def _cause(case: Case, record: Tracked, blocker: Blocker) -> str:
    dependency = case.register.dependency(blocker.id)
    title = dependency.title if dependency else blocker.cause or blocker.id or ""
    return cut(title, 38) + star(read(record, "blocked_by"))


def _leaving(case: Case) -> Iterator[Fact]:
    going = [r for r in case.tracked() if r.status is not None and case.status(r) is not r.status]
    if going:
        yield _line("To leave the list", len(going), *few([_going(record) for record in going]))


def _going(record: Tracked) -> str:
    on = record.decided.on if record.decided else None
    by = f" by {and_joined(record.superseded_by)}" if record.superseded_by else ""
    mark = star(read(record, "status") or read(record, "superseded_by"))
    return f"{record.id} {word(record.status or '').lower()}{by} on {day(on.latest) if on else ''}{mark}"


def _no_target(case: Case) -> Iterator[Fact]:
    without, endless = case.having("no_target"), _endless(case)
    told = [ids_or(without, "p2ptrack list is:no-target")] if without else []
    told += [f"{' '.join(few([record.id for record in endless]))} ongoing, no review date"] if endless else []
    if told:
        yield _line("No target", len(without), "; ".join(told))


def _endless(case: Case) -> list[Tracked]:
    """Return what goes on without an end and without a day to look at it again."""
    aimed = [(record, record.target) for record in case.having("unfinished")]
    return [record for record, target in aimed if target and target.ongoing and deadline_of(record) is None]


def _no_owner(case: Case) -> Iterator[Fact]:
    without = case.having("no_owner")
    several = [record for record in case.tracked() if len(record.accountable) > 1]
    if without:
        every = len(without) == len(case.tracked())
        told = "no record names one" if every else ids_or(without, "p2ptrack list is:no-owner")
        yield _line("No owner", len(without), told)
    if several:
        told = ids_or(several, "p2ptrack list has:accountable")
        yield _line("Several owners", len(several), f"{told}: one of them must be accountable")


def _no_action(case: Case) -> Iterator[Fact]:
    found = gaps(case)
    if found:
        yield _line("Asked, no action", len(found), *few([cut(f"{gap.id} {gap.text}", 55) for gap in found]))


def _moved(case: Case) -> Iterator[Fact]:
    moved = [record for record in case.tracked() if case.facts[record.id].times_moved]
    yield _line("Target moved", len(moved), ids_or(moved, "p2ptrack list times_moved.over:0 --sort not.times_moved"))


def _no_update(case: Case) -> Iterator[Fact]:
    stale, unknown = case.having("no_recent_update"), case.unknown("no_recent_update")
    if not stale and not unknown:
        return
    told = ids_or(stale, "p2ptrack list is:no-recent-update")
    untold = f"not known of {len(unknown)}: undated updates" if unknown else ""
    yield _line("No recent update", len(stale), "; ".join(filter(None, (told, untold))))


def _unread(case: Case) -> Iterator[Fact]:
    broken = sorted(case.register.broken)
    if broken:
        told = " ".join(broken) if len(broken) <= MOST_IDS else "see"
        yield _line("Cannot be read", len(broken), f"{told}: p2ptrack check", bad=True)


_QUESTIONS = (
    _unread,
    _overdue,
    _due_soon,
    _past_phase,
    _same_work,
    _waiting,
    _leaving,
    _no_action,
    _not_verified,
    _no_target,
    _no_owner,
    _moved,
    _no_update,
)
