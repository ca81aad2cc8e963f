"""publish and verify on real repositories, as a clerk, an auditor and somebody who rewrites history use them."""

from __future__ import annotations

import hashlib
import json
import re
import shlex
import subprocess
import zlib
from collections.abc import Iterator, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from p2ptrack.errors import CheckFailed
from p2ptrack.model.dates import format_long_date
from p2ptrack.reports.publication_manifest import (
    PublicationManifest,
    compare_papers,
    format_tag_message,
    parse_manifest,
)
from p2ptrack.store.git.publication_tags import create_tag
from p2ptrack.store.git.repository import Repository
from tests.command import CommandResult, run
from tests.git.builders import RegisterRepository, action, make_repository, set_git_user
from tests.support import PROGRAMME

A01 = "data/actions/A01.yaml"
MEETING, TAG = "AC-2022-10-17", "meeting/AC-2022-10-17"
REPORTS = "reports: {plan: {report: action-plan, title: The plan}, view: {report: progress-report}}\n"
EQUAL = "plan.html: equal\nplan.json: equal\n"


@pytest.fixture
def repo(tmp_path: Path) -> RegisterRepository:
    repo = make_repository(tmp_path / "council", "p2p", programme=PROGRAMME + REPORTS)
    repo.commit("2022-10-10", {A01: action(target="Mar-23"), "templates/words.yaml": "draft: Sketch\n"})
    set_git_user(repo.top)
    return repo


def run_command(repo: RegisterRepository, *words: str) -> CommandResult:
    return plain_verdicts(run(*words, "--root", repo.root))


def plain_verdicts(result: CommandResult) -> CommandResult:
    """Return an answer without fingerprints and ids, and without the standard sentences."""
    out = re.sub(rb": made again, (\w+)\n  SHA-256 .*\n", rb": \1\n", result.bytes)
    err = re.sub(
        r"(?:The tag \S+ has the id|This meeting was published before|Made again and equal|For the minutes: ).*\n",
        "",
        result.err,
    )
    return CommandResult(result.code, out, re.sub(r"  [0-9a-f]{64}  .*\n", "", err))


def publish(repo: RegisterRepository, *words: str) -> CommandResult:
    return run_command(repo, "publish", MEETING, *(words or ("plan", "--format", "html")))


def state(repo: RegisterRepository) -> dict[str, bytes]:
    """Return every file but the papers and git's objects and tags: the work tree, the index, the head."""
    files = (file for file in repo.top.rglob("*") if file.is_file())
    paths = {file.relative_to(repo.top).as_posix(): file for file in files}
    skipped = (".git/objects/", ".git/refs/tags/", "p2p/build/")
    return {path: file.read_bytes() for path, file in paths.items() if not path.startswith(skipped)}


def read_manifest(repo: RegisterRepository) -> dict[str, Any]:
    words = repo.git("cat-file", "tag", TAG).partition("\n\n")[2]
    manifest: dict[str, Any] = json.loads(words[words.index("{") :])
    return manifest


def tagged(repo: RegisterRepository, changed: dict[str, Any], commit: str = "HEAD") -> None:
    """Make the tag anew with another seal, as somebody would who has something to hide."""
    words = f"Papers\n\n{json.dumps(changed)}\n"
    repo.git("tag", "--force", "--annotate", "--message", words, TAG, commit)


