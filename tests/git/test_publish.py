"""publish and verify on real repositories, as a clerk, an auditor and somebody who rewrites history use them."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterator
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from p2ptrack.errors import CheckFailed
from p2ptrack.reports.publication_manifest import (
    PublicationManifest,
    compare_papers,
    format_tag_message,
    parse_manifest,
)
from p2ptrack.store.git.publication_tags import create_tag
from p2ptrack.store.git.repository import Repository
from tests.command import Ran, run
from tests.git.builders import Kept, action, kept, named
from tests.support import PROGRAMME

A01 = "data/actions/A01.yaml"
MEETING, TAG = "AC-2022-10-17", "meeting/AC-2022-10-17"
REPORTS = "reports: {plan: {report: action-plan, title: The plan}, view: {report: progress-report}}\n"
EQUAL = "plan.html: equal\nplan.json: equal\n"


@pytest.fixture
def made(tmp_path: Path) -> Kept:
    made = kept(tmp_path / "council", "p2p", programme=PROGRAMME + REPORTS)
    made.commit("2022-10-10", {A01: action(target="Mar-23"), "templates/words.yaml": "draft: Sketch\n"})
    named(made.top)
    return made


def asked(made: Kept, *words: str) -> Ran:
    return run(*words, "--root", made.root)


def publish(made: Kept, *words: str) -> Ran:
    return asked(made, "publish", MEETING, *(words or ("plan", "--format", "html")))


def state(made: Kept) -> dict[str, bytes]:
    """Return every file but the papers and git's objects and tags: the work tree, the index, the head."""
    files = (file for file in made.top.rglob("*") if file.is_file())
    paths = {file.relative_to(made.top).as_posix(): file for file in files}
    skipped = (".git/objects/", ".git/refs/tags/", "p2p/build/")
    return {path: file.read_bytes() for path, file in paths.items() if not path.startswith(skipped)}


def seal(made: Kept) -> dict[str, Any]:
    words = made.git("cat-file", "tag", TAG).partition("\n\n")[2]
    found: dict[str, Any] = json.loads(words[words.index("{") :])
    return found


def tagged(made: Kept, changed: dict[str, Any], commit: str = "HEAD") -> None:
    """Make the tag anew with another seal, as somebody would who has something to hide."""
    words = f"Papers\n\n{json.dumps(changed)}\n"
    made.git("tag", "--force", "--annotate", "--message", words, TAG, commit)


def test_the_papers_of_a_meeting_are_sealed_and_nothing_else_is_touched(made: Kept) -> None:
    before = state(made)
    ran = publish(made)
    paper = made.root / "build" / "plan.html"
    assert (ran.code, ran.out) == (0, f"{paper}\n")
    assert ran.err == f"Published as the tag {TAG}. To share it: git push origin {TAG}\n"
    assert state(made) == before
    assert made.git("cat-file", "-t", TAG) == "tag"
    assert made.git("rev-parse", f"{TAG}^{{commit}}") == made.made[0]
    words = made.git("cat-file", "tag", TAG)
    assert "\ntagger A clerk <clerk@example.org> " in words
    assert (
        f"\n\nPapers of October 2022 Audit Committee\n\nMake them again and compare: p2ptrack verify {MEETING}\n"
        in words
    )
    found = seal(made)
    assert (found["meeting"], found["as_of"], found["published"]) == (MEETING, "2022-10-17", [])
    assert (found["register_folder"], found["commit"]) == ("p2p/", made.made[0])
    assert sorted(found["versions"]) == ["jinja2", "markdown-it-py", "p2ptrack", "python", "zlib"]
    assert list(found["papers"]["plan"]) == ["html", "json"]
    assert found["papers"]["plan"]["html"] == hashlib.sha256(paper.read_bytes()).hexdigest()


