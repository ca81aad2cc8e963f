"""*The Committee is asked to …*: worked out from the register when the entry in the programme states no asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
"""More requests of one type than these are one ask, which names the list further on."""


def build_asks(view: View) -> tuple[Section, ...]:
    """Return what the committee is asked to do; nothing when the paper's entry says it or there is nothing to ask."""
    if view.scope.paper.asks or not view.records:
        return ()
    words, undecided, extensions = view.wording, _group_undecided(view), list_extension_requests(view)
    blocks: list[Block] = [Bullets(tuple((Paragraph(ask),) for ask in _iter_asks(view)), ordered=True)]
    if not extensions and not undecided["risk"]:
        blocks.append(make_paragraph(words("no_extension_or_risk")))
    elif not extensions or not undecided["risk"]:
        blocks.append(make_paragraph(words("no_risk" if extensions else "no_extension")))
    return (Section("asks", words("asks"), tuple(blocks)),)


def _iter_asks(view: View) -> Iterator[Spans]:
    yield _format_note_ask(view)
    for ask_type, records in (*_group_undecided(view).items(), ("extension", list_extension_requests(view))):
        if len(records) > MAX_SINGLE_ASKS:
            yield format_phrase(view.wording, f"ask_{ask_type}_many", number=len(records), ids=link_ids(records))
        else:
            yield from (_format_ask(view, ask_type, record) for record in records)
    endless = list_ongoing_without_review(view)
    if endless:
        links = join_spans((link_record(view.context, record.id) for record in endless), "; ")
        items = links if len(endless) <= MAX_SINGLE_ASKS else link_ids(endless)
        yield format_count(view.wording, "ask_endless", len(endless), items=items)
    gaps = [gap for gap in _iter_gaps(view) if gap]
    if gaps:
        yield format_phrase(view.wording, "ask_gaps", what=join_spans(gaps, "; "))


def _format_note_ask(view: View) -> Spans:
    words, overdue, due, deadlines = view.wording, view.with_fact("overdue"), view.list_due(), list_deadlines(view)
    if not deadlines:
        return (words("ask_note_no_target"),)
    day = format_long_date(view.due_until)
    return format_phrase(
        words,
        "ask_note",
        overdue=format_count(words, "ask_overdue", len(overdue), ids=_bracket_ids(overdue)),
        due=format_count(words, "ask_due", len(due), of=len(deadlines), day=day),
    )


def _bracket_ids(records: Sequence[TrackedRecord]) -> Spans:
    return (" (", *link_ids(records), ")") if records and len(records) <= MAX_IDS else ()


def _group_undecided(view: View) -> dict[str, list[TrackedRecord]]:
    ask_types = {Status.RISK_ACCEPTED: "risk", Status.ON_HOLD: "hold"}
    groups: dict[str, list[TrackedRecord]] = {"close": [], "hold": [], "risk": []}
    for record in list_undecided(view):
        groups[ask_types.get(record.status or Status.NOTED, "close")].append(record)
    return groups


def _format_ask(view: View, ask_type: str, record: TrackedRecord) -> Spans:
    item = link_record(view.context, record.id)
    if ask_type == "close":
        return format_phrase(view.wording, "ask_close", item=item, how=_format_closure(view, record))
    if ask_type == "extension":
        revision = find_extension_request(view, record)
        if revision is None:
            return ()
        before = format_council_date(record, "revisions", revision.from_)
        after = format_council_date(record, "revisions", revision.to)
        why = _format_reason(view, revision.reason)
        return format_phrase(view.wording, "ask_extension", item=item, before=before, after=after, why=why)
    item = (*item, *inferred_mark(record, "status"))
    why = _format_reason(view, record.decided.reason if record.decided else None)
    return format_phrase(view.wording, f"ask_{ask_type}", item=item, why=why)


def _format_reason(view: View, reason: str | None) -> Spans:
    return format_phrase(view.wording, "because", reason=reason) if reason else ()


def _format_closure(view: View, record: TrackedRecord) -> Spans:
    """Return the status in which a record is to be closed, and what replaces it, as they read within a sentence."""
    words, day = view.wording, record.decided.on if record.decided else None
    if view.case.get_status(record) is record.status:
        status = format_status(view.context, record)
    else:
        status_text = words(f"status_{record.status.value}") if record.status else ""
        date_text = words("status_ahead", on=day.to_text()) if day else ""
        status = (f"{status_text} {date_text}", *inferred_mark(record, "status", "decided"))
    first, *rest = status
    if isinstance(first, str) and not first[1:2].isupper():  # an abbreviation keeps its capitals
        first = f"{first[:1].lower()}{first[1:]}"
    replacements = join_spans((Ref(id_),) for id_ in record.superseded_by)
    if not replacements:
        return (first, *rest)
    ids = (*replacements, *inferred_mark(record, "superseded_by"))
    return (first, *rest, *format_phrase(words, "closed_instead", ids=ids))


def list_ongoing_without_review(view: View) -> tuple[TrackedRecord, ...]:
    """Return ongoing records without a review date."""
    unfinished = view.with_fact("unfinished")
    return tuple(
        record for record in unfinished if record.target and record.target.ongoing and get_deadline(record) is None
    )


def _iter_gaps(view: View) -> Iterator[Spans]:
    """Yield what only others than the register's keeper can give: officers, targets and actions that are missing."""
    part_ids = tuple(gap.id for gap in view.list_gaps())
    yield _format_gap(view, "owner", _list_unowned(view), len(view.records))
    yield _format_gap(view, "target", view.with_fact("no_target"), len(view.with_fact("unfinished")))
    if part_ids:
        yield format_count(view.wording, "gap_action", len(part_ids), ids=(", ".join(part_ids),))


def _list_unowned(view: View) -> list[TrackedRecord]:
    """Return records without a responsible officer. A closed one needs none, unless it is carried on as usual."""
    unowned = view.with_fact("no_owner")
    return [record for record in unowned if not view.facts(record).closed or record.status is Status.EMBEDDED]


def _format_gap(view: View, gap_type: str, records: Sequence[TrackedRecord], total: int) -> Spans:
    if not records:
        return ()
    if len(records) == total > 1:
        return (view.wording(f"gap_{gap_type}_all", number=total),)
    return format_count(view.wording, f"gap_{gap_type}", len(records), ids=_bracket_ids(records))
