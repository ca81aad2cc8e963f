"""Which papers are meant, which report makes each, and which meeting it goes to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from p2ptrack.cli.usage import format_suggestion
from p2ptrack.diagnostics import quote_excerpt
from p2ptrack.errors import OperationError, UsageError
from p2ptrack.model.programme import Meeting
from p2ptrack.model.register import Register
from p2ptrack.reports import REPORTS
from p2ptrack.reports.context import PaperContext
from p2ptrack.reports.document import Document
from p2ptrack.reports.paper import add_error_notice


def select_papers(case: PaperContext, names: Iterable[str], *, all_papers: bool) -> tuple[str, ...]:
    """Return the papers that are meant: those named, or all of the programme (the built-in ones where it names none).

    Raises `UsageError` for a name that is none, with the nearest.
    """
    papers = tuple(case.register.programme.reports)
    if all_papers:
        return papers or tuple(REPORTS)
    known_names = tuple(dict.fromkeys((*papers, *REPORTS)))
    for name in names:
        if name not in known_names:
            raise UsageError(
                f"There is no paper “{name}”.{format_suggestion(name, known_names)} Papers: {', '.join(known_names)}."
            )
    return tuple(names)


def needs_history(case: PaperContext, names: Iterable[str]) -> bool:
    """Whether one of these papers tells more with the history of the register."""
    entries = case.register.programme.reports
    report_names = [(entries[name].report if name in entries else None) or name for name in names]
    return any(report in REPORTS and REPORTS[report].uses_history for report in report_names)


def build_paper(case: PaperContext, name: str, meeting: str) -> Document:
    """Return one paper. Raises `OperationError` when its entry names a report that is none."""
    entry = case.register.programme.reports.get(name)
    report = (entry.report if entry else None) or name
    if report not in REPORTS:
        raise OperationError(
            f"data/programme.yaml: the paper {name} is to be made by {quote_excerpt(report)}, which is no report."
            f"{format_suggestion(report, REPORTS)} Write one of {', '.join(REPORTS)}."
        )
    paper_meeting, default_meeting = choose_meeting(case, name, meeting), choose_meeting(case, name, "")
    document = add_error_notice(REPORTS[report].build(replace(case, report=name, meeting=paper_meeting)), case.problems)
    # The command that makes the paper again names a meeting that it would not choose by itself.
    provenance = (
        replace(document.provenance, meeting=paper_meeting.id)
        if document.provenance and paper_meeting and paper_meeting != default_meeting
        else document.provenance
    )
    return replace(document, provenance=provenance)


def choose_meeting(case: PaperContext, name: str, meeting_id: str) -> Meeting | None:
    """Return the meeting that a paper is for: the one named, else the first not before the day of the case.

    A paper that restates another organisation's source goes to no meeting of ours unless told so.
    """
    meetings = case.register.programme.meetings
    if not meeting_id:
        upcoming = [m for m in meetings if m.date.latest is not None and m.date.latest >= case.as_of]
        candidates = [meeting for meeting in upcoming if _is_paper_for(case, name, meeting)]
        return min(candidates, key=lambda meeting: (meeting.date.latest, meeting.id), default=None)
    return find_meeting(case.register, meeting_id)


def find_meeting(register: Register, meeting_id: str) -> Meeting:
    """Return the meeting of an id. Raises `UsageError` for one that is none, with the nearest."""
    existing = register.find_meeting(meeting_id)
    if existing is None:
        known_ids = [meeting.id for meeting in register.programme.meetings]
        meetings_text = f" Meetings: {', '.join(known_ids)}." if known_ids else " The programme names no meeting."
        raise UsageError(
            f"There is no meeting “{meeting_id}”.{format_suggestion(meeting_id, known_ids)}{meetings_text}"
        )
    return existing


def select_papers_for(case: PaperContext, meeting: Meeting, names: Iterable[str]) -> tuple[str, ...]:
    """Return the papers that are meant for a meeting: those named, else every one of the programme that goes to it.

    Raises `UsageError` when none does.
    """
    explicit = select_papers(case, names, all_papers=False)
    selected = explicit or tuple(
        name for name in select_papers(case, (), all_papers=True) if _is_paper_for(case, name, meeting)
    )
    if not selected:
        raise UsageError(f"No paper of the programme goes to {meeting.id}. Name the papers after it.")
    return selected


def _is_paper_for(case: PaperContext, name: str, meeting: Meeting) -> bool:
    entry = case.register.programme.reports.get(name)
    source = case.register.find_source(entry.source) if entry and entry.source else None
    if source is None:
        return True
    if source.body is not None:
        return meeting.body in (None, source.body)
    return source.organisation in (None, case.register.programme.organisation)
