"""Fields and registers that a programme declares: what is read, and what is refused at which line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from p2ptrack.analysis.facts import FACT_NAMES
from p2ptrack.analysis.filters import FIELD_ALIASES
from p2ptrack.model.declared_kinds import RESERVED_ALIASES, RESERVED_FIELDS, RESERVED_WORDS
from p2ptrack.model.kinds import KINDS, normalise_kind_word
from p2ptrack.queries.answer_schemas import ANSWERS
from tests.command import COMMANDS, run
from tests.json_schema import is_valid, read_as_editor
from tests.support import programme_of, write_register

PROGRAMME = """\
title: Registers of our own
roles: [Head of Procurement, Monitoring Officer]
fields:
  action:
    cost_centre: text
    score: {type: number, role: sum}
registers:
  savings:
    singular: saving
    prefix: S
    total_within: type_of_saving
    fields:
      type_of_saving:
        type: choice
        choices: [Cashable, Non-cashable, Cost avoidance]
        role: [required, group]
      amount: {type: money, role: sum}
      class: text
      supported_by: {type: link, list: true}
  foi:
    singular: FOI request
    plural: FOI requests
    prefix: FOI
    fields:
      received: {type: date, role: required}
      reply_due: {type: date, role: due, title: Reply due}
      pages: {type: number, role: sum}
      answered_by: post
"""
FILES = {
    "actions/A01.yaml": """\
        id: A01
        title: Buy less paper
        status: in_progress
        cost_centre: 4.10
        score: 12
        """,
    "savings/S01.yaml": """\
        id: S01
        title: Paper
        type_of_saving: cost avoidance
        amount: £1,200
        class: a
        supported_by: A01
        """,
    "savings/S02.yaml": "id: S02\ntitle: Ink\ntype_of_saving: Cashable\namount: 300\n",
    "foi/FOI01.yaml": """\
        id: FOI01
        title: Agency staff
        received: 2026-11-02
        reply_due: 27 November 2026
        status: in_progress
        pages: 1,200.5
        answered_by: Monitoring Officer
        """,
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_register(tmp_path, FILES, PROGRAMME)


def ask(root: Path, *words: str) -> dict[str, object]:
    answer = run(*words, "--root", root, "--as-of", "2026-11-30", "--format", "json")
    assert answer.code == 0, answer.err
    return dict(json.loads(answer.out))


def ids(root: Path, *words: str) -> list[str]:
    records = ask(root, "list", *words)["records"]
    assert isinstance(records, list)
    return [record["id"] for record in records]


def test_declared_records_are_read_with_their_types(root: Path) -> None:
    records = ask(root, "list")["records"]
    assert isinstance(records, list)
    fields = {record["id"]: (record["kind"], record["fields"]) for record in records}
    assert fields["A01"] == ("action", {"status": "in_progress", "cost_centre": "4.10", "score": 12})
    assert fields["S01"] == (
        "saving",
        {
            "type_of_saving": "Cost avoidance",
            "amount": {"amount": "1200", "currency": "GBP"},
            "class": "a",
            "supported_by": ["A01"],
        },
    )
    kind, request = fields["FOI01"]
    assert (kind, request["pages"], request["reply_due"]["latest"]) == ("foi_request", 1200.5, "2026-11-27")
    assert "target" not in request


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["savings"], ["S01", "S02"]), (["kind:foi-request"], ["FOI01"]), (["foi"], ["FOI01"]),
        (["is:overdue"], ["FOI01"]), (["reply_due.before:2026-12"], ["FOI01"]), (["target.before:2026-12"], ["FOI01"]),
        (["amount.over:1,000"], ["S01"]), (["amount:300"], ["S02"]), (["pages.over:1200"], ["FOI01"]),
        (["pages:1200.5"], ["FOI01"]), (["savings", "--sort", "not.amount"], ["S01", "S02"]),
        (["type_of_saving:cashable"], ["S02"]), (["type-of-saving:COST-AVOIDANCE"], ["S01"]), (["class:a"], ["S01"]),
        (["class:none"], ["S02"]), (["supported_by:A01"], ["S01"]), (["answered_by:monitoring officer"], ["FOI01"]),
        (["cost_centre:4.10"], ["A01"]), (["has:reply_due"], ["FOI01"]),
    ],
)  # fmt: skip
def test_declared_fields_are_filters(root: Path, words: list[str], expected: list[str]) -> None:
    assert ids(root, *words) == expected


def test_a_declared_due_date_is_overdue_at_its_own_place(root: Path) -> None:
    problems = ask(root, "check")["problems"]
    assert isinstance(problems, list)
    reported = {(problem["code"], problem["path"], problem["field"], problem["line"]) for problem in problems}
    assert ("T101", "data/foi/FOI01.yaml", "reply_due", 4) in reported
    assert "Reply due: 27 November 2026" in run("show", "FOI01", "--root", root, "--as-of", "2026-11-30").out


def test_a_programme_without_declarations_has_the_built_in_kinds() -> None:
    assert programme_of("title: x").kinds is KINDS
    declared = programme_of(PROGRAMME).kinds
    assert declared is programme_of(PROGRAMME).kinds
    assert [kind.name for kind in declared] == [*(kind.name for kind in KINDS), "saving", "foi_request"]


def test_reserved_words_are_those_that_mean_something() -> None:
    words = {normalise_kind_word(word) for word in (*COMMANDS, *ANSWERS, "programme")}
    assert words <= RESERVED_WORDS
    assert set(FACT_NAMES) <= RESERVED_FIELDS
    assert RESERVED_ALIASES == FIELD_ALIASES


REFUSED = (Path(__file__).parent / "refused_declarations.txt").read_text(encoding="utf-8").splitlines()
"""A line of the programme, and after # the code, place and message of its only problem."""


