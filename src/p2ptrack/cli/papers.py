"""The commands for papers and pages: render, publish, verify and site."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
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
PUBLISHED_AUDIENCES = ("public", "members")
_SEALED_HELP = (
    "Whose papers get a fingerprint: public, or members for both copies (default: members if something is exempt). "
    "Only the public papers are saved."
)
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
    allow_slow: Annotated[
        bool, switch("--allow-slow", "Let the templates of the register take as much time and memory as they need.")
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
        allow_slow=allow_slow,
    )
    render_papers(options, RegisterOptions(root=root, as_of=as_of, at=at))
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
    audience: Annotated[
        str, option("--audience", "AUDIENCE", _SEALED_HELP, complete_choices(*PUBLISHED_AUDIENCES))
    ] = "",
) -> int:
    """Publish the final papers for a meeting, and record a fingerprint of each in a git tag. Nothing is pushed."""
    from p2ptrack.analysis.redaction import Audience
    from p2ptrack.cli.publish import PublishOptions, publish_papers

    sealed = Audience(require_choice(audience, PUBLISHED_AUDIENCES, "audience")) if audience else None
    names, format_names = unique(reports or ()), _parse_formats(formats or PUBLISHED_FORMATS)
    options = PublishOptions(meeting, names, format_names, output, sealed)
    publish_papers(options, RegisterOptions(root=root, as_of=as_of))
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

    verify_papers(meeting, tuple(files or ()), RegisterOptions(root=root))
    return 0


def _parse_formats(names: Iterable[str]) -> tuple[str, ...]:
    return unique(require_choice(name, tuple(FORMATS), "format") for name in names)


_FOLDER_HELP = "The folder for the site (default: build/site)."
_SITE_PAPERS_HELP = "The folder with the published papers to copy into the site (default: build)."


def site(
    *,
    folder: Annotated[Path | None, argument("DIR", _FOLDER_HELP)] = None,
    papers: Annotated[Path | None, option("--papers", "DIR", _SITE_PAPERS_HELP)] = None,
    force: Annotated[
        bool,
        switch("--force", "Replace a site that was changed after it was made, or that belongs to another register."),
    ] = False,
    allow_problems: Annotated[
        bool, switch("--allow-problems", "Make the site although the register has errors. The first page says so.")
    ] = False,
    root: RootOption = None,
    as_of: AsOfOption = None,
    at: AtOption = None,
) -> int:
    """Make the public register as web pages in a folder, for a web server or a file share."""
    from p2ptrack.cli.site_files import SiteOptions, write_site

    write_site(SiteOptions(folder, papers, force, allow_problems), RegisterOptions(root=root, as_of=as_of, at=at))
    return 0
