"""The command digest: reminders for responsible officers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from p2ptrack.cli.options import (
    AUDIENCES,
    AsOfOption,
    RegisterOptions,
    RootOption,
    complete_choices,
    option,
    require_choice,
)

if TYPE_CHECKING:
    from p2ptrack.analysis.case import Case
    from p2ptrack.queries.owners import OwnerItems


_FORMATS = ("text", "html", "eml", "ics")
_FORMAT_HELP = "text, html, eml (a draft e-mail) or ics (a calendar of target dates)."
_AUDIENCE_HELP = (
    "What the officers are shown: public, members or officers. With public nothing exempt leaves the register."
)
_OUTPUT_HELP = "The folder for the files (default: build/digest, and standard output for text); - for standard output."


def digest(
    *,
    post: Annotated[str, option("--for", "POST", "Only for this responsible officer.")] = "",
    format_: Annotated[str, option("--format", "FORMAT", _FORMAT_HELP, complete_choices(*_FORMATS))] = "text",
    audience: Annotated[str, option("--audience", "AUDIENCE", _AUDIENCE_HELP, complete_choices(*AUDIENCES))] = "public",
    output: Annotated[str, option("--output", "DIR", _OUTPUT_HELP)] = "",
    root: RootOption = None,
    as_of: AsOfOption = None,
) -> int:
    """Remind each responsible officer of their open items, the most urgent first. Nothing is sent."""
    from p2ptrack.cli.options import parse_audience, resolve_date
    from p2ptrack.cli.owner_files import choose_file_names, warn_about_unowned, write_files
    from p2ptrack.cli.register import find_register_folder, resolve_as_of, warn_about_limits
    from p2ptrack.cli.terminal import show_progress, write_output
    from p2ptrack.errors import UsageError
    from p2ptrack.pipeline import AnswerOptions, open_answer_case
    from p2ptrack.queries.owners import list_owners

    name = require_choice(format_, _FORMATS, "format")
    options = RegisterOptions(audience, root, as_of)
    folder = find_register_folder(options)
    answer_options = AnswerOptions(parse_audience(audience), resolve_date(None), has_provenance=True)
    case = open_answer_case(folder, resolve_as_of(options), answer_options)
    warn_about_limits(case)
    owners = _select_owners(list_owners(case), post)
    if not post:
        warn_about_unowned(case)
    to_output = output == "-" or (name == "text" and not output)
    if to_output and name != "text" and len(owners) != 1:
        raise UsageError(
            "Standard output takes one reminder. Name the officer after --for, or a folder after --output."
        )
    place = Path(output) if output else folder / "build" / "digest"
    names = choose_file_names([owner.post for owner in owners])
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
    return 0


def _select_owners(owners: tuple[OwnerItems, ...], post: str) -> tuple[OwnerItems, ...]:
    """Return the owners, or the one that was named. Raises `UsageError` where there is none of that name."""
    from p2ptrack.errors import UsageError
    from p2ptrack.phrases import did_you_mean, fold_text, quote

    if not post:
        return owners
    selected = tuple(owner for owner in owners if fold_text(owner.post) == fold_text(post))
    if not selected:
        nearest = did_you_mean(post, [owner.post for owner in owners])
        raise UsageError(f"{quote(post)} is not the responsible officer of an open item.{nearest}")
    return selected


def _write(case: Case, owner: OwnerItems, name: str, root: Path) -> bytes:
    from dataclasses import replace

    from p2ptrack.cli.owner_files import open_wording, write_page
    from p2ptrack.cli.terminal import terminal_style
    from p2ptrack.formats.email import write_email
    from p2ptrack.formats.export import write_calendar
    from p2ptrack.queries.export import build_export_of
    from p2ptrack.queries.owners import build_reminder

    if name == "ics":
        return write_calendar(build_export_of(case, owner.records))
    style = open_wording(root, case)
    page = build_reminder(case, owner, style.wording)
    if name == "text":
        return write_page(page, "text", replace(terminal_style(), wording=style.wording))
    html = write_page(page, "html", style)
    return html if name == "html" else write_email(page.title, write_page(page, "text", style).decode(), html.decode())
