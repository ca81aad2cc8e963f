"""The editing commands, run as an officer or a script would run them."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import PropertyMock, patch

import pytest

from p2ptrack.cli.options import EditOptions
from p2ptrack.store.yaml import read
from tests.command import CommandResult, run
from tests.git.builders import copy_shipped_register

DAY = "2023-02-15"
A19, A34 = "data/actions/A19-kpi-review.yaml", "data/actions/A34-open-a-suppliers-portal.yaml"
F01 = "data/audit_followups/F01-contract-controls.yaml"


@pytest.fixture
def register(tmp_path: Path) -> Path:
    return copy_shipped_register(tmp_path)


def git(root: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Officer", "-c", "user.email=officer@example.org")
    return subprocess.run(
        ["git", "-C", str(root), *identity, *arguments], check=True, capture_output=True, text=True
    ).stdout


def edit(register: Path, *arguments: str) -> CommandResult:
    identity = {"NAME": "Officer", "EMAIL": "officer@example.org"}
    environment = {f"GIT_{role}_{part}": value for role in ("AUTHOR", "COMMITTER") for part, value in identity.items()}
    environment |= {"HOME": str(register), "PATH": "/usr/bin:/bin"}
    return run(*arguments, "--root", register, "--as-of", DAY, width=80, encoding="utf-8", **environment)


@contextmanager
def answering(*lines: str) -> Iterator[None]:
    """Answer the questions of a command, as in a terminal."""
    can_ask = patch.object(EditOptions, "can_ask", new_callable=PropertyMock, return_value=True)
    with can_ask, patch("sys.stdin", StringIO("".join(f"{line}\n" for line in lines))):
        yield


def values(register: Path, path: str) -> Mapping[str, Any]:
    result = read((register / path).read_bytes(), path).value
    assert isinstance(result, dict)
    return result


def changed_paths(register: Path) -> list[str]:
    return [line[3:] for line in git(register, "status", "--porcelain", "-uall").splitlines()]


def test_an_update_is_added_with_its_status(register: Path) -> None:
    result = edit(register, "update", "A19", "--text", "Agreed.\n\n- one\n- two # three", "--status", "in_progress")
    assert result.code == 0
    assert values(register, A19)["updates"] == [
        {"date": "15 February 2023", "status": "in_progress", "text": "Agreed.\n\n- one\n- two # three\n"}
    ]
    assert values(register, A19)["status"] == "in_progress"
    assert changed_paths(register) == [A19]


def test_an_update_is_read_from_standard_input(register: Path) -> None:
    with patch("sys.stdin", StringIO("One.\r\n\r\nTwo.\r\n")):
        assert edit(register, "update", "A19", "--text", "-", "--date", "1 February 2023").code == 0
    assert values(register, A19)["updates"] == [{"date": "1 February 2023", "text": "One.\n\nTwo.\n"}]


def test_an_update_is_asked_for_in_a_terminal(register: Path) -> None:
    with answering("First.", "", "Second.", "", "", "in_progress", ""):
        result = edit(register, "update", "A19")
    assert result.code == 0
    assert values(register, A19)["updates"] == [
        {"date": "15 February 2023", "status": "in_progress", "text": "First.\n\nSecond.\n"}
    ]


def test_a_wrong_answer_is_asked_again_and_the_others_are_kept(register: Path) -> None:
    answers = ["See <!-- ask Legal -->", "", "", "Agreed.", "", "", "donne", "in_progress", "Q1 2023", "3 Feb 2023"]
    with answering(*answers):
        result = edit(register, "update", "A19")
    assert (result.code, result.err.count("Please answer this question again.")) == (0, 3)
    entry = {"date": "3 Feb 2023", "status": "in_progress", "text": "Agreed.\n"}
    assert values(register, A19)["updates"] == [entry]


def test_wrong_answers_about_a_new_record_are_asked_again(register: Path) -> None:
    answers = ["x" * 600, "Open a portal", "R77", "R1, R2", "TBC", "Head of Procurement", "31 March", "31 March 2027"]
    with answering(*answers, "donne", "", "", ""):
        result = edit(register, "add", "action")
    assert (result.code, result.err.count("Please answer this question again.")) == (0, 5)
    path = changed_paths(register)[0]
    assert values(register, path) == {
        "id": "A34",
        "title": "Open a portal",
        "recommendations": ["R1", "R2"],
        "accountable": "Head of Procurement",
        "target": "31 March 2027",
    }


def test_wrong_answers_about_a_closing_are_asked_again(register: Path) -> None:
    with answering("in_progress", "superseded", "", "A99", "A01", "n/a", "Audit Committee", "tbc", "Joined with A01."):
        result = edit(register, "close", "A19")
    assert (result.code, result.err.count("Please answer this question again.")) == (0, 4)
    after = values(register, A19)
    assert (after["status"], after["superseded_by"]) == ("superseded", ["A01"])
    assert after["decided"] == {"on": "15 February 2023", "by": "Audit Committee", "reason": "Joined with A01."}


def test_wrong_answers_about_an_extension_are_asked_again(register: Path) -> None:
    with answering("n/a", "The supplier is late.", "to be confirmed", ""):
        result = edit(register, "extend", "F01", "30 June 2023")
    assert (result.code, result.err.count("Please answer this question again.")) == (0, 2)
    assert values(register, F01)["revisions"][-1]["reason"] == "The supplier is late."


def test_without_a_terminal_nothing_is_asked(register: Path) -> None:
    for arguments in (["update", "A19"], ["add", "action"], ["edit", "A19"], ["extend", "F01", "30 June 2023"]):
        assert edit(register, *arguments).code == 2
    assert changed_paths(register) == []


def test_the_command_that_is_printed_commits_the_change(register: Path) -> None:
    for arguments in (["update", "A19", "--text", "Agreed."], ["add", "action", "--title", "It's new"]):
        line = edit(register, *arguments).out.split("To commit: ")[1].split("\n")[0]
        for command in line.split(" && "):
            git(register, *shlex.split(command)[1:])
        assert changed_paths(register) == []


def test_the_command_that_is_printed_commits_a_record_that_was_added_and_never_committed(register: Path) -> None:
    edit(register, "add", "action", "--title", "Open a portal", "--set", "recommendations=R2")
    line = edit(register, "update", "A34", "--text", "Agreed.").out.split("To commit: ")[1].split("\n")[0]
    for command in line.split(" && "):
        git(register, *shlex.split(command)[1:])
    assert changed_paths(register) == []


def test_a_dry_run_saves_nothing(register: Path) -> None:
    result = edit(register, "update", "A19", "--text", "Agreed.", "--dry-run")
    assert result.code == 0
    assert "+     text: |" in result.out
    assert changed_paths(register) == []


def test_what_check_would_refuse_is_not_saved(register: Path) -> None:
    for arguments in (
        ["update", "A19", "--text", "x", "--date", "Q1 2023"],
        ["update", "A19", "--text", "x", "--status", "donne"],
        ["edit", "A19", "--set", "depends_on=A99"],
        ["add", "action", "--title", "x", "--set", "recommendations=R77"],
        ["update", "A19", "--text", "bell \x07"],
    ):
        result = edit(register, *arguments)
        assert (result.code, changed_paths(register)) == (1, [])
        assert "Fix:" in result.err


def test_wrong_names_are_answered_with_the_nearest(register: Path) -> None:
    for arguments, nearest in (
        (["update", "A199", "--text", "x"], "A19"),
        (["edit", "A19", "--set", "targt=May 2023"], "target"),
        (["add", "acton", "--title", "x"], "action"),
    ):
        result = edit(register, *arguments)
        assert (result.code, f"Did you mean {nearest}" in result.err) == (2, True)


def test_a_recommendation_has_no_progress(register: Path) -> None:
    for arguments in (["update", "R1", "--text", "x"], ["close", "R1"], ["extend", "R1", "May 2023", "--reason", "x"]):
        assert edit(register, *arguments).code == 2


def require_approval(register: Path) -> None:
    """Set the policy that extensions need approval."""
    programme = register / "data" / "programme.yaml"
    text = programme.read_text()
    assert "policy:\n" in text
    programme.write_text(text.replace("policy:\n", "policy:\n  extensions_need_approval: true\n", 1))


def test_a_request_is_recorded_and_then_granted(register: Path) -> None:
    require_approval(register)
    edit(register, "extend", "F01", "30 June 2023", "--reason", "The supplier is late.")
    day = "15 February 2023"
    requested = {"from": "Mar-23", "to": "30 June 2023", "requested_on": day, "reason": "The supplier is late."}
    assert values(register, F01)["revisions"] == [{**requested, "decision": "requested"}]
    assert values(register, F01)["target"] == "Mar-23"
    granting = ["--reason", "As requested.", "--approved-by", "City Solicitor", "--meeting", "AC-2023-03"]
    assert edit(register, "extend", "F01", "30 June 2023", *granting).code == 0
    granted = {"decision": "granted", "decided_on": day, "approved_by": "City Solicitor", "meeting": "AC-2023-03"}
    assert values(register, F01)["revisions"] == [{**requested, **granted}]
    assert values(register, F01)["target"] == "30 June 2023"


def test_without_a_policy_an_extension_takes_effect_at_once(register: Path) -> None:
    assert edit(register, "extend", "F01", "30 June 2023", "--reason", "The supplier is late.").code == 0
    assert values(register, F01)["target"] == "30 June 2023"
    change = {
        "from": "Mar-23",
        "to": "30 June 2023",
        "decided_on": "15 February 2023",
        "reason": "The supplier is late.",
    }
    assert values(register, F01)["revisions"] == [change]


def test_a_date_instead_of_tbc_needs_no_approval(register: Path) -> None:
    require_approval(register)
    assert edit(register, "edit", "F01", "--set", "target=TBC").code == 0
    assert edit(register, "extend", "F01", "30 June 2023", "--reason", "It is known now.").code == 0
    assert values(register, F01)["target"] == "30 June 2023"
    change = {"from": "TBC", "to": "30 June 2023", "decided_on": "15 February 2023", "reason": "It is known now."}
    assert values(register, F01)["revisions"] == [change]


def test_a_record_without_a_target_is_not_extended(register: Path) -> None:
    result = edit(register, "extend", "A01", "30 June 2023", "--reason", "The supplier is late.")
    assert result.code == 2
    command = result.err.strip().split("p2ptrack ")[1]
    assert command == "edit A01 --set 'target=30 June 2023'"


@pytest.mark.parametrize(
    ("status", "needed"),
    [
        ("complete", []),
        ("verified", ["--verified-by"]),
        ("superseded", ["--superseded-by", "--decided-by", "--reason"]),
        ("embedded", ["--decided-by", "--reason", "--continuing-owner"]),
        ("withdrawn", ["--decided-by", "--reason"]),
    ],
)
def test_closing_asks_for_what_the_status_needs(register: Path, status: str, needed: list[str]) -> None:
    answers = {
        "--verified-by": "City Solicitor",
        "--superseded-by": "A29",
        "--decided-by": "Director of Resources",
        "--reason": "The measures are normal work now.",
        "--continuing-owner": "Head of PACS",
    }
    arguments = ["close", "A19", "--status", status]
    if needed:
        refused = edit(register, *arguments)
        assert refused.code == 2
        assert [word.strip(",.") for word in refused.err.split() if word.startswith("--")] == needed
    for flag in needed:
        arguments += [flag, answers[flag]]
    assert edit(register, *arguments).code == 0
    assert values(register, A19)["status"] == status
    codes = edit(register, "check", A19, "--format", "csv").out
    assert not {"C101", "C102", "C111", "C112", "C117"} & set(codes.replace(",", " ").split())


def test_closing_is_asked_for_in_a_terminal(register: Path) -> None:
    with answering("superseded", "", "A29", "Director of Resources", "A29 does both."):
        assert edit(register, "close", "A19").code == 0
    assert values(register, A19)["superseded_by"] == ["A29"]
    assert values(register, A19)["decided"] == {
        "on": "15 February 2023",
        "by": "Director of Resources",
        "reason": "A29 does both.",
    }


def test_closing_keeps_the_evidence_and_the_completion_date(register: Path) -> None:
    evidence = ["--evidence", "Report to Cabinet", "--link", "https://example.org/report"]
    assert edit(register, "close", "A19", "--on", "1 February 2023", *evidence).code == 0
    assert edit(register, "close", "A19", "--verified-by", "City Solicitor").code == 0
    record = values(register, A19)
    assert record["completed_on"] == "1 February 2023"
    assert record["verified"] == {"by": "City Solicitor", "on": "15 February 2023"}
    assert record["evidence"] == [{"title": "Report to Cabinet", "link": "https://example.org/report"}]


def test_a_status_that_does_not_close_is_refused(register: Path) -> None:
    result = edit(register, "close", "A19", "--status", "on_hold")
    assert (result.code, changed_paths(register)) == (2, [])


def test_a_record_is_added_under_the_next_free_id(register: Path) -> None:
    fields = ["--set", "recommendations=R2", "--set", "recommendations=R3", "--set", "target=May 2023"]
    result = edit(register, "add", "action", "--title", "Open a supplier's portal", *fields)
    assert (result.code, result.out.splitlines()[-1]) == (0, "A34")
    assert values(register, A34) == {
        "id": "A34",
        "title": "Open a supplier's portal",
        "recommendations": ["R2", "R3"],
        "target": "May 2023",
    }


def test_ids_of_other_branches_are_not_free(register: Path) -> None:
    git(register, "switch", "-q", "-c", "other")
    assert edit(register, "add", "action", "--title", "Open a supplier's portal", "--commit").code == 0
    git(register, "switch", "-q", "-")
    assert edit(register, "add", "action", "--title", "Another").out.splitlines()[-1] == "A35"
    assert edit(register, "add", "action", "--title", "Third", "--set", "id=A34").code == 2


def test_a_record_is_asked_for_in_a_terminal(register: Path) -> None:
    with answering("Open a supplier's portal", "R2, R3", "Head of PACS", "", "", "", ""):
        assert edit(register, "add", "action").code == 0
    assert values(register, A34) == {
        "id": "A34",
        "title": "Open a supplier's portal",
        "recommendations": ["R2", "R3"],
        "accountable": "Head of PACS",
    }


def test_the_words_of_a_field_are_shown_where_it_is_asked_for(register: Path) -> None:
    with answering("Temporary care beds", "", "", "waiver", "", "", "urgency", "", ""):
        output = edit(register, "add", "exemption").out
    assert "Type: waiver, breach or exception (Enter to leave it out)" in output


def test_no_commit_is_advised_outside_version_control(register: Path) -> None:
    shutil.rmtree(register / ".git")
    output = edit(register, "update", "A19", "--text", "Agreed.").out
    assert output.splitlines()[-1] == "Saved."


def test_a_commit_has_only_its_own_file(register: Path) -> None:
    (register / "other.txt").write_text("staged")
    git(register, "add", "other.txt")
    assert edit(register, "update", "A19", "--text", "Agreed.", "--commit").code == 0
    assert git(register, "show", "--name-only", "--format=%s", "HEAD").split("\n\n") == ["A19: update", f"{A19}\n"]
    assert changed_paths(register) == ["other.txt"]


def test_nothing_is_committed_during_a_merge(register: Path) -> None:
    (register / ".git/MERGE_HEAD").write_text(git(register, "rev-parse", "HEAD"))
    assert edit(register, "update", "A19", "--text", "Agreed.", "--commit").code == 1
    assert git(register, "diff", "--name-only") == ""


def test_fields_are_set(register: Path) -> None:
    assert edit(register, "edit", "A19", "--set", "decided.reason=It is late.", "--set", "target=May 2023").code == 0
    assert values(register, A19)["target"] == "May 2023"
    assert values(register, A19)["decided"] == {"reason": "It is late."}
    assert "already has this" in edit(register, "edit", "A19", "--set", "target=May 2023").out


def editor(tmp_path: Path, *scripts: str) -> str:
    """Return the command of an editor that changes the file by one script after another."""
    counter = tmp_path / "counter"
    cases = "\n".join(f"{number}) {script};;" for number, script in enumerate(scripts, 1))
    program = tmp_path / "editor"
    program.write_text(f"#!/bin/sh\necho x >> {counter}\ncase $(wc -l < {counter}) in\n{cases}\nesac\n")
    program.chmod(0o755)
    return str(program)


def test_a_file_is_opened_in_an_editor_until_it_is_right(register: Path, tmp_path: Path) -> None:
    command = editor(
        tmp_path, 'echo "target: Q1 2023" >> $1', 'sed -i s/Q1.2023/May.2023/ $1; sed -i "s/May.2023/May 2023/" $1'
    )
    with answering("y"), patch.dict("os.environ", {}):
        result = run("edit", "A19", "--root", register, "--as-of", DAY, EDITOR=command, PATH="/usr/bin:/bin")
    assert result.code == 0
    assert "S105" in result.err
    assert values(register, A19)["target"] == "May 2023"


def test_an_edit_that_is_given_up_changes_nothing(register: Path, tmp_path: Path) -> None:
    with answering("n"):
        result = run("edit", "A19", "--root", register, EDITOR=editor(tmp_path, "echo [ >> $1"), PATH="/usr/bin:/bin")
    assert (result.code, changed_paths(register)[:1]) == (130, ["counter"])
    for command in (editor(tmp_path, "true", "exit 1", "exit 1"), "/no/such/editor"):
        with answering():
            result = run("edit", "A19", "--root", register, EDITOR=command, PATH="/usr/bin:/bin")
        assert result.code == 3


def test_a_record_with_an_error_in_its_yaml_is_not_changed(register: Path) -> None:
    (register / A19).write_text("id: A19\ntitle: [x\n")
    result = edit(register, "update", "A19", "--text", "x")
    assert result.code == 3
    assert "p2ptrack check A19" in result.err


def test_a_commit_without_a_name_states_how_to_go_on(register: Path) -> None:
    result = run(
        "update", "A19", "--text", "Agreed.", "--commit", "--root", register, HOME="/nowhere", PATH="/usr/bin:/bin"
    )
    assert result.code == 3
    assert "git config user.name" in result.err
    assert values(register, A19)["updates"]


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo 'No commits on Friday.' >&2; exit 1", "git says: No commits on Friday. Correct that."),
        ("exit 1", "A hook of the repository refused it without a reason (code 1). Ask who wrote it."),
    ],
)
def test_a_commit_that_a_hook_refuses_is_saved_and_can_be_made_later(register: Path, script: str, reason: str) -> None:
    hook = register / ".git/hooks/commit-msg"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    hook.chmod(0o755)
    result = edit(register, "update", "A19", "--text", "x", "--commit")
    command = f"git add {A19} && git commit -m 'A19: update' -- {A19}"
    assert (result.code, result.err) == (
        3, f"The change is saved but not committed. {reason} Then type: {command}\n"
    )  # fmt: skip
    hook.unlink()
    for words in map(shlex.split, command.split(" && ")):
        git(register, *words[1:])
    assert changed_paths(register) == []


def test_nothing_is_committed_where_no_branch_is_checked_out(register: Path) -> None:
    git(register, "checkout", "-q", "--detach")
    before = (register / A19).read_bytes()
    result = edit(register, "update", "A19", "--text", "x", "--commit")
    assert result.code == 1
    assert "To go back to your branch: git switch" in result.err
    assert (register / A19).read_bytes() == before
    assert edit(register, "update", "A19", "--text", "x").code == 0


@pytest.mark.parametrize("state", ["signature", "lock"])
def test_a_commit_that_git_refuses_states_why(register: Path, state: str) -> None:
    if state == "lock":
        (register / ".git/index.lock").touch()
    else:
        git(register, "config", "commit.gpgSign", "true")
        git(register, "config", "gpg.program", "/no/such/program")
    result = edit(register, "update", "A19", "--text", "x", "--commit")
    assert result.code == 3
    assert result.err.startswith("The change is saved but not committed. git says: ")
    assert result.err.endswith(f" Then type: git add {A19} && git commit -m 'A19: update' -- {A19}\n")
    assert values(register, A19)["updates"]


def test_a_register_in_a_submodule_is_committed_there(register: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    top = tmp_path_factory.mktemp("top")
    git(top, "init", "-q")
    git(top, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(register), "register")
    git(top, "commit", "-q", "-m", "Start")
    assert edit(top / "register", "update", "A19", "--text", "x", "--commit").code == 0
    assert git(top / "register", "log", "-1", "--format=%s") == "A19: update\n"
    assert changed_paths(top) == ["register"]


def test_the_committee_whose_meeting_approved_a_target_change_is_its_approver(register: Path) -> None:
    extended = ("extend", "F01", "2023-06", "--reason", "The supplier is late.", "--meeting", "AC-2023-03")
    result = edit(register, *extended)
    assert result.code == 0
    assert "T147" not in result.out
    (entry,) = list[dict[str, str]](values(register, F01)["revisions"])
    assert (entry["approved_by"], entry["meeting"], entry["decision"]) == ("Audit Committee", "AC-2023-03", "granted")


def test_a_request_is_not_recorded_twice_and_nothing_is_requested_for_what_is_done(register: Path) -> None:
    require_approval(register)
    extended = ("extend", "F01", "2023-06", "--reason", "The supplier is late.")
    assert edit(register, *extended).code == 0
    before = (register / F01).read_bytes()
    result = edit(register, *extended)
    message = "The extension of F01 to 2023-06 is requested already. To grant it, add --approved-by or --meeting.\n"
    assert (result.code, result.err) == (2, message)
    result = edit(register, "extend", "F01", "March 2023", "--reason", "Late.")
    assert (result.code, result.err) == (2, "F01 has the target date Mar-23 already. Give another date.\n")
    assert (register / F01).read_bytes() == before
    assert edit(register, "close", "F01").code == 0
    result = edit(register, "extend", "F01", "2023-08", "--reason", "Late.")
    assert (result.code, result.err) == (2, "F01 is complete, so its target date cannot be changed.\n")


def test_a_closed_record_is_not_opened_again_by_closing_it(register: Path) -> None:
    assert edit(register, "close", "A19").code == 0
    assert edit(register, "close", "A19", "--verified-by", "City Solicitor").code == 0
    before = (register / A19).read_bytes()
    result = edit(register, "close", "A19")
    assert (result.code, result.err) == (
        2, "A19 is closed already, as verified. To close it in another way, give --status.\n"
    )  # fmt: skip
    assert (register / A19).read_bytes() == before


def test_the_place_of_the_evidence_is_not_dropped(register: Path) -> None:
    result = edit(register, "close", "A19", "--link", "https://www.example.org")
    assert (result.code, "--evidence" in result.err, changed_paths(register)) == (2, True, [])


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85", "\v", "\f", "\r", "\r\n"])
def test_every_sign_for_a_new_line_is_one(register: Path, sign: str) -> None:
    assert edit(register, "update", "A19", "--text", f"One.{sign}Two.").code == 0
    assert values(register, A19)["updates"] == [{"date": "15 February 2023", "text": "One.\nTwo.\n"}]


@pytest.mark.papers
def test_what_several_officers_write_at_once_is_kept(register: Path) -> None:
    words = [sys.executable, "-m", "p2ptrack"]
    place = ["--root", str(register), "--as-of", DAY]
    updates = [[*words, "update", "A19", "--text", f"Report {number}.", *place] for number in range(4)]
    additions = [[*words, "add", "action", "--title", f"Added {number}", *place] for number in range(3)]
    processes = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for command in (*updates, *additions)]
    assert [process.wait() for process in processes] == [0] * 7
    texts = {entry["text"] for entry in values(register, A19)["updates"]}
    assert texts == {f"Report {number}.\n" for number in range(4)}
    added = [path.rpartition("/")[2] for path in changed_paths(register) if "-added-" in path]
    assert [name[:3] for name in sorted(added)] == ["A34", "A35", "A36"]


def test_a_link_is_not_written_through(register: Path) -> None:
    target = register / "data" / "elsewhere.txt"
    (register / A19).rename(target)
    (register / A19).symlink_to(target)
    before = target.read_bytes()
    assert edit(register, "update", "A19", "--text", "x").code == 3
    assert target.read_bytes() == before


@pytest.fixture
def exemption(register: Path) -> str:
    path = "data/exemptions/E01-beds.yaml"
    (register / path).parent.mkdir(exist_ok=True)
    (register / path).write_text("id: E01\ntitle: Beds\nvalue: £48,000\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "command", [("extend", "E01", "March 2027"), ("update", "E01", "--text", "x"), ("close", "E01")]
)
def test_an_exemption_has_no_progress_to_change(register: Path, exemption: str, command: tuple[str, ...]) -> None:
    before = (register / exemption).read_bytes()
    result = edit(register, *command)
    assert (result.code, " ".join(result.err.split())) == (
        2,
        "E01 is an exemption, which has no status, updates or target date, so change it with: p2ptrack edit E01",
    )
    assert (register / exemption).read_bytes() == before


def test_an_amount_that_is_not_exact_is_refused(register: Path, exemption: str) -> None:
    before = (register / exemption).read_bytes()
    result = edit(register, "edit", "E01", "--set", "value=about 48k")
    assert result.code == 1
    assert "S113" in result.err
    assert "leave the field out and keep “about 48k” under as_published" in " ".join(result.err.split())
    assert (register / exemption).read_bytes() == before


@pytest.mark.parametrize(
    ("settings", "value"),
    [
        (["value.vat=net"], {"amount": "£48,000", "vat": "net"}),
        (["value.vat=net", "value.period=year"], {"amount": "£48,000", "vat": "net", "period": "year"}),
        (["value=500", "value.vat=gross"], {"amount": "500", "vat": "gross"}),
        (["value.amount=500"], {"amount": "500"}),
        (["value=500"], "500"),
        (["value={amount: 500, vat: net}"], {"amount": "500", "vat": "net"}),
        (["value={vat: net}"], {"amount": "£48,000", "vat": "net"}),
    ],
)
def test_a_field_of_an_amount_keeps_the_amount(
    register: Path, exemption: str, settings: list[str], value: object
) -> None:
    result = edit(register, "edit", "E01", *(part for setting in settings for part in ("--set", setting)))
    assert result.code == 0, result.err
    assert values(register, exemption)["value"] == value


def test_a_new_exemption_takes_an_amount_with_its_vat(register: Path) -> None:
    result = edit(register, "add", "exemption", "--title", "Beds", "--set", "value=48000", "--set", "value.vat=net")
    assert result.code == 0, result.err
    assert values(register, "data/exemptions/E01-beds.yaml")["value"] == {"amount": "48000", "vat": "net"}


@pytest.mark.parametrize(
    "words", [("close",), ("edit",), ("update", "--text", "x"), ("extend", "--approved-by", "Board")]
)
def test_a_record_that_does_not_exist_is_named_with_the_list(register: Path, words: tuple[str, ...]) -> None:
    name, *options = words
    date = ("2023-06",) if name == "extend" else ()
    result = edit(register, name, "Q99", *date, *options)
    assert (result.code, result.err) == (2, "There is no record “Q99”. To list all records: p2ptrack list\n")
