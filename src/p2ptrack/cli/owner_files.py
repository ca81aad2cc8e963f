"""Requests (`collect`) and reminders (`digest`): a workbook, an e-mail, a page or a calendar for each officer."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from p2ptrack.analysis.case import Case
from p2ptrack.cli.options import RegisterOptions, parse_audience, resolve_date
from p2ptrack.cli.register import find_register_folder, resolve_as_of, warn_about_limits
from p2ptrack.cli.terminal import show_progress, terminal_style, write_files, write_notice, write_output
from p2ptrack.errors import OperationError, UsageError
from p2ptrack.formats import FORMATS
from p2ptrack.formats.email import Attachment, write_email
from p2ptrack.formats.export import make_slug, write_calendar
from p2ptrack.formats.own_workbook import RegisterIdentity, write_answer_workbook
from p2ptrack.model.programme import Meeting
from p2ptrack.phrases import did_you_mean, find_equal_ids, fold_text, join_ids, pluralise, quote
from p2ptrack.pipeline import AnswerOptions, open_answer_case
from p2ptrack.queries.export import build_export_of
from p2ptrack.queries.owners import (
    OwnerItems,
    UpdateRequest,
    build_reminder,
    build_request_page,
    build_requests,
    list_owners,
    list_unowned,
)
from p2ptrack.reports.document import Document, FormatOptions
from p2ptrack.store.templates import load_wording, template_folders

_MAX_NAME = 60
_WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def write_requests(options: RegisterOptions, meeting: str, output: Path | None) -> None:
    """Write a workbook and a draft e-mail for each responsible officer. `meeting` and `output` are as typed.

    Raises `UsageError` for an unknown meeting, and `OperationError` where nobody can be asked.
    """
    folder, case = _open_case(options)
    style = _open_wording(folder, case)
    requests = build_requests(case, _find_meeting(case, meeting), style.wording)
    _warn_about_unowned(case)
    _warn_about_past_day(case, requests)
    if not requests:
        raise OperationError(
            f"No open item has a responsible officer, so nobody can be asked. {_advise_to_name_owner(case)}"
        )
    programme, commit = case.register.programme, case.provenance.commit if case.provenance else ""
    identity = RegisterIdentity(programme.organisation or "", programme.title, commit, case.as_of, options.audience)
    place = output or folder / "build" / "collect" / requests[0].meeting.id
    names = _choose_file_names([request.post for request in requests])
    files = {}
    with show_progress("Writing workbooks", len(requests)) as advance:
        for request in requests:
            workbook = write_answer_workbook(request, identity)
            page = build_request_page(case, request, style.wording)
            attachment = Attachment(f"{names[request.post]}.xlsx", _WORKBOOK_TYPE, workbook)
            text, html = (_write_page(page, format_, style).decode() for format_ in ("text", "html"))
            files[place / attachment.name] = workbook
            files[place / f"{names[request.post]}.eml"] = write_email(request.title, text, html, [attachment])
            advance()
    write_files(files, folder)


def write_reminders(options: RegisterOptions, post: str, name: str, output: str) -> None:
    """Write or print a reminder in a format for each responsible officer, or for one post.

    Raises `UsageError` for a post without an open item, and for several files on standard output.
    """
    folder, case = _open_case(options)
    owners = _select_owners(list_owners(case), post)
    if not post:
        _warn_about_unowned(case)
    to_output = output == "-" or (name == "text" and not output)
    if to_output and name != "text" and len(owners) != 1:
        raise UsageError(
            "Standard output takes one reminder. Name the officer after --for, or a folder after --output."
        )
    place = Path(output) if output else folder / "build" / "digest"
    names = _choose_file_names([owner.post for owner in owners])
    files = {}
    with show_progress("Writing reminders", len(owners)) as advance:
        for owner in owners:
            files[place / f"{names[owner.post]}.{'txt' if name == 'text' else name}"] = _write(
                case, owner, name, folder
            )
            advance()
    if to_output:
        write_output(b"\n".join(files.values()), as_text=name == "text")
    else:
        write_files(files, folder)


def _open_case(options: RegisterOptions) -> tuple[Path, Case]:
    """Return the register's folder and its case as the officers may see it, with warnings of what that leaves out."""
    folder = find_register_folder(options)
    answer_options = AnswerOptions(parse_audience(options.audience), resolve_date(None), has_provenance=True)
    case = open_answer_case(folder, resolve_as_of(options), answer_options)
    warn_about_limits(case)
    return folder, case


