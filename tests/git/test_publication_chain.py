"""Seals of earlier papers in published papers, and the detection of a rewritten repository."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from p2ptrack.store.git.revision_lookup import parse_tag
from tests.command import CommandResult, run
from tests.git.builders import RegisterRepository, action, make_repository, set_git_user
from tests.git.test_publish import A01, MEETING, REPORTS, TAG, read_manifest, tagged
from tests.support import PROGRAMME

A02, NEXT = "data/actions/A02.yaml", "AC-2023-03"


@pytest.fixture
def repo(tmp_path: Path) -> RegisterRepository:
    repo = make_repository(tmp_path / "council", "p2p", programme=PROGRAMME + REPORTS)
    repo.commit("2022-10-10", {A01: action(target="Mar-23"), A02: action("A02", target="Mar-23", status="in_progress")})
    set_git_user(repo.top)
    return repo


def command(repo: RegisterRepository, *words: str) -> CommandResult:
    return run(*words, "--root", repo.root)


def publish(repo: RegisterRepository, meeting: str = MEETING, *formats: str) -> CommandResult:
    options = [word for format_name in (formats or ("text",)) for word in ("--format", format_name)]
    return command(repo, "publish", meeting, "plan", *options)


def identity(repo: RegisterRepository) -> tuple[str, str]:
    """Return the id and the fingerprint of the first meeting's tag."""
    id_ = repo.git("rev-parse", TAG)
    return id_, parse_tag(MEETING, id_, repo.git("cat-file", "tag", TAG).partition("\n\n")[2]).identity.fingerprint


def codes(repo: RegisterRepository, *words: str) -> list[str]:
    rows = command(repo, "check", *words, "--format", "csv", "--as-of", "2023-03-03").out.splitlines()
    return [code for code in ("H118", "H119", "I116", "H115") if any(f",{code}," in row for row in rows)]


def test_the_papers_of_the_next_meeting_name_the_tag_of_the_last(repo: RegisterRepository) -> None:
    result = publish(repo)
    first = identity(repo)
    line = f"For the minutes: tag {TAG} has the id {first[0]} and the fingerprint {first[1]}. Fingerprints (SHA-256)"
    assert line in result.err
    assert f"has the id {first[0]} and the fingerprint {first[1]}. Compare it" in command(repo, "verify", MEETING).err
    repo.commit("2023-01-10", {A01: action(target="Mar-23", note="x")})
    assert publish(repo, NEXT, "text", "html", "json", "docx", "xlsx").code == 0
    for file in (repo.root / "build").glob("plan.*"):
        data = file.read_bytes()
        if file.suffix in {".docx", ".xlsx"}:
            package = zipfile.ZipFile(io.BytesIO(data))
            data = b"".join(map(package.read, package.namelist()))
        assert all(text.encode() in data for text in first), file.suffix
    assert command(repo, "verify", NEXT).code == 0
    # The papers stay the same, whatever is published later from the same commit.
    paper = (repo.root / "build" / "plan.html").read_bytes()
    assert command(repo, "publish", "AC-2023-03", "--format", "html").code == 1
    again = run("render", "plan", "--at", NEXT, "--format", "html", "--output", "-", "--root", repo.root)
    assert again.bytes == paper
    repo.commit("2023-01-11", {A01: action(target="Mar-23", note="y")})
    draft = command(repo, "render", "plan", "--output", "-", "--format", "text", "--as-of", "2023-03-01")
    assert read_last(draft.out) == repo.git("rev-parse", f"meeting/{NEXT}")


def read_last(text: str) -> str:
    """Return the id of the tag in the last lines of a paper."""
    return " ".join(text.split()).rpartition(": tag ")[2].partition(",")[0]


def test_the_papers_of_the_first_meeting_name_no_earlier_papers(repo: RegisterRepository) -> None:
    assert publish(repo, MEETING, "text", "json").code == 0
    assert "Papers published before" not in (repo.root / "build" / "plan.text").read_text(encoding="utf-8")
    assert "last_publication" not in (repo.root / "build" / "plan.json").read_text(encoding="utf-8")
    assert read_manifest(repo)["previous"] is None
    assert read_manifest(repo)["records"] == {"recommendations": 0, "actions": 2, "audit_followups": 0, "exemptions": 0}


def amend(repo: RegisterRepository) -> None:
    repo.write({A01: action(target="Mar-24")})
    repo.git("commit", "--quiet", "--all", "--amend", "--message", "Rewritten")


