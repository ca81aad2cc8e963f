"""What of the timelines a paper's audience may see: enough to count who came and went, and no word of a record."""

from __future__ import annotations

from dataclasses import replace

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.exempt.withheld import Audience
from p2ptrack.records.timeline import Timeline, Timelines

_COUNTED = ("status", "verified", "decided", "completed_on")


def remembered(case: Case, timelines: Timelines) -> Case:
    """Return the case with the timelines that its audience may see.

    For the public a record that is withheld is in none of them, nor one that is gone and had something exempt; of
    the others nothing is kept but what it is counted by.
    """
    here = {id_.casefold() for id_ in case.register.by_id}
    kept = {key: told for key, one in timelines.records.items() if (told := _told(case, one, in_paper=key in here))}
    return replace(case, timelines=replace(timelines, records=kept, unread=()))


def _told(case: Case, timeline: Timeline, *, in_paper: bool) -> Timeline | None:
    gone = timeline.states[-1].values is None
    closed = any("exempt" in (state.values or {}) for state in timeline.states)
    if not in_paper and (not gone or (closed and case.audience is Audience.PUBLIC)):
        return None
    names = [name for name in _COUNTED if not case.withheld.missing(timeline.id, name)]
    fields = ("id", "source", *names)
    states = (
        replace(s, values=s.values and {name: s.values[name] for name in fields if name in s.values})
        for s in timeline.states
    )
    return replace(timeline, states=tuple(states))
