"""Which papers are meant, which report makes each, and which meeting it goes to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from p2ptrack.analysis.case import Case
from p2ptrack.cli.usage import nearest
from p2ptrack.errors import CannotGoOn, WrongUsage
from p2ptrack.problem import shown
from p2ptrack.records.programme import Meeting
from p2ptrack.records.register import Register
from p2ptrack.reports import REPORTS
from p2ptrack.reports.document import Document
from p2ptrack.reports.with_problems import with_problems


def chosen(case: Case, names: Iterable[str], *, every: bool) -> tuple[str, ...]:
    """Return the papers that are meant: those named, or all of the programme (the built-in ones where it names none).

    Raises `WrongUsage` for a name that is none, with the nearest.
    """
    papers = tuple(case.register.programme.reports)
    if every:
        return papers or tuple(REPORTS)
    known = tuple(dict.fromkeys((*papers, *REPORTS)))
    for name in names:
        if name not in known:
            raise WrongUsage(f"There is no paper “{name}”.{nearest(name, known)} Papers: {', '.join(known)}.")
    return tuple(names)


def remembers(case: Case, names: Iterable[str]) -> bool:
    """Whether one of these papers tells more with the history of the register."""
    entries = case.register.programme.reports
    made = [(entries[name].report if name in entries else None) or name for name in names]
    return any(report in REPORTS and REPORTS[report].remembers for report in made)


def build(case: Case, name: str, meeting: str) -> Document:
    """Return one paper. Raises `CannotGoOn` when its entry names a report that is none."""
    entry = case.register.programme.reports.get(name)
    report = (entry.report if entry else None) or name
    if report not in REPORTS:
        raise CannotGoOn(
            f"data/programme.yaml: the paper {name} is to be made by {shown(report)}, which is no report."
            f"{nearest(report, REPORTS)} Write one of {', '.join(REPORTS)}."
        )
    sits, first = meeting_for(case, name, meeting), meeting_for(case, name, "")
    made = with_problems(REPORTS[report].build(replace(case, report=name, meeting=sits)), case.problems)
    # The command that makes the paper again names a meeting that it would not choose by itself.
    asked = replace(made.provenance, meeting=sits.id) if made.provenance and sits and sits != first else made.provenance
    return replace(made, provenance=asked)


def meeting_for(case: Case, name: str, wanted: str) -> Meeting | None:
    """Return the meeting that a paper is for: the one named, else the first not before the day of the case.

    A paper that restates another organisation's source goes to no meeting of ours unless told so.
    """
    meetings = case.register.programme.meetings
    if not wanted:
        coming = [m for m in meetings if m.date.latest is not None and m.date.latest >= case.as_of]
        ours = [meeting for meeting in coming if _is_for(case, name, meeting)]
        return min(ours, key=lambda meeting: (meeting.date.latest, meeting.id), default=None)
    return known_meeting(case.register, wanted)


def known_meeting(register: Register, wanted: str) -> Meeting:
    """Return the meeting of an id. Raises `WrongUsage` for one that is none, with the nearest."""
    found = register.meeting(wanted)
    if found is None:
        known = [meeting.id for meeting in register.programme.meetings]
        listed = f" Meetings: {', '.join(known)}." if known else " The programme names no meeting."
        raise WrongUsage(f"There is no meeting “{wanted}”.{nearest(wanted, known)}{listed}")
    return found


def papers_for(case: Case, meeting: Meeting, names: Iterable[str]) -> tuple[str, ...]:
    """Return the papers that are meant for a meeting: those named, else every one of the programme that goes to it.

    Raises `WrongUsage` when none does.
    """
    named = chosen(case, names, every=False)
    found = named or tuple(name for name in chosen(case, (), every=True) if _is_for(case, name, meeting))
    if not found:
        raise WrongUsage(f"No paper of the programme goes to {meeting.id}. Name the papers after it.")
    return found


def _is_for(case: Case, name: str, meeting: Meeting) -> bool:
    entry = case.register.programme.reports.get(name)
    source = case.register.source(entry.source) if entry and entry.source else None
    if source is None:
        return True
    if source.body is not None:
        return meeting.body in (None, source.body)
    return source.organisation in (None, case.register.programme.organisation)
