"""`figures`: every number recomputed from the YAML by other code, and what the words around them are."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2ptrack.analysis.case import Case
from p2ptrack.queries.figures import FigureOptions, build_figures
from tests.command import run
from tests.formats.sample import WORDING, written
from tests.git.builders import RegisterRepository, make_repository
from tests.queries.reference_figures import AGES, DAY, MEETINGS, GeneratedRegister, Reference, Values, make_register
from tests.support import case_of, examples, write_register

PROGRAMME = """\
title: A register
meetings: [{meetings}]
policy: {{extensions_need_approval: {needs_approval}, verification: {verification}}}
"""


def case_of_generated(register: GeneratedRegister, day: date = DAY) -> Case:
    meetings = ", ".join(f"{{id: {id_}, body: Board, date: {day}}}" for id_, day in MEETINGS)
    programme = PROGRAMME.format(
        meetings=meetings,
        needs_approval=str(register.needs_approval).lower(),
        verification=json.dumps(register.verification),
    )
    return case_of(*map(json.dumps, register.records), as_of=day, programme=programme)


def answer(case: Case, *terms: str) -> Any:
    return json.loads(written("json", build_figures(case, FigureOptions(terms, WORDING))))


def sort_ids(records: Iterable[Values]) -> list[str]:
    return sorted(record["id"] for record in records)


def share(number: int, total: int) -> float | None:
    return round(number / total, 4) if total >= 10 else None


def mean(days: Sequence[int]) -> float | None:
    return round(sum(days) / len(days), 1) if days else None


def overdue_figure(reference: Reference, records: list[Values]) -> Values:
    """Return the figure of overdue records among some open ones."""
    late = [record for record in records if record in reference.overdue()]
    dated = [record for record in records if record in reference.dated()]
    undated = [record for record in records if record not in dated]
    excluded = {
        "no_target": sort_ids(record for record in undated if record.get("target") != "Ongoing"),
        "no_review": sort_ids(record for record in undated if record.get("target") == "Ongoing"),
    }
    return {
        "number": len(late),
        "out_of": len(dated),
        "share": share(len(late), len(dated)),
        "mean_days": mean([reference.days_overdue(record) for record in late]),
        "ids": sort_ids(late),
        "excluded": [{"reason": reason, "ids": ids} for reason, ids in excluded.items() if ids],
    }


def figure(ids: list[str], out_of: int, days: Sequence[int], /, **excluded: list[str]) -> Values:
    return {
        "number": len(ids),
        "out_of": out_of,
        "share": share(len(ids), out_of),
        "mean_days": mean(days),
        "ids": sorted(ids),
        "excluded": [{"reason": reason, "ids": sorted(matching)} for reason, matching in excluded.items() if matching],
    }


def expected_performance(reference: Reference) -> dict[str, Values]:
    records, matching = reference.records, {}
    for key, is_original in (("implemented_original", True), ("implemented_current", False)):
        outcomes = reference.implemented(original=is_original)
        in_time, missed = outcomes.get("in_time", []), outcomes.get("missed", [])
        excluded = {reason: outcomes.get(reason, []) for reason in ("no_target", "ended", "no_completion")}
        matching[key] = figure(in_time, len(in_time) + len(missed), (), **excluded)
    changed = [record for record in records if reference.changes(record)]
    moved = [(spans[-1][1] - spans[0][0]).days for spans in map(reference.spans, changed)]
    again = [record["id"] for record in records if len(reference.changes(record)) > 1]
    done = [record for record in records if reference.is_done(record)]
    stale, undated = reference.stale()
    return {
        **matching,
        "overdue": overdue_figure(reference, reference.open()),
        "target_changed": figure(sort_ids(changed), len(records), moved),
        "target_changed_again": figure(again, len(records), ()),
        "verified": figure([record["id"] for record in done if reference.is_verified(record)], len(done), ()),
        "stale": figure(stale, len(reference.open()), (), undated_update=undated),
    }


@given(st.randoms(use_true_random=True))
@examples(60)
def test_every_number_is_what_plain_loops_find(draw: Random) -> None:
    reference = Reference(make_register(draw))
    data = answer(case_of_generated(reference.register))
    check_performance(reference, data)
    check_groups(reference, data)
    check_ages(reference, data)
    check_forecast(reference, data)
    check_lateness(reference, data)


def check_performance(reference: Reference, data: Any) -> None:
    names = ("number", "out_of", "share", "mean_days", "ids", "excluded")
    matching = {item["figure"]: {name: item[name] for name in names} for item in data["figures"]}
    assert matching == expected_performance(reference)
    assert all((item["missing"] is None) == (item["out_of"] > 0) for item in data["figures"])


def list_owners(record: Values) -> list[str]:
    return sorted({owner.lower() for owner in record.get("accountable", [])})


def list_value(name: str) -> Callable[[Values], list[str]]:
    return lambda record: [record[name].lower()] if name in record else []


GROUPINGS: dict[str, Callable[[Values], list[str]]] = {
    "accountable": list_owners,
    **{name: list_value(name) for name in ("directorate", "area", "priority")},
}


def check_groups(reference: Reference, data: Any) -> None:
    for name, list_values in GROUPINGS.items():
        applicable = [record for record in reference.open() if name != "area" or record["id"].startswith("F")]
        values = sorted({value for record in applicable for value in list_values(record)})
        expected: dict[str | None, Values] = {
            value: overdue_figure(reference, [record for record in applicable if value in list_values(record)])
            for value in values
        }
        if values and (missing := [record for record in applicable if not list_values(record)]):
            expected[None] = overdue_figure(reference, missing)
        groups = data["overdue_by"][name]
        matching = {group["value"] and group["value"].lower(): group for group in groups}
        assert {value: {key: group[key] for key in expected[value]} for value, group in matching.items()} == expected
        numbers = [group["number"] for group in groups if group["value"]]
        assert name == "priority" or numbers == sorted(numbers, reverse=True)


def check_ages(reference: Reference, data: Any) -> None:
    for (first, last), matching in zip(AGES, data["overdue_by_age"], strict=True):
        ids = sort_ids(r for r in reference.overdue() if first <= reference.days_overdue(r) <= (last or 9999))
        assert matching == {"first_day": first, "last_day": last, "number": len(ids), "ids": ids}


def check_forecast(reference: Reference, data: Any) -> None:
    known = set(sort_ids(reference.overdue()))
    assert [forecast["meeting"] for forecast in data["forecast"]] == ["M2", "M3"]
    for (_, day), matching in zip(MEETINGS[1:], data["forecast"], strict=True):
        earlier = Reference(reference.register, day)
        expected = overdue_figure(earlier, earlier.open())
        assert {key: matching[key] for key in expected} == expected
        assert matching["new_ids"] == [id_ for id_ in expected["ids"] if id_ not in known]
        known |= set(expected["ids"])


def check_lateness(reference: Reference, data: Any) -> None:
    matching = {item["kind"]: item for item in data["lateness"]}
    for kind, letter in (("action", "A"), ("follow_up", "F")):
        days = reference.lateness(letter)
        assert (kind in matching) == (len(days) >= 10)
        if kind in matching:
            assert matching[kind]["cases"] == len(days)
            assert matching[kind]["late"] == sum(number > 0 for number in days)
            # Half, and nine in ten, were done within so many days, and fewer within one day less.
            for key, tenths in (("days_half_within", 5), ("days_nine_in_ten_within", 9), ("days_longest", 10)):
                assert 10 * sum(number <= matching[kind][key] for number in days) >= tenths * len(days)
                assert 10 * sum(number < matching[kind][key] for number in days) < tenths * len(days)


@given(st.randoms(use_true_random=True))
@examples(10)
def test_csv_has_the_numbers_of_json(draw: Random) -> None:
    case = case_of_generated(make_register(draw))
    data, text = answer(case), written("csv", build_figures(case, FigureOptions((), WORDING)))
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    for item in data["figures"]:
        (row,) = (row for row in rows if row["figure"] == item["figure"] and not row["by"])
        assert (row["number"] or "0", row["out_of"]) == (str(item["number"]), str(item["out_of"]))
        assert row["ids"].split() == item["ids"]
    groups = {(row["by"], row["group"]): row["number"] for row in rows if row["by"] and row["figure"] == "overdue"}
    for name, matching in data["overdue_by"].items():
        for group in matching:
            assert groups[name, group["value"] or "Not recorded"] in {str(group["number"]), ""}


@given(st.randoms(use_true_random=True))
@examples(10)
def test_filters_select_what_is_counted(draw: Random) -> None:
    reference = Reference(make_register(draw))
    case = case_of_generated(reference.register)
    records = [record for record in reference.records if record["id"].startswith("A")]
    actions = Reference(GeneratedRegister(records, reference.register.verification, reference.register.needs_approval))
    matching = {item["figure"]: item for item in answer(case, "actions")["figures"]}
    assert matching["overdue"]["ids"] == sort_ids(actions.overdue())
    by_kind = answer(case, "by:kind")["overdue_by"]
    ids_by_kind = {group["value"]: group["ids"] for group in by_kind["kind"]}
    assert ids_by_kind.get("action", []) == sort_ids(actions.overdue())


# The position at each meeting, from git.

HISTORY_PROGRAMME = """\
title: A register
meetings:
  - {id: M1, body: Board, date: 2022-03-31}
  - {id: M2, body: Board, date: 2022-06-30}
  - {id: M3, body: Committee, date: 2022-09-30}
  - {id: M4, body: Board, date: 2023-02-28}
