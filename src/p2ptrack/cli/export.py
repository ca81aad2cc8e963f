"""The commands that write files for others: export and portfolio for programs, collect and digest for officers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from p2ptrack.cli.options import (
    AUDIENCES,
    AsOfOption,
    AtOption,
    FailOption,
    RegisterOptions,
    RootOption,
    argument,
    complete_choices,
    complete_fields,
    complete_meetings,
    option,
    require_choice,
)

if TYPE_CHECKING:
    from p2ptrack.analysis.case import Case


EXPORT_NAMES = ("csv", "json", "xlsx", "sqlite", "ics", "ocds")
_FORMAT_HELP = "csv (a folder of tables), json, xlsx, sqlite, ics (a calendar of target dates) or ocds (contracts)."
_AUDIENCE_HELP = "Who it is for: public, members or officers."
_FILTER_HELP = "Only records that match, as in list."
_OUTPUT_HELP = "The file, or the folder for csv (default: build/export); - for standard output."


def export(
    *,
    terms: Annotated[list[str] | None, argument("FILTER", _FILTER_HELP, complete_fields)] = None,
    format_: Annotated[str, option("--format", "FORMAT", _FORMAT_HELP, complete_choices(*EXPORT_NAMES))] = "csv",
    audience: Annotated[
        str, option("--audience", "AUDIENCE", _AUDIENCE_HELP, complete_choices("public", "members", "officers"))
    ] = "public",
    output: Annotated[str, option("--output", "PATH", _OUTPUT_HELP)] = "",
    post: Annotated[str, option("--for", "POST", "Only records of this responsible officer.")] = "",
    fail: FailOption = False,
    root: RootOption = None,
    as_of: AsOfOption = None,
    at: AtOption = None,
) -> int:
    """Write the register as tables for other programs. Without --audience nothing exempt is in them."""
    from p2ptrack.cli.options import parse_audience, resolve_date
    from p2ptrack.cli.register import (
        find_register_folder,
        has_unread,
        open_snapshot,
        resolve_position_date,
        warn_about_limits,
    )
    from p2ptrack.cli.terminal import show_progress, write_files, write_output
    from p2ptrack.errors import UsageError
    from p2ptrack.formats.export import EXPORT_FORMATS, write_package
    from p2ptrack.pipeline import AnswerOptions, open_answer_case
    from p2ptrack.queries.export import build_export

    name = require_choice(format_, EXPORT_NAMES, "format")
    if name == "csv" and output == "-":
        raise UsageError("csv is a folder of files. Name a folder after --output, or choose --format json.")
    if name == "ocds" and (audience != "public" or post):
        raise UsageError("ocds is a public export of contracts. Leave out --audience and --for.")
    options = RegisterOptions(root, as_of, at, audience)
    folder = find_register_folder(options)
    snapshot = open_snapshot(options, folder)
    answer_options = AnswerOptions(parse_audience(audience), resolve_date(None), has_provenance=True)
    case = open_answer_case(folder, resolve_position_date(options, snapshot), answer_options, snapshot)
    warn_about_limits(case, snapshot)
    if name == "ocds":
        _export_ocds(case, terms or [], output, folder)
        return int(fail and has_unread(case))
    filters = [*(terms or ()), *([f'accountable:"{post}"'] if post else ())]
    tables = build_export(case, filters)
    place = Path(output) if output else folder / "build" / ("export" if name == "csv" else f"register.{name}")
    with show_progress("Exporting"):
        files = (
            {place / file: data for file, data in write_package(tables).items()}
            if name == "csv"
            else {place: EXPORT_FORMATS[name](tables)}
        )
    if output == "-":
        write_output(files[place])
    else:
        write_files(files, folder)
    return int(fail and has_unread(case))


def _export_ocds(case: Case, terms: Sequence[str], output: str, folder: Path) -> None:
    """Write the contracts that match every filter as a release package."""
    from p2ptrack.cli.terminal import write_files, write_notice, write_output
    from p2ptrack.formats.ocds import count_without_reference, write_ocds
    from p2ptrack.phrases import pluralise
    from p2ptrack.queries.contracts import select_contracts

    views = select_contracts(case, terms)
    data = write_ocds(case, views)
    if omitted := count_without_reference(views):
        write_notice(f"Not exported: {pluralise(omitted, 'contract')} without a reference, which OCDS needs.")
    if output == "-":
        write_output(data)
        return
    write_files({Path(output) if output else folder / "build" / "ocds.json": data}, folder)


# Many registers for one database.

_ACTIONS = ("export",)
_SOURCE_HELP = "A register, a folder with registers in it, or the address of a git repository (https, ssh or file)."
_PORTFOLIO_HELP = "The folder for the files (default: portfolio; for members or officers, portfolio-AUDIENCE)."


def portfolio(
    *,
    action: Annotated[str, argument("ACTION", "What to do: export.", complete_choices(*_ACTIONS))],
    sources: Annotated[list[str], argument("SOURCE", _SOURCE_HELP)],
    output: Annotated[str, option("--output", "DIR", _PORTFOLIO_HELP)] = "",
    audience: Annotated[str, option("--audience", "AUDIENCE", _AUDIENCE_HELP, complete_choices(*AUDIENCES))] = "public",
    fail: FailOption = False,
    as_of: AsOfOption = None,
) -> int:
    """Write many registers as Parquet files, to ask questions of all of them.

    Without --audience nothing exempt is in them. A register that cannot be read does not stop the others. Files of
    other registers and of other dates stay as they are.
    """
    from p2ptrack.cli.options import parse_audience, resolve_date
    from p2ptrack.cli.portfolio_export import PortfolioExport

    require_choice(action, _ACTIONS, "action")
    folder = Path(output or ("portfolio" if audience == AUDIENCES[0] else f"portfolio-{audience}"))
    return PortfolioExport(folder, resolve_date(as_of), parse_audience(audience)).run(sources, fail=fail)


# Requests and reminders for responsible officers.

_SHOWN_HELP = (
    "What the officers are shown: public, members or officers. With public nothing exempt leaves the register."
)
_ShownOption = Annotated[str, option("--audience", "AUDIENCE", _SHOWN_HELP, complete_choices(*AUDIENCES))]
_MEETING_HELP = "The meeting that the updates are for."
_REQUESTS_HELP = "The folder for the files (default: build/collect and the meeting)."


def collect(
    *,
    meeting: Annotated[str, option("--for", "MEETING", _MEETING_HELP, complete_meetings)] = "",
    audience: _ShownOption = "public",
    output: Annotated[Path | None, option("--output", "DIR", _REQUESTS_HELP)] = None,
    root: RootOption = None,
    as_of: AsOfOption = None,
) -> int:
    """Ask each responsible officer for updates before a meeting: a workbook and a draft e-mail for each.

    Nothing is sent. Import the workbooks that come back with p2ptrack import.
    """
    from p2ptrack.cli.owner_files import write_requests

    write_requests(RegisterOptions(root, as_of, None, audience), meeting, output)
    return 0


REMINDER_FORMATS = ("text", "html", "eml", "ics")
_REMINDER_HELP = "text, html, eml (a draft e-mail) or ics (a calendar of target dates)."
_REMINDERS_HELP = (
    "The folder for the files (default: build/digest, and standard output for text); - for standard output."
)


def digest(
    *,
    post: Annotated[str, option("--for", "POST", "Only for this responsible officer.")] = "",
    format_: Annotated[str, option("--format", "FORMAT", _REMINDER_HELP, complete_choices(*REMINDER_FORMATS))] = "text",
    audience: _ShownOption = "public",
    output: Annotated[str, option("--output", "DIR", _REMINDERS_HELP)] = "",
    root: RootOption = None,
    as_of: AsOfOption = None,
) -> int:
    """Remind each responsible officer of their open items, the most urgent first. Nothing is sent."""
    from p2ptrack.cli.owner_files import write_reminders

    name = require_choice(format_, REMINDER_FORMATS, "format")
    write_reminders(RegisterOptions(root, as_of, None, audience), post, name, output)
    return 0
