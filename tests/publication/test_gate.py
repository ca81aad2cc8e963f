"""Nothing exempt in public: in any report and format, in the bytes of files and in the output of commands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from p2ptrack.analysis.redaction import Audience
from p2ptrack.formats import FORMATS
from p2ptrack.reports import REPORTS
from tests.command import SEED_DAY, run
from tests.publication.canaries import CLOSED, Garden, plant, write
from tests.publication.searching import everything

QUICK = tuple(name for name in FORMATS if name != "pdf")
FEWEST_WORDS = {"exemptions-report": 50, "figures": 25}
"""The planted words in a paper that prints less of its records than others."""
PAPERS = tuple(name for name in REPORTS if name not in {"forward-plan", "register"})
"""The papers of built-in records; those of contracts and of declared kinds have tests of their own."""
QUICK_PAPERS = tuple((name, format_) for name in PAPERS for format_ in QUICK)
_WORD = re.compile(r"zq\d{4}")
_NAMED = re.compile(rf"(?<![^\W_])({'|'.join(CLOSED)})(?![^\W_])", re.IGNORECASE)


@dataclass(frozen=True)
class Made:
    """The papers of one audience: all the text of each file, and what the command printed."""

    papers: dict[tuple[str, str], str]
    output: str

    def words(self, name: str, format_: str) -> set[str]:
        return set(_WORD.findall(self.papers[name, format_]))


@pytest.fixture(scope="module")
def garden() -> Garden:
    return plant()


@pytest.fixture(scope="module")
def papers(garden: Garden, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Made]:
    folder = tmp_path_factory.mktemp("garden")
    root, twin = write(garden, folder / "register"), write(garden, folder / "twin", opened=True)
    made = {audience.value: make(root, audience, folder / audience.value, QUICK) for audience in Audience}
    return {**made, "twin": make(twin, Audience.PUBLIC, folder / "opened", QUICK)}


def make(root: Path, audience: Audience, out: Path, chosen: tuple[str, ...]) -> Made:
    formats = [word for name in chosen for word in ("--format", name)]
    # The garden names what is exempt in open texts, which is an error.
    options = ("--audience", audience.value, "--root", root, "--as-of", SEED_DAY, "--output", out, "--allow-problems")
    ran = run("render", *PAPERS, *formats, *options)
    assert ran.code == 0, ran.err
    ending = "" if audience is Audience.PUBLIC else f"-{audience.value}"
    files = {(name, end): out / f"{name}{ending}.{end}" for name in PAPERS for end in chosen}
    assert sorted(out.iterdir()) == sorted(files.values())
    texts = {key: everything(path.name, path.read_bytes()) for key, path in files.items()}
    return Made(texts, f"{ran.out}{ran.err}".replace(str(out), ""))


def test_a_word_is_planted_in_every_place(garden: Garden) -> None:
    assert len(garden.exempt) > 500
    assert len(garden.notes) == 24
    assert len(garden.open) > 300


@pytest.mark.parametrize(("name", "format_"), QUICK_PAPERS)
def test_the_search_finds_what_is_there(papers: dict[str, Made], name: str, format_: str) -> None:
    found = papers["twin"].words(name, format_)
    assert len(found) > FEWEST_WORDS.get(name, 50 if format_ == "csv" else 100)
    # CSV has no running text, and a date in Excel is a date and not its words.
    assert format_ in {"csv", "xlsx"} or found == papers["twin"].words(name, "html")


@pytest.mark.parametrize(("name", "format_"), QUICK_PAPERS)
def test_the_public_finds_nothing_exempt_and_no_note(
    garden: Garden, papers: dict[str, Made], name: str, format_: str
) -> None:
    found = papers["public"].words(name, format_)
    assert len(found & garden.open) > (10 if name == "figures" else 20)
    assert found & (garden.exempt | garden.notes) == set()


@pytest.mark.parametrize("format_", QUICK)
def test_only_the_public_finds_no_exempt_amount(garden: Garden, papers: dict[str, Made], format_: str) -> None:
    assert len(garden.amounts) > 2
    texts = {audience: papers[audience].papers["exemptions-report", format_] for audience in ("public", "members")}
    found = {audience: {amount for amount in garden.amounts if amount in text} for audience, text in texts.items()}
    assert found["public"] == set()
    assert found["members"]


@pytest.mark.parametrize(("name", "format_"), QUICK_PAPERS)
def test_the_public_finds_no_name_of_a_closed_record(papers: dict[str, Made], name: str, format_: str) -> None:
    # Figures name the items that are overdue; only their workbook and CSV name them all.
    assert name == "figures" or _NAMED.findall(papers["twin"].papers[name, format_])
    assert _NAMED.findall(papers["public"].papers[name, format_]) == []


@pytest.mark.parametrize(("name", "format_"), QUICK_PAPERS)
def test_members_find_what_is_exempt_and_no_note(
    garden: Garden, papers: dict[str, Made], name: str, format_: str
) -> None:
    found = papers["members"].words(name, format_)
    assert papers["twin"].words(name, format_) - found == set()
    assert found & garden.exempt
    assert found & garden.notes == set()
    assert "not for publication" in papers["members"].papers[name, format_]


@pytest.mark.parametrize(
    ("name", "threshold"),
    [
        ("action-plan", 200),
        ("audit-follow-up", 110),
        ("progress-report", 60),
        ("exemptions-report", 30),
        ("figures", 5),
    ],
)
@pytest.mark.parametrize("audience", ["members", "officers"])
def test_every_row_with_an_exempt_word_has_a_mark(
    garden: Garden, papers: dict[str, Made], name: str, threshold: int, audience: str
) -> None:
    paper = papers[audience]
    assert len(paper.words(name, "json") & garden.exempt) >= threshold
    rows = list(iter_rows(json.loads(paper.papers[name, "json"])))
    # An open text that names a closed record is open itself.
    titles = {data["title"] for data in garden.files.values() if data.get("id") in CLOSED}
    exempt_rows = [row for row in rows if set(_WORD.findall(row)) & garden.exempt - titles]
    assert exempt_rows
    assert [row for row in exempt_rows if "not for publication" not in row] == []


def iter_rows(value: Any) -> Iterator[str]:
    """Yield the texts of each row of each table of a paper in JSON."""
    if isinstance(value, dict) and "cells" in value:
        yield json.dumps(value)
    else:
        for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            yield from iter_rows(item)


@pytest.mark.parametrize(("name", "format_"), QUICK_PAPERS)
def test_officers_find_everything(papers: dict[str, Made], name: str, format_: str) -> None:
    found = papers["officers"].words(name, format_)
    assert papers["members"].words(name, format_) - found == set()


@pytest.mark.parametrize("format_", QUICK)
def test_officers_find_the_notes(garden: Garden, papers: dict[str, Made], format_: str) -> None:
    found = [papers["officers"].words(name, format_) & garden.notes for name in PAPERS]
    assert set.union(*found)


@pytest.mark.parametrize("audience", [audience.value for audience in Audience])
def test_the_command_prints_nothing_that_is_redacted(papers: dict[str, Made], audience: str) -> None:
    assert papers[audience].output
    assert set(_WORD.findall(papers[audience].output)) == set()
    assert _NAMED.findall(papers[audience].output) == []


@pytest.mark.parametrize(
    "audience",
    [
        Audience.PUBLIC,
        *(pytest.param(each, marks=pytest.mark.slow) for each in Audience if each is not Audience.PUBLIC),
    ],
)
def test_a_pdf_holds_what_the_page_holds_and_no_more(garden: Garden, tmp_path: Path, audience: Audience) -> None:
    root = write(garden, tmp_path / "register")
    made = make(root, audience, tmp_path / "papers", ("html", "pdf"))
    for name in PAPERS:
        found = made.words(name, "pdf")
        assert len(found) > (10 if name == "figures" else 30)
        assert found == made.words(name, "html")
        assert audience is not Audience.PUBLIC or found & (garden.exempt | garden.notes) == set()
