"""Validation errors as problems: every code at its place, with its fix, and each message once."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from pydantic import ValidationError

from p2ptrack.diagnostics import Location, Problem
from p2ptrack.model.limits import LIMITS
from p2ptrack.model.records import Action
from p2ptrack.model.validation import ERROR_CODES, convert_validation_error, format_field_path
from tests.diagnostics import find_action_problems, find_problems, get_marked_text

UPDATE_FIELDS = (
    "text, see, date, meeting, source, heading, status, by, as_published, restated, truncated, covers or exempt"
)
_MOVE = (
    "If the source has a column of this name, put the line under `as_published:`. "
    "Otherwise move what it says to `note:`, which no public paper prints."
)
TEACH = "To write the council's own words, list them under policy.labels.{} in data/programme.yaml."
TEACH_STATUS = TEACH.format("status")
ALL_STATUSES = (
    "open, not_started, in_progress, on_hold, complete, verified, embedded, superseded, risk_accepted, noted, "
    "withdrawn, not_implemented or closed"
)
TEXT_FIX = "Write one line of text, or several lines after |."
NUMBER_FIX = "Write it in digits, such as 30."
PASTED_UPDATE = 'Write it as:\nupdates:\n  - text: "Done."'
PAIRS_FIX = "Write each name and its value on a line of its own below this field, indented."
BOTH_FIX = "Write both `raw:` and `means:`. If the words set no date, write `means: none`."


class Case(NamedTuple):
    """Lines of a file, and the code, field, fix and marked text of the one problem in them."""

    lines: str
    code: str
    field: str
    fix: str
    get_marked_text: str


ACTION_CASES = (
    Case("phse: P1", "S101", "phse", "Use phase: instead.", "phse"),
    Case("See Also: A01", "S101", "See Also", "Use see_also: instead.", "See Also"),
    Case("owner: Head of Procurement", "S101", "owner", "Use accountable: instead.", "owner"),
    Case("ownr: Head of Procurement", "S101", "ownr", "Use accountable: instead.", "ownr"),
    Case(
        "updates:\n  - text: Done\n    target: Mar-23",
        "S101",
        "updates[0].target",
        "Move target: to the fields of the record, which are not indented.",
        "target",
    ),
    Case("text: Done", "S101", "text", "Move text: under response: or updates: and indent it.", "text"),
    Case(
        "updates: [{text: Done, qqq: x}]",
        "S101",
        "updates[0].qqq",
        f"Use one of the fields here: {UPDATE_FIELDS}.",
        "qqq",
    ),
    Case(
        "updates: [{text: Done, exempt: {paragraf: 3}}]",
        "S101",
        "updates[0].exempt.paragraf",
        "Use paragraph: instead.",
        "paragraf",
    ),
    Case(
        "revisions: [{from: Jan-23, to: Mar-23, from_: May-23}]",
        "S101",
        "revisions[0].from_",
        "Use from: instead.",
        "from_",
    ),
    Case(
        "revisions:\n  - from: Jan-23",
        "S102",
        "revisions[0].to",
        "Add `to:` with the target date after the change.",
        "from: Jan-23",
    ),
    Case(
        "revisions: {to: Jan-23}",
        "S102",
        "revisions[0].from",
        "Add `from:` with the target date before the change.",
        "revisions",
    ),
    Case("source: {ref: row 2}", "S102", "source.id", "Add `id:` with a source listed in the programme.", "source"),
    Case(
        "milestones: [{due: Mar-23}]",
        "S102",
        "milestones[0].title",
        "Add `title:` with what is to be reached.",
        "{due: Mar-23}",
    ),
    Case("note: [a, b]", "S103", "note", TEXT_FIX, "note"),
    Case("note: {a: b}", "S103", "note", TEXT_FIX, "note"),
    Case("restated: [{a: b}]", "S103", "restated[0]", TEXT_FIX, "{a: b}"),
    Case("depends_on: [[A02]]", "S103", "depends_on[0]", TEXT_FIX, "[A02]"),
    Case("status: [complete]", "S103", "status", TEXT_FIX, "status"),
    Case("as_published: {RAG: [Green]}", "S103", "as_published.RAG", TEXT_FIX, "RAG"),
    Case("note: '  '", "S103", "note", "Write the text, or leave the field out.", "'  '"),
    Case("updates:\n  - Done.", "S103", "updates[0]", PASTED_UPDATE, "Done."),
    Case("updates: Done.", "S103", "updates[0]", PASTED_UPDATE, "Done."),
    Case("response: Agreed", "S103", "response", 'Write it as:\nresponse:\n  text: "Agreed"', "Agreed"),
    Case(
        "decided: [a]",
        "S103",
        "decided",
        "Write its fields below it, indented. They are on, by, meeting, minute, reason, review_by and "
        "continuing_owner.",
        "decided",
    ),
    Case("as_published: Green", "S103", "as_published", PAIRS_FIX, "Green"),
    Case(
        "updates: [{text: a, covers: [[A02]]}]",
        "S103",
        "updates[0].covers[0]",
        "Write its fields below it, indented. They are id and extent.",
        "[A02]",
    ),
    Case("target: [Mar-23]", "S105", "target", "Write one date, such as 31 March 2027.", "target"),
    Case("target: {raw: soon}", "S105", "target", BOTH_FIX, "target"),
    Case("target: {raw: soon, means: [Mar-23]}", "S105", "target", BOTH_FIX, "target"),
    Case(
        "target: Setpember  2023",
        "S105",
        "target",
        "Write September 2023. To keep the source's words, write:\n"
        'target:\n  raw: "Setpember  2023"\n  means: September 2023',
        "Setpember  2023",
    ),
    Case(
        'revisions: [{from: the "new" year, to: Mar-23}]',
        "S105",
        "revisions[0].from",
        "Write a date such as 31 March 2027, March 2027, Q3 2027/28 or early 2027/28, or TBC. If the source's words "
        'set no date, write:\nfrom:\n  raw: "the \\"new\\" year"\n  means: none',
        'the "new" year',
    ),
    Case("updates: [{text: a, restated: perhaps}]", "S106", "updates[0].restated", "Write true or false.", "perhaps"),
    Case("updates: [{text: a, restated: [true]}]", "S106", "updates[0].restated", "Write true or false.", "restated"),
    Case(
        "priority: hig",
        "S108",
        "priority",
        f"Use high. The other words are critical, medium and low. {TEACH.format('priority')}",
        "hig",
    ),
    Case(
        "status: finishd",
        "S108",
        "status",
        "Use complete. The other words are open, not_started, in_progress, on_hold, verified, embedded, superseded, "
        f"risk_accepted, noted, withdrawn, not_implemented and closed. {TEACH_STATUS}",
        "finishd",
    ),
    Case(
        "status: Closed acceptable",
        "S108",
        "status",
        "Use closed, complete, verified, superseded, risk_accepted, noted, withdrawn or not_implemented. "
        f"{TEACH_STATUS}",
        "Closed acceptable",
    ),
    Case(
        "updates: [{text: a, status: zzz}]",
        "S108",
        "updates[0].status",
        f"Use {ALL_STATUSES}. {TEACH_STATUS}",
        "zzz",
    ),
    Case(
        "updates:\n  - text: a\n    covers:\n      A02: whole\n      A03: wholly\n",
        "S108",
        "updates[0].covers[1].extent",
        "Use whole. The other words are in_part and heading_only.",
        "wholly",
    ),
    Case(
        "updates: [{date: 2023-01-12}]",
        "S109",
        "updates[0]",
        "Add text: with what happened, see: with the id of the record that has the text, or status: and date: if "
        "nothing else was reported.",
        "{date: 2023-01-12}",
    ),
    Case(
        "updates: [{text: a, see: A03}]",
        "S109",
        "updates[0]",
        "Split it into two updates, one with text: and one with see:.",
        "{text: a, see: A03}",
    ),
    Case(
        "blocked_by: [{owner: IDS}]",
        "S110",
        "blocked_by[0]",
        "Add id: with a dependency listed in the programme, or cause: with what the record waits for.",
        "{owner: IDS}",
    ),
    Case(
        "blocked_by: [{id: consultation, cause: Staff}]",
        "S110",
        "blocked_by[0]",
        "Split it into two entries, one with id: and one with cause:.",
        "{id: consultation, cause: Staff}",
    ),
)
PROGRAMME_CASES = (
    Case("sources: [{id: a b, title: x}]", "S104", "sources[0].id", "Write a-b.", "a b"),
    Case("meetings: {id: AC-, date: May 2023}", "S104", "meetings[0].id", "Write AC.", "AC-"),
    Case("policy: {due_soon_days: a month}", "S107", "policy.due_soon_days", NUMBER_FIX, "a month"),
    Case("policy: {due_soon_days: -1}", "S107", "policy.due_soon_days", NUMBER_FIX, "-1"),
    Case(f"policy: {{due_soon_days: {'9' * 5000}}}", "S107", "policy.due_soon_days", NUMBER_FIX, "9" * 5000),
    Case(
        "policy: {delegations: {Head of Service: about 48k}}",
        "S113",
        "policy.delegations.Head of Service.amount",
        "If it is not exact, leave the field out and keep “about 48k” under as_published. If the amount is exactly "
        "£48,000, write 48000.",
        "about 48k",
    ),
    Case("policy: {due_soon_days: [30]}", "S107", "policy.due_soon_days", NUMBER_FIX, "due_soon_days"),
    Case(
        "policy: {exemption_law: Englnd}",
        "S108",
        "policy.exemption_law",
        "Use england. The other words are wales and scotland.",
        "Englnd",
    ),
    Case("policy: {exemption_law: [england]}", "S103", "policy.exemption_law", TEXT_FIX, "exemption_law"),
    Case(
        "policy: {rating: {Blue: Done}}",
        "S108",
        "policy.rating.Blue",
        "Use complete, overdue, at_risk, on_track or not_rated.",
        "Blue",
    ),
    Case(
        "policy: {labels: {In progress: Underway, in_progress: Going}}",
        "S111",
        "policy.labels.status",
        "Put everything under one In progress:.",
        "labels",
    ),
    Case(
        "policy: {rating: {On track: Green, on-track: Amber}}",
        "S111",
        "policy.rating",
        "Put everything under one On track:.",
        "rating",
    ),
    Case(
        "policy: {labels: Done}",
        "S103",
        "policy.labels",
        "Write its fields below it, indented. They are status, priority and acceptance.",
        "Done",
    ),
    Case(
        "policy: {verification: [action, task]}",
        "S108",
        "policy.verification[1]",
        "Use recommendation, action, follow-up or exemption.",
        "task",
    ),
    Case("policy: {verification: acton}", "S108", "policy.verification[0]", "Use action.", "acton"),
    Case("reports: {plan: {kinds: [[action]]}}", "S103", "reports.plan.kinds[0]", TEXT_FIX, "[action]"),
    Case(
        "fields: {action: {note: text}}",
        "S114",
        "fields.action.note",
        "Every action has it already. Leave this out and use note:, or choose another name.",
        "note",
    ),
    Case("reports: {plan: {autor: x}}", "S101", "reports.plan.autor", "Use author: instead.", "autor"),
    Case(
        "glossary: {PACS: {text: x, infered: true}}",
        "S101",
        "glossary.PACS.infered",
        "Use inferred: instead.",
        "infered",
    ),
    Case("glossary: {PACS: ' '}", "S103", "glossary.PACS.text", "Write the text, or leave the field out.", "' '"),
    Case(
        "status: complete",
        "S101",
        "status",
        "Use one of the fields here: title, organisation, notice, language, sources, phases, meetings, roles, "
        "directorates, dependencies, expects, policy, contracts, glossary, views, reports, fields or registers.",
        "status",
    ),
)


def describe(problem: Problem) -> tuple[str, str, str, str]:
    return problem.code, problem.field, problem.fix, get_marked_text(problem)


@pytest.mark.parametrize("case", ACTION_CASES, ids=lambda case: case.lines)
def test_a_problem_in_an_action(case: Case, tmp_path: Path) -> None:
    (problem,) = find_action_problems(tmp_path, case.lines)
    assert describe(problem) == case[1:]


@pytest.mark.parametrize("case", PROGRAMME_CASES, ids=lambda case: case.lines[:60])
def test_a_problem_in_the_programme(case: Case, tmp_path: Path) -> None:
    (problem,) = find_problems(tmp_path, {}, f"title: Review\n{case.lines}\n")
    assert problem.path == "data/programme.yaml"
    assert describe(problem) == case[1:]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("phse: P1", "“phse” is not a field."),
        ("updates: [{text: x, target: Mar-23}]", "“target” is a field of the record, not of this entry."),
        ("text: Done", "“text” belongs inside response or updates."),
        ("area: x", "“area” is a field of follow-ups, not of this kind of record."),
        ("source: {ref: row 2}", "The required field id is missing."),
        ("note: [a, b]", "This should be text, but it is a list."),
        ("note: {a: b}", "This should be text, but it is a group of fields."),
        ("note: '  '", "This text contains only spaces."),
        ("decided: [a]", "This should be a group of fields, each on its own line."),
        ("target: [Mar-23]", "A date is a single value, but this is a list."),
        (
            "target: {raw: soon}",
            "A date with an interpretation has two fields: raw for the source's words, and means for the date.",
        ),
        ("updates: {text: a, restated: perhaps}", "This field can only be true or false."),
        ("priority: hig", "“hig” is not a priority."),
        (f"priority: {'x ' * 10_000}", f"“{'x ' * 29}x…” is not a priority."),
        ("status: Closed acceptable", "“Closed acceptable” is not a status."),
        ("updates: {date: 2023-01-12}", "An update needs text or see, or a status with its date."),
        ("updates: {text: a, see: A03}", "An update has text or see, and this one has both."),
        ("blocked_by: {owner: IDS}", "This entry does not say what the record waits for. It has neither id nor cause."),
        (
            "blocked_by: {id: consultation, cause: Staff}",
            "This entry has both id and cause. Each entry names one thing to wait for.",
        ),
    ],
    ids=lambda value: value[:60],
)
def test_a_message_states_what_is_wrong(lines: str, message: str, tmp_path: Path) -> None:
    assert [problem.message for problem in find_action_problems(tmp_path, lines)] == [message]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            "sources: {id: a b, title: x}",
            "“a b” is not an id. An id in the programme has letters, digits, dots, hyphens and underscores.",
        ),
        ("policy: {due_soon_days: a month}", "This should be a whole number of 0 or more."),
        ("policy: {exemption_law: Englnd}", "“Englnd” is not a country for exemption law."),
        ("policy: {rating: {Blue: x}}", "“Blue” is not a rating."),
        ("policy: {rating: {On track: x, on_track: y}}", "“on_track” and “On track” are the same word."),
        ("policy: {verification: task}", "“task” is not a kind of record."),
    ],
)
def test_a_message_about_the_programme(lines: str, message: str, tmp_path: Path) -> None:
    assert [problem.message for problem in find_problems(tmp_path, {}, f"title: Review\n{lines}\n")] == [message]


def test_every_code_has_a_case() -> None:
    assert len(ERROR_CODES) > 10
    own_codes = {entry.code for entry in ERROR_CODES} - {limit.code for limit in LIMITS}
    assert own_codes == {case.code for case in (*ACTION_CASES, *PROGRAMME_CASES)}
    assert all(entry.title and entry.why and entry.example and entry.fix for entry in ERROR_CODES)


def test_a_field_of_two_other_kinds_names_both(tmp_path: Path) -> None:
    (problem,) = find_problems(tmp_path, {"recommendations/R1.yaml": "id: R1\ntitle: x\nstatus: complete"})
    assert (problem.code, problem.field) == ("S101", "status")
    assert "actions and follow-ups" in problem.message
    assert problem.fix == _MOVE


@pytest.mark.parametrize(
    ("word", "field"),
    [
        ("responsible", "accountable"), ("Responsible officer", "accountable"), ("lead", "accountable"),
        ("due", "target"), ("due-date", "target"), ("deadline", "target"), ("revised_date", "revisions"),
        ("name", "title"), ("description", "origin_text"), ("action", "agreed_action"), ("comments", "note"),
        ("progress", "updates"), ("dependencies", "depends_on"), ("blocked", "blocked_by"),
        ("completed", "completed_on"), ("recommendation", "recommendations"), ("RAG", "as_published"),
        ("ref", "source"), ("state", "status"), ("titel", "title"), ("suporting", "supporting"),
        ("lead-member", "lead_member"),
    ],
)  # fmt: skip
def test_the_field_that_was_meant_is_suggested(word: str, field: str, tmp_path: Path) -> None:
    (problem,) = find_action_problems(tmp_path, f"{word}: x")
    assert (problem.code, problem.field, problem.fix.split("\n")[0].split(". ")[0].rstrip(".")) == (
        "S101",
        word,
        f"Use {field}: instead",
    )


@pytest.mark.parametrize(
    ("line", "fix"),
    [
        ("start_date: 1 March 2027", "Use start: instead."),
        ("date_started: 1 March 2027", "Use start: instead."),
        ("Date of commencement: 1 March 2027", "Use start: instead."),
        ("target_date: 1 March 2027", "Use target: instead."),
        ("review_date: 1 March 2027", "Use review_by: instead."),
        ("next_review_date: 1 March 2027", "Use review_by: instead."),
        ("finish_date: 1 March 2027", "Use target: or completed_on: instead."),
        ("end_date: 1 March 2027", "Use target: or completed_on: instead."),
        ("decision_date: 1 March 2027", "Use decided: instead.\ndecided:\n  on: 1 March 2027"),
        (
            "original_target: 1 March 2027",
            "Use revisions: instead. Fill in to.\nrevisions:\n  - from: 1 March 2027\n    to:",
        ),
        (
            "revised target date: 1 March 2027",
            "Use revisions: instead. Fill in from.\nrevisions:\n  - from:\n    to: 1 March 2027",
        ),
        ("RAG: Amber", "Use as_published: instead.\nas_published:\n  RAG: Amber"),
        (
            "update: Half is done.",
            "Use updates: instead. Fill in date.\nupdates:\n  - date:\n    text: Half is done.",
        ),
        ("private: yes", "Use exempt: instead. Fill in paragraph and reason.\nexempt:\n  paragraph:\n  reason:"),
        ("confidential: true", "Use exempt: instead. Fill in paragraph and reason.\nexempt:\n  paragraph:\n  reason:"),
        (
            "evidence_link: 'https://example.org/#a'",
            'Use evidence: instead.\nevidence:\n  - link: "https://example.org/#a"',
        ),
        ("verified_by: Head of Audit", "Use verified: instead.\nverified:\n  by: Head of Audit"),
        ("planned_start_date: 1 March 2027", "Use start: instead."),
        ("link: a", "Use evidence: instead.\nevidence:\n  - link: a"),
        ("updates: [{date: 1 March 2027, update: Begun.}]", "Use text: instead."),
        ("related: A02", "Use see_also: instead."),
        ("onwer: x", "Use accountable: instead."),
    ],
)
def test_a_name_of_another_register_gets_the_field_with_its_meaning(line: str, fix: str, tmp_path: Path) -> None:
    (problem,) = find_action_problems(tmp_path, line)
    assert (problem.code, problem.fix) == ("S101", fix)


@pytest.mark.parametrize(
    ("line", "fix"),
    [
        ("approver: Head of Procurement", "Use approved_by: instead."),
        ("approval_date: 1 March 2027", "Use approved_on: instead."),
        ("start_date: 1 March 2027", "Use contract_start: instead."),
        ("expiry_date: 1 March 2028", "Use contract_end: instead."),
        ("requested_on: 1 March 2027", _MOVE),
        ("justification: Only one provider can do it.", "Use reason_text: instead."),
        ("contractor: Example Ltd", "Use supplier: instead."),
        ("total_value: 5000", "Use value: instead."),
        ("rules_broken: Rule 9", "Use rule: instead."),
        ("committee: AC-2027-03", "Use reported_to: instead."),
        ("action: A01", "Use leads_to: or agreed_action: instead."),
        ("type: Retrospective waiver", "Use waiver. The other words are breach and exception."),
        ("type: Exemption", "Use waiver or exception."),
        ("sought: in advance", "Use before. The other word is after."),
        ("sought: retrospectively", "Use after. The other word is before."),
    ],
)
def test_a_name_or_word_of_other_exemptions_gets_its_meaning(line: str, fix: str, tmp_path: Path) -> None:
    (problem,) = find_problems(tmp_path, {"exemptions/E01.yaml": f"id: E01\ntitle: A waiver\n{line}\n"})
    assert problem.fix == fix


@pytest.mark.parametrize(
    "name",
    [
        "sponsor",
        "committee",
        "board",
        "team",
        "cost",
        "unaccountable",
        "Type",
        "update_date",
        "agreed_date",
        "date_reviewed",
        "last_review_date",
        "meeting_date",
    ],
)
def test_a_name_without_a_field_of_its_meaning_gets_no_suggestion(name: str, tmp_path: Path) -> None:
    (problem,) = find_action_problems(tmp_path, f"{name}: x")
    assert problem.fix == _MOVE


def test_all_errors_of_a_record_are_found_at_once(tmp_path: Path) -> None:
    problems = find_action_problems(
        tmp_path,
        "status: zzz\npriority: zzz\nownr: x\n"
        "updates: [{text: a, date: zzz}, {see: A02, text: b}, x]\nrevisions: [{}]\n",
    )
    assert [(problem.code, problem.field, problem.location and problem.location.line) for problem in problems] == [
        ("S108", "status", 3),
        ("S108", "priority", 4),
        ("S101", "ownr", 5),
        ("S105", "updates[0].date", 6),
        ("S109", "updates[1]", 6),
        ("S103", "updates[2]", 6),
        ("S102", "revisions[0].from", 7),
        ("S102", "revisions[0].to", 7),
    ]


def test_errors_of_the_file_and_of_the_record_are_found_at_once(tmp_path: Path) -> None:
    problems = find_action_problems(tmp_path, "title: Again\npriority: zzz\n")
    assert [(problem.code, problem.location and problem.location.line) for problem in problems] == [
        ("Y120", 3),
        ("S108", 4),
    ]


def test_a_missing_id_is_a_problem_of_the_whole_file(tmp_path: Path) -> None:
    (problem,) = find_problems(tmp_path, {"actions/A01.yaml": "title: Review\n"})
    assert (problem.code, problem.field, problem.location) == ("S102", "id", None)


@pytest.mark.parametrize(
    "id_",
    ["A 01", "A-01", "A_01", ".A01", "A01.", "A..1", "Ä01", "A01/..", "A01\u202e", "[red]A01", "A01\n", "\x00", "٣"],
)
def test_an_id_has_letters_digits_and_dots_only(id_: str) -> None:
    with pytest.raises(ValidationError) as error:
        Action.model_validate({"id": id_, "title": "x"})
    (problem,) = convert_validation_error(error.value, Action, "data/actions/A01.yaml")
    assert (problem.code, problem.field) == ("S104", "id")
    assert problem.message == f"“{id_.strip()}” is not an id. An id has letters, digits and dots."


@pytest.mark.parametrize("id_", ["A01", "R6.2", "a", "0", "A.1.b"])
def test_a_valid_id(id_: str) -> None:
    assert Action.model_validate({"id": id_, "title": "x"}).id == id_


def test_a_field_path_is_written_as_people_write_it() -> None:
    assert format_field_path(("updates", 1, "text")) == "updates[1].text"
    assert format_field_path(("sources", 0)) == "sources[0]"
    assert format_field_path(()) == ""


def test_a_name_that_ends_like_the_key_suffix_is_kept(tmp_path: Path) -> None:
    (problem,) = find_action_problems(tmp_path, "'x#key': y\n")
    assert (problem.field, problem.location) == ("x#key", Location(3, 1, "'x#key': y", 7))
