from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.command import ROOT, run, seed
from tests.support import write_register

OLD = (
    "This is today's register with the position at an earlier date: its newest update is dated 12 January 2023. "
    "For the register as it was then, use --at instead of --as-of.\n"
)
LATE = "id: A01\ntitle: Review\nstatus: in_progress\ntarget: 31 January 2023\n"


def test_the_register_comes_from_the_option_the_environment_or_the_nearest_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    option, variable, near = (
        write_register(tmp_path / name, {}, f"title: {name}\n") for name in ("named", "variable", "near")
    )
    deep = near / "data" / "actions"
    deep.mkdir()
    monkeypatch.chdir(deep)
    assert run("status").out.startswith("near ")
    assert run("status", P2PTRACK_ROOT=str(variable)).out.startswith("variable ")
    assert run("status", "--root", option, P2PTRACK_ROOT=str(variable)).out.startswith("named ")


@pytest.mark.parametrize("text", ["2023-01-12", "12/01/2023", "12.01.23", "Thursday 12th January 2023", "12 Jan 2023"])
def test_a_position_date_is_written_like_dates_in_records(text: str) -> None:
    assert run("status", "--root", ROOT, "--as-of", text).out.splitlines()[0].endswith("12 January 2023")


def test_the_end_of_a_month_is_a_single_day() -> None:
    out = run("status", "--root", ROOT, "--as-of", "end of March 2023").out
    assert out.splitlines()[0].endswith("31 March 2023")


def test_the_default_position_date_is_today(tmp_path: Path) -> None:
    before = datetime.now(tz=UTC).astimezone().date()
    answer = json.loads(run("status", "--root", write_register(tmp_path), "--format", "json").out)["as_of"]
    after = datetime.now(tz=UTC).astimezone().date()
    assert answer in {before.isoformat(), after.isoformat()}


def test_a_date_before_the_newest_update_is_pointed_out() -> None:
    result = run("status", "--root", ROOT, "--as-of", "2023-01-11")
    assert (result.code, result.err) == (0, OLD)
    assert seed("status").err == ""


def test_overdue_fails_only_with_fail_and_something_overdue(tmp_path: Path) -> None:
    root = write_register(tmp_path, {"actions/A01.yaml": LATE})
    for day, fail, code in (("2023-02-01", True, 1), ("2023-02-01", False, 0), ("2023-01-31", True, 0)):
        extra = ["--fail"] if fail else []
        assert run("overdue", *extra, "--root", root, "--as-of", day).code == code


@pytest.mark.parametrize("words", [("list",), ("status",), ("overdue",), ("show", "A01"), ("export", "--output", "-")])
@pytest.mark.parametrize(("more", "code"), [("", 0), ("value: 48000\n", 1)])
def test_fail_reports_what_could_not_be_read(tmp_path: Path, words: tuple[str, ...], more: str, code: int) -> None:
    root = write_register(tmp_path, {"actions/A01.yaml": LATE + more})
    words = (*words, "--root", str(root), "--as-of", "2023-01-01", "--format", "json")
    assert run(*words).code == 0
    assert run(*words, "--fail").code == code


def test_an_error_in_a_programme_is_named_beside_the_answer(tmp_path: Path) -> None:
    root = write_register(tmp_path, {"actions/A01.yaml": LATE}, "title: A programme\nnotice: [a, b]\n")
    result = run("list", "--root", root, "--as-of", "2023-01-01")
    assert (result.code, result.err) == (
        0,
        "data/programme.yaml is read only in part, because of an error. To see why: p2ptrack check\n",
    )
    assert "Partly read: data/programme.yaml (notice: S103)" in " ".join(result.out.split())


def test_a_wrong_filter_is_all_that_is_printed(tmp_path: Path) -> None:
    root = write_register(tmp_path, {"actions/A01.yaml": f"{LATE}updates: [{{date: 2023-01-12, text: Begun}}]\n"})
    result = run("list", "id:A99", "--root", root, "--as-of", "2023-01-01")
    assert (result.code, result.err) == (2, "There is no A99. Use A01.\n")


def test_a_soft_hyphen_prints_nothing(tmp_path: Path) -> None:
    root = write_register(tmp_path, {"actions/A01.yaml": LATE.replace("Review", "Re\xadview")})
    assert "A01  Review  " in run("list", "--root", root, "--as-of", "2023-01-01").out


@pytest.mark.parametrize(("day", "number"), [("2023-01-12", 0), ("2023-02-01", 8), ("2023-04-01", 12)])
def test_the_number_of_overdue_records_of_the_shipped_register(day: str, number: int) -> None:
    answer = json.loads(run("overdue", "--root", ROOT, "--as-of", day, "--format", "json").out)
    assert len(answer["records"]) == number
    assert all(record["facts"]["overdue"] and record["id"].startswith("F") for record in answer["records"])


def test_within_includes_today_and_the_last_day(tmp_path: Path) -> None:
    root = write_register(tmp_path, {"actions/A01.yaml": LATE})
    for day, within, count in (("2023-01-31", 0, 1), ("2023-01-21", 10, 1), ("2023-01-21", 9, 0)):
        result = run("overdue", "--within", str(within), "--root", root, "--as-of", day, "--format", "json")
        assert len(json.loads(result.out)["records"]) == count


def test_an_id_is_found_in_any_case_and_a_part_shows_its_recommendation() -> None:
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
    result = seed(
        "list", "id:A04", "--columns", "id,kind,path,owner,waiting,days-to-target,updates.date", "--format", "csv"
    )
    assert result.out.splitlines() == [
        "\ufeffid,kind,path,accountable,waiting,days_to_target,updates.date,inferred,exempt",
        "A04,action,data/actions/A04-cbp-roll-out.yaml,,yes,169,,,",
    ]
