"""*The Committee is asked to …*: worked out from the register where the programme does not say it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from p2ptrack.analysis.facts import get_deadline
from p2ptrack.model.dates import format_long_date
from p2ptrack.model.fields import Status
from p2ptrack.model.records import TrackedRecord
from p2ptrack.reports.document import Block, Bullets, Paragraph, Ref, Section, make_paragraph
from p2ptrack.reports.progress.lists import find_extension_request, list_extension_requests, list_undecided
from p2ptrack.reports.progress.view import MAX_IDS, View, format_count, format_phrase, link_ids, list_deadlines
from p2ptrack.reports.record_blocks import (
    Spans,
    format_council_date,
    format_status,
    inferred_mark,
    join_spans,
    link_record,
)

MAX_SINGLE_ASKS = 3
"""More requests of one sort than these are one ask, with their list further on."""
AskFormatter = Callable[[View, TrackedRecord], Spans]
_ASK_TYPES = {Status.RISK_ACCEPTED: "risk", Status.ON_HOLD: "hold"}


def build_asks(view: View) -> tuple[Section, ...]:
    """Return what the committee is asked to do; nothing where the paper's entry says it or there is nothing to ask."""
    if view.scope.paper.asks or not view.records:
        return ()
    words = view.wording
    items = tuple((Paragraph(ask),) for ask in _iter_asks(view))
    nothing_requested = [words(f"no_{name}") for name, records in _group_requests(view).items() if not records]
    blocks: tuple[Block, ...] = (
        Bullets(items, ordered=True),
        *((make_paragraph(" ".join(nothing_requested)),) if nothing_requested else ()),
    )
    return (Section("asks", words("asks"), blocks),)


def _group_requests(view: View) -> dict[str, Sequence[TrackedRecord]]:
    return {"extension": list_extension_requests(view), "risk": _group_undecided(view)["risk"]}


def _iter_asks(view: View) -> Iterator[Spans]:
    yield _format_note_ask(view)
    for ask_type, records in _group_undecided(view).items():
        yield from _format_asks(view, ask_type, records)
    yield from _format_asks(view, "extension", list_extension_requests(view))
    yield from _iter_ongoing_asks(view)
    yield from _iter_gap_asks(view)


def _format_note_ask(view: View) -> Spans:
    words, late, due = view.wording, view.with_fact("overdue"), view.list_due()
    if not list_deadlines(view):
        return (words("ask_note_no_target"),)
    return format_phrase(
        words,
        "ask_note",
        overdue=format_count(words, "ask_overdue", len(late), ids=_bracket_ids(late)),
        due=format_count(
            words, "ask_due", len(due), of=len(list_deadlines(view)), day=format_long_date(view.due_until)
        ),
    )


def _bracket_ids(records: Sequence[TrackedRecord]) -> Spans:
    return (" (", *link_ids(records), ")") if records and len(records) <= MAX_IDS else ()


def _group_undecided(view: View) -> dict[str, list[TrackedRecord]]:
    groups: dict[str, list[TrackedRecord]] = {"close": [], "hold": [], "risk": []}
    for record in list_undecided(view):
        groups[_ASK_TYPES.get(record.status or Status.NOTED, "close")].append(record)
    return groups


def _format_asks(view: View, ask_type: str, records: Sequence[TrackedRecord]) -> Iterator[Spans]:
    """Ask for each of a few, and once for all of many."""
    if len(records) <= MAX_SINGLE_ASKS:
        yield from (_ASK_FORMATTERS[ask_type](view, record) for record in records)
    else:
        yield format_phrase(view.wording, f"ask_{ask_type}_many", number=len(records), ids=link_ids(records))


def _format_close_ask(view: View, record: TrackedRecord) -> Spans:
    replacements = join_spans(((Ref(id_),) for id_ in record.superseded_by), ", ")
    replaced_by = (
        format_phrase(view.wording, "closed_instead", ids=(*replacements, *inferred_mark(record, "superseded_by")))
        if replacements
        else ()
    )
    status_spans = (
        *(
            format_status(view.context, record)
            if not _is_scheduled(view, record)
            else _format_scheduled_status(view, record)
        ),
        *replaced_by,
    )
    return format_phrase(
        view.wording, "ask_close", item=link_record(view.context, record.id), how=_lowercase_first(status_spans)
    )