def test_the_papers_of_a_meeting_are_published_and_nothing_else_is_touched(repo: RegisterRepository) -> None:
    before = state(repo)
    result = publish(repo)
    paper = repo.root / "build" / "plan.html"
    assert (result.code, result.out) == (0, f"{paper}\n")
    assert result.err == (
        "Calculated as at 17 October 2022, the day of the meeting.\n"
        f"Published as the tag {TAG}. To share it: git push origin {TAG}\n"
    )
    assert state(repo) == before
    assert repo.git("cat-file", "-t", TAG) == "tag"
    assert repo.git("rev-parse", f"{TAG}^{{commit}}") == repo.commits[0]
    words = repo.git("cat-file", "tag", TAG)
    assert "\ntagger A clerk <clerk@example.org> " in words
    assert (
        f"\n\nPapers of October 2022 Audit Committee\n\nMake them again and compare: p2ptrack verify {MEETING}\n"
        in words
    )
    manifest = read_manifest(repo)
    assert (manifest["meeting"], manifest["as_of"], manifest["published"]) == (MEETING, "2022-10-17", [])
    assert (manifest["register_folder"], manifest["commit"]) == ("p2p/", repo.commits[0])
    assert sorted(manifest["versions"]) == ["jinja2", "markdown-it-py", "p2ptrack", "p2ptrack-files", "python", "zlib"]
    assert list(manifest["papers"]["plan"]) == ["html", "json"]
    assert manifest["papers"]["plan"]["html"] == hashlib.sha256(paper.read_bytes()).hexdigest()


def test_papers_are_drafts_until_their_meeting_is_published(repo: RegisterRepository) -> None:
    def paper(*words: str) -> str:
        result = run_command(repo, "render", "plan", "--output", "-", *words)
        assert result.code == 0
        return result.out

    ahead = ("--as-of", "2022-10-17")
    assert "Sketch" in paper(*ahead)
    publish(repo)
    final = (repo.root / "build" / "plan.html").read_text(encoding="utf-8")
    assert "Sketch" not in final
    assert paper(*ahead) == paper("--at", MEETING) == final
    assert "Sketch" in paper("--meeting", "AC-2023-03", *ahead)
    assert "not for publication" in paper("--audience", "officers", *ahead)
    repo.write({A01: action(target="Apr-23")})
    assert "Sketch" in paper(*ahead)
    repo.commit("2022-10-11")
    assert "Sketch" in paper(*ahead)
    assert paper("--at", MEETING) == final


def test_a_meeting_s_papers_are_judged_again_on_the_day_that_they_were_published_for(repo: RegisterRepository) -> None:
    publish(repo, "plan", "--format", "html", "--as-of", "2022-10-12")
    final = (repo.root / "build" / "plan.html").read_text(encoding="utf-8")
    assert "12 October 2022" in final
    again = run_command(repo, "render", "plan", "--output", "-", "--at", MEETING)
    assert (again.out, again.err.partition(" (")[0]) == (final, "The register as it was on 12 October 2022")
    other_day = run_command(repo, "render", "plan", "--output", "-", "--at", MEETING, "--as-of", "2022-10-17")
    assert "12 October 2022" not in other_day.out


@pytest.mark.parametrize(
    ("meeting", "today", "words", "as_of", "reason"),
    [
        ("date: 2022-10-25, papers_due: 2022-10-17", "2022-10-17", (), "2022-10-17", "today"),
        ("date: 2022-10-25, papers_due: 2022-10-17", "2022-10-14", (), "2022-10-14", "today"),
        ("date: 2022-10-25, papers_due: 2022-10-17", "2022-10-20", (), "2022-10-17", "when its papers were due"),
        ("date: 2022-10-25", "2022-10-20", (), "2022-10-20", "today"),
        ("date: 2022-10-25", "2022-10-25", (), "2022-10-25", "today"),
        ("date: 2022-10-25", "2022-12-01", (), "2022-10-25", "the day of the meeting"),
        ("date: Oct-22, papers_due: Oct-22", "2022-10-20", (), "2022-10-20", "today"),
        ("date: 2022-10-25", "2022-10-20", ("--as-of", "2022-10-25"), "2022-10-25", "which is in the future"),
        ("date: 2022-10-25", "2022-10-20", ("--as-of", "2022-10-18"), "2022-10-18", "as you asked"),
    ],
)
def test_papers_are_never_calculated_as_at_a_day_that_has_not_come_unless_asked(
    repo: RegisterRepository, meeting: str, today: str, words: tuple[str, ...], as_of: str, reason: str
) -> None:
    programme = repo.root / "data" / "programme.yaml"
    text = programme.read_text(encoding="utf-8").replace("date: 2022-10-17}", f"{meeting}}}")
    repo.commit("2022-10-11", {"data/programme.yaml": text, A01: action(target="24 October 2022")})
    clock = date.fromisoformat(today)

    def resolve(text: str | None) -> date:
        return date.fromisoformat(text) if text else clock

    with patch("p2ptrack.cli.publish.resolve_date", side_effect=resolve):
        result = publish(repo, "view", "--format", "text", *words)
    assert result.err.splitlines()[0] == f"Calculated as at {format_long_date(date.fromisoformat(as_of))}, {reason}."
    assert read_manifest(repo)["as_of"] == as_of
    paper = (repo.root / "build" / "view.text").read_text(encoding="utf-8")
    assert ("1 item is overdue" in paper) == (as_of == "2022-10-25")


