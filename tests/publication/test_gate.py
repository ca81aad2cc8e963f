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
from tests.publication.canaries import CLOSED, CanaryRegister, make_canary_register, write
from tests.publication.searching import extract_all_text

QUICK = tuple(name for name in FORMATS if name != "pdf")
FEWEST_WORDS = {"exemptions-report": 50, "figures": 25}
"""The planted words in a paper that prints less of its records than others."""
PAPERS = tuple(name for name in REPORTS if name not in {"forward-plan", "register"})
"""The papers of built-in records; those of contracts and of declared kinds have tests of their own."""
QUICK_PAPERS = tuple((name, format_) for name in PAPERS for format_ in QUICK)
_WORD = re.compile(r"zq\d{4}")
_CLOSED_NAME = re.compile(rf"(?<![^\W_])({'|'.join(CLOSED)})(?![^\W_])", re.IGNORECASE)


@dataclass(frozen=True)
class Papers:
    """The papers of one audience: all the text of each file, and what the command printed."""

    papers: dict[tuple[str, str], str]
    output: str

    def words(self, name: str, format_: str) -> set[str]:
        return set(_WORD.findall(self.papers[name, format_]))


@pytest.fixture(scope="module")
def canary_register() -> CanaryRegister:
    return make_canary_register()


@pytest.fixture(scope="module")
def papers(canary_register: CanaryRegister, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Papers]:
    folder = tmp_path_factory.mktemp("garden")
    root, twin = write(canary_register, folder / "register"), write(canary_register, folder / "twin", opened=True)
    by_audience = {audience.value: make(root, audience, folder / audience.value, QUICK) for audience in Audience}
    return {**by_audience, "twin": make(twin, Audience.PUBLIC, folder / "opened", QUICK)}


def make(root: Path, audience: Audience, out: Path, chosen: tuple[str, ...]) -> Papers:
    formats = [word for name in chosen for word in ("--format", name)]
    # The garden names what is exempt in open texts, which is an error.
    options = ("--audience", audience.value, "--root", root, "--as-of", SEED_DAY, "--output", out, "--allow-problems")
    result = run("render", *PAPERS, *formats, *options)
    assert result.code == 0, result.err
    ending = "" if audience is Audience.PUBLIC else f"-{audience.value}"
    files = {(name, end): out / f"{name}{ending}.{end}" for name in PAPERS for end in chosen}
    assert sorted(out.iterdir()) == sorted(files.values())
    texts = {key: extract_all_text(path.name, path.read_bytes()) for key, path in files.items()}
    return Papers(texts, f"{result.out}{result.err}".replace(str(out), ""))


def test_a_word_is_planted_in_every_place(canary_register: CanaryRegister) -> None:
    assert len(canary_register.exempt) > 500
    assert len(canary_register.notes) == 24
    assert len(canary_register.open) > 300


@pytest.mark.parametrize(("name", "format_"), QUICK_PAPERS)
def test_the_search_finds_what_is_there(papers: dict[str, Papers], name: str, format_: str) -> None:
    words = papers["twin"].words(name, format_)
    assert len(words) > FEWEST_WORDS.get(name, 50 if format_ == "csv" else 100)
    # CSV has no running text, and a date in Excel is a date and not its words.
    assert format_ in {"csv", "xlsx"} or words == papers["twin"].words(name, "html")


@pytest.mark.parametrize(("name", "format_"), QUICK_PAPERS)
def test_the_public_finds_nothing_exempt_and_no_note(
    canary_register: CanaryRegister, papers: dict[str, Papers], name: str, format_: str
) -> None:
    words = papers["public"].words(name, format_)
    assert len(words & canary_register.open) > (10 if name == "figures" else 20)
    assert words & (canary_register.exempt | canary_register.notes) == set()


@pytest.mark.parametrize("format_", QUICK)
def test_only_the_public_finds_no_exempt_amount(
    canary_register: CanaryRegister, papers: dict[str, Papers], format_: str
) -> None:
    assert len(canary_register.amounts) > 2
    texts = {audience: papers[audience].papers["exemptions-report", format_] for audience in ("public", "members")}
    words = {
        audience: {amount for amount in canary_register.amounts if amount in text} for audience, text in texts.items()
    }
    assert words["public"] == set()
    assert words["members"]


@pytest.mark.parametrize(("name", "format_"), QUICK_PAPERS)
def test_the_public_finds_no_name_of_a_closed_record(papers: dict[str, Papers], name: str, format_: str) -> None:
    # Figures name the items that are overdue; only their workbook and CSV name them all.
    assert name == "figures" or _CLOSED_NAME.findall(papers["twin"].papers[name, format_])
    assert _CLOSED_NAME.findall(papers["public"].papers[name, format_]) == []


@pytest.mark.parametrize(("name", "format_"), QUICK_PAPERS)
def test_members_find_what_is_exempt_and_no_note(
    canary_register: CanaryRegister, papers: dict[str, Papers], name: str, format_: str
) -> None:
    words = papers["members"].words(name, format_)
    assert papers["twin"].words(name, format_) - words == set()
    assert words & canary_register.exempt
    assert words & canary_register.notes == set()
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
    canary_register: CanaryRegister, papers: dict[str, Papers], name: str, threshold: int, audience: str
) -> None:
    paper = papers[audience]
    assert len(paper.words(name, "json") & canary_register.exempt) >= threshold
    rows = list(iter_rows(json.loads(paper.papers[name, "json"])))
    # An open text that names a closed record is open itself.
    titles = {data["title"] for data in canary_register.files.values() if data.get("id") in CLOSED}
    exempt_rows = [row for row in rows if set(_WORD.findall(row)) & canary_register.exempt - titles]
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
def test_officers_find_everything(papers: dict[str, Papers], name: str, format_: str) -> None:
    words = papers["officers"].words(name, format_)
    assert papers["members"].words(name, format_) - words == set()


@pytest.mark.parametrize("format_", QUICK)
def test_officers_find_the_notes(canary_register: CanaryRegister, papers: dict[str, Papers], format_: str) -> None:
    words = [papers["officers"].words(name, format_) & canary_register.notes for name in PAPERS]
    assert set.union(*words)


@pytest.mark.parametrize("audience", [audience.value for audience in Audience])
def test_the_command_prints_nothing_that_is_redacted(papers: dict[str, Papers], audience: str) -> None:
    assert papers[audience].output
    assert set(_WORD.findall(papers[audience].output)) == set()
    assert _CLOSED_NAME.findall(papers[audience].output) == []


@pytest.mark.parametrize(
    "audience",
    [
        Audience.PUBLIC,
        *(pytest.param(audience, marks=pytest.mark.slow) for audience in Audience if audience is not Audience.PUBLIC),
    ],
)
def test_a_pdf_holds_what_the_page_holds_and_no_more(
    canary_register: CanaryRegister, tmp_path: Path, audience: Audience
) -> None:
    root = write(canary_register, tmp_path / "register")
    by_audience = make(root, audience, tmp_path / "papers", ("html", "pdf"))
    for name in PAPERS:
        words = by_audience.words(name, "pdf")
        assert len(words) > (10 if name == "figures" else 30)
        assert words == by_audience.words(name, "html")
        assert audience is not Audience.PUBLIC or words & (canary_register.exempt | canary_register.notes) == set()
