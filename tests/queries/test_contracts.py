"""Contracts: what is computed of them, the filters, what the public sees, and both ways of a link."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from p2ptrack.analysis.contracts import list_contracts
from p2ptrack.errors import UsageError
from p2ptrack.model.contracts import Duration, format_table, parse_duration, scan_table
from p2ptrack.queries.answer_schemas import build_answer_schema
from p2ptrack.queries.contracts import select_contracts
from tests.command import run
from tests.json_schema import find_errors
from tests.support import case_of, write_register

DAY = date(2026, 11, 30)
TABLE = """\
reference,title,supplier,directorate,start,end,latest_end,extension,notice,value,annual_value,procedure,replaces
C1,Cleaning,Example Ltd,Place,2023-04-01,2027-03-31,,2 x 12 months,3 months,480000,,Open,
C2,Print,Other Ltd,Resources,2022-04-01,2026-03-31,,No,,,,,
C3,print,Other Ltd,Resources,2026-04-01,2030-03-31,2030-03-31,,,99999,,,
C4,Post,Example Ltd,Resources,2020-01-01,rolling,,,,1000,,,
C5,Grit,Salt Ltd,Place,2025-01-01,2027-02-28,,,,,60000,,
C6,Roads,Salt Ltd,Place,2027-01-01,2028-12-31,,,90 days,250000,,Framework call-off,C5
C7,Odd,Salt Ltd,Place,2025-01-01,soon,,,,1000,,,
"""


def facts(programme: str = "title: A register\n") -> dict[str, Any]:
    case = case_of(as_of=DAY, contracts=TABLE, programme=programme)
    return {view.contract.reference: view.facts for view in list_contracts(case)}


def test_the_date_to_decide_is_the_end_less_notice_and_lead_time() -> None:
    assert {reference: fact.decide_by and fact.decide_by.isoformat() for reference, fact in facts().items()} == {
        "C1": "2026-03-31",  # 3 months of notice, 9 for more than 200,000
        "C2": "2025-09-30",  # 6 months, because the value is not known
        "C3": "2029-12-31",  # 3 months for less than 100,000
        "C4": None,
        "C5": "2026-08-28",  # 60,000 for each of two years
        "C6": "2028-01-01",  # 9 months, and 90 days
        "C7": None,
    }
    own = facts(
        "title: A register\ncontracts:\n  notice_months: 1\n  lead_times:\n    - {months: 2}\n"
        "    - {from: 0, months: 1}\n    - {from: 100000, months: 12}\n    - {procedure: call-off, months: 4}\n"
    )
    assert {reference: fact.decide_by and fact.decide_by.isoformat() for reference, fact in own.items()} == {
        "C1": "2025-12-31",
        "C2": "2025-12-31",
        "C3": "2030-01-31",
        "C4": None,
        "C5": "2026-01-28",
        "C6": "2028-06-02",
        "C7": None,
    }


FILTERS = {
    "is:expired": ["C2"],
    "is:expired-without-successor": [],
    "is:decide-by-passed": ["C1"],
    "is:extension-used-up": ["C2", "C3"],
    "is:no-end-date": ["C4"],
    "is:not-started": ["C6"],
    "is:unanswered": ["C3", "C4", "C6", "C7"],
    "not.is:unanswered": ["C1", "C2", "C5"],
    "end.before:2027-03": ["C2", "C5"],
    "decide_by.after:2028-01-01": ["C3"],
    "value.over:99,999": ["C1", "C6"],
    "value:none": ["C2"],
    "supplier:salt": ["C5", "C6", "C7"],
    "directorate:Place,Resources": ["C1", "C2", "C3", "C4", "C5", "C6", "C7"],
    "answered_by:A01": ["C1"],
    "has:notice": ["C1", "C6"],
    "text:grit": ["C5"],
    "ref:C4": ["C4"],
}


@pytest.mark.parametrize("term", FILTERS)
def test_a_filter_finds_its_contracts(term: str) -> None:
    case = case_of("id: A01\ntitle: Tender\ncontracts: c1\n", as_of=DAY, contracts=TABLE)
    assert [view.contract.reference for view in select_contracts(case, [term])] == FILTERS[term]


@pytest.mark.parametrize(
    ("term", "message"),
    [
        ("is:expird", "Did you mean expired?"),
        ("suplier:x", "Did you mean supplier?"),
        ("end:soon", "is not a date"),
        ("value:much", "value is an amount of money"),
        ("title.over:3", "title is not a date or an amount"),
        ("C1", "is not a filter"),
    ],
)
def test_a_wrong_filter_is_refused_with_the_right_one(term: str, message: str) -> None:
    with pytest.raises(UsageError, match=message.replace("?", r"\?")):
        select_contracts(case_of(as_of=DAY, contracts=TABLE), [term])


def test_a_finished_action_answers_nothing() -> None:
    case = case_of("id: A01\ntitle: Tender\nstatus: complete\ncontracts: C1\n", as_of=DAY, contracts=TABLE)
    assert {view.contract.reference: view.facts.unanswered for view in list_contracts(case)}["C1"]


@pytest.mark.parametrize(
    ("text", "unit", "length"),
    [
        ("3 months", "", (3, 0)),
        ("Three months' written notice", "", None),
        ("three months", "", (3, 0)),
        ("90 days", "", (0, 90)),
        ("10 working days", "", (0, 14)),
        ("2 x 12 months", "", (24, 0)),
        ("1+1", "", (24, 0)),
        ("3+1+1", "", None),
        ("up to 2 years", "", (24, 0)),
        ("option to extend for 24 months", "", (24, 0)),
        ("1 year and 6 months", "", (18, 0)),
        ("two further periods of 12 months", "", (24, 0)),
        ("6", "months", (6, 0)),
        ("6", "weeks", (0, 42)),
        ("6", "", None),
        ("soon", "", None),
        ("3 months or 6 months", "", None),
    ],
)
def test_a_length_of_time_is_read_exactly_or_not_at_all(text: str, unit: str, length: tuple[int, int] | None) -> None:
    assert parse_duration(text, unit) == (Duration(*length) if length else None)


def test_a_table_is_written_and_read_again() -> None:
    rows = [["a", "b"], ['say "x"', "1,2"], ["two\nlines", ""], ["", " x "], ["é", "="]]
    assert [[cell.text for cell in row] for _, row in scan_table(format_table(rows).decode())] == rows


WITHHELD = """\
title: A register
contracts:
  withheld:
    - {reference: C1, paragraph: 3, reason: Open, public_interest: Price, fields: [value, supplier]}
    - {reference: C5, paragraph: 3, reason: Open, public_interest: Price}
    - {reference: C6, paragraph: 3, fields: [title], until: 2026-01-01}