def test_papers_are_drafts_until_their_meeting_is_published(made: Kept) -> None:
    def paper(*words: str) -> str:
        ran = asked(made, "render", "plan", "--output", "-", *words)
        assert ran.code == 0
        return ran.out

    ahead = ("--as-of", "2022-10-17")
    assert "Sketch" in paper(*ahead)
    publish(made)
    final = (made.root / "build" / "plan.html").read_text(encoding="utf-8")
    assert "Sketch" not in final
    assert paper(*ahead) == paper("--at", MEETING) == final
    assert "Sketch" in paper("--meeting", "AC-2023-03", *ahead)
    assert "not for publication" in paper("--audience", "officers", *ahead)
    made.write({A01: action(target="Apr-23")})
    assert "Sketch" in paper(*ahead)
    made.commit("2022-10-11")
    assert "Sketch" in paper(*ahead)
    assert paper("--at", MEETING) == final


def test_a_meeting_s_papers_are_judged_again_on_the_day_that_they_were_published_for(made: Kept) -> None:
    publish(made, "plan", "--format", "html", "--as-of", "2022-10-12")
    final = (made.root / "build" / "plan.html").read_text(encoding="utf-8")
    assert "12 October 2022" in final
    again = asked(made, "render", "plan", "--output", "-", "--at", MEETING)
    assert (again.out, again.err.partition(" (")[0]) == (final, "The register as it was on 12 October 2022")
    other_day = asked(made, "render", "plan", "--output", "-", "--at", MEETING, "--as-of", "2022-10-17")
    assert "12 October 2022" not in other_day.out


def test_the_command_on_a_paper_makes_it_again_for_the_meeting_that_was_asked(made: Kept) -> None:
    def paper(*words: str) -> Ran:
        return asked(made, "render", "plan", "--output", "-", "--as-of", "2022-10-17", *words)

    for meeting, named_too in (("AC-2023-03", True), (MEETING, False)):
        page = paper("--meeting", meeting)
        command = page.out.partition("<code>p2ptrack ")[2].partition("</code>")[0]
        assert f"--at {made.made[0]} --as-of 2022-10-17" in command
        assert (f" --meeting {meeting}" in command) == named_too
        assert asked(made, *command.split(), "--output", "-").bytes == page.bytes


def test_all_papers_that_go_to_the_meeting_in_the_formats_that_people_read(made: Kept, tmp_path: Path) -> None:
    ran = asked(made, "publish", MEETING, "--output", str(tmp_path / "out"))
    names = [f"{paper}.{each}" for paper in ("plan", "view") for each in ("html", "pdf", "docx")]
    assert (ran.code, ran.out.splitlines()) == (0, [str(tmp_path / "out" / name) for name in names])
    assert {"pango", "harfbuzz", "fontconfig", "weasyprint", "pydyf"} < set(seal(made)["versions"])
    checked = asked(made, "verify", MEETING)
    assert (checked.code, checked.err) == (0, "")
    assert checked.out.splitlines() == [
        f"{paper}.{each}: equal" for paper in ("plan", "view") for each in ("html", "pdf", "docx", "json")
    ]


def test_papers_are_equal_whatever_came_later(made: Kept) -> None:
    publish(made, "view", "--format", "html", "--as-of", "2022-12-01")
    assert seal(made)["as_of"] == "2022-12-01"
    secret = action(target="May-23", exempt="{paragraph: 3, reason: x, public_interest: y}")
    made.commit("2023-01-10", {A01: secret, "templates/words.yaml": "draft: Other\n"})
    made.git("tag", "--annotate", "--message", "By hand", "meeting/AC-2022-07", made.made[0])
    made.write({A01: "id: [A01\n"})
    before = state(made)
    ran = asked(made, "verify", MEETING)
    assert (ran.code, ran.out, ran.err) == (0, "view.html: equal\nview.json: equal\n", "")
    assert state(made) == before


def test_papers_are_equal_on_a_later_day_when_an_exemption_has_ended(made: Kept) -> None:
    secret = action(target="May-23", exempt="{paragraph: 3, reason: x, public_interest: y, until: 2023-06-01}")
    made.commit("2022-10-12", {A01: secret})
    with patch("p2ptrack.cli.publish.resolve_date", return_value=date(2022, 10, 16)):
        assert publish(made).code == 0
    assert seal(made)["sealed_on"] == "2022-10-16"
    assert "May-23" not in (made.root / "build" / "plan.html").read_text(encoding="utf-8")
    assert asked(made, "verify", MEETING).out == EQUAL


