"""The progress report counts what came and went from the history, and shows the public no more of it than that."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import run
from tests.git.builders import Kept, action, kept, named
from tests.history.years import years

LACKING = "This copy of the repository holds the newest part of its history only."
TAIL = "Counted from the history of the register."
CLOSED = "exempt: {paragraph: 3, reason: Dispute., public_interest: Talks go on.}\n"


def lines(made: Kept, *options: str) -> list[str]:
    """Return the lines of the paper's table of movement, and the note under it."""
    words = ("render", "progress-report", "--format", "md", "--output", "-", "--root", made.root)
    ran = run(*words, "--as-of", "2023-03-03", *options)
    assert ran.code == 0
    rows = ran.out.partition("**Since the last meeting**")[2].partition("**Figures**")[0].splitlines()
    return [row for row in rows if row and not row.startswith("| ---")]


def test_movement_is_counted_from_the_state_that_the_last_meeting_saw(tmp_path: Path) -> None:
    made = years(tmp_path)
    heads = "| Kind | Open at 12 January 2023 | New | Reopened | Closed | Removed | Open at 3 March 2023 |"
    assert lines(made) == [
        f"{heads} Complete, not verified |",
        "| Actions | 2 | 1 | 0 | 1 | 1 | 1 |  |",
        "| Follow-ups | 1 | 0 | 0 | 0 | 0 | 1 |  |",
        f"New: A03. Closed: A02. Removed without being closed: A03. {TAIL}",
    ]


def test_at_a_commit_the_history_ends_there(tmp_path: Path) -> None:
    made = years(tmp_path)
    assert lines(made, "--at", made.made[1])[1:] == [
        "| Actions | 2 | 0 | 0 | 0 | 0 | 2 |  |",
        "| Follow-ups | 1 | 0 | 0 | 0 | 0 | 1 |  |",
        TAIL,
    ]


def test_a_history_that_begins_after_the_last_meeting_is_not_counted_from(tmp_path: Path) -> None:
    made = kept(tmp_path, files={"actions/A01.yaml": "id: A01\ntitle: Review\n"})
    made.commit("2023-01-12")
    assert lines(made)[1:2] == ["| Actions | not known | not known | 0 | 1 |"]


def test_without_the_older_history_the_paper_is_made_and_the_clerk_told(tmp_path: Path) -> None:
    made = years(tmp_path / "whole")
    made.git("clone", "--quiet", "--depth", "1", f"file://{made.top}", str(tmp_path / "part"))
    ran = run("render", "progress-report", "--as-of", "2023-03-03", "--root", tmp_path / "part")
    assert (ran.code, ran.err.splitlines()) == (
        0,
        [
            f"{LACKING} Fetch the rest with: git fetch --unshallow --tags",
            "Until then the paper tells movement by the dates in the register alone.",
        ],
    )


@pytest.fixture
def partly_closed(tmp_path: Path) -> Kept:
    made = kept(tmp_path, files={"actions/A01.yaml": "id: A01\ntitle: Review\n"})
    made.commit("2022-10-10", {"data/actions/A02.yaml": f"id: A02\ntitle: The Acme dispute\n{CLOSED}"})
    gone = f"id: A03\ntitle: The Bcme dispute\n{CLOSED}"
    made.commit("2022-10-11", {"data/actions/A03.yaml": gone, "data/actions/A04.yaml": "id: A04\ntitle: Open\n"})
    partly = f"id: A04\ntitle: Open\nstatus: withdrawn\n{CLOSED.replace('{', '{fields: [status], ')}"
    made.commit("2023-02-01", {"data/actions/A03.yaml": None, "data/actions/A04.yaml": partly})
    return made


def test_the_public_is_told_nothing_of_what_is_exempt(partly_closed: Kept) -> None:
    assert lines(partly_closed)[1:] == ["| Actions | 2 | 0 | 0 | 0 | 0 | 2 |  |", TAIL]


def test_officers_are_told_all_of_it(partly_closed: Kept) -> None:
    told = lines(partly_closed, "--audience", "officers")
    assert told[1:] == [
        "| Actions | 4 | 0 | 0 | 1 | 1 | 2 |  |",
        f"Closed: A04. Removed without being closed: A03. {TAIL}",
    ]


def test_what_is_not_committed_yet_is_new(partly_closed: Kept) -> None:
    partly_closed.write({"data/actions/A05.yaml": "id: A05\ntitle: Another\n"})
    assert lines(partly_closed)[1:] == ["| Actions | 2 | 1 | 0 | 0 | 0 | 3 |  |", f"New: A05. {TAIL}"]


