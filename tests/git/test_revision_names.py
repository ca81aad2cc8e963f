"""The meaning of the word after --at where several things have that name, or none."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from p2ptrack.errors import OperationError, UsageError
from p2ptrack.store.git.repository import Repository
from tests.command import run
from tests.git.builders import RegisterRepository, action, git, make_repository
from tests.support import PROGRAMME, write_register

A01 = "data/actions/A01.yaml"
FETCH = (
    "This copy of the repository has only the newest part of its history. To get the rest: git fetch --unshallow --tags"
)


@pytest.fixture
def years(tmp_path: Path) -> RegisterRepository:
    meetings = "meetings:\n  - {id: 2022-06, body: Board, date: 2022-07-01}\n"
    repo = make_repository(tmp_path / "council", "p2p", programme=PROGRAMME.replace("meetings:\n", meetings))
    for month in (1, 6, 11):
        repo.commit(f"2022-{month:02}-10", {A01: action(target=f"{month}/5/2023")})
    return repo


def number(repo: RegisterRepository, when: str) -> int:
    return repo.commits.index(Repository.find(repo.root).resolve(when).commit)


def refused(repo: RegisterRepository, when: str) -> str:
    with pytest.raises(UsageError) as stop:
        Repository.find(repo.root).resolve(when)
    return str(stop.value)


@pytest.mark.parametrize("when", ["2022-06-11", "11 June 2022", "AC-2022-10-17", "2022-06"])
def test_a_branch_that_is_named_as_a_day_or_a_meeting_is_not_meant(when: str, years: RegisterRepository) -> None:
    years.git("update-ref", f"refs/heads/{when.replace(' ', '-')}", years.commits[0])
    assert number(years, when) == 1


def test_a_tag_is_meant_before_a_day_or_a_meeting(years: RegisterRepository) -> None:
    for name in ("2022-06-11", "AC-2022-10-17"):
        years.git("tag", name, years.commits[0])
        years.git("branch", name, years.commits[2])
        assert number(years, name) == 0
        assert number(years, f"heads/{name}") == 2


def test_another_branch_is_a_commit(years: RegisterRepository) -> None:
    for name in ("proposal", "2022", "TBC"):
        years.git("branch", name, years.commits[0])
        assert number(years, name) == 0


@pytest.mark.parametrize("when", ["HEAD@{1}", "@{yesterday}", "main@{2022-06-11}", "@{-1}", "@{upstream}"])
def test_what_only_this_copy_has_is_no_revision(when: str, years: RegisterRepository) -> None:
    message = "means something in this copy only. Name a commit, a tag, a date or a meeting instead."
    assert refused(years, when) == f"“{when}” {message}"


@pytest.mark.parametrize(
    "when",
    [
        "HEAD:p2p/data", "HEAD^{tree}", "tree", "file", ":/State", "--all", "-x", "--", "^HEAD", "a..b", "HEAD...main",
        "HEAD~9", "HEAD^2", "main~1..main", "*", "refs/tags/*", "HEAD HEAD", " ", "HEAD\n", "é", "x" * 5000,
    ],
)  # fmt: skip
def test_what_names_no_commit_is_explained_in_a_sentence(when: str, years: RegisterRepository) -> None:
    years.git("tag", "tree", "HEAD^{tree}")
    years.git("tag", "file", f"HEAD:p2p/{A01}")
    message = refused(years, when)
    assert message.startswith("There is no commit, tag, date or meeting “")
    assert message.endswith("Meetings: 2022-06, AC-2022-10-17, AC-2023-03.")
    assert "\n" not in message


@pytest.mark.parametrize("when", ["HEAD^", "main~1", "{}", "{:.7}", "moved", "twice", "refs/tags/moved"])
def test_every_name_of_a_commit_means_it(when: str, years: RegisterRepository) -> None:
    years.git("tag", "moved", years.commits[1])
    years.git("tag", "--annotate", "--message", "x", "once", years.commits[1])
    years.git("tag", "--annotate", "--message", "x", "twice", "once")
    assert number(years, when.format(years.commits[1])) == 1


@pytest.mark.parametrize(("clock", "day"), [("1970-01-02", date(2022, 11, 10)), ("2099-01-01", date(2022, 12, 1))])
def test_a_commit_is_judged_on_the_day_that_its_place_on_the_line_gives(
    clock: str, day: date, years: RegisterRepository
) -> None:
    wrong = years.commit(clock, {A01: action(target="Dec-23")})
    years.commit("2022-12-01")
    assert Repository.find(years.root).resolve(wrong).day == day


def test_a_tag_that_points_to_no_commit_gives_no_other_answer(years: RegisterRepository) -> None:
    years.git("tag", "meeting/AC-2022-10-17")
    (years.top / ".git/refs/tags/meeting/AC-2022-10-17").write_text(f"{'1' * 40}\n")
    with pytest.raises(OperationError) as stop:
        Repository.find(years.root).resolve("AC-2022-10-17")
    name = "refs/tags/meeting/AC-2022-10-17"
    assert str(stop.value) == (
        "The tag meeting/AC-2022-10-17 leads to no commit in this copy. "
        f"To get it again: git fetch origin --force {name}:{name}"
    )


def test_a_meeting_of_two_registers_means_the_tag_of_its_own(years: RegisterRepository) -> None:
    write_register(years.top / "theirs")
    years.commit("2022-12-01")
    words = 'x\n{\n "register_folder": "theirs/"\n}'
    years.git("tag", "--annotate", "--message", words, "meeting/AC-2022-10-17", years.commits[3])
    assert number(years, "AC-2022-10-17") == 1
    assert number(years, "meeting/AC-2022-10-17") == 3
    assert Repository.find(years.top / "theirs").resolve("AC-2022-10-17").commit == years.commits[3]


def test_a_copy_that_may_lack_a_meeting_s_tag_reports_it(years: RegisterRepository, tmp_path: Path) -> None:
    years.git("tag", "meeting/AC-2023-03", years.commits[1])
    git(tmp_path, "clone", "--quiet", "--depth", "1", years.top.as_uri(), "copy")
    result = run("status", "--at", "AC-2023-03", "--root", tmp_path / "copy" / "p2p")
    assert (result.code, result.err.splitlines()) == (
        0,
        [
            f"The register as it was on 31 March 2023 (commit {years.commits[2][:10]}).",
            f"The meeting AC-2023-03 has no tag in this copy, so its date is used. {FETCH}",
        ],
    )
    whole = run("status", "--at", "AC-2022-10-17", "--root", years.root)
    assert whole.err == f"The register as it was on 17 October 2022 (commit {years.commits[1][:10]}).\n"
    with pytest.raises(
        OperationError, match="This copy does not reach back to 1 May 2022: its history begins on 10 Nov"
    ):
        Repository.find(tmp_path / "copy" / "p2p").resolve("2022-05-01")