def test_a_meeting_is_published_once(made: Kept) -> None:
    publish(made)
    tag = made.git("rev-parse", TAG)
    ran = publish(made)
    told = f"This meeting is published already, as the tag {TAG}. Compare its papers with: p2ptrack verify {MEETING}, "
    told += f"or make them again with: p2ptrack render --all --at {MEETING}. "
    told += "They stay as they are: tell a correction in the papers of a later meeting.\n"
    assert (ran.code, ran.out, ran.err) == (1, "", told)
    assert made.git("rev-parse", TAG) == tag


def refused(made: Kept, *words: str) -> tuple[int, str]:
    ran = asked(made, "publish", *words)
    assert ran.out == ""
    assert made.git("tag", "--list") == ""
    assert not (made.root / "build").exists()
    return ran.code, ran.err


def test_changes_that_are_not_committed_are_not_published(made: Kept) -> None:
    made.write({"data/actions/A02.yaml": action("A02")})
    told = "Nothing was published, because changes in these files are not committed: {}. Commit them first.\n"
    assert refused(made, MEETING) == (1, told.format("data/actions/A02.yaml"))
    made.git("add", "p2p/data/actions/A02.yaml")
    assert refused(made, MEETING)[0] == 1
    made.write({".gitignore": "*.yaml\n", A01: action(target="Apr-23"), **{f"data/{n}": "x" for n in range(5)}})
    made.git("rm", "--quiet", "--cached", "p2p/data/actions/A02.yaml")
    names = "data/0, data/1, data/2, data/3, data/4 and 2 more"
    assert refused(made, MEETING) == (1, told.format(names))


def test_what_is_no_part_of_the_register_may_be_changed(made: Kept) -> None:
    made.write({"notes.txt": "x", "build/old.html": "x", "data/actions/.A01.yaml.swp": "x"})
    made.git("switch", "--quiet", "--detach")
    assert publish(made).code == 0
    assert asked(made, "verify", MEETING).out == EQUAL


def test_a_register_with_errors_is_not_published(made: Kept) -> None:
    made.commit("2022-10-11", {A01: action(target="Q2 2023", ownr="x")})
    told = "The register has 2 errors, so nothing was published. To see why: p2ptrack check --history\n"
    assert refused(made, MEETING) == (1, told)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("AC-2022-10-18",), "“AC-2022-10-18” is not a meeting. Did you mean AC-2022-10-17?"),
        ((MEETING, "plam"), "“plam” is not a paper. Did you mean plan?"),
        (("AC-later", "plan"), "The meeting AC-later has no date. Add its date to data/programme.yaml first."),
        ((MEETING, "--format", "pfd"), "“pfd” is not a format. Did you mean pdf?"),
    ],
)
def test_a_slip_is_told_in_a_sentence(words: tuple[str, ...], told: str, made: Kept) -> None:
    programme = PROGRAMME.replace("meetings:\n", "meetings:\n  - {id: AC-later, date: TBC}\n") + REPORTS
    made.commit("2022-10-11", {"data/programme.yaml": programme})
    code, said = refused(made, *words)
    assert (code, said.startswith(told)) == (2, True), said


def test_a_meeting_that_no_paper_goes_to(made: Kept) -> None:
    other = "sources:\n  - {id: s, title: S, organisation: Another council}\n"
    programme = PROGRAMME.replace("sources:\n", other) + "reports: {plan: {report: action-plan, source: s}}\n"
    made.commit("2022-10-11", {"data/programme.yaml": programme})
    told = f"No paper of the programme is for {MEETING}. Name the papers after the meeting.\n"
    assert refused(made, MEETING) == (2, told)


def test_nobody_is_made_up_to_publish(made: Kept) -> None:
    made.git("config", "user.useConfigOnly", "true")
    made.git("config", "--unset", "user.email")
    code, told = refused(made, MEETING, "plan", "--format", "html")
    assert (code, told.partition(".")[0]) == (3, "git does not know who publishes here")


