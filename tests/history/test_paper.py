"""The progress report counts movement from the history, and shows the public no more than that."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import run
from tests.git.builders import RegisterRepository, action, make_repository, set_git_user
from tests.history.years import years

SHALLOW_WARNING = "This copy of the repository has only the newest part of its history."
TAIL = "Counted from the history of the register."
CLOSED = "exempt: {paragraph: 3, reason: Dispute., public_interest: Talks go on.}\n"


def lines(repo: RegisterRepository, *options: str) -> list[str]:
    """Return the lines of the paper's table of movement, and the note under it."""
    words = ("render", "progress-report", "--format", "md", "--output", "-", "--root", repo.root)
    result = run(*words, "--as-of", "2023-03-03", *options)
    assert result.code == 0
    rows = result.out.partition("**Since the last meeting**")[2].partition("**Figures**")[0].splitlines()
    return [row for row in rows if row and not row.startswith("| ---")]


def test_movement_is_counted_from_the_state_that_the_last_meeting_saw(tmp_path: Path) -> None:
    repo = years(tmp_path)
    heads = "| Kind | Open at 12 January 2023 | New | Reopened | Closed | Removed | Open at 3 March 2023 |"
    assert lines(repo) == [
        f"{heads} Complete, not verified |",
        "| Actions | 2 | 1 | 0 | 1 | 1 | 1 |  |",
        "| Follow-ups | 1 | 0 | 0 | 0 | 0 | 1 |  |",
        f"New: A03. Closed: A02. Removed without being closed: A03. {TAIL}",
    ]


def test_at_a_commit_the_history_ends_there(tmp_path: Path) -> None:
    repo = years(tmp_path)
    assert lines(repo, "--at", repo.commits[1])[1:] == [
        "| Actions | 2 | 0 | 0 | 0 | 0 | 2 |  |",
        "| Follow-ups | 1 | 0 | 0 | 0 | 0 | 1 |  |",
        TAIL,
    ]


def test_a_history_that_begins_after_the_last_meeting_is_not_counted_from(tmp_path: Path) -> None:
    repo = make_repository(tmp_path, files={"actions/A01.yaml": "id: A01\ntitle: Review\n"})
    repo.commit("2023-01-12")
    assert lines(repo)[1:2] == ["| Actions | not known | not known | 0 | 1 |"]


def test_without_the_older_history_the_paper_is_made_and_the_clerk_is_warned(tmp_path: Path) -> None:
    repo = years(tmp_path / "whole")
    repo.git("clone", "--quiet", "--depth", "1", f"file://{repo.top}", str(tmp_path / "part"))
    result = run("render", "progress-report", "--as-of", "2023-03-03", "--root", tmp_path / "part")
    assert (result.code, result.err.splitlines()) == (
        0,
        [
            f"{SHALLOW_WARNING} To get the rest: git fetch --unshallow --tags",
            "Until then, the paper shows changes by the dates in the register alone.",
        ],
    )


@pytest.fixture
def partly_closed(tmp_path: Path) -> RegisterRepository:
    repo = make_repository(tmp_path, files={"actions/A01.yaml": "id: A01\ntitle: Review\n"})
    repo.commit("2022-10-10", {"data/actions/A02.yaml": f"id: A02\ntitle: The Acme dispute\n{CLOSED}"})
    removed = f"id: A03\ntitle: The Bcme dispute\n{CLOSED}"
    repo.commit("2022-10-11", {"data/actions/A03.yaml": removed, "data/actions/A04.yaml": "id: A04\ntitle: Open\n"})
    partly = f"id: A04\ntitle: Open\nstatus: withdrawn\n{CLOSED.replace('{', '{fields: [status], ')}"
    repo.commit("2023-02-01", {"data/actions/A03.yaml": None, "data/actions/A04.yaml": partly})
    return repo


def test_the_public_is_reported_nothing_of_what_is_exempt(partly_closed: RegisterRepository) -> None:
    withheld = "Excludes 1 item whose status is exempt from publication."
    assert lines(partly_closed)[1:] == ["| Actions | 1 | 0 | 0 | 0 | 0 | 1 |  |", f"{withheld} {TAIL}"]


def test_officers_are_reported_all_of_it(partly_closed: RegisterRepository) -> None:
    message = lines(partly_closed, "--audience", "officers")
    assert message[1:] == [
        "| Actions | 4 | 0 | 0 | 1 | 1 | 2 |  |",
        f"Closed: A04. Removed without being closed: A03. {TAIL}",
    ]


