"""The commands that write files for others.

render, publish, verify and site make papers and pages; export and portfolio write tables for programs; collect and
digest write to officers.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from p2ptrack.cli.options import (
    AUDIENCES,
    FORMATS_HELP,
    PAPERS_HELP,
    AsOfOption,
    AtOption,
    FailOption,
    PaperOptions,
    RegisterOptions,
    RootOption,
    SiteOptions,
    argument,
    complete_choices,
    complete_fields,
    complete_meetings,
    complete_papers,
    option,
    parse_audience,
    parse_formats,
    require_choice,
    resolve_date,
)
from p2ptrack.errors import UsageError
from p2ptrack.formats import FORMATS
from p2ptrack.phrases import join_words, unique

PUBLISHED_FORMATS = ("html", "pdf", "docx")
PUBLISHED_AUDIENCES = ("public", "members")
_PUBLISHED_AUDIENCE_HELP = (
    "Whose papers get a fingerprint: public, or members for both copies (default: members if something is exempt). "
    "Only the public papers are saved."
)


def render(*, options: PaperOptions) -> int:
    """Produce a paper and save it as build/REPORT.FORMAT."""
    from p2ptrack.cli.render import render_papers

    render_papers(options)
    return 0


MeetingArgument = Annotated[str, argument("MEETING", "The id of a meeting in data/programme.yaml.", complete_meetings)]


def publish(
    *,
    meeting: MeetingArgument,
    reports: Annotated[
        list[str] | None,
        argument("REPORT", f"{PAPERS_HELP} (default: every paper for this meeting).", complete_papers),
    ] = None,
    formats: Annotated[
        list[str] | None,
        option(
            "--format",
            "FORMAT",
            f"{FORMATS_HELP} (default: {join_words(PUBLISHED_FORMATS)}).",
            complete_choices(*FORMATS),
        ),
    ] = None,
    output: Annotated[str, option("--output", "PATH", "The folder for the papers (default: build).")] = "",
    root: RootOption = None,
    as_of: Annotated[
        str | None,
        option(
            "--as-of",
            "DATE",
            "Calculate the position at this date "
            "(default: today, or the day the papers were due once that has passed).",
        ),
    ] = None,
    audience: Annotated[
        str, option("--audience", "AUDIENCE", _PUBLISHED_AUDIENCE_HELP, complete_choices(*PUBLISHED_AUDIENCES))
    ] = "",
) -> int:
    """Publish the final papers for a meeting, and record a fingerprint of each in a git tag. Nothing is pushed."""
    from p2ptrack.analysis.redaction import Audience
    from p2ptrack.cli.publish import PublishOptions, publish_papers

    published_audience = Audience(require_choice(audience, PUBLISHED_AUDIENCES, "audience")) if audience else None
    names, format_names = unique(reports or ()), parse_formats(formats or PUBLISHED_FORMATS)
    options = PublishOptions(meeting, names, format_names, output, published_audience)
    publish_papers(options, RegisterOptions(root, as_of))
    return 0


def verify(
    *,
    meeting: MeetingArgument,
    files: Annotated[
        list[Path] | None, argument("FILE", "Files of papers to compare with the published fingerprints.")
    ] = None,
    root: RootOption = None,
) -> int:
    """Compare files of papers with what was published for a meeting, and produce its papers again from its tag."""
    from p2ptrack.cli.publish import verify_papers

    verify_papers(meeting, tuple(files or ()), RegisterOptions(root))
    return 0


def site(*, options: SiteOptions) -> int:
    """Make the public register as web pages in a folder, for a web server or a file share."""
    from p2ptrack.cli.site_files import write_site

    write_site(options)
    return 0


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
    from p2ptrack.cli.exports import export_register

    name = require_choice(format_, EXPORT_NAMES, "format")
    if name == "csv" and output == "-":
        raise UsageError("csv is a folder of files. Name a folder after --output, or choose --format json.")
    if name == "ocds" and (audience != "public" or post):
        raise UsageError("ocds is a public export of contracts. Leave out --audience and --for.")
    filters = [*(terms or ()), *([f'accountable:"{post}"'] if post else ())]
    return export_register(RegisterOptions(root, as_of, at, audience), name, filters, output, fail=fail)


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
    from p2ptrack.cli.exports import PortfolioExport

    require_choice(action, _ACTIONS, "action")
    folder = Path(output or ("portfolio" if audience == AUDIENCES[0] else f"portfolio-{audience}"))
    return PortfolioExport(folder, resolve_date(as_of), parse_audience(audience)).run(sources, fail=fail)


# Requests and reminders for responsible officers.

_SHOW_HELP = "What the officers are shown: public, members or officers. With public nothing exempt leaves the register."
_ShowOption = Annotated[str, option("--audience", "AUDIENCE", _SHOW_HELP, complete_choices(*AUDIENCES))]
_MEETING_HELP = "The meeting that the updates are for."
_REQUESTS_HELP = "The folder for the files (default: build/collect and the meeting)."


def collect(
    *,
    meeting: Annotated[str, option("--for", "MEETING", _MEETING_HELP, complete_meetings)] = "",
    audience: _ShowOption = "public",
    output: Annotated[Path | None, option("--output", "DIR", _REQUESTS_HELP)] = None,
    root: RootOption = None,
    as_of: AsOfOption = None,
) -> int:
    """Ask each responsible officer for updates before a meeting: a workbook and a draft e-mail for each.

    Nothing is sent. Import the workbooks that come back with p2ptrack import.
    """
    from p2ptrack.cli.exports import write_requests

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
    audience: _ShowOption = "public",
    output: Annotated[str, option("--output", "DIR", _REMINDERS_HELP)] = "",
    root: RootOption = None,
    as_of: AsOfOption = None,
) -> int:
    """Remind each responsible officer of their open items, the most urgent first. Nothing is sent."""
    from p2ptrack.cli.exports import write_reminders

    name = require_choice(format_, REMINDER_FORMATS, "format")
    write_reminders(RegisterOptions(root, as_of, None, audience), post, name, output)
    return 0
