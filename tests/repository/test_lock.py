from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.repository.source_tree import ROOT, text

LOCK = ROOT / "requirements.lock"
LOCKS = sorted(ROOT.glob("requirements*.lock"))


@dataclass(frozen=True)
class Locked:
    requirement: Requirement
    hashes: tuple[str, ...]

    @property
    def name(self) -> str:
        return canonicalize_name(self.requirement.name)

    @property
    def version(self) -> str:
        return str(self.requirement.specifier).removeprefix("==")


def parsed(row: str) -> Locked:
    requirement, *hashes = re.split(r"\s+--hash=sha256:", row.strip())
    return Locked(Requirement(requirement), tuple(hashes))


def parse_lock(lock: Path) -> list[Locked]:
    joined = text(lock).replace("\\\n", " ")
    return [parsed(line) for line in joined.splitlines() if line and not line.startswith("#")]


def locked_here(lock: Path) -> dict[str, Locked]:
    """Return what a lock installs on this computer, by canonical name."""
    rows = parse_lock(lock)
    return {row.name: row for row in rows if row.requirement.marker is None or row.requirement.marker.evaluate()}


def project() -> dict[str, list[str]]:
    table = tomllib.loads(text(ROOT / "pyproject.toml"))
    dev: list[str] = table["project"]["optional-dependencies"]["dev"]
    runtime: list[str] = table["project"]["dependencies"]
    return {"run": runtime, "dev": dev, "build": table["build-system"]["requires"]}


def project_requirements() -> list[Requirement]:
    return [Requirement(line) for lines in project().values() for line in lines]


def test_there_are_three_locks() -> None:
    assert [lock.name for lock in LOCKS] == [
        "requirements-papers.lock",
        "requirements-release.lock",
        "requirements.lock",
    ]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_requirement_is_one_version_with_the_hashes_of_its_files(lock: Path) -> None:
    rows = parse_lock(lock)
    assert len(rows) > 30
    assert [row.name for row in rows if not re.fullmatch(r"==[\w.]+", str(row.requirement.specifier))] == []
    assert [row.name for row in rows if not row.hashes] == []
    assert {len(digest) for row in rows for digest in row.hashes} == {64}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_names_no_index(lock: Path) -> None:
    assert re.findall(r"https?:|--(?:extra-)?index|--find-links|file:", text(lock)) == []


def test_a_compiled_package_has_the_files_of_every_system() -> None:
    rows = locked_here(LOCK)
    for name in ("pydantic-core", "ruamel-yaml-clib", "markupsafe"):
        assert len(rows[name].hashes) > 20, name


def unsatisfied(requirements: list[Requirement], rows: dict[str, Locked]) -> list[str]:
    return [
        str(requirement)
        for requirement in requirements
        if (row := rows.get(canonicalize_name(requirement.name))) is None
        or not requirement.specifier.contains(row.version, prereleases=True)
    ]


def test_the_lock_satisfies_the_project() -> None:
    assert len(project_requirements()) > 15
    assert unsatisfied(project_requirements(), locked_here(LOCK)) == []


def with_dependencies(requirements: list[Requirement]) -> list[Requirement]:
    """Return the requirements and all that they bring, as the installed packages declare it, extras included."""
    everything: list[Requirement] = []
    pending, visited = list(requirements), set[tuple[str, str]]()
    while pending:
        requirement = pending.pop()
        everything.append(requirement)
        for extra in ("", *requirement.extras):
            if (requirement.name, extra) in visited:
                continue
            visited.add((requirement.name, extra))
            declared = map(Requirement, metadata.requires(requirement.name) or ())
            pending += [needed for needed in declared if not needed.marker or needed.marker.evaluate({"extra": extra})]
    return everything


def test_the_lock_is_complete_so_that_it_can_be_installed_without_resolving() -> None:
    everything = with_dependencies(project_requirements())
    assert any(requirement.extras for requirement in everything if requirement not in project_requirements())
    assert unsatisfied(everything, locked_here(LOCK)) == []


def test_a_requirement_that_the_lock_lacks_or_contradicts_is_found() -> None:
    rows = {"rich": parsed("rich==15.0.0 --hash=sha256:00")}
    requirements = [Requirement(line) for line in ("rich>=14", "rich>=16", "typer")]
    assert unsatisfied(requirements, rows) == ["rich>=16", "typer"]


def test_what_users_install_is_a_range_with_both_ends() -> None:
    loose = [line for line in project()["run"] if not re.search(r"==|>=[\w.]+,<", line)]
    assert loose == []