def test_what_was_open_is_judged_on_the_meeting_s_own_day_as_changes_does(tmp_path: Path) -> None:
    ends = "id: A02\ntitle: Ends\nstatus: withdrawn\ndecided: {on: 2022-10-16, by: Board}\n"
    made = kept(tmp_path, files={"actions/A01.yaml": "id: A01\ntitle: Review\n", "actions/A02.yaml": ends})
    made.commit("2022-10-10")
    made.commit("2022-11-10", {"data/actions/A03.yaml": "id: A03\ntitle: Another\n"})
    told = lines(made)
    assert told[0].startswith("| Kind | Open at 17 October 2022 |")
    assert told[1:] == ["| Actions | 1 | 1 | 0 | 0 | 0 | 2 |  |", f"New: A03. {TAIL}"]
    said = run("changes", "--since", "AC-2022-10-17", "--root", made.root).out
    assert "1 open + 1 new + 0 reopened - 0 closed - 0 disappeared = 2 open." in said


def published(tmp_path: Path, **a01: str) -> Kept:
    """Return a register whose first meeting was published from a commit of the day before its papers' own."""
    files = {"actions/A01.yaml": action(**a01), "actions/A02.yaml": action("A02", target="2022-10-16")}
    made = kept(tmp_path, files=files)
    named(made.top)
    made.commit("2022-10-15")
    words = ("publish", "AC-2022-10-17", "progress-report", "--format", "text")
    assert run(*words, "--as-of", "2022-10-17", "--root", made.root).code == 0
    return made


def test_a_published_meeting_knew_what_its_papers_said_on_the_day_they_judge_on(tmp_path: Path) -> None:
    made = published(tmp_path, status="withdrawn", decided="{on: 2022-10-16, by: Board, reason: No need.}")
    made.commit("2022-11-10", {"data/actions/A03.yaml": action("A03")})
    told = lines(made)
    assert told[0].startswith("| Kind | Open at 17 October 2022 |")
    assert told[1:] == ["| Actions | 1 | 1 | 0 | 0 | 0 | 2 |  |", f"New: A03. {TAIL}"]
    said = run("changes", "--since", "AC-2022-10-17", "--root", made.root).out
    assert "From 17 October 2022 (AC-2022-10-17, commit" in said
    assert "1 open + 1 new + 0 reopened - 0 closed - 0 disappeared = 2 open." in said


def test_a_tag_that_names_no_day_is_judged_on_that_of_its_commit(tmp_path: Path) -> None:
    made = published(tmp_path, status="withdrawn", decided="{on: 2022-10-16, by: Board, reason: No need.}")
    made.git("tag", "--force", "--annotate", "--message", '{\n  "as_of": "2022-17-10",\n', "meeting/AC-2022-10-17")
    made.commit("2022-11-10", {"data/actions/A03.yaml": action("A03")})
    assert lines(made)[1:] == ["| Actions | 2 | 1 | 0 | 1 | 0 | 2 |  |", f"New: A03. Closed: A01. {TAIL}"]


def test_what_was_closed_long_ago_and_entered_since_is_new_to_the_committee(tmp_path: Path) -> None:
    made = published(tmp_path, status="in_progress")
    made.commit("2022-11-10", {"data/actions/A01.yaml": action(status="complete", completed_on="2022-09-30")})
    told = run(
        "render", "progress-report", "--as-of", "2023-03-03", "--format", "md", "--output", "-", "--root", tmp_path
    )
    assert "| A01 | Review | 2022-09-30 | no evidence |" in told.out
    assert "Closed before the last meeting" not in told.out
    assert "Closed: A01. " in told.out


def test_what_was_not_late_on_the_day_of_the_last_papers_is_newly_overdue(tmp_path: Path) -> None:
    made = published(tmp_path)
    words = (
        "render",
        "progress-report",
        "--as-of",
        "2023-03-03",
        "--format",
        "md",
        "--output",
        "-",
        "--root",
        made.root,
    )
    assert "Overdue since the last meeting" not in run(*words).out
    sealed = made.git("cat-file", "tag", "meeting/AC-2022-10-17").partition("\n\n")[2]
    earlier = sealed.replace('"as_of": "2022-10-17"', '"as_of": "2022-10-15"')
    made.git("tag", "--force", "--annotate", "--message", earlier, "meeting/AC-2022-10-17")
    assert "Overdue since the last meeting: A02." in run(*words).out
