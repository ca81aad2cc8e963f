"""Text that is exempt now is in no public paper of the past, whatever became of its file since."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.command import CommandResult, run
from tests.git.builders import RegisterRepository, action, make_repository

EXEMPT = "{paragraph: 3, reason: x, public_interest: y}"
A01, A02, A20 = (f"data/actions/{id_}.yaml" for id_ in ("A01", "A02", "A20"))
CLAIM = {"title": "Acme dispute", "origin_text": "The firm claims a sum"}
OPEN = action("A02", **CLAIM)
Files = Mapping[str, str | bytes | None]


def paper(repo: RegisterRepository, audience: str = "public") -> CommandResult:
    words = ("action-plan", "--at", repo.commits[0], "--audience", audience, "--output", "-", "--allow-problems")
    return run("render", *words, "--root", repo.root)


def make_history(top: Path, *states: Files) -> RegisterRepository:
    repo = make_repository(top, "p2p")
    for month, files in enumerate(states, 1):
        repo.commit(f"2022-{month:02}-10", files)
    return repo


MOVED = action("A20", **CLAIM, exempt=EXEMPT)


@pytest.mark.parametrize(
    "later",
    [
        [{A02: None, A20: MOVED}],
        [{A02: None, A20: action("A20", title="Another", exempt=EXEMPT)}],
        [{A02: action("A02", title="Another"), A20: MOVED}],
        [{A02: None, "data/audit_followups/F01.yaml": action("F01", title="Another", exempt=EXEMPT)}],
        [{A02: None, A20: "id: [A20\n"}],
        [{A02: OPEN + f"exempt: {EXEMPT}\n"}, {A02: None}],
        [{A02: None, "data/actions/a02.yaml": action("a02", title="Another", exempt=EXEMPT)}],
        [{A02: None, "data/actions/closed/A02.yaml": OPEN + f"exempt: {EXEMPT}\n"}],
        [{A02: None, "data/action/A02.yaml": OPEN + f"exempt: {EXEMPT}\n"}],
    ],
)  # fmt: skip
def test_an_exempt_record_that_was_moved_or_renamed_is_withheld(later: list[Files], tmp_path: Path) -> None:
    repo = make_history(tmp_path, {A01: action(title="The plan"), A02: OPEN}, *later)
    public = paper(repo)
    assert (public.code, "The plan" in public.out) == (0, True)
    assert [word for word in ("A02", "Acme", "claims") if word in public.out] == []
    assert "Acme dispute" in paper(repo, "officers").out


def test_a_record_that_was_deleted_while_public_is_shown_as_it_was(tmp_path: Path) -> None:
    repo = make_history(tmp_path, {A01: action(title="The plan"), A02: OPEN}, {A02: None})
    result = paper(repo)
    assert CLAIM["title"] in result.out
    assert len(result.err.splitlines()) == 1


def test_older_records_do_not_name_what_is_exempt_now(tmp_path: Path) -> None:
    first = action(title="The plan", agreed_action="Wait for the Acme  Dispute to end")
    repo = make_history(tmp_path, {A01: first}, {A20: MOVED})
    assert "Acme" not in paper(repo).out
    assert "Wait for" in paper(repo).out
    assert "Acme" in paper(repo, "officers").out


def test_records_that_may_be_exempt_are_withheld_and_reported(tmp_path: Path) -> None:
    repo = make_history(tmp_path, {A02: OPEN}, {A02: None, A20: MOVED})
    assert paper(repo).err.splitlines()[1:] == ["Left out of the public paper, because they may be exempt today: A02."]
    assert len(paper(repo, "members").err.splitlines()) == 1