def test_who_publishes_is_heeded_where_a_pipeline_says_it(made: Kept) -> None:
    made.git("config", "--remove-section", "user")
    words = ("publish", MEETING, "plan", "--format", "html", "--root", made.root)
    ran = run(*words, GIT_COMMITTER_NAME="The clerk's office", GIT_COMMITTER_EMAIL="office@example.org")
    assert ran.code == 0
    assert "tagger The clerk's office <office@example.org> " in made.git("cat-file", "tag", TAG)


def test_a_meeting_whose_id_is_no_name_of_a_tag(made: Kept) -> None:
    code, told = refused(made, "AC..2022")
    assert (code, told.partition(".")[0]) == (3, "git takes no tag “meeting/AC")


def test_a_tag_that_was_moved_is_told(made: Kept) -> None:
    publish(made)
    found = seal(made)
    made.commit("2022-10-20", {A01: action(target="Jun-23")})
    tagged(made, found)
    ran = asked(made, "verify", MEETING)
    assert (ran.code, ran.out) == (1, "plan.html: different\nplan.json: different\n")
    ask = "Ask the person who looks after the repository whether the tag was moved or changed.\n"
    first, second = made.made
    told = (
        f"2 files are not what was published. The tag {TAG} was created at the commit {first} and is now at {second}."
    )
    assert ran.err == f"{told} {ask}"
    tagged(made, {**found, "commit": second})
    told = f"2 files are not what was published as {TAG}, and no change of versions explains it. {ask}"
    assert asked(made, "verify", MEETING).err == told
    tagged(made, {**found, "meeting": "AC-2023-03"})
    ran = asked(made, "verify", MEETING)
    assert (ran.code, ran.err) == (1, f"The tag {TAG} was created for the meeting “AC-2023-03”. {ask}")


def test_of_two_who_publish_at_once_one_is_refused(made: Kept) -> None:
    repository = Repository.find(made.root)
    create_tag(repository, MEETING, made.made[0], "One\n")
    tag = made.git("rev-parse", TAG)
    with pytest.raises(CheckFailed, match="is published already, as the tag meeting/AC-2022-10-17"):
        create_tag(repository, MEETING, made.made[0], "Other\n")
    assert made.git("rev-parse", TAG) == tag


def test_a_tag_that_git_cannot_make_is_told(made: Kept) -> None:
    made.git("tag", f"{TAG}/more")
    ran = publish(made)
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith(
        f"git cannot make the tag {TAG}: cannot lock ref 'refs/tags/{TAG}': 'refs/tags/{TAG}/more' "
    )
    assert not (made.root / "build").exists()


def test_an_item_that_disappeared_stops_publishing(made: Kept) -> None:
    made.commit("2022-10-11", {"data/actions/A02.yaml": action("A02")})
    made.commit("2022-10-12", {"data/actions/A02.yaml": None})
    told = "The register has 1 error, so nothing was published. To see why: p2ptrack check --history\n"
    assert refused(made, MEETING) == (1, told)


def test_what_cannot_be_written_is_not_published(made: Kept) -> None:
    (made.root / "build").write_text("x")
    ran = publish(made)
    assert (ran.code, ran.out, made.git("tag", "--list")) == (3, "", "")
    assert ran.err.startswith(f"{made.root / 'build' / 'plan.html'} cannot be written: ")
    (made.root / "build").unlink()
    (made.root / "build" / "plan.html").mkdir(parents=True)
    ran = publish(made)
    assert (ran.code, ran.out, made.git("tag", "--list")) == (3, "", "")
    assert ran.err.startswith(f"{made.root / 'build' / 'plan.html'} cannot be written: it is a folder.")
    assert [*made.root.glob("build/*")] == [made.root / "build" / "plan.html"]


