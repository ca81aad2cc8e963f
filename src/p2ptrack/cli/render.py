"""render: papers, made from the register and written where they are wanted."""

from __future__ import annotations

from typing import Annotated

from typer import Argument, Option

from p2ptrack.analysis.audience import Audience
from p2ptrack.cli.options import AsOfOption, AtOption, RegisterOptions, RootOption, require_choice
from p2ptrack.formats import FORMATS

AUDIENCES = tuple(audience.value for audience in Audience)
PapersArgument = Annotated[list[str] | None, Argument(metavar="REPORT", help="Papers of the programme, or reports.")]
AllOption = Annotated[bool, Option("--all", help="Every paper of the programme.")]
FormatsOption = Annotated[
    list[str] | None,
    Option("--format", metavar="FORMAT", help=f"One of {', '.join(FORMATS)}; repeat it for more. Default: html."),
]
OutputOption = Annotated[str, Option("--output", metavar="PATH", help="A file, a folder, or - for standard output.")]
MeetingOption = Annotated[str, Option("--meeting", metavar="ID", help="For this meeting; else the first to come.")]
AudienceOption = Annotated[
    str,
    Option("--audience", metavar="AUDIENCE", help=f"One of {', '.join(AUDIENCES)}. Default: public, nothing exempt."),
]
AllowProblemsOption = Annotated[
    bool, Option("--allow-problems", help="Make papers although the register has errors, and say so in them.")
]
AttachDataOption = Annotated[
    bool, Option("--attach-data", help="Put the paper's data into its PDF, as an attached JSON file.")
]


def render(
    *,
    reports: PapersArgument = None,
    all_papers: AllOption = False,
    formats: FormatsOption = None,
    output: OutputOption = "",
    meeting: MeetingOption = "",
    audience: AudienceOption = "public",
    allow_problems: AllowProblemsOption = False,
    attach_data: AttachDataOption = False,
    root: RootOption = None,
    as_of: AsOfOption = None,
    at: AtOption = None,
) -> int:
    """Make papers."""
    from p2ptrack.cli.rendering import PaperOptions
    from p2ptrack.cli.rendering import render_papers as work

    format_names = dict.fromkeys(require_choice(name, tuple(FORMATS), "format") for name in formats or ["html"])
    paper_formats = tuple(FORMATS[name] for name in format_names)
    paper_audience = Audience(require_choice(audience, AUDIENCES, "audience"))
    options = PaperOptions(
        tuple(dict.fromkeys(reports or ())),
        all_papers,
        paper_formats,
        output,
        meeting,
        allow_problems,
        paper_audience,
        attach_data,
    )
    work(options, RegisterOptions(root, as_of, at))
    return 0