def test_the_command_on_a_paper_makes_it_again_for_the_meeting_that_was_named(repo: RegisterRepository) -> None:
    def paper(*words: str) -> CommandResult:
        return run_command(repo, "render", "plan", "--output", "-", "--as-of", "2022-10-17", *words)

    for meeting, with_meeting in (("AC-2023-03", True), (MEETING, False)):
        page = paper("--meeting", meeting)
        command = page.out.partition('name="description" content="p2ptrack ')[2].partition('">')[0]
        assert f"--at {repo.commits[0]} --as-of 2022-10-17" in command
        assert (f" --meeting {meeting}" in command) == with_meeting
        assert run_command(repo, *command.split(), "--output", "-").bytes == page.bytes


def test_all_papers_that_go_to_the_meeting_in_the_formats_that_people_read(
    repo: RegisterRepository, tmp_path: Path
) -> None:
    result = run_command(repo, "publish", MEETING, "--output", str(tmp_path / "out"))
    names = [f"{paper}.{item}" for paper in ("plan", "view") for item in ("html", "pdf", "docx")]
    assert (result.code, result.out.splitlines()) == (0, [str(tmp_path / "out" / name) for name in names])
    assert {"pango", "harfbuzz", "fontconfig", "weasyprint", "pydyf"} < set(read_manifest(repo)["versions"])
    checked = run_command(repo, "verify", MEETING)
    assert (checked.code, checked.err) == (0, "")
    assert checked.out.splitlines() == [
        f"{paper}.{item}: equal" for paper in ("plan", "view") for item in ("html", "pdf", "docx", "json")
    ]


def test_papers_are_equal_whatever_came_later(repo: RegisterRepository) -> None:
    publish(repo, "view", "--format", "html", "--as-of", "2022-12-01")
    assert read_manifest(repo)["as_of"] == "2022-12-01"
    secret = action(target="May-23", exempt="{paragraph: 3, reason: Prices, public_interest: Next tender}")
    repo.commit("2023-01-10", {A01: secret, "templates/words.yaml": "draft: Other\n"})
    repo.git("tag", "--annotate", "--message", "By hand", "meeting/AC-2022-07", repo.commits[0])
    repo.write({A01: "id: [A01\n"})
    before = state(repo)
    result = run_command(repo, "verify", MEETING)
    assert (result.code, result.out, result.err) == (0, "view.html: equal\nview.json: equal\n", "")
    assert state(repo) == before


def test_papers_are_equal_on_a_later_day_when_an_exemption_has_ended(repo: RegisterRepository) -> None:
    secret = action(
        target="May-23", exempt="{paragraph: 3, reason: Prices, public_interest: Next tender, until: 2023-06-01}"
    )
    repo.commit("2022-10-12", {A01: secret})
    with patch("p2ptrack.cli.publish.resolve_date", return_value=date(2022, 10, 16)):
        assert publish(repo).code == 0
    assert read_manifest(repo)["sealed_on"] == "2022-10-16"
    assert "May-23" not in (repo.root / "build" / "plan.html").read_text(encoding="utf-8")
    assert run_command(repo, "verify", MEETING).out == f"{EQUAL}{EQUAL.replace('plan', 'plan-members')}"


