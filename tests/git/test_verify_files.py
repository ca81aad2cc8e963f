"""What verify looks at, and what a repository that was rewritten can still show."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.command import CommandResult, run
from tests.git.builders import RegisterRepository, action, make_repository, set_git_user
from tests.git.test_publish import A01, MEETING, REPORTS, TAG, read_manifest, tagged
from tests.support import PROGRAMME

EXEMPT = "{paragraph: 3, reason: Prices, public_interest: Next tender, decided_by: Clerk, decided_on: 1 May 2022}"


@pytest.fixture
def repo(tmp_path: Path) -> RegisterRepository:
    repo = make_repository(tmp_path / "council", "p2p", programme=PROGRAMME + REPORTS)
    repo.commit("2022-10-10", {A01: action(target="Mar-23")})
    set_git_user(repo.top)
    return repo


def command(repo: RegisterRepository, *words: str) -> CommandResult:
    return run(*words, "--root", repo.root)


def publish(repo: RegisterRepository, *words: str) -> CommandResult:
    return command(repo, "publish", MEETING, "plan", "--format", "text", *words)


def verify(repo: RegisterRepository, *files: Path) -> CommandResult:
    return command(repo, "verify", MEETING, *map(str, files))


def sha(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_without_a_file_verify_states_that_it_compared_none(repo: RegisterRepository) -> None:
    publish(repo)
    paper = repo.root / "build" / "plan.text"
    fingerprint = sha(paper)
    paper.write_text("forged")
    result = verify(repo)
    assert (result.code, result.out.splitlines()[:2]) == (
        0,
        ["plan.text: made again, equal", f"  SHA-256 {fingerprint}"],
    )
    first, *rest = result.err.splitlines(keepends=True)
    assert first.startswith(f"The tag {TAG} has the id {repo.git('rev-parse', TAG)} and the fingerprint ")
    assert "".join(rest) == (
        "Made again and equal to what was recorded. No file was compared. "
        f"To compare files: p2ptrack verify {MEETING} FILE\n"
    )


def test_files_are_compared_with_what_was_published(repo: RegisterRepository, tmp_path: Path) -> None:
    publish(repo)
    paper = repo.root / "build" / "plan.text"
    copy = tmp_path / "from the website.txt"
    copy.write_bytes(paper.read_bytes())
    result = verify(repo, paper, copy)
    equal = [f"{file}: equal to the published plan.text\n  SHA-256 {sha(paper)}\n" for file in (paper, copy)]
    assert (result.code, result.out.startswith("".join(equal))) == (0, True)
    assert "No file was compared" not in result.err
    paper.write_text("forged")
    copy.write_text("another")
    result = verify(repo, paper, copy)
    assert (result.code, result.out.splitlines()[:4]) == (
        1,
        [
            f"{paper}: different from the published plan.text",
            f"  SHA-256 {sha(paper)}",
            f"{copy}: none of the published papers",
            f"  SHA-256 {sha(copy)}",
        ],
    )
    assert result.err.endswith(
        f"2 files are not what was published for {MEETING}. The published papers can be made again.\n"
    )
    assert verify(repo, tmp_path / "nothing").code == 2
    assert verify(repo, tmp_path).code == 2


def test_publish_prints_what_belongs_in_the_minutes(repo: RegisterRepository) -> None:
    result = publish(repo)
    first, *rest = result.err.splitlines()[2:]
    assert first.startswith(f"For the minutes: tag {TAG} has the id {repo.git('rev-parse', TAG)} and the fingerprint ")
    assert rest == [
        f"  {sha(repo.root / 'build' / 'plan.text')}  plan.text",
    ]


def change(repo: RegisterRepository, **values: Any) -> CommandResult:
    """Replace values of the manifest and verify."""
    tagged(repo, {**read_manifest(repo), **values})
    return verify(repo)


def test_a_manifest_without_what_the_public_got_is_an_error(repo: RegisterRepository) -> None:
    publish(repo)
    manifest = read_manifest(repo)
    content = {"plan": {"json": manifest["papers"]["plan"]["json"]}}
    for values in ({"papers": content}, {"papers": content, "formats": []}, {"formats": ["text", "pdf"]}):
        tagged(repo, {**manifest, **values})
        result = verify(repo)
        assert (result.code, result.out, "does not have the fingerprints of every file" in result.err) == (1, "", True)


def test_content_that_differs_is_not_excused_by_another_version(repo: RegisterRepository) -> None:
    publish(repo)
    papers = {"plan": {**read_manifest(repo)["papers"]["plan"], "json": "0" * 64}}
    versions = read_manifest(repo)["versions"]
    message = "but so does the program"
    result = change(repo, papers=papers, versions={**versions, "p2ptrack": "0.0.9"})
    assert (result.code, message in result.err, "p2ptrack==0.0.9" in result.err) == (1, True, True)
    result = change(repo, papers=papers, versions={**versions, "p2ptrack-files": "0" * 64})
    assert (result.code, message in result.err, "use p2ptrack as it was installed" in result.err) == (1, True, True)
    result = change(repo, papers=papers, versions=versions)
    assert (result.code, "although the same program made them" in result.err) == (1, True)


def test_another_program_may_make_other_pages_of_the_same_content(repo: RegisterRepository) -> None:
    publish(repo)
    manifest = read_manifest(repo)
    papers = {"plan": {**manifest["papers"]["plan"], "text": "0" * 64}}
    result = change(repo, papers=papers, versions={**manifest["versions"], "p2ptrack-files": "0" * 64})
    assert (result.code, "p2ptrack-files" in result.err, "Their content is equal" in result.err) == (3, True, True)


def test_names_in_a_manifest_cannot_control_a_terminal(repo: RegisterRepository) -> None:
    publish(repo)
    manifest = read_manifest(repo)
    papers = {"plan": {**manifest["papers"]["plan"], "x\x1b[31m": "1\x1b[31m"}}
    for values in ({"papers": papers}, {"replaces": ["\x1b[31m"]}, {"versions": {"\x1b[31m": "\x1b[31m"}}):
        result = change(repo, **{"papers": papers, **values})
        assert "\x1b" not in f"{result.out}{result.err}"


def test_a_publication_that_was_withdrawn_and_replaced_is_reported(repo: RegisterRepository) -> None:
    publish(repo)
    first = repo.git("rev-parse", TAG)
    repo.git("tag", "--delete", TAG)
    repo.commit("2022-10-11", {A01: action(target="Mar-24")})
    result = publish(repo)
    assert (
        f"This meeting was published before, from the commit {repo.commits[0][:10]} (tag {first[:10]})." in result.err
    )
    assert read_manifest(repo)["replaces"] == [first]
    notice = f"This meeting was published before: the tag {first} was replaced."
    assert (verify(repo).code, notice in verify(repo).err) == (0, True)
    # A new copy of the repository does not have the old tag, but the record of it in the new one.
    repo.git("clone", "--quiet", "--bare", repo.top.as_uri(), str(repo.top.parent / "hub.git"))
    repo.git("clone", "--quiet", str(repo.top.parent / "hub.git"), str(repo.top.parent / "copy"))
    assert notice in run("verify", MEETING, "--root", repo.top.parent / "copy" / "p2p").err


def test_a_tag_that_was_replaced_by_hand_is_noticed(repo: RegisterRepository) -> None:
    publish(repo)
    first = repo.git("rev-parse", TAG)
    result = change(repo, sealed_on="2022-10-01")
    assert f"the tag {first} was replaced" in result.err


def test_members_copies_get_a_fingerprint_and_are_not_saved(repo: RegisterRepository) -> None:
    repo.commit("2022-10-11", {A01: action(target="Mar-23", exempt=EXEMPT)})
    assert publish(repo, "--audience", "members").code == 0
    assert [file.name for file in (repo.root / "build").iterdir()] == ["plan.text"]
    manifest = read_manifest(repo)
    assert sorted(manifest["members"]["plan"]) == ["json", "text"]
    result = verify(repo)
    assert [line.partition(":")[0] for line in result.out.splitlines()[::2]] == [
        f"plan{copy}.{item}" for copy in ("", "-members") for item in ("text", "json")
    ]
    again = command(repo, "render", "plan", "--at", MEETING, "--audience", "members", "--format", "text")
    copy = repo.root / "build" / "plan-members.text"
    assert (again.code, verify(repo, copy).out.splitlines()[:2]) == (
        0,
        [f"{copy}: equal to the published plan-members.text", f"  SHA-256 {sha(copy)}"],
    )
    # A guess of an exempt text cannot be tested against a fingerprint in the minutes.
    assert sha(copy) not in json.dumps(manifest)
    copy.write_text("other words")
    assert verify(repo, copy).code == 1


@pytest.mark.parametrize(
    ("exempt", "words", "has_members"),
    [
        (True, (), True),
        (True, ("--audience", "public"), False),
        (False, (), False),
        (False, ("--audience", "members"), True),
    ],
)
def test_members_have_a_copy_of_their_own_where_something_is_exempt(
    repo: RegisterRepository, exempt: bool, words: tuple[str, ...], has_members: bool
) -> None:
    if exempt:
        repo.commit("2022-10-11", {A01: action(target="Mar-23", exempt=EXEMPT)})
    assert publish(repo, *words).code == 0
    assert bool(read_manifest(repo)["members"]) == has_members
    assert verify(repo).code == 0


def test_officers_copies_are_not_published(repo: RegisterRepository) -> None:
    assert publish(repo, "--audience", "officers").code == 2


def test_papers_that_are_not_there_are_named_with_how_to_make_them(repo: RegisterRepository) -> None:
    publish(repo)
    paper = repo.root / "build" / "plan.text"
    data = paper.read_bytes()
    paper.unlink()
    result = command(repo, "publish", MEETING)
    assert result.code == 1
    assert f"Not in {paper.parent}: plan.text. To make them: p2ptrack render plan --at {MEETING}" in result.err
    words = result.err.partition("To make them: p2ptrack ")[2].split()
    assert (command(repo, *words).code, paper.read_bytes()) == (0, data)