@pytest.mark.parametrize("line", REFUSED)
def test_a_wrong_declaration_is_refused_at_its_line(line: str, tmp_path: Path) -> None:
    declaration, _, expected = line.partition(" # ")
    write_register(tmp_path, {}, f"title: x\n{declaration}\n")
    answer = run("check", "--root", tmp_path, "--as-of", "2026-11-30", "--format", "json")
    (problem,) = json.loads(answer.out)["problems"]
    reported = f"{problem['code']} {problem['line']}:{problem['column']} {problem['message']}"
    assert (reported, bool(problem["fix"])) == (expected, True)
    assert run("list", "--root", tmp_path).code == 3


FIELD = "registers: {s: {singular: s, prefix: S, fields: {%s}}}"


@pytest.mark.parametrize(
    ("declaration", "wrong", "right"),
    [
        (FIELD % "a: {type: money, required: true}", "required: true", "role: required"),
        (FIELD % "a: {type: text, mandatory: true}", "mandatory: true", "role: required"),
        (FIELD % "a: {type: date, due: true}", "due: true", "role: due"),
        (FIELD % "a: {type: choice, options: [x, y]}", "options:", "choices:"),
        (FIELD % "a: {type: money, role: total}", "total", "sum"),
        (FIELD % "a: {type: date, role: deadline}", "deadline", "due"),
        (FIELD % "a: {type: percentage}", "percentage", "number"),
        (FIELD % "a: {typ: date}", "typ:", "type:"),
        (FIELD % "Claim by: date", "Claim by", "claim_by"),
        (FIELD % "value: number", "value", "s_value"),
        ("registers: {s: {name: s, prefix: S}}", "name:", "singular:"),
        ("registers: {s: {title: s, prefix: S}}", "title:", "singular:"),
        ("fields: {acton: {a: text}}", "acton", "action"),
    ],
)  # fmt: skip
def test_a_declaration_is_right_once_its_fix_is_followed(
    declaration: str, wrong: str, right: str, tmp_path: Path
) -> None:
    write_register(tmp_path, {}, f"title: x\n{declaration}\n")
    problems = ask_problems(tmp_path)
    assert any(right in problem["fix"] for problem in problems), problems
    write_register(tmp_path, {}, f"title: x\n{declaration.replace(wrong, right, 1)}\n")
    assert ask_problems(tmp_path) == []


