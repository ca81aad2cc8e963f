"""Papers print the words that a council wrote, the key explains them, and what is exempt takes its word with it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from p2ptrack.analysis.measures import Measures
from p2ptrack.analysis.redaction import Audience
from p2ptrack.analysis.redaction.redact import split_tagged
from p2ptrack.model.fields import CLOSED_STATUSES, OPEN_STATUSES, Status
from p2ptrack.reports.audit_follow_up import audit_follow_up
from p2ptrack.reports.document import Document
from p2ptrack.reports.progress import progress_report
from tests.command import run
from tests.papers.builders import context_of, redacted_context, section_of, table_of, text_of
from tests.support import case_of, write_register

DAY = date(2027, 3, 1)
PROGRAMME = """\
title: Contracts register review
meetings:
  - {id: AC-2026-09, body: Audit Committee, date: 21 September 2026}
  - {id: AC-2027-03, body: Audit Committee, date: 18 March 2027}
policy: {labels: {embedded: [Now BAU]}}
reports: {audit-follow-up: {show_closed: all}}
"""
CLOSED = "{id: F01, title: a, status: Closed}"
OPEN = "{id: F02, title: b, status: Open}"
NOT_ACHIEVED = "{id: F03, title: c, status: Not achieved}"
BAU = "{id: F04, title: d, status: Now BAU, priority: Fundamental, acceptance: Agreed}"


def follow_up_paper(*records: str) -> Document:
    return audit_follow_up(context_of(case_of(*records, as_of=DAY, programme=PROGRAMME), report="audit-follow-up"))


def cells_of(document: Document) -> str:
    return "\n".join(text_of(cell.content) for row in table_of(document, "follow-ups").rows for cell in row.cells)


def key_of(document: Document) -> list[str]:
    return text_of(section_of(document, "key").blocks).splitlines()


def test_each_status_is_open_complete_or_closed() -> None:
    assert OPEN_STATUSES | CLOSED_STATUSES | {Status.COMPLETE} == set(Status)
    measures = Measures(case_of(CLOSED, OPEN, NOT_ACHIEVED, as_of=DAY, programme=PROGRAMME))
    assert [record.id for record in measures.open] == ["F02"]


def test_a_paper_prints_the_word_as_written_and_its_key_explains_it() -> None:
    document = follow_up_paper(CLOSED, OPEN, NOT_ACHIEVED, BAU)
    cells = cells_of(document)
    assert all(word in cells for word in ("Closed", "Open", "Not achieved", "Now BAU", "Agreed"))
    assert "Embedded" not in cells
    key = "\n".join(key_of(document))
    for line in (
        "Open: not finished; the source does not state whether work has begun",
        "Closed: closed; how it ended is not recorded",
        "Not achieved: not implemented (ended without being done)",
        "Now BAU: embedded (now part of normal business, with a continuing owner)",
        "Agreed: accepted",
    ):
        assert line in key


def test_a_choice_with_the_name_of_a_status_is_not_explained_as_one(tmp_path: Path) -> None:
    programme = (
        "title: FOI\nregisters: {foi: {singular: request, prefix: FOI, fields: "
        "{due: {type: date, role: due}, outcome: {type: choice, choices: [Open, Complete]}}}}\n"
    )
    open_request, complete_request = "title: a\noutcome: Open\n", "title: b\noutcome: Complete\nstatus: complete\n"
    files = {"foi/FOI1.yaml": f"id: FOI1\n{open_request}", "foi/FOI2.yaml": f"id: FOI2\n{complete_request}"}
    root = write_register(tmp_path, files, programme)
    paper = run("render", "foi", "--format", "text", "--output", "-", "--as-of", "2027-03-01", "--root", root).out
    key = paper.partition("Key to symbols and words")[2].splitlines()
    assert [line for line in key if line.startswith(("Open", "Complete"))] == [
        "Complete  reported as done by management"
    ]


def test_the_committee_is_asked_to_close_what_has_no_decision() -> None:
    case = case_of(CLOSED, NOT_ACHIEVED, as_of=DAY, programme=PROGRAMME)
    asks = text_of(section_of(progress_report(context_of(case, report="progress-report")), "requests").blocks)
    assert "agree to close a (F01)\n" in asks
    assert "agree to close c (F03) as not achieved" in asks


def test_an_exempt_status_takes_its_word_with_it() -> None:
    record = (
        "{id: F01, title: a, status: Now BAU, updates: [{date: Jan-27, status: Ongoing}], exempt: {fields: [status]}}"
    )
    case = case_of(record, as_of=DAY, programme=PROGRAMME)
    public = redacted_context(case, Audience.PUBLIC, "audit-follow-up")
    assert "Now BAU" not in repr(public.register.records)
    assert "Ongoing" not in repr(public.register.records)
    members = redacted_context(case, Audience.MEMBERS, "audit-follow-up")
    words = [text for text in split_tagged(cells_of(audit_follow_up(members))) if "Now BAU" in text[0]]
    assert words
    assert all(number is not None for _, number in words)


def test_the_newest_text_is_printed_with_a_newer_status() -> None:
    updates = (
        "[{date: 5 January 2027, text: Old.}, {date: 9 January 2027, text: Newest.}, "
        "{date: 1 February 2027, status: Ongoing}]"
    )
    cells = cells_of(follow_up_paper(f"{{id: F01, title: a, updates: {updates}}}"))
    assert ("1 February 2027 · Ongoing" in cells, "Newest." in cells, "Old." in cells) == (True, True, False)


def test_a_record_that_was_held_over_names_each_meeting() -> None:
    document = follow_up_paper("{id: F01, title: a, raised: [AC-2026-09, AC-2027-03]}", "{id: F02, title: b}")
    cells = cells_of(document)
    assert "September 2026 Audit Committee and March 2027 Audit Committee" in cells


def test_the_meaning_of_the_council_is_the_only_one_in_the_key() -> None:
    programme = PROGRAMME.replace("embedded: [Now BAU]", "not_started: [Not implemented]")
    case = case_of("{id: F01, title: a, status: Not implemented}", as_of=DAY, programme=programme)
    key = key_of(audit_follow_up(context_of(case, report="audit-follow-up")))
    assert [line for line in key if line.startswith("Not implemented")] == [
        "Not implemented: not started (work has not begun)"
    ]
