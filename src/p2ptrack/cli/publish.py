"""publish and verify: a meeting's papers are sealed, and made again to compare."""

from __future__ import annotations

from typing import Annotated

from typer import Argument, Option

from p2ptrack.cli.options import Reading, Root, one_of
from p2ptrack.formats import FORMATS

DEFAULT = ("html", "pdf", "docx")
Meeting = Annotated[str, Argument(metavar="MEETING", help="The id of a meeting of the programme.", show_default=False)]
Reports = Annotated[
    list[str] | None,
    Argument(metavar="REPORT", help="Papers of the programme, or reports; else all that go to this meeting."),
]
Formats = Annotated[
    list[str] | None,
    Option(
        "--format", metavar="FORMAT", help=f"One of {', '.join(FORMATS)}; repeat it. Default: {', '.join(DEFAULT)}."
    ),
]
PapersDay = Annotated[
    str | None, Option("--as-of", metavar="DATE", help="The day that the papers judge on; else the meeting's.")
]
Output = Annotated[str, Option("--output", metavar="PATH", help="The folder for the papers; else build.")]


def publish(
    *,
    meeting: Meeting,
    reports: Reports = None,
    formats: Formats = None,
    output: Output = "",
    root: Root = None,
    as_of: PapersDay = None,
) -> int:
    """Seal the papers of a meeting."""
    from p2ptrack.cli.publishing import Wanted
    from p2ptrack.cli.publishing import publish as work

    names = tuple(dict.fromkeys(one_of(name, tuple(FORMATS), "format") for name in formats or DEFAULT))
    work(Wanted(meeting, tuple(dict.fromkeys(reports or ())), names, output), Reading(root, as_of))
    return 0


def verify(*, meeting: Meeting, root: Root = None) -> int:
    """Make the papers of a published meeting again, and compare."""
    from p2ptrack.cli.verifying import verify as work

    work(meeting, Reading(root, None))
    return 0
