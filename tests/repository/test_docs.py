from __future__ import annotations

import re
import shlex
from itertools import pairwise
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from pydantic import BaseModel

from p2ptrack.analysis.case import make_case
from p2ptrack.analysis.filters import select_records
from p2ptrack.cli.check import load_catalogue
from p2ptrack.model.fields import Model
from tests.command import COMMANDS
from tests.diagnostics import load_register
from tests.repository.source_tree import ROOT, text
from tests.support import THE_DAY
from tools.docs import DOCS, PAGES, problems
from tools.filter_page import FILTERS

WRITTEN_BY_HAND = (
    "accessibility.md",
    "auditor-guide.md",
    "clerk-guide.md",
    "collecting.md",
    "contracts.md",
    "exemptions.md",
    "recurring.md",
    "registers.md",
    "figures.md",
    "importing.md",
    "site.md",
    "installing.md",
    "officer-guide.md",
    "portfolio.md",
    "sharing.md",
)
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)")
PROSE = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted(DOCS.glob("*.md"))]


def models(of: type[BaseModel]) -> list[type[BaseModel]]:
    return [of, *(model for child in of.__subclasses__() for model in models(child))]


def anchors(page: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().casefold().replace(" ", "-") for heading in headings}


def test_every_page_of_the_documentation_is_generated_but_those_that_argue() -> None:
    assert len(PAGES) > 4
    pages = {path.relative_to(DOCS).as_posix() for pattern in ("*.md", "**/*.json") for path in DOCS.glob(pattern)}
    assert pages | {"../man/p2ptrack.1"} == {*PAGES, *WRITTEN_BY_HAND}


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_generated_page_states_what_the_code_does(name: str) -> None:
    assert text(DOCS / name) == PAGES[name](), "run make docs"


def test_every_code_is_explained_once() -> None:
    codes = re.findall(r"^### (\S+)", problems(), re.MULTILINE)
    assert len(codes) > 50
    assert sorted(codes) == sorted(load_catalogue())


def test_every_code_is_a_heading_whatever_its_example_holds() -> None:
    tokens = MarkdownIt().parse(problems())
    headings = [
        after.content for token, after in pairwise(tokens) if token.type == "heading_open" and token.tag == "h3"
    ]
    assert [heading.split()[0] for heading in headings] == re.findall(r"^### (\S+)", problems(), re.MULTILINE)


def test_every_field_states_what_it_means() -> None:
    fields = [(model, name, info) for model in models(Model) for name, info in model.model_fields.items()]
    assert len(fields) > 100
    silent = [f"{m.__name__}.{name}" for m, name, info in fields if not (info.title and info.description)]
    assert silent == []


def test_every_command_is_documented() -> None:
    assert re.findall(r"^## (.+)$", text(DOCS / "commands.md"), re.MULTILINE) == list(COMMANDS)


@pytest.mark.parametrize("written", sorted(FILTERS))
def test_every_filter_of_the_page_is_one(written: str) -> None:
    case = make_case(load_register(ROOT).register, THE_DAY)
    assert len(select_records(case, shlex.split(written))) < len(case.register.records)


@pytest.mark.parametrize("page", PROSE, ids=lambda path: path.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for file, anchor in LINK.findall(text(page)):
        target = page.parent / file if file else page
        assert target.exists(), file
        assert not anchor or anchor in anchors(text(target)), anchor
