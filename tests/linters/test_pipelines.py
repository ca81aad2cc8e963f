"""Pipelines of three services, ours and those that registers get: their published schemas and linters accept them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from p2ptrack.cli.doctor import PIPELINES, build_pipeline
from tests.command import ROOT

pytestmark = pytest.mark.papers

BIN = Path(sys.executable).parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yaml"))
ACTION, GITLAB, AZURE = ROOT / "action.yml", ROOT / "ci/gitlab/register.yml", ROOT / "ci/azure/register.yml"
FOLDERS = ["", "a b/c's/"]
SCHEMAS = {
    "github": "vendor.github-workflows",
    "gitlab": "vendor.gitlab-ci",
    "azure": "vendor.azure-pipelines",
}


def call(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*map(str, command)], capture_output=True, text=True, cwd=ROOT, check=False)


def require_schema(schema: str, *files: Path) -> None:
    # Some of the published schemas have patterns that only the lenient reading of patterns takes.
    result = call(BIN / "check-jsonschema", "--builtin-schema", schema, "--regex-variant", "nonunicode", *files)
    assert result.returncode == 0, result.stdout + result.stderr


def write_pipelines(service: str, folder: Path) -> list[Path]:
    """Write the pipelines of `init` for a register at the top and for one in a folder, as the service names them."""
    files = []
    for index, prefix in enumerate(FOLDERS):
        files.append(folder / str(index) / PIPELINES[service])
        files[-1].parent.mkdir(parents=True)
        files[-1].write_bytes(build_pipeline(service, prefix))
    return files


@pytest.mark.parametrize("service", PIPELINES)
def test_the_pipelines_of_init_fit_the_published_schema(service: str, tmp_path: Path) -> None:
    require_schema(SCHEMAS[service], *write_pipelines(service, tmp_path))


def test_a_schema_refuses_a_fault(tmp_path: Path) -> None:
    file = tmp_path / "workflow.yaml"
    file.write_bytes(build_pipeline("github", "").replace(b"runs-on:", b"run-on:"))
    assert call(BIN / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", file).returncode == 1


def test_our_own_files_fit_the_published_schemas(tmp_path: Path) -> None:
    require_schema("vendor.github-workflows", *WORKFLOWS)
    require_schema("vendor.github-actions", ACTION)
    require_schema("vendor.azure-pipelines", AZURE)
    require_schema("vendor.dependabot", ROOT / ".github/dependabot.yml")
    require_schema("vendor.renovate", ROOT / "renovate.json")
    parts = GITLAB.read_text("utf-8").split("\n---\n")
    assert len(parts) == 2
    for index, part in enumerate(parts):
        file = tmp_path / f"{index}.yml"
        file.write_text(re.sub(r"\$\[\[ inputs\.\w+ \]\]", "value", part), encoding="utf-8")
        require_schema("vendor.gitlab-ci", file)


def test_actionlint_finds_nothing(tmp_path: Path) -> None:
    faulty = tmp_path / "faulty.yaml"
    faulty.write_bytes(build_pipeline("github", "").replace(b"github.event_name", b"githb.event_name"))
    workflows = [*WORKFLOWS, *write_pipelines("github", tmp_path)]
    result = call("node", ROOT / "tests/linters/lint_workflows.mjs", *workflows, faulty)
    *results, of_faulty = map(json.loads, result.stdout.splitlines())
    assert results == [[]] * len(workflows)
    assert 'undefined variable "githb"' in of_faulty[0]["message"]


def test_zizmor_finds_nothing(tmp_path: Path) -> None:
    faulty = tmp_path / "faulty.yaml"
    pinned = re.compile(rb"(actions/checkout)@[0-9a-f]{40}")
    faulty.write_bytes(pinned.sub(rb"\1@v7", build_pipeline("github", "")))
    zizmor = (BIN / "zizmor", "--offline", "--no-config", "--persona", "pedantic", "--format", "plain")
    result = call(*zizmor, *WORKFLOWS, ACTION, ROOT / ".github/dependabot.yml", *write_pipelines("github", tmp_path))
    assert result.returncode == 0, result.stdout + result.stderr
    assert "unpinned-uses" in call(*zizmor, faulty).stdout


def test_the_manual_page_has_no_fault() -> None:
    page = ROOT / "man" / "p2ptrack.1"
    result = call("mandoc", "-T", "lint", "-W", "warning", page)
    # The date of a page is that of its release, which is not known in advance.
    assert [line for line in result.stdout.splitlines() if "missing date" not in line] == []