def test_papers_that_cannot_take_their_place_are_published_and_made_again(made: Kept) -> None:
    with patch("pathlib.Path.replace", side_effect=PermissionError(13, "Permission denied")):
        ran = publish(made)
    assert (ran.code, ran.out, made.git("tag", "--list")) == (3, "", TAG)
    assert not (made.root / "build").exists()
    command = ran.err.partition("To save its papers: p2ptrack ")[2].split()
    again = made.root / "again.html"
    assert asked(made, *command[:-1], str(again)).code == 0
    assert hashlib.sha256(again.read_bytes()).hexdigest() == seal(made)["papers"]["plan"]["html"]


def test_two_registers_of_one_repository_do_not_share_a_meeting(made: Kept) -> None:
    other = kept(made.top, "other", programme=PROGRAMME + REPORTS)
    words = {"templates/words.yaml": "draft: Sketch\n"}
    other.commit("2022-10-11", {A01: action(target="Jun-23", origin_text="Ask all."), **words})
    publish(made)
    ran = asked(other, "publish", MEETING)
    told = f"The tag {TAG} is that of another register, in p2p. "
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == f"{told}Give the meeting an id here that no other register of the repository has.\n"
    ran = asked(other, "verify", MEETING)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"{TAG} was published by another register, in p2p. Run p2ptrack verify there.\n"
    drawn = [asked(each, "render", "plan", "--as-of", "2022-10-17", "--output", "-").out for each in (made, other)]
    assert ["Sketch" in paper for paper in drawn] == [False, True]
    other.commit("2022-10-12", {A01: action(target="Jun-23", origin_text="Ask some.")})
    assert "H111" not in asked(other, "check", "--history").out


def test_a_register_that_was_moved_keeps_its_published_papers(made: Kept) -> None:
    made.commit("2022-10-11", {A01: action(target="Mar-23", origin_text="Ask all.")})
    publish(made)
    made.git("mv", "p2p", "elsewhere")
    made.git("commit", "--quiet", "--message", "Moved")
    moved = Kept(made.top, made.top / "elsewhere")
    assert asked(moved, "verify", MEETING).out == EQUAL
    assert asked(moved, "publish", MEETING).err.startswith("This meeting is published already")
    moved.commit("2022-10-12", {A01: action(target="Mar-23", origin_text="Ask some.")})
    assert "H111" in asked(moved, "check", "--history").out


def test_a_seal_of_no_paper_is_none(made: Kept) -> None:
    publish(made)
    tagged(made, {**seal(made), "papers": {}})
    ran = asked(made, "verify", MEETING)
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith(f"The tag {TAG} was not created by p2ptrack publish")


def test_what_a_forged_seal_says_cannot_steer_a_terminal(made: Kept) -> None:
    publish(made)
    for changed in ({"papers": {"x\x1b[31m": {"json": "0" * 64}}}, {"meeting": "x\x1b[31m"}):
        tagged(made, {**seal(made), **changed})
        ran = asked(made, "verify", MEETING)
        assert (ran.out, "\x1b" in ran.err, "<U+001B>[31m" in ran.err) == ("", False, True)


def test_a_tag_that_was_moved_with_its_seal_is_told_by_check(made: Kept) -> None:
    publish(made)
    first, words = made.git("rev-parse", "HEAD"), made.git("cat-file", "tag", TAG).partition("\n\n")[2]
    assert "H116" not in asked(made, "check", "--history").out
    second = made.commit("2022-10-11", {A01: action(target="Mar-23", note="x")})
    made.git("tag", "--force", "--annotate", "--message", words, TAG)
    told = asked(made, "check", "--history").out
    said = f"The tag {TAG} was sealed at the commit {first[:10]}, and names {second[:10]} now."
    assert said in " ".join(told.split())
    made.git("reset", "--quiet", "--hard", first)
    made.commit("2022-10-12", {A01: action(target="Mar-23", note="y")})
    assert asked(made, "check", "--history").out.count("H116\n") == 1


@pytest.fixture
def newer() -> Iterator[None]:
    """Another Jinja makes other pages of the same words."""
    with patch("p2ptrack.formats.office.package.version", lambda name: "9.9" if name == "jinja2" else version(name)):
        yield


