"""How papers tell of one record: its status, its target, what was reported on it. What is not stated is not printed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.links import Told
from p2ptrack.records.dates import CouncilDate
from p2ptrack.records.fields import Extent
from p2ptrack.records.kinds import Record, Tracked
from p2ptrack.records.parts import SourceRef, Update
from p2ptrack.records.register import natural_key, update_day
from p2ptrack.reports.document import Block, Paragraph, Prose, Ref, Span, Star, Strong, line
from p2ptrack.reports.publication import closed, mark

Spans = tuple[Span, ...]


def star(record: Record, *fields: str) -> Spans:
    """Return the mark of the register keeper's reading where one of these fields is one."""
    return (Star(),) if set(fields) & set(record.inferred) else ()


def joined(parts: Iterable[Spans], between: str = ", ") -> Spans:
    """Return several pieces of text as one, with the same sign between them."""
    found: list[Span] = []
    for part in parts:
        if part:
            found += ([between] if found else []) + list(part)
    return tuple(found)


def status(case: Case, record: Tracked) -> Spans:
    """Return the status on the day of the case, and the one decided for a later day; nothing where none is stated."""
    now = case.status(record)
    if now is None or record.status is None:
        return ()
    mark = star(record, "status")
    shown: Spans = (case.words(f"status_{now.value}"), *mark)
    if now is record.status or record.decided is None or record.decided.on is None:
        return shown
    ahead = (
        case.words(f"status_{record.status.value}"),
        " ",
        case.words("status_ahead", on=record.decided.on.printed()),
    )
    return (*shown, "; ", *ahead, *(mark or star(record, "decided")))


def when(record: Record, field: str, day: CouncilDate | None) -> Spans:
    """Return a council date as papers print it."""
    if day is None:
        return ()
    return (day.printed(), *(star(record, field) or ((Star(),) if day.inferred else ())))


def target(case: Case, record: Tracked) -> Spans:
    """Return the target, and the review date of one that is ongoing."""
    review = when(record, "review_by", record.review_by)
    return joined(
        (when(record, "target", record.target), (case.words("review_by"), " ", *review) if review else ()), "; "
    )


def standing(case: Case, record: Tracked) -> Spans:
    """Return where a record stands in one line: status, target, phase, as far as they are stated."""
    parts = (
        status(case, record),
        _labelled(case.words("target"), target(case, record)),
        _labelled(
            case.words("priority"), (case.words(f"priority_{record.priority.value}"),) if record.priority else ()
        ),
        _phases(case, record),
    )
    return joined(parts, " · ")


def _labelled(label: str, spans: Spans) -> Spans:
    return (f"{label} ", *spans) if spans else ()


def _phases(case: Case, record: Tracked) -> Spans:
    first, last = (case.register.phase(getattr(record, name, None)) for name in ("phase", "phase_end"))
    starts: Spans = (case.words("starts_in", phase=first.title), *star(record, "phase")) if first else ()
    ends: Spans = (case.words("ends_in", phase=last.title), *star(record, "phase_end")) if last else ()
    return joined((starts, ends))


def short(record: Record) -> str:
    """Return what papers call a record: the heading it was last told under, else its title."""
    if isinstance(record, Tracked):
        return next((update.heading for update in record.updates if update.heading), record.title)
    return record.title


def mention(case: Case, id_: str) -> Spans:
    """Return a record's id, linked, and what papers call it, marked where it is exempt."""
    record = case.register.by_id.get(id_)
    return (Ref(id_), f" {short(record)}", *mark(case, record.exempt)) if record else (id_,)


def mentions(case: Case, ids: Sequence[str]) -> Spans:
    """Return several records, each by its id and name."""
    return joined((mention(case, id_) for id_ in ids), "; ")


def source_title(case: Case, source: SourceRef | None) -> str:
    """Return the title of the paper that something comes from."""
    found = case.register.source(source.id) if source else None
    return found.title if found else case.words("the_source")


def told(case: Case, record: Tracked) -> tuple[Told, ...]:
    """Return the updates of other records that report on this one too."""
    return case.links.told.get(record.id, ())


def newest_first(case: Case, record: Tracked) -> tuple[Update, ...]:
    """Return the record's updates, the newest first; as they were written where the age of one is not known."""
    days = [update_day(case.register, update) for update in record.updates]
    lasts = [day.latest if day else None for day in days]
    if None in lasts:
        return record.updates
    order = sorted(range(len(lasts)), key=lambda at: (lasts[at], -at), reverse=True)
    return tuple(record.updates[at] for at in order)


