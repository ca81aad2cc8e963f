from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.command import COMMANDS, ROOT, SEED_DAY, run
from tests.git.builders import RegisterRepository, set_git_user
from tests.imports.writers import write_examples
from tests.repository.source_tree import SOURCE
from tests.repository.walkthrough import PAGES, README, follow

TEXT = README.read_text(encoding="utf-8")
EXIT_ERRORS = 1


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_following_a_page_word_for_word_prints_what_it_shows(page: Path, tmp_path: Path) -> None:
    result = follow(page, tmp_path)
    assert result.commands
    assert result.text == page.read_text(encoding="utf-8"), "read what python -m tests.repository.walkthrough changes"
    failed = [command for command, code in result.commands if code]
    assert failed == (["p2ptrack check data/actions/A19-kpi-review.yaml --as-of 2023-01-12"] if page == README else [])
    assert {code for _, code in result.commands} <= {0, EXIT_ERRORS}


def test_the_clerks_changes_reach_the_paper(tmp_path: Path) -> None:
    follow(ROOT / "docs" / "clerk-guide.md", tmp_path)
    paper = (tmp_path / "p2ptrack" / "build" / "audit-follow-up.html").read_text(encoding="utf-8")
    for changed in ("Completion date", "Draft for comment", "#5b1a4a"):
        assert changed in paper
    assert "Activity area" not in paper


@pytest.mark.slow
def test_the_table_of_commands_has_every_command_and_each_works(tmp_path: Path) -> None:
    rows = [shlex.split(line) for line in re.findall(r"^\| `p2ptrack (.+?)` \|", TEXT, re.MULTILINE)]
    assert sorted(name for name, *_ in rows) == sorted(COMMANDS)
    shutil.copytree(ROOT / "data", tmp_path / "register" / "data")
    repository = RegisterRepository(tmp_path / "register", tmp_path / "register")
    repository.git("init", "--quiet")
    set_git_user(repository.top)
    repository.commit(SEED_DAY)
    write_examples(tmp_path)
    for name, *words in rows:
        where = (str(tmp_path / Path(words.pop()).name),) if name == "init" else ()
        root = ("--root", repository.root) if "--root" in run(name, "--help").out else ()
        output: tuple[str | Path, ...] = ("--output", tmp_path / "paper.html") if name == "render" else ()
        if name == "publish":  # an example of its help, tested elsewhere, makes the PDFs too
            output = ("--format", "html", "--format", "docx")
        given = (str(tmp_path / words.pop()),) if name == "import" else ()
        if name == "portfolio":
            given, output = (str(repository.root),), ("--output", tmp_path / "portfolio")
            words.remove("registers")
        assert run(name, *words, *where, *given, *root, *output).code == 0
        if repository.git("status", "--porcelain"):
            repository.commit(SEED_DAY)


def prose() -> list[str]:
    return [
        path.read_text(encoding="utf-8")
        for path in (README, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")))
    ]


def test_every_make_command_of_the_documentation_is_a_target() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    documented_targets = {
        name for page in prose() for name in re.findall(r"(?:^|`)make ([a-z-]+)(?:$|`)", page, re.MULTILINE)
    }
    assert documented_targets >= {"appendix", "test", "docs"}
    assert documented_targets <= targets


def test_the_pictures_are_there_and_of_a_modest_size() -> None:
    picture_names = re.compile(r"!\[[^\]]{20,}\]\((\S+\.png)\)")
    assert picture_names.findall(TEXT) == ["docs/papers.png"]
    assert picture_names.findall((ROOT / "docs" / "site.md").read_text(encoding="utf-8")) == ["site.png"]
    for name in ("papers.png", "site.png"):
        picture = (ROOT / "docs" / name).read_bytes()
        assert picture.startswith(b"\x89PNG")
        assert len(picture) < 300_000


def test_every_file_that_contributing_names_is_there() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    code = [inside for match in re.findall(r"`([^`\n]+)`|^(\.venv/bin.*)$", page, re.MULTILINE) for inside in match]
    paths = {path for inside in code for path in re.findall(r"(?<![\w./$-])(?:\w+/)+[\w.-]*", inside)}
    checked = {path for path in paths if not re.search(r"[A-Z]{4}|^build/|^dist/|bin/", path)}
    assert len(checked) > 20
    assert sorted(path for path in checked if not any((base / path).exists() for base in (ROOT, SOURCE))) == []