def test_a_meeting_is_published_once(repo: RegisterRepository) -> None:
    publish(repo)
    tag = repo.git("rev-parse", TAG)
    result = publish(repo)
    message = f"This meeting is already published, as the tag {TAG}. To compare its papers: p2ptrack verify {MEETING}. "
    message += f"To make them again: p2ptrack render --all --at {MEETING}. "
    message += "Published papers do not change. Put a correction in the papers of a later meeting.\n"
    assert (result.code, result.out, result.err) == (1, "", message)
    assert repo.git("rev-parse", TAG) == tag


def refused(repo: RegisterRepository, *words: str) -> tuple[int, str]:
    result = run_command(repo, "publish", *words)
    assert result.out == ""
    assert repo.git("tag", "--list") == ""
    assert not (repo.root / "build").exists()
    return result.code, result.err


def test_changes_that_are_not_committed_are_not_published(repo: RegisterRepository) -> None:
    repo.write({"data/actions/A02.yaml": action("A02")})
    message = "Nothing was published, because changes in these files are not committed: {}. Commit them first.\n"
    assert refused(repo, MEETING) == (1, message.format("data/actions/A02.yaml"))
    repo.git("add", "p2p/data/actions/A02.yaml")
    assert refused(repo, MEETING)[0] == 1
    repo.write({".gitignore": "*.yaml\n", A01: action(target="Apr-23"), **{f"data/{n}": "x" for n in range(5)}})
    repo.git("rm", "--quiet", "--cached", "p2p/data/actions/A02.yaml")
    names = "data/0, data/1, data/2, data/3, data/4 and 2 more"
    assert refused(repo, MEETING) == (1, message.format(names))


def test_a_deleted_record_is_not_published(repo: RegisterRepository) -> None:
    (repo.root / A01).unlink()
    code, message = refused(repo, MEETING)
    sentence, command = message.split(". To restore them: ")
    assert (code, sentence) == (1, f"Nothing was published, because these committed files were deleted: {A01}")
    subprocess.run(shlex.split(command), cwd=repo.root, check=True)
    assert publish(repo).code == 0


@pytest.mark.parametrize(
    "marks",
    [
        (("sparse-checkout", "set", "--no-cone", "/*", "!/p2p/data/actions/A01*"),),
        (("update-index", "--skip-worktree", f"p2p/{A01}"),),
    ],
    ids=["sparse checkout", "marked in the index"],
)
def test_files_that_a_checkout_leaves_out_are_not_called_changes(
    repo: RegisterRepository, marks: Sequence[Sequence[str]]
) -> None:
    for words in marks:
        repo.git(*words)
    (repo.root / A01).unlink(missing_ok=True)
    message = f"Nothing was published, because these committed files are not in this checkout: {A01}. "
    assert refused(repo, MEETING) == (1, f"{message}Run: git sparse-checkout disable\n")
    repo.git("sparse-checkout", "disable")
    assert publish(repo).code == 0


def test_what_is_no_part_of_the_register_may_be_changed(repo: RegisterRepository) -> None:
    repo.write({"notes.txt": "x", "build/old.html": "x", "data/actions/.A01.yaml.swp": "x"})
    repo.git("switch", "--quiet", "--detach")
    assert publish(repo).code == 0
    assert run_command(repo, "verify", MEETING).out == EQUAL


def test_a_register_with_errors_is_not_published(repo: RegisterRepository) -> None:
    repo.commit("2022-10-11", {A01: action(target="Q2 2023", ownr="x")})
    message = "The register has 2 errors, so nothing was published. To see why: p2ptrack check --history\n"
    assert refused(repo, MEETING) == (1, message)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("AC-2022-10-18",), "“AC-2022-10-18” is not a meeting. Did you mean AC-2022-10-17?"),
        ((MEETING, "plam"), "“plam” is not a paper. Did you mean plan?"),
        (("AC-later", "plan"), "The meeting AC-later has no date. Add its date to data/programme.yaml first."),
        ((MEETING, "--format", "pfd"), "“pfd” is not a format. Did you mean pdf?"),
    ],
)
def test_a_slip_is_explained_in_a_sentence(words: tuple[str, ...], message: str, repo: RegisterRepository) -> None:
    programme = PROGRAMME.replace("meetings:\n", "meetings:\n  - {id: AC-later, date: TBC}\n") + REPORTS
    repo.commit("2022-10-11", {"data/programme.yaml": programme})
    code, text = refused(repo, *words)
    assert (code, text.startswith(message)) == (2, True), text


