"""The commands for papers: render, publish and verify."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from p2ptrack.cli.options import (
    AUDIENCES,
    AsOfOption,
    AtOption,
    RegisterOptions,
    RootOption,
    argument,
    complete_choices,
    complete_meetings,
    complete_papers,
    option,
    parse_audience,
    require_choice,
    switch,
)
from p2ptrack.formats import FORMATS
from p2ptrack.phrases import join_words, unique

PUBLISHED_FORMATS = ("html", "pdf", "docx")

_PAPERS_HELP = "Papers of the programme, or reports"
_FORMAT_HELP = f"Produce {join_words(tuple(FORMATS), 'or')}. Repeat it for more than one"
_AUDIENCE_HELP = f"Who the paper is for: {join_words(AUDIENCES, 'or')}. A public paper shows nothing exempt."
_complete_formats = complete_choices(*FORMATS)
_MEETING_HELP = "The meeting that the paper is for (default: the next one)."


def render(
    *,
    reports: Annotated[list[str] | None, argument("REPORT", f"{_PAPERS_HELP}.", complete_papers)] = None,
    all_papers: Annotated[bool, switch("--all", "Produce every paper of the programme.")] = False,
    formats: Annotated[
        list[str] | None, option("--format", "FORMAT", f"{_FORMAT_HELP} (default: html).", _complete_formats)
    ] = None,
    output: Annotated[str, option("--output", "PATH", "Write to a file or a folder, or - for standard output.")] = "",
    meeting: Annotated[str, option("--meeting", "ID", _MEETING_HELP, complete_meetings)] = "",
    audience: Annotated[str, option("--audience", "AUDIENCE", _AUDIENCE_HELP, complete_choices(*AUDIENCES))] = "public",
    allow_problems: Annotated[
        bool, switch("--allow-problems", "Produce papers although the register has errors. The papers say so.")
    ] = False,
    attach_data: Annotated[
        bool, switch("--attach-data", "Attach the data of the paper to its PDF as a JSON file.")
    ] = False,
    root: RootOption = None,
    as_of: AsOfOption = None,
    at: AtOption = None,
) -> int:
    """Produce a paper and save it as build/REPORT.FORMAT."""
    from p2ptrack.cli.render import PaperOptions, render_papers

    options = PaperOptions(
        reports=unique(reports or ()),
        all_papers=all_papers,
        formats=tuple(FORMATS[name] for name in _parse_formats(formats or ["html"])),
        output=output,
        meeting=meeting,
        allow_problems=allow_problems,
        audience=parse_audience(audience),
        attach_data=attach_data,
    )
    render_papers(options, RegisterOptions(root, as_of, at))
    return 0


MeetingArgument = Annotated[str, argument("MEETING", "The id of a meeting in data/programme.yaml.", complete_meetings)]


def publish(
    *,
    meeting: MeetingArgument,
    reports: Annotated[
        list[str] | None,
        argument("REPORT", f"{_PAPERS_HELP} (default: every paper for this meeting).", complete_papers),
    ] = None,
    formats: Annotated[
        list[str] | None,
        option(
            "--format",
            "FORMAT",
            f"{_FORMAT_HELP} (default: {join_words(PUBLISHED_FORMATS)}).",
            _complete_formats,
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
) -> int:
    """Publish the final papers for a meeting, and record a fingerprint of each in a git tag. Nothing is pushed."""
    from p2ptrack.cli.publish import PublishOptions, publish_papers

    options = PublishOptions(meeting, unique(reports or ()), _parse_formats(formats or PUBLISHED_FORMATS), output)
    publish_papers(options, RegisterOptions(root, as_of))
    return 0


def verify(*, meeting: MeetingArgument, root: RootOption = None) -> int:
    """Produce the papers of a published meeting again from its tag, and compare them with what was published."""
    from p2ptrack.cli.publish import verify_papers

    verify_papers(meeting, RegisterOptions(root, None))
    return 0


def _parse_formats(names: Iterable[str]) -> tuple[str, ...]:
    return unique(require_choice(name, tuple(FORMATS), "format") for name in names)
