"""The command collect: a workbook and a draft e-mail for each responsible officer, to ask for updates."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from p2ptrack.cli.options import (
    AUDIENCES,
    AsOfOption,
    RegisterOptions,
    RootOption,
    complete_choices,
    complete_meetings,
    option,
)

if TYPE_CHECKING:
    from p2ptrack.analysis.case import Case
    from p2ptrack.model.programme import Meeting
    from p2ptrack.queries.owners import UpdateRequest


_MEETING_HELP = "The meeting that the updates are for."
_AUDIENCE_HELP = (
    "What the officers are shown: public, members or officers. With public nothing exempt leaves the register."
)
_OUTPUT_HELP = "The folder for the files (default: build/collect and the meeting)."
_WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def collect(
    *,
    meeting: Annotated[str, option("--for", "MEETING", _MEETING_HELP, complete_meetings)] = "",
    audience: Annotated[str, option("--audience", "AUDIENCE", _AUDIENCE_HELP, complete_choices(*AUDIENCES))] = "public",
    output: Annotated[Path | None, option("--output", "DIR", _OUTPUT_HELP)] = None,
    root: RootOption = None,
    as_of: AsOfOption = None,
) -> int:
    """Ask each responsible officer for updates before a meeting: a workbook and a draft e-mail for each.

    Nothing is sent. Import the workbooks that come back with p2ptrack import.
    """
    from p2ptrack.cli.options import parse_audience, resolve_date
    from p2ptrack.cli.owner_files import choose_file_names, open_wording, warn_about_unowned, write_files, write_page
    from p2ptrack.cli.register import find_register_folder, resolve_as_of, warn_about_limits
    from p2ptrack.cli.terminal import show_progress
    from p2ptrack.errors import OperationError
    from p2ptrack.formats.answer_workbook import write_answer_workbook
    from p2ptrack.formats.email import Attachment, write_email
    from p2ptrack.formats.own_workbook import RegisterIdentity
    from p2ptrack.pipeline import AnswerOptions, open_answer_case
    from p2ptrack.queries.owners import build_request_page, build_requests

    options = RegisterOptions(audience, root, as_of)
    folder = find_register_folder(options)
    answer_options = AnswerOptions(parse_audience(audience), resolve_date(None), has_provenance=True)
    case = open_answer_case(folder, resolve_as_of(options), answer_options)
    warn_about_limits(case)
    style = open_wording(folder, case)
    requests = build_requests(case, _find_meeting(case, meeting), style.wording)
    warn_about_unowned(case)
    _warn_about_past_day(case, requests)
    if not requests:
        raise OperationError(
            "No open item has a responsible officer, so nobody can be asked. "
            "Give one, for example: p2ptrack edit A01 --set 'accountable=Head of Procurement'"
        )
    programme, commit = case.register.programme, case.provenance.commit if case.provenance else ""
    identity = RegisterIdentity(programme.organisation or "", programme.title, commit, case.as_of, audience)
    place = output or folder / "build" / "collect" / requests[0].meeting.id
    names = choose_file_names([request.post for request in requests])
    files = {}
    with show_progress("Writing workbooks", len(requests)) as advance:
        for request in requests:
            workbook = write_answer_workbook(request, identity)
            page = build_request_page(case, request, style.wording)
            attachment = Attachment(f"{names[request.post]}.xlsx", _WORKBOOK_TYPE, workbook)
            text, html = (write_page(page, format_, style).decode() for format_ in ("text", "html"))
            files[place / attachment.name] = workbook
            files[place / f"{names[request.post]}.eml"] = write_email(request.title, text, html, [attachment])
            advance()
    write_files(files, folder)
    return 0


def _warn_about_past_day(case: Case, requests: Sequence[UpdateRequest]) -> None:
    """Warn on standard error that the day for answers has passed."""
    from p2ptrack.cli.terminal import write_notice

    meeting = requests[0].meeting if requests else None
    last_day = (meeting.papers_due or meeting.date).latest if meeting else None
    if last_day and last_day < case.as_of:
        write_notice(f"The officers are asked to answer by {requests[0].due}, which has passed.")


def _find_meeting(case: Case, name: str) -> Meeting:
    from p2ptrack.errors import UsageError
    from p2ptrack.phrases import did_you_mean, find_equal_ids, quote

    meetings = {meeting.id: meeting for meeting in case.register.programme.meetings}
    if not name:
        coming = [id_ for id_, meeting in meetings.items() if meeting.date.latest and meeting.date.latest >= case.as_of]
        example = next(iter([*coming, *reversed(meetings)]), "AC-2023-03")
        raise UsageError(f"Say which meeting, for example: p2ptrack collect --for {example}")
    ids = find_equal_ids(name, meetings)
    if len(ids) != 1:
        raise UsageError(f"There is no meeting {quote(name)} in data/programme.yaml.{did_you_mean(name, meetings)}")
    return meetings[ids[0]]