def test_a_meeting_that_no_paper_goes_to(repo: RegisterRepository) -> None:
    other = "sources:\n  - {id: s, title: S, organisation: Another council}\n"
    programme = PROGRAMME.replace("sources:\n", other) + "reports: {plan: {report: action-plan, source: s}}\n"
    repo.commit("2022-10-11", {"data/programme.yaml": programme})
    message = f"No paper of the programme is for {MEETING}. Name the papers after the meeting.\n"
    assert refused(repo, MEETING) == (2, message)


def test_nobody_is_made_up_to_publish(repo: RegisterRepository) -> None:
    repo.git("config", "user.useConfigOnly", "true")
    repo.git("config", "--unset", "user.email")
    code, message = refused(repo, MEETING, "plan", "--format", "html")
    assert (code, message.partition(".")[0]) == (3, "git does not know who publishes here")


def test_who_publishes_is_taken_from_a_pipeline(repo: RegisterRepository) -> None:
    repo.git("config", "--remove-section", "user")
    words = ("publish", MEETING, "plan", "--format", "html", "--root", repo.root)
    result = run(*words, GIT_COMMITTER_NAME="The clerk's office", GIT_COMMITTER_EMAIL="office@example.org")
    assert result.code == 0
    assert "tagger The clerk's office <office@example.org> " in repo.git("cat-file", "tag", TAG)


def test_a_meeting_whose_id_is_no_name_of_a_tag(repo: RegisterRepository) -> None:
    code, message = refused(repo, "AC..2022")
    assert (code, message.partition(".")[0]) == (2, "git does not accept “meeting/AC")


def test_a_tag_that_was_moved_is_reported(repo: RegisterRepository) -> None:
    publish(repo)
    manifest = read_manifest(repo)
    repo.commit("2022-10-20", {A01: action(target="Jun-23")})
    tagged(repo, manifest)
    result = run_command(repo, "verify", MEETING)
    assert (result.code, result.out) == (1, "plan.html: different\nplan.json: different\n")
    ask = "Ask the person who looks after the repository whether the tag was moved or changed.\n"
    first, second = repo.commits
    message = (
        f"2 files are not what was published. The tag {TAG} was created at the commit {first} and is now at {second}."
    )
    assert result.err == f"{message} {ask}"
    tagged(repo, {**manifest, "commit": second})
    message = f"2 files are not what was published as {TAG}, although the same program made them. {ask}"
    assert run_command(repo, "verify", MEETING).err == message
    tagged(repo, {**manifest, "meeting": "AC-2023-03"})
    result = run_command(repo, "verify", MEETING)
    assert (result.code, result.err) == (1, f"The tag {TAG} was created for the meeting “AC-2023-03”. {ask}")


def test_of_two_who_publish_at_once_one_is_refused(repo: RegisterRepository) -> None:
    repository = Repository.find(repo.root)
    create_tag(repository, MEETING, repo.commits[0], "One\n")
    tag = repo.git("rev-parse", TAG)
    with pytest.raises(CheckFailed, match="is already published, as the tag meeting/AC-2022-10-17"):
        create_tag(repository, MEETING, repo.commits[0], "Other\n")
    assert repo.git("rev-parse", TAG) == tag


def test_a_tag_that_git_cannot_make_is_reported(repo: RegisterRepository) -> None:
    repo.git("tag", f"{TAG}/more")
    result = publish(repo)
    assert (result.code, result.out) == (3, "")
    assert result.err.startswith(
        f"git cannot create the tag {TAG}: cannot lock ref 'refs/tags/{TAG}': 'refs/tags/{TAG}/more' "
    )
    assert not (repo.root / "build").exists()