LIKE_NAMES = """\
title: Registers with fields of the same names
fields: {recommendation: {rating: {type: choice, choices: [HIGH, Low]}}}
registers:
  leases:
    singular: lease
    prefix: L
    fields:
      type: {type: choice, choices: [Ground lease, Breach], title: Kind of lease}
      rating: {type: choice, choices: [High, Very high], role: group}
      terms: {type: text, list: true}
  incidents:
    singular: incident
    plural: officers' incidents
    prefix: IN
    fields: {rating: {type: choice, choices: [Low, Severe], role: group}}
"""


def test_registers_may_have_choices_of_their_own_under_one_name(tmp_path: Path) -> None:
    files = {
        "leases/L01.yaml": "id: L01\ntitle: x\ntype: ground-lease\nrating: high\nterms: [Repairs by June, Rent]\n",
        "leases/L02.yaml": "id: L02\ntitle: x\ntype: breach\nrating: very high\n",
        "incidents/IN01.yaml": "id: IN01\ntitle: x\nrating: low\n",
        "recommendations/R1.yaml": "id: R1\ntitle: x\nrating: low\n",
        "recommendations/R2.yaml": "id: R2\ntitle: x\nrating: high\n",
        "exemptions/E01.yaml": "id: E01\ntype: breach\nvalue: 1\n",
    }
    root = write_register(tmp_path, files, LIKE_NAMES)
    assert [problem for problem in ask_problems(root) if problem["severity"] == "error"] == []
    assert ids(root, "rating:high") == ["R2", "L01"]
    assert ids(root, "rating:low,severe") == ["R1", "IN01"]
    assert ids(root, "leases", "rating:very-high") == ["L02"]
    assert ids(root, "type:breach") == ["E01", "L02"]
    assert ids(root, "terms:june") == ["L01"]
    columns = ("--columns", "id,type", "--root", root)
    assert "Kind of lease" in run("list", "leases", *columns).out
    assert "Type" in run("list", "type:breach", *columns).out
    assert ids(root, "--sort", "rating", "leases") == ["L01", "L02"]
    refused = run("list", "rating:medium", "--root", root)
    assert (refused.code, "Use HIGH, Low, High, Very high, Severe or none." in refused.err) == (2, True)
    other = "id: IN02\ntitle: x\nrating: high\n"
    problems = ask_problems(write_register(root, {"incidents/IN02.yaml": other}, LIKE_NAMES))
    assert [problem["fix"] for problem in problems if problem["severity"] == "error"] == ["Use Low or Severe."]


def test_a_thousand_fields_are_refused(tmp_path: Path) -> None:
    fields = ", ".join(f"f{number}: text" for number in range(1000))
    write_register(tmp_path, {}, f"title: x\nregisters: {{s: {{singular: s, prefix: S, fields: {{{fields}}}}}}}\n")
    assert (
        "This declares 1000 fields. A kind can have at most 60 of its own."
        in run("check", "--root", tmp_path, width=200).out
    )


def read(root: Path, path: str) -> str:
    return (root / "data" / path).read_text(encoding="utf-8")


def test_declared_records_are_added_and_changed(root: Path) -> None:
    day = ("--root", root, "--as-of", "2026-11-30", "--yes")
    added = run("add", "saving", "--title", "Toner", "--set", "type_of_saving=cashable", "--set", "amount=£40", *day)
    assert (added.code, added.out.splitlines()[-1]) == (0, "S03"), added.err
    assert read(root, "savings/S03-toner.yaml") == "id: S03\ntitle: Toner\ntype_of_saving: cashable\namount: £40\n"
    refused = run("add", "saving", "--title", "Pens", *day)
    assert refused.code == 1
    assert "S04 has no type_of_saving, which every saving needs." in refused.err
    refused = run("add", "saving", "--title", "Pens", "--set", "type_of_saving=cash", *day)
    assert (refused.code, "“cash” is not one of the choices." in refused.err) == (1, True)
    assert run("add", "saving", "--title", "Pens", "--set", "cost_centre=1", *day).code == 2
    assert "S01 is a record of savings, which are not tracked" in run("update", "S01", "--text", "x", *day).err
    assert run("edit", "S02", "--set", "amount=301", *day).code == 0
    assert read(root, "savings/S02.yaml").endswith("amount: 301\n")