def _lowercase_first(spans: Spans) -> Spans:
    """Return what begins with a status as it reads within a sentence; an abbreviation keeps its capitals."""
    first, *rest = spans
    if isinstance(first, str) and not first[1:2].isupper():
        first = f"{first[:1].lower()}{first[1:]}"
    return (first, *rest)


def _is_scheduled(view: View, record: TrackedRecord) -> bool:
    return view.case.get_status(record) is not record.status


def _format_scheduled_status(view: View, record: TrackedRecord) -> Spans:
    words, day = view.wording, record.decided.on if record.decided else None
    status_text = words(f"status_{record.status.value}") if record.status else ""
    date_text = words("status_ahead", on=day.to_text()) if day else ""
    return (f"{status_text} {date_text}", *inferred_mark(record, "status", "decided"))


def _decision_formatter(ask_type: str) -> AskFormatter:
    def format_ask(view: View, record: TrackedRecord) -> Spans:
        reason = record.decided.reason if record.decided else None
        because = format_phrase(view.wording, "because", reason=reason) if reason else ()
        return format_phrase(
            view.wording,
            f"ask_{ask_type}",
            item=(*link_record(view.context, record.id), *inferred_mark(record, "status")),
            why=because,
        )

    return format_ask


def _format_extension_ask(view: View, record: TrackedRecord) -> Spans:
    revision = find_extension_request(view, record)
    if revision is None:
        return ()
    because = format_phrase(view.wording, "because", reason=revision.reason) if revision.reason else ()
    before, after = (
        format_council_date(record, "revisions", revision.from_),
        format_council_date(record, "revisions", revision.to),
    )
    return format_phrase(
        view.wording,
        "ask_extension",
        item=link_record(view.context, record.id),
        before=before,
        after=after,
        why=because,
    )


def list_ongoing_without_review(view: View) -> tuple[TrackedRecord, ...]:
    """Return what goes on without an end and without a day to look at it again."""
    unfinished = view.with_fact("unfinished")
    return tuple(
        record for record in unfinished if record.target and record.target.ongoing and get_deadline(record) is None
    )


def _iter_ongoing_asks(view: View) -> Iterator[Spans]:
    records = list_ongoing_without_review(view)
    if records:
        listing = (
            join_spans((link_record(view.context, record.id) for record in records), "; ")
            if len(records) <= MAX_SINGLE_ASKS
            else link_ids(records)
        )
        yield format_count(view.wording, "ask_endless", len(records), items=listing)


def _iter_gap_asks(view: View) -> Iterator[Spans]:
    """Ask at once for what only somebody else than the register's keeper can give: officers, targets, actions."""
    words = view.wording
    part_ids = tuple(gap.id for gap in view.list_gaps())
    gap_asks = (
        _format_missing(view, "owner", _list_unowned(view), len(view.records)),
        _format_missing(view, "target", view.with_fact("no_target"), len(view.with_fact("unfinished"))),
        format_count(words, "gap_action", len(part_ids), ids=(", ".join(part_ids),)) if part_ids else (),
    )
    stated_asks = [gap_ask for gap_ask in gap_asks if gap_ask]
    if stated_asks:
        yield format_phrase(words, "ask_gaps", what=join_spans(stated_asks, "; "))


def _list_unowned(view: View) -> list[TrackedRecord]:
    """Return what nobody answers for. What is over needs no officer any more, unless it is carried on as usual."""
    unowned = view.with_fact("no_owner")
    return [record for record in unowned if not view.facts(record).closed or record.status is Status.EMBEDDED]


def _format_missing(view: View, gap_type: str, records: Sequence[TrackedRecord], total: int) -> Spans:
    if not records:
        return ()
    if len(records) == total > 1:
        return (view.wording(f"gap_{gap_type}_all", number=total),)
    return format_count(view.wording, f"gap_{gap_type}", len(records), ids=_bracket_ids(records))


_ASK_FORMATTERS: Mapping[str, AskFormatter] = {
    "close": _format_close_ask,
    "hold": _decision_formatter("hold"),
    "risk": _decision_formatter("risk"),
    "extension": _format_extension_ask,
}
