"""publish and verify: a meeting's papers are sealed, and made again to compare."""

from __future__ import annotations

from typing import Annotated

from typer import Argument, Option

from p2ptrack.cli.options import RegisterOptions, RootOption, require_choice
from p2ptrack.formats import FORMATS

DEFAULT_FORMATS = ("html", "pdf", "docx")
MeetingArgument = Annotated[
    str, Argument(metavar="MEETING", help="The id of a meeting of the programme.", show_default=False)
]
PapersArgument = Annotated[
    list[str] | None,
    Argument(metavar="REPORT", help="Papers of the programme, or reports; else all that go to this meeting."),
]
FormatsOption = Annotated[
    list[str] | None,
    Option(
        "--format",
        metavar="FORMAT",
        help=f"One of {', '.join(FORMATS)}; repeat it. Default: {', '.join(DEFAULT_FORMATS)}.",
    ),
]
PapersDateOption = Annotated[
    str | None, Option("--as-of", metavar="DATE", help="The day that the papers judge on; else the meeting's.")
]
OutputOption = Annotated[str, Option("--output", metavar="PATH", help="The folder for the papers; else build.")]


def publish(
    *,
    meeting: MeetingArgument,
    reports: PapersArgument = None,
    formats: FormatsOption = None,
    output: OutputOption = "",
    root: RootOption = None,
    as_of: PapersDateOption = None,
) -> int:
    """Seal the papers of a meeting."""
    from p2ptrack.cli.publishing import PublishOptions
    from p2ptrack.cli.publishing import publish_papers as work

    format_names = tuple(
        dict.fromkeys(require_choice(name, tuple(FORMATS), "format") for name in formats or DEFAULT_FORMATS)
    )
    work(
        PublishOptions(meeting, tuple(dict.fromkeys(reports or ())), format_names, output), RegisterOptions(root, as_of)
    )
    return 0


def verify(*, meeting: MeetingArgument, root: RootOption = None) -> int:
    """Make the papers of a published meeting again, and compare."""
    from p2ptrack.cli.verifying import verify_papers as work

    work(meeting, RegisterOptions(root, None))
    return 0