def test_amended_papers_are_not_published_until_the_first_commit_is_merged(repo: RegisterRepository) -> None:
    publish(repo)
    first, commit = repo.git("rev-parse", TAG), repo.commits[0]
    amend(repo)
    repo.git("tag", "--delete", TAG)
    assert codes(repo, "--history") == ["H118"]
    result = publish(repo)
    assert (result.code, "so nothing was published" in result.err) == (1, True)
    assert repo.git("tag", "--list") == ""
    join = f"git merge --no-edit --strategy=ours --allow-unrelated-histories {commit}"
    assert join in command(repo, "check", "--history", "--format", "md").out
    repo.git(*join.split()[1:])
    assert codes(repo, "--history") == []
    result = publish(repo)
    assert (result.code, f"This meeting was published before, from the commit {commit[:10]}" in result.err) == (0, True)
    assert read_manifest(repo)["replaces"] == [first]
    result = command(repo, "verify", MEETING)
    assert (result.code, f"the tag {first} was replaced" in result.err) == (0, True)


def test_amended_papers_with_a_manual_tag_are_an_error(repo: RegisterRepository) -> None:
    publish(repo)
    manifest = read_manifest(repo)
    amend(repo)
    tagged(repo, {**manifest, "commit": repo.git("rev-parse", "HEAD")})
    assert codes(repo, "--history") == ["H118"]
    result = command(repo, "verify", MEETING)
    assert result.code == 1


def test_a_publication_that_is_withdrawn_and_replaced_on_record_is_a_notice(repo: RegisterRepository) -> None:
    publish(repo)
    first = repo.git("rev-parse", TAG)
    repo.git("tag", "--delete", TAG)
    repo.commit("2022-10-11", {A01: action(target="Mar-24", note="x")})
    assert (publish(repo).code, codes(repo, "--history")) == (0, [])
    result = command(repo, "verify", MEETING)
    assert (result.code, f"the tag {first} was replaced" in result.err) == (0, True)
    # A checkout of an older commit does not make a later publication one that was taken out.
    repo.git("checkout", "--quiet", "--force", "--detach", repo.commits[0])
    assert codes(repo, "--history") == []


def replace_first(repo: RegisterRepository) -> None:
    tagged(repo, {**read_manifest(repo), "sealed_on": "2022-10-01"}, repo.commits[0])


def remove_first(repo: RegisterRepository) -> None:
    repo.git("tag", "--delete", TAG)


def copy(repo: RegisterRepository) -> RegisterRepository:
    """Return a new copy of the repository, which has only what its branches and tags lead to."""
    hub, top = repo.top.parent / "hub.git", repo.top.parent / "copy"
    repo.git("clone", "--quiet", "--bare", repo.top.as_uri(), str(hub))
    repo.git("clone", "--quiet", str(hub), str(top))
    return RegisterRepository(top, top / "p2p")


@pytest.mark.parametrize("change", [replace_first, remove_first])
def test_a_replaced_tag_that_later_papers_name_is_reported_in_every_copy(
    repo: RegisterRepository, change: object
) -> None:
    publish(repo)
    first = repo.git("rev-parse", TAG)
    repo.commit("2023-01-10", {A01: action(target="Mar-23", note="x")})
    publish(repo, NEXT)
    assert (codes(repo, "--history"), command(repo, "verify", NEXT).code) == ([], 0)
    assert callable(change)
    change(repo)
    for any_copy in (repo, copy(repo)):
        assert codes(any_copy, "--history") == ["H119"]
        result = command(any_copy, "verify", NEXT)
        assert (result.code, f"name the tag {TAG} with the id {first}" in result.err) == (1, True)
        assert command(any_copy, "verify", MEETING).code == (1 if change is replace_first else 2)
    # The warning can be turned off in the register, with a reason.
    programme = (repo.root / "data/programme.yaml").read_text(encoding="utf-8")
    policy = "policy: {rules_off: {H119: The clerk published twice.}}\n"
    repo.commit("2023-01-12", {"data/programme.yaml": programme + policy})
    assert codes(repo, "--history") == []


