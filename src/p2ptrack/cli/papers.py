"""The commands for papers and pages: render, publish, verify and site."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from p2ptrack.cli.options import (
    FORMATS_HELP,
    PAPERS_HELP,
    PaperOptions,
    RegisterOptions,
    RootOption,
    SiteOptions,
    argument,
    complete_choices,
    complete_meetings,
    complete_papers,
    option,
    parse_formats,
    require_choice,
)
from p2ptrack.formats import FORMATS
from p2ptrack.phrases import join_words, unique

PUBLISHED_FORMATS = ("html", "pdf", "docx")

PUBLISHED_AUDIENCES = ("public", "members")
_SEALED_HELP = (
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
        str, option("--audience", "AUDIENCE", _SEALED_HELP, complete_choices(*PUBLISHED_AUDIENCES))
    ] = "",
) -> int:
    """Publish the final papers for a meeting, and record a fingerprint of each in a git tag. Nothing is pushed."""
    from p2ptrack.analysis.redaction import Audience
    from p2ptrack.cli.publish import PublishOptions, publish_papers

    sealed = Audience(require_choice(audience, PUBLISHED_AUDIENCES, "audience")) if audience else None
    names, format_names = unique(reports or ()), parse_formats(formats or PUBLISHED_FORMATS)
    options = PublishOptions(meeting, names, format_names, output, sealed)
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
