"""*The Committee is asked to …*: worked out from the register where the programme does not say it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from p2ptrack.analysis.facts import deadline_of
from p2ptrack.records.dates import long_day
from p2ptrack.records.fields import Status
from p2ptrack.records.kinds import Tracked
from p2ptrack.reports.document import Block, Bullets, Paragraph, Ref, Section, line
from p2ptrack.reports.one_record import Spans, joined, mention, star, status, when
from p2ptrack.reports.progress.lists import undecided
from p2ptrack.reports.progress.moves import pending, request
from p2ptrack.reports.progress.view import View, aimed
from p2ptrack.reports.progress.wording import MOST_IDS, counted, phrase, refs

MOST_SINGLE = 3
"""More requests of one sort than these are one ask, with their list further on."""
Ask = Callable[[View, Tracked], Spans]
_DECIDED = {Status.RISK_ACCEPTED: "risk", Status.ON_HOLD: "hold"}


def asks(view: View) -> tuple[Section, ...]:
    """Return what the committee is asked to do; nothing where the paper's entry says it or there is nothing to ask."""
    if view.about.paper.asks or not view.records:
        return ()
    words = view.case.words
    items = tuple((Paragraph(ask),) for ask in _asks(view))
    nothing = [words(f"no_{name}") for name, found in _requests(view).items() if not found]
    blocks: tuple[Block, ...] = (Bullets(items, ordered=True), *((line(" ".join(nothing)),) if nothing else ()))
    return (Section("asks", words("asks"), blocks),)


def _requests(view: View) -> dict[str, Sequence[Tracked]]:
    return {"extension": pending(view), "risk": _undecided(view)["risk"]}


def _asks(view: View) -> Iterator[Spans]:
    yield _note(view)
    for sort, records in _undecided(view).items():
        yield from _each(view, sort, records)
    yield from _each(view, "extension", pending(view))
    yield from _endless(view)
    yield from _gaps(view)


def _note(view: View) -> Spans:
    words, late, due = view.case.words, view.having("overdue"), view.due()
    if not aimed(view):
        return (words("ask_note_no_target"),)
    return phrase(
        words,
        "ask_note",
        overdue=counted(words, "ask_overdue", len(late), ids=_in_brackets(late)),
        due=counted(words, "ask_due", len(due), of=len(aimed(view)), day=long_day(view.until)),
    )


def _in_brackets(records: Sequence[Tracked]) -> Spans:
    return (" (", *refs(records), ")") if records and len(records) <= MOST_IDS else ()


def _undecided(view: View) -> dict[str, list[Tracked]]:
    found: dict[str, list[Tracked]] = {"close": [], "hold": [], "risk": []}
    for record in undecided(view):
        found[_DECIDED.get(record.status or Status.NOTED, "close")].append(record)
    return found


def _each(view: View, sort: str, records: Sequence[Tracked]) -> Iterator[Spans]:
    """Ask for each of a few, and once for all of many."""
    if len(records) <= MOST_SINGLE:
        yield from (_ASK[sort](view, record) for record in records)
    else:
        yield phrase(view.case.words, f"ask_{sort}_many", number=len(records), ids=refs(records))


def _close(view: View, record: Tracked) -> Spans:
    instead = joined(((Ref(id_),) for id_ in record.superseded_by), ", ")
    by = phrase(view.case.words, "closed_instead", ids=(*instead, *star(record, "superseded_by"))) if instead else ()
    how = (*(status(view.case, record) if not _ahead(view, record) else _later(view, record)), *by)
    return phrase(view.case.words, "ask_close", item=mention(view.case, record.id), how=_within(how))


def _within(spans: Spans) -> Spans:
    """Return what begins with a status as it reads within a sentence; an abbreviation keeps its capitals."""
    first, *rest = spans
    if isinstance(first, str) and not first[1:2].isupper():
        first = f"{first[:1].lower()}{first[1:]}"
    return (first, *rest)


def _ahead(view: View, record: Tracked) -> bool:
    return view.case.status(record) is not record.status


def _later(view: View, record: Tracked) -> Spans:
    words, day = view.case.words, record.decided.on if record.decided else None
    named = words(f"status_{record.status.value}") if record.status else ""
    from_ = words("status_ahead", on=day.printed()) if day else ""
    return (f"{named} {from_}", *star(record, "status", "decided"))


def _decide(sort: str) -> Ask:
    def ask(view: View, record: Tracked) -> Spans:
        reason = record.decided.reason if record.decided else None
        why = phrase(view.case.words, "because", reason=reason) if reason else ()
        return phrase(
            view.case.words, f"ask_{sort}", item=(*mention(view.case, record.id), *star(record, "status")), why=why
        )

    return ask


def _extend(view: View, record: Tracked) -> Spans:
    asked = request(view, record)
    if asked is None:
        return ()
    why = phrase(view.case.words, "because", reason=asked.reason) if asked.reason else ()
    before, after = when(record, "revisions", asked.from_), when(record, "revisions", asked.to)
    return phrase(
        view.case.words, "ask_extension", item=mention(view.case, record.id), before=before, after=after, why=why
    )


def endless(view: View) -> tuple[Tracked, ...]:
    """Return what goes on without an end and without a day to look at it again."""
    unfinished = view.having("unfinished")
    return tuple(r for r in unfinished if r.target and r.target.ongoing and deadline_of(r) is None)


def _endless(view: View) -> Iterator[Spans]:
    found = endless(view)
    if found:
        named = (
            joined((mention(view.case, record.id) for record in found), "; ")
            if len(found) <= MOST_SINGLE
            else refs(found)
        )
        yield counted(view.case.words, "ask_endless", len(found), items=named)


def _gaps(view: View) -> Iterator[Spans]:
    """Ask at once for what only somebody else than the register's keeper can give: officers, targets, actions."""
    words = view.case.words
    parts = tuple(gap.id for gap in view.gaps())
    wanted = (
        _missing(view, "owner", _unowned(view), len(view.records)),
        _missing(view, "target", view.having("no_target"), len(view.having("unfinished"))),
        counted(words, "gap_action", len(parts), ids=(", ".join(parts),)) if parts else (),
    )
    told = [each for each in wanted if each]
    if told:
        yield phrase(words, "ask_gaps", what=joined(told, "; "))


def _unowned(view: View) -> list[Tracked]:
    """Return what nobody answers for. What is over needs no officer any more, unless it is carried on as usual."""
    found = view.having("no_owner")
    return [r for r in found if not view.facts(r).closed or r.status is Status.EMBEDDED]


def _missing(view: View, sort: str, records: Sequence[Tracked], of: int) -> Spans:
    if not records:
        return ()
    if len(records) == of > 1:
        return (view.case.words(f"gap_{sort}_all", number=of),)
    return counted(view.case.words, f"gap_{sort}", len(records), ids=_in_brackets(records))


_ASK: Mapping[str, Ask] = {
    "close": _close,
    "hold": _decide("hold"),
    "risk": _decide("risk"),
    "extension": _extend,
}
