"""The work of publish: the papers of a meeting are made from what is committed, put out and sealed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from p2ptrack import __version__
from p2ptrack.analysis.case import Case, Origin
from p2ptrack.cli.clock import day
from p2ptrack.cli.opened import folder
from p2ptrack.cli.options import Reading
from p2ptrack.cli.papers import build, known_meeting, papers_for, remembers
from p2ptrack.cli.screen import put, say
from p2ptrack.cli.writing import prepared
from p2ptrack.errors import CannotGoOn, Refused, WrongUsage
from p2ptrack.formats import FORMATS, Look
from p2ptrack.formats.versions import versions
from p2ptrack.pipeline import check, open_sealed_case, remembering_sealed
from p2ptrack.problem import Severity, count, visible
from p2ptrack.records.programme import Meeting
from p2ptrack.records.register import meeting_title
from p2ptrack.reports.numbers import counted
from p2ptrack.reports.seal import CONTENT, Seal, message, sealed
from p2ptrack.store.git import differing
from p2ptrack.store.git.repository import Repository
from p2ptrack.store.git.seals import already, check_name, published, put_seal, tag_name, taken, words_of
from p2ptrack.store.git.snapshot import Snapshot, snapshot, unpacked
from p2ptrack.store.git.tags import meetings
from p2ptrack.store.templates import template_folders

_SHOWN = 5
Papers = Mapping[str, Mapping[str, bytes]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for: the meeting, its papers (none: all that go to it), formats, and where to."""

    meeting: str
    reports: tuple[str, ...]
    formats: tuple[str, ...]
    output: str


def publish(wanted: Wanted, reading: Reading) -> None:
    """Make the papers from the commit that the register stands at, put them out, and seal them."""
    root = folder(reading)
    repository = Repository.of(root)
    _refuse(repository, wanted.meeting)
    with unpacked(snapshot(root, repository.head, strict=True)) as then:
        meeting = known_meeting(then.loaded.register, wanted.meeting)
        as_of = _judged_on(meeting, reading)
        case = _case(then, as_of, meeting)
        names = papers_for(case, meeting, wanted.reports)
        case = remembering_sealed(case, then) if remembers(case, names) else case
        papers = made(case, then, dict.fromkeys(names, (*wanted.formats, CONTENT)), meeting.id)
    seal = _seal(case, (meeting.id, repository.prefix), papers, versions(wanted.formats))
    files = _files(papers, Path(wanted.output) if wanted.output else root / "build", wanted.formats)
    with prepared(files) as put_in_place:
        put_seal(repository, meeting.id, repository.head, message(seal, meeting_title(meeting)))
        say(f"Published as the tag {tag_name(meeting.id)}. Share it with: git push origin {tag_name(meeting.id)}")
        try:
            put_in_place()
        except CannotGoOn as stop:
            raise CannotGoOn(f"{stop} {_make_again(meeting, as_of, wanted)}") from stop
    _tell(files)


def _refuse(repository: Repository, meeting: str) -> None:
    """Raise `Refused` for a meeting that is published already, and for files that are not committed."""
    check_name(repository, meeting)
    if meeting in published(repository):
        seal = sealed(words_of(repository, meeting))
        ours = meeting in meetings(repository.root, repository.prefix)
        raise already(meeting) if ours or seal is None else taken(meeting, seal.register_folder or "")
    files = differing(repository.root, repository.head)
    if files:
        more = f" and {len(files) - _SHOWN} more" if len(files) > _SHOWN else ""
        raise Refused(
            f"Not committed as it stands: {visible(', '.join(files[:_SHOWN]))}{more}. So nothing was published. "
            "Commit it first, or take it back."
        )


def _make_again(meeting: Meeting, as_of: date, wanted: Wanted) -> str:
    """Return how to get papers that were sealed and could not be put in place."""
    formats = " ".join(f"--format {each}" for each in wanted.formats)
    papers = " ".join(wanted.reports) or "--all"
    command = f"p2ptrack render {papers} --at {meeting.id} --as-of {as_of.isoformat()} --meeting {meeting.id} {formats}"
    return f"The meeting is published all the same; make its papers with: {command} --output PATH"


def _judged_on(meeting: Meeting, reading: Reading) -> date:
    if reading.as_of is None and meeting.date.latest is None:
        raise WrongUsage(f"The meeting {meeting.id} has no day yet. Write its day in data/programme.yaml first.")
    return meeting.date.latest if reading.as_of is None and meeting.date.latest else day(reading.as_of)


def _case(then: Snapshot, as_of: date, meeting: Meeting) -> Case:
    """Return the case for the papers. Raises `Refused` when the register has errors, or its history shows one."""
    errors = count(check(then.repository.root, as_of, then, history=True).problems, Severity.ERROR)
    if errors:
        raise Refused(
            f"The register has {counted(errors, 'error')}, so nothing was published. "
            "See what to mend with: p2ptrack check --history"
        )
    return open_sealed_case(then, as_of, day(None), Origin(__version__, then.commit, published=(meeting.id,)))


def made(case: Case, then: Snapshot, wanted: Mapping[str, Iterable[str]], meeting: str) -> Papers:
    """Return papers for a meeting, each in its formats."""
    look = Look(templates=template_folders(then.folder or then.repository.root), words=case.words)
    return {name: dict(_written(case, name, (meeting, look), formats)) for name, formats in wanted.items()}


def _written(case: Case, name: str, how: tuple[str, Look], formats: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    meeting, look = how
    document = build(case, name, meeting)
    for each in dict.fromkeys(formats):
        yield each, FORMATS[each].write(document, look)


def digests(papers: Papers) -> dict[str, dict[str, str]]:
    """Return the SHA-256 of each paper in each format."""
    return {name: {each: sha256(data).hexdigest() for each, data in files.items()} for name, files in papers.items()}


def _files(papers: Papers, to: Path, formats: tuple[str, ...]) -> Mapping[Path, bytes]:
    return {to / f"{name}.{each}": files[each] for name, files in papers.items() for each in formats}


def _tell(places: Iterable[Path]) -> None:
    here = Path.cwd()
    for place in places:
        put(f"{place.relative_to(here) if place.is_relative_to(here) else place}\n".encode(), as_text=True)


def _seal(case: Case, about: tuple[str, str], papers: Papers, made_by: Mapping[str, str]) -> Seal:
    known = tuple(sorted(case.timelines.published)) if case.timelines else ()
    meeting, register_folder = about
    return Seal(
        meeting=meeting,
        register_folder=register_folder,
        commit=case.origin.commit,
        as_of=case.as_of,
        sealed_on=day(None),
        published=known,
        versions=made_by,
        papers=digests(papers),
    )