def test_a_declared_due_date_is_extended_under_its_own_name(root: Path) -> None:
    day = ("--root", root, "--as-of", "2026-11-30", "--yes")
    extended = run(
        "extend", "FOI01", "15 December 2026", "--reason", "Many pages.", "--approved-by", "Monitoring Officer", *day
    )
    assert extended.code == 0, extended.err
    text = read(root, "foi/FOI01.yaml")
    assert "reply_due: 15 December 2026\n" in text
    assert "  - from: 27 November 2026\n    to: 15 December 2026\n" in text
    assert "\ntarget:" not in text
    closed = run("close", "FOI01", "--on", "30 November 2026", "--evidence", "The reply", *day)
    assert closed.code == 0, closed.err
    assert ids(root, "foi", "is:overdue") == []


def test_a_required_field_and_a_post_must_have_content(root: Path) -> None:
    write_register(root, {"savings/S02.yaml": "id: S02\ntitle: Ink\n", "foi/FOI02.yaml": FOI_WITHOUT_POST}, PROGRAMME)
    problems = ask_problems(root)
    assert {(problem["code"], problem["path"]) for problem in problems if problem["severity"] == "error"} == {
        ("I121", "data/savings/S02.yaml"),
        ("N107", "data/foi/FOI02.yaml"),
    }


FOI_WITHOUT_POST = "id: FOI02\ntitle: x\nreceived: 2026-11-02\nreply_due: 2026-12-20\nanswered_by: TBC\n"


def ask_problems(root: Path) -> list[dict[str, str]]:
    answer = run("check", "--root", root, "--as-of", "2026-11-30", "--format", "json")
    problems = json.loads(answer.out)["problems"]
    assert isinstance(problems, list)
    return problems


@pytest.mark.parametrize("word", ["Low", "low", "3", "4.10", "-2", "true", "TRUE"])
def test_the_schema_takes_a_choice_that_an_editor_reads_as_a_number(tmp_path: Path, word: str) -> None:
    programme = 'title: a\nfields: {actions: {size: {type: choice, choices: [Low, "3", "4.10", "-2", "true"]}}}\n'
    text = f"id: A01\ntitle: Ink\nsize: {word}\n"
    root = write_register(tmp_path, {"actions/A01.yaml": text}, programme)
    assert "S108" not in [problem["code"] for problem in ask_problems(root)]
    schema = json.loads(run("schema", "action", "--root", root).out)
    assert is_valid(read_as_editor(text), schema)
    assert not is_valid(read_as_editor(text.replace(word, "7")), schema)


def test_schemas_have_the_declared_kinds(root: Path) -> None:
    schema = json.loads(run("schema", "saving", "--root", root).out)
    assert {"type_of_saving", "amount", "class"} <= schema["properties"].keys()
    assert "cost_centre" in json.loads(run("schema", "action", "--root", root).out)["properties"]
    kinds = json.loads(run("schema", "list", "--root", root).out)["properties"]["records"]["items"]["anyOf"]
    assert [kind["properties"]["kind"]["const"] for kind in kinds][-2:] == ["saving", "foi_request"]


def test_the_paper_adds_up_only_what_can_be_added(root: Path) -> None:
    secret = "id: S03\ntitle: Secret\ntype_of_saving: Cashable\namount: 5000\nexempt:\n  fields: [amount]\n" + GROUNDS
    yearly = "id: S04\ntitle: Gas\ntype_of_saving: Cashable\namount: {amount: 70, vat: net, period: year}\n"
    write_register(root, {"savings/S03.yaml": secret, "savings/S04.yaml": yearly}, PROGRAMME)

    def print_paper(audience: str) -> str:
        command = ("render", "savings", "--format", "md", "--output", "-", "--audience", audience)
        paper = run(*command, "--root", root, "--as-of", "2026-11-30")
        assert paper.code == 0, paper.err
        return paper.out

    public = print_paper("public")
    assert "| Cashable | 3 | £300; £70 a year, excluding VAT |" in public
    assert "| **All** | **4** | Cashable: £300; Cashable: £70 a year, excluding VAT; Cost avoidance: £1,200 |" in public
    assert "Amount of 1 record is not published, and no sum includes it." in public
    assert not any(text in public for text in ("5,000", "5,300", "5000", "5300"))
    assert "£5,300" in print_paper("officers")