def order_in_source(record: Tracked) -> tuple[object, ...]:
    """Order records as their updates are told: by the place of the update in its source, else by id."""
    refs = [update.source.ref for update in record.updates if update.source and update.source.ref]
    return (natural_key(refs[0]) if refs else natural_key(record.id), natural_key(record.id))


@dataclass(frozen=True, slots=True)
class Said:
    """What a paper says once for all its records, and no more at each.

    `source` is the one paper that most texts are summarised from, and then its own words are marked
    instead (`mixed` where there are any); `day` is the one date of all updates.
    """

    source: str = ""
    mixed: bool = False
    day: str = ""


def said_once(case: Case, records: Iterable[Record]) -> Said:
    """Return what can be said once of these records."""
    told = tuple(records)
    updates = [(record, update) for record in told if isinstance(record, Tracked) for update in record.updates]
    texts = [(update.source, update.restated) for _, update in updates if update.text is not None]
    texts += [(record.source, "origin_text" in record.restated) for record in told if record.origin_text]
    only = _only([source.id if source else "" for source, _ in texts])
    restated = [restated for _, restated in texts]
    found = case.register.source(only)
    title = found.title if found and 2 * sum(restated) > len(restated) else ""
    days = [update.date.raw if update.date else "" for _, update in updates]
    day = _only(days) if len(days) > 1 else ""
    return Said(title, not all(restated), day)


def _only(texts: Sequence[str]) -> str:
    return texts[0] if len(set(texts)) == 1 else ""


def summarised(case: Case, said: Said) -> tuple[Block, ...]:
    """Return the line that says it once."""
    if not said.source:
        return ()
    return (
        Paragraph((case.words("most_summarised" if said.mixed else "all_summarised", source=said.source),), "note"),
    )


def whose_words(case: Case, said: Said, title: str, *, restated: bool) -> Spans:
    """Return what must be said of a text's words at the text itself: summarised, or the source's own."""
    if said.source:
        return () if restated else (case.words("own_words", source=said.source),)
    return (case.words("summarised", source=title),) if restated else ()


def no_update(case: Case, record: Tracked) -> tuple[Block, ...]:
    """Return the line for a record that nothing is reported on; none where what is reported is withheld."""
    if case.withheld.missing(record.id, "updates"):
        return ()
    return (line(case.words("no_update_in_source" if record.source else "no_update")),)


def update_blocks(case: Case, record: Tracked, update: Update, said: Said) -> tuple[Block, ...]:
    """Return one update: when and by whom, its words, and what there is to know about them."""
    head = _update_head(case, update, said)
    top: tuple[Block, ...] = (Paragraph(head, "note"),) if head else ()
    notes = update_notes(case, record, update, said)
    below: tuple[Block, ...] = (Paragraph(notes, "source"),) if notes else ()
    return closed(case, update.exempt, (*top, *_words(case, update), *below))


def _words(case: Case, update: Update) -> tuple[Block, ...]:
    """Return what an update says; nothing where its words are withheld."""
    if update.text is not None:
        return (Prose(update.text),)
    return (line(case.words("see"), " ", *mention(case, update.see), "."),) if update.see else ()


def _update_head(case: Case, update: Update, said: Said) -> Spans:
    meeting = case.register.meeting(update.meeting)
    day = update.date or (meeting.date if meeting else None)
    parts: tuple[Spans, ...] = (
        (Strong(day.printed()),) if day and not said.day else (),
        (meeting.body or meeting.id,) if meeting else (),
        (case.words(f"status_{update.status.value}"),) if update.status else (),
        (update.by,) if update.by else (),
    )
    return joined(parts, " · ")


def update_notes(case: Case, record: Tracked, update: Update, said: Said) -> Spans:
    """Return what a reader must know of an update's words: whose they are, what is missing, what else they tell of."""
    title = source_title(case, update.source or record.source)
    parts: tuple[Spans, ...] = (
        whose_words(case, said, title, restated=update.restated) if update.text else (),
        (case.words("cut_short", source=title),) if update.truncated else (),
        *(_covers(case, extent, [c.id for c in update.covers if c.extent is extent]) for extent in Extent),
        as_published(case, update.as_published),
    )
    return joined(parts, " ")


def _covers(case: Case, extent: Extent, ids: Sequence[str]) -> Spans:
    named = joined((Ref(id_),) for id_ in ids)
    return (case.words(f"covers_{extent.value}"), " ", *named, ".") if named else ()


def as_published(case: Case, columns: dict[str, str]) -> Spans:
    """Return a source's own columns, word for word."""
    if not columns:
        return ()
    return (case.words("as_published", columns="; ".join(f"{name}: {value}" for name, value in columns.items())),)
