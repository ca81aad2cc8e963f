"""The work of render: papers are made, refused or delivered."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.exempt.withheld import Audience
from p2ptrack.cli.clock import day
from p2ptrack.cli.opened import folder, tell_limits
from p2ptrack.cli.options import Reading
from p2ptrack.cli.papers import build, chosen, remembers
from p2ptrack.cli.past import judged_on, stood_with_templates
from p2ptrack.cli.screen import look, put, say
from p2ptrack.cli.writing import save
from p2ptrack.errors import CannotGoOn, Refused, WrongUsage
from p2ptrack.formats import Format, Look
from p2ptrack.pipeline import open_paper_case, perhaps_exempt, remembering
from p2ptrack.problem import Severity, count, visible
from p2ptrack.reports.numbers import counted
from p2ptrack.store.git.standing import why_unknown
from p2ptrack.store.templates import template_folders

if TYPE_CHECKING:
    from p2ptrack.store.git.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for: papers, formats, where to, for which meeting and for whom."""

    reports: tuple[str, ...]
    every: bool
    formats: tuple[Format, ...]
    output: str
    meeting: str
    allow_problems: bool
    audience: Audience = Audience.PUBLIC
    attach_data: bool = False


def render(wanted: Wanted, reading: Reading) -> None:
    """Make the papers and put them where they are wanted."""
    if wanted.every == bool(wanted.reports):
        raise WrongUsage("Name the papers to make, or write --all. See: p2ptrack render --help")
    root = folder(reading)
    with stood_with_templates(reading, root) as then:
        _render(wanted, root, _case(wanted, (root, judged_on(reading, then)), then), then)


def _render(wanted: Wanted, root: Path, case: Case, then: Snapshot | None) -> None:
    names = chosen(case, wanted.reports, every=wanted.every)
    several = len(names) * len(wanted.formats) > 1
    if several and wanted.output == "-":
        raise WrongUsage("Standard output takes one paper in one format. Name a folder after --output instead.")
    folders = template_folders(then.folder if then and then.folder else root)
    style = replace(look(), templates=folders, words=case.words, colour=False)
    style = replace(style, attach_data=wanted.attach_data)
    ending = "" if wanted.audience is Audience.PUBLIC else f"-{wanted.audience.value}"
    if remembers(case, names):
        case = _remembering(case, root, then)
    documents = {name: build(case, name, wanted.meeting) for name in names}
    for name, document in documents.items():
        for format_ in wanted.formats:
            data = format_.write(document, style if wanted.output == "-" else replace(style, width=Look().width))
            _deliver(data, _place(root, wanted.output, f"{name}{ending}.{format_.name}", several=several), format_)


def _remembering(case: Case, root: Path, then: Snapshot | None) -> Case:
    """Return the case with its history; where that is not all here, say so and go on with the register's own dates."""
    try:
        return remembering(case, root, then)
    except CannotGoOn as stop:
        if case.origin.commit:
            say(str(stop))
            say("Until then the paper tells movement by the dates in the register alone.")
        return case


def _case(wanted: Wanted, judged: tuple[Path, date], then: Snapshot | None) -> Case:
    """Return the case for papers. Raises `Refused` when the register has errors and that was not allowed."""
    case = open_paper_case(*judged, wanted.audience, day(None), then)
    tell_limits(case, then)
    if then is None and not case.origin.commit and (why := why_unknown(judged[0])):
        say(f"The paper cannot name its commit. {why}")
    if then is not None and wanted.audience is Audience.PUBLIC:
        _tell_withheld(perhaps_exempt(then, case.as_of, day(None)))
    errors = count(case.problems, Severity.ERROR)
    if errors and not wanted.allow_problems:
        raise Refused(_refusal(counted(errors, "error"), then))
    return case


def _tell_withheld(ids: tuple[str, ...]) -> None:
    if ids:
        why = "Not found as it was in today's register, or not readable there"
        say(f"{why}, so withheld from a public paper: {visible(', '.join(ids))}.")


def _refusal(errors: str, then: Snapshot | None) -> str:
    if then is None:
        see = "See what to mend with: p2ptrack check (or make it all the same with --allow-problems)"
        return f"The register has {errors}, so no paper was made. {see}"
    see = f"See them with: p2ptrack check --at {then.short} (or make it all the same with --allow-problems)"
    return f"The register had {errors} at that commit, so no paper was made. {see}"


def _place(root: Path, output: str, name: str, *, several: bool) -> Path | None:
    """Return where a paper goes; None is standard output."""
    if output == "-":
        return None
    if not output:
        return root / "build" / name
    into = several or output.endswith(("/", "\\")) or Path(output).is_dir()
    return Path(output) / name if into else Path(output)


def _deliver(data: bytes, place: Path | None, format_: Format) -> None:
    if place is not None:
        save(place, data)
        here = Path.cwd()
        put(f"{place.relative_to(here) if place.is_relative_to(here) else place}\n".encode(), as_text=True)
    elif format_.binary and sys.stdout.isatty():
        raise WrongUsage(f"A {format_.name.upper()} cannot be shown here. Name a file after --output instead of -.")
    else:
        put(data, as_text=format_.name == "text")
