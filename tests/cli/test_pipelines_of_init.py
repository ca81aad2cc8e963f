"""The pipelines and the hook that `init` writes: as each service reads them, and never over a file that is there."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from p2ptrack.cli.doctor import PIPELINES, build_pipeline
from p2ptrack.store.yaml import read
from tests.command import ROOT, run
from tests.git.builders import git

FOLDERS = ["", "a b/", "it's: #1/x/"]


def parse(service: str, folder: str) -> dict[str, Any]:
    parsed = read(build_pipeline(service, folder), PIPELINES[service])
    assert parsed.problems == ()
    return dict(parsed.value or {})


def list_scripts(service: str, pipeline: dict[str, Any]) -> list[str]:
    """Return the scripts, after checking the keys that the service's schema requires."""
    if service == "github":
        assert {"on", "jobs"} <= pipeline.keys()
        assert list(pipeline["jobs"]) == ["register", "site"]
        assert pipeline["jobs"]["site"]["if"] == "inputs.publish_site"
        assert pipeline["on"]["workflow_dispatch"]["inputs"]["publish_site"]["default"] == "false"
        for job in pipeline["jobs"].values():
            assert "runs-on" in job
            assert all(("uses" in step) != ("run" in step) for step in job["steps"])
        return [step["run"] for job in pipeline["jobs"].values() for step in job["steps"] if "run" in step]
    if service == "gitlab":
        job = pipeline["register"]
        assert job["artifacts"]["reports"] == {"codequality": "gl-code-quality-report.json"}
        assert all(isinstance(line, str) for line in (*job["before_script"], *job["script"]))
        return [*job["before_script"], *job["script"]]
    assert {"trigger", "pr", "pool", "steps"} <= pipeline.keys()
    kinds = {"checkout", "task", "script", "publish"}
    assert all(len(kinds & step.keys()) == 1 for step in pipeline["steps"])
    return [step["script"] for step in pipeline["steps"] if "script" in step]


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("service", PIPELINES)
def test_a_pipeline_checks_with_annotations_and_makes_the_papers(service: str, folder: str) -> None:
    lines = [line for script in list_scripts(service, parse(service, folder)) for line in script.splitlines()]
    root = ["--root", folder] if folder else []
    commands = [shlex.split(line.partition(" > ")[0]) for line in lines if line.strip().startswith(("p2ptrack", "mv"))]
    assert commands == [
        ["p2ptrack", "check", *root, "--history", "--format", service],
        ["p2ptrack", "render", *root, "--all", "--format", "pdf"],
        ["mv", f"{folder}build", "papers"],
        *([["p2ptrack", "site", *root, "public"]] if service == "github" else []),
    ]
    assert not any("{" in line for line in lines)


SHARED = {"github": "action.yml", "gitlab": "ci/gitlab/register.yml", "azure": "ci/azure/register.yml"}
TOP_VARIABLES = {"github": "GITHUB_WORKSPACE", "gitlab": "CI_PROJECT_DIR", "azure": "BUILD_SOURCESDIRECTORY"}


def list_shared_commands(service: str) -> list[str]:
    """Return the commands of p2ptrack in the action, the component or the template."""
    lines = [line.strip() for line in (ROOT / SHARED[service]).read_text("utf-8").splitlines()]
    return [
        line[line.index("p2ptrack ") :] for line in lines if re.search(r"^(?:run: |- script: |- )?p2ptrack [cr]", line)
    ]


@pytest.mark.parametrize("service", SHARED)
def test_the_shared_pipelines_check_with_annotations_and_make_the_papers(service: str, tmp_path: Path) -> None:
    check, render = (shlex.split(line.partition(" > ")[0])[1:] for line in list_shared_commands(service))
    assert check == ["check", "--history", "--format", service]
    assert render == ["render", "--all", "--format", "pdf", "--output", "papers"]
    root = tmp_path / "a b"
    git(tmp_path, "init", "--quiet")
    assert run("init", root).code == 0
    action = root / "data/actions/A01-one-register.yaml"
    action.write_text(action.read_text("utf-8").replace("not_started", "finnished"), encoding="utf-8")
    git(tmp_path, "add", "--all")
    git(tmp_path, "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--quiet", "--message", "Start")
    top = {TOP_VARIABLES[service]: str(tmp_path)}
    checked = run(*check, width=80, encoding="utf-8", P2PTRACK_ROOT=str(root), PATH=os.environ["PATH"], **top)
    assert checked.code == 1
    assert re.search(r"a b/data/actions/A01-one-register\.yaml\b", checked.out)
    assert re.search(r'line=5\b|"begin": 5\b|linenumber=5\b', checked.out)


def test_the_actions_are_those_of_this_repository() -> None:
    workflow_lines = (ROOT / ".github/workflows/register.yaml").read_text("utf-8").splitlines()
    shared = [line.strip() for line in (ROOT / "action.yml").read_text("utf-8").splitlines() if "uses: " in line]
    assert [line for line in shared if line.removeprefix("- ") not in "\n".join(workflow_lines)] == []
    used = [line for line in build_pipeline("github", "").decode().splitlines() if "uses: " in line]
    assert len(used) == 7
    assert [line for line in used if line.removeprefix("      - ").strip() not in "\n".join(workflow_lines)] == []


@pytest.mark.parametrize("service", PIPELINES)
def test_init_writes_a_pipeline_at_the_top_and_keeps_one_that_is_there(service: str, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    root, file = tmp_path / "a b", tmp_path / PIPELINES[service]
    assert run("init", root, "--hook", "--pipeline", service).code == 0
    assert file.read_bytes() == build_pipeline(service, "a b/")
    assert (tmp_path / ".git/hooks/pre-commit").is_file()
    file.write_text("ours: true\n", encoding="utf-8")
    programme = (root / "data/programme.yaml").read_bytes()
    again = run("init", root, "--pipeline", service, width=400)
    assert (again.code, again.err) == (0, "")
    assert f"Kept {file}, which was there." in again.out
    assert "Started" not in again.out
    assert (file.read_text("utf-8"), (root / "data/programme.yaml").read_bytes()) == ("ours: true\n", programme)


def test_a_pipeline_is_written_without_a_repository_too(tmp_path: Path) -> None:
    result = run("init", tmp_path, "--pipeline", "gitlab", "--hook")
    assert result.code == 0
    assert "Wrote .gitlab-ci.yml." in result.out
    assert "p2ptrack doctor --fix" in result.out


def test_an_unknown_service_writes_nothing(tmp_path: Path) -> None:
    result = run("init", tmp_path, "--pipeline", "githb")
    assert (result.code, list(tmp_path.iterdir())) == (2, [])
    assert "github" in result.err


def test_the_hook_for_pre_commit_names_a_command_that_there_is() -> None:
    text = (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")
    parsed = read(("hooks:\n" + text).encode(), ".pre-commit-hooks.yaml")
    (hook,) = dict[str, Any](parsed.value or {})["hooks"]
    assert {"id", "name", "entry", "language"} <= hook.keys()
    assert (hook["id"], hook["language"], hook["files"]) == ("p2ptrack-check", "python", "^data/")
    assert run(*hook["entry"].split()[1:], "--help").code == 0