policy: {verification: []}
"""


def write_item(id_: str, **fields: str) -> dict[str, str]:
    folder = "actions" if id_.startswith("A") else "audit_followups"
    return {f"data/{folder}/{id_}.yaml": "".join(f"{name}: {value}\n" for name, value in {"id": id_, **fields}.items())}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> RegisterRepository:
    repo = make_repository(tmp_path_factory.mktemp("trend"), programme=HISTORY_PROGRAMME)
    items = {**write_item("A1", title="One", target="2022-05-31"), **write_item("A2", title="Two", target="2022-12-31")}
    repo.commit("2022-04-01", {**items, **write_item("A3", title="Three", target="TBC")})
    repo.commit("2022-07-01", {**write_item("A1", title="One", target="2022-05-31", status="complete")})
    repo.commit("2022-08-01", {**write_item("A2", title="Two", target="2022-08-31"), "data/actions/A3.yaml": None})
    repo.commit("2022-10-01", write_item("F1", title="Four", target="2022-12-01"))
    return repo


def positions(repo: RegisterRepository, *words: str) -> list[tuple[Any, ...]]:
    result = run("figures", *words, "--root", repo.root, "--format", "json", "--as-of", "2023-01-12")
    assert result.err == ""
    return [
        (item["meeting"], item["open"], item["closed"], item["overdue"]["number"], item["overdue"]["out_of"])
        for item in json.loads(result.out)["trend"]["positions"]
    ]


def test_the_position_at_each_meeting_is_that_of_its_day(repository: RegisterRepository) -> None:
    assert positions(repository) == [("M2", 3, 0, 1, 2), ("M3", 1, 1, 1, 1), (None, 2, 1, 2, 2)]
    assert positions(repository, "id:A2") == [("M2", 1, 0, 0, 1), ("M3", 1, 0, 1, 1), (None, 1, 0, 1, 1)]
    text = " ".join(run("figures", "--root", repository.root, "--as-of", "2023-01-12").out.split())
    assert "The history begins on 1 April 2022, so the position at earlier meetings is" in text


def test_a_position_of_the_past_is_the_answer_of_that_day(repository: RegisterRepository) -> None:
    for meeting, *numbers in positions(repository)[:-1]:
        options = ("--root", repository.root, "--at", {"M2": "2022-06-30", "M3": "2022-09-30"}[meeting])
        now = json.loads(run("figures", *options, "--format", "json").out)["trend"]["positions"][-1]
        assert [now["open"], now["closed"], now["overdue"]["number"], now["overdue"]["out_of"]] == numbers


def test_a_declared_kind_is_counted_by_its_own_due_date(tmp_path: Path) -> None:
    registers = """\
