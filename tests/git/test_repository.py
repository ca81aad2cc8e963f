"""A repository's commits: names, changes and contents."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from p2ptrack.errors import OperationError, UsageError
from p2ptrack.store.git.repository import FileChange, Repository, ResolvedRevision, read_mainline
from p2ptrack.store.git.snapshot import load_snapshot
from tests.git.builders import RegisterRepository, action, make_repository

A01 = "data/actions/A01.yaml"


@pytest.fixture
def years(tmp_path: Path) -> RegisterRepository:
    """Three states: of January, March and June 2022."""
    repo = make_repository(tmp_path / "register")
    repo.commit("2022-01-10", {A01: action()})
    repo.commit("2022-03-10", {A01: action(target="Mar-23")})
    repo.commit("2022-06-10", {A01: action(target="Jun-23")})
    return repo


def test_a_commit_is_meant_by_its_id_a_tag_or_a_branch(years: RegisterRepository) -> None:
    first, second, third = years.commits
    years.git("tag", "autumn", first)
    years.git("tag", "--annotate", "--message", "x", "spring", second)
    repository = Repository.find(years.root)
    assert repository.resolve(first) == ResolvedRevision(first, date(2022, 1, 10))
    assert repository.resolve(first[:8]) == ResolvedRevision(first, date(2022, 1, 10))
    assert repository.resolve("autumn") == ResolvedRevision(first, date(2022, 1, 10))
    assert repository.resolve("spring") == ResolvedRevision(second, date(2022, 3, 10))
    assert repository.resolve("main").commit == third
    assert repository.resolve("HEAD~1").commit == second


@pytest.mark.parametrize(
    ("when", "state"),
    [
        ("2022-01-10", 0),
        ("9 March 2022", 0),
        ("10/03/2022", 1),
        ("2022-06-09", 1),
        ("2022-06-10", 2),
        ("2030-01-01", 2),
    ],
)
def test_a_date_means_the_last_state_of_that_day(when: str, state: int, years: RegisterRepository) -> None:
    assert Repository.find(years.root).resolve(when).commit == years.commits[state]


def test_a_date_is_the_day_to_judge_on(years: RegisterRepository) -> None:
    assert Repository.find(years.root).resolve("2022-05-01") == ResolvedRevision(
        years.commits[1], date(2022, 5, 1), by_date=True
    )


def test_a_meeting_is_its_tag_else_its_date(years: RegisterRepository) -> None:
    repository = Repository.find(years.root)
    assert repository.resolve("AC-2022-10-17") == ResolvedRevision(
        years.commits[2], date(2022, 10, 17), "AC-2022-10-17", by_date=True
    )
    years.git("tag", "--annotate", "--message", "x", "meeting/AC-2022-10-17", years.commits[1])
    tagged = ResolvedRevision(years.commits[1], date(2022, 3, 10), "AC-2022-10-17")
    assert (repository.resolve("AC-2022-10-17"), repository.resolve("meeting/AC-2022-10-17")) == (tagged, tagged)


def test_a_meeting_of_a_month_counts_to_its_last_day(years: RegisterRepository) -> None:
    repository = Repository.find(years.root).resolve("AC-2023-03")
    assert repository == ResolvedRevision(years.commits[2], date(2023, 3, 31), "AC-2023-03", by_date=True)


@pytest.mark.parametrize("when", ["nonsense", "--help", "", " ", "a\nb", "^HEAD", "HEAD..main", "0000000", "HEAD:data"])
def test_what_means_no_revision_is_reported(when: str, years: RegisterRepository) -> None:
    with pytest.raises(UsageError, match="There is no commit, tag, date or meeting"):
        Repository.find(years.root).resolve(when)


def test_the_nearest_meeting_is_named(years: RegisterRepository) -> None:
    with pytest.raises(UsageError) as stop:
        Repository.find(years.root).resolve("AC-2022-10-18")
    assert str(stop.value) == (
        "There is no commit, tag, date or meeting “AC-2022-10-18”. Did you mean AC-2022-10-17? "
        "Meetings: AC-2022-10-17, AC-2023-03."
    )


def test_a_month_is_more_than_a_day(years: RegisterRepository) -> None:
    with pytest.raises(UsageError, match="--at needs one day, and “March 2022” is not one"):
        Repository.find(years.root).resolve("March 2022")


def test_before_the_first_commit_there_is_no_state(years: RegisterRepository) -> None:
    with pytest.raises(OperationError) as stop:
        Repository.find(years.root).resolve("2022-01-09")
    assert str(stop.value) == (
        "On 9 January 2022 the register was not yet kept here: its history begins on 10 January 2022."
    )


def test_a_commit_of_another_branch_without_a_register(years: RegisterRepository) -> None:
    years.git("switch", "--quiet", "--orphan", "other")
    other = years.commit("2022-07-10", {"README": "x"})
    years.git("switch", "--quiet", "main")
    with pytest.raises(OperationError, match=f"The commit {other} has no register in data"):
        load_snapshot(years.root, "other")


def test_contents_and_commits_that_are_not_here_are_reported(years: RegisterRepository) -> None:
    repository = Repository.find(years.root)
    message = "This copy of the repository lacks part of the history of its files"
    with pytest.raises(OperationError, match=message):
        repository.read_blobs(["0" * 40])
    first = years.commits[0]
    (years.top / ".git" / "objects" / first[:2] / first[2:]).rename(years.top / "away")
    with pytest.raises(OperationError, match=message):
        read_mainline(repository)


def test_history_shows_what_each_commit_changed(years: RegisterRepository) -> None:
    repository = Repository.find(years.root)
    first, second, third = read_mainline(repository).commits
    assert [commit.id for commit in (first, second, third)] == years.commits
    assert [(change.status, change.path) for change in first.changes] == [("A", A01), ("A", "data/programme.yaml")]
    (moved,) = third.changes
    assert moved == FileChange("M", A01, second.changes[0].new, moved.new)
    assert repository.read_blobs([moved.old, moved.new, moved.old]) == {
        moved.old: action(target="Mar-23").encode(),
        moved.new: action(target="Jun-23").encode(),
    }
    assert (first.parents, first.day, first.author, first.email, first.subject) == (
        (),
        date(2022, 1, 10),
        "A clerk",
        "clerk@example.org",
        "State of 2022-01-10",
    )
