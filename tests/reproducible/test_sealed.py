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

import p2ptrack
from p2ptrack.formats import FORMATS
from p2ptrack.reports import REPORTS
from p2ptrack.store.templates import PACKAGED
from tests.browser.registers import TEXTS, hostile
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


def heard_in(base: Path) -> Heard:
    """Make every paper of the hostile register in a process that is listened to."""
    root, output, told = base / "register", base / "papers", base / "told.json"
    root.mkdir()
    hostile(root, columns=len(TEXTS))
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


def outside(heard: Heard) -> list[Path]:
    """Return what was opened besides the register, the templates, the program and its own scratch folder."""
    data = heard.root / "data"
    ours = [data / "programme.yaml", *(data / kind for kind in ("recommendations", "actions", "audit_followups"))]
    program = [
        folder.resolve() for folder in (PACKAGED, Path(p2ptrack.__file__).parent, *map(Path, INSTALLED | LOADED))
    ]
    allowed = [*ours, *program, heard.root / "templates", heard.output, heard.base / "scratch", heard.base / CLEARED]
    return [path for path in heard.opened if not any(path.is_relative_to(folder) for folder in allowed)]


def test_nothing_that_a_text_points_at_is_opened_fetched_run_or_printed(tmp_path: Path) -> None:
    heard = heard_in(tmp_path.resolve())
    papers = list(heard.output.iterdir())
    assert len(papers) == len(REPORTS) * len(FORMATS)
    assert {heard.root / "data" / "programme.yaml", PACKAGED.resolve() / "paper.css"} <= set(heard.opened)
    assert outside(heard) == []
    programs = [Path(each.removeprefix("subprocess.Popen ")) for each in heard.reached]
    assert {program.name for program in programs} <= {"git", *ASKED_FOR_LIBRARIES}
    assert [path.name for path in papers if b"planted picture" in path.read_bytes()] == []
