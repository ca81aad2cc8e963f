from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

from p2ptrack.cli.contents import COMMANDS
from tests.command import ROOT, SEED_DAY, run
from tests.git.builders import Kept, named
from tests.repository.readme import README, walk
from tests.repository.source_tree import SOURCE

TEXT = README.read_text(encoding="utf-8")
MISTAKE = 1


def test_the_readme_done_word_for_word_prints_what_it_shows(tmp_path: Path) -> None:
    walked = walk(tmp_path)
    assert walked.text == TEXT, "read what python -m tests.repository.readme changes"
    codes = [code for _, code in walked.commands]
    assert len(codes) > 7
    assert [command for command, code in walked.commands if code] == [
        "p2ptrack check data/actions/A19-kpi-review.yaml --as-of 2023-01-12"
    ]
    assert sorted(set(codes)) == [0, MISTAKE]
    assert walked.edited[:2] == ["data/actions/A19-kpi-review.yaml"] * 2
    paper = (tmp_path / "p2ptrack" / "build" / "audit-follow-up.html").read_text(encoding="utf-8")
    for changed in ("Completion date", "Draft for comment", "#5b1a4a"):
        assert changed in paper
    assert "Activity area" not in paper


def test_the_table_of_commands_has_every_command_and_each_works(tmp_path: Path) -> None:
    rows = [shlex.split(line) for line in re.findall(r"^\| `p2ptrack (.+?)` \|", TEXT, re.MULTILINE)]
    assert sorted(name for name, *_ in rows) == sorted(COMMANDS)
    shutil.copytree(ROOT / "data", tmp_path / "register" / "data")
    repository = Kept(tmp_path / "register", tmp_path / "register")
    repository.git("init", "--quiet")
    named(repository.top)
    repository.commit(SEED_DAY)
    for name, *words in rows:
        where = (str(tmp_path / Path(words.pop()).name),) if name == "init" else ()
        root = ("--root", repository.root) if "--root" in run(name, "--help").out else ()
        output = ("--output", tmp_path / "paper.html") if name == "render" else ()
        assert run(name, *words, *where, *root, *output).code == 0


def test_every_make_command_of_the_documentation_is_a_target() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    pages = [TEXT, (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")]
    told = {name for page in pages for name in re.findall(r"(?:^|`)make ([a-z]+)(?:$|`)", page, re.MULTILINE)}
    assert told >= {"appendix", "test", "docs"}
    assert told <= targets


def test_the_picture_is_there_and_of_a_modest_size() -> None:
    (name,) = re.findall(r"!\[[^\]]{20,}\]\((\S+\.png)\)", TEXT)
    picture = (ROOT / name).read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) < 300_000


def test_every_file_that_the_documentation_names_is_there() -> None:
    pages = [TEXT, (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")]
    code = [inside for page in pages for inside in re.findall(r"`([^`\n]+)`|^(\.venv/bin.*)$", page, re.MULTILINE)]
    paths = {path for one in code for path in re.findall(r"(?<![\w./$-])(?:\w+/)+[\w.-]*", " ".join(one))}
    named = {path for path in paths if not re.search(r"[A-Z]{4}|^build/|bin/", path)}
    assert len(named) > 30
    assert sorted(path for path in named if not any((base / path).exists() for base in (ROOT, SOURCE))) == []
