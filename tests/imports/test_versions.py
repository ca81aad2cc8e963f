"""The next version of a document: what it adds to records, what is asked, and that nothing is overwritten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import PropertyMock, patch

import pytest

from p2ptrack.cli.options import ImportOptions
from p2ptrack.imports.drafts import RecordDraft, match_drafts
from p2ptrack.imports.mapping import KIND_BY_NAME
from p2ptrack.model.records import FollowUp, SourceRef
from tests.command import CommandResult, run
from tests.imports.test_import import DAY, files, import_, records, register
from tests.imports.writers import WRITERS, write_csv

__all__ = ["register"]

REQUESTS = {
    "1": "The council should keep one register of all its contracts.",
    "2": "Members should be told of waivers of the contract rules.",
    "3": "Officers should be trained in contract management.",
    "4": "The scheme of delegation should be reviewed.",
}
HEADINGS = ["Ref", "Recommendation", "Lead", "Status", "Original date", "Revised date", "Progress", "RAG"]
ROW = ["Head of IT", "In progress", "31/03/2024", "", "Work has begun.", "Amber"]


def table(progress: str = "Progress as at 1 March 2024", **rows: dict[str, str]) -> list[list[str]]:
    """Return a tracker with the four requests; `r1={"Status": …}` changes cells of a row."""
    result = [[progress if heading == "Progress" else heading for heading in HEADINGS]]
    for ref, request in REQUESTS.items():
        row = dict(zip(HEADINGS, [ref, request, *ROW], strict=True)) | rows.get(f"r{ref}", {})
        result.append([row[heading] for heading in HEADINGS])
    return result


def test_another_document_of_the_same_shape_does_not_take_over_the_source(register: Path) -> None:
    import_rows(register, table(), "--yes")
    other = [table()[0], ["1", "Cards should be counted.", *ROW], ["2", "Cards should be cut up.", *ROW]]
    (register / "other.csv").write_bytes(write_csv(other))
    result = import_(register, "other.csv")
    assert "the source audit, but none of its requests is in this file" in result.out
    assert "No longer in the file" not in result.out
    sources = [record.get("source") for record in records(register, "audit_followups")]
    assert sources[4:] == [None, None]


def test_an_extension_is_requested_of_the_target_that_the_register_has(register: Path) -> None:
    import_rows(register, table(), "--yes")
    rows = [
        ["Ref", "Recommendation", "Extension requested to", "Reason for extension"],
        ["2", REQUESTS["2"], "30/09/2024", "Elections."],
    ]
    result = import_rows(register, rows, "--yes")
    assert (result.code, "F02: 30/09/2024 is requested as the target." in result.out) == (0, True)
    change = {"from": "31/03/2024", "to": "30/09/2024", "reason": "Elections.", "decision": "requested"}
    assert [(record["target"], record.get("revisions")) for record in records(register, "audit_followups")][1] == (
        "31/03/2024",
        [change],
    )


def test_requests_that_were_divided_joined_or_numbered_anew_are_listed(register: Path) -> None:
    import_rows(register, table(), "--yes")
    joined = f"{REQUESTS['2']} {REQUESTS['3']}"
    rows = [HEADINGS, ["1a", REQUESTS["1"], *ROW], ["2", joined, *ROW], ["4", REQUESTS["4"], *ROW]]
    result = import_rows(register, rows, "--yes")
    assert "F01: its place in the source is 1a now. The record keeps 1." in result.out
    assert "F03: its request is a part of t.csv, row 3 now, which is F02." in result.out
    assert follow_ups(register)["F01"]["source"]["ref"] == "1"
    for path in (register / "data/audit_followups").iterdir():
        path.unlink()
    import_rows(register, [HEADINGS, ["2", joined, *ROW]], "--yes")
    result = import_rows(register, [HEADINGS, ["2", REQUESTS["2"], *ROW], ["3", REQUESTS["3"], *ROW]], "--yes")
    assert "t.csv, row 3: its request was a part of F01." in result.out


NEXT = "Progress as at 1 June 2024"


@contextmanager
def answering(*lines: str) -> Iterator[None]:
    """Answer the questions of the command, as in a terminal."""
    can_ask = patch.object(ImportOptions, "can_ask", new_callable=PropertyMock, return_value=True)
    with can_ask, patch("sys.stdin", StringIO("".join(f"{line}\n" for line in lines))):
        yield


def import_rows(register: Path, rows: list[list[str]], *options: str) -> CommandResult:
    (register / "t.csv").write_bytes(write_csv(rows))
    return run("import", register / "t.csv", "--source", "audit", "--root", register, "--as-of", DAY, *options)


def follow_ups(register: Path) -> dict[str, Mapping[str, Any]]:
    return {record["id"]: record for record in records(register, "audit_followups")}


@pytest.fixture
def first(register: Path) -> Path:
    """Return a register with the first version."""
    assert import_rows(register, table()).code == 0
    return register


def test_the_files_of_the_fixture_have_no_difference(first: Path) -> None:
    before = files(first)
    result = import_rows(first, table())
    assert (result.code, files(first)) == (0, before)
    assert "The update is unchanged since 1 March 2024: F01, F02, F03 and F04." in result.out


def test_a_new_text_is_a_new_update_dated_by_the_paper(first: Path) -> None:
    result = import_rows(first, table(NEXT, r1={"Progress": "Half done."}))
    assert result.code == 0
    assert follow_ups(first)["F01"]["updates"] == [
        {"date": "1 March 2024", "source": "audit", "text": "Work has begun.\n"},
        {"date": "1 June 2024", "source": "audit", "text": "Half done.\n"},
    ]
    assert "F01: a new update of 1 June 2024: “Half done.”" in result.out
    assert "The update is unchanged since 1 March 2024: F02, F03 and F04." in result.out


def test_another_word_for_the_status_is_kept_with_the_update(first: Path) -> None:
    assert import_rows(first, table(NEXT, r1={"Status": "Ongoing", "Progress": "More."}, r2={"RAG": "Red"})).code == 0
    one, two = follow_ups(first)["F01"], follow_ups(first)["F02"]
    assert (one["status"], one["updates"][1]["status"]) == ("In progress", "Ongoing")
    assert two["as_published"] == {"RAG": "Amber"}
    assert two["updates"][1] == {"date": "1 June 2024", "source": "audit", "as_published": {"RAG": "Red"}}


def test_another_status_is_taken_with_an_update_that_has_it(first: Path) -> None:
    result = import_rows(first, table(NEXT, r1={"Status": "Implemented"}))
    one = follow_ups(first)["F01"]
    assert (one["status"], one["updates"][1]["status"]) == ("Implemented", "Implemented")
    assert "F01: the status changes from In progress to Implemented." in result.out
    result = import_rows(first, table("Progress as at 1 July 2024", r1={"Status": "In progress"}))
    assert result.code == 1
    assert follow_ups(first)["F01"]["status"] == "Implemented"
    assert (
        "F01: the status in the file is “In progress”, and the record is Implemented. It is not changed." in result.out
    )


def test_a_status_of_an_older_paper_is_left_alone(first: Path) -> None:
    result = import_rows(first, table("Progress as at 1 January 2024", r1={"Status": "Not started"}))
    assert result.code == 1
    assert follow_ups(first)["F01"]["status"] == "In progress"


def test_a_status_that_needs_a_decision_is_taken_with_a_warning(first: Path) -> None:
    result = import_rows(first, table(NEXT, r1={"Status": "Not implemented", "Progress": "Ended."}))
    one = follow_ups(first)["F01"]
    assert (result.code, one["status"], one["updates"][1]["text"]) == (0, "Not implemented", "Ended.\n")
    assert "2 warnings about these records" in result.out


def test_a_revised_date_that_is_new_is_a_target_change(first: Path) -> None:
    rows = table(NEXT, r1={"Revised date": "30/06/2024"}, r2={"Revised date": "31 March 2024"})
    assert import_rows(first, rows).code == 0
    one, two = follow_ups(first)["F01"], follow_ups(first)["F02"]
    assert (one["target"], one["revisions"]) == ("30/06/2024", [{"from": "31/03/2024", "to": "30/06/2024"}])
    assert (two["target"], "revisions" in two) == ("31/03/2024", False)
    before = files(first)
    assert import_rows(first, rows).code == 0
    assert files(first) == before
    assert import_rows(first, table(NEXT, r1={"Revised date": "31/12/2024"})).code == 0
    assert follow_ups(first)["F01"]["revisions"][1:] == [{"from": "30/06/2024", "to": "31/12/2024"}]


@pytest.mark.parametrize(
    ("answer", "code", "target", "revisions"),
    [
        ("", 1, "31/03/2024", []),
        ("leave", 0, "31/03/2024", []),
        ("move", 0, "30/04/2024", [{"from": "31/03/2024", "to": "30/04/2024"}]),
        ("correction", 0, "30/04/2024", [{"from": "31/03/2024", "to": "30/04/2024", "category": "correction"}]),
    ],
)
def test_another_original_target_is_asked_about(
    first: Path, answer: str, code: int, target: str, revisions: list[Any]
) -> None:
    rows = table(NEXT, r1={"Original date": "30/04/2024"})
    if answer:
        with answering(answer, "y"):
            result = import_rows(first, rows)
    else:
        result = import_rows(first, rows)
    one = follow_ups(first)["F01"]
    assert (result.code, one["target"], one.get("revisions", [])) == (code, target, revisions)
    assert "F01: the original target changed from 31/03/2024 to 30/04/2024." in result.out


def test_what_is_left_alone_is_counted_without_a_terminal(first: Path) -> None:
    result = import_rows(first, table(NEXT, r1={"Original date": "30/04/2024"}))
    assert result.out.endswith("1 difference is not imported. To be asked about it, run the command in a terminal.\n")


def test_a_request_that_reads_differently_keeps_its_first_words(first: Path) -> None:
    reworded = {"Recommendation": "Members should be told of all waivers of the contract rules."}
    with answering("yes", "y"):
        result = import_rows(first, table(NEXT, r2=reworded))
    two = follow_ups(first)["F02"]
    assert two["origin_text"] == f"{REQUESTS['2']}\n"
    assert two["title"] == "Members should be told of all waivers of the contract rules"
    assert "F02: the request has changed" in result.out


@pytest.mark.parametrize(("answer", "count", "changes"), [("", 4, 0), ("no", 5, 0), ("yes", 4, 1)])
def test_a_request_that_is_half_similar_is_asked_about(first: Path, answer: str, count: int, changes: int) -> None:
    half = {
        "Ref": "9",
        "Recommendation": "The scheme of delegation should be abolished.",
        "Progress": "All of it is new.",
    }
    with answering(answer, "no", "y") if answer == "yes" else answering(answer, "y") if answer else patch.dict({}):
        result = import_rows(first, table(NEXT, r4=half))
    assert len(follow_ups(first)) == count
    assert len(follow_ups(first)["F04"]["updates"]) == 1 + changes
    assert ("may be F04" in result.out, result.code) == ((True, 1) if not answer else (False, 0))


def test_a_record_that_is_gone_from_the_paper_stays_open_and_is_listed(first: Path) -> None:
    before = follow_ups(first)["F04"]
    result = import_rows(first, table(NEXT)[:-1])
    assert "No longer in the file, and not changed: F04." in result.out
    assert follow_ups(first)["F04"] == before


def test_rows_in_another_order_are_the_same_records(first: Path) -> None:
    rows = table()
    before = files(first)
    (first / "t.csv").write_bytes(b"")
    result = import_rows(first, [rows[0], *reversed(rows[1:])])
    after = files(first)
    assert (result.code, {path.name for path in before if before[path] != after[path]}) == (0, {"t.csv"})


def test_lines_that_an_officer_wrote_survive(first: Path) -> None:
    path = next((first / "data/audit_followups").glob("F01*"))
    text = path.read_text(encoding="utf-8")
    text = text.replace("target: 31/03/2024\n", "target: 31/03/2024   # agreed in May\n\nnote: 'Ours'\n")
    path.write_bytes(text.replace("\n", "\r\n").encode())
    assert import_rows(first, table(NEXT, r1={"Progress": "More.", "Revised date": "30/06/2024"})).code == 0
    lines = path.read_bytes().split(b"\r\n")
    assert {b"target: 30/06/2024   # agreed in May", b"", b"note: 'Ours'", b"      More."} <= {*lines}
    assert b"\n" not in b"".join(lines)


def test_a_field_that_the_record_lacks_is_filled_and_another_value_is_left(register: Path) -> None:
    assert import_rows(register, table(r1={"Lead": "", "Original date": ""})).code == 0
    result = import_rows(register, table(NEXT, r2={"Lead": "Head of HR"}))
    one, two = follow_ups(register)["F01"], follow_ups(register)["F02"]
    assert (one["accountable"], one["target"]) == (["Head of IT"], "31/03/2024")
    assert (result.code, two["accountable"]) == (1, ["Head of IT"])
    assert "F02: Responsible officer is Head of HR in the file." in result.out


def test_a_dry_run_of_the_next_version_writes_nothing(first: Path) -> None:
    rows = table(NEXT, r1={"Progress": "Half done."})
    (first / "t.csv").write_bytes(write_csv(rows))
    before = files(first)
    result = import_rows(first, rows, "--dry-run")
    assert "Would write 1 changed record. Nothing was saved." in result.out
    assert files(first) == before


def test_the_next_version_may_have_another_format(first: Path) -> None:
    rows = table(NEXT, r3={"Progress": "Half done."})
    for format_, write in WRITERS.items():
        (first / f"n.{format_}").write_bytes(write(rows))
        assert import_(first, f"n.{format_}", "--source", "audit").code == 0
    assert [len(record.get("updates", [])) for record in follow_ups(first).values()] == [1, 1, 2, 1]


def draft(text: str, ref: str = "") -> RecordDraft:
    return RecordDraft(KIND_BY_NAME["follow_up"], "row", {"origin_text": text, "source": {"id": "x", "ref": ref}})


def follow_up(id_: str, text: str, ref: str) -> FollowUp:
    return FollowUp(id=id_, title=text, origin_text=text, source=SourceRef(id="x", ref=ref))


@pytest.mark.parametrize(
    ("text", "ref", "expected"),
    [
        ("review the contracts register each year", "1", "matched"),
        ("Review the contracts register every quarter of a year", "1", "matched"),  # the same place in the source
        ("Review the contracts register every quarter of a year", "7", "possible"),
        ("Review  the CONTRACTS register **each** year", "7", "matched"),
        ("Train officers in procurement law", "1", "new"),
        ("Review the contracts register each year.", "row 1", "matched"),
    ],
)
def test_requests_are_matched_by_place_and_likeness(text: str, ref: str, expected: str) -> None:
    record = follow_up("F01", "Review the contracts register each year", "1")
    matches = match_drafts([draft(text, ref)], [record], "x")
    assert [name for name in ("new", "matched", "possible") if getattr(matches, name)] == [expected]


def test_a_document_that_had_no_source_is_recognised_with_one(register: Path) -> None:
    rows = [["No.", "Action", "Owner"], ["1", "Train all officers.", "Clerk"], ["2", "Publish the register.", "Clerk"]]
    (register / "t.csv").write_bytes(write_csv(rows))
    assert import_(register, "t.csv").code == 0
    moved = [rows[0], ["1", "Publish the register.", "Clerk"], ["2", "Train all officers.", "Clerk"]]
    (register / "t.csv").write_bytes(write_csv(moved))
    before = files(register)
    for options in ((), ("--source", "audit")):
        result = import_(register, "t.csv", *options)
        assert (result.code, files(register)) == (0, before)
        assert "unchanged: A02 and A01." in result.out


def test_each_record_is_matched_once_and_the_nearest_first() -> None:
    texts = [f"Review the policy of the council for {name}" for name in ("waste", "housing", "planning", "parking")]
    requests = [follow_up(f"F0{index}", text, str(index)) for index, text in enumerate(texts)]
    drafts = [draft(f"{text} again", str(9 - index)) for index, text in enumerate(reversed(texts))]
    matches = match_drafts(drafts, requests, "x")
    assert [record.id for _, record in matches.matched] == ["F03", "F02", "F01", "F00"]


def test_actions_are_linked_to_recommendations_of_another_worksheet(register: Path) -> None:
    rows = [["Rec ID", "Recommendation"], ["R7", "Buy well."], ["R8", "Report."]]
    actions = [["Action ID", "Rec ID", "Action", "Owner"], ["R7.1", "R7", "Write a guide.", "Head of IT"]]
    actions += [["R8.1", "R7; R8", "Send a report.", "Head of IT"], ["R9.1", "R9", "Look around.", "Head of IT"]]
    out = ""
    for content, kind in ((rows, "recommendation"), (actions, "action"), (actions, "action")):
        (register / "t.csv").write_bytes(write_csv(content))
        result = import_(register, "t.csv", "--kind", kind, "--source", "s")
        assert result.code == 0
        out += result.out
    requests = [(record["source"]["ref"], record.get("recommendations")) for record in records(register, "actions")]
    assert requests == [("R7.1", ["R1"]), ("R8.1", ["R1", "R2"]), ("R9.1", None)]
    assert "Rec ID: It names recommendations that the register does not have." in out
    saved_files = sorted(path.name for path in (register / "imports").iterdir())
    assert saved_files == ["t-2.yaml", "t.yaml"]


def test_words_that_a_field_does_not_take_are_kept_once(register: Path) -> None:
    rows = [["Ref", "Recommendation", "Response", "Owner"], ["7", "Explain the rise.", "Awaited.", "Head of IT"]]
    (register / "t.csv").write_bytes(write_csv(rows))
    assert (
        "does not give an answer. The words are kept as published." in import_(register, "t.csv", "--source", "s").out
    )
    before = files(register)
    again = import_(register, "t.csv", "--source", "s")
    assert (again.code, "Nothing to import" in again.out, files(register) == before) == (0, True, True)