def test_an_item_that_was_removed_stops_publishing(repo: RegisterRepository) -> None:
    repo.commit("2022-10-11", {"data/actions/A02.yaml": action("A02")})
    repo.commit("2022-10-12", {"data/actions/A02.yaml": None})
    message = "The register has 1 error, so nothing was published. To see why: p2ptrack check --history\n"
    assert refused(repo, MEETING) == (1, message)


def test_what_cannot_be_written_is_not_published(repo: RegisterRepository) -> None:
    (repo.root / "build").write_text("x")
    result = publish(repo)
    assert (result.code, result.out, repo.git("tag", "--list")) == (3, "", "")
    assert result.err.startswith(f"{repo.root / 'build' / 'plan.html'} cannot be written: ")
    (repo.root / "build").unlink()
    (repo.root / "build" / "plan.html").mkdir(parents=True)
    result = publish(repo)
    assert (result.code, result.out, repo.git("tag", "--list")) == (3, "", "")
    assert result.err.startswith(f"{repo.root / 'build' / 'plan.html'} cannot be written: it is a folder.")
    assert [*repo.root.glob("build/*")] == [repo.root / "build" / "plan.html"]


def test_papers_that_cannot_take_their_place_are_published_and_made_again(repo: RegisterRepository) -> None:
    with patch("pathlib.Path.replace", side_effect=PermissionError(13, "Permission denied")):
        result = publish(repo)
    assert (result.code, result.out, repo.git("tag", "--list")) == (3, "", TAG)
    assert not (repo.root / "build").exists()
    command = result.err.partition("To make them: p2ptrack ")[2].partition("\n")[0].split()
    again = repo.root / "build" / "plan.html"
    assert run_command(repo, *command).code == 0
    assert hashlib.sha256(again.read_bytes()).hexdigest() == read_manifest(repo)["papers"]["plan"]["html"]


def test_two_registers_of_one_repository_do_not_share_a_meeting(repo: RegisterRepository) -> None:
    other = make_repository(repo.top, "other", programme=PROGRAMME + REPORTS)
    words = {"templates/words.yaml": "draft: Sketch\n"}
    other.commit("2022-10-11", {A01: action(target="Jun-23", origin_text="Ask all."), **words})
    publish(repo)
    result = run_command(other, "publish", MEETING)
    message = f"The tag {TAG} belongs to another register, in p2p. "
    assert (result.code, result.out) == (1, "")
    assert result.err == f"{message}Give the meeting an id that no other register of the repository has.\n"
    result = run_command(other, "verify", MEETING)
    assert (result.code, result.out) == (2, "")
    assert result.err == f"{TAG} was published by another register, in p2p. Run p2ptrack verify there.\n"
    pictures = [
        run_command(item, "render", "plan", "--as-of", "2022-10-17", "--output", "-").out for item in (repo, other)
    ]
    assert ["Sketch" in paper for paper in pictures] == [False, True]
    other.commit("2022-10-12", {A01: action(target="Jun-23", origin_text="Ask some.")})
    assert "H111" not in run_command(other, "check", "--history").out


def test_a_register_that_was_moved_keeps_its_published_papers(repo: RegisterRepository) -> None:
    repo.commit("2022-10-11", {A01: action(target="Mar-23", origin_text="Ask all.")})
    publish(repo)
    repo.git("mv", "p2p", "elsewhere")
    repo.git("commit", "--quiet", "--message", "Moved")
    moved = RegisterRepository(repo.top, repo.top / "elsewhere")
    assert run_command(moved, "verify", MEETING).out == EQUAL
    assert run_command(moved, "publish", MEETING).err.startswith("This meeting is already published")
    moved.commit("2022-10-12", {A01: action(target="Mar-23", origin_text="Ask some.")})
    assert "H111" in run_command(moved, "check", "--history").out


