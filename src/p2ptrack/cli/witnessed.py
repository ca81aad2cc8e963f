"""The work of history and changes: timelines are read, and one query is asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from p2ptrack.cli.options import Reading, query_format
from p2ptrack.cli.screen import say, show
from p2ptrack.errors import WrongUsage
from p2ptrack.problem import visible
from p2ptrack.records.dates import long_day
from p2ptrack.records.timeline import SHORT_COMMIT
from p2ptrack.reports.numbers import counted
from p2ptrack.store.folder import find_root
from p2ptrack.store.git import head
from p2ptrack.store.git.repository import Repository
from p2ptrack.store.timelines import Past, past

if TYPE_CHECKING:
    from p2ptrack.analysis.past.movement import Between

_FOR_PROGRAMS = ("json", "csv")
"""Formats that have no place for a sentence."""
_MOST_LISTED = 20


def tell_history(reading: Reading, asked: tuple[str, str], format_: str) -> None:
    """Print the history of a record, of all its fields or one."""
    from p2ptrack.reports.queries.record_history import Asked, find, history, missing

    written, found = query_format(format_), _past(reading)
    timelines = found.timelines(only=asked[0])
    document = history(timelines, Asked(*asked, table=format_ == "csv"), found.last.day)
    _tell_state(reading, found)
    if format_ in _FOR_PROGRAMS:
        for said in missing(timelines, find(timelines, asked[0])):
            say(said)
    show(document, written)


def tell_changes(reading: Reading, when: tuple[str, str], format_: str) -> None:
    """Print what changed between two moments."""
    from p2ptrack.analysis.past.events import Span
    from p2ptrack.analysis.past.movement import between
    from p2ptrack.reports.queries.changes import changes

    since, until = when
    written = query_format(format_)
    if not since:
        raise WrongUsage("Say since when: p2ptrack changes --since 2023-01-12 (or a commit, a tag, a meeting's id).")
    found = _past(reading)
    start = found.place(since, "--since")
    end = found.place(until, "--until") if until else found.last
    if not until or end.number > start.number:
        # A paper can judge on a day after its commit's, and so after those of the next.
        end = replace(end, day=max(start.day, end.day))
    if (start.number, start.day) > (end.number, end.day):
        raise WrongUsage(
            f"{since} is later than {until or 'the last commit'}. Write the earlier of the two after --since."
        )
    about = between(found.timelines(since=start.number), Span(start.number, end.number), (start.day, end.day))
    if not until:
        _tell_state(reading, found)
    _tell_unread(about)
    _tell_left_out(about)
    show(changes(about, (start, end), table=format_ == "csv"), written)


def _tell_unread(about: Between) -> None:
    last = {one.path: one.moment for one in about.timelines.unread if one.moment.number <= about.span.end}
    for path, moment in last.items():
        if moment.number > about.span.start:
            said = f"What {visible(path)} said on {long_day(moment.day)} cannot be read"
            say(f"{said}; what it said before is taken to stand.")


def _tell_left_out(about: Between) -> None:
    found = sorted({*about.before.left_out, *about.after.left_out})
    if found:
        say(f"{counted(len(found), 'field')} of old records {'is' if len(found) == 1 else 'are'} not understood today:")
    for path, field in found[:_MOST_LISTED]:
        say(f"  {visible(f'{path}: {field}')}")
    if len(found) > _MOST_LISTED:
        say(f"  and {counted(len(found) - _MOST_LISTED, 'other')}")


def _past(reading: Reading) -> Past:
    """Return the history up to the moment that was asked for, else to where the files stand."""
    folder = find_root(reading.root, Path.cwd())
    return past(folder, Repository.of(folder).moment(reading.at).commit if reading.at is not None else "")


def _tell_state(reading: Reading, found: Past) -> None:
    """Say what the answer does not hold: what is not committed, or what came after the moment asked for."""
    if reading.at is not None:
        say(f"As the history stood on {long_day(found.last.day)} (commit {found.last.commit[:SHORT_COMMIT]}).")
    elif head(found.repository.root)[1]:
        say("Changes that are not committed are not in this answer.")