registers:
  foi:
    singular: FOI request
    plural: FOI requests
    prefix: FOI
    fields: {reply_due: {type: date, role: due}}
"""
    repo = make_repository(tmp_path, programme=HISTORY_PROGRAMME + registers)
    request = "id: FOI01\ntitle: A request\nreply_due: 2022-06-01\nstatus: "
    repo.commit("2022-05-01", {"data/foi/FOI01.yaml": f"{request}in_progress\n"})
    repo.commit("2022-10-01", {"data/foi/FOI01.yaml": f"{request}complete\ncompleted_on: 2022-09-30\n"})
    assert positions(repo, "foi-request") == [("M2", 1, 0, 1, 1), ("M3", 1, 0, 1, 1), (None, 0, 1, 0, 0)]
    figures = json.loads(run("figures", "--root", repo.root, "--format", "json", "--as-of", "2023-01-12").out)[
        "figures"
    ]
    assert [(figure["number"], figure["out_of"]) for figure in figures[:2]] == [(0, 1), (0, 1)]
    assert run("render", "figures", "--root", repo.root, "--format", "text", "--output", "-").code == 0


def test_what_the_trend_lacks_is_named(tmp_path: Path) -> None:
    root = write_register(tmp_path, {"actions/A1.yaml": "id: A1\ntitle: One\n"}, HISTORY_PROGRAMME)
    for day, reason in (
        ("2023-01-12", "the register has no history in git"),
        ("2022-01-01", "no earlier meeting with a date is recorded"),
    ):
        text = " ".join(run("figures", "--root", root, "--as-of", day).out.split())
        assert f"earlier meetings is not calculable: {reason}" in text
        assert "What will be overdue at the coming meetings is not calculable: no open item has a target date." in text


# What is exempt: other exempt values, the same public answer.

EXEMPT = "exempt: {paragraph: 3, reason: r, public_interest: p, decided_by: Head, decided_on: 1 May 2022"
WITHHELD = [
    {"status": "complete", "target": "2022-05-31", "completed_on": "2022-07-01", "accountable": "Head of zq1",
     "priority": "high", "directorate": "zq2"},
    {"status": "in_progress", "target": "2023-02-01", "accountable": "Head of Audit", "priority": "low",
     "verified": "{by: zq3, on: 2022-12-01}", "updates": "[{date: 2022-12-24, text: zq4}]",
     "revisions": "[{from: 2022-04-01, to: 2023-02-01}]"},
    {"status": "withdrawn", "target": "Ongoing", "decided": "{by: zq5, on: 2023-02-01, reason: zq6}"},
]  # fmt: skip
VISIBLE = {"target": "2022-10-31", "status": "complete", "accountable": "Head of IT", "priority": "low"}
OPEN_ITEM = "id: A1\ntitle: One\ntarget: 2022-05-31\naccountable: Head of IT\n"


def withhold(values: dict[str, str], part: str) -> str:
    """Return a record of which nothing, one field or one entry is public, and the exempt values are these."""
    if part == "entry":
        first = values.get("completed_on", "2022-05-30")
        visible = "target: 2022-12-31\nstatus: in_progress\n"
        return f"id: A2\ntitle: Two\n{visible}revisions: [{{from: {first}, to: 2022-12-31, {EXEMPT}}}}}]\n"
    fields = values if not part else {**VISIBLE, part: values.get(part)}
    body = "".join(f"{name}: {value}\n" for name, value in fields.items() if value)
    return f"id: A2\ntitle: Two\n{body}{EXEMPT}{f', fields: [{part}]' if part else ''}}}\n"


@pytest.mark.parametrize(
    "part",
    [
        *("", "status", "entry"),
        *(
            pytest.param(name, marks=pytest.mark.slow)
            for name in ("target", "accountable", "completed_on", "revisions", "verified", "updates", "priority")
        ),
    ],
)
def test_public_figures_do_not_reveal_exempt_values(tmp_path: Path, part: str) -> None:
    """Only what is withheld differs between these registers, in the folder and in every commit."""
    answers = set()
    for number, values in enumerate(WITHHELD):
        repo = make_repository(
            tmp_path / str(number), files={"actions/A1.yaml": OPEN_ITEM}, programme=HISTORY_PROGRAMME
        )
        repo.commit("2022-05-01", {"data/actions/A2.yaml": withhold(values, part)})
        for words in (("figures", "--format", "json"), ("figures",), ("figures", "--format", "csv")):
            result = run(*words, "--root", repo.root, "--as-of", "2023-01-12", "--audience", "public")
            assert "zq" not in result.out
            answers.add((words, re.sub('"commit": "[0-9a-f]+"', "", result.out), result.err))
    assert len(answers) == 3


def test_of_many_items_there_is_the_number_and_the_command_that_lists_them() -> None:
    late = [f"{{id: A{n}, title: T, target: 2022-{n % 12 + 1:02}-01, accountable: Head of IT}}" for n in range(1, 25)]
    text = written("text", build_figures(case_of(*late), FigureOptions(("actions", "owner:Head of IT"), WORDING)))
    assert "A1, " not in text
    assert "Next: p2ptrack list actions is:overdue by:owner 'owner:Head of IT'" in text
    few = written("text", build_figures(case_of(*late[:5]), FigureOptions((), WORDING)))
    assert "A1, A2, A3, A4 and A5" in " ".join(few.split())
    assert "Next:" not in few