def test_what_is_not_committed_yet_is_new(partly_closed: RegisterRepository) -> None:
    partly_closed.write({"data/actions/A05.yaml": "id: A05\ntitle: Another\n"})
    assert lines(partly_closed)[1] == "| Actions | 1 | 1 | 0 | 0 | 0 | 2 |  |"
    assert lines(partly_closed)[2].startswith("New: A05. ")


def test_what_was_open_is_judged_on_the_meeting_s_own_day_as_changes_does(tmp_path: Path) -> None:
    ends = "id: A02\ntitle: Ends\nstatus: withdrawn\ndecided: {on: 2022-10-16, by: Board}\n"
    repo = make_repository(tmp_path, files={"actions/A01.yaml": "id: A01\ntitle: Review\n", "actions/A02.yaml": ends})
    repo.commit("2022-10-10")
    repo.commit("2022-11-10", {"data/actions/A03.yaml": "id: A03\ntitle: Another\n"})
    message = lines(repo)
    assert message[0].startswith("| Kind | Open at 17 October 2022 |")
    assert message[1:] == ["| Actions | 1 | 1 | 0 | 0 | 0 | 2 |  |", f"New: A03. {TAIL}"]
    text = run("changes", "--since", "AC-2022-10-17", "--root", repo.root).out
    assert "1 open + 1 new + 0 reopened - 0 closed - 0 removed = 2 open." in text


def published(tmp_path: Path, **a01: str) -> RegisterRepository:
    """Return a register whose first meeting was published from a commit of the day before its papers' own."""
    files = {"actions/A01.yaml": action(**a01), "actions/A02.yaml": action("A02", target="2022-10-16")}
    repo = make_repository(tmp_path, files=files)
    set_git_user(repo.top)
    repo.commit("2022-10-15")
    words = ("publish", "AC-2022-10-17", "progress-report", "--format", "text")
    assert run(*words, "--as-of", "2022-10-17", "--root", repo.root).code == 0
    return repo


def test_a_published_meeting_knew_what_its_papers_had_on_the_day_they_judge_on(tmp_path: Path) -> None:
    repo = published(tmp_path, status="withdrawn", decided="{on: 2022-10-16, by: Board, reason: No need.}")
    repo.commit("2022-11-10", {"data/actions/A03.yaml": action("A03")})
    message = lines(repo)
    assert message[0].startswith("| Kind | Open at 17 October 2022 |")
    assert message[1:] == ["| Actions | 1 | 1 | 0 | 0 | 0 | 2 |  |", f"New: A03. {TAIL}"]
    text = run("changes", "--since", "AC-2022-10-17", "--root", repo.root).out
    assert "From 17 October 2022 (AC-2022-10-17, commit" in text
    assert "1 open + 1 new + 0 reopened - 0 closed - 0 removed = 2 open." in text


def test_a_tag_that_names_no_day_is_judged_on_that_of_its_commit(tmp_path: Path) -> None:
    repo = published(tmp_path, status="withdrawn", decided="{on: 2022-10-16, by: Board, reason: No need.}")
    repo.git("tag", "--force", "--annotate", "--message", '{\n  "as_of": "2022-17-10",\n', "meeting/AC-2022-10-17")
    repo.commit("2022-11-10", {"data/actions/A03.yaml": action("A03")})
    assert lines(repo)[1:] == ["| Actions | 2 | 1 | 0 | 1 | 0 | 2 |  |", f"New: A03. Closed: A01. {TAIL}"]


def test_what_was_closed_long_ago_and_entered_since_is_new_to_the_committee(tmp_path: Path) -> None:
    repo = published(tmp_path, status="in_progress")
    repo.commit("2022-11-10", {"data/actions/A01.yaml": action(status="complete", completed_on="2022-09-30")})
    message = run(
        "render", "progress-report", "--as-of", "2023-03-03", "--format", "md", "--output", "-", "--root", tmp_path
    )
    assert "| Review | A01 | 2022-09-30 | no evidence |" in message.out
    assert "Closed before the last meeting" not in message.out
    assert "Closed: A01. " in message.out


def test_what_was_not_late_on_the_day_of_the_last_papers_is_newly_overdue(tmp_path: Path) -> None:
    repo = published(tmp_path)
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
        repo.root,
    )
    assert "Overdue since the last meeting" not in run(*words).out
    tag_message = repo.git("cat-file", "tag", "meeting/AC-2022-10-17").partition("\n\n")[2]
    earlier = tag_message.replace('"as_of": "2022-10-17"', '"as_of": "2022-10-15"')
    repo.git("tag", "--force", "--annotate", "--message", earlier, "meeting/AC-2022-10-17")
    assert "Overdue since the last meeting: A02." in run(*words).out