GROUNDS = "  paragraph: [3]\n  reason: Commercial interests\n  public_interest: Competition\n"


@pytest.mark.parametrize(
    ("written", "fix"),
    [
        ("string", "Use text. The other words are post, date, money, number, choice and link."),
        ("Integer", "Use number. The other words are text, post, date, money, choice and link."),
        ("url", "Use link. The other words are text, post, date, money, number and choice."),
        ("list of posts", "For several values, write:\ntype: post\nlist: true"),
        ("boolean", 'Write:\ntype: choice\nchoices: ["Yes", "No"]'),
        ("dte", "Use date. The other words are text, post, money, number, choice and link."),
        ("colour", "Use text, post, date, money, number, choice or link."),
    ],
)
def test_another_word_for_a_type_is_advised_on(written: str, fix: str, tmp_path: Path) -> None:
    write_register(tmp_path, {}, f"title: x\nfields: {{action: {{a: {{type: {written}}}}}}}\n")
    (problem,) = ask_problems(tmp_path)
    assert (problem["code"], problem["fix"]) == ("S108", fix)


@pytest.mark.parametrize("name", ["target", "deadline", "due", "Reply due", "reply-due"])
def test_another_name_of_the_due_date_is_advised_on(name: str, root: Path) -> None:
    record = f"id: FOI02\ntitle: x\nreceived: 2026-11-02\n{name}: 2026-12-20\n"
    write_register(root, {"foi/FOI02.yaml": record}, PROGRAMME)
    (problem,) = [problem for problem in ask_problems(root) if problem["severity"] == "error"]
    assert (problem["code"], problem["fix"]) == ("S101", "Use reply_due: instead.")


@pytest.mark.parametrize(
    ("name", "own_name"),
    [
        ("decided_on", "lease_decided_on"),
        ("Decided on", "lease_decided_on"),
        ("rent_paid", "yearly_rent_paid"),
        ("paid", "yearly_rent_paid"),
        ("owner", "accountable"),
    ],
)
def test_a_part_of_a_declared_name_is_advised_on(name: str, own_name: str, tmp_path: Path) -> None:
    programme = (
        "title: x\nregisters: {leases: {singular: lease, prefix: L, tracked: true, fields: {risk_owner: post, "
        "lease_decided_on: {type: date, role: required}, yearly_rent_paid: {type: money, role: required}}}}\n"
    )
    others = {"lease_decided_on": "2026-11-02", "yearly_rent_paid": "500"}
    lines = "".join(f"{key}: {value}\n" for key, value in others.items() if key != own_name)
    value = others.get(own_name, "Head of Estates")
    write_register(tmp_path, {"leases/L01.yaml": f"id: L01\ntitle: x\n{lines}{name}: {value}\n"}, programme)
    (problem,) = [problem for problem in ask_problems(tmp_path) if problem["severity"] == "error"]
    assert (problem["code"], problem["fix"]) == ("S101", f"Use {own_name}: instead.")


def test_a_kind_can_have_a_welsh_name(tmp_path: Path) -> None:
    programme = (
        "title: x\nregisters: {cwynion: {singular: cŵyn, plural: cwynion, prefix: C, fields: {dyddiad: date}}}\n"
    )
    root = write_register(tmp_path, {"cwynion/C01.yaml": "id: C01\ntitle: Hwyr\ndyddiad: 2026-11-01\n"}, programme)
    assert ids(root, "cŵyn") == ids(root, "cwynion") == ["C01"]
    assert run("schema", "cwynion", "--root", root).code == 0
    assert "# Cwynion" in run("render", "cwynion", "--root", root, "--format", "md", "--output", "-").out
