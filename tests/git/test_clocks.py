"""Days of commits: as the committer's clock and zone gave them, and never going back along a line."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2ptrack.store.git.log import GitCommit, find_last_on, parse_local_day, repair_dates

DAY = date(2022, 1, 1)


def line(*days: int) -> tuple[GitCommit, ...]:
    dates = [DAY + timedelta(days) for days in days]
    return repair_dates([GitCommit(str(at), (), day, day, "", "", "") for at, day in enumerate(dates)])


def days(*dates: int) -> list[int]:
    return [(commit.day - DAY).days for commit in line(*dates)]


@pytest.mark.parametrize(
    ("clock", "day"),
    [
        ("1641816000 +0000", date(2022, 1, 10)),
        ("1641855600 +0000", date(2022, 1, 10)),
        ("1641855600 +0100", date(2022, 1, 11)),
        ("1641774600 -0130", date(2022, 1, 9)),
        ("0 +0000", date(1970, 1, 1)),
        ("-86400 +0000", date(1969, 12, 31)),
        ("99999999999999 +0000", date.max),
        ("-99999999999999 +0000", date.min),
        ("1641816000 +9999", date(2022, 1, 14)),
        ("1641816000", date(2022, 1, 10)),
        ("", date(1970, 1, 1)),
    ],
)
def test_a_clock_and_its_zone_are_a_day(clock: str, day: date) -> None:
    assert parse_local_day(clock) == day


@pytest.mark.parametrize(
    ("dates", "message"),
    [
        ([], []),
        ([1], [1]),
        ([1, 2, 2, 5], [1, 2, 2, 5]),
        ([1, 2, -900, 5], [1, 2, 2, 5]),
        ([1, 900, 2, 5], [1, 2, 2, 5]),
        ([1, 60, 57, 90], [1, 57, 57, 90]),
        ([1, 2, 900, -900, 5, 6], [1, 2, 5, 5, 5, 6]),
        ([900, 1, 2, 5], [1, 1, 2, 5]),
        ([1, 2, 5, -900, -800], [1, 2, 5, 5, 5]),
    ],
)
def test_the_fewest_clocks_are_taken_to_be_wrong(dates: list[int], message: list[int]) -> None:
    assert days(*dates) == message


@given(st.lists(st.integers(-1000, 1000), max_size=30))
def test_days_never_go_back_and_those_in_order_stay(dates: list[int]) -> None:
    message = days(*dates)
    assert message == sorted(message)
    assert set(message) <= set(dates)
    assert days(*sorted(dates)) == sorted(dates)


def test_the_last_commit_on_a_day() -> None:
    repo = line(1, 3, 3, 5)
    commits = [find_last_on(repo, DAY + timedelta(day)) for day in (0, 1, 2, 3, 4, 9)]
    assert [commit and commit.id for commit in commits] == [None, "0", "0", "2", "2", "3"]
