"""--at on every command that reads and on render, as people type it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.command import CommandResult, run
from tests.git.builders import RegisterRepository, action, make_repository
from tests.support import PROGRAMME

A01, A02 = "data/actions/A01.yaml", "data/actions/A02.yaml"
REPORTS = "reports: {plan: {report: action-plan, title: The plan}}\n"
CLOSED = "Acme dispute"


@pytest.fixture
def years(tmp_path: Path) -> RegisterRepository:
    """Three states: of January, June and November 2022. The work tree is broken."""
    repo = make_repository(tmp_path / "council", "p2p", programme=PROGRAMME + REPORTS)
    other = action("A02", title=CLOSED)
    repo.commit("2022-01-10", {A01: action(target="Mar-22"), A02: other, "templates/words.yaml": "draft: Outline\n"})
    repo.commit("2022-06-10", {A01: action(target="Jan-23"), "templates/words.yaml": "draft: Sketch\n"})
    repo.commit("2022-11-10", {A01: action(target="Mar-23"), "templates/words.yaml": "draft: Rough\n"})
    repo.write({"data/actions/A03.yaml": "id: [A03\n", A01: action(target="TBC")})
    return repo


def run_in(repo: RegisterRepository, *words: str) -> CommandResult:
    return run(*words, "--root", repo.root)


def origin_line(repo: RegisterRepository, number: int, day: str) -> str:
    return f"The register as it was on {day} (commit {repo.commits[number][:10]}).\n"


def as_json(repo: RegisterRepository, *words: str) -> Any:
    result = run_in(repo, *words, "--format", "json")
    assert result.code == 0
    return json.loads(result.out)


@pytest.mark.parametrize(
    ("when", "number", "day", "target"),
    [
        ("2022-02-01", 0, "1 February 2022", "Mar-22"),
        ("AC-2022-10-17", 1, "17 October 2022", "Jan-23"),
        ("AC-2023-03", 2, "31 March 2023", "Mar-23"),
        ("main", 2, "10 November 2022", "Mar-23"),
        ("HEAD~1", 1, "10 June 2022", "Jan-23"),
    ],
)
def test_a_record_is_shown_as_it_was(when: str, number: int, day: str, target: str, years: RegisterRepository) -> None:
    result = run_in(years, "show", "A01", "--at", when)
    assert (result.code, result.err) == (0, origin_line(years, number, day))
    assert f"As at {day}\n" in result.out
    assert f"Target date: {target}" in result.out


def test_a_day_to_come_is_reported_as_such(tmp_path: Path) -> None:
    repo = make_repository(tmp_path)
    repo.commit("2022-01-10")
    result = run("status", "--at", "2099-12-31", "--root", repo.root)
    last = repo.commits[0][:10]
    message = f"The register in commit {last}, calculated as at 31 December 2099, which is in the future.\n"
    assert (result.code, result.err) == (0, message)


def test_every_command_that_reads_takes_it(years: RegisterRepository) -> None:
    first = years.commits[0]
    assert [row["id"] for row in as_json(years, "overdue", "--at", "2022-05-01")["records"]] == ["A01"]
    assert as_json(years, "status", "--at", first)["as_of"] == "2022-01-10"
    assert len(as_json(years, "list", "actions", "--at", first)["records"]) == 2
    checked = as_json(years, "check", "--at", first)
    assert (checked["as_of"], checked["file_count"], checked["record_count"]) == ("2022-01-10", 2, 2)


def test_the_day_may_be_another(years: RegisterRepository) -> None:
    answer = as_json(years, "status", "--at", "2022-02-01", "--as-of", "2023-01-12")
    assert answer["as_of"] == "2023-01-12"


def test_a_meeting_of_then_has_the_day_of_then(years: RegisterRepository) -> None:
    years.git("tag", "meeting/AC-2022-10-17", years.commits[1])
    years.write({"data/programme.yaml": PROGRAMME.replace("date: 2022-10-17", "date: 2022-10-24")})
    assert as_json(years, "status", "--at", "AC-2022-10-17")["as_of"] == "2022-10-17"


def test_a_tag_of_a_meeting_that_the_programme_does_not_have(years: RegisterRepository) -> None:
    years.git("tag", "meeting/AC-2022-07", years.commits[1])
    assert as_json(years, "status", "--at", "AC-2022-07")["as_of"] == "2022-06-10"


def paper(repo: RegisterRepository, *words: str) -> str:
    result = run_in(repo, "render", "plan", "--output", "-", *words)
    assert result.code == 0, result.err
    return result.out


def test_a_meeting_s_paper_is_made_again(years: RegisterRepository) -> None:
    again = paper(years, "--at", "AC-2022-10-17")
    assert "Jan-23" in again
    assert "Sketch" in again
    words = " ".join(again.split())
    assert f'content="p2ptrack render plan --at {years.commits[1]} --as-of 2022-10-17"' in words
    by_its_own_words = paper(years, "--at", years.commits[1], "--as-of", "2022-10-17")
    assert by_its_own_words == again
    years.git("checkout", "--quiet", "--force", years.commits[1])
    (years.root / "data/actions/A03.yaml").unlink()
    assert paper(years, "--as-of", "2022-10-17") == again


def test_a_paper_goes_to_the_build_folder_of_today(years: RegisterRepository) -> None:
    result = run_in(years, "render", "plan", "--at", "main")
    assert (result.code, result.out) == (0, f"{years.root / 'build' / 'plan.html'}\n")
    assert "Rough" in (years.root / "build" / "plan.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("where", ["now", "then"])
def test_what_is_exempt_now_or_was_then_is_in_no_public_paper(where: str, years: RegisterRepository) -> None:
    closed = action("A02", title=CLOSED, exempt="{paragraph: 3, reason: Prices, public_interest: Next tender}")
    opened = action("A02", title=CLOSED)
    if where == "then":
        years.commit("2022-11-11", {A02: closed, "data/actions/A03.yaml": None})
        years.commit("2022-11-12", {A02: opened})
        assert CLOSED in paper(years, "--at", "2022-11-12")
        public, others = (
            paper(years, "--at", "2022-11-11"),
            paper(years, "--at", "2022-11-11", "--audience", "officers"),
        )
    else:
        assert CLOSED in paper(years, "--at", "2022-06-10")
        years.write({A02: closed})
        public, others = (
            paper(years, "--at", "2022-06-10"),
            paper(years, "--at", "2022-06-10", "--audience", "officers"),
        )
    assert CLOSED not in public
    assert "A02" not in public
    assert CLOSED in others


def test_what_cannot_be_read_today_may_be_exempt_by_now(years: RegisterRepository) -> None:
    years.write({A02: "id: [A02\n"})
    public = run_in(years, "render", "plan", "--at", "2022-06-10", "--output", "-")
    assert public.err.splitlines()[1:] == [
        "Left out of the public paper, because they may be exempt today: A02.",
    ]
    assert CLOSED not in public.out
    assert CLOSED in paper(years, "--at", "2022-06-10", "--audience", "officers")


def test_what_today_s_schema_refuses_is_read_and_reported(years: RegisterRepository) -> None:
    old = {A01: action(ownr="Head", target="Mar-22"), A02: action("A02", ownr="Head", target="Q2 2023")}
    id_ = years.commit("2022-12-01", {**old, "data/actions/A03.yaml": None})
    result = run_in(years, "list", "--columns", "id,target", "--at", id_, "--format", "csv")
    assert result.code == 0
    assert result.bytes.decode("utf-8-sig").splitlines()[:3] == [
        "id,target,inferred,exempt",
        "A01,Mar-22,,",
        "A02,,,",
    ]
    two_ways = "“Q2 2023” can mean April to June 2023 or July to September 2023."
    assert result.err.splitlines() == [
        f"The register as it was on 1 December 2022 (commit {id_[:10]}).",
        "This version of p2ptrack cannot read 3 values of it, so this answer leaves out:",
        f"  {A01}, {A02}: ownr: “ownr” is not a field.",
        f"  {A02}: target: {two_ways}",
        f"To see the line of each: p2ptrack check --at {id_[:10]}",
    ]
    repo = run_in(years, "render", "plan", "--at", id_)
    assert (repo.code, repo.err) == (0, result.err)
    checked = run_in(years, "check", "--at", id_)
    assert checked.code == 1
    assert checked.err == f"The register as it was on 1 December 2022 (commit {id_[:10]}).\n"
    assert [line for line in checked.out.splitlines() if " error " in line] == [
        f"{A01}:3:1  error S101",
        f"{A02}:3:1  error S101",
        f"{A02}:4:9  error S105",
    ]


def test_one_value_and_many_faults_are_reported_as_such(years: RegisterRepository) -> None:
    one = years.commit("2022-12-01", {A01: action(ownr="x"), "data/actions/A03.yaml": None})
    assert "cannot read 1 value of it" in run_in(years, "status", "--at", one).err
    many = years.commit("2022-12-02", {A01: action(**{f"x{number}": "x" for number in range(23)})})
    message = run_in(years, "status", "--at", many).err.splitlines()
    assert (len(message), message[-2]) == (24, "  and 3 more")


def test_a_fault_of_the_yaml_is_shown_by_its_file_and_field(years: RegisterRepository) -> None:
    one = years.commit("2022-12-01", {A01: f"{action()}title: Again\n", "data/actions/A03.yaml": None})
    message = run_in(years, "status", "--at", one).err.splitlines()
    assert message[2] == f"  {A01}: title: `title` appears twice. The first is in line 2."


def test_files_that_are_no_records_are_counted(years: RegisterRepository) -> None:
    id_ = years.commit("2022-12-01")
    result = run_in(years, "status", "--at", id_)
    assert result.err == (
        f"The register as it was on 1 December 2022 (commit {id_[:10]}).\n"
        f"1 file cannot be read as a record, so it is not in this answer. To see why: p2ptrack check --at {id_[:10]}\n"
    )
    refused = run_in(years, "render", "plan", "--at", id_)
    assert refused.code == 1
    assert refused.err.splitlines()[-1] == (
        "The register had 1 error at that commit, so no paper was produced. "
        f"To see why: p2ptrack check --at {id_[:10]}. To produce it anyway, add --allow-problems."
    )
    assert "1 error" in paper(years, "--at", id_, "--allow-problems")


def test_a_programme_that_cannot_be_read_stops_the_answer(years: RegisterRepository) -> None:
    id_ = years.commit("2022-12-01", {"data/programme.yaml": "title: [x\n"})
    result = run_in(years, "status", "--at", id_)
    assert (result.code, result.err) == (
        3,
        f"data/programme.yaml has an error. Run p2ptrack check --at {id_[:10]} to see it.\n",
    )


def test_a_broken_template_is_shown_by_its_commit(years: RegisterRepository) -> None:
    id_ = years.commit("2022-12-01", {"templates/words.yaml": "draft: [x\n", "data/actions/A03.yaml": None})
    result = run_in(years, "render", "plan", "--at", id_)
    assert result.code == 3
    assert result.err.splitlines()[-1].startswith(f"{id_[:10]}:templates/words.yaml:1: ")


@pytest.mark.parametrize("path", [A01, "data/actions", "p2p/data/actions", "."])
def test_check_reports_some_files_as_they_were(
    path: str, years: RegisterRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = years.commit("2022-12-01", {A01: action(ownr="x"), A02: None})
    (years.root / A01).unlink()
    monkeypatch.chdir(years.top if path.startswith("p2p") else years.root)
    assert f"{A01}:3:1  error S101" in run_in(years, "check", path, "--at", id_).out


def test_check_of_what_was_not_there(years: RegisterRepository) -> None:
    result = run_in(years, "check", "data/actions/A03.yaml", "--at", years.commits[0])
    assert result.code == 2
    assert result.err.splitlines()[-1] == (
        f"Commit {years.commits[0][:10]} has no record, file or folder data/actions/A03.yaml. Name another, or none."
    )


@pytest.mark.parametrize(
    ("when", "code", "message"),
    [
        ("AC-2022-10-18", 2, "There is no commit, tag, date or meeting “AC-2022-10-18”. Did you mean AC-2022-10-17?"),
        ("March 2022", 2, "--at needs one day, and “March 2022” is not one."),
        (
            "2021-01-01",
            3,
            "On 1 January 2021 the register was not yet kept here: its history begins on 10 January 2022.",
        ),
        ("", 2, "There is no commit, tag, date or meeting “”."),
    ],
)
def test_a_slip_is_explained_in_a_sentence(when: str, code: int, message: str, years: RegisterRepository) -> None:
    result = run_in(years, "status", "--at", when)
    assert (result.code, result.out) == (code, "")
    assert result.err.startswith(message)


def test_a_meeting_without_a_day_is_no_revision(years: RegisterRepository) -> None:
    programme = PROGRAMME.replace("meetings:\n", "meetings:\n  - {id: AC-later, date: TBC}\n")
    years.write({"data/programme.yaml": programme})
    result = run_in(years, "status", "--at", "AC-later")
    assert (result.code, result.err) == (
        2,
        "The meeting AC-later has no date yet. Name a commit, a tag or a date instead.\n",
    )
