"""Every kind of repository that a register may be in, built in a temporary folder."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest

from p2ptrack.errors import OperationError, UsageError
from p2ptrack.store.git import process
from p2ptrack.store.git.repository import GitCommit, Repository, read_mainline
from p2ptrack.store.git.snapshot import load_snapshot
from tests.git.builders import RegisterRepository, action, git, make_repository
from tests.support import PROGRAMME, write_register

A01 = "data/actions/A01.yaml"


def message(commit: GitCommit) -> list[tuple[str, str]]:
    return [(change.status, change.path) for change in commit.changes]


def two_states(top: Path, within: str = "") -> RegisterRepository:
    repo = make_repository(top, within)
    repo.commit("2022-01-10", {A01: action(target="Mar-22")})
    repo.commit("2022-06-10", {A01: action(target="Mar-23")})
    return repo


def target_at(root: Path, when: str) -> str:
    record = load_snapshot(root, when).loaded.register.by_id["A01"]
    target = getattr(record, "target", None)
    return target.raw if target else ""


def stopped(root: Path, when: str = "HEAD") -> str:
    with pytest.raises(OperationError) as stop:
        load_snapshot(root, when)
    return str(stop.value)


# Where the register is


def test_without_a_repository(tmp_path: Path) -> None:
    root = write_register(tmp_path / "register")
    assert stopped(root) == f"{root} is not under version control, so it has no history. To start one: git init"


def test_without_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = two_states(tmp_path / "register").root
    monkeypatch.setenv("PATH", str(tmp_path))
    assert stopped(root) == ("This needs git, which is not installed here. Get it from: https://git-scm.com")


def test_before_the_first_commit(tmp_path: Path) -> None:
    assert stopped(make_repository(tmp_path / "register").root) == (
        'Nothing is committed here yet, so there is no history. To start one: git add . && git commit -m "The register"'
    )


def test_a_register_in_a_folder_of_a_larger_repository(tmp_path: Path) -> None:
    repo = two_states(tmp_path / "council", "registers/p2p é")
    repo.git("rm", "--quiet", "-r", "registers")
    write_register(repo.root)
    assert Repository.find(repo.root).prefix == "registers/p2p é/"
    assert target_at(repo.root, "2022-02-01") == "Mar-22"
    assert message(read_mainline(Repository.find(repo.root)).commits[1]) == [("M", A01)]


def test_another_register_beside_it_is_another_register(tmp_path: Path) -> None:
    repo = two_states(tmp_path / "council", "ours")
    write_register(repo.top / "theirs", {"actions/A01.yaml": action(title="Theirs")})
    repo.commit("2022-07-10")
    assert message(read_mainline(Repository.find(repo.root)).commits[2]) == []
    assert stopped(repo.top / "theirs", repo.commits[0]) == (
        f"The commit {repo.commits[0]} has no register in theirs/data. Name a later commit, tag or date."
    )


def test_a_second_work_tree(tmp_path: Path) -> None:
    repo = two_states(tmp_path / "register")
    repo.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "other"), repo.commits[0])
    repository = Repository.find(tmp_path / "other")
    assert (repository.head, repository.resolve("main").commit) == tuple(repo.commits)
    assert target_at(tmp_path / "other", repo.commits[1]) == "Mar-23"


def test_a_git_file_in_place_of_a_folder(tmp_path: Path) -> None:
    repo = two_states(tmp_path / "register")
    repo.git("init", "--quiet", "--separate-git-dir", str(tmp_path / "kept elsewhere"))
    assert (repo.top / ".git").is_file()
    assert target_at(repo.root, "2022-02-01") == "Mar-22"


def test_a_detached_head_has_the_line_that_points_to_it(tmp_path: Path) -> None:
    repo = two_states(tmp_path / "register")
    repo.git("switch", "--quiet", "--detach", repo.commits[0])
    assert target_at(repo.root, "2030-01-01") == "Mar-22"
    assert target_at(repo.root, "main") == "Mar-23"


def test_a_repository_with_longer_ids(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "register")
    (repo.top / ".git").rename(tmp_path / "away")
    repo.git("init", "--quiet", "--object-format=sha256", "--initial-branch=main")
    id_ = repo.commit("2022-01-10", {A01: action(target="Mar-22")})
    assert len(id_) == 64
    assert target_at(repo.root, "2022-01-10") == "Mar-22"
    assert message(read_mainline(Repository.find(repo.root)).commits[0]) == [("A", A01), ("A", "data/programme.yaml")]


# A folder that was moved


@pytest.mark.parametrize(
    ("before", "after"), [("old/data", "new/data"), ("data", "registers/p2p/data"), ("council/records", "council/data")]
)
def test_a_register_is_followed_to_where_it_was(before: str, after: str, tmp_path: Path) -> None:
    top = tmp_path / "council"
    repo = make_repository(top, "elsewhere")
    old, new = top / before, top / after
    (old / "actions").mkdir(parents=True)
    (old / "programme.yaml").write_text(PROGRAMME)
    (old / "actions" / "A01.yaml").write_text(action(target="Mar-22"))
    (old / "actions" / "A02.yaml").write_text(action("A02"))
    repo.git("rm", "-r", "--cached", "--quiet", "--ignore-unmatch", "elsewhere")
    first = repo.commit("2022-01-10")
    new.parent.mkdir(parents=True, exist_ok=True)
    old.rename(new)
    (new / "actions" / "A01.yaml").write_text(action(target="Mar-23"))
    second = repo.commit("2022-06-10")
    root = new.parent
    assert target_at(root, second) == "Mar-23"
    assert target_at(root, first) == "Mar-22"
    line = read_mainline(Repository.find(root)).commits
    assert [message(commit) for commit in line] == [
        [("A", A01), ("A", "data/actions/A02.yaml"), ("A", "data/programme.yaml")],
        [("M", A01)],
    ]


def moved(repo: RegisterRepository, before: str, after: str) -> None:
    (repo.top / after).parent.mkdir(parents=True, exist_ok=True)
    (repo.top / before).rename(repo.top / after)


def test_a_register_is_followed_through_two_moves(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "council", "one")
    repo.commit("2022-01-10", {A01: action(target="Mar-22")})
    moved(repo, "one", "two/p2p")
    repo.commit("2022-02-10")
    moved(repo, "two/p2p/data", "data")
    repo.commit("2022-03-10")
    assert [target_at(repo.top, when) for when in repo.commits] == ["Mar-22", "Mar-22", "Mar-22"]
    assert [message(commit) for commit in read_mainline(Repository.find(repo.top)).commits[1:]] == [[], []]


def test_registers_that_move_at_once_are_reported_apart(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "council", "ours")
    write_register(repo.top / "theirs", {"actions/A01.yaml": action(target="Dec-29")})
    write_register(repo.top / "third", {"actions/A01.yaml": action(target="Dec-30")})
    first = repo.commit("2022-01-10", {A01: action(target="Mar-22")})
    for name in ("ours", "theirs", "third"):
        moved(repo, name, f"all/{name}")
    repo.commit("2022-02-10")
    assert [target_at(repo.top / "all" / name, first) for name in ("ours", "theirs", "third")] == [
        "Mar-22",
        "Dec-29",
        "Dec-30",
    ]


def test_registers_that_cannot_be_distinguished_are_not_followed(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "council", "ours")
    write_register(repo.top / "theirs")
    first = repo.commit("2022-01-10")
    moved(repo, "ours", "new")
    moved(repo, "theirs", "other")
    repo.commit("2022-02-10")
    assert "has no register in new/data" in stopped(repo.top / "new", first)


def test_a_register_is_not_the_one_that_was_in_its_place_before(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "council", "ours")
    write_register(repo.top / "place", {"actions/A01.yaml": action(target="Dec-29")})
    first = repo.commit("2022-01-10", {A01: action(target="Mar-22")})
    moved(repo, "place", "elsewhere")
    repo.commit("2022-02-10")
    moved(repo, "ours", "place")
    repo.commit("2022-03-10")
    assert target_at(repo.top / "place", first) == "Mar-22"
    assert target_at(repo.top / "elsewhere", first) == "Dec-29"


# What was committed, by whom and when


def test_a_change_is_official_on_the_day_of_its_merge(tmp_path: Path) -> None:
    repo = two_states(tmp_path / "register")
    repo.git("switch", "--quiet", "--create", "proposal")
    proposed = repo.commit("2022-07-01", {A01: action(target="Jun-23")}, GIT_AUTHOR_NAME="An officer")
    repo.git("switch", "--quiet", "main")
    dates = {"GIT_AUTHOR_DATE": "2022-09-01T12:00:00Z", "GIT_COMMITTER_DATE": "2022-09-01T12:00:00Z"}
    repo.git("merge", "--quiet", "--no-ff", "--message", "Accept", "proposal", **dates)
    line = read_mainline(Repository.find(repo.root)).commits
    assert [(commit.day, message(commit)) for commit in line[1:]] == [
        (date(2022, 6, 10), [("M", A01)]),
        (date(2022, 9, 1), [("M", A01)]),
    ]
    assert line[2].parents == (repo.commits[1], proposed)
    assert target_at(repo.root, "2022-08-01") == "Mar-23"
    assert target_at(repo.root, "2022-09-01") == "Jun-23"
    assert target_at(repo.root, proposed) == "Jun-23"


def test_a_record_that_went_and_came_back(tmp_path: Path) -> None:
    repo = two_states(tmp_path / "register")
    repo.commit("2022-07-01", {A01: None})
    repo.commit("2022-08-01", {A01: action(target="Jun-23")})
    assert [message(commit) for commit in read_mainline(Repository.find(repo.root)).commits[2:]] == [
        [("D", A01)],
        [("A", A01)],
    ]
    assert load_snapshot(repo.root, "2022-07-15").loaded.register.by_id == {}
    assert target_at(repo.root, "2022-08-15") == "Jun-23"


def test_a_day_is_the_committer_s_own(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "register")
    repo.commit("2022-03-31T23:30:00Z", {A01: action(target="Mar-22")})
    repo.commit("2022-04-01T00:30:00+0100", {A01: action(target="Mar-23")})
    assert [commit.day for commit in Repository.find(repo.root).list_commits()] == [date(2022, 3, 31), date(2022, 4, 1)]
    assert target_at(repo.root, "2022-03-31") == "Mar-22"


@pytest.mark.parametrize(
    ("wrong", "message", "next_step"), [("1999-01-01", "2022-01-10", "Jun-22"), ("2099-01-01", "2022-03-10", "Mar-22")]
)
def test_a_clock_that_was_wrong_turns_no_history_round(
    wrong: str, message: str, next_step: str, tmp_path: Path
) -> None:
    repo = make_repository(tmp_path / "register")
    repo.commit("2022-01-09", {A01: action(target="Jan-22")})
    repo.commit("2022-01-10", {A01: action(target="Mar-22")})
    repo.commit(wrong, {A01: action(target="Jun-22")})
    repo.commit("2022-03-10", {A01: action(target="Mar-23")})
    line = Repository.find(repo.root).list_commits()
    first, second, last = date(2022, 1, 9), date(2022, 1, 10), date(2022, 3, 10)
    assert [commit.day for commit in line] == [first, second, date.fromisoformat(message), last]
    assert [commit.clock_day for commit in line] == [first, second, date.fromisoformat(wrong), last]
    assert target_at(repo.root, "2022-02-01") == next_step
    assert target_at(repo.root, "2022-03-10") == "Mar-23"
    assert stopped(repo.root, "2022-01-08").startswith("On 8 January 2022 the register was not yet kept here")


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "UTF-8"])
def test_names_in_other_encodings(encoding: str, tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "register")
    repo.git("add", "--all")
    tree = repo.git("write-tree")
    who = "Clerc y Côr <clerc@example.org> 1641816000 +0000"
    text = f"tree {tree}\nauthor {who}\ncommitter {who}\nencoding {encoding}\n\nRésumé\n"
    (tmp_path / "commit").write_bytes(text.encode(encoding))
    id_ = repo.git("hash-object", "-t", "commit", "-w", str(tmp_path / "commit"))
    repo.git("update-ref", "HEAD", id_)
    (repository,) = read_mainline(Repository.find(repo.root)).commits
    assert (repository.author, repository.subject, repository.day) == ("Clerc y Côr", "Résumé", date(2022, 1, 10))


def test_bytes_that_are_no_letters_stop_nothing(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "register")
    repo.git("add", "--all")
    who = b"Zo\xeb \xff <zoe@example.org> 1641816000 +0000"
    text = b"tree %s\nauthor %s\ncommitter %s\n\n\xff\xfe\n" % (repo.git("write-tree").encode(), who, who)
    (tmp_path / "commit").write_bytes(text)
    repo.git("update-ref", "HEAD", repo.git("hash-object", "-t", "commit", "-w", str(tmp_path / "commit")))
    (repository,) = read_mainline(Repository.find(repo.root)).commits
    assert (repository.author, repository.subject) == ("Zo� �", "��")
    assert Repository.find(repo.root).resolve("HEAD").day == date(2022, 1, 10)


def test_signed_commits_are_commits(tmp_path: Path) -> None:
    repo = two_states(tmp_path / "register")
    text = repo.git("cat-file", "commit", "HEAD")
    signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n committer Nobody <x@example.org> 1 +0000\n -----END-----"
    head, _, message = text.partition("\n\n")
    (tmp_path / "commit").write_bytes(f"{head}\n{signature}\n\n{message}\n".encode())
    id_ = repo.git("hash-object", "-t", "commit", "-w", str(tmp_path / "commit"))
    repo.git("update-ref", "HEAD", id_)
    assert (Repository.find(repo.root).resolve("HEAD").commit, Repository.find(repo.root).resolve("HEAD").day) == (
        id_,
        date(2022, 6, 10),
    )
    assert [commit.day for commit in read_mainline(Repository.find(repo.root)).commits] == [
        date(2022, 1, 10),
        date(2022, 6, 10),
    ]


@pytest.mark.parametrize("name", ["A01 a b.yaml", "A01-é.yaml", "A01-“x”.yaml", "A01-'x'.yaml"])
def test_odd_names_of_files(name: str, tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "register")
    repo.commit("2022-01-10", {f"data/actions/{name}": action(target="Mar-22")})
    assert message(read_mainline(Repository.find(repo.root)).commits[0])[0] == ("A", f"data/actions/{name}")
    next_step = load_snapshot(repo.root, "HEAD")
    assert next_step.source.read(f"data/actions/{name}") == action(target="Mar-22").encode()


# What a copy lacks


def test_a_shallow_copy_states_what_is_missing_and_how_to_get_it(tmp_path: Path) -> None:
    repo = two_states(tmp_path / "register")
    git(tmp_path, "clone", "--quiet", "--depth", "1", repo.top.as_uri(), "copy")
    root = tmp_path / "copy"
    fetch = (
        "This copy of the repository has only the newest part of its history. "
        "To get the rest: git fetch --unshallow --tags"
    )
    assert Repository.find(root).is_shallow
    assert target_at(root, "2022-06-10") == "Mar-23"
    assert stopped(root, "2022-02-01") == (
        f"This copy does not reach back to 1 February 2022: its history begins on 10 June 2022. {fetch}"
    )
    with pytest.raises(UsageError, match="git fetch --unshallow --tags"):
        load_snapshot(root, repo.commits[0])


def test_a_copy_without_all_files_states_how_to_get_them(tmp_path: Path) -> None:
    repo = two_states(tmp_path / "register")
    repo.git("config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "--quiet", "--filter=blob:none", repo.top.as_uri(), "copy")
    assert stopped(tmp_path / "copy", repo.commits[0]) == (
        "This copy of the repository lacks part of the history of its files. "
        "To get the rest with git 2.36 or newer: git fetch --refetch --no-filter"
    )


def test_a_repository_of_somebody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = two_states(tmp_path / "register").root
    real = process._build_environment
    monkeypatch.setattr(process, "_build_environment", lambda: {**real(), "GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"})
    monkeypatch.setenv("HOME", str(tmp_path))
    where = root.resolve().as_posix()
    assert stopped(root) == (
        f"git does not trust {where}, because somebody else owns it. If you trust it: "
        f'git config --global --add safe.directory "{where}"'
    )


def test_a_broken_repository_is_reported_in_git_s_own_words(tmp_path: Path) -> None:
    repo = two_states(tmp_path / "register")
    (repo.top / ".git" / "config").write_text("[core\n")
    assert stopped(repo.root).startswith(f"git cannot read the history of {repo.root}: bad config line 1")


# What must not be heard or run


@pytest.mark.parametrize("name", ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"])
def test_another_repository_in_the_environment(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo, other = two_states(tmp_path / "register"), two_states(tmp_path / "other")
    monkeypatch.setenv(name, str(other.top / ".git"))
    assert Repository.find(repo.root).head == repo.commits[1]
    assert target_at(repo.root, "2022-02-01") == "Mar-22"


def test_replaced_objects_and_grafts_rewrite_nothing(tmp_path: Path) -> None:
    repo = two_states(tmp_path / "register")
    repo.git("replace", repo.commits[1], repo.commits[0])
    (repo.top / ".git" / "info").mkdir(exist_ok=True)
    (repo.top / ".git" / "info" / "grafts").write_text(f"{repo.commits[1]}\n")
    assert [commit.id for commit in read_mainline(Repository.find(repo.root)).commits] == repo.commits
    assert target_at(repo.root, "HEAD") == "Mar-23"


def test_nothing_that_the_repository_configures_is_run(tmp_path: Path) -> None:
    repo = two_states(tmp_path / "register")
    marker, script = tmp_path / "marker", tmp_path / "program.py"
    script.write_text(f"import pathlib, sys\npathlib.Path({str(marker)!r}).write_text('ran')\nsys.stdin.read()\n")
    command = f'"{Path(sys.executable).as_posix()}" "{script.as_posix()}"'
    (repo.top / ".git" / "info").mkdir(exist_ok=True)
    (repo.top / ".git" / "info" / "attributes").write_text("*.yaml filter=hostile diff=hostile\n")
    for name in (
        "core.fsmonitor", "core.pager", "pager.log", "core.sshCommand", "diff.external", "diff.hostile.textconv",
        "diff.hostile.command", "filter.hostile.clean", "filter.hostile.smudge", "gpg.program", "alias.log",
        "alias.cat-file", "alias.ls-tree", "core.alternateRefsCommand",
    ):  # fmt: skip
        repo.git("config", name, f"!{command}" if name.startswith("alias.") else command)
    for name, value in (
        ("log.showSignature", "true"), ("log.showRoot", "false"), ("log.diffMerges", "off"), ("diff.renames", "copies"),
        ("diff.relative", "true"), ("core.quotePath", "true"), ("log.date", "relative"), ("color.ui", "always"),
        ("core.abbrev", "5"), ("diff.noprefix", "true"), ("log.follow", "true"), ("log.mailmap", "true"),
        ("diff.orderFile", "/gone"),
    ):  # fmt: skip
        repo.git("config", name, value)
    (repo.top / "hooks").mkdir()
    text = repo.git("cat-file", "commit", "HEAD").replace("\n\n", "\ngpgsig x\n\n", 1)
    (tmp_path / "commit").write_text(f"{text}\n")
    repo.git("update-ref", "HEAD", repo.git("hash-object", "-t", "commit", "-w", str(tmp_path / "commit")))
    line = read_mainline(Repository.find(repo.root)).commits
    assert [message(commit) for commit in line] == [[("A", A01), ("A", "data/programme.yaml")], [("M", A01)]]
    assert target_at(repo.root, "2022-02-01") == "Mar-22"
    assert not marker.exists()


def test_work_tree_and_index_are_not_touched(tmp_path: Path) -> None:
    repo = two_states(tmp_path / "register")
    repo.write({A01: action(target="TBC"), "data/actions/A09.yaml": "no: [record"})
    repo.git("add", A01)
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in repo.top.rglob("*") if path.is_file()}
    assert target_at(repo.root, "2022-02-01") == "Mar-22"
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in repo.top.rglob("*") if path.is_file()} == (
        before
    )