def test_a_manifest_of_no_paper_is_none(repo: RegisterRepository) -> None:
    publish(repo)
    tagged(repo, {**read_manifest(repo), "papers": {}})
    result = run_command(repo, "verify", MEETING)
    assert (result.code, result.out) == (3, "")
    assert result.err.startswith(f"The tag {TAG} was not created by p2ptrack publish")


def test_what_a_forged_manifest_states_cannot_steer_a_terminal(repo: RegisterRepository) -> None:
    publish(repo)
    for changed in ({"papers": {"x\x1b[31m": {"json": "0" * 64}}}, {"meeting": "x\x1b[31m"}):
        tagged(repo, {**read_manifest(repo), **changed})
        result = run_command(repo, "verify", MEETING)
        assert (result.out, "\x1b" in result.err, "<U+001B>[31m" in result.err) == ("", False, True)


def test_a_tag_that_was_moved_with_its_manifest_is_shown_by_check(repo: RegisterRepository) -> None:
    publish(repo)
    first, words = repo.git("rev-parse", "HEAD"), repo.git("cat-file", "tag", TAG).partition("\n\n")[2]
    assert "H116" not in run_command(repo, "check", "--history").out
    second = repo.commit("2022-10-11", {A01: action(target="Mar-23", note="x")})
    repo.git("tag", "--force", "--annotate", "--message", words, TAG)
    message = run_command(repo, "check", "--history").out
    text = f"The tag {TAG} was published for the commit {first[:10]}, but it now names {second[:10]}."
    assert text in " ".join(message.split())
    repo.git("reset", "--quiet", "--hard", first)
    repo.commit("2022-10-12", {A01: action(target="Mar-23", note="y")})
    assert run_command(repo, "check", "--history").out.count("H116\n") == 1


@pytest.fixture
def newer() -> Iterator[None]:
    """Another Jinja makes other pages of the same words."""
    with patch("importlib.metadata.version", lambda name: "9.9" if name == "jinja2" else version(name)):
        yield


@pytest.mark.usefixtures("newer")
def test_other_versions_are_named_with_how_to_get_those_of_then(repo: RegisterRepository) -> None:
    publish(repo)
    manifest = read_manifest(repo)
    assert manifest["versions"]["jinja2"] == "9.9"
    manifest["versions"] |= {"jinja2": "3.0", "zlib": "1.0"}
    manifest["papers"]["plan"]["html"] = "0" * 64
    tagged(repo, manifest)
    result = run_command(repo, "verify", MEETING)
    assert (result.code, result.out) == (3, "plan.json: equal\nplan.html: different\n")
    assert result.err == (
        "1 file is not equal, and the versions differ: "
        f"jinja2 9.9 instead of 3.0, zlib {zlib.ZLIB_RUNTIME_VERSION} instead of 1.0. "
        "Their content is equal. To compare byte for byte, use a computer that has zlib 1.0, "
        "and install them with: python -m pip install jinja2==3.0\n"
    )


def test_other_versions_of_what_makes_pages_do_not_excuse_other_words(repo: RegisterRepository) -> None:
    publish(repo)
    manifest = read_manifest(repo)
    manifest["versions"]["jinja2"] = "3.0"
    manifest["papers"]["plan"]["json"] = "0" * 64
    tagged(repo, manifest)
    assert run_command(repo, "verify", MEETING).code == 1
    manifest["versions"]["p2ptrack"] = "0.0.1"
    tagged(repo, manifest)
    result = run_command(repo, "verify", MEETING)
    assert (result.code, "Their content is equal" in result.err, "which may be the reason" in result.err) == (
        1,
        False,
        True,
    )


def test_equal_bytes_by_other_versions_are_equal(repo: RegisterRepository) -> None:
    publish(repo)
    manifest = read_manifest(repo)
    manifest["versions"]["zlib"] = "1.0"
    tagged(repo, manifest)
    result = run_command(repo, "verify", MEETING)
    assert (result.code, result.out, result.err) == (0, EQUAL, "")


