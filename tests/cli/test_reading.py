from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.command import ROOT, run, seed
from tests.support import write_register

OLD = (
    "This is today's register judged at an old date: its newest update is of 12 January 2023. "
    "For the register as it was then, write --at instead of --as-of.\n"
)
LATE = "id: A01\ntitle: Review\nstatus: in_progress\ntarget: 31 January 2023\n"


def test_the_register_is_the_one_named_else_the_environment_s_else_the_nearest_upwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named, variable, near = (
        write_register(tmp_path / name, {}, f"title: {name}\n") for name in ("named", "variable", "near")
    )
    deep = near / "data" / "actions"
    deep.mkdir()
    monkeypatch.chdir(deep)
    assert run("status").out.startswith("near ")
    assert run("status", P2PTRACK_ROOT=str(variable)).out.startswith("variable ")
    assert run("status", "--root", named, P2PTRACK_ROOT=str(variable)).out.startswith("named ")


@pytest.mark.parametrize(
    "written", ["2023-01-12", "12/01/2023", "12.01.23", "Thursday 12th January 2023", "12 Jan 2023"]
)
def test_the_day_is_read_as_dates_in_records_are(written: str) -> None:
    assert "Position at 12 January 2023" in run("status", "--root", ROOT, "--as-of", written).out


def test_the_last_day_of_a_month_is_one_day() -> None:
    assert "Position at 31 March 2023" in run("status", "--root", ROOT, "--as-of", "end of March 2023").out


def test_without_a_day_it_is_today(tmp_path: Path) -> None:
    before = datetime.now(tz=UTC).astimezone().date()
    told = json.loads(run("status", "--root", write_register(tmp_path), "--format", "json").out)["as_of"]
    after = datetime.now(tz=UTC).astimezone().date()
    assert told in {before.isoformat(), after.isoformat()}


def test_an_old_date_is_told_to_be_one_and_the_day_of_the_newest_update_is_not() -> None:
    ran = run("status", "--root", ROOT, "--as-of", "2023-01-11")
    assert (ran.code, ran.err) == (0, OLD)
    assert seed("status").err == ""


def test_overdue_fails_only_where_it_is_asked_to_and_something_is(tmp_path: Path) -> None:
    root = write_register(tmp_path, {"actions/A01.yaml": LATE})
    for day, asked, code in (("2023-02-01", True, 1), ("2023-02-01", False, 0), ("2023-01-31", True, 0)):
        extra = ["--fail"] if asked else []
        assert run("overdue", *extra, "--root", root, "--as-of", day).code == code


@pytest.mark.parametrize(("day", "number"), [("2023-01-12", 0), ("2023-02-01", 8), ("2023-04-01", 12)])
def test_the_shipped_register_is_overdue_as_its_papers_say(day: str, number: int) -> None:
    told = json.loads(run("overdue", "--root", ROOT, "--as-of", day, "--format", "json").out)
    assert len(told["records"]) == number
    assert all(record["facts"]["overdue"] and record["id"].startswith("F") for record in told["records"])


def test_within_takes_today_and_the_last_day(tmp_path: Path) -> None:
    root = write_register(tmp_path, {"actions/A01.yaml": LATE})
    for day, within, found in (("2023-01-31", 0, 1), ("2023-01-21", 10, 1), ("2023-01-21", 9, 0)):
        ran = run("overdue", "--within", str(within), "--root", root, "--as-of", day, "--format", "json")
        assert len(json.loads(ran.out)["records"]) == found


def test_an_id_is_found_whatever_its_case_and_a_part_by_its_recommendation() -> None:
    assert seed("show", "a01").out == seed("show", "A01").out
    assert seed("show", "R6.2").out == seed("show", "R6").out


def test_list_takes_a_kind_first_and_every_filter_must_hold() -> None:
    def ids(*words: str) -> list[str]:
        return [record["id"] for record in json.loads(seed("list", *words, "--format", "json").out)["records"]]

    assert len(ids()) == 56
    assert ids("recommendations") == [f"R{number}" for number in range(1, 10)]
    assert ids("follow-up", "area:Audit") == ["F12"]
    assert ids("is:waiting", "not.recommendation:R2") == ["A04", "A07", "A20", "A28", "A32"]
    assert ids("action", "target.before:2023-08", "--sort", "target") == ["A04", "A20", "A28", "A29", "A32", "A02"]


def test_columns_are_fields_facts_kind_and_path() -> None:
    ran = seed(
        "list", "id:A04", "--columns", "id,kind,path,owner,waiting,days-to-target,updates.date", "--format", "csv"
    )
    assert ran.out.splitlines() == [
        "\ufeffid,kind,path,accountable,waiting,days_to_target,updates.date",
        "A04,action,data/actions/A04-cbp-roll-out.yaml,,yes,169,",
    ]