"""
SECRETS = ("480000", "480,000", "Example Ltd", "C5", "Grit", "60000", "60,000")
SOURCE = "file: r.csv\nimported_on: 2026-11-01\ncolumns:\n"


@pytest.fixture
def register(tmp_path: Path) -> Path:
    headings = TABLE.partition("\n")[0].split(",")
    columns = "".join(f"  - {{heading: {heading}, field: {heading}}}\n" for heading in headings)
    table = TABLE.replace("C1,Cleaning,", "C1,Cleaning by Example Ltd for £480k,").replace(
        "C4,Post,Example", "C4,Post,A"
    )
    return write_register(
        tmp_path,
        {
            "contracts/contracts.csv": table,
            "contracts/source.yaml": SOURCE + columns,
            "actions/A01.yaml": "id: A01\ntitle: Tender\ncontracts: c1\n",
            "exemptions/E01.yaml": "id: E01\ntype: waiver\ncontract: C4\n",
        },
        WITHHELD + "  ocid_prefix: ocds-abc123\n",
    )


PUBLIC = (
    *(("contracts", "--format", format_) for format_ in ("text", "json", "csv", "md")),
    ("show", "C1"),
    ("show", "A01", "--format", "text"),
    *(("status", "--format", format_) for format_ in ("text", "json")),
    *(("render", "forward-plan", "--output", "-", "--format", format_) for format_ in ("text", "html", "csv", "md")),
)


@pytest.mark.parametrize("words", PUBLIC, ids=" ".join)
def test_the_public_finds_nothing_that_is_withheld(register: Path, words: tuple[str, ...]) -> None:
    options = ("--as-of", DAY.isoformat(), "--root", register)
    audience = ("--audience", "public")
    result = run(*words, *options, *audience)
    assert result.code == 0
    assert [secret for secret in SECRETS if secret in result.out] == []
    output = run(*words, *options, "--audience", "members").out
    if words[0] in {"contracts", "render"}:
        assert ("Grit" if words[0] == "contracts" else "Example Ltd") in output
        assert "exempt" in output or "not for publication" in output.casefold()


def test_the_package_of_open_data_has_nothing_that_is_withheld(register: Path) -> None:
    result = run("export", "--format", "ocds", "--output", "-", "--as-of", DAY.isoformat(), "--root", register)
    assert [secret for secret in SECRETS if secret in result.out] == []
    package = json.loads(result.out)
    assert [release["ocid"] for release in package["releases"]] == [
        *("ocds-abc123-c1", "ocds-abc123-c2", "ocds-abc123-c3", "ocds-abc123-c4", "ocds-abc123-c6", "ocds-abc123-c7")
    ]


def test_the_package_names_the_files_that_were_not_read(register: Path) -> None:
    words = ("export", "--format", "ocds", "--output", "-", "--as-of", DAY.isoformat(), "--root", register)
    assert "unread" not in json.loads(run(*words).out)
    (register / "data/actions/A02.yaml").write_text("id: A02\ntarget: soon\n")
    assert json.loads(run(*words).out)["unread"] == [
        {"path": None, "id": None, "fields": [], "codes": ["S102", "S105"]}
    ]


VARIANTS = (
    ("1000", "Example Ltd", "C5,Grit,Salt Ltd,Place,2025-01-01,2027-02-28"),
    ("900000", "Quite Another plc", "C5,Print,Other Ltd,,2019-01-01,2020-02-28"),
    ("about 5m", "Example Ltd; Salt Ltd", "C5,,,,,rolling"),
)


def test_what_the_public_reads_does_not_depend_on_what_is_withheld(register: Path) -> None:
    path = register / "data/contracts/contracts.csv"
    table = path.read_text()
    answers = []
    for value, supplier, row in VARIANTS:
        changed = table.replace("480000", value).replace("C1,Cleaning by Example Ltd for £480k,", "C1,Cleaning,")
        changed = changed.replace("C1,Cleaning,Example Ltd", f"C1,Cleaning,{supplier}")
        path.write_text(changed.replace("C5,Grit,Salt Ltd,Place,2025-01-01,2027-02-28", row))
        options = ("--as-of", DAY.isoformat(), "--root", register)
        texts = [run(*words, *options, "--audience", "public").out for words in PUBLIC]
        texts += [run("export", "--format", "ocds", "--output", "-", *options).out]
        answers.append(texts)
    assert answers[1] == answers[0]
    assert answers[2] == answers[0]


def test_a_link_is_shown_both_ways(register: Path) -> None:
    options = ("--as-of", DAY.isoformat(), "--root", register)
    assert "Contract  C1 Cleaning by Example Ltd" in run("show", "A01", *options).out
    assert "Answered by  A01 Tender (action)" in run("show", "c1", *options).out
    assert "Answered by  E01 Waiver E01 (exemption)" in run("show", "C4", *options).out


@pytest.mark.parametrize("audience", ["officers", "members", "public"])
@pytest.mark.parametrize(
    "words", [("contracts",), ("status",), ("show", "C1"), ("show", "C4"), ("show", "A01")], ids=" ".join
)
def test_an_answer_is_what_its_schema_states(register: Path, words: tuple[str, ...], audience: str) -> None:
    options = ("--format", "json", "--audience", audience, "--as-of", DAY.isoformat(), "--root", register)
    assert list(find_errors(json.loads(run(*words, *options).out), build_answer_schema(words[0]))) == []


@pytest.mark.parametrize(("audience", "all_", "omitted"), [("officers", 7, 0), ("members", 7, 0), ("public", 6, 1)])
def test_status_counts_contracts_as_the_list_of_them_does(
    register: Path, audience: str, all_: int, omitted: int
) -> None:
    options = ("--format", "json", "--audience", audience, "--as-of", DAY.isoformat(), "--root", register)
    counts = json.loads(run("status", *options).out)["contracts"]
    assert (counts.pop("all"), counts.pop("left_out")) == (all_, omitted)
    facts = [contract["facts"] for contract in json.loads(run("contracts", *options).out)["contracts"]]
    assert counts == {name: sum(fact[name] is True for fact in facts) for name in counts}
    assert counts["expired"] > 0
    assert counts["unanswered"] > 0


def test_status_of_a_register_without_contracts_counts_none(tmp_path: Path) -> None:
    root = write_register(tmp_path, {"actions/A01.yaml": "id: A01\ntitle: Tender\n"})
    assert set(json.loads(run("status", "--format", "json", "--root", root).out)["contracts"].values()) == {0}


DAMAGED = {
    "a row with more cells": ("C2,Print", "C2,extra,Print", "Line 3 has 14 cells, but the header has 13"),
    "another heading": ("reference,", "ref,", "Line 1 has headings that differ from those in source.yaml"),
    "an open quotation mark": ("C2,Print", 'C2,"Print', "has a quotation mark that is not closed"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_table_is_an_error_at_its_line(register: Path, name: str) -> None:
    old, new, message = DAMAGED[name]
    path = register / "data/contracts/contracts.csv"
    path.write_text(path.read_text().replace(old, new, 1))
    result = run("check", "--as-of", DAY.isoformat(), "--root", register)
    assert result.code == 1
    assert "error D113" in result.out
    assert message in result.out
