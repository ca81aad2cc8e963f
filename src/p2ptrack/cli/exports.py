"""The tables of a register (`export`) or of many (`portfolio`), and files for each officer (`collect`, `digest`)."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.redaction import Audience
from p2ptrack.cli.check import iter_catalogue
from p2ptrack.cli.options import RegisterOptions, parse_audience, resolve_date
from p2ptrack.cli.register import (
    find_register_folder,
    has_unreadable,
    open_snapshot,
    resolve_as_of,
    resolve_position_date,
    warn_about_limits,
)
from p2ptrack.cli.terminal import print_text, show_progress, terminal_style, write_files, write_notice, write_output
from p2ptrack.diagnostics import escape_control_characters
from p2ptrack.errors import CheckFailed, CommandError, OperationError, UsageError, describe_os_error
from p2ptrack.formats import FORMATS
from p2ptrack.formats.editable_workbook import RegisterIdentity, write_answer_workbook
from p2ptrack.formats.export import (
    EXPORT_FORMATS,
    Attachment,
    make_register_key,
    make_slug,
    require_pyarrow,
    write_calendar,
    write_email,
    write_package,
    write_partition,
)
from p2ptrack.formats.ocds import count_without_reference, write_ocds
from p2ptrack.model.programme import Meeting
from p2ptrack.phrases import did_you_mean, find_equal_ids, fold_text, join_ids, pluralise, quote
from p2ptrack.pipeline import (
    AnswerOptions,
    ExportedRegister,
    open_answer_case,
    open_copied_register,
    open_exported_register,
)
from p2ptrack.queries.contracts import select_contracts
from p2ptrack.queries.export import add_findings, build_export, build_export_of
from p2ptrack.queries.owners import (
    OwnerItems,
    UpdateRequest,
    build_reminder,
    build_request_page,
    build_update_requests,
    list_owners,
    list_unowned,
)
from p2ptrack.reports.document import FormatOptions
from p2ptrack.store.folder import find_registers
from p2ptrack.store.git.repository import (
    copy_remote,
    fetch_history,
    hide_credentials,
    is_bare_repository,
    is_repository_address,
)
from p2ptrack.store.templates import load_wording, template_folders
from p2ptrack.store.writing import create_temporary_folder, is_folder, require_output_place, stage_files
from p2ptrack.values import dataclass


def export_register(options: RegisterOptions, name: str, filters: Sequence[str], output: str, *, fail: bool) -> int:
    """Write the records, or for `ocds` the contracts, that match every filter in a format, and return the exit code.

    `output` is as typed: a file, a folder for csv, or `-` for standard output.
    """
    folder = find_register_folder(options)
    snapshot = open_snapshot(options, folder)
    answer_options = AnswerOptions(parse_audience(options.audience), resolve_date(None), has_provenance=True)
    case = open_answer_case(folder, resolve_position_date(options, snapshot), answer_options, snapshot)
    warn_about_limits(case, snapshot)
    if name == "csv":
        place = Path(output) if output else folder / "build" / "export"
        with show_progress("Exporting"):
            files = {place / file: data for file, data in write_package(build_export(case, filters)).items()}
        write_files(files, folder)
    else:
        with show_progress("Exporting"):
            data = _write_ocds(case, filters) if name == "ocds" else EXPORT_FORMATS[name](build_export(case, filters))
        if output == "-":
            write_output(data)
        else:
            usual = "ocds.json" if name == "ocds" else f"register.{name}"
            write_files({Path(output) if output else folder / "build" / usual: data}, folder)
    return int(fail and has_unreadable(case))


def _write_ocds(case: Case, filters: Sequence[str]) -> bytes:
    """Return the contracts that match every filter as a release package."""
    views = select_contracts(case, filters)
    data = write_ocds(case, views)
    if omitted := count_without_reference(views):
        write_notice(f"Not exported: {pluralise(omitted, 'contract')} without a reference, which OCDS needs.")
    return data


# Requests and reminders: a workbook, an e-mail, a page or a calendar for each officer.

_MAX_NAME = 60
_WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def write_requests(options: RegisterOptions, meeting: str, output: Path | None) -> None:
    """Write a workbook and a draft e-mail for each responsible officer. `meeting` and `output` are as typed.

    Raises `UsageError` for an unknown meeting, and `OperationError` where nobody can be asked.
    """
    folder, case = _open_case(options)
    style = _open_wording(folder, case)
    requests = build_update_requests(case, _find_meeting(case, meeting), style.wording)
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
            text, html = (FORMATS[format_].write(page, style).decode() for format_ in ("text", "html"))
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
            files[place / f"{names[owner.post]}.{'txt' if name == 'text' else name}"] = _write_reminder(
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
        used_names = set(names.values())
        number = next(number for number in range(1, len(posts) + 2) if _number(slug, number) not in used_names)
        names[post] = _number(slug, number)
    return names


def _number(slug: str, number: int) -> str:
    return slug if number == 1 else f"{slug}-{number}"


def _open_wording(root: Path, case: Case) -> FormatOptions:
    """Return the format options of pages: the register's templates, and the wording in its language."""
    folders = template_folders(root)
    return FormatOptions(templates=folders, wording=load_wording(folders, case.register.programme.language or ""))


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