def test_a_tag_that_is_signed_or_replaced_on_record_is_not_lost(repo: RegisterRepository) -> None:
    publish(repo)
    first = repo.git("rev-parse", TAG)
    repo.commit("2023-01-10", {A01: action(target="Mar-23", note="x")})
    publish(repo, NEXT)
    manifest, message = read_manifest(repo), repo.git("cat-file", "tag", TAG).partition("\n\n")[2]
    signed = f"{message}\n-----BEGIN SSH SIGNATURE-----\nU1NI\n-----END SSH SIGNATURE-----\n"
    repo.git("tag", "--force", "--annotate", "--cleanup=verbatim", "--message", signed, TAG, f"{TAG}^{{commit}}")
    assert repo.git("rev-parse", TAG) != first
    assert codes(repo, "--history") == []
    tagged(repo, {**manifest, "sealed_on": "2022-10-01", "replaces": [first]}, repo.commits[0])
    assert codes(repo, "--history") == []


@pytest.mark.parametrize(
    "values",
    [
        {"previous": []},
        {"previous": {"meeting": 1, "tag": [], "fingerprint": None}},
        {"previous": {"meeting": "x\x1b[31m", "tag": "a", "fingerprint": "b"}},
        {"previous": {"meeting": "x", "tag": "<script>", "fingerprint": "b"}},
        {"previous": {"meeting": "x", "tag": "a", "fingerprint": "b", "more": "c"}},
        {"records": [], "replaces": {}},
        {"records": {"actions": "many", "x": True, "y": 1.5}, "replaces": [1, None]},
        {"register_folder": 7, "commit": "HEAD; ls", "as_of": "2022-13-45"},
    ],
)
def test_a_forged_tag_does_not_change_the_fingerprints_of_earlier_papers(
    repo: RegisterRepository, values: dict[str, object]
) -> None:
    publish(repo)
    tagged(repo, {**read_manifest(repo), **values})
    for words in (("check", "--history"), ("check",), ("verify", MEETING), ("render", "plan", "--output", "-")):
        result = command(repo, *words)
        assert (result.code in {0, 1, 2, 3}, "Traceback" in result.err, "\x1b[31m" in result.out + result.err) == (
            True,
            False,
            False,
        )
        assert "<script>" not in result.out


def remove(repo: RegisterRepository, *paths: str) -> None:
    repo.commit("2022-11-01", dict.fromkeys(paths))


def test_a_record_missing_since_the_last_papers_is_an_error_without_the_history(repo: RegisterRepository) -> None:
    publish(repo)
    assert codes(repo) == []
    remove(repo, A02)
    assert (codes(repo), codes(repo, "--history")) == (["I116"], ["H115"])
    result = command(repo, "check", "--as-of", "2023-03-03")
    words = " ".join(result.out.split())
    assert f"The papers of {MEETING} had 2 actions, and the register has 1. Missing: A02." in words
    restore = f"git restore --source={repo.commits[0][:10]} -- {A02}"
    assert restore in result.out
    repo.git("-C", "p2p", *restore.split()[1:])
    assert codes(repo) == []


def test_a_record_that_was_closed_moved_or_left_out_is_not_missing(repo: RegisterRepository) -> None:
    publish(repo)
    moved = "data/actions/a-better-name.yaml"
    repo.commit("2022-10-20", {A02: None, moved: action("A02", target="Mar-23", status="in_progress")})
    assert codes(repo) == []
    closed = action("A02", target="Mar-23", status="withdrawn", decided="{on: 2022-10-19, by: Board, reason: Done.}")
    repo.commit("2022-10-21", {moved: closed})
    remove(repo, moved)
    assert codes(repo) == []


def test_a_file_that_is_deleted_and_not_committed_is_reported_once(repo: RegisterRepository) -> None:
    publish(repo)
    (repo.root / A02).unlink()
    assert codes(repo) == ["H115"]


def test_records_missing_from_a_rewritten_history_are_reported(repo: RegisterRepository) -> None:
    publish(repo)
    repo.write({A02: None})
    repo.git("commit", "--quiet", "--all", "--amend", "--message", "Rewritten")
    assert "I116" in codes(repo)
    assert "I116" in codes(repo, "--history")


def test_a_tag_whose_commit_has_fewer_records_than_it_states_is_an_error(repo: RegisterRepository) -> None:
    publish(repo)
    manifest = read_manifest(repo)
    tagged(repo, {**manifest, "records": {**manifest["records"], "actions": 3}})
    assert codes(repo) == ["I116"]


def test_no_record_is_missing_after_the_register_moved_in_its_repository(repo: RegisterRepository) -> None:
    publish(repo)
    repo.git("mv", "p2p", "procurement")
    repo.git("commit", "--quiet", "--message", "Move")
    assert codes(RegisterRepository(repo.top, repo.top / "procurement")) == []
