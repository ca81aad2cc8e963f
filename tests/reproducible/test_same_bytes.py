"""The same commit and the same day give the same bytes: again, in another folder, another time zone, another locale.

The papers' dates are the day they are judged on, so neither the clock nor SOURCE_DATE_EPOCH is asked.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from p2ptrack.formats import FORMATS
from p2ptrack.reports import REPORTS
from tests.reproducible.making import ELSEWHERE, HERE, git, made, register

NAMES = {f"{report}.{format_}" for report in REPORTS for format_ in FORMATS}


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, bytes]]:
    """Make the papers twice where they are, and once in a clone that lies elsewhere."""
    base = tmp_path_factory.mktemp("here")
    here = register(base / HERE.folder)
    elsewhere = tmp_path_factory.mktemp("elsewhere") / ELSEWHERE.folder
    git("clone", "-q", str(here), str(elsewhere), cwd=base)
    return [
        made(here, HERE, base / "first"),
        made(here, HERE, base / "second"),
        made(elsewhere, ELSEWHERE, elsewhere.parent / "third"),
    ]


def test_every_report_is_made_in_every_format(papers: list[dict[str, bytes]]) -> None:
    assert len(NAMES) > 10
    assert [set(each) for each in papers] == [NAMES] * 3
    assert [name for name, content in papers[0].items() if len(content) < 100] == []


def test_made_again_it_is_the_same(papers: list[dict[str, bytes]]) -> None:
    first, second, _ = papers
    assert [name for name in NAMES if first[name] != second[name]] == []


def test_made_elsewhere_it_is_the_same(papers: list[dict[str, bytes]]) -> None:
    first, _, third = papers
    assert [name for name in NAMES if first[name] != third[name]] == []


def test_no_paper_names_the_folder_that_it_was_made_in(papers: list[dict[str, bytes]], tmp_path: Path) -> None:
    base = str(tmp_path.parent).encode()
    assert [name for name in NAMES if base in papers[0][name]] == []