def _write_reminder(case: Case, owner: OwnerItems, name: str, root: Path) -> bytes:
    if name == "ics":
        return write_calendar(build_export_of(case, owner.records))
    style = _open_wording(root, case)
    page = build_reminder(case, owner, style.wording)
    if name == "text":
        return FORMATS["text"].write(page, replace(terminal_style(), wording=style.wording))
    html = FORMATS["html"].write(page, style)
    return (
        html if name == "html" else write_email(page.title, FORMATS["text"].write(page, style).decode(), html.decode())
    )


# Many registers.


@dataclass(frozen=True, slots=True)
class _Source:
    """A register that was found: its name for people, how to open it, and the folder it is in."""

    name: str
    open: Callable[[], ExportedRegister]
    root: Path | None = None


class PortfolioExport:
    """An export of many registers into a folder, for an audience as at a date."""

    def __init__(self, output: Path, as_of: date, audience: Audience) -> None:
        self._output = output
        self._as_of = as_of
        self._options = AnswerOptions(audience, resolve_date(None), has_provenance=True)
        self._titles = {entry.code: entry.title for entry in iter_catalogue()}
        self._names_by_key: dict[str, str] = {}
        self._folders: set[str] = set()
        self._refused_count = 0
        self._unreadable_count = 0

    def run(self, sources: Sequence[str], *, fail: bool) -> int:
        """Export every register of the sources and return the exit code: 1 if one was not exported.

        With `fail` it is also 1 if one was read only in part. Raises `OperationError` if none was exported.
        """
        require_pyarrow()
        with show_progress("Exporting") as advance:
            for text in dict.fromkeys(sources):
                for source in self._find(text):
                    self._export(source)
                    advance()
        if not self._names_by_key:
            raise OperationError("No register was exported.")
        count = pluralise(len(self._names_by_key), "register")
        refused = f" {self._refused_count} could not be exported." if self._refused_count else ""
        print_text(f"{count} exported as at {self._as_of.isoformat()} to {self._output}.{refused}")
        return CheckFailed.code if self._refused_count or (fail and self._unreadable_count) else 0

    def _find(self, text: str) -> Iterator[_Source]:
        folder = Path(text)
        if is_repository_address(text) and not folder.exists():
            yield from self._copy(text, hide_credentials(text))
            return
        if not is_folder(folder):
            self._refuse(text, "There is no folder of this name.")
            return
        count = 0
        for source in find_registers(folder, is_bare_repository):
            count += 1
            if isinstance(source, OSError):
                self._refuse(source.filename or text, f"This folder cannot be read: {describe_os_error(source)}.")
            elif (real_path := os.path.realpath(source)) not in self._folders:
                self._folders.add(real_path)
                if is_bare_repository(source):
                    yield from self._copy(Path(real_path).as_uri(), str(source))
                else:
                    yield _Source(
                        str(source), partial(open_exported_register, source, self._as_of, self._options), source
                    )
        if not count:
            self._refuse(text, "There is no register in this folder, or in a folder below it.")

    def _copy(self, address: str, name: str) -> Iterator[_Source]:
        with create_temporary_folder() as folder:
            try:
                repositories = copy_remote(address, folder)
            except CommandError as error:
                self._refuse(name, str(error))
                return
            for repository in repositories:
                fetch = partial(fetch_history, repository)
                open_register = partial(open_copied_register, repository, self._as_of, self._options, fetch)
                yield _Source(" ".join(filter(None, [name, repository.prefix])), open_register)

    def _export(self, source: _Source) -> None:
        """Write the files of a register, or report why it cannot be read. Raises `OperationError` for a full disk."""
        try:
            register = source.open()
            export = add_findings(build_export(register.case), register.problems, self._titles)
            key = make_register_key(export)
            if other := self._names_by_key.get(key):
                raise OperationError(
                    f"It has the same organisation and title as {other}. If it is another register, change its title."
                )
            files = {self._output / path: data for path, data in write_partition(export, key)}
        except CommandError as error:
            self._refuse(source.name, str(error))
            return
        for path in files:
            require_output_place(path, self._output)
            if source.root:
                require_output_place(path, source.root)
        with stage_files(files) as replace_files:
            replace_files()
        self._names_by_key[key] = source.name
        if has_unreadable(register.case):
            self._unreadable_count += 1
            advice = f" To see why: p2ptrack check --root {shlex.quote(str(source.root))}" if source.root else ""
            name = escape_control_characters(source.name)
            write_notice(f"{name}: exported without what could not be read, because of errors.{advice}")

    def _refuse(self, name: str, reason: str) -> None:
        self._refused_count += 1
        write_notice(f"{escape_control_characters(name)}: not exported. {reason}")
