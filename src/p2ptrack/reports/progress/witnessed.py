"""Movement since the last meeting as git witnessed it: every item that came, was closed, came back or disappeared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from p2ptrack.analysis.past.events import Span
from p2ptrack.analysis.past.movement import Between, Movement, movements
from p2ptrack.analysis.past.then import Then
from p2ptrack.records.dates import long_day
from p2ptrack.records.timeline import Moment, State, Timeline, Timelines, kind_at
from p2ptrack.reports.document import Block, Cell, Column, Paragraph, Ref, Row, Table
from p2ptrack.reports.one_record import Spans, joined
from p2ptrack.reports.progress.view import View
from p2ptrack.reports.progress.wording import MOST_IDS, phrase

_NUMBERS = ("opening", "new", "reopened", "closed", "disappeared", "closing")


def witnessed(view: View) -> tuple[Block, ...]:
    """Return the table and who stands behind its numbers; nothing where the history does not reach the last meeting."""
    about = _between(view)
    if about is None:
        return ()
    lines = [each for each in movements(about) if any(each.counts().values())]
    rows = tuple(_row(view, each) for each in lines)
    if not rows:
        return ()
    table = Table("movement", view.case.words("movement_caption"), _columns(view, about), rows)
    return (table, Paragraph(joined(_notes(view, lines), " "), "note"))


def _between(view: View) -> Between | None:
    lines, known = view.case.timelines, view.known
    if lines is None or known is None:
        return None
    own = replace(lines, records=dict(_of_paper(view, lines)))
    return Between(own, Span(known.number, len(lines.moments)), known.then, Then(view.case))


def _of_paper(view: View, lines: Timelines) -> Iterator[tuple[str, Timeline]]:
    """Yield the timelines of the paper's records, those too that are not committed yet, and of those that are gone."""
    own = {record.id.casefold(): record.id for record in view.records}
    for key, id_ in own.items():
        now = State(Moment(len(lines.moments), "", view.case.as_of, ""), view.case.register.path(id_), {"id": id_})
        yield key, lines.records.get(key, Timeline(id_, (now,)))
    known = {id_.casefold() for id_ in view.case.register.by_id}
    yield from ((key, one) for key, one in lines.records.items() if key not in known and _in_scope(view, one))


def _in_scope(view: View, timeline: Timeline) -> bool:
    """Whether a record that is gone would stand in this paper: one of its kinds, and of its source where it has one."""
    state = timeline.last_values(timeline.states[-1].moment.number)
    kind = kind_at(state.path) if state else None
    paper = view.about.paper
    cited = (state.values or {}).get("source") if state else None
    source = cited.get("id") if isinstance(cited, Mapping) else cited
    named = kind is not None and (not paper.kinds or kind.name in paper.kinds)
    return named and (paper.source is None or source in {None, paper.source})


def _columns(view: View, about: Between) -> tuple[Column, ...]:
    words = view.case.words
    titles = (
        words("open_now", day=long_day(about.before.case.as_of)),
        words("new"),
        words("reopened_since"),
        words("closed_since"),
        words("disappeared_since"),
        words("open_now", day=long_day(view.case.as_of)),
    )
    numbers = (Column(key, title, "right") for key, title in zip(_NUMBERS, titles, strict=True))
    return (
        Column("kind", words("kind"), header=True),
        *numbers,
        Column("unverified", words("figure_unverified"), "right"),
    )


def _row(view: View, moved: Movement) -> Row:
    records = [record for record in view.records if isinstance(record, moved.kind.model)]
    unverified = [record for record in records if view.facts(record).awaiting_verification]
    closed = [record for record in records if view.facts(record).closed]
    read = any("status" in record.inferred for record in (*closed, *unverified))
    counts = moved.counts()
    return Row(
        (
            Cell(view.case.words(f"kind_{moved.kind.name}")),
            *(Cell(counts[name], starred=read and name == "closing") for name in _NUMBERS),
            Cell(len(unverified) or None, starred=read and bool(unverified)),
        )
    )


def _notes(view: View, lines: Sequence[Movement]) -> Iterator[Spans]:
    """Say which items are behind each number but the first and the last."""
    for name in _NUMBERS[1:-1]:
        ids = [id_ for each in lines for id_ in getattr(each, name)]
        if 0 < len(ids) <= MOST_IDS:
            yield phrase(view.case.words, f"witnessed_{name}", ids=joined(_mention(view, id_) for id_ in ids))
    yield (view.case.words("witnessed"),)


def _mention(view: View, id_: str) -> Spans:
    return (Ref(id_),) if id_ in view.case.register.by_id else (id_,)
