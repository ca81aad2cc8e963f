"""Making papers reads only the register, the templates and the program, whatever the texts of records refer to.

An audit hook records everything that Python opens or starts while every report is made in every format.
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
from p2ptrack.reports import REPORTS
from p2ptrack.store.templates import PACKAGED
from tests.browser.registers import TEXTS, hostile
from tests.command import SEED_DAY
from tests.reproducible.builders import EVERY_FORMAT

OBSERVER = Path(__file__).with_name("observer.py")
FOREIGN_PICTURE = "<svg xmlns='http://www.w3.org/2000/svg'><text>A planted picture</text></svg>"
LIBRARY_FINDERS = {"ldconfig", "gcc", "cc", "ld", "objdump"}
"""Programs that ctypes runs to find Pango, before anything is rendered."""
PACKAGES = [folder for folder in sys.path if Path(folder).name in {"site-packages", "dist-packages"}]
INSTALLED = {*sysconfig.get_paths().values(), *PACKAGES, sys.prefix, sys.base_prefix}
LOADED = {os.devnull, *map(os.path.realpath, mimetypes.knownfiles)}
"""Files that Python opens while it loads WeasyPrint, before anything is rendered."""
CLEARED = "cache"
"""The font cache in the temporary folder. Python removes it by a handle, so its name has no folder."""


class Observed(NamedTuple):
    base: Path
    root: Path
    output: Path
    opened: list[Path]
    reached: list[str]


def observe_process(base: Path, formats: tuple[str, ...]) -> Observed:
    """Make every report in these formats of the hostile register in an observed process."""
    root, output, reported = base / "register", base / "papers", base / "events.json"
    root.mkdir()
    hostile(root, columns=len(TEXTS))
    (base / "scratch").mkdir()
    for place in (base, root, root / "data"):
        (place / "secret.svg").write_text(FOREIGN_PICTURE, encoding="utf-8")
    options = [word for name in formats for word in ("--format", name)]
    arguments = [*REPORTS, *options, "--as-of", SEED_DAY, "--allow-problems", "--root", str(root)]
    command = [sys.executable, str(OBSERVER), str(reported), "render", *arguments, "--output", f"{output}{os.sep}"]
    scratch = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(base / "scratch"))
    environment = {**os.environ, **scratch, "PYTHONPATH": str(Path(p2ptrack.__file__).parents[1])}
    process = subprocess.run(command, cwd=base, env=environment, check=False, capture_output=True, encoding="utf-8")
    assert process.returncode == 0, process.stderr
    matches = json.loads(reported.read_text(encoding="utf-8"))
    return Observed(base, root, output, [Path(item) for item in matches["opened"]], matches["reached"])


def list_foreign_files(observed: Observed) -> list[Path]:
    """Return the opened files that are not of the register, the templates, the program or its temporary folder."""
    data = observed.root / "data"
    record_folders = [
        data / "programme.yaml",
        *(data / kind for kind in ("recommendations", "actions", "audit_followups")),
    ]
    program = [
        folder.resolve() for folder in (PACKAGED, Path(p2ptrack.__file__).parent, *map(Path, INSTALLED | LOADED))
    ]
    allowed = [
        *record_folders,
        *program,
        observed.root / "templates",
        observed.output,
        observed.base / "scratch",
        observed.base / CLEARED,
    ]
    outside = [path for path in observed.opened if not any(path.is_relative_to(folder) for folder in allowed)]
    # Whether the register is in a repository, and how much memory a template uses.
    return [path for path in outside if path.name != ".git" and not path.match("/proc/*/statm")]


@pytest.mark.slow
@pytest.mark.parametrize("formats", EVERY_FORMAT)
def test_nothing_that_a_text_refers_to_is_opened_fetched_run_or_printed(
    tmp_path: Path, formats: tuple[str, ...]
) -> None:
    observed = observe_process(tmp_path.resolve(), formats)
    papers = list(observed.output.iterdir())
    assert len(papers) == len(REPORTS) * len(formats)
    assert {observed.root / "data" / "programme.yaml", PACKAGED.resolve() / "paper.css"} <= set(observed.opened)
    assert list_foreign_files(observed) == []
    programs = [Path(item.removeprefix("subprocess.Popen ")) for item in observed.reached]
    assert {program.name for program in programs} <= {"git", *LIBRARY_FINDERS}
    assert [path.name for path in papers if b"planted picture" in path.read_bytes()] == []
