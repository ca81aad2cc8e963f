from __future__ import annotations

import re

from tests.repository.source_tree import ROOT, text

MAKEFILE = text(ROOT / "Makefile")


def targets() -> set[str]:
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert phony
    return set(phony.group(1).split())


def test_every_target_but_the_inner_ones_state_what_it_does() -> None:
    explained = set(re.findall(r"^([a-z-]+):.*## \S", MAKEFILE, re.MULTILINE))
    assert {"appendix", "test"} < explained
    assert explained == targets() - {"python", "ready"}


def test_continuous_integration_runs_the_readme_and_every_check_in_a_new_environment() -> None:
    assert re.findall(r"^(?:make|rm) .*$", text(ROOT / ".ci" / "run"), re.MULTILINE) == [
        "rm -rf .venv",
        "make appendix",
        "make test COVERAGE=yes",
        "make test-install",
        "make test-papers",
    ]
    readme = text(ROOT / "README.md")
    assert "make appendix" in readme
    assert "make test" in readme


def test_the_makefile_keeps_to_what_a_mac_has() -> None:
    newer = re.findall(r"^\.ONESHELL|\$\(file |::?:=|!=|\$\(let |&:", MAKEFILE, re.MULTILINE)
    assert [operators for operators in newer if operators != ":="] == []
