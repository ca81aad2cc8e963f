"""render: papers, made from the register and written where they are wanted."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from p2ptrack.analysis.case import Case
from p2ptrack.cli.opened import Reading, tell_limits
from p2ptrack.cli.options import AsOf, Root, one_of
from p2ptrack.cli.papers import build, chosen
from p2ptrack.cli.screen import look, put
from p2ptrack.cli.writing import save
from p2ptrack.errors import Refused, WrongUsage
from p2ptrack.formats import FORMATS, Format, Look
from p2ptrack.pipeline import check, open_paper_case
from p2ptrack.problem import Severity, count
from p2ptrack.reports.queries.telling import counted
from p2ptrack.store.templates import template_folders

Reports = Annotated[list[str] | None, Argument(metavar="[REPORT]...", help="Papers of the programme, or reports.")]
All = Annotated[bool, Option("--all", help="Every paper of the programme.")]
Formats = Annotated[
    list[str] | None,
    Option("--format", metavar="FORMAT", help=f"One of {', '.join(FORMATS)}; repeat it for more. Default: html."),
]
Output = Annotated[str, Option("--output", metavar="PATH", help="A file, a folder, or - for standard output.")]
ForMeeting = Annotated[str, Option("--meeting", metavar="ID", help="For this meeting; else the first to come.")]
Allow = Annotated[
    bool, Option("--allow-problems", help="Make papers although the register has errors, and say so in them.")
]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for: papers, formats, where to, for which meeting."""

    reports: tuple[str, ...]
    every: bool
    formats: tuple[Format, ...]
    output: str
    meeting: str
    allow_problems: bool


def render(
    *,
    reports: Reports = None,
    every: All = False,
    formats: Formats = None,
    output: Output = "",
    meeting: ForMeeting = "",
    allow_problems: Allow = False,
    root: Root = None,
    as_of: AsOf = None,
) -> int:
    """Make papers."""
    names = dict.fromkeys(one_of(name, tuple(FORMATS), "format") for name in formats or ["html"])
    written = tuple(FORMATS[name] for name in names)
    wanted = Wanted(tuple(dict.fromkeys(reports or ())), every, written, output, meeting, allow_problems)
    _make(wanted, Reading(root, as_of))
    return 0


def _make(wanted: Wanted, reading: Reading) -> None:
    if wanted.every == bool(wanted.reports):
        raise WrongUsage("Name the papers to make, or write --all. See: p2ptrack render --help")
    case = _case(wanted, reading)
    names = chosen(case, wanted.reports, every=wanted.every)
    several = len(names) * len(wanted.formats) > 1
    if several and wanted.output == "-":
        raise WrongUsage("Standard output takes one paper in one format. Name a folder after --output instead.")
    style = replace(look(), templates=template_folders(reading.folder()), words=case.words, colour=False)
    documents = {name: build(case, name, wanted.meeting) for name in names}
    for name, document in documents.items():
        for format_ in wanted.formats:
            data = format_.write(document, style if wanted.output == "-" else replace(style, width=Look().width))
            _deliver(data, _place(reading.folder(), wanted.output, f"{name}.{format_.name}", several=several), format_)


def _case(wanted: Wanted, reading: Reading) -> Case:
    """Return the case for papers. Raises `Refused` when the register has errors and that was not allowed."""
    folder, day = reading.folder(), reading.day()
    case = open_paper_case(folder, day)
    tell_limits(case)
    problems = check(folder, day).problems
    errors = count(problems, Severity.ERROR)
    if errors and not wanted.allow_problems:
        raise Refused(
            f"The register has {counted(errors, 'error')}, so no paper was made. See what to mend with: p2ptrack check "
            "(or make it all the same with --allow-problems)"
        )
    return replace(case, problems=problems)


def _place(root: Path, output: str, name: str, *, several: bool) -> Path | None:
    """Return where a paper goes; None is standard output."""
    if output == "-":
        return None
    if not output:
        return root / "build" / name
    folder = several or output.endswith(("/", "\\")) or Path(output).is_dir()
    return Path(output) / name if folder else Path(output)


def _deliver(data: bytes, place: Path | None, format_: Format) -> None:
    if place is not None:
        save(place, data)
        here = Path.cwd()
        put(f"{place.relative_to(here) if place.is_relative_to(here) else place}\n".encode(), as_text=True)
    elif format_.binary and sys.stdout.isatty():
        raise WrongUsage(f"A {format_.name.upper()} cannot be shown here. Name a file after --output instead of -.")
    else:
        put(data, as_text=format_.name == "text")
