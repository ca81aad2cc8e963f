from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.repository.source_tree import ROOT

AS_OF = ("--as-of", "2023-01-12")


def build(folder: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def run(site: Path, cwd: Path, *arguments: str) -> str:
    code = "import sys, p2ptrack.cli as cli; assert cli.__file__.startswith(sys.argv.pop(1)); sys.exit(cli.main())"
    environment = {**os.environ, "PYTHONPATH": str(site), "PYTHONUTF8": "1"}
    command = [sys.executable, "-c", code, str(site), *arguments]
    ended = subprocess.run(command, cwd=cwd, env=environment, check=False, capture_output=True, encoding="utf-8")
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


def test_a_built_wheel_carries_the_templates_and_works_from_an_empty_folder(tmp_path: Path) -> None:
    site, empty, register = tmp_path / "site", tmp_path / "empty", tmp_path / "register"
    empty.mkdir()
    with zipfile.ZipFile(build(tmp_path / "dist")) as wheel:
        wheel.extractall(site)
    shutil.copytree(ROOT / "data", register / "data")

    templates = [path.relative_to(ROOT) for path in sorted((ROOT / "templates").rglob("*")) if path.is_file()]
    assert len(templates) > 3
    assert [name for name in templates if (site / "p2ptrack" / name).read_bytes() != (ROOT / name).read_bytes()] == []
    assert "33 actions" in run(site, empty, "status", "--root", str(register), *AS_OF)
    paper = run(site, empty, "render", "action-plan", "--root", str(register), "--output", "-", *AS_OF)
    assert paper.rstrip().endswith("</html>")
    assert list(empty.iterdir()) == []
