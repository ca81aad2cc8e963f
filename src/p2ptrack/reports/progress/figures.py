"""The figures: each with what it is a number of, what is left out, and the records that it counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from p2ptrack.analysis.facts import deadline_of
from p2ptrack.records.dates import long_day
from p2ptrack.records.fields import Status
from p2ptrack.records.kinds import Tracked
from p2ptrack.reports.document import Cell, Column, Row, Table
from p2ptrack.reports.one_record import Spans, joined
from p2ptrack.reports.progress.moves import pending
from p2ptrack.reports.progress.view import View, aimed
from p2ptrack.reports.progress.waiting import causes
from p2ptrack.reports.progress.wording import cell, counted, few, phrase

LEAST_SHARED = 10
"""Fewer than these are given as numbers, not as shares (design, section 5)."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: a number of so many things of a sort, which records it counts, and how many are left out and why."""

    key: str
    number: int
    of: int
    sort: str
    which: Spans = ()
    left_out: Spans = ()
    read: bool = False


def figures_table(view: View, key: str, figures: Iterator[Figure]) -> Table:
    """Return figures as a table, a line each."""
    words = view.case.words
    columns = (
        Column("figure", words("figure"), header=True),
        Column("number", words("figure_number"), "right", "narrow"),
        Column("of", words("figure_of")),
        Column("which", words("figure_which"), width="wide"),
    )
    return Table(key, words(f"{key}_caption"), columns, tuple(_row(view, figure) for figure in figures))


def _row(view: View, figure: Figure) -> Row:
    words = view.case.words
    number = Cell(figure.number, starred=figure.read) if figure.of else Cell(words("not_calculable"))
    of = counted(words, f"of_{figure.sort}", figure.of)
    return Row(
        (
            Cell(words(f"figure_{figure.key}", day=long_day(view.until))),
            number,
            cell((*of, *_share(view, figure))),
            cell(figure.which, figure.left_out),
        )
    )


def _share(view: View, figure: Figure) -> Spans:
    if figure.number < LEAST_SHARED:
        return ()
    return (" ", view.case.words("share", percent=f"{100 * figure.number / figure.of:.0f}"))


def figures(view: View) -> Table:
    """Return how things stand. A question that the paper's records do not raise has no line."""
    return figures_table(view, "figures", (figure for question in _QUESTIONS for figure in question(view)))


def which(view: View, records: Sequence[Tracked], section: str) -> Spans:
    """Return the ids of a few records, or where more are listed."""
    listed = view.case.words("listed_under", section=view.case.words(f"section_{section}"))
    return few(records) or ((listed,) if records else ())


def _overdue(view: View) -> Iterator[Figure]:
    late, days = view.having("overdue"), len(aimed(view))
    without = len(view.having("unfinished")) - days
    left: Spans = (view.case.words("left_out_overdue", number=without),) if without else ()
    yield Figure("overdue", len(late), days, "aimed", which(view, late, "overdue"), left)


def _due(view: View) -> Iterator[Figure]:
    due = view.due()
    yield Figure("due", len(due), len(aimed(view)), "aimed", _by_day(view, due))


def _by_day(view: View, due: Sequence[Tracked]) -> Spans:
    parts = [(day, tuple(same)) for day, same in groupby(due, deadline_of) if day]
    told = (phrase(view.case.words, "by_day", day=long_day(day), ids=_ids(view, same)) for day, same in parts)
    return joined(told, "; ") if len(parts) <= MOST_DAYS else which(view, due, "due")


MOST_DAYS = 4
"""More different days than these are read in their list."""


def _ids(view: View, records: Sequence[Tracked]) -> Spans:
    return few(records) or (view.case.words("items_many", number=len(records)),)


def _extensions(view: View) -> Iterator[Figure]:
    asked = pending(view)
    if asked:
        yield Figure("extension", len(asked), len(view.having("unfinished")), "unfinished", _ids(view, asked))


def _moved(view: View) -> Iterator[Figure]:
    moved = [record for record in view.having("unfinished") if view.facts(record).slipped]
    if moved:
        with_target = [record for record in view.having("unfinished") if record.target]
        yield Figure("moved", len(moved), len(with_target), "aimed", which(view, moved, "extensions"))


def _waiting(view: View) -> Iterator[Figure]:
    waiting = view.having("waiting")
    if waiting:
        told = (phrase(view.case.words, "waits", what=each.what, ids=_ids(view, each.records)) for each in causes(view))
        yield Figure("waiting", len(waiting), len(view.having("unfinished")), "unfinished", joined(told, "; "))


def _same_work(view: View) -> Iterator[Figure]:
    groups = view.groups()
    if groups:
        told = joined((_ids(view, group) for group in groups), "; ")
        yield Figure("same_work", sum(map(len, groups)), len(view.records), "all", told)


def _unverified(view: View) -> Iterator[Figure]:
    unverified = view.having("awaiting_verification")
    if unverified:
        done = view.in_status(Status.COMPLETE)
        read = any("status" in record.inferred for record in unverified)
        yield Figure(
            "unverified", len(unverified), len(done), "complete", which(view, unverified, "completed"), read=read
        )


Question = Callable[[View], Iterator[Figure]]
_QUESTIONS: tuple[Question, ...] = (_overdue, _due, _extensions, _moved, _waiting, _same_work, _unverified)
