from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.repository.source_tree import ROOT, text

LOCK = ROOT / "requirements.lock"


@dataclass(frozen=True)
class Locked:
    requirement: Requirement
    hashes: tuple[str, ...]


def locked() -> dict[str, Locked]:
    joined = text(LOCK).replace("\\\n", " ")
    rows = [line for line in joined.splitlines() if line and not line.startswith("#")]
    return {str(canonicalize_name(row.requirement.name)): row for row in map(parsed, rows)}


def parsed(row: str) -> Locked:
    named, *hashes = re.split(r"\s+--hash=sha256:", row.strip())
    return Locked(Requirement(named), tuple(hashes))


def project() -> dict[str, list[str]]:
    table = tomllib.loads(text(ROOT / "pyproject.toml"))
    dev: list[str] = table["project"]["optional-dependencies"]["dev"]
    runtime: list[str] = table["project"]["dependencies"]
    return {"run": runtime, "dev": dev, "build": table["build-system"]["requires"]}


def test_every_requirement_is_one_version_with_the_hashes_of_its_files() -> None:
    rows = locked()
    assert len(rows) > 30
    assert [name for name, row in rows.items() if not re.fullmatch(r"==[\w.]+", str(row.requirement.specifier))] == []
    assert [name for name, row in rows.items() if not row.hashes] == []
    assert {len(digest) for row in rows.values() for digest in row.hashes} == {64}


def test_a_compiled_package_has_the_files_of_every_system() -> None:
    rows = locked()
    for name in ("pydantic-core", "ruamel-yaml-clib", "markupsafe"):
        assert len(rows[name].hashes) > 20, name


def test_the_lock_names_no_index() -> None:
    assert re.findall(r"https?:|--(?:extra-)?index|--find-links|file:", text(LOCK)) == []


def test_the_lock_satisfies_the_project() -> None:
    rows = locked()
    asked = [Requirement(line) for lines in project().values() for line in lines]
    assert len(asked) > 15
    wrong = [
        str(one)
        for one in asked
        if (row := rows.get(str(canonicalize_name(one.name)))) is None
        or not one.specifier.contains(str(row.requirement.specifier).removeprefix("=="))
    ]
    assert wrong == []


def test_what_users_install_is_a_range_with_both_ends() -> None:
    loose = [line for line in project()["run"] if not re.search(r"==|>=[\w.]+,<", line)]
    assert loose == []
