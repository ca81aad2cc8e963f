"""File names that Windows does not allow, and links, in commits."""

from __future__ import annotations

from pathlib import Path

import pytest

from p2ptrack.store.git.repository import Repository, read_mainline
from p2ptrack.store.git.snapshot import load_snapshot, with_templates
from tests.command import run
from tests.diagnostics import load_register
from tests.git.builders import RegisterRepository, action, make_repository


@pytest.mark.parametrize(
    "name", ['A01-"x".yaml', "A01-\n.yaml", "A01-\t.yaml", "A01-:x.yaml", "A01\\x.yaml", "A01*.yaml"]
)
def test_names_are_read_as_they_are(name: str, tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "register")
    repo.commit("2022-01-10", {f"data/actions/{name}": action(target="Mar-22")})
    (first,) = read_mainline(Repository.find(repo.root)).commits
    assert [change.path for change in first.changes] == [f"data/actions/{name}", "data/programme.yaml"]
    snapshot = load_snapshot(repo.root, "HEAD", strict=True)
    assert snapshot.source.read(f"data/actions/{name}") == action(target="Mar-22").encode()
    assert snapshot.loaded == load_register(repo.root)


@pytest.mark.parametrize("folder", ["a\nb", 'a "b"', ":(glob)*", "a*b", " "])
def test_folders_are_read_as_they_are(folder: str, tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "council", f"{folder}/p2p")
    repo.commit("2022-01-10", {"data/actions/A01.yaml": action(target="Mar-22")})
    assert Repository.find(repo.root).prefix == f"{folder}/p2p/"
    assert load_snapshot(repo.root, "HEAD").loaded == load_register(repo.root)
    assert len(read_mainline(Repository.find(repo.root)).commits[0].changes) == 2


def linked(repo: RegisterRepository, path: str, to: str) -> None:
    link = repo.root / path
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(to)


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("data/actions/A01.yaml", "../drafts/A01.yaml"),
        ("data/actions/A01.yaml", "A01-other.yaml"),
        ("data/actions/A01.yaml", "/etc/hostname"),
        ("data/actions/A01.yaml", "../../../outside.yaml"),
        ("data/actions", "../../outside"),
        ("data/actions", "drafts"),
        ("data/actions", "./drafts/../drafts/"),
        ("data/more", "drafts"),
        ("data/actions/more", "../drafts"),
        ("data/actions/A01.yaml", "../drafts"),
        ("data/actions/A01.yaml", "nothing.yaml"),
        ("data/actions/A01.yaml", "A01.yaml"),
    ],
)
def test_links_are_followed_within_the_register_alone(path: str, to: str, tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "register")
    repo.write({"data/drafts/A01.yaml": action(target="Mar-22")})
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside.yaml").write_text(action())
    if to == "A01-other.yaml":
        repo.write({"data/actions/A01-other.yaml": action(target="Mar-22")})
    linked(repo, path, to)
    repo.commit("2022-01-10")
    snapshot, now = load_snapshot(repo.root, "HEAD", strict=True).loaded, load_register(repo.root)
    assert snapshot == now
    assert now.problems != ()


@pytest.mark.parametrize("path", ["data", "data/actions", "data/programme.yaml"])
def test_behind_a_link_no_history_is_reported(path: str, tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "register", files={"actions/A01.yaml": action()})
    repo.commit("2022-01-10")
    (repo.root / path).rename(repo.root / "store")
    linked(repo, path, "../store" if "/" in path else "store")
    repo.commit("2022-02-10")
    assert run("status", "--root", repo.root).code == 0
    for words in (("history", "A01"), ("changes", "--since", "2022-01-10"), ("check", "--history")):
        result = run(*words, "--root", repo.root)
        assert (result.code, result.out) == (3, "")
        assert result.err.startswith(f"{path} is a link, and git does not keep what a link leads to")


@pytest.mark.parametrize("at", [(), ("--at", "HEAD")])
def test_a_folder_of_records_that_is_not_read_is_reported(at: tuple[str, ...], tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "register")
    (tmp_path / "outside").mkdir()
    linked(repo, "data/actions", "../../outside")
    id_ = repo.commit("2022-01-10")
    result = run("list", *at, "--root", repo.root)
    see = f"p2ptrack check --at {id_[:10]}" if at else "p2ptrack check"
    assert (result.code, result.err.splitlines()[-1]) == (
        0,
        f"data/actions cannot be read, so none of its records is in this answer. To see why: {see}",
    )


def test_templates_that_lead_out_are_left_out(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "register")
    (tmp_path / "secret").write_text("secret")
    linked(repo, "templates/words.yaml", "../../secret")
    linked(repo, "templates/brand.css", "shared/council.css")
    repo.commit("2022-01-10", {"templates/shared/council.css": "p {}", "templates/a:b.css": "p {}"})
    with with_templates(load_snapshot(repo.root, "HEAD")) as snapshot:
        assert snapshot.templates_folder is not None
        repository = {
            p.relative_to(snapshot.templates_folder).as_posix(): p.read_text()
            for p in snapshot.templates_folder.rglob("*")
            if p.is_file()
        }
    assert repository == {"templates/brand.css": "p {}", "templates/shared/council.css": "p {}"}
    assert not snapshot.templates_folder.exists()


def test_a_template_that_points_to_nothing_is_left_out_and_one_of_an_odd_name_too(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "register")
    repo.commit("2022-01-10", {"templates/words.yaml": "draft: x\n"})
    blob = repo.git("rev-parse", "HEAD:templates/words.yaml")
    for mode, name in (
        ("120000", "templates/brand.css"),
        ("100644", "templates/a\\b.css"),
        ("100644", "templates/c. "),
    ):
        repo.git("update-index", "--add", "--cacheinfo", f"{mode},{blob},{name}")
    repo.git("commit", "--quiet", "--message", "x")
    with with_templates(load_snapshot(repo.root, "HEAD")) as snapshot:
        assert snapshot.templates_folder is not None
        assert [path.name for path in snapshot.templates_folder.rglob("*") if path.is_file()] == ["words.yaml"]
