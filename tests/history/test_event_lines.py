"""The text of single events, and events that another one already shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from p2ptrack.analysis.history.events import Event, EventType
from p2ptrack.model.history import Revision
from p2ptrack.queries.changes import deduplicate_events, format_event_lines

NEXT = Revision(2, "c0ffee0000aa", date(2023, 2, 1), "Policy clerk")
LATER = Revision(3, "beef000000aa", date(2023, 3, 1), "Audit clerk")


def happening(sort: EventType) -> partial[Event]:
    return partial(Event, sort, "A01", "action", "Review", NEXT)


CLOSED, STATUS, TARGET, OTHER = map(happening, (EventType.CLOSED, EventType.STATUS, EventType.TARGET, EventType.OTHER))
EXTENSION, EXEMPT = map(happening, (EventType.EXTENSION, EventType.EXEMPTION))
MOVE = {"field": "revisions[0]", "old": "Mar-23", "new": "Jun-23", "days": 91}

CASES: dict[str, tuple[list[Event], list[str]]] = {
    "closed with evidence": (
        [CLOSED(old="in_progress", new="complete", evidence=("List",))],
        ["in progress → complete; evidence: List"],
    ),
    "closed without": (
        [CLOSED(new="verified", note="verified by Audit")],
        ["no status → verified; verified by Audit; no evidence"],
    ),
    "closed by decision, which needs none": (
        [CLOSED(old="in_progress", new="noted", note="decided by Board; Nothing was asked.")],
        ["in progress → noted; decided by Board; Nothing was asked"],
    ),
    "closed by the day that was decided": (
        [CLOSED(old="superseded", new="superseded", note="It ends.; superseded by A02")],
        ["superseded; It ends; superseded by A02"],
    ),
    "a step that is to come": (
        [STATUS(old="in_progress", new="withdrawn", note="forward; as from Mar-23")],
        ["in progress → withdrawn; as from Mar-23"],
    ),
    "moved without an entry": (
        [TARGET(field="target", old="Mar-23", new="Jun-23", days=91, note="no target change is recorded")],
        ["Mar-23 → Jun-23 (91 days later); no target change is recorded"],
    ),
    "asked for": (
        [EXTENSION(**MOVE, reason="Late.", note="requested")],
        ["requested; Mar-23 → Jun-23 (91 days later); Late"],
    ),
    "refused": (
        [EXTENSION(**MOVE, approved_by="Board", note="refused")],
        ["refused by Board; Mar-23 → Jun-23 (91 days later)"],
    ),
    "entered, and nothing moved": (
        [EXTENSION(**MOVE, note="entered")],
        ["recorded; Mar-23 → Jun-23 (91 days later); the target itself did not change in this period"],
    ),
    "one field": ([OTHER(field="priority", old="low", new="high")], ["Priority: low → high"]),
    "another file": ([OTHER(field="path", old="a.yaml", new="b.yaml")], ["file moved: a.yaml → b.yaml"]),
    "several fields": (
        [OTHER(field="priority", old="low", new="high"), OTHER(field="verified.on", old="2023-01-01")],
        ["changed: Priority, Verified on"],
    ),
    "exempt, the whole": (
        [EXEMPT(field="exempt.paragraph", new="3"), EXEMPT(field="exempt.decided_by", new="Solicitor")],
        ["exempt now: the record; paragraph 3; decided by Solicitor"],
    ),
    "exempt, some fields": (
        [EXEMPT(field="exempt.fields", new=("note", "target")), EXEMPT(field="exempt.until", new="2024-01-31")],
        ["exempt now: note for officers, target date; until 2024-01-31"],
    ),
    "exempt, one update, and another freed": (
        [EXEMPT(field="updates[1].exempt.reason", new="Prices"), EXEMPT(field="updates[2].exempt.reason", old="Staff")],
        ["exempt now: update 2; Prices", "no longer exempt: update 3"],
    ),
    "some fields freed": (
        [EXEMPT(field="exempt.paragraph", old="3"), EXEMPT(field="exempt.fields", old=("note", "target"))],
        ["no longer exempt: note for officers, target date"],
    ),
    "exempt for longer": (
        [EXEMPT(field="exempt.until", old="2024-01-31", new="2024-06-30")],
        ["Exempt: until: 2024-01-31 → 2024-06-30"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_an_event_reads_so(name: str) -> None:
    events, message = CASES[name]
    assert list(format_event_lines(events[0].event_type, events)) == [
        ("A01 Review", text, "1 Feb 2023, Policy clerk (c0ffee0000)") for text in message
    ]


def test_a_record_goes_by_the_last_of_its_titles() -> None:
    renamed = replace(OTHER(field="title", old="Review", new="Audit"), title="Audit")
    lines = format_event_lines(
        EventType.OTHER, [OTHER(field="priority", old="low", new="high"), replace(renamed, revision=LATER)]
    )
    assert [what for what, _, _ in lines] == ["A01 Audit", "A01 Audit"]


def programme(field: str, old: str | None, new: str | None, of: str = "") -> Event:
    return Event(EventType.PROGRAMME, "programme", "programme", "Review", NEXT, field=field, old=old, new=new, note=of)


def test_the_programme_is_shown_by_its_meetings_and_phases() -> None:
    events = [
        programme("meetings[1].id", None, "AC-2", "AC-2"),
        programme("meetings[1].papers_due", None, "May 2023", "AC-2"),
        programme("meetings[0].date", "Mar-23", "April 2023", "AC-1"),
        programme("policy.due_soon_days", "30", "14"),
    ]
    assert [(what, text) for what, text, _ in format_event_lines(EventType.PROGRAMME, events)] == [
        ("Review", "AC-2 is new; papers due May 2023"),
        ("Review", "AC-1: date Mar-23 → April 2023"),
        ("Review", "Policy: due soon, days: 30 → 14"),
    ]


def test_what_the_day_did_has_no_author() -> None:
    closed = Event(EventType.CLOSED, "A01", "action", "Review", None, new="withdrawn")
    assert list(format_event_lines(EventType.CLOSED, [closed])) == [
        ("A01 Review", "no status → withdrawn", "on the date decided")
    ]


def test_what_another_event_shows_is_shown_once() -> None:
    closing = [
        CLOSED(old="in_progress", new="verified"),
        STATUS(old="in_progress", new="verified"),
        OTHER(field="verified.by", new="Audit"),
        OTHER(field="evidence[0].title", new="List"),
    ]
    moving = [
        TARGET(field="target", old="Mar-23", new="Jun-23"),
        OTHER(field="revisions[0].decision", old="requested", new="granted"),
    ]
    apart = [
        STATUS(old=None, new="in_progress"),
        OTHER(field="revisions[0].from", old="Feb-23", new="Mar-23"),
        OTHER(field="priority", new="high"),
        Event(
            EventType.OTHER, "A01", "action", "Review", LATER, field="verified.on", old="2023-02-01", new="2023-01-31"
        ),
    ]
    assert list(deduplicate_events([*closing, *moving, *apart])) == [closing[0], moving[0], *apart]
