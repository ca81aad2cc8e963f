"""A small register with a history that is known to the day: who did what, in which commit."""

from __future__ import annotations

from pathlib import Path

from tests.git.builders import RegisterRepository, make_repository
from tests.support import PROGRAMME

REVIEW = "id: A01\ntitle: Review contracts\n"
TRAIN = "id: A02\ntitle: Train buyers\n"
REPORT = "id: F01\ntitle: Report exemptions\n"
LONG = (
    "Cleansing goes on, and 212 of 340 contracts now stand under the right category and contract manager, and the rest "
    "will follow before the summer."
)
A01, A02, A03, F01 = (
    "data/actions/A01.yaml",
    "data/actions/A02.yaml",
    "data/actions/A03.yaml",
    "data/audit_followups/F01.yaml",
)
LEDGER = "revisions: [{from: Mar-23, to: Jun-23, date: 2023-02-01, reason: Supplier late., approved_by: Board}]\n"
PEOPLE = {"ann": "Policy clerk", "ben": "Audit clerk", "cy": "City clerk"}


def by(who: str) -> dict[str, str]:
    return {"GIT_AUTHOR_NAME": PEOPLE[who]}


def years(top: Path) -> RegisterRepository:
    """Return the repository. Its commits are `made`, oldest first; one of them is a merge."""
    repo = make_repository(top)
    first = {A01: f"{REVIEW}status: in_progress\ntarget: Mar-23\nnote: {LONG}\n", A02: f"{TRAIN}status: in_progress\n"}
    repo.commit("2023-01-12", {**first, F01: f"{REPORT}target: AC-2023-03\n"}, **by("ann"))
    repo.git("tag", "meeting/AC-2022-10-17")
    moved = f"{REVIEW}status: in_progress\ntarget: Jun-23\n{LEDGER}note: {LONG.replace('212', '300')}\n"
    repo.commit("2023-02-01", {A01: moved}, **by("ben"))
    repo.git("switch", "--quiet", "--create", "training")
    done = f"{TRAIN}status: complete\ncompleted_on: 2023-02-10\nevidence: [{{title: Attendance list}}]\n"
    repo.commit("2023-02-10", {A02: done}, **by("cy"))
    repo.git("switch", "--quiet", "main")
    repo.commit("2023-02-12", {A03: "id: A03\ntitle: Publish spend\n"}, **by("ann"))
    merged = {"GIT_COMMITTER_DATE": "2023-02-20T12:00:00Z", "GIT_AUTHOR_NAME": "Audit clerk"}
    repo.git("merge", "--quiet", "--no-ff", "--message", "Training", "training", **merged)
    repo.commits.append(repo.git("rev-parse", "HEAD"))
    programme = PROGRAMME.replace("date: Mar-23", "date: 20 April 2023")
    repo.commit("2023-03-01", {"data/programme.yaml": programme}, **by("ann"))
    repo.git("mv", A01, "data/actions/A01-review.yaml")
    repo.git("rm", "--quiet", A03)
    repo.commit("2023-03-02", {}, **by("ben"))
    return repo