def test_a_meeting_that_is_not_published(repo: RegisterRepository) -> None:
    result = run_command(repo, "verify", MEETING)
    fetch = "If it was published from another copy of the repository, fetch its tag: git fetch --tags\n"
    message = f"The meeting “{MEETING}” is not published. No meeting is published here. {fetch}"
    assert (result.code, result.out, result.err) == (2, "", message)
    publish(repo)
    result = run_command(repo, "verify", "AC-2022-10-18")
    message = f"The meeting “AC-2022-10-18” is not published. Published: {MEETING}. {fetch}"
    assert (result.code, result.err) == (2, message)


@pytest.mark.parametrize("how", [("--annotate", "--message", "Agreed {here}"), ()])
def test_a_tag_that_was_made_by_hand(how: tuple[str, ...], repo: RegisterRepository) -> None:
    repo.git("tag", *how, TAG)
    result = run_command(repo, "verify", MEETING)
    assert (result.code, result.out) == (3, "")
    assert result.err == (
        f"The tag {TAG} was not created by p2ptrack publish, so there is nothing to compare with. "
        f"To produce the papers: p2ptrack render --all --at {MEETING}\n"
    )


@pytest.mark.parametrize("kind", ["folder", "file"])
@pytest.mark.parametrize("how", [("--annotate", "--message", "Agreed"), ()])
def test_a_tag_on_something_else_than_a_commit(how: tuple[str, ...], kind: str, repo: RegisterRepository) -> None:
    file = repo.git("ls-tree", "-r", "--object-only", "HEAD").split()[0]
    repo.git("tag", *how, TAG, file if kind == "file" else "HEAD^{tree}")
    message = (
        f"The tag {TAG} is on a {kind}, not on a saved version (commit), so it holds no papers of a meeting. "
        "Ask whoever made the tag to give it another name and delete this one. Then publish the meeting.\n"
    )
    for words in (("verify", MEETING), ("render", "view", "--at", MEETING), ("publish", MEETING)):
        result = run_command(repo, *words)
        assert (result.code, result.out, result.err) == (3, "", message), words


def test_a_tag_that_was_tampered_with_is_still_this_meeting_s(repo: RegisterRepository) -> None:
    repo.git("tag", "--annotate", "--message", 'Papers\n\n  "register_folder": "\\q",', TAG)
    assert publish(repo).err.startswith("This meeting is already published")


def test_half_a_history_is_not_enough_for_a_paper_that_shows_it(repo: RegisterRepository, tmp_path: Path) -> None:
    repo.commit("2022-10-12", {A01: action(target="Apr-23")})
    publish(repo, "view", "--format", "html")
    repo.git("clone", "--quiet", "--depth=1", "--branch", TAG, repo.top.as_uri(), str(tmp_path / "half"))
    result = run("verify", MEETING, "--root", tmp_path / "half" / "p2p")
    assert (result.code, result.out) == (3, "")
    assert "git fetch --unshallow --tags" in result.err


def test_a_manifest_is_read_from_its_words() -> None:
    one = PublicationManifest.model_validate(
        {
            "meeting": "M",
            "as_of": "2022-10-17",
            "sealed_on": "2022-10-10",
            "versions": {"p2ptrack": "1"},
            "papers": {"plan": {"pdf": "a", "json": "b"}},
        }
    )
    words = format_tag_message(one, "A title\nof {two} lines")
    assert words.startswith("Papers of A title of {two} lines\n\n")
    assert parse_manifest(words) == one
    assert parse_manifest(f"{words}\n-----BEGIN SIGNATURE-----") == one
    assert parse_manifest(words.replace('"meeting"', '"later": 1, "meeting"')) == one
    assert parse_manifest(words.replace('"json"', '"html"')) is None
    manifest = compare_papers(one, one.model_copy(update={"papers": {"plan": {"pdf": "c", "json": "b"}}}), {})
    assert (manifest.matching_files, manifest.different_files, manifest.changed_papers) == (
        ("plan.json",),
        ("plan.pdf",),
        (),
    )
    assert (manifest.changed_versions, manifest.is_explained_by_versions) == ({"p2ptrack": ("1", "none")}, True)
