"""Names that Windows does not know, and links, as commits have them."""

from __future__ import annotations

from pathlib import Path

import pytest

from p2ptrack.store.git.mainline import read_mainline
from p2ptrack.store.git.repository import Repository
from p2ptrack.store.git.snapshot import load_snapshot, with_templates
from p2ptrack.store.loader import load_register
from tests.command import run
from tests.git.builders import Kept, action, kept


@pytest.mark.parametrize(
    "name", ['A01-"x".yaml', "A01-\n.yaml", "A01-\t.yaml", "A01-:x.yaml", "A01\\x.yaml", "A01*.yaml"]
)
def test_names_are_read_as_they_are(name: str, tmp_path: Path) -> None:
    made = kept(tmp_path / "register")
    made.commit("2022-01-10", {f"data/actions/{name}": action(target="Mar-22")})
    (first,) = read_mainline(Repository.find(made.root)).commits
    assert [change.path for change in first.changes] == [f"data/actions/{name}", "data/programme.yaml"]
    then = load_snapshot(made.root, "HEAD", strict=True)
    assert then.source.read(f"data/actions/{name}") == action(target="Mar-22").encode()
    assert then.loaded == load_register(made.root)


@pytest.mark.parametrize("folder", ["a\nb", 'a "b"', ":(glob)*", "a*b", " "])
def test_folders_are_read_as_they_are(folder: str, tmp_path: Path) -> None:
    made = kept(tmp_path / "council", f"{folder}/p2p")
    made.commit("2022-01-10", {"data/actions/A01.yaml": action(target="Mar-22")})
    assert Repository.find(made.root).prefix == f"{folder}/p2p/"
    assert load_snapshot(made.root, "HEAD").loaded == load_register(made.root)
    assert len(read_mainline(Repository.find(made.root)).commits[0].changes) == 2


def linked(made: Kept, path: str, to: str) -> None:
    link = made.root / path
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
    made = kept(tmp_path / "register")
    made.write({"data/drafts/A01.yaml": action(target="Mar-22")})
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside.yaml").write_text(action())
    if to == "A01-other.yaml":
        made.write({"data/actions/A01-other.yaml": action(target="Mar-22")})
    linked(made, path, to)
    made.commit("2022-01-10")
    then, now = load_snapshot(made.root, "HEAD", strict=True).loaded, load_register(made.root)
    assert then == now
    assert now.problems != ()


@pytest.mark.parametrize("path", ["data", "data/actions", "data/programme.yaml"])
def test_behind_a_link_no_history_is_told(path: str, tmp_path: Path) -> None:
    made = kept(tmp_path / "register", files={"actions/A01.yaml": action()})
    made.commit("2022-01-10")
    (made.root / path).rename(made.root / "store")
    linked(made, path, "../store" if "/" in path else "store")
    made.commit("2022-02-10")
    assert run("status", "--root", made.root).code == 0
    for words in (("history", "A01"), ("changes", "--since", "2022-01-10"), ("check", "--history")):
        ran = run(*words, "--root", made.root)
        assert (ran.code, ran.out) == (3, "")
        assert ran.err.startswith(f"{path} is a link, and git keeps no more of a link than where it leads")


@pytest.mark.parametrize("at", [(), ("--at", "HEAD")])
def test_a_folder_of_records_that_is_not_read_is_told(at: tuple[str, ...], tmp_path: Path) -> None:
    made = kept(tmp_path / "register")
    (tmp_path / "outside").mkdir()
    linked(made, "data/actions", "../../outside")
    id_ = made.commit("2022-01-10")
    ran = run("list", *at, "--root", made.root)
    see = f"p2ptrack check --at {id_[:10]}" if at else "p2ptrack check"
    assert (ran.code, ran.err.splitlines()[-1]) == (
        0,
        f"data/actions cannot be read, so none of its records is in this answer. To see why: {see}",
    )


def test_templates_that_lead_out_are_left_out(tmp_path: Path) -> None:
    made = kept(tmp_path / "register")
    (tmp_path / "secret").write_text("secret")
    linked(made, "templates/words.yaml", "../../secret")
    linked(made, "templates/brand.css", "shared/council.css")
    made.commit("2022-01-10", {"templates/shared/council.css": "p {}", "templates/a:b.css": "p {}"})
    with with_templates(load_snapshot(made.root, "HEAD")) as then:
        assert then.templates_folder is not None
        found = {
            p.relative_to(then.templates_folder).as_posix(): p.read_text()
            for p in then.templates_folder.rglob("*")
            if p.is_file()
        }
    assert found == {"templates/brand.css": "p {}", "templates/shared/council.css": "p {}"}
    assert not then.templates_folder.exists()


def test_a_template_that_leads_to_nothing_is_left_out_and_one_of_an_odd_name_too(tmp_path: Path) -> None:
    made = kept(tmp_path / "register")
    made.commit("2022-01-10", {"templates/words.yaml": "draft: x\n"})
    blob = made.git("rev-parse", "HEAD:templates/words.yaml")
    for mode, name in (
        ("120000", "templates/brand.css"),
        ("100644", "templates/a\\b.css"),
        ("100644", "templates/c. "),
    ):
        made.git("update-index", "--add", "--cacheinfo", f"{mode},{blob},{name}")
    made.git("commit", "--quiet", "--message", "x")
    with with_templates(load_snapshot(made.root, "HEAD")) as then:
        assert then.templates_folder is not None
        assert [path.name for path in then.templates_folder.rglob("*") if path.is_file()] == ["words.yaml"]
