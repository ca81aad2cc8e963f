"""Movement since the last meeting, by the dates in the register."""

from __future__ import annotations

from datetime import date

from p2ptrack.reports.document import Paragraph
from p2ptrack.reports.selection import View
from tests.papers.builders import section_of, text_of
from tests.progress.builders import paper, rows, view

MEETINGS = """\
title: T
meetings:
  - {id: M1, body: Audit Committee, date: 14 June 2022}
  - {id: M2, body: Audit Committee, date: 17 October 2022}
  - {id: B1, body: Executive, date: 1 December 2022}
  - {id: M3, body: Audit Committee, date: 20 January 2023}
  - {id: M4, body: Audit Committee, date: 17 April 2023}
"""
HISTORY = "Items that were reopened or removed are not counted here."


def boundaries(paper_view: View) -> tuple[str, str, date]:
    meetings = (paper_view.last_meeting, paper_view.next_meeting)
    last_id, next_id = (meeting.id if meeting else "" for meeting in meetings)
    return last_id, next_id, paper_view.due_until


def test_a_view_is_between_the_last_meeting_and_the_one_after_the_papers_own() -> None:
    assert boundaries(view(programme=MEETINGS, meeting="M3")) == ("M2", "M4", date(2023, 4, 17))
    assert boundaries(view(programme=MEETINGS, meeting="M4")) == ("M2", "M4", date(2023, 4, 17))
    assert boundaries(view(programme=MEETINGS)) == ("B1", "", date(2023, 2, 11))


def test_a_paper_for_a_meeting_that_is_over_looks_from_the_one_before_it() -> None:
    assert boundaries(view(programme=MEETINGS, meeting="M2"))[:2] == ("M1", "M3")
    assert boundaries(view(programme=MEETINGS, meeting="M4", as_of=date(2024, 1, 1))) == ("M3", "", date(2024, 1, 31))


def test_the_end_of_the_calendar_is_no_error() -> None:
    assert view(programme=MEETINGS, as_of=date.max).due_until == date.max


def test_opening_and_new_less_closed_is_what_is_open_now() -> None:
    document = paper(
        "{id: F1, title: Old, raised: M1}",
        "{id: F2, title: Old and closed, raised: M1, status: verified, verified: {by: Auditor, on: 1 December 2022}}",
        "{id: F3, title: Closed long ago, raised: M1, status: noted, decided: {on: 14 June 2022}}",
        "{id: F4, title: New, raised: M2}",
        "{id: F5, title: New and done, raised: M2, status: complete, completed_on: 2 January 2023}",
        programme=MEETINGS,
        meeting="M3",
    )
    assert rows(document, "movement") == [
        ["Kind", "Open before 17 October 2022", "New", "Closed", "Open at 12 January 2023"],
        ["Follow-ups", "2", "2", "2", "2"],
    ]
    assert text_of(section_of(document, "glance").blocks[1]) == (
        "New, by the meeting that raised them: F4, F5. "
        f"Closed, by the day of their decision, verification or completion: F2, F5. {HISTORY}"
    )


def test_numbers_without_their_dates_are_not_known() -> None:
    document = paper(
        "{id: A1, title: Action, status: complete, inferred: status}",
        "{id: A2, title: Verified, status: verified, verified: {by: Auditor, on: TBC}}",
        "{id: F1, title: Raised, raised: M2}",
        "{id: F2, title: Raised when}",
        programme=MEETINGS + "policy: {verification: action}\n",
        meeting="M3",
    )
    assert rows(document, "movement") == [
        ["Kind", "Open before 17 October 2022", "New", "Closed", "Open at 12 January 2023", "Complete, not verified"],
        ["Actions", "not known", "not known", "not known", "1*", "1*"],
        ["Follow-ups", "not known", "not known", "0", "2", ""],
    ]
    note = section_of(document, "glance").blocks[1]
    assert isinstance(note, Paragraph)
    assert (
        text_of(note)
        == f"A number is not known where the dates on which items were raised or closed are not recorded. {HISTORY}"
    )


def test_before_the_first_meeting_nothing_is_known_of_the_last() -> None:
    document = paper("{id: F1, title: Raised}", programme="title: T\n")
    assert rows(document, "movement") == [
        ["Kind", "Open at the last meeting", "New", "Closed", "Open at 12 January 2023"],
        ["Follow-ups", "not known", "not known", "not known", "1"],
    ]
