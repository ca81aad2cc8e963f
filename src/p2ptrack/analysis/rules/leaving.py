"""H114 to H116: who closed and verified, what disappeared, and papers whose commit was taken out of the history."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from shlex import quote

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.past.closing import is_tracked, was_closed
from p2ptrack.analysis.past.events import Lens
from p2ptrack.analysis.past.then import written
from p2ptrack.analysis.rules.grouping import each_or_all
from p2ptrack.analysis.rules.printed import is_done, lens_of
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.analysis.rules.witness import by_whom, who
from p2ptrack.problem import Severity
from p2ptrack.records.kinds import Tracked
from p2ptrack.records.timeline import SHORT_COMMIT, State, Timeline, Timelines, Values


def _same_hand(case: Case) -> Iterator[Finding]:
    lens = lens_of(case)
    found = (finding for record in case.tracked() for finding in _by_one(case, record, lens))
    yield from each_or_all(found, "were closed and verified by the same author of commits")


def _by_one(case: Case, record: Tracked, lens: Lens) -> Iterator[Finding]:
    timeline = case.timelines.of(record.id) if case.timelines else None
    if timeline is None or record.verified is None or record.verified.by is None:
        return
    done, verified = _since(timeline, lambda values: is_done(lens, values)), _since(timeline, _is_verified)
    if done is None or verified is None or verified is timeline.states[0]:
        return  # what git saw verified at first was verified by nobody that it knows of
    closed = who(done, lambda values: is_done(lens, values))
    if closed.commit and closed.author == who(verified, _is_verified).author:
        both = f"the closing of {record.id} and its verification by {record.verified.by}"
        again = "nothing, where only the typing was theirs; else let somebody else verify it and commit that"
        fix = again if record.verified.method else "method: how it was verified, so that others can follow it"
        yield Finding(record.id, "verified.by", f"{closed.author} committed both {both}.", fix)


def _is_verified(values: Values) -> bool:
    said = values.get("verified")
    return isinstance(said, dict) and said.get("by") is not None


def _since(timeline: Timeline, holds: Callable[[Values], bool]) -> State | None:
    """Return the state from which something has held until now."""
    found: State | None = None
    for state in timeline.states:
        if state.values is None or not holds(state.values):
            found = None
        elif found is None:
            found = state
    return found


def _disappeared(case: Case) -> Iterator[Finding]:
    lines = case.timelines
    here = {id_.casefold() for id_ in case.register.broken} | {record.id.casefold() for record in case.tracked()}
    for key, timeline in lines.records.items() if lines else ():
        gone = timeline.states[-1]
        last = timeline.last_values(gone.moment.number)
        if lines and key not in here and gone.values is None and last and not was_closed(lines, last, gone.moment):
            if not _was_for_a_while(lines, timeline, last):
                yield _without(case, timeline, last)
        elif lines and key not in here and gone.values is not None:
            yield from _no_longer_tracked(lines, timeline)


def _was_for_a_while(lines: Timelines, timeline: Timeline, last: State) -> bool:
    """Whether it was another record under another id, which has its own again; and no paper had the other id."""
    number = timeline.states[-1].moment.number
    printed = any(state and state.values is not None for state in map(timeline.at, lines.published.values()))
    pairs = (pair for other in lines.records.values() for pair in pairwise(other.states))
    back = (now for was, now in pairs if now.moment.number == number and was.values is None)
    return not printed and any(_is_same(last, state) for state in back)


def _is_same(last: State, came: State) -> bool:
    """Whether a record that came stands in the file of one that went, or has its title."""
    return came.path == last.path or (came.values or {}).get("title") == (last.values or {}).get("title")


def _no_longer_tracked(lines: Timelines, timeline: Timeline) -> Iterator[Finding]:
    """Yield that an action or a follow-up became a recommendation, which nobody has to close."""
    pairs = [pair for pair in pairwise(timeline.states) if is_tracked(pair[0]) and not is_tracked(pair[1])]
    for last, other in pairs[-1:]:
        if other.values is not None and not was_closed(lines, last, other.moment):
            message = f"{timeline.id} was made a recommendation ({by_whom(other.moment)}) without being closed."
            yield Finding(timeline.id, "", message, f"an action or follow-up again, with another id, or {last.path}")


def _without(case: Case, timeline: Timeline, last: State) -> Finding:
    moment = who(timeline.states[-1], lambda values: not values)
    head = f"{timeline.id} disappeared ({by_whom(moment)})"
    elsewhere = _renamed(case, timeline, last)
    if elsewhere:
        message = f"{head}: what it said stands as {elsewhere} since. An id stays: papers and links name it."
        return Finding(timeline.id, "", message, f"id: {timeline.id}, in the file of {elsewhere}")
    source = f"--source={moment.commit[:SHORT_COMMIT]}~1 " if moment.commit else ""
    fix = f"the file again, with: git restore {source}-- {quote(last.path)}"
    if not is_tracked(last):
        return Finding(timeline.id, "", f"{head}, and a recommendation stays.", fix)
    status = written((last.values or {}).get("status")) or "not stated"
    message = f"{head} without being closed; its status was {status}."
    return Finding(timeline.id, "", message, f"{fix}; then close it, if it is done")


def _renamed(case: Case, timeline: Timeline, last: State) -> str:
    """Return the record that came as another went, in its file or with its title."""
    number = timeline.states[-1].moment.number
    for other in case.timelines.records.values() if case.timelines else ():
        first = other.states[0]
        came = first.moment.number == number and first.values is not None
        if came and _is_same(last, first):
            return other.id
    return ""


def _adrift(case: Case) -> Iterator[Finding]:
    moved = case.timelines.moved if case.timelines else {}
    for meeting, (sealed, named) in moved.items():
        tag = f"meeting/{meeting}"
        message = (
            f"The tag {tag} was sealed at the commit {sealed[:SHORT_COMMIT]}, and names {named[:SHORT_COMMIT]} now."
        )
        fix = f"the tag as it was: git fetch origin --force refs/tags/{tag}:refs/tags/{tag}; or ask who moved it"
        yield Finding("", "", message, fix)
    for meeting, commit in case.timelines.adrift.items() if case.timelines else ():
        if meeting in moved:
            continue
        message = (
            f"The papers of {meeting} were published at the commit {commit[:SHORT_COMMIT]}, "
            "which is no part of this branch's history."
        )
        fix = f"that commit again: git merge meeting/{meeting}; or ask who took it out of the history, and why"
        yield Finding("", "", message, fix)


RULES: tuple[Rule, ...] = (
    Rule(
        code="H114",
        severity=Severity.NOTE,
        title="Closed and verified by one hand",
        why="One officer often keeps the register; where it was not only the typing, nobody else has looked.",
        example="verified: {by: Chief Internal Auditor, on: 2023-01-12}",
        fix="How it was verified, under method.",
        find=_same_hand,
    ),
    Rule(
        code="H115",
        severity=Severity.ERROR,
        title="A record that disappeared",
        why="An item leaves the list by being closed, with a reason; a file that is deleted leaves none.",
        example="id: A01",
        fix="The file again, closed if it is done.",
        find=_disappeared,
    ),
    Rule(
        code="H116",
        severity=Severity.WARNING,
        title="Papers whose commit was taken out of the history, or whose tag was moved",
        why="What was published can then be changed without a trace: git no longer leads from those papers to today.",
        example="meetings: [{id: AC-2022-10-17, date: 2022-10-17}]   # the tag meeting/AC-2022-10-17 stands elsewhere",
        fix="The commit that the tag names, in this branch again.",
        find=_adrift,
    ),
)
