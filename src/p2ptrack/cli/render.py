"""render: papers, made from the register and written where they are wanted."""

from __future__ import annotations

from typing import Annotated

from typer import Argument, Option

from p2ptrack.analysis.exempt.withheld import Audience
from p2ptrack.cli.options import AsOf, At, Reading, Root, one_of
from p2ptrack.formats import FORMATS

AUDIENCES = tuple(audience.value for audience in Audience)
Reports = Annotated[list[str] | None, Argument(metavar="REPORT", help="Papers of the programme, or reports.")]
All = Annotated[bool, Option("--all", help="Every paper of the programme.")]
Formats = Annotated[
    list[str] | None,
    Option("--format", metavar="FORMAT", help=f"One of {', '.join(FORMATS)}; repeat it for more. Default: html."),
]
Output = Annotated[str, Option("--output", metavar="PATH", help="A file, a folder, or - for standard output.")]
ForMeeting = Annotated[str, Option("--meeting", metavar="ID", help="For this meeting; else the first to come.")]
For = Annotated[
    str,
    Option("--audience", metavar="AUDIENCE", help=f"One of {', '.join(AUDIENCES)}. Default: public, nothing exempt."),
]
Allow = Annotated[
    bool, Option("--allow-problems", help="Make papers although the register has errors, and say so in them.")
]
Attach = Annotated[bool, Option("--attach-data", help="Put the paper's data into its PDF, as an attached JSON file.")]


def render(
    *,
    reports: Reports = None,
    every: All = False,
    formats: Formats = None,
    output: Output = "",
    meeting: ForMeeting = "",
    audience: For = "public",
    allow_problems: Allow = False,
    attach_data: Attach = False,
    root: Root = None,
    as_of: AsOf = None,
    at: At = None,
) -> int:
    """Make papers."""
    from p2ptrack.cli.rendering import Wanted
    from p2ptrack.cli.rendering import render as work

    names = dict.fromkeys(one_of(name, tuple(FORMATS), "format") for name in formats or ["html"])
    written = tuple(FORMATS[name] for name in names)
    reader = Audience(one_of(audience, AUDIENCES, "audience"))
    wanted = Wanted(
        tuple(dict.fromkeys(reports or ())), every, written, output, meeting, allow_problems, reader, attach_data
    )
    work(wanted, Reading(root, as_of, at))
    return 0