def _choose_file_names(posts: Sequence[str]) -> dict[str, str]:
    """Return a file name without its ending for each post, all of them different."""
    names: dict[str, str] = {}
    for post in posts:
        slug = make_slug(post, "post")[:_MAX_NAME].rstrip("-")
        taken = set(names.values())
        number = next(number for number in range(1, len(posts) + 2) if _number(slug, number) not in taken)
        names[post] = _number(slug, number)
    return names


def _number(slug: str, number: int) -> str:
    return slug if number == 1 else f"{slug}-{number}"


def _open_wording(root: Path, case: Case) -> FormatOptions:
    """Return the format options of pages: the register's templates, and the wording in its language."""
    folders = template_folders(root)
    return FormatOptions(templates=folders, wording=load_wording(folders, case.register.programme.language or ""))


def _write_page(document: Document, format_: str, style: FormatOptions) -> bytes:
    """Return a document in a format."""
    return FORMATS[format_].write(document, style)


def _warn_about_unowned(case: Case) -> None:
    """Warn on standard error about the open items without a responsible officer, for which no file is made."""
    if unowned := list_unowned(case):
        count = pluralise(len(unowned), "open item has", "open items have")
        ids = join_ids([record.id for record in unowned])
        write_notice(f"{count} no responsible officer, so nobody gets {'it' if len(unowned) == 1 else 'them'}: {ids}.")


def _advise_to_name_owner(case: Case) -> str:
    records, roles = list_unowned(case), case.register.programme.roles
    if not records:
        return "Every item is finished."
    value = shlex.quote(f"accountable={roles[0] if roles else 'Head of Procurement'}")
    return f"Give one, for example: p2ptrack edit {records[0].id} --set {value}"


def _warn_about_past_day(case: Case, requests: Sequence[UpdateRequest]) -> None:
    """Warn on standard error that the day for answers has passed."""
    meeting = requests[0].meeting if requests else None
    last_day = (meeting.papers_due or meeting.date).latest if meeting else None
    if last_day and last_day < case.as_of:
        write_notice(f"The officers are asked to answer by {requests[0].due}, which has passed.")


def _find_meeting(case: Case, name: str) -> Meeting:
    meetings = {meeting.id: meeting for meeting in case.register.programme.meetings}
    if not name:
        coming = [id_ for id_, meeting in meetings.items() if meeting.date.latest and meeting.date.latest >= case.as_of]
        if not meetings:
            raise UsageError("There is no meeting in data/programme.yaml. Add it under `meetings:` first.")
        example = next(iter([*coming, *reversed(meetings)]))
        raise UsageError(f"Say which meeting, for example: p2ptrack collect --for {example}")
    ids = find_equal_ids(name, meetings)
    if len(ids) != 1:
        raise UsageError(f"There is no meeting {quote(name)} in data/programme.yaml.{did_you_mean(name, meetings)}")
    return meetings[ids[0]]


def _select_owners(owners: tuple[OwnerItems, ...], post: str) -> tuple[OwnerItems, ...]:
    """Return the owners, or the one that was named. Raises `UsageError` where there is none of that name."""
    if not post:
        return owners
    selected = tuple(owner for owner in owners if fold_text(owner.post) == fold_text(post))
    if not selected:
        nearest = did_you_mean(post, [owner.post for owner in owners])
        raise UsageError(f"{quote(post)} is not the responsible officer of an open item.{nearest}")
    return selected


def _write(case: Case, owner: OwnerItems, name: str, root: Path) -> bytes:
    if name == "ics":
        return write_calendar(build_export_of(case, owner.records))
    style = _open_wording(root, case)
    page = build_reminder(case, owner, style.wording)
    if name == "text":
        return _write_page(page, "text", replace(terminal_style(), wording=style.wording))
    html = _write_page(page, "html", style)
    return html if name == "html" else write_email(page.title, _write_page(page, "text", style).decode(), html.decode())
