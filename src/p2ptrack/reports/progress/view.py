"""What the committee's view is a view of: the records of the paper, and the meetings between which it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.coverage import Gap, gaps
from p2ptrack.analysis.facts import Facts, deadline_of
from p2ptrack.analysis.past.then import Then, then
from p2ptrack.records.fields import Status
from p2ptrack.records.kinds import Tracked
from p2ptrack.records.programme import Meeting
from p2ptrack.records.register import natural_key
from p2ptrack.reports.paper import Subject


@dataclass(frozen=True, slots=True)
class Known:
    """What the last meeting knew: a place on the line of the history, and the register there as its papers judged it.

    Papers that are published judge on a day of their own; others on the meeting's.
    """

    number: int
    then: Then


@dataclass(frozen=True, slots=True)
class View:
    """A paper's subject between two meetings.

    `last` is the meeting before the day of the case, and `known` the register that its papers were made from, where
    the history reaches it; `until` the day up to which a target is told as coming next, that of `coming` where a
    meeting is known.
    """

    about: Subject
    last: Meeting | None
    coming: Meeting | None
    until: date
    known: Known | None = None

    @property
    def case(self) -> Case:
        """Return the case."""
        return self.about.case

    @property
    def since(self) -> date | None:
        """Return the day that the last meeting's papers judged on, as far as it is known; None without one."""
        return self.known.then.case.as_of if self.known else self.last.date.latest if self.last else None

    @property
    def records(self) -> tuple[Tracked, ...]:
        """Return the actions and follow-ups that the paper tells of."""
        return self.about.tracked

    def facts(self, record: Tracked) -> Facts:
        """Return what follows from a record."""
        return self.case.facts[record.id]

    def withheld(self, record: Tracked, *fields: str) -> bool:
        """Whether one of these fields is kept from the paper's readers: then its absence is no gap."""
        return self.case.withheld.missing(record.id, *fields)

    def having(self, fact: str) -> tuple[Tracked, ...]:
        """Return the records that have a fact."""
        own = {record.id for record in self.records}
        return tuple(record for record in self.case.having(fact) if record.id in own)

    def in_status(self, *statuses: Status) -> tuple[Tracked, ...]:
        """Return the records that state one of these statuses, one decided for a later day included."""
        return tuple(record for record in self.records if record.status in statuses)

    def due(self) -> tuple[Tracked, ...]:
        """Return what falls due from the day of the case to `until`, the first to fall due first."""
        ahead = ((day, record) for record, day in aimed(self) if self.case.as_of <= day <= self.until)
        return tuple(record for _, record in sorted(ahead, key=lambda pair: (pair[0], natural_key(pair[1].id))))

    def gaps(self) -> tuple[Gap, ...]:
        """Return what the paper's recommendations ask for and no action answers."""
        own = {recommendation.id for recommendation in self.about.recommendations}
        return tuple(gap for gap in gaps(self.case) if gap.recommendation in own)

    def groups(self) -> tuple[tuple[Tracked, ...], ...]:
        """Return the records behind one deliverable, of each that more than one record of the paper asks for."""
        own = {record.id: record for record in self.records}
        found = (tuple(own[id_] for id_ in group if id_ in own) for group in self.case.links.groups)
        return tuple(group for group in found if len(group) > 1)


def view_of(about: Subject) -> View:
    """Return the view: from the last meeting before the day of the case to the one after this paper's.

    Without a meeting to come it looks as far ahead as the council's *due soon*.
    """
    case = about.case
    coming = _coming(case)
    day = coming.date.latest if coming else None
    # A clock that was wrong may have dated the last commit at the end of all days.
    soon = case.as_of + min(timedelta(days=case.policy.due_soon_days), date.max - case.as_of)
    last = _last(case)
    return View(about, last, coming, day or soon, _known(case, last))


def _known(case: Case, last: Meeting | None) -> Known | None:
    lines, day = case.timelines, last.date.latest if last else None
    if lines is None or last is None or day is None:
        return None
    sealed = lines.published.get(last.id)
    number = min(sealed or lines.on(day), len(lines.moments))
    if not number:
        return None
    judged = lines.judged.get(last.id, lines.moments[number - 1].day) if sealed else day
    return Known(number, then(lines, number, judged))


def _coming(case: Case) -> Meeting | None:
    """Return the first meeting after the one that the paper is for, else that one, as far as it is still to come."""
    own = case.meeting
    day = own.date.latest if own else None
    if own is None or day is None:
        return None
    later = [pair for pair in _dated(case) if pair[0] > max(day, case.as_of)]
    return min(later, key=_by_day)[1] if later else (own if day >= case.as_of else None)


def _last(case: Case) -> Meeting | None:
    own = case.meeting.date.latest if case.meeting else None
    before = [pair for pair in _dated(case) if pair[0] < min(own or case.as_of, case.as_of)]
    return max(before, key=_by_day)[1] if before else None


def _by_day(pair: tuple[date, Meeting]) -> tuple[date, str]:
    return pair[0], pair[1].id


def _dated(case: Case) -> tuple[tuple[date, Meeting], ...]:
    """Return the meetings of the paper's committee (of any, where the paper is for none), with their last day."""
    body = case.meeting.body if case.meeting else None
    meetings = (m for m in case.register.programme.meetings if body is None or m.body in (None, body))
    return tuple((meeting.date.latest, meeting) for meeting in meetings if meeting.date.latest)


def aimed(view: View) -> tuple[tuple[Tracked, date], ...]:
    """Return the unfinished records that have a day to keep, each with it: only these can be overdue."""
    days = ((record, deadline_of(record)) for record in view.having("unfinished"))
    return tuple((record, day) for record, day in days if day is not None)


def without(records: Iterable[Tracked], *others: Iterable[Tracked]) -> tuple[Tracked, ...]:
    """Return the records that are among none of the others."""
    told = {record.id for other in others for record in other}
    return tuple(record for record in records if record.id not in told)
