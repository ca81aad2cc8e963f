"""What pydantic finds, told to an officer: every code, whole, at its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from p2ptrack.diagnostics import Location, Problem
from p2ptrack.model.records import Action
from p2ptrack.model.validation import ERROR_CODES, convert_validation_error, format_field_path
from tests.diagnostics import fault, marked, told, told_action, without_place

DATE_PAIR = '{raw: "the next formal Board meeting", means: 22 November 2024}'
UPDATE_FIELDS = (
    "text, see, date, meeting, source, heading, status, by, as_published, restated, truncated, covers, exempt"
)
UPDATE_GROUP = fault(
    "S103",
    "",
    "This should be a group of fields, each on a line of its own.",
    f"text: … (its fields are {UPDATE_FIELDS})",
)
STATUSES = (
    "not_started, in_progress, on_hold, complete, verified, embedded, superseded, risk_accepted, noted, withdrawn"
)
A_LIST = ("This should be text, and it is a list.", "one line of text, or text after |")
A_GROUP = ("This should be text, and it is a group of fields.", "one line of text, or text after |")
BLANK = ("This holds nothing but spaces.", "the text, or leave the field out")

# Lines of an action after its id and title; the problem, and what the caret stands under.
CASES: dict[str, tuple[str, Problem, str]] = {
    "slip of the finger": (
        "phse: P1",
        fault("S101", "phse", "There is no field “phse” here.", "phase: (did you mean this?)"),
        "phse",
    ),
    "spaces and capitals": (
        "See Also: A01",
        fault("S101", "See Also", "There is no field “See Also” here.", "see_also: (did you mean this?)"),
        "See Also",
    ),
    "a word of other registers": (
        "owner: Head of Procurement",
        fault("S101", "owner", "There is no field “owner” here.", "accountable: (did you mean this?)"),
        "owner",
    ),
    "a slip in a word of other registers": (
        "ownr: Head of Procurement",
        fault("S101", "ownr", "There is no field “ownr” here.", "accountable: (did you mean this?)"),
        "ownr",
    ),
    "a field of the record in an entry": (
        "updates:\n  - text: Done\n    target: Mar-23",
        fault(
            "S101",
            "updates[0].target",
            "“target” is a field of the record, not of this entry.",
            "target: where the record's fields begin",
        ),
        "target",
    ),
    "a field of an entry in the record": (
        "text: Done",
        fault(
            "S101",
            "text",
            "“text” is a field of response or updates, and stands outside of it.",
            "text: under response: or updates:",
        ),
        "text",
    ),
    "nothing like it": (
        "updates: [{text: Done, qqq: x}]",
        fault("S101", "updates[0].qqq", "There is no field “qqq” here.", f"one of {UPDATE_FIELDS}"),
        "qqq",
    ),
    "deep": (
        "updates: [{text: Done, exempt: {paragraf: 3}}]",
        fault(
            "S101",
            "updates[0].exempt.paragraf",
            "There is no field “paragraf” here.",
            "paragraph: (did you mean this?)",
        ),
        "paragraf",
    ),
    "python's own name of a field": (
        "revisions: [{from: Jan-23, to: Mar-23, from_: May-23}]",
        fault("S101", "revisions[0].from_", "There is no field “from_” here.", "from: (did you mean this?)"),
        "from_",
    ),
    "a moved target without its end": (
        "revisions:\n  - from: Jan-23",
        fault("S102", "revisions[0].to", "The field “to” is missing here, and it is needed.", "to: …"),
        "from: Jan-23",
    ),
    "a moved target without its beginning": (
        "revisions: {to: Jan-23}",
        fault("S102", "revisions[0].from", "The field “from” is missing here, and it is needed.", "from: …"),
        "revisions",
    ),
    "a source without its id": (
        "source: {ref: row 2}",
        fault("S102", "source.id", "The field “id” is missing here, and it is needed.", "id: …"),
        "source",
    ),
    "a milestone without a title": (
        "milestones: [{due: Mar-23}]",
        fault("S102", "milestones[0].title", "The field “title” is missing here, and it is needed.", "title: …"),
        "{due: Mar-23}",
    ),
    "a list for text": ("note: [a, b]", fault("S103", "note", *A_LIST), "note"),
    "a group for text": ("note: {a: b}", fault("S103", "note", *A_GROUP), "note"),
    "a group in a list of text": ("restated: [{a: b}]", fault("S103", "restated[0]", *A_GROUP), "{a: b}"),
    "a list in a list of links": ("depends_on: [[A02]]", fault("S103", "depends_on[0]", *A_LIST), "[A02]"),
    "a list for a status": ("status: [complete]", fault("S103", "status", *A_LIST), "status"),
    "a list in a mapping of text": (
        "as_published: {RAG: [Green]}",
        fault("S103", "as_published.RAG", *A_LIST),
        "RAG",
    ),
    "spaces alone": ("note: '  '", fault("S103", "note", *BLANK), "'  '"),
    "text for a group": (
        "updates:\n  - Done.",
        Problem(UPDATE_GROUP.path, "S103", UPDATE_GROUP.severity, UPDATE_GROUP.message, UPDATE_GROUP.fix, "updates[0]"),
        "Done.",
    ),
    "one text for a list of groups": (
        "updates: Done.",
        Problem(UPDATE_GROUP.path, "S103", UPDATE_GROUP.severity, UPDATE_GROUP.message, UPDATE_GROUP.fix, "updates[0]"),
        "Done.",
    ),
    "a list for a group": (
        "decided: [a]",
        fault(
            "S103",
            "decided",
            "This should be a group of fields, each on a line of its own.",
            "on: … (its fields are on, by, meeting, minute, reason, review_by, continuing_owner)",
        ),
        "decided",
    ),
    "text for names and texts": (
        "as_published: Green",
        fault(
            "S103",
            "as_published",
            "This should be a group of fields, each on a line of its own.",
            "name: value, indented under this field",
        ),
        "Green",
    ),
    "a list in covers": (
        "updates: [{text: a, covers: [[A02]]}]",
        fault(
            "S103",
            "updates[0].covers[0]",
            "This should be a group of fields, each on a line of its own.",
            "id: … (its fields are id, extent)",
        ),
        "[A02]",
    ),
    "a list for a date": (
        "target: [Mar-23]",
        fault("S105", "target", "A date is one value, and this is a list.", "one date, such as 31 March 2023"),
        "target",
    ),
    "half a reading of a date": (
        "target: {raw: soon}",
        fault(
            "S105",
            "target",
            "A date with a reading has two fields, raw (the published words) and means (the date we take it for).",
            DATE_PAIR,
        ),
        "target",
    ),
    "a reading that is a list": (
        "target: {raw: soon, means: [Mar-23]}",
        fault(
            "S105",
            "target",
            "A date with a reading has two fields, raw (the published words) and means (the date we take it for).",
            DATE_PAIR,
        ),
        "target",
    ),
    "neither true nor false": (
        "updates: [{text: a, restated: perhaps}]",
        fault("S106", "updates[0].restated", "This is answered with true or false.", "true"),
        "perhaps",
    ),
    "a list for true": (
        "updates: [{text: a, restated: [true]}]",
        fault("S106", "updates[0].restated", "This is answered with true or false.", "true"),
        "restated",
    ),
    "no such priority": (
        "priority: hig",
        fault("S108", "priority", "“hig” is not one of the words for this field.", "high (or critical, medium, low)"),
        "hig",
    ),
    "no such status": (
        "status: finished",
        fault("S108", "status", "“finished” is not one of the words for this field.", f"one of {STATUSES}"),
        "finished",
    ),
    "no such status, deep": (
        "updates: [{text: a, status: zzz}]",
        fault("S108", "updates[0].status", "“zzz” is not one of the words for this field.", f"one of {STATUSES}"),
        "zzz",
    ),
    "no such extent": (
        "updates:\n  - text: a\n    covers:\n      A02: whole\n      A03: wholly\n",
        fault(
            "S108",
            "updates[0].covers[1].extent",
            "“wholly” is not one of the words for this field.",
            "whole (or in_part, heading_only)",
        ),
        "wholly",
    ),
    "an update that says nothing": (
        "updates: [{date: 2023-01-12}]",
        fault(
            "S109",
            "updates[0]",
            "An update has one of the two, and this has neither text nor see.",
            "text: what happened (or see: A03)",
        ),
        "{date: 2023-01-12}",
    ),
    "an update that says and points": (
        "updates: [{text: a, see: A03}]",
        fault(
            "S109",
            "updates[0]",
            "An update has one of the two, and this has both text and see.",
            "text: what happened (or see: A03)",
        ),
        "{text: a, see: A03}",
    ),
    "waiting for nothing that is told": (
        "blocked_by: [{owner: IDS}]",
        fault(
            "S110",
            "blocked_by[0]",
            "What a record waits for is the id of a programme dependency, or a cause of its own.",
            "{cause: what it waits for, owner: whose it is, since: 1 March 2023}",
        ),
        "{owner: IDS}",
    ),
    "waiting for two things in one": (
        "blocked_by: [{id: consultation, cause: Staff}]",
        fault(
            "S110",
            "blocked_by[0]",
            "What a record waits for is the id of a programme dependency, or a cause of its own.",
            "{cause: what it waits for, owner: whose it is, since: 1 March 2023}",
        ),
        "{id: consultation, cause: Staff}",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_fault_of_an_action(case: str, tmp_path: Path) -> None:
    lines, expected, under = CASES[case]
    (found,) = told_action(tmp_path, lines)
    assert found.with_location(None) == expected
    assert marked(found) == under


# The same of the programme, from its second line on.
PROGRAMME_CASES: dict[str, tuple[str, Problem, str]] = {
    "a source's id": (
        "sources: [{id: a b, title: x}]",
        fault(
            "S104",
            "sources[0].id",
            "“a b” is not an id: an id here is letters, digits, dots, - and _.",
            "an id such as AC-2023-03",
        ),
        "a b",
    ),
    "an id that ends in a dash": (
        "meetings: {id: AC-, date: May 2023}",
        fault(
            "S104",
            "meetings[0].id",
            "“AC-” is not an id: an id here is letters, digits, dots, - and _.",
            "an id such as AC-2023-03",
        ),
        "AC-",
    ),
    "no number": (
        "policy: {due_soon_days: a month}",
        fault("S107", "policy.due_soon_days", "This should be a whole number of 0 or more, in figures.", "30"),
        "a month",
    ),
    "a negative number": (
        "policy: {due_soon_days: -1}",
        fault("S107", "policy.due_soon_days", "This should be a whole number of 0 or more, in figures.", "30"),
        "-1",
    ),
    "a number of too many figures": (
        f"policy: {{due_soon_days: {'9' * 5000}}}",
        fault("S107", "policy.due_soon_days", "This should be a whole number of 0 or more, in figures.", "30"),
        "9" * 5000,
    ),
    "a list for a number": (
        "policy: {due_soon_days: [30]}",
        fault("S107", "policy.due_soon_days", "This should be a whole number of 0 or more, in figures.", "30"),
        "due_soon_days",
    ),
    "no such law": (
        "policy: {exemption_law: Englnd}",
        fault(
            "S108",
            "policy.exemption_law",
            "“Englnd” is not one of the words for this field.",
            "england (or wales, scotland)",
        ),
        "Englnd",
    ),
    "a list for a law": (
        "policy: {exemption_law: [england]}",
        fault("S103", "policy.exemption_law", *A_LIST),
        "exemption_law",
    ),
    "no such rating": (
        "policy: {rating: {Blue: Done}}",
        fault(
            "S108",
            "policy.rating.Blue",
            "“Blue” is not one of the words for this field.",
            "one of complete, overdue, at_risk, on_track, not_rated",
        ),
        "Blue",
    ),
    "no such status to label": (
        "policy: {labels: {Complet: Done}}",
        fault(
            "S108",
            "policy.labels.Complet",
            "“Complet” is not one of the words for this field.",
            "complete (or not_started, in_progress, on_hold, verified, embedded, superseded, risk_accepted, noted, "
            "withdrawn)",
        ),
        "Complet",
    ),
    "a label twice": (
        "policy: {labels: {In progress: Underway, in_progress: Going}}",
        fault(
            "S111",
            "policy.labels",
            "“in_progress” and “In progress” are one and the same word.",
            "In progress: once, with everything that belongs to it",
        ),
        "labels",
    ),
    "a rating twice": (
        "policy: {rating: {On track: Green, on-track: Amber}}",
        fault(
            "S111",
            "policy.rating",
            "“on-track” and “On track” are one and the same word.",
            "On track: once, with everything that belongs to it",
        ),
        "rating",
    ),
    "text for labels": (
        "policy: {labels: Done}",
        fault(
            "S103",
            "policy.labels",
            "This should be a group of fields, each on a line of its own.",
            "name: value, indented under this field",
        ),
        "Done",
    ),
    "no kind": (
        "policy: {verification: [action, task]}",
        fault(
            "S108",
            "policy.verification[1]",
            "“task” is not a kind of record.",
            "recommendation, action or follow-up",
        ),
        "task",
    ),
    "a list for a kind": (
        "reports: {plan: {kinds: [[action]]}}",
        fault("S103", "reports.plan.kinds[0]", *A_LIST),
        "[action]",
    ),
    "a slip in a paper": (
        "reports: {plan: {autor: x}}",
        fault("S101", "reports.plan.autor", "There is no field “autor” here.", "author: (did you mean this?)"),
        "autor",
    ),
    "a slip in a word's meaning": (
        "glossary: {PACS: {text: x, infered: true}}",
        fault("S101", "glossary.PACS.infered", "There is no field “infered” here.", "inferred: (did you mean this?)"),
        "infered",
    ),
    "a meaning of spaces": ("glossary: {PACS: ' '}", fault("S103", "glossary.PACS.text", *BLANK), "' '"),
    "a record's field in the programme": (
        "status: complete",
        fault(
            "S101",
            "status",
            "There is no field “status” here.",
            "one of title, organisation, notice, sources, phases, meetings, roles, dependencies, policy, glossary, "
            "reports",
        ),
        "status",
    ),
}


@pytest.mark.parametrize("case", PROGRAMME_CASES)
def test_a_fault_of_the_programme(case: str, tmp_path: Path) -> None:
    lines, expected, under = PROGRAMME_CASES[case]
    (found,) = told(tmp_path, {}, f"title: Review\n{lines}\n")
    assert found.with_location(None) == Problem(
        "data/programme.yaml", expected.code, expected.severity, expected.message, expected.fix, expected.field
    )
    assert marked(found) == under


def test_every_code_has_a_case() -> None:
    tested = {problem.code for _, problem, _ in (*CASES.values(), *PROGRAMME_CASES.values())}
    assert len(ERROR_CODES) > 10
    assert {fault.code for fault in ERROR_CODES} == tested
    assert all(entry.title and entry.why and entry.example and entry.fix for entry in ERROR_CODES)


@pytest.mark.parametrize(
    ("field", "kinds"),
    [("parts", "recommendations"), ("heading", "recommendations"), ("area", "follow-ups"), ("raised", "follow-ups")],
)
def test_a_field_of_another_kind_says_whose_it_is(field: str, kinds: str, tmp_path: Path) -> None:
    (found,) = told_action(tmp_path, f"{field}: x")
    assert (found.code, found.field, found.message) == (
        "S101",
        field,
        f"“{field}” is a field of {kinds}, not of this kind of record.",
    )
    assert found.fix.startswith("one of id, title, source, ")
    assert "phase_end" in found.fix


def test_a_field_of_two_other_kinds_names_both(tmp_path: Path) -> None:
    (found,) = told(tmp_path, {"recommendations/R1.yaml": "id: R1\ntitle: x\nstatus: complete"})
    assert found.message == "“status” is a field of actions and follow-ups, not of this kind of record."


@pytest.mark.parametrize(
    ("word", "field"),
    [
        ("responsible", "accountable"), ("Responsible officer", "accountable"), ("lead", "accountable"),
        ("due", "target"), ("due-date", "target"), ("deadline", "target"), ("revised_date", "revisions"),
        ("name", "title"), ("description", "origin_text"), ("action", "agreed_action"), ("comments", "note"),
        ("progress", "updates"), ("dependencies", "depends_on"), ("blocked", "blocked_by"),
        ("completed", "completed_on"), ("recommendation", "recommendations"), ("RAG", "as_published"),
        ("ref", "source"), ("titel", "title"), ("suporting", "supporting"), ("lead-member", "lead_member"),
    ],
)  # fmt: skip
def test_the_field_that_was_meant_is_named(word: str, field: str, tmp_path: Path) -> None:
    (found,) = told_action(tmp_path, f"{word}: x")
    assert without_place((found,)) == [
        fault("S101", word, f"There is no field “{word}” here.", f"{field}: (did you mean this?)")
    ]


def test_every_fault_of_a_record_is_told_in_one_run(tmp_path: Path) -> None:
    found = told_action(
        tmp_path,
        "status: zzz\npriority: zzz\nownr: x\n"
        "updates: [{text: a, date: zzz}, {see: A02, text: b}, x]\nrevisions: [{}]\n",
    )
    assert [(problem.code, problem.field, problem.location and problem.location.line) for problem in found] == [
        ("S108", "status", 3),
        ("S108", "priority", 4),
        ("S101", "ownr", 5),
        ("S105", "updates[0].date", 6),
        ("S109", "updates[1]", 6),
        ("S103", "updates[2]", 6),
        ("S102", "revisions[0].from", 7),
        ("S102", "revisions[0].to", 7),
    ]


def test_what_is_wrong_with_the_file_and_with_the_record_is_told_in_one_run(tmp_path: Path) -> None:
    found = told_action(tmp_path, "title: Again\npriority: zzz\n")
    assert [(problem.code, problem.location and problem.location.line) for problem in found] == [
        ("Y120", 3),
        ("S108", 4),
    ]


def test_a_missing_id_is_a_problem_of_the_whole_file(tmp_path: Path) -> None:
    (found,) = told(tmp_path, {"actions/A01.yaml": "title: Review\n"})
    assert found == fault("S102", "id", "The field “id” is missing here, and it is needed.", "id: …")


@pytest.mark.parametrize(
    "id_",
    ["A 01", "A-01", "A_01", ".A01", "A01.", "A..1", "Ä01", "A01/..", "A01\u202e", "[red]A01", "A01\n", "\x00", "٣"],
)
def test_an_id_is_letters_digits_and_dots(id_: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Action.model_validate({"id": id_, "title": "x"})
    message = f"“{id_.strip()}” is not an id: an id is letters, digits and dots."
    assert list(convert_validation_error(caught.value, Action, "data/actions/A01.yaml")) == [
        fault("S104", "id", message, "an id such as A01 or R6.2")
    ]


@pytest.mark.parametrize("id_", ["A01", "R6.2", "a", "0", "A.1.b"])
def test_an_id_may_be(id_: str) -> None:
    assert Action.model_validate({"id": id_, "title": "x"}).id == id_


def test_a_fault_shows_no_more_of_a_value_than_somebody_reads(tmp_path: Path) -> None:
    (found,) = told_action(tmp_path, f"priority: {'x' * 100_000}\n")
    assert found.message == f"“{'x' * 59}…” is not one of the words for this field."


def test_a_place_is_written_as_people_write_it() -> None:
    assert format_field_path(("updates", 1, "text")) == "updates[1].text"
    assert format_field_path(("sources", 0)) == "sources[0]"
    assert format_field_path(()) == ""


def test_a_name_that_ends_as_the_store_marks_names_is_kept(tmp_path: Path) -> None:
    (found,) = told_action(tmp_path, "'x#key': y\n")
    assert (found.field, found.location) == ("x#key", Location(3, 1, "'x#key': y", 7))
