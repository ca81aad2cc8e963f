"""Making papers reads the register, the templates and the program, whatever the records' texts point at.

Everything that Python opens or starts is heard, in a process of its own, while every report is made in every format.
"""

from __future__ import annotations

import json
import mimetypes
import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import NamedTuple

import pytest

import p2ptrack
from p2ptrack.formats import FORMATS
from p2ptrack.reports import REPORTS
from p2ptrack.store.templates import PACKAGED
from tests.browser.registers import hostile
from tests.command import SEED_DAY

WATCHED = Path(__file__).with_name("watched.py")
PLANTED = "<svg xmlns='http://www.w3.org/2000/svg'><text>A planted picture</text></svg>"
ASKED_FOR_LIBRARIES = {"ldconfig", "gcc", "cc", "ld", "objdump"}
"""What Python's ctypes asks where Pango lies, before anything is rendered."""
PACKAGES = [folder for folder in sys.path if Path(folder).name in {"site-packages", "dist-packages"}]
INSTALLED = {*sysconfig.get_paths().values(), *PACKAGES, sys.prefix, sys.base_prefix}
LOADED = {os.devnull, *map(os.path.realpath, mimetypes.knownfiles)}
"""What Python opens when WeasyPrint is loaded, before anything is rendered."""
CLEARED = "cache"
"""The folder of fonts in the scratch folder, which Python removes by a handle and so names without its folder."""


class Heard(NamedTuple):
    base: Path
    root: Path
    output: Path
    opened: list[Path]
    reached: list[str]


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> Heard:
    base = tmp_path_factory.mktemp("sealed").resolve()
    root, output, told = base / "register", base / "papers", base / "told.json"
    root.mkdir()
    hostile(root)
    (base / "scratch").mkdir()
    for place in (base, root, root / "data"):
        (place / "secret.svg").write_text(PLANTED, encoding="utf-8")
    formats = [word for name in FORMATS for word in ("--format", name)]
    asked = [*REPORTS, *formats, "--as-of", SEED_DAY, "--allow-problems", "--root", str(root)]
    command = [sys.executable, str(WATCHED), str(told), "render", *asked, "--output", f"{output}{os.sep}"]
    scratch = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(base / "scratch"))
    environment = {**os.environ, **scratch, "PYTHONPATH": str(Path(p2ptrack.__file__).parents[1])}
    ended = subprocess.run(command, cwd=base, env=environment, check=False, capture_output=True, encoding="utf-8")
    assert ended.returncode == 0, ended.stderr
    found = json.loads(told.read_text(encoding="utf-8"))
    return Heard(base, root, output, [Path(each) for each in found["opened"]], found["reached"])


def test_every_paper_was_made_and_what_it_was_made_of_was_heard(heard: Heard) -> None:
    assert len(list(heard.output.iterdir())) == len(REPORTS) * len(FORMATS)
    assert {heard.root / "data" / "programme.yaml", PACKAGED.resolve() / "paper.css"} <= set(heard.opened)


def test_nothing_but_the_register_the_templates_and_the_program_is_opened(heard: Heard) -> None:
    data = heard.root / "data"
    ours = [data / "programme.yaml", *(data / kind for kind in ("recommendations", "actions", "audit_followups"))]
    program = [
        folder.resolve() for folder in (PACKAGED, Path(p2ptrack.__file__).parent, *map(Path, INSTALLED | LOADED))
    ]
    allowed = [*ours, *program, heard.root / "templates", heard.output, heard.base / "scratch", heard.base / CLEARED]
    outside = [path for path in heard.opened if not any(path.is_relative_to(folder) for folder in allowed)]
    assert outside == []


def test_nothing_is_fetched_and_no_program_is_run_on_what_a_text_says(heard: Heard) -> None:
    programs = [Path(each.removeprefix("subprocess.Popen ")) for each in heard.reached]
    assert {program.name for program in programs} <= {"git", *ASKED_FOR_LIBRARIES}


def test_what_the_texts_point_at_is_in_no_paper(heard: Heard) -> None:
    assert [path.name for path in heard.output.iterdir() if b"planted picture" in path.read_bytes()] == []