@pytest.mark.usefixtures("newer")
def test_other_versions_are_named_with_how_to_get_those_of_then(made: Kept) -> None:
    publish(made)
    found = seal(made)
    assert found["versions"]["jinja2"] == "9.9"
    found["versions"] |= {"jinja2": "3.0", "zlib": "1.0"}
    found["papers"]["plan"]["html"] = "0" * 64
    tagged(made, found)
    ran = asked(made, "verify", MEETING)
    assert (ran.code, ran.out) == (3, "plan.json: equal\nplan.html: different\n")
    assert ran.err == (
        "1 file is not equal, and the versions differ: "
        f"jinja2 9.9 instead of 3.0, zlib {zlib.ZLIB_RUNTIME_VERSION} instead of 1.0. "
        "Their content is equal. To compare byte for byte, use a computer that has zlib 1.0, "
        "and install them with: python -m pip install jinja2==3.0\n"
    )


def test_other_versions_of_what_makes_pages_do_not_excuse_other_words(made: Kept) -> None:
    publish(made)
    found = seal(made)
    found["versions"]["jinja2"] = "3.0"
    found["papers"]["plan"]["json"] = "0" * 64
    tagged(made, found)
    assert asked(made, "verify", MEETING).code == 1
    found["versions"]["p2ptrack"] = "0.0.1"
    tagged(made, found)
    ran = asked(made, "verify", MEETING)
    assert (ran.code, "Their content is equal" in ran.err) == (3, False)


def test_equal_bytes_by_other_versions_are_equal(made: Kept) -> None:
    publish(made)
    found = seal(made)
    found["versions"]["zlib"] = "1.0"
    tagged(made, found)
    ran = asked(made, "verify", MEETING)
    assert (ran.code, ran.out, ran.err) == (0, EQUAL, "")


def test_a_meeting_that_is_not_published(made: Kept) -> None:
    ran = asked(made, "verify", MEETING)
    fetch = "If it was published from another copy of the repository, fetch its tag: git fetch --tags\n"
    told = f"The meeting “{MEETING}” is not published. No meeting is published here. {fetch}"
    assert (ran.code, ran.out, ran.err) == (2, "", told)
    publish(made)
    ran = asked(made, "verify", "AC-2022-10-18")
    told = f"The meeting “AC-2022-10-18” is not published. Did you mean {MEETING}? Published: {MEETING}. {fetch}"
    assert (ran.code, ran.err) == (2, told)


@pytest.mark.parametrize("how", [("--annotate", "--message", "Agreed {here}"), ()])
def test_a_tag_that_was_made_by_hand(how: tuple[str, ...], made: Kept) -> None:
    made.git("tag", *how, TAG)
    ran = asked(made, "verify", MEETING)
    assert (ran.code, ran.out) == (3, "")
    assert ran.err == (
        f"The tag {TAG} was not created by p2ptrack publish, so there is nothing to compare with. "
        f"To produce the papers: p2ptrack render --all --at {MEETING}\n"
    )


def test_a_tag_that_was_tampered_with_is_still_this_meeting_s(made: Kept) -> None:
    made.git("tag", "--annotate", "--message", 'Papers\n\n  "register_folder": "\\q",', TAG)
    assert publish(made).err.startswith("This meeting is published already")


def test_half_a_history_is_not_enough_for_a_paper_that_tells_it(made: Kept, tmp_path: Path) -> None:
    made.commit("2022-10-12", {A01: action(target="Apr-23")})
    publish(made, "view", "--format", "html")
    made.git("clone", "--quiet", "--depth=1", "--branch", TAG, made.top.as_uri(), str(tmp_path / "half"))
    ran = run("verify", MEETING, "--root", tmp_path / "half" / "p2p")
    assert (ran.code, ran.out) == (3, "")
    assert "git fetch --unshallow --tags" in ran.err


def test_a_seal_is_read_from_its_words() -> None:
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
    found = compare_papers(one, {"plan": {"pdf": "c", "json": "b"}}, {})
    assert (found.matching_files, found.different_files, found.changed_papers) == (("plan.json",), ("plan.pdf",), ())
    assert (found.changed_versions, found.is_explained_by_versions) == ({"p2ptrack": ("1", "none")}, True)
